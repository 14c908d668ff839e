//! The lines of a pair that differs: the position, the value on each side, and the parts of a text that the other side
//! does not have.

use std::ops::Range;

use crate::inspector::widgets::json_tree::plain;
use crate::protocol::json::{Json, JsonKind};
use crate::workbench::diff::{RunKind, Section, marks};

/// A line.
pub struct DiffLine {
    /// Whether the line was removed, was added, or is the heading of both.
    pub fate: RunKind,
    /// The name of the element, or the path inside it.
    pub label: String,
    /// The value. In a heading, a short description.
    pub text: String,
    /// The ranges of the text that the other side does not have.
    pub marks: Vec<Range<usize>>,
}

impl DiffLine {
    /// Returns whether the line is the heading of a pair.
    pub fn is_head(&self) -> bool {
        self.fate == RunKind::Changed
    }
}

/// Returns the lines of the pair at these indices.
pub fn of_pair(section: &Section, left: usize, right: usize) -> Vec<DiffLine> {
    let (Some(one), Some(other)) = (section.left(left), section.right(right)) else {
        return Vec::new();
    };
    let found = section.differences(left, right);
    let whole = found.iter().any(|found| found.path == ".");
    let mut lines = Vec::new();
    if !whole {
        lines.push(DiffLine {
            fate: RunKind::Changed,
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
            (RunKind::Removed, left, lefts, one.note),
            (RunKind::Added, right, rights, other.note),
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

fn is_string(text: &str) -> bool {
    Json::parse(text).is_ok_and(|json| json.kind() == JsonKind::String)
}

/// Returns a value for display: a string keeps its quotes but not its escapes.
fn shown(text: &str) -> String {
    match is_string(text) {
        true => format!("\"{}\"", plain(JsonKind::String, text)),
        false => text.to_string(),
    }
}

fn marked(left: Option<&str>, right: Option<&str>) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    match (left, right) {
        (Some(left), Some(right)) if is_string(left) && is_string(right) => {
            let inner = |text: &str| plain(JsonKind::String, text);
            let behind_quote = |range: Range<usize>| range.start + 1..range.end + 1;
            let (lefts, rights) = marks(&inner(left), &inner(right));
            let all = |marks: Vec<Range<usize>>| marks.into_iter().map(behind_quote).collect();
            (all(lefts), all(rights))
        }
        _ => (Vec::new(), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_contents_of_strings_are_marked() {
        let (left, right) = marked(Some(r#""a b d""#), Some(r#""x b c""#));
        assert_eq!((left, right), (vec![1..2, 5..6], vec![1..2, 5..6]));
        for torn in ["\"", "\"é"] {
            assert_eq!(marked(Some(torn), Some(r#""a""#)), (vec![], vec![]));
            assert_eq!(marked(Some(r#""a""#), Some(torn)), (vec![], vec![]));
        }
    }
}
