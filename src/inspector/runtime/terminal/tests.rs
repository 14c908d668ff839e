//! Tests, on an emulator, of the bytes that take control of a terminal and restore it. `tests/inspector/manners.rs` tests on a
//! real pseudo-terminal that the terminal is restored in every case.

use super::*;

fn emulator() -> vt100::Parser {
    let (rows, columns) = (5.try_into().unwrap(), 20.try_into().unwrap());
    vt100::Parser::new(rows, columns, 0)
}

#[test]
fn what_is_taken_is_given_back() {
    let mut emulator = emulator();
    emulator.process(b"$ threadloupe");
    let mut bytes = Vec::new();
    write_taking(&mut bytes).unwrap();
    emulator.process(&bytes);
    assert!(
        emulator.screen().alternate_screen()
            && emulator.screen().bracketed_paste()
            && emulator.screen().hide_cursor()
    );
    assert_eq!(emulator.screen().contents(), "");

    emulator.process(b"\x1b[?2026h\x1b[1;31mhalf a frame");
    bytes.clear();
    write_giving_back(&mut bytes).unwrap();
    emulator.process(&bytes);
    let screen = emulator.screen();
    assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
    assert_eq!(screen.contents(), "$ threadloupe");
    emulator.process(b" ");
    let cell = emulator.screen().cell(0, 13).unwrap();
    assert_eq!((cell.fgcolor(), cell.bold()), (vt100::Color::Default, false));
}

#[test]
fn the_mouse_is_captured_only_on_request_and_always_given_back() {
    let mut emulator = emulator();
    let mode = |emulator: &vt100::Parser| emulator.screen().mouse_protocol_mode();
    let mut bytes = Vec::new();
    write_taking(&mut bytes).unwrap();
    emulator.process(&bytes);
    assert_eq!(mode(&emulator), vt100::MouseProtocolMode::None);
    let mut bytes = Vec::new();
    queue!(bytes, Mouse(true)).unwrap();
    emulator.process(&bytes);
    assert_eq!(mode(&emulator), vt100::MouseProtocolMode::ButtonMotion);
    assert_eq!(
        emulator.screen().mouse_protocol_encoding(),
        vt100::MouseProtocolEncoding::Sgr
    );
    let mut bytes = Vec::new();
    write_giving_back(&mut bytes).unwrap();
    emulator.process(&bytes);
    assert_eq!(mode(&emulator), vt100::MouseProtocolMode::None);
    assert_eq!(
        emulator.screen().mouse_protocol_encoding(),
        vt100::MouseProtocolEncoding::Default
    );
}

#[test]
fn taking_and_giving_back_ask_no_question() {
    let mut bytes = Vec::new();
    write_taking(&mut bytes).unwrap();
    write_giving_back(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    for question in ["[6n", "[c", "[>c", "?u", "[>q", "$p", "]11"] {
        assert!(!text.contains(question), "{question} in {text:?}");
    }
}

#[test]
fn what_is_asked_of_the_keyboard_is_asked_on_our_screen_and_taken_back_there() {
    let text = |write: fn(&mut Vec<u8>) -> io::Result<()>| {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let (taking, giving_back) = (text(write_taking), text(write_giving_back));
    let place = |text: &str, what: &str| text.find(what).unwrap();
    // Each screen has its own keyboard modes.
    assert!(place(&taking, "\u{1b}[?1049h") < place(&taking, "\u{1b}[>5u"));
    assert!(place(&giving_back, "\u{1b}[<1u") < place(&giving_back, "\u{1b}[?1049l"));
}

#[test]
fn a_missing_terminal_is_one_sentence_with_a_way_out() {
    for missing in [NoTerminal::Other, NoTerminal::Dumb] {
        let sentence = missing.to_string();
        assert!(
            sentence.contains("threadloupe run") && !sentence.contains('\n'),
            "{sentence}"
        );
    }
}
