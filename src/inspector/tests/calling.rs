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
        assert!(
            screen.model.overlays.top::<Reader>().is_some(),
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
