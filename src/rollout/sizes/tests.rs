//! Tests of the sums against a count without blocks, workers or a scanner.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn month(text: &str) -> Option<Month> {
    Month::in_name(OsStr::new(text))
}

#[test]
fn the_month_in_a_name() {
    let name = "rollout-2026-11-27T11-47-02-01a21cd4-900a-7240-b1ca-ef03e93241c9.jsonl";
    assert_eq!(
        month(name).map(|month| month.to_string()).as_deref(),
        Some("2026-11")
    );
    for name in [
        "",
        "2026-11",
        "2026-13-01.jsonl",
        "01a21cd4-900a-7240-b1ca-ef03e93241c9.jsonl",
    ] {
        assert_eq!(month(name), None, "{name}");
    }
}

#[test]
fn equal_sizes_are_in_the_order_of_their_names() {
    let size = |bytes| Size { items: 1, bytes };
    let sorted = largest_first([("c", size(1)), ("b", size(2)), ("a", size(1))]);
    assert_eq!(sorted.map_names(), ["b", "a", "c"]);
}

trait Names {
    fn map_names(&self) -> Vec<&'static str>;
}

impl Names for Vec<(&'static str, Size)> {
    fn map_names(&self) -> Vec<&'static str> {
        self.iter().map(|(name, _)| *name).collect()
    }
}

/// A line of a file: what it counts as, its month and its bytes without the line end.
#[derive(Debug, Clone)]
struct Line {
    kind: &'static str,
    month: Option<&'static str>,
    text: String,
}

fn line() -> impl Strategy<Value = Line> {
    let months = prop::sample::select(vec![None, Some("2026-01"), Some("2026-02")]);
    let kinds = prop::sample::select(vec![
        "compacted",
        "user_message",
        "message",
        "unknown",
        "damaged",
        "blank",
    ]);
    // Few texts, so that some are repeated; some are too short to be counted.
    let text = (
        0..4usize,
        prop::sample::select(vec![3, LONG_TEXT - 1, LONG_TEXT, LONG_TEXT + 1000]),
    );
    let text = text.prop_map(|(letter, length)| {
        ["a", "b", "\u{e9}", "\\n"][letter]
            .repeat(length)
            .chars()
            .take(length)
            .collect::<String>()
    });
    (kinds, months, text).prop_map(|(kind, month, text)| {
        // An escape that was cut would be no JSON.
        let text = if text.ends_with('\\') {
            format!("{text}n")
        } else {
            text
        };
        let time = month.map_or(String::new(), |month| {
            format!(r#""timestamp":"{month}-05T10:00:00Z","#)
        });
        let wrapped = |outer: &str, inner: &str| {
            format!(r#" {{{time}"type":"{outer}","payload":{{"type":"{inner}","text":["{text}"]}}}}"#)
        };
        let text = match kind {
            "compacted" => wrapped("compacted", ""),
            "user_message" => wrapped("event_msg", "user_message"),
            "message" => wrapped("response_item", "message"),
            "unknown" => wrapped("event_msg", "of a later version"),
            "damaged" => format!(r#"{{{time}"text":"{text}"#),
            _ => " \t".to_owned(),
        };
        let month = month.filter(|_| !matches!(kind, "damaged" | "blank"));
        Line { kind, month, text }
    })
}

#[derive(Debug, Clone)]
struct File {
    lines: Vec<Line>,
    has_mark: bool,
    is_packed: bool,
    ends: &'static str,
    has_last_end: bool,
}

fn file() -> impl Strategy<Value = File> {
    let ends = prop::sample::select(vec!["\n", "\r\n"]);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (prop::collection::vec(line(), 0..8), flags, ends).prop_map(|(lines, flags, ends)| File {
        lines,
        has_mark: flags.0,
        is_packed: flags.1,
        ends,
        has_last_end: flags.2,
    })
}

const HEADER: &str = r#"{"timestamp":"2026-03-05T10:00:00Z","type":"session_meta","payload":{"id":"0198f2a3-0000-7000-8000-00000000000"#;

/// What the rows should be, the plain bytes, and the long texts with the numbers of their occurrences.
#[derive(Debug, Default)]
struct Expected {
    groups: BTreeMap<String, Size>,
    bytes: u64,
    texts: BTreeMap<String, u64>,
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        Value::Object(members) => members.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

impl File {
    fn write(&self, folder: &std::path::Path, index: usize, by: SizeKey, expected: &mut Expected) {
        let name = format!(
            "rollout-2026-04-01T10-00-00-{index}.jsonl{}",
            if self.is_packed { ".zst" } else { "" }
        );
        let path = folder.join(name);
        let group = |kind: &str, month: Option<&str>| match by {
            SizeKey::Kind => kind.to_owned(),
            SizeKey::Thread => format!("0198f2a3-0000-7000-8000-00000000000{}", index % 2),
            SizeKey::File => path.to_string_lossy().into_owned(),
            SizeKey::Month => month.unwrap_or("2026-04").to_owned(),
        };
        let mut text = String::new();
        let mut add = |kind: &str, month: Option<&str>, line: &str, text: &mut String| {
            let size = expected.groups.entry(group(kind, month)).or_default();
            size.items += u64::from(kind != "blank");
            size.bytes += line.len() as u64;
            text.push_str(line);
        };
        if self.has_mark {
            add("blank", None, "\u{feff}", &mut text);
        }
        let header = format!("{HEADER}{}\"}}}}{}", index % 2, self.ends);
        add("session_meta", Some("2026-03"), &header, &mut text);
        for (number, line) in self.lines.iter().enumerate() {
            let has_end = number + 1 < self.lines.len() || self.has_last_end;
            let whole = format!("{}{}", line.text, if has_end { self.ends } else { "" });
            add(line.kind, line.month, &whole, &mut text);
            let mut found = Vec::new();
            strings(&serde_json::from_str(&line.text).unwrap_or_default(), &mut found);
            for text in found {
                let written = serde_json::to_string(&text).unwrap();
                if written.len() >= LONG_TEXT + 2 {
                    *expected.texts.entry(written).or_default() += 1;
                }
            }
        }
        expected.bytes += text.len() as u64;
        match self.is_packed {
            true => fs::write(&path, zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap(),
            false => fs::write(&path, text).unwrap(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_sums_are_those_of_a_plain_count(files in prop::collection::vec(file(), 1..4), by in prop::sample::select(vec![SizeKey::Kind, SizeKey::Thread, SizeKey::File, SizeKey::Month])) {
        let folder = tempfile::tempdir().unwrap();
        let mut expected = Expected::default();
        for (index, file) in files.iter().enumerate() {
            file.write(folder.path(), index, by, &mut expected);
        }
        let report = sizes(&[folder.path().to_owned()], by, &Limit::default());
        prop_assert_eq!(&report.failed, &[]);
        let rows: BTreeMap<String, Size> = report.rows.iter().map(|row| (row.name.clone(), row.size)).collect();
        prop_assert_eq!(rows, expected.groups);
        prop_assert_eq!(report.total.counted.counts.bytes, expected.bytes);
        prop_assert_eq!(report.rows.iter().map(|row| row.size.bytes).sum::<u64>(), expected.bytes);
        prop_assert!(report.rows.is_sorted_by_key(|row| (std::cmp::Reverse(row.size.bytes), row.name.clone())));
        let on_disk = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
        prop_assert_eq!(report.total.disk_bytes, on_disk.sum::<u64>());
        let repeated = expected.texts.iter().filter(|(_, count)| **count > 1);
        let bytes: u64 = repeated.clone().map(|(text, count)| (text.len() as u64 - 2) * (count - 1)).sum();
        prop_assert_eq!((report.repeated.texts, report.repeated.bytes), (repeated.count() as u64, bytes));
        prop_assert_eq!(report.repeated.largest.iter().map(|text| text.bytes).sum::<u64>(), bytes);
    }
}
