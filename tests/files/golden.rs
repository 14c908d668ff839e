//! Files of released versions can be opened forever. The program wrote the files in `tests/golden` when their format
//! was the current one. They are never written again: a later version of a format gets its own files and its own test
//! here.

use std::ffi::OsStr;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use threadloupe::contract::{LoadThreadHistoryParams, ReadThreadParams, ThreadStore as _};
use threadloupe::protocol::ThreadId;
use threadloupe::store::{InMemoryThreadStore, Snapshot};
use threadloupe::workbench::scenario::{Outcome, Parsed, Scenario, ScenarioSession};
use threadloupe::workbench::state_file::StateFileReader;

const IDS: [&str; 4] = [
    "0198f2a3-0000-7000-8000-000000000001",
    "0198f2a3-0000-7000-8000-000000000002",
    "0198f2a3-0000-7000-8000-000000000003",
    "0198f2a3-0000-7000-8000-000000000004",
];

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn id(n: usize) -> ThreadId {
    ThreadId::from_string(IDS[n - 1]).unwrap()
}

/// A thread with its history as a read returns it, with its members in order.
async fn shown(store: &InMemoryThreadStore, n: usize) -> String {
    let mut read = ReadThreadParams::new(id(n));
    read.include_history = true;
    serde_json::to_string(&store.read_thread(read).await.unwrap()).unwrap()
}

const FIRST: &str = concat!(
    r#"{"thread_id":"0198f2a3-0000-7000-8000-000000000001","rollout_path":"/p/c.jsonl","forked_from_id":null,"#,
    r#""preview":"pre","name":null,"model_provider":"mp","model":"m","reasoning_effort":"high","#,
    r#""created_at":"2026-05-01T00:00:00Z","updated_at":"2026-05-02T00:00:00.000000001Z","archived_at":null,"#,
    r#""cwd":"/cwd","cli_version":"1.2.3","source":"exec","thread_source":"user","agent_nickname":"nick","#,
    r#""agent_role":"role","agent_path":"/root/a","git_info":{"branch":"dev","repository_url":"git@host:x"},"#,
    r#""approval_mode":"on-request","sandbox_policy":{"type":"workspace-write","writable_roots":["/x"],"#,
    r#""network_access":true,"exclude_tmpdir_env_var":false,"exclude_slash_tmp":true},"#,
    r#""token_usage":{"input_tokens":1,"cached_input_tokens":2,"output_tokens":3,"reasoning_output_tokens":4,"total_tokens":5},"#,
    r#""first_user_message":"first","history":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","items":["#,
    r#"{"timestamp":"2026-05-13T09:00:00.005Z","ordinal":0,"type":"event_msg","payload":{"type":"user_message","message":"héllo"}},"#,
    r#"{"b" : 1e2, "a":-0.0,"a":"\u0041\ud800\/","deep":[[[{}]]]},"#,
    r#"{"$damaged":{"text":"to\"rn"}},{"$damaged":{"base64":"/w=="}},{"type":"never_heard_of","payload":null}]}}"#,
);

const SECOND: &str = concat!(
    r#"{"thread_id":"0198f2a3-0000-7000-8000-000000000002","rollout_path":PATH,"#,
    r#""forked_from_id":"0198f2a3-0000-7000-8000-000000000001","preview":"","name":null,"model_provider":"test","#,
    r#""model":null,"reasoning_effort":null,"created_at":"2026-05-14T00:00:00.503Z","#,
    r#""updated_at":"2026-05-14T00:00:00.503Z","archived_at":null,"cwd":"","cli_version":"test","#,
    r#""source":{"subagent":{"thread_spawn":{"parent_thread_id":"0198f2a3-0000-7000-8000-000000000001","depth":1,"#,
    r#""agent_path":null,"agent_nickname":"n","agent_role":null}}},"thread_source":null,"agent_nickname":null,"#,
    r#""agent_role":null,"agent_path":null,"git_info":null,"approval_mode":"never","#,
    r#""sandbox_policy":{"type":"read-only"},"token_usage":null,"first_user_message":null,"#,
    r#""history":{"thread_id":"0198f2a3-0000-7000-8000-000000000002","items":[]}}"#,
);

/// Checks that the store equals the one that the files were made from; `path` is the last path registered for the
/// second thread.
async fn is_the_store(snapshot: &Snapshot, path: Option<&[u8]>) {
    let ids: Vec<String> = snapshot.threads().map(|thread| thread.id.to_string()).collect();
    assert_eq!(ids, IDS);
    assert_eq!(
        (snapshot.listed(), snapshot.registered()),
        (2, 3 + u64::from(path.is_some()))
    );
    assert_eq!(
        json!(snapshot.calls()),
        json!({"create_thread": 2, "resume_thread": 3 + usize::from(path.is_some()), "append_items": 2,
            "persist_thread": 0, "flush_thread": 0, "shutdown_thread": 0, "discard_thread": 0, "load_history": 1,
            "read_thread": 0, "read_thread_by_rollout_path": 1, "list_threads": 1, "update_thread_metadata": 4,
            "archive_thread": 1, "unarchive_thread": 0})
    );
    let record = |n| snapshot.thread(id(n)).unwrap();
    let paths = |n| -> Vec<(u64, &Path)> { record(n).registered_paths().collect() };
    assert_eq!(
        paths(1),
        [(1, Path::new("/p/a.jsonl")), (3, Path::new("/p/./b.jsonl"))]
    );
    assert_eq!(
        paths(2),
        path.map(|path| (4, Path::new(OsStr::from_bytes(path))))
            .into_iter()
            .collect::<Vec<_>>()
    );
    assert_eq!(
        json!(record(1).create.as_deref()),
        json!({"thread_id": IDS[0], "forked_from_id": null, "source": "cli", "thread_source": "user",
            "base_instructions": {"text": "Be brief."},
            "dynamic_tools": [{"name": "t", "description": "d", "inputSchema": {"type": "object"}, "deferLoading": true}],
            "metadata": {"cwd": "/w", "model_provider": "p", "memory_mode": "disabled"},
            "event_persistence_mode": "Extended"})
    );
    let patch: Value = json!(record(1).patch.as_deref());
    assert_eq!(
        [
            &patch["title"],
            &patch["memory_mode"],
            &patch["name"],
            &patch["git_info"]
        ],
        [
            &json!("t"),
            &json!("enabled"),
            &json!(null),
            &json!({"sha": null, "branch": "dev", "origin_url": "git@host:x"})
        ]
    );
    let tools = json!([{"name": "u", "description": "e", "inputSchema": true, "deferLoading": false}]);
    assert_eq!(patch["dynamic_tools"], tools);
    for n in [3, 4] {
        assert!(record(n).create.is_none() && paths(n).is_empty(), "{n}");
    }
    assert!(record(2).patch.is_none() && record(3).patch.is_none() && record(4).history.is_none());
    let kept: Value = json!(record(4).patch.as_deref());
    assert_eq!(
        (&kept["name"], kept.get("agent_nickname")),
        (&json!("kept"), Some(&json!(null)))
    );

    let store = InMemoryThreadStore::default();
    store.restore(snapshot);
    assert_eq!(shown(&store, 1).await, FIRST);
    // A path that is not UTF-8 is shown as null.
    assert_eq!(shown(&store, 2).await, SECOND.replace("PATH", "null"));
    let history = store
        .load_history(LoadThreadHistoryParams::new(id(3)))
        .await
        .unwrap();
    let texts: Vec<_> = history
        .items
        .iter()
        .map(|item| item.text().into_owned())
        .collect();
    assert_eq!(texts, [r#"{"type":"compacted","payload":{"message":"m"}}"#]);
}

#[tokio::test]
async fn a_state_of_version_1_is_the_store_that_was_saved() {
    let mut go_on = |_, _| ControlFlow::Continue(());
    let reading = StateFileReader::open(&golden("state-1.jsonl")).unwrap();
    let snapshot = reading.read(&mut go_on).unwrap().unwrap();
    let clock = "2026-05-14T00:00:00.503Z".parse().unwrap();
    assert_eq!(snapshot.clock(), Some(clock));
    is_the_store(&snapshot, Some(b"/p/\xff")).await;
}

#[tokio::test]
async fn a_recording_of_version_1_does_what_was_recorded() {
    let text = fs::read_to_string(golden("recording-1.jsonl")).unwrap();
    let mut scenario = Scenario::open(text.as_bytes()).unwrap();
    assert_eq!(scenario.header.scenario, "golden");
    assert_eq!(scenario.header.about.as_deref(), Some("Every kind of step."));
    let store = Arc::new(InMemoryThreadStore::default());
    let mut session = ScenarioSession::new(Arc::clone(&store));
    let (mut outcomes, mut moments): (Vec<Outcome>, _) = (Vec::new(), Vec::new());
    while let Some(parsed) = scenario.next_step().unwrap() {
        let Parsed::Step(statement) = parsed else {
            panic!("{parsed:?}")
        };
        moments.extend(statement.at);
        outcomes.push(session.play(*statement).await);
    }
    let methods: Vec<&str> = outcomes
        .iter()
        .filter_map(|outcome| outcome.method.as_deref())
        .collect();
    assert_eq!(
        methods,
        [
            "create_thread",
            "create_thread",
            "resume_thread",
            "resume_thread",
            "resume_thread",
            "append_items",
            "append_items",
            "update_thread_metadata",
            "update_thread_metadata",
            "update_thread_metadata",
            "update_thread_metadata",
            "archive_thread",
            "read_thread_by_rollout_path",
            "load_history",
            "list_threads",
        ]
    );
    let expected: Vec<u64> = outcomes
        .iter()
        .filter(|outcome| outcome.expect.as_ref().is_some_and(Vec::is_empty))
        .map(|outcome| outcome.step)
        .collect();
    assert_eq!(expected, [8, 11, 13, 14, 15], "every expectation is met");
    assert!(outcomes.iter().all(Outcome::is_good));
    assert_eq!(outcomes[0].note.as_deref(), Some("A \"note\",\nof two lines."));
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.note.is_some()).count(),
        1
    );
    let moments: Vec<String> = moments
        .iter()
        .map(|at| at.format("%d %T%.3f").to_string())
        .collect();
    assert_eq!(moments.len(), outcomes.len());
    assert_eq!(
        [&moments[0], &moments[10], &moments[11], &moments[14]],
        [
            "13 09:00:00.000",
            "13 09:00:00.010",
            "14 00:00:00.500",
            "14 00:00:00.503"
        ]
    );
    store.stand_at("2026-05-14T00:00:00.503Z".parse().unwrap());
    is_the_store(&store.snapshot(), None).await;
}
