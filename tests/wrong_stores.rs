//! The shipped scenarios are complete: on a store with one wrong rule, whichever rule that a step can reach, an expectation
//! fails in the file of the rule's own letter. Each row of the tables below is one wrong store.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "wrong_stores/counters.rs"]
mod counters;
#[path = "wrong_stores/fields.rs"]
mod fields;
#[path = "wrong_stores/idle.rs"]
mod idle;
#[path = "wrong_stores/listing.rs"]
mod listing;
#[path = "wrong_stores/live.rs"]
mod live;
#[path = "wrong_stores/metadata.rs"]
mod metadata;
#[path = "wrong_stores/paths.rs"]
mod paths;
#[path = "wrong_stores/play.rs"]
mod play;
#[path = "wrong_stores/reading.rs"]
mod reading;
#[path = "wrong_stores/registry.rs"]
mod registry;
#[path = "wrong_stores/values.rs"]
mod values;
#[path = "wrong_stores/wire.rs"]
mod wire;
#[path = "wrong_stores/writing.rs"]
mod writing;
#[path = "wrong_stores/wrong.rs"]
mod wrong;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use play::{Library, first_failure};
use threadloupe::contract::Op;
use wrong::{Call, Row, Way, row};

/// How many rules each letter has. Of the wire forms (S) only some can be seen in a step; `tests/contract.rs` holds all.
const RULES: [(char, usize); 8] = [
    ('R', 4),
    ('C', 4),
    ('A', 6),
    ('G', 7),
    ('P', 6),
    ('L', 2),
    ('M', 11),
    ('V', 4),
];

/// What no step can reach, and the test that holds it.
const OUT_OF_REACH: [(&str, &str, &str); 7] = [
    (
        "R2",
        "tests/contract/registry.rs",
        "r2_a_removed_store_works_on_and_the_next_one_of_that_id_is_empty",
    ),
    (
        "R3",
        "src/store/registry.rs",
        "r3_a_poisoned_registry_is_used_as_it_is",
    ),
    (
        "R3",
        "tests/contract/registry.rs",
        "r3_stores_that_nobody_holds_are_kept",
    ),
    (
        "R4",
        "tests/contract/registry.rs",
        "r4_a_default_store_is_empty_and_registered_nowhere",
    ),
    (
        "R4",
        "tests/contract/registry.rs",
        "r4_calls_are_a_snapshot_of_fourteen_counters_in_their_order_and_count_nothing",
    ),
    (
        "`as_any`",
        "tests/contract/counters.rs",
        "c4_turns_items_counters_and_the_registry_count_nothing",
    ),
    (
        "V4",
        "tests/live/measured.rs",
        "v4_no_local_path_even_if_the_store_knows_one",
    ),
];

/// Each table of wrong stores is a test.
macro_rules! tables {
    ($( $table:ident => $test:ident; )*) => {
        fn tables() -> Vec<Row> {
            [$( $table::rows(), )*].into_iter().flatten().collect()
        }

        $(
            #[test]
            fn $test() {
                all_are_caught($table::rows());
            }
        )*
    };
}

tables! {
    registry => wrong_registries_are_caught;
    counters => wrong_counters_are_caught;
    writing => wrong_writing_is_caught;
    idle => methods_that_do_more_than_count_are_caught;
    reading => wrong_reading_is_caught;
    paths => wrong_paths_are_caught;
    listing => wrong_lists_are_caught;
    metadata => wrong_metadata_is_caught;
    fields => wrong_merging_of_each_field_is_caught;
    values => wrong_values_are_caught;
    live => wrong_stores_below_a_live_thread_are_caught;
    wire => wrong_wire_forms_are_caught;
}

/// That each wrong store of a table fails an expectation in the file of its rule.
fn all_are_caught(rows: Vec<Row>) {
    let library = Library::read();
    let unnoticed: Vec<String> = rows
        .into_iter()
        .map(Arc::new)
        .filter(|row| first_failure(library.of(row.rule), row).is_none())
        .map(|row| format!("{}: {}", row.rule, row.wrong))
        .collect();
    assert!(
        unnoticed.is_empty(),
        "no expectation fails where\n{}",
        unnoticed.join("\n")
    );
}

#[test]
fn a_store_with_nothing_wrong_meets_every_expectation() {
    let right = Arc::new(row("", "nothing is wrong", Way::Right));
    assert_eq!(first_failure(Library::read().all(), &right), None);
}

#[test]
fn a_way_that_changes_nothing_meets_every_expectation() {
    let library = Library::read();
    let itself = |call: &Call| Op::named(call.method).into_iter().collect();
    let ways = [
        Way::Opens(|id| Some(id.to_string())),
        Way::Counts(Box::new(move |call, _| itself(call))),
        Way::Does(Box::new(|call, _| Ok(call.itself()))),
        // Whatever was asked of a store that changes nothing can be forgotten.
        Way::Forgets(Box::new(|made, _, _| made.is("read_thread"))),
        Way::Merges(Box::new(|all, next, _| all.merge(next))),
        Way::Shows(Box::new(|_, _| {})),
        Way::Answers(Box::new(|_, _, result| result)),
        Way::Writes(|_| {}),
    ];
    for (place, way) in ways.into_iter().enumerate() {
        let right = Arc::new(row("", "nothing is wrong", way));
        assert_eq!(first_failure(library.all(), &right), None, "way {place}");
    }
}

#[test]
fn every_rule_has_a_wrong_store_or_is_out_of_reach() {
    let rows = tables();
    let broken: BTreeSet<&str> = rows.iter().map(|row| row.rule).collect();
    let out_of_reach: BTreeSet<&str> = OUT_OF_REACH.iter().map(|(rule, ..)| *rule).collect();
    for (letter, count) in RULES {
        for rule in (1..=count).map(|number| format!("{letter}{number}")) {
            let (broken, out_of_reach) = (broken.contains(&*rule), out_of_reach.contains(&*rule));
            assert!(broken != out_of_reach, "{rule}: it is one or the other");
        }
    }
    let sentences: BTreeSet<(&str, &str)> = rows.iter().map(|row| (row.rule, &*row.wrong)).collect();
    assert_eq!(sentences.len(), rows.len(), "no row stands twice");
}

#[test]
fn what_is_out_of_reach_is_held_by_a_test_that_there_is_and_that_the_readme_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let mut named: Vec<&str> = Vec::new();
    for (rule, file, test) in OUT_OF_REACH {
        let text = fs::read_to_string(root.join(file)).unwrap();
        assert!(
            text.contains(&format!("#[test]\nfn {test}()"))
                || text.contains(&format!("#[test]\n    fn {test}()"))
                || text.contains(&format!("#[tokio::test]\nasync fn {test}()")),
            "{file} has no test {test}"
        );
        let line = format!("| {rule} | `{file}` | `{test}` |");
        named.extend(readme.lines().find(|found| **found == line));
        assert!(readme.contains(&line), "the README has no line\n{line}");
    }
    let table = readme.split("| rule | file | test |").nth(1).unwrap();
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    assert_eq!(lines.collect::<Vec<_>>(), named, "and no other");
}
