//! The title of a thread in the list, and its parent in the tree. Facts about a thread that queries use too are in
//! `workbench::query::facts`.

use std::borrow::Cow;

use crate::protocol::ThreadId;
use crate::store::ThreadRecord;
use crate::workbench::query::{TitleOrigin, facts, title};

/// The title of a thread in the list.
pub struct ListTitle<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Whether the title is in the store. Otherwise, the title consists of the first words of the user in the history.
    pub is_stored: bool,
}

/// Returns the title of a thread in the list: its label, or the first words of the user in its history.
pub fn list_title(record: &ThreadRecord) -> Option<ListTitle<'_>> {
    if let Some(label) = label(record) {
        return Some(ListTitle {
            text: Cow::Borrowed(label),
            is_stored: true,
        });
    }
    match title(record) {
        (Some(words), TitleOrigin::History) => Some(ListTitle {
            text: Cow::Owned(words),
            is_stored: false,
        }),
        _ => None,
    }
}

/// Returns the best short text for a thread: its name, its preview, or the first user message.
pub fn label(record: &ThreadRecord) -> Option<&str> {
    let patch = record.patch.as_deref();
    let candidates = [
        record.name(),
        patch.and_then(|patch| patch.preview.as_deref()),
        patch.and_then(|patch| patch.first_user_message.as_deref()),
    ];
    candidates
        .into_iter()
        .flatten()
        .find(|text| !text.trim().is_empty())
}

/// The patch fields that the label depends on.
pub const LABEL_FIELDS: &[&str] = &["name", "preview", "first_user_message"];

/// Returns the parent of the thread: the thread whose agent spawned it, or that it was forked from.
pub fn parent(record: &ThreadRecord) -> Option<ThreadId> {
    facts::parent(record).or_else(|| facts::forked_from(record))
}
