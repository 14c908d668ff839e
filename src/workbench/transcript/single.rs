//! The contents of a single item as text, for copying.

use super::render::{MarkdownWriter, TranscriptWriter as _, WrittenEntry};
use super::{EntryOutcome, Transcript, TranscriptBlock};
use crate::protocol::RolloutItem;
use crate::store::History;

/// What an item says, in two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemTexts {
    /// The texts of the item as they were written, separated by empty lines; for a call, its title.
    pub text: String,
    /// Its entry in a transcript as Markdown. No text in it becomes markup.
    pub markdown: String,
}

impl ItemTexts {
    /// Reads the item at a position of a history. `None` if it says nothing. The items that belong to it, such as the output
    /// of a call, are not read.
    pub fn of(place: usize, item: &RolloutItem) -> Option<Self> {
        let mut alone = History::default();
        alone.append([item.clone()].into());
        let transcript = Transcript::of(&alone);
        let mut entry = transcript.entry(0)?;
        let is_said = |block: &TranscriptBlock<'_>| {
            !matches!(block, TranscriptBlock::Image(_) | TranscriptBlock::Thread { .. })
        };
        if !entry.blocks.iter().any(is_said) {
            return None;
        }
        let text = entry.text();
        entry.place = place;
        // A call looks unfinished here because its output was not read, so that outcome is not shown.
        let outcome = entry
            .outcome
            .as_ref()
            .filter(|outcome| **outcome != EntryOutcome::Unfinished);
        let written = WrittenEntry {
            number: place + 1,
            time: None,
            outcome: outcome.map(EntryOutcome::words),
            entry,
            is_wanted: false,
            masks: 0,
        };
        let mut markdown = Vec::new();
        let done = MarkdownWriter::new(&mut markdown).entry(&written);
        debug_assert!(done.is_ok(), "a vector takes every byte");
        Some(Self {
            text,
            markdown: String::from_utf8(markdown).ok()?,
        })
    }
}
