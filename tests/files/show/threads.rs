//! Which thread is shown, which part of it, and where: ids, items, files, forks, reverts, rollbacks and compactions.

use std::process::{Command, Stdio};

use serde_json::json;

use super::{agent, event, item, model, run, shown, thread, user};
use crate::support::homes::{A, A2, B, HomeFolder, Rollout, named, reverted};
use crate::support::rollouts::{Folder, ONE, OTHER, header, packed, said};

/// The numbers of the entries of a text.
fn numbers(text: &str) -> Vec<usize> {
    let lines = text.lines().map(|line| line.strip_prefix("> ").unwrap_or(line));
    let numbers = lines.filter_map(|line| line.strip_prefix('[')?.split_once(']')?.0.parse().ok());
    numbers.collect()
}

#[test]
fn with_an_item_only_the_entries_around_it_are_shown() {
    let lines: Vec<String> = (2..=40)
        .map(|number| user(&format!("message {number}")))
        .collect();
    let folder = thread(&lines);
    let of = |arguments: &[&str]| numbers(&shown(folder.path(), arguments));
    assert_eq!(of(&["0199:20"]), (12..=28).collect::<Vec<_>>());
    assert_eq!(of(&["0199:20", "--context", "2"]), [18, 19, 20, 21, 22]);
    assert_eq!(of(&["0199:20", "--context", "0"]), [20]);
    assert_eq!(of(&["0199:40", "--context", "1"]), [39, 40]);
    assert_eq!(of(&["0199:1", "--context", "1"]), [1, 2]);
    assert_eq!(of(&["0199"]), (1..=40).collect::<Vec<_>>());
    assert!(shown(folder.path(), &["0199:20"]).contains("\n> [20] user"));
    for (argument, sentence) in [
        ("0199:41", "has only 40 items"),
        ("0199:0", "must be a positive number"),
        ("0199:x", "must be a positive number"),
        ("0199:", "must be a positive number"),
    ] {
        let output = run(folder.path(), &[argument]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(sentence) && said.lines().count() == 1 && output.stdout.is_empty(),
            "{said}"
        );
    }
}

#[test]
fn an_item_that_has_no_entry_is_summarized_and_a_repeat_is_shown_by_the_other() {
    let folder = thread(&[
        model(json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": "go"}]})),
        user("go"),
        event(json!({"type": "token_count", "info": {"total_token_usage": {"total_tokens": 12}}})),
    ]);
    assert_eq!(numbers(&shown(folder.path(), &["0199:2", "--context", "0"])), [3]);
    let text = shown(folder.path(), &["0199:4", "--context", "0"]);
    assert!(
        text.contains("> [4] system") && text.contains("token_count: total 12"),
        "{text}"
    );
}

#[test]
fn any_part_of_an_id_that_only_one_thread_has_will_do() {
    let folder = Folder::new();
    folder.write("one.jsonl", format!("{}\n{}\n", header(ONE), said("first", 1)));
    folder.write(
        "deep/two.jsonl.zst",
        packed(format!("{}\n{}\n", header(OTHER), said("second", 2)).as_bytes()),
    );
    assert!(shown(folder.path(), &["038E9F"]).contains("\nfirst\n"));
    assert!(shown(folder.path(), &[OTHER]).contains("\nsecond\n"));
    for (argument, sentence) in [
        ("3b", "is part of the ids of 2 threads"),
        (
            "ffff",
            "no thread in the files of --from has an id that contains ffff",
        ),
        ("", "THREAD is empty"),
    ] {
        let output = run(folder.path(), &[argument]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(sentence) && said.lines().count() == 1 && output.stdout.is_empty(),
            "{said}"
        );
    }
    // Standard input can be read only once.
    let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(["show", "9f", "--from", "-"])
        .stdin(Stdio::from(
            std::fs::File::open(folder.path().join("one.jsonl")).unwrap(),
        ))
        .output()
        .unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("\nfirst\n"));
    let output = run(&folder.path().join("none.jsonl"), &["a"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("none.jsonl"));
}

#[test]
fn a_file_is_written_whole_and_never_over_another_one() {
    let folder = thread(&[user("hello")]);
    let target = folder.path().join("out.md");
    let to = format!("--to={}", target.display());
    let arguments = ["0199", "--format", "markdown", &to];
    assert_eq!(shown(folder.path(), &arguments), "");
    let text = std::fs::read_to_string(&target).unwrap();
    assert_eq!(text, shown(folder.path(), &arguments[..3]));
    let output = run(folder.path(), &arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("out.md: the file already exists"), "{said}");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), text);
    // A thread that is not there leaves no file behind.
    let other = folder.path().join("other.md");
    let output = run(folder.path(), &["ffff", &format!("--to={}", other.display())]);
    assert_eq!((output.status.code(), other.exists()), (Some(2), false));
}

#[test]
fn inherited_copied_superseded_and_undone_items_are_marked() {
    let home = HomeFolder::new();
    let mut first = Rollout::first(A);
    first.turn("t1", "kept words");
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
    let order = |text: &str, parts: &[&str]| {
        let mut rest = text;
        for part in parts {
            let at = rest.find(part);
            assert!(at.is_some(), "{part}\n\n{text}");
            rest = &rest[at.unwrap()..];
        }
    };
    let text = shown(home.path(), &[B]);
    order(
        &text,
        &[
            &format!("-- inherited from thread {A} --"),
            "kept words",
            "-- end of the inherited items --",
            "words of the fork",
        ],
    );
    let text = shown(home.path(), &[A]);
    order(
        &text,
        &[
            "kept words",
            "-- 3 items superseded after this --",
            "-- begins rollout-",
            "words after the revert",
        ],
    );
    assert!(!text.contains("cut off"));

    let turn = |id: &str, text: &str| {
        [
            event(json!({"type": "task_started", "turn_id": id})),
            user(text),
            event(json!({"type": "task_complete", "turn_id": id, "duration_ms": 1500})),
        ]
    };
    let back = event(json!({"type": "thread_rolled_back", "num_turns": 1}));
    let lines = [
        &turn("a", "stays")[..],
        &turn("b", "goes"),
        &[back],
        &turn("c", "new"),
    ]
    .concat();
    let text = shown(thread(&lines).path(), &["0199"]);
    order(
        &text,
        &[
            "== turn 1 \u{b7} ",
            " \u{b7} 1.5 s ==",
            "stays",
            "-- undone by item 8 (thread_rolled_back) --",
            "== turn 2",
            "goes",
            "-- end of the undone items --",
            "rolled back: undoes 1 turn",
            "== turn 3",
            "new",
        ],
    );
}

#[test]
fn turns_have_tokens_and_compactions_their_effect() {
    let tokens = |total: u64, last: u64| {
        event(
            json!({"type": "token_count", "info": {"total_token_usage": {"total_tokens": total}, "last_token_usage": {"total_tokens": last}}}),
        )
    };
    let kept = json!([{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "what was kept"}]}]);
    let folder = thread(&[
        event(json!({"type": "task_started", "turn_id": "a"})),
        user("one"),
        tokens(1_500, 90_000),
        item(
            "compacted",
            json!({"message": "the summary", "replacement_history": kept}),
        ),
        event(json!({"type": "context_compacted"})),
        event(json!({"type": "task_complete", "turn_id": "a"})),
        event(json!({"type": "task_started", "turn_id": "b"})),
        agent("two"),
        tokens(4_000, 12_345),
        event(json!({"type": "turn_aborted", "reason": "interrupted"})),
    ]);
    let text = shown(folder.path(), &["0199"]);
    assert!(
        text.contains(" \u{b7} 1,500 tokens ==")
            && text.contains(" \u{b7} 2,500 tokens \u{b7} aborted: interrupted =="),
        "{text}"
    );
    assert!(
        text.contains("context compacted, 90,000 \u{2192} 12,345 tokens, replaced by 1 item\nthe summary\n"),
        "{text}"
    );
    assert!(
        !text.contains("what was kept") && text.matches("compacted").count() == 1,
        "{text}"
    );
    let full = shown(folder.path(), &["0199", "--tools", "full"]);
    assert!(full.contains("kept, user:\n        what was kept"), "{full}");
}
