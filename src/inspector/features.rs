//! How keys and messages change the model, one file for each feature.

pub mod actions;
pub mod compare;
pub mod contents;
pub mod copying;
pub mod follow;
pub mod imported;
pub mod kinds;
pub mod lists;
pub mod navigation;
pub mod open;
pub mod patch;
pub mod patch_drawer;
pub mod patch_io;
pub mod patch_preview;
pub mod playback;
pub mod prompt;
pub mod provenance;
pub mod reader_jobs;
pub mod recording;
pub mod rules;
pub mod sizes;
pub mod state_file;
pub mod stores;
pub mod targets;
pub mod time_travel;
pub mod value_picker;
