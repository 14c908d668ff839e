//! Shortens the output of tools to a few lines.

use std::borrow::Cow;

use super::super::TranscriptBlock;
use super::{ToolDetail, more_lines};

/// The number of lines of an output that are kept at its start and at its end.
const OUTPUT: (usize, usize) = (4, 2);
/// The same for the output of a call that failed.
const FAILED_OUTPUT: (usize, usize) = (3, 9);
/// The number of lines of a diff that are kept.
const DIFF: (usize, usize) = (60, 0);
/// The number of characters of a line that are kept.
const LINE: usize = 300;

/// Whether a block is left out: arguments, which the line of the call already shows, and the history after a
/// compaction.
pub(super) fn is_left_out(block: &TranscriptBlock<'_>, tools: ToolDetail) -> bool {
    let is_long = matches!(
        block,
        TranscriptBlock::Arguments { .. } | TranscriptBlock::Replaced { .. }
    );
    is_long && tools != ToolDetail::Full
}

/// The block with only a few lines of its output or diff.
pub(super) fn cut(block: TranscriptBlock<'_>, failed: bool) -> TranscriptBlock<'_> {
    match block {
        TranscriptBlock::Output(text) => {
            let kept = if failed { FAILED_OUTPUT } else { OUTPUT };
            TranscriptBlock::Output(few_lines(text, kept))
        }
        TranscriptBlock::Diff { title, text } => TranscriptBlock::Diff {
            title,
            text: few_lines(text, DIFF),
        },
        other => other,
    }
}

/// The text without blank lines at its start and its end.
fn without_blank_ends(text: &str) -> &str {
    let blank = text.len() - text.trim_start().len();
    let start = text
        .get(..blank)
        .and_then(|blank| blank.rfind('\n'))
        .map_or(0, |end| end + 1);
    text.get(start..).unwrap_or(text).trim_end()
}

/// The first and the last lines of a text, and how many are left out between them.
fn few_lines(text: Cow<'_, str>, (first, last): (usize, usize)) -> Cow<'_, str> {
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(without_blank_ends(text)),
        Cow::Owned(text) => Cow::Owned(without_blank_ends(&text).to_owned()),
    };
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1;
    // Leaving out one line would save nothing.
    let is_long = lines > first + last + 1;
    if !is_long && text.lines().all(|line| line.len() <= LINE) {
        return text;
    }
    let mut out = String::new();
    let mut add = |line: &str| {
        if !out.is_empty() {
            out.push('\n');
        }
        match line.char_indices().nth(LINE) {
            Some((end, _)) => {
                out.push_str(line.get(..end).unwrap_or_default());
                let more = line.get(end..).unwrap_or_default().chars().count();
                out.push_str(&format!("\u{2026} {more} more characters"));
            }
            None => out.push_str(line),
        }
    };
    let head = if is_long { first } else { lines };
    text.lines().take(head).for_each(&mut add);
    if is_long {
        add(&more_lines(lines - first - last));
        let mut tail: Vec<&str> = text.lines().rev().take(last).collect();
        tail.reverse();
        tail.into_iter().for_each(&mut add);
    }
    Cow::Owned(out)
}
