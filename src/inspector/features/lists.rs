//! The lists of commands, copies and stores, and what happens when a row of a list is chosen.

use super::actions::perform;
use crate::contract::OPS;
use crate::inspector::features::value_picker;
use crate::inspector::overlays::finder::{Entry, Finder, Purpose};
use crate::inspector::state::action::Action;
use crate::inspector::state::command::Command;
use crate::inspector::state::context::Spot;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::line::Line;
use crate::protocol::numbers::count;

/// Every command: first what holds where the keys go at the moment.
pub fn help(model: &Model) -> Finder {
    let spot = model.spot();
    let (here, elsewhere): (Vec<_>, Vec<_>) = model.commands.all().partition(|row| row.spots.contains(&spot));
    let entries = here
        .into_iter()
        .chain(elsewhere)
        .map(|row| command_entry(model, row));
    Finder::new(Purpose::Help, entries.collect())
}

/// Every command that has a name worth typing, and every method of the store.
pub fn palette(model: &Model) -> Finder {
    let in_panes = model
        .commands
        .all()
        .filter(|row| row.spots.iter().any(|spot| spot.pane().is_some()));
    let mut entries: Vec<Entry> = in_panes.map(|row| command_entry(model, row)).collect();
    entries.extend(OPS.iter().map(|row| Entry {
        keys: "call".to_string(),
        ..Entry::new(row.name, row.about, Action::Op(row.op))
    }));
    Finder::new(Purpose::Palette, entries)
}

/// The forms in which something can be copied.
pub fn copies(copies: Vec<(&'static str, String)>) -> Finder {
    let entries = copies.into_iter().map(|(name, text)| {
        let about: String = text.chars().take(200).collect();
        Entry::new(name, about, Action::Copy(text))
    });
    Finder::new(Purpose::Copies, entries.collect())
}

/// The open stores.
pub fn stores(model: &Model) -> Finder {
    let sessions = std::iter::once(&model.session).chain(&model.others);
    let entries = sessions.enumerate().map(|(index, session)| {
        let threads = count(session.snapshot.len() as u64, "thread");
        Entry {
            mark: if index == 0 { "\u{25b8}" } else { "" },
            ..Entry::new(session.title(), threads, Action::Store(session.store))
        }
    });
    Finder::new(Purpose::Stores, entries.collect())
}

fn command_entry(model: &Model, command: &'static Command) -> Entry {
    let about = match command.spots.contains(&model.spot()) {
        true => command.about.to_string(),
        false => format!("{} ({})", command.about, command.place()),
    };
    Entry {
        keys: command.keys.join(" "),
        takes: command.takes,
        impossible: reachable(model, command).err(),
        ..Entry::new(command.name, about, Action::Command(command))
    }
}

/// Whether a command can be run from a list that lies over the spot that had the keys.
fn reachable(model: &Model, command: &Command) -> Result<(), String> {
    let possible = |_| (command.possible)(model).map_err(str::to_string);
    let opened = |spot: &&Spot| matches!(spot, Spot::Reader | Spot::Difference | Spot::Laws);
    let on_pane = command.spots.iter().any(|spot| spot.pane().is_some());
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
    let Some(finder) = model.overlays.top_mut::<Finder>() else {
        return Vec::new();
    };
    let query = finder.query.text().trim().to_string();
    let argument = match (finder.purpose, query.split_once(char::is_whitespace)) {
        (Purpose::Palette, Some((_, rest))) => rest.trim().to_string(),
        _ => String::new(),
    };
    match finder.selected().map(|entry| &entry.pick) {
        None => {
            return match finder.purpose {
                Purpose::Values(row) => value_picker::take_typed(model, row, &query),
                _ => Vec::new(),
            };
        }
        // The list stays.
        Some(&Action::Kind(key)) => {
            let pick = Action::Kind(key);
            return perform(model, pick, "");
        }
        Some(Action::Command(command))
            if !command.takes.is_empty() && !command.takes.starts_with('[') && argument.is_empty() =>
        {
            let (name, takes) = (command.name, command.takes);
            finder.purpose = Purpose::Palette;
            finder.query = Line::new(format!("{name} "));
            finder.sift();
            model.say(format!("Write the {takes} behind {name}."));
            return Vec::new();
        }
        Some(_) => {}
    }
    match model.overlays.take_top::<Finder>().and_then(Finder::into_pick) {
        Some(pick) => perform(model, pick, &argument),
        None => Vec::new(),
    }
}

/// Runs a command where it holds: if that is another pane, it gets the focus.
pub fn run_anywhere(model: &mut Model, command: &'static Command, argument: &str) -> Effects {
    if !command.spots.contains(&model.spot()) {
        match command.spots.iter().find_map(|spot| spot.pane()) {
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
    command.run(model, argument)
}

/// Writes the name of the selected row.
pub fn complete(model: &mut Model) -> Effects {
    if let Some(finder) = model.overlays.top_mut::<Finder>()
        && let Some(name) = finder.selected().map(|entry| entry.name.clone())
    {
        finder.query = Line::new(format!("{name} "));
        finder.sift();
    }
    Vec::new()
}
