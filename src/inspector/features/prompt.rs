//! Handles a text prompt: while the user types, when the text is accepted, and when the prompt is canceled.

use crate::inspector::features::navigation;
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

/// Returns whether the user is entering a filter, so that the visible rows are only a preview.
pub fn is_filter(model: &Model) -> bool {
    let writing = model.overlays.find::<Prompt>();
    writing.is_some_and(|writing| writing.purpose == PromptPurpose::Filter)
}

/// Applies a filter while the user types.
pub fn settle(model: &mut Model) -> Effects {
    match model.overlays.top::<Prompt>() {
        Some(writing) if writing.purpose == PromptPurpose::Filter => {
            let text = writing.line.text().to_string();
            match navigation::filter_text(model) == text {
                true => Vec::new(),
                false => navigation::filter(model, &text),
            }
        }
        _ => Vec::new(),
    }
}

/// Accepts the entered text.
pub fn accept(model: &mut Model) -> Effects {
    let writing = ensured(model.overlays.take_top::<Prompt>());
    let text = writing.line.text().to_string();
    match writing.purpose {
        PromptPurpose::Search if text.is_empty() => match model.needle().to_string() {
            last if last.is_empty() => Vec::new(),
            // Without a text, the last search is repeated.
            last => navigation::search(model, &last),
        },
        PromptPurpose::Search => navigation::search(model, &text),
        PromptPurpose::Filter => Vec::new(),
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
        PromptPurpose::Filter => navigation::filter(model, &writing.before),
        PromptPurpose::Search | PromptPurpose::Value(_) => Vec::new(),
    }
}
