//! Tests every size from 1x1 to 500x200: no panic, nothing drawn outside the screen, no word cut without an ellipsis.

use std::collections::HashSet;

use super::*;
use crate::inspector::layout::LEAST;

const STATES: &[&str] = &[
    "",
    "2 v",
    "2 v v",
    "3 G",
    "4 e 'a value that is longer than any narrow pane has columns for it'",
    "5 G",
    "6 k k k",
    "6 f",
    "6 { z",
    "2 Enter",
    "2 m",
    "?",
    ": 'read'",
    ": 'append_items' Enter",
    ": 'create_thread' Enter",
    ": 'sizes' Enter",
    "f 'retry' Enter",
    "2 f",
    "/ 'what'",
    "4 c q",
    "t z",
    "!",
];

#[test]
fn no_size_panics_in_any_state() {
    // Each state is drawn at every third size, and each size in a third of the states.
    for (index, state) in (0_u16..).zip(STATES) {
        let mut screen = Screen::demo(200, 50);
        screen.press("s s s").press("g").press(state);
        for width in (1..30).chain([40, 59, 60, 79, 80, 100, 109, 110, 130, 199, 200, 500]) {
            let heights = (1..12).chain([20, 24, 33, 50, 200]);
            for height in heights.filter(|height| (width + height + index).is_multiple_of(3)) {
                screen.tell(Msg::Resize(width, height));
                let rows = rows(&screen.frame());
                assert_eq!(rows.len(), usize::from(height));
                for row in rows {
                    assert!(
                        crate::text::width(&row) <= usize::from(width),
                        "{state} {width}x{height}: {row:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn no_size_panics_while_a_scenario_is_played() {
    let (mut screen, _folder) = playing::kinds(200, 50);
    for key in ["", ".", ".", ".", ".", ".", "p", ",", ", ,", "}", ". . .", "r"] {
        screen.press(key);
        for width in [1, 2, 19, 20, 21, 30, 63, 64, 80, 110, 200] {
            for height in [1, 4, 5, 6, 7, 8, 11, 12, 19, 20, 24, 40] {
                screen.tell(Msg::Resize(width, height));
                for row in rows(&screen.frame()) {
                    assert!(
                        crate::text::width(&row) <= usize::from(width),
                        "{key} {width}x{height}: {row:?}"
                    );
                }
                let at = screen.model.arrangement();
                assert_eq!(
                    at.top.height + at.body.height + at.strip.height + at.bar.height,
                    if at.bar.height > 0 { height } else { at.body.height },
                );
            }
        }
    }
}

#[test]
fn no_word_about_a_scenario_is_torn_without_an_ellipsis() {
    for keys in [
        "",
        ".",
        ". .",
        ". . .",
        ". . . .",
        ". . . . . .",
        ". . . . . . . .",
        ". . . , ,",
    ] {
        let (mut screen, _folder) = playing::kinds(500, 200);
        screen.press(keys);
        let mut whole: HashSet<String> = HashSet::new();
        for (width, height) in [(500, 200), (200, 50), (200, 24), (200, 14), (200, 8), (200, 7)] {
            screen.tell(Msg::Resize(width, height));
            let words = strip_words(&screen);
            // Where there is little room, the words after a comma are left out.
            whole.extend(words.iter().map(|word| word.trim_end_matches(',').to_string()));
            whole.extend(words);
        }
        for width in 20..200 {
            for height in [7, 8, 14, 24, 50] {
                screen.tell(Msg::Resize(width, height));
                for word in strip_words(&screen) {
                    assert!(
                        word.contains('\u{2026}') || whole.contains(&word),
                        "{keys:?} at {width}x{height}: {word:?} is torn\n{}",
                        playing::strip(&screen)
                    );
                }
            }
        }
    }
}

fn strip_words(screen: &Screen) -> Vec<String> {
    let strip = playing::strip(screen);
    let words = strip.split_whitespace();
    words.filter(|word| word.len() < 30).map(str::to_string).collect()
}

#[test]
fn a_frame_of_another_size_than_the_model_knows_is_drawn_too() {
    let screen = Screen::demo(200, 50);
    for (width, height) in [(1, 1), (20, 5), (80, 24), (300, 80)] {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        draw(&screen.model, &mut buffer);
    }
}

#[test]
fn a_screen_that_is_too_small_says_so_in_one_line() {
    for (width, height) in [(LEAST.0 - 1, 30), (200, LEAST.1 - 1)] {
        let text = Screen::demo(width, height).text();
        assert_eq!(text.lines().filter(|line| !line.is_empty()).count(), 1, "{text}");
    }
}

/// The words of a screen, made of letters and underscores.
fn words(screen: &Screen) -> Vec<String> {
    let mut words = Vec::new();
    for row in rows(&screen.frame()) {
        let mut word = String::new();
        for c in row.chars().chain([' ']) {
            if c.is_ascii_alphabetic() || c == '_' || c == '\u{2026}' {
                word.push(c);
            } else if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        }
    }
    words
}

/// The store has no data, so every word comes from this program. Each word of a small screen must also be on a large
/// screen in the same state, or end with an ellipsis.
#[test]
fn no_word_is_torn_without_an_ellipsis() {
    for (index, state) in STATES.iter().filter(|state| !state.contains('\'')).enumerate() {
        let mut whole = HashSet::new();
        let mut screen = Screen::empty(200, 50);
        screen.press(": 'create_thread' Enter Enter Esc").press(state);
        for (width, height) in [
            (500, 200),
            (200, 200),
            (119, 200),
            (109, 200),
            (80, 200),
            (59, 200),
        ] {
            for extra in ["", "1", "2", "3", "4", "5", "6"] {
                screen.tell(Msg::Resize(width, height));
                if screen.model.overlays.is_empty() {
                    screen.press(extra);
                }
                whole.extend(words(&screen));
            }
        }
        whole.extend(["too", "small", "by", "at", "least", "This", "screen", "is"].map(String::from));
        for width in (20..130).skip(index % 2).step_by(2) {
            screen.tell(Msg::Resize(width, 24));
            for word in words(&screen) {
                assert!(
                    word.contains('\u{2026}') || whole.contains(&word),
                    "{state:?} at {width}: {word:?} is torn\n{}",
                    screen.text()
                );
            }
        }
    }
}
