//! Imports what is new in the files that were imported: once, or whenever they change.

use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::panes::metadata::fields::{file_name, kind_name};
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::Action;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::workbench::item_summary;

/// Returns whether something can be reloaded.
pub fn possible(model: &Model) -> Result<(), &'static str> {
    match (model.import.is_running(), model.session.past()) {
        (true, _) => Err("an import is running: Esc stops it"),
        (false, Some(_)) => Err("an earlier step is shown: } shows the latest step again"),
        (false, None) if model.session.imports.roots.is_empty() => {
            Err("no file was imported that can be read again")
        }
        (false, None) => Ok(()),
    }
}

/// Returns whether following can be switched.
pub fn can_follow(model: &Model) -> Result<(), &'static str> {
    let has_roots = !model.session.imports.roots.is_empty() || model.import.is_running();
    match has_roots || model.import.is_following() {
        true => Ok(()),
        false => Err("no file was imported that can be read again"),
    }
}

/// Imports what is new. With `again`, files that were cut or changed are read anew.
pub fn reload(model: &mut Model, again: bool) -> Effects {
    model.import.start(&[], false);
    vec![Effect::Run(Call::Import {
        store: model.session.store,
        paths: Vec::new(),
        opening: false,
        again,
    })]
}

/// Starts to import changes as they happen, or ends that.
pub fn switch(model: &mut Model) -> Effects {
    let on = !model.import.is_following();
    model.import.follow(on);
    let text = match on {
        true => "Following the imported files: new lines appear as they are written. W ends it.",
        false => "No longer following the imported files.",
    };
    model.say(text.to_string());
    watch(model)
}

fn watch(model: &Model) -> Effects {
    let store = model.import.is_following().then_some(model.session.store);
    vec![Effect::Run(Call::Follow(store))]
}

/// Watches the paths of an import that has ended as well, if files are followed.
pub fn watch_on(model: &Model) -> Effects {
    match model.import.is_following() && !model.import.is_reload() {
        true => watch(model),
        false => Vec::new(),
    }
}

/// Imports again if files have changed, no import is running and the latest step is shown.
pub fn go_on(model: &mut Model) -> Effects {
    if model.session.past().is_some() || !model.import.take_stale() {
        return Vec::new();
    }
    let effects = reload(model, false);
    model.import.be_quiet();
    effects
}

/// What imports have found beside the threads, a line each.
pub fn report(model: &Model) -> String {
    let imports = &model.session.imports;
    let remarks = imports.remarks(model.session.line());
    if remarks.is_empty() {
        return match imports.roots.is_empty() {
            true => "No file was imported.",
            false => "Nothing to report: all files and databases that were imported agree.",
        }
        .to_string();
    }
    let lines: Vec<String> = remarks.iter().map(|remark| format!("{remark}.")).collect();
    lines.join("\n\n")
}

/// Lists the items that were cut off after the selected item; if none were, those of the next item after which some were, or
/// else of the first one.
pub fn superseded(model: &mut Model) -> Effects {
    let session = &model.session;
    let Some(imported) = session.imported() else {
        return Vec::new();
    };
    let here = session.history.selected().unwrap_or(0);
    let places = || (0..session.items()).filter(|place| !imported.superseded(*place).is_empty());
    let Some(place) = places().find(|place| *place >= here).or_else(|| places().next()) else {
        return Vec::new();
    };
    let entries = imported.superseded(place).into_iter().map(|(file, item)| {
        let line = item.line().map_or(String::new(), |line| format!("line {line}"));
        let title = format!("Superseded item \u{b7} {line} of {}", file_name(file));
        let action = Action::Superseded {
            title,
            item: item.clone(),
        };
        ListEntry {
            keys: line,
            ..ListEntry::new(item_summary(item), kind_name(item), action)
        }
    });
    let finder = Finder::new(ListPurpose::Superseded, entries.collect());
    model.session.history.go_to(place);
    model.arrive(finder)
}
