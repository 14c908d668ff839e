//! A list that is filtered by typing: help, the palette, the formats of a copy, the open
//! stores, the values of a field. The submodule `matching` finds the rows, `draw` draws the list.

mod draw;
mod matching;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::contract::FIELDS;
use crate::inspector::layout::parts::{PaneParts, inner, split};
use crate::inspector::state::action::Action;
use crate::inspector::state::context::Context;
use crate::inspector::state::model::Model;
use crate::inspector::state::overlay::Overlay;
use crate::inspector::widgets::cursor::ListCursor;
use crate::inspector::widgets::frame::rows_of;
use crate::inspector::widgets::line::TextInput;
use matching::FoundRow;

/// The rows that the longest usual sentence about a row takes. The list does not change its size within them.
const SENTENCE_ROWS: u16 = 3;
/// The least rows of a list with a card above it.
const LIST_ROWS: u16 = 6;
/// The rows of a help that is not cut to a part of the screen.
const HELP_ROWS: u16 = 24;

/// The purpose of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListPurpose {
    /// Help: every command.
    Help,
    /// The palette: every command and every store call, to run.
    Palette,
    /// The signs and words of the screen.
    Legend,
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
            ListPurpose::Legend => "Signs and words",
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

    /// Returns whether the whole sentence about the selected row is below the list.
    fn has_sentence(self) -> bool {
        matches!(
            self,
            ListPurpose::Help | ListPurpose::Palette | ListPurpose::Legend
        )
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
    /// Other words by which the row is found.
    pub also: &'static [&'static str],
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
            also: &[],
            impossible: None,
            pick,
        }
    }

    /// Returns the sentence below the list.
    fn sentence(&self) -> String {
        match &self.impossible {
            Some(reason) => format!("Not now: {reason}. {}", self.about),
            None => self.about.clone(),
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
    /// The lines above the input, for as long as nothing is typed.
    pub card: Vec<String>,
    /// The typed text.
    pub query: TextInput,
    /// The matching rows, the best first.
    found: Vec<FoundRow>,
    /// The selected matching row.
    pub cursor: ListCursor,
}

impl Finder {
    /// Creates a list with an empty input.
    pub fn new(purpose: ListPurpose, entries: Vec<ListEntry>) -> Self {
        let mut finder = Self {
            purpose,
            entries,
            card: Vec::new(),
            query: TextInput::default(),
            found: Vec::new(),
            cursor: ListCursor::default(),
        };
        finder.sift();
        finder
    }

    /// Filters the rows by the typed words.
    pub fn sift(&mut self) {
        // Text after a complete name in the palette is the argument of the command.
        let first = self.query.text().split_whitespace().next().unwrap_or_default();
        let is_name = |entry: &ListEntry| entry.name.eq_ignore_ascii_case(first);
        let words: Vec<&str> = match self.purpose {
            ListPurpose::Palette if self.entries.iter().any(is_name) => vec![first],
            _ => self.query.text().split_whitespace().collect(),
        };
        self.found = matching::sift(&self.entries, &words);
        self.cursor = ListCursor::default();
    }

    /// Replaces all rows. The typed text and the selected row do not change.
    pub fn replace(&mut self, entries: Vec<ListEntry>) {
        let cursor = self.cursor;
        let selected = self.selected().map(|entry| entry.name.clone());
        self.entries = entries;
        self.sift();
        self.cursor = cursor;
        let is_selected = |row: &FoundRow| Some(&self.entries[row.index].name) == selected.as_ref();
        if let Some(at) = self.found.iter().position(is_selected) {
            self.cursor.at = at;
        }
    }

    /// Returns the selected row.
    pub fn selected(&self) -> Option<&ListEntry> {
        self.found.get(self.cursor.at).map(|row| &self.entries[row.index])
    }

    /// Returns the action of the selected row.
    pub fn into_pick(mut self) -> Option<Action> {
        let index = self.found.get(self.cursor.at)?.index;
        Some(self.entries.swap_remove(index).pick)
    }

    /// Returns the rows of the card at this width; none while something is typed.
    fn card_rows(&self, columns: u16) -> u16 {
        match self.query.text().is_empty() {
            true => self.card.iter().map(|line| rows_of(line, columns)).sum(),
            false => 0,
        }
    }

    /// Returns the rows of the sentence below the list, with a line above them; 0 if there is none.
    fn sentence_rows(&self, columns: u16) -> u16 {
        match self.selected().filter(|_| self.purpose.has_sentence()) {
            Some(entry) => rows_of(&entry.sentence(), columns).max(SENTENCE_ROWS) + 1,
            None => 0,
        }
    }
}

impl Overlay for Finder {
    fn context(&self) -> Context {
        Context::Finder
    }

    fn height(&self, body: Rect) -> u16 {
        let rows = u16::try_from(self.entries.len()).unwrap_or(u16::MAX);
        let most = match self.purpose {
            ListPurpose::Help | ListPurpose::Legend => (body.height / 4 * 3).max(HELP_ROWS.min(body.height)),
            _ => body.height / 4 * 3,
        };
        let columns = inner(body).width;
        let others = self.card_rows(columns) + self.sentence_rows(columns) + 3;
        rows.saturating_add(others).min(most)
    }

    fn parts(&self, area: Rect) -> PaneParts {
        let inside = inner(area);
        let input = 1.min(inside.height);
        let left = inside.height - input;
        let foot = match self.sentence_rows(inside.width) {
            rows if rows + 3 <= left => rows,
            _ => 0,
        };
        let card = match self.card_rows(inside.width) {
            rows if rows + foot + LIST_ROWS <= left => rows,
            _ => 0,
        };
        split(inside, card + input, foot)
    }

    fn draw(&self, model: &Model, buffer: &mut Buffer, area: Rect, focused: bool) {
        draw::draw(model, self, buffer, area, focused);
    }

    fn list(&mut self) -> Option<(&mut ListCursor, usize)> {
        Some((&mut self.cursor, self.found.len()))
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
