//! What sits above a store: the thread that is being worked on, and what its items say about it.
//!
//! - [`Fold`] gathers from items what they say about their thread's metadata.
//!
//! All of it works over any [`ThreadStore`](crate::contract::ThreadStore); what a store does with a call is its own.

mod fold;

pub use fold::{Fold, IMAGE_PLACEHOLDER, Seen, affects_metadata};
