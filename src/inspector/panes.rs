//! The PANES table: the title, command, minimum size and description of each pane, in the order in which they get focus.
//!
//! Defines the panes. The submodules draw the content of the panes. The module `layout` computes their positions.

pub mod calls;
pub mod history;
pub mod journal;
pub mod metadata;
pub mod patch;
pub mod threads;

use ratatui::layout::{Position, Rect};

use crate::inspector::state::model::Model;

/// A pane of the inspector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The threads of the store, one row each.
    Threads,
    /// The items of the selected thread.
    History,
    /// The fields of the selected thread, each with its origin.
    Metadata,
    /// The form to edit and apply a metadata patch.
    Patch,
    /// The fourteen call counters of the store.
    Calls,
    /// All calls of the store, and the shown step.
    Journal,
}

impl Pane {
    /// The number of panes.
    pub const COUNT: usize = 6;

    /// Returns the index of this pane in [`PANES`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Returns the table row of this pane.
    pub fn row(self) -> &'static PaneRow {
        let [threads, history, metadata, patch, calls, journal] = PANES;
        match self {
            Pane::Threads => threads,
            Pane::History => history,
            Pane::Metadata => metadata,
            Pane::Patch => patch,
            Pane::Calls => calls,
            Pane::Journal => journal,
        }
    }
}

/// A row of [`PANES`].
#[derive(Debug)]
pub struct PaneRow {
    /// The pane that the row describes.
    pub pane: Pane,
    /// The exact title in the border.
    pub title: &'static str,
    /// The start of the title, for where there is too little room.
    pub short: &'static str,
    /// The name of the command that focuses the pane.
    pub command: &'static str,
    /// The minimum columns and rows, including borders. Below this size, the pane is not shown next to others.
    pub least: (u16, u16),
    /// What the pane is for, line by line. Help begins with it. `{key:NAME}` stands for the key of a command.
    pub card: &'static [&'static str],
}

/// All panes, in Tab order.
pub static PANES: &[PaneRow; Pane::COUNT] = &[
    PaneRow {
        pane: Pane::Threads,
        title: "Threads",
        short: "Thr",
        command: "threads",
        least: (24, 5),
        card: &[
            "The threads of the store; the other panes show the selected one.",
            "{key:open-thread} opens its history, and {key:transcript} shows it as a conversation.",
            "{key:filter} lists only what matches a query, {key:find} searches all contents.",
            "{key:mark} marks threads for one patch, comparison or export; {key:sort} sorts them.",
        ],
    },
    PaneRow {
        pane: Pane::History,
        title: "History",
        short: "Hist",
        command: "history",
        least: (30, 5),
        card: &[
            "The items of the selected thread, as rows or as a transcript ({key:transcript}).",
            "{key:open-item} opens an item; {key:counterpart} goes from a call to its output, and back.",
            "{key:next-turn} and {key:previous-turn} go from turn to turn, {key:next-failure} goes to the next failure.",
            "{key:search} searches, {key:filter} lists only what matches, {key:facets} hides kinds of items.",
        ],
    },
    PaneRow {
        pane: Pane::Metadata,
        title: "Metadata",
        short: "Meta",
        command: "metadata",
        least: (28, 5),
        card: &[
            "The fields of the selected thread, each with the step, or the line of a file, that set it.",
            "Below them is the accumulated patch: all patches of the thread, merged.",
            "{key:open-field} opens a value, {key:origins} lists what set it, {key:edit-field} edits it in a patch.",
        ],
    },
    PaneRow {
        pane: Pane::Patch,
        title: "Patch",
        short: "Patch",
        command: "patch",
        least: (40, 5),
        card: &[
            "A form that leaves, clears or sets each field of the selected thread.",
            "{key:set-field} sets a field, {key:clear-field} clears it, {key:leave-field} leaves it as it is.",
            "The effect of the patch is shown before it is applied; {key:effect} shows more or less of the effect.",
            "{key:apply} applies the patch, {key:undo} undoes it; {key:patch-text} shows it as JSON.",
        ],
    },
    PaneRow {
        pane: Pane::Calls,
        title: "Calls",
        short: "Calls",
        command: "calls",
        least: (34, 5),
        card: &[
            "The calls of each method of the store. Browsing makes no calls, so it is not counted.",
            "{key:set-mark} sets the mark: the column `since` counts from there.",
            "{key:calls-behind} lists the calls of a method, {key:call} makes one, {key:zoom} shows all columns.",
        ],
    },
    PaneRow {
        pane: Pane::Journal,
        title: "Journal",
        short: "Journal",
        command: "journal",
        least: (30, 5),
        card: &[
            "All calls of the store. All panes show the store as of the selected step.",
            "{key:back-in-time} and {key:forward-in-time} move in time from any pane, {key:now} returns to the latest step.",
            "{key:open-step} opens a step, {key:why} explains its result, {key:diff-step} shows what it changed.",
            "{key:expect} records this result as expected, {key:save-scenario} saves the steps as a test.",
        ],
    },
];

/// Returns the number of rows that are visible in the list of a pane.
pub fn visible_rows(pane: Pane, list: Rect) -> usize {
    match pane {
        Pane::Calls => calls::visible(list),
        _ => usize::from(list.height),
    }
}

/// Returns the row at a position in the list of a pane.
pub fn row_at(model: &mut Model, pane: Pane, list: Rect, at: Position) -> Option<usize> {
    let line = usize::from(at.y - list.y);
    let (cursor, rows) = model.list_mut(pane);
    let top = cursor.top;
    let row = match pane {
        Pane::History => history::row_on(&model.session, list, line)?,
        Pane::Calls => top + calls::row_on(list, at),
        _ => top + line,
    };
    (row < rows).then_some(row)
}

/// Returns the selected row of a pane.
pub fn selected_row(model: &Model, pane: Pane) -> Option<usize> {
    match pane {
        Pane::Journal => model.session.steps.selected(),
        _ => Some(model.cursor(pane).at),
    }
}

/// Selects a row of a pane.
pub fn select_row(model: &mut Model, pane: Pane, row: usize) {
    match pane {
        // The selected step is the one that all panes show.
        Pane::Journal => {
            if let Some(place) = model.session.steps.place(row) {
                model.session.look_back(place + 1);
            }
        }
        _ => model.list_mut(pane).0.at = row,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspector::commands::COMMANDS;
    use crate::inspector::state::command::Commands;

    #[test]
    fn every_pane_finds_its_own_row() {
        for (index, row) in PANES.iter().enumerate() {
            assert_eq!(row.pane.index(), index);
            assert_eq!(row.pane.row().title, row.title);
            let command = Commands(COMMANDS).named(row.command).unwrap();
            assert_eq!(command.keys, [(index + 1).to_string()]);
            assert!(row.title.starts_with(row.short));
            assert!((3..=5).contains(&row.card.len()));
        }
    }
}
