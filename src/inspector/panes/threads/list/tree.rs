//! Threads as a tree: forks and sub-agents below the threads that they come from.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::facts::parent;
use super::rows::{ThreadRow, ThreadRows};
use crate::protocol::ThreadId;
use crate::store::ThreadRecord;

/// Hangs each thread below its parent, if that is among them; the order among brothers stays. A ring of parents is cut
/// where its first thread stands.
pub fn grow(records: Vec<Arc<ThreadRecord>>) -> ThreadRows {
    let known: HashSet<ThreadId> = records.iter().map(|record| record.id).collect();
    let mut children: HashMap<ThreadId, Vec<Arc<ThreadRecord>>> = HashMap::new();
    let mut roots = Vec::new();
    for record in &records {
        match parent(record).filter(|parent| known.contains(parent) && *parent != record.id) {
            Some(parent) => children.entry(parent).or_default().push(Arc::clone(record)),
            None => roots.push(Arc::clone(record)),
        }
    }
    let mut rows = ThreadRows::new();
    let mut placed = HashSet::new();
    // What hangs in a ring has no root; it is taken up at the end, in order.
    for root in roots.into_iter().chain(records) {
        let mut waiting = vec![(root, 0)];
        while let Some((record, depth)) = waiting.pop() {
            if !placed.insert(record.id) {
                continue;
            }
            for child in children.remove(&record.id).unwrap_or_default().into_iter().rev() {
                waiting.push((child, depth + 1));
            }
            rows.push_back(ThreadRow { record, depth });
        }
    }
    rows
}
