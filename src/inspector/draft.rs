//! The patch in the making: for each field whether it is left alone, cleared or set, and to what.
//!
//! The rows are those of the FIELDS table; `git_info` is composed by its three parts. How the form looks is the patch
//! pane's matter, what a patch does is the store's.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use super::choices;
use super::cursor::Cursor;
use super::driver::Effect;
use super::importing::count;
use super::model::{Call, Effects, Model, Overlay, Question};
use super::writing::{Purpose, Writing};
use crate::contract::{Change, Edit, FIELDS, Field, States, ThreadMetadataPatch};
use crate::protocol::ThreadId;
use crate::protocol::json::Json;
use crate::workbench::lints::Lint;
use crate::workbench::patches::{self, PatchText};

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

/// The patch in the making.
#[derive(Clone, Debug)]
pub struct Draft {
    changes: Vec<Change>,
    /// The selected row and the first visible one.
    pub cursor: Cursor,
    /// Whether it has been applied as it is now.
    applied: bool,
    /// A text that was written for it and is no patch.
    rejected: Option<String>,
    /// Of which rows the effect is shown.
    pub preview: Preview,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            changes: vec![Change::Leave; FIELDS.len()],
            cursor: Cursor::default(),
            applied: false,
            rejected: None,
            preview: Preview::default(),
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
            _ if Json::parse(written).is_ok() => written.trim().to_string(),
            _ => serde_json::to_string(written.trim()).map_err(|error| error.to_string())?,
        };
        self.set_json(row, text).map_err(|reason| {
            let hint = match field.edit {
                Edit::Time => {
                    " Write a moment like 2026-05-13T00:28:15Z, or now, or a distance from it like +2h or -3d (s, m, h, d, w)."
                        .to_string()
                }
                Edit::Choice(choices) => {
                    let names: Vec<String> = choices.iter().map(|choice| choices::called(choice)).collect();
                    format!(" Choose one of: {}.", names.join(", "))
                }
                _ => String::new(),
            };
            format!("{} cannot be set to that: {reason}.{hint}", field.name)
        })
    }

    /// Makes the patch set a field to a JSON text. An error is a sentence part.
    pub fn set_json(&mut self, row: usize, text: String) -> Result<(), String> {
        if let Some(field) = FIELDS.get(row) {
            let mut trial = ThreadMetadataPatch::default();
            field.put(&mut trial, &Change::Set(text))?;
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
        let PatchText { patch, lints } = patches::read_one(text)?;
        for (row, field) in FIELDS.iter().enumerate() {
            let change = match field.edit {
                Edit::Parts => Change::Leave,
                _ => field.get(&patch),
            };
            self.change(row, change);
        }
        self.rejected = None;
        Ok(lints)
    }

    /// Keeps a text that is no patch, for when the text is opened again.
    pub fn reject(&mut self, text: String) {
        self.rejected = Some(text);
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

fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Begins to write a value for the selected field, or offers its values; what it was set to is there to be changed.
pub fn edit(model: &mut Model) -> Effects {
    let row = model.draft.cursor.at;
    let Some((field, change)) = model.draft.rows().nth(row) else {
        return Vec::new();
    };
    if let Edit::Choice(choices) = field.edit {
        return choices::open(model, row, choices);
    }
    let before = match (change, field.edit) {
        (Change::Set(text), Edit::Text | Edit::Path | Edit::Time) => Json::parse(text)
            .ok()
            .and_then(Json::as_str)
            .map(|text| text.into_owned())
            .unwrap_or_default(),
        (Change::Set(text), _) => text.clone(),
        _ => String::new(),
    };
    model.writing = Some(Writing::new(Purpose::Value(row), before));
    Vec::new()
}

/// The threads that the patch is for: the marked ones, in the order of their ids, or else the selected one.
pub fn targets(model: &Model) -> Vec<ThreadId> {
    let marked = &model.session.threads.marked;
    if marked.is_empty() {
        return model
            .session
            .thread()
            .map(|record| record.id)
            .into_iter()
            .collect();
    }
    let mut threads: Vec<ThreadId> = marked.iter().copied().collect();
    threads.sort_by_key(|id| id.uuid());
    threads
}

/// Sends the patch to the store, for these threads.
pub fn apply(model: &mut Model, threads: Vec<ThreadId>) -> Effects {
    match model.draft.patch() {
        Ok(patch) => {
            model.draft.sent();
            vec![Effect::Run(Call::Apply {
                store: model.session.store,
                threads,
                patch: Box::new(patch),
            })]
        }
        Err(sentence) => {
            model.warn(sentence);
            Vec::new()
        }
    }
}

/// Sends the patch for the thread of an id that was written, after a question if the store does not know it.
pub fn apply_to(model: &mut Model, id: &str) -> Effects {
    let thread: ThreadId = match id.trim().parse() {
        Ok(thread) => thread,
        Err(error) => {
            model.warn(format!("apply-to takes the id of a thread: {error}."));
            return Vec::new();
        }
    };
    let created = model
        .session
        .snapshot
        .thread(thread)
        .is_some_and(|record| record.is_listed());
    if created {
        return apply(model, vec![thread]);
    }
    model.open(Overlay::Question(Question {
        text: format!(
            "No thread {thread} was ever created. The store will answer thread_not_found, and keep the patch all the same: \
             a later create_thread of that id shows it (rule M1). Apply it?"
        ),
        yes: Box::new(move |model| apply(model, vec![thread])),
    }))
}

/// The patch as text to be edited, a line a field: what could not be read last time, or else the patch as it is.
pub fn text(model: &Model) -> String {
    match &model.draft.rejected {
        Some(text) => text.clone(),
        None => pretty(&model.draft.json()),
    }
}

fn pretty(json: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(json);
    value
        .and_then(|value| serde_json::to_string_pretty(&value))
        .map_or_else(|_| json.to_string(), |text| text + "\n")
}

/// Takes the patch from a text that was edited. One that is no patch is kept for the next time.
pub fn take_text(model: &mut Model, edited: Result<String, String>) -> Effects {
    match edited {
        Err(sentence) => model.warn(sentence),
        Ok(text) => match model.draft.read(&text) {
            Ok(lints) if lints.is_empty() => {
                let fields = count(model.draft.changed() as u64, "field");
                model.say(format!("The patch as it was written: {fields} set or cleared."));
            }
            Ok(lints) => {
                let lints: Vec<String> = lints.iter().map(ToString::to_string).collect();
                model.warn(lints.join("; "));
            }
            Err(sentence) => {
                model.warn(format!(
                    "That is no patch: {sentence}. E opens the text again as it was left."
                ));
                model.draft.rejected = Some(text);
            }
        },
    }
    Vec::new()
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
        draft.set(draft.cursor.at, "", DateTime::UNIX_EPOCH).unwrap();
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
        draft.set(row, "high", DateTime::UNIX_EPOCH).unwrap();
        draft.set(row, "\"low\"", DateTime::UNIX_EPOCH).unwrap();
        assert!(
            draft
                .set(row, "huge", DateTime::UNIX_EPOCH)
                .unwrap_err()
                .contains("Choose one of")
        );
        let time = draft.row_of("created_at").unwrap();
        assert!(
            draft
                .set(time, "yesterday", DateTime::UNIX_EPOCH)
                .unwrap_err()
                .contains("2026-05-13T00:28:15Z")
        );
        assert_eq!(draft.json(), r#"{"reasoning_effort":"low"}"#);
    }

    #[test]
    fn a_moment_is_written_as_such_or_from_now_on() {
        let now = DateTime::parse_from_rfc3339("2026-05-13T09:00:00Z")
            .unwrap()
            .to_utc();
        for (written, moment_of) in [
            ("now", "2026-05-13T09:00:00Z"),
            ("+2h", "2026-05-13T11:00:00Z"),
            ("-3d", "2026-05-10T09:00:00Z"),
            ("+90s", "2026-05-13T09:01:30Z"),
            ("-1w", "2026-05-06T09:00:00Z"),
        ] {
            assert_eq!(moment(written, now), moment_of);
            let mut draft = at("created_at");
            draft.set(draft.cursor.at, written, now).unwrap();
            assert_eq!(draft.json(), format!(r#"{{"created_at":"{moment_of}"}}"#));
        }
        for wrong in [
            "",
            "+",
            "-",
            "2h",
            "+2",
            "+h",
            "+2y",
            "+-2h",
            "+99999999999999999999d",
            "+9223372036854775807w",
            "Now",
        ] {
            assert_eq!(moment(wrong, now), wrong);
            assert!(
                at("created_at")
                    .set(at("created_at").cursor.at, wrong, now)
                    .is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_text_is_the_patch_or_is_refused_with_its_place_and_changes_nothing() {
        let mut draft = Draft::default();
        let text = r#"{"name": null, "git_info": {"sha": "a", "branch": null}, "title": ""}"#;
        let lints = draft.read(text).unwrap();
        assert_eq!(
            lints.iter().map(|lint| lint.code).collect::<Vec<_>>(),
            ["write-only"]
        );
        let json = draft.json();
        assert_eq!(
            json,
            r#"{"name":null,"title":"","git_info":{"sha":"a","branch":null}}"#
        );
        let deep = format!(r#"{{"source":{}{}}}"#, "[".repeat(300), "]".repeat(300));
        for (wrong, sentence) in [
            ("", "there is no patch in it"),
            ("[]", "line 1, column 1: "),
            ("\"name\"", "line 1, column 1: "),
            ("null", "line 1, column 1: "),
            ("{}{}", "these are 2 patches"),
            ("{\n \"name\": 5}", "line 2, column 10: "),
            ("{\"name\":\"a\",\n\"name\":\"b\"}", "line 2, column 1: "),
            ("{\"created_at\":\"soon\"}", "line 1, column 15: "),
            ("{\"approval_mode\":{\"granular\":{}}}", "line 1, column "),
            ("{\"name\":", "line 1, column "),
            (&deep, "line 1, column "),
        ] {
            let refused = draft.read(wrong).unwrap_err();
            assert!(refused.contains(sentence), "{wrong}: {refused}");
            assert_eq!(draft.json(), json, "{wrong}");
        }
    }

    #[test]
    fn git_info_is_composed_of_its_parts() {
        let mut draft = Draft::default();
        draft
            .set(
                draft.row_of("git_info.branch").unwrap(),
                "main",
                DateTime::UNIX_EPOCH,
            )
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
