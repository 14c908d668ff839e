//! `threadloupe search` with the real binary: its hits are those that decoding every string of every item finds.

use crate::support::rollouts;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::homes::{A, A2, B, HomeFolder, Rollout, named, reverted};
use crate::support::rollouts::{Folder, ONE, header, packed, rows, said, samples};
use crate::support::terminal::{ENTER, ESC, Start};
use serde_json::{Value, json};
use threadloupe::contract::{LoadThreadHistoryParams, ThreadStore};
use threadloupe::protocol::RolloutItem;
use threadloupe::rollout::import::{ImportOptions, import};
use threadloupe::store::InMemoryThreadStore;

/// Runs `search --format json` on a folder, and returns the exit status and the lines.
fn search(folder: &Path, arguments: &[&str]) -> (i32, Vec<Value>) {
    let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args([
            "search",
            "--format",
            "json",
            &format!("--from={}", folder.display()),
        ])
        .args(arguments)
        .output()
        .unwrap();
    (output.status.code().unwrap(), rows(&output))
}

/// The items of all threads of a folder: the thread, the number of the item, and the texts that are searched.
async fn items(folder: &Path) -> Vec<(String, u64, Vec<String>)> {
    let store = InMemoryThreadStore::default();
    let paths: Vec<PathBuf> = vec![folder.to_owned()];
    let imported = import(&store, &paths, ImportOptions::default(), &mut |_| {
        ControlFlow::Continue(())
    })
    .await;
    let mut items = Vec::new();
    for thread in &imported.threads {
        let history = store
            .load_history(LoadThreadHistoryParams::new(thread.thread_id))
            .await
            .unwrap();
        for (item, number) in history.items.iter().zip(1..) {
            items.push((thread.thread_id.to_string(), number, texts(item)));
        }
    }
    items
}

/// The string values of an item, or the text of a damaged one.
fn texts(item: &RolloutItem) -> Vec<String> {
    fn collect(value: &Value, texts: &mut Vec<String>) {
        match value {
            Value::String(text) => texts.push(text.clone()),
            Value::Array(elements) => elements.iter().for_each(|element| collect(element, texts)),
            Value::Object(members) => members.values().for_each(|member| collect(member, texts)),
            _ => {}
        }
    }
    let bytes = item.bytes();
    let mut texts = Vec::new();
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(value) if !item.is_damaged() => collect(&value, &mut texts),
        _ => texts.push(String::from_utf8_lossy(&bytes).into_owned()),
    }
    texts
}

/// Compares the hits for a text with those of a plain comparison. Superseded items are in no history.
fn compare(folder: &Path, items: &[(String, u64, Vec<String>)], text: &str) {
    let fold = |value: &str| match text.chars().any(char::is_uppercase) {
        true => value.to_owned(),
        false => value.to_lowercase(),
    };
    let (mut expected, mut occurrences) = (BTreeSet::new(), 0);
    for (thread, number, texts) in items {
        let found: usize = texts
            .iter()
            .map(|value| fold(value).matches(&fold(text)).count())
            .sum();
        if found > 0 {
            expected.insert((thread.clone(), *number));
            occurrences += found as u64;
        }
    }
    let (status, lines) = search(folder, &["--", text]);
    let (total, hits) = lines.split_last().unwrap();
    let found: BTreeSet<(String, u64)> = hits
        .iter()
        .filter(|hit| hit["superseded"] != true)
        .map(|hit| {
            (
                hit["thread_id"].as_str().unwrap().to_owned(),
                hit["item"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(found, expected, "{text:?}");
    assert_eq!(total["total"]["items"], hits.len(), "{text:?}");
    if hits.len() == expected.len() {
        assert_eq!(total["total"]["hits"], occurrences, "{text:?}");
    }
    assert_eq!(status, i32::from(hits.is_empty()), "{text:?}");
    for hit in hits {
        let snippet: Vec<char> = hit["text"].as_str().unwrap().chars().collect();
        let place = |at: usize| hit["at"][at].as_u64().unwrap() as usize;
        let found: String = snippet[place(0)..place(1)].iter().collect();
        assert!(snippet.len() <= 200 && !snippet.contains(&'\n'), "{hit}");
        let plain = |text: &str| fold(text).replace(|char: char| char.is_control(), " ");
        assert!(plain(&found).contains(&plain(text)), "{hit}");
    }
}

/// Texts that occur somewhere: parts of the texts, of various lengths, at places that jump around.
fn wanted(items: &[(String, u64, Vec<String>)], count: usize) -> Vec<String> {
    let all: Vec<&String> = items
        .iter()
        .flat_map(|(_, _, texts)| texts)
        .filter(|text| !text.is_empty())
        .collect();
    let mut place = 7_usize;
    let mut next = |below: usize| {
        place = place
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (place >> 33) % below
    };
    (0..count)
        .map(|_| {
            let chars: Vec<char> = all[next(all.len())].chars().collect();
            let start = next(chars.len());
            let length = [1, 2, 5, 12, 40][next(5)];
            chars.iter().skip(start).take(length).collect()
        })
        .collect()
}

fn home() -> HomeFolder {
    let home = HomeFolder::new();
    let mut first = Rollout::first(A);
    first.turn(
        "t1",
        "Where does the größere Faden break?\n\"Here\", said C:\\dir 😀",
    );
    let kept = Rollout {
        bytes: first.bytes.clone(),
        ordinal: first.ordinal,
    };
    let mut fork = Rollout::continues(B, A, &kept);
    fork.turn("t2", "words of the fork");
    first.turn("t3", "words that were cut off");
    let mut second = Rollout::continues(A, A, &kept);
    second.turn("t4", "words after the revert");
    home.rollout(&named(A), &first);
    home.rollout(&named(B), &fork);
    home.rollout(&reverted(A, A2), &second);
    home
}

#[tokio::test]
async fn the_hits_are_those_of_a_plain_comparison() {
    let folder = Folder::new();
    let odd = [
        header(ONE),
        "\u{20}\t".to_owned(),
        said(
            "tab\\there, quote \\\" and slash \\/, K\u{212a}k \u{130}stanbul \\u0041\\u00e9",
            1,
        ),
        r#"{"type":"x","payload":{"key":"key","other":["Fäden","FÄDEN \ud83d\ude00"]}}"#.to_owned(),
        "this line is damaged: \"fäden\" \\u0041\t".to_owned(),
        String::new(),
        said("the end", 2),
    ];
    folder.write("one.jsonl", format!("\u{feff}{}", odd.join("\r\n")));
    folder.write(
        "two.jsonl.zst",
        packed(format!("{}\n{}\n", header(rollouts::OTHER), said("Packed threads", 3)).as_bytes()),
    );
    let home = home();
    for folder in [folder.path(), home.path()] {
        let items = items(folder).await;
        for text in [
            "fäden",
            "FÄDEN",
            "k",
            "😀",
            "\"",
            "\\",
            "/",
            "\t",
            "é",
            "a",
            "key",
            "\\u0041",
            "thread",
            "größere",
            "\n\"",
            "i",
            "nowhere to be found",
            "words",
            "Words",
            "\u{fffd}",
        ] {
            compare(folder, &items, text);
        }
        for text in wanted(&items, 60) {
            compare(folder, &items, &text);
        }
    }
}

#[tokio::test]
async fn the_hits_in_real_rollouts_are_those_of_a_plain_comparison() {
    let Some(folder) = samples("the_hits_in_real_rollouts") else {
        return;
    };
    let items = items(&folder).await;
    for text in wanted(&items, 80) {
        compare(&folder, &items, &text);
    }
}

#[test]
fn an_inherited_item_is_found_in_each_thread_and_a_superseded_one_without_number() {
    let home = home();
    let (status, lines) = search(home.path(), &["WHERE DOES"]);
    assert_eq!((status, lines.len()), (1, 1), "capitals only find themselves");
    let (_, lines) = search(home.path(), &["where does"]);
    let told: Vec<_> = lines
        .iter()
        .map(|hit| (hit["thread_id"].clone(), hit["item"].clone(), hit["line"].clone()))
        .collect();
    assert_eq!(
        told[..2],
        [(json!(A), json!(3), json!(3)), (json!(B), json!(3), json!(3))]
    );
    let (_, lines) = search(home.path(), &["cut off"]);
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["item"], &lines[0]["superseded"], &lines[0]["line"]),
        (&Value::Null, &json!(true), &json!(6))
    );
    let (_, lines) = search(home.path(), &["after the revert"]);
    assert_eq!((&lines[0]["item"], &lines[0]["line"]), (&json!(7), &json!(3)));
}

#[test]
fn words_expressions_kinds_and_queries_narrow_the_hits() {
    let home = home();
    let found = |arguments: &[&str]| {
        let (_, lines) = search(home.path(), arguments);
        lines.last().unwrap()["total"]["items"].as_u64().unwrap()
    };
    assert_eq!(
        (found(&["word"]), found(&["-w", "word"]), found(&["-w", "words"])),
        (3, 0, 3)
    );
    assert_eq!(found(&["-e", "^words (of|after)"]), 2);
    assert_eq!((found(&["-e", "WORDS"]), found(&["-e", r"\Words"])), (0, 0));
    assert_eq!(
        (
            found(&["-w", "--kind", "task_started", "t1"]),
            found(&["-w", "--kind", "item_completed", "t1"])
        ),
        (2, 2)
    );
    assert_eq!(
        found(&["--kind", "user_message", "words"]),
        3,
        "an item_completed counts as what it stands for"
    );
    assert_eq!(
        (
            found(&["words", "--where", "id:00b"]),
            found(&["words", "--where", "-id:00b"])
        ),
        (1, 2)
    );
    let (_, lines) = search(home.path(), &["words", "--limit", "1"]);
    assert_eq!((lines.len(), &lines[1]["total"]["items"]), (2, &json!(3)));
}

#[test]
fn what_cannot_be_used_is_told_and_the_hits_are_printed_all_the_same() {
    let folder = Folder::new();
    folder.write("a.jsonl", format!("{}\n{}\n", header(ONE), said("needle", 1)));
    folder.write("b.jsonl.zst", &packed(b"{}")[..4]);
    let output = folder.run(&["search", "needle", "--from", ".", "--format", "json"]);
    assert_eq!((output.status.code(), rows(&output).len()), (Some(2), 2));
    assert!(
        String::from_utf8_lossy(&output.stderr).starts_with("./b.jsonl.zst: ")
            || String::from_utf8_lossy(&output.stderr).starts_with("b.jsonl.zst: ")
    );
    for (arguments, sentence) in [
        (&["search", "", "--from", "."][..], "TEXT is empty"),
        (&["search", "a(", "-e", "--from", "."], "unclosed group"),
        (
            &["search", "a", "--kind", "usermessage", "--from", "."],
            "did you mean user_message?",
        ),
        (
            &["search", "a", "--where", "is:forked", "--from", "."],
            "did you mean is:fork?",
        ),
        (&["search", "a", "--from", "none.jsonl"], "none.jsonl"),
    ] {
        let output = folder.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(sentence) && said.lines().count() == 1, "{said}");
    }
}

#[tokio::test]
async fn the_screen_shows_the_same_counts() {
    let home = home();
    let sample = samples("the_screen_shows_the_same_counts");
    for folder in [Some(home.path().to_owned()), sample].into_iter().flatten() {
        let items = items(&folder).await;
        let mut terminal = Start::threadloupe(&[folder.to_str().unwrap()])
            .size(120, 36)
            .spawn();
        terminal.wait_for("Imported");
        for text in wanted(&items, 8)
            .iter()
            .filter(|text| text.chars().all(|char| !char.is_control()))
        {
            let (_, lines) = search(&folder, &["--", text]);
            let (_, hits) = lines.split_last().unwrap();
            let in_histories: Vec<_> = hits.iter().filter(|hit| hit["superseded"] != true).collect();
            let threads: BTreeSet<_> = in_histories.iter().map(|hit| hit["thread_id"].as_str()).collect();
            terminal.type_keys("1f");
            terminal.wait_for("find");
            terminal.paste(text);
            terminal.type_keys(ENTER);
            terminal.wait_for("were searched");
            let counted = format!(
                "Found {} in {} ",
                count(in_histories.len(), "item"),
                count(threads.len(), "thread")
            );
            terminal.wait_for(&counted);
            terminal.type_keys(ESC);
            terminal.wait_gone("Found");
        }
    }
}

fn count(number: usize, thing: &str) -> String {
    let digits = number.to_string();
    let (thousands, rest) = digits.split_at(digits.len().saturating_sub(3));
    let comma = if thousands.is_empty() { "" } else { "," };
    format!(
        "{thousands}{comma}{rest} {thing}{}",
        if number == 1 { "" } else { "s" }
    )
}

#[test]
fn what_no_field_holds_is_looked_for_in_the_contents() {
    let home = home();
    let mut terminal = Start::threadloupe(&[home.path().to_str().unwrap()])
        .size(120, 36)
        .spawn();
    terminal.wait_for("Imported");
    terminal.type_keys("/of the fork");
    terminal.type_keys(ENTER);
    terminal.wait_for("Found 1 item in 1 thread");
    terminal.wait_for("words of the fork");
    terminal.type_keys(ENTER);
    terminal.wait_for("History 4 of 4");
    terminal.wait_for("match 1 of 1");
}

#[test]
fn the_lines_are_for_people() {
    let home = home();
    let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(["search", "words", "--from"])
        .arg(home.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..5],
        [
            &format!("{A} superseded, line 6  item_completed  words that were cut off"),
            &format!("{B}:7  item_completed  words of the fork"),
            &format!("{A}:7  item_completed  words after the revert"),
            "",
            &format!(
                "3 occurrences in 3 items of 2 threads, {} searched",
                lines[4]
                    .rsplit(", ")
                    .next()
                    .unwrap()
                    .trim_end_matches(" searched")
            ),
        ]
    );
}
