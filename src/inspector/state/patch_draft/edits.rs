//! Undo and redo in the patch form. Stores the patch before each edit, for all kinds of edits. Sending the patch clears
//! this history. After that, undo reverts what the store did.

use super::{PatchDraft, PatchTarget};
use crate::contract::{Change, FIELDS};
use crate::protocol::numbers::count;

/// The maximum number of edits that can be undone.
const KEPT: usize = 100;

/// The content of a patch and its target.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DraftContent {
    changes: Vec<Change>,
    entered: Option<String>,
    rejected: Option<String>,
    bound: Option<PatchTarget>,
}

/// The undo and redo history.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    before: Vec<DraftContent>,
    behind: Vec<DraftContent>,
    /// The patch at the last call of `note_edit`.
    last: Option<DraftContent>,
    /// Whether the patch may have been edited since then.
    pub(super) touched: bool,
}

impl PatchDraft {
    fn content(&self) -> DraftContent {
        DraftContent {
            changes: self.changes.clone(),
            entered: self.entered.clone(),
            rejected: self.rejected.clone(),
            bound: self.bound,
        }
    }

    /// Records an edit if the patch changed since the last call. Call this after the edit is complete.
    pub fn note_edit(&mut self) {
        if !self.edits.touched && self.edits.last.is_some() {
            // Until the user starts a patch, its target follows the selection. This is not an edit.
            if let Some(last) = &mut self.edits.last {
                last.bound = self.bound;
            }
            return;
        }
        self.edits.touched = false;
        let now = self.content();
        let Some(last) = self.edits.last.replace(now) else {
            return;
        };
        if self.edits.last.as_ref() != Some(&last) {
            self.edits.behind.clear();
            self.edits.before.push(last);
            if self.edits.before.len() > KEPT {
                self.edits.before.remove(0);
            }
        }
    }

    /// Returns whether there is an edit to undo.
    pub fn can_take_back(&self) -> bool {
        !self.edits.before.is_empty()
    }

    /// Returns whether there is an edit to redo.
    pub fn can_do_again(&self) -> bool {
        !self.edits.behind.is_empty()
    }

    /// Undoes the last edit and returns a message about it.
    pub fn take_back(&mut self) -> Option<String> {
        let content = self.edits.before.pop()?;
        let (now, what) = self.become_content(content);
        self.edits.behind.push(now);
        Some(format!(
            "Undid an edit in the patch form: {what}. {{key:redo}} redoes it."
        ))
    }

    /// Redoes the edit that was undone last and returns a message about it.
    pub fn do_again(&mut self) -> Option<String> {
        let content = self.edits.behind.pop()?;
        let (now, what) = self.become_content(content);
        self.edits.before.push(now);
        Some(format!("Redid an edit in the patch form: {what}."))
    }

    /// Clears the history after the patch was sent.
    pub(super) fn end_edits(&mut self) {
        self.edits = Edits::default();
        self.edits.last = Some(self.content());
    }

    /// Replaces the content. Returns the previous content and a description of the difference.
    fn become_content(&mut self, content: DraftContent) -> (DraftContent, String) {
        let before = self.content();
        let fields: Vec<&str> = FIELDS
            .iter()
            .zip(before.changes.iter().zip(&content.changes))
            .filter(|(_, (before, after))| before != after)
            .map(|(field, _)| field.name)
            .collect();
        let what = match fields.as_slice() {
            [] if before.rejected != content.rejected => "text that is not a valid patch".to_string(),
            [] if before.entered != content.entered => "text that the contract ignores".to_string(),
            [] => "the targets of the patch".to_string(),
            [field] => (*field).to_string(),
            more => count(more.len() as u64, "field"),
        };
        self.changes.clone_from(&content.changes);
        self.entered.clone_from(&content.entered);
        self.rejected.clone_from(&content.rejected);
        self.bound = content.bound;
        self.applied.clear();
        self.edits.touched = false;
        self.edits.last = Some(content);
        (before, what)
    }
}
