//! Widgets that panes and overlays use for drawing.

pub mod ascii;
pub mod cursor;
pub mod frame;
pub mod json_tree;
pub mod line;
pub mod line_scroll;
pub mod redraw;
pub mod theme;
