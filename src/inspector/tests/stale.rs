//! Tests of partial redraws. A debug build compares each frame with a full redraw.

use proptest::prelude::*;

use super::*;
use crate::inspector::layout::draw::draw_stale;
use crate::inspector::panes::Pane;
use crate::inspector::runtime::event_loop::Canvas;
use crate::inspector::state::model::{Stale, StalePane};

/// The canvas that is kept from frame to frame.
fn canvas(screen: &Screen) -> Canvas {
    let (width, height) = screen.model.size;
    Canvas::new(Rect::new(0, 0, width, height))
}

#[test]
fn moving_in_a_pane_makes_that_pane_stale_and_no_other() {
    let mut screen = longest();
    let mut canvas = canvas(&screen);
    for (keys, pane) in [
        ("2", Pane::History),
        ("3", Pane::Metadata),
        ("4", Pane::Patch),
        ("5", Pane::Calls),
    ] {
        screen.press(keys);
        draw_stale(&screen.model, &mut canvas);
        let from = screen.model.cursor(pane);
        screen.press("j");
        let stale = Stale::after_moving(pane, StalePane::Cursor(from));
        assert_eq!(screen.model.stale.get(), stale, "{keys}");
        let built = screen.model.built.get();
        draw_stale(&screen.model, &mut canvas);
        let rows = screen.model.built.get() - built;
        assert!(rows <= 2, "{keys}: {rows} rows were built");
        assert_eq!(screen.model.stale.get(), Stale::NOTHING);
    }
    // An overlay and a message redraw the whole screen.
    for keys in ["?", "j", "Esc", "2", "s", "1", "s", "j"] {
        screen.press(keys);
        assert_eq!(screen.model.stale.get(), Stale::Screen, "{keys}");
        draw_stale(&screen.model, &mut canvas);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_not_drawn_again_looks_the_same(
        size in prop::sample::select(vec![(200, 50), (120, 36), (80, 24), (40, 12)]),
        keys in prop::collection::vec(prop::sample::select(vec![
            "j", "k", "j", "k", "j", "G", "g", "Ctrl+D", "Ctrl+U", "PgDn", "1", "2", "3", "4", "5", "6", "Tab", "v", "s", "t",
            "Space", "z", "[", "]", "}", "c", "e 'x' Enter", "& 'e' Enter", "/ 'a' Enter", "n", "Esc", "? Esc", "f Esc", "u",
            "Ctrl+S", "d Esc", "Enter", "Enter j Esc", "m", "n", "y",
        ]), 1..40),
    ) {
        let mut screen = Screen::demo(size.0, size.1);
        let mut canvas = canvas(&screen);
        for key in keys {
            screen.press(key);
            // Several keys can come before one frame, so `k` draws none.
            if key != "k" {
                draw_stale(&screen.model, &mut canvas);
            }
        }
    }
}
