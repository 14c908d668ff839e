//! What a frame costs: the rows that are built follow the screen, not the store.

use super::*;
use crate::contract::{AppendThreadItemsParams, Step};
use crate::protocol::RolloutItem;

/// A store with one thread of that many items.
fn history(items: usize) -> Screen {
    let mut screen = Screen::empty(200, 50);
    screen.press(": 'create_thread' Enter Enter Esc");
    let item = |n: usize| {
        let text =
            format!(r#"{{"type":"event_msg","payload":{{"type":"user_message","message":"said {n}"}}}}"#);
        RolloutItem::parse(text).unwrap()
    };
    let params = AppendThreadItemsParams {
        thread_id: fresh_id(),
        items: (0..items).map(item).collect(),
    };
    let bench = screen.bench();
    screen
        .runtime
        .block_on(bench.call(Step::AppendItems(params)))
        .unwrap();
    screen.look();
    screen
}

/// A store with that many threads.
fn threads(count: usize) -> Screen {
    let mut screen = Screen::empty(200, 50);
    let bench = screen.bench();
    screen.runtime.block_on(async {
        for n in 0..count {
            let params = AppendThreadItemsParams {
                thread_id: ThreadId::from_string(&format!("019e2000-0000-7000-8000-{n:012x}")).unwrap(),
                items: Vec::new(),
            };
            bench.call(Step::AppendItems(params)).await.unwrap();
        }
    });
    screen.look();
    screen
}

/// The rows built for each of the keys.
fn built(screen: &mut Screen, keys: &[&str]) -> Vec<usize> {
    keys.iter()
        .map(|key| {
            let before = screen.model.built.get();
            screen.press(key);
            screen.frame();
            screen.model.built.get() - before
        })
        .collect()
}

const KEYS: &[&str] = &["j", "Ctrl+D", "G", "k", "g", "PgDn", "PgUp"];

#[test]
fn a_frame_builds_as_many_rows_of_a_hundred_thousand_items_as_of_a_hundred() {
    let mut large = history(100_000);
    large.press("2");
    let mut small = history(100);
    small.press("2");
    for density in ["", "v", "v"] {
        large.press(density);
        small.press(density);
        let rows = built(&mut small, KEYS);
        assert_eq!(built(&mut large, KEYS), rows);
        assert!(rows.iter().all(|rows| *rows <= 60), "{rows:?}");
    }
}

#[test]
fn a_frame_builds_as_many_rows_of_ten_thousand_threads_as_of_a_hundred() {
    let rows = built(&mut threads(100), KEYS);
    assert_eq!(built(&mut threads(10_000), KEYS), rows);
    assert!(rows.iter().all(|rows| *rows <= 60), "{rows:?}");
}

#[test]
fn keys_do_not_make_the_list_of_threads_anew() {
    let mut screen = threads(100);
    let session = &mut screen.model.session;
    let snapshot = session.snapshot.clone();
    assert!(!session.threads.refresh(&snapshot, 1));
    screen.press("j j G z z Tab Tab");
    assert!(!screen.model.session.threads.refresh(&snapshot, 1));
}
