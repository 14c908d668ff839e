//! Compares the tokenizer with that of serde_json, on valid, invalid and incomplete texts.

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;

fn kinds(text: &str) -> Vec<TokenKind> {
    let mut scanner = Scanner::new();
    let mut kinds = Vec::new();
    loop {
        let token = scanner.next(text.as_bytes(), true).unwrap().unwrap();
        if token.kind == TokenKind::End {
            return kinds;
        }
        kinds.push(token.kind);
    }
}

fn fault(text: &str) -> (usize, String) {
    let fault = Json::parse(text).unwrap_err();
    (fault.at, fault.to_string())
}

#[test]
fn tokens_in_order() {
    use TokenKind::*;
    assert_eq!(
        kinds(r#" {"a": [1, -0.5e+3, true, false, null, "x\u00e9\n"], "b": {}} "#),
        [
            ObjectStart,
            Key,
            ArrayStart,
            Number,
            Number,
            True,
            False,
            Null,
            String,
            ArrayEnd,
            Key,
            ObjectStart,
            ObjectEnd,
            ObjectEnd
        ]
    );
    assert_eq!(kinds("7"), [Number]);
}

#[test]
fn faults_name_their_place() {
    assert_eq!(fault(""), (0, "expected a value".into()));
    assert_eq!(
        fault("{1:2}"),
        (1, "expected a key in quotes or a closing brace".into())
    );
    assert_eq!(fault(r#"{"a":1,}"#), (7, "expected a key in quotes".into()));
    assert_eq!(fault(r#"{"a" 1}"#), (5, "expected a colon".into()));
    assert_eq!(
        fault(r#"{"a":1 "b":2}"#),
        (7, "expected a comma or a closing brace".into())
    );
    assert_eq!(
        fault("[1 2]"),
        (3, "expected a comma or a closing bracket".into())
    );
    assert_eq!(fault("[1}"), (2, "expected a comma or a closing bracket".into()));
    assert_eq!(fault("[1,]"), (3, "expected a value".into()));
    assert_eq!(fault("01"), (1, "there is more text after the value".into()));
    assert_eq!(fault("1."), (2, "the text ends within a number".into()));
    assert_eq!(fault("-x"), (1, "expected a digit".into()));
    assert_eq!(fault("NaN"), (0, "expected a value".into()));
    assert_eq!(
        fault("nul"),
        (3, "the text ends within true, false or null".into())
    );
    assert_eq!(fault("nulL"), (3, "expected true, false or null".into()));
    assert_eq!(
        fault("\"a\nb\""),
        (2, "a control character within a string".into())
    );
    assert_eq!(fault(r#""a\x""#), (3, "unknown escape in a string".into()));
    assert_eq!(
        fault(r#""\u12g4""#),
        (5, "expected four hexadecimal digits after \\u".into())
    );
    assert_eq!(fault(r#""abc"#), (4, "the text ends within a string".into()));
    assert_eq!(fault("\u{feff}1"), (0, "expected a value".into()));
}

#[test]
fn no_damage_in_depth_duplicates_surrogates_and_big_numbers() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(Json::parse(&deep).is_ok());
    assert_eq!(fault(deep.strip_suffix(']').unwrap()).0, 399_999);
    let mixed = format!("{}1{}", r#"{"a":["#.repeat(100_000), "]}".repeat(100_000));
    assert!(Json::parse(&mixed).is_ok());
    assert_eq!(
        Json::parse(&mixed).unwrap().get("a").unwrap().elements().count(),
        1
    );
    assert!(
        Json::parse(r#"{"a":1,"a":2,"b":"\ud800","c":1e400,"d":123456789012345678901234567890}"#).is_ok()
    );
}

#[test]
fn special_bytes_are_found_at_every_place() {
    for length in 0..150 {
        for byte in [b'"', b'\\', 0x1f, 0x00, b'\n'] {
            let mut bytes = vec![0xff; length];
            bytes.push(byte);
            bytes.extend_from_slice(b"!\"\\##########");
            assert_eq!(plain_end(&bytes, 0), length);
            assert_eq!(plain_end(&bytes, length / 2), length);
        }
        assert_eq!(plain_end(&vec![0x7f; length], 0), length);
        assert_eq!(plain_end(&vec![b' '; length], 0), length);
    }
}

#[test]
fn a_key_that_stands_twice_decodes_to_its_last_value() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Point {
        x: i32,
    }
    assert_eq!(
        Json::parse(r#"{"x":1,"x":2}"#)
            .unwrap()
            .decode::<Point>()
            .unwrap(),
        Point { x: 2 }
    );
    assert!(
        Json::parse(r#"{"x":1,"x":"2"}"#)
            .unwrap()
            .decode::<Point>()
            .is_err()
    );
}

#[test]
fn a_value_answers_what_it_is_asked() {
    let json =
        Json::parse(" {\"a\":1,\"b\":[true,null,\"\\ud83d\\ude00\\ud800x\\/\"],\"\\u0061\":-2.5} ").unwrap();
    assert_eq!(json.kind(), JsonKind::Object);
    assert_eq!(
        json.get("a").and_then(Json::as_f64),
        Some(-2.5),
        "the last of two equal keys counts"
    );
    assert_eq!(
        json.members()
            .map(|(key, _)| key.into_owned())
            .collect::<Vec<_>>(),
        ["a", "b", "a"]
    );
    let list: Vec<_> = json.get("b").unwrap().elements().collect();
    assert_eq!(list[0].as_bool(), Some(true));
    assert!(list[1].is_null());
    assert_eq!(list[2].as_str().unwrap(), "\u{1f600}\u{fffd}x/");
    assert_eq!(json.elements().count(), 0);
    assert_eq!(list[2].members().count(), 0);
    assert_eq!(json.get("nothing"), None);
    assert_eq!(Json::parse("12").unwrap().as_i64(), Some(12));
    assert_eq!(Json::parse("1.0").unwrap().as_i64(), None);
    assert_eq!(Json::parse(r#""12""#).unwrap().as_i64(), None);
    assert_eq!(Json::parse("[1,2]").unwrap().decode::<Vec<u8>>().unwrap(), [1, 2]);
}

fn json() -> impl Strategy<Value = String> {
    let blank = "[ \t\n\r]{0,2}";
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,3})?",
        text(),
    ];
    let padded = (blank, leaf, blank).prop_map(|(a, b, c)| format!("{a}{b}{c}"));
    padded.prop_recursive(6, 60, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|all| format!("[{}]", all.join(","))),
            prop::collection::vec((text(), inner), 0..5).prop_map(|all| {
                let all: Vec<_> = all
                    .into_iter()
                    .map(|(key, value)| format!("{key}:{value}"))
                    .collect();
                format!("{{{}}}", all.join(","))
            }),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{0,80}".prop_map(|text| format!("\"{text}\"")),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        "\"(\\\\u[0-9a-fA-F]{4}|\\\\[nrtbf/\"]|é|😀){0,9}\"",
    ]
}

fn mutated() -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        0..3u8,
        "[\\[\\]{}:,\"\\\\0-9eE.+\\-ntruefals \n\u{1}\u{feff}é]",
    );
    (json(), prop::collection::vec(edit, 0..4)).prop_map(|(text, edits)| {
        let mut letters: Vec<char> = text.chars().collect();
        for (index, how, with) in edits {
            let at = index.index(letters.len().max(1));
            match how {
                0 if at < letters.len() => drop(letters.remove(at)),
                1 if at < letters.len() => letters[at] = with.chars().next().unwrap(),
                _ => letters.insert(at, with.chars().next().unwrap()),
            }
        }
        letters.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn accepts_what_serde_json_accepts(text in mutated()) {
        let theirs = serde_json::from_str::<&RawValue>(&text);
        prop_assert_eq!(Json::parse(&text).is_ok(), theirs.is_ok(), "{:?}", theirs);
        if let (Ok(ours), Ok(theirs)) = (Json::parse(&text), theirs) {
            prop_assert_eq!(ours.text(), theirs.get());
        }
    }

    #[test]
    fn a_text_in_pieces_gives_the_same_tokens_and_faults(text in mutated(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let bytes = text.as_bytes();
        let read = |cuts: &[usize]| {
            let mut scanner = Scanner::new();
            let mut tokens = Vec::new();
            let mut ends = cuts.iter().copied();
            let mut end = ends.next();
            loop {
                let seen = &bytes[..end.unwrap_or(bytes.len())];
                match scanner.next(seen, end.is_none()) {
                    Ok(None) => end = ends.next(),
                    Ok(Some(token)) if token.kind == TokenKind::End => return (tokens, None),
                    Ok(Some(token)) => tokens.push((token, scanner.depth())),
                    Err(fault) => return (tokens, Some(fault)),
                }
            }
        };
        let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        places.sort_unstable();
        let every: Vec<_> = (0..bytes.len()).collect();
        let whole = read(&[]);
        prop_assert_eq!(&read(&places), &whole);
        prop_assert_eq!(&read(&every), &whole);
    }

    #[test]
    fn the_values_of_a_valid_text_are_those_of_its_tokens(text in mutated()) {
        fn collect<'a>(json: Json<'a>, whole: Json<'a>, found: &mut Vec<(usize, usize)>) {
            let start = json.offset_in(whole);
            found.push((start, start + json.text().len()));
            json.elements().for_each(|value| collect(value, whole, found));
            json.members().for_each(|(_, value)| collect(value, whole, found));
        }
        if let Ok(json) = Json::parse(&text) {
            let mut found = Vec::new();
            collect(json, json, &mut found);
            let (mut scanner, mut tokens, mut open) = (Scanner::new(), Vec::new(), Vec::new());
            while let Some(token) = scanner.next(json.text().as_bytes(), true).unwrap() {
                match token.kind {
                    TokenKind::End => break,
                    TokenKind::Key => {}
                    TokenKind::ObjectStart | TokenKind::ArrayStart => {
                        open.push(tokens.len());
                        tokens.push((token.start, 0));
                    }
                    TokenKind::ObjectEnd | TokenKind::ArrayEnd => tokens[open.pop().unwrap()].1 = token.end,
                    _ => tokens.push((token.start, token.end)),
                }
            }
            prop_assert_eq!(found, tokens);
        }
    }

    #[test]
    fn unescapes_as_serde_json_does(text in text()) {
        if let Ok(theirs) = serde_json::from_str::<String>(&text) {
            prop_assert_eq!(Json::parse(&text).unwrap().as_str().unwrap(), theirs);
        }
    }
}
