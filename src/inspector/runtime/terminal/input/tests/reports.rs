//! Tests of what is decoded besides keys and pastes: the mouse, and the answers of the terminal.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::*;

#[test]
fn the_background_is_told_in_each_form_of_an_answer() {
    for (bytes, color) in [
        (&b"\x1b]11;rgb:ffff/8080/0000\x07"[..], [1.0, 0.5, 0.0]),
        (b"\x1b]11;rgb:ff/80/00\x1b\\", [1.0, 0.5, 0.0]),
        (b"\x1b]11;rgba:f/8/0/f\x9c", [1.0, 0.533, 0.0]),
        (b"\x1b]11;#ff8000\x07", [1.0, 0.5, 0.0]),
        (b"\x9d11;#fff800000\xc2\x9c", [1.0, 0.5, 0.0]),
    ] {
        for got in [whole(bytes), fragments(bytes)] {
            let [TermEvent::Background(told)] = got.as_slice() else {
                panic!("{}: {got:?}", bytes.escape_ascii());
            };
            let is_near = told
                .iter()
                .zip(color)
                .all(|(told, color)| (told - color).abs() < 0.01);
            assert!(is_near, "{}: {told:?}", bytes.escape_ascii());
        }
    }
    for bytes in [&b"\x1b[?62;22c"[..], b"\x1b[?6c", b"\x9b?1;2c"] {
        assert_eq!(
            fragments(bytes),
            [TermEvent::Answered],
            "{}",
            bytes.escape_ascii()
        );
    }
    // An answer that arrives late does not take the key after it, and nothing of one in two pieces is a key.
    let late: [Option<&[u8]>; 3] = [Some(b"\x1b]11;rgb:1e1e/1e1e/"), Some(b"2e2e\x1b"), Some(b"\\j")];
    assert_eq!(decoded(late)[1..], [plain(KeyCode::Char('j'))]);
}

#[test]
fn answers_are_dropped_and_keys_are_kept() {
    let mut decoder = Decoder::new(LIMIT);
    decoder.push(b"a\x1b]11;#000000\x07b");
    assert!(!decoder.drop_answers(), "one answer is still to come");
    decoder.push(b"\x1b[?62c");
    assert!(decoder.drop_answers());
    let left: Vec<_> = std::iter::from_fn(|| decoder.next()).collect();
    assert_eq!(left, [plain(KeyCode::Char('a')), plain(KeyCode::Char('b'))]);
}

#[test]
fn the_mouse_is_told_with_its_place_counted_from_zero() {
    let event = |kind, column, row, modifiers| {
        TermEvent::Event(Event::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers,
        }))
    };
    for (bytes, told) in [
        (
            &b"\x1b[<0;1;1M"[..],
            event(MouseEventKind::Down(MouseButton::Left), 0, 0, NONE),
        ),
        (
            b"\x1b[<0;300;200m",
            event(MouseEventKind::Up(MouseButton::Left), 299, 199, NONE),
        ),
        (
            b"\x9b<2;10;20M",
            event(MouseEventKind::Down(MouseButton::Right), 9, 19, NONE),
        ),
        (
            b"\x1b[<36;10;20M",
            event(MouseEventKind::Drag(MouseButton::Left), 9, 19, SHIFT),
        ),
        (b"\x1b[<35;10;20M", event(MouseEventKind::Moved, 9, 19, NONE)),
        (b"\x1b[<64;10;20M", event(MouseEventKind::ScrollUp, 9, 19, NONE)),
        (
            b"\x1b[<81;10;20M",
            event(MouseEventKind::ScrollDown, 9, 19, CONTROL),
        ),
        (b"\x1b[<74;10;20M", event(MouseEventKind::ScrollLeft, 9, 19, ALT)),
    ] {
        let text = [bytes, b"k"].concat();
        for got in [whole(&text), fragments(&text)] {
            assert_eq!(
                got,
                [told.clone(), plain(KeyCode::Char('k'))],
                "{}",
                bytes.escape_ascii()
            );
        }
    }
}
