//! Scans a text once for all rows.

use super::{NONE, Node};
use crate::protocol::json::{JsonError, Scanner, TokenKind};

/// Returns the rows of a text with one JSON value.
pub(super) fn scan(text: &str) -> Result<Vec<Node>, JsonError> {
    if u32::try_from(text.len()).is_err() {
        return Err(JsonError {
            at: 0,
            what: "larger than 4 GiB, too large to show as a tree",
        });
    }
    let mut scanner = Scanner::new();
    let mut nodes: Vec<Node> = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    let mut key = (NONE, NONE);
    while let Some(token) = scanner.next(text.as_bytes(), true)? {
        let (start, end) = (narrow(token.start), narrow(token.end));
        let row = narrow(nodes.len());
        match token.kind {
            TokenKind::End => return nothing_follows(text, token.end).map(|()| nodes),
            TokenKind::Key => key = (start, end),
            TokenKind::ObjectEnd | TokenKind::ArrayEnd => {
                let opened = open.pop();
                debug_assert!(opened.is_some(), "the scanner closes only what it opened");
                if let Some(opened) = opened {
                    let node = &mut nodes[opened as usize];
                    node.end = end;
                    node.next = row;
                }
            }
            kind => {
                let parent = open.last().copied().unwrap_or(NONE);
                let index = open.last().map_or(0, |parent| {
                    let parent = &mut nodes[*parent as usize];
                    parent.count += 1;
                    parent.count - 1
                });
                let (key, key_end) = std::mem::replace(&mut key, (NONE, NONE));
                let depth = narrow(open.len());
                nodes.push(Node {
                    start,
                    end,
                    key,
                    key_end,
                    parent,
                    next: row + 1,
                    depth,
                    index,
                    count: 0,
                });
                if matches!(kind, TokenKind::ObjectStart | TokenKind::ArrayStart) {
                    open.push(row);
                }
            }
        }
    }
    Ok(nodes)
}

fn nothing_follows(text: &str, end: usize) -> Result<(), JsonError> {
    let more = text[end..].trim_start_matches([' ', '\t', '\n', '\r']);
    match more {
        "" => Ok(()),
        _ => Err(JsonError {
            at: text.len() - more.len(),
            what: "there is more text after the value",
        }),
    }
}

/// Converts a position in a text of less than 4 GiB.
#[expect(
    clippy::expect_used,
    reason = "larger texts are refused before they are scanned"
)]
fn narrow(place: usize) -> u32 {
    u32::try_from(place).expect("the text is less than 4 GiB")
}
