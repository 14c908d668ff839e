//! The registry of stores in this process, by id (rules R1 to R3).

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use super::InMemoryThreadStore;

static STORES: LazyLock<Mutex<HashMap<String, Arc<InMemoryThreadStore>>>> = LazyLock::new(Mutex::default);

/// Locks the registry. A panic elsewhere cannot leave the map in a broken state, so poisoning is ignored (rule R3).
fn stores() -> MutexGuard<'static, HashMap<String, Arc<InMemoryThreadStore>>> {
    STORES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl InMemoryThreadStore {
    /// Returns the store registered under an id; the first call creates it. Ids are compared exactly, and the empty string
    /// is a valid id (rule R1).
    pub fn for_id(id: impl Into<String>) -> Arc<Self> {
        // The caller's conversion runs before the lock is taken, because it may panic or call the registry itself.
        let id = id.into();
        Arc::clone(stores().entry(id).or_default())
    }

    /// Removes a store from the registry and returns it. Existing references stay usable; the next
    /// [`for_id`](Self::for_id) creates a new, empty store (rule R2).
    pub fn remove_id(id: &str) -> Option<Arc<Self>> {
        stores().remove(id)
    }

    /// The ids of all registered stores, sorted.
    pub fn registered_ids() -> Vec<String> {
        let mut ids: Vec<String> = stores().keys().cloned().collect();
        ids.sort();
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r3_a_poisoned_registry_is_used_as_it_is() {
        let before = InMemoryThreadStore::for_id("poisoned");
        let panicked = std::thread::spawn(|| {
            let _held = stores();
            panic!("while the registry is locked");
        })
        .join();
        assert!(panicked.is_err() && STORES.is_poisoned());
        assert!(Arc::ptr_eq(&before, &InMemoryThreadStore::for_id("poisoned")));
        assert!(InMemoryThreadStore::remove_id("poisoned").is_some());
    }
}
