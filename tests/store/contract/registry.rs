//! Rules R: stores by id, and the store as a value. The store's own tests check that a poisoned registry still works
//! (rule R3), because only they can reach its lock.

use std::borrow::Cow;
use std::sync::Arc;

use threadloupe::contract::ThreadStore;
use threadloupe::store::{InMemoryThreadStore, InMemoryThreadStoreCalls};

use super::desk::{Desk, ONE, block};

#[test]
fn r1_an_id_is_the_same_store_every_time_and_ids_are_compared_exactly() {
    let store = InMemoryThreadStore::for_id("r1");
    assert!(Arc::ptr_eq(
        &store,
        &InMemoryThreadStore::for_id("r1".to_string())
    ));
    assert!(Arc::ptr_eq(&store, &InMemoryThreadStore::for_id(Cow::from("r1"))));
    for other in ["R1", "r1 ", " r1", "r", ""] {
        assert!(
            !Arc::ptr_eq(&store, &InMemoryThreadStore::for_id(other)),
            "{other:?}"
        );
    }
    assert!(Arc::ptr_eq(
        &InMemoryThreadStore::for_id(""),
        &InMemoryThreadStore::for_id("")
    ));
}

#[test]
fn r1_an_id_may_be_made_by_asking_the_registry() {
    struct Nested;
    impl From<Nested> for String {
        fn from(_: Nested) -> String {
            InMemoryThreadStore::for_id("r1 inner");
            "r1 outer".to_string()
        }
    }
    let outer = InMemoryThreadStore::for_id(Nested);
    assert!(Arc::ptr_eq(&outer, &InMemoryThreadStore::for_id("r1 outer")));
}

#[test]
fn r2_a_removed_store_works_on_and_the_next_one_of_that_id_is_empty() {
    let desk = Desk::at(InMemoryThreadStore::for_id("r2"));
    desk.create(ONE);
    let removed = InMemoryThreadStore::remove_id("r2").unwrap();
    assert!(Arc::ptr_eq(&removed, &desk.store));
    assert!(InMemoryThreadStore::remove_id("r2").is_none());
    assert!(InMemoryThreadStore::remove_id("r2 never").is_none());
    assert_eq!(desk.listed(), [ONE]);
    let next = Desk::at(InMemoryThreadStore::for_id("r2"));
    assert!(!Arc::ptr_eq(&next.store, &desk.store));
    assert_eq!(next.calls(), InMemoryThreadStoreCalls::default());
    assert!(next.listed().is_empty());
}

#[test]
fn r3_stores_that_nobody_holds_are_kept() {
    for number in 0..500 {
        Desk::at(InMemoryThreadStore::for_id(format!("r3 {number}"))).create(ONE);
    }
    for number in 0..500 {
        let desk = Desk::at(InMemoryThreadStore::for_id(format!("r3 {number}")));
        assert_eq!(desk.calls().create_thread, 1);
    }
}

#[test]
fn r4_a_default_store_is_empty_and_registered_nowhere() {
    let before = InMemoryThreadStore::registered_ids().len();
    let one = Desk::at(Arc::new(InMemoryThreadStore::default()));
    one.create(ONE);
    let other = Desk::at(Arc::new(InMemoryThreadStore::default()));
    assert!(other.listed().is_empty());
    // Other tests may register stores at the same time, but none removes one.
    assert!(InMemoryThreadStore::registered_ids().len() >= before);
    assert!(one.store.as_any().downcast_ref::<InMemoryThreadStore>().is_some());
}

#[test]
fn r4_calls_are_a_snapshot_of_fourteen_counters_in_their_order_and_count_nothing() {
    let desk = Desk::new();
    let before = desk.calls();
    desk.create(ONE);
    assert_eq!(before, InMemoryThreadStoreCalls::default());
    assert_eq!(before.clone(), before);
    let after = desk.calls();
    assert_ne!(after, before);
    assert_eq!(desk.calls(), after);
    assert_eq!(
        serde_json::to_string(&after).unwrap(),
        concat!(
            r#"{"create_thread":1,"resume_thread":0,"append_items":0,"persist_thread":0,"flush_thread":0,"#,
            r#""shutdown_thread":0,"discard_thread":0,"load_history":0,"read_thread":0,"#,
            r#""read_thread_by_rollout_path":0,"list_threads":0,"update_thread_metadata":0,"#,
            r#""archive_thread":0,"unarchive_thread":0}"#
        )
    );
    assert_eq!(block(desk.store.calls()).create_thread, 1_usize);
    assert!(format!("{after:?}").starts_with("InMemoryThreadStoreCalls { create_thread: 1"));
}

/// Fails to compile for a type that implements the trait, because `none` is then ambiguous.
macro_rules! implements_none_of {
    ($ty:ty: $($bound:path),*) => { $( const _: fn() = || {
        trait Ambiguous<Marker> { fn none() {} }
        impl<T: ?Sized> Ambiguous<()> for T {}
        impl<T: ?Sized + $bound> Ambiguous<u8> for T {}
        let _ = <$ty as Ambiguous<_>>::none;
    }; )* };
}
// Rule R4: a store cannot be printed or cloned.
implements_none_of!(InMemoryThreadStore: Clone, std::fmt::Debug);
