//! Tests of the sizes of the store: the sums, the way to a thread and to a repeated text, and stopping the reading.

use super::*;
use crate::contract::{Op, Step};
use crate::inspector::overlays::sizes::SizesView;
use crate::inspector::panes::Pane;
use crate::protocol::json::Json;
use crate::rollout::sizes::LONG_TEXT;

/// A store with a thread without items and a thread in which a long text occurs three times.
fn repeating() -> Screen {
    let mut screen = Screen::empty(120, 36);
    let text = "z".repeat(LONG_TEXT);
    let message = |second: u32| {
        let time = format!("2026-03-01T10:00:{second:02}Z");
        format!(
            r#"{{"timestamp":"{time}","type":"event_msg","payload":{{"type":"user_message","message":"{text}"}}}}"#
        )
    };
    let short = r#"{"type":"compacted","payload":{"message":"short"}}"#;
    let steps = [
        (
            Op::CreateThread,
            r#"{"thread_id":"019e2000-0000-7000-8000-000000000001"}"#.to_string(),
        ),
        (
            Op::CreateThread,
            r#"{"thread_id":"019e2000-0000-7000-8000-000000000002"}"#.to_string(),
        ),
        (
            Op::AppendItems,
            format!(
                r#"{{"thread_id":"019e2000-0000-7000-8000-000000000002","items":[{short},{}]}}"#,
                [1, 2, 3].map(message).join(",")
            ),
        ),
    ];
    for (op, params) in steps {
        let step = Step::read(op, Some(Json::parse(&params).unwrap())).unwrap();
        screen.runtime.block_on(screen.bench().call(step)).unwrap();
    }
    screen.look();
    screen
}

#[test]
fn a_kind_leads_to_its_threads_and_to_its_items() {
    let mut screen = Screen::demo(120, 36);
    screen.press(": 'sizes' Enter Enter");
    assert!(
        screen.text().contains("Threads with token_count 1"),
        "{}",
        screen.text()
    );
    screen.press("Enter");
    assert!(screen.model.overlays.is_empty());
    assert_eq!(screen.model.layout.focus, Pane::History);
    let history = &screen.model.session.history;
    assert!(history.rows() > 0 && history.rows() < history.items());
    let rows = 0..history.rows();
    let kinds = rows.filter_map(|row| {
        let items = screen.model.session.items_of_thread()?;
        Some(items.get(history.place(row)?)?.kind().name)
    });
    assert!(kinds.into_iter().all(|kind| kind == "token_count"));
}

#[test]
fn a_repeated_text_leads_to_its_first_item() {
    let mut screen = repeating();
    screen.press(": 'sizes' Enter Tab Tab Tab");
    let text = screen.text();
    assert!(
        text.contains("Repeated texts 1") && text.contains("3\u{d7} user_message: zzz"),
        "{text}"
    );
    assert!(text.contains("8.2 kB"), "{text}");
    screen.press("Enter");
    assert_eq!(screen.model.layout.focus, Pane::History);
    assert_eq!(screen.model.session.history.selected(), Some(1));
    assert!(named(&screen).ends_with("02"));
}

#[test]
fn escape_stops_the_reading_then_lists_all_kinds_then_closes() {
    let mut screen = repeating();
    screen.hold_jobs();
    screen.press(": 'sizes' Enter Enter");
    let job = screen.job().unwrap();
    assert!(screen.text().contains("Reading all items"), "{}", screen.text());
    screen.press("Esc");
    assert!(!screen.model.job.is_running());
    // The result of a stopped job is ignored.
    screen.do_job(job);
    screen.press("Tab");
    assert!(
        screen.text().contains("Reading all items was stopped."),
        "{}",
        screen.text()
    );
    screen.press("Esc");
    let view = screen.model.overlays.top::<SizesView>().unwrap();
    assert_eq!(view.kind(), None);
    screen.press("Esc");
    assert!(screen.model.overlays.is_empty());
}

#[test]
fn a_thread_that_the_filter_hides_is_said_to_be_hidden() {
    let mut screen = Screen::demo(120, 36);
    screen.press("& 'no thread is like this' Enter : 'sizes' Enter Tab Enter");
    assert!(
        screen
            .said()
            .contains("The filter of the Threads pane hides this thread"),
        "{}",
        screen.said()
    );
    assert!(screen.model.overlays.top::<SizesView>().is_some());
}
