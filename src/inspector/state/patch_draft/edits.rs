//! What the form can take back: how the patch was before each edit, whichever way it was made. Edits end when the patch is
//! sent: from then on what can be taken back is what the store did.

use super::{PatchDraft, PatchTarget};
use crate::contract::{Change, FIELDS};
use crate::protocol::numbers::count;

/// So many edits can be taken back.
const KEPT: usize = 100;

/// What a patch says, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DraftContent {
    changes: Vec<Change>,
    rejected: Option<String>,
    bound: Option<PatchTarget>,
}

/// The edits.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    before: Vec<DraftContent>,
    behind: Vec<DraftContent>,
    /// The patch as it was when it was looked at last.
    last: Option<DraftContent>,
    /// Whether it may have been edited since.
    pub(super) touched: bool,
}

impl PatchDraft {
    fn content(&self) -> DraftContent {
        DraftContent {
            changes: self.changes.clone(),
            rejected: self.rejected.clone(),
            bound: self.bound,
        }
    }

    /// Notes an edit, if there was one since the last look; to be called when it is over.
    pub fn note_edit(&mut self) {
        if !self.edits.touched && self.edits.last.is_some() {
            // Whom it is for follows the selection until it is begun: that is no edit.
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

    /// Whether there is an edit to take back.
    pub fn can_take_back(&self) -> bool {
        !self.edits.before.is_empty()
    }

    /// Whether there is an edit to do again.
    pub fn can_do_again(&self) -> bool {
        !self.edits.behind.is_empty()
    }

    /// Takes the last edit back, and says what that was.
    pub fn take_back(&mut self) -> Option<String> {
        let content = self.edits.before.pop()?;
        let (now, what) = self.become_content(content);
        self.edits.behind.push(now);
        Some(format!("Undid an edit of the form: {what}. Ctrl+R redoes it."))
    }

    /// Does the edit again that was taken back last, and says what that was.
    pub fn do_again(&mut self) -> Option<String> {
        let content = self.edits.behind.pop()?;
        let (now, what) = self.become_content(content);
        self.edits.before.push(now);
        Some(format!("Redid an edit of the form: {what}."))
    }

    /// Nothing can be taken back any more: the patch was sent as it is.
    pub(super) fn end_edits(&mut self) {
        self.edits = Edits::default();
        self.edits.last = Some(self.content());
    }

    /// Gives what it was, and what is different now.
    fn become_content(&mut self, content: DraftContent) -> (DraftContent, String) {
        let before = self.content();
        let fields: Vec<&str> = FIELDS
            .iter()
            .zip(before.changes.iter().zip(&content.changes))
            .filter(|(_, (before, after))| before != after)
            .map(|(field, _)| field.name)
            .collect();
        let what = match fields.as_slice() {
            [] if before.rejected == content.rejected => "the targets of the patch".to_string(),
            [] => "text that is not a valid patch".to_string(),
            [field] => (*field).to_string(),
            more => count(more.len() as u64, "field"),
        };
        self.changes.clone_from(&content.changes);
        self.rejected.clone_from(&content.rejected);
        self.bound = content.bound;
        self.applied.clear();
        self.edits.touched = false;
        self.edits.last = Some(content);
        (before, what)
    }
}
