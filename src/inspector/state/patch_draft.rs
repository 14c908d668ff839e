//! The patch in the making: for each field whether it is left alone, cleared or set, and to what.
//!
//! The rows are those of the FIELDS table; `git_info` is composed by its three parts. How the form looks is the patch
//! pane's matter, what a patch does is the store's.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

mod edits;

use std::collections::HashSet;

use edits::Edits;

use super::session::StoreKey;
use crate::contract::{Change, Edit, FIELDS, Field, GitInfoPatch, States, ThreadMetadataPatch, called};
use crate::inspector::widgets::cursor::ListCursor;
use crate::protocol::ThreadId;
use crate::protocol::json::{Json, JsonKind, text_of};
use crate::workbench::lints::Lint;
use crate::workbench::patches::{self, PatchText};
use crate::workbench::sparse::{self, Sparse};

/// Of which rows the form shows the effect beside the patch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preview {
    /// Of those that the patch sets or clears.
    #[default]
    Changed,
    /// Of all.
    All,
    /// Of none.
    Off,
}

impl Preview {
    /// The one after it, round the end.
    pub fn next(self) -> Self {
        match self {
            Self::Changed => Self::All,
            Self::All => Self::Off,
            Self::Off => Self::Changed,
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "of the fields that the patch sets or clears",
            Self::All => "of all fields",
            Self::Off => "off",
        }
    }
}

/// The thread to which a patch belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatchTarget {
    /// In which store.
    pub store: StoreKey,
    /// Which thread.
    pub thread: ThreadId,
    /// Whether it goes there whatever is marked.
    pub alone: bool,
}

/// The patch in the making.
#[derive(Clone, Debug)]
pub struct PatchDraft {
    changes: Vec<Change>,
    /// The selected row and the first visible one.
    pub cursor: ListCursor,
    /// The threads to which it was sent as it is now.
    applied: HashSet<ThreadId>,
    /// The thread to which it belongs, once it is begun.
    pub bound: Option<PatchTarget>,
    /// The target that the form shows, where there are several.
    pub shown: Option<ThreadId>,
    /// What can be taken back of it.
    edits: Edits,
    /// A text that was written for it and is no patch.
    rejected: Option<String>,
    /// Of which rows the effect is shown.
    pub preview: Preview,
}

impl Default for PatchDraft {
    fn default() -> Self {
        Self {
            changes: vec![Change::Leave; FIELDS.len()],
            cursor: ListCursor::default(),
            applied: HashSet::new(),
            bound: None,
            shown: None,
            edits: Edits::default(),
            rejected: None,
            preview: Preview::default(),
        }
    }
}

/// Why `git_info` has no value of its own.
const PARTS: &str = "git_info is set by its three parts: edit the rows below it";

impl PatchDraft {
    /// The rows: each field and what the patch says about it.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (&'static Field, &Change)> {
        FIELDS.iter().zip(&self.changes)
    }

    /// The selected field.
    pub fn field(&self) -> Option<&'static Field> {
        FIELDS.get(self.cursor.at)
    }

    /// The row of a field by its name in a patch or in a stored thread.
    pub fn row_of(&self, name: &str) -> Option<usize> {
        let by_name = FIELDS.iter().position(|field| field.name == name);
        by_name.or_else(|| {
            FIELDS
                .iter()
                .position(|field| !field.is_part() && field.shown == Some(name))
        })
    }

    /// How many fields it sets or clears.
    pub fn changed(&self) -> usize {
        self.changes
            .iter()
            .filter(|change| **change != Change::Leave)
            .count()
    }

    /// Whether it says something that was applied nowhere.
    pub fn is_unsaved(&self) -> bool {
        self.changed() > 0 && self.applied.is_empty()
    }

    /// Whether it was applied as it is now to all of these threads.
    pub fn is_applied_to(&self, threads: &[ThreadId]) -> bool {
        self.changed() > 0 && !threads.is_empty() && threads.iter().all(|id| self.applied.contains(id))
    }

    /// It was sent to these threads.
    pub fn sent(&mut self, threads: &[ThreadId]) {
        self.applied.extend(threads);
        self.end_edits();
    }

    /// The store went to another moment, in which it may not have been applied.
    pub fn travelled(&mut self) {
        self.applied.clear();
    }

    /// It belongs to no thread any more; what is marked or selected decides anew.
    pub fn release(&mut self) {
        self.bound = None;
        self.touch();
    }

    /// It was made for this thread, and goes there whatever is marked.
    pub fn make_for(&mut self, store: StoreKey, thread: ThreadId) {
        self.bound = Some(PatchTarget {
            store,
            thread,
            alone: true,
        });
        self.touch();
    }

    /// It is not what it was.
    fn touch(&mut self) {
        self.applied.clear();
        self.edits.touched = true;
    }

    /// Whether the selected field can be set.
    pub fn can_set(&self) -> Result<(), &'static str> {
        match self.field() {
            Some(field) if field.edit == Edit::Parts => Err(PARTS),
            _ => Ok(()),
        }
    }

    /// Whether the selected field can be cleared.
    pub fn can_clear(&self) -> Result<(), &'static str> {
        let Some(field) = self.field() else { return Ok(()) };
        match (field.states, field.edit) {
            (States::Three, _) => Ok(()),
            (_, Edit::Parts) => Err(PARTS),
            (_, Edit::Text | Edit::Path) => {
                Err("this field can only be left or set (rule M6): set it to the empty text instead")
            }
            _ => Err("this field can only be left or set (rule M6): set it to another value instead"),
        }
    }

    /// Makes the patch clear the selected field, if it can.
    pub fn clear(&mut self) {
        if self.can_clear().is_ok() {
            self.change(self.cursor.at, Change::Clear);
        }
    }

    /// Makes the patch leave the selected field alone; of `git_info`, all its parts.
    pub fn leave(&mut self) {
        self.change(self.cursor.at, Change::Leave);
        if self.field().is_some_and(|field| field.edit == Edit::Parts) {
            for (row, field) in FIELDS.iter().enumerate() {
                if field.is_part() {
                    self.change(row, Change::Leave);
                }
            }
        }
    }

    /// Empties the patch.
    pub fn leave_all(&mut self) {
        self.changes.fill(Change::Leave);
        self.touch();
    }

    fn change(&mut self, row: usize, change: Change) {
        if let Some(slot) = self.changes.get_mut(row) {
            *slot = change;
            self.touch();
        }
        // A git_info that says nothing gives way to the first part that says something.
        if FIELDS.get(row).is_some_and(Field::is_part) {
            for (field, slot) in FIELDS.iter().zip(&mut self.changes) {
                if field.edit == Edit::Parts {
                    *slot = Change::Leave;
                }
            }
        }
    }

    /// Makes the patch set a field to a value as it was written: a text as it is, anything else as JSON or as one of its
    /// words, a moment also as `now` or as a distance from it such as `+2h` or `-3d`. An error is a sentence.
    pub fn set(&mut self, row: usize, written: &str, now: DateTime<Utc>) -> Result<(), String> {
        let Some(field) = FIELDS.get(row) else {
            return Ok(());
        };
        let quoted = || serde_json::to_string(written).map_err(|error| error.to_string());
        let text = match field.edit {
            Edit::Text | Edit::Path => quoted()?,
            Edit::Time => {
                let moment = moment(written.trim(), now);
                serde_json::to_string(&moment).map_err(|error| error.to_string())?
            }
            _ => match Json::parse(written) {
                Ok(json) => json.text().to_string(),
                Err(fault) if written.trim_start().starts_with(['"', '{', '[']) => {
                    return Err(format!(
                        "{} cannot be set to this: invalid JSON at column {}, {fault}.",
                        field.name,
                        written.get(..fault.at).unwrap_or(written).chars().count() + 1
                    ));
                }
                Err(_) => serde_json::to_string(written.trim()).map_err(|error| error.to_string())?,
            },
        };
        self.set_json(row, text).map_err(|reason| {
            let hint = match field.edit {
                Edit::Time => {
                    " Write a time such as 2026-05-13T00:28:15Z, now, or an offset from now such as +2h or -3d (s, m, h, d, w)."
                        .to_string()
                }
                Edit::Choice(choices) => {
                    let names: Vec<String> = choices.iter().map(|choice| called(choice)).collect();
                    format!(" Choose one of: {}.", names.join(", "))
                }
                _ => String::new(),
            };
            format!("{} cannot be set to this: {reason}.{hint}", field.name)
        })
    }

    /// Makes the patch set a field to a JSON text. An error is a sentence part.
    pub fn set_json(&mut self, row: usize, text: String) -> Result<(), String> {
        if let Some(field) = FIELDS.get(row) {
            let mut trial = ThreadMetadataPatch::default();
            field
                .put(&mut trial, &Change::Set(text))
                .map_err(|error| error.to_string())?;
            self.change(row, field.get(&trial));
        }
        Ok(())
    }

    /// Whether a text that is no patch waits to be opened again.
    pub fn has_rejected(&self) -> bool {
        self.rejected.is_some()
    }

    /// Makes it the patch of a JSON text and gives what a person should hear about that. An error is a sentence with the
    /// place, and leaves everything as it is.
    pub fn read(&mut self, text: &str) -> Result<Vec<Lint>, String> {
        let PatchText { patch, lints } = patches::read_one(text).map_err(|wrong| wrong.to_string())?;
        for (row, field) in FIELDS.iter().enumerate() {
            if field.edit != Edit::Parts {
                self.change(row, field.get(&patch));
            }
        }
        // Its parts are rows of their own; that it is there is a change only where it has none.
        for (row, field) in FIELDS.iter().enumerate() {
            if field.edit == Edit::Parts {
                let is_bare = patch.git_info.as_ref().is_some_and(GitInfoPatch::is_empty);
                let change = if is_bare { field.get(&patch) } else { Change::Leave };
                self.change(row, change);
            }
        }
        self.rejected = None;
        self.touch();
        Ok(lints)
    }

    /// It as text to be edited, a line a field: what could not be read last time, or else the patch as it is.
    pub fn text(&self) -> String {
        match &self.rejected {
            Some(text) => text.clone(),
            None => pretty(&self.json()),
        }
    }

    /// Keeps a text that is no patch, for when the text is opened again.
    pub fn reject(&mut self, text: String) {
        self.rejected = Some(text);
        self.edits.touched = true;
    }

    /// The patch. An error is a sentence.
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

    /// The patch as JSON: only what it sets or clears.
    pub fn json(&self) -> String {
        let changed = || self.rows().filter(|(_, change)| **change != Change::Leave);
        // Where a part of a field is changed, the field as a whole says nothing more.
        let has_parts = changed().any(|(field, _)| field.is_part());
        let said = changed().filter(|(field, _)| !(has_parts && field.edit == Edit::Parts));
        text_of(
            &said
                .map(|(field, change)| (field, change.clone()))
                .collect::<Sparse>(),
        )
    }
}

/// What was written for a moment with `now` and distances from it, which count from the store's clock, resolved; anything
/// else as it is.
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

fn pretty(json: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(json);
    value
        .and_then(|value| serde_json::to_string_pretty(&value))
        .map_or_else(|_| json.to_string(), |text| text + "\n")
}

/// The patch of a value: its keys read as those of a patch. The error is a sentence with the place.
pub fn patch_of(text: &str) -> Result<ThreadMetadataPatch, String> {
    match Json::parse(text).map(Json::kind) {
        Ok(JsonKind::Object) => {}
        Ok(kind) => return Err(format!("a patch is a JSON object, but this is {}", kind.noun())),
        Err(_) => return Err("a patch is a JSON object, but this is not JSON".to_string()),
    }
    let patch = patches::read_one(text).map_err(|wrong| wrong.to_string())?.patch;
    match sparse::changes(&patch).count() {
        0 => Err("it sets or clears no metadata field".to_string()),
        _ => Ok(patch),
    }
}

#[cfg(test)]
mod tests;
