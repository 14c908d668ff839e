//! Runs the fuzz targets on arbitrary bytes, and on valid inputs with random edits.

use std::fmt;

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// Valid inputs for each target.
const JSON: &[&str] = &[
    r#" {"a":[1,-0.5e+10,true,false,null,"\u00e9\ud83d\ude00\ud800\n\\\"/"],"":{},"a":[[[]]]} "#,
    "-12345678901234567890.5E-7",
];
const ROLLOUT: &[&str] = &[
    "\u{feff}{\"timestamp\":\"2026-05-13T00:28:15Z\",\"ordinal\":1,\"type\":\"session_meta\",\"payload\":{\"id\":\"0198f2a3-0000-7000-8000-000000000001\"}}\r\n\n \t\r\n{\"a\" : 1 , \"a\":\"\\ud800\"}  \ntorn {\n{\"type\":\"event_msg\",\"payload\":{\"type\":\"user_message\",\"message\":\"hi\"}}",
    "{\"$damaged\":{\"text\":\"x\"}}\n{\"$damaged\":{\"base64\":\"/w==\"}}\n[]\n",
];
const SCENARIO: &[&str] = &[
    include_str!("../../assets/scenarios/s-wire.jsonl"),
    include_str!("../../assets/scenarios/v-live.jsonl"),
    "{\"scenario\":\"s\",\"clock\":\"2026-05-13T00:28:15Z\"}\n{\n \"method\" : \"calls\",\r\n \"expect\":{\"result\":{\"$any\":true},\"calls\":{\"create_thread\":{\"$len\":3}}}}{\"method\":\"read_thread\",\"params\":{\"thread_id\":\"0198f2a3-0000-7000-8000-000000000001\"},\"at\":\"2026-05-13T00:28:15Z\",\"note\":\"n\",\"store\":\"a\"}\ntorn\n",
];
const INPUT: &[&str] = &[
    "jG\u{1b}[1;5A\u{1b}OP\u{1b}\u{1b}[3~\u{1b}[200~pasted\u{1b}[201~\u{1b}]0;title\u{7}\u{1b}[97;5u\u{1b}[M   \u{9b}A\u{e9}",
    "\u{1b}P1$r\u{1b}\\\u{1b}[<0;1;1M\u{1b}[?1;2c\u{1b}[27;5;105~\u{1b}[1;5R\u{18}",
];

/// An edit of bytes.
#[derive(Clone, Debug)]
enum ByteEdit {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, Index),
    Repeat(Index, Index),
    Cut(Index),
}

impl ByteEdit {
    fn make(&self, bytes: &mut Vec<u8>) {
        let place = |at: &Index| at.index(bytes.len() + 1);
        let range = |one: &Index, other: &Index| {
            let (one, other) = (place(one), place(other));
            // Long ranges are rarely useful.
            one.min(other)..one.max(other).min(one.min(other) + 64)
        };
        match self {
            Self::Set(at, byte) => {
                let at = place(at);
                bytes.get_mut(at).into_iter().for_each(|old| *old = *byte);
            }
            Self::Insert(at, more) => {
                let at = place(at);
                bytes.splice(at..at, more.iter().copied());
            }
            Self::Remove(one, other) => {
                let range = range(one, other);
                bytes.drain(range);
            }
            Self::Repeat(one, other) => {
                let range = range(one, other);
                let more = bytes[range.clone()].to_vec();
                bytes.splice(range.start..range.start, more);
            }
            Self::Cut(at) => {
                let at = place(at);
                bytes.truncate(at);
            }
        }
    }
}

fn edit() -> impl Strategy<Value = ByteEdit> {
    let at = any::<Index>;
    let telling = proptest::sample::select(b"{}[]:,\"\\\n\r \t\x1b\x9b\xff\xc3~;mM0-eE\x00u$".to_vec());
    let byte = prop_oneof![telling, any::<u8>()];
    prop_oneof![
        4 => (at(), byte.clone()).prop_map(|(at, byte)| ByteEdit::Set(at, byte)),
        4 => (at(), proptest::collection::vec(byte, 1..4)).prop_map(|(at, more)| ByteEdit::Insert(at, more)),
        2 => (at(), at()).prop_map(|(one, other)| ByteEdit::Remove(one, other)),
        2 => (at(), at()).prop_map(|(one, other)| ByteEdit::Repeat(one, other)),
        1 => at().prop_map(ByteEdit::Cut),
    ]
}

/// The first bytes of an input, which define how the rest is split into pieces.
fn sizes() -> impl Strategy<Value = Vec<u8>> {
    let size = prop_oneof![0..8_u8, any::<u8>()];
    proptest::collection::vec(size, 0..4).prop_map(|sizes| {
        let number = u8::try_from(sizes.len()).unwrap();
        [vec![number], sizes].concat()
    })
}

/// Arbitrary bytes, or a valid input with random edits.
fn input(valid: Vec<Vec<u8>>) -> impl Strategy<Value = Input> {
    let edits = proptest::collection::vec(edit(), 0..6);
    let changed = (proptest::sample::select(valid), edits).prop_map(|(mut bytes, edits)| {
        edits.iter().for_each(|edit| edit.make(&mut bytes));
        bytes
    });
    let bytes = prop_oneof![
        1 => proptest::collection::vec(any::<u8>(), 0..200),
        4 => changed,
    ];
    (sizes(), bytes).prop_map(|(sizes, bytes)| Input([sizes, bytes].concat()))
}

/// Bytes that are displayed as text.
struct Input(Vec<u8>);

impl fmt::Debug for Input {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "b\"{}\"", self.0.escape_ascii())
    }
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// A saved state without its last line, and a complete one.
fn states() -> Vec<Vec<u8>> {
    let whole = include_bytes!("../../tests/golden/state-1.jsonl").to_vec();
    let end = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n');
    let unsealed = whole[..=end.unwrap()].to_vec();
    vec![whole, unsealed.clone(), unsealed]
}

macro_rules! bodies {
    ($( $body:ident $cases:literal $valid:expr; )*) => { $(
        proptest! {
            #![proptest_config(ProptestConfig { cases: $cases, ..ProptestConfig::default() })]

            #[test]
            fn $body(input in input($valid)) {
                super::$body(&input.0);
            }
        }
    )*

        #[test]
        fn each_body_is_a_fuzz_target_and_no_other_is() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
            let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            let bodies = [$( stringify!($body) ),*];
            for body in bodies {
                assert!(manifest.contains(&format!("\nname = \"{body}\"\n")), "{body}");
                let target = folder.join(format!("fuzz_targets/{body}.rs"));
                let target = std::fs::read_to_string(target).unwrap();
                assert!(target.contains(&format!("threadloupe::fuzzing::{body}(input)")), "{body}");
            }
            assert_eq!(manifest.matches("[[bin]]").count(), bodies.len());
        }
    };
}

bodies! {
    json 1024 texts(JSON);
    import_file 96 texts(ROLLOUT);
    scenario 128 texts(SCENARIO);
    state 192 states();
    terminal_input 1024 texts(INPUT);
}

#[test]
fn pieces_are_the_input_and_as_long_as_they_are_said_to_be() {
    for (input, pieces) in [
        (&b""[..], &[][..]),
        (b"\x00", &[]),
        (b"abc", &[&b"abc"[..]]),
        (b"\x00\x01abc", &[b"\x01abc"]),
        (b"\x02\x00\x01abcd", &[b"a", b"bc", b"d"]),
        (b"\x03\x01", &[]),
    ] {
        let cut = Pieces::of(input);
        assert_eq!(cut.iter().collect::<Vec<_>>(), pieces, "{input:?}");
        let mut read = Vec::new();
        cut.reader().read_to_end(&mut read).unwrap();
        assert_eq!(read, pieces.concat());
    }
}
