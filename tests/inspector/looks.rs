//! Themes, ASCII and the mouse of the real program, on a pseudo-terminal that answers questions or not.

use std::time::Duration;

use crate::support::terminal::{ENTER, Start, Terminal, ctrl};
use vt100::{Color, MouseProtocolEncoding, MouseProtocolMode};

/// What marks the focused pane on a light background, and on a dark one.
const ON_LIGHT: Color = Color::Rgb(0, 105, 120);
const ON_DARK: Color = Color::Rgb(77, 208, 225);
/// The same where the background is not known.
const ON_BOTH: Color = Color::Rgb(0, 151, 167);

/// The program ends within this time even if the terminal answers nothing.
const SOON: Duration = Duration::from_secs(2);

fn demo(args: &[&str]) -> Start {
    Start::threadloupe(args)
        .size(120, 36)
        .env("COLORTERM", "truecolor")
}

fn started(start: Start) -> Terminal {
    let mut terminal = start.spawn();
    terminal.wait_for("Threads");
    terminal
}

fn has_color(screen: &vt100::Screen, color: Color) -> bool {
    let (rows, columns) = screen.size();
    (0..rows.get()).any(|row| {
        (0..columns.get()).any(|column| {
            screen
                .cell(row, column)
                .is_some_and(|cell| cell.fgcolor() == color)
        })
    })
}

/// The sequence of a click, or of another event with these button bits, at a position counted from 0.
fn mouse(bits: u16, (column, row): (u16, u16)) -> String {
    let (column, row) = (column + 1, row + 1);
    match bits {
        0 => format!("\u{1b}[<0;{column};{row}M\u{1b}[<0;{column};{row}m"),
        bits => format!("\u{1b}[<{bits};{column};{row}M"),
    }
}

/// The position of a text on the screen.
fn place_of(terminal: &Terminal, text: &str) -> (u16, u16) {
    let screen = terminal.screen();
    let (_, columns) = screen.size();
    let found = screen.rows(0, columns.get()).zip(0..).find_map(|(line, row)| {
        let column = line[..line.find(text)?].chars().count();
        Some((u16::try_from(column).expect("a column"), row))
    });
    found.unwrap_or_else(|| panic!("{text:?} is not there\n{}", terminal.picture()))
}

#[test]
fn the_colors_follow_the_background_that_the_terminal_tells() {
    for (background, color) in [
        ("rgb:ffff/ffff/ffff", ON_LIGHT),
        ("rgb:fd/f6/e3", ON_LIGHT),
        ("rgb:1e1e/1e1e/2e2e", ON_DARK),
    ] {
        let mut terminal = started(demo(&[]).background(background));
        terminal.wait_until("the colors are those for the background", |screen| {
            has_color(screen, color) && !has_color(screen, ON_BOTH)
        });
        assert_eq!(terminal.questions(), 2);
        assert!(terminal.quit().success());
        assert!(terminal.is_given_back(), "{}", terminal.picture());
    }
}

#[test]
fn a_terminal_that_tells_no_background_gets_colors_for_both() {
    let mut terminal = started(demo(&[]));
    terminal.wait_until("there are colors", |screen| has_color(screen, ON_BOTH));
    terminal.type_keys(&format!(":theme light{ENTER}"));
    terminal.wait_until("the theme can be chosen", |screen| has_color(screen, ON_LIGHT));
    assert!(terminal.quit().success());
}

#[test]
fn nothing_is_asked_if_the_answer_would_change_nothing() {
    for start in [
        demo(&["--theme", "dark"]),
        demo(&["--theme", "16"]),
        demo(&[]).env("NO_COLOR", "1"),
        demo(&[]).env("TERM", "linux").env_remove("COLORTERM"),
    ] {
        let mut terminal = started(start);
        assert!(terminal.quit().success());
        assert_eq!(terminal.questions(), 0, "{}", terminal.picture());
    }
}

#[test]
fn an_answer_that_is_still_to_come_is_not_typed_into_the_shell() {
    let script = format!(
        "'{}' --no-settings; echo back; IFS= read -r word; echo \"read <$word>\"",
        env!("CARGO_BIN_EXE_threadloupe")
    );
    for background in [Some("rgb:ffff/ffff/ffff"), None] {
        let mut start = Start::program("/bin/sh", &["-c", &script]).size(120, 36);
        if let Some(color) = background {
            start = start.background(color);
        }
        let mut terminal = start.spawn();
        terminal.hold_answers();
        terminal.wait_for("Threads");
        assert_eq!(terminal.questions(), 2, "{}", terminal.picture());
        terminal.type_keys("q");
        terminal.send_answers();
        terminal.wait_for("back");
        terminal.type_keys(&format!("word{ENTER}"));
        terminal.wait_for("read <word>");
        assert!(terminal.wait_exit().success());
    }
}

#[test]
fn a_terminal_that_answers_nothing_holds_up_nothing() {
    let mut terminal = demo(&[]).spawn();
    terminal.hold_answers();
    terminal.wait_for("Threads");
    terminal.type_keys(&ctrl('z'));
    terminal.wait_stopped();
    terminal.signal(rustix::process::Signal::CONT);
    terminal.wait_for("Threads");
    terminal.type_keys("q");
    assert!(terminal.wait_ended_within(SOON).success());
}

/// Whether the first line tells that the mouse is on.
fn is_on(screen: &vt100::Screen) -> bool {
    let (_, columns) = screen.size();
    let first = screen.rows(0, columns.get()).next();
    first.is_some_and(|line| line.contains("mouse on"))
}

#[test]
fn the_mouse_works_until_it_is_switched_off() {
    let mut terminal = started(demo(&["--no-settings"]));
    terminal.wait_for("mouse on");
    assert_eq!(
        terminal.screen().mouse_protocol_mode(),
        MouseProtocolMode::ButtonMotion
    );
    assert_eq!(
        terminal.screen().mouse_protocol_encoding(),
        MouseProtocolEncoding::Sgr
    );
    let history = place_of(&terminal, "History 1 of");
    terminal.type_keys(&mouse(65, (history.0, history.1 + 2)));
    let metadata = place_of(&terminal, "Metadata");
    terminal.type_keys(&mouse(0, metadata));
    terminal.wait_for("\u{2501} Metadata");
    let help = place_of(&terminal, "? help");
    terminal.type_keys(&mouse(0, help));
    terminal.wait_for("Help");
    terminal.type_keys("\u{1b}m");
    terminal.wait_for("The mouse is off");
    terminal.wait_until("the first line tells it", |screen| !is_on(screen));
    assert_eq!(terminal.screen().mouse_protocol_mode(), MouseProtocolMode::None);
    terminal.type_keys("\u{1b}m");
    terminal.wait_until("the first line tells it", is_on);
    terminal.type_keys("\u{1b}[27u");
    terminal.wait_gone("Help");
    assert!(terminal.quit().success());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

#[test]
fn the_mouse_is_given_back_while_the_program_is_suspended_and_taken_again() {
    let mut terminal = started(demo(&["--no-settings"]));
    terminal.wait_for("mouse on");
    terminal.type_keys(&ctrl('z'));
    terminal.wait_stopped();
    assert!(terminal.is_given_back(), "{}", terminal.picture());
    terminal.signal(rustix::process::Signal::CONT);
    terminal.wait_until("the mouse is taken again", |screen| {
        screen.mouse_protocol_mode() == MouseProtocolMode::ButtonMotion
    });
    assert!(terminal.quit().success());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

#[test]
fn the_mouse_is_left_to_the_terminal_on_request() {
    let mut terminal = started(demo(&["--no-mouse"]));
    assert_eq!(terminal.screen().mouse_protocol_mode(), MouseProtocolMode::None);
    assert!(!terminal.screen().contents().contains("mouse on"));
    assert!(terminal.quit().success());
}

#[test]
fn the_locale_or_an_option_asks_for_ascii() {
    let is_drawn = |terminal: &Terminal| terminal.screen().contents().contains('\u{2501}');
    for start in [
        demo(&["--ascii"]),
        demo(&[]).env("LC_ALL", "C"),
        demo(&[]).env("LC_ALL", "").env("LC_CTYPE", "de_DE.ISO-8859-1"),
    ] {
        let mut terminal = started(start);
        terminal.wait_for("#=");
        assert!(!is_drawn(&terminal), "{}", terminal.picture());
        assert!(terminal.quit().success());
    }
    for locale in ["C.UTF-8", "en_US.utf8"] {
        let mut terminal = started(demo(&[]).env("LC_ALL", locale));
        assert!(is_drawn(&terminal), "{}", terminal.picture());
        assert!(terminal.quit().success());
    }
}
