//! Compares the list with a simple implementation, for any changes in the store and any queries, listed immediately or
//! in chunks.

use proptest::prelude::*;
use tokio::runtime::Runtime;

use super::*;
use crate::contract::{Op, Step, carry};
use crate::protocol::json::Json;
use crate::store::InMemoryThreadStore;

fn call(runtime: &Runtime, store: &InMemoryThreadStore, op: Op, thread: usize, more: &str) {
    let params = format!(r#"{{"thread_id":"019e2000-0000-7000-8000-{thread:012x}"{more}}}"#);
    let step = Step::read(op, Some(Json::parse(&params).unwrap())).unwrap();
    // A patch of a thread that was never created is refused, but it is stored.
    drop(runtime.block_on(carry(store, step)));
}

#[derive(Clone, Debug)]
enum ListEvent {
    Create(usize),
    Name(usize, usize),
    Update(usize, usize),
    Append(usize),
    /// The store is restored to its initial state.
    Restore,
    Sort,
    Reverse,
    Tree,
    Filter(&'static str),
    Mark,
    /// The running listing processes this number of chunks, and its list is shown.
    GoOn(usize),
    Move(usize),
}

fn events() -> impl Strategy<Value = Vec<ListEvent>> {
    let event = prop_oneof![
        (0..40usize).prop_map(ListEvent::Create),
        (0..40usize, 0..5usize).prop_map(|(thread, name)| ListEvent::Name(thread, name)),
        (0..40usize, 1..9usize).prop_map(|(thread, day)| ListEvent::Update(thread, day)),
        (0..40usize).prop_map(ListEvent::Append),
        Just(ListEvent::Restore),
        Just(ListEvent::Sort),
        Just(ListEvent::Reverse),
        Just(ListEvent::Tree),
        prop::sample::select(vec![
            "",
            "n",
            "na",
            "name",
            "name 1",
            "2",
            "e2 1",
            "-name",
            "name or 1",
            "is:fork",
            "has:children",
            "is:unlisted",
            "items:>0",
            "text:1 or has:name",
            "updated:>2026-05-04",
            "updated:<9w",
            "is:marked",
            "is:marked name",
        ])
        .prop_map(ListEvent::Filter),
        Just(ListEvent::Mark),
        (1..4usize).prop_map(ListEvent::GoOn),
        (0..40usize).prop_map(ListEvent::Move),
    ];
    prop::collection::vec(event, 1..40)
}

/// The next form.
fn form(form: ListForm) -> ListForm {
    let next = match form {
        ListForm::Flat => "tree",
        ListForm::Tree => "grouped by cwd",
        _ => "flat",
    };
    ListForm::named(next).unwrap()
}

/// Returns the expected rows, built from scratch.
fn plain(store: &Snapshot, wish: &ThreadQuery) -> Vec<(ThreadId, usize)> {
    let listing = Listing::new(&Arc::new(wish.clone()), store, &ListedThreads::default());
    seen(&listing.whole().rows)
}

fn seen(rows: &ThreadRows) -> Vec<(ThreadId, usize)> {
    rows.iter().map(|row| (row.record.id, row.depth)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_list_is_what_a_new_one_would_be(events in events(), beside in any::<bool>(), stretch in 1..20usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let store = InMemoryThreadStore::default();
        let beginning = store.snapshot();
        let mut list = ThreadList { at_once: if beside { 0 } else { AT_ONCE }, ..ThreadList::default() };
        let mut underway: Option<Listing> = None;
        for event in events {
            match event {
                ListEvent::Create(n) => call(&runtime, &store, Op::CreateThread, n, &match n % 3 {
                    0 => format!(r#","forked_from_id":"019e2000-0000-7000-8000-{:012x}""#, n / 2),
                    _ => String::new(),
                }),
                ListEvent::Name(n, name) => call(&runtime, &store, Op::UpdateThreadMetadata, n, &format!(r#","patch":{{"name":"Name {name}"}}"#)),
                ListEvent::Update(n, day) => call(&runtime, &store, Op::UpdateThreadMetadata, n, &format!(r#","patch":{{"updated_at":"2026-05-0{day}T00:00:00Z"}}"#)),
                ListEvent::Append(n) => call(&runtime, &store, Op::AppendItems, n, r#","items":[{"a":1}]"#),
                ListEvent::Restore => store.restore(&beginning),
                ListEvent::Sort => list.query.sort = list.query.sort.next(),
                ListEvent::Reverse => list.query.reversed ^= true,
                ListEvent::Tree => list.query.form = form(list.query.form),
                ListEvent::Filter(words) => list.query.filter = ThreadFilter::parse_with_marks(words).unwrap(),
                ListEvent::Mark => list.mark(),
                ListEvent::GoOn(stretches) => if let Some(listing) = &mut underway {
                    let done = (0..stretches).any(|_| listing.go_on());
                    list.take(listing.list().clone());
                    underway = underway.filter(|_| !done);
                },
                ListEvent::Move(at) => {
                    list.cursor.at = at.min(list.rows().len().saturating_sub(1));
                }
            }
            let snapshot = store.snapshot();
            list.refresh(&snapshot);
            underway = list.asked().map(|listing| listing.in_stretches_of(stretch)).or(underway);
            if !list.is_underway() {
                prop_assert_eq!(seen(list.rows()), plain(&snapshot, &list.query));
            }
        }
        // In the end, all threads are listed, even if a listing was running.
        let snapshot = store.snapshot();
        while let Some(listing) = underway.take() {
            list.take(listing.whole());
            list.refresh(&snapshot);
            underway = list.asked().map(|listing| listing.in_stretches_of(stretch));
        }
        prop_assert_eq!(seen(list.rows()), plain(&snapshot, &list.query));
    }

    #[test]
    fn the_cursor_stays_on_its_thread_whatever_changes(events in events(), at in 0..20usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let store = InMemoryThreadStore::default();
        (0..20).for_each(|n| call(&runtime, &store, Op::CreateThread, n, ""));
        let mut list = ThreadList::default();
        list.refresh(&store.snapshot());
        list.pin();
        list.cursor.at = at;
        let id = list.row().unwrap().record.id;
        for event in events {
            match event {
                ListEvent::Name(n, name) => call(&runtime, &store, Op::UpdateThreadMetadata, n, &format!(r#","patch":{{"name":"Name {name}"}}"#)),
                ListEvent::Update(n, day) => call(&runtime, &store, Op::UpdateThreadMetadata, n, &format!(r#","patch":{{"updated_at":"2026-05-0{day}T00:00:00Z"}}"#)),
                ListEvent::Append(n) => call(&runtime, &store, Op::AppendItems, n, r#","items":[{"a":1}]"#),
                ListEvent::Sort => list.query.sort = list.query.sort.next(),
                ListEvent::Reverse => list.query.reversed ^= true,
                ListEvent::Tree => list.query.form = form(list.query.form),
                _ => {}
            }
            list.refresh(&store.snapshot());
            prop_assert_eq!(list.row().unwrap().record.id, id);
        }
    }
}
