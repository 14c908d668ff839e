//! Tests of the pseudo-terminal that other tests use, with a shell on it.

use crate::support::terminal::{ENTER, Start, Terminal, ctrl};

fn shell(script: &str) -> Terminal {
    Start::program("/bin/sh", &["-c", script]).size(40, 6).spawn()
}

#[test]
fn output_is_seen_and_the_exit_status_is_told() {
    let mut terminal = shell("printf 'one\\r\\ntwo'; exit 7");
    assert_eq!(terminal.wait_exit().exit_code(), 7);
    assert_eq!(terminal.text(), "one\ntwo");
    assert_eq!(terminal.row(1).trim_end(), "two");
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

#[test]
fn keys_arrive_and_waiting_ends_when_the_answer_is_there() {
    let mut terminal = shell("read -r word; echo \"<$word>\"; stty size; read -r more; stty size");
    terminal.type_keys("thread");
    terminal.type_keys(ENTER);
    terminal.wait_for("<thread>");
    terminal.wait_for("6 40");
    terminal.resize(50, 10);
    terminal.type_keys(ENTER);
    terminal.wait_for("10 50");
    assert!(terminal.wait_exit().success());
}

#[test]
fn modes_are_noticed() {
    let mut terminal = shell("stty -icanon; printf '\\033[?1049h\\033[?2004h\\033[?25lready'; cat");
    terminal.wait_for("ready");
    let screen = terminal.screen();
    assert!(
        screen.alternate_screen() && screen.bracketed_paste() && screen.hide_cursor() && terminal.is_raw()
    );
    assert!(!terminal.is_given_back());
}

#[test]
fn questions_are_answered_and_counted() {
    let mut terminal =
        shell("stty raw -echo; printf 'ab\\033[6n'; head -c 6 | od -c; printf '\\033[c'; head -c 9 | od -c");
    terminal.wait_for("[   1   ;   3   R");
    terminal.wait_for("[   ?   6   2   ;   2   2   c");
    assert!(terminal.wait_exit().success());
    assert_eq!(terminal.questions(), 2);
}

#[test]
fn a_frame_is_looked_at_when_it_is_whole() {
    let mut terminal =
        shell("stty -echo; printf '\\033[?2026hhalf'; read -r word; printf ' whole\\033[?2026l'; cat");
    terminal.type_keys(ENTER);
    terminal.wait_until("half a frame is seen as it is", |screen| {
        screen.contents().contains("half")
    });
    assert!(terminal.text().contains("whole"), "{}", terminal.picture());
    assert_eq!(terminal.frames(), 1);
    terminal.type_keys(&ctrl('d'));
    assert!(terminal.wait_exit().success());
}

#[test]
#[should_panic(expected = "the program ended before \"never\" can be seen")]
fn a_wait_that_cannot_end_shows_the_screen() {
    shell("echo shown").wait_for("never");
}
