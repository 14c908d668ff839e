//! What one step of a journal changed in the store: enough to undo the step on the store after it, and to redo the step
//! on the store before it.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{RecordChange, SharedRecord, Snapshot, StoreState};
use crate::contract::{Op, Step};
use crate::protocol::{RolloutItem, ThreadId};
use crate::store::ThreadRecord;

/// What one step (a call or a change from outside) changed. Shares its data with the store where possible.
#[derive(Clone, Debug)]
pub struct StoreDelta(DeltaOrigin);

#[derive(Clone, Debug)]
enum DeltaOrigin {
    Call(Op, CallDelta),
    /// A change that was made without the journal: the whole store before and after it.
    Outside(Box<[StoreState; 2]>),
}

#[derive(Clone, Debug)]
enum CallDelta {
    /// Only the method's counter.
    Count,
    /// One more batch was appended to a history. The records are not kept, because each would keep a version of the
    /// last run of batches in memory.
    Append(ThreadId, Arc<[RolloutItem]>),
    /// Records have changed, and a path may have moved to another thread.
    Records(Vec<RecordDelta>, Option<Box<PathDelta>>),
}

/// A record, before and after.
#[derive(Clone, Debug)]
struct RecordDelta {
    before: Option<Arc<ThreadRecord>>,
    after: Arc<ThreadRecord>,
}

/// A path and the thread that it belongs to before and after the step, each with the registration number of the path.
#[derive(Clone, Debug)]
struct PathDelta {
    path: Arc<Path>,
    before: Option<(ThreadId, u64)>,
    after: (ThreadId, u64),
}

impl StoreDelta {
    /// What a call changed, computed from the store before and after it.
    pub fn between(before: &Snapshot, after: &Snapshot, call: &Step) -> Self {
        Self(DeltaOrigin::Call(call.op(), Self::change(before, after, call)))
    }

    /// A change from outside, between two snapshots of the store.
    pub fn outside(before: &Snapshot, after: &Snapshot) -> Self {
        Self(DeltaOrigin::Outside(Box::new([
            before.state.clone(),
            after.state.clone(),
        ])))
    }

    fn change(before: &Snapshot, after: &Snapshot, call: &Step) -> CallDelta {
        let path = match call {
            Step::ResumeThread(params) => params.rollout_path.as_deref(),
            _ => None,
        };
        let named = call.thread_id();
        if let (Step::AppendItems(_), Some(id)) = (call, named) {
            let history = |of: &Snapshot| of.thread(id).and_then(|record| record.history.clone());
            if let (Some(was), Some(is)) = (history(before), history(after))
                && was.len() < is.len()
                && let Some(batch) = is.last()
            {
                return CallDelta::Append(id, batch);
            }
        }
        let former = path
            .and_then(|path| before.owner(path))
            .filter(|former| Some(*former) != named);
        let deltas: Vec<RecordDelta> = former
            .into_iter()
            .chain(named)
            .filter_map(|id| {
                let (before, after) = (before.thread(id), after.thread(id)?);
                let same = before.is_some_and(|before| Arc::ptr_eq(before, after));
                (!same).then(|| RecordDelta {
                    before: before.cloned(),
                    after: Arc::clone(after),
                })
            })
            .collect();
        let path_delta = path.and_then(|path| {
            let (path, after) = after.state.paths.get_key_value(path)?;
            let (path, after) = (Arc::clone(path), *after);
            let before = before.state.paths.get(&path).copied();
            (before != Some(after)).then(|| Box::new(PathDelta { path, before, after }))
        });
        match deltas.is_empty() {
            true => CallDelta::Count,
            false => CallDelta::Records(deltas, path_delta),
        }
    }

    /// The ids of the threads that changed.
    pub fn threads(&self) -> impl Iterator<Item = ThreadId> {
        let ids: Vec<ThreadId> = match &self.0 {
            DeltaOrigin::Call(_, CallDelta::Count) => Vec::new(),
            DeltaOrigin::Call(_, CallDelta::Append(id, _)) => vec![*id],
            DeltaOrigin::Call(_, CallDelta::Records(deltas, _)) => {
                deltas.iter().map(|delta| delta.after.id).collect()
            }
            DeltaOrigin::Outside(_) => self.outside_changes().filter_map(id).collect(),
        };
        ids.into_iter()
    }

    /// By how much the step changed the counter of a method.
    pub fn counted(&self, op: Op) -> i64 {
        match &self.0 {
            DeltaOrigin::Call(called, _) => i64::from(*called == op && op.row().counted),
            DeltaOrigin::Outside(states) => {
                let [before, after] = [&states[0], &states[1]].map(|state| state.calls.get(op).unwrap_or(0));
                i64::try_from(after).unwrap_or(i64::MAX) - i64::try_from(before).unwrap_or(i64::MAX)
            }
        }
    }

    /// The record of a thread directly after the step, if the step changed more of the thread than its items.
    pub fn record_after(&self, id: ThreadId) -> Option<&Arc<ThreadRecord>> {
        match &self.0 {
            DeltaOrigin::Call(_, CallDelta::Records(deltas, _)) => {
                let delta = deltas.iter().find(|delta| delta.after.id == id);
                delta.map(|delta| &delta.after)
            }
            DeltaOrigin::Call(..) => None,
            DeltaOrigin::Outside(states) => states[1].thread(id),
        }
    }

    /// The threads that a change from outside changed, each before and after it; empty for a call.
    pub fn outside_changes(&self) -> impl Iterator<Item = RecordChange<'_>> {
        let states = match &self.0 {
            DeltaOrigin::Outside(states) => Some(&**states),
            DeltaOrigin::Call(..) => None,
        };
        states
            .into_iter()
            .flat_map(|[before, after]| after.changes_since(before))
    }

    /// The items that the step appended, if it was a call that appended any.
    pub fn appended(&self) -> Option<Arc<[RolloutItem]>> {
        match &self.0 {
            DeltaOrigin::Call(_, CallDelta::Append(_, items)) => Some(Arc::clone(items)),
            // The append started the history. An append without items does not change an existing history.
            DeltaOrigin::Call(Op::AppendItems, CallDelta::Records(deltas, _)) => {
                let delta = deltas.first()?;
                let first = delta
                    .before
                    .as_ref()
                    .is_none_or(|before| before.history.is_none());
                delta.after.history.as_ref().filter(|_| first)?.last()
            }
            _ => None,
        }
    }

    /// Whether anything changed that reads can return, not just counters.
    pub fn is_change(&self) -> bool {
        match &self.0 {
            DeltaOrigin::Outside(_) => self.outside_changes().next().is_some(),
            DeltaOrigin::Call(_, CallDelta::Count) => false,
            DeltaOrigin::Call(_, CallDelta::Append(..)) => true,
            DeltaOrigin::Call(_, CallDelta::Records(deltas, _)) => deltas.iter().any(|delta| {
                !delta
                    .before
                    .as_ref()
                    .is_some_and(|before| before.reads_as(&delta.after))
            }),
        }
    }
}

impl Snapshot {
    /// Undoes a step. `self` must be the store directly after the step.
    pub fn take_back(&mut self, touch: &StoreDelta) {
        let state = &mut self.state;
        let (op, change) = match &touch.0 {
            DeltaOrigin::Call(op, change) => (*op, change),
            DeltaOrigin::Outside(states) => {
                let [before, _] = &**states;
                *state = before.clone();
                return;
            }
        };
        state.calls.count(op, -1);
        match change {
            CallDelta::Count => {}
            CallDelta::Append(id, _) => {
                if let Some(history) = &mut state.record(*id).history {
                    history.take_back();
                }
            }
            CallDelta::Records(deltas, path_delta) => {
                for delta in deltas {
                    state.put(delta.after.id, delta.before.clone());
                }
                if let Some(path_delta) = path_delta {
                    state.set_path_owner(&path_delta.path, path_delta.before);
                    state.registered -= 1;
                }
            }
        }
    }

    /// Redoes a step. `self` must be the store directly before the step.
    pub fn do_again(&mut self, touch: &StoreDelta) {
        let state = &mut self.state;
        let (op, change) = match &touch.0 {
            DeltaOrigin::Call(op, change) => (*op, change),
            DeltaOrigin::Outside(states) => {
                let [_, after] = &**states;
                *state = after.clone();
                return;
            }
        };
        state.calls.count(op, 1);
        match change {
            CallDelta::Count => {}
            CallDelta::Append(id, batch) => state.record(*id).append(Arc::clone(batch)),
            CallDelta::Records(deltas, path_delta) => {
                for delta in deltas {
                    state.put(delta.after.id, Some(Arc::clone(&delta.after)));
                }
                if let Some(path_delta) = path_delta {
                    state.set_path_owner(&path_delta.path, Some(path_delta.after));
                    state.registered += 1;
                }
            }
        }
    }

    /// The same store read at the time `now`, with a fixed clock if `stands` is true, otherwise with the system clock.
    #[must_use]
    pub fn seen_at(mut self, now: DateTime<Utc>, stands: bool) -> Self {
        self.state.clock = stands.then_some(now);
        self.now = now;
        self
    }

    /// The same store with a fixed clock or, without one, the system clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Option<DateTime<Utc>>) -> Self {
        self.state.clock = clock;
        self.now = self.state.now();
        self
    }
}

fn id((before, after): RecordChange<'_>) -> Option<ThreadId> {
    after.or(before).map(|record| record.id)
}

impl StoreState {
    fn put(&mut self, id: ThreadId, record: Option<Arc<ThreadRecord>>) {
        let listed =
            |record: Option<&Arc<ThreadRecord>>| usize::from(record.is_some_and(|record| record.is_listed()));
        let now = listed(record.as_ref());
        let former = match record {
            Some(record) => self.threads.insert(id.uuid(), SharedRecord(record)),
            None => self.threads.remove(&id.uuid()),
        };
        self.listed = self.listed + now - listed(former.as_ref().map(|kept| &kept.0));
    }

    fn set_path_owner(&mut self, path: &Arc<Path>, owner: Option<(ThreadId, u64)>) {
        self.paths.remove(path);
        if let Some(owner) = owner {
            self.paths.insert(Arc::clone(path), owner);
        }
    }
}
