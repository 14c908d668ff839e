//! Tests of expectations recorded from the screen, of notes, and of an opened step.

use super::*;

fn expected(screen: &Screen, step: u64) -> String {
    let journal = screen.bench().journal();
    let remark = journal.remark(step);
    remark
        .and_then(|remark| remark.expect.clone())
        .unwrap_or_default()
}

/// The demo with its longest thread selected and the cursor of the metadata pane on the name.
fn at_name() -> Screen {
    let mut screen = longest();
    screen.press("3 g");
    let at = screen.model.session.metadata.rows.iter().position(
        |row| matches!(row, crate::inspector::panes::metadata::fields::MetadataRow::Field(row) if row.name == "name"),
    );
    for _ in 0..at.unwrap() {
        screen.press("j");
    }
    screen
}

#[test]
fn a_field_is_expected_of_a_read_that_is_made_for_it_or_of_the_step_that_answered_with_the_thread() {
    let mut screen = at_name();
    let tip = screen.bench().journal().tip();
    screen.press("x");
    assert_eq!(screen.bench().journal().tip(), tip + 1);
    assert_eq!(screen.bench().journal().last().unwrap().name(), "read_thread");
    assert!(screen.said().contains("Called read_thread"), "{}", screen.text());
    let name = screen.model.session.metadata.selected().unwrap().value.clone();
    assert_eq!(
        expected(&screen, tip + 1),
        format!(r#"{{"result":{{"name":{name}}}}}"#)
    );
    // The answer of the same step holds another field too.
    screen.press("j x");
    assert_eq!(screen.bench().journal().tip(), tip + 1);
    assert!(
        expected(&screen, tip + 1).contains(r#""model_provider":"#),
        "{}",
        expected(&screen, tip + 1)
    );
    // The answer of an update also holds the thread.
    screen.press("4 g e 'mine' Enter Ctrl+S 3 k x");
    assert_eq!(expected(&screen, tip + 2), r#"{"result":{"name":"mine"}}"#);
    screen.press("X");
    assert_eq!(expected(&screen, tip + 2), "");
    assert!(
        screen.said().contains("Removed the expectations of step"),
        "{}",
        screen.text()
    );
    screen.press("X");
    assert!(
        screen.said().contains("this step has no expectation"),
        "{}",
        screen.text()
    );
}

#[test]
fn a_counter_is_expected_after_the_step_that_is_looked_at() {
    let mut screen = longest();
    let tip = screen.bench().journal().tip();
    screen.press("5 g x");
    let creates = screen.bench().snapshot().calls().create_thread;
    assert_eq!(
        expected(&screen, tip),
        format!(r#"{{"calls":{{"create_thread":{creates}}}}}"#)
    );
    assert_eq!(screen.bench().journal().tip(), tip);
    // This works in the past too.
    screen.press("[ [ x");
    assert!(
        expected(&screen, tip - 2).contains("create_thread"),
        "{}",
        screen.text()
    );
    assert!(screen.model.session.past().is_some());
}

#[test]
fn anything_that_came_of_a_call_can_be_expected_while_it_is_open() {
    let mut screen = longest();
    screen.press(": 'read_thread' Enter Ctrl+S");
    let tip = screen.bench().journal().tip();
    screen.press("/ 'approval' Enter x");
    assert_eq!(
        expected(&screen, tip),
        r#"{"result":{"approval_mode":"on-request"}}"#
    );
    screen.press("g x");
    assert!(expected(&screen, tip).contains(r#""history":null"#));
    screen.press("Esc : 'note it is \"there\"' Enter");
    let journal = screen.bench().journal();
    assert_eq!(
        journal.remark(tip).unwrap().note.as_deref(),
        Some("it is \"there\"")
    );
    // An expected error has a code and a message.
    screen.press(": 'list_turns' Enter Ctrl+S x");
    let journal = screen.bench().journal();
    assert_eq!(
        expected(&screen, journal.tip()),
        r#"{"error":{"code":"unsupported","message":"thread-store unsupported operation: list_turns"}}"#
    );
}

#[test]
fn in_the_past_a_read_for_a_field_begins_a_branch_after_a_question() {
    let mut screen = at_name();
    screen.press("[ x");
    assert!(screen.text().contains("branch from here"), "{}", screen.text());
    screen.press("n");
    assert!(screen.model.session.past().is_some());
    screen.press("x y");
    assert!(screen.model.session.past().is_none());
    let journal = screen.bench().journal();
    assert_eq!(journal.last().unwrap().name(), "read_thread");
    assert!(
        expected(&screen, journal.tip()).contains("name"),
        "{}",
        screen.text()
    );
}

#[test]
fn what_cannot_be_expected_says_why() {
    let mut screen = longest();
    for (keys, why) in [
        ("3 G x", "no read returns the accumulated patch"),
        ("2 g Enter x", "this is not the result of a step"),
    ] {
        screen.press(keys);
        assert!(screen.said().contains(why), "{why}: {}", screen.text());
        screen.press("Esc");
    }
    let mut screen = Screen::empty(120, 40);
    screen.press("5 x");
    assert!(
        screen.said().contains("there is no step yet"),
        "{}",
        screen.text()
    );
}

#[test]
fn an_opened_step_shows_its_answer_what_moved_and_what_is_expected() {
    let mut screen = at_name();
    screen.press("x o Enter");
    insta::assert_snapshot!("opened_step", shot(&screen));
    screen.press("/ 'moved' Enter x");
    assert!(screen.said().contains("now expects moved"), "{}", screen.text());
}

#[test]
fn what_was_done_is_saved_as_a_scenario_up_to_the_step_that_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let mut screen = at_name();
    screen.press("x");
    let save = |name: &str| format!(": 'save-scenario {}' Enter", path(name));
    screen.press(&save("all.jsonl"));
    let steps = screen.bench().journal().len();
    let words = format!("{steps} steps; `threadloupe run` repeats it.");
    assert!(
        screen.text().replace("\n", " ").contains(&words),
        "{}",
        screen.text()
    );
    let text = std::fs::read_to_string(path("all.jsonl")).unwrap();
    assert_eq!(text.lines().count(), steps + 1);
    assert!(text.starts_with("{\"scenario\":\"all\"}\n"), "{text}");
    assert!(
        text.lines()
            .last()
            .unwrap()
            .contains(r#""expect":{"result":{"name":"#),
        "{text}"
    );
    // A save in the past writes only the steps up to the shown one. An existing file is never replaced without a
    // question.
    screen.press("[ [");
    screen.press(&save("all.jsonl"));
    assert!(screen.text().contains("Overwrite it?"), "{}", screen.text());
    screen.press("y");
    let text = std::fs::read_to_string(path("all.jsonl")).unwrap();
    assert_eq!(text.lines().count(), steps - 1);
    let mut screen = Screen::empty(120, 40);
    screen.press(&save("none.jsonl"));
    assert!(
        screen.said().contains("there is no step yet"),
        "{}",
        screen.text()
    );
}

#[test]
fn what_of_a_step_is_expected_as_a_whole_is_chosen_in_the_journal() {
    let mut screen = longest();
    screen.press(": 'list_turns' Enter Ctrl+S Esc 6 x");
    let tip = screen.bench().journal().tip();
    assert!(screen.text().contains("Add an expectation"), "{}", screen.text());
    insta::assert_snapshot!("expectations_of_a_step", shot(&screen));
    screen.press("'code' Enter");
    assert_eq!(expected(&screen, tip), r#"{"error":{"code":"unsupported"}}"#);
    screen.press("x 'counters that' Enter");
    assert_eq!(
        expected(&screen, tip),
        r#"{"error":{"code":"unsupported"},"moved":{}}"#
    );
    screen.press("X");
    assert_eq!(expected(&screen, tip), "");
    // The expectation goes to the shown step, here an earlier one.
    screen.press("g x 'result' Enter");
    assert_eq!(expected(&screen, 1), r#"{"result":null}"#);
    // The opened step shows the expectation and the reasons for its result.
    screen.press("Enter");
    let text = screen.text();
    assert!(text.contains("expect: {") && text.contains("(rule A2)"), "{text}");
}
