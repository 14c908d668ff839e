//! The list of values for a field of the patch, starting with the current value. A value with parts opens a form for
//! the parts. The user can also enter JSON.

use super::targets;
use crate::contract::{Change, FIELDS, Field, FieldEditor, called};
use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::overlays::form::Form;
use crate::inspector::overlays::form::parts::is_whole;
use crate::inspector::state::action::Action;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

/// Lists the values of a row of the patch form. If there is only one value, opens the form for its parts.
pub fn open(model: &mut Model, row: usize, choices: &'static [&'static str]) -> Effects {
    let (name, now) = value(model, row).unzip();
    if let [only] = choices {
        let value = now.as_deref().unwrap_or(only).to_string();
        return fill_in(model, row, value);
    }
    let word = now.clone();
    // A current value that is a plain word is already in the list.
    let now = now
        .filter(|text| Form::parts(row, text).is_some())
        .map(|text| ListEntry::new(name.unwrap_or_default(), text.clone(), Action::Parts(row, text)));
    let entries = choices
        .iter()
        .map(|choice| ListEntry::new(called(choice), *choice, Action::Value(row, (*choice).to_string())));
    let mut finder = Finder::new(ListPurpose::Values(row), now.into_iter().chain(entries).collect());
    // The list begins with the current word.
    let at = choices.iter().position(|choice| Some(*choice) == word.as_deref());
    finder.cursor.at = at.unwrap_or(0);
    model.open(finder)
}

/// Returns the words that a field can be set to, as JSON.
fn words(field: &Field) -> impl Iterator<Item = &'static str> + Clone {
    let choices: &[&str] = match field.edit {
        FieldEditor::Choice(choices) => choices,
        _ => &[],
    };
    choices.iter().copied().filter(|choice| choice.starts_with('"'))
}

/// Returns whether the selected field can be set to one of a few words.
pub fn has_words(model: &Model) -> Result<(), &'static str> {
    match model
        .draft
        .field()
        .is_some_and(|field| words(field).next().is_some())
    {
        true => Ok(()),
        false => Err("this field has no list of allowed values: e edits its value"),
    }
}

/// Sets the selected field to its next allowed value.
pub fn next_word(model: &mut Model) -> Effects {
    let row = model.draft.cursor.at;
    let now = value(model, row);
    let mut words = words(&FIELDS[row]);
    let again = words.clone();
    let found = now.is_some_and(|(_, now)| words.any(|word| word == now));
    let mut next = if found {
        words.chain(again)
    } else {
        again.clone().chain(again)
    };
    let next = ensured(next.next()).to_string();
    model
        .draft
        .set_json(row, next)
        .map_or_else(|why| model.warn(why), |()| {});
    Vec::new()
}

/// Returns the value of a row, with a description: the value in the patch or, without one, the stored value.
pub fn value(model: &Model, row: usize) -> Option<(&'static str, String)> {
    let (field, said) = ensured(model.draft.rows().nth(row));
    if let Change::Set(text) = said {
        return Some(("current value in the patch", text.clone()));
    }
    let shown = targets::shown(model)?;
    match field.get(shown.record()?.patch.as_deref()?) {
        Change::Set(text) => Some(("stored value", text)),
        _ => None,
    }
}

/// Accepts a value from the list. A complete value is set immediately. Otherwise, the user fills in its parts first.
pub fn take(model: &mut Model, row: usize, text: String) -> Effects {
    if is_whole(&text) {
        return take_whole(model, row, &text);
    }
    fill_in(model, row, text)
}

fn take_whole(model: &mut Model, row: usize, text: &str) -> Effects {
    let now = model.now();
    if let Err(sentence) = model.draft.set(row, text, now) {
        model.warn(sentence);
    }
    Vec::new()
}

/// Opens the form for the parts of a value.
pub fn fill_in(model: &mut Model, row: usize, text: String) -> Effects {
    match Form::parts(row, &text) {
        Some(form) => model.open(form),
        None => take_whole(model, row, &text),
    }
}

/// Accepts a value that the user typed in the list. An invalid value stays in the input.
pub fn take_typed(model: &mut Model, row: usize, text: &str) -> Effects {
    let now = model.now();
    match model.draft.set(row, text, now) {
        Ok(()) => model.overlays.pop(),
        Err(sentence) => model.warn(sentence),
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_that_is_offered_has_a_name_of_its_own() {
        for field in FIELDS.iter() {
            if let FieldEditor::Choice(choices) = field.edit {
                let mut names: Vec<String> = choices.iter().map(|choice| called(choice)).collect();
                names.sort();
                names.dedup();
                assert_eq!(names.len(), choices.len(), "{}: {names:?}", field.name);
            }
        }
        for (text, name) in [
            (r#""cli""#, "cli"),
            (r#"{"custom":""}"#, "custom"),
            (r#"{"subagent":"review"}"#, "subagent review"),
            (
                r#"{"subagent":{"thread_spawn":{"depth":1,"agent_path":null}}}"#,
                "subagent thread_spawn",
            ),
            (
                r#"{"granular":{"rules":true,"sandbox_approval":true}}"#,
                "granular",
            ),
            (
                r#"{"type":"workspace-write","network_access":false}"#,
                "workspace-write",
            ),
        ] {
            assert_eq!(called(text), name);
        }
    }
}
