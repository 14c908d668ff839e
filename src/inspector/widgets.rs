//! What panes and overlays are drawn with.

pub mod cursor;
pub mod frame;
pub mod json_tree;
pub mod line;
pub mod theme;
