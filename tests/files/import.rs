//! `threadloupe import`: the files, their threads, the counts, the store calls, and every kind of invalid input.

use crate::support::rollouts;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use serde_json::{Value, json};
use threadloupe::protocol::RolloutItem;
use threadloupe::rollout::find::Source;
use threadloupe::rollout::import::{ImportOptions, ImportOrder, Notice, import};
use threadloupe::rollout::limit::Limit;
use threadloupe::rollout::read::RolloutReader;
use threadloupe::rollout::report::{FileOutcome, FileRead, ProblemCode};
use threadloupe::store::InMemoryThreadStore;

#[path = "../../benches/support/rollout_folder.rs"]
mod rollout_folder;

use crate::support::rollouts::{
    Folder, ONE, OTHER, header, id, imported, packed, read, said, samples, texts,
};

/// The code of an error row.
fn code(row: &Value) -> &str {
    assert!(
        row["error"]["message"]
            .as_str()
            .is_some_and(|message| message.contains(": ") || message.contains(' ')),
        "{row}"
    );
    row["error"]["code"].as_str().unwrap()
}

fn files(rows: &[Value]) -> Vec<&str> {
    rows.iter().filter_map(|row| row["file"].as_str()).collect()
}

#[test]
fn rows_stand_on_the_wire_as_written_down() {
    let folder = Folder::new();
    folder.write(
        "a/one.jsonl",
        format!("{}\n\n{}\n{{torn", header(ONE), said("hello", 1)),
    );
    folder.write("a/one.jsonl.zst", packed(b"{}\n"));
    folder.write("a/two.jsonl", format!("{}\n{{}}\n", header(ONE)));
    folder.write("a/zero.jsonl", "");
    let output = folder.run(&["import", "a", "--format", "json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let (first, second) = (
        header(ONE).len() + said("hello", 1).len() + 8,
        header(ONE).len() + 4,
    );
    let id = ONE;
    assert_eq!(
        lines[0],
        format!(
            r#"{{"file":"a/one.jsonl","thread_id":"{id}","layout":"wrapped","bytes":{first},"lines":4,"items":2,"blank":1,"damaged":1}}"#
        )
    );
    assert!(lines[1].starts_with(r#"{"file":"a/one.jsonl.zst","skipped":{"code":"plain_twin","message":""#));
    assert_eq!(
        lines[2],
        format!(
            r#"{{"file":"a/two.jsonl","thread_id":"{id}","layout":"wrapped","bytes":{second},"lines":2,"items":2,"blank":0,"damaged":0,"joined":true}}"#
        )
    );
    assert_eq!(
        lines[3],
        r#"{"file":"a/zero.jsonl","thread_id":null,"layout":null,"bytes":0,"lines":0,"items":0,"blank":0,"damaged":0}"#
    );
    let bytes = first + second;
    assert_eq!(
        lines[4],
        format!(
            r#"{{"total":{{"files":3,"failed":0,"skipped":1,"threads":1,"bytes":{bytes},"lines":6,"items":4,"blank":1,"damaged":1}}}}"#
        )
    );
    assert_eq!(
        (lines.len(), output.status.code(), output.stderr.len()),
        (5, Some(0), 0)
    );
}

#[test]
fn folders_are_searched_by_what_they_hold() {
    let folder = Folder::new();
    let one = header(ONE);
    for name in [
        "sessions/2025/09/26/b.jsonl",
        "archived_sessions/c.jsonl",
        "log/d.jsonl",
        "e.jsonl",
        "sessions/f.json",
    ] {
        folder.write(format!("home/{name}"), &one);
    }
    for name in [
        "history.jsonl",
        "x/session_index.jsonl",
        "x/y/g.jsonl",
        "h.jsonl.zst.tmp",
        "i.JSONL",
    ] {
        folder.write(format!("other/{name}"), &one);
    }
    folder.write("other/j.jsonl.zst", packed(one.as_bytes()));
    let (_, rows) = folder.import(&["home"]);
    assert_eq!(
        files(&rows),
        [
            "home/archived_sessions/c.jsonl",
            "home/sessions/2025/09/26/b.jsonl"
        ]
    );
    let (_, rows) = folder.import(&[
        "other",
        "home/sessions",
        "other/x",
        "home/sessions/2025/09/26/b.jsonl",
    ]);
    assert_eq!(
        files(&rows),
        [
            "home/sessions/2025/09/26/b.jsonl",
            "other/j.jsonl.zst",
            "other/x/y/g.jsonl"
        ]
    );
    let (_, rows) = folder.import(&[
        "other/history.jsonl",
        "home/sessions/f.json",
        "other/../other/history.jsonl",
    ]);
    assert_eq!(files(&rows).len(), 2, "a file that is named is read, and once");
}

#[test]
fn a_packed_file_that_is_named_is_read_instead_of_its_twin() {
    let folder = Folder::new();
    folder.write("a.jsonl", header(ONE));
    folder.write("a.jsonl.zst", packed(header(ONE).as_bytes()));
    let (status, rows) = folder.import(&["a.jsonl.zst", "."]);
    assert_eq!((status, rows.len()), (0, 3));
    assert_eq!(rows[0]["skipped"]["code"], "same_bytes");
    assert_eq!(rows[2]["total"]["files"], 1);
}

#[cfg(unix)]
#[test]
fn links_are_followed_once() {
    let folder = Folder::new();
    folder.write("a/b/c.jsonl", header(ONE));
    let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, folder.path().join(from)).unwrap();
    link("..", "a/b/up");
    link("b", "a/z");
    link("c.jsonl", "a/b/d.jsonl");
    link("nowhere.jsonl", "a/b/e.jsonl");
    let (status, rows) = folder.import(&["a"]);
    assert_eq!((status, files(&rows)), (2, vec!["a/b/c.jsonl", "a/b/e.jsonl"]));
    assert_eq!(code(&rows[1]), "unreadable");
}

#[test]
fn bad_paths_are_error_rows_and_the_rest_is_read() {
    let folder = Folder::new();
    folder.write("good.jsonl", header(OTHER));
    folder.write("binary.jsonl", [0, 159, 146, 150, b'\n', 7, 7]);
    folder.write("blank.jsonl", "\n \n");
    folder.write("mark.jsonl", "\u{feff}");
    folder.write("list.jsonl", "[]\n1\n");
    let whole = packed(format!("{}\n", header(ONE)).repeat(50).as_bytes());
    folder.write("cut.jsonl.zst", &whole[..whole.len() - 3]);
    folder.write("empty.jsonl.zst", "");
    folder.write("noise.jsonl.zst", "this is no zstd frame at all");
    folder.write(
        "tail.jsonl.zst",
        [&whole[..], b"garbage after the frame"].concat(),
    );
    std::fs::create_dir(folder.path().join("nothing")).unwrap();
    let (status, rows) = folder.import(&[".", "missing.jsonl", "nothing"]);
    let codes: Vec<_> = rows
        .iter()
        .filter(|row| row.get("error").is_some())
        .map(code)
        .collect();
    assert_eq!(
        codes,
        [
            "not_a_rollout",
            "not_a_rollout",
            "cut_short",
            "cut_short",
            "not_a_rollout",
            "not_a_rollout",
            "corrupt",
            "unreadable",
            "no_rollouts"
        ]
    );
    let total = &rows.last().unwrap()["total"];
    assert_eq!(
        (status, &total["failed"], &total["files"], &total["items"]),
        (2, &json!(9), &json!(2), &json!(51))
    );
    assert_eq!(files(&rows)[0], "./binary.jsonl");
    let (status, rows) = folder.import(&["nothing"]);
    assert_eq!((status, code(&rows[0]), rows.len()), (2, "no_rollouts", 2));
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_not_waited_for() {
    let (status, rows) = Folder::new().import(&["/dev/null"]);
    assert_eq!((status, code(&rows[0])), (2, "not_regular"));
}

#[test]
fn packed_files_of_several_frames() {
    let folder = Folder::new();
    let text = format!("{}\n{}\n", header(ONE), said("x", 1));
    let (front, back) = text.as_bytes().split_at(30);
    folder.write("a.jsonl.zst", [packed(front), packed(back), packed(b"")].concat());
    folder.write("b.jsonl.zst", packed(b""));
    let (status, rows) = folder.import(&["."]);
    assert_eq!(status, 0);
    assert_eq!(
        (&rows[0]["bytes"], &rows[0]["items"]),
        (&json!(text.len()), &json!(2))
    );
    assert_eq!(
        (&rows[1]["thread_id"], &rows[1]["bytes"]),
        (&Value::Null, &json!(0))
    );
}

#[test]
fn whose_a_file_is() {
    let folder = Folder::new();
    let nobody = r#"{"type":"session_meta","payload":{"id":"fc-1"}}"#;
    let loose = "{\"a\":1}\r\n{}";
    folder.write("1.jsonl", format!("{{}}\n{}\n{}", header(ONE), header(OTHER)));
    folder.write(format!("2-{OTHER}.jsonl"), format!("{nobody}\n{}\n", header(ONE)));
    folder.write(
        "3.jsonl",
        format!(
            "{{\"id\":\"{}\",\"timestamp\":\"2025-08-21T06:29:22.000Z\",\"instructions\":null}}\n",
            ONE.to_uppercase()
        ),
    );
    folder.write(format!("4-{OTHER}.jsonl.zst"), packed(b"{}"));
    folder.write("5.jsonl", loose);
    let other = "{\"b\":1}\r\n{}";
    folder.write("6.jsonl.zst", packed(other.as_bytes()));
    folder.write("7.jsonl", nobody);
    let (_, rows) = folder.import(&["."]);
    let made = |text: &str| uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, text.as_bytes()).to_string();
    let ids: Vec<_> = rows.iter().filter_map(|row| row["thread_id"].as_str()).collect();
    assert_eq!(
        ids,
        [ONE, OTHER, ONE, OTHER, &made(loose), &made(other), &made(nobody)]
    );
    let joined: Vec<_> = rows.iter().map(|row| row["joined"] == true).collect();
    assert_eq!(joined, [false, false, true, true, false, false, false, false]);
    assert_eq!(rows[7]["total"]["threads"], 5);
}

#[test]
fn layouts_are_told_by_the_first_object() {
    let folder = Folder::new();
    for (name, text) in [
        ("a", "?\n{\"payload\":1,\"ordinal\":null}\n{}"),
        ("b", "{\"payload\":null}\n{\"payload\":1,\"ordinal\":0}"),
        ("c", "{\"ordinal\":1}\n{\"payload\":1}"),
    ] {
        folder.write(format!("{name}.jsonl"), text);
    }
    let (_, rows) = folder.import(&["."]);
    let layouts: Vec<_> = rows.iter().filter_map(|row| row["layout"].as_str()).collect();
    assert_eq!(layouts, ["paginated", "wrapped", "bare"]);
}

#[tokio::test]
async fn a_thread_of_several_files_has_its_items_by_file_name() {
    let folder = Folder::new();
    let (one, two, three) = (said("one", 1), said("two", 2), said("three", 3));
    folder.write("archived/b.jsonl", format!("{}\n{two}\n", header(ONE)));
    folder.write("sessions.old/a.jsonl", format!("{}\n{one}", header(ONE)));
    folder.write("z/b.jsonl", format!("{}\n{three}\n", header(ONE)));
    let (store, done) = imported(&[folder.path().to_owned()]).await;
    let head = header(ONE);
    let items = texts(&store, ONE).await;
    assert_eq!(
        items.iter().collect::<Vec<_>>(),
        [&head, &one, &head, &two, &head, &three]
    );
    let rows: Vec<_> = done
        .rows
        .iter()
        .map(|row| row.file.rsplit('/').nth(1).unwrap())
        .collect();
    assert_eq!(rows, ["archived", "sessions.old", "z"]);
    let calls = serde_json::to_value(store.calls().await).unwrap();
    let made: Vec<_> = calls
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, count)| **count != json!(0))
        .collect();
    let wanted = json!({"append_items": 1, "create_thread": 1, "load_history": 1, "resume_thread": 3, "update_thread_metadata": 1});
    assert_eq!(made, wanted.as_object().unwrap().iter().collect::<Vec<_>>());
    let thread = read(&store, ONE).await;
    assert_eq!(thread.rollout_path.unwrap(), folder.path().join("z/b.jsonl"));
}

#[tokio::test]
async fn the_owning_header_and_the_fold_make_the_metadata() {
    let folder = Folder::new();
    let meta = r#"{"timestamp":"2025-09-26T14:08:55.422Z","type":"session_meta","payload":{"id":"ID","timestamp":"2025-09-26T14:08:50.000Z","cwd":"/w","cli_version":"0.119.0","source":{"subagent":"review"},"thread_source":"subagent","forked_from_id":"FORK","model_provider":"openai","memory_mode":7}}"#;
    let meta = meta.replace("ID", ONE).replace("FORK", OTHER);
    let path = folder.write(
        "a.jsonl",
        format!(
            "{meta}\n{}\n{{\"type\":\"event_msg\",\"payload\":{{\"type\":\"x\"}}}}\n",
            said("hi", 7)
        ),
    );
    let (store, _) = imported(std::slice::from_ref(&path)).await;
    let thread = read(&store, ONE).await;
    assert_eq!(thread.created_at.to_rfc3339(), "2025-09-26T14:08:50+00:00");
    assert_eq!(thread.updated_at.to_rfc3339(), "2025-09-26T15:00:07+00:00");
    assert_eq!(
        (
            &*thread.preview,
            thread.cli_version.as_str(),
            thread.model_provider.as_str()
        ),
        ("hi", "0.119.0", "openai")
    );
    assert_eq!(thread.forked_from_id, Some(id(OTHER)));
    assert_eq!(
        serde_json::to_value(&thread.source).unwrap(),
        json!({"subagent": "review"})
    );
    assert_eq!(thread.rollout_path, Some(path));
    let record = store.snapshot().thread(id(ONE)).unwrap().create.clone().unwrap();
    assert_eq!(record.metadata.cwd, Some(PathBuf::from("/w")));
    assert_eq!(record.base_instructions.text, "");
}

#[tokio::test]
async fn a_bare_header_gives_id_creation_and_git() {
    let folder = Folder::new();
    let bare = format!(
        r#"{{"id":"{OTHER}","timestamp":"2025-08-19T08:25:08.000Z","instructions":"x","git":{{"branch":"main"}},"source":"cli"}}"#
    );
    let state = r#"{"record_type":"state"}"#;
    folder.write("a.jsonl", format!("{bare}\n{state}\n"));
    let (store, done) = imported(&[folder.path().to_owned()]).await;
    assert_eq!(done.total.counts.items, 2);
    let thread = read(&store, OTHER).await;
    assert_eq!(thread.created_at.to_rfc3339(), "2025-08-19T08:25:08+00:00");
    assert_eq!(thread.updated_at, thread.created_at);
    assert_eq!(thread.git_info.unwrap().branch.as_deref(), Some("main"));
    assert_eq!(serde_json::to_value(&thread.source).unwrap(), json!("vscode"));
}

#[tokio::test]
async fn appends_come_in_batches() {
    for (line, count, appends) in [
        (40, 4096, 1),
        (40, 4097, 2),
        (1 << 20, 4, 1),
        (1 << 20, 9, 3),
        (6 << 20, 2, 2),
    ] {
        let folder = Folder::new();
        let text = format!("{{\"payload\":\"{}\"}}\n", "x".repeat(line - 14));
        folder.write("a.jsonl", text.repeat(count));
        let (store, done) = imported(&[folder.path().to_owned()]).await;
        assert_eq!(done.total.counts.items, count as u64);
        assert_eq!(
            store.calls().await.append_items,
            appends,
            "{count} lines of {line} bytes"
        );
        let items = texts(&store, &done.threads[0].thread_id.to_string()).await;
        assert!(items.len() == count && items.iter().all(|item| *item == text.trim()));
    }
}

#[tokio::test]
async fn long_lines_and_deep_values_are_items() {
    let folder = Folder::new();
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    let long = format!("{{\"a\":\"{}\"}}", "\u{e9}".repeat(5 << 20));
    let odd = r#"{"a":"\ud800","a":1e999,"b":123456789012345678901234567890}"#;
    folder.write("a.jsonl", [deep.as_str(), &long, odd].join("\n"));
    let (store, done) = imported(&[folder.path().to_owned()]).await;
    assert_eq!((done.total.counts.items, done.total.counts.damaged), (3, 0));
    let items = texts(&store, &done.threads[0].thread_id.to_string()).await;
    assert!(items[0] == deep && items[1] == long && items[2] == odd);
}

#[test]
fn a_file_that_grows_is_read_to_its_first_length() {
    let folder = Folder::new();
    let path = folder.write("a.jsonl", "{\"a\":1}\n{\"a\"");
    let source = Source::named(&path);
    let mut reading = RolloutReader::open(&source, 1 << 20, &Limit::default()).unwrap();
    std::fs::write(&path, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n").unwrap();
    while reading.items().unwrap().is_some() {}
    let counts = reading.counts();
    assert_eq!(
        (counts.bytes, counts.lines, counts.items, counts.damaged),
        (12, 2, 1, 1)
    );
}

/// A file that is truncated while it is read gives the remaining items and then one error.
#[test]
fn a_file_that_is_cut_while_it_is_read_gives_what_is_left_and_says_so() {
    let folder = Folder::new();
    let lines: Vec<String> = (0..20_000).map(|n| format!("{{\"n\":{n}}}")).collect();
    // In one part, and in many parts that threads read in turn.
    for segment in [1 << 20, 1 << 10] {
        let path = folder.write("a.jsonl", lines.join("\n"));
        let length = path.metadata().unwrap().len();
        let source = Source::named(&path);
        let mut reading = RolloutReader::open(&source, segment, &Limit::default()).unwrap();
        let mut items = Vec::new();
        if segment == 1 << 10 {
            items.extend(reading.items().unwrap().unwrap());
        }
        // Within a line.
        let left = lines.first().unwrap().len() as u64 + 4;
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_len(left).unwrap();
        let problem = loop {
            match reading.items() {
                Ok(part) => items.extend(part.expect("the end of the range is not the end of the file")),
                Err(problem) => break problem,
            }
        };
        assert_eq!(problem.code, ProblemCode::CutShort);
        let read = reading.counts().bytes;
        let said = format!(
            "truncated while it was read, from {length} to {} bytes",
            read.max(left)
        );
        assert!(problem.message.contains(&said), "{problem}");
        assert_eq!(reading.items().unwrap().map(|items| items.len()), None);
        let whole = items.iter().filter(|item| !item.is_damaged()).count();
        assert!(whole > 0 && whole < lines.len());
        let texts = items.iter().map(|item| item.text().into_owned());
        assert!(texts.take(whole).eq(lines.iter().take(whole).cloned()));
        // The rest of the cut line is at most one more item.
        assert!(items.len() <= whole + 1);
        if segment == 1 << 20 {
            assert_eq!((whole, items.len()), (1, 2));
        }
    }
}

#[tokio::test]
async fn files_that_change_between_finding_and_reading_are_told() {
    let folder = Folder::new();
    let name = |place: u32| format!("0199865a-ee71-7ae3-b232-0000000000{place:02}");
    let text = |place: u32| format!("{}\n{}\n", header(&name(place)), said("hello", 1));
    let first = |place: u32| header(&name(place)).len() as u64 + 1;
    folder.write("0.jsonl", text(0));
    let cut = folder.write("1.jsonl", text(1));
    let emptied = folder.write("2.jsonl", text(2));
    let gone = folder.write("3.jsonl", text(3));
    let grown = folder.write("4.jsonl", text(4));
    // The cut is at the end of a frame, where only the length reveals it.
    let frames = [
        packed(format!("{}\n", header(&name(5))).as_bytes()),
        packed(said("hello", 1).as_bytes()),
    ];
    let frame = folder.write("5.jsonl.zst", frames.concat());
    let within = folder.write("6.jsonl.zst", packed(text(6).as_bytes()));
    let store = InMemoryThreadStore::default();
    let shorten = |path: &PathBuf, to: u64| {
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_len(to).unwrap();
    };
    let change = || {
        shorten(&cut, first(1) + 9);
        shorten(&emptied, 0);
        std::fs::remove_file(&gone).unwrap();
        std::fs::write(&grown, format!("{}{}\n", text(4), said("more", 2))).unwrap();
        shorten(&frame, frames[0].len() as u64);
        shorten(&within, 40);
    };
    let paths = [folder.path().to_owned()];
    let mut seen = 0;
    let done = import(&store, &paths, ImportOptions::default(), &mut |notice| {
        if let Notice::Row(_) = notice {
            seen += 1;
            if seen == 1 {
                change();
            }
        }
        ControlFlow::Continue(())
    })
    .await;
    let told: Vec<(Option<ProblemCode>, String)> = done
        .rows
        .iter()
        .map(|row| match &row.outcome {
            FileOutcome::Error(problem) => (Some(problem.code), problem.message.clone()),
            FileOutcome::Read(read) => (None, read.counts.items.to_string()),
            FileOutcome::Skipped(problem) => panic!("{problem}"),
        })
        .collect();
    let changed = "this file was truncated or changed while it was read; import it again when no other program writes to it";
    let length = text(2).len();
    let expected = [
        (None, "2".to_owned()),
        (
            Some(ProblemCode::CutShort),
            format!("{changed}; the 2 items before this point are kept"),
        ),
        (
            Some(ProblemCode::CutShort),
            format!(
                "this file was truncated while it was read, from {length} to 0 bytes; import it again when no other program writes to it"
            ),
        ),
        (
            Some(ProblemCode::Unreadable),
            "cannot open this file (No such file or directory); check the path".to_owned(),
        ),
        (None, "3".to_owned()),
        (
            Some(ProblemCode::CutShort),
            format!("{changed}; the item before this point is kept"),
        ),
        (
            Some(ProblemCode::CutShort),
            "this zstd file is truncated, so it was not imported; get a complete copy of it".to_owned(),
        ),
    ];
    assert_eq!(told, expected);
    let left = &said("hello", 1)[..9];
    let damaged = json!({"$damaged": {"text": left}}).to_string();
    assert_eq!(texts(&store, &name(1)).await, [header(&name(1)), damaged]);
    assert_eq!(texts(&store, &name(5)).await, [header(&name(5))]);
    assert_eq!(done.total.failed, 5);
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_no_text_is_shown_with_replacements() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    folder.write(std::ffi::OsStr::from_bytes(b"a\xff.jsonl"), header(ONE));
    let (status, rows) = folder.import(&["."]);
    assert_eq!((status, &rows[0]["file"]), (0, &json!("./a\u{fffd}.jsonl")));
    let thread = folder.run(&["export", "--all", "--from", ".", "--format", "json"]);
    assert_eq!(rollouts::rows(&thread)[0]["rollout_path"], Value::Null);
}

#[tokio::test]
async fn an_import_that_is_cancelled_leaves_threads_whole() {
    let folder = Folder::new();
    folder.write("a.jsonl", header(ONE));
    folder.write("b.jsonl", header(OTHER));
    let store = InMemoryThreadStore::default();
    let done = import(
        &store,
        &[folder.path().to_owned()],
        ImportOptions::default(),
        &mut |notice| match notice {
            Notice::Row(_) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        },
    )
    .await;
    assert!(matches!(done.rows[0].outcome, FileOutcome::Read(_)));
    assert!(
        matches!(&done.rows[1].outcome, FileOutcome::Error(problem) if problem.code == ProblemCode::Cancelled)
    );
    assert_eq!(store.calls().await.create_thread, 1);
}

#[test]
fn progress_and_rows_come_in_order() {
    let folder = Folder::new();
    folder.write("a.jsonl", header(ONE));
    folder.write("b.jsonl", header(OTHER));
    let mut heard = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = InMemoryThreadStore::default();
        import(
            &store,
            &[folder.path().to_owned()],
            ImportOptions::default(),
            &mut |notice| {
                heard.push(match notice {
                    Notice::Row(row) => row.file.rsplit('/').next().unwrap().to_owned(),
                    Notice::Progress(progress) => format!("{} of {}", progress.files, progress.of_files),
                    Notice::Updated(id) => format!("updated {id}"),
                    Notice::Remark(remark) => remark.to_string(),
                });
                ControlFlow::Continue(())
            },
        )
        .await;
    });
    let updated = [ONE, OTHER].map(|id| format!("updated {id}"));
    assert_eq!(
        heard,
        ["0 of 2", &updated[0], "a.jsonl", "1 of 2", &updated[1], "b.jsonl"]
    );
}

#[tokio::test]
async fn the_newest_files_come_first_where_that_is_wanted() {
    let folder = Folder::new();
    let (one, two) = (said("one", 1), said("two", 2));
    folder.write("z/rollout-2025-01.jsonl", format!("{}\n{one}", header(ONE)));
    folder.write("y/rollout-2025-02.jsonl", header(OTHER));
    folder.write("x/rollout-2025-03.jsonl", format!("{}\n{two}", header(ONE)));
    let store = InMemoryThreadStore::default();
    let wanted = ImportOptions {
        order: ImportOrder::Newest,
        ..ImportOptions::default()
    };
    let done = import(&store, &[folder.path().to_owned()], wanted, &mut |_| {
        ControlFlow::Continue(())
    })
    .await;
    let rows: Vec<_> = done
        .rows
        .iter()
        .map(|row| row.file.rsplit('/').nth(1).unwrap())
        .collect();
    assert_eq!(rows, ["x", "y", "z"]);
    let threads: Vec<_> = done.threads.iter().map(|thread| thread.thread_id).collect();
    assert_eq!(threads, [id(ONE), id(OTHER)]);
    assert_eq!(
        texts(&store, ONE).await,
        [header(ONE), one, header(ONE), two],
        "the older file's items first"
    );
}

#[test]
fn a_packed_file_is_refused_where_it_unpacks_to_more_than_it_may() {
    let folder = Folder::new();
    let plain = format!("{}\n{}\n", header(ONE), said("again", 1));
    folder.write("good.jsonl.zst", packed(plain.as_bytes()));
    folder.write("lines.jsonl.zst", packed(format!("{plain}{{}}\n").as_bytes()));
    folder.write("blank.jsonl.zst", packed(&b"\n".repeat(5_000_000)));
    // One line, longer than what is kept in memory before the whole file is checked.
    folder.write("line.jsonl.zst", packed(&vec![b' '; 20_000_000]));
    let limit = plain.len().to_string();
    let (status, rows) = folder.import(&["--max-bytes", &limit, "."]);
    assert_eq!((status, files(&rows).len()), (2, 4));
    for row in &rows[..4] {
        match row["file"].as_str() == Some("./good.jsonl.zst") {
            true => assert_eq!(row["items"], json!(2)),
            false => assert_eq!(code(row), "too_large"),
        }
    }
    let (status, rows) = folder.import(&["--max-bytes", "19MB", "line.jsonl.zst"]);
    assert_eq!((status, code(&rows[0])), (2, "too_large"));
    let output = folder.run(&["export", "--max-bytes", "9B", "--all", "--from", "good.jsonl.zst"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("decompresses to more than 9B") && said.contains("--max-bytes"),
        "{said}"
    );
}

/// The lines are longer than what is kept in memory before their end is found.
#[test]
fn long_lines_are_read_to_their_ends_plain_and_packed() {
    let long = |length: usize| vec![b'x'; length];
    let bytes = [
        &b"{}\n"[..],
        &long(17_000_000),
        b"\n{}\n",
        &long(18_000_000),
        b"\r\n",
        &long(17_500_000),
    ]
    .concat();
    let folder = Folder::new();
    for (name, bytes) in [("a.jsonl", bytes.clone()), ("b.jsonl.zst", packed(&bytes))] {
        let path = folder.write(name, bytes);
        let source = Source::named(path);
        let mut reading = RolloutReader::open(&source, 1 << 20, &Limit::default()).unwrap();
        let mut lengths = Vec::new();
        while let Some(items) = reading.items().unwrap() {
            lengths.extend(items.iter().map(RolloutItem::len));
        }
        assert_eq!(lengths, [2, 17_000_000, 2, 18_000_000, 17_500_000], "{name}");
        assert_eq!((reading.counts().lines, reading.counts().items), (5, 2));
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_import_quietly() {
    let folder = Folder::new();
    folder.write("a.jsonl", header(ONE));
    let mut child = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(["import", "--format", "json", "a.jsonl", "missing"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout({
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            writer
        })
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(std::io::read_to_string(child.stderr.take().unwrap()).unwrap(), "");
}

#[test]
fn the_text_report_is_for_people() {
    let folder = Folder::new();
    folder.write("a.jsonl", format!("{}\n?\n", header(ONE)));
    let output = folder.run(&["import", "a.jsonl", "missing.jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    let (out, complaints) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(
        out.contains("a.jsonl")
            && out.contains(ONE)
            && out.contains("1 damaged")
            && out.contains("total: 1 files, 1 failed")
    );
    assert!(
        complaints.starts_with("missing.jsonl: cannot open this file") && complaints.lines().count() == 1
    );
}

#[tokio::test]
async fn every_thread_of_a_made_folder_can_be_read() {
    let folder = Folder::new();
    let plan = rollout_folder::Plan {
        files: 60,
        bytes: 4_000_000,
        ..rollout_folder::FOLDER
    };
    let files = rollout_folder::write(folder.path(), plan).unwrap();
    let (store, done) = imported(&[folder.path().to_owned()]).await;
    let total = done.total;
    assert_eq!(
        (files.len(), total.files, total.threads, total.failed),
        (60, 60, 60, 0)
    );
    assert_eq!((total.counts.blank, total.counts.damaged), (0, 0));
    let layouts = |wanted: &str| {
        done.rows
            .iter()
            .filter(|row| json!(row)["layout"] == wanted)
            .count()
    };
    assert!(layouts("bare") > 0 && layouts("wrapped") > 0 && layouts("paginated") > 0);
    for (thread, items) in done
        .threads
        .iter()
        .map(|thread| (&thread.thread_id, &thread.items))
    {
        let thread = thread.to_string();
        assert_eq!(texts(&store, &thread).await.len(), *items);
        assert_eq!(read(&store, &thread).await.thread_id.to_string(), thread);
    }
}

#[tokio::test]
async fn every_line_of_the_samples_is_accounted_for() {
    let Some(folder) = samples("every_line_of_the_samples_is_accounted_for") else {
        return;
    };
    let (_, done) = imported(&[folder]).await;
    assert!(done.total.files > 0 && done.total.failed == 0);
    for file in &done.files {
        let bytes = std::fs::read(&file.source.path).unwrap();
        let bytes = if file.source.is_packed() {
            zstd::decode_all(&bytes[..]).unwrap()
        } else {
            bytes
        };
        let row = done
            .rows
            .iter()
            .find(|row| row.file == file.source.shown())
            .unwrap();
        let FileOutcome::Read(FileRead { counts, .. }) = &row.outcome else {
            panic!("{row:?}")
        };
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut lines: Vec<_> = text.split(|&byte| byte == b'\n').collect();
        if lines.last().is_some_and(|line| line.is_empty()) {
            lines.pop();
        }
        let object = |line: &&[u8]| {
            serde_json::from_slice::<&serde_json::value::RawValue>(line)
                .is_ok_and(|raw| raw.get().starts_with('{'))
        };
        let blank = |line: &&[u8]| line.iter().all(|byte| b" \t\r\x0b\x0c".contains(byte));
        assert_eq!(counts.bytes, bytes.len() as u64, "{row:?}");
        assert_eq!(counts.lines, lines.len() as u64, "{row:?}");
        assert_eq!(
            counts.items,
            lines.iter().filter(|line| object(line)).count() as u64,
            "{row:?}"
        );
        assert_eq!(
            counts.blank,
            lines.iter().filter(|line| blank(line)).count() as u64,
            "{row:?}"
        );
        assert_eq!(
            counts.lines,
            counts.items + counts.blank + counts.damaged,
            "{row:?}"
        );
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Class {
    Object,
    Blank,
    Damaged,
}

fn line() -> impl Strategy<Value = (Class, Vec<u8>)> {
    let text = |class| move |text: String| (class, text.into_bytes());
    prop_oneof![
        "[ \t\r]{0,2}\\{(\"[a-z]{1,3}\": ?(1|\"[^\"\\\\\\p{Cc}]{0,9}\"|\\[\r?\\]))?\\}[ \t\r]{0,2}"
            .prop_map(text(Class::Object)),
        "[ \t\r\u{b}\u{c}]{0,4}".prop_map(text(Class::Blank)),
        "(\\{\"a\":|\\[\\]|nul|\u{feff}\\{\\}|\\{\\}\u{b}|\\{\\}\\{\\}|\"\u{0}\u{0}|\u{a0})"
            .prop_map(text(Class::Damaged)),
        Just((Class::Damaged, b"{\"a\":\"\xff\"}".to_vec())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn lines_are_classified_and_counted(
        mark in any::<bool>(),
        lines in prop::collection::vec((line(), any::<bool>()), 1..12),
        last in any::<bool>(),
        segment in 1_usize..40,
    ) {
        let mut bytes = if mark { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        let mut classes = vec![Class::Object];
        bytes.extend_from_slice(b"{}\n");
        for (at, ((class, line), returned)) in lines.iter().enumerate() {
            bytes.extend_from_slice(line);
            if at + 1 < lines.len() || last {
                bytes.extend_from_slice(if *returned { b"\r\n" } else { b"\n" });
            }
            if !bytes.ends_with(b"\n") || at + 1 < lines.len() || last {
                classes.push(*class);
            }
        }
        let folder = Folder::new();
        let path = folder.write("a.jsonl", &bytes);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        // The size of the parts does not matter.
        let source = Source::named(&path);
        let mut readings = [segment, 1 << 20].map(|segment| RolloutReader::open(&source, segment, &Limit::default()).unwrap());
        let [parts, whole] = readings.each_mut().map(|reading| {
            let mut items = Vec::new();
            while let Some(more) = reading.items().unwrap() {
                items.extend(more);
            }
            items
        });
        let places = |items: &[RolloutItem]| items.iter().map(|item| (item.line(), item.bytes().into_owned())).collect::<Vec<_>>();
        prop_assert_eq!(places(&parts), places(&whole));
        let [in_parts, in_one] = readings;
        prop_assert_eq!((in_parts.counts(), in_parts.layout()), (in_one.counts(), in_one.layout()));
        let skeleton = in_parts.into_skeleton();
        prop_assert_eq!(&skeleton, &in_one.into_skeleton());
        let mut again = Vec::new();
        skeleton.write(parts.iter(), &mut again).unwrap();
        prop_assert_eq!(&again, &bytes);
        let (_, done) = runtime.block_on(imported(&[path]));
        let count = |class| classes.iter().filter(|have| **have == class).count() as u64;
        let counts = done.total.counts;
        prop_assert_eq!(done.total.files, 1);
        prop_assert_eq!(
            (counts.bytes, counts.lines, counts.items, counts.blank, counts.damaged),
            (bytes.len() as u64, classes.len() as u64, count(Class::Object), count(Class::Blank), count(Class::Damaged))
        );
    }
}
