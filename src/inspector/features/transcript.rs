//! Shows the history as a transcript, and folds and unfolds its entries.

use crate::inspector::panes::Pane;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

/// Goes to the transcript of the selected thread. In the transcript, goes back to the rows.
pub fn switch(model: &mut Model) -> Effects {
    let view = &mut model.session.history;
    let is_here = view.conversation.is_shown && model.layout.focus == Pane::History;
    if view.conversation.is_shown == is_here {
        view.show_transcript(!is_here);
        model.settings.transcripts[model.layout.preset.index()] = !is_here;
    }
    model.layout.focus_on(Pane::History);
    Vec::new()
}

/// Folds or unfolds the selected entry.
pub fn fold(model: &mut Model) -> Effects {
    let view = &mut model.session.history;
    let place = ensured(view.selected());
    match view.lines_at(view.cursor.at).can_fold {
        true => view.conversation.toggle(place),
        false => model.warn("This entry has nothing to fold or unfold.".to_string()),
    }
    Vec::new()
}

/// Returns the text of the selected entry: what was said, or the output of a call.
pub fn copies(model: &Model) -> Vec<(&'static str, String)> {
    let view = &model.session.history;
    let entry = view
        .selected()
        .and_then(|place| view.conversation.transcript().entry(place));
    let Some(entry) = entry.filter(|_| view.conversation.is_shown) else {
        return Vec::new();
    };
    let text = entry.text();
    match text.is_empty() {
        true => Vec::new(),
        false => vec![("the text of the entry", text)],
    }
}
