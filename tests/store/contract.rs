//! Tests of every rule of the in-memory store by its number: R registry, C counters, A create, resume and append, G
//! reading, P by path, L listing, M metadata, S JSON forms. The rules V need a live thread on the store and are in
//! `tests/store/live.rs`. The last test reads the names of all other tests and checks that no rule is missing.

mod counters;
mod crowd;
mod desk;
mod metadata;
mod paths;
mod reading;
mod registry;
mod vectors;
mod wire;
mod writing;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The number of rules for each letter.
const RULES: [(char, usize); 9] = [
    ('r', 4),
    ('c', 4),
    ('a', 6),
    ('g', 7),
    ('p', 6),
    ('l', 2),
    ('m', 11),
    ('v', 4),
    ('s', 10),
];

/// The words in the test names of a file or folder; `a1_...` is a test of rule A1.
fn tested(path: &Path, found: &mut BTreeSet<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            tested(&entry.unwrap().path(), found);
        }
        return;
    }
    let text = fs::read_to_string(path).unwrap();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if let Some(function) = line.strip_prefix("async fn ").or(line.strip_prefix("fn ")) {
            let name = function.split('(').next().unwrap();
            if is_test {
                found.extend(name.split('_').map(str::to_string));
            }
            is_test = false;
        }
        is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
    }
}

#[test]
fn every_rule_has_a_test() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut found = BTreeSet::new();
    tested(&tests.join("store/contract"), &mut found);
    let mut above = BTreeSet::new();
    tested(&tests.join("store/live.rs"), &mut above);
    tested(&tests.join("store/live"), &mut above);
    let rules = RULES
        .iter()
        .flat_map(|(letter, count)| (1..=*count).map(move |number| (*letter, format!("{letter}{number}"))));
    let missing: Vec<String> = rules
        .filter(|(letter, rule)| !(if *letter == 'v' { &above } else { &found }).contains(rule))
        .map(|(_, rule)| rule)
        .collect();
    assert!(missing.is_empty(), "no test is named after {missing:?}");
}
