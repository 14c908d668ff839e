//! Tests every size from 1x1 to 500x200: no panic, nothing drawn outside the screen, no word cut without an ellipsis.

use std::collections::HashSet;

use super::*;
use crate::inspector::layout::{LEAST, visible};
use crate::inspector::widgets::theme::ThemeName;

/// Keys that lead to each preset, each pane in its forms, and each overlay.
pub(super) const STATES: &[&str] = &[
    "7",
    "8",
    "9",
    "7 2",
    "7 2 v",
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
    "2 Y",
    "C",
    ": 'append_items' Enter",
    ": 'create_thread' Enter",
    ": 'sizes' Enter",
    "f 'retry' Enter",
    "2 f",
    "/ 'what'",
    "& 'is:'",
    "4 c q",
    "t z",
    "!",
    "4 e 'A fine name' Enter m",
    "4 e 'A fine name' Enter : 'laws' Enter",
    "4 j j j j j j j j j e",
    "4 j j j j j j j j j e 'spawn' Enter",
    "g Space j Space d",
    "g Space j Space 4 e 'A fine name' Enter B",
    ": 'read_thread' Enter Enter",
    "3 j j o",
];

/// A screen in one of these states.
fn in_state(state: &str) -> Screen {
    let mut screen = Screen::demo(200, 50);
    screen.press("s s s").press("g").press(state);
    screen
}

/// Draws a screen at these sizes. Of the passes of an update, only the one that depends on the size runs.
fn draw_at(screen: &mut Screen, state: &str, sizes: impl Iterator<Item = (u16, u16)>) {
    for (width, height) in sizes {
        screen.model.size = (width, height);
        visible::settle(&mut screen.model);
        let frame = screen.frame();
        assert_eq!(frame.area, Rect::new(0, 0, width, height));
        // Only a symbol of several bytes can take more than one column.
        let wide = frame.content.iter().enumerate();
        for (at, cell) in wide.filter(|(_, cell)| cell.symbol().len() > 1) {
            let left = usize::from(width) - at % usize::from(width);
            assert!(
                crate::text::width(cell.symbol()) <= left,
                "{state} {width}x{height}: {:?} is wider than the screen",
                cell.symbol()
            );
        }
    }
}

/// Sizes on both sides of each limit of the layout, and large ones.
const LARGE: [(u16, u16); 14] = [
    (79, 24),
    (80, 24),
    (100, 30),
    (109, 36),
    (110, 19),
    (110, 20),
    (120, 36),
    (159, 50),
    (160, 50),
    (190, 60),
    (200, 50),
    (300, 80),
    (500, 20),
    (500, 200),
];

#[test]
fn no_size_panics_in_any_state() {
    std::thread::scope(|scope| {
        for states in STATES.chunks(STATES.len().div_ceil(2)) {
            scope.spawn(move || {
                for state in states {
                    let small = (1..=60).flat_map(|width| (1..=20).map(move |height| (width, height)));
                    draw_at(&mut in_state(state), state, small.chain(LARGE));
                }
            });
        }
    });
}

#[test]
fn no_size_panics_in_any_theme_or_in_ascii() {
    let small = (1..=60).flat_map(|width| (1..=20).map(move |height| (width, height)));
    // 40 sizes, other ones in each state.
    let sizes: Vec<(u16, u16)> = small.chain(LARGE).collect();
    for (index, state) in STATES.iter().enumerate() {
        let mut screen = in_state(state);
        let looks = ThemeName::all().map(|name| (name, false)).chain([("none", true)]);
        for (name, ascii) in looks {
            let theme = Theme::new(ColorLevel::True).named(name.parse().unwrap());
            screen.model.theme = theme.in_ascii(ascii);
            let step = sizes.len() / 40;
            let sizes = sizes.iter().skip(index % step).step_by(step).take(40);
            draw_at(&mut screen, state, sizes.copied());
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
