//! Tests of the keys in the forms for store calls.

use super::*;
use crate::contract::Op;
use crate::inspector::overlays::form::FormSubject;

#[test]
fn every_method_can_be_called_from_the_palette() {
    for row in crate::contract::OPS {
        let mut screen = longest();
        let before = screen.bench().snapshot().calls();
        screen.press(&format!(": '{}' Enter", row.name));
        assert!(
            matches!(screen.model.overlays.top::<Form>(), Some(form) if matches!(form.subject, FormSubject::Call(op) if op == row.op)),
            "{}",
            row.name
        );
        if row.op == Op::ListItems {
            screen.press("Tab 'turn-1'");
        }
        match row.op {
            Op::ReadThreadByRolloutPath => {
                screen.press("Ctrl+U '/sessions/a.jsonl'");
            }
            // Nothing is sent that nobody entered.
            Op::AppendItems | Op::UpdateThreadMetadata => {
                screen.press("Ctrl+S");
                assert!(
                    screen.text().contains("is missing: this method requires it."),
                    "{}",
                    screen.text()
                );
                screen.press(match row.op {
                    Op::AppendItems => "'[]'",
                    _ => "'{}'",
                });
            }
            _ => {}
        }
        screen.press("Ctrl+S");
        // An answer without a value is one line.
        assert!(
            screen.model.overlays.top::<Reader>().is_some()
                || screen.said().contains(&format!("{}: done.", row.name)),
            "{}: {}",
            row.name,
            screen.text()
        );
        let after = screen.bench().snapshot().calls();
        let moved = after.get(row.op).map(|count| count - before.get(row.op).unwrap());
        assert_eq!(moved, row.counted.then_some(1), "{}", row.name);
    }
}

#[test]
fn a_thread_can_be_created_in_an_empty_store() {
    let mut screen = Screen::empty(80, 24);
    assert!(screen.text().contains(":create_thread"), "{}", screen.text());
    screen.press(": 'create' Enter Enter");
    assert!(screen.text().contains("create_thread"), "{}", screen.text());
    assert_eq!(screen.bench().snapshot().listed(), 1);
    screen.press("Esc : 'append_items' Enter Tab");
    screen.tell(Msg::Paste(
        r#"[{"type":"event_msg","payload":{"type":"user_message","message":"hello"}}]"#.to_string(),
    ));
    screen.press("Enter Esc 2 Enter");
    assert!(screen.text().contains("hello"), "{}", screen.text());
}

#[test]
fn a_form_says_what_is_missing_and_what_is_wrong() {
    let mut screen = Screen::empty(80, 24);
    screen.press(": 'read_thread' Enter Enter");
    assert!(
        screen.text().contains("thread_id is missing"),
        "{}",
        screen.text()
    );
    screen.press("'abc' Enter");
    assert!(screen.text().contains("invalid length"), "{}", screen.text());
    assert_eq!(screen.bench().snapshot().calls().read_thread, 0);
}

/// The form gives the lints that a run of the same step gives.
#[test]
fn a_form_gives_the_lints_of_its_call() {
    let mut screen = Screen::demo(200, 50);
    let shown = |screen: &Screen, text: &str| assert!(screen.text().contains(text), "{}", screen.text());
    screen.press(": 'update_thread_metadata' Enter Tab");
    screen.tell(Msg::Paste(r#"{"model":null,"nmae":"x"}"#.to_string()));
    shown(&screen, "null-ignored: patch.model");
    shown(&screen, "unknown-field: patch.nmae");
    shown(&screen, "no-effect: patch");
    // The lint of a thread that was never created goes away with the id of one that was.
    screen.press("Shift+Tab Ctrl+U '0198f2a3-0000-7000-8000-000000000001'");
    shown(&screen, "unknown-thread: thread_id");
    screen.press("Enter Esc");
    let id = screen.model.session.thread().unwrap().id;
    screen.press(&format!(": 'create_thread' Enter Ctrl+U '{id}'"));
    shown(&screen, "replaced-create: thread_id");
}
