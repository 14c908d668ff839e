//! How the marks of an item look: a sign before the symbol of its kind, dim text, and a remark.

use crate::inspector::legend::signs;
use crate::inspector::widgets::theme::Role;
use crate::workbench::ItemMark;

/// Returns the sign of an item with these marks, one column wide.
pub fn sign(marks: &[ItemMark]) -> (&'static str, Role) {
    let shown = marks.iter().find(|mark| !matches!(mark, ItemMark::Begins { .. }));
    match shown {
        Some(ItemMark::Undone { .. }) => (signs::UNDONE, Role::Muted),
        Some(ItemMark::Repeat { .. }) => (signs::REPEATED, Role::Muted),
        Some(mark @ ItemMark::Rollback(_)) if mark.is_odd() => (signs::ODD_ROLLBACK, Role::Warning),
        Some(ItemMark::Inherited { .. }) => (signs::INHERITED, Role::Origin),
        Some(ItemMark::Replayed { .. }) => (signs::REPLAYED, Role::Origin),
        Some(ItemMark::Superseded { .. }) => (signs::SUPERSEDED, Role::Warning),
        Some(ItemMark::Rollback(_) | ItemMark::Begins { .. }) | None => (" ", Role::Text),
    }
}

/// Returns whether an item with these marks is dimmed.
pub fn is_dim(marks: &[ItemMark]) -> bool {
    marks
        .iter()
        .any(|mark| matches!(mark, ItemMark::Undone { .. } | ItemMark::Repeat { .. }))
}

/// Returns the remark in the row of an item with these marks.
pub fn remark(marks: &[ItemMark]) -> Option<String> {
    let told = |mark: &&ItemMark| {
        matches!(
            mark,
            ItemMark::Rollback(_) | ItemMark::Superseded { .. } | ItemMark::Begins { .. }
        )
    };
    let remarks: Vec<String> = marks.iter().filter(told).map(ToString::to_string).collect();
    (!remarks.is_empty()).then(|| remarks.join(" \u{b7} "))
}
