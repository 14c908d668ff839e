//! Commands of the checklist of facets.

use crate::inspector::features::facets::{FacetChange, change};
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Context;

const HERE: &[Context] = &[Context::Facets];

pub const ROWS: &[Command] = &[
    Command {
        name: "toggle-facet",
        keys: &["Space", "Enter"],
        contexts: HERE,
        hint: "show or hide",
        about: "Shows or hides the selected kind or group.",
        make: |model, _| change(model, FacetChange::Toggle),
        ..ROW
    },
    Command {
        name: "only-facet",
        keys: &["o"],
        contexts: HERE,
        hint: "only",
        about: "Shows only the selected kind or group.",
        make: |model, _| change(model, FacetChange::Only),
        ..ROW
    },
    Command {
        name: "hide-facet",
        keys: &["x"],
        contexts: HERE,
        hint: "hide",
        about: "Hides the selected kind or group.",
        make: |model, _| change(model, FacetChange::Hide),
        ..ROW
    },
    Command {
        name: "invert-facets",
        keys: &["i"],
        contexts: HERE,
        hint: "invert",
        about: "Shows the hidden kinds, and hides the others.",
        make: |model, _| change(model, FacetChange::Invert),
        ..ROW
    },
    Command {
        name: "all-facets",
        keys: &["F"],
        contexts: HERE,
        hint: "all",
        about: "Shows all kinds.",
        make: |model, _| crate::inspector::features::facets::clear(model),
        ..ROW
    },
    Command {
        name: "close-facets",
        keys: &["Esc", "Backspace", "f"],
        contexts: HERE,
        hint: "back",
        about: "Closes the checklist; what is hidden stays hidden.",
        make: |model, _| {
            model.overlays.pop();
            Vec::new()
        },
        ..ROW
    },
];
