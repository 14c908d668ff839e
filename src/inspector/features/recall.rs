//! The searches and filters of this run, to recall them in a prompt.

use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::cursor::Motion;
use crate::inspector::widgets::line::TextInput;

/// The maximum number of texts that are kept.
const KEPT: usize = 100;

/// The texts entered in this run, the latest first, without duplicates.
#[derive(Debug, Default)]
pub struct RecentTexts {
    searches: Vec<String>,
    filters: Vec<String>,
}

impl RecentTexts {
    fn of(&self, purpose: PromptPurpose) -> &[String] {
        match purpose {
            PromptPurpose::Filter => &self.filters,
            PromptPurpose::Search | PromptPurpose::Contents => &self.searches,
            PromptPurpose::Value(_) => &[],
        }
    }

    /// Keeps a search text.
    pub fn keep_search(&mut self, text: &str) {
        keep(&mut self.searches, text);
    }

    /// Keeps a filter.
    pub fn keep_filter(&mut self, text: &str) {
        keep(&mut self.filters, text);
    }
}

fn keep(texts: &mut Vec<String>, text: &str) {
    if text.is_empty() {
        return;
    }
    texts.retain(|known| known != text);
    texts.insert(0, text.to_string());
    texts.truncate(KEPT);
}

/// Recalls the previous or next text. If a list of completions is open, selects the previous or next completion
/// instead.
pub fn step(model: &mut Model, is_earlier: bool) -> Effects {
    let prompt = ensured(model.overlays.top_mut::<Prompt>());
    if let Some(completions) = prompt.completions.as_mut().filter(|known| known.is_open()) {
        let rows = if is_earlier { -1 } else { 1 };
        let len = completions.offered.len();
        completions.cursor.go(Motion::Rows(rows), len, len);
        return Vec::new();
    }
    let texts = model.recent_texts.of(prompt.purpose);
    let (at, written) = match &prompt.recalled {
        Some((at, written)) => (Some(*at), written.clone()),
        None => (None, prompt.line.text().to_string()),
    };
    let next = match (at, is_earlier) {
        (None, true) => Some(0),
        (None, false) => return Vec::new(),
        (Some(at), true) => Some((at + 1).min(texts.len().saturating_sub(1))),
        (Some(at), false) => at.checked_sub(1),
    };
    match next.map(|at| (at, texts.get(at))) {
        Some((_, None)) => {}
        Some((at, Some(text))) => {
            prompt.line = TextInput::new(text.clone());
            prompt.recalled = Some((at, written));
        }
        None => {
            prompt.line = TextInput::new(written);
            prompt.recalled = None;
        }
    }
    // Recalled text gets no completions.
    if let Some(completions) = &mut prompt.completions {
        completions.offered.clear();
        completions.before = prompt.line.parts().0.to_string();
    }
    Vec::new()
}
