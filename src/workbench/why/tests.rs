//! Tests each row of the table with a few calls, and checks that other calls are not explained.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::contract::{Op, rule};
use crate::protocol::json::Json;
use crate::workbench::{Request, Workbench};

/// Makes calls, one `method params` per line. ID and OTHER are two threads.
async fn made(lines: &str) -> Workbench {
    let bench = Workbench::new(Arc::default());
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (method, params) = line.split_once(' ').unwrap();
        let params = params
            .replace("OTHER", r#""thread_id":"0198f2a3-0000-7000-8000-000000000002""#)
            .replace("ID", r#""thread_id":"0198f2a3-0000-7000-8000-000000000001""#);
        let op = Op::named(method).unwrap_or_else(|| panic!("there is no {method}"));
        let json = Some(Json::parse(&params).unwrap());
        let request = Request::new(Step::read(op, json).unwrap(), json);
        let _ = bench.call(request).await;
    }
    bench
}

/// The explanations of the last call, each with the index of its row.
fn of_last(bench: &Workbench) -> Vec<(usize, Explanation)> {
    let journal = bench.journal();
    let last = journal.last().unwrap();
    told(
        last,
        &journal.at(last.before).unwrap(),
        &journal.at(last.step).unwrap(),
    )
}

/// Calls, and all explanations of the last call, in order.
const CASES: &[(&str, &[(&str, &str)])] = &[
    (
        r#"update_thread_metadata {ID,"patch":{"name":"n"}}"#,
        &[
            ("M1", "the patch was kept and will apply if the thread is created"),
            ("M2", "load_history does not find this thread either"),
            ("C1", "A failed call is counted"),
        ],
    ),
    (
        r#"resume_thread {ID}
           update_thread_metadata {ID,"patch":{},"include_archived":true}"#,
        &[
            ("M1", "there is no thread to return."),
            ("M8", "nothing changed"),
            ("M10", "include_archived makes no difference"),
            ("C1", ""),
        ],
    ),
    (
        r#"create_thread {ID,"thread_source":"user"}
           update_thread_metadata {ID,"patch":{"source":"cli","thread_source":null,"title":"t","memory_mode":"enabled","rollout_path":"/p"}}"#,
        &[
            ("P1", "does not find the thread"),
            ("M4", "title, memory_mode: stored"),
            ("M5", "not the value from the create"),
            (
                "M9",
                "the `source` that the patch set, not the one given to create_thread",
            ),
        ],
    ),
    (
        r#"create_thread {ID}
           update_thread_metadata {ID,"patch":{"model":null,"nmae":"x"}}"#,
        &[
            ("M8", "The contract ignores everything in this patch"),
            ("M6", "model: null leaves the field unchanged"),
        ],
    ),
    (
        r#"create_thread {ID}
           resume_thread {OTHER,"rollout_path":"/p"}
           update_thread_metadata {ID,"patch":{"rollout_path":"/p","git_info":{}}}"#,
        &[
            ("P1", "finds 0198f2a3-0000-7000-8000-000000000002 instead"),
            ("M7", "changes nothing"),
        ],
    ),
    (
        r#"create_thread {ID}
           update_thread_metadata {ID,"patch":{"git_info":{"sha":"s"},"updated_at":"2026-05-13T00:00:00Z","created_at":"2026-05-12T12:00:00Z"}}
           update_thread_metadata {ID,"patch":{"git_info":{"sha":null},"updated_at":"2026-05-12T00:00:00Z","name":"","model":"","cwd":""}}"#,
        &[
            ("M7", "null for all"),
            ("M10", "went back"),
            ("M10", "created_at is now after updated_at"),
            ("M3", "The empty string is a name"),
            ("M6", "model, cwd: an empty value is a value"),
        ],
    ),
    (
        r#"create_thread {ID,"source":"cli"}
           update_thread_metadata {ID,"patch":{"source":"exec"}}
           create_thread {ID,"source":"mcp","base_instructions":{"text":"be"},"metadata":{"cwd":"/w","model_provider":"p","memory_mode":"enabled"}}"#,
        &[
            ("A1", "only source changed"),
            ("M9", "reads show that value"),
            (
                "A2",
                "base_instructions.text, metadata.cwd, metadata.model_provider.",
            ),
        ],
    ),
    (
        r#"create_thread {ID}
           create_thread {ID}"#,
        &[("A1", "nothing else changed")],
    ),
    (
        r#"update_thread_metadata {ID,"patch":{"name":"n","title":"t","git_info":{"sha":"s"}}}
           create_thread {ID,"source":{"subagent":{"thread_spawn":{"parent_thread_id":"0198f2a3-0000-7000-8000-000000000002","depth":1,"agent_path":null,"agent_nickname":"Ada","agent_role":null}}}}"#,
        &[
            ("M1", "set before the create: name, git_info."),
            ("G7", "agent_nickname"),
        ],
    ),
    (
        r#"resume_thread {OTHER,"rollout_path":"/p"}
           resume_thread {ID,"rollout_path":"/p","include_archived":true,"history":[{"type":"session_meta","payload":{}}]}"#,
        &[
            (
                "P5",
                "was registered for 0198f2a3-0000-7000-8000-000000000002 before",
            ),
            ("G2", "and registered the path"),
            ("A4", "ignores include_archived, history"),
        ],
    ),
    (
        r#"create_thread {ID}
           update_thread_metadata {ID,"patch":{"rollout_path":"/shown"}}
           resume_thread {ID,"rollout_path":"/a"}
           resume_thread {ID,"rollout_path":"/b"}"#,
        &[("P2", "reads show /shown"), ("P5", "2 paths now find")],
    ),
    (
        r#"create_thread {ID}
           resume_thread {ID}"#,
        &[("A4", "the resume changed nothing")],
    ),
    (
        r#"append_items {ID,"items":[]}"#,
        &[("A5", "no read or list"), ("C3", "an empty history")],
    ),
    (
        r#"create_thread {ID}
           append_items {ID,"items":[]}"#,
        &[("C3", "was still counted")],
    ),
    (
        r#"create_thread {ID}
           append_items {ID,"items":[{"type":"event_msg","payload":{"type":"user_message","message":"m"}}]}"#,
        &[("M11", "`preview` stays empty")],
    ),
    (
        r#"persist_thread {ID}"#,
        &[("A6", "for an unknown thread: there is no disk")],
    ),
    (r#"flush_thread {ID}"#, &[("A6", "no queued items")]),
    (
        r#"create_thread {ID}
           shutdown_thread {ID}"#,
        &[("A6", "only counts the call: appends still")],
    ),
    (r#"discard_thread {ID}"#, &[("A6", "no item is dropped")]),
    (r#"archive_thread {ID}"#, &[("G5", "never created")]),
    (
        r#"create_thread {ID}
           archive_thread {ID}"#,
        &[("G5", "archived_at stays null")],
    ),
    (
        r#"create_thread {ID}
           update_thread_metadata {ID,"patch":{"updated_at":"2026-05-12T00:00:00Z","cli_version":"1"}}
           unarchive_thread {ID}"#,
        &[
            ("G5", "only returns the thread"),
            ("G4", "created_at: the current time"),
            ("G6", "model_provider: the default `test`"),
        ],
    ),
    (
        r#"resume_thread {ID,"rollout_path":"/p/a"}
           read_thread_by_rollout_path {"rollout_path":"/p/a"}"#,
        &[("P3", "its thread was never created"), ("C1", "")],
    ),
    (
        r#"read_thread_by_rollout_path {"rollout_path":"/q/../p"}"#,
        &[("P4", ".. is not resolved"), ("P1", "Only a resume"), ("C1", "")],
    ),
    (
        r#"create_thread {ID}
           update_thread_metadata {ID,"patch":{"rollout_path":"/shown","created_at":"2026-05-12T00:00:00Z","updated_at":"2026-05-12T00:00:00Z","cli_version":"1","model_provider":"p"}}
           resume_thread {ID,"rollout_path":"/p/a"}
           read_thread_by_rollout_path {"rollout_path":"/p/./a","include_archived":true}"#,
        &[
            ("P2", "shows /shown"),
            ("P4", "this one equals /p/a."),
            ("P6", "include_archived"),
        ],
    ),
    (
        r#"resume_thread {ID}
           read_thread {ID,"include_archived":true}"#,
        &[("G2", "has a history"), ("G5", "include_archived"), ("C1", "")],
    ),
    (
        r#"update_thread_metadata {ID,"patch":{"name":"n"}}
           unarchive_thread {ID}"#,
        &[("G2", "has a patch"), ("C1", "")],
    ),
    (r#"read_thread {ID}"#, &[("G2", "was never created"), ("C1", "")]),
    (
        r#"update_thread_metadata {ID,"patch":{"name":"n"}}
           load_history {ID}"#,
        &[("M2", "only has a patch"), ("G1", "there was none"), ("C1", "")],
    ),
    (
        r#"append_items {ID,"items":[]}
           load_history {ID,"include_archived":true}"#,
        &[
            ("G1", "load_history only needs a history"),
            ("G1", "include_archived"),
        ],
    ),
    (
        r#"resume_thread {ID}
           append_items {OTHER,"items":[]}
           list_threads {"page_size":1,"archived":true,"cwd_filters":[]}"#,
        &[
            ("L1", "ignores page_size, cwd_filters, archived"),
            ("L2", "2 threads are not listed"),
        ],
    ),
    (
        r#"resume_thread {ID}
           list_threads {}"#,
        &[("L2", "1 thread is not listed")],
    ),
    (r#"list_turns {ID}"#, &[("C4", "does not support list_turns")]),
    (
        r#"list_items {ID,"turn_id":"t"}"#,
        &[("C4", "does not support list_items")],
    ),
    // Nothing is surprising about these calls.
    (r#"create_thread {ID,"source":"cli","thread_source":"user"}"#, &[]),
    (
        r#"create_thread {ID}
           append_items {ID,"items":[{"type":"session_meta","payload":{}}]}"#,
        &[],
    ),
    (
        r#"create_thread {ID}
           update_thread_metadata {ID,"patch":{"name":"n","model":"m","git_info":{"sha":"s"}}}"#,
        &[],
    ),
    (
        r#"create_thread {ID}
           resume_thread {ID,"rollout_path":"/p"}"#,
        &[],
    ),
    (
        r#"create_thread {ID}
           list_threads {}"#,
        &[],
    ),
    (
        r#"create_thread {ID}
           load_history {ID}"#,
        &[],
    ),
];

#[tokio::test]
async fn each_surprise_is_told_with_its_rule_and_each_row_has_a_case() {
    let mut rows = BTreeSet::new();
    for (calls, wanted) in CASES {
        let found = of_last(&made(calls).await);
        let rules: Vec<&str> = found.iter().map(|(_, why)| why.rule).collect();
        let wanted_rules: Vec<&str> = wanted.iter().map(|(rule, _)| *rule).collect();
        assert_eq!(rules, wanted_rules, "{calls}: {found:#?}");
        let journal = made(calls).await.journal();
        assert_eq!(
            journal.why(journal.tip(), None),
            found.iter().map(|(_, why)| why.clone()).collect::<Vec<_>>()
        );
        for ((row, why), (_, part)) in found.iter().zip(*wanted) {
            assert!(why.text.contains(part), "{calls}: {:?} has no {part:?}", why.text);
            assert!(
                why.text.ends_with('.') && why.text.chars().count() <= 170,
                "{why}"
            );
            rows.insert(*row);
        }
    }
    let mut places = 0..ROWS.len();
    assert_eq!(
        places.find(|row| !rows.contains(row)),
        None,
        "a row without a case"
    );
}

#[test]
fn the_rule_of_each_row_is_in_the_table_of_rules() {
    for (number, _) in ROWS {
        assert_eq!(rule(number).map(|rule| rule.number), Ok(*number));
    }
}

#[test]
fn a_sentence_ends_in_the_number_of_its_rule() {
    let why = Explanation {
        rule: "M1",
        text: "So it is.".to_string(),
    };
    assert_eq!(why.to_string(), "So it is. (rule M1)");
}
