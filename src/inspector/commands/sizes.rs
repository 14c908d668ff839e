//! Commands about the sizes of the store.

use crate::inspector::features::sizes;
use crate::inspector::overlays::sizes::SizesView;
use crate::inspector::state::command::{Command, ROW, ensured};
use crate::inspector::state::context::{Context, PANES};
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

const HERE: &[Context] = &[Context::Sizes];

pub const ROWS: &[Command] = &[
    Command {
        name: "sizes",
        contexts: PANES,
        about: "Shows which kinds, threads and months take up the space, and which texts are repeated.",
        also: &["space", "disk", "bytes", "usage"],
        possible: |model| match model.session.snapshot.is_empty() {
            true => Err("there are no threads yet"),
            false => Ok(()),
        },
        make: |model, _| sizes::open(model),
        ..ROW
    },
    Command {
        name: "open-size",
        keys: &["Enter"],
        contexts: HERE,
        hint: "open",
        about: "Goes to the selected thread or repeated text; on a kind, lists the threads by their bytes of that kind.",
        possible: can_open,
        make: |model, _| sizes::choose(model),
        ..ROW
    },
    Command {
        name: "next-list",
        keys: &["Tab", "l", "Right"],
        contexts: HERE,
        hint: "next list",
        about: "Goes to the next list: kinds, threads, months, repeated texts.",
        make: |model, _| next_list(model, true),
        ..ROW
    },
    Command {
        name: "previous-list",
        keys: &["Shift+Tab", "h", "Left"],
        contexts: HERE,
        about: "Goes to the previous list.",
        make: |model, _| next_list(model, false),
        ..ROW
    },
    Command {
        name: "close-sizes",
        keys: &["Esc", "Backspace"],
        contexts: HERE,
        hint: "back",
        about: "Stops reading the items if they are being read; otherwise lists the threads by the bytes of all kinds again, or closes the list.",
        make: |model, _| sizes::back(model),
        ..ROW
    },
];

fn can_open(model: &Model) -> Result<(), &'static str> {
    let view = ensured(model.overlays.find::<SizesView>());
    let has_target =
        view.selected_kind().is_some() || view.selected_thread().is_some() || view.selected_text().is_some();
    has_target
        .then_some(())
        .ok_or("select a kind, a thread or a repeated text")
}

fn next_list(model: &mut Model, forward: bool) -> Effects {
    ensured(model.overlays.top_mut::<SizesView>()).next_list(forward);
    Vec::new()
}
