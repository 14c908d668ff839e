//! Completes the filter that the user is entering, in each pane that has a filter: the names of fields, and the values
//! of a field. Few rows are counted immediately, many in the background.

use std::sync::Arc;

use crate::inspector::overlays::completions::Completions;
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::panes::Pane;
use crate::inspector::panes::journal::filter::{StepFilter, StepRow};
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::workbench::query::{Completion, FieldValues, ItemFilter, ItemRow, OpenTerm, ThreadValues};

/// The number of rows that are counted immediately.
const AT_ONCE: usize = 2_000;

/// Counts the values of a field; `None` if it is stopped.
pub type CountFn = Box<dyn FnOnce(&dyn Fn() -> bool) -> Option<FieldValues> + Send>;

/// Brings the completions up to date with the text before the cursor.
pub fn settle(model: &mut Model, effects: &mut Effects) {
    let Some(prompt) = model.overlays.top::<Prompt>() else {
        return;
    };
    let before = prompt.line.parts().0;
    let is_known = prompt
        .completions
        .as_ref()
        .is_some_and(|known| known.before == before);
    if prompt.purpose != PromptPurpose::Filter || is_known {
        return;
    }
    let before = before.to_string();
    let number = model.searches + 1;
    let (mut completions, count) = complete(model, &before, false);
    if let Some((rows, count)) = count {
        match rows <= AT_ONCE {
            true => {
                let values = ensured(count(&|| true));
                completions.take(values, noun(model));
            }
            false => {
                model.searches = number;
                completions.number = number;
                effects.push(Effect::Run(Call::Count(number, count)));
            }
        }
    }
    if let Some(prompt) = model.overlays.top_mut::<Prompt>() {
        prompt.completions = Some(completions);
    }
}

/// Returns the word for a row of the focused pane, such as `item`.
fn noun(model: &Model) -> &'static str {
    match model.layout.focus {
        Pane::History => "item",
        Pane::Journal => "step",
        _ => "thread",
    }
}

/// Returns the completions of the term before the cursor, and the values to count with their number of rows. The full
/// list of fields is offered only if the user asks for it.
fn complete(model: &Model, before: &str, is_asked: bool) -> (Completions, Option<(usize, CountFn)>) {
    let mut completions = Completions {
        before: before.to_string(),
        ..Completions::default()
    };
    let Some(open) = OpenTerm::of(before) else {
        return (completions, None);
    };
    completions.start = open.start;
    match open.field {
        None if open.part.is_empty() && !is_asked => {}
        None => {
            completions.offered = names(model, open.part);
            completions.values = completions.offered.len();
        }
        Some(field) => {
            let count = values(model, field, open.part);
            if count.is_some() {
                completions.field = field.to_string();
            }
            return (completions, count);
        }
    }
    (completions, None)
}

fn names(model: &Model, part: &str) -> Vec<Completion> {
    match model.layout.focus {
        Pane::History => ItemFilter::names(part),
        Pane::Journal => StepFilter::names(part),
        _ => ThreadValues::names(part),
    }
}

fn values(model: &Model, field: &str, part: &str) -> Option<(usize, CountFn)> {
    let session = &model.session;
    let (field, part) = (field.to_string(), part.to_string());
    match model.layout.focus {
        Pane::History => {
            let history = session.items_of_thread()?.clone();
            let imported = session.imported().cloned();
            if !ItemFilter::has_values(&field) {
                return None;
            }
            let count = move |goes_on: &dyn Fn() -> bool| {
                let rows = history.iter().enumerate().map(|(place, item)| ItemRow {
                    history: &history,
                    place,
                    item,
                    imported: imported.as_ref(),
                });
                ItemFilter::count(&field, &part, rows, goes_on)
            };
            Some((session.items(), Box::new(count)))
        }
        Pane::Journal => {
            let line = session.line().clone();
            if !StepFilter::has_values(&field) {
                return None;
            }
            // Computing the explanations of steps takes long.
            let rows = if field == "is" { usize::MAX } else { line.len() };
            let count = move |goes_on: &dyn Fn() -> bool| {
                let entries = (0..line.len()).filter_map(|place| line.nth(place));
                let steps = entries.map(|entry| StepRow { entry, line: &line });
                StepFilter::count(&field, &part, steps, goes_on)
            };
            Some((rows, Box::new(count)))
        }
        _ => {
            let imported = Arc::clone(&session.threads.imported);
            let values = ThreadValues::of(&field, &part, &session.snapshot, &imported)?;
            Some((values.rows(), Box::new(move |goes_on| values.count(goes_on))))
        }
    }
}

/// Receives the values that were counted in the background.
pub fn take(model: &mut Model, number: u64, values: FieldValues) -> Effects {
    let noun = noun(model);
    let prompt = model.overlays.top_mut::<Prompt>();
    let completions = prompt.and_then(|prompt| prompt.completions.as_mut());
    if let Some(completions) = completions.filter(|known| known.number == number) {
        completions.take(values, noun);
    }
    Vec::new()
}

/// Inserts the selected completion into the text. If no completion is selected, offers all fields instead.
pub fn accept(model: &mut Model) -> Effects {
    let prompt = ensured(model.overlays.top::<Prompt>());
    let selected = prompt.completions.as_ref().and_then(|known| {
        let selected = known.selected()?;
        Some((known.start, selected.text.clone()))
    });
    match selected {
        Some((start, text)) => {
            model.write(|line| line.replace_before(start, &text));
        }
        None => {
            let before = prompt.line.parts().0.to_string();
            let (completions, _) = complete(model, &before, true);
            let prompt = ensured(model.overlays.top_mut::<Prompt>());
            if prompt.completions.as_ref().is_none_or(|known| known.number == 0) {
                prompt.completions = Some(completions);
            }
        }
    }
    Vec::new()
}
