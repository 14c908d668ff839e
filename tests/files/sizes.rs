//! `threadloupe sizes` with the real binary: its lines, the bytes of every kind of file, repeated texts, its exit status.

use std::fs;
use std::path::Path;

use crate::support::rollouts::{Folder, ONE, OTHER, header, packed, rows, said, samples};
use serde_json::{Value, json};

/// Runs `sizes --format json` and returns the exit status and the lines.
fn sizes(folder: &Folder, arguments: &[&str]) -> (i32, Vec<Value>) {
    let output = folder.run(&[&["sizes", "--format", "json"], arguments].concat());
    (output.status.code().unwrap(), rows(&output))
}

fn text(folder: &Folder, arguments: &[&str]) -> String {
    let output = folder.run(&[&["sizes"], arguments].concat());
    String::from_utf8(output.stdout).unwrap()
}

/// The names of the rows with their items and bytes.
fn named(lines: &[Value]) -> Vec<(&str, u64, u64)> {
    let number = |line: &Value, key: &str| line[key].as_u64().unwrap();
    lines
        .iter()
        .filter(|line| line["by"].is_string())
        .map(|line| {
            (
                line["name"].as_str().unwrap(),
                number(line, "items"),
                number(line, "bytes"),
            )
        })
        .collect()
}

fn total(lines: &[Value]) -> &Value {
    &lines.last().unwrap()["total"]
}

/// One thread of two files, one of them compressed, and another thread.
fn three_files() -> Folder {
    let folder = Folder::new();
    let long = "x".repeat(5000);
    let first = format!("\u{feff}{}\r\n \r\n{}\n", header(ONE), said(&long, 1));
    let second = format!("{}\n{}\nno json\n", header(ONE), said(&long, 2));
    let third = format!("{}\n{}", header(OTHER), said(&long, 3));
    folder.write("rollout-2025-08-01T00-00-00-a.jsonl", first);
    folder.write(
        "rollout-2025-08-01T00-00-00-b.jsonl.zst",
        packed(second.as_bytes()),
    );
    folder.write("rollout-2025-08-01T00-00-00-c.jsonl", third);
    folder
}

#[test]
fn each_byte_counts_once_under_its_kind() {
    let folder = three_files();
    let (status, lines) = sizes(&folder, &["."]);
    assert_eq!(status, 0);
    let (meta, message) = (header(ONE).len() as u64, said(&"x".repeat(5000), 1).len() as u64);
    assert_eq!(
        named(&lines),
        [
            ("user_message", 3, 3 * message + 2),
            ("session_meta", 3, 3 * meta + 4),
            ("damaged", 1, 8),
            ("blank", 0, 3 + 3),
        ]
    );
    let bytes = 3 * message + 3 * meta + 20;
    let disk: u64 = fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    assert_eq!(
        *total(&lines),
        json!({"files": 3, "failed": 0, "skipped": 0, "threads": 2, "bytes": bytes, "lines": 8, "items": 6, "blank": 1, "damaged": 1, "disk_bytes": disk})
    );
    let shares: f64 = lines.iter().filter_map(|line| line["share"].as_f64()).sum();
    assert!((shares - 1.0).abs() < 0.001, "{shares}");
    let keys: Vec<&String> = lines[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["by", "bytes", "items", "name", "share"]);
}

#[test]
fn repeated_texts_are_those_beyond_the_first() {
    let (_, lines) = sizes(&three_files(), &["."]);
    assert_eq!(
        lines[lines.len() - 2],
        json!({"repeated": {"bytes": 10_000, "texts": 1, "largest": [
            {"bytes": 10_000, "count": 3, "kind": "user_message", "text": "x".repeat(60)}
        ]}})
    );
}

#[test]
fn threads_files_and_months() {
    let folder = three_files();
    let (_, lines) = sizes(&folder, &[".", "--by", "thread"]);
    let names: Vec<&str> = named(&lines).iter().map(|row| row.0).collect();
    assert_eq!(names, [ONE, OTHER]);
    let disk = |lines: &[Value]| -> u64 { lines.iter().filter_map(|line| line["disk_bytes"].as_u64()).sum() };
    assert_eq!(disk(&lines), total(&lines)["disk_bytes"].as_u64().unwrap());
    let (_, lines) = sizes(&folder, &[".", "--by", "file"]);
    assert_eq!(named(&lines).len(), 3);
    assert!(named(&lines).iter().all(|row| Path::new(row.0).starts_with("./")));
    assert_eq!(disk(&lines), total(&lines)["disk_bytes"].as_u64().unwrap());
    // Damaged and blank lines belong to the month in the name of their file.
    let (_, lines) = sizes(&folder, &[".", "--by", "month"]);
    let months = named(&lines);
    assert_eq!(
        months.iter().map(|row| (row.0, row.1)).collect::<Vec<_>>(),
        [("2025-09", 6), ("2025-08", 1)]
    );
    assert_eq!(months[1].2, 8 + 6);
    let (_, top) = sizes(&folder, &[".", "--by", "month", "--top", "1"]);
    assert_eq!(named(&top), months[..1]);
    assert_eq!(total(&top), total(&lines));
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_counted() {
    let folder = three_files();
    let whole = packed(header(ONE).repeat(100).as_bytes());
    folder.write("broken.jsonl.zst", &whole[..whole.len() - 3]);
    let output = folder.run(&["sizes", "--format", "json", ".", "none.jsonl"]);
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(
        said.contains("broken.jsonl.zst: ") && said.contains("none.jsonl: "),
        "{said}"
    );
    let lines = rows(&output);
    let (_, others) = sizes(&three_files(), &["."]);
    assert_eq!(named(&lines), named(&others));
    assert_eq!(
        (&total(&lines)["failed"], &total(&lines)["files"]),
        (&json!(2), &json!(3))
    );
}

#[test]
fn data_after_the_frames_of_a_file_is_named_and_the_frames_are_counted() {
    let folder = Folder::new();
    let frames = packed(header(ONE).as_bytes());
    folder.write("a.jsonl.zst", [&frames[..], b"garbage"].concat());
    let output = folder.run(&["sizes", "--format", "json", "."]);
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(
        said.contains(&format!("a.jsonl.zst: the 7 bytes from byte {} on", frames.len())),
        "{said}"
    );
    let total = &rows(&output).last().unwrap()["total"].clone();
    assert_eq!(
        (output.status.code(), &total["files"], &total["items"]),
        (Some(2), &json!(1), &json!(1))
    );
}

#[test]
fn an_empty_file_and_a_pipe() {
    let folder = Folder::new();
    folder.write("empty.jsonl", "");
    let (status, lines) = sizes(&folder, &["empty.jsonl"]);
    assert_eq!((status, named(&lines)), (0, vec![]));
    assert_eq!(
        (&total(&lines)["files"], &total(&lines)["threads"]),
        (&json!(1), &json!(0))
    );
    let (_, lines) = sizes(&folder, &["empty.jsonl", "--by", "file"]);
    assert_eq!(named(&lines), [("empty.jsonl", 0, 0)]);
}

#[test]
fn the_table_is_for_people() {
    let folder = three_files();
    insta::assert_snapshot!(text(&folder, &["."]));
    let files = text(&folder, &[".", "--by", "file", "--top", "1"]);
    assert!(
        files.starts_with("     size   share    on disk      items  file\n"),
        "{files}"
    );
}

/// The total is exactly the bytes of the files, whatever they are added up by.
#[test]
fn the_bytes_of_real_rollouts() {
    let Some(from) = samples("the_bytes_of_real_rollouts") else {
        return;
    };
    let here = Folder::new();
    let (_, imported) = here.import(&[from.to_str().unwrap()]);
    let wanted = &imported.last().unwrap()["total"];
    // An import reads each file once; the sizes are those of all files.
    let has_copies = imported
        .iter()
        .any(|row| row["skipped"]["code"] == "same_bytes" || row["skipped"]["code"] == "prefix_of");
    for by in ["kind", "thread", "file", "month"] {
        let (_, lines) = sizes(&here, &[from.to_str().unwrap(), "--by", by]);
        let sum: u64 = named(&lines).iter().map(|row| row.2).sum();
        let items: u64 = named(&lines).iter().map(|row| row.1).sum();
        assert_eq!(total(&lines)["bytes"], sum);
        if has_copies {
            continue;
        }
        assert_eq!(
            items,
            ["items", "damaged"]
                .map(|key| wanted[key].as_u64().unwrap())
                .iter()
                .sum::<u64>()
        );
        for key in [
            "files", "failed", "skipped", "threads", "bytes", "lines", "items", "blank", "damaged",
        ] {
            assert_eq!(total(&lines)[key], wanted[key], "{by} {key}");
        }
    }
}
