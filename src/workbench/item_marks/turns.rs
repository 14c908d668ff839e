//! Finds the turns of a history and those that were undone.
//!
//! A turn begins with `task_started` and ends with `task_complete` or `turn_aborted`. In files without these events it
//! begins with a message of the user and ends where the next one begins. Items between turns belong to no turn.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Rollback;
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;

/// The maximum length of a `num_turns` value that a remark quotes, in bytes.
const LONGEST: usize = 40;

/// The turns of the items that were read.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns {
    /// The positions at which the turns begin, undone ones included.
    starts: Vec<usize>,
    /// The turns that have ended and are not undone.
    ended: Vec<Range<usize>>,
    /// The turn that has not ended.
    open: Option<OpenTurn>,
    /// The undone turns: the position of the first item, mapped to the position after the last item and that of the rollback.
    undone: BTreeMap<usize, (usize, usize)>,
    rollbacks: BTreeMap<usize, Rollback>,
}

#[derive(Clone, Debug)]
struct OpenTurn {
    start: usize,
    /// Whether a `task_started` began it.
    is_explicit: bool,
    id: Option<String>,
}

impl Turns {
    /// Reads the next item. Returns whether a `task_started` begins a turn.
    pub fn read(&mut self, place: usize, item: &RolloutItem) -> bool {
        let kind = item.kind();
        if kind.outer != "event_msg" {
            return false;
        }
        match kind.name {
            "task_started" => {
                self.end(place);
                self.starts.push(place);
                self.open = Some(OpenTurn {
                    start: place,
                    is_explicit: true,
                    id: turn_id(item),
                });
                return true;
            }
            "task_complete" | "turn_aborted" => {
                let is_other = |open: &OpenTurn| match (&open.id, turn_id(item)) {
                    (Some(open), Some(ended)) => *open != ended,
                    _ => false,
                };
                if !self.open.as_ref().is_some_and(is_other) {
                    self.end(place + 1);
                }
            }
            "thread_rolled_back" => {
                self.end(place);
                let rollback = self.roll_back(place, item);
                self.rollbacks.insert(place, rollback);
            }
            _ => {}
        }
        false
    }

    /// Begins a turn at a message of the user, unless a `task_started` has begun the current one. Returns whether the
    /// turn begins here.
    pub fn begin_at_message(&mut self, place: usize) -> bool {
        if self.open.as_ref().is_some_and(|open| open.is_explicit) {
            return false;
        }
        self.end(place);
        self.starts.push(place);
        self.open = Some(OpenTurn {
            start: place,
            is_explicit: false,
            id: None,
        });
        true
    }

    fn end(&mut self, end: usize) {
        if let Some(open) = self.open.take() {
            self.ended.push(open.start..end);
        }
    }

    fn roll_back(&mut self, by: usize, item: &RolloutItem) -> Rollback {
        let value = item.payload().and_then(|payload| payload.get("num_turns"));
        let asked = match value.and_then(Json::as_u64) {
            Some(asked) if asked > 0 => asked,
            _ => {
                let text = value.map_or("missing", Json::text);
                let end = text.floor_char_boundary(LONGEST);
                let more = if end < text.len() { "\u{2026}" } else { "" };
                return Rollback::Nothing(format!("{}{more}", &text[..end]));
            }
        };
        let most = usize::try_from(asked).unwrap_or(usize::MAX);
        let kept = self.ended.len().saturating_sub(most);
        let undone = self.ended.split_off(kept);
        self.undone
            .extend(undone.iter().map(|turn| (turn.start, (turn.end, by))));
        Rollback::Turns {
            asked,
            undone: undone.len(),
        }
    }

    /// The position of the rollback that undid the item at a position.
    pub fn undone(&self, place: usize) -> Option<usize> {
        let (_, (end, by)) = self.undone.range(..=place).next_back()?;
        (place < *end).then_some(*by)
    }

    /// The positions at which the turns begin, undone ones included.
    pub fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// The effect of the rollback at a position.
    pub fn rollback(&self, place: usize) -> Option<&Rollback> {
        self.rollbacks.get(&place)
    }
}

fn turn_id(item: &RolloutItem) -> Option<String> {
    let id = item.payload()?.get("turn_id")?.as_str()?;
    Some(id.into_owned())
}
