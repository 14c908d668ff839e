//! The history of a thread as a conversation: who said what and when, with each text only once, tool calls with their
//! output and outcome, and edits as diffs.
//!
//! [`Transcript`] reads the items of a history once and in parts, and keeps only what connects them: which output
//! belongs to which call, which item repeats another, where turns begin, and how many tokens they used.
//! [`Transcript::entry`] then makes the entry of any single item, so that a screen can open a long history at once, and
//! an export can stream it. The text of an entry is made when it is asked for, and never kept.
//!
//! The modules `text`, `markdown` and `html` below [`render`] write entries; each screen draws entries in its own way.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use chrono::{DateTime, Utc};

use super::failures::Failure;
use super::item_marks::{end_of_part, read_parts};
use super::{ItemMark, ItemMarks};
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::protocol::kinds::{AuthorRole, ItemKind};
use crate::store::History;

mod call_ids;
mod calls;
mod diffs;
mod entry;
mod facts;
mod fields;
mod messages;
mod notes;
pub mod render;
mod single;
#[cfg(test)]
mod tests;

use call_ids::CallPart;
pub use entry::{EntryOutcome, PlanLine, Speaker, TranscriptBlock, TranscriptEntry};
use facts::{ItemFact, ItemFacts};
use fields::ItemFields;
pub use single::ItemTexts;

/// A turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Its number in the history, starting at 1.
    pub number: usize,
    /// The positions of its items. Items between the end of a turn and the start of the next one belong to the first.
    pub items: Range<usize>,
    /// The time of its first item.
    pub began: Option<DateTime<Utc>>,
    /// How long it took, in milliseconds: as its end says, or from its first item to the one that ended it, or to its last.
    pub millis: Option<u64>,
    /// The tokens that it used.
    pub tokens: Option<u64>,
    /// Why it was aborted.
    pub aborted: Option<Failure>,
}

/// What is known of a turn beside its items.
#[derive(Clone, Copy, Debug, Default)]
struct TurnFacts {
    millis: Option<u64>,
    /// The total number of tokens before the turn, and the last one in it.
    before: u64,
    total: Option<u64>,
    /// The tokens of the turn, if an item tells them.
    own: Option<u64>,
    /// The position of the item that ended it.
    ended: Option<usize>,
    /// The position of the item that aborted it.
    aborted: Option<usize>,
}

/// The context before and after a compaction, in tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Compaction {
    from: Option<u64>,
    to: Option<u64>,
}

/// A history as a conversation.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    marks: ItemMarks,
    /// The number of items that were read.
    read: usize,
    /// By the position of a call the positions of what belongs to it, and the other way round.
    parts: HashMap<usize, Vec<usize>>,
    part_of: HashMap<usize, usize>,
    /// By the id of a call the position of the last item with it, and whether that is the call itself.
    by_id: HashMap<String, (usize, bool)>,
    /// The facts of turns, by the position of the first item.
    turns: BTreeMap<usize, TurnFacts>,
    /// The last total number of tokens, and the tokens in the context.
    total: u64,
    context: Option<u64>,
    compactions: BTreeMap<usize, Compaction>,
    /// The positions of settings of turns that differ from those before.
    settings: BTreeSet<usize>,
    last_settings: String,
    /// The positions of headers with another id than the header before, and that id.
    headers: BTreeSet<usize>,
    last_header: String,
    /// The last web search: its position, its kind, and what was searched.
    search: Option<(usize, &'static str, String)>,
}

impl Transcript {
    /// Reads all items of a history.
    pub fn of(history: &History) -> Self {
        #[expect(clippy::expect_used, reason = "only a reading that is stopped has no result")]
        Self::read_all(history, || true).expect("it is not stopped")
    }

    /// Reads all items of a history in parts, as long as `goes_on` returns true.
    pub fn read_all(history: &History, goes_on: impl FnMut() -> bool) -> Option<Self> {
        let mut transcript = Self::default();
        transcript.aim(history);
        let is_read = read_parts(history, goes_on, ItemFacts::of, |facts| transcript.take(facts));
        is_read.then_some(transcript)
    }

    /// Switches to a history. What was read of it stays; another history is read from its start. Returns whether it is
    /// another one.
    pub fn aim(&mut self, history: &History) -> bool {
        let is_other = self.marks.aim(history);
        if is_other {
            let marks = std::mem::take(&mut self.marks);
            *self = Self {
                marks,
                ..Self::default()
            };
        }
        is_other
    }

    /// Reads items until they have about this number of bytes together.
    pub fn read(&mut self, bytes: usize) {
        let end = end_of_part(self.history(), self.read, bytes);
        let facts = self.history().range(self.read..end).map(ItemFacts::of).collect();
        self.take(facts);
    }

    /// Adds the next items, about which these facts were read before.
    fn take(&mut self, facts: Vec<ItemFacts>) {
        let (messages, facts): (Vec<_>, Vec<_>) =
            facts.into_iter().map(|facts| (facts.message, facts.fact)).unzip();
        self.marks.take(messages);
        let end = self.marks.items_read();
        for (place, fact) in (self.read..end).zip(facts) {
            self.read_item(place, fact);
        }
        self.read = end;
    }

    /// Whether all items were read.
    pub fn is_complete(&self) -> bool {
        self.read == self.history().len()
    }

    /// The number of items that were read.
    pub fn items_read(&self) -> usize {
        self.read
    }

    /// Whether this is the transcript of the same history as `others` and covers more of its items.
    pub fn continues(&self, others: &Self) -> bool {
        self.marks.continues(&others.marks)
    }

    /// The history.
    pub fn history(&self) -> &History {
        self.marks.history()
    }

    /// What the history says about its own items.
    pub fn marks(&self) -> &ItemMarks {
        &self.marks
    }

    fn read_item(&mut self, place: usize, fact: ItemFact) {
        match fact {
            ItemFact::Tokens { context, total } => {
                self.set_context(context);
                if let Some(total) = total {
                    if let Some(turn) = self.turn_at(place) {
                        turn.total = Some(total);
                    }
                    self.total = total;
                }
            }
            ItemFact::TurnTokens { context, own } => {
                self.set_context(context);
                if let Some(turn) = self.turn_at(place) {
                    turn.own = own.or(turn.own);
                }
            }
            ItemFact::TurnEnd { millis, is_aborted } => {
                if let Some(turn) = self.turn_at(place) {
                    turn.millis = millis.or(turn.millis);
                    turn.ended = Some(place);
                    turn.aborted = is_aborted.then_some(place);
                }
            }
            ItemFact::Compaction => {
                let compaction = Compaction {
                    from: self.context,
                    to: None,
                };
                self.compactions.insert(place, compaction);
            }
            ItemFact::Header(id) => {
                if id != self.last_header || place == 0 {
                    self.headers.insert(place);
                    self.last_header = id;
                }
            }
            ItemFact::Settings(settings) => {
                if settings != self.last_settings {
                    self.settings.insert(place);
                    self.last_settings = settings;
                }
            }
            ItemFact::Part(part) => self.read_part(place, part),
            ItemFact::Nothing => {}
        }
    }

    /// The facts of the turn that an item belongs to.
    fn turn_at(&mut self, place: usize) -> Option<&mut TurnFacts> {
        let starts = self.marks.turn_starts();
        let behind = starts.partition_point(|start| *start <= place);
        let start = *starts.get(behind.checked_sub(1)?)?;
        let before = self.total;
        Some(self.turns.entry(start).or_insert(TurnFacts {
            before,
            ..TurnFacts::default()
        }))
    }

    fn set_context(&mut self, tokens: Option<u64>) {
        if tokens.is_none() {
            return;
        }
        self.context = tokens;
        if let Some(mut last) = self.compactions.last_entry()
            && last.get().to.is_none()
        {
            last.get_mut().to = tokens;
        }
    }

    fn read_part(&mut self, place: usize, part: CallPart) {
        let (id, is_call) = match part {
            CallPart::Call(id) => (id, true),
            CallPart::Part(id) => (id, false),
            CallPart::Search { id, kind, what } => {
                if let Some((other, _, _)) = self
                    .search
                    .take_if(|(other, of, said)| *of != kind && *said == what && place - *other < 64)
                {
                    self.join(other, place);
                    return;
                }
                self.search = Some((place, kind, what));
                (id, kind == "web_search_call")
            }
        };
        if id.is_empty() {
            return;
        }
        match self.by_id.get(&id).copied() {
            // Another item with the same id that says the same kind of thing belongs to another call.
            Some((call, _)) if !is_call && self.has_part_like(call, place) => {
                self.by_id.insert(id, (place, false));
            }
            Some((call, true)) if !is_call => self.join(call, place),
            // The call stands after the event that says how it ended.
            Some((event, false)) if is_call => {
                self.join(place, event);
                self.by_id.insert(id, (place, true));
            }
            // Without a call, only an output belongs to an event.
            Some((event, false)) if event != place && self.is_answer(place) => self.join(event, place),
            _ => {
                self.by_id.insert(id, (place, is_call));
            }
        }
    }

    /// Whether a call has a part of the same kind as an item, or is of that kind.
    fn has_part_like(&self, call: usize, place: usize) -> bool {
        let kind = |place: usize| {
            let item = self.history().get(place)?;
            Some((item.kind().name, item.content_kind().name))
        };
        let parts = self.parts.get(&call).into_iter().flatten();
        parts.chain([&call]).any(|part| kind(*part) == kind(place))
    }

    fn is_answer(&self, place: usize) -> bool {
        let name = self.history().get(place).map(|item| item.kind().name);
        name.is_some_and(|name| name.ends_with("_output") || name == "dynamic_tool_call_response")
    }

    fn join(&mut self, call: usize, part: usize) {
        let call = self.part_of.get(&call).copied().unwrap_or(call);
        let moved = self.parts.remove(&part).unwrap_or_default();
        for part in moved.into_iter().chain([part]).filter(|part| *part != call) {
            self.part_of.insert(part, call);
            self.parts.entry(call).or_default().push(part);
        }
    }

    /// The turns so far, undone ones included.
    pub fn chapters(&self) -> impl Iterator<Item = Chapter> {
        (0..self.marks.turn_starts().len()).filter_map(|index| self.chapter(index))
    }

    /// The turn with this index; the first one has the index 0.
    pub fn chapter(&self, index: usize) -> Option<Chapter> {
        let starts = self.marks.turn_starts();
        let start = *starts.get(index)?;
        let end = starts.get(index + 1).copied().unwrap_or(self.read);
        let facts = self.turns.get(&start).copied().unwrap_or_default();
        let time = |place: usize| self.history().get(place)?.timestamp();
        let began = time(start);
        let span = || {
            let last = facts.ended.or(end.checked_sub(1))?;
            let took = time(last)? - began?;
            u64::try_from(took.num_milliseconds()).ok()
        };
        let by_total = facts.total.and_then(|total| total.checked_sub(facts.before));
        let aborted = facts
            .aborted
            .and_then(|place| super::failures::failure(self.history().get(place)?));
        Some(Chapter {
            number: index + 1,
            items: start..end,
            began,
            millis: facts.millis.or_else(span).filter(|millis| *millis > 0),
            tokens: facts.own.or(by_total).filter(|tokens| *tokens > 0),
            aborted,
        })
    }

    /// The index of the turn that the item at a position belongs to.
    pub fn chapter_at(&self, place: usize) -> Option<usize> {
        let starts = self.marks.turn_starts();
        starts.partition_point(|start| *start <= place).checked_sub(1)
    }

    /// The position of the item whose entry shows the item at a position: the call that it belongs to, or the item that
    /// it repeats; otherwise the item itself.
    pub fn shown_by(&self, place: usize) -> usize {
        let call = self.part_of.get(&place).copied();
        call.or_else(|| self.marks.repeat_of(place)).unwrap_or(place)
    }

    /// The positions of the items that the entry of an item shows: the item itself, and the items that belong to its call.
    pub fn items_of(&self, place: usize) -> impl Iterator<Item = usize> {
        let parts = self.parts.get(&place).into_iter().flatten();
        std::iter::once(place).chain(parts.copied())
    }

    /// Whether the item at a position has an entry.
    pub fn has_entry(&self, place: usize) -> bool {
        let Some(item) = self.history().get(place) else {
            return false;
        };
        // A call and an output always have one unless they belong to another call, and it takes long to make.
        let is_call = matches!(item.kind().outer, "response_item" | "")
            && item.kind().role == AuthorRole::Tool
            && item.kind().name != "agent_message";
        match is_call {
            true => !self.part_of.contains_key(&place),
            false => self.entry(place).is_some(),
        }
    }

    /// The entry of the item at a position. `None` if the item is not a part of the conversation, or if the entry of
    /// another item shows it.
    pub fn entry(&self, place: usize) -> Option<TranscriptEntry<'_>> {
        if self.part_of.contains_key(&place) {
            return None;
        }
        let item = self.history().get(place)?;
        if let Some(of) = self.marks.repeat_of(place) {
            return messages::context_of_repeat(place, item, self.history().get(of)?);
        }
        let kind = item.kind();
        if is_bookkeeping(kind) || kind.name == "turn_context" && !self.settings.contains(&place) {
            return None;
        }
        let Some(fields) = ItemFields::of(item) else {
            return Some(notes::damaged(place, item));
        };
        let is_message = matches!(
            (kind.outer, kind.name),
            ("response_item" | "", "message" | "reasoning")
                | (
                    "event_msg",
                    "user_message" | "agent_message" | "agent_reasoning" | "agent_reasoning_raw_content"
                )
        );
        if is_message {
            return messages::entry(place, item, &fields);
        }
        calls::entry(self, place, item, &fields)
            .or_else(|| messages::entry(place, item, &fields))
            .or_else(|| notes::entry(self, place, item, &fields))
    }

    /// An entry for an item that has none, with its kind and its summary.
    pub fn summary_entry(&self, place: usize) -> Option<TranscriptEntry<'_>> {
        let item = self.history().get(place)?;
        let title = format!("{}: {}", item.kind().name, super::item_summary(item));
        Some(line(place, item.timestamp(), title))
    }

    /// The marks of an item that come from its history.
    fn own_marks(&self, place: usize) -> Vec<ItemMark> {
        self.marks.of(place)
    }

    /// The items that belong to a call.
    fn parts_of(&self, call: usize) -> impl Iterator<Item = &RolloutItem> {
        let parts = self.parts.get(&call).into_iter().flatten();
        parts.filter_map(|place| self.history().get(*place))
    }
}

/// An entry of the program that is only a line.
fn line<'a>(place: usize, at: Option<DateTime<Utc>>, title: impl Into<String>) -> TranscriptEntry<'a> {
    TranscriptEntry {
        place,
        at,
        speaker: Speaker::System,
        title: Cow::Owned(title.into()),
        outcome: None,
        blocks: Vec::new(),
    }
}

/// The value of a member that is a text.
fn text_in<'a>(object: Json<'a>, key: &str) -> Option<Cow<'a, str>> {
    object.get(key)?.as_str()
}

/// Whether items of a kind never have an entry.
fn is_bookkeeping(kind: &ItemKind) -> bool {
    matches!(
        (kind.outer, kind.name),
        ("event_msg", "token_count" | "task_started")
            | ("token_usage_record" | "world_state" | "security_risk_score", _)
            | ("", "state" | "header")
            | ("response_item", "ghost_snapshot")
    )
}
