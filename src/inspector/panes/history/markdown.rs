//! Shows Markdown plainly: every character stays, headings and fences stand out, the text of lists is indented, and code
//! and tables keep their lines.

use crate::inspector::widgets::theme::Role;
use crate::text::{Break, width, wrap};

/// Wraps text into lines of this width, and passes each line to `add` with its role.
pub fn lines(text: &str, columns: usize, role: Role, add: &mut dyn FnMut(String, Role)) {
    let mut fence: Option<&str> = None;
    for line in text.trim_end().split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let trimmed = line.trim_start();
        if let Some(mark) = fence_of(trimmed) {
            match fence {
                None => fence = Some(mark),
                // A closing fence consists only of the characters of the opening fence, and is at least as long.
                Some(open) if mark.starts_with(open) && trimmed.trim_end() == mark => fence = None,
                Some(_) => {}
            }
            wrapped(line, 0, columns, Break::Cell, Role::Muted, add);
        } else if fence.is_some() || is_table(trimmed) {
            wrapped(line, 0, columns, Break::Cell, role, add);
        } else if is_heading(trimmed) {
            wrapped(line, 0, columns, Break::Word, Role::Strong, add);
        } else if is_quote(trimmed) {
            wrapped(line, 0, columns, Break::Word, Role::Muted, add);
        } else {
            wrapped(line, bullet(line), columns, Break::Word, role, add);
        }
    }
}

/// Wraps one line; the rows after the first are indented.
pub fn wrapped(
    line: &str,
    indent: usize,
    columns: usize,
    how: Break,
    role: Role,
    add: &mut dyn FnMut(String, Role),
) {
    if line.len() <= columns && crate::text::is_plain(line) {
        return add(line.to_owned(), role);
    }
    let indent = if indent < columns / 2 { indent } else { 0 };
    let (first, rest) = line.split_at(indent);
    // Every row has the width that remains next to the bullet.
    for (index, row) in wrap(rest, columns - indent, how).enumerate() {
        match index {
            0 => add(
                format!("{}{}", crate::text::visible(first), row.text.trim_end()),
                role,
            ),
            _ => add(format!("{}{}", " ".repeat(indent), row.text.trim_end()), role),
        }
    }
}

/// Returns the characters of a fence, which are three or more of the same kind.
fn fence_of(line: &str) -> Option<&str> {
    let sign = line.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let end = line.find(|c| c != sign).unwrap_or(line.len());
    (end >= 3).then(|| &line[..end])
}

fn is_table(line: &str) -> bool {
    line.starts_with('|') && line.trim_end().ends_with('|') && line.len() > 1
}

fn is_quote(line: &str) -> bool {
    line.starts_with("> ")
}

fn is_heading(line: &str) -> bool {
    let signs = line.bytes().take_while(|byte| *byte == b'#').count();
    let is_heading = (1..=6).contains(&signs) && line[signs..].starts_with(' ');
    let words = line.trim_end();
    // A line that contains only bold text is a heading, too.
    let is_bold = words.len() > 4
        && words.starts_with("**")
        && words.ends_with("**")
        && !words[2..words.len() - 2].contains("**");
    is_heading || is_bold
}

/// The width of the indentation and the bullet or number of a list item, or of the indentation alone.
fn bullet(line: &str) -> usize {
    let blanks = line.bytes().take_while(|byte| *byte == b' ').count();
    let rest = &line[blanks..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let sign = match digits {
        0 if rest.starts_with(['-', '*', '+']) => 1,
        1..=4 if rest[digits..].starts_with(['.', ')']) => digits + 1,
        _ => return blanks,
    };
    let gap = rest[sign..].bytes().take_while(|byte| *byte == b' ').count();
    match gap {
        1..=4 => width(&line[..blanks + sign + gap]),
        _ => blanks,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, columns: usize) -> Vec<(String, Role)> {
        let mut all = Vec::new();
        lines(text, columns, Role::Text, &mut |line, role| {
            all.push((line, role))
        });
        all
    }

    fn text_of(text: &str, columns: usize) -> Vec<String> {
        shown(text, columns).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn headings_fences_lists_and_tables_are_kept() {
        let text = "# Cause\nThe test waits\n\n- for the clock\n  which stands\n10. then\n\n```rust\nlet a = 1; // # no heading\n```\n| a | b |\n|---|---|\n**Fix**";
        let roles: Vec<Role> = shown(text, 30).into_iter().map(|(_, role)| role).collect();
        assert_eq!(text_of(text, 30), text.lines().collect::<Vec<_>>());
        assert_eq!(roles[0], Role::Strong);
        assert_eq!(
            (roles[7], roles[8], roles[9]),
            (Role::Muted, Role::Text, Role::Muted)
        );
        assert_eq!(roles[12], Role::Strong);
    }

    #[test]
    fn the_text_of_a_list_item_is_indented() {
        assert_eq!(
            text_of("- one two three\n 12. four five", 13),
            ["- one two", "  three", " 12. four", "     five"]
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "([-#>|`*a-z0-9. ]{0,12}\n?){0,8}", columns in 4usize..30) {
            let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let all = text_of(&text, columns);
            prop_assert_eq!(solid(&all.concat()), solid(&text));
            prop_assert!(all.iter().all(|line| width(line) <= columns));
        }
    }
}
