//! Commands about the fields of a thread.

use crate::inspector::features::{open, provenance, rules, targets};
use crate::inspector::overlays::reader::Reader;
use crate::inspector::panes::Pane;
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

const HERE: &[Context] = &[Context::Pane(Pane::Metadata)];

pub const ROWS: &[Command] = &[
    Command {
        name: "open-field",
        keys: &["Enter"],
        contexts: HERE,
        hint: "open",
        about: "Opens the full value of the selected field, or the rules that the selected sentence mentions.",
        also: &["view", "details"],
        possible: |model| match (model.session.metadata.selected(), model.session.metadata.fact()) {
            (None, None) if rules::mentioned(model).is_empty() => Err("no field is selected"),
            _ => Ok(()),
        },
        make: |model, _| match (model.session.metadata.selected(), model.session.metadata.fact()) {
            (Some(_), _) => open::field(model),
            (None, Some((name, text))) => {
                let reader = Reader::text(name.to_string(), text.to_string());
                model.open(reader)
            }
            (None, None) => rules::open(model, ""),
        },
        ..ROW
    },
    Command {
        name: "origins",
        keys: &["o"],
        contexts: &[Context::Pane(Pane::Metadata), Context::Reader],
        hint: "origins",
        about: "Lists the items and steps that set or cleared the field, with its value before and after each; {key:choose} opens one.",
        also: &["provenance", "blame", "source", "where"],
        possible: provenance::askable,
        make: |model, _| provenance::ask(model),
        ..ROW
    },
    Command {
        name: "edit-field",
        keys: &["e"],
        contexts: HERE,
        hint: "edit",
        about: "Goes to the field in the patch form.",
        also: &["change", "modify"],
        possible: |model| {
            let row = model.session.metadata.selected().ok_or("no field is selected")?;
            model
                .draft
                .row_of(&row.name)
                .map(|_| ())
                .ok_or("a patch cannot change this field")
        },
        make: edit,
        ..ROW
    },
];

fn edit(model: &mut Model, _: &str) -> Effects {
    let row = model
        .session
        .metadata
        .selected()
        .and_then(|row| model.draft.row_of(&row.name));
    if let Some(row) = row {
        model.draft.cursor.at = row;
        model.layout.focus_on(Pane::Patch);
        targets::remind(model);
    }
    Vec::new()
}
