//! `threadloupe export`: the output equals the input, item by item and byte for byte.

use crate::support::rollouts;
use std::os::unix::fs::symlink;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use serde_json::value::RawValue;
use threadloupe::protocol::{RolloutItem, ThreadId};
use threadloupe::rollout::export;

use crate::support::rollouts::{Folder, ONE, OTHER, header, imported, packed, said, samples};

/// The texts of the items of an exported thread.
fn items(thread: &[u8]) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Thread {
        history: History,
    }
    #[derive(serde::Deserialize)]
    struct History {
        items: Vec<Box<RawValue>>,
    }
    let thread: Thread = serde_json::from_slice(thread).unwrap();
    thread
        .history
        .items
        .iter()
        .map(|item| item.get().to_owned())
        .collect()
}

/// The items of the lines of a file: the text of each line, damaged lines in their JSON form, without blank lines.
fn lines(file: &[u8]) -> Vec<String> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut lines = Vec::new();
    let mut pieces = file.split(|&byte| byte == b'\n').peekable();
    while let Some(line) = pieces.next() {
        let line = if pieces.peek().is_some() {
            line.strip_suffix(b"\r").unwrap_or(line)
        } else {
            line
        };
        if line.iter().all(|byte| b" \t\r\x0b\x0c".contains(byte)) {
            continue;
        }
        lines.push(match serde_json::from_slice::<&RawValue>(line) {
            Ok(raw) if raw.get().starts_with('{') => raw.get().replace('\r', ""),
            _ => RolloutItem::damaged(line).text().into_owned(),
        });
    }
    lines
}

#[test]
fn one_file_goes_to_standard_output() {
    let folder = Folder::new();
    let text = format!("\u{feff} {} \r\n\n\t\r\n{{torn\r\n{}", header(ONE), said("x", 1));
    folder.write("a.jsonl.zst", packed(text.as_bytes()));
    folder.write("b.jsonl", format!("{}\n", header(OTHER)));
    let output = folder.run(&["export", "--from", "a.jsonl.zst"]);
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    assert_eq!(output.stdout, text.as_bytes());
    let output = folder.run(&["export", ONE, "--from", "."]);
    assert_eq!(
        (output.status.code(), &output.stdout[..]),
        (Some(0), text.as_bytes())
    );
    let output = folder.run(&["export", ONE, "--from", ".", "--format", "json"]);
    assert_eq!(items(&output.stdout), lines(text.as_bytes()));
    assert_eq!(items(&output.stdout)[1], r#"{"$damaged":{"text":"{torn"}}"#);
    assert_eq!(rollouts::rows(&output)[0]["thread_id"], ONE);
}

#[test]
fn what_cannot_be_written_is_said() {
    let folder = Folder::new();
    folder.write("a.jsonl", header(ONE));
    folder.write("b.jsonl", header(OTHER));
    for (arguments, said) in [
        (
            &["--all", "--from", "."][..],
            "cannot write 2 files to standard output",
        ),
        (
            &["--from", ".", "--format", "json"],
            "cannot write 2 files to standard output",
        ),
        (
            &["00000000-0000-0000-0000-000000000000", "--from", "."],
            "no thread 00000000",
        ),
        (
            &["--all", "--from", "missing.jsonl"],
            "missing.jsonl: cannot open",
        ),
        (&["--all"], "--from"),
    ] {
        let output = folder.run(&[&["export"], arguments].concat());
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(2), 0),
            "{arguments:?}"
        );
        assert!(complaint.contains(said), "{complaint}");
    }
    let output = folder.run(&["export", "--all", "--from", "a.jsonl", "missing.jsonl"]);
    assert_eq!(
        (output.status.code(), output.stdout),
        (Some(2), header(ONE).into_bytes()),
        "the writable files are written"
    );
}

#[test]
fn files_keep_their_place_and_are_not_written_over() {
    let folder = Folder::new();
    let one = format!("{}\n", header(ONE));
    folder.write("home/sessions/2025/a.jsonl.zst", packed(one.as_bytes()));
    folder.write("home/sessions/2025/b.jsonl", format!("{} ", header(ONE)));
    folder.write("home/sessions/empty.jsonl", "");
    folder.write("c.jsonl", header(OTHER));
    let export =
        |more: &[&str]| folder.run(&[&["export", "--all", "--from", "home", "c.jsonl"], more].concat());
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let output = export(&["--to", "out"]);
    assert_eq!(
        (output.status.code(), output.stdout.len(), output.stderr.len()),
        (Some(0), 0, 0)
    );
    assert_eq!(read("out/sessions/2025/a.jsonl"), one.as_bytes());
    assert_eq!(
        read("out/sessions/2025/b.jsonl"),
        format!("{} ", header(ONE)).as_bytes()
    );
    assert_eq!(read("out/sessions/empty.jsonl"), b"");
    assert_eq!(read("out/c.jsonl"), header(OTHER).as_bytes());

    folder.write("out/c.jsonl", "mine");
    let output = export(&["--to", "out"]);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.code() == Some(2) && complaint.lines().count() == 4 && complaint.contains("--force")
    );
    assert_eq!(read("out/c.jsonl"), b"mine");
    assert_eq!(export(&["--to", "out", "--force"]).status.code(), Some(0));
    assert_eq!(read("out/c.jsonl"), header(OTHER).as_bytes());

    let output = export(&["--to", "json", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        items(&read(&format!("json/{ONE}.json"))),
        [header(ONE), header(ONE)]
    );
    assert_eq!(items(&read(&format!("json/{OTHER}.json"))), [header(OTHER)]);

    folder.write("d/c.jsonl", header(OTHER));
    let output = folder.run(&[
        "export",
        "--all",
        "--from",
        "c.jsonl",
        "d/c.jsonl",
        "--to",
        "twice",
        "--force",
    ]);
    assert_eq!(output.status.code(), Some(2), "two files of one place");
}

#[test]
fn nothing_is_written_through_a_link_without_force() {
    let folder = Folder::new();
    let path = |name: &str| folder.path().join(name);
    folder.write("in/a.jsonl", header(ONE));
    folder.write("in/sub/deep/b.jsonl", header(OTHER));
    folder.write("out/own", "");
    std::fs::create_dir(path("elsewhere")).unwrap();
    symlink(path("elsewhere/a.jsonl"), path("out/a.jsonl")).unwrap();
    let export = |more: &[&str]| {
        let output = folder.run(&[&["export", "--all", "--from", "in", "--to", "out"], more].concat());
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let is_untouched = || std::fs::read_dir(path("elsewhere")).unwrap().next().is_none();
    for link in ["out/sub", "out/sub/deep"] {
        let _ = std::fs::remove_dir_all(path("out/sub"));
        let _ = std::fs::remove_file(path("out/sub"));
        std::fs::create_dir_all(path(link).parent().unwrap()).unwrap();
        symlink(path("elsewhere"), path(link)).unwrap();
        let (status, complaints) = export(&[]);
        let complaints: Vec<_> = complaints.lines().collect();
        assert_eq!((status, complaints.len()), (Some(2), 2), "{complaints:?}");
        assert!(
            complaints[0].contains("the file already exists; use --force"),
            "{complaints:?}"
        );
        assert!(
            complaints[1].contains(&format!("{link} already exists and is a link")),
            "{complaints:?}"
        );
        assert!(is_untouched());
    }
    assert_eq!(export(&["--force"]), (Some(0), String::new()));
    assert_eq!(
        std::fs::read_to_string(path("elsewhere/a.jsonl")).unwrap(),
        header(ONE)
    );
    assert_eq!(
        std::fs::read_to_string(path("elsewhere/b.jsonl")).unwrap(),
        header(OTHER)
    );
}

#[test]
fn an_exported_thread_can_be_read_back() {
    let folder = Folder::new();
    folder.write("a.jsonl", format!("{}\n\n?\n{{\"a\":\"\\ud800\"}}", header(ONE)));
    let output = folder.run(&["export", ONE, "--from", "a.jsonl", "--format", "json"]);
    for text in items(&output.stdout) {
        let item: RolloutItem = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (item.text(), item.is_damaged()),
            (text.as_str().into(), text.contains("$damaged"))
        );
    }
}

#[tokio::test]
async fn the_samples_come_back() {
    let Some(folder) = samples("the_samples_come_back") else {
        return;
    };
    let (store, done) = imported(&[folder]).await;
    for file in &done.files {
        let read = plain(&file.source.path);
        let mut written = Vec::new();
        export::rollout(store.as_ref(), &done, file, &mut written)
            .await
            .unwrap();
        assert!(written == read, "{} came back different", file.source.shown());
        let Some(thread) = file.thread_id else { continue };
        let (store, _) = imported(std::slice::from_ref(&file.source.path)).await;
        assert_eq!(
            exported(&store, thread).await,
            lines(&read),
            "{}",
            file.source.shown()
        );
    }
    assert!(!done.files.is_empty());
}

/// Tests any number of files per thread, mixed with the files of other threads.
#[tokio::test]
async fn each_history_is_loaded_once_for_all_of_its_files() {
    let folder = Folder::new();
    let text = |id: &str, n: usize| format!("{}\n{}\r\n", header(id), said(&format!("x{n}"), n as u32 % 60));
    for n in 0..100 {
        let id = if n % 2 == 0 { ONE } else { OTHER };
        folder.write(format!("{n:03}.jsonl"), text(id, n));
    }
    folder.write("empty.jsonl", "");
    let (store, done) = imported(&[folder.path().to_owned()]).await;
    let before = store.calls().await.load_history;
    let mut rollouts = export::RolloutWriter::new(store.as_ref(), &done);
    for file in done.files.iter().rev() {
        let mut written = Vec::new();
        rollouts.write(file, &mut written).await.unwrap();
        assert!(written == plain(&file.source.path), "{}", file.source.shown());
    }
    assert_eq!(done.files.len(), 101);
    assert_eq!(store.calls().await.load_history - before, 2);
}

fn plain(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    if path.extension().is_some_and(|end| end == "zst") {
        zstd::decode_all(&bytes[..]).unwrap()
    } else {
        bytes
    }
}

async fn exported(store: &threadloupe::store::InMemoryThreadStore, thread: ThreadId) -> Vec<String> {
    let mut written = Vec::new();
    export::thread(store, thread, &mut written).await.unwrap();
    let whole: Value = serde_json::from_slice(&written).unwrap_or(Value::Null);
    assert!(whole.is_null() || whole["history"]["thread_id"] == thread.to_string());
    items(&written)
}

/// Bytes that are often lines, often cut lines, and sometimes noise.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"{\"a\":1}".to_vec()),
        Just(b"{\"type\":\"event_msg\",\"payload\":{\"type\":\"x\"}}".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\xef\xbb\xbf".to_vec()),
        "[ \t\r\n\u{b}\u{c}{}\\[\\]\":,a0]{1,6}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 1..6),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_file_with_an_object_comes_back(start in any::<bool>(), file in file()) {
        let bytes = [if start { b"{}\n".to_vec() } else { Vec::new() }, file].concat();
        let folder = Folder::new();
        let path = folder.write("a.jsonl", &bytes);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (store, done) = imported(&[path]).await;
            let counts = done.total.counts;
            prop_assert_eq!(counts.lines, counts.items + counts.blank + counts.damaged);
            let Some(file) = done.files.first() else {
                prop_assert!(!start && !bytes.is_empty());
                return Ok(());
            };
            let mut written = Vec::new();
            export::rollout(store.as_ref(), &done, file, &mut written).await.unwrap();
            prop_assert_eq!(&written, &bytes);
            if let Some(thread) = file.thread_id {
                prop_assert_eq!(exported(&store, thread).await, lines(&bytes));
            }
            Ok(())
        })?;
    }
}
