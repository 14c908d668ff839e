//! The question about the background of the terminal, and its answers.
//!
//! Not all terminals answer the question (OSC 11). All answer a second one, about their type (primary device
//! attributes), so after that answer no other one is to come.

use crate::inspector::runtime::event_loop::TermEvent;

/// Both questions. The terminal answers them in this order.
pub(in crate::inspector::runtime::terminal) const QUESTIONS: &[u8] = b"\x1b]11;?\x07\x1b[c";

/// Returns the answer about the background in an OSC string, or `None` if the string is something else.
pub(super) fn background(text: &str) -> Option<TermEvent> {
    let color = text.strip_prefix("11;")?;
    let parts = color.strip_prefix("rgb:").or_else(|| color.strip_prefix("rgba:"));
    let parts = match parts {
        Some(parts) => {
            let mut parts = parts.split('/').map(part);
            [parts.next()??, parts.next()??, parts.next()??]
        }
        None => {
            let digits = color.strip_prefix('#')?;
            let each = digits.len() / 3;
            let is_whole = digits.is_ascii() && each > 0 && digits.len() == 3 * each;
            let at = |index: usize| part(digits.get(index * each..(index + 1) * each)?);
            [at(0).filter(|_| is_whole)?, at(1)?, at(2)?]
        }
    };
    Some(TermEvent::Background(parts))
}

/// Returns a part of a color, from 0 to 1: up to four hexadecimal digits.
fn part(digits: &str) -> Option<f32> {
    let most = match digits.len() {
        1 => 0xf,
        2 => 0xff,
        3 => 0xfff,
        4 => 0xffff_u16,
        _ => return None,
    };
    let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let value = u16::from_str_radix(digits, 16).ok().filter(|_| is_number)?;
    Some(f32::from(value) / f32::from(most))
}

/// Whether these are the parameters of the answer about the type, the last one.
pub(super) fn is_last(body: &str) -> bool {
    let Some(numbers) = body.strip_prefix('?') else {
        return false;
    };
    numbers.starts_with(|c: char| c.is_ascii_digit())
        && numbers.chars().all(|c| c.is_ascii_digit() || c == ';')
}
