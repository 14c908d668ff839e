//! Checks the structure of the crate: which module may use which one, which crates may occur only once, and what each
//! file begins with.

#![expect(clippy::unwrap_used, reason = "a failed test panics")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::support::sources::sources;

/// The modules from the bottom up. A module may use only those before it.
const MODULES: [&str; 11] = [
    "protocol",
    "contract",
    "store",
    "live",
    "home",
    "rollout",
    "workbench",
    "door",
    "text",
    "inspector",
    "cli",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn all_sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let src = root().join("src");
    sources(&src, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(&src)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The module of a source file.
fn module(name: &str) -> Option<usize> {
    let first = name.split(['/', '.']).next()?;
    MODULES.iter().position(|module| *module == first)
}

#[test]
fn no_module_uses_one_above_it() {
    let mut wrong = Vec::new();
    for (name, text) in all_sources() {
        let Some(here) = module(&name) else { continue };
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for (there, other) in MODULES.iter().enumerate() {
                if there > here && code.contains(&format!("crate::{other}::")) {
                    wrong.push(format!("{name}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "these lines use a module above their own:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_crate_documentation_names_every_module_in_order() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let named: Vec<&str> = lib
        .lines()
        .skip_while(|line| !line.starts_with("//! | module |"))
        .filter_map(|line| line.strip_prefix("//! | ")?.split('`').nth(1))
        .collect();
    assert_eq!(named, MODULES);
}

#[test]
fn every_file_says_what_it_owns() {
    for (name, text) in all_sources()
        .iter()
        .filter(|(name, _)| !name.ends_with("tests.rs"))
    {
        assert!(
            text.starts_with("//! "),
            "src/{name} does not start with a module comment"
        );
    }
}

#[test]
fn crates_that_hold_the_terminal_are_there_once() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    for name in lock
        .lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
    {
        *versions.entry(name).or_default() += 1;
    }
    for name in ["ratatui-core", "crossterm", "unicode-width"] {
        assert_eq!(versions.get(name), Some(&1), "{name}");
    }
}
