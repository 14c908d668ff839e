//! Commands about an opened item, answer or value.

use crate::inspector::features::{open, patch_io, rules};
use crate::inspector::overlays::difference::DifferenceView;
use crate::inspector::overlays::reader::{Fold, Reader};
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::Spot;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

const HERE: &[Spot] = &[Spot::Reader];
const FOLDS: &[Spot] = &[Spot::Reader, Spot::Difference];

macro_rules! fold {
    ($name:literal, $keys:expr, $hint:literal, $fold:expr, $about:literal) => {
        Command {
            name: $name,
            keys: $keys,
            spots: FOLDS,
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
        spots: FOLDS,
        hint: "back",
        about: "Closes what was opened.",
        make: |model, _| {
            if model.beside.is_running() {
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
        spots: FOLDS,
        hint: "fold",
        about: "Folds the value away or unfolds it; opens a text as a page of its own, a reason of a step as its rule.",
        possible: folds,
        make: |model, _| match model.overlays.top::<Reader>() {
            Some(reader) if rules::is_reason(reader) => rules::open(model, ""),
            Some(reader) if reader.is_at_leaf() => open::leaf(model),
            _ => fold(model, Fold::Toggle),
        },
        ..ROW
    },
    fold!(
        "collapse",
        &["h", "Left"],
        "",
        Fold::Close,
        "Folds the value, or goes to the one that holds it."
    ),
    fold!(
        "expand",
        &["l", "Right"],
        "",
        Fold::Open,
        "Unfolds the value, or goes into it."
    ),
    fold!(
        "collapse-all",
        &["C"],
        "",
        Fold::CloseAll,
        "Folds everything away."
    ),
    fold!("expand-all", &["E"], "", Fold::OpenAll, "Unfolds everything."),
    Command {
        name: "raw",
        keys: &["m"],
        spots: HERE,
        hint: "raw/tree",
        about: "Shows the text as it was read instead of the tree, or the tree again.",
        possible: |model| match model.overlays.top::<Reader>() {
            Some(reader) if reader.has_tree() => Ok(()),
            _ => Err("this is no JSON: there is no tree to show"),
        },
        make: |model, _| with(model, Reader::toggle_raw),
        ..ROW
    },
    Command {
        name: "use-as-patch",
        keys: &["P"],
        spots: FOLDS,
        about: "Puts the value into the patch form, its keys read as those of a patch; of a difference, the patch that takes it away.",
        make: |model, _| match model.overlays.top::<Reader>() {
            Some(_) => patch_io::value(model),
            None => patch_io::difference(model),
        },
        ..ROW
    },
    Command {
        name: "next-item",
        keys: &["J"],
        spots: HERE,
        hint: "next",
        about: "Opens the next item of the history.",
        possible: from_history,
        make: |model, _| open::neighbour(model, true),
        ..ROW
    },
    Command {
        name: "previous-item",
        keys: &["K"],
        spots: HERE,
        about: "Opens the item of the history before.",
        possible: from_history,
        make: |model, _| open::neighbour(model, false),
        ..ROW
    },
];

/// Whether what is open folds.
fn folds(model: &Model) -> Result<(), &'static str> {
    match model.overlays.top::<Reader>() {
        Some(reader) if !reader.is_tree() => Err("text does not fold: m shows the tree, if there is one"),
        _ => Ok(()),
    }
}

fn fold(model: &mut Model, fold: Fold) -> Effects {
    if let Some(reader) = model.overlays.top_mut::<Reader>() {
        reader.fold(fold);
    } else if let Some(view) = model.overlays.top_mut::<DifferenceView>()
        && !view.fold(fold)
        && fold == Fold::Toggle
    {
        return open::side(model);
    }
    Vec::new()
}

fn with(model: &mut Model, change: impl FnOnce(&mut Reader)) -> Effects {
    if let Some(reader) = model.overlays.top_mut::<Reader>() {
        change(reader);
    }
    Vec::new()
}

fn from_history(model: &Model) -> Result<(), &'static str> {
    match model.overlays.top::<Reader>() {
        Some(reader) if reader.is_item() => Ok(()),
        _ => Err("this is no item of a history"),
    }
}
