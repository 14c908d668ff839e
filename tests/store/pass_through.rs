//! A store of which only the answers are known. A wrapper that forwards every call is correct, so it meets every
//! included scenario, and the report lists the expectations that could not be judged.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use threadloupe::contract::{
    AppendThreadItemsParams, ArchiveThreadParams, CreateThreadParams, ItemPage as Items, ListItemsParams,
    ListThreadsParams, ListTurnsParams, LoadThreadHistoryParams, ReadThreadByRolloutPathParams,
    ReadThreadParams, ResumeThreadParams, StoredThread as Thread, StoredThreadHistory as History,
    ThreadPage as Page, ThreadStore, ThreadStoreFuture, TurnPage as Turns, UpdateThreadMetadataParams,
};
use threadloupe::ops_table;
use threadloupe::protocol::ThreadId;
use threadloupe::store::{InMemoryThreadStore, InMemoryThreadStoreCalls};
use threadloupe::workbench::Request;
use threadloupe::workbench::scenario::{Outcome, Parsed, Playing, Scenario, ScenarioSession, SessionStore};

type Nothing = ();

/// Forwards every call.
#[derive(Default)]
struct Wrapper(InMemoryThreadStore);

macro_rules! wrapper {
    (
        counted { $( $counted:ident $Counted:ident ($CountedParams:ty) -> $CountedAnswer:ident $about:literal; )* }
        uncounted { $( $free:ident $Free:ident ($FreeParams:ty) -> $FreeAnswer:ident $free_about:literal; )* }
    ) => {
        impl ThreadStore for Wrapper {
            fn as_any(&self) -> &dyn Any {
                self
            }

            $(
                fn $counted(&self, params: $CountedParams) -> ThreadStoreFuture<'_, $CountedAnswer> {
                    self.0.$counted(params)
                }
            )*
            $(
                fn $free(&self, params: $FreeParams) -> ThreadStoreFuture<'_, $FreeAnswer> {
                    self.0.$free(params)
                }
            )*
        }
    };
}
ops_table!(wrapper);

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/scenarios");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

/// Wrappers by id, each used as a store of which only the answers are known.
#[derive(Clone, Default)]
struct Registry(Arc<Mutex<HashMap<String, Arc<dyn ThreadStore>>>>);

struct Registered(Arc<dyn ThreadStore>, Registry);

impl Registry {
    fn open(&self, id: Option<&str>) -> Registered {
        let new = || Arc::new(Wrapper::default()) as Arc<dyn ThreadStore>;
        let mut stores = self.0.lock().unwrap();
        let store = id.map_or_else(new, |id| {
            Arc::clone(stores.entry(id.to_string()).or_insert_with(new))
        });
        Registered(store, self.clone())
    }
}

impl SessionStore for Registered {
    fn play(&self, request: Request, at: Option<DateTime<Utc>>) -> Playing<'_> {
        self.0.play(request, at)
    }

    fn pass(&self, at: DateTime<Utc>) {
        self.0.pass(at);
    }

    fn counters(&self) -> Option<InMemoryThreadStoreCalls> {
        self.0.counters()
    }

    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        Some(Arc::new(self.1.open(Some(id))))
    }
}

/// The outcomes of a scenario on wrappers.
async fn outcomes(text: &str, stores: &Registry) -> Vec<Outcome> {
    let store = stores.open(Scenario::open(text.as_bytes()).unwrap().header.store.as_deref());
    played(text, store).await
}

async fn played(text: &str, store: impl SessionStore + 'static) -> Vec<Outcome> {
    let mut scenario = Scenario::open(text.as_bytes()).unwrap();
    let mut session = ScenarioSession::new(store);
    if let Some(clock) = scenario.header.clock {
        session.set_clock(clock);
    }
    let mut outcomes = Vec::new();
    while let Some(parsed) = scenario.next_step().unwrap() {
        match parsed {
            Parsed::Step(statement) => outcomes.push(session.play(*statement).await),
            other => panic!("{other:?}"),
        }
    }
    outcomes
}

#[tokio::test]
async fn every_shipped_scenario_is_met_on_a_store_that_passes_every_call_on() {
    let stores = Registry::default();
    let mut judged: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        for outcome in outcomes(&text, &stores).await {
            assert!(outcome.is_good(), "{}: {outcome:?}", path.display());
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let (met, not) = judged.entry(name).or_default();
            *met += usize::from(outcome.expect.is_some());
            *not += usize::from(!outcome.not_judged.is_empty());
            // Only what no such store exposes is not judged.
            for path in &outcome.not_judged {
                let last = path.rsplit('.').next().unwrap();
                let is_call = outcome.method.as_deref() != Some("calls");
                match last {
                    "calls" | "moved" => {}
                    "result" => assert!(!is_call, "{path}: {outcome:?}"),
                    "created_at" | "updated_at" => assert!(is_call, "{path}: {outcome:?}"),
                    other => panic!("{other} of {outcome:?}"),
                }
            }
        }
    }
    let (met, not) = judged
        .values()
        .fold((0, 0), |(met, not), (one, other)| (met + one, not + other));
    assert!(met > 0 && not > 0, "{judged:?}");
    assert!(met > not, "most expectations can be judged: {judged:?}");
    assert!(judged["c-counters"].1 > 0, "{judged:?}");
}

#[tokio::test]
async fn what_is_wrong_of_what_can_be_judged_still_fails() {
    let id = "0198f2a3-0000-7000-8000-000000000001";
    let scenario = |steps: &[String]| {
        format!(
            "{{\"scenario\":\"s\",\"clock\":\"2026-05-13T00:28:15Z\"}}\n{}\n",
            steps.join("\n")
        )
    };
    let step = |method: &str, more: &str, expect: &str| {
        format!(r#"{{"method":"{method}","params":{{"thread_id":"{id}"{more}}},"expect":{expect}}}"#)
    };
    let text = scenario(&[
        // Counters, right or wrong, cannot be judged.
        step(
            "create_thread",
            "",
            r#"{"result":null,"moved":{"create_thread":7}}"#,
        ),
        step("create_thread", "", r#"{"calls":{"create_thread":7}}"#),
        r#"{"method":"calls","expect":{"result":{"create_thread":7}}}"#.to_string(),
        // First the time of the step itself, which the store did not see, then a different time.
        step(
            "read_thread",
            "",
            r#"{"result":{"created_at":"2026-05-13T00:28:15.003Z"}}"#,
        ),
        step(
            "read_thread",
            "",
            r#"{"result":{"created_at":"2026-05-13T00:28:15.003Z"}}"#,
        ),
        // A patch sets this time, so it is judged by its value.
        step(
            "update_thread_metadata",
            r#","patch":{"created_at":"2026-05-13T00:28:15.006Z"}"#,
            r#"{"result":{"created_at":"2026-05-13T00:28:15.006Z"}}"#,
        ),
        // archived_at is never the time of the clock, and a list of items has no times.
        step(
            "read_thread",
            "",
            r#"{"result":{"archived_at":"2026-05-13T00:28:15.006Z"}}"#,
        ),
        step(
            "load_history",
            "",
            r#"{"result":{"items":[]},"moved":{"load_history":1}}"#,
        ),
        step("read_thread", "", r#"{"result":{"name":"n"},"moved":{}}"#),
    ]);
    let found: Vec<(Option<usize>, Vec<String>)> = outcomes(&text, &Registry::default())
        .await
        .into_iter()
        .map(|outcome| (outcome.expect.map(|found| found.len()), outcome.not_judged))
        .collect();
    let not = |paths: &[&str]| paths.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        found,
        [
            (Some(0), not(&["moved"])),
            (None, not(&["calls"])),
            (None, not(&["result"])),
            (Some(0), not(&["result.created_at"])),
            (Some(1), not(&[])),
            (Some(0), not(&[])),
            (Some(1), not(&[])),
            (Some(0), not(&["moved"])),
            (Some(1), not(&["moved"])),
        ]
    );
}

#[tokio::test]
async fn an_answer_says_what_was_not_judged() {
    let text = concat!(
        r#"{"method":"create_thread","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001"},"expect":{"result":null,"moved":{"create_thread":1}}}"#,
        r#"{"method":"calls","expect":{"result":{"create_thread":1}}}"#,
        r#"{"method":"list_threads","store":"a","expect":{"result":{"items":[]}}}"#,
    );
    let mut written = Vec::new();
    let store: Arc<dyn ThreadStore> = Arc::new(Wrapper::default());
    for outcome in played(text, store).await {
        outcome.write(&mut written, None).unwrap();
    }
    assert_eq!(
        String::from_utf8(written).unwrap(),
        concat!(
            r#"{"step":1,"method":"create_thread","result":null,"expect":"met","not_judged":["moved"]}"#,
            "\n",
            r#"{"step":2,"method":"calls","error":{"code":"unsupported","message":"the store does not expose its counters"},"expect":"not_judged","not_judged":["result"]}"#,
            "\n",
            r#"{"step":3,"method":"list_threads","error":{"code":"unsupported","message":"stores of this type have no ids"},"expect":"not_judged","not_judged":["result"]}"#,
            "\n",
        )
    );
}
