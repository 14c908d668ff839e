//! Tests of overlays: the top layer is drawn last and has the keys; an overlay that opens by itself does not take the
//! keys from a text input.

use super::*;
use crate::inspector::overlays::question::Question;
use crate::inspector::overlays::reader::Reader;
use crate::inspector::state::action::Action;
use crate::inspector::state::context::Context;

fn question(text: &str) -> Question {
    Question::new(text.to_string(), Action::Copy("Answered.".to_string()))
}

fn reader() -> Reader {
    Reader::text(
        "Something".to_string(),
        "the overlay that opened by itself".to_string(),
    )
}

/// Keys that start a text input, one for each place that has one.
const WRITING: [&str; 6] = [
    "/ 'ab'",
    "& 'ab'",
    "4 e 'ab'",
    ": 'ab'",
    ": 'read_thread' Enter 'ab'",
    "4 m 'ab'",
];

#[test]
fn a_question_that_comes_by_itself_has_the_keys_at_once_and_what_was_written_goes_on_behind_it() {
    for keys in WRITING {
        let mut screen = Screen::demo(120, 40);
        screen.press(keys);
        let context = screen.model.context();
        drop(screen.model.arrive(question("Is that so?")));
        assert_eq!(screen.model.context(), Context::Question, "{keys}");
        assert!(screen.text().contains("Is that so?"));
        screen.tell(Msg::Paste("lost".to_string()));
        screen.press("x y");
        assert!(
            screen.text().contains("Copied the selected entry"),
            "{keys}: {}",
            screen.text()
        );
        assert_eq!(screen.model.context(), context, "{keys}");
        screen.press("'cd'");
        assert!(screen.text().contains("abcd"), "{keys}: {}", screen.text());
        assert!(!screen.text().contains("lost"), "{keys}: {}", screen.text());
    }
}

#[test]
fn what_comes_by_itself_waits_until_nothing_is_written_or_asked() {
    for keys in WRITING {
        let mut screen = Screen::demo(120, 40);
        screen.press(keys);
        let context = screen.model.context();
        drop(screen.model.arrive(reader()));
        screen.press("'q'");
        assert!(screen.model.context() == context && !screen.quit, "{keys}");
        screen.press("Esc");
        assert!(
            screen.text().contains("the overlay that opened by itself"),
            "{keys}: {}",
            screen.text()
        );
        assert_eq!(screen.model.context(), Context::Reader, "{keys}");
    }
    let mut screen = Screen::demo(120, 40);
    drop(screen.model.arrive(question("The first?")));
    drop(screen.model.arrive(question("The second?")));
    drop(screen.model.arrive(reader()));
    for (text, other) in [("The first?", "The second?"), ("The second?", "The first?")] {
        let shown = screen.text();
        assert!(shown.contains(text) && !shown.contains(other), "{shown}");
        screen.press("y");
    }
    assert_eq!(screen.model.context(), Context::Reader);
}

#[test]
fn leaving_is_asked_about_over_another_question_too_and_only_once() {
    let mut screen = Screen::demo(120, 40);
    screen.press("4 c");
    drop(screen.model.arrive(question("Is that so?")));
    screen.press("Ctrl+C");
    assert!(screen.text().contains("Quit anyway?") && !screen.quit);
    screen.press("n");
    assert!(screen.text().contains("Is that so?"));
    screen.press("Ctrl+C Ctrl+C");
    assert!(screen.quit);
}

#[test]
fn an_answer_closes_the_form_that_it_answers_and_no_other() {
    let mut screen = Screen::demo(120, 40);
    screen.press(": 'read_thread' Enter");
    let key = Msg::Key(crate::inspector::commands::keys::parse("Ctrl+S").unwrap());
    let sent = update(&mut screen.model, key);
    screen.press("Esc : 'list_threads' Enter");
    screen.carry_out(sent);
    assert_eq!(screen.model.context(), Context::Form, "{}", screen.text());
    screen.press("Esc");
    assert!(
        screen.text().contains("read_thread \u{b7} answer"),
        "{}",
        screen.text()
    );
}

#[test]
fn one_frame_has_the_focus_and_a_line_being_written_or_a_question_stays_in_sight() {
    for keys in [
        "",
        "4 e",
        "4 e 'x' Enter e Ctrl+C",
        "2 Enter",
        "2 Enter / 'a'",
        "?",
        "4 m",
        ": 'read_thread' Enter",
        "4 c / Ctrl+C",
    ] {
        let mut screen = Screen::demo(120, 40);
        screen.press(keys);
        assert_eq!(
            screen.text().matches('\u{250f}').count(),
            1,
            "{keys}: {}",
            screen.text()
        );
    }
    // A message is drawn above the line that has the keys, and never covers a whole question.
    let mut screen = Screen::demo(40, 10);
    screen.press("/ 'abc'");
    screen.model.warn("a long sentence ".repeat(20));
    assert!(screen.said().starts_with("/abc"), "{}", screen.text());
    let mut screen = Screen::demo(24, 6);
    drop(screen.model.arrive(question("Is that so?")));
    screen.model.warn("a long sentence ".repeat(20));
    assert!(screen.text().contains("Is that so?"), "{}", screen.text());
    screen.tell(Msg::Resize(15, 3));
    assert!(screen.text().contains("Is that so?"), "{}", screen.text());
}
