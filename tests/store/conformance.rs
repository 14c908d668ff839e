//! Tests scenarios as tests of a store: the report for a wrong store; a store that differs from the in-memory store
//! wherever the contract allows it, and still passes; and whether the scenarios of the contract detect every known
//! violation.

#[path = "../../examples/conformance/store.rs"]
mod other_store;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use other_store::OtherStore;
use threadloupe::contract::{
    Answer, RULES, RuleScope, Step, StepStore, ThreadStore, ThreadStoreResult, carry,
};
use threadloupe::store::InMemoryThreadStore;
use threadloupe::workbench::scenario::{self, Report, Shipped};
use threadloupe::workbench::{Workbench, conformance};

/// Forwards every call, but ignores names.
#[derive(Default)]
struct Nameless(InMemoryThreadStore);

impl StepStore for Nameless {
    async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        let step = match step {
            Step::UpdateThreadMetadata(mut params) => {
                params.patch.name = None;
                Step::UpdateThreadMetadata(params)
            }
            step => step,
        };
        carry(&self.0, step).await
    }
}

/// Forwards every call.
#[derive(Default)]
struct Through(InMemoryThreadStore);

impl StepStore for Through {
    async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        carry(&self.0, step).await
    }
}

fn scope(name: &str) -> RuleScope {
    let found = scenario::shipped().iter().find(|shipped| shipped.name == name);
    found.unwrap().scope()
}

#[test]
fn the_shipped_scenarios_are_the_files_and_each_says_whom_it_binds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/scenarios");
    let mut files: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let shipped: Vec<&Shipped> = scenario::shipped().iter().collect();
    let names: Vec<&str> = shipped.iter().map(|shipped| shipped.name).collect();
    assert_eq!(names, files);
    for shipped in shipped {
        assert_eq!(
            fs::read_to_string(folder.join(shipped.name)).unwrap(),
            shipped.text
        );
    }
    let contract: Vec<&str> = conformance::contract().map(|shipped| shipped.name).collect();
    assert_eq!(contract, ["g-history.jsonl", "m-metadata.jsonl", "s-wire.jsonl"]);
    assert_eq!(scope("r-registry.jsonl"), RuleScope::InMemory);
    assert_eq!(scope("tour.jsonl"), RuleScope::InMemory);
    assert_eq!(scope("v-live.jsonl"), RuleScope::LiveThread);
}

#[test]
fn every_rule_of_the_contract_is_shown_by_a_scenario_that_binds_every_store() {
    for rule in RULES.iter().filter(|rule| rule.scope == RuleScope::Contract) {
        let shown = conformance::contract().any(|shipped| shipped.rules().any(|of| of.number == rule.number));
        assert!(shown, "{rule}");
    }
}

#[test]
fn a_right_store_keeps_the_contract_however_it_is_given() {
    conformance::check(InMemoryThreadStore::default);
    conformance::check(Through::default);
    conformance::check(|| Arc::new(Through::default()) as Arc<dyn ThreadStore>);
}

/// A check inside a runtime neither panics nor waits for that runtime.
#[tokio::test]
async fn a_runtime_of_the_caller_is_not_in_the_way() {
    conformance::check(Through::default);
    let opened = || async { Through::default() };
    let report = conformance::play(conformance::contract(), opened).await;
    assert!(report.passed(), "{report}");
}

#[test]
fn a_store_that_differs_wherever_that_is_left_open_keeps_the_contract() {
    let report = conformance::report(conformance::contract(), OtherStore::default);
    assert!(report.passed(), "{report}");
    // It really differs: it fails the scenarios that are specific to the in-memory store.
    for shipped in scenario::shipped() {
        let report = conformance::report([shipped], OtherStore::default);
        let is_other = shipped.scope() != RuleScope::Contract;
        let counters_alone = shipped.name.starts_with("c-") || shipped.name.starts_with("r-");
        assert!(
            report.passed() != is_other || counters_alone,
            "{}: {report}",
            shipped.name
        );
    }
}

#[test]
fn all_shipped_scenarios_are_met_in_full_by_the_in_memory_store() {
    let report = conformance::report(scenario::shipped(), InMemoryThreadStore::default);
    assert!(report.passed(), "{report}");
    let tally = report.tally();
    assert_eq!(
        (tally.met, report.not_judged().count()),
        (tally.steps, 0),
        "{report}"
    );
    // The scenario of the registry expects new stores.
    for id in InMemoryThreadStore::registered_ids() {
        InMemoryThreadStore::remove_id(&id);
    }
    let observed = || Workbench::new(Arc::default()).store();
    let report = conformance::report(scenario::shipped(), observed);
    assert_eq!(report.tally(), tally, "{report}");
}

#[test]
fn what_a_store_does_not_tell_is_named_and_counted() {
    let report = conformance::report(conformance::contract(), Through::default);
    assert!(report.passed());
    let tally = report.tally();
    assert_eq!((tally.not_judged, tally.in_part), (0, 1));
    assert_eq!(tally.met, tally.steps);
    assert_eq!(
        report.to_string(),
        format!(
            "Not checked, because the store does not expose its counters, its clock or its contents:\n         \
             m-metadata.jsonl: moved in step 3\n\n\
             3 files, {} steps: {} as expected, 0 not as expected, 1 checked in part",
            tally.steps, tally.steps
        )
    );
    let counters = scenario::shipped()
        .iter()
        .filter(|shipped| shipped.name == "c-counters.jsonl");
    let report = conformance::report(counters, Through::default);
    assert!(report.tally().not_judged > 0);
    assert!(
        report.to_string().contains("c-counters.jsonl: moved in step"),
        "{report}"
    );
}

#[test]
fn a_failure_says_where_what_was_wanted_what_came_and_which_rule_that_is() {
    let report = conformance::report(conformance::contract(), Nameless::default);
    assert!(!report.passed());
    let (file, outcome) = report.failed().next().unwrap();
    assert_eq!((file, outcome.step), ("g-history.jsonl", 6));
    let text = report.to_string();
    for part in [
        "g-history.jsonl \u{b7} reading: with and without the history\n",
        "    6  update_thread_metadata       a thread  [NOT as expected]\n",
        "         result.name\n         - \"n\"\n         + null\n",
        "         rule M3: A string for name in a patch sets the name, null clears it,",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("[as expected]"), "{text}");
    let panic = std::panic::catch_unwind(|| conformance::check(Nameless::default)).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert_eq!(
        *message,
        format!("the store does not follow the contract\n\n{report}")
    );
}

fn checked(text: &str) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.jsonl");
    fs::write(&path, text).unwrap();
    scenario::check(path, Arc::new(InMemoryThreadStore::default()))
}

#[test]
fn a_scenario_of_ones_own_is_an_assertion() {
    let created =
        r#"{"method":"create_thread","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001"}}"#;
    let listed = |name: &str| {
        format!(r#"{{"method":"list_threads","expect":{{"result":{{"items":[{{"name":{name}}}]}}}}}}"#)
    };
    let report = checked(&format!("{{\"scenario\":\"s\"}}{created}{}", listed("null")));
    assert!(report.passed(), "{report}");
    assert_eq!(
        report.to_string(),
        "1 file, 2 steps: 1 as expected, 0 not as expected, 1 without expectation"
    );
    let report = checked(&format!(
        "{{\"scenario\":\"s\"}}{created}{}",
        listed("\"\\u001b\"")
    ));
    assert!(!report.passed());
    let text = report.to_string();
    assert!(text.contains("own.jsonl \u{b7} s\n    2  list_threads"), "{text}");
    assert!(
        text.contains("result.items[0].name\n         - \"\\u001b\"\n         + null\n"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_read_or_checks_nothing_does_not_pass() {
    let report = checked("{\"scenario\":\"s\"}");
    assert!(!report.passed());
    assert!(
        report
            .to_string()
            .contains("it has no steps, so nothing was checked"),
        "{report}"
    );
    let report = checked("{\"method\":\"create_thred\"}");
    assert!(!report.passed());
    assert!(
        report.to_string().contains("did you mean create_thread?"),
        "{report}"
    );
    let report = scenario::check("no/such.jsonl", Arc::new(InMemoryThreadStore::default()));
    assert!(!report.passed());
    assert!(report.to_string().contains("no/such.jsonl"), "{report}");
}

/// A file with a scenario.
fn written(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn lints_that_depend_on_the_contents_of_a_store_are_not_judged() {
    let file = written(
        r#"{"method":"append_items","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","items":[]},"expect":{"result":null,"lints":["ghost-history"]}}
           {"method":"append_items","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","items":[]},"expect":{"lints":[]}}
           {"method":"calls","params":{"a":1},"expect":{"lints":["unknown-field"]}}"#,
    );
    let report = scenario::check(file.path(), Arc::new(Through::default()));
    assert!(report.passed(), "{report}");
    let not_judged: Vec<_> = report
        .not_judged()
        .map(|(_, outcome)| {
            (
                outcome.step,
                outcome.expect.is_some(),
                outcome.not_judged.join(" "),
            )
        })
        .collect();
    assert_eq!(
        not_judged,
        [(1, true, "lints".to_string()), (2, false, "lints".to_string())]
    );
    let report = scenario::check(file.path(), Arc::new(InMemoryThreadStore::default()));
    assert_eq!(
        report
            .failed()
            .map(|(_, outcome)| outcome.step)
            .collect::<Vec<_>>(),
        [2]
    );
}

#[test]
fn each_row_of_a_scenario_is_played_on_a_new_store() {
    let file = written(
        r#"{"scenario":"s","rows":[{"id":"0198f2a3-0000-7000-8000-000000000001"},{"id":"0198f2a3-0000-7000-8000-000000000002"}]}
           {"method":"create_thread","params":{"thread_id":"${id}"}}
           {"method":"list_threads","expect":{"result":{"items":[{"thread_id":"${id}"}]}}}
           {"method":"read_thread","params":{"thread_id":"${id}"},"expect":{"result":{"thread_id":"0198f2a3-0000-7000-8000-000000000001"},"moved":{"read_thread":1}}}"#,
    );
    let report = scenario::check_rows(file.path(), Through::default);
    let failed: Vec<_> = report
        .failed()
        .map(|(_, outcome)| (outcome.row, outcome.step))
        .collect();
    assert_eq!(failed, [(Some(2), 3)]);
    assert_eq!(report.tally().steps, 6);
    let text = report.to_string();
    for part in [
        "\n         row 2\n    3  read_thread",
        ": moved in row 1, step 3\n",
        ": moved in row 2, step 3\n",
    ] {
        assert!(text.contains(part), "{text}");
    }
    // One store is not enough for two rows.
    let report = scenario::check(file.path(), Arc::new(Through::default()));
    assert!(!report.passed());
    assert!(report.to_string().contains("it has 2 rows"), "{report}");
}
