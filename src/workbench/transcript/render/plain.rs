//! Makes texts of a thread harmless for the program that shows the output: control characters become symbols.

use std::borrow::Cow;

/// Replaces each control character except tabs and line breaks (`\n` and `\r\n`) with a symbol. Returns the borrowed
/// text if there is nothing to replace.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    // The C1 controls U+0080 to U+009F begin with the byte C2.
    let is_odd = |byte: u8| byte < 0x20 && byte != b'\n' && byte != b'\t' || byte == 0x7f || byte == 0xc2;
    if !text.bytes().any(is_odd) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\n' | '\t' => out.push(sign),
            '\r' if signs.peek() == Some(&'\n') => out.push(sign),
            '\u{7f}' => out.push('\u{2421}'),
            '\0'..'\u{20}' => out.push(char::from_u32(0x2400 + u32::from(sign)).unwrap_or('\u{fffd}')),
            '\u{80}'..='\u{9f}' => out.push_str(&format!("\u{2039}{:02X}\u{203a}", u32::from(sign))),
            _ => out.push(sign),
        }
    }
    Cow::Owned(out)
}

/// The text on one line, without control characters.
pub(in crate::workbench) fn plain_line(text: &str) -> String {
    plain(text).replace("\r\n", " ").replace(['\n', '\t'], " ")
}

/// The length of the longest run of backticks in a text.
pub(super) fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for byte in text.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
