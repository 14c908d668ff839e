//! A store with a fixed clock, and calls on it written as JSON.

use std::future::Future;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;
use threadloupe::contract::{Op, Step, carry};
use threadloupe::protocol::ThreadId;
use threadloupe::protocol::json::Json;
use threadloupe::store::{InMemoryThreadStore, InMemoryThreadStoreCalls};

pub const ONE: &str = "0198f2a3-0000-7000-8000-000000000001";
pub const TWO: &str = "0198f2a3-0000-7000-8000-000000000002";
pub const THREE: &str = "0198f2a3-0000-7000-8000-000000000003";
/// The time of the clock until a test sets it.
pub const NOW: &str = "2026-05-13T00:28:15Z";

pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn id(text: &str) -> ThreadId {
    ThreadId::from_string(text).unwrap()
}

pub fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

pub struct Desk {
    pub store: Arc<InMemoryThreadStore>,
}

impl Desk {
    pub fn new() -> Self {
        Self::at(Arc::new(InMemoryThreadStore::standing_at(moment(NOW))))
    }

    pub fn at(store: Arc<InMemoryThreadStore>) -> Self {
        Self { store }
    }

    /// A store in which thread ONE has been created.
    pub fn with_one() -> Self {
        let desk = Self::new();
        desk.create(ONE);
        desk
    }

    /// Makes a call. Returns its answer as JSON text, or the code and the message of its error.
    pub fn call(&self, method: &str, params: &str) -> Result<String, (&'static str, String)> {
        let op = Op::named(method).unwrap();
        let step = Step::read(op, Some(Json::parse(params).unwrap())).unwrap();
        block(carry(&*self.store, step))
            .map(|answer| serde_json::to_string(&answer).unwrap())
            .map_err(|error| (error.code(), error.to_string()))
    }

    /// Makes a call that must succeed and returns its answer.
    pub fn ok(&self, method: &str, params: Value) -> Value {
        match self.call(method, &params.to_string()) {
            Ok(answer) => serde_json::from_str(&answer).unwrap(),
            Err(error) => panic!("{method} {params}: {error:?}"),
        }
    }

    /// Makes a call that must fail and returns its code and message.
    pub fn fails(&self, method: &str, params: Value) -> (&'static str, String) {
        match self.call(method, &params.to_string()) {
            Ok(answer) => panic!("{method} {params}: {answer}"),
            Err(error) => error,
        }
    }

    /// Makes a call that must fail because the thread does not exist.
    pub fn not_found(&self, method: &str, params: Value, id: &str) {
        let found = self.fails(method, params);
        assert_eq!(found, ("thread_not_found", format!("thread {id} not found")));
    }

    pub fn create(&self, id: &str) {
        self.ok("create_thread", serde_json::json!({"thread_id": id}));
    }

    pub fn append(&self, id: &str, items: Value) {
        self.ok(
            "append_items",
            serde_json::json!({"thread_id": id, "items": items}),
        );
    }

    pub fn resume(&self, id: &str, path: &str) {
        self.ok(
            "resume_thread",
            serde_json::json!({"thread_id": id, "rollout_path": path}),
        );
    }

    pub fn update(&self, id: &str, patch: Value) -> Value {
        self.ok(
            "update_thread_metadata",
            serde_json::json!({"thread_id": id, "patch": patch}),
        )
    }

    pub fn read(&self, id: &str) -> Value {
        self.ok("read_thread", serde_json::json!({"thread_id": id}))
    }

    /// The thread that a read by path returns.
    pub fn by_path(&self, path: &str) -> Value {
        self.ok(
            "read_thread_by_rollout_path",
            serde_json::json!({"rollout_path": path}),
        )
    }

    pub fn history(&self, id: &str) -> Value {
        self.ok("load_history", serde_json::json!({"thread_id": id}))["items"].clone()
    }

    /// The ids in a list, in order.
    pub fn listed(&self) -> Vec<String> {
        let page = self.ok("list_threads", serde_json::json!({}));
        let threads = page["items"].as_array().unwrap();
        threads
            .iter()
            .map(|thread| thread["thread_id"].as_str().unwrap().to_string())
            .collect()
    }

    pub fn calls(&self) -> InMemoryThreadStoreCalls {
        block(self.store.calls())
    }

    /// Checks the error for a path that was never registered.
    pub fn unknown_path(&self, path: &str) {
        let found = self.fails(
            "read_thread_by_rollout_path",
            serde_json::json!({"rollout_path": path}),
        );
        let text =
            format!("invalid thread-store request: in-memory thread store does not know rollout path {path}");
        assert_eq!(found, ("invalid_request", text));
    }
}
