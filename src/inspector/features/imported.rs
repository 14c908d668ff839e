//! What imports know about threads and homes that is not in the store: their remarks, and the items that a revert cut
//! off.

use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::state::action::Action;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::rollout::find::shown_name;
use crate::workbench::item_summary;

/// Returns the remarks of the imports, each in its own paragraph.
pub fn report(model: &Model) -> String {
    let imports = &model.session.imports;
    let remarks = imports.remarks(model.session.line());
    let lines: Vec<String> = remarks.map(|remark| format!("{remark}.")).collect();
    if lines.is_empty() {
        return match imports.roots.is_empty() {
            true => "No file was imported.",
            false => "No problems found: the imported files and databases are consistent.",
        }
        .to_string();
    }
    lines.join("\n\n")
}

/// Lists the items that were cut off after the selected item; if there are none, uses the next item that has some, or
/// else the first one.
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
        let title = format!("Superseded item \u{b7} {line} of {}", shown_name(file));
        let action = Action::Superseded {
            title,
            item: item.clone(),
        };
        ListEntry {
            keys: line,
            ..ListEntry::new(item_summary(item), item.kind().name, action)
        }
    });
    let finder = Finder::new(ListPurpose::Superseded, entries.collect());
    model.session.history.go_to(place);
    model.arrive(finder)
}
