//! What a transcript says about its thread before the first entry.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, Utc};

use super::super::Transcript;
use super::shown_time;
use crate::protocol::numbers::{count, grouped};
use crate::store::ThreadRecord;
use crate::workbench::query::{facts, title};

/// The title of a thread, and facts about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranscriptHead {
    /// The title, or a text that says that there is none.
    pub title: String,
    /// Facts, each with its name.
    pub facts: Vec<(&'static str, String)>,
}

impl TranscriptHead {
    /// The head of a thread.
    pub fn of(
        record: &ThreadRecord,
        transcript: &Transcript,
        clock: &dyn Fn(DateTime<Utc>) -> DateTime<FixedOffset>,
    ) -> Self {
        let patch = record.patch.as_deref();
        let cwd = patch.and_then(|patch| patch.cwd.as_deref());
        let turns = transcript.marks().turn_starts().len() as u64;
        let items = count(transcript.history().len() as u64, "item");
        let facts = [
            ("thread", Some(record.id.to_string())),
            (
                "created",
                facts::created_at(record).map(|at| shown_time(clock, at)),
            ),
            (
                "last event",
                facts::updated_at(record).map(|at| shown_time(clock, at)),
            ),
            ("folder", cwd.map(|cwd| cwd.to_string_lossy().into_owned())),
            ("branch", facts::branch(record).map(str::to_owned)),
            ("model", patch.and_then(|patch| patch.model.clone())),
            ("source", facts::source(record).map(ToString::to_string)),
            ("forked from", facts::forked_from(record).map(|id| id.to_string())),
            ("sub-agent of", facts::parent(record).map(|id| id.to_string())),
            ("size", Some(format!("{items}, {}", count(turns, "turn")))),
            ("tokens", facts::tokens(record).map(grouped)),
        ];
        let named = facts.into_iter().filter_map(|(name, fact)| Some((name, fact?)));
        Self {
            title: title(record)
                .0
                .unwrap_or_else(|| "Thread without a title".to_owned()),
            facts: named.filter(|(_, fact)| !fact.is_empty()).collect(),
        }
    }

    /// A copy of the head with masked texts.
    pub(super) fn masked(&self, mask: &mut dyn FnMut(Cow<'static, str>) -> Cow<'static, str>) -> Self {
        let mut masked = |text: &str| mask(Cow::Owned(text.to_owned())).into_owned();
        Self {
            title: masked(&self.title),
            facts: self
                .facts
                .iter()
                .map(|(name, fact)| (*name, masked(fact)))
                .collect(),
        }
    }
}
