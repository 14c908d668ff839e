//! The draft of the patch in the patch form. For each field it stores whether the patch leaves, clears or sets the
//! field, and the value.
//!
//! The rows are those of the FIELDS table. `git_info` consists of its three part rows. The patch pane draws the form.
//! The store applies the patch.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

mod edits;

use edits::Edits;

use super::session::StoreKey;
use crate::contract::{
    Change, FIELDS, Field, FieldEditor, GitInfoPatch, States, ThreadMetadataPatch, called,
};
use crate::inspector::widgets::cursor::ListCursor;
use crate::protocol::ThreadId;
use crate::protocol::json::{Json, JsonKind, quoted, text_of};
use crate::store::Snapshot;
use crate::workbench::composed::pretty;
use crate::workbench::lints::Lint;
use crate::workbench::patches::{self, ParsedPatch};
use crate::workbench::sparse::{self, Sparse};

/// The rows for which the form shows the effect of the patch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preview {
    /// The rows that the patch sets or clears.
    #[default]
    Changed,
    /// All rows.
    All,
    /// No rows.
    Off,
}

impl Preview {
    /// Returns the next setting, wrapping at the end.
    pub fn next(self) -> Self {
        match self {
            Self::Changed => Self::All,
            Self::All => Self::Off,
            Self::Off => Self::Changed,
        }
    }

    /// Returns the description of the setting.
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "shown for the fields that the patch sets or clears",
            Self::All => "shown for all fields",
            Self::Off => "off",
        }
    }
}

/// The target thread of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatchTarget {
    /// The store.
    pub store: StoreKey,
    /// The thread.
    pub thread: ThreadId,
    /// Whether the patch applies to this thread even if other threads are marked.
    pub alone: bool,
}

/// The draft of a patch.
#[derive(Clone, Debug)]
pub struct PatchDraft {
    changes: Vec<Change>,
    /// The selected row and the first visible row.
    pub cursor: ListCursor,
    /// The threads to which the current patch was sent, ordered by id.
    applied: Vec<ThreadId>,
    /// The target thread, once the user has started the patch.
    pub bound: Option<PatchTarget>,
    /// The target that the form shows, if there are several.
    pub shown: Option<ThreadId>,
    /// The undo history of the form.
    edits: Edits,
    /// The patch as it was entered as text, if the rows cannot represent all of it: `null` for a field that cannot be
    /// cleared, or a key that the contract does not know.
    entered: Option<String>,
    /// Text from the text editor that is not a valid patch.
    rejected: Option<String>,
    /// The rows for which the effect is shown.
    pub preview: Preview,
    /// The step of a scenario that the patch is from, and the store before the step. `None` once the user changes it.
    of_step: Option<(u64, Snapshot)>,
}

impl Default for PatchDraft {
    fn default() -> Self {
        Self {
            changes: vec![Change::Leave; FIELDS.len()],
            cursor: ListCursor::default(),
            applied: Vec::new(),
            bound: None,
            shown: None,
            edits: Edits::default(),
            entered: None,
            rejected: None,
            preview: Preview::default(),
            of_step: None,
        }
    }
}

/// The reason why `git_info` cannot be set directly.
const PARTS: &str = "git_info is set through its three parts: edit the rows below it";

impl PatchDraft {
    /// Iterates over the rows: each field and its change.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (&'static Field, &Change)> {
        FIELDS.iter().zip(&self.changes)
    }

    /// Returns the selected field.
    pub fn field(&self) -> Option<&'static Field> {
        FIELDS.get(self.cursor.at)
    }

    /// Returns the row of a field by its name in a patch or in a stored thread.
    pub fn row_of(&self, name: &str) -> Option<usize> {
        let by_name = FIELDS.iter().position(|field| field.name == name);
        by_name.or_else(|| {
            FIELDS
                .iter()
                .position(|field| !field.is_part() && field.shown == Some(name))
        })
    }

    /// Returns the number of fields that the patch sets or clears.
    pub fn changed(&self) -> usize {
        self.changes
            .iter()
            .filter(|change| **change != Change::Leave)
            .count()
    }

    /// Returns whether the patch is empty, without even keys or values that the contract ignores.
    pub fn is_empty(&self) -> bool {
        self.changed() == 0 && self.entered.is_none()
    }

    /// Returns whether the patch is not empty and was not applied to any thread.
    pub fn is_unsaved(&self) -> bool {
        !self.is_empty() && self.applied.is_empty()
    }

    /// Returns whether the current patch was applied to all of these threads.
    pub fn is_applied_to(&self, threads: &[ThreadId]) -> bool {
        let sent = |id: &ThreadId| {
            self.applied
                .binary_search_by_key(&id.uuid(), ThreadId::uuid)
                .is_ok()
        };
        let is_sent = || threads == self.applied || threads.iter().all(sent);
        !self.is_empty() && !threads.is_empty() && threads.len() <= self.applied.len() && is_sent()
    }

    /// Records that the patch was sent to these threads.
    pub fn sent(&mut self, threads: &[ThreadId]) {
        self.travelled([&self.applied, threads].concat());
        self.end_edits();
    }

    /// Records that the store shows another step, at which the patch is already applied to these threads.
    pub fn travelled(&mut self, mut applied: Vec<ThreadId>) {
        applied.sort_by_key(ThreadId::uuid);
        applied.dedup();
        self.applied = applied;
    }

    /// Removes the target. The marked threads or the selected thread become the targets.
    pub fn release(&mut self) {
        self.bound = None;
        self.touch();
    }

    /// Sets the target thread. The patch applies to this thread even if other threads are marked.
    pub fn make_for(&mut self, store: StoreKey, thread: ThreadId) {
        self.bound = Some(PatchTarget {
            store,
            thread,
            alone: true,
        });
        self.touch();
    }

    /// Creates the draft of a patch that a step has applied to a thread. `before` is the store before the step.
    pub fn of(step: u64, text: &str, thread: ThreadId, before: Snapshot, preview: Preview) -> Self {
        let mut draft = Self {
            preview,
            ..Self::default()
        };
        // A patch that the form cannot show stays in the journal.
        if draft.read(text).is_ok() {
            draft.sent(&[thread]);
            draft.of_step = Some((step, before));
            let changed = draft.changes.iter().position(|change| *change != Change::Leave);
            draft.cursor.at = changed.unwrap_or(0);
        }
        draft
    }

    /// Returns the step of a scenario that the patch is from, and the store before the step.
    pub fn of_step(&self) -> Option<&(u64, Snapshot)> {
        self.of_step.as_ref()
    }

    /// Records that the patch has changed.
    fn touch(&mut self) {
        self.of_step = None;
        self.applied.clear();
        self.edits.touched = true;
    }

    /// Returns `Ok` if the selected field can be set, or the reason why it cannot.
    pub fn can_set(&self) -> Result<(), &'static str> {
        match self.field() {
            Some(field) if field.edit == FieldEditor::Parts => Err(PARTS),
            _ => Ok(()),
        }
    }

    /// Returns `Ok` if the selected field can be cleared, or the reason why it cannot.
    pub fn can_clear(&self) -> Result<(), &'static str> {
        let Some(field) = self.field() else { return Ok(()) };
        match (field.states, field.edit) {
            (States::Three, _) => Ok(()),
            (_, FieldEditor::Parts) => Err(PARTS),
            _ => Err(
                "this field can be set but not cleared (rule M6): null would leave it unchanged; {key:set-field} sets a value",
            ),
        }
    }

    /// Sets the patch to clear the selected field, if the field can be cleared.
    pub fn clear(&mut self) {
        if self.can_clear().is_ok() {
            self.change(self.cursor.at, Change::Clear);
        }
    }

    /// Makes the patch leave the selected field unchanged. For `git_info`, this includes all its parts.
    pub fn leave(&mut self) {
        self.change(self.cursor.at, Change::Leave);
        if self.field().is_some_and(|field| field.edit == FieldEditor::Parts) {
            for (row, field) in FIELDS.iter().enumerate() {
                if field.is_part() {
                    self.change(row, Change::Leave);
                }
            }
        }
    }

    /// Removes all changes from the patch.
    pub fn leave_all(&mut self) {
        self.changes.fill(Change::Leave);
        self.entered = None;
        self.rejected = None;
        self.touch();
    }

    fn change(&mut self, row: usize, change: Change) {
        self.changes[row] = change;
        self.entered = None;
        self.touch();
        // An empty git_info is dropped as soon as one of its parts has a change.
        if FIELDS[row].is_part() {
            for (field, slot) in FIELDS.iter().zip(&mut self.changes) {
                if field.edit == FieldEditor::Parts {
                    *slot = Change::Leave;
                }
            }
        }
    }

    /// Makes the patch set a field to the entered value. A text field takes the value as it is. Other fields take JSON
    /// or the name of a choice. A time field also takes `now` or an offset such as `+2h` or `-3d`. The error is a
    /// sentence.
    pub fn set(&mut self, row: usize, written: &str, now: DateTime<Utc>) -> Result<(), String> {
        let field = &FIELDS[row];
        let text = match field.edit {
            FieldEditor::Text | FieldEditor::Path => quoted(written),
            FieldEditor::Time => quoted(&moment(written.trim(), now)),
            _ => match Json::parse(written) {
                Ok(json) => json.text().to_string(),
                Err(fault) if written.trim_start().starts_with(['"', '{', '[']) => {
                    return Err(format!(
                        "{} cannot be set to this: invalid JSON at column {}, {fault}.",
                        field.name,
                        written[..fault.at].chars().count() + 1
                    ));
                }
                Err(_) => quoted(written.trim()),
            },
        };
        self.set_json(row, text).map_err(|reason| {
            let hint = match field.edit {
                FieldEditor::Time => {
                    " Write a time such as 2026-05-13T00:28:15Z, now, or an offset from now such as +2h or -3d (s, m, h, d, w)."
                        .to_string()
                }
                FieldEditor::Choice(choices) => {
                    let names: Vec<String> = choices.iter().map(|choice| called(choice)).collect();
                    format!(" Choose one of: {}.", names.join(", "))
                }
                _ => String::new(),
            };
            format!("{} cannot be set to this: {reason}.{hint}", field.name)
        })
    }

    /// Makes the patch set a field to a JSON text. The error is a sentence fragment.
    pub fn set_json(&mut self, row: usize, text: String) -> Result<(), String> {
        let (field, mut trial) = (&FIELDS[row], ThreadMetadataPatch::default());
        field
            .put(&mut trial, &Change::Set(text))
            .map_err(|error| error.to_string())?;
        self.change(row, field.get(&trial));
        Ok(())
    }

    /// Returns whether the draft stores text that is not a valid patch.
    pub fn has_rejected(&self) -> bool {
        self.rejected.is_some()
    }

    /// Replaces the patch with the patch in a JSON text and returns lints for the user. The error is a sentence with
    /// the position, and the patch is unchanged.
    pub fn read(&mut self, text: &str) -> Result<Vec<Lint>, String> {
        let ParsedPatch {
            patch,
            text: entered,
            lints,
        } = patches::read_one(text).map_err(|wrong| wrong.to_string())?;
        // Text with the same contents as the form is not an edit.
        if self.rejected.is_none() && is_same(&entered, &self.json()) {
            return Ok(lints);
        }
        for (row, field) in FIELDS.iter().enumerate() {
            if field.edit != FieldEditor::Parts {
                self.change(row, field.get(&patch));
            }
        }
        // The parts of git_info have their own rows. The git_info row itself is a change only if the patch sets no
        // part.
        for (row, field) in FIELDS.iter().enumerate() {
            if field.edit == FieldEditor::Parts {
                let is_bare = patch.git_info.as_ref().is_some_and(GitInfoPatch::is_empty);
                let change = if is_bare { field.get(&patch) } else { Change::Leave };
                self.change(row, change);
            }
        }
        let says_more = !is_same(&entered, &self.json());
        self.entered = says_more.then_some(entered);
        self.rejected = None;
        self.touch();
        Ok(lints)
    }

    /// Returns the text to edit, one field on each line: the stored invalid text if there is one, otherwise the current
    /// patch.
    pub fn text(&self) -> String {
        match &self.rejected {
            Some(text) => text.clone(),
            None => pretty(&self.json()) + "\n",
        }
    }

    /// Stores text that is not a valid patch, so that the text editor can reopen it.
    pub fn reject(&mut self, text: String) {
        self.rejected = Some(text);
        self.edits.touched = true;
    }

    /// Returns the patch. The error is a sentence.
    pub fn patch(&self) -> Result<ThreadMetadataPatch, String> {
        let mut patch = ThreadMetadataPatch::default();
        for (field, change) in self.rows() {
            if *change != Change::Leave {
                field
                    .put(&mut patch, change)
                    .map_err(|reason| format!("{}: {reason}.", field.name))?;
            }
        }
        Ok(patch)
    }

    /// Returns the patch as it was entered as text, if the rows cannot represent all of it.
    pub fn entered(&self) -> Option<&str> {
        self.entered.as_deref()
    }

    /// Returns the patch as JSON: as it was entered, or with only the fields that it sets or clears.
    pub fn json(&self) -> String {
        if let Some(entered) = &self.entered {
            return entered.clone();
        }
        let changed = || self.rows().filter(|(_, change)| **change != Change::Leave);
        // If a part of a field is changed, the row of the whole field is redundant.
        let has_parts = changed().any(|(field, _)| field.is_part());
        let said = changed().filter(|(field, _)| !(has_parts && field.edit == FieldEditor::Parts));
        text_of(
            &said
                .map(|(field, change)| (field, change.clone()))
                .collect::<Sparse>(),
        )
    }
}

/// Resolves `now` and offsets from it against the clock of the store. Returns any other text unchanged.
pub fn moment(written: &str, now: DateTime<Utc>) -> String {
    let distance = || {
        let (sign, rest) = match written.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, written.strip_prefix('+')?),
        };
        let unit = rest.chars().next_back()?;
        let number: i64 = rest
            .strip_suffix(unit)?
            .trim()
            .parse()
            .ok()
            .filter(|number| *number >= 0)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        now.checked_add_signed(TimeDelta::try_seconds(
            number.checked_mul(seconds)?.checked_mul(sign)?,
        )?)
    };
    let moment = if written == "now" { Some(now) } else { distance() };
    moment.map_or_else(
        || written.to_string(),
        |moment| moment.to_rfc3339_opts(SecondsFormat::AutoSi, true),
    )
}

/// Returns whether two JSON texts have the same value. The order of keys does not matter.
fn is_same(one: &str, other: &str) -> bool {
    let value = serde_json::from_str::<serde_json::Value>;
    matches!((value(one), value(other)), (Ok(one), Ok(other)) if one == other)
}

/// Parses a JSON object as a patch. The error is a sentence with the position.
pub fn patch_of(text: &str) -> Result<ThreadMetadataPatch, String> {
    match Json::parse(text).map(Json::kind) {
        Ok(JsonKind::Object) => {}
        Ok(kind) => {
            return Err(format!(
                "a patch must be a JSON object, but it is {}",
                kind.noun()
            ));
        }
        Err(_) => return Err("a patch must be a JSON object, but it is not JSON".to_string()),
    }
    let patch = patches::read_one(text).map_err(|wrong| wrong.to_string())?.patch;
    match sparse::changes(&patch).count() {
        0 => Err("it sets or clears no metadata field".to_string()),
        _ => Ok(patch),
    }
}

#[cfg(test)]
mod tests;
