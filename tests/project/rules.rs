//! Checks the RULES table: it contains every rule that is mentioned anywhere, its examples exist, and `docs/rules.md`
//! and `threadloupe list rules` have the same text. `tests/wrong_stores.rs` checks that each example fails on a store
//! that breaks its rule.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use threadloupe::contract::{RULES, Rule, RuleExample, RuleScope, rule, rule_numbers};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All text files below a folder, including snapshots, or the file itself.
fn texts(path: PathBuf, found: &mut Vec<(PathBuf, String)>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            texts(entry.unwrap().path(), found);
        }
    } else if let Ok(text) = fs::read_to_string(&path) {
        found.push((path, text));
    }
}

#[test]
fn every_rule_that_is_mentioned_is_in_the_table() {
    let mut found = Vec::new();
    for place in [
        "src",
        "tests",
        "assets",
        "examples",
        "benches",
        "docs",
        "README.md",
    ] {
        texts(root().join(place), &mut found);
    }
    let mut mentioned = 0;
    let mut unknown = Vec::new();
    for (path, text) in &found {
        // This file tests texts with numbers that do not exist.
        if path.ends_with("src/contract/rules.rs") {
            continue;
        }
        let refusal = |line: &str| line.contains("there is no rule ");
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !refusal(line)) {
            for number in rule_numbers(line) {
                mentioned += 1;
                if RULES.iter().all(|rule| rule.number != number) {
                    unknown.push(format!("{}:{}: {number}", path.display(), at + 1));
                }
            }
        }
    }
    assert!(unknown.is_empty(), "no such rule:\n{}", unknown.join("\n"));
    assert!(
        mentioned > 200,
        "the search for mentions finds too few: {mentioned}"
    );
}

#[test]
fn rows_are_whole_and_stand_in_order() {
    let mut numbers: Vec<(usize, u32)> = Vec::new();
    let mut subjects: Vec<(&str, &str)> = Vec::new();
    for rule in RULES {
        let (letter, number) = rule.number.split_at(1);
        if subjects.last() != Some(&(letter, rule.subject)) {
            subjects.push((letter, rule.subject));
        }
        numbers.push((subjects.len(), number.parse().unwrap()));
        assert!(rule.text.ends_with('.') && rule.text.len() > 20, "{rule}");
        assert!(!rule.text.contains("  ") && !rule.text.contains('\n'), "{rule}");
        assert!(!rule.examples.is_empty(), "{rule}");
    }
    let in_order = numbers.windows(2).all(|pair| match pair {
        [(one, first), (other, second)] if one == other => first + 1 == *second,
        [_, (_, second)] => *second == 1,
        _ => false,
    });
    assert!(in_order, "{numbers:?}");
    let letters: BTreeSet<&str> = subjects.iter().map(|(letter, _)| *letter).collect();
    let names: BTreeSet<&str> = subjects.iter().map(|(_, name)| *name).collect();
    assert_eq!((letters.len(), names.len()), (subjects.len(), subjects.len()));
}

/// The steps of an included scenario, each with its line in the file, starting at 1.
fn steps(file: &str) -> Vec<(usize, Value)> {
    let text = fs::read_to_string(root().join("assets/scenarios").join(file)).unwrap();
    let lines = text.lines().enumerate().skip(1);
    lines
        .map(|(at, line)| (at + 1, serde_json::from_str(line).unwrap()))
        .collect()
}

#[test]
fn every_example_exists() {
    for rule in RULES {
        for example in rule.examples {
            match example {
                RuleExample::Step { file, step } => {
                    let steps = steps(file);
                    let at = usize::try_from(*step).unwrap() - 1;
                    let (_, value) = steps.get(at).unwrap_or_else(|| panic!("{rule}\nno such step"));
                    assert!(value["expect"].is_object(), "{rule}\n{example} expects nothing");
                }
                RuleExample::Test { file, name } => {
                    let text = fs::read_to_string(root().join(file)).unwrap();
                    let is_there = ["#[test]\nfn ", "#[test]\n    fn ", "#[tokio::test]\nasync fn "]
                        .iter()
                        .any(|begin| text.contains(&format!("{begin}{name}()")));
                    assert!(is_there, "{rule}\n{file} has no test {name}");
                    let number = rule.number.to_lowercase();
                    assert!(name.starts_with(&format!("{number}_")), "{rule}\n{name}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// The text of `docs/rules.md`.
fn document() -> String {
    let mut text = String::from(
        "# Rules\n\n\
         How a thread store behaves, as numbered rules. \"(rule M3)\" at the end of a sentence in the inspector or in the\n\
         documentation refers to the rule with that number. `threadloupe list rules M3` prints a rule, `:rule M3` opens it in\n\
         the inspector, and `threadloupe::contract::rule(\"M3\")` returns it.\n\n\
         Some rules are part of the contract and apply to **every store**. Others describe what the **in-memory store** does\n\
         where the contract leaves the behaviour open; code that works with any store must not rely on them. The remaining\n\
         rules describe **LiveThread** on top of the in-memory store.\n\n\
         Each rule names an example: a step of a scenario in `assets/scenarios`, whose expectation fails on a store that\n\
         breaks the rule, or a test if no step can show the rule.\n\n\
         This file is generated from the table in `src/contract/rules/table.rs`. After a change there, run\n\
         `THREADLOUPE_BLESS=1 cargo test --test project`.\n",
    );
    let mut subject = "";
    for rule in RULES {
        if rule.subject != subject {
            subject = rule.subject;
            write!(text, "\n## {subject}\n").unwrap();
        }
        let scope = match rule.scope {
            RuleScope::Contract => "Every store",
            RuleScope::InMemory => "In-memory store",
            RuleScope::LiveThread => "LiveThread",
            other => panic!("{other:?}"),
        };
        let examples: Vec<String> = rule.examples.iter().map(link).collect();
        let (number, sentence) = (rule.number, rule.text);
        let examples = examples.join("; ");
        write!(
            text,
            "\n### {number}\n\n{sentence}\n\n*{scope}.* Example: {examples}.\n"
        )
        .unwrap();
    }
    text
}

/// A link to an example. The header is the first line, so a step's line is one more than its number.
fn link(example: &RuleExample) -> String {
    match example {
        RuleExample::Step { file, step } => {
            let line = steps(file)[usize::try_from(*step).unwrap() - 1].0;
            format!("[{file}, step {step}](../assets/scenarios/{file}#L{line})")
        }
        RuleExample::Test { file, name } => format!("test `{name}` in [{file}](../{file})"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_document_of_the_rules_is_the_table() {
    let path = root().join("docs/rules.md");
    if std::env::var_os("THREADLOUPE_BLESS").is_some() {
        fs::write(path, document()).unwrap();
        return;
    }
    assert_eq!(
        fs::read_to_string(path).unwrap_or_default(),
        document(),
        "run `THREADLOUPE_BLESS=1 cargo test --test project` and read the difference"
    );
}

fn list(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(["list", "rules"])
        .args(args)
        .output()
        .unwrap()
}

fn printed(args: &[&str]) -> String {
    let output = list(args);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn all_rules_are_listed_by_subject_and_one_by_its_number_in_full() {
    let text = printed(&[]);
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("    ")).collect();
    assert_eq!(rows.len(), RULES.len());
    for (rule, row) in RULES.iter().zip(rows) {
        let words: Vec<&str> = row.split_whitespace().take(2).collect();
        assert_eq!(words, [rule.number, rule.scope.name()]);
        assert!(row.ends_with(rule.text), "{row}");
    }
    let titles = text.lines().filter(|line| !line.starts_with(' '));
    let mut subjects: Vec<&str> = RULES.iter().map(|rule| rule.subject).collect();
    subjects.dedup();
    assert_eq!(titles.collect::<Vec<_>>(), subjects);
    for asked in ["M3", "m3"] {
        assert_eq!(printed(&[asked]), format!("{}\n", rule("M3").unwrap()));
    }
}

#[test]
fn rules_as_json_are_one_object_a_line() {
    let object = |rule: &Rule| {
        let examples: Vec<Value> = rule
            .examples
            .iter()
            .map(|example| match example {
                RuleExample::Step { file, step } => json!({"scenario": file, "step": step}),
                RuleExample::Test { file, name } => json!({"file": file, "test": name}),
                other => panic!("{other:?}"),
            })
            .collect();
        json!({
            "rule": rule.number, "subject": rule.subject, "scope": rule.scope.name(), "text": rule.text,
            "examples": examples,
        })
    };
    let text = printed(&["--format", "json"]);
    let rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows, RULES.iter().map(object).collect::<Vec<_>>());
    let text = printed(&["C4", "--format", "json"]);
    let one: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(one, object(rule("C4").unwrap()));
    assert!(text.starts_with(r#"{"rule":"C4","subject":"#), "{text}");
}

#[test]
fn a_number_that_no_rule_has_is_one_sentence_with_the_nearest() {
    for (number, sentence) in [
        ("M33", "there is no rule M33; did you mean M3?\n"),
        (
            "x\u{1b}[2J",
            "there is no rule x\u{241b}[2J; a rule is named by a letter (R, C, A, G, P, L, M, V, S) and a number, such as M3\n",
        ),
    ] {
        let output = list(&[number]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), sentence);
        assert!(output.stdout.is_empty());
    }
}
