//! The bytes of an opened step.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::contract::{
    Op, ResumeThreadParams, Step, StepStore as _, ThreadMetadataPatch, UpdateThreadMetadataParams,
};
use crate::inspector::state::overlay::Overlay as _;
use crate::protocol::json::Json;
use crate::store::InMemoryThreadStore;
use crate::workbench::Workbench;
use crate::workbench::scenario::{Parsed, Values};

const ID: &str = "0198f2a3-0000-7000-8000-000000000001";

fn opened(bench: &Workbench, step: u64) -> String {
    let reader = read(&bench.journal(), step).unwrap();
    reader.copies().pop().unwrap().1
}

fn at_noon() -> Workbench {
    let noon = "2026-05-13T12:00:00Z".parse().unwrap();
    Workbench::new(Arc::new(InMemoryThreadStore::standing_at(noon)))
}

/// A call that names the thread.
fn step(op: Op) -> Step {
    let params = format!(r#"{{"thread_id":"{ID}"}}"#);
    Step::read(op, Some(Json::parse(&params).unwrap())).unwrap()
}

async fn play(bench: &Workbench, text: &str) -> u64 {
    let value = Values::new(text.as_bytes()).next_value().unwrap().unwrap();
    let Parsed::Step(statement) = Parsed::read(&value, false) else {
        panic!("no step: {text}")
    };
    let at = "2026-05-13T00:28:15.5Z".parse().unwrap();
    bench.play(Ok(statement), Some(at)).await.step.unwrap()
}

/// The counters after a step, as JSON.
fn calls(bench: &Workbench, step: u64) -> String {
    let calls = bench.journal().again(step).unwrap().after;
    serde_json::to_string(&calls).unwrap()
}

#[tokio::test]
async fn a_step_is_opened_in_these_bytes() {
    let bench = Workbench::new(Arc::default());
    let text = format!(
        "{{\"method\":\"create_thread\",\"params\":{{\"thread_id\":\"{ID}\"}},\"note\":\"\\\"a\\\"\\n\\u0001é/\",\
         \"expect\":{{\"result\" : null,\r\n \"moved\": {{\"create_thread\": 2}}}}}}"
    );
    let create = play(&bench, &text).await;
    let params = format!(r#"{{"thread_id":"{ID}"}}"#);
    assert_eq!(
        opened(&bench, create),
        [
            r#"{"step":1,"at":"2026-05-13T00:28:15.500Z","method":"create_thread","params":"#,
            &params,
            r#","note":"\"a\"\n\u0001é/","expect":{"result" : null,"#,
            "\r\n",
            r#" "moved": {"create_thread": 2}},"failures":[{"path":"moved.create_thread","want":2,"got":1}],"#,
            r#""moved":{"create_thread":1},"result":null,"calls":"#,
            &calls(&bench, create),
            "}",
        ]
        .concat()
    );
    let params = r#"{"thread_id":"0198f2a3-0000-7000-8000-000000000002","patch":{"name":null}}"#;
    let update = play(
        &bench,
        &format!(r#"{{"method":"update_thread_metadata","params":{params}}}"#),
    )
    .await;
    assert_eq!(
        opened(&bench, update),
        [
            r#"{"step":2,"at":"2026-05-13T00:28:15.500Z","method":"update_thread_metadata","params":"#,
            params,
            r#","why":["This thread was never created, so there is no thread to return; but the patch was kept and "#,
            r#"will apply if the thread is created. (rule M1)","A patch does not start a history: load_history does not find this "#,
            r#"thread either. (rule M2)","A failed call is counted too. (rule C1)"],"#,
            r#""moved":{"update_thread_metadata":1},"error":{"code":"thread_not_found","#,
            r#""message":"thread 0198f2a3-0000-7000-8000-000000000002 not found"},"calls":"#,
            &calls(&bench, update),
            "}",
        ]
        .concat()
    );
}

#[tokio::test]
async fn an_outside_change_is_opened_in_these_bytes() {
    let bench = at_noon();
    bench.inner().call(step(Op::CreateThread)).await.unwrap();
    // The workbench notices the change at the next call.
    bench.call(step(Op::FlushThread)).await.unwrap();
    assert_eq!(
        opened(&bench, 1),
        r#"{"step":1,"at":"2026-05-13T12:00:00Z","outside":"1 thread changed, 1 call","threads":["0198f2a3-0000-7000-8000-000000000001"]}"#
    );
}

/// Such a path has no JSON form: it or the parameters are `null`, and a result that contains it is omitted.
#[tokio::test]
async fn a_path_that_is_not_utf8_is_omitted_from_an_opened_step() {
    let bench = at_noon();
    bench.call(step(Op::CreateThread)).await.unwrap();
    let path = PathBuf::from(OsStr::from_bytes(b"/tmp/\xff.jsonl"));
    let mut resume = ResumeThreadParams::new(ID.parse().unwrap());
    resume.rollout_path = Some(path.clone());
    bench.call(Step::ResumeThread(resume)).await.unwrap();
    assert_eq!(
        opened(&bench, 2),
        [
            r#"{"step":2,"at":"2026-05-13T12:00:00Z","method":"resume_thread","params":null,"#,
            r#""moved":{"resume_thread":1},"result":null,"calls":"#,
            &calls(&bench, 2),
            "}",
        ]
        .concat()
    );
    let patch = ThreadMetadataPatch {
        cwd: Some(path),
        ..Default::default()
    };
    let update = UpdateThreadMetadataParams::new(ID.parse().unwrap(), patch);
    bench.call(Step::UpdateThreadMetadata(update)).await.unwrap();
    assert_eq!(
        opened(&bench, 3),
        r#"{"step":3,"at":"2026-05-13T12:00:00Z","method":"update_thread_metadata","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","patch":{"cwd":null}}}"#
    );
}
