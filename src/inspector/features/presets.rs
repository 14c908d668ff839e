//! Switching to another preset.

use crate::inspector::layout::presets::Preset;
use crate::inspector::state::model::Model;

/// Arranges the panes by a preset, and shows the history in the form that was last used with this preset.
pub fn switch(model: &mut Model, preset: Preset) {
    model.layout.use_preset(preset);
    let history = &mut model.session.history;
    let is_transcript = model.settings.transcripts[preset.index()];
    if history.conversation.is_shown != is_transcript {
        history.show_transcript(is_transcript);
    }
}
