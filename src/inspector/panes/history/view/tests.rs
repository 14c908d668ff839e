//! Checks the rows of random histories that grow and shrink, with and without hidden items, against a simple filter.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

fn id(n: u8) -> ThreadId {
    ThreadId::from_string(&format!("019e2000-0000-7000-8000-0000000000{n:02x}")).unwrap()
}

/// An item that may repeat another one, and ends in its number.
fn item(kind: u8, number: usize) -> RolloutItem {
    let text = ["a", "b"][usize::from(kind % 2)];
    let line = match kind / 2 {
        0 => format!(
            r#"{{"type":"event_msg","payload":{{"type":"agent_message","message":"{text}","n":{number}}}}}"#
        ),
        1 => format!(
            r#"{{"type":"response_item","payload":{{"type":"message","role":"assistant","content":[{{"text":"{text}"}}],"n":{number}}}}}"#
        ),
        _ => format!(r#"{{"type":"event_msg","payload":{{"type":"token_count","n":{number}}}}}"#),
    };
    RolloutItem::parse(line).unwrap()
}

#[derive(Clone, Debug)]
enum Act {
    Append(Vec<u8>),
    /// Shows the history as it was this many appends ago, or as it is now.
    Back(usize),
    Kind(u8),
    Repeats,
    Only(Vec<usize>),
    All,
    Go(isize),
    OtherThread,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => prop::collection::vec(0u8..6, 0..5).prop_map(Act::Append),
        1 => (0usize..4).prop_map(Act::Back),
        1 => (0u8..6).prop_map(Act::Kind),
        2 => Just(Act::Repeats),
        1 => prop::collection::btree_set(0usize..20, 0..6)
            .prop_map(|places| Act::Only(places.into_iter().collect())),
        1 => Just(Act::All),
        2 => (-4isize..5).prop_map(Act::Go),
        1 => Just(Act::OtherThread),
    ]
}

/// The positions of the visible items.
fn expected(view: &HistoryView, history: &History) -> Vec<usize> {
    let mut marks = ItemMarks::default();
    marks.aim(history);
    marks.read(usize::MAX);
    let found = |place: &usize| {
        view.filter
            .as_ref()
            .is_some_and(|search| search.places.contains(place))
    };
    let is_only = view.filter.is_some();
    let visible = |place: &usize| {
        let is_kind_hidden = view.hidden.contains(&facet_of(history.get(*place).unwrap()));
        let is_hidden_repeat = !view.shows_repeats
            && marks
                .repeat_of(*place)
                .is_some_and(|of| !found(place) || found(&of));
        !is_kind_hidden && !is_hidden_repeat && (!is_only || found(place))
    };
    (0..history.len()).filter(visible).collect()
}

proptest! {
    #[test]
    fn the_rows_are_the_items_that_are_not_hidden(acts in prop::collection::vec(act(), 1..30)) {
        let mut view = HistoryView::default();
        let mut versions = vec![History::default()];
        let (mut thread, mut number) = (0, 0);
        for act in acts {
            let selected = view.selected();
            let mut is_same = true;
            let mut shown = versions.last().unwrap().clone();
            match act {
                Act::Append(kinds) => {
                    let items = kinds.iter().map(|kind| { number += 1; item(*kind, number) });
                    shown.append(items.collect());
                    versions.push(shown.clone());
                }
                Act::Back(by) => {
                    shown = versions[versions.len().saturating_sub(1 + by)].clone();
                    is_same = false;
                }
                Act::Kind(kind) => {
                    let key = facet_of(&item(kind, 0));
                    if !view.hidden.remove(&key) {
                        view.hidden.insert(key);
                    }
                    view.sift();
                }
                Act::Repeats => {
                    view.shows_repeats = !view.shows_repeats;
                    view.sift();
                }
                Act::Only(places) => {
                    view.filter = Some(HistorySearch { places, ..HistorySearch::default() });
                    view.sift();
                }
                Act::All => {
                    view.hidden.clear();
                    view.filter = None;
                    view.sift();
                }
                Act::Go(by) => {
                    view.go(Motion::Rows(by), 5);
                    is_same = false;
                }
                Act::OtherThread => {
                    (thread, versions) = (thread + 1, vec![History::default()]);
                    shown = History::default();
                    is_same = false;
                }
            }
            view.aim(Some(id(thread)), Some(&shown));
            let rows: Vec<usize> = (0..view.rows()).map(|row| view.place(row).unwrap()).collect();
            prop_assert_eq!(&rows, &expected(&view, &shown));
            prop_assert!(rows.iter().all(|place| view.is_visible(*place)));
            // The cursor stays on its item, or goes to the next visible one.
            if let Some(selected) = selected.filter(|_| is_same) {
                let next = rows.iter().copied().find(|place| *place >= selected);
                prop_assert_eq!(view.selected(), next.or(rows.last().copied()));
            }
        }
    }
}

#[test]
fn marks_that_arrive_later_hide_items_and_the_row_on_the_screen_stays() {
    let mut history = History::default();
    let long = "x".repeat(AT_ONCE);
    let start = format!(r#"{{"type":"event_msg","payload":{{"type":"task_started","turn_id":"{long}"}}}}"#);
    history.append([RolloutItem::parse(start).unwrap()].into());
    // Each text stands there twice.
    history.append((0..40).map(|number| item(number as u8 % 4, number)).collect());
    let mut view = HistoryView::default();
    view.aim(Some(id(0)), Some(&history));
    let (thread, asked) = view.marks_to_read().unwrap();
    assert_eq!((view.rows(), view.hidden_repeats()), (41, 0));
    assert!(view.marks_to_read().is_none(), "it was asked for already");
    view.cursor = ListCursor { at: 33, top: 30 };
    let marks = ItemMarks::read_all(&asked, || true).unwrap();
    view.take_marks(id(1), marks.clone());
    assert_eq!(view.rows(), 41, "these are marks of another thread");
    view.take_marks(thread, marks);
    assert!(view.marks().is_complete());
    assert_eq!((view.rows(), view.hidden_repeats()), (21, 20));
    assert_eq!(view.selected(), Some(33));
    assert_eq!(view.cursor.at - view.cursor.top, 3);
    assert!(ItemMarks::read_all(&asked, || false).is_none());
}
