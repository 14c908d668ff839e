//! The included scenarios, read once and played on a wrong store until an expectation fails.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use threadloupe::protocol::json::Json;
use threadloupe::store::InMemoryThreadStoreCalls;
use threadloupe::workbench::Request;
use threadloupe::workbench::conformance;
use threadloupe::workbench::scenario::{
    Method, Outcome, Parsed, Playing, Returned, ScenarioHeader, ScenarioSession, SessionStore, Statement,
    Values, mismatches,
};

use super::wrong::{Row, Way, Wrong, ready, threads};

/// One scenario: its file, its header, and its steps with their original parameters.
pub struct File {
    name: String,
    header: ScenarioHeader,
    steps: Vec<(Statement, Value)>,
}

pub struct Library(Vec<File>);

impl Library {
    pub fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/scenarios");
        let mut paths: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        Self(paths.iter().map(|path| file(path)).collect())
    }

    pub fn all(&self) -> impl Iterator<Item = &File> {
        self.0.iter()
    }

    /// The files forevery store.
    pub fn contract(&self) -> impl Iterator<Item = &File> {
        self.all()
            .filter(|file| conformance::contract().any(|shipped| shipped.name == file.name))
    }

    /// The files with the letter of a rule.
    pub fn of(&self, rule: &str) -> impl Iterator<Item = &File> {
        let begin = format!("{}-", rule[..1].to_lowercase());
        self.all().filter(move |file| file.name.starts_with(&begin))
    }
}

fn file(path: &Path) -> File {
    let text = fs::read_to_string(path).unwrap();
    let mut values = Values::new(text.as_bytes());
    let (mut header, mut steps) = (ScenarioHeader::default(), Vec::new());
    while let Some(value) = values.next_value().unwrap() {
        match Parsed::read(&value, true) {
            Parsed::Header(found) => header = found,
            Parsed::Step(step) => {
                let written: Value = serde_json::from_str(value.text.as_ref().unwrap()).unwrap();
                let params = written.get("params").cloned();
                steps.push((*step, params.unwrap_or(json!({}))));
            }
            Parsed::Invalid(invalid) => panic!("{}: {}", path.display(), invalid.message),
        }
    }
    File {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        header,
        steps,
    }
}

/// The place where the first expectation fails on a wrong store.
pub fn first_failure<'a>(files: impl Iterator<Item = &'a File>, row: &Arc<Row>) -> Option<String> {
    play(files, row, |file, step, failed| {
        failed.map(|path| format!("{file}: step {step}: {path}"))
    })
}

/// Whether the expectation of this step fails on a wrong store.
pub fn fails_at<'a>(files: impl Iterator<Item = &'a File>, row: &Arc<Row>, file: &str, step: u64) -> bool {
    let played = play(files, row, |played, at, failed| {
        (played == file && at == step).then_some(failed.is_some())
    });
    played.unwrap_or_default()
}

/// Plays files on a wrong store until `seen` returns a value. `seen` gets the file, the step, and the place where its
/// expectation fails.
fn play<'a, T>(
    files: impl Iterator<Item = &'a File>,
    row: &Arc<Row>,
    seen: impl Fn(&str, u64, Option<String>) -> Option<T>,
) -> Option<T> {
    let registry = Arc::new(Registry::new(row));
    for file in files {
        let mut session = ScenarioSession::new(registry.open(file.header.store.as_deref()));
        session.set_clock(file.header.clock.unwrap());
        for (statement, params) in &file.steps {
            let is_call = matches!(statement.method, Method::Call(_));
            *registry.written.lock().unwrap() = is_call.then(|| params.clone());
            let outcome = ready(session.play(statement.clone()));
            let failed = match row.way {
                Way::Writes(writes) => written_otherwise(statement, &outcome, writes),
                _ => outcome
                    .expect
                    .unwrap_or_default()
                    .first()
                    .map(|found| found.path.clone()),
            };
            let enough = seen(&file.name, outcome.step, failed);
            if enough.is_some() {
                return enough;
            }
        }
    }
    None
}

/// Stores that are wrong in the same way, by id.
pub struct Registry {
    row: Arc<Row>,
    stores: Mutex<HashMap<String, Arc<Wrong>>>,
    /// The original parameters of the next call.
    written: Mutex<Option<Value>>,
}

/// A store of a registry.
pub struct Registered {
    store: Arc<Wrong>,
    registry: Arc<Registry>,
}

impl Registry {
    pub fn new(row: &Arc<Row>) -> Self {
        Self {
            row: Arc::clone(row),
            stores: Mutex::default(),
            written: Mutex::default(),
        }
    }

    /// The store with an id; a separate store without one.
    pub fn open(self: &Arc<Self>, id: Option<&str>) -> Registered {
        let id = match (&self.row.way, id) {
            (Way::Opens(opens), Some(id)) => opens(id),
            (Way::Default(id), None) => Some((*id).to_string()),
            (_, id) => id.map(str::to_string),
        };
        let new = || Arc::new(Wrong::new(&self.row));
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        Registered {
            store: id.map_or_else(new, |id| Arc::clone(stores.entry(id).or_insert_with(new))),
            registry: Arc::clone(self),
        }
    }
}

impl SessionStore for Registered {
    fn play(&self, request: Request, at: Option<DateTime<Utc>>) -> Playing<'_> {
        let written = self.registry.written.lock().unwrap().take();
        written.into_iter().for_each(|params| self.store.written(params));
        self.store.play(request, at)
    }

    fn pass(&self, at: DateTime<Utc>) {
        self.store.pass(at);
    }

    fn counters(&self) -> Option<InMemoryThreadStoreCalls> {
        let calls = self.store.counters();
        self.store.counters_were_asked_for();
        calls
    }

    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        Some(Arc::new(self.registry.open(Some(id))))
    }
}

/// The same store as another program: it gets the parameters and gives its answers as JSON.
pub struct Elsewhere(pub Registered);

impl SessionStore for Elsewhere {
    fn play(&self, request: Request, at: Option<DateTime<Utc>>) -> Playing<'_> {
        let params = serde_json::from_str(&request.params().unwrap()).unwrap();
        self.0.store.written(params);
        Box::pin(std::future::ready(self.0.store.sent(&request, at)))
    }

    fn pass(&self, at: DateTime<Utc>) {
        self.0.pass(at);
    }

    fn counters(&self) -> Option<InMemoryThreadStoreCalls> {
        self.0.counters()
    }

    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        Some(Arc::new(Self(self.0.registry.open(Some(id)))))
    }
}

/// The place where the result does not meet the expectation after `writes` has changed it.
fn written_otherwise(statement: &Statement, outcome: &Outcome, writes: fn(&mut Value)) -> Option<String> {
    let (Returned::Answer(answer), Method::Call(Request { step, .. })) =
        (&outcome.returned, &statement.method)
    else {
        return None;
    };
    let mut result = json!(answer);
    threads(&mut result).into_iter().for_each(writes);
    let came = json!({ "result": result }).to_string();
    let want: Value = serde_json::from_str(statement.expect.as_ref()?).unwrap();
    let want = json!({ "result": want["result"] }).to_string();
    let found = mismatches(
        Json::parse(&want).unwrap(),
        Json::parse(&came).unwrap(),
        Some(step.op()),
    );
    found.first().map(|found| found.path.clone())
}
