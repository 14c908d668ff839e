//! The time formats in rollouts.

use chrono::{DateTime, NaiveDateTime, Utc};

/// Parses a time in a rollout: RFC 3339, or the format of file names, `YYYY-MM-DDTHH-MM-SS` in UTC. `None` for anything
/// else.
pub fn parse_rollout_time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.with_timezone(&Utc))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H-%M-%S").map(|time| time.and_utc()))
        .ok()
}
