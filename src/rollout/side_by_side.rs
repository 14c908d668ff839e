//! Runs parts of a task in parallel, each on its own thread.

use std::thread::{self, Builder};

/// Runs a task for each value on all processors, and returns the results in order. Each processor handles a contiguous part
/// of the values.
pub fn on_all_processors<V: Sync, R: Send>(values: &[V], work: impl Fn(&V) -> R + Sync) -> Vec<R> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let parts = values.chunks(values.len().div_ceil(workers).max(1));
    let done = side_by_side(parts, |part| part.iter().map(&work).collect::<Vec<R>>());
    done.into_iter().flatten().collect()
}

/// Runs all parts and returns their results in order. If the system cannot start a thread for a part, it runs on this thread.
pub fn side_by_side<P, R>(parts: impl Iterator<Item = P>, work: impl Fn(P) -> R + Sync) -> Vec<R>
where
    P: Clone + Send,
    R: Send,
{
    let work = &work;
    thread::scope(|scope| {
        let started: Vec<_> = parts
            .map(|part| {
                let again = part.clone();
                Builder::new()
                    .spawn_scoped(scope, move || work(part))
                    .map_err(|_| work(again))
            })
            .collect();
        let done = started.into_iter().map(|part| match part {
            Ok(thread) => thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(done) => done,
        });
        done.collect()
    })
}
