//! State files: a saved store opens unchanged, a damaged file is rejected with its place, and no file is half-written.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

use std::ffi::OsStr;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use sha1_smol::Sha1;
use threadloupe::contract::{
    AppendThreadItemsParams, CreateThreadParams, ListThreadsParams, LoadThreadHistoryParams, Op,
    ReadThreadByRolloutPathParams, ReadThreadParams, ResumeThreadParams, Step, StepParams,
    ThreadMetadataPatch, ThreadStore, UpdateThreadMetadataParams, carry,
};
use threadloupe::protocol::json::Json;
use threadloupe::protocol::{RolloutItem, ThreadId};
use threadloupe::store::{InMemoryThreadStore, Snapshot};
use threadloupe::workbench::scenario::{Parsed, Scenario, ScenarioSession};
use threadloupe::workbench::state_file::{StateFileReader, VERSION, save, write};

use crate::support::steps::{PATHS, any_step, id, odd};

fn go_on(_: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn moment() -> DateTime<Utc> {
    "2026-05-13T09:00:00.000000001Z".parse().unwrap()
}

fn thread(n: usize) -> ThreadId {
    ThreadId::from_string(&id(n)).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// The file of a store.
fn written(store: &Snapshot) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(store, &mut bytes, &mut go_on).unwrap().unwrap();
    bytes
}

/// The store in a file, or the message that rejects it.
fn opened(bytes: &[u8]) -> Result<Snapshot, String> {
    let read = |reading: StateFileReader<_>| reading.read(&mut go_on);
    StateFileReader::new("f".to_string(), bytes, bytes.len() as u64)
        .and_then(read)
        .map(Option::unwrap)
        .map_err(|refusal| refusal.to_string())
}

/// The message that rejects a file.
fn refused(bytes: &[u8]) -> String {
    match opened(bytes) {
        Ok(_) => panic!("{} was opened", String::from_utf8_lossy(bytes)),
        Err(sentence) => sentence,
    }
}

/// A file with this text before its last line.
fn sealed(text: &str) -> Vec<u8> {
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    let sum = Sha1::from(text).digest();
    format!("{text}{{\"lines\":{lines},\"sha1\":\"{sum}\"}}\n").into_bytes()
}

/// The answers of a store to everything, its counters first, because the other calls change them.
fn answers(store: &Snapshot) -> Vec<String> {
    let bench = InMemoryThreadStore::default();
    bench.restore(store);
    bench.stand_at(moment());
    let mut answers = vec![
        format!("{:?} {:?} {}", store.calls(), store.clock(), store.registered()),
        format!("{} {}", store.len(), store.listed()),
    ];
    runtime().block_on(async {
        for n in 0..5 {
            let thread_id = thread(n);
            let load = LoadThreadHistoryParams::new(thread_id);
            answers.push(format!("{:?}", bench.load_history(load).await));
            for include_history in [false, true] {
                let mut read = ReadThreadParams::new(thread_id);
                read.include_history = include_history;
                answers.push(format!("{:?}", bench.read_thread(read).await));
            }
            // The parts that no read returns.
            let kept = store.thread(thread_id);
            answers.push(format!("{kept:?}").split("history:").next().unwrap().to_string());
            answers.push(format!("{:?}", kept.map(|record| &record.patch)));
            answers.push(format!(
                "{:?}",
                kept.map(|record| record.registered_paths().collect::<Vec<_>>())
            ));
        }
        let list = ListThreadsParams::default();
        answers.push(format!("{:?}", bench.list_threads(list).await));
        for path in PATHS {
            let mut read = ReadThreadByRolloutPathParams::new(path.into());
            read.include_history = true;
            answers.push(format!("{:?}", bench.read_thread_by_rollout_path(read).await));
        }
    });
    answers
}

async fn resume(store: &InMemoryThreadStore, n: usize, path: impl Into<PathBuf>) {
    let mut params = ResumeThreadParams::new(thread(n));
    params.rollout_path = Some(path.into());
    store.resume_thread(params).await.unwrap();
}

async fn append(store: &InMemoryThreadStore, n: usize, items: Vec<RolloutItem>) {
    let params = AppendThreadItemsParams::new(thread(n), items);
    store.append_items(params).await.unwrap();
}

async fn update(store: &InMemoryThreadStore, n: usize, patch: ThreadMetadataPatch) {
    let params = UpdateThreadMetadataParams::new(thread(n), patch);
    let _ = store.update_thread_metadata(params).await;
}

fn not_utf8(path: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(path))
}

fn created(n: usize, more: &str) -> CreateThreadParams {
    let params = format!("{{\"thread_id\":\"{}\"{more}}}", id(n));
    CreateThreadParams::read(Some(Json::parse(&params).unwrap())).unwrap()
}

fn patch(text: &str) -> ThreadMetadataPatch {
    serde_json::from_str(text).unwrap()
}

/// A store with everything that random steps do not create.
fn odd_store() -> Snapshot {
    let store = InMemoryThreadStore::standing_at(moment());
    runtime().block_on(async {
        let deep = format!("{}1{}", "[".repeat(120), "]".repeat(120));
        let tools = format!(
            ",\"dynamic_tools\":[{{\"name\":\"t\",\"description\":\"\",\"inputSchema\":{{\"deep\":{deep}}}}}]"
        );
        let mut create = created(0, &tools);
        create.dynamic_tools[0].input_schema["n"] = 0.928_262_484_120_534_5.into();
        create.metadata.cwd = Some(not_utf8(b"/w\xff"));
        store.create_thread(create).await.unwrap();
        resume(&store, 0, not_utf8(b"/p/\xfe.jsonl")).await;
        resume(&store, 1, "/p/a.jsonl").await;
        resume(&store, 0, "b.jsonl").await;
        // The path moves to another thread, so a registration number is unused.
        resume(&store, 2, "/p/./a.jsonl").await;
        resume(&store, 2, "").await;
        let nested = format!("{{\"deep\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let block = threadloupe::protocol::item::TextBlock::new(b"{\"a\":1,\r\"b\":2}".to_vec(), 0);
        let items = vec![
            RolloutItem::parse(nested).unwrap(),
            RolloutItem::parse(r#"{"k":"\ud800\u2028","k":1e999, "n":-0}"#).unwrap(),
            RolloutItem::damaged(b"torn \x00\xff"),
            RolloutItem::damaged("torn \u{2028}\"\\".as_bytes()),
            RolloutItem::damaged(b""),
            RolloutItem::of_line(&block, 0..14, 7).unwrap(),
            RolloutItem::parse("{}").unwrap(),
        ];
        append(&store, 2, items).await;
        append(&store, 2, Vec::new()).await;
        let more = (0..10_000).map(|n| RolloutItem::parse(format!("{{\"n\":{n}}}")).unwrap());
        append(&store, 2, more.collect()).await;
        update(&store, 1, patch(r#"{"git_info":{}}"#)).await;
        update(&store, 3, ThreadMetadataPatch::default()).await;
        let mut odd = patch(r#"{"name":null,"git_info":{"branch":null,"sha":""},"preview":"\u0000\u2028"}"#);
        odd.set_cwd(not_utf8(b"\xff"))
            .set_rollout_path(not_utf8(b"/shown/\xff"))
            .set_created_at(DateTime::<Utc>::MAX_UTC)
            .set_updated_at(DateTime::<Utc>::MIN_UTC);
        update(&store, 0, odd).await;
    });
    store.snapshot()
}

#[test]
fn everything_comes_back_and_is_saved_the_same_again() {
    let store = odd_store();
    let file = written(&store);
    let again = opened(&file).unwrap();
    assert_eq!(answers(&again), answers(&store));
    assert!(written(&again) == file);
    assert_eq!(again.clock(), Some(moment()));
    assert_eq!(again.owner(&not_utf8(b"/p/\xfe.jsonl")), Some(thread(0)));
    let text = String::from_utf8(file).unwrap();
    assert_eq!(text.lines().count(), 1 + 4 + 10_007 + 1);
    assert!(text.contains(
        r#""bytes":{"create.metadata.cwd":"L3f/","patch.cwd":"/w==","patch.rollout_path":"L3Nob3duL/8="}"#
    ));
    assert!(
        text.contains(r#""paths":[{"place":1,"base64":"L3Av/i5qc29ubA=="},{"place":3,"path":"b.jsonl"}]"#)
    );
    // A store without a fixed clock is opened without one.
    let store = InMemoryThreadStore::default();
    assert_eq!(opened(&written(&store.snapshot())).unwrap().clock(), None);
}

#[test]
fn a_store_goes_on_from_a_state_as_it_would_have() {
    let store = odd_store();
    let state = opened(&written(&store)).unwrap();
    let [one, other] = [store, state].map(|store| {
        let bench = InMemoryThreadStore::standing_at(moment());
        bench.restore(&store);
        runtime().block_on(async {
            resume(&bench, 3, "/p/a.jsonl").await;
            resume(&bench, 1, "b.jsonl").await;
            append(&bench, 2, vec![RolloutItem::parse("{}").unwrap()]).await;
            bench.create_thread(created(3, "")).await.unwrap();
            update(&bench, 1, patch(r#"{"name":"n"}"#)).await;
        });
        answers(&bench.snapshot())
    });
    assert_eq!(one, other);
}

/// A small file with everything that a file can contain.
fn small() -> Vec<u8> {
    let store = InMemoryThreadStore::standing_at(moment());
    runtime().block_on(async {
        store.create_thread(created(0, "")).await.unwrap();
        append(
            &store,
            0,
            vec![
                RolloutItem::parse(r#"{"é":[1]}"#).unwrap(),
                RolloutItem::damaged(b"\xff"),
            ],
        )
        .await;
        resume(&store, 1, "/p/a").await;
        resume(&store, 0, not_utf8(b"\xff")).await;
        update(&store, 1, patch(r#"{"name":null,"git_info":{}}"#)).await;
    });
    written(&store.snapshot())
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused_where_it_ends() {
    let file = small();
    for length in 0..file.len() {
        let cut = &file[..length];
        let sentence = refused(cut);
        let lines = cut.iter().filter(|byte| **byte == b'\n').count();
        let why = if length == 0 {
            "this file is empty: name a file"
        } else {
            "the file ends here: it is truncated"
        };
        assert!(
            sentence.starts_with(&format!("f:{}: {why}", lines + 1)),
            "{length}: {sentence}"
        );
    }
}

#[test]
fn a_file_with_one_byte_changed_or_more_is_refused_with_a_line_of_it() {
    let file = small();
    let lines = file.iter().filter(|byte| **byte == b'\n').count() + 1;
    for place in 0..file.len() {
        for change in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
            let mut changed = file.clone();
            changed[place] ^= change;
            let sentence = refused(&changed);
            let line: usize = sentence.split(':').nth(1).unwrap().parse().unwrap();
            assert!(
                (1..=lines).contains(&line) && sentence.ends_with('.'),
                "{place}: {sentence}"
            );
        }
    }
    let more = |bytes: &[u8]| refused(&[&file, bytes].concat());
    assert!(
        more(b"\n").contains("there is more text after the last line"),
        "{}",
        more(b"\n")
    );
    let mut twice = file.clone();
    twice.extend_from_slice(&file);
    assert!(refused(&twice).contains("there is more text after the last line"));
}

#[test]
fn what_is_no_state_or_of_a_later_version_says_so() {
    let file = String::from_utf8(small()).unwrap();
    let later = file.replacen(
        &format!("state\":{VERSION}"),
        &format!("state\":{}", VERSION + 1),
        1,
    );
    let later = refused(later.as_bytes());
    assert_eq!(
        later,
        "f:1: this state file uses format version 2, but this version of threadloupe supports only version 1: open it with a newer threadloupe."
    );
    for (bytes, why) in [
        (
            &b""[..],
            "f:1: this file is empty: name a file that :save has written.",
        ),
        (
            b"\xff\xfe\x00",
            "f:1: this is not a state file: name a file that :save has written.",
        ),
        (
            b"{\"type\":\"session_meta\"}\n",
            "f:1: this is not a state file: name a file that :save has written.",
        ),
        (
            b"{\"threadloupe_state\":\"one\"}\n",
            "f:1: this version of the format does not exist",
        ),
        (
            b"{\"threadloupe_state\":0}\n",
            "f:1: this version of the format does not exist",
        ),
        (
            b"{\"threadloupe_state\":1}\n",
            "f:1:23: this is not the header of a state file",
        ),
        (
            b"{\"threadloupe_state\":1,\xff}\n",
            "f:1:24: this byte is not UTF-8",
        ),
    ] {
        assert!(refused(bytes).starts_with(why), "{}", refused(bytes));
    }
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &Path| StateFileReader::open(path).err().unwrap().to_string();
    assert!(
        open(folder.path()).contains("not a regular file"),
        "{}",
        open(folder.path())
    );
    let missing = folder.path().join("missing");
    assert_eq!(
        open(&missing),
        format!(
            "{}: cannot open this state (No such file or directory); check the path.",
            missing.display()
        )
    );
}

#[test]
fn what_no_store_could_be_is_refused_although_the_file_is_whole() {
    let calls = r#"{"create_thread":0,"resume_thread":0,"append_items":0,"persist_thread":0,"flush_thread":0,"shutdown_thread":0,"discard_thread":0,"load_history":0,"read_thread":0,"read_thread_by_rollout_path":0,"list_threads":0,"update_thread_metadata":0,"archive_thread":0,"unarchive_thread":0}"#;
    let file = |registered: u64, items: u64, threads: &[String]| {
        let count = threads.len();
        let lines: String = threads.iter().map(|line| format!("{line}\n")).collect();
        sealed(&format!(
            "{{\"threadloupe_state\":1,\"clock\":null,\"calls\":{calls},\"registered\":{registered},\"threads\":{count},\"items\":{items}}}\n{lines}"
        ))
    };
    let line = |n: usize, items: &str, create: &str, paths: &str| {
        format!(
            "{{\"thread\":\"{}\",\"items\":{items},\"create\":{create},\"patch\":null,\"paths\":[{paths}]}}",
            id(n)
        )
    };
    let at = |place: u64, path: &str| format!("{{\"place\":{place},\"path\":\"{path}\"}}");
    // The file around the line is valid.
    assert_eq!(
        opened(&file(1, 0, &[line(0, "0", "null", &at(1, "/a"))]))
            .unwrap()
            .len(),
        1
    );
    let other = format!("{{\"thread_id\":\"{}\"}}", id(1));
    let own = format!("{{\"thread_id\":\"{}\"}}", id(0));
    for (file, why) in [
        (
            file(0, 0, &[line(0, "0", "null", ""), line(0, "0", "null", "")]),
            "f:3: there is already a thread with this id",
        ),
        (
            file(0, 0, &[line(0, "0", &other, "")]),
            "f:2: the create parameters have a different thread_id",
        ),
        (
            file(0, 0, &[line(0, "null", &own, "")]),
            "f:2: a created thread must have a history",
        ),
        (
            file(0, 0, &[line(0, "0", "null", &at(1, "/a"))]),
            "f:2: the registration numbers of its paths are not in order",
        ),
        (
            file(2, 0, &[line(0, "0", "null", &(at(2, "/a") + "," + &at(1, "/b")))]),
            "f:2: the registration numbers of its paths are not in order",
        ),
        (
            file(
                2,
                0,
                &[
                    line(0, "0", "null", &at(1, "/a")),
                    line(1, "0", "null", &at(1, "/b")),
                ],
            ),
            "f:3: the registration numbers of its paths are not in order",
        ),
        (
            file(
                2,
                0,
                &[
                    line(0, "0", "null", &at(1, "/a")),
                    line(1, "0", "null", &at(2, "//a")),
                ],
            ),
            "f:3: one of its paths is already registered",
        ),
        (
            file(0, 1, &[line(0, "0", "null", "")]),
            "f:1: the number of items in the header",
        ),
        (
            file(0, 0, &[line(0, "0", "null", "{\"place\":1}")]),
            "f:2:96: paths[0]: expected either the member `path` or the member `base64`, not both",
        ),
        (
            file(0, 0, &[line(0, "-1", "null", "")]),
            "f:2:58: items: expected a whole number",
        ),
        (
            file(0, 0, &["{\"thread\":\"x\"}".to_string()]),
            "f:2:11: thread: ",
        ),
    ] {
        assert!(refused(&file).starts_with(why), "{why}: {}", refused(&file));
    }
}

#[test]
fn saving_over_a_file_keeps_the_old_one_when_it_fails_or_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.jsonl");
    let names = || fs::read_dir(folder.path()).unwrap().count();
    let store = odd_store();
    let small = opened(&small()).unwrap();
    let size = save(&small, &path, false, &mut go_on).unwrap().unwrap();
    assert_eq!(
        (size.threads, size.items, size.bytes),
        (2, 2, fs::metadata(&path).unwrap().len())
    );
    let old = fs::read(&path).unwrap();
    assert_eq!(
        save(&store, &path, false, &mut go_on).unwrap_err().kind(),
        std::io::ErrorKind::AlreadyExists
    );
    // Cancelled halfway.
    let mut looks = 0;
    let stopped = save(&store, &path, true, &mut |done, of| {
        looks += 1;
        assert!(done < of && of == 1 + 4 + 10_007);
        assert_eq!(names(), 2, "the new file is written next to the old one");
        if looks == 10 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert_eq!((stopped.unwrap(), looks), (None, 10));
    // A long thread, followed by one that a file cannot represent.
    let bench = InMemoryThreadStore::default();
    bench.restore(&store);
    runtime().block_on(async {
        let mut policy = patch(r#"{"sandbox_policy":{"type":"workspace-write","writable_roots":["/r"]}}"#);
        if let Some(threadloupe::protocol::SandboxPolicy::WorkspaceWrite { writable_roots, .. }) =
            &mut policy.sandbox_policy
        {
            writable_roots.extend(threadloupe::protocol::AbsolutePath::new(not_utf8(b"/\xff")));
        }
        update(&bench, 3, policy).await;
    });
    let error = save(&bench.snapshot(), &path, true, &mut go_on)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with(&format!(
            "thread {} has a value that JSON cannot represent",
            id(3)
        )),
        "{error}"
    );
    assert_eq!((fs::read(&path).unwrap(), names()), (old, 1));
    save(&store, &path, true, &mut go_on).unwrap().unwrap();
    assert!(fs::read(&path).unwrap() == written(&store));
    // Reading can be cancelled too.
    let mut reading = 0;
    let stopped = StateFileReader::open(&path).unwrap().read(&mut |done, of| {
        reading += 1;
        assert!(done <= of && of == fs::metadata(&path).unwrap().len());
        ControlFlow::Break(())
    });
    assert!(stopped.unwrap().is_none() && reading == 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_store_comes_back(steps in prop::collection::vec(any_step(), 1..120), stands in any::<bool>()) {
        let store = Arc::new(InMemoryThreadStore::default());
        let text: String = steps.iter().map(|step| format!("{}\n", odd(step.to_string()))).collect();
        runtime().block_on(async {
            let mut scenario = Scenario::open(text.as_bytes()).unwrap();
            let mut session = ScenarioSession::new(store.clone());
            while let Some(parsed) = scenario.next_step().unwrap() {
                if let Parsed::Step(statement) = parsed {
                    session.play(*statement).await;
                }
            }
        });
        if stands {
            store.stand_at(moment());
        }
        let store = store.snapshot();
        let file = written(&store);
        let again = opened(&file).unwrap();
        prop_assert_eq!(answers(&again), answers(&store));
        prop_assert_eq!(again.clock().is_some(), stands);
        prop_assert!(written(&again) == file);
    }
}

#[test]
fn the_demo_comes_back() {
    let bench = threadloupe::workbench::Workbench::new(Arc::default());
    runtime()
        .block_on(threadloupe::workbench::demo::play(&bench))
        .unwrap();
    let store = bench.snapshot();
    let again = opened(&written(&store)).unwrap();
    assert_eq!(
        (again.len(), again.listed(), again.calls()),
        (store.len(), store.listed(), store.calls())
    );
    for (one, other) in store.threads().zip(again.threads()) {
        let texts = |record: &threadloupe::store::ThreadRecord| -> Option<Vec<String>> {
            let items = record.history.as_ref()?.iter();
            Some(
                items
                    .map(|item| format!("{} {:?}", item.text(), item.bytes()))
                    .collect(),
            )
        };
        assert_eq!((texts(one), &one.patch), (texts(other), &other.patch));
    }
    // The steps of the demo have their own times; the clock of its store stands a while after them.
    let past = bench.journal().at(20).unwrap();
    let stands = "2026-05-12T12:30:00Z".parse().unwrap();
    assert_eq!((store.clock(), past.clock()), (Some(stands), None));
    assert_eq!(past.now(), bench.journal().get(20).unwrap().at);
    // A call on a store that was opened.
    let call = Step::read(Op::ListThreads, None).unwrap();
    let opened = InMemoryThreadStore::default();
    opened.restore(&again);
    let answer = runtime().block_on(carry(&opened, call)).unwrap();
    assert_eq!(answer.summary(), "11 threads");
}

#[test]
fn the_file_in_the_manual_is_one() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/state.md")).unwrap();
    let start = page.find("    {\"threadloupe_state\"").unwrap();
    let text = page.get(start..).unwrap().split("\n\n").next().unwrap();
    let lines: String = text
        .lines()
        .map(|line| format!("{}\n", line.trim_start()))
        .collect();
    let store = opened(lines.as_bytes()).unwrap();
    assert_eq!((store.len(), store.listed(), store.registered()), (1, 0, 1));
    assert_eq!(written(&store), lines.into_bytes());
}
