//! The patch in the making: for each field whether it is left alone, cleared or set, and to what.
//!
//! The rows are those of the FIELDS table; `git_info` is composed by its three parts. How the form looks is the patch
//! pane's matter, what a patch does is the store's.

use super::cursor::Cursor;
use super::driver::Effect;
use super::model::{Asker, Call, Effects, Model};
use super::writing::{Purpose, Writing};
use crate::contract::{
    Change, Edit, FIELDS, Field, States, Step, ThreadMetadataPatch, UpdateThreadMetadataParams,
};
use crate::protocol::json::Json;

/// The patch in the making.
#[derive(Clone, Debug)]
pub struct Draft {
    changes: Vec<Change>,
    /// The selected row and the first visible one.
    pub cursor: Cursor,
    /// Whether it has been applied as it is now.
    applied: bool,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            changes: vec![Change::Leave; FIELDS.len()],
            cursor: Cursor::default(),
            applied: false,
        }
    }
}

/// Why `git_info` has no value of its own.
const PARTS: &str = "git_info is changed by its three parts: the rows below it";

impl Draft {
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

    /// Whether it says something that was not applied.
    pub fn is_unsaved(&self) -> bool {
        self.changed() > 0 && !self.applied
    }

    /// Whether it was applied as it is now.
    pub fn is_applied(&self) -> bool {
        self.changed() > 0 && self.applied
    }

    /// It was sent to a store.
    pub fn sent(&mut self) {
        self.applied = true;
    }

    /// The store went to another moment, in which it may not have been applied.
    pub fn travelled(&mut self) {
        self.applied = false;
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
                Err("the field has two states, leave and set (rule M6): set it to the empty text instead")
            }
            _ => Err("the field has two states, leave and set (rule M6): set it to another value instead"),
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
        self.applied = false;
    }

    fn change(&mut self, row: usize, change: Change) {
        if let Some(slot) = self.changes.get_mut(row) {
            *slot = change;
            self.applied = false;
        }
    }

    /// Makes the patch set a field to a value as it was written: a text as it is, anything else as JSON or as one of its
    /// words. An error is a sentence.
    pub fn set(&mut self, row: usize, written: &str) -> Result<(), String> {
        let Some(field) = FIELDS.get(row) else {
            return Ok(());
        };
        let quoted = || serde_json::to_string(written).map_err(|error| error.to_string());
        let text = match field.edit {
            Edit::Text | Edit::Path => quoted()?,
            Edit::Time => serde_json::to_string(written.trim()).map_err(|error| error.to_string())?,
            _ if Json::parse(written).is_ok() => written.trim().to_string(),
            _ => serde_json::to_string(written.trim()).map_err(|error| error.to_string())?,
        };
        let change = Change::Set(text);
        let mut trial = ThreadMetadataPatch::default();
        field.put(&mut trial, &change).map_err(|reason| {
            let hint = match field.edit {
                Edit::Time => " Write a moment like 2026-05-13T00:28:15Z.".to_string(),
                Edit::Choice(choices) => format!(" Write one of: {}.", choices.join(", ")),
                _ => String::new(),
            };
            format!("{} cannot be set to that: {reason}.{hint}", field.name)
        })?;
        self.change(row, field.get(&trial));
        Ok(())
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
        let member = |name: &str, change: &Change| match change {
            Change::Leave => None,
            Change::Clear => Some(format!("{}:null", quote(name))),
            Change::Set(text) => Some(format!("{}:{text}", quote(name))),
        };
        let mut members = Vec::new();
        let mut parts: Vec<String> = Vec::new();
        for (field, change) in self.rows() {
            match field.name.split_once('.') {
                Some((_, part)) => parts.extend(member(part, change)),
                None => members.extend(member(field.name, change)),
            }
        }
        if !parts.is_empty() {
            members.push(format!("\"git_info\":{{{}}}", parts.join(",")));
        }
        format!("{{{}}}", members.join(","))
    }
}

fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Begins to write a value for the selected field; what it was set to is there to be changed.
pub fn edit(model: &mut Model) -> Effects {
    let row = model.draft.cursor.at;
    let Some((field, change)) = model.draft.rows().nth(row) else {
        return Vec::new();
    };
    let before = match (change, field.edit) {
        (Change::Set(text), Edit::Text | Edit::Path | Edit::Time) => Json::parse(text)
            .ok()
            .and_then(Json::as_str)
            .map(|text| text.into_owned())
            .unwrap_or_default(),
        (Change::Set(text), _) => text.clone(),
        _ => String::new(),
    };
    let mut writing = Writing::new(Purpose::Value(row), before);
    if let Edit::Choice(choices) = field.edit {
        writing.choices = choices;
    }
    model.writing = Some(writing);
    Vec::new()
}

/// Sends the patch to the store, for the selected thread.
pub fn apply(model: &mut Model) -> Effects {
    let Some(thread_id) = model.session.thread().map(|record| record.id) else {
        return Vec::new();
    };
    match model.draft.patch() {
        Ok(patch) => {
            let params = UpdateThreadMetadataParams {
                thread_id,
                patch,
                include_archived: false,
            };
            model.draft.sent();
            vec![Effect::Run(Call::Step {
                store: model.session.store,
                step: Box::new(Step::UpdateThreadMetadata(params)),
                asker: Asker::Patch,
            })]
        }
        Err(sentence) => {
            model.warn(sentence);
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(name: &str) -> Draft {
        let mut draft = Draft::default();
        draft.cursor.at = draft.row_of(name).unwrap();
        draft
    }

    #[test]
    fn the_three_states_are_three() {
        let mut draft = at("name");
        assert_eq!(draft.json(), "{}");
        draft.clear();
        assert_eq!(draft.json(), r#"{"name":null}"#);
        draft.set(draft.cursor.at, "").unwrap();
        assert_eq!(draft.json(), r#"{"name":""}"#);
        assert_eq!(draft.patch().unwrap().name, Some(Some(String::new())));
        draft.leave();
        assert_eq!(draft.json(), "{}");
    }

    #[test]
    fn what_cannot_be_cleared_says_why_and_what_to_do() {
        let mut draft = at("preview");
        draft.clear();
        assert_eq!(draft.changed(), 0);
        assert!(draft.can_clear().unwrap_err().contains("empty text"));
        assert!(
            at("created_at")
                .can_clear()
                .unwrap_err()
                .contains("another value")
        );
        assert!(at("git_info").can_clear().unwrap_err().contains("three parts"));
        assert!(at("git_info.branch").can_clear().is_ok());
    }

    #[test]
    fn words_and_json_are_both_read_and_what_is_neither_is_refused() {
        let mut draft = Draft::default();
        let row = draft.row_of("reasoning_effort").unwrap();
        draft.set(row, "high").unwrap();
        draft.set(row, "\"low\"").unwrap();
        assert!(draft.set(row, "huge").unwrap_err().contains("Write one of"));
        let time = draft.row_of("created_at").unwrap();
        assert!(
            draft
                .set(time, "yesterday")
                .unwrap_err()
                .contains("2026-05-13T00:28:15Z")
        );
        assert_eq!(draft.json(), r#"{"reasoning_effort":"low"}"#);
    }

    #[test]
    fn git_info_is_composed_of_its_parts() {
        let mut draft = Draft::default();
        draft
            .set(draft.row_of("git_info.branch").unwrap(), "main")
            .unwrap();
        draft.cursor.at = draft.row_of("git_info.origin_url").unwrap();
        draft.clear();
        assert_eq!(
            draft.json(),
            r#"{"git_info":{"branch":"main","origin_url":null}}"#
        );
        let patch = serde_json::to_value(draft.patch().unwrap()).unwrap();
        assert_eq!(
            patch.get("git_info").unwrap(),
            &serde_json::json!({"branch": "main", "origin_url": null})
        );
        draft.cursor.at = draft.row_of("git_info").unwrap();
        draft.leave();
        assert_eq!(draft.changed(), 0);
    }
}
