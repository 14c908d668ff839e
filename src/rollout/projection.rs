//! Compares a paginated rollout with what the database of turns has read of it. The rollout is the truth: where the two
//! disagree, the agent shows less than the file holds.

use crate::home::Projection;
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::protocol::numbers::{count, grouped};

/// The check of one file. It sees each item once, in order.
#[derive(Debug, Default)]
pub struct ProjectionCheck {
    last: Option<u64>,
    wrong: Option<String>,
    /// The number of items that begin after what the database has read, and the first of them.
    behind: u64,
    first_behind: Option<String>,
    turns: Vec<String>,
    read_to: Option<u64>,
}

impl ProjectionCheck {
    /// A check against what the database says of the file, if it says anything.
    pub fn new(projection: Option<&Projection>) -> Self {
        Self {
            read_to: projection.and_then(|projection| projection.next_byte_offset),
            ..Self::default()
        }
    }

    /// Reads the next item of a paginated file.
    pub fn observe(&mut self, item: &RolloutItem) {
        if item.is_damaged() {
            return;
        }
        let ordinal = item
            .json()
            .and_then(|line| line.members().find(|(name, _)| name == "ordinal"))
            .and_then(|(_, ordinal)| ordinal.as_u64());
        let place = || {
            let line = item.line().map_or(0, u64::from);
            format!(
                "line {} at byte {}",
                grouped(line),
                grouped(item.offset().unwrap_or_default())
            )
        };
        if self.wrong.is_none() {
            self.wrong = match (ordinal, self.last) {
                (None, _) => Some(format!("{} has no ordinal", place())),
                (Some(ordinal), Some(last)) if ordinal == last => Some(format!(
                    "ordinal {ordinal} is used twice, the second time in {}",
                    place()
                )),
                (Some(ordinal), Some(last)) if ordinal < last => {
                    Some(format!("ordinal {ordinal} follows {last} in {}", place()))
                }
                _ => None,
            };
        }
        self.last = self.last.max(ordinal);
        if self
            .read_to
            .is_some_and(|end| item.offset().is_some_and(|offset| offset >= end))
        {
            self.behind += 1;
            if self.first_behind.is_none() {
                let ordinal = ordinal.map_or(String::new(), |ordinal| format!("ordinal {ordinal}, "));
                self.first_behind = Some(format!("{ordinal}{}", place()));
            }
        }
        let kind = item.kind();
        if (kind.outer, kind.name) == ("event_msg", "task_started")
            && let Some(turn) = item
                .payload()
                .and_then(|payload| payload.get("turn_id"))
                .and_then(Json::as_str)
        {
            self.turns.push(turn.into_owned());
        }
    }

    /// Where the file and the database disagree, one sentence each, without full stop.
    pub fn disagreements(&self, bytes: u64, projection: Option<&Projection>) -> Vec<String> {
        let mut told = Vec::new();
        if let Some(wrong) = &self.wrong {
            told.push(format!("{wrong}; Codex may not show the lines from there on"));
        }
        let Some(projection) = projection else {
            return told;
        };
        if let Some(first) = &self.first_behind {
            let behind = count(self.behind, "item");
            told.push(format!(
                "thread_history_1.sqlite lacks {behind} at its end, from {first} on, so Codex does not show that part"
            ));
        }
        if let Some(end) = projection.next_byte_offset.filter(|end| *end > bytes) {
            told.push(format!(
                "thread_history_1.sqlite has read {} bytes of it, but it has only {}: it was cut or replaced",
                grouped(end),
                grouped(bytes)
            ));
        }
        let missing: Vec<&str> = self
            .turns
            .iter()
            .filter(|turn| !projection.turns.contains(*turn))
            .map(String::as_str)
            .collect();
        if let Some(first) = missing.first().filter(|_| self.first_behind.is_none()) {
            let turns = count(missing.len() as u64, "turn");
            told.push(format!(
                "thread_history_1.sqlite lacks {turns} of it, the first is {first}, so Codex does not show that part"
            ));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(lines: &[&str], projection: Option<&Projection>) -> Vec<String> {
        let mut check = ProjectionCheck::new(projection);
        for line in lines {
            check.observe(&RolloutItem::parse(*line).unwrap());
        }
        check.disagreements(100, projection)
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
        assert!(checked(&[start], Some(&projection))[0].contains("lacks 1 turn of it, the first is t1"));
        projection.turns.insert("t1".to_owned());
        assert_eq!(checked(&[start], Some(&projection)), [] as [&str; 0]);
        projection.next_byte_offset = Some(200);
        assert!(
            checked(&[start], Some(&projection))[0].contains("has read 200 bytes of it, but it has only 100")
        );
    }
}
