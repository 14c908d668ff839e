//! Records the steps of a journal as a scenario that makes the same calls again. Each step is written with its time,
//! note and expectation. Steps that were called on other stores are not in the journal, and are therefore not
//! recorded.

use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

use super::composed::OneLine;
use super::gist::count;
use super::whole_file::{AtomicFile, FileProgressFn};
use super::{Annotation, Journal, JournalEntry};
use crate::contract::CALLS;
use crate::protocol::json::{Json, text_of};
use crate::store::InMemoryThreadStoreCalls;

/// The name and description of the scenario.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ScenarioTitle {
    /// The name.
    pub scenario: String,
    /// The description; empty if there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// The time of the first step, if the scenario that was played set it.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "written_time")]
    pub clock: Option<DateTime<Utc>>,
}

/// Why replaying the steps of a journal on an empty store does not reproduce its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotRecordable {
    /// One of the steps is an outside change.
    #[error(
        "The steps cannot rebuild this store: step {step} is an outside change; its calls are unknown. :save \
         saves the whole store."
    )]
    OutsideChange {
        /// The number of the last outside change.
        step: u64,
    },
    /// The store had threads before the first step.
    #[error(
        "The steps cannot rebuild this store: it had {} before the first step, and a scenario starts with an empty \
         store. :save saves the whole store.",
        count(*threads, "thread")
    )]
    NotEmpty {
        /// The number of threads in the store before the first step.
        threads: usize,
    },
    /// The store had no threads before the first step, but its counters were not zero.
    #[error(
        "The steps cannot rebuild this store: its counters were not zero before the first step, and a scenario \
         starts with an empty store. :save saves the whole store."
    )]
    Counted,
}

/// Checks whether replaying the steps of a journal on an empty store reproduces its store, which a scenario requires.
///
/// # Errors
/// The reason why it does not.
pub fn possible(journal: &Journal) -> Result<(), NotRecordable> {
    let root = journal.root();
    if journal.outside() > 0 {
        return Err(NotRecordable::OutsideChange {
            step: journal.outside(),
        });
    }
    match root.len() {
        0 if root.calls() == InMemoryThreadStoreCalls::default() => Ok(()),
        0 => Err(NotRecordable::Counted),
        threads => Err(NotRecordable::NotEmpty { threads }),
    }
}

/// Saves the steps that lead to the current state of the store as a scenario, in the format of [`write()`]. The file is
/// written atomically. A recording of a played scenario keeps the title of that scenario; any other recording is named
/// after the file.
///
/// If `over` is true, an existing file is overwritten. Returns the number of steps, or `None` if `tell` cancelled it.
///
/// # Errors
/// `AlreadyExists` if the file exists and `over` is false; otherwise the error of writing the file.
pub fn save(
    journal: &Journal,
    path: &Path,
    over: bool,
    tell: FileProgressFn<'_>,
) -> io::Result<Option<usize>> {
    let title = journal.title().cloned().unwrap_or_else(|| ScenarioTitle {
        scenario: path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        ..ScenarioTitle::default()
    });
    let mut file = AtomicFile::begin(path, over)?;
    let Some(steps) = write(journal, &title, &mut file, tell)? else {
        return Ok(None);
    };
    file.finish()?;
    Ok(Some(steps))
}

/// Writes the steps that lead to the current state of the store as a scenario: a header line, then one line per step.
/// Returns the number of steps. `tell` receives the number of written steps and the total. If it returns `Break`,
/// writing is cancelled and the result is `None`.
pub fn write(
    journal: &Journal,
    title: &ScenarioTitle,
    out: &mut impl Write,
    tell: FileProgressFn<'_>,
) -> io::Result<Option<usize>> {
    serde_json::to_writer(&mut *out, title)?;
    writeln!(out)?;
    let mut written = write_counters_read(journal, 0, out)?;
    for (done, entry) in journal.entries().enumerate() {
        if tell(done as u64, journal.len() as u64).is_break() {
            return Ok(None);
        }
        let remark = journal.remark(entry.step).map(|remark| &**remark);
        writeln!(out, "{}", line(entry, remark)?)?;
        written += 1 + write_counters_read(journal, entry.step, out)?;
    }
    Ok(Some(written))
}

/// Writes the scenario steps that read the counters directly after this step. Returns their number.
fn write_counters_read(journal: &Journal, step: u64, out: &mut impl Write) -> io::Result<usize> {
    let mut written = 0;
    for read in journal.counters_read_after(step) {
        writeln!(out, "{}", step_line(CALLS, None, Some(&read.remark), read.at))?;
        written += 1;
    }
    Ok(written)
}

/// Formats a step as a line of a scenario, without a line feed.
///
/// # Errors
/// If the step is a change from outside, because its calls are unknown, or if it cannot be written as JSON.
pub fn line(entry: &JournalEntry, remark: Option<&Annotation>) -> io::Result<String> {
    let params = entry.params().ok_or_else(|| {
        io::Error::other(format!(
            "step {} is an outside change; its calls are unknown",
            entry.step
        ))
    })?;
    let params = params.map_err(|error| {
        io::Error::other(format!("step {} cannot be written as JSON: {error}", entry.step))
    })?;
    Ok(step_line(entry.name(), Some(&params), remark, Some(entry.at)))
}

fn step_line(
    method: &str,
    params: Option<&str>,
    remark: Option<&Annotation>,
    at: Option<DateTime<Utc>>,
) -> String {
    text_of(&StepJson {
        method,
        params: params.map(Json::trusted),
        expect: remark.and_then(|remark| remark.expect.as_deref()).map(OneLine),
        note: remark.and_then(|remark| remark.note.as_deref()),
        at,
    })
}

/// A step, with its members in the order in which they are written.
#[derive(Serialize)]
struct StepJson<'a> {
    method: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<OneLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "written_time")]
    at: Option<DateTime<Utc>>,
}

/// Writes a time as scenarios do: with as many digits after the seconds as it needs.
fn written_time<S: Serializer>(at: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        .serialize(serializer)
}

#[cfg(test)]
mod tests;
