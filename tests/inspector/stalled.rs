//! A terminal that takes no more bytes, for a while or forever: the program keeps running, ends on request, and draws a
//! whole screen when the terminal takes bytes again. Also tests terminals without a size, with a wrong size, and
//! without a screen. `tests/inspector/stage.rs` tests that the terminal is always restored.

use std::time::Duration;

use crate::support::terminal::{DOWN, Start, Terminal, ctrl};
use rustix::process::Signal;

/// The program ends within this time, whatever its terminal does.
const SOON: Duration = Duration::from_secs(2);

fn started(start: Start) -> Terminal {
    let mut terminal = start.spawn();
    terminal.wait_for("Threads");
    terminal
}

fn demo() -> Start {
    Start::threadloupe(&[]).size(120, 40)
}

#[test]
fn signals_and_keys_end_the_program() {
    type End = fn(&mut Terminal);
    let ends: [(End, u32); 6] = [
        (|terminal| terminal.signal(Signal::TERM), 143),
        (|terminal| terminal.signal(Signal::INT), 130),
        (|terminal| terminal.signal(Signal::HUP), 129),
        (|terminal| terminal.signal(Signal::QUIT), 131),
        (|terminal| terminal.type_keys("q"), 0),
        (|terminal| terminal.type_keys(&ctrl('c')), 0),
    ];
    for (end, status) in ends {
        let mut terminal = started(demo());
        terminal.stall();
        end(&mut terminal);
        assert_eq!(terminal.wait_ended_within(SOON).exit_code(), status);
        // The program dropped the unread output, so that it could restore the terminal.
        terminal.read_again();
        terminal.wait_exit();
        assert!(terminal.is_given_back(), "{}", terminal.picture());
    }
}

#[test]
fn the_next_screen_is_whole() {
    let mut terminal = started(demo());
    for size in [(120, 40), (90, 30)] {
        terminal.stall();
        let before = terminal.frames();
        // Each of these keys changes the screen, and the last one covers most of it.
        terminal.type_keys(&format!("2{DOWN}{DOWN}zz1{DOWN}36?"));
        terminal.resize(size.0, size.1);
        terminal.read_again();
        terminal.wait_for("Help");
        // The change of this key is drawn after everything before it, including the new size.
        terminal.type_keys("h");
        terminal.wait_for("┃/h");
        let frames = terminal.frames() - before;
        assert!(frames < 20, "{frames} frames for one screen");
        assert_whole(&mut terminal);
        terminal.type_keys("\u{1b}");
        terminal.wait_gone("Help");
        assert_whole(&mut terminal);
    }
    terminal.type_keys("q");
    assert!(terminal.wait_exit().success());
}

/// Checks that a full redraw shows the same screen.
fn assert_whole(terminal: &mut Terminal) {
    let (seen, frames) = (cells(terminal.screen()), terminal.frames());
    terminal.type_keys(&ctrl('l'));
    terminal.wait_frame_after(frames);
    let whole = cells(terminal.screen());
    assert_eq!(seen.len(), whole.len());
    for (place, (seen, whole)) in seen.iter().zip(&whole).enumerate() {
        assert_eq!(seen, whole, "cell {place}\n{}", terminal.picture());
    }
}

/// Each visible cell; a cell that was never written looks like a blank.
fn cells(screen: &vt100::Screen) -> Vec<String> {
    let (rows, columns) = screen.size();
    let places = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
    places
        .filter_map(|(row, column)| screen.cell(row, column))
        .map(|cell| {
            let text = if cell.has_contents() { cell.contents() } else { " " };
            let weight = (cell.bold(), cell.dim(), cell.underline(), cell.inverse());
            format!("{text:?} {:?} {:?} {weight:?}", cell.fgcolor(), cell.bgcolor())
        })
        .collect()
}

#[test]
fn a_terminal_without_a_size_is_one_of_80x24_until_a_size_comes() {
    let mut terminal = started(Start::threadloupe(&[]).size(0, 0));
    assert_eq!(terminal.text().lines().count(), 24, "{}", terminal.picture());
    assert_whole(&mut terminal);
    terminal.resize(100, 30);
    terminal.wait_until("the size has come", |screen| {
        screen.contents().lines().count() == 30
    });
    assert_whole(&mut terminal);
    terminal.resize(0, 0);
    terminal.wait_until("it has gone", |screen| screen.contents().lines().count() == 24);
    terminal.type_keys("q");
    assert!(terminal.wait_exit().success());
}

#[test]
fn a_size_that_no_terminal_has_hangs_nothing() {
    let mut terminal = started(demo());
    for (columns, rows) in [(u16::MAX, u16::MAX), (u16::MAX, 1), (1, u16::MAX), (u16::MAX, 40)] {
        let before = terminal.frames();
        terminal.claim_size(columns, rows);
        terminal.wait_frame_after(before);
        let before = terminal.frames();
        terminal.type_keys(DOWN);
        terminal.wait_frame_after(before);
    }
    terminal.resize(100, 30);
    terminal.wait_for("Threads");
    assert_whole(&mut terminal);
    terminal.type_keys("q");
    assert!(terminal.wait_exit().success());
}

#[test]
fn a_terminal_that_draws_nothing_gets_a_sentence() {
    let mut terminal = demo().env("TERM", "dumb").spawn();
    assert_eq!(terminal.wait_exit().exit_code(), 2);
    let said = String::from_utf8_lossy(terminal.bytes()).into_owned();
    assert!(
        said.contains("TERM is dumb") && said.contains("threadloupe run"),
        "{said}"
    );
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(!said.contains('\u{1b}'), "{}", said.escape_debug());
}
