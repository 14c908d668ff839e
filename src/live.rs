//! The layer above a store: threads that an agent is working on, and the metadata derived from their items.
//!
//! - [`LiveThread`] is a thread in use: it appends the items that the policy keeps and updates the metadata from them.
//!   [`LiveThreadInitGuard`] discards it if its start fails.
//! - [`LiveThreads`] updates the metadata of all threads, live or not.
//! - [`Fold`] derives metadata from items.
//! - [`MetadataSync`] decides when to send metadata to the store.
//! - [`policy`] decides which items to keep.
//!
//! All of this works with any [`ThreadStore`](crate::contract::ThreadStore).

mod fold;
mod git;
mod guard;
pub mod policy;
mod sync;
mod thread;
mod threads;

pub use fold::{AUDIO_PLACEHOLDER, DecidedBy, Fold, IMAGE_PLACEHOLDER, SeenValues, affects_metadata};
pub use git::collect_git_info;
pub use guard::LiveThreadInitGuard;
pub use sync::{MetadataSync, Outgoing, TOUCH_INTERVAL};
pub use thread::{ClockFn, GitSource, LiveOptions, LiveThread};
pub use threads::LiveThreads;
