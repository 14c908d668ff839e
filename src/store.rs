//! The in-memory store: every rule of the contract, kept exactly, over state that a snapshot can hold on to.
//!
//! [`InMemoryThreadStore`] implements [`ThreadStore`](crate::contract::ThreadStore). Its state is made of persistent
//! maps, so that [`InMemoryThreadStore::snapshot`] costs a few pointers and moves no counter, and a read costs what it
//! returns. It keeps the fourteen call counters, reads time from an injected [`Clock`], and can be registered under an id
//! of the process.
//!
//! Who calls it, and why, it does not know.

mod calls;
mod clock;
mod history;
mod memory;
mod record;
mod registry;
mod state;

pub use calls::InMemoryThreadStoreCalls;
pub use clock::Clock;
pub use history::History;
pub use memory::InMemoryThreadStore;
pub use record::ThreadRecord;
pub use state::{Parts, Snapshot, SnapshotBuilder, Touch};
