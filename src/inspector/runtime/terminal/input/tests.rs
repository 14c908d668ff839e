//! Tests of the decoder: a table of keys, input that is not a key, pastes, and that no input, in any pieces, blocks the
//! keyboard. `tests/inspector/input.rs` tests the same for the program on a terminal.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use proptest::prelude::*;

use super::decoder::Decoder;
use super::fuzzed::{LIMIT, decoded};
use super::{Pause, key_pause};
use crate::inspector::runtime::event_loop::{PasteNotice, TermEvent};

mod reports;

/// Decodes input in one piece, followed by a pause.
fn whole(bytes: &[u8]) -> Vec<TermEvent> {
    decoded([Some(bytes), None])
}

/// Decodes input byte by byte, followed by a pause.
fn fragments(bytes: &[u8]) -> Vec<TermEvent> {
    decoded(bytes.chunks(1).map(Some).chain([None]))
}

fn press(code: KeyCode, modifiers: KeyModifiers) -> TermEvent {
    TermEvent::Event(Event::Key(KeyEvent::new(code, modifiers)))
}

fn plain(code: KeyCode) -> TermEvent {
    press(code, KeyModifiers::NONE)
}

fn pasted(text: &str) -> TermEvent {
    TermEvent::Event(Event::Paste(text.to_string()))
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const ALT: KeyModifiers = KeyModifiers::ALT;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

const KEYS: &[(&[u8], KeyCode, KeyModifiers)] = &[
    // characters and control characters
    (b"j", KeyCode::Char('j'), NONE),
    (b"G", KeyCode::Char('G'), SHIFT),
    (b" ", KeyCode::Char(' '), NONE),
    ("é".as_bytes(), KeyCode::Char('é'), NONE),
    ("漢".as_bytes(), KeyCode::Char('漢'), NONE),
    ("😀".as_bytes(), KeyCode::Char('😀'), NONE),
    (b"\r", KeyCode::Enter, NONE),
    (b"\n", KeyCode::Char('j'), CONTROL),
    (b"\t", KeyCode::Tab, NONE),
    (b"\x7f", KeyCode::Backspace, NONE),
    (b"\x08", KeyCode::Char('h'), CONTROL),
    (b"\x00", KeyCode::Char(' '), CONTROL),
    (b"\x03", KeyCode::Char('c'), CONTROL),
    (b"\x18", KeyCode::Char('x'), CONTROL),
    (b"\x1a", KeyCode::Char('z'), CONTROL),
    (b"\x1c", KeyCode::Char('4'), CONTROL),
    (b"\x1f", KeyCode::Char('7'), CONTROL),
    (b"\x1b", KeyCode::Esc, NONE),
    // after an ESC
    (b"\x1bq", KeyCode::Char('q'), ALT),
    (b"\x1bQ", KeyCode::Char('Q'), ALT.union(SHIFT)),
    (b"\x1b\r", KeyCode::Enter, ALT),
    (b"\x1b\x03", KeyCode::Char('c'), ALT.union(CONTROL)),
    (b"\x1b\x1b[A", KeyCode::Up, ALT),
    (b"\x1b\x1bOA", KeyCode::Up, ALT),
    // a letter after CSI
    (b"\x1b[A", KeyCode::Up, NONE),
    (b"\x1b[B", KeyCode::Down, NONE),
    (b"\x1b[C", KeyCode::Right, NONE),
    (b"\x1b[D", KeyCode::Left, NONE),
    (b"\x1b[F", KeyCode::End, NONE),
    (b"\x1b[H", KeyCode::Home, NONE),
    (b"\x1b[Z", KeyCode::BackTab, SHIFT),
    (b"\x1b[P", KeyCode::F(1), NONE),
    (b"\x1b[R", KeyCode::F(3), NONE),
    (b"\x1b[1;2P", KeyCode::F(1), SHIFT),
    (b"\x1b[1;5A", KeyCode::Up, CONTROL),
    (b"\x1b[1;3D", KeyCode::Left, ALT),
    (b"\x1b[5A", KeyCode::Up, CONTROL),
    (b"\x1b[1;1:2B", KeyCode::Down, NONE),
    (b"\x1b[a", KeyCode::Up, SHIFT),
    (b"\x1b[[A", KeyCode::F(1), NONE),
    (b"\x1b[[E", KeyCode::F(5), NONE),
    (b"\x9bA", KeyCode::Up, NONE),
    (b"\xc2\x9bA", KeyCode::Up, NONE),
    // after SS3
    (b"\x1bOA", KeyCode::Up, NONE),
    (b"\x1bOH", KeyCode::Home, NONE),
    (b"\x1bOP", KeyCode::F(1), NONE),
    (b"\x1bOS", KeyCode::F(4), NONE),
    (b"\x1bO5A", KeyCode::Up, CONTROL),
    (b"\x1bO1;2P", KeyCode::F(1), SHIFT),
    (b"\x1bOa", KeyCode::Up, CONTROL),
    (b"\x1bOM", KeyCode::Enter, NONE),
    (b"\x1bOj", KeyCode::Char('*'), NONE),
    (b"\x1bOp", KeyCode::Char('0'), NONE),
    (b"\x1bOy", KeyCode::Char('9'), NONE),
    (b"\x8fA", KeyCode::Up, NONE),
    // with a number
    (b"\x1b[1~", KeyCode::Home, NONE),
    (b"\x1b[2~", KeyCode::Insert, NONE),
    (b"\x1b[3~", KeyCode::Delete, NONE),
    (b"\x1b[4~", KeyCode::End, NONE),
    (b"\x1b[5~", KeyCode::PageUp, NONE),
    (b"\x1b[6~", KeyCode::PageDown, NONE),
    (b"\x1b[7~", KeyCode::Home, NONE),
    (b"\x1b[8~", KeyCode::End, NONE),
    (b"\x1b[11~", KeyCode::F(1), NONE),
    (b"\x1b[15~", KeyCode::F(5), NONE),
    (b"\x1b[17~", KeyCode::F(6), NONE),
    (b"\x1b[21~", KeyCode::F(10), NONE),
    (b"\x1b[24~", KeyCode::F(12), NONE),
    (b"\x1b[25~", KeyCode::F(13), NONE),
    (b"\x1b[28~", KeyCode::F(15), NONE),
    (b"\x1b[34~", KeyCode::F(20), NONE),
    (b"\x1b[3;5~", KeyCode::Delete, CONTROL),
    (b"\x1b[3^", KeyCode::Delete, CONTROL),
    (b"\x1b[3@", KeyCode::Delete, CONTROL.union(SHIFT)),
    // modifyOtherKeys
    (b"\x1b[27;5;99~", KeyCode::Char('c'), CONTROL),
    (b"\x1b[27;3;113~", KeyCode::Char('q'), ALT),
    (b"\x1b[27;2;33~", KeyCode::Char('!'), SHIFT),
    (b"\x1b[27;5;13~", KeyCode::Enter, CONTROL),
    (b"\x1b[27;2;9~", KeyCode::BackTab, SHIFT),
    (b"\x1b[27;5;8~", KeyCode::Backspace, CONTROL),
    // kitty
    (b"\x1b[27u", KeyCode::Esc, NONE),
    (b"\x1b[13u", KeyCode::Enter, NONE),
    (b"\x1b[127u", KeyCode::Backspace, NONE),
    (b"\x1b[9;2u", KeyCode::BackTab, SHIFT),
    (b"\x1b[99;5u", KeyCode::Char('c'), CONTROL),
    (b"\x1b[99;69u", KeyCode::Char('c'), CONTROL),
    (b"\x1b[113;3u", KeyCode::Char('q'), ALT),
    (b"\x1b[113;9u", KeyCode::Char('q'), KeyModifiers::SUPER),
    (b"\x1b[113;33u", KeyCode::Char('q'), KeyModifiers::META),
    (b"\x1b[97:65;2u", KeyCode::Char('A'), SHIFT),
    (b"\x1b[97;2u", KeyCode::Char('a'), SHIFT),
    (b"\x1b[49:33;2u", KeyCode::Char('!'), SHIFT),
    (b"\x1b[32;5u", KeyCode::Char(' '), CONTROL),
    (b"\x1b[1089::99;5u", KeyCode::Char('c'), CONTROL),
    (b"\x1b[1089::99;3u", KeyCode::Char('c'), ALT),
    (b"\x1b[1089::99u", KeyCode::Char('с'), NONE),
    (b"\x1b[99::106;5u", KeyCode::Char('c'), CONTROL),
    (b"\x1b[1089;5u", KeyCode::Char('с'), CONTROL),
    (b"\x1b[97;;97u", KeyCode::Char('a'), NONE),
    (b"\x1b[0;;233u", KeyCode::Char('é'), NONE),
    (b"\x1b[91;5u", KeyCode::Esc, NONE),
    (b"\x1b[105;5u", KeyCode::Tab, NONE),
    (b"\x1b[109;5u", KeyCode::Enter, NONE),
    (b"\x1b[57376u", KeyCode::F(13), NONE),
    (b"\x1b[57400u", KeyCode::Char('1'), NONE),
    (b"\x1b[57414u", KeyCode::Enter, NONE),
    (b"\x1b[57419;5u", KeyCode::Up, CONTROL),
];

#[test]
fn each_key_is_one_event() {
    for (bytes, code, modifiers) in KEYS {
        for got in [whole(bytes), fragments(bytes)] {
            let kinds = got.iter().map(|happening| match happening {
                TermEvent::Event(Event::Key(key)) => {
                    TermEvent::Event(Event::Key(KeyEvent::new(key.code, key.modifiers)))
                }
                other => other.clone(),
            });
            let kinds: Vec<_> = kinds.collect();
            assert_eq!(kinds, [press(*code, *modifiers)], "{}", bytes.escape_ascii());
        }
    }
}

#[test]
fn a_key_that_is_held_or_let_go_is_told_as_that() {
    for (bytes, kind) in [
        (&b"\x1b[97;1:2u"[..], KeyEventKind::Repeat),
        (b"\x1b[97;1:3u", KeyEventKind::Release),
        (b"\x1b[1;1:3A", KeyEventKind::Release),
        (b"\x1b[3;1:3~", KeyEventKind::Release),
    ] {
        let got = whole(bytes);
        assert!(
            matches!(got.as_slice(), [TermEvent::Event(Event::Key(key))] if key.kind == kind),
            "{got:?}"
        );
    }
}

#[test]
fn what_a_key_has_typed_is_all_there() {
    let typed = whole(b"\x1b[0;;101:769u");
    assert_eq!(
        typed,
        [plain(KeyCode::Char('e')), plain(KeyCode::Char('\u{301}'))]
    );
}

#[test]
fn escape_is_a_key_when_nothing_follows() {
    let esc = || plain(KeyCode::Esc);
    assert_eq!(decoded([Some(&b"\x1b"[..])]), []);
    assert_eq!(whole(b"\x1b"), [esc()]);
    assert_eq!(whole(b"\x1b\x1b"), [esc(), esc()]);
    assert_eq!(
        decoded([Some(&b"\x1b"[..]), None, Some(b"q"), None]),
        [esc(), plain(KeyCode::Char('q'))]
    );
    // Something that is not a key has no Alt, so the first ESC was a key.
    assert_eq!(whole(b"\x1b\x1b[?997;1n"), [esc()]);
    assert_eq!(whole(b"\x1b\x1b]11;?\x07"), [esc()]);
    assert_eq!(whole(b"\x1b\x1b[200~a\x1b[201~"), [esc(), pasted("a")]);
}

/// Sequences, controls and strings that are neither a key nor a paste, each complete.
fn swallowed() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = [
        // answers and reports of terminals
        &b"\x1b[?997;1n"[..],
        b"\x1b[?2026;2$y",
        b"\x1b[4;2$y",
        b"\x1b[>0;276;0c",
        b"\x1b[?5u",
        b"\x1b[0n",
        b"\x1b[12;40R",
        b"\x1b[1;5R",
        b"\x1b[?1;0;256S",
        b"\x1b[8;24;80t",
        b"\x1b[48;24;80;480;640t",
        b"\x1b[I",
        b"\x1b[O",
        b"\x1bP>|tmux 3.3a\x1b\\",
        b"\x1bP1+r524742=38\x1b\\",
        b"\x1b_Gi=31;OK\x1b\\",
        b"\x1b]lsome title \xc3\x9c\x1b\\",
        // questions, and answers that are none
        b"\x1b]11;?\x07",
        b"\x1b]11;rgb:1e1e/1e1e\x07",
        b"\x1b]11;rgb:1e1e/+1e1/2e2e\x07",
        b"\x1b]11;rgb:1e1e1/1e1e/2e2e\x07",
        b"\x1b]11;#12345\x07",
        b"\x1b]10;rgb:1e1e/1e1e/2e2e\x07",
        b"\x1b]11;rgb:1e1e/1e1e/2e2e\x18",
        b"\x1b[?c",
        // the mouse, in other forms and broken
        b"\x1b[<0;0;20M",
        b"\x1b[<0;10;0M",
        b"\x1b[<0;10M",
        b"\x1b[<0;10;20;1M",
        b"\x1b[<;10;20M",
        b"\x1b[<128;10;20M",
        b"\x1b[<3;10;20M",
        b"\x1b[<35;10;20m",
        b"\x1b[<64;10;20m",
        b"\x1b[<0;99999999;20M",
        b"\x1b[0;10;20M",
        b"\x1b[M !!",
        b"\x1b[M\x60qq",
        b"\x1b[M#\xc2\x80\xe0",
        // ended by another sequence
        b"\x1b]11;rgb:\x1b[?997;1n",
        b"\x1bPq\x1b]0;\x1b_a\x1b\\",
        b"\x1b\\",
        b"\x1b[57441;2u",
        b"\x1b[201~",
        b"\x1b[999~",
        b"\x1b[1;999A",
        b"\x1b[99999999999A",
        b"\x1b[[F",
        b"\xff\xfe",
        b"\xe6\xbc\x1b[0n",
    ]
    .map(<[u8]>::to_vec)
    .into();
    // every control string, with every start and end
    for begin in [&b"\x1b]"[..], b"\x1bP", b"\x1b_", b"\x1b^", b"\x1bX"]
        .into_iter()
        .chain([&b"\x9d"[..], b"\x90", b"\x9f", b"\x9e", b"\x98"])
        .chain([
            &b"\xc2\x9d"[..],
            b"\xc2\x90",
            b"\xc2\x9f",
            b"\xc2\x9e",
            b"\xc2\x98",
        ])
    {
        for text in [
            &b""[..],
            b"11;q: jk?\"",
            "Ü漢\u{85}".as_bytes(),
            b"\r\n\x03\x7f[A",
        ] {
            for end in [&b"\x07"[..], b"\x1b\\", b"\x9c", b"\xc2\x9c", b"\x18", b"\x1a"] {
                all.push([begin, text, end].concat());
            }
        }
    }
    // every CSI with a private marker or an intermediate
    for last in b'@'..=b'~' {
        for begin in [&b"\x1b["[..], b"\x9b", b"\xc2\x9b"] {
            for body in [
                &b"?"[..],
                b">1;2",
                b"=5",
                b"<0;1",
                b"?2026;2$",
                b"1\"",
                b"0;1 ",
                b"1!#",
            ] {
                all.push([begin, body, &[last]].concat());
            }
        }
    }
    // the C1 controls that start nothing
    for control in (0x80..=0x9f).filter(|control| !b"\x8f\x90\x98\x9b\x9d\x9e\x9f".contains(control)) {
        all.push(vec![control]);
        all.push(vec![0xc2, control]);
    }
    all
}

#[test]
fn what_is_no_key_is_swallowed_and_the_next_key_works() {
    for bytes in swallowed() {
        let text = [&bytes[..], b"k"].concat();
        for got in [whole(&text), fragments(&text)] {
            assert_eq!(got, [plain(KeyCode::Char('k'))], "{}", bytes.escape_ascii());
        }
    }
}

#[test]
fn a_control_character_inside_a_sequence_is_a_key_and_the_sequence_stays_one() {
    assert_eq!(
        whole(b"\x1b[1;\r5A"),
        [plain(KeyCode::Enter), press(KeyCode::Up, CONTROL)]
    );
    assert_eq!(whole(b"\x1b[?99\x037;1n"), [press(KeyCode::Char('c'), CONTROL)]);
}

#[test]
fn what_does_not_end_is_given_up_after_a_pause() {
    for begun in [
        &b"\x1b["[..],
        b"\x1b]",
        b"\x1bP",
        b"\x1b_",
        b"\x1bO",
        b"\x1b[?99",
        b"\x1b]11;rgb",
        b"\x1bPq\x1b",
        b"\x1b[M!",
        b"\x1b[200",
        b"\x9b",
        b"\xe6\xbc",
    ] {
        let key: Option<&[u8]> = Some(b"k");
        let got = decoded([Some(begun), None, key]);
        let last = got.last();
        assert_eq!(last, Some(&plain(KeyCode::Char('k'))), "{}", begun.escape_ascii());
        let esc = usize::from(begun.ends_with(b"\x1b"));
        assert_eq!(got.len(), 1 + esc, "{got:?}");
    }
}

#[test]
fn what_may_be_a_key_waits_for_less_than_what_is_a_sequence() {
    for (begun, pause) in [
        (&b""[..], None),
        (b"k", None),
        (b"\x1b", Some(Pause::Key)),
        (b"\x1b\x1b", Some(Pause::Key)),
        (b"\x1b[", Some(Pause::Key)),
        (b"\x1b]", Some(Pause::Key)),
        (b"\x1bO", Some(Pause::Key)),
        (b"\x1b[1", Some(Pause::Sequence)),
        (b"\x1b]1", Some(Pause::Sequence)),
        (b"\x1b]1\x1b", Some(Pause::Sequence)),
        (b"\xc3", Some(Pause::Sequence)),
        (b"\x1b[200~", Some(Pause::Paste)),
        (b"\x1b[200~a\x1b[201~", None),
    ] {
        let mut decoder = Decoder::new(LIMIT);
        decoder.push(begun);
        assert_eq!(decoder.pending(), pause, "{}", begun.escape_ascii());
    }
}

#[test]
fn a_paste_is_text_whatever_stands_in_it() {
    let text = "two\rlines\x03\x1b[A \x1b[200~ \x1b[20 é\x1b";
    let bytes = format!("\x1b[200~{text}\x1b[201~k");
    for got in [whole(bytes.as_bytes()), fragments(bytes.as_bytes())] {
        assert_eq!(got, [pasted(text), plain(KeyCode::Char('k'))]);
    }
    // The control character that ends a paste of one terminal is text for another.
    let text = "\u{9b}201~";
    assert_eq!(
        whole(format!("\x1b[200~{text}\x1b[201~").as_bytes()),
        [pasted(text)]
    );
    for bytes in [&b"\x9b200~a\x9b201~"[..], b"\xc2\x9b200~a\xc2\x9b201~"] {
        assert_eq!(fragments(bytes), [pasted("a")]);
    }
    assert_eq!(whole(b"\x1b[200~a\xffb\x1b[201~"), [pasted("a\u{fffd}b")]);
}

#[test]
fn a_paste_that_does_not_end_is_ended_by_ctrl_c() {
    let unfinished = TermEvent::Paste(PasteNotice::Unfinished);
    let ended = TermEvent::Paste(PasteNotice::Ended);
    let told = [unfinished, pasted("hellojq"), ended, plain(KeyCode::Char('k'))];
    for interrupt in [&b"\x03"[..], b"\x1b[99;5u", b"\x1b[1089::99;5u", b"\x1b[27;5;99~"] {
        let last = [interrupt, b"k"].concat();
        let pieces =
            [&b"\x1b[200~hello"[..], b"", b"j", b"q"].map(|piece| (!piece.is_empty()).then_some(piece));
        assert_eq!(
            decoded(pieces.into_iter().chain([None, Some(last.as_slice())])),
            told
        );
        let bytes = last.chunks(1).map(Some);
        assert_eq!(decoded(pieces.into_iter().chain(bytes)), told);
    }
    // This also holds after something that looks like an incomplete sequence.
    let stuck: [Option<&[u8]>; 5] = [
        Some(b"\x1b[200~"),
        None,
        Some(b"\x1b]a"),
        Some(b"\x03"),
        Some(b"k"),
    ];
    assert_eq!(decoded(stuck).last(), Some(&plain(KeyCode::Char('k'))));
    // A late paste continues.
    let late: [Option<&[u8]>; 3] = [Some(b"\x1b[200~a"), None, Some(b"b\x1b[201~")];
    assert_eq!(
        decoded(late),
        [
            TermEvent::Paste(PasteNotice::Unfinished),
            pasted("ab"),
            TermEvent::Paste(PasteNotice::Ended)
        ]
    );
}

#[test]
fn a_pause_tells_once_that_a_paste_has_not_ended() {
    let mut decoder = Decoder::new(LIMIT);
    decoder.push(b"\x1b[200~a");
    decoder.pause();
    assert_eq!(decoder.pending(), None, "no timer runs while a person is asked");
    decoder.pause();
    assert_eq!(decoder.next(), Some(TermEvent::Paste(PasteNotice::Unfinished)));
    assert_eq!(decoder.next(), None);
}

#[test]
fn what_is_too_long_for_a_paste_is_dropped_with_a_sentence() {
    let cut = TermEvent::Paste(PasteNotice::Cut { limit: LIMIT });
    let text = "q".repeat(LIMIT);
    let end = "\x1b[201~k";
    let exact = whole(format!("\x1b[200~{text}{end}").as_bytes());
    assert_eq!(exact, [pasted(&text), plain(KeyCode::Char('k'))]);
    for more in ["q", "qqqqqqqqqqqqqqqqqq", "\x1b[20", "\x1b[A"] {
        let got = fragments(format!("\x1b[200~{text}{more}{end}").as_bytes());
        assert_eq!(got, [pasted(&text), cut.clone(), plain(KeyCode::Char('k'))]);
    }
}

#[test]
fn endless_strings_and_sequences_take_no_memory() {
    for begin in [&b"\x1b]"[..], b"\x1bP", b"\x1b[", b"\x1bO", b"\x1b[200~"] {
        let mut decoder = Decoder::new(LIMIT);
        decoder.push(begin);
        for _ in 0..1_000 {
            decoder.push(&[b'1'; 1_000]);
        }
        assert!(format!("{decoder:?}").len() < 2_000, "{decoder:?}");
    }
}

#[test]
fn the_pause_behind_an_escape_can_be_given() {
    let millis = |text| key_pause(text).as_millis();
    assert_eq!(
        (millis(None), millis(Some("x")), millis(Some("-1"))),
        (50, 50, 50)
    );
    assert_eq!((millis(Some("200")), millis(Some("0"))), (200, 0));
    assert_eq!(millis(Some("99999999999999")), 60_000);
}

/// Bytes as a terminal might send them: mostly meaningful sequences, complete or broken.
fn soup(with_pastes: bool) -> impl Strategy<Value = Vec<u8>> {
    let known = KEYS.iter().map(|(bytes, ..)| bytes.to_vec()).chain(swallowed());
    let pastes = [b"\x1b[200~".to_vec(), b"\x1b[201~".to_vec()];
    let marks = b"\x1b\x1b\x1b[]PXO_^\\\x07\x18\x9b\x9c\xc2;1~Mu$".map(|byte| vec![byte]);
    let piece = prop_oneof![
        3 => proptest::sample::select(known.collect::<Vec<_>>()),
        2 => proptest::sample::select(marks.to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
        u32::from(with_pastes) => proptest::sample::select(pastes.to_vec()),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Returns the bytes in pieces, with pauses between some of them.
fn with_pauses<'a>(bytes: &'a [u8], pauses: &[bool]) -> Vec<Option<&'a [u8]>> {
    let pauses = pauses.iter().copied().cycle();
    let pieces = bytes.chunks(3).zip(pauses);
    pieces
        .flat_map(|(piece, pause)| std::iter::once(Some(piece)).chain(pause.then_some(None)))
        .collect()
}

proptest! {
    #[test]
    fn no_sequence_with_a_marker_is_a_key(
        begin in "(\u{1b}\\[|\u{9b})",
        body in "([<=>?][0-9:;<=>?]{0,100}[ -/]{0,4}|[0-9:;]{0,100}[ -/]{1,4})",
        last in "[@-~]k",
    ) {
        let mut got = whole([begin, body, last].concat().as_bytes());
        got.retain(|event| !matches!(event, TermEvent::Event(Event::Mouse(_)) | TermEvent::Answered));
        prop_assert_eq!(got, [plain(KeyCode::Char('k'))]);
    }

    #[test]
    fn no_string_is_a_key(
        begin in "(\u{1b}[\\]P_^X]|[\u{90}\u{98}\u{9d}\u{9e}\u{9f}])",
        text in "[^\u{7}\u{18}\u{1a}\u{1b}\u{9c}]{0,100}",
        end in "(\u{7}|\u{1b}\\\\|\u{9c}|\u{18}|\u{1a})k",
    ) {
        let got = whole([begin, text, end].concat().as_bytes());
        prop_assert_eq!(got, [plain(KeyCode::Char('k'))]);
    }

    #[test]
    fn pieces_make_no_difference(bytes in soup(true), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|ends| bytes.get(ends[0]..ends[1]));
        let expected = whole(&bytes);
        prop_assert_eq!(&decoded(pieces.chain([None])), &expected);
        prop_assert_eq!(&fragments(&bytes), &expected);
    }

    #[test]
    fn after_anything_and_a_pause_the_next_key_works(bytes in soup(false), pauses in proptest::collection::vec(any::<bool>(), 1..24)) {
        let mut pieces = with_pauses(&bytes, &pauses);
        pieces.extend([None, Some(&b"k"[..])]);
        let told = decoded(pieces);
        prop_assert_eq!(told.last(), Some(&plain(KeyCode::Char('k'))));
    }

    #[test]
    fn after_any_paste_a_pause_and_ctrl_c_the_next_key_works(bytes in soup(true), pauses in proptest::collection::vec(any::<bool>(), 1..24)) {
        let mut pieces = with_pauses(&bytes, &pauses);
        pieces.extend([None, Some(&b"\x03"[..]), Some(&b"k"[..])]);
        let told = decoded(pieces);
        prop_assert_eq!(told.last(), Some(&plain(KeyCode::Char('k'))));
    }
}
