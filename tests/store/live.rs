//! Live threads on a store: the state after a create and a resume (contract 9.3), the calls of each step (9.6), the
//! measured sequences (9.7), and the rules V1 to V4.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use threadloupe::contract::*;
use threadloupe::live::{
    LiveOptions, LiveThread, LiveThreadInitGuard, LiveThreads, MetadataSync, TOUCH_INTERVAL,
};
use threadloupe::protocol::*;
use threadloupe::store::InMemoryThreadStoreCalls;
use tokio::time::{Instant, advance};

mod append;
mod door;
mod guard;
mod measured;
mod start;
mod steps;
mod witness;

use witness::{Witness, moment};

const ID: &str = "0198e0c2-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

/// The fields that the initial metadata of a create sets.
const FACTS: &str = "model_provider,created_at,updated_at,source,thread_source,agent_nickname,agent_role,agent_path,cwd,cli_version,memory_mode";

fn id() -> ThreadId {
    ThreadId::from_string(ID).unwrap()
}

fn metadata(cwd: Option<&str>) -> ThreadPersistenceMetadata {
    ThreadPersistenceMetadata {
        cwd: cwd.map(PathBuf::from),
        model_provider: "openai".to_owned(),
        memory_mode: ThreadMemoryMode::Enabled,
    }
}

fn create_params() -> CreateThreadParams {
    create_params_in(Some("/w"))
}

fn create_params_in(cwd: Option<&str>) -> CreateThreadParams {
    let mut params = CreateThreadParams::new(id());
    params.source = SessionSource::Exec;
    params.thread_source = Some(ThreadSource::User);
    params.metadata = metadata(cwd);
    params
}

fn resume_params(history: Option<Vec<RolloutItem>>) -> ResumeThreadParams {
    let mut params = ResumeThreadParams::new(id());
    params.history = history;
    params.include_archived = true;
    params.metadata = metadata(Some("/w"));
    params
}

fn options(witness: &Arc<Witness>) -> LiveOptions {
    let mut options = LiveOptions::default();
    options.now = witness.now();
    options
}

async fn create(witness: &Arc<Witness>) -> LiveThread {
    LiveThread::create_with(witness.clone(), create_params(), options(witness))
        .await
        .unwrap()
}

async fn resume(witness: &Arc<Witness>, history: Option<Vec<RolloutItem>>) -> LiveThread {
    LiveThread::resume_with(witness.clone(), resume_params(history), options(witness))
        .await
        .unwrap()
}

fn item(kind: &str, payload: Value) -> RolloutItem {
    let line = json!({"timestamp": "2026-01-01T00:00:00.000Z", "type": kind, "payload": payload});
    RolloutItem::parse(line.to_string()).unwrap()
}

fn user(message: &str) -> RolloutItem {
    item(
        "event_msg",
        json!({"type": "user_message", "message": message, "local_images": [], "text_elements": []}),
    )
}

fn compacted() -> RolloutItem {
    item("compacted", json!({"message": "m"}))
}

fn token_count() -> RolloutItem {
    item(
        "event_msg",
        json!({"type": "token_count", "info": null, "rate_limits": null}),
    )
}

fn never_kept() -> RolloutItem {
    item("event_msg", json!({"type": "shutdown_complete"}))
}

fn turn(cwd: &str) -> RolloutItem {
    item(
        "turn_context",
        json!({"cwd": cwd, "approval_policy": "on-request", "sandbox_policy": {"type": "danger-full-access"},
            "model": "m", "effort": "high", "summary": "auto"}),
    )
}

fn name_patch(name: &str) -> ThreadMetadataPatch {
    let mut patch = ThreadMetadataPatch::default();
    patch.set_name(name);
    patch
}

/// The counters that changed, by name.
fn moved(calls: &InMemoryThreadStoreCalls) -> Value {
    let mut counters = serde_json::to_value(calls).unwrap();
    counters
        .as_object_mut()
        .unwrap()
        .retain(|_, count| count != &json!(0));
    counters
}

async fn counters(witness: &Witness) -> Value {
    moved(&witness.calls().await)
}

fn no_calls() -> Vec<String> {
    Vec::new()
}

/// The pending patch as a sparse patch in JSON.
fn pending(sync: &MetadataSync) -> Value {
    let patch = sync.pending().expect("something waits").patch;
    let mut said = serde_json::to_value(&patch).unwrap();
    let clearable = [
        "name",
        "thread_source",
        "agent_nickname",
        "agent_role",
        "agent_path",
    ];
    said.as_object_mut()
        .unwrap()
        .retain(|key, value| !value.is_null() || clearable.contains(&key.as_str()));
    said
}
