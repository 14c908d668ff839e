//! The mouse: whether it is captured, and the divider that is being dragged.

use crate::inspector::layout::dividers::Divider;

/// The state of the mouse.
#[derive(Clone, Copy, Debug, Default)]
pub struct MouseState {
    /// Whether the terminal reports the mouse. While it does, the terminal selects text only with Shift.
    pub is_on: bool,
    /// The divider that is being dragged.
    pub dragged: Option<Divider>,
}
