//! The in-memory store, which follows every rule of the contract and supports cheap snapshots.
//!
//! [`InMemoryThreadStore`] implements [`ThreadStore`](crate::contract::ThreadStore). The state of the store consists of
//! persistent maps, so [`InMemoryThreadStore::snapshot`] only copies a few pointers, and the cost of a read depends
//! only on what it returns. Snapshots are not counted. The store has fourteen call counters and a clock, which is
//! either the system clock or fixed, and it can be registered under an id within the process.

mod calls;
mod history;
mod memory;
mod record;
mod registry;
mod reply;
mod state;

pub use calls::InMemoryThreadStoreCalls;
pub use history::History;
pub use memory::{CallResult, CallTime, InMemoryThreadStore};
pub use record::ThreadRecord;
pub use state::{Snapshot, SnapshotBuilder, StoreDelta, ThreadParts, ThreadPartsError};
