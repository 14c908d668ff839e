//! Commands about an opened item, answer or value.

use crate::inspector::features::{open, patch_io, rules};
use crate::inspector::overlays::difference::DifferenceView;
use crate::inspector::overlays::reader::{FoldAction, Reader};
use crate::inspector::state::command::{Command, ROW, ensured};
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

const HERE: &[Context] = &[Context::Reader];
const FOLDS: &[Context] = &[Context::Reader, Context::Difference];

macro_rules! fold {
    ($name:literal, $keys:expr, $hint:literal, $fold:expr, $about:literal) => {
        Command {
            name: $name,
            keys: $keys,
            contexts: FOLDS,
            hint: $hint,
            about: $about,
            possible: folds,
            make: |model, _| fold(model, $fold),
            ..ROW
        }
    };
}

pub const ROWS: &[Command] = &[
    Command {
        name: "back",
        keys: &["Esc", "Backspace"],
        contexts: FOLDS,
        hint: "back",
        about: "Closes the opened value or difference.",
        make: |model, _| {
            if model.job.is_running() {
                return model.stop_job();
            }
            model.overlays.pop();
            Vec::new()
        },
        ..ROW
    },
    Command {
        name: "toggle",
        keys: &["Enter", "Space"],
        contexts: FOLDS,
        hint: "expand",
        about: "Expands or collapses the value; opens a long text on its own page; on an explanation, opens its rule.",
        possible: folds,
        make: |model, _| match model.overlays.top::<Reader>() {
            Some(reader) if rules::is_reason(reader) => rules::open(model, ""),
            Some(reader) if reader.is_at_leaf() => open::leaf(model),
            _ => fold(model, FoldAction::Toggle),
        },
        ..ROW
    },
    fold!(
        "collapse",
        &["h", "Left"],
        "",
        FoldAction::Close,
        "Collapses the value, or goes to the one that contains it."
    ),
    fold!(
        "expand",
        &["l", "Right"],
        "",
        FoldAction::Open,
        "Expands the value, or goes into it."
    ),
    fold!(
        "collapse-all",
        &["C"],
        "",
        FoldAction::CloseAll,
        "Collapses everything."
    ),
    fold!(
        "expand-all",
        &["E"],
        "",
        FoldAction::OpenAll,
        "Expands everything."
    ),
    Command {
        name: "raw",
        keys: &["m"],
        contexts: HERE,
        hint: "raw/tree",
        about: "Switches between the tree and the raw text.",
        possible: |model| match model.overlays.top::<Reader>() {
            Some(reader) if reader.has_tree() => Ok(()),
            _ => Err("this is not JSON: there is no tree to show"),
        },
        make: |model, _| with(model, Reader::toggle_raw),
        ..ROW
    },
    Command {
        name: "use-as-patch",
        keys: &["P"],
        contexts: FOLDS,
        about: "Uses the value as the patch in the patch form. In a difference, lists the patches that make one side match the other.",
        make: |model, _| match model.overlays.top::<Reader>() {
            Some(_) => patch_io::value(model),
            None => patch_io::difference(model),
        },
        ..ROW
    },
    Command {
        name: "next-item",
        keys: &["J"],
        contexts: HERE,
        hint: "next",
        about: "Opens the next item of the history.",
        possible: from_history,
        make: |model, _| open::neighbour(model, true),
        ..ROW
    },
    Command {
        name: "previous-item",
        keys: &["K"],
        contexts: HERE,
        about: "Opens the previous item of the history.",
        possible: from_history,
        make: |model, _| open::neighbour(model, false),
        ..ROW
    },
];

/// Returns whether the opened value can be folded.
fn folds(model: &Model) -> Result<(), &'static str> {
    match model.overlays.top::<Reader>() {
        Some(reader) if !reader.is_tree() => {
            Err("text cannot be collapsed: {key:raw} shows the tree, if there is one")
        }
        _ => Ok(()),
    }
}

fn fold(model: &mut Model, fold: FoldAction) -> Effects {
    if let Some(reader) = model.overlays.top_mut::<Reader>() {
        reader.fold(fold);
        return Vec::new();
    }
    let view = ensured(model.overlays.top_mut::<DifferenceView>());
    match !view.fold(fold) && fold == FoldAction::Toggle {
        true => open::side(model),
        false => Vec::new(),
    }
}

fn with(model: &mut Model, change: impl FnOnce(&mut Reader)) -> Effects {
    change(ensured(model.overlays.top_mut::<Reader>()));
    Vec::new()
}

fn from_history(model: &Model) -> Result<(), &'static str> {
    match model.overlays.top::<Reader>() {
        Some(reader) if reader.is_item() => Ok(()),
        _ => Err("this is not an item of a history"),
    }
}
