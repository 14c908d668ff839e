//! The list of values for a field of the patch, starting with the current value. A value with parts opens a form for
//! the parts. The user can also enter JSON.

use super::targets;
use crate::contract::{Change, FIELDS, called};
use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::overlays::form::Form;
use crate::inspector::overlays::form::parts::is_whole;
use crate::inspector::state::action::Action;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

/// Lists the values of a row of the patch form. If there is only one value, opens the form for its parts.
pub fn open(model: &mut Model, row: usize, choices: &'static [&'static str]) -> Effects {
    let said = model.draft.rows().nth(row).map(|(_, change)| change.clone());
    let stored = || {
        let shown = targets::shown(model)?;
        let patch = shown.record()?.patch.as_ref()?;
        Some(FIELDS[row].get(patch))
    };
    let (name, now) = match said {
        Some(Change::Set(text)) => ("current value in the patch", Some(text)),
        _ => match stored() {
            Some(Change::Set(text)) => ("stored value", Some(text)),
            _ => ("", None),
        },
    };
    if let [only] = choices {
        let value = now.as_deref().unwrap_or(only).to_string();
        return fill_in(model, row, value);
    }
    // A current value that is a plain word is already in the list.
    let now = now
        .filter(|text| Form::parts(row, text).is_some())
        .map(|text| ListEntry::new(name, text.clone(), Action::Parts(row, text)));
    let choices = choices
        .iter()
        .map(|choice| ListEntry::new(called(choice), *choice, Action::Value(row, (*choice).to_string())));
    let finder = Finder::new(ListPurpose::Values(row), now.into_iter().chain(choices).collect());
    model.open(finder)
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
    use crate::contract::FieldEditor;

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
