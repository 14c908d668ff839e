//! Whether other programs can call a store of this run, and how many are connected.

use super::session::StoreKey;

/// The store that other programs can call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listening {
    /// The store.
    pub store: StoreKey,
    /// The number of clients that are connected.
    pub clients: usize,
}
