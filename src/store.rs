//! The in-memory store: every rule of the contract, kept exactly, over state that a snapshot can hold on to.
//!
//! [`InMemoryThreadStore`] implements [`ThreadStore`](crate::contract::ThreadStore). Its state is made of persistent
//! maps, so that [`InMemoryThreadStore::snapshot`] costs a few pointers and moves no counter, and a read costs what it
//! returns. It keeps the fourteen call counters, has a clock, which is the system's or stands, and can be registered under
//! an id of the process.
//!
//! Who calls it, and why, it does not know.

mod calls;
mod history;
mod memory;
mod record;
mod registry;
mod reply;
mod state;

pub use calls::InMemoryThreadStoreCalls;
pub use history::History;
pub use memory::{Called, InMemoryThreadStore, When};
pub use record::ThreadRecord;
pub use state::{Misfit, Parts, Snapshot, SnapshotBuilder, Touch};
