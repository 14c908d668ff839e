//! Switching to another preset.

use crate::inspector::layout::presets::Preset;
use crate::inspector::state::model::Model;

/// Divides the screen by a preset. What else a preset changes, such as the form of History, is set here.
pub fn switch(model: &mut Model, preset: Preset) {
    model.layout.use_preset(preset);
}
