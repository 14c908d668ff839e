//! The FIELDS table: what there is to know about each metadata field, in wire order, for everything that shows, edits,
//! checks or explains one. Its rows are made from those of [`ThreadMetadataPatch`] and, below `git_info`, of
//! [`GitInfoPatch`](super::GitInfoPatch).

use std::sync::LazyLock;

use super::slot::{Change, State, TOO_DEEP, sentence};
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

/// How a value of the field is best edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Plain text.
    Text,
    /// A path.
    Path,
    /// A moment, RFC 3339.
    Time,
    /// One of these JSON texts, or one of them filled in.
    Choice(&'static [&'static str]),
    /// By its parts, which are rows of their own.
    Parts,
}

/// Why a field of a patch cannot say what it is asked to say. The display is a part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// The field has two states.
    #[error("it can be left alone or set, but not cleared")]
    NotClearable,
    /// The text is no value of the field.
    #[error("{0}")]
    Value(String),
}

/// One metadata field, or one part of `git_info`.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Field {
    /// The field's name in a patch; a part has its path, such as `git_info.sha`.
    pub name: &'static str,
    /// The type of its value, as the code writes it.
    pub value: &'static str,
    /// Whether it can be cleared.
    pub states: States,
    /// Its name in a stored thread (a part: in the thread's `git_info`); `None` if no read ever shows it (rule M4).
    pub shown: Option<&'static str>,
    /// How it is edited.
    pub edit: Edit,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// Whether it is a part of `git_info`, and which.
    part: Option<usize>,
    /// Its place among the patch's rows.
    row: usize,
}

/// All fields in wire order, the three parts of `git_info` right after it.
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
        if field.edit == Edit::Parts {
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

/// The field of that name; a part is named by its path.
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

impl Field {
    /// Whether this is a part of another field's value.
    pub fn is_part(&self) -> bool {
        self.part.is_some()
    }

    /// Whether no read ever shows it, although it is kept (rule M4).
    pub fn is_hidden(&self) -> bool {
        self.shown.is_none()
    }

    /// Whether a patch leaves, clears or sets the field.
    pub fn state(&self, patch: &ThreadMetadataPatch) -> State {
        match self.part {
            Some(part) => match &patch.git_info {
                Some(git) => (git_patch::ROWS[part].state)(git),
                None => State::Leave,
            },
            None => (patch::ROWS[self.row].state)(patch),
        }
    }

    /// What a patch says about the field.
    pub fn get(&self, patch: &ThreadMetadataPatch) -> Change {
        match self.part {
            Some(part) => match &patch.git_info {
                Some(git) => (git_patch::ROWS[part].get)(git),
                None => Change::Leave,
            },
            None => (patch::ROWS[self.row].get)(patch),
        }
    }

    /// Makes a patch say so about the field. An error says in a sentence part why it cannot.
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

    /// Makes a patch say about the field what a JSON text says: `null` clears a three-state field and leaves a two-state
    /// one alone.
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

    /// Whether a JSON text decodes as a value of the field (`null` does). An error says in a sentence part why not.
    pub fn check(&self, text: &str) -> Result<(), FieldError> {
        self.decode_into(&mut ThreadMetadataPatch::default(), text)
            .map_err(|error| FieldError::Value(sentence(&error)))
    }

    /// Why a value was refused, and what to write instead; a sentence part.
    pub(super) fn refusal(&self, value: Json<'_>, reason: &str) -> String {
        let (like, wanted) = self.wanted(value);
        match reason {
            // The decoder has no words for a value of another kind than the names that it knows.
            "expected value" => format!("expected {wanted}, but this is {}", value.kind().noun()),
            TOO_DEEP => reason.to_string(),
            _ if !like && reason.starts_with("unknown variant") => reason.to_string(),
            _ => format!("{reason}; write {wanted}"),
        }
    }

    /// What a value of the field looks like, and whether that is like the one that was refused.
    fn wanted(&self, refused: Json<'_>) -> (bool, String) {
        let choices = match self.edit {
            Edit::Text => return (false, r#"a text in quotes, such as "new""#.to_string()),
            Edit::Path => return (false, r#"a path in quotes, such as "/srv/work""#.to_string()),
            Edit::Time => {
                return (
                    false,
                    r#"a moment in quotes, such as "2026-05-13T00:28:15Z""#.to_string(),
                );
            }
            Edit::Parts => {
                return (
                    false,
                    r#"an object of its parts, such as {"branch":"main"}"#.to_string(),
                );
            }
            Edit::Choice(choices) => choices,
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
            return (true, format!("it like {choice}"));
        }
        let words: Vec<&str> = choices
            .iter()
            .filter(|choice| choice.starts_with('"'))
            .copied()
            .collect();
        let object = choices.iter().find(|choice| is_object(choice));
        let wanted = match (words.as_slice(), object) {
            ([], object) => format!("it like {}", object.unwrap_or(&"")),
            (words, None) => format!("one of {}", words.join(", ")),
            (words, Some(object)) => format!("one of {}, or one like {object}", words.join(", ")),
        };
        (false, wanted)
    }
}

fn is_object(choice: &str) -> bool {
    choice.contains('{')
}

/// What a value is called: a word as it is, an object by its tag or by the way to what it holds.
pub fn called(text: &str) -> String {
    Json::parse(text).map_or_else(|_| text.to_string(), |value| name(value, WORDS))
}

/// How many words such a name may have.
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
            if let Edit::Choice(choices) = field.edit {
                for choice in choices {
                    let mut patch = ThreadMetadataPatch::default();
                    field
                        .put(&mut patch, &Change::Set((*choice).to_string()))
                        .unwrap();
                    let mut again = ThreadMetadataPatch::default();
                    field.put(&mut again, &field.get(&patch)).unwrap();
                    assert_eq!(
                        (again, field.state(&patch)),
                        (patch, State::Set),
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
