//! Switching to another preset.

use crate::inspector::layout::presets::Preset;
use crate::inspector::state::model::Model;

/// Divides the screen by a preset, and shows the history as it was shown last in this preset.
pub fn switch(model: &mut Model, preset: Preset) {
    model.layout.use_preset(preset);
    let history = &mut model.session.history;
    let is_transcript = model.settings.transcripts[preset.index()];
    if history.conversation.is_shown != is_transcript {
        history.show_transcript(is_transcript);
    }
}
