//! The promises of the layout: everything within the screen, nothing overlapping, the panes where they are said to be.

use super::*;

fn at(width: u16, height: u16, desk: &Desk) -> Arrangement {
    arrange(Rect::new(0, 0, width, height), desk)
}

fn shown(arrangement: &Arrangement) -> Vec<Pane> {
    arrangement.places.iter().map(|(pane, _)| *pane).collect()
}

/// Desks in every state that keys can bring about.
fn desks() -> Vec<Desk> {
    let mut desks = Vec::new();
    for row in PANES {
        for folds in 0..32_u8 {
            for zoomed in [false, true] {
                for extra in [0, -500, 500] {
                    let mut desk = Desk {
                        zoomed,
                        ..Desk::default()
                    };
                    for (index, folded) in desk.folded.iter_mut().enumerate() {
                        *folded = folds & (1 << index) != 0;
                    }
                    desk.focus_on(row.pane);
                    desk.extra = Extra {
                        left: extra,
                        right: extra,
                        below: extra,
                        calls: extra,
                    };
                    desks.push(desk);
                }
            }
        }
    }
    desks
}

#[test]
fn all_five_stand_side_by_side_on_a_wide_screen() {
    let arrangement = at(200, 50, &Desk::default());
    assert_eq!(arrangement.form, Form::Wide);
    assert_eq!(
        shown(&arrangement),
        [
            Pane::Threads,
            Pane::History,
            Pane::Metadata,
            Pane::Patch,
            Pane::Calls
        ]
    );
    let calls = arrangement.place(Pane::Calls).unwrap();
    assert!(
        calls.height >= 17,
        "fourteen counters, a heading and two borders fit: {calls}"
    );
}

#[test]
fn two_columns_show_the_pane_that_had_the_focus_last() {
    let mut desk = Desk::default();
    assert_eq!(shown(&at(80, 24, &desk)), [Pane::Threads, Pane::History]);
    desk.focus_on(Pane::Patch);
    desk.focus_on(Pane::Threads);
    let arrangement = at(80, 24, &desk);
    assert_eq!(shown(&arrangement), [Pane::Threads, Pane::Patch]);
    assert_eq!(
        arrangement.tabs,
        [Pane::History, Pane::Metadata, Pane::Patch, Pane::Calls]
    );
}

#[test]
fn a_narrow_screen_shows_the_focused_pane_alone() {
    let mut desk = Desk::default();
    desk.focus_on(Pane::Calls);
    assert_eq!(shown(&at(30, 8, &desk)), [Pane::Calls]);
}

#[test]
fn tab_goes_round_in_the_order_of_the_table_and_leaves_folded_panes_out() {
    let mut desk = Desk::default();
    desk.set_folded(Pane::Metadata, true);
    let mut seen = Vec::new();
    for _ in 0..5 {
        desk.focus_next(true);
        seen.push(desk.focus);
    }
    assert_eq!(
        seen,
        [
            Pane::History,
            Pane::Patch,
            Pane::Calls,
            Pane::Threads,
            Pane::History
        ]
    );
    desk.focus_next(false);
    assert_eq!(desk.focus, Pane::Threads);
}

#[test]
fn zoom_gives_the_focused_pane_the_whole_body() {
    let desk = Desk {
        zoomed: true,
        ..Desk::default()
    };
    let arrangement = at(200, 50, &desk);
    assert_eq!(arrangement.places, [(Pane::Threads, arrangement.body)]);
}

#[test]
fn folded_panes_leave_their_room_to_the_others() {
    let mut desk = Desk::default();
    desk.set_folded(Pane::Patch, true);
    desk.set_folded(Pane::Calls, true);
    let arrangement = at(200, 50, &desk);
    assert_eq!(
        shown(&arrangement),
        [Pane::Threads, Pane::History, Pane::Metadata]
    );
    assert_eq!(arrangement.place(Pane::History).unwrap().height, 48);
}

#[test]
fn at_every_size_the_parts_tile_the_screen() {
    let desks = desks();
    for width in 1..=240 {
        for height in [1, 4, 5, 6, 7, 8, 9, 12, 19, 20, 21, 24, 33, 50, 200] {
            for desk in desks.iter().step_by(1 + usize::from(width) % 7) {
                let arrangement = at(width, height, desk);
                let mut parts: Vec<Rect> = arrangement.places.iter().map(|(_, area)| *area).collect();
                if arrangement.form == Form::Tiny {
                    assert!(parts.is_empty());
                    continue;
                }
                assert!(
                    parts.iter().all(|part| part.width >= 20 && part.height >= 3),
                    "{width}x{height} {parts:?}"
                );
                parts.extend([arrangement.top, arrangement.bar]);
                let cells: u32 = parts.iter().map(|part| part.area()).sum();
                assert_eq!(
                    cells,
                    arrangement.screen.area(),
                    "{width}x{height} {desk:?} {parts:?}"
                );
                for (index, part) in parts.iter().enumerate() {
                    assert_eq!(part.intersection(arrangement.screen), *part);
                    assert!(
                        parts
                            .iter()
                            .skip(index + 1)
                            .all(|other| part.intersection(*other).is_empty())
                    );
                }
            }
        }
    }
}
