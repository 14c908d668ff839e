//! The tutor, played key by key. A step is not done before its keys and done after them, and its text fits on a small
//! screen.

use super::*;
use crate::inspector::features::presets;
use crate::inspector::features::tutor::lessons::LESSONS;
use crate::inspector::features::tutor::{self, place, steps};
use crate::inspector::layout::presets::Preset;

/// The keys of each step, by lesson.
const KEYS: &[&[&str]] = &[
    &["j", "2", "z", "z", "1"],
    &["k Enter", "J", "E", "T", "o", "f", "j j Space", "Esc F"],
    &["1 f 'retry' Enter", "Enter", "n"],
    &["1 & 'is:fork' Enter", "Esc"],
    &["2 Enter", "y", "Esc"],
    &["3", "g j j j j", "o", "Esc"],
    &[
        "8 4",
        "g e ' again' Enter",
        "g j j j j j j j j j j c",
        "d",
        "Ctrl+S",
        "u",
    ],
    &["9 5", "m", ": 'read_thread' Enter", "Enter", "Esc"],
    &["[", "6 Enter", "Esc }"],
    &["6 x Enter", ": 'save-scenario lesson.jsonl' Enter"],
    &["?", "'clipboard'", "Esc", "I", "Esc"],
];

/// The tutor at its first step.
fn tutor_screen(width: u16, height: u16) -> Screen {
    let mut screen = Screen::demo(width, height);
    presets::switch(&mut screen.model, Preset::Read);
    tutor::begin(&mut screen.model);
    screen.tell(Msg::Resize(width, height));
    screen
}

fn step(screen: &Screen) -> usize {
    screen.model.tutor.as_ref().unwrap().step
}

/// The letters of a text, so that a wrapped text is one text.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The rows of the tutor.
fn strip(screen: &Screen) -> String {
    let strip = screen.model.arrangement().strip;
    let rows = rows(&screen.frame());
    rows[usize::from(strip.top())..usize::from(strip.bottom())].join("\n")
}

#[test]
fn each_step_is_done_by_its_keys_and_not_before() {
    let mut screen = tutor_screen(80, 24);
    let mut screens = String::new();
    let all: Vec<(usize, &str)> = KEYS
        .iter()
        .enumerate()
        .flat_map(|(lesson, keys)| keys.iter().map(move |keys| (lesson, *keys)))
        .collect();
    assert_eq!(all.len(), steps(), "each step has its keys");
    for (number, (lesson, keys)) in all.into_iter().enumerate() {
        let at = place(number).unwrap();
        assert_eq!((step(&screen), at.number), (number, lesson), "{}", screen.text());
        assert!(!(at.step.done)(&screen.model), "done before: {}", at.step.text);
        let text = screen.model.commands.fill(at.step.text);
        let shown = strip(&screen);
        assert!(letters(&shown).contains(&letters(&text)), "{text}\n{shown}");
        screens.push_str(&format!("{shown}\n\n"));
        screen.press(keys);
        assert_eq!(step(&screen), number + 1, "{text}\n{}", screen.text());
        let then = screen.model.commands.fill(at.step.then);
        let shown = strip(&screen);
        assert!(letters(&shown).contains(&letters(&then)), "{then}\n{shown}");
    }
    screens.push_str(&strip(&screen));
    insta::assert_snapshot!(screens);
    let all = steps();
    assert!(strip(&screen).contains(&format!("You have done all {all} steps.")));
    // What the lessons did is not asked about.
    screen.press("q");
    assert!(screen.quit, "{}", screen.text());
}

#[test]
fn each_lesson_can_begin_without_those_before() {
    for (lesson, keys) in KEYS.iter().enumerate() {
        let mut screen = tutor_screen(120, 36);
        for _ in 0..lesson {
            screen.press("Alt+N");
        }
        let mut keys = keys.to_vec();
        if lesson == 1 {
            // Without the first lesson, the thread is already selected.
            keys[0] = "Enter";
        }
        let first = step(&screen);
        for (at, keys) in keys.iter().enumerate() {
            assert_eq!(step(&screen), first + at, "{}", screen.text());
            screen.press(keys);
        }
        assert_eq!(step(&screen), first + keys.len(), "{}", screen.text());
    }
}

#[test]
fn lessons_are_skipped_and_gone_back_to_from_anywhere() {
    let mut screen = tutor_screen(120, 36);
    screen.press("j 2 z Alt+P");
    assert_eq!(step(&screen), 0, "back to the start of the lesson");
    assert!(!screen.model.layout.zoomed);
    screen.press("Alt+N f 'ret' Alt+N");
    assert!(screen.model.overlays.is_empty(), "{}", screen.text());
    assert_eq!(place(step(&screen)).unwrap().number, 2);
    screen.press("Alt+P");
    assert_eq!(place(step(&screen)).unwrap().number, 1);
    for _ in 0..LESSONS.len() {
        screen.press("Alt+N");
    }
    let all = steps();
    assert_eq!(step(&screen), all);
    assert!(
        strip(&screen).contains(&format!("of {all} steps and skipped")),
        "{}",
        screen.text()
    );
    screen.press("Alt+P");
    assert_eq!(place(step(&screen)).unwrap().number, LESSONS.len() - 1);
    screen.press(": 'end-tutor' Enter Alt+N");
    assert!(screen.model.tutor.is_none());
    assert!(
        screen.said().contains("the tutor is not open"),
        "{}",
        screen.said()
    );
}

#[test]
fn a_low_screen_shows_what_to_do() {
    let screen = tutor_screen(30, 8);
    assert!(strip(&screen).contains("Lesson 1 of"), "{}", screen.text());
    let text = LESSONS[0].steps[0].text;
    assert!(
        letters(&strip(&screen)).contains(&letters(&text[..20])),
        "{}",
        screen.text()
    );
}
