//! What a history says about its own items: turns that were rolled back, and texts that occur in more than one item.
//!
//! The items are read once, in order; a longer version of the same history is read from where the last read ended. The
//! module `turns` finds the turns, `repeats` the texts. How a mark looks is up to the screen.

mod repeats;
#[cfg(test)]
mod tests;
mod turns;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::{ControlFlow, Range};

use repeats::Repeats;
pub(super) use repeats::{Message, read as message};
use turns::Turns;

use crate::protocol::numbers::count;
use crate::protocol::{RolloutItem, ThreadId};
use crate::rollout::side_by_side::in_order;
use crate::store::History;

/// What is known about an item apart from its content. Positions start at 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemMark {
    /// The item belongs to a turn that the `thread_rolled_back` at this position undid.
    Undone {
        /// The position of the `thread_rolled_back`.
        by: usize,
    },
    /// The text of the item also occurs in another item of the same turn, which has at least as much content.
    Repeat {
        /// The position of the other item.
        of: usize,
    },
    /// The item is a `thread_rolled_back`.
    Rollback(Rollback),
    /// The item is the first one of a file, and items of another file are before it.
    Begins {
        /// The name of the file.
        file: String,
    },
    /// The item is in a file of another thread, which this one was forked from.
    Inherited {
        /// The other thread.
        from: ThreadId,
    },
    /// The item was copied from another thread when this one was forked from it.
    Replayed {
        /// The other thread.
        of: ThreadId,
    },
    /// After the item, items of its file were cut off, because the thread was reverted.
    Superseded {
        /// The number of items.
        items: usize,
    },
}

/// The effect of a `thread_rolled_back`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rollback {
    /// It undid turns.
    Turns {
        /// Its `num_turns`.
        asked: u64,
        /// The number of turns that it undid; smaller if there were no more.
        undone: usize,
    },
    /// Its `num_turns` is not a positive number, so it undid nothing. Contains the value as JSON.
    Nothing(String),
}

impl ItemMark {
    /// Whether the mark shows a problem: a rollback that did not undo exactly the turns that it asked for.
    pub fn is_odd(&self) -> bool {
        match self {
            Self::Rollback(Rollback::Turns { asked, undone }) => *asked != *undone as u64,
            Self::Rollback(Rollback::Nothing(_)) => true,
            _ => false,
        }
    }
}

impl fmt::Display for ItemMark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undone { by } => write!(out, "undone by item {} (thread_rolled_back)", by + 1),
            Self::Repeat { of } => write!(out, "repeats the text of item {}", of + 1),
            Self::Rollback(rollback) => rollback.fmt(out),
            Self::Begins { file } => write!(out, "begins {file}"),
            Self::Inherited { from } => write!(out, "inherited from thread {from}"),
            Self::Replayed { of } => write!(out, "replayed: copied from thread {of}"),
            Self::Superseded { items } => {
                write!(out, "{} superseded after this", count(*items as u64, "item"))
            }
        }
    }
}

impl fmt::Display for Rollback {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Turns { asked, undone: 0 } => {
                write!(out, "num_turns is {asked}: there is no turn to undo")
            }
            Self::Turns { asked, undone } if *asked == *undone as u64 => {
                write!(out, "undoes {}", count(*asked, "turn"))
            }
            Self::Turns { asked, undone } => {
                let turns = count(*undone as u64, "turn");
                write!(out, "num_turns is {asked}, but only {turns} could be undone")
            }
            Self::Nothing(value) => write!(out, "num_turns is {value}: nothing is undone"),
        }
    }
}

/// The number of bytes of a part that [`read_parts`] reads at a time.
const PART: usize = 512 * 1024;

/// The marks of the items of a history.
#[derive(Clone, Debug, Default)]
pub struct ItemMarks {
    /// The history whose first items were read.
    history: History,
    /// The number of items that were read.
    read: usize,
    turns: Turns,
    repeats: Repeats,
}

impl ItemMarks {
    /// Reads all items of a history in parts, as long as `goes_on` returns true.
    pub fn read_all(history: &History, goes_on: impl FnMut() -> bool) -> Option<Self> {
        let mut marks = Self::default();
        marks.aim(history);
        let is_read = read_parts(history, goes_on, repeats::read, |messages| {
            marks.take(messages);
        });
        is_read.then_some(marks)
    }

    /// Switches to a history. A longer version of the current one is read from where the last read ended; any other history
    /// is read from its start, and then this returns true.
    pub fn aim(&mut self, history: &History) -> bool {
        let is_other = !self.history.is_same(history) && self.history.shared(history) < self.read;
        if is_other {
            *self = Self::default();
        }
        self.history = history.clone();
        is_other
    }

    /// Reads items of about this many bytes in total. Returns the first position at which a repeat was found or changed.
    pub fn read(&mut self, bytes: usize) -> Option<usize> {
        let end = end_of_part(&self.history, self.read, bytes);
        let messages = self.history.range(self.read..end).map(repeats::read).collect();
        self.take(messages)
    }

    /// Adds the next items, whose messages were read before. Returns the first position at which a repeat was found or
    /// changed.
    pub(super) fn take(&mut self, messages: Vec<Option<Message>>) -> Option<usize> {
        let start = self.read;
        self.read += messages.len();
        let mut changed: Option<usize> = None;
        for ((item, place), message) in self.history.range(start..self.read).zip(start..).zip(messages) {
            let first = read_item(&mut self.turns, &mut self.repeats, place, item, message);
            changed = changed.into_iter().chain(first).min();
        }
        changed
    }

    /// Whether all items were read.
    pub fn is_complete(&self) -> bool {
        self.read == self.history.len()
    }

    /// The number of items that were read.
    pub fn items_read(&self) -> usize {
        self.read
    }

    /// The positions at which the turns begin, undone ones included.
    pub fn turn_starts(&self) -> &[usize] {
        self.turns.starts()
    }

    /// The history.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Whether these marks are for the same history as `others` and cover more of its items.
    pub fn continues(&self, others: &Self) -> bool {
        self.read > others.read && self.history.shared(&others.history) >= self.read
    }

    /// The marks of the item at a position.
    pub fn of(&self, place: usize) -> Vec<ItemMark> {
        let undone = self.turns.undone(place).map(|by| ItemMark::Undone { by });
        let repeat = self.repeats.of(place).map(|of| ItemMark::Repeat { of });
        let rollback = self.turns.rollback(place).cloned().map(ItemMark::Rollback);
        [undone, repeat, rollback].into_iter().flatten().collect()
    }

    /// The position of the item whose text the item at a position repeats.
    pub fn repeat_of(&self, place: usize) -> Option<usize> {
        self.repeats.of(place)
    }

    /// The number of items that repeat the text of another one.
    pub fn repeats(&self) -> usize {
        self.repeats.count()
    }

    /// The positions of the messages that the user wrote, each message once.
    pub fn user_messages(&self) -> &BTreeSet<usize> {
        self.repeats.user_messages()
    }
}

/// Reads facts about the items of a history in parts, on all processors, as long as `goes_on` returns true; `take` gets
/// the facts about the items of each part, in order. Returns whether all items were read.
pub(super) fn read_parts<F: Send>(
    history: &History,
    mut goes_on: impl FnMut() -> bool,
    read: impl Fn(&RolloutItem) -> F + Sync,
    mut take: impl FnMut(Vec<F>),
) -> bool {
    let mut parts = Vec::new();
    let mut start = 0;
    while start < history.len() {
        let end = end_of_part(history, start, PART);
        parts.push(start..end);
        start = end;
    }
    let read_part = |part: &Range<usize>| history.range(part.clone()).map(&read).collect();
    let ended = in_order(&parts, read_part, |_, facts| match goes_on() {
        true => {
            take(facts);
            ControlFlow::Continue(())
        }
        false => ControlFlow::Break(()),
    });
    ended.is_continue()
}

/// The position after the next items of about this many bytes in total.
pub(super) fn end_of_part(history: &History, start: usize, bytes: usize) -> usize {
    let (mut end, mut left) = (start, bytes);
    for item in history.range(start..history.len()) {
        end += 1;
        left = left.saturating_sub(item.len());
        if left == 0 {
            break;
        }
    }
    end
}

/// Reads one item, whose message was read before. Returns the first position at which a repeat was found or changed.
fn read_item(
    turns: &mut Turns,
    repeats: &mut Repeats,
    place: usize,
    item: &RolloutItem,
    message: Option<Message>,
) -> Option<usize> {
    if turns.read(place, item) {
        repeats.begin_turn();
        return None;
    }
    let message = message?;
    // A message of the user begins a turn where nothing else does, but not if its text stands in the turn already.
    let begins = message.is_users() && !repeats.is_repeat(&message) && turns.begin_at_message(place);
    if begins {
        repeats.begin_turn();
    }
    repeats.add(place, message)
}
