//! Recording: the steps of a journal written as a scenario that does the same again, each with the moment that it saw, the
//! note that stands beside it and what is expected of it. Steps that went to other stores are not in the journal, and so in
//! no recording.

use std::io::{self, Write};
use std::path::Path;

use chrono::SecondsFormat;
use serde::Serialize;

use super::gist::count;
use super::scenario::OneLine;
use super::sparse::Sparse;
use super::whole_file::{Tell, WholeFile};
use super::{Entry, Journal, Remark};
use crate::contract::{GitInfoPatch, Step, UpdateThreadMetadataParams};
use crate::protocol::ThreadId;
use crate::protocol::json::{Json, text_of};
use crate::store::InMemoryThreadStoreCalls;

/// What the scenario says about itself.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Title {
    /// Its name.
    pub scenario: String,
    /// What it is about; empty if nothing is to be said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
}

/// Why the steps of a journal do not make its store from nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotRecordable {
    /// One of them is an outside change.
    #[error(
        "The steps cannot rebuild this store: step {step} is an outside change, and its calls are unknown. :save \
         saves the whole store."
    )]
    OutsideChange {
        /// The first such step.
        step: u64,
    },
    /// There was something before the first of them.
    #[error(
        "The steps cannot rebuild this store: it had {} before the first step, and a scenario starts with an empty \
         store. :save saves the whole store.",
        count(*threads, "thread")
    )]
    NotEmpty {
        /// How many threads the store held.
        threads: usize,
    },
}

/// Whether the steps of a journal make its store from nothing, which a scenario has to.
pub fn possible(journal: &Journal) -> Result<(), NotRecordable> {
    let root = journal.root();
    if journal.outside() > 0 {
        return Err(NotRecordable::OutsideChange {
            step: journal.outside(),
        });
    }
    match root.is_empty() && root.calls() == InMemoryThreadStoreCalls::default() {
        true => Ok(()),
        false => Err(NotRecordable::NotEmpty { threads: root.len() }),
    }
}

/// Saves the steps that lead to the store as it is now as a scenario, as [`write()`] writes it, whole or not at all; `over`
/// says whether a file that is there may be written over. It is called as the file is.
pub fn save(journal: &Journal, path: &Path, over: bool, tell: Tell<'_>) -> io::Result<Option<usize>> {
    let title = Title {
        scenario: path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        about: String::new(),
    };
    let mut file = WholeFile::begin(path, over)?;
    let Some(steps) = write(journal, &title, &mut file, tell)? else {
        return Ok(None);
    };
    file.finish()?;
    Ok(Some(steps))
}

/// Writes the steps that lead to the store as it is now as a scenario, a header and a line a step, and gives how many
/// those are. `tell` hears how many of how many are written, and can end it, which gives `None`.
pub fn write(
    journal: &Journal,
    title: &Title,
    out: &mut impl Write,
    tell: Tell<'_>,
) -> io::Result<Option<usize>> {
    serde_json::to_writer(&mut *out, title)?;
    writeln!(out)?;
    for (done, entry) in journal.entries().enumerate() {
        if tell(done as u64, journal.len() as u64).is_break() {
            return Ok(None);
        }
        let remark = journal.remark(entry.step).map(|remark| &**remark);
        writeln!(out, "{}", line(entry, remark)?)?;
    }
    Ok(Some(journal.len()))
}

/// A step as a line of a scenario; a change from outside cannot be one.
pub fn line(entry: &Entry, remark: Option<&Remark>) -> io::Result<String> {
    let call = entry.whole_call().ok_or_else(|| {
        io::Error::other(format!(
            "step {} is an outside change, and its calls are unknown",
            entry.step
        ))
    })?;
    let params = params(&call).map_err(|error| {
        io::Error::other(format!("step {} cannot be written as JSON: {error}", entry.step))
    })?;
    let remark = remark.cloned().unwrap_or_default();
    Ok(text_of(&Line {
        method: entry.name(),
        params: Json::trusted(&params),
        expect: remark.expect.as_deref().map(OneLine),
        note: remark.note.as_deref(),
        at: entry.at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
    }))
}

/// A step in the order of its members.
#[derive(Serialize)]
struct Line<'a> {
    method: &'static str,
    params: Json<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<OneLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    at: String,
}

/// The parameters of a call as they are written by hand: of a patch only what it says, so that nothing in it reads as an
/// attempt to clear.
pub fn params(call: &Step) -> Result<String, serde_json::Error> {
    let Step::UpdateThreadMetadata(params) = call else {
        return call.params();
    };
    let UpdateThreadMetadataParams {
        thread_id,
        patch,
        include_archived,
    } = params;
    // A patch of git that says nothing is there all the same.
    let bare = patch.git_info.as_ref().filter(|git| git.is_empty());
    serde_json::to_string(&Update {
        thread_id: *thread_id,
        patch: Said {
            said: Sparse::of(patch),
            git_info: bare,
        },
        include_archived: *include_archived,
    })
}

/// The parameters of an update in their order.
#[derive(Serialize)]
struct Update<'a> {
    thread_id: ThreadId,
    patch: Said<'a>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    include_archived: bool,
}

#[derive(Serialize)]
struct Said<'a> {
    #[serde(flatten)]
    said: Sparse,
    #[serde(skip_serializing_if = "Option::is_none")]
    git_info: Option<&'a GitInfoPatch>,
}

#[cfg(test)]
mod tests;
