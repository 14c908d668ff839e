//! What one step of a journal changed in the store: enough to take it back from the store as it was after the call, and to do it again
//! on the store as it was before.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Kept, Snapshot, State, Turned};
use crate::contract::{Op, Step};
use crate::protocol::{RolloutItem, ThreadId};
use crate::store::ThreadRecord;

/// What one step changed, a call or what came from outside; it shares what it can with the store.
#[derive(Clone, Debug)]
pub struct Touch(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Call(Op, Change),
    /// Whatever was done without a journal: the whole store before and after it.
    Outside(Box<[State; 2]>),
}

#[derive(Clone, Debug)]
enum Change {
    /// Nothing but the method's counter.
    Count,
    /// A history has one more batch. The records are not kept: each holds a history's whole last stretch.
    Append(ThreadId, Arc<[RolloutItem]>),
    /// Records are others than before, and a path may have changed hands.
    Records(Vec<Turn>, Option<Box<Handed>>),
}

/// A record, before and after.
#[derive(Clone, Debug)]
struct Turn {
    before: Option<Arc<ThreadRecord>>,
    after: Arc<ThreadRecord>,
}

/// A path and whose it is, with its place in the order of registering.
#[derive(Clone, Debug)]
struct Handed {
    path: Arc<Path>,
    before: Option<(ThreadId, u64)>,
    after: (ThreadId, u64),
}

impl Touch {
    /// What a call changed, told from the store before and after it.
    pub fn between(before: &Snapshot, after: &Snapshot, call: &Step) -> Self {
        Self(Kind::Call(call.op(), Self::change(before, after, call)))
    }

    /// What was changed by whatever made the one store the other.
    pub fn outside(before: &Snapshot, after: &Snapshot) -> Self {
        Self(Kind::Outside(Box::new([
            before.state.clone(),
            after.state.clone(),
        ])))
    }

    fn change(before: &Snapshot, after: &Snapshot, call: &Step) -> Change {
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
                return Change::Append(id, batch);
            }
        }
        let former = path
            .and_then(|path| before.owner(path))
            .filter(|former| Some(*former) != named);
        let turns: Vec<Turn> = former
            .into_iter()
            .chain(named)
            .filter_map(|id| {
                let (before, after) = (before.thread(id), after.thread(id)?);
                let same = before.is_some_and(|before| Arc::ptr_eq(before, after));
                (!same).then(|| Turn {
                    before: before.cloned(),
                    after: Arc::clone(after),
                })
            })
            .collect();
        let handed = path.and_then(|path| {
            let after = *after.state.paths.get(path)?;
            let before = before.state.paths.get(path).copied();
            (before != Some(after)).then(|| {
                Box::new(Handed {
                    path: path.into(),
                    before,
                    after,
                })
            })
        });
        match turns.is_empty() {
            true => Change::Count,
            false => Change::Records(turns, handed),
        }
    }

    /// The threads of which more than nothing changed.
    pub fn threads(&self) -> impl Iterator<Item = ThreadId> {
        let ids: Vec<ThreadId> = match &self.0 {
            Kind::Call(_, Change::Count) => Vec::new(),
            Kind::Call(_, Change::Append(id, _)) => vec![*id],
            Kind::Call(_, Change::Records(turns, _)) => turns.iter().map(|turn| turn.after.id).collect(),
            Kind::Outside(_) => self.outside_changes().filter_map(id).collect(),
        };
        ids.into_iter()
    }

    /// The threads that came out of a change from outside, each as it was before and after it; none for a call.
    pub fn outside_changes(&self) -> impl Iterator<Item = Turned<'_>> {
        let states = match &self.0 {
            Kind::Outside(states) => Some(&**states),
            Kind::Call(..) => None,
        };
        states
            .into_iter()
            .flat_map(|[before, after]| after.changes_since(before))
    }

    /// The items that it appended, if it was a call and appended any.
    pub fn appended(&self) -> Option<Arc<[RolloutItem]>> {
        match &self.0 {
            Kind::Call(_, Change::Append(_, items)) => Some(Arc::clone(items)),
            // It made the history, or the record with it; one without items leaves a history as it was.
            Kind::Call(Op::AppendItems, Change::Records(turns, _)) => {
                let turn = turns.first()?;
                let first = turn.before.as_ref().is_none_or(|before| before.history.is_none());
                turn.after.history.as_ref().filter(|_| first)?.last()
            }
            _ => None,
        }
    }

    /// Whether anything but counters moved that a reader could ever tell.
    pub fn is_change(&self) -> bool {
        match &self.0 {
            Kind::Outside(_) => self.outside_changes().next().is_some(),
            Kind::Call(_, Change::Count) => false,
            Kind::Call(_, Change::Append(..)) => true,
            Kind::Call(_, Change::Records(turns, _)) => turns.iter().any(|turn| {
                !turn
                    .before
                    .as_ref()
                    .is_some_and(|before| before.reads_as(&turn.after))
            }),
        }
    }
}

impl Snapshot {
    /// Makes the store as it was before a step of which `self` is the store right after it.
    pub fn take_back(&mut self, touch: &Touch) {
        let state = &mut self.state;
        let (op, change) = match &touch.0 {
            Kind::Call(op, change) => (*op, change),
            Kind::Outside(states) => {
                let [before, _] = &**states;
                *state = before.clone();
                return;
            }
        };
        state.calls.count(op, -1);
        match change {
            Change::Count => {}
            Change::Append(id, _) => {
                if let Some(history) = &mut state.record(*id).history {
                    history.take_back();
                }
            }
            Change::Records(turns, handed) => {
                for turn in turns {
                    state.put(turn.after.id, turn.before.clone());
                }
                if let Some(handed) = handed {
                    state.hand(&handed.path, handed.before);
                    state.registered -= 1;
                }
            }
        }
    }

    /// Makes the store as it was after a step of which `self` is the store right before it.
    pub fn do_again(&mut self, touch: &Touch) {
        let state = &mut self.state;
        let (op, change) = match &touch.0 {
            Kind::Call(op, change) => (*op, change),
            Kind::Outside(states) => {
                let [_, after] = &**states;
                *state = after.clone();
                return;
            }
        };
        state.calls.count(op, 1);
        match change {
            Change::Count => {}
            Change::Append(id, batch) => state.record(*id).append(Arc::clone(batch)),
            Change::Records(turns, handed) => {
                for turn in turns {
                    state.put(turn.after.id, Some(Arc::clone(&turn.after)));
                }
                if let Some(handed) = handed {
                    state.hand(&handed.path, Some(handed.after));
                    state.registered += 1;
                }
            }
        }
    }

    /// The same store, looked at when its clock shows this moment, and stands there or goes on.
    #[must_use]
    pub fn seen_at(mut self, now: DateTime<Utc>, stands: bool) -> Self {
        self.state.clock = stands.then_some(now);
        self.now = now;
        self
    }

    /// The same store with its clock standing at a moment, or following the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: Option<DateTime<Utc>>) -> Self {
        self.state.clock = clock;
        self.now = self.state.now();
        self
    }
}

fn id((before, after): Turned<'_>) -> Option<ThreadId> {
    after.or(before).map(|record| record.id)
}

impl State {
    fn put(&mut self, id: ThreadId, record: Option<Arc<ThreadRecord>>) {
        let listed =
            |record: Option<&Arc<ThreadRecord>>| usize::from(record.is_some_and(|record| record.is_listed()));
        let now = listed(record.as_ref());
        let former = match record {
            Some(record) => self.threads.insert(id.uuid(), Kept(record)),
            None => self.threads.remove(&id.uuid()),
        };
        self.listed = self.listed + now - listed(former.as_ref().map(|kept| &kept.0));
    }

    fn hand(&mut self, path: &Arc<Path>, owner: Option<(ThreadId, u64)>) {
        self.paths.remove(path);
        if let Some(owner) = owner {
            self.paths.insert(Arc::clone(path), owner);
        }
    }
}
