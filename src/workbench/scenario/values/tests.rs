use super::*;
use proptest::prelude::*;

/// A stream that returns its bytes in pieces of the given sizes.
struct PiecewiseReader(Vec<u8>, Vec<usize>);

impl Read for PiecewiseReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.1.pop().unwrap_or(7).clamp(1, into.len()).min(self.0.len());
        for (to, from) in into.iter_mut().zip(self.0.drain(..size)) {
            *to = from;
        }
        Ok(size)
    }
}

/// The position and content of each value.
fn whole(input: impl Read) -> Vec<(LineColumn, Result<String, BrokenValue>)> {
    let mut values = Values::new(input);
    let mut all = Vec::new();
    while let Some(value) = values.next_value().unwrap() {
        all.push((value.start, value.text));
    }
    all
}

fn all(input: impl Read) -> Vec<String> {
    let mut values = Values::new(input);
    let mut all = Vec::new();
    while let Some(value) = values.next_value().unwrap() {
        let LineColumn { line, column } = value.start;
        all.push(match value.text {
            Ok(text) => format!("{line}:{column} {text}"),
            Err(broken) => {
                format!(
                    "{line}:{column} broken at {}:{}: {}",
                    broken.place.line, broken.place.column, broken.what
                )
            }
        });
    }
    all
}

#[test]
fn values_stand_on_one_line_or_several_and_blank_space_is_free() {
    let stream = "\u{FEFF} {\"a\":1}{\"b\":\n 2}\n\n  [3]\r\n\"é\" 4";
    assert_eq!(
        all(stream.as_bytes()),
        [
            "1:2 {\"a\":1}",
            "1:9 {\"b\":\n 2}",
            "4:3 [3]",
            "5:1 \"é\"",
            "5:5 4"
        ]
    );
}

#[test]
fn after_broken_json_it_goes_on_at_the_next_line_with_a_brace() {
    let broken = "expected a comma or a closing brace";
    assert_eq!(
        all("{\"a\":1\n{\"b\":2}\nnonsense\n {\"c\":3}\n{\"d\":4}".as_bytes()),
        [
            format!("1:1 broken at 2:1: {broken}"),
            "2:1 {\"b\":2}".to_string(),
            format!(
                "3:1 broken at 3:2: {}",
                Scanner::new().next(b"no", true).unwrap_err()
            ),
            "5:1 {\"d\":4}".to_string(),
        ]
    );
    assert_eq!(all("{\"a\":[\n{\"b\":2}\n{\"c\":3}".as_bytes()).len(), 3);
}

#[test]
fn a_value_that_is_not_utf8_is_broken_at_that_byte_and_the_next_is_read() {
    let found = all(&b"{\"a\":\"x\xFF\"}\n{\"b\":2}"[..]);
    assert_eq!(
        found,
        ["1:1 broken at 1:8: this byte is not UTF-8", "2:1 {\"b\":2}"]
    );
}

#[test]
fn lines_that_open_and_never_close_are_each_broken_at_the_same_place() {
    let stream = "{\"a\":\n".repeat(100_000);
    let found = all(stream.as_bytes());
    assert_eq!(found.len(), 100_000);
    let end = found[0].split(" broken ").nth(1).unwrap().to_string();
    assert!(end.starts_with("at 100001:1: "), "{end}");
    for (line, value) in (1..).zip(&found) {
        assert_eq!(*value, format!("{line}:1 broken {end}"));
    }
}

/// The values of a stream, each read by a new scanner.
fn one_by_one(stream: &str) -> Vec<Result<String, String>> {
    let mut rest = stream;
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let mut scanner = Scanner::new();
        if rest.is_empty() {
            return found;
        }
        let token = loop {
            match scanner.next(rest.as_bytes(), true) {
                Ok(Some(_)) if scanner.depth() == 0 => break Ok(scanner.pos()),
                Ok(_) => {}
                Err(fault) => break Err(fault),
            }
        };
        match token {
            Ok(end) => {
                found.push(Ok(rest[..end].to_string()));
                rest = &rest[end..];
            }
            Err(fault) => {
                found.push(Err(fault.to_string()));
                rest = rest.find("\n{").map_or("", |at| &rest[at + 1..]);
            }
        }
    }
}

/// JSON, invalid JSON, and bytes that are not UTF-8.
fn part() -> impl Strategy<Value = Vec<u8>> {
    let text = |text: String| text.into_bytes();
    prop_oneof![
        "[{}\\[\\]\":,a1 \n]{0,12}".prop_map(text),
        "\\{\"k\":\"[a-zé\n]{0,9}\"\\}".prop_map(text),
        "\n?\\{\"method\":\"[a-z]{1,4}\",".prop_map(text),
        "tru|true|-1e|0\\.5|nul|\\\\u00e|\"\\\\ud800\\\\u".prop_map(text),
        "[é€𝄞\u{feff}]".prop_map(text),
        Just(b"\xEF\xBB".to_vec()),
        Just(b"\xE2\x28".to_vec()),
        Just(b"\xF0\x9F\x98".to_vec()),
        Just(b"\xFF".to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
    ]
}

#[test]
fn a_byte_that_is_no_text_is_told_however_the_bytes_arrive() {
    for (stream, what) in [
        (&b"{\xE2\x28"[..], NO_TEXT),
        (b"{\xF0\x9F\x98", NO_TEXT),
        (b"{\xFF", NO_TEXT),
        ("{é".as_bytes(), "expected a key in quotes or a closing brace"),
    ] {
        for pieces in [vec![1; 8], vec![2; 4], vec![8]] {
            let found = whole(PiecewiseReader(stream.to_vec(), pieces));
            assert_eq!(
                found[0].1.clone().unwrap_err().what,
                what,
                "{}",
                stream.escape_ascii()
            );
        }
    }
}

proptest! {
    #[test]
    fn what_was_read_before_changes_nothing(
        parts in prop::collection::vec("\\{\"a\":|\\[|\\{\\}|1|,|\\]|\\}|\n|\n\\{|\n\\{\"b\":\\[", 0..40),
    ) {
        let stream = parts.concat();
        let mut values = Values::new(stream.as_bytes());
        let mut found = Vec::new();
        while let Some(value) = values.next_value().unwrap() {
            found.push(value.text.map_err(|broken| broken.what));
        }
        prop_assert_eq!(found, one_by_one(&stream));
    }

    #[test]
    fn how_the_bytes_arrive_changes_nothing(
        parts in prop::collection::vec(part(), 0..24),
        sizes in prop::collection::vec(1usize..9, 0..60),
    ) {
        let stream = parts.concat();
        prop_assert_eq!(whole(PiecewiseReader(stream.clone(), sizes)), whole(&stream[..]));
        prop_assert_eq!(whole(PiecewiseReader(stream.clone(), vec![1; stream.len()])), whole(&stream[..]));
    }
}
