//! What is done with a line that is being written: while it is written, when it is accepted, and when it is given up.

use crate::inspector::features::navigation;
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

/// Whether a filter is being written: what it shows is not yet what the person wants to see.
pub fn is_filter(model: &Model) -> bool {
    let writing = model.overlays.find::<Prompt>();
    writing.is_some_and(|writing| writing.purpose == PromptPurpose::Filter)
}

/// A filter filters as one types.
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

/// Takes what was written.
pub fn accept(model: &mut Model) -> Effects {
    let Some(writing) = model.overlays.take_top::<Prompt>() else {
        return Vec::new();
    };
    let text = writing.line.text().to_string();
    match writing.purpose {
        PromptPurpose::Search if text.is_empty() => Vec::new(),
        PromptPurpose::Search => navigation::search(model, &text),
        PromptPurpose::Filter => Vec::new(),
        PromptPurpose::Value(row) => match model.draft.set(row, &text, model.session.snapshot.now()) {
            Ok(()) => Vec::new(),
            Err(sentence) => {
                model.warn(sentence);
                model.open(writing)
            }
        },
    }
}

/// Gives up what was written.
pub fn give_up(model: &mut Model) -> Effects {
    match model.overlays.take_top::<Prompt>() {
        Some(writing) if writing.purpose == PromptPurpose::Filter => {
            navigation::filter(model, &writing.before)
        }
        _ => Vec::new(),
    }
}
