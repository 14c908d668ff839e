//! Statistics about the calls of a journal, one for each method: calls, errors, latency, the calls of the last minute,
//! and the calls over time. Each entry of a journal is added once; the module `fold` does this for a line of steps.
//!
//! All times are those of the store's clock, so the statistics after a step are always the same.

mod fold;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use hdrhistogram::Histogram;
use imbl::OrdSet;

use super::JournalEntry;
use crate::contract::{OPS, Op};

pub use fold::{CallFold, CallScope, is_on};

/// The number of seconds of which the calls are kept second by second.
pub const MINUTE: usize = 60;
/// The number of seconds over which a rate is measured.
pub const RATE_SECONDS: usize = 10;
/// The most periods of the calls over time. The periods get longer instead.
const PERIODS: usize = 256;
/// The length of a period at first.
const FIRST_PERIOD: i64 = 250;
/// The digits of a latency that are kept.
const DIGITS: u8 = 2;

/// The statistics of all methods. Cloning copies a few pointers.
#[derive(Clone, Debug, Default)]
pub struct CallStats {
    methods: [Option<Arc<MethodStats>>; OPS.len()],
    /// The time of the first call of any method.
    first: Option<DateTime<Utc>>,
    /// The time of the last call of any method.
    last: Option<DateTime<Utc>>,
    /// The clients that made calls; `None` stands for calls that no named client made.
    clients: OrdSet<Option<Arc<str>>>,
}

/// The statistics of a method that was called.
#[derive(Clone, Debug)]
pub struct MethodStats {
    /// The number of calls.
    pub calls: u64,
    /// The number of calls that returned an error.
    pub errors: u64,
    /// The step of the last call.
    pub last: u64,
    /// The latencies in nanoseconds.
    latency: Histogram<u32>,
    /// The calls of the last minute.
    pub minute: LastMinute,
    /// The calls over time.
    pub over_time: CallsOverTime,
}

impl CallStats {
    /// Adds an entry. A change from outside is no call.
    pub fn add(&mut self, entry: &JournalEntry) {
        let Some(op) = entry.op() else { return };
        let first = *self.first.get_or_insert(entry.at);
        self.last = Some(entry.at);
        if !self.clients.contains(&entry.client) {
            self.clients.insert(entry.client.clone());
        }
        let method = self.methods[op as usize].get_or_insert_with(|| Arc::new(MethodStats::new(first)));
        Arc::make_mut(method).add(entry);
    }

    /// The statistics of a method; `None` if it was not called.
    pub fn of(&self, op: Op) -> Option<&MethodStats> {
        self.methods[op as usize].as_deref()
    }

    /// The times of the first and of the last call.
    pub fn times(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.first.zip(self.last)
    }

    /// The clients that made calls, sorted by name; `None`, which is first, stands for calls that no named client made.
    pub fn clients(&self) -> &OrdSet<Option<Arc<str>>> {
        &self.clients
    }
}

impl MethodStats {
    fn new(first: DateTime<Utc>) -> Self {
        #[expect(clippy::expect_used, reason = "the number of digits is valid")]
        let latency = Histogram::new(DIGITS).expect("the number of digits is valid");
        Self {
            calls: 0,
            errors: 0,
            last: 0,
            latency,
            minute: LastMinute::default(),
            over_time: CallsOverTime::new(first),
        }
    }

    fn add(&mut self, entry: &JournalEntry) {
        self.calls += 1;
        self.errors += u64::from(entry.outcome.is_err());
        self.last = entry.step;
        let nanos = u64::try_from(entry.took.as_nanos()).unwrap_or(u64::MAX);
        let recorded = self.latency.record(nanos.min(i64::MAX.unsigned_abs()));
        debug_assert!(recorded.is_ok(), "the histogram grows");
        self.minute.add(entry.at);
        self.over_time.add(entry.at);
    }

    /// The latencies within which half of the calls and 99 of 100 calls ended, of all calls or of those after `mark`,
    /// which are earlier statistics of the method. `None` if there were none.
    pub fn latencies(&self, mark: Option<&Self>) -> Option<[Duration; 2]> {
        let since;
        let latency = match mark {
            Some(mark) => {
                let mut rest = self.latency.clone();
                let is_earlier = rest.subtract(&mark.latency).is_ok();
                debug_assert!(is_earlier, "the mark is earlier");
                since = rest;
                &since
            }
            None => &self.latency,
        };
        (!latency.is_empty())
            .then(|| [0.5, 0.99].map(|quantile| Duration::from_nanos(latency.value_at_quantile(quantile))))
    }
}

/// The calls of the last minute before the newest one, second by second.
#[derive(Clone, Debug)]
pub struct LastMinute {
    newest: i64,
    seconds: [u32; MINUTE],
}

impl Default for LastMinute {
    fn default() -> Self {
        Self {
            newest: i64::MIN,
            seconds: [0; MINUTE],
        }
    }
}

/// The place of a second.
fn place(second: i64) -> usize {
    usize::try_from(second.rem_euclid(MINUTE as i64)).unwrap_or(0)
}

impl LastMinute {
    fn add(&mut self, at: DateTime<Utc>) {
        let second = at.timestamp();
        let ahead = second.saturating_sub(self.newest);
        // A clock that was set far back begins a new minute.
        if ahead >= MINUTE as i64 || ahead <= -(MINUTE as i64) {
            self.seconds = [0; MINUTE];
            self.newest = second;
        }
        while self.newest < second {
            self.newest += 1;
            self.seconds[place(self.newest)] = 0;
        }
        let calls = &mut self.seconds[place(second)];
        *calls = calls.saturating_add(1);
    }

    /// The calls of each second of the minute that ends with the second of `now`, the oldest first.
    pub fn until(&self, now: DateTime<Utc>) -> [u32; MINUTE] {
        let now = now.timestamp();
        let mut seconds = [0; MINUTE];
        for (index, calls) in seconds.iter_mut().enumerate() {
            let second = now - (MINUTE - 1 - index) as i64;
            if second <= self.newest && self.newest.saturating_sub(second) < MINUTE as i64 {
                *calls = self.seconds[place(second)];
            }
        }
        seconds
    }

    /// The number of calls in the seconds over which a rate is measured, and in how many seconds that changes if there
    /// are no more calls.
    pub fn recent(&self, now: DateTime<Utc>) -> (u32, Option<u32>) {
        let seconds = self.until(now);
        let recent = &seconds[MINUTE - RATE_SECONDS..];
        let oldest = recent.iter().position(|calls| *calls > 0);
        let calls = recent.iter().copied().fold(0, u32::saturating_add);
        (calls, oldest.and_then(|oldest| u32::try_from(oldest + 1).ok()))
    }
}

/// The calls over time, in periods of the same length.
#[derive(Clone, Debug)]
pub struct CallsOverTime {
    first: DateTime<Utc>,
    /// The length of a period in milliseconds.
    length: i64,
    periods: Vec<u32>,
}

impl CallsOverTime {
    fn new(first: DateTime<Utc>) -> Self {
        Self {
            first,
            length: FIRST_PERIOD,
            periods: Vec::new(),
        }
    }

    fn index(&self, at: DateTime<Utc>) -> usize {
        let since = (at - self.first).num_milliseconds().max(0);
        usize::try_from(since / self.length).unwrap_or(usize::MAX)
    }

    fn add(&mut self, at: DateTime<Utc>) {
        while self.index(at) >= PERIODS {
            let pairs = self.periods.chunks(2);
            self.periods = pairs
                .map(|pair| pair.iter().copied().fold(0, u32::saturating_add))
                .collect();
            self.length *= 2;
        }
        let index = self.index(at);
        if self.periods.len() <= index {
            self.periods.resize(index + 1, 0);
        }
        self.periods[index] = self.periods[index].saturating_add(1);
    }

    /// The number of calls in each of so many equal parts of the time from the first call of any method to `until`. If
    /// there are more parts than periods, each part has the calls of its period.
    pub fn parts(&self, until: DateTime<Utc>, parts: usize) -> Vec<u64> {
        let mut sums = vec![0; parts];
        let periods = self.index(until).saturating_add(1).max(self.periods.len());
        if parts > periods {
            for (index, calls) in sums.iter_mut().enumerate() {
                *calls = self
                    .periods
                    .get(index * periods / parts)
                    .map_or(0, |calls| u64::from(*calls));
            }
        } else if parts > 0 {
            for (index, calls) in self.periods.iter().enumerate() {
                sums[index * parts / periods] += u64::from(*calls);
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests;
