//! The overlays over the panes. Each implements [`Overlay`](super::state::overlay::Overlay).

pub mod completions;
pub mod contents;
pub mod difference;
pub mod facets;
pub mod finder;
pub mod form;
pub mod laws;
pub mod patch_preview;
pub mod patch_text;
pub mod prompt;
pub mod question;
pub mod reader;
pub mod sizes;
