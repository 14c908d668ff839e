//! Homes: the databases, chains of files, copies, and importing again what has grown.

use crate::support::rollouts;
use std::collections::HashMap;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use threadloupe::contract::{LoadThreadHistoryParams, ReadThreadParams, StoredThread, ThreadStore};
use threadloupe::protocol::ThreadId;
use threadloupe::rollout::import::{ImportOptions, Imported, import};
use threadloupe::rollout::report::{FileOutcome, FileRead};
use threadloupe::store::InMemoryThreadStore;

use crate::support::homes::{A, A2, B, C, HomeFolder, Rollout, named, reverted};
use crate::support::rollouts::{Folder, ONE, header, id, packed, rows, said};

/// Imports, with what was imported before.
async fn imported(store: &InMemoryThreadStore, paths: &[PathBuf], known: &[&Imported]) -> Imported {
    let mut options = ImportOptions::default();
    for thread in known.iter().flat_map(|imported| &imported.threads) {
        options.known.insert(thread.thread_id, Arc::new(thread.clone()));
    }
    import(store, paths, options, &mut |_| ControlFlow::Continue(())).await
}

async fn read(store: &InMemoryThreadStore, thread: &str) -> StoredThread {
    store
        .read_thread(ReadThreadParams::new(id(thread)))
        .await
        .unwrap()
}

/// The texts of a thread's history.
async fn history(store: &InMemoryThreadStore, thread: &str) -> Vec<String> {
    let history = store
        .load_history(LoadThreadHistoryParams::new(id(thread)))
        .await
        .unwrap();
    history
        .items
        .iter()
        .map(|item| item.text().into_owned())
        .collect()
}

fn lines(rollouts: &[&str]) -> Vec<String> {
    rollouts
        .iter()
        .flat_map(|bytes| bytes.lines())
        .map(str::to_owned)
        .collect()
}

/// What was read of each file, by file name.
fn reads(imported: &Imported) -> HashMap<String, FileRead> {
    let rows = imported.rows.iter().filter_map(|row| match &row.outcome {
        FileOutcome::Read(read) => Some((row.file.rsplit('/').next()?.to_owned(), read.clone())),
        _ => None,
    });
    rows.collect()
}

fn sentences(imported: &Imported) -> Vec<String> {
    imported
        .remarks
        .iter()
        .map(|remark| remark.sentence.clone())
        .collect()
}

/// The names and contents of all files below a folder.
fn contents(folder: &Path) -> HashMap<PathBuf, Vec<u8>> {
    let mut files = HashMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(contents(&path));
        } else {
            files.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    files
}

#[tokio::test]
async fn a_fork_inherits_the_items_of_its_parent() {
    let home = HomeFolder::new();
    let mut parent = Rollout::first(A);
    parent.turn("t1", "first words");
    let mut fork = Rollout::continues(B, A, &parent);
    fork.turn("t2", "words of the fork");
    let shared = parent.bytes.clone();
    parent.turn("t3", "later words");
    home.rollout(&named(A), &parent);
    home.rollout(&named(B), &fork);
    let store = InMemoryThreadStore::default();
    let done = imported(&store, &[home.path().to_owned()], &[]).await;
    assert_eq!(history(&store, B).await, lines(&[&shared, &fork.bytes]));
    assert_eq!(history(&store, A).await, lines(&[&parent.bytes]));
    assert_eq!(read(&store, B).await.preview, "first words");
    let reads = reads(&done);
    let (parent, fork) = (&reads[&named(A)], &reads[&named(B)]);
    assert_eq!((parent.inherited, parent.base), (0, None));
    assert_eq!((fork.inherited, fork.superseded, fork.guessed), (4, 0, false));
    let base = fork.base.unwrap();
    assert_eq!((base.thread_id, base.found), (id(A), true));
    assert_eq!(sentences(&done), [] as [&str; 0]);
    // The calls of an import stay the same: a fork is one thread.
    let calls = store.calls().await;
    assert_eq!(
        (
            calls.create_thread,
            calls.resume_thread,
            calls.update_thread_metadata
        ),
        (2, 2, 2)
    );
}

#[tokio::test]
async fn a_revert_supersedes_the_end_of_its_base() {
    for is_stated in [true, false] {
        let home = HomeFolder::new();
        let mut first = Rollout::first(A);
        first.turn("t1", "kept");
        let mut second = Rollout::continues(A, A, &first);
        second.turn("t3", "after");
        let kept = first.bytes.clone();
        first.turn("t2", "undone");
        home.rollout(&named(A), &first);
        home.rollout(&reverted(A, A2), &second);
        if is_stated {
            home.row(A, &reverted(A, A2), json!({}));
        }
        let store = InMemoryThreadStore::default();
        let done = imported(&store, &[home.path().to_owned()], &[]).await;
        assert_eq!(history(&store, A).await, lines(&[&kept, &second.bytes]));
        let reads = reads(&done);
        let (old, current) = (&reads[&named(A)], &reads[&reverted(A, A2)]);
        assert_eq!((old.superseded, old.guessed, old.inherited), (3, false, 0));
        assert_eq!(
            (current.superseded, current.guessed, current.inherited),
            (0, !is_stated, 0)
        );
        let sources = &done.threads[0];
        assert_eq!(
            (sources.superseded[0].at, sources.superseded[0].items.len()),
            (4, 3)
        );
        // A read shows the current file.
        assert!(
            read(&store, A)
                .await
                .rollout_path
                .unwrap()
                .ends_with(reverted(A, A2))
        );
        // items - superseded + inherited = the lengths of the histories.
        let total = done.total.counts.items - 3;
        assert_eq!(total as usize, history(&store, A).await.len());
    }
}

#[tokio::test]
async fn a_row_can_name_an_older_rollout_as_the_current_one() {
    let home = HomeFolder::new();
    let mut first = Rollout::first(A);
    first.turn("t1", "kept");
    let second = Rollout::continues(A, A, &first);
    home.rollout(&named(A), &first);
    home.rollout(&reverted(A, A2), &second);
    home.row(A, &named(A), json!({}));
    let store = InMemoryThreadStore::default();
    let done = imported(&store, &[home.path().to_owned()], &[]).await;
    assert_eq!(history(&store, A).await, lines(&[&first.bytes]));
    assert_eq!(reads(&done)[&reverted(A, A2)].superseded, 1);
}

#[tokio::test]
async fn broken_chains_are_told_and_what_is_there_is_shown() {
    let base = |thread: &str, rollout: &str, ordinal: u64, bytes: usize| {
        let mut end = Rollout::first(thread);
        end.ordinal = ordinal;
        end.bytes = " ".repeat(bytes);
        Rollout::continues(thread, rollout, &end)
    };
    let mut parent = Rollout::first(A);
    parent.turn("t1", "words");
    let line = parent.bytes.lines().next().unwrap().len() + 1;
    for (fork, sentence, inherited) in [
        (
            base(B, C, 4, 10),
            "continues the rollout 0199865a-0000-7000-8000-00000000000c, which is not among the files that were read",
            0,
        ),
        (
            base(B, B, 4, 10),
            "continues itself, directly or through other rollouts",
            0,
        ),
        (
            base(B, A, 2, line + 5),
            "which is inside line 2; this line is left out",
            1,
        ),
        (base(B, A, 4, 100_000), "the file has only", 4),
        (base(B, A, 9, parent.bytes.len()), "the last line before byte", 4),
    ] {
        let home = HomeFolder::new();
        home.rollout(&named(A), &parent);
        home.rollout(&named(B), &fork);
        let store = InMemoryThreadStore::default();
        let done = imported(&store, &[home.path().to_owned()], &[]).await;
        let told = sentences(&done);
        assert!(told.len() == 1 && told[0].contains(sentence), "{told:?}");
        assert_eq!(history(&store, B).await.len(), inherited + 1, "{sentence}");
    }
}

#[tokio::test]
async fn a_fork_of_undone_items_keeps_them() {
    let home = HomeFolder::new();
    let mut first = Rollout::first(A);
    first.turn("t1", "kept");
    let second = Rollout::continues(A, A, &first);
    first.turn("t2", "undone");
    let fork = Rollout::continues(B, A, &first);
    home.rollout(&named(A), &first);
    home.rollout(&reverted(A, A2), &second);
    home.rollout(&named(B), &fork);
    let store = InMemoryThreadStore::default();
    let done = imported(&store, &[home.path().to_owned()], &[]).await;
    assert_eq!(history(&store, B).await, lines(&[&first.bytes, &fork.bytes]));
    assert!(
        sentences(&done)
            .iter()
            .any(|told| told.starts_with("was reverted, but thread"))
    );
}

#[test]
fn a_single_file_has_only_its_own_lines() {
    let folder = Folder::new();
    let mut parent = Rollout::first(A);
    parent.turn("t1", "words");
    let fork = Rollout::continues(B, A, &parent);
    folder.write(named(A), &parent.bytes);
    folder.write(named(B), &fork.bytes);
    let output = folder.run(&["import", "--format", "json", &named(B)]);
    let told = rows(&output);
    assert_eq!(told[0]["base"], json!({"thread_id": A, "found": false}));
    assert_eq!(
        (told[0]["items"].clone(), told[0].get("inherited")),
        (json!(1), None)
    );
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("which is not among the files")
    );
}

#[tokio::test]
async fn what_the_home_says_otherwise_is_one_more_update() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    rollout.turn("t1", "words");
    let settings = json!({"model": "gpt-6", "model_provider_id": "other", "approval_policy": "never", "reasoning_effort": "high", "cwd": "/not"});
    rollout.line(
        "event_msg",
        json!({"type": "thread_settings_applied", "thread_settings": settings}),
    );
    rollout.line(
        "event_msg",
        json!({"type": "thread_name_updated", "thread_id": A, "thread_name": "old name"}),
    );
    home.rollout(&named(A), &rollout);
    home.rollout(&named(B), Rollout::first(B).turn("t1", "same"));
    home.row(A, &named(A), json!({"name": " new name ", "preview": "words of the parent", "cwd": "/elsewhere",
        "memory_mode": "disabled", "git_branch": "feature/x", "archived": 1, "archived_at": 1_795_780_029, "tokens_used": 7}));
    home.row(
        B,
        &named(B),
        json!({"preview": "same", "cwd": "/w", "memory_mode": "enabled", "git_branch": "main"}),
    );
    home.row(C, &named(C), json!({"name": "never used"}));
    let before = contents(home.path());
    let store = InMemoryThreadStore::default();
    let done = imported(&store, &[home.path().to_owned()], &[]).await;
    assert_eq!(contents(home.path()), before);
    let thread = read(&store, A).await;
    assert_eq!(thread.name.as_deref(), Some("new name"));
    assert_eq!(
        (&*thread.preview, thread.cwd.to_str()),
        ("words of the parent", Some("/elsewhere"))
    );
    assert_eq!(
        (thread.model.as_deref(), &*thread.model_provider),
        (Some("gpt-6"), "other")
    );
    let git = thread.git_info.unwrap();
    assert_eq!(git.branch.as_deref(), Some("feature/x"));
    assert_eq!(thread.archived_at, None);
    assert_eq!(
        store.calls().await.update_thread_metadata,
        3,
        "one more for A only"
    );
    let sources = done
        .threads
        .iter()
        .find(|thread| thread.thread_id == id(A))
        .unwrap();
    let fields: Vec<_> = sources
        .from_home
        .iter()
        .map(|(field, file)| (*field, file.name()))
        .collect();
    let state = "state_5.sqlite";
    assert_eq!(
        fields,
        [
            ("name", state),
            ("cwd", state),
            ("preview", state),
            ("memory_mode", state),
            ("git_info", state)
        ]
    );
    assert!(sources.archived && sources.row.as_ref().unwrap().tokens_used == Some(7));
    assert_eq!(sources.decided.item("model"), Some(4));
    assert!(reads(&done)[&named(A)].archived);
    assert_eq!(
        sentences(&done),
        [format!(
            "has a row for the thread {C} (never used), which has no rollout file"
        )]
    );
}

#[tokio::test]
async fn names_come_from_the_index_or_the_last_event() {
    let home = HomeFolder::new();
    home.write(
        "sessions/a.jsonl",
        format!("{}\n{}\n", header(ONE), said("hello", 1)),
    );
    let index = format!(
        "{{\"id\":\"{ONE}\",\"thread_name\":\"first\"}}\n{{\"id\":\"{ONE}\",\"thread_name\":\"Gasket catalogue\"}}\n"
    );
    home.write("session_index.jsonl", index);
    let store = InMemoryThreadStore::default();
    let done = imported(&store, &[home.path().to_owned()], &[]).await;
    assert_eq!(read(&store, ONE).await.name.as_deref(), Some("Gasket catalogue"));
    assert_eq!(done.threads[0].from_home[0].1.name(), "session_index.jsonl");
    // Without a home, the last event names the thread, unless it is about another one.
    let event = |thread: &str, name: &str| json!({"type": "event_msg", "payload": {"type": "thread_name_updated", "thread_id": thread, "thread_name": name}});
    let folder = Folder::new();
    folder.write(
        "a.jsonl",
        format!(
            "{}\n{}\n{}\n",
            header(ONE),
            event(ONE, "mine"),
            event(A, "not mine")
        ),
    );
    let store = InMemoryThreadStore::default();
    imported(&store, &[folder.path().to_owned()], &[]).await;
    assert_eq!(read(&store, ONE).await.name.as_deref(), Some("mine"));
}

#[test]
fn the_same_file_is_read_once() {
    let folder = Folder::new();
    let text = format!("{}\n{}\n", header(ONE), said("hello", 1));
    folder.write("h/archived_sessions/b.jsonl", &text);
    folder.write("h/sessions/a.jsonl", &text);
    folder.write("h/sessions/c.jsonl.zst", packed(text.as_bytes()));
    folder.write("h/sessions/d.jsonl", format!("{text}{}\n", said("more", 2)));
    std::fs::hard_link(
        folder.path().join("h/sessions/d.jsonl"),
        folder.path().join("h/sessions/e.jsonl"),
    )
    .unwrap();
    let (status, told) = folder.import(&["h"]);
    let codes: Vec<_> = told
        .iter()
        .map(|row| row["skipped"]["code"].as_str().unwrap_or("read"))
        .collect();
    assert_eq!(status, 0);
    assert_eq!(
        codes,
        [
            "prefix_of",
            "same_bytes",
            "prefix_of",
            "read",
            "same_bytes",
            "read"
        ]
    );
    assert!(
        told[4]["skipped"]["message"]
            .as_str()
            .unwrap()
            .contains("d.jsonl has the same bytes")
    );
    assert_eq!(
        (&told[5]["total"]["items"], &told[5]["total"]["files"]),
        (&json!(3), &json!(1))
    );
    // Files that are named are read, but one file under two names only once.
    let (_, told) = folder.import(&["h/sessions/a.jsonl", "h/archived_sessions/b.jsonl"]);
    assert_eq!(told[2]["total"]["files"], 2);
    let (_, told) = folder.import(&["h/sessions/d.jsonl", "h/sessions/e.jsonl"]);
    assert_eq!(told[2]["total"]["files"], 1);
}

#[test]
fn a_thread_in_two_homes_is_refused_in_the_second() {
    let folder = Folder::new();
    for home in ["x", "y"] {
        folder.write(format!("{home}/sessions/{}", named(A)), &Rollout::first(A).bytes);
    }
    folder.write(format!("y/sessions/{}", named(B)), &Rollout::first(B).bytes);
    let (status, told) = folder.import(&["."]);
    assert_eq!(status, 2);
    assert_eq!(told[1]["error"]["code"], "id_in_two_homes");
    assert_eq!(
        (&told[3]["total"]["threads"], &told[3]["total"]["failed"]),
        (&json!(2), &json!(1))
    );
}

#[tokio::test]
async fn where_the_database_of_turns_disagrees_is_told() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    rollout.turn("t1", "words");
    let read = rollout.bytes.len();
    rollout.turn("t2", "more words");
    rollout.ordinal -= 1;
    rollout.line("event_msg", json!({"type": "warning"}));
    home.rollout(&named(A), &rollout);
    home.projection(A, read, 4, &["t1"]);
    let store = InMemoryThreadStore::default();
    let done = imported(&store, &[home.path().to_owned()], &[]).await;
    let told = sentences(&done);
    assert!(
        told[0].starts_with("ordinal 6 is used twice, the second time in line 8"),
        "{told:?}"
    );
    assert!(
        told[1].starts_with(
            "thread_history_1.sqlite lacks 4 items at the end of this file, from ordinal 4, line 5"
        ),
        "{told:?}"
    );
    assert_eq!(done.threads[0].remarks().count(), 2);
    assert_eq!(history(&store, A).await.len(), 8, "the file holds everything");
}

#[tokio::test]
async fn a_reload_compares_with_the_database_of_turns_again() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    rollout.turn("t1", "words");
    home.rollout(&named(A), &rollout);
    home.projection(A, rollout.bytes.len(), 4, &["t1"]);
    let root = [home.path().to_owned()];
    let store = InMemoryThreadStore::default();
    let first = imported(&store, &root, &[]).await;
    assert_eq!(sentences(&first), [] as [&str; 0]);
    // The file grows, and the database does not know it yet.
    rollout.turn("t2", "more");
    home.rollout(&named(A), &rollout);
    let second = imported(&store, &root, &[&first]).await;
    let told = sentences(&second);
    assert!(
        told.len() == 1
            && told[0].starts_with(
                "thread_history_1.sqlite lacks 3 items at the end of this file, from ordinal 4, line 5"
            ),
        "{told:?}"
    );
    // Then only the database changes. What was said before is not said again.
    let calls = store.calls().await;
    home.projection(A, rollout.bytes.len(), 9, &[]);
    let third = imported(&store, &root, &[&second]).await;
    let now: Vec<&str> = third.threads[0]
        .remarks()
        .map(|remark| remark.sentence.as_str())
        .collect();
    assert_eq!(
        now,
        [
            "thread_history_1.sqlite expects 9 as the next ordinal, but the last line has ordinal 6",
            &format!(
                "thread_history_1.sqlite lacks 1 turn of this file, beginning with t2 (ordinal 4, {}), so Codex does not show this part",
                place(&rollout, 5)
            ),
        ]
    );
    home.projection(A, rollout.bytes.len(), 7, &["t2"]);
    let last = imported(&store, &root, &[&third]).await;
    assert_eq!(last.threads[0].remarks().count(), 0);
    assert_eq!(sentences(&last), [] as [&str; 0]);
    assert_eq!(
        store.calls().await,
        calls,
        "none of this is a change of the thread"
    );
    let nothing = imported(&store, &root, &[&last]).await;
    assert_eq!(nothing.threads.len(), 0);
}

/// A line of a rollout as remarks name it.
fn place(rollout: &Rollout, line: usize) -> String {
    let start: usize = rollout
        .bytes
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    let (thousands, rest) = (start / 1000, start % 1000);
    match thousands {
        0 => format!("line {line} at byte {rest}"),
        _ => format!("line {line} at byte {thousands},{rest:03}"),
    }
}

#[tokio::test]
async fn a_file_that_the_database_of_turns_does_not_know_is_told() {
    let home = HomeFolder::new();
    let (mut one, mut other) = (Rollout::first(A), Rollout::first(B));
    one.turn("t1", "words");
    other.turn("t1", "words");
    home.rollout(&named(A), &one);
    home.rollout(&named(B), &other);
    home.projection(A, one.bytes.len(), 4, &["t1"]);
    let store = InMemoryThreadStore::default();
    let done = imported(&store, &[home.path().to_owned()], &[]).await;
    assert_eq!(
        sentences(&done),
        ["has no row in thread_history_1.sqlite, so Codex has not read its turns"]
    );
    assert!(done.remarks[0].file.contains(B));
}

#[tokio::test]
async fn an_odd_history_base_is_told() {
    for (base, sentence, items) in [
        (json!(7), "without a valid thread_id", 1),
        (json!({"thread_id": "x"}), "without a valid thread_id", 1),
        (
            json!({"thread_id": A, "end_ordinal_exclusive": "2"}),
            "without a valid end in its header",
            5,
        ),
        (
            json!({"thread_id": A, "end_ordinal_exclusive": 2, "end_byte_offset": -1}),
            "only its end_ordinal_exclusive was used",
            3,
        ),
    ] {
        let home = HomeFolder::new();
        let mut parent = Rollout::first(A);
        parent.turn("t1", "words");
        home.rollout(&named(A), &parent);
        home.rollout(&named(B), &Rollout::based(B, base));
        let store = InMemoryThreadStore::default();
        let done = imported(&store, &[home.path().to_owned()], &[]).await;
        let told = sentences(&done);
        assert!(told.len() == 1 && told[0].contains(sentence), "{told:?}");
        assert_eq!(history(&store, B).await.len(), items, "{sentence}");
    }
}

#[tokio::test]
async fn a_row_that_names_a_file_that_is_not_there_is_told() {
    let home = HomeFolder::new();
    home.rollout(&named(A), &Rollout::first(A));
    home.row(A, &reverted(A, A2), json!({}));
    let store = InMemoryThreadStore::default();
    let done = imported(&store, &[home.path().to_owned()], &[]).await;
    let told = sentences(&done);
    assert!(
        told.len() == 1
            && told[0].starts_with("names /moved/home/")
            && told[0].ends_with(&format!(
                "as the rollout of the thread {A}, but that file was not read"
            )),
        "{told:?}"
    );
}

#[tokio::test]
async fn copied_items_of_a_parent_are_recognized() {
    let folder = Folder::new();
    let parent = [header(ONE), said("one", 1), said("two", 2)];
    let restamped = |line: &String| {
        line.replace("2025-09-26T15:00", "2025-10-01T00:00")
            .replace("2025-09-26T14", "2025-10-01T00")
    };
    let copied: Vec<String> = parent.iter().map(restamped).collect();
    // The payload of the header was not changed.
    let copied_header = parent[0].replacen("2025-09-26T14:08:55.422Z", "2025-10-01T00:00:00.000Z", 1);
    let own = header(A).replace("\"source\"", &format!("\"forked_from_id\":\"{ONE}\",\"source\""));
    folder.write("a.jsonl", parent.join("\n"));
    folder.write(
        "b.jsonl",
        [own, copied_header, copied[1].clone(), said("other", 3)].join("\n"),
    );
    let store = InMemoryThreadStore::default();
    let done = imported(&store, &[folder.path().to_owned()], &[]).await;
    let child = done
        .threads
        .iter()
        .find(|thread| thread.thread_id == id(A))
        .unwrap();
    let replayed = child.replayed.as_ref().unwrap();
    assert_eq!((replayed.items.clone(), replayed.of), (1..3, id(ONE)));
}

#[tokio::test]
async fn a_header_without_a_time_takes_it_from_elsewhere() {
    let folder = Folder::new();
    let bad = |thread: &str| header(thread).replace("\"2025-09-26T14:08:50.000Z\"", "1767225600000");
    let untimed = bad(ONE).replace("\"2025-09-26T14:08:55.422Z\"", "5");
    for (name, first, created, origin) in [
        (
            "a.jsonl",
            bad(ONE),
            "2025-09-26T14:08:55.422+00:00",
            "the first line",
        ),
        (
            "rollout-2026-05-01T10-00-00-x.jsonl",
            untimed.clone(),
            "2026-05-01T10:00:00+00:00",
            "the name of the file",
        ),
        ("b.jsonl", untimed, "2025-09-26T15:00:07+00:00", "line 2"),
    ] {
        let path = folder.write(name, format!("{first}\n{}\n", said("hi", 7)));
        let store = InMemoryThreadStore::default();
        let done = imported(&store, &[path], &[]).await;
        assert_eq!(read(&store, ONE).await.created_at.to_rfc3339(), created);
        let told = sentences(&done);
        assert!(
            told.len() == 1 && told[0].contains("1767225600000") && told[0].contains(origin),
            "{told:?}"
        );
    }
}

#[tokio::test]
async fn only_what_was_appended_is_read_again() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    rollout.turn("t1", "words");
    let path = home.rollout(&named(A), &rollout);
    home.row(A, &named(A), json!({"name": "one"}));
    let root = [home.path().to_owned()];
    let store = InMemoryThreadStore::default();
    let first = imported(&store, &root, &[]).await;
    let calls = store.calls().await;
    let none = imported(&store, &root, &[&first]).await;
    assert_eq!(
        (none.rows.len(), none.threads.len(), store.calls().await),
        (0, 0, calls)
    );
    // A line that is not complete waits for its end.
    let append = |text: &str| {
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    };
    let before = rollout.bytes.len();
    rollout.turn("t2", "more");
    let new = &rollout.bytes[before..];
    append(&new[..new.len() - 10]);
    let second = imported(&store, &root, &[&first]).await;
    assert_eq!(history(&store, A).await.len(), 6);
    append(&new[new.len() - 10..]);
    home.row(A, &named(A), json!({"name": "two"}));
    let third = imported(&store, &root, &[&first, &second]).await;
    assert_eq!(history(&store, A).await, lines(&[&rollout.bytes]));
    assert_eq!(read(&store, A).await.name.as_deref(), Some("two"));
    let calls = store.calls().await;
    assert_eq!(
        (calls.create_thread, calls.append_items, calls.resume_thread),
        (1, 3, 1)
    );
    assert_eq!(third.threads[0].parts.len(), 1);
    let item = history(&store, A).await.len();
    assert_eq!((item, third.threads[0].items), (7, 7));
}

#[tokio::test]
async fn a_file_that_was_moved_or_compressed_is_the_same_file() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    rollout.turn("t1", "words");
    let path = home.rollout(&named(A), &rollout);
    let root = [home.path().to_owned()];
    let store = InMemoryThreadStore::default();
    let first = imported(&store, &root, &[]).await;
    std::fs::remove_file(&path).unwrap();
    home.write(
        format!("archived_sessions/{}.zst", named(A)),
        packed(rollout.bytes.as_bytes()),
    );
    let second = imported(&store, &root, &[&first]).await;
    assert_eq!(history(&store, A).await.len(), 4);
    assert!(second.threads[0].archived);
    assert!(
        read(&store, A)
            .await
            .rollout_path
            .unwrap()
            .to_str()
            .unwrap()
            .contains("archived_sessions")
    );
    // It is resumed as a plain file.
    std::fs::remove_file(home.path().join(format!("archived_sessions/{}.zst", named(A)))).unwrap();
    rollout.turn("t2", "more");
    home.rollout(&named(A), &rollout);
    imported(&store, &root, &[&first, &second]).await;
    assert_eq!(history(&store, A).await, lines(&[&rollout.bytes]));
}

#[tokio::test]
async fn a_file_that_was_cut_or_changed_is_told_once_and_not_read() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    rollout.turn("t1", "words");
    let root = [home.path().to_owned()];
    let whole = rollout.bytes.clone();
    let end = whole.len() - 5;
    for (bytes, sentence) in [
        (whole[..whole.len() / 2].to_owned(), "bytes now, but"),
        (
            format!("{}X{}", &whole[..end], &whole[end + 1..]),
            "bytes that were read before; the items read so far are kept",
        ),
    ] {
        rollout.bytes.clone_from(&whole);
        home.rollout(&named(A), &rollout);
        let store = InMemoryThreadStore::default();
        let first = imported(&store, &root, &[]).await;
        rollout.bytes = bytes;
        // Another time of change.
        let path = home.rollout(&named(A), &rollout);
        let later = std::fs::metadata(&path).unwrap().modified().unwrap() + std::time::Duration::from_secs(1);
        std::fs::File::open(&path).unwrap().set_modified(later).unwrap();
        let second = imported(&store, &root, &[&first]).await;
        let FileOutcome::Error(problem) = &second.rows[0].outcome else {
            panic!("{:?}", second.rows);
        };
        assert!(problem.message.contains(sentence), "{}", problem.message);
        assert_eq!(imported(&store, &root, &[&first, &second]).await.rows, []);
        assert_eq!(history(&store, A).await, lines(&[&whole]));
        let again = ImportOptions {
            known: second
                .threads
                .iter()
                .map(|thread| (thread.thread_id, Arc::new(thread.clone())))
                .collect(),
            again: true,
            ..ImportOptions::default()
        };
        let third = import(&store, &root, again, &mut |_| ControlFlow::Continue(())).await;
        assert_eq!(third.outdated[0].thread_id, id(A));
    }
}

#[tokio::test]
async fn a_revert_makes_the_thread_outdated_and_a_fork_does_not() {
    let home = HomeFolder::new();
    let mut first = Rollout::first(A);
    first.turn("t1", "kept");
    let root = [home.path().to_owned()];
    home.rollout(&named(A), &first);
    let store = InMemoryThreadStore::default();
    let before = imported(&store, &root, &[]).await;
    home.rollout(&named(B), &Rollout::continues(B, A, &first));
    let forked = imported(&store, &root, &[&before]).await;
    assert_eq!((forked.outdated.len(), history(&store, B).await.len()), (0, 5));
    home.rollout(&reverted(A, A2), &Rollout::continues(A, A, &Rollout::first(A)));
    let after = imported(&store, &root, &[&before, &forked]).await;
    let outdated: Vec<ThreadId> = after.outdated.iter().map(|thread| thread.thread_id).collect();
    assert_eq!(outdated, [id(A)]);
    assert_eq!(history(&store, A).await.len(), 4, "nothing of it was imported");
}

#[test]
fn exports_are_byte_for_byte_what_was_read() {
    let home = HomeFolder::new();
    let mut first = Rollout::first(A);
    first.turn("t1", "kept");
    let second = Rollout::continues(A, A, &first);
    first.bytes.push_str("\n{torn\n");
    first.turn("t2", "undone");
    home.rollout(&named(A), &first);
    home.rollout(&reverted(A, A2), &second);
    home.rollout(&named(B), &Rollout::continues(B, A, &first));
    let folder = Folder::new();
    let from = home.path().to_str().unwrap();
    let output = folder.run(&["export", "--all", "--to", "out", "--from", from]);
    assert!(output.status.success(), "{output:?}");
    for (path, bytes) in contents(home.path()) {
        let below = path.strip_prefix(home.path()).unwrap();
        assert_eq!(
            std::fs::read(folder.path().join("out").join(below)).unwrap(),
            bytes,
            "{below:?}"
        );
    }
    // One thread alone, whose base is a file of another thread.
    let output = folder.run(&["export", B, "--format", "json", "--from", from]);
    let thread: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        thread["history"]["items"].as_array().unwrap().len(),
        1 + 4 + 1 + 3
    );
}

/// A home that a real version wrote, if the environment names a folder with it.
fn real(name: &str) -> Option<PathBuf> {
    let folder = rollouts::homes(name)?.join(name);
    assert!(folder.is_dir(), "{} exists", folder.display());
    Some(folder)
}

/// The threads that `threads` lists, by the letter that the home gives them.
fn listed(home: &Path) -> HashMap<String, Value> {
    let ids: HashMap<String, String> =
        serde_json::from_str(&std::fs::read_to_string(home.join("ids.json")).unwrap()).unwrap();
    let output = Folder::new().run(&["threads", "--format", "json", "--from", home.to_str().unwrap()]);
    assert!(output.status.success());
    let rows = rows(&output);
    let row = |id: &str| rows.iter().find(|row| row["thread_id"] == id).cloned();
    ids.iter()
        .filter_map(|(letter, id)| Some((letter.clone(), row(id)?)))
        .collect()
}

#[tokio::test]
async fn homes_of_real_versions() {
    if let Some(home) = real("codex-0.131") {
        let before = contents(&home);
        let threads = listed(&home);
        assert_eq!(contents(&home), before);
        assert_eq!(threads["A"]["name"], "Named A");
        assert_eq!(
            (&threads["B"]["archived"], &threads["A"]["archived"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(threads["C"]["branch"], "feature/x");
        assert_eq!(
            (&threads["F"]["name"], &threads["F"]["items"]),
            (&json!("named but never used"), &json!(1))
        );
        let store = InMemoryThreadStore::default();
        let done = imported(&store, &[home], &[]).await;
        assert_eq!((done.total.files, done.total.counts.items), (5, 92));
        let fork = done
            .threads
            .iter()
            .find(|thread| thread.replayed.is_some())
            .unwrap();
        assert_eq!(json!(fork.thread_id), threads["D"]["thread_id"]);
        assert_eq!(fork.replayed.as_ref().unwrap().items, 1..27);
        assert_eq!(sentences(&done), [] as [&str; 0]);
    }
    if let Some(home) = real("codex-0.171") {
        let before = contents(&home);
        let threads = listed(&home);
        assert_eq!(contents(&home), before);
        for (letter, preview) in [
            ("A", json!("First message of thread A")),
            ("B", json!("Thread B goes to the archive")),
            ("C", json!("Thread C has git patched")),
            ("D", json!("First message of thread A")),
            ("F", json!(null)),
        ] {
            assert_eq!(threads[letter]["preview"], preview, "{letter}");
        }
        assert_eq!(
            (&threads["D"]["items"], &threads["D"]["inherited"]),
            (&json!(44), &json!(31))
        );
        let store = InMemoryThreadStore::default();
        let done = imported(&store, &[home], &[]).await;
        assert_eq!((done.total.files, done.total.counts.items), (5, 347));
        assert_eq!(sentences(&done), [] as [&str; 0]);
    }
    if let Some(home) = real("codex-0.171-reverted") {
        let threads = listed(&home);
        assert_eq!(
            (&threads["A"]["items"], &threads["A"]["superseded"]),
            (&json!(29), &json!(15))
        );
        assert_eq!(threads["A"]["files"].as_array().unwrap().len(), 2);
        assert!(!threads.contains_key("D"));
        let store = InMemoryThreadStore::default();
        let done = imported(&store, &[home], &[]).await;
        let histories: usize = done.threads.iter().map(|thread| thread.items).sum();
        assert_eq!((done.total.counts.items, histories), (347, 332));
        assert!(!done.threads.iter().any(|thread| thread.is_guess));
    }
}

#[test]
fn a_home_is_read_while_another_process_writes_to_it() {
    let home = HomeFolder::new();
    home.rollout(&named(A), Rollout::first(A).turn("t1", "words"));
    home.row(A, &named(A), json!({"name": "committed"}));
    let writer = home.state();
    writer
        .execute_batch("BEGIN IMMEDIATE; UPDATE threads SET name = 'not yet'")
        .unwrap();
    let listed = || {
        let output = Folder::new().run(&[
            "threads",
            "--format",
            "json",
            "--from",
            home.path().to_str().unwrap(),
        ]);
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        rows(&output)[0]["name"].clone()
    };
    assert_eq!(listed(), "committed");
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(listed(), "not yet");
}

#[test]
fn a_file_that_is_named_beside_its_home_stays_in_it() {
    let home = HomeFolder::new();
    let mut parent = Rollout::first(A);
    parent.turn("t1", "words");
    home.rollout(&named(A), &parent);
    let fork = home.rollout(&named(B), &Rollout::continues(B, A, &parent));
    home.row(A, &named(A), json!({}));
    home.row(B, &named(B), json!({"name": "the fork"}));
    let (home, fork) = (home.path().to_str().unwrap(), fork.to_str().unwrap());
    let output = Folder::new().run(&["threads", "--format", "json", "--from", home, fork]);
    let told = rows(&output);
    let fork = told.iter().find(|row| row["thread_id"] == B).unwrap();
    assert_eq!((&fork["name"], &fork["items"]), (&json!("the fork"), &json!(5)));
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn of_equal_files_the_one_in_a_home_is_read() {
    let folder = Folder::new();
    let mut first = Rollout::first(A);
    first.turn("t1", "kept");
    let second = Rollout::continues(A, A, &first);
    first.turn("t2", "undone");
    // A loose copy that is first in path order.
    folder.write(format!("a/{}", named(A)), &first.bytes);
    folder.write(format!("h/sessions/{}", named(A)), &first.bytes);
    folder.write(format!("h/sessions/{}", reverted(A, A2)), &second.bytes);
    let (status, told) = folder.import(&["."]);
    assert_eq!(status, 0);
    assert_eq!(told[0]["skipped"]["code"], "same_bytes");
    assert_eq!(
        (&told[1]["superseded"], &told[2]["base"]["found"]),
        (&json!(3), &json!(true))
    );
}

#[test]
fn what_is_no_regular_file_in_a_home_is_not_opened() {
    for name in [
        "state_5.sqlite",
        "state_5.sqlite-wal",
        "goals_1.sqlite",
        "thread_history_1.sqlite",
        "session_index.jsonl",
    ] {
        let folder = Folder::new();
        folder.write(format!("sessions/{}", named(A)), &Rollout::first(A).bytes);
        folder.write("state_5.sqlite", "");
        let _ = std::fs::remove_file(folder.path().join(name));
        folder.pipe(name);
        let output = folder.run(&["import", "."]);
        assert_eq!(output.status.code(), Some(0));
        let complaints = String::from_utf8(output.stderr).unwrap();
        assert!(complaints.contains("not a regular file"), "{name}: {complaints}");
    }
}

#[tokio::test]
async fn a_line_that_was_rewritten_in_place_is_noticed() {
    let home = HomeFolder::new();
    let mut rollout = Rollout::first(A);
    rollout.turn("t1", "first words");
    (2..60).for_each(|turn| {
        rollout.turn(&format!("t{turn}"), "more words");
    });
    let root = [home.path().to_owned()];
    home.rollout(&named(A), &rollout);
    let store = InMemoryThreadStore::default();
    let first = imported(&store, &root, &[]).await;
    rollout.bytes = rollout.bytes.replace("first words", "FIRST WORDS");
    let path = home.rollout(&named(A), &rollout);
    let later = std::fs::metadata(&path).unwrap().modified().unwrap() + std::time::Duration::from_secs(1);
    std::fs::File::open(&path).unwrap().set_modified(later).unwrap();
    let options = ImportOptions {
        known: first
            .threads
            .iter()
            .map(|thread| (thread.thread_id, Arc::new(thread.clone())))
            .collect(),
        store: Some(store.snapshot()),
        ..ImportOptions::default()
    };
    let done = import(&store, &root, options, &mut |_| ControlFlow::Continue(())).await;
    let FileOutcome::Error(problem) = &done.rows[0].outcome else {
        panic!("{:?}", done.rows);
    };
    assert!(
        problem
            .message
            .contains("bytes that were read before; the items read so far are kept"),
        "{}",
        problem.message
    );
}

#[tokio::test]
async fn a_file_that_is_gone_is_told() {
    let home = HomeFolder::new();
    let path = home.rollout(&named(A), &Rollout::first(A));
    home.rollout(&named(B), &Rollout::first(B));
    let root = [home.path().to_owned()];
    let store = InMemoryThreadStore::default();
    let first = imported(&store, &root, &[]).await;
    std::fs::remove_file(path).unwrap();
    let second = imported(&store, &root, &[&first]).await;
    assert_eq!(
        sentences(&second),
        ["no longer exists; the items that were read from it are kept"]
    );
    assert_eq!(history(&store, A).await.len(), 1);
}
