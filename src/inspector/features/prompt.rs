//! Handles a text prompt: while the user types, when the text is accepted, and when the prompt is canceled.

use crate::inspector::features::{contents, navigation};
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::panes::Pane;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::workbench::query::QueryError;

/// Returns whether the user is entering a filter, so that the visible rows are only a preview.
pub fn is_filter(model: &Model) -> bool {
    let writing = model.overlays.find::<Prompt>();
    writing.is_some_and(|writing| writing.purpose == PromptPurpose::Filter)
}

/// Applies a filter while the user types. If the filter is invalid, the prompt shows the reason, and the last valid
/// filter stays in effect.
pub fn settle(model: &mut Model) -> Effects {
    let writing = model.overlays.top::<Prompt>();
    let Some(writing) = writing.filter(|writing| writing.purpose == PromptPurpose::Filter) else {
        return Vec::new();
    };
    let text = writing.line.text().to_string();
    let filtered = match navigation::filter_text(model) == text {
        true => Ok(Vec::new()),
        false => navigation::filter(model, &text),
    };
    let (effects, fault) = match filtered {
        Ok(effects) => (effects, None),
        Err(fault) => (Vec::new(), Some(wrong(&fault))),
    };
    if let Some(writing) = model.overlays.top_mut::<Prompt>() {
        writing.fault = fault;
    }
    effects
}

/// Filters the focused pane, or shows what is wrong with the filter.
pub fn filter(model: &mut Model, text: &str) -> Effects {
    navigation::filter(model, text).unwrap_or_else(|fault| {
        model.warn(wrong(&fault));
        Vec::new()
    })
}

/// Returns what is wrong with a filter, as a sentence.
fn wrong(fault: &QueryError) -> String {
    format!("Filter, {fault}")
}

/// Accepts the entered text.
pub fn accept(model: &mut Model) -> Effects {
    let writing = ensured(model.overlays.take_top::<Prompt>());
    let text = writing.line.text().to_string();
    match writing.purpose {
        PromptPurpose::Filter if writing.fault.is_none() => model.recent_texts.keep_filter(&text),
        PromptPurpose::Search | PromptPurpose::Contents => model.recent_texts.keep_search(&text),
        PromptPurpose::Filter | PromptPurpose::Value(_) => {}
    }
    match writing.purpose {
        PromptPurpose::Search if text.is_empty() => match model.needle().to_string() {
            last if last.is_empty() => Vec::new(),
            // Without a text, the last search is repeated.
            last => navigation::search(model, &last),
        },
        PromptPurpose::Search => navigation::search(model, &text),
        PromptPurpose::Contents if text.is_empty() => Vec::new(),
        PromptPurpose::Contents => contents::search(model, &text),
        PromptPurpose::Filter => match writing.fault.clone() {
            Some(fault) => {
                model.warn(fault);
                model.open(writing)
            }
            None => Vec::new(),
        },
        PromptPurpose::Value(row) => {
            let now = model.now();
            match model.draft.set(row, &text, now) {
                Ok(()) => Vec::new(),
                Err(sentence) => {
                    model.warn(sentence);
                    model.open(writing)
                }
            }
        }
    }
}

/// Cancels the prompt.
pub fn give_up(model: &mut Model) -> Effects {
    let writing = ensured(model.overlays.take_top::<Prompt>());
    match writing.purpose {
        PromptPurpose::Filter => filter(model, &writing.before),
        PromptPurpose::Search | PromptPurpose::Contents | PromptPurpose::Value(_) => Vec::new(),
    }
}

/// Returns the words of the filter that the Threads pane applies while the user types, if the filter consists only of
/// words.
pub fn phrase(model: &Model) -> Option<String> {
    let writing = model.overlays.top::<Prompt>()?;
    let is_meant = writing.purpose == PromptPurpose::Filter && model.layout.focus == Pane::Threads;
    let filter = &model.session.threads.query.filter;
    filter.phrase().filter(|_| is_meant).map(str::to_string)
}

/// Cancels the filter, and lists the threads whose contents contain its words.
pub fn find_instead(model: &mut Model) -> Effects {
    let text = ensured(phrase(model));
    let mut effects = give_up(model);
    let is_known = model
        .session
        .found
        .as_ref()
        .is_some_and(|found| found.text() == text);
    effects.extend(match is_known {
        true => contents::list(model),
        false => contents::search(model, &text),
    });
    effects
}
