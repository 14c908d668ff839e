//! The tour, played key by key in the show preset. The screens of all its steps are in one snapshot for each size, and
//! everything that a note is about is on them.

use super::*;
use crate::contract::Op;
use crate::inspector::features::playback::view::PlaybackView;
use crate::inspector::layout::parts::parts;
use crate::inspector::panes::{Pane, calls};

/// The scenario, which a picture of the README shows too.
pub const TOUR: &str = include_str!("../../../assets/scenarios/tour.jsonl");

/// Plays the tour and calls a function after each step, with the number of the step.
fn played(width: u16, height: u16, mut after: impl FnMut(&Screen, usize)) {
    let (mut screen, _folder) = playing::open(width, height, &[("tour.jsonl", TOUR)]);
    let steps = TOUR.lines().count() - 1;
    for step in 1..=steps {
        screen.press(".");
        after(&screen, step);
    }
    let view = PlaybackView::of(&screen.model.session).unwrap();
    assert!(view.is_last());
}

#[test]
fn the_screen_of_each_step() {
    for (width, height) in [(120, 36), (80, 24)] {
        let mut screens = String::new();
        played(width, height, |screen, step| {
            screens.push_str(&format!("STEP {step}\n{}\n", shot(screen)));
        });
        insta::assert_snapshot!(format!("tour_{width}x{height}"), screens);
    }
}

/// The text of a screen without borders and blanks, so that a wrapped note is one text.
fn words(text: &str) -> String {
    let is_word = |c: &char| !c.is_whitespace();
    text.chars().filter(is_word).collect()
}

#[test]
fn each_note_is_whole_and_what_moved_is_in_sight() {
    for (width, height) in [(200, 50), (120, 36), (80, 24)] {
        played(width, height, |screen, step| {
            let said = format!("step {step} at {width}x{height}:\n{}", screen.text());
            let session = &screen.model.session;
            let view = PlaybackView::of(session).unwrap();
            let performed = view.performed.unwrap();
            let strip = words(&playing::strip(screen));
            assert!(
                strip.contains(&words(performed.note.as_deref().unwrap())),
                "{said}"
            );
            // The counter that the call moved is lit, and all fourteen are in sight unless the call is not counted.
            let at = screen.model.arrangement();
            let list = parts(Pane::Calls, at.place(Pane::Calls).unwrap()).list;
            let op = match performed.what {
                crate::workbench::player::PerformedKind::Call(step) => {
                    session.journal.get(step).unwrap().op()
                }
                _ => None,
            };
            let lit: Vec<Op> = session
                .calls
                .rows()
                .iter()
                .filter(|row| row.moved != 0)
                .map(|row| row.op)
                .collect();
            assert_eq!(lit, Vec::from_iter(op.filter(|op| op.row().counted)), "{said}");
            assert!(calls::visible(list) >= 14, "{said}");
            if op.is_none_or(|op| op.row().counted) {
                assert_eq!(session.calls.cursor.top, 0, "{said}");
            }
            // The thread of the step is selected, and its new items are in sight.
            let Some(entry) = op.and_then(|_| session.journal.last()) else {
                return;
            };
            if let Some(id) = entry
                .thread_id()
                .filter(|id| session.snapshot.thread(*id).is_some())
            {
                assert_eq!(named(screen), id.to_string(), "{said}");
            }
            if op == Some(Op::AppendItems) {
                let area = at.place(Pane::History).unwrap_or_else(|| panic!("{said}"));
                let height = usize::from(parts(Pane::History, area).list.height);
                assert!(session.history.cursor.top + height >= session.items(), "{said}");
            }
            // The fields that it set or cleared are in sight.
            if op == Some(Op::UpdateThreadMetadata) {
                let area = at.place(Pane::Metadata).unwrap_or_else(|| panic!("{said}"));
                assert!(parts(Pane::Metadata, area).list.height >= 7, "{said}");
                assert_eq!(session.metadata.cursor.top, 0, "{said}");
                let patch = screen.model.draft.of_step().map(|(step, _)| *step);
                assert_eq!(patch, Some(entry.step), "{said}");
                let is_stacked = at.tabs.contains(&Pane::Patch) && width >= 110;
                assert!(!is_stacked || at.place(Pane::Patch).is_some(), "{said}");
            }
        });
    }
}
