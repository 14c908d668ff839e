//! The model and its parts, and the messages and effects that connect the model to the outside. Depends on no feature.

pub mod action;
pub mod command;
pub mod context;
pub mod effect;
pub mod file;
pub mod found_threads;
pub mod import;
pub mod job;
pub mod listening;
pub mod log;
pub mod model;
pub mod mouse;
pub mod msg;
pub mod overlay;
pub mod pace;
pub mod patch_draft;
pub mod places;
pub mod playback;
pub mod session;
pub mod settings;
pub mod tutor;
