use std::sync::Arc;

use super::*;
use crate::contract::Op;
use crate::protocol::ThreadId;
use crate::protocol::json::Json;
use crate::workbench::Workbench;

const ONE: &str = "0198f2a3-0000-7000-8000-000000000001";
const TWO: &str = "0198f2a3-0000-7000-8000-000000000002";

/// Makes a call for a thread. `more` are the parameters after the id.
async fn call(workbench: &Workbench, method: &str, id: &str, more: &str) {
    let params = format!(r#"{{"thread_id":"{id}"{more}}}"#);
    let step = Step::read(Op::named(method).unwrap(), Some(Json::parse(&params).unwrap())).unwrap();
    // A patch for a thread that was never created fails, but is stored.
    let _ = workbench.call(step).await;
}

async fn patch(workbench: &Workbench, patch: &str) {
    call(
        workbench,
        "update_thread_metadata",
        ONE,
        &format!(r#","patch":{patch}"#),
    )
    .await;
}

async fn resume(workbench: &Workbench, id: &str, path: &str) {
    call(
        workbench,
        "resume_thread",
        id,
        &format!(r#","rollout_path":"{path}""#),
    )
    .await;
}

fn origins(workbench: &Workbench) -> Origins {
    let id = ThreadId::from_string(ONE).unwrap();
    let snapshot = workbench.snapshot();
    workbench.journal().origins(snapshot.thread(id).unwrap())
}

#[tokio::test]
async fn a_thread_that_was_only_created_shows_its_parameters_defaults_and_the_clock() {
    let workbench = Workbench::new(Arc::default());
    call(&workbench, "create_thread", ONE, "").await;
    let origins = origins(&workbench);
    assert_eq!(origins.of_shown("thread_id"), Origin::Asked);
    for key in ["source", "thread_source", "forked_from_id"] {
        assert_eq!(origins.of_shown(key), Origin::Create(Some(1)), "{key}");
    }
    for key in ["created_at", "updated_at"] {
        assert_eq!(origins.of_shown(key), Origin::Clock, "{key}");
    }
    for key in [
        "name",
        "model_provider",
        "rollout_path",
        "git_info",
        "archived_at",
        "history",
    ] {
        assert_eq!(origins.of_shown(key), Origin::Default, "{key}");
    }
    assert!(FIELDS.iter().all(|field| origins.of_patch(field.name).is_none()));
}

#[tokio::test]
async fn the_last_patch_that_says_something_of_a_field_is_its_origin() {
    let workbench = Workbench::new(Arc::default());
    call(&workbench, "create_thread", ONE, "").await;
    patch(&workbench, r#"{"name":"a","preview":"p","title":"t"}"#).await;
    patch(
        &workbench,
        r#"{"name":null,"preview":null,"source":"cli","agent_role":null}"#,
    )
    .await;
    call(
        &workbench,
        "update_thread_metadata",
        TWO,
        r#","patch":{"name":"of another"}"#,
    )
    .await;
    call(&workbench, "read_thread", ONE, "").await;
    call(&workbench, "create_thread", ONE, "").await;
    let origins = origins(&workbench);
    assert_eq!(origins.of_shown("name"), Origin::Cleared(Some(3)));
    assert_eq!(
        origins.of_shown("preview"),
        Origin::Patch(Some(2)),
        "null leaves the field unchanged"
    );
    assert_eq!(origins.of_patch("title"), Some(Origin::Patch(Some(2))));
    assert_eq!(
        origins.of_shown("source"),
        Origin::Patch(Some(3)),
        "the patch wins over the second create"
    );
    assert_eq!(origins.of_shown("thread_source"), Origin::Create(Some(6)));
    assert_eq!(origins.of_shown("agent_role"), Origin::Cleared(Some(3)));
}

#[tokio::test]
async fn git_information_comes_from_the_last_patch_that_says_something_of_a_part() {
    let workbench = Workbench::new(Arc::default());
    call(&workbench, "create_thread", ONE, "").await;
    patch(&workbench, r#"{"git_info":{}}"#).await;
    assert_eq!(origins(&workbench).of_shown("git_info"), Origin::Default);
    patch(&workbench, r#"{"git_info":{"sha":"s"}}"#).await;
    patch(&workbench, r#"{"git_info":{"branch":"b"}}"#).await;
    patch(&workbench, r#"{"git_info":{}}"#).await;
    patch(&workbench, r#"{"git_info":null,"name":"n"}"#).await;
    let found = origins(&workbench);
    assert_eq!(found.of_patch("git_info.sha"), Some(Origin::Patch(Some(3))));
    assert_eq!(found.of_patch("git_info.branch"), Some(Origin::Patch(Some(4))));
    assert_eq!(found.of_patch("git_info.origin_url"), None);
    assert_eq!(found.of_shown("git_info"), Origin::Patch(Some(4)));
    patch(&workbench, r#"{"git_info":{"sha":null}}"#).await;
    assert_eq!(
        origins(&workbench).of_shown("git_info"),
        Origin::Patch(Some(7)),
        "the branch is still shown"
    );
    patch(&workbench, r#"{"git_info":{"branch":null}}"#).await;
    assert_eq!(origins(&workbench).of_shown("git_info"), Origin::Cleared(Some(8)));
}

#[tokio::test]
async fn a_path_comes_from_the_resume_that_registered_it_last_or_from_a_patch() {
    let workbench = Workbench::new(Arc::default());
    call(&workbench, "create_thread", ONE, "").await;
    resume(&workbench, ONE, "/p/a").await;
    resume(&workbench, ONE, "/p/b").await;
    call(&workbench, "resume_thread", ONE, "").await;
    assert_eq!(
        origins(&workbench).of_shown("rollout_path"),
        Origin::Resumed(Some(3))
    );
    resume(&workbench, TWO, "/p/b").await;
    assert_eq!(
        origins(&workbench).of_shown("rollout_path"),
        Origin::Resumed(Some(2))
    );
    patch(&workbench, r#"{"rollout_path":"/shown"}"#).await;
    assert_eq!(
        origins(&workbench).of_shown("rollout_path"),
        Origin::Patch(Some(6))
    );
}

#[tokio::test]
async fn what_happened_before_the_journal_began_is_earlier() {
    let before = Workbench::new(Arc::default());
    call(&before, "create_thread", ONE, "").await;
    resume(&before, ONE, "/p/a").await;
    patch(
        &before,
        r#"{"name":"a","agent_role":null,"git_info":{"sha":"s"}}"#,
    )
    .await;
    let workbench = Workbench::new(Arc::clone(before.inner()));
    patch(&workbench, r#"{"preview":"p"}"#).await;
    let origins = origins(&workbench);
    assert_eq!(origins.of_shown("name"), Origin::Patch(None));
    assert_eq!(origins.of_shown("agent_role"), Origin::Cleared(None));
    assert_eq!(origins.of_shown("git_info"), Origin::Patch(None));
    assert_eq!(origins.of_shown("preview"), Origin::Patch(Some(1)));
    assert_eq!(origins.of_shown("source"), Origin::Create(None));
    assert_eq!(origins.of_shown("rollout_path"), Origin::Resumed(None));
}

#[tokio::test]
async fn metadata_leaked_before_a_create_is_the_patchs() {
    let workbench = Workbench::new(Arc::default());
    patch(&workbench, r#"{"name":"early"}"#).await;
    assert_eq!(
        origins(&workbench).of_shown("source"),
        Origin::Default,
        "the thread was never created"
    );
    call(&workbench, "create_thread", ONE, "").await;
    assert_eq!(origins(&workbench).of_shown("name"), Origin::Patch(Some(1)));
}

#[test]
fn an_origin_says_what_it_is_and_when() {
    for (origin, text, step) in [
        (Origin::Asked, "requested id", None),
        (Origin::Create(Some(1)), "create, step 1", Some(1)),
        (Origin::Patch(Some(12)), "patch, step 12", Some(12)),
        (Origin::Cleared(None), "cleared, earlier", None),
        (Origin::Resumed(Some(3)), "resumed path, step 3", Some(3)),
        (Origin::Default, "default", None),
        (Origin::Clock, "time of the read", None),
    ] {
        assert_eq!((origin.to_string().as_str(), origin.step()), (text, step));
    }
}

/// A short form of the history of a value: step, before, after, with the first step first.
fn history(workbench: &Workbench, subject: ThreadValue) -> Vec<(u64, String, String)> {
    let id = ThreadId::from_string(ONE).unwrap();
    let mut go_on = |_, _| std::ops::ControlFlow::Continue(());
    let told = workbench
        .journal()
        .history_of(id, &subject, 100, &mut go_on)
        .unwrap();
    let word = |said: &ValueState| match said {
        ValueState::Nothing => "-".to_string(),
        ValueState::Cleared => "cleared".to_string(),
        ValueState::Clock => "clock".to_string(),
        ValueState::Value(value) => value.clone(),
    };
    let rows = told.iter().rev();
    rows.map(|told| (told.step, word(&told.before), word(&told.after)))
        .collect()
}

fn rows(rows: &[(u64, &str, &str)]) -> Vec<(u64, String, String)> {
    rows.iter()
        .map(|(step, before, after)| (*step, before.to_string(), after.to_string()))
        .collect()
}

#[tokio::test]
async fn a_value_has_the_history_of_every_step_that_was_about_it() {
    let workbench = Workbench::new(Arc::default());
    patch(&workbench, r#"{"name":"leaked"}"#).await;
    call(&workbench, "create_thread", ONE, "").await;
    patch(&workbench, r#"{"model":"m"}"#).await;
    patch(&workbench, r#"{"name":null}"#).await;
    patch(&workbench, r#"{"name":"b","created_at":"1970-01-01T00:00:00Z"}"#).await;
    patch(&workbench, r#"{"git_info":{"branch":"main"}}"#).await;
    patch(&workbench, r#"{"git_info":{"sha":"s"}}"#).await;
    let shown = |key: &str| history(&workbench, ThreadValue::Shown(key.to_string()));
    let patched = |name: &'static str| history(&workbench, ThreadValue::Patch(name));
    assert_eq!(
        shown("name"),
        rows(&[
            (1, "-", "-"),
            (2, "-", "\"leaked\""),
            (4, "\"leaked\"", "null"),
            (5, "null", "\"b\"")
        ])
    );
    assert_eq!(
        patched("name"),
        rows(&[
            (1, "-", "\"leaked\""),
            (4, "\"leaked\"", "cleared"),
            (5, "cleared", "\"b\"")
        ])
    );
    assert_eq!(
        shown("created_at"),
        rows(&[(2, "-", "clock"), (5, "clock", "\"1970-01-01T00:00:00Z\"")])
    );
    let git: Vec<u64> = shown("git_info").iter().map(|(step, ..)| *step).collect();
    assert_eq!(git, [2, 6, 7]);
    assert_eq!(patched("git_info.sha"), rows(&[(7, "-", "\"s\"")]));
    let mut stop = |_, _| std::ops::ControlFlow::Break(());
    let id = ThreadId::from_string(ONE).unwrap();
    let stopped = workbench
        .journal()
        .history_of(id, &ThreadValue::Patch("name"), 9, &mut stop);
    assert_eq!(stopped, None);
}

#[tokio::test]
async fn a_path_that_another_thread_took_has_that_in_its_history() {
    let workbench = Workbench::new(Arc::default());
    call(&workbench, "create_thread", ONE, "").await;
    resume(&workbench, ONE, "/a").await;
    resume(&workbench, TWO, "/b").await;
    resume(&workbench, TWO, "/a").await;
    assert_eq!(
        history(&workbench, ThreadValue::Shown("rollout_path".to_string())),
        rows(&[(1, "-", "null"), (2, "null", "\"/a\""), (4, "\"/a\"", "null")])
    );
}
