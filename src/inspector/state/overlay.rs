//! Overlays over the panes: the trait that each overlay implements, and the stack of open overlays. This module depends
//! on no concrete overlay.

use std::any::Any;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::model::Model;
use crate::inspector::layout::Layout;
use crate::inspector::layout::parts::{PaneParts, inner, split};
use crate::inspector::state::context::Context;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::inspector::widgets::line::TextInput;

/// An overlay over the panes. The top overlay has focus and is drawn last.
pub trait Overlay: Any {
    /// Returns the context that determines the key bindings while the overlay is on top.
    fn context(&self) -> Context;

    /// Returns the height in rows, including borders, for a screen body of this area.
    fn height(&self, body: Rect) -> u16;

    /// Splits its area into the list and the parts above and below the list.
    fn parts(&self, area: Rect) -> PaneParts {
        split(inner(area), 0, 0)
    }

    /// Draws the overlay. If `focused` is true, it is drawn as focused.
    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool);

    /// Returns the cursor of its list and the number of rows, if each row of the list is one row of the screen.
    fn list(&mut self) -> Option<(&mut ListCursor, usize)> {
        None
    }

    /// Scrolls so that the selection is visible in a list of this size.
    fn settle(&mut self, _width: usize, height: usize) {
        if let Some((cursor, rows)) = self.list() {
            cursor.settle(rows, height);
        }
    }

    /// Moves the selection in a list of this height.
    fn go(&mut self, motion: Motion, height: usize) {
        if let Some((cursor, rows)) = self.list() {
            cursor.go(motion, rows, height);
        }
    }

    /// Called before a row is selected with the mouse, if several lists are side by side in the area of the list.
    fn point(&mut self, _list: Rect, _at: Position) {}

    /// Returns the text input that is being edited, if any.
    fn input(&self) -> Option<&TextInput> {
        None
    }

    /// Returns the same text input mutably.
    fn line(&mut self) -> Option<&mut TextInput> {
        None
    }

    /// Called after the text input has changed.
    fn written(&mut self) {}

    /// Returns the texts that can be copied from the selection, each with its name, the most useful first.
    fn copies(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Returns the last search text.
    fn needle(&self) -> &str {
        ""
    }

    /// Returns whether the user edits a part of the patch form in this overlay.
    fn writes_patch(&self) -> bool {
        false
    }

    /// Goes to the next value of the input that is being edited, if the input has a few fixed values. Space does this.
    fn toggle(&mut self) -> bool {
        false
    }

    /// Returns whether the overlay is at the top of the body, so that the panes at its bottom stay in sight.
    fn is_above(&self) -> bool {
        false
    }

    /// Returns whether the overlay is a one-line input in the bar or in a form row. In that case the overlay or pane
    /// below it is drawn as focused.
    fn is_line(&self) -> bool {
        false
    }
}

/// The stack of open overlays. The last one is on top.
#[derive(Default)]
pub struct Overlays(Vec<Box<dyn Overlay>>);

fn as_a<T: Overlay>(over: &dyn Overlay) -> Option<&T> {
    (over as &dyn Any).downcast_ref()
}

fn as_a_mut<T: Overlay>(over: &mut dyn Overlay) -> Option<&mut T> {
    (over as &mut dyn Any).downcast_mut()
}

impl Overlays {
    /// Pushes an overlay on top.
    pub fn push(&mut self, over: Box<dyn Overlay>) {
        self.0.push(over);
    }

    /// Removes the top overlay.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// Removes all overlays.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns whether no overlay is open.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over all overlays, the top one last.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &dyn Overlay> + DoubleEndedIterator {
        self.0.iter().map(|over| &**over)
    }

    /// Iterates mutably over all overlays, the top one last.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Box<dyn Overlay>> {
        self.0.iter_mut()
    }

    /// Returns the top overlay.
    pub fn last(&self) -> Option<&dyn Overlay> {
        self.0.last().map(|over| &**over)
    }

    /// Returns the top overlay mutably.
    pub fn last_mut(&mut self) -> Option<&mut Box<dyn Overlay>> {
        self.0.last_mut()
    }

    /// Returns the top overlay if it is a `T`.
    pub fn top<T: Overlay>(&self) -> Option<&T> {
        as_a(self.last()?)
    }

    /// Returns the top overlay mutably if it is a `T`.
    pub fn top_mut<T: Overlay>(&mut self) -> Option<&mut T> {
        as_a_mut(&mut **self.0.last_mut()?)
    }

    /// Removes and returns the top overlay if it is a `T`.
    pub fn take_top<T: Overlay>(&mut self) -> Option<T> {
        self.top::<T>()?;
        let over: Box<dyn Any> = self.0.pop()?;
        over.downcast().ok().map(|over| *over)
    }

    /// Returns the topmost overlay of type `T`.
    pub fn find<T: Overlay>(&self) -> Option<&T> {
        self.iter().rev().find_map(as_a)
    }

    /// Returns the topmost overlay of type `T` mutably.
    pub fn find_mut<T: Overlay>(&mut self) -> Option<&mut T> {
        self.0.iter_mut().rev().find_map(|over| as_a_mut(&mut **over))
    }

    /// Removes the topmost `T` for which `is_meant` returns true, even if other overlays are above it.
    pub fn remove<T: Overlay>(&mut self, is_meant: impl Fn(&T) -> bool) {
        let is_meant = |over: &dyn Overlay| as_a::<T>(over).is_some_and(&is_meant);
        let at = self.iter().rposition(is_meant);
        if let Some(at) = at {
            self.0.remove(at);
        }
    }

    /// Returns the index of the overlay that is drawn as focused, or `None` if a pane is drawn as focused.
    pub fn front(&self) -> Option<usize> {
        match self.last()?.is_line() {
            true => self.0.iter().rposition(|over| !over.is_line()),
            false => Some(self.0.len() - 1),
        }
    }
}

impl IntoIterator for Overlays {
    type Item = Box<dyn Overlay>;
    type IntoIter = std::vec::IntoIter<Box<dyn Overlay>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Returns the area of an overlay. An overlay is at the bottom or the top of the body and as wide as the screen, so it
/// covers only whole rows. A one-line input has the area of the key bar.
pub fn area(over: &dyn Overlay, at: &Layout) -> Rect {
    match over.is_line() {
        true => at.bar,
        false if over.is_above() => Rect {
            y: at.body.y,
            ..at.over(over.height(at.body))
        },
        false => at.over(over.height(at.body)),
    }
}
