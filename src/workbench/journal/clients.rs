//! Counts the calls of clients: those on the current branch, and those that going back to a step would undo.

use super::Journal;

impl Journal {
    /// The number of client calls on the current branch, including those whose steps were dropped.
    pub fn client_calls(&self) -> u64 {
        self.last().map_or(0, |last| last.client_calls)
    }

    /// The number of client calls on the current branch after one of its steps; step 0 is the state before the first
    /// step.
    pub fn client_calls_after(&self, step: u64) -> u64 {
        match (self.after(step), self.last()) {
            (Some(next), Some(last)) => {
                last.client_calls - next.client_calls + u64::from(next.client.is_some())
            }
            _ => 0,
        }
    }

    /// The last step of the current line that stays when the store goes to the end of another line, given by its last
    /// step; 0 if none stays.
    pub fn stays_until(&self, tip: u64) -> u64 {
        self.meets(tip).0
    }

    /// The number of steps of the current line with a higher number than this.
    pub fn steps_after(&self, step: u64) -> usize {
        match self.line.binary_search(&step) {
            Ok(place) => self.line.len() - place - 1,
            Err(place) => self.line.len() - place,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::contract::StepStore as _;
    use crate::contract::{ListThreadsParams, Step};
    use crate::store::InMemoryThreadStore;
    use crate::workbench::Workbench;

    #[tokio::test]
    async fn the_calls_of_clients_are_counted_on_the_line() {
        let bench = Workbench::new(InMemoryThreadStore::default().into());
        let agent = bench.client(Some("agent"));
        let list = || Step::ListThreads(ListThreadsParams::default());
        for by_client in [true, false, true, true, false] {
            match by_client {
                true => agent.call(list()).await.unwrap(),
                false => bench.call(list()).await.unwrap(),
            };
        }
        let journal = bench.journal();
        assert_eq!(journal.client_calls(), 3);
        let after: Vec<u64> = (0..=5).map(|step| journal.client_calls_after(step)).collect();
        assert_eq!(after, [3, 2, 2, 1, 0, 0]);
        bench.go_back(2).await.unwrap();
        agent.call(list()).await.unwrap();
        let journal = bench.journal();
        assert_eq!(journal.client_calls(), 2);
        assert_eq!((journal.steps_after(5), journal.steps_after(2)), (1, 1));
        assert_eq!(journal.steps_after(0), 3);
    }
}
