//! The lines of a pair that differs: where, and what stands there on either side, with the parts of a text that the other
//! side does not have.

use std::ops::Range;

use crate::inspector::widgets::json_tree::plain;
use crate::protocol::json::{Json, JsonKind};
use crate::workbench::diff::{Fate, Section, marks};

/// One line.
pub struct DiffLine {
    /// Whether it is what was removed, what was added, or the heading of both.
    pub fate: Fate,
    /// The element's name, or the way to the place in it.
    pub label: String,
    /// What stands there, or in a heading, in a few words, what it is.
    pub text: String,
    /// The parts of it that the other side does not have.
    pub marks: Vec<Range<usize>>,
}

impl DiffLine {
    /// Whether it is the heading of a pair.
    pub fn is_head(&self) -> bool {
        self.fate == Fate::Changed
    }
}

/// The lines of the pair at these indices.
pub fn of_pair(section: &Section, left: usize, right: usize) -> Vec<DiffLine> {
    let (Some(one), Some(other)) = (section.left(left), section.right(right)) else {
        return Vec::new();
    };
    let found = section.differences(left, right);
    let whole = found.iter().any(|found| found.path == ".");
    let mut lines = Vec::new();
    if !whole {
        lines.push(DiffLine {
            fate: Fate::Changed,
            label: other.name.to_string(),
            text: other.summary.unwrap_or_default(),
            marks: Vec::new(),
        });
    }
    for found in found {
        let label = match whole {
            true => other.name.to_string(),
            false => found.path,
        };
        let (left, right) = (found.left.as_deref(), found.right.as_deref());
        let (lefts, rights) = marked(left, right);
        for (fate, text, marks, note) in [
            (Fate::Removed, left, lefts, one.note),
            (Fate::Added, right, rights, other.note),
        ] {
            if let Some(text) = text {
                let note = note.filter(|_| whole).map(|note| format!(" ({note})"));
                lines.push(DiffLine {
                    fate,
                    label: label.clone(),
                    text: shown(text) + &note.unwrap_or_default(),
                    marks,
                });
            }
        }
    }
    lines
}

/// A value as it is shown: a text without its escapes, but with its quotes.
fn shown(json: &str) -> String {
    match Json::parse(json).map(Json::kind) {
        Ok(JsonKind::String) => format!("\"{}\"", plain(JsonKind::String, json)),
        _ => json.to_string(),
    }
}

fn marked(left: Option<&str>, right: Option<&str>) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    match (left, right) {
        (Some(left), Some(right)) if left.starts_with('"') && right.starts_with('"') => {
            let (left, right) = (shown(left), shown(right));
            let inner = |text: &str| text.get(1..text.len() - 1).unwrap_or_default().to_string();
            let behind_quote = |range: Range<usize>| range.start + 1..range.end + 1;
            let (lefts, rights) = marks(&inner(&left), &inner(&right));
            let all = |marks: Vec<Range<usize>>| marks.into_iter().map(behind_quote).collect();
            (all(lefts), all(rights))
        }
        _ => (Vec::new(), Vec::new()),
    }
}
