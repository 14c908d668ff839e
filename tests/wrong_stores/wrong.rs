//! A store with one wrong rule: a wrapper of a correct store that behaves wrongly in one way.
//!
//! It contains two correct stores. `face` has the counters and `kept` has the threads, so counting and storing can go
//! wrong separately.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use threadloupe::contract::{
    AppendThreadItemsParams, ArchiveThreadParams, CreateThreadParams, ListItemsParams, ListThreadsParams,
    ListTurnsParams, LoadThreadHistoryParams, OPS, Op, ReadThreadByRolloutPathParams, ReadThreadParams,
    ResumeThreadParams, Step, ThreadMetadataPatch, ThreadStore, ThreadStoreError, ThreadStoreFuture,
    ThreadStoreResult, UpdateThreadMetadataParams, carry,
};
use threadloupe::ops_table;
use threadloupe::protocol::ThreadId;
use threadloupe::protocol::json::Json;
use threadloupe::store::{CallTime, InMemoryThreadStore, InMemoryThreadStoreCalls, Snapshot, ThreadRecord};
use threadloupe::workbench::Request;
use threadloupe::workbench::scenario::{PlayedCall, Playing, Returned, SessionStore};

/// A rule and the way in which a store breaks it.
pub struct Row {
    /// The rule, such as `A1`.
    pub rule: &'static str,
    /// What the store does instead, in a sentence.
    pub wrong: String,
    pub way: Way,
}

/// A call as data: its method and its original parameters.
pub type Asked = (&'static str, Value);

type Result<T> = ThreadStoreResult<T>;
type Counts = dyn Fn(&Call, bool) -> Vec<Op> + Send + Sync;
type Does = dyn Fn(&Call, &Seen) -> Result<Vec<Asked>> + Send + Sync;
type Forgets = dyn Fn(&Call, &Call, &Seen) -> bool + Send + Sync;
type Merges = dyn Fn(&mut ThreadMetadataPatch, &ThreadMetadataPatch, &Value) + Send + Sync;
type Shows = dyn Fn(&mut Value, &Seen) + Send + Sync;
type Answers = dyn Fn(&Call, &Seen, Result<Value>) -> Result<Value> + Send + Sync;

/// How a store is wrong.
pub enum Way {
    /// It is correct.
    Right,
    /// A registered id is looked up under another id, or gets a new store each time.
    Opens(fn(&str) -> Option<String>),
    /// A store without an id is the registered store with this id.
    Default(&'static str),
    /// A call counts for these methods; the function gets the call and whether it succeeded.
    Counts(Box<Counts>),
    /// Reading the counters is counted as a call of this method.
    CountsAsking(Op),
    /// These calls are made instead; the answer is that of the last one. An error rejects the call.
    Does(Box<Does>),
    /// A call makes the store forget an earlier one, which is the first argument.
    Forgets(Box<Forgets>),
    /// A patch is merged in another way; the function gets the patch and its text.
    Merges(Box<Merges>),
    /// Every returned thread is changed.
    Shows(Box<Shows>),
    /// The answer is different.
    Answers(Box<Answers>),
    /// Every returned thread is written in another way.
    Writes(fn(&mut Value)),
}

/// A call that was made.
#[derive(Clone)]
pub struct Call {
    pub method: &'static str,
    pub params: Value,
    pub at: DateTime<Utc>,
}

impl Call {
    /// The id of its thread; empty if it has none.
    pub fn id(&self) -> &str {
        self.params["thread_id"].as_str().unwrap_or_default()
    }

    pub fn is(&self, method: &str) -> bool {
        self.method == method
    }

    /// Whether a flag is set.
    pub fn has(&self, flag: &str) -> bool {
        self.params[flag] == true
    }

    /// The call itself, unchanged.
    pub fn itself(&self) -> Vec<Asked> {
        vec![(self.method, self.params.clone())]
    }

    /// The call with another one before it.
    pub fn after(&self, method: &'static str, params: Value) -> Vec<Asked> {
        vec![(method, params), (self.method, self.params.clone())]
    }

    /// The call with its parameters changed.
    pub fn with(&self, change: impl FnOnce(&mut Value)) -> Vec<Asked> {
        let mut params = self.params.clone();
        change(&mut params);
        vec![(self.method, params)]
    }
}

/// What a wrong store can use: the calls so far, and the data of the correct store.
pub struct Seen<'a> {
    pub calls: &'a [Call],
    pub store: &'a Snapshot,
    pub now: DateTime<Utc>,
}

impl Seen<'_> {
    pub fn record(&self, id: &str) -> Option<&ThreadRecord> {
        self.store
            .thread(ThreadId::from_string(id).ok()?)
            .map(|record| &**record)
    }

    pub fn is_created(&self, id: &str) -> bool {
        self.record(id).is_some_and(ThreadRecord::is_listed)
    }

    pub fn is_loadable(&self, id: &str) -> bool {
        self.record(id).is_some_and(ThreadRecord::is_loadable)
    }

    /// The parameters of the last create.
    pub fn create(&self, id: &str) -> Value {
        let create = self.record(id).and_then(|record| record.create.as_deref());
        json!(create)
    }

    /// The accumulated patch.
    pub fn patch(&self, id: &str) -> Value {
        let patch = self.record(id).and_then(|record| record.patch.as_deref());
        json!(patch)
    }

    /// All items of a thread.
    pub fn items(&self, id: &str) -> Vec<Value> {
        let history = self.record(id).and_then(|record| record.history.as_ref());
        let items = history.into_iter().flat_map(|history| history.iter());
        items
            .map(|item| serde_json::from_str(&item.text()).unwrap())
            .collect()
    }

    /// The calls of these methods for a thread, in order.
    pub fn about(&self, id: &str, methods: &[&str]) -> Vec<&Call> {
        let about = self
            .calls
            .iter()
            .filter(|call| call.id() == id && methods.contains(&call.method));
        about.collect()
    }

    /// Whether one of these methods was called for a thread.
    pub fn was(&self, id: &str, methods: &[&str]) -> bool {
        !self.about(id, methods).is_empty()
    }

    /// The time of the last call of these methods for a thread.
    pub fn last(&self, id: &str, methods: &[&str]) -> Option<DateTime<Utc>> {
        self.about(id, methods).last().map(|call| call.at)
    }

    pub fn is_archived(&self, id: &str) -> bool {
        let calls = self.about(id, &["archive_thread", "unarchive_thread"]);
        calls.last().is_some_and(|call| call.is("archive_thread"))
    }

    /// The thread that a path belongs to.
    pub fn owner(&self, path: &str) -> Option<String> {
        self.store.owner(path.as_ref()).map(|id| id.to_string())
    }
}

pub fn not_found(id: &str) -> ThreadStoreError {
    let thread_id = ThreadId::from_string(id).unwrap();
    ThreadStoreError::ThreadNotFound { thread_id }
}

pub fn refused(message: &str) -> ThreadStoreError {
    ThreadStoreError::InvalidRequest {
        message: message.to_string(),
    }
}

/// The result of a future that is ready at once, as that of an in-memory store is.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("an in-memory store never waits"),
    }
}

fn carried(store: &InMemoryThreadStore, (method, params): &Asked, at: DateTime<Utc>) -> Result<Value> {
    let params = params.to_string();
    let step = Step::read(Op::named(method).unwrap(), Some(Json::parse(&params).unwrap())).unwrap();
    let called = store.call_at(step, CallTime::At(at));
    called.result.map(|answer| json!(answer))
}

/// The threads in an answer.
pub fn threads(answer: &mut Value) -> Vec<&mut Value> {
    if answer.get("preview").is_some() {
        return vec![answer];
    }
    let page = answer.get("next_cursor").is_some();
    let items = answer.get_mut("items").filter(|_| page);
    items
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .collect()
}

pub struct Wrong {
    row: Arc<Row>,
    face: InMemoryThreadStore,
    threads: Mutex<Threads>,
}

struct Threads {
    kept: InMemoryThreadStore,
    calls: Vec<Call>,
    /// The original parameters of the next call.
    written: Option<Value>,
    /// The time of the next call.
    at: DateTime<Utc>,
}

impl Wrong {
    pub fn new(row: &Arc<Row>) -> Self {
        Self {
            row: Arc::clone(row),
            face: InMemoryThreadStore::default(),
            threads: Mutex::new(Threads {
                kept: InMemoryThreadStore::default(),
                calls: Vec::new(),
                written: None,
                at: Utc::now(),
            }),
        }
    }

    /// Sets the original parameters of the next call. A null for a two-state field is lost when they are parsed.
    pub fn written(&self, params: Value) {
        self.threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .written = Some(params);
    }

    /// Records that the counters were read.
    pub fn counters_were_asked_for(&self) {
        if let Way::CountsAsking(op) = self.row.way {
            self.count(op);
        }
    }

    fn count(&self, op: Op) {
        let any = json!({"thread_id": ThreadId::default(), "rollout_path": "", "items": [], "patch": {}, "turn_id": ""});
        // Only the counter matters here.
        let _ = carried(&self.face, &(op.name(), any), Utc::now());
    }

    fn answer(&self, op: Op, step: &Step) -> Result<Value> {
        let mut held = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let Threads {
            kept,
            calls,
            written,
            at,
        } = &mut *held;
        let read = || serde_json::from_str(&step.params().unwrap()).unwrap();
        let call = Call {
            method: op.name(),
            params: written.take().unwrap_or_else(read),
            at: *at,
        };
        let before = kept.snapshot();
        let seen = Seen {
            calls,
            store: &before,
            now: call.at,
        };
        let does = match &self.row.way {
            Way::Does(does) => does(&call, &seen),
            _ => Ok(call.itself()),
        };
        if let Way::Forgets(forgets) = &self.row.way {
            let stays = calls.iter().filter(|made| !forgets(made, &call, &seen));
            let stays: Vec<Call> = stays.cloned().collect();
            if stays.len() < calls.len() {
                kept.restore(&InMemoryThreadStore::default().snapshot());
                for made in &stays {
                    // A call that failed before fails again.
                    let _ = carried(kept, &(made.method, made.params.clone()), made.at);
                }
                *calls = stays;
            }
        }
        let nothing = Ok(Value::Null);
        let result = does.and_then(|does| {
            does.iter()
                .map(|asked| carried(kept, asked, call.at))
                .last()
                .unwrap_or(nothing)
        });
        calls.push(call.clone());
        let seen = Seen {
            calls,
            store: &kept.snapshot(),
            now: call.at,
        };
        let result = self.changed(&call, &seen, result);
        match &self.row.way {
            Way::Counts(counts) => counts(&call, result.is_ok())
                .into_iter()
                .for_each(|op| self.count(op)),
            _ => self.count(op),
        }
        result
    }

    fn changed(&self, call: &Call, seen: &Seen, mut result: Result<Value>) -> Result<Value> {
        let shown = result.as_mut().map(threads).unwrap_or_default();
        match &self.row.way {
            Way::Shows(shows) => shown.into_iter().for_each(|thread| shows(thread, seen)),
            Way::Merges(merges) => shown
                .into_iter()
                .for_each(|thread| *thread = merged(thread, seen, &**merges)),
            Way::Answers(answers) => return answers(call, seen, result),
            _ => {}
        }
        result
    }
}

/// A thread as it would be if all its patches were merged in another way.
fn merged(thread: &Value, seen: &Seen, merge: &Merges) -> Value {
    let id = thread["thread_id"].as_str().unwrap();
    let mut patch = ThreadMetadataPatch::default();
    for call in seen.about(id, &["update_thread_metadata"]) {
        let text = &call.params["patch"];
        merge(&mut patch, &serde_json::from_value(text.clone()).unwrap(), text);
    }
    let mut record = seen.record(id).unwrap().clone();
    record.patch = Some(Arc::new(patch));
    let mut shown = json!(record.project(seen.now));
    shown["history"] = thread["history"].clone();
    shown
}

macro_rules! wrong {
    (
        counted { $( $counted:ident $Counted:ident ($CountedParams:ty) -> $CountedAnswer:ident $about:literal; )* }
        uncounted { $( $free:ident $Free:ident ($FreeParams:ty) -> $FreeAnswer:ident $free_about:literal; )* }
    ) => {
        wrong! { @
            $( $counted $Counted ($CountedParams) $CountedAnswer; )* $( $free $Free ($FreeParams) $FreeAnswer; )*
        }
    };
    (@ $( $method:ident $Variant:ident ($Params:ty) $Answer:ident; )*) => {
        impl ThreadStore for Wrong {
            fn as_any(&self) -> &dyn Any {
                self
            }

            $(
                fn $method(&self, params: $Params) -> ThreadStoreFuture<'_, answers::$Answer> {
                    let answer = self.answer(Op::$Variant, &Step::$Variant(params));
                    Box::pin(async move { Ok(serde_json::from_str(&answer?.to_string()).unwrap()) })
                }
            )*
        }
    };
}
ops_table!(wrong);

impl Wrong {
    /// Makes a call. The answer is the JSON that another program would send, in whatever form it is.
    pub fn sent(&self, request: &Request, at: Option<DateTime<Utc>>) -> PlayedCall {
        if let Some(at) = at {
            self.threads.lock().unwrap_or_else(PoisonError::into_inner).at = at;
        }
        // Some wrong stores expect what the included scenarios send. A program would end there.
        let calling = AssertUnwindSafe(|| self.answer(request.step.op(), &request.step));
        let answer = catch_unwind(calling).unwrap_or_else(|_| Err(refused("this store has failed")));
        let written = |mut result: Value| {
            if let Way::Writes(writes) = self.row.way {
                threads(&mut result).into_iter().for_each(writes);
            }
            result
        };
        PlayedCall {
            returned: match answer {
                Ok(result) => Returned::SentResult(written(result).to_string()),
                Err(error) => Returned::from(Err(error)),
            },
            at,
            calls: None,
            before: None,
            compared: None,
            left_open: None,
        }
    }
}

impl SessionStore for Wrong {
    fn play(&self, request: Request, at: Option<DateTime<Utc>>) -> Playing<'_> {
        Box::pin(async move {
            if let Some(at) = at {
                self.threads.lock().unwrap_or_else(PoisonError::into_inner).at = at;
            }
            let before = self.face.snapshot();
            let result = carry(self, *request.step).await;
            PlayedCall {
                returned: result.into(),
                at,
                calls: Some([before.calls(), self.face.snapshot().calls()]),
                before: Some(before),
                compared: None,
                left_open: None,
            }
        })
    }

    fn pass(&self, _at: DateTime<Utc>) {}

    fn counters(&self) -> Option<InMemoryThreadStoreCalls> {
        Some(self.face.snapshot().calls())
    }
}

/// The types in the OPS table, by their role in an answer.
mod answers {
    pub use threadloupe::contract::{
        ItemPage as Items, StoredThread as Thread, StoredThreadHistory as History, ThreadPage as Page,
        TurnPage as Turns,
    };
    pub type Nothing = ();
}

pub fn row(rule: &'static str, wrong: impl Into<String>, way: Way) -> Row {
    Row {
        rule,
        wrong: wrong.into(),
        way,
    }
}

pub fn counts(
    rule: &'static str,
    wrong: impl Into<String>,
    way: impl Fn(&Call, bool) -> Vec<Op> + Send + Sync + 'static,
) -> Row {
    row(rule, wrong, Way::Counts(Box::new(way)))
}

pub fn does(
    rule: &'static str,
    wrong: impl Into<String>,
    way: impl Fn(&Call, &Seen) -> Result<Vec<Asked>> + Send + Sync + 'static,
) -> Row {
    row(rule, wrong, Way::Does(Box::new(way)))
}

/// Calls of one method are replaced by other calls.
pub fn instead(
    rule: &'static str,
    method: &'static str,
    wrong: impl Into<String>,
    way: impl Fn(&Call, &Seen) -> Vec<Asked> + Send + Sync + 'static,
) -> Row {
    does(rule, wrong, move |call, seen| {
        Ok(if call.is(method) {
            way(call, seen)
        } else {
            call.itself()
        })
    })
}

/// Calls of one method are rejected if a condition is true.
pub fn refuses(
    rule: &'static str,
    method: &'static str,
    wrong: impl Into<String>,
    when: impl Fn(&Call, &Seen) -> bool + Send + Sync + 'static,
) -> Row {
    does(rule, wrong, move |call, seen| {
        match call.is(method) && when(call, seen) {
            true if call.id().is_empty() => Err(refused("not like this")),
            true => Err(not_found(call.id())),
            false => Ok(call.itself()),
        }
    })
}

pub fn forgets(
    rule: &'static str,
    wrong: impl Into<String>,
    way: impl Fn(&Call, &Call, &Seen) -> bool + Send + Sync + 'static,
) -> Row {
    row(rule, wrong, Way::Forgets(Box::new(way)))
}

pub fn merges(
    rule: &'static str,
    wrong: impl Into<String>,
    way: impl Fn(&mut ThreadMetadataPatch, &ThreadMetadataPatch, &Value) + Send + Sync + 'static,
) -> Row {
    row(rule, wrong, Way::Merges(Box::new(way)))
}

pub fn shows(
    rule: &'static str,
    wrong: impl Into<String>,
    way: impl Fn(&mut Value, &Seen) + Send + Sync + 'static,
) -> Row {
    row(rule, wrong, Way::Shows(Box::new(way)))
}

pub fn answers(
    rule: &'static str,
    wrong: impl Into<String>,
    way: impl Fn(&Call, &Seen, Result<Value>) -> Result<Value> + Send + Sync + 'static,
) -> Row {
    row(rule, wrong, Way::Answers(Box::new(way)))
}

/// Successful answers of one method are changed.
pub fn gives(
    rule: &'static str,
    method: &'static str,
    wrong: impl Into<String>,
    way: impl Fn(&mut Value, &Call, &Seen) + Send + Sync + 'static,
) -> Row {
    answers(rule, wrong, move |call, seen, result| {
        result.map(|mut answer| {
            if call.is(method) {
                way(&mut answer, call, seen);
            }
            answer
        })
    })
}

/// The components of a path, by which paths are compared.
pub fn parts(path: &str) -> PathBuf {
    PathBuf::from(path).components().collect()
}

/// The counted methods.
pub fn counted() -> impl Iterator<Item = Op> {
    OPS.iter().filter(|row| row.counted).map(|row| row.op)
}
