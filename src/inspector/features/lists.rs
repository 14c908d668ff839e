//! Builds the lists of commands, copy formats and stores, and runs the action of a selected row.

use super::actions::perform;
use crate::contract::OPS;
use crate::inspector::features::value_picker;
use crate::inspector::legend::{self, signs};
use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::state::action::Action;
use crate::inspector::state::command::{Command, ensured};
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::line::TextInput;
use crate::protocol::numbers::count;

/// Lists every command. Commands that are available in the current context come first.
pub fn help(model: &Model) -> Finder {
    let context = model.context();
    let (here, elsewhere): (Vec<_>, Vec<_>) = model
        .commands
        .all()
        .partition(|row| row.contexts.contains(&context));
    let entries = here
        .into_iter()
        .chain(elsewhere)
        .map(|row| command_entry(model, row));
    let mut finder = Finder::new(ListPurpose::Help, entries.collect());
    let card = context.pane().map_or(&[][..], |pane| pane.row().card);
    finder.card = card
        .iter()
        .map(|line| model.commands.fill(line).into_owned())
        .collect();
    finder
}

/// Lists the signs and words of the screen.
pub fn legend() -> Finder {
    let entries = legend::rows().map(|row| ListEntry {
        keys: row.sign.to_string(),
        ..ListEntry::new(row.name, row.about, Action::Nothing)
    });
    Finder::new(ListPurpose::Legend, entries.collect())
}

/// Lists every command that is available in a pane, and every method of the store.
pub fn palette(model: &Model) -> Finder {
    let in_panes = model
        .commands
        .all()
        .filter(|row| row.contexts.iter().any(|context| context.pane().is_some()));
    let mut entries: Vec<ListEntry> = in_panes.map(|row| command_entry(model, row)).collect();
    entries.extend(OPS.iter().map(|row| ListEntry {
        keys: "call".to_string(),
        ..ListEntry::new(row.name, row.about, Action::Op(row.op))
    }));
    Finder::new(ListPurpose::Palette, entries)
}

/// Lists the formats in which something can be copied.
pub fn copies(copies: Vec<(&'static str, String)>) -> Finder {
    let entries = copies.into_iter().map(|(name, text)| {
        let about: String = text.chars().take(200).collect();
        ListEntry::new(name, about, Action::Copy(text))
    });
    Finder::new(ListPurpose::Copies, entries.collect())
}

/// Lists the open stores.
pub fn stores(model: &Model) -> Finder {
    let sessions = std::iter::once(&model.session).chain(&model.others);
    let entries = sessions.enumerate().map(|(index, session)| {
        let threads = count(session.snapshot.len() as u64, "thread");
        ListEntry {
            mark: if index == 0 { signs::SELECTED } else { "" },
            ..ListEntry::new(session.title(), threads, Action::Store(session.store))
        }
    });
    Finder::new(ListPurpose::Stores, entries.collect())
}

fn command_entry(model: &Model, command: &'static Command) -> ListEntry {
    let about = model.commands.fill(command.about);
    let about = match command.contexts.contains(&model.context()) {
        true => about.into_owned(),
        false => format!("{about} ({})", command.place()),
    };
    ListEntry {
        keys: command.keys.join(" "),
        takes: command.takes,
        also: command.also,
        impossible: reachable(model, command).err(),
        ..ListEntry::new(command.name, about, Action::Command(command))
    }
}

/// Returns whether a command can run from an open list, or the reason why it cannot.
fn reachable(model: &Model, command: &Command) -> Result<(), String> {
    let possible = |_| (command.possible)(model).map_err(|reason| model.commands.fill(reason).into_owned());
    let opened = |context: &&Context| {
        matches!(
            context,
            Context::Reader | Context::Difference | Context::Laws | Context::Preview | Context::Sizes
        )
    };
    let on_pane = command.contexts.iter().any(|context| context.pane().is_some());
    match command.contexts.iter().find(opened) {
        _ if on_pane || command.contexts.contains(&model.context()) => possible(()),
        Some(context) => Err(format!("only while {} is open", context.a_name())),
        None => Err(format!(
            "only in a {}",
            command.contexts.first().map_or("", |context| context.name())
        )),
    }
}

/// Runs the action of the selected row of the top list.
pub fn choose(model: &mut Model) -> Effects {
    let finder = ensured(model.overlays.top_mut::<Finder>());
    let query = finder.query.text().trim().to_string();
    let argument = match (finder.purpose, query.split_once(char::is_whitespace)) {
        (ListPurpose::Palette, Some((_, rest))) => rest.trim().to_string(),
        _ => String::new(),
    };
    match finder.selected().map(|entry| &entry.pick) {
        None => {
            return match finder.purpose {
                ListPurpose::Values(row) => value_picker::take_typed(model, row, &query),
                _ => Vec::new(),
            };
        }
        // The list stays open.
        Some(&Action::Column(at)) => return perform(model, Action::Column(at), ""),
        Some(Action::Command(command))
            if !command.takes.is_empty() && !command.takes.starts_with('[') && argument.is_empty() =>
        {
            let (name, takes) = (command.name, command.takes);
            finder.purpose = ListPurpose::Palette;
            finder.query = TextInput::new(format!("{name} "));
            finder.sift();
            model.say(format!("Type {takes} after {name}."));
            return Vec::new();
        }
        Some(_) => {}
    }
    let finder = ensured(model.overlays.take_top::<Finder>());
    let pick = ensured(finder.into_pick());
    perform(model, pick, &argument)
}

/// Runs a command in a context where it is available. If that is another pane, the pane gets focus.
pub fn run_anywhere(model: &mut Model, command: &'static Command, argument: &str) -> Effects {
    if !command.contexts.contains(&model.context()) {
        match command.contexts.iter().find_map(|context| context.pane()) {
            Some(pane) => {
                model.overlays.clear();
                model.layout.focus_on(pane);
                model.session.refresh();
            }
            None => {
                let places = command.place();
                model.warn(format!("{} works only in {places}.", command.name));
                return Vec::new();
            }
        }
    }
    command.run(model, argument)
}

/// Enters the name of the selected row into the input.
pub fn complete(model: &mut Model) -> Effects {
    let finder = ensured(model.overlays.top_mut::<Finder>());
    if let Some(name) = finder.selected().map(|entry| entry.name.clone()) {
        finder.query = TextInput::new(format!("{name} "));
        finder.sift();
    }
    Vec::new()
}
