//! Compares a paginated rollout with what the database of turns has read of it. The rollout is authoritative: where the two
//! differ, the agent shows less than the file contains.

use std::sync::Arc;

use imbl::Vector;

use crate::home::{HISTORY_DATABASE, Projection};
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::protocol::numbers::{count, grouped};

/// Collects the data of one file that is compared with the database. It reads each item once, in order, and can be
/// compared again after more items or after the database has changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProjectionCheck {
    last: Option<u64>,
    wrong: Option<String>,
    items: Vector<ItemPlace>,
    turns: Vector<(String, ItemPlace)>,
}

/// Where an item is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ItemPlace {
    ordinal: Option<u64>,
    line: u64,
    byte: u64,
}

impl ItemPlace {
    fn of(item: &RolloutItem) -> Self {
        Self {
            ordinal: item.ordinal(),
            line: item.line().map_or(0, u64::from),
            byte: item.offset().unwrap_or_default(),
        }
    }

    /// The line and its byte offset.
    fn line(self) -> String {
        format!("line {} at byte {}", grouped(self.line), grouped(self.byte))
    }

    /// The ordinal, the line and its byte offset.
    fn full(self) -> String {
        let ordinal = self.ordinal.map(|ordinal| format!("ordinal {ordinal}, "));
        format!("{}{}", ordinal.unwrap_or_default(), self.line())
    }
}

impl ProjectionCheck {
    /// Reads the next item of a paginated file.
    pub fn observe(&mut self, item: &RolloutItem) {
        if item.is_damaged() {
            return;
        }
        let place = ItemPlace::of(item);
        if self.wrong.is_none() {
            self.wrong = match (place.ordinal, self.last) {
                (None, _) => Some(format!("{} has no ordinal", place.line())),
                (Some(ordinal), Some(last)) if ordinal == last => Some(format!(
                    "ordinal {ordinal} is used twice, the second time in {}",
                    place.line()
                )),
                (Some(ordinal), Some(last)) if ordinal < last => {
                    Some(format!("ordinal {ordinal} follows {last} in {}", place.line()))
                }
                _ => None,
            };
        }
        self.last = self.last.max(place.ordinal);
        self.items.push_back(place);
        let kind = item.kind();
        if (kind.outer, kind.name) == ("event_msg", "task_started")
            && let Some(turn) = item
                .payload()
                .and_then(|payload| payload.get("turn_id"))
                .and_then(Json::as_str)
        {
            self.turns.push_back((turn.into_owned(), place));
        }
    }

    /// The differences between the file, of which `bytes` bytes were read, and the database: one sentence each, without a
    /// full stop. If there is no database, only the file itself is checked.
    pub fn disagreements(&self, bytes: u64, projection: &ProjectionRow) -> Vec<String> {
        let mut told = Vec::new();
        if let Some(wrong) = &self.wrong {
            told.push(format!("{wrong}; Codex may not show the lines from there on"));
        }
        let projection = match projection {
            ProjectionRow::NoDatabase => return told,
            ProjectionRow::Missing => {
                if !self.items.is_empty() {
                    told.push(format!(
                        "has no row in {HISTORY_DATABASE}, so Codex has not read its turns"
                    ));
                }
                return told;
            }
            ProjectionRow::Present(projection) => projection,
        };
        // Without an offset, the database may have read everything.
        let end = projection.next_byte_offset.unwrap_or(u64::MAX);
        let behind = self.items.iter().rev().take_while(|item| item.byte >= end);
        if let Some((first, items)) = behind.fold(None, |counted: Option<(ItemPlace, u64)>, item| {
            Some((*item, counted.map_or(1, |(_, items)| items + 1)))
        }) {
            told.push(format!(
                "{HISTORY_DATABASE} lacks {} at the end of this file, from {} on, so Codex does not show this part",
                count(items, "item"),
                first.full()
            ));
        } else if let Some((next, last)) = projection.next_ordinal.zip(self.last)
            && next != last + 1
            && projection.next_byte_offset == Some(bytes)
        {
            told.push(format!(
                "{HISTORY_DATABASE} expects {next} as the next ordinal, but the last line has ordinal {last}"
            ));
        }
        if projection.next_byte_offset.is_some_and(|end| end > bytes) {
            told.push(format!(
                "{HISTORY_DATABASE} covers {} bytes of this file, but the file has only {}: it was truncated or replaced",
                grouped(end),
                grouped(bytes)
            ));
        }
        let mut missing = self
            .turns
            .iter()
            .filter(|(turn, place)| place.byte < end && !projection.turns.contains(turn));
        if let Some((first, place)) = missing.next() {
            told.push(format!(
                "{HISTORY_DATABASE} lacks {} of this file, beginning with {first} ({}), so Codex does not show this part",
                count(missing.count() as u64 + 1, "turn"),
                place.full()
            ));
        }
        told
    }
}

/// What a database of turns says about a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum ProjectionRow {
    /// There is no database, or it could not be read.
    #[default]
    NoDatabase,
    /// It does not know the file.
    Missing,
    /// It has read some of the file.
    Present(Arc<Projection>),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(lines: &[&str], projection: Option<&Projection>) -> Vec<String> {
        let mut check = ProjectionCheck::default();
        for line in lines {
            check.observe(&RolloutItem::parse(*line).unwrap());
        }
        let row = projection.map_or(ProjectionRow::NoDatabase, |row| {
            ProjectionRow::Present(Arc::new(row.clone()))
        });
        check.disagreements(100, &row)
    }

    #[test]
    fn ordinals_grow() {
        let line =
            |ordinal: &str| format!(r#"{{"timestamp":"t","ordinal":{ordinal},"type":"x","payload":{{}}}}"#);
        let (one, two, five) = (line("1"), line("2"), line("5"));
        assert_eq!(checked(&[&one, &two, &five], None), [] as [&str; 0]);
        let twice = checked(&[&one, &two, &two, &one], None);
        assert_eq!(twice.len(), 1);
        assert!(twice[0].starts_with("ordinal 2 is used twice"), "{twice:?}");
        let back = checked(&[&one, &five, &two], None);
        assert!(back[0].starts_with("ordinal 2 follows 5"), "{back:?}");
    }

    #[test]
    fn turns_that_the_database_does_not_have_are_counted() {
        let start = r#"{"ordinal":1,"type":"event_msg","payload":{"type":"task_started","turn_id":"t1"}}"#;
        let mut projection = Projection::default();
        assert!(
            checked(&[start], Some(&projection))[0].contains("lacks 1 turn of this file, beginning with t1")
        );
        projection.turns.insert("t1".to_owned());
        assert_eq!(checked(&[start], Some(&projection)), [] as [&str; 0]);
        projection.next_byte_offset = Some(200);
        assert!(
            checked(&[start], Some(&projection))[0]
                .contains("covers 200 bytes of this file, but the file has only 100")
        );
    }

    #[test]
    fn a_database_that_continues_at_another_ordinal_disagrees() {
        let line = r#"{"ordinal":4,"type":"x","payload":{}}"#;
        let mut projection = Projection {
            next_byte_offset: Some(100),
            next_ordinal: Some(5),
            ..Projection::default()
        };
        assert_eq!(checked(&[line], Some(&projection)), [] as [&str; 0]);
        projection.next_ordinal = Some(7);
        assert_eq!(
            checked(&[line], Some(&projection)),
            ["thread_history_1.sqlite expects 7 as the next ordinal, but the last line has ordinal 4"]
        );
    }

    #[test]
    fn a_file_that_the_database_does_not_know_is_told() {
        let mut check = ProjectionCheck::default();
        assert_eq!(check.disagreements(0, &ProjectionRow::Missing), [] as [&str; 0]);
        check.observe(&RolloutItem::parse(r#"{"ordinal":0,"type":"x","payload":{}}"#).unwrap());
        assert_eq!(
            check.disagreements(37, &ProjectionRow::Missing),
            ["has no row in thread_history_1.sqlite, so Codex has not read its turns"]
        );
    }
}
