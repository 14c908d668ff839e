//! Limits the number of steps in a journal. The oldest steps become part of the store before the first step.

use std::num::NonZeroUsize;

use imbl::OrdMap;

use super::{Journal, marks};

/// The minimum number of steps that are dropped together, because dropping steps takes as long as a few hundred calls.
const AT_ONCE: usize = 64;

impl Journal {
    /// How many of the oldest steps were dropped. The remaining steps keep their numbers.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// If there are considerably more steps than `limit`, drops the oldest ones until `limit` are left, so that this is
    /// not done at each step. Drops none while there are undone steps or branches, because these may need the oldest
    /// steps.
    pub(in crate::workbench) fn keep_last(&mut self, limit: NonZeroUsize) {
        let limit = limit.get();
        let spare = (limit / 8).max(AT_ONCE);
        if self.all.len() < limit.saturating_add(spare) || self.line.len() != self.all.len() {
            return;
        }
        let count = self.all.len() - limit;
        let last = self.dropped + count as u64;
        let Some(root) = self.at(last) else {
            debug_assert!(false, "the step is in the journal");
            return;
        };
        let kept = self.all.split_off(count);
        for entry in std::mem::replace(&mut self.all, kept) {
            for (id, part) in marks(entry.call.as_ref(), &entry.touch) {
                self.marks.remove(&(id, part, entry.step));
            }
        }
        self.line = self.line.split_off(count);
        self.remarks = after(&self.remarks, last);
        self.counters_read = after(&self.counters_read, last);
        self.titles = after(&self.titles, last);
        self.root = root;
        self.dropped = last;
    }
}

/// The values of all steps after a given step.
fn after<T: Clone>(of_steps: &OrdMap<u64, T>, step: u64) -> OrdMap<u64, T> {
    of_steps.split(&step).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{CreateThreadParams, Step, ThreadMetadataPatch, UpdateThreadMetadataParams};
    use crate::protocol::ThreadId;
    use crate::store::{CallTime, InMemoryThreadStore};
    use crate::workbench::Workbench;

    fn rename(id: ThreadId, name: usize) -> Step {
        let mut patch = ThreadMetadataPatch::default();
        patch.set_name(name.to_string());
        Step::UpdateThreadMetadata(UpdateThreadMetadataParams::new(id, patch))
    }

    #[tokio::test]
    async fn the_last_steps_are_kept_and_the_others_are_the_beginning() {
        let bench = Workbench::new(InMemoryThreadStore::default().into());
        bench.keep_last(NonZeroUsize::new(100).unwrap());
        let id = ThreadId::new();
        bench
            .call(Step::CreateThread(CreateThreadParams::new(id)))
            .await
            .unwrap();
        for name in 2..=1000 {
            bench.numbered(rename(id, name), CallTime::Now).await.1.unwrap();
            let journal = bench.journal();
            assert!(journal.len() < 100 + AT_ONCE && (name < 100 || journal.len() >= 100));
            assert_eq!(journal.tip(), name as u64);
        }
        let journal = bench.journal();
        let first = journal.dropped() + 1;
        assert!(first > 800, "{first}");
        assert!(journal.get(journal.dropped()).is_none() && journal.get(first).is_some());
        let named = |step: u64| {
            let thread = journal
                .at(step)
                .unwrap()
                .thread(id)
                .unwrap()
                .project(chrono::Utc::now());
            thread.unwrap().name.unwrap()
        };
        for step in first - 1..=1000 {
            assert_eq!(named(step), step.to_string());
        }
        assert_eq!(journal.of_thread(id).count(), journal.len());
        let counted = journal.root().calls().update_thread_metadata as u64;
        assert_eq!(counted + 1, journal.dropped());
        // It is possible to go back to the first step that is kept, but not farther.
        while bench.undo().await.is_ok() {}
        assert_eq!(bench.journal().tip(), 0);
        assert_eq!(bench.snapshot().calls(), journal.root().calls());
        for _ in 0..journal.len() {
            bench.redo().await.unwrap();
        }
        assert_eq!(bench.journal().tip(), 1000);
        assert_eq!(bench.snapshot().calls().update_thread_metadata, 999);
    }
}
