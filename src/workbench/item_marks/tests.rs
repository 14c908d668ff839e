//! Checks the marks of small and of random histories.

use std::fmt::Write as _;

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::repeats::REACH;
use super::*;

fn event(payload: &str) -> String {
    format!(r#"{{"type":"event_msg","payload":{{{payload}}}}}"#)
}

fn model(payload: &str) -> String {
    format!(r#"{{"type":"response_item","payload":{{{payload}}}}}"#)
}

fn started(id: &str) -> String {
    event(&format!(r#""type":"task_started","turn_id":"{id}""#))
}

fn complete(id: &str) -> String {
    event(&format!(r#""type":"task_complete","turn_id":"{id}""#))
}

fn user(text: &str) -> String {
    event(&format!(r#""type":"user_message","message":"{text}""#))
}

fn agent(text: &str) -> String {
    event(&format!(r#""type":"agent_message","message":"{text}""#))
}

fn back(turns: &str) -> String {
    event(&format!(r#""type":"thread_rolled_back","num_turns":{turns}"#))
}

fn message(role: &str, text: &str) -> String {
    let part = format!(r#"{{"type":"input_text","text":"{text}"}}"#);
    model(&format!(r#""type":"message","role":"{role}","content":[{part}]"#))
}

fn completed(item: &str) -> String {
    event(&format!(r#""type":"item_completed","item":{{{item}}}"#))
}

fn header() -> String {
    r#"{"type":"session_meta","payload":{"id":"t"}}"#.to_owned()
}

fn history(lines: &[String]) -> History {
    let mut history = History::default();
    append(&mut history, lines);
    history
}

fn append(history: &mut History, lines: &[String]) {
    let items = lines
        .iter()
        .map(|line| RolloutItem::parse(line.as_str()).unwrap());
    history.append(items.collect());
}

fn marks_of(lines: &[String]) -> ItemMarks {
    let mut marks = ItemMarks::default();
    marks.aim(&history(lines));
    marks.read(usize::MAX);
    assert!(marks.is_complete());
    marks
}

/// The marks of all items, one a line, counted from 1.
fn told(lines: &[String]) -> String {
    let marks = marks_of(lines);
    let mut told = String::new();
    for place in 0..lines.len() {
        for mark in marks.of(place) {
            writeln!(told, "{}: {mark}", place + 1).unwrap();
        }
    }
    told
}

fn users(lines: &[String]) -> Vec<usize> {
    let marks = marks_of(lines);
    marks.user_messages().iter().map(|place| place + 1).collect()
}

#[test]
fn a_rollback_undoes_the_turns_before_it_that_are_left() {
    let turn = |id: &str| [started(id), user(id), agent("done"), complete(id)];
    let mut lines = vec![header()];
    lines.extend(turn("one"));
    lines.extend(turn("two"));
    lines.extend([back("1"), started("three"), user("three"), agent("fine")]);
    lines.extend([back("99"), back("-3"), back("\"two\""), back("1")]);
    let mut expected = String::new();
    for item in 2..=13 {
        expected += &match item {
            6..=9 => format!("{item}: undone by item 10 (thread_rolled_back)\n"),
            10 => "10: undoes 1 turn\n".to_owned(),
            _ => format!("{item}: undone by item 14 (thread_rolled_back)\n"),
        };
    }
    expected += "14: num_turns is 99, but only 2 turns could be undone\n\
                 15: num_turns is -3: nothing is undone\n\
                 16: num_turns is \"two\": nothing is undone\n\
                 17: num_turns is 1: there is no turn to undo\n";
    assert_eq!(told(&lines), expected);
    let odd: Vec<bool> = (0..lines.len())
        .map(|place| marks_of(&lines).of(place).iter().any(ItemMark::is_odd))
        .collect();
    assert_eq!(odd.iter().filter(|odd| **odd).count(), 4);
}

#[test]
fn a_number_of_turns_that_is_none_undoes_nothing() {
    for value in ["0", "null", "1.5", "[1]", "true", "-1"] {
        let lines = [started("a"), complete("a"), back(value)];
        assert_eq!(
            told(&lines),
            format!("3: num_turns is {value}: nothing is undone\n")
        );
    }
    let lines = [started("a"), event(r#""type":"thread_rolled_back""#)];
    assert_eq!(told(&lines), "2: num_turns is missing: nothing is undone\n");
    let long = back(&format!("\"{}\"", "é".repeat(80)));
    assert!(told(&[long]).len() < 100);
}

#[test]
fn without_a_task_a_turn_begins_at_a_message_of_the_user() {
    // Each message stands there twice, and the second turn says what the first one said.
    let turn = [message("user", "go on"), user("go on"), agent("done")];
    let lines = [&turn[..], &turn[..], &[header(), back("1")]].concat();
    let by = |item: usize| format!("{item}: undone by item 8 (thread_rolled_back)\n");
    assert_eq!(
        told(&lines),
        "1: repeats the text of item 2\n".to_owned()
            + &by(4)
            + "4: repeats the text of item 5\n"
            + &by(5)
            + &by(6)
            + &by(7)
            + "8: undoes 1 turn\n"
    );
    // Instructions and context that a program wrote begin no turn.
    let context = message("user", "<environment_context>");
    let lines = [context, user("hello"), back("1")];
    assert_eq!(
        told(&lines),
        "2: undone by item 3 (thread_rolled_back)\n3: undoes 1 turn\n"
    );
}

#[test]
fn a_message_in_a_task_begins_no_turn_and_an_end_of_another_task_ends_none() {
    let lines = [
        started("a"),
        user("first"),
        complete("other"),
        user("second"),
        event(r#""type":"turn_aborted","reason":"interrupted""#),
        header(),
        back("1"),
    ];
    let undone: Vec<usize> = (0..lines.len())
        .filter(|place| marks_of(&lines).turns.undone(*place).is_some())
        .collect();
    assert_eq!(undone, [0, 1, 2, 3, 4]);
}

#[test]
fn the_same_text_is_shown_once() {
    let lines = [
        started("a"),
        message("user", "sort them"),
        user("sort them"),
        event(r#""type":"agent_reasoning","text":"how""#),
        event(r#""type":"agent_reasoning","text":"why""#),
        model(
            r#""type":"reasoning","summary":[{"type":"summary_text","text":"how"},{"type":"summary_text","text":"why"}],"encrypted_content":"gAAAAA""#,
        ),
        agent("done"),
        message("assistant", "done"),
        message("assistant", "done"),
    ];
    assert_eq!(
        told(&lines),
        "2: repeats the text of item 3\n6: repeats the text of item 5\n8: repeats the text of item 7\n"
    );
    assert_eq!(users(&lines), [3]);
    let lines = [
        message("user", "sort them"),
        completed(r#""type":"UserMessage","content":[{"type":"text","text":"sort them"}]"#),
        completed(r#""type":"Reasoning","summary_text":["how"],"raw_content":[]"#),
        model(r#""type":"reasoning","summary":[{"type":"summary_text","text":"how"}]"#),
        completed(r#""type":"AgentMessage","content":[{"type":"Text","text":"done"}]"#),
        message("assistant", "done"),
    ];
    assert_eq!(
        told(&lines),
        "1: repeats the text of item 2\n4: repeats the text of item 3\n6: repeats the text of item 5\n"
    );
    assert_eq!(users(&lines), [2]);
}

#[test]
fn of_two_items_with_the_same_text_the_one_that_says_more_is_shown() {
    // All three forms at once.
    let lines = [
        message("assistant", "done"),
        agent("done"),
        completed(r#""type":"AgentMessage","content":[{"type":"Text","text":"done"}]"#),
    ];
    assert_eq!(
        told(&lines),
        "1: repeats the text of item 3\n2: repeats the text of item 3\n"
    );
    // The phase and the image stand only in the model's item.
    let lines = [
        model(
            r#""type":"message","role":"user","content":[{"type":"input_text","text":"<image>"},{"type":"input_image","image_url":"data:image/png;base64,AAAA"},{"type":"input_text","text":"</image>"},{"type":"input_text","text":"what is this"}]"#,
        ),
        user("what is this"),
        agent("a gear"),
        model(
            r#""type":"message","role":"assistant","phase":"final_answer","content":[{"type":"output_text","text":"a gear"}]"#,
        ),
    ];
    assert_eq!(
        told(&lines),
        "2: repeats the text of item 1\n3: repeats the text of item 4\n"
    );
    assert_eq!(users(&lines), [1]);
    // The context that an editor added is not compared.
    let request = "# Context from my IDE setup:\\n\\n## My request for Codex:\\nrename it";
    let lines = [message("user", request), user("rename it")];
    assert_eq!(told(&lines), "1: repeats the text of item 2\n");
}

#[test]
fn other_texts_and_the_same_text_elsewhere_are_no_repeats() {
    let lines = [
        started("a"),
        agent("done"),
        message("assistant", "done "),
        message("user", "done"),
        message("developer", "done"),
        model(r#""type":"reasoning","summary":[{"text":"how"},{"text":"why"}]"#),
        event(r#""type":"agent_reasoning","text":"how""#),
        complete("a"),
        started("b"),
        message("assistant", "done"),
        agent(""),
        message("assistant", ""),
        event(r#""type":"agent_message","message":null"#),
        event(r#""type":"user_message","message":["x"]"#),
        event(r#""type":"item_completed","item":"x""#),
        model(r#""type":"message","content":{"text":"x"}"#),
    ];
    assert_eq!(told(&lines), "");
    let mut lines = vec![started("a"), agent("done")];
    lines.extend(vec![header(); REACH]);
    lines.push(message("assistant", "done"));
    assert_eq!(told(&lines), "");
}

/// A line of a random history in which texts, turns and rollbacks are frequent.
fn line() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec!["a", "b", "<c>"]);
    (0..12, text).prop_map(|(kind, text)| match kind {
        0 => started(text),
        1 => complete(text),
        2 => user(text),
        3 => agent(text),
        4 => message("user", text),
        5 => message("assistant", text),
        6 => event(&format!(r#""type":"agent_reasoning","text":"{text}""#)),
        7 => model(&format!(
            r#""type":"reasoning","summary":[{{"text":"{text}"}},{{"text":"a"}}]"#
        )),
        8 => completed(&format!(
            r#""type":"UserMessage","content":[{{"text":"{text}"}}]"#
        )),
        9 => back("1"),
        10 => back("2"),
        _ => header(),
    })
}

proptest! {
    #[test]
    fn reading_on_is_reading_from_the_start(
        batches in prop::collection::vec(prop::collection::vec(line(), 0..6), 0..12),
        bytes in 1usize..400,
    ) {
        let mut marks = ItemMarks::default();
        let mut history = History::default();
        for batch in &batches {
            append(&mut history, batch);
            prop_assert!(!marks.aim(&history));
            let before: Vec<Option<usize>> = (0..history.len()).map(|place| marks.repeat_of(place)).collect();
            let first = marks.read(bytes);
            let changed = (0..history.len()).find(|place| marks.repeat_of(*place).is_some() != before[*place].is_some());
            prop_assert!(first.unwrap_or(usize::MAX) <= changed.unwrap_or(usize::MAX));
        }
        while !marks.is_complete() {
            marks.read(bytes);
        }
        let lines = batches.concat();
        let whole = marks_of(&lines);
        for place in 0..lines.len() {
            prop_assert_eq!(marks.of(place), whole.of(place));
            // What an item repeats is shown.
            if let Some(of) = marks.repeat_of(place) {
                prop_assert_eq!(marks.repeat_of(of), None);
            }
        }
        prop_assert_eq!(marks.user_messages(), whole.user_messages());
        prop_assert_eq!(marks.repeats(), whole.repeats());
    }

    #[test]
    fn turns_are_undone_as_on_a_stack(turns in prop::collection::vec((0usize..4, 1usize..4), 0..30)) {
        // Each step is a turn of so many answers, or a rollback of so many turns.
        let (mut lines, mut alive, mut expected) = (Vec::new(), Vec::new(), Vec::new());
        for (answers, back_by) in turns {
            let start = lines.len();
            match answers {
                0 => {
                    for turn in alive.split_off(alive.len().saturating_sub(back_by)) {
                        expected.push((turn, start));
                    }
                    lines.push(back(&back_by.to_string()));
                }
                answers => {
                    lines.push(started(&start.to_string()));
                    lines.extend((1..answers).map(|_| agent("x")));
                    lines.push(complete(&start.to_string()));
                    alive.push(start..lines.len());
                }
            }
        }
        let marks = marks_of(&lines);
        for place in 0..lines.len() {
            let by = expected.iter().find(|(turn, _)| turn.contains(&place)).map(|(_, by)| *by);
            prop_assert_eq!(marks.turns.undone(place), by);
        }
    }
}

#[test]
fn another_history_is_read_from_its_start() {
    let mut marks = ItemMarks::default();
    let mut first = history(&[started("a"), user("x"), message("user", "x")]);
    assert!(!marks.aim(&first));
    marks.read(usize::MAX);
    assert_eq!(marks.repeats(), 1);
    assert!(marks.aim(&history(&[started("a")])));
    assert_eq!((marks.repeats(), marks.is_complete()), (0, false));
    assert!(!marks.aim(&first), "nothing was read of the one before");
    marks.read(usize::MAX);
    append(&mut first, &[agent("y")]);
    assert!(!marks.aim(&first));
    let read = marks.clone();
    marks.read(usize::MAX);
    assert!(marks.continues(&read) && !read.continues(&marks));
    let mut other = ItemMarks::default();
    other.aim(&history(&[started("a")]));
    assert!(!marks.continues(&other), "of another history");
}
