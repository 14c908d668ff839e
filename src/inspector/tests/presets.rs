//! Tests of the presets on the keys 7, 8 and 9, and of going in and out.

use super::*;
use crate::inspector::layout::presets::{PRESETS, Preset};
use crate::inspector::panes::Pane;

const SIZES: [(u16, u16); 4] = [(200, 50), (120, 36), (80, 24), (40, 12)];

#[test]
fn the_panes_of_each_preset() {
    for (row, key) in PRESETS.iter().zip(["7", "8", "9"]) {
        for (width, height) in SIZES {
            let mut screen = Screen::demo(width, height);
            screen.press("s s s g").press(key);
            insta::assert_snapshot!(format!("{}_{width}x{height}", row.name), shot(&screen));
        }
    }
}

#[test]
fn while_a_scenario_is_played_low_screens_show_all_counters_in_two_columns() {
    let mut screen = Screen::demo(120, 30);
    screen.press("5 G");
    insta::assert_snapshot!("counters_in_two_columns", shot(&screen));
    // A page is both columns. The methods that are not counted are below them.
    screen.press("g PgDn");
    assert_eq!(screen.model.session.calls.cursor.at, 14);
    assert_eq!(screen.model.session.calls.cursor.top, 1);
}

#[test]
fn a_preset_is_used_at_once_and_keeps_the_sizes_of_its_own() {
    let mut screen = Screen::demo(200, 50);
    let width = |screen: &Screen| screen.model.arrangement().place(Pane::Threads).unwrap().width;
    screen.press("5 7");
    assert_eq!(screen.model.layout.preset, Preset::Read);
    assert_eq!(screen.model.layout.focus, Pane::Threads);
    let before = width(&screen);
    screen.press("> > 3 Z");
    assert!(screen.model.layout.is_folded(Pane::Metadata));
    screen.press("9");
    assert!(!screen.model.layout.is_folded(Pane::Metadata));
    screen.press("7");
    assert_eq!(width(&screen), before + 8);
    screen.press("=");
    assert_eq!(width(&screen), before);
}

#[test]
fn history_grows_beside_threads_in_every_preset() {
    for (size, keys) in [((120, 36), "7 2"), ((200, 50), "9 2"), ((80, 24), "9 2")] {
        let mut screen = Screen::demo(size.0, size.1);
        screen.press(keys);
        let width = |screen: &Screen| screen.model.arrangement().place(Pane::History).unwrap().width;
        let before = width(&screen);
        screen.press(">");
        assert_eq!(width(&screen), before + 4, "{size:?} {keys}");
    }
}

#[test]
fn h_and_l_go_out_and_in_and_escape_goes_back_a_level() {
    let mut screen = longest();
    screen.press("l");
    assert_eq!(screen.model.layout.focus, Pane::History);
    screen.press("l");
    assert!(
        screen.model.overlays.top::<Reader>().is_some(),
        "{}",
        screen.text()
    );
    // In the tree of an item, they expand and collapse.
    screen.press("l h Esc");
    assert!(screen.model.overlays.is_empty());
    screen.press("h");
    assert_eq!(screen.model.layout.focus, Pane::Threads);
    screen.press("2 / 'retry' Enter Esc");
    assert_eq!(screen.model.layout.focus, Pane::History, "the search ends first");
    screen.press("Esc");
    assert_eq!(screen.model.layout.focus, Pane::Threads);
    screen.press("6 f Esc");
    assert_eq!(screen.model.layout.focus, Pane::Journal, "the filter ends first");
    screen.press("z Esc Esc Esc Esc");
    assert_eq!(screen.model.layout.focus, Pane::Threads);
    assert!(!screen.quit);
    screen.press("3 Right");
    assert!(
        screen.model.overlays.top::<Reader>().is_some(),
        "{}",
        screen.text()
    );
}
