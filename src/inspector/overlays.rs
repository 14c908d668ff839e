//! What lies over the panes: each implements [`Overlay`](super::state::overlay::Overlay).

pub mod difference;
pub mod finder;
pub mod form;
pub mod laws;
pub mod patch_text;
pub mod prompt;
pub mod question;
pub mod reader;
