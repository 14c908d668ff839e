//! A list that is searched by typing: help, the palette, the kinds of a history, the forms of a copy, the open
//! stores, the values of a field.
//!
//! Owns what stands in each list and what choosing does; how it looks is in `draw` below this file.

mod draw;

pub use draw::draw;

use super::commands::{self, Command, Spot};
use super::cursor::Cursor;
use super::line::Line;
use super::model::{Effects, Expected, Model, Overlay, pane_of};
use super::panes::history::KindKey;
use super::session::StoreKey;
use super::{choices, facets, moving, opening, recording, steps, taking};
use crate::contract::{FIELDS, OPS, Op};
use crate::protocol::ThreadId;
use crate::workbench::scenario::Key;

/// What a list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Every command, to be read.
    Help,
    /// Every command and every store call, to be run.
    Palette,
    /// The kinds of items, to be hidden.
    Kinds,
    /// The forms in which a row can be copied.
    Copies,
    /// The open stores.
    Stores,
    /// The steps that were about a value.
    Steps,
    /// The patches that a difference stands for.
    Patches,
    /// What of a step can be expected.
    Expectations,
    /// The values of a row of the patch form.
    Values(usize),
}

impl Purpose {
    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Purpose::Help => "Help",
            Purpose::Palette => "Commands and store calls",
            Purpose::Kinds => "Kinds of items",
            Purpose::Copies => "Copy",
            Purpose::Stores => "Stores",
            Purpose::Patches => "The difference as a patch",
            Purpose::Steps => "Where it comes from",
            Purpose::Expectations => "What is expected of the step",
            Purpose::Values(row) => FIELDS.get(row).map_or("", |field| field.name),
        }
    }
}

/// What choosing an entry does.
#[derive(Clone)]
pub enum Pick {
    /// Runs a command.
    Command(&'static Command),
    /// Opens the form of a method.
    Op(Op),
    /// Shows a kind or hides it.
    Kind(KindKey),
    /// Copies a text.
    Copy(String),
    /// Looks at an open store.
    Store(StoreKey),
    /// Puts a patch into the form, with a sentence about what it cannot do, for the thread that it was made for.
    Patch(String, String, ThreadId),
    /// Goes to a step.
    Step(u64),
    /// Expects something of a step.
    Expect(u64, Vec<Key>),
    /// Sets a row of the patch form to a value, after its parts were filled in if it has any.
    Value(usize, String),
    /// Opens the parts of a value for a row of the patch form.
    Parts(usize, String),
}

/// One row of a list.
#[derive(Clone)]
pub struct Entry {
    /// A sign before it.
    pub mark: &'static str,
    /// Keys or a number.
    pub keys: String,
    /// What it is called.
    pub name: String,
    /// What is written behind the name; empty if nothing.
    pub takes: &'static str,
    /// A sentence about it.
    pub about: String,
    /// Why it cannot be chosen now.
    pub impossible: Option<String>,
    /// What choosing it does.
    pub pick: Pick,
}

impl Entry {
    /// The name with what is written behind it.
    fn shown_name(&self) -> String {
        match self.takes {
            "" => self.name.clone(),
            takes => format!("{} {takes}", self.name),
        }
    }
}

/// A list that is searched by typing.
pub struct Finder {
    /// What it is for.
    pub purpose: Purpose,
    /// All rows.
    pub entries: Vec<Entry>,
    /// What is typed.
    pub query: Line,
    /// The rows that match, by their number, the best first.
    pub found: Vec<usize>,
    /// The selected one of them.
    pub cursor: Cursor,
}

impl Finder {
    /// A list with nothing typed yet.
    pub fn new(purpose: Purpose, entries: Vec<Entry>) -> Self {
        let mut finder = Self {
            purpose,
            entries,
            query: Line::default(),
            found: Vec::new(),
            cursor: Cursor::default(),
        };
        finder.sift();
        finder
    }

    /// Every command: first what holds where the keys go at the moment.
    pub fn help(model: &Model) -> Self {
        let spot = model.spot();
        let (here, elsewhere): (Vec<_>, Vec<_>) = commands::all().partition(|row| row.spots.contains(&spot));
        let entries = here
            .into_iter()
            .chain(elsewhere)
            .map(|row| command_entry(model, row));
        Self::new(Purpose::Help, entries.collect())
    }

    /// Every command that has a name worth typing, and every method of the store.
    pub fn palette(model: &Model) -> Self {
        let in_panes = commands::all().filter(|row| row.spots.iter().any(|spot| pane_of(*spot).is_some()));
        let mut entries: Vec<Entry> = in_panes.map(|row| command_entry(model, row)).collect();
        entries.extend(OPS.iter().map(|row| Entry {
            mark: "",
            keys: "call".to_string(),
            name: row.name.to_string(),
            takes: "",
            about: row.about.to_string(),
            impossible: None,
            pick: Pick::Op(row.op),
        }));
        Self::new(Purpose::Palette, entries)
    }

    /// The forms in which something can be copied.
    pub fn copies(copies: Vec<(&'static str, String)>) -> Self {
        let entries = copies.into_iter().map(|(name, text)| Entry {
            mark: "",
            keys: String::new(),
            name: name.to_string(),
            takes: "",
            about: text.chars().take(200).collect(),
            impossible: None,
            pick: Pick::Copy(text),
        });
        Self::new(Purpose::Copies, entries.collect())
    }

    /// The open stores.
    pub fn stores(model: &Model) -> Self {
        let sessions = std::iter::once(&model.session).chain(&model.others);
        let entries = sessions.enumerate().map(|(index, session)| Entry {
            mark: if index == 0 { "\u{25b8}" } else { "" },
            keys: String::new(),
            name: session.title().to_string(),
            takes: "",
            about: super::importing::count(session.snapshot.len() as u64, "thread"),
            impossible: None,
            pick: Pick::Store(session.store),
        });
        Self::new(Purpose::Stores, entries.collect())
    }

    /// Finds the rows that hold every word that is typed: those whose name begins with it first, then those whose name
    /// holds it, then the others.
    pub fn sift(&mut self) {
        let query = self.query.text().to_lowercase();
        // What follows a whole name in the palette is what the command takes.
        let first = query.split_whitespace().next().unwrap_or_default().to_string();
        let whole = self.purpose == Purpose::Palette && self.entries.iter().any(|entry| entry.name == first);
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
        self.cursor = Cursor::default();
    }

    /// Puts other rows in the place of all rows; what is typed stays, and so does the row that is selected.
    pub fn replace(&mut self, entries: Vec<Entry>) {
        let cursor = self.cursor;
        let selected = self.selected().map(|entry| entry.name.clone());
        self.entries = entries;
        self.sift();
        self.cursor = cursor;
        let is_selected =
            |index: &usize| self.entries.get(*index).map(|entry| &entry.name) == selected.as_ref();
        if let Some(at) = self.found.iter().position(is_selected) {
            self.cursor.at = at;
        }
    }

    /// The selected row.
    pub fn selected(&self) -> Option<&Entry> {
        self.found
            .get(self.cursor.at)
            .and_then(|index| self.entries.get(*index))
    }
}

fn command_entry(model: &Model, command: &'static Command) -> Entry {
    Entry {
        mark: "",
        keys: command.keys.join(" "),
        name: command.name.to_string(),
        takes: command.takes,
        about: match command.spots.contains(&model.spot()) {
            true => command.about.to_string(),
            false => format!("{} ({})", command.about, command.place()),
        },
        impossible: reachable(model, command).err(),
        pick: Pick::Command(command),
    }
}

/// Whether a command can be run from a list that lies over the spot that had the keys.
fn reachable(model: &Model, command: &Command) -> Result<(), String> {
    let possible = |_| (command.possible)(model).map_err(str::to_string);
    let opened = |spot: &&Spot| matches!(spot, Spot::Reader | Spot::Difference | Spot::Laws);
    let on_pane = command.spots.iter().any(|spot| pane_of(*spot).is_some());
    match command.spots.iter().find(opened) {
        _ if on_pane || command.spots.contains(&model.spot()) => possible(()),
        Some(spot) => Err(format!("only while {} is open", spot.a_name())),
        None => Err(format!(
            "only in a {}",
            command.spots.first().map_or("", |spot| spot.name())
        )),
    }
}

/// Chooses the selected row of the list that is uppermost.
pub fn choose(model: &mut Model) -> Effects {
    let Some(Overlay::Finder(finder)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    let query = finder.query.text().trim().to_string();
    let Some(pick) = finder.selected().map(|entry| entry.pick.clone()) else {
        return match finder.purpose {
            Purpose::Values(row) => choices::take_typed(model, row, &query),
            _ => Vec::new(),
        };
    };
    let argument = match (finder.purpose, query.split_once(char::is_whitespace)) {
        (Purpose::Palette, Some((_, rest))) => rest.trim().to_string(),
        _ => String::new(),
    };
    if let Pick::Kind(key) = pick {
        facets::toggle(model, key);
        return Vec::new();
    }
    if let Pick::Command(command) = &pick
        && !command.takes.is_empty()
        && !command.takes.starts_with('[')
        && argument.is_empty()
    {
        finder.purpose = Purpose::Palette;
        finder.query = Line::new(format!("{} ", command.name));
        finder.sift();
        model.say(format!("Write the {} behind {}.", command.takes, command.name));
        return Vec::new();
    }
    model.overlays.pop();
    match pick {
        Pick::Command(command) => run_anywhere(model, command, &argument),
        Pick::Op(op) => opening::call(model, op, &argument),
        Pick::Copy(text) => moving::put_on_clipboard(model, "it", text),
        Pick::Store(store) => {
            model.look_at(store);
            Vec::new()
        }
        Pick::Patch(text, beyond, thread) => taking::into_form(model, text, beyond, Some(thread)),
        Pick::Step(step) => steps::open(model, step),
        Pick::Expect(step, path) => recording::asked(model, Expected::Step(step), path),
        Pick::Value(row, text) => choices::take(model, row, text),
        Pick::Parts(row, text) => choices::fill_in(model, row, text),
        Pick::Kind(_) => Vec::new(),
    }
}

/// Runs a command where it holds: if that is another pane, it gets the focus.
fn run_anywhere(model: &mut Model, command: &'static Command, argument: &str) -> Effects {
    if !command.spots.contains(&model.spot()) {
        match command.spots.iter().find_map(|spot| pane_of(*spot)) {
            Some(pane) => {
                model.overlays.clear();
                model.desk.focus_on(pane);
                model.session.refresh();
            }
            None => {
                let places = command.place();
                model.warn(format!("{} holds elsewhere: {places}.", command.name));
                return Vec::new();
            }
        }
    }
    super::update::run(model, command, argument)
}

/// Writes the name of the selected row.
pub fn complete(model: &mut Model) -> Effects {
    if let Some(Overlay::Finder(finder)) = model.overlays.last_mut()
        && let Some(name) = finder.selected().map(|entry| entry.name.clone())
    {
        finder.query = Line::new(format!("{name} "));
        finder.sift();
    }
    Vec::new()
}
