//! What lies over the panes: the trait that each such thing implements, and the stack of those that are open. Nothing here
//! knows any of them.

use std::any::Any;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::model::Model;
use crate::inspector::layout::Layout;
use crate::inspector::layout::parts::{PaneParts, inner, split};
use crate::inspector::state::context::Context;
use crate::inspector::widgets::cursor::Motion;
use crate::inspector::widgets::line::TextInput;

/// A layer over the panes. The uppermost one has the keys and is drawn last.
pub trait Overlay: Any {
    /// Which keys hold while it is the uppermost one.
    fn context(&self) -> Context;

    /// How many rows it takes, borders included, where the body of the screen has this area.
    fn height(&self, body: Rect) -> u16;

    /// What of its area is its list, and what stands above and below that.
    fn parts(&self, area: Rect) -> PaneParts {
        split(inner(area), 0, 0)
    }

    /// Draws it; `focused` says whether it looks like what has the keys.
    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool);

    /// Brings what is selected among the visible rows of a list of that size.
    fn settle(&mut self, _width: usize, _height: usize) {}

    /// Moves what is selected in a list of that height.
    fn go(&mut self, _motion: Motion, _height: usize) {}

    /// The text that is written in it at the moment.
    fn line(&mut self) -> Option<&mut TextInput> {
        None
    }

    /// The text has changed.
    fn written(&mut self) {}

    /// What can be copied of what is selected, each with its name, the most useful first.
    fn copies(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The text that was looked for in it last.
    fn needle(&self) -> &str {
        ""
    }

    /// Whether something is written in it for the patch of the form.
    fn writes_patch(&self) -> bool {
        false
    }

    /// Whether it is a line in the bar or in a row of the form, so that what it belongs to looks as if it had the keys.
    fn is_line(&self) -> bool {
        false
    }
}

/// The layers over the panes, the uppermost last.
#[derive(Default)]
pub struct Overlays(Vec<Box<dyn Overlay>>);

fn as_a<T: Overlay>(over: &dyn Overlay) -> Option<&T> {
    (over as &dyn Any).downcast_ref()
}

fn as_a_mut<T: Overlay>(over: &mut dyn Overlay) -> Option<&mut T> {
    (over as &mut dyn Any).downcast_mut()
}

impl Overlays {
    /// Lays one on top.
    pub fn push(&mut self, over: Box<dyn Overlay>) {
        self.0.push(over);
    }

    /// Takes the uppermost one away.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// Takes all away.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them, the uppermost last.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &dyn Overlay> + DoubleEndedIterator {
        self.0.iter().map(|over| &**over)
    }

    /// All of them to be changed, the uppermost last.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Box<dyn Overlay>> {
        self.0.iter_mut()
    }

    /// The uppermost one.
    pub fn last(&self) -> Option<&dyn Overlay> {
        self.0.last().map(|over| &**over)
    }

    /// The uppermost one, to be changed.
    pub fn last_mut(&mut self) -> Option<&mut Box<dyn Overlay>> {
        self.0.last_mut()
    }

    /// The uppermost one, if it is a `T`.
    pub fn top<T: Overlay>(&self) -> Option<&T> {
        as_a(self.last()?)
    }

    /// The uppermost one to be changed, if it is a `T`.
    pub fn top_mut<T: Overlay>(&mut self) -> Option<&mut T> {
        as_a_mut(&mut **self.0.last_mut()?)
    }

    /// Takes the uppermost one away, if it is a `T`.
    pub fn take_top<T: Overlay>(&mut self) -> Option<T> {
        self.top::<T>()?;
        let over: Box<dyn Any> = self.0.pop()?;
        over.downcast().ok().map(|over| *over)
    }

    /// The uppermost one that is a `T`.
    pub fn find<T: Overlay>(&self) -> Option<&T> {
        self.iter().rev().find_map(as_a)
    }

    /// The uppermost one that is a `T`, to be changed.
    pub fn find_mut<T: Overlay>(&mut self) -> Option<&mut T> {
        self.0.iter_mut().rev().find_map(|over| as_a_mut(&mut **over))
    }

    /// Takes the uppermost `T` away that is meant, whatever lies on it.
    pub fn remove<T: Overlay>(&mut self, is_meant: impl Fn(&T) -> bool) {
        let is_meant = |over: &dyn Overlay| as_a::<T>(over).is_some_and(&is_meant);
        let at = self.iter().rposition(is_meant);
        if let Some(at) = at {
            self.0.remove(at);
        }
    }

    /// The one that looks as if it had the keys, by its place among all; `None` if a pane does.
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

/// Where one stands: on the key bar, as wide as the screen, so that it tears no row of what is below it.
pub fn area(over: &dyn Overlay, at: &Layout) -> Rect {
    match over.is_line() {
        true => at.bar,
        false => at.over(over.height(at.body)),
    }
}
