//! Tests of the layout: everything is within the screen, nothing overlaps, and the panes are in their documented
//! places.

use super::super::panes::calls;
use super::*;
use presets::PRESETS;

fn at(width: u16, height: u16, desk: &LayoutState) -> Layout {
    arrange(Rect::new(0, 0, width, height), desk)
}

fn shown(arrangement: &Layout) -> Vec<Pane> {
    arrangement.places.iter().map(|(pane, _)| *pane).collect()
}

/// Returns layouts in every state that keys can produce.
fn desks() -> Vec<LayoutState> {
    let mut desks = Vec::new();
    for row in PANES {
        for folds in 0..64_u8 {
            for zoomed in [false, true] {
                for extra in [0, -500, 500] {
                    let mut desk = LayoutState::default();
                    desk.use_preset(PRESETS[desks.len() % Preset::COUNT].preset);
                    for (index, folded) in desk.shape_mut().folded.iter_mut().enumerate() {
                        *folded = folds & (1 << index) != 0;
                    }
                    desk.focus_on(row.pane);
                    desk.zoomed = zoomed;
                    desk.shape_mut().extra = Extra {
                        left: extra,
                        right: extra,
                        below: extra,
                        calls: extra,
                        journal: extra,
                    };
                    desks.push(desk);
                }
            }
        }
    }
    desks
}

#[test]
fn all_stand_side_by_side_on_a_wide_screen() {
    let arrangement = at(200, 50, &LayoutState::default());
    assert_eq!(arrangement.form, LayoutKind::Wide);
    assert_eq!(
        shown(&arrangement),
        [
            Pane::Threads,
            Pane::History,
            Pane::Metadata,
            Pane::Patch,
            Pane::Calls,
            Pane::Journal
        ]
    );
    let calls = arrangement.place(Pane::Calls).unwrap();
    assert!(
        calls.height >= 17,
        "fourteen counters, a heading and two borders fit: {calls}"
    );
    let journal = arrangement.place(Pane::Journal).unwrap();
    assert_eq!((journal.width, journal.height), (200, 8));
    assert_eq!(arrangement.tabs, []);
}

#[test]
fn on_a_wide_screen_of_few_rows_the_patch_and_the_journal_share_a_place() {
    let mut desk = LayoutState::default();
    let low = at(120, 30, &desk);
    assert_eq!(low.place(Pane::Patch), None);
    assert_eq!(low.tabs, [Pane::Patch, Pane::Journal]);
    let row = low.place(Pane::Journal).unwrap();
    desk.focus_on(Pane::Patch);
    let low = at(120, 30, &desk);
    assert_eq!(low.tabs, [Pane::Patch, Pane::Journal]);
    assert_eq!(low.place(Pane::Journal), None);
    assert_eq!(low.place(Pane::Patch).map(|area| area.y), Some(row.y));
    // The pane that had focus last stays visible.
    desk.focus_on(Pane::Threads);
    assert!(at(120, 30, &desk).place(Pane::Patch).is_some());
    // If no other pane is in its row, the pane is alone there.
    desk.set_folded(Pane::Patch, true);
    desk.set_folded(Pane::Calls, true);
    assert!(at(120, 30, &desk).place(Pane::Journal).is_some());
    desk.set_folded(Pane::Journal, true);
    assert_eq!(
        shown(&at(120, 30, &desk)),
        [Pane::Threads, Pane::History, Pane::Metadata]
    );
}

#[test]
fn while_calls_are_shown_all_counters_are_visible_on_every_wide_screen() {
    for strip in [false, true] {
        let desk = LayoutState {
            strip: strip.then_some(0),
            ..LayoutState::default()
        };
        for width in WIDE..=240 {
            for height in WIDE_ROWS..=60 {
                let low = at(width, height, &desk);
                let list = parts::parts(Pane::Calls, low.place(Pane::Calls).unwrap()).list;
                let columns = calls::columns(list);
                // Two rows are for the scenario, and the panes above have their least height.
                let is_lowest = strip && height == WIDE_ROWS;
                assert!(
                    is_lowest || calls::visible(list) >= 14,
                    "{width}x{height} {list:?}"
                );
                assert_eq!(
                    columns,
                    if height >= 36 { 1 } else { 2 },
                    "{width}x{height} {list:?}"
                );
            }
        }
    }
}

#[test]
fn reading_has_a_large_history_and_the_others_as_tabs() {
    let mut desk = LayoutState::default();
    desk.use_preset(Preset::Read);
    let wide = at(200, 50, &desk);
    assert_eq!(shown(&wide), [Pane::Threads, Pane::History, Pane::Metadata]);
    assert_eq!(
        wide.tabs,
        [Pane::History, Pane::Patch, Pane::Calls, Pane::Journal]
    );
    let less = at(120, 36, &desk);
    assert_eq!(shown(&less), [Pane::Threads, Pane::History]);
    assert!(less.place(Pane::History).unwrap().width >= 70);
    desk.focus_on(Pane::Journal);
    assert_eq!(
        shown(&at(200, 50, &desk)),
        [Pane::Threads, Pane::Journal, Pane::Metadata]
    );
}

#[test]
fn testing_patches_has_a_large_form_with_its_effect_beside() {
    let mut desk = LayoutState::default();
    desk.use_preset(Preset::Patch);
    assert_eq!(desk.focus, Pane::Threads);
    for (width, height) in [(200, 50), (190, 36), (120, 36), (110, 36)] {
        let wide = at(width, height, &desk);
        let patch = wide.place(Pane::Patch).unwrap();
        assert!(
            patch.width - 2 >= parts::WITH_COLUMNS,
            "{width}x{height} {patch:?}"
        );
        let [threads, calls, journal] =
            [Pane::Threads, Pane::Calls, Pane::Journal].map(|pane| wide.place(pane).unwrap());
        assert!(wide.place(Pane::Metadata).is_some());
        assert!(patch.height > threads.height.max(calls.height).max(journal.height) || width >= 190);
    }
    let low = at(120, 24, &desk);
    assert_eq!(shown(&low), [Pane::Threads, Pane::Metadata, Pane::Patch]);
    assert_eq!(
        low.tabs,
        [Pane::History, Pane::Metadata, Pane::Calls, Pane::Journal]
    );
}

#[test]
fn each_preset_keeps_its_sizes_and_a_pane_without_a_part_in_it_loses_focus() {
    let mut desk = LayoutState::default();
    desk.focus_on(Pane::Calls);
    desk.grow(LayoutKind::Wide, 4, 0);
    desk.use_preset(Preset::Read);
    assert_eq!((desk.focus, desk.shape().extra.calls), (Pane::Threads, 0));
    desk.use_preset(Preset::Show);
    assert_eq!((desk.focus, desk.shape().extra.calls), (Pane::Threads, 4));
}

#[test]
fn the_journal_grows_in_its_band_and_beside_the_threads() {
    let mut desk = LayoutState::default();
    desk.focus_on(Pane::Journal);
    let height = |desk: &LayoutState, rows| at(200, rows, desk).place(Pane::Journal).unwrap().height;
    let (band, low) = (height(&desk, 50), height(&desk, 30));
    desk.grow(LayoutKind::Wide, 0, 2);
    assert_eq!((height(&desk, 50), height(&desk, 30)), (band + 2, low + 2));
    let width = |desk: &LayoutState| at(80, 24, desk).place(Pane::Journal).unwrap().width;
    let before = width(&desk);
    desk.grow(LayoutKind::Middling, 4, 0);
    assert_eq!(width(&desk), before + 4);
}

#[test]
fn two_columns_show_the_pane_that_had_the_focus_last() {
    let mut desk = LayoutState::default();
    assert_eq!(shown(&at(80, 24, &desk)), [Pane::Threads, Pane::History]);
    desk.focus_on(Pane::Patch);
    desk.focus_on(Pane::Threads);
    let arrangement = at(80, 24, &desk);
    assert_eq!(shown(&arrangement), [Pane::Threads, Pane::Patch]);
    assert_eq!(
        arrangement.tabs,
        [
            Pane::History,
            Pane::Metadata,
            Pane::Patch,
            Pane::Calls,
            Pane::Journal
        ]
    );
}

#[test]
fn a_narrow_screen_shows_the_focused_pane_alone() {
    let mut desk = LayoutState::default();
    desk.focus_on(Pane::Calls);
    assert_eq!(shown(&at(30, 8, &desk)), [Pane::Calls]);
}

#[test]
fn tab_goes_round_in_the_order_of_the_table_and_leaves_folded_panes_out() {
    let mut desk = LayoutState::default();
    desk.set_folded(Pane::Metadata, true);
    let mut seen = Vec::new();
    for _ in 0..6 {
        desk.focus_next(true);
        seen.push(desk.focus);
    }
    assert_eq!(
        seen,
        [
            Pane::History,
            Pane::Patch,
            Pane::Calls,
            Pane::Journal,
            Pane::Threads,
            Pane::History
        ]
    );
    desk.focus_next(false);
    assert_eq!(desk.focus, Pane::Threads);
}

#[test]
fn zoom_gives_the_focused_pane_the_whole_body() {
    let desk = LayoutState {
        zoomed: true,
        ..LayoutState::default()
    };
    let arrangement = at(200, 50, &desk);
    assert_eq!(arrangement.places, [(Pane::Threads, arrangement.body)]);
}

#[test]
fn folded_panes_leave_their_room_to_the_others() {
    let mut desk = LayoutState::default();
    desk.set_folded(Pane::Patch, true);
    desk.set_folded(Pane::Calls, true);
    desk.set_folded(Pane::Journal, true);
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
            for desk in desks.iter().skip(usize::from(width) % 7).step_by(7) {
                let arrangement = at(width, height, desk);
                let mut parts: Vec<Rect> = arrangement.places.iter().map(|(_, area)| *area).collect();
                if arrangement.form == LayoutKind::Tiny {
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
