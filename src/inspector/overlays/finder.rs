//! A list that is filtered by typing: help, the palette, the formats of a copy, the open
//! stores, the values of a field. The submodule `draw` draws the list.

mod draw;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::contract::FIELDS;
use crate::inspector::layout::parts::{PaneParts, inner, split};
use crate::inspector::state::action::Action;
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::{ListCursor, Motion};
use crate::inspector::widgets::line::TextInput;

/// The purpose of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListPurpose {
    /// Help: every command.
    Help,
    /// The palette: every command and every store call, to run.
    Palette,
    /// The columns of the threads, to show or hide.
    Columns,
    /// The formats in which a row can be copied.
    Copies,
    /// The open stores.
    Stores,
    /// The steps that affected a value.
    Steps,
    /// The items that were cut off after an item.
    Superseded,
    /// The patches for a difference.
    Patches,
    /// The patches that can be loaded into the form.
    PatchDrawer,
    /// The branches of the journal.
    Branches,
    /// The parts of a step that can be expected.
    Expectations,
    /// The values of a row of the patch form.
    Values(usize),
}

impl ListPurpose {
    /// Returns the title.
    pub fn title(self) -> &'static str {
        match self {
            ListPurpose::Help => "Help",
            ListPurpose::Palette => "Commands and store calls",
            ListPurpose::Columns => "Columns",
            ListPurpose::Copies => "Copy",
            ListPurpose::Stores => "Stores",
            ListPurpose::Patches => "The difference as a patch",
            ListPurpose::Steps => "Origin of the value",
            ListPurpose::Superseded => "Superseded items, not in the history",
            ListPurpose::PatchDrawer => "Applied and named patches",
            ListPurpose::Branches => "Branches",
            ListPurpose::Expectations => "Add an expectation",
            ListPurpose::Values(row) => FIELDS[row].name,
        }
    }
}

/// A row of a list.
pub struct ListEntry {
    /// The sign before the row.
    pub mark: &'static str,
    /// Keys or a number.
    pub keys: String,
    /// The name.
    pub name: String,
    /// The argument after the name. Empty if there is none.
    pub takes: &'static str,
    /// A sentence that describes the row.
    pub about: String,
    /// The reason why the row cannot be chosen now.
    pub impossible: Option<String>,
    /// The action of the row.
    pub pick: Action,
}

impl ListEntry {
    /// Creates a row with this name, without a sign, keys or an argument.
    pub fn new(name: impl Into<String>, about: impl Into<String>, pick: Action) -> Self {
        Self {
            mark: "",
            keys: String::new(),
            name: name.into(),
            takes: "",
            about: about.into(),
            impossible: None,
            pick,
        }
    }

    /// Returns the name with its argument.
    fn shown_name(&self) -> String {
        match self.takes {
            "" => self.name.clone(),
            takes => format!("{} {takes}", self.name),
        }
    }
}

/// A list that is filtered by typing.
pub struct Finder {
    /// The purpose of the list.
    pub purpose: ListPurpose,
    /// All rows.
    pub entries: Vec<ListEntry>,
    /// The typed text.
    pub query: TextInput,
    /// The indices of the matching rows, the best first.
    pub found: Vec<usize>,
    /// The selected matching row.
    pub cursor: ListCursor,
}

impl Finder {
    /// Creates a list with an empty input.
    pub fn new(purpose: ListPurpose, entries: Vec<ListEntry>) -> Self {
        let mut finder = Self {
            purpose,
            entries,
            query: TextInput::default(),
            found: Vec::new(),
            cursor: ListCursor::default(),
        };
        finder.sift();
        finder
    }

    /// Filters the rows by the typed words. A row must contain every word. The name of a row determines its rank: names
    /// equal to the first word come first, then names that start with it, then names that contain it, then the others.
    pub fn sift(&mut self) {
        let query = self.query.text().to_lowercase();
        // Text after a complete name in the palette is the argument of the command.
        let first = query.split_whitespace().next().unwrap_or_default().to_string();
        let whole =
            self.purpose == ListPurpose::Palette && self.entries.iter().any(|entry| entry.name == first);
        let words: Vec<&str> = if whole {
            vec![first.as_str()]
        } else {
            query.split_whitespace().collect()
        };
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let name = entry.name.to_lowercase();
            let text = format!(
                "{name} {} {}",
                entry.keys.to_lowercase(),
                entry.about.to_lowercase()
            );
            if words.iter().all(|word| text.contains(word)) {
                let rank = match words.first() {
                    None => 0,
                    Some(word) if name == *word => 0,
                    Some(word) if name.starts_with(word) => 1,
                    Some(word) if name.contains(word) => 2,
                    Some(_) => 3,
                };
                found.push((rank, index));
            }
        }
        found.sort();
        self.found = found.into_iter().map(|(_, index)| index).collect();
        self.cursor = ListCursor::default();
    }

    /// Replaces all rows. The typed text and the selected row do not change.
    pub fn replace(&mut self, entries: Vec<ListEntry>) {
        let cursor = self.cursor;
        let selected = self.selected().map(|entry| entry.name.clone());
        self.entries = entries;
        self.sift();
        self.cursor = cursor;
        let is_selected = |index: &usize| Some(&self.entries[*index].name) == selected.as_ref();
        if let Some(at) = self.found.iter().position(is_selected) {
            self.cursor.at = at;
        }
    }

    /// Returns the selected row.
    pub fn selected(&self) -> Option<&ListEntry> {
        self.found.get(self.cursor.at).map(|index| &self.entries[*index])
    }

    /// Returns the action of the selected row.
    pub fn into_pick(mut self) -> Option<Action> {
        let index = *self.found.get(self.cursor.at)?;
        Some(self.entries.swap_remove(index).pick)
    }
}

impl Overlay for Finder {
    fn context(&self) -> Context {
        Context::Finder
    }

    fn height(&self, body: Rect) -> u16 {
        let rows = u16::try_from(self.entries.len()).unwrap_or(u16::MAX);
        rows.saturating_add(3).min(body.height / 4 * 3)
    }

    fn parts(&self, area: Rect) -> PaneParts {
        let inside = inner(area);
        split(inside, 1.min(inside.height), 0)
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw::draw(model, self, buffer, area, focused);
    }

    fn settle(&mut self, _: usize, height: usize) {
        self.cursor.settle(self.found.len(), height);
    }

    fn go(&mut self, motion: Motion, height: usize) {
        self.cursor.go(motion, self.found.len(), height);
    }

    fn input(&self) -> Option<&TextInput> {
        Some(&self.query)
    }

    fn line(&mut self) -> Option<&mut TextInput> {
        Some(&mut self.query)
    }

    fn written(&mut self) {
        self.sift();
    }

    fn writes_patch(&self) -> bool {
        matches!(self.purpose, ListPurpose::Values(_))
    }
}
