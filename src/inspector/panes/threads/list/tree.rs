//! Threads as a tree, with forks and sub-agents below their parents.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::facts::parent;
use super::rows::{ThreadRow, ThreadRows};
use crate::protocol::ThreadId;
use crate::store::ThreadRecord;

/// Places each thread below its parent, if the parent is in the input. Siblings keep their order. A cycle of parents is
/// cut at its first thread.
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
    // Threads in a cycle have no root. Such threads are added at the end, in order.
    for root in roots.into_iter().chain(records) {
        let mut waiting = vec![(root, 0)];
        while let Some((record, depth)) = waiting.pop() {
            if !placed.insert(record.id) {
                continue;
            }
            for child in children.remove(&record.id).unwrap_or_default().into_iter().rev() {
                waiting.push((child, depth + 1));
            }
            rows.push_back(ThreadRow {
                depth,
                ..ThreadRow::alone(&record)
            });
        }
    }
    rows
}
