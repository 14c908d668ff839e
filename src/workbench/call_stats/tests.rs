//! Tests of the statistics against the entries themselves.

use super::*;
use crate::contract::{CreateThreadParams, ListTurnsParams, ReadThreadParams, Step, StepStore as _};
use crate::protocol::ThreadId;
use crate::store::InMemoryThreadStore;
use crate::workbench::{Journal, Workbench};

const ALL: usize = usize::MAX;

fn moment(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

/// Calls of three methods by two clients, one second apart; every third call fails.
async fn bench(calls: i64) -> (Workbench, ThreadId) {
    let bench = Workbench::new(InMemoryThreadStore::standing_at(moment(0)).into());
    let id = ThreadId::new();
    bench
        .call(Step::CreateThread(CreateThreadParams::new(id)))
        .await
        .unwrap();
    let client = bench.client(Some("agent"));
    for second in 1..calls {
        bench.inner().stand_at(moment(second));
        let _ = match second % 3 {
            0 => bench.call(Step::ListTurns(ListTurnsParams::new(id))).await,
            1 => client.call(Step::ReadThread(ReadThreadParams::new(id))).await,
            _ => {
                bench
                    .call(Step::CreateThread(CreateThreadParams::new(ThreadId::new())))
                    .await
            }
        };
    }
    (bench, id)
}

fn told(stats: &CallStats) -> Vec<(u64, u64, u64)> {
    let of = |row: &crate::contract::OpRow| {
        stats
            .of(row.op)
            .map_or((0, 0, 0), |method| (method.calls, method.errors, method.last))
    };
    OPS.iter().map(of).collect()
}

/// The numbers as a scan of all entries up to a step gives them.
fn scanned(line: &Journal, step: u64, scope: &CallScope) -> Vec<(u64, u64, u64)> {
    let mut fresh = CallFold::new(scope.clone());
    assert!(fresh.go(&line.until(step), step, ALL));
    let mut told = told(&fresh.stats);
    for row in OPS {
        let entries = line
            .entries()
            .filter(|entry| entry.step <= step && entry.op() == Some(row.op));
        let entries = entries.filter(|entry| match scope {
            CallScope::All => true,
            CallScope::Thread(id) => entry.thread_id() == Some(*id),
            CallScope::Client(client) => entry.client == *client,
        });
        let entries: Vec<_> = entries.collect();
        let count = entries.len() as u64;
        let errors = entries.iter().filter(|entry| entry.outcome.is_err()).count() as u64;
        let last = entries.last().map_or(0, |entry| entry.step);
        assert_eq!(told[row.op as usize], (count, errors, last), "{}", row.name);
        told[row.op as usize] = (count, errors, last);
    }
    told
}

#[tokio::test]
async fn each_step_has_its_own_statistics_in_any_order() {
    let (bench, id) = bench(3000).await;
    let line = bench.journal();
    for scope in [
        CallScope::All,
        CallScope::Thread(id),
        CallScope::Client(Some("agent".into())),
        CallScope::Client(None),
    ] {
        let mut fold = CallFold::new(scope.clone());
        for step in [3000, 1, 2999, 0, 1500, 1501, 1499, 3000, 257, 256, 255] {
            assert!(fold.go(&line, step, ALL));
            assert_eq!(fold.step(), step);
            assert_eq!(
                told(&fold.stats),
                scanned(&line, step, &scope),
                "{scope:?} {step}"
            );
        }
    }
}

#[tokio::test]
async fn an_entry_is_added_once_and_going_back_adds_few_again() {
    let (bench, id) = bench(3000).await;
    let line = bench.journal();
    let mut fold = CallFold::new(CallScope::All);
    assert!(!fold.go(&line, 3000, 1000));
    assert_eq!((fold.step(), fold.added()), (1000, 1000));
    assert!(!fold.go(&line, 3000, 1000));
    assert!(fold.go(&line, 3000, 1000));
    assert_eq!(fold.added(), 3000);
    assert!(fold.go(&line, 3000, ALL));
    assert_eq!(fold.added(), 3000);
    for step in (2000..3000).rev() {
        let before = fold.added();
        assert!(fold.go(&line, step, ALL));
        assert!(fold.added() - before < 256);
    }
    // So does going to the end from the beginning.
    fold.go(&line, 1, ALL);
    let before = fold.added();
    assert!(fold.go(&line, 3000, ALL));
    assert!(fold.added() - before < 256);
    // A new step adds one entry.
    let before = fold.added();
    bench
        .call(Step::ReadThread(ReadThreadParams::new(id)))
        .await
        .unwrap();
    assert!(fold.go(&bench.journal(), 3001, ALL));
    assert_eq!(fold.added() - before, 1);
}

#[tokio::test]
async fn another_branch_has_other_calls() {
    let (bench, _) = bench(1000).await;
    let mut fold = CallFold::new(CallScope::All);
    fold.go(&bench.journal(), 1000, ALL);
    bench.go_back(500).await.unwrap();
    for _ in 0..40 {
        bench
            .call(Step::CreateThread(CreateThreadParams::new(ThreadId::new())))
            .await
            .unwrap();
    }
    let line = bench.journal();
    assert!(fold.go(&line, line.tip(), ALL));
    assert_eq!(told(&fold.stats), scanned(&line, line.tip(), &CallScope::All));
}

#[test]
fn the_last_minute_forgets_and_follows_the_clock() {
    let mut minute = LastMinute::default();
    for second in [0, 0, 3, 9] {
        minute.add(moment(second));
    }
    assert_eq!(minute.recent(moment(9)), (4, Some(1)));
    assert_eq!(minute.recent(moment(10)), (2, Some(3)));
    assert_eq!(minute.recent(moment(13)), (1, Some(6)));
    assert_eq!(minute.recent(moment(19)), (0, None));
    assert_eq!(minute.until(moment(9))[50..], [2, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
    assert_eq!(minute.until(moment(68)).iter().sum::<u32>(), 1);
    assert_eq!(minute.until(moment(69)).iter().sum::<u32>(), 0);
    // A call that is a little late is counted in its second, and a clock that is set back starts again.
    minute.add(moment(5));
    assert_eq!(minute.recent(moment(9)).0, 5);
    minute.add(moment(-1000));
    assert_eq!(minute.until(moment(-1000)).iter().sum::<u32>(), 1);
    assert_eq!(minute.until(moment(9)).iter().sum::<u32>(), 0);
}

#[test]
fn calls_over_time_keep_their_sum_while_their_periods_get_longer() {
    let mut calls = CallsOverTime::new(moment(0));
    for second in 0..10_000 {
        calls.add(moment(second));
    }
    assert!(calls.periods.len() <= PERIODS);
    let parts = calls.parts(moment(9_999), 40);
    assert_eq!(parts.iter().sum::<u64>(), 10_000);
    assert!(parts.iter().all(|part| (140..=256).contains(part)), "{parts:?}");
    // Nothing happened in the second half of the time.
    let parts = calls.parts(moment(19_999), 40);
    assert!(parts[22..].iter().all(|part| *part == 0), "{parts:?}");
    // A short time is stretched.
    let mut short = CallsOverTime::new(moment(0));
    for second in [0, 0, 1] {
        short.add(moment(second));
    }
    assert_eq!(short.parts(moment(1), 10), [2, 2, 0, 0, 0, 0, 0, 0, 1, 1]);
    calls.add(moment(-50));
    assert_eq!(calls.parts(moment(9_999), 1), [10_001]);
}

#[tokio::test]
async fn latencies_are_those_of_all_calls_or_of_those_since_the_mark() {
    let (bench, _) = bench(400).await;
    let line = bench.journal();
    let mut fold = CallFold::new(CallScope::All);
    fold.go(&line, 200, ALL);
    let mark = fold.stats.clone();
    fold.go(&line, 400, ALL);
    let stats = fold.stats.of(Op::ReadThread).unwrap();
    let sorted = |from: u64| {
        let entries = line
            .entries()
            .filter(|entry| entry.step > from && entry.op() == Some(Op::ReadThread));
        let mut took: Vec<u128> = entries.map(|entry| entry.took.as_nanos()).collect();
        took.sort_unstable();
        took
    };
    for (mark, from) in [(None, 0), (mark.of(Op::ReadThread), 200)] {
        let took = sorted(from);
        let [median, most] = stats.latencies(mark).unwrap();
        for (latency, quantile) in [(median, 0.5), (most, 0.99)] {
            let exact = took[((took.len() as f64 * quantile).ceil() as usize).max(1) - 1];
            let (low, high) = (exact as f64 * 0.98, exact as f64 * 1.02 + 1.0);
            assert!(
                (low..=high).contains(&(latency.as_nanos() as f64)),
                "{latency:?} is not {exact}"
            );
        }
    }
    assert_eq!(stats.latencies(Some(stats)), None);
}
