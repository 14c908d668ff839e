//! What sits above a store: the thread that is being worked on, and what its items say about it.
//!
//! - [`LiveThread`] is such a thread: it appends what the policy keeps and lets its metadata follow.
//!   [`LiveThreadInitGuard`] gives it up when a start fails.
//! - [`LiveThreads`] is the door through which metadata is changed, of live threads and of all others.
//! - [`Fold`] gathers from items what they say about their thread's metadata.
//! - [`MetadataSync`] decides when that is told to the store.
//! - [`policy`] decides which items are worth keeping.
//!
//! All of it works over any [`ThreadStore`](crate::contract::ThreadStore); what a store does with a call is its own.

mod fold;
mod git;
mod guard;
pub mod policy;
mod sync;
mod thread;
mod threads;

pub use fold::{Fold, IMAGE_PLACEHOLDER, Seen, affects_metadata};
pub use git::collect_git_info;
pub use guard::LiveThreadInitGuard;
pub use sync::{MetadataSync, Outgoing, TOUCH_INTERVAL};
pub use thread::{GitFacts, LiveOptions, LiveThread, Now};
pub use threads::LiveThreads;
