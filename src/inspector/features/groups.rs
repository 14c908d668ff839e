//! Going in and out: from the threads or a group of them to a history and its items, and back.

use crate::inspector::features::lists;
use crate::inspector::panes::Pane;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;

/// Opens the selected row of the threads: goes to the history, or shows or hides the threads of a group.
pub fn open(model: &mut Model) {
    let threads = &mut model.session.threads;
    match threads.head() {
        Some(head) => drop(threads.fold(!head.is_folded)),
        None => model.layout.focus_on(Pane::History),
    }
}

/// Goes in: opens the selected row. A folded group is only unfolded; in an unfolded group, the first thread is
/// selected.
pub fn go_in(model: &mut Model) -> Effects {
    let threads = &mut model.session.threads;
    match model.layout.focus {
        Pane::Threads if threads.head().is_some() => {
            if !threads.fold(false) {
                threads.cursor.at += 1;
            }
            Vec::new()
        }
        Pane::Threads => {
            model.layout.focus_on(Pane::History);
            Vec::new()
        }
        _ => {
            let open = match model.layout.focus {
                Pane::History => "open-item",
                Pane::Metadata => "open-field",
                _ => "open-step",
            };
            let open = ensured(model.commands.named(open));
            lists::run_anywhere(model, open, "")
        }
    }
}

/// Goes out: to the Threads pane or, in that pane, to the parent or the group of the selected thread. If a group is
/// selected, folds it.
pub fn go_out(model: &mut Model) {
    match model.layout.focus {
        Pane::Threads => {
            let threads = &mut model.session.threads;
            if !threads.go_out() {
                threads.fold(true);
            }
        }
        _ => model.layout.focus_on(Pane::Threads),
    }
}
