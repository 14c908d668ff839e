//! The columns of the Threads pane that the user has chosen, and the column that the threads are sorted by.

use crate::inspector::layout::parts::parts;
use crate::inspector::legend::signs;
use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::panes::Pane;
use crate::inspector::panes::threads::columns::{self, COLUMNS, ThreadColumns};
use crate::inspector::panes::threads::list::query::Sort;
use crate::inspector::state::action::Action;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

/// The argument that shows the columns that fit.
const AUTO: &str = "auto";

/// Opens the list of columns, or shows the columns with these names in this order.
pub fn choose(model: &mut Model, names: &str) -> Effects {
    let names: Vec<&str> = names.split([',', ' ']).filter(|name| !name.is_empty()).collect();
    match names.as_slice() {
        [] => {
            let finder = list(model);
            return model.open(finder);
        }
        [AUTO] => {
            model.columns = None;
            model.say("The columns that fit are shown again.".to_string());
            return Vec::new();
        }
        _ => {}
    }
    let mut chosen = Vec::new();
    for name in names {
        match columns::named(name) {
            Some(at) if !chosen.contains(&at) => chosen.push(at),
            Some(_) => {}
            None => {
                model.warn(format!(
                    "There is no column {name}; the columns are {}.",
                    all_names()
                ));
                return Vec::new();
            }
        }
    }
    model.columns = Some(chosen);
    Vec::new()
}

/// Sorts the threads by the next column, or by the one with a name.
pub fn sort(model: &mut Model, name: &str) -> Effects {
    let query = &mut model.session.threads.query;
    query.sort = match (name.trim(), Sort::named(name.trim())) {
        ("", _) => query.sort.next(),
        (_, Some(sort)) => sort,
        (name, None) => {
            let names = all_names();
            model.warn(format!("There is no column {name}; the columns are {names}."));
            return Vec::new();
        }
    };
    let name = query.sort.name();
    model.say(format!(
        "Threads are sorted by {name}; {{key:reverse}} reverses the order."
    ));
    Vec::new()
}

/// Shows a hidden column after the others, or hides a shown column.
pub fn toggle(model: &mut Model, at: usize) -> Effects {
    let mut chosen = shown(model);
    match chosen.iter().position(|other| *other == at) {
        Some(place) => drop(chosen.remove(place)),
        None => chosen.push(at),
    }
    model.columns = Some(chosen);
    let fresh = list(model);
    if let Some(finder) = model.overlays.top_mut::<Finder>() {
        finder.replace(fresh.entries);
    }
    Vec::new()
}

/// Returns the chosen columns, or those that are shown because they fit.
fn shown(model: &Model) -> Vec<usize> {
    model.columns.clone().unwrap_or_else(|| {
        let area = model.arrangement().place(Pane::Threads).unwrap_or_default();
        let columns = ThreadColumns::of(model, parts(Pane::Threads, area).list.width);
        columns.shown.into_iter().map(|(at, _)| at).collect()
    })
}

fn list(model: &Model) -> Finder {
    let chosen = shown(model);
    let place = |at: usize| chosen.iter().position(|other| *other == at);
    let entries = COLUMNS
        .iter()
        .enumerate()
        .filter(|(_, column)| column.widths.1 > 0);
    let entries = entries.map(|(at, column)| ListEntry {
        mark: if place(at).is_some() {
            signs::SHOWN_COLUMN
        } else {
            " "
        },
        keys: place(at).map_or(String::new(), |place| format!("{:>2}", place + 1)),
        ..ListEntry::new(column.name, column.about, Action::Column(at))
    });
    Finder::new(ListPurpose::Columns, entries.collect())
}

fn all_names() -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
    names.join(", ")
}
