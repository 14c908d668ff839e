//! The FIELDS table: describes each metadata field, in JSON order, for all code that shows, edits, checks or explains
//! fields. Its rows are derived from those of [`ThreadMetadataPatch`] and, for the parts of `git_info`, of
//! [`GitInfoPatch`](super::GitInfoPatch).

use std::sync::LazyLock;

use super::slot::{Change, FieldState, TOO_DEEP, sentence};
use super::{ThreadMetadataPatch, git_patch, patch};
use crate::protocol::json::{Json, JsonKind};

/// How many states a field of a patch has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum States {
    /// Leave or set.
    Two,
    /// Leave, clear or set.
    Three,
}

/// How a value of the field is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldEditor {
    /// Plain text.
    Text,
    /// A path.
    Path,
    /// A time in RFC 3339 format.
    Time,
    /// One of these JSON texts, which can be templates to fill in.
    Choice(&'static [&'static str]),
    /// Edited through its parts, which have their own rows.
    Parts,
}

/// Why a field of a patch cannot be changed. The display text is a clause, without a capital letter or full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// The field has two states.
    #[error("it can be left or set, but not cleared")]
    NotClearable,
    /// The text is not a value of the field.
    #[error("{0}")]
    Value(String),
}

/// One metadata field, or one part of `git_info`.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Field {
    /// The field's name in a patch; for a part its path, such as `git_info.sha`.
    pub name: &'static str,
    /// The Rust type of its value.
    pub value: &'static str,
    /// Whether it can be cleared.
    pub states: States,
    /// Its name in a stored thread (for a part: in the thread's `git_info`); `None` if no read returns it (rule M4).
    pub shown: Option<&'static str>,
    /// How it is edited.
    pub edit: FieldEditor,
    /// A sentence that describes it.
    pub about: &'static str,
    /// The index of the part, if it is a part of `git_info`.
    part: Option<usize>,
    /// Its index among the patch's rows.
    row: usize,
}

/// All fields in JSON order; the three parts of `git_info` directly follow it.
pub static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let mut fields = Vec::new();
    for (row, field) in patch::ROWS.iter().enumerate() {
        fields.push(Field {
            name: field.name,
            value: field.value,
            states: if field.clearable {
                States::Three
            } else {
                States::Two
            },
            shown: field.shown,
            edit: field.edit,
            about: field.about,
            part: None,
            row,
        });
        if field.edit == FieldEditor::Parts {
            for (part, of) in git_patch::ROWS.iter().enumerate() {
                fields.push(Field {
                    name: PART_NAMES[part],
                    value: of.value,
                    states: if of.clearable { States::Three } else { States::Two },
                    shown: of.shown,
                    edit: of.edit,
                    about: of.about,
                    part: Some(part),
                    row,
                });
            }
        }
    }
    fields
});

const PART_NAMES: [&str; 3] = ["git_info.sha", "git_info.branch", "git_info.origin_url"];

/// The field with this name, if there is one; a part is named by its path, such as `git_info.sha`.
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

impl Field {
    /// Whether this is a part of another field's value.
    pub fn is_part(&self) -> bool {
        self.part.is_some()
    }

    /// Whether it is stored but never shown by a read (rule M4).
    pub fn is_hidden(&self) -> bool {
        self.shown.is_none()
    }

    /// Whether a patch leaves, clears or sets the field.
    pub fn state(&self, patch: &ThreadMetadataPatch) -> FieldState {
        match self.part {
            Some(part) => match &patch.git_info {
                Some(git) => (git_patch::ROWS[part].state)(git),
                None => FieldState::Leave,
            },
            None => (patch::ROWS[self.row].state)(patch),
        }
    }

    /// What a patch does to the field.
    pub fn get(&self, patch: &ThreadMetadataPatch) -> Change {
        match self.part {
            Some(part) => match &patch.git_info {
                Some(git) => (git_patch::ROWS[part].get)(git),
                None => Change::Leave,
            },
            None => (patch::ROWS[self.row].get)(patch),
        }
    }

    /// Sets, clears or leaves the field in a patch.
    ///
    /// # Errors
    /// If the field cannot be cleared, or the text is not a value of the field.
    pub fn put(&self, patch: &mut ThreadMetadataPatch, change: &Change) -> Result<(), FieldError> {
        match self.part {
            Some(part) => {
                if patch.git_info.is_none() && *change == Change::Leave {
                    return Ok(());
                }
                let git = patch.git_info.get_or_insert_default();
                git_patch::ROWS
                    .get(part)
                    .map_or(Ok(()), |row| (row.put)(git, change))?;
                if git.is_empty() {
                    patch.git_info = None;
                }
                Ok(())
            }
            None => patch::ROWS
                .get(self.row)
                .map_or(Ok(()), |row| (row.put)(patch, change)),
        }
    }

    /// Sets the field in a patch from a JSON text. `null` clears a three-state field and leaves a two-state field unchanged.
    ///
    /// # Errors
    /// If the text does not decode as a value of the field.
    pub fn decode_into(&self, patch: &mut ThreadMetadataPatch, text: &str) -> Result<(), serde_json::Error> {
        match self.part {
            Some(part) => {
                let git = patch.git_info.get_or_insert_default();
                git_patch::ROWS
                    .get(part)
                    .map_or(Ok(()), |row| (row.decode_into)(git, text))
            }
            None => patch::ROWS
                .get(self.row)
                .map_or(Ok(()), |row| (row.decode_into)(patch, text)),
        }
    }

    /// Checks that a JSON text decodes as a value of the field (`null` does).
    ///
    /// # Errors
    /// If it does not; the error says why.
    pub fn check(&self, text: &str) -> Result<(), FieldError> {
        self.decode_into(&mut ThreadMetadataPatch::default(), text)
            .map_err(|error| FieldError::Value(sentence(&error)))
    }

    /// Why a value was rejected, and what to write instead, as a clause.
    pub(super) fn refusal(&self, value: Json<'_>, reason: &str) -> String {
        let (like, wanted) = self.wanted(value);
        match reason {
            // The decoder's message for a value of the wrong JSON type says too little.
            "expected value" => format!("expected {wanted}, but got {}", value.kind().noun()),
            TOO_DEEP => reason.to_string(),
            _ if !like && reason.starts_with("unknown variant") => reason.to_string(),
            _ => format!("{reason}; write {wanted}"),
        }
    }

    /// The form of a valid value, and whether the rejected value resembles it.
    fn wanted(&self, refused: Json<'_>) -> (bool, String) {
        let choices = match self.edit {
            FieldEditor::Text => return (false, r#"a string in quotes, such as "new""#.to_string()),
            FieldEditor::Path => return (false, r#"a path in quotes, such as "/srv/work""#.to_string()),
            FieldEditor::Time => {
                return (
                    false,
                    r#"a time in quotes, such as "2026-05-13T00:28:15Z""#.to_string(),
                );
            }
            FieldEditor::Parts => {
                return (
                    false,
                    r#"an object of its parts, such as {"branch":"main"}"#.to_string(),
                );
            }
            FieldEditor::Choice(choices) => choices,
        };
        let named = called(refused.text());
        let alike = |choice: &&&str| {
            let name = called(choice);
            name.split(' ').next() == named.split(' ').next() && is_object(choice)
        };
        let common = |choice: &&&str| {
            let name = called(choice);
            let words = name.split(' ').zip(named.split(' '));
            words.take_while(|(ours, theirs)| ours == theirs).count()
        };
        if let Some(choice) = choices.iter().filter(alike).max_by_key(common) {
            return (true, format!("a value such as {choice}"));
        }
        let words: Vec<&str> = choices
            .iter()
            .filter(|choice| choice.starts_with('"'))
            .copied()
            .collect();
        let object = choices.iter().find(|choice| is_object(choice));
        let wanted = match (words.as_slice(), object) {
            ([], object) => format!("a value such as {}", object.unwrap_or(&"")),
            (words, None) => format!("one of {}", words.join(", ")),
            (words, Some(object)) => format!("one of {}, or an object such as {object}", words.join(", ")),
        };
        (false, wanted)
    }
}

fn is_object(choice: &str) -> bool {
    choice.contains('{')
}

/// A short name for a value: a string itself, an object's tag, or the keys that lead to its inner value.
pub fn called(text: &str) -> String {
    Json::parse(text).map_or_else(|_| text.to_string(), |value| name(value, WORDS))
}

/// The maximum number of words in such a name.
const WORDS: usize = 3;

fn name(value: Json<'_>, words: usize) -> String {
    if let Some(word) = value.as_str().or_else(|| value.get("type")?.as_str()) {
        return word.into_owned();
    }
    let mut members = value.members();
    match (members.next(), members.next()) {
        (Some((key, inner)), None) if inner.as_str().is_some() || inner.kind() == JsonKind::Object => {
            let inner = if words <= 1 || inner.members().nth(1).is_some() {
                String::new()
            } else {
                name(inner, words - 1)
            };
            format!("{key} {inner}").trim_end().to_string()
        }
        _ => value.text().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_23_fields_and_three_parts_and_their_paths_are_their_names() {
        assert_eq!(FIELDS.iter().filter(|field| !field.is_part()).count(), 23);
        let parts: Vec<&str> = FIELDS.iter().filter(|f| f.is_part()).map(|f| f.name).collect();
        let rows: Vec<String> = git_patch::ROWS
            .iter()
            .map(|row| format!("git_info.{}", row.name))
            .collect();
        assert_eq!(parts, rows);
    }

    #[test]
    fn every_choice_that_is_offered_decodes() {
        for field in FIELDS.iter() {
            if let FieldEditor::Choice(choices) = field.edit {
                for choice in choices {
                    let mut patch = ThreadMetadataPatch::default();
                    field
                        .put(&mut patch, &Change::Set((*choice).to_string()))
                        .unwrap();
                    let mut again = ThreadMetadataPatch::default();
                    field.put(&mut again, &field.get(&patch)).unwrap();
                    assert_eq!(
                        (again, field.state(&patch)),
                        (patch, FieldState::Set),
                        "{}",
                        field.name
                    );
                }
            }
        }
    }

    #[test]
    fn clearing_a_two_state_field_is_refused_and_changes_nothing() {
        for field in FIELDS.iter() {
            let mut patch = ThreadMetadataPatch::default();
            let cleared = field.put(&mut patch, &Change::Clear);
            assert_eq!(cleared.is_ok(), field.states == States::Three, "{}", field.name);
            assert_eq!(
                field.get(&patch) == Change::Clear,
                field.states == States::Three,
                "{}",
                field.name
            );
        }
    }
}
