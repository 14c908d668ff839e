//! Runs parts of a task in parallel, each on its own thread.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread::{self, Builder};

/// The number of results for each thread that can wait to be taken.
const WAITING: usize = 4;

/// The number of parts for each processor, so that none waits long for the others at the end.
const PARTS: usize = 16;

/// Runs a task for each value on all processors, and returns the results in order.
pub fn on_all_processors<V: Sync, R: Send>(values: &[V], work: impl Fn(&V) -> R + Sync) -> Vec<R> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let size = values.len().div_ceil(workers * PARTS).max(1);
    let parts: Vec<&[V]> = values.chunks(size).collect();
    let run = |part: &&[V]| part.iter().map(&work).collect::<Vec<R>>();
    let mut all = Vec::with_capacity(values.len());
    let _: ControlFlow<()> = in_order(&parts, run, |_, results| {
        all.extend(results);
        ControlFlow::Continue(())
    });
    all
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

/// Runs a task for each value on all processors, while this thread takes the results in order, until `take` breaks.
pub fn in_order<V: Sync, R: Send, B>(
    values: &[V],
    work: impl Fn(&V) -> R + Sync,
    mut take: impl FnMut(&V, R) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let (next, work) = (&next, &work);
    thread::scope(|scope| {
        let (give, results) = sync_channel(workers * WAITING);
        let mut started = 0;
        for _ in 0..workers.min(values.len()) {
            let give = give.clone();
            let run = move || {
                let claim = || {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    Some((at, values.get(at)?))
                };
                // If the receiver is gone, `take` has stopped.
                while let Some((at, value)) = claim()
                    && give.send((at, work(value))).is_ok()
                {}
            };
            started += usize::from(Builder::new().spawn_scoped(scope, run).is_ok());
        }
        drop(give);
        // If the system cannot start a thread, this one does the work.
        if started == 0 {
            return values.iter().try_for_each(|value| take(value, work(value)));
        }
        let mut early = BTreeMap::new();
        for (value, place) in values.iter().zip(0..) {
            let result = loop {
                if let Some(result) = early.remove(&place) {
                    break result;
                }
                match results.recv() {
                    Ok((at, result)) => early.insert(at, result),
                    // A thread has panicked, which the end of the scope reports.
                    Err(_) => return ControlFlow::Continue(()),
                };
            };
            take(value, result)?;
        }
        ControlFlow::Continue(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_until_the_first_break() {
        let values: Vec<usize> = (0..1000).collect();
        let mut taken = Vec::new();
        let ended = in_order(
            &values,
            |value| value * 2,
            |value, double| {
                taken.push((*value, double));
                match *value {
                    700 => ControlFlow::Break("stopped"),
                    _ => ControlFlow::Continue(()),
                }
            },
        );
        assert_eq!(ended, ControlFlow::Break("stopped"));
        assert!(
            taken
                .iter()
                .copied()
                .eq((0..=700).map(|value| (value, value * 2)))
        );
        let mut count = 0;
        let ended = in_order(
            &values,
            |_| (),
            |_, ()| {
                count += 1;
                ControlFlow::<()>::Continue(())
            },
        );
        assert_eq!((ended, count), (ControlFlow::Continue(()), 1000));
        assert_eq!(
            in_order(&[], |(): &()| (), |(), ()| ControlFlow::Break(())),
            ControlFlow::Continue(())
        );
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_of_a_thread_reaches_the_caller() {
        let values: Vec<usize> = (0..100).collect();
        let work = |value: &usize| assert_ne!(*value, 50);
        let _ = in_order(&values, work, |_, ()| ControlFlow::<()>::Continue(()));
    }
}
