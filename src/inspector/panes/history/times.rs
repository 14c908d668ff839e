//! How the time column shows when an item was written: as the time since the row above, the time since the start of the
//! thread, a clock time, or the time from then to the last event of the store.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

/// What the time column shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeColumn {
    /// The time since the visible row above.
    #[default]
    Gap,
    /// The time since the first item.
    SinceStart,
    /// The local clock time.
    Clock,
    /// The clock time in UTC.
    Utc,
    /// The time from the item to the last event of the store.
    Ago,
}

/// The times relative to which other times are shown.
#[derive(Clone, Copy)]
pub struct TimeContext {
    /// The time of the row above.
    pub above: Option<DateTime<Utc>>,
    /// The time of the first item.
    pub start: Option<DateTime<Utc>>,
    /// The time of the last event of the store.
    pub now: DateTime<Utc>,
    /// Converts times to local time.
    pub local: fn(DateTime<Utc>) -> DateTime<FixedOffset>,
}

impl TimeColumn {
    /// Returns the next format in the order in which the key cycles through the formats.
    pub fn next(self) -> Self {
        match self {
            Self::Gap => Self::SinceStart,
            Self::SinceStart => Self::Clock,
            Self::Clock => Self::Utc,
            Self::Utc => Self::Ago,
            Self::Ago => Self::Gap,
        }
    }

    /// Returns the width of the time column, including a blank column in front of the times.
    pub fn columns(self) -> usize {
        match self {
            Self::Gap => 6,
            Self::SinceStart | Self::Clock | Self::Utc => 9,
            Self::Ago => 10,
        }
    }

    /// Returns a short description of the format; for local time, it includes the UTC offset at the given time.
    pub fn words(self, at: DateTime<FixedOffset>) -> String {
        match self {
            Self::Gap => "time since the row above".to_owned(),
            Self::SinceStart => "time since the start".to_owned(),
            Self::Clock => format!("local time {}", at.format("%:z")),
            Self::Utc => "UTC".to_owned(),
            Self::Ago => "time ago".to_owned(),
        }
    }

    /// Returns a formatted time; empty if the time, or the time that it is relative to, is unknown.
    pub fn text(self, at: Option<DateTime<Utc>>, context: &TimeContext) -> String {
        let Some(at) = at else { return String::new() };
        let since = |from: Option<DateTime<Utc>>| from.map(|from| at - from);
        match self {
            Self::Gap => since(context.above).map(gap).unwrap_or_default(),
            Self::SinceStart => since(context.start).map(since_start).unwrap_or_default(),
            Self::Clock => (context.local)(at).format("%H:%M:%S").to_string(),
            Self::Utc => at.format("%H:%M:%S").to_string(),
            Self::Ago => ago(context.now - at),
        }
    }
}

/// A span with a sign: `+2ms`, `+0.3s`, `+12s`, `+5m`, `+2h`, `+3d`, `-4y`, `+5ky`. Empty for none.
fn gap(span: TimeDelta) -> String {
    let sign = if span < TimeDelta::zero() { "-" } else { "+" };
    let milliseconds = span.num_milliseconds().unsigned_abs();
    match milliseconds {
        0 => String::new(),
        _ => format!("{sign}{}", short(milliseconds)),
    }
}

/// A number of milliseconds in at most four characters.
fn short(milliseconds: u64) -> String {
    match milliseconds {
        0..100 => format!("{milliseconds}ms"),
        100..10_000 => format!("{}.{}s", milliseconds / 1_000, milliseconds % 1_000 / 100),
        10_000..60_000 => format!("{}s", milliseconds / 1_000),
        60_000..3_600_000 => format!("{}m", milliseconds / 60_000),
        3_600_000..172_800_000 => format!("{}h", milliseconds / 3_600_000),
        172_800_000..86_400_000_000 => format!("{}d", milliseconds / 86_400_000),
        86_400_000_000..31_557_600_000_000 => format!("{}y", milliseconds / 31_557_600_000),
        // A damaged timestamp can be any number of millennia away.
        _ => format!("{}ky", (milliseconds / 31_557_600_000_000).min(99)),
    }
}

/// Formats a span as hours, minutes and seconds; formats longer spans like the time since the row above.
fn since_start(span: TimeDelta) -> String {
    let seconds = span.num_seconds();
    match seconds {
        0..360_000 => format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
        _ => gap(span),
    }
}

fn ago(span: TimeDelta) -> String {
    let words = short(span.num_milliseconds().unsigned_abs());
    match span < TimeDelta::zero() {
        true => format!("in {words}"),
        false => format!("{words} ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        crate::protocol::parse_rollout_time(text).unwrap()
    }

    fn context() -> TimeContext {
        TimeContext {
            above: Some(at("2026-05-01T10:00:00.000Z")),
            start: Some(at("2026-05-01T08:59:58.000Z")),
            now: at("2026-05-03T12:00:00Z"),
            local: |at| at.with_timezone(&FixedOffset::east_opt(2 * 3600).unwrap()),
        }
    }

    #[test]
    fn any_time_leaves_a_space_before_it() {
        let long = |to: &str| TimeColumn::Gap.text(Some(at(to)), &context());
        assert_eq!(long("2026-05-03T12:00:00Z"), "+2d");
        assert_eq!(long("2030-05-01T10:00:00Z"), "+4y");
        assert_eq!(long("9999-12-31T23:59:59.999999999Z"), "+7ky");
        assert_eq!(long("1970-01-01T00:00:00Z"), "-56y");
        let mut column = TimeColumn::Gap;
        for to in [
            "2026-05-01T10:00:00.099Z",
            "2026-05-03T11:59:59.999Z",
            "+262142-01-01T00:00:00Z",
            "-0001-01-01T00:00:00Z",
            "2028-12-31T00:00:00Z",
        ] {
            let to = crate::protocol::parse_rollout_time(to);
            for _ in 0..5 {
                let text = column.text(to, &context());
                assert!(text.len() < column.columns(), "{text}");
                column = column.next();
            }
        }
    }

    #[test]
    fn each_column_shows_the_same_time_in_its_way() {
        let shown = |column: TimeColumn| column.text(Some(at("2026-05-01T10:05:03.000Z")), &context());
        assert_eq!(shown(TimeColumn::Gap), "+5m");
        assert_eq!(shown(TimeColumn::SinceStart), "1:05:05");
        assert_eq!(shown(TimeColumn::Clock), "12:05:03");
        assert_eq!(shown(TimeColumn::Utc), "10:05:03");
        assert_eq!(shown(TimeColumn::Ago), "2d ago");
        assert_eq!(TimeColumn::Ago.text(None, &context()), "");
    }
}
