//! The time formats in rollouts.

use chrono::{DateTime, Datelike as _, NaiveDateTime, Timelike as _, Utc};
use serde::{Serialize as _, Serializer};

/// Parses a time in a rollout: RFC 3339, or the format of file names, `YYYY-MM-DDTHH-MM-SS` in UTC. `None` for anything
/// else.
pub fn parse_rollout_time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.with_timezone(&Utc))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H-%M-%S").map(|time| time.and_utc()))
        .ok()
}

/// Serializes a time in the form of `chrono`, such as `2026-05-13T00:28:15.250Z`, but several times faster: each answer
/// contains two times.
pub(crate) fn serialize_time<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    match time_text(*at) {
        Some(text) => serializer.serialize_str(&text),
        None => at.serialize(serializer),
    }
}

/// The text of a time; `None` for a leap second and for a year that does not have four digits.
fn time_text(at: DateTime<Utc>) -> Option<String> {
    let year = u32::try_from(at.year()).ok().filter(|year| *year <= 9999)?;
    let nanos = at.nanosecond();
    let (fraction, digits) = match nanos {
        1_000_000_000.. => return None,
        0 => (0, 0),
        _ if nanos.is_multiple_of(1_000_000) => (nanos / 1_000_000, 3),
        _ if nanos.is_multiple_of(1000) => (nanos / 1000, 6),
        _ => (nanos, 9),
    };
    let mut text = String::with_capacity(30);
    push_digits(&mut text, year, 4);
    for (before, number) in [
        ('-', at.month()),
        ('-', at.day()),
        ('T', at.hour()),
        (':', at.minute()),
        (':', at.second()),
    ] {
        text.push(before);
        push_digits(&mut text, number, 2);
    }
    if digits > 0 {
        text.push('.');
        push_digits(&mut text, fraction, digits);
    }
    text.push('Z');
    Some(text)
}

/// Appends a number with this number of digits.
fn push_digits(text: &mut String, number: u32, digits: u32) {
    for power in (0..digits).rev() {
        let digit = number / 10_u32.pow(power) % 10;
        text.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use proptest::prelude::*;

    use super::*;

    fn serialized(at: DateTime<Utc>) -> String {
        let mut bytes = Vec::new();
        serialize_time(&at, &mut serde_json::Serializer::new(&mut bytes)).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        #[test]
        fn a_time_is_serialized_as_chrono_does(
            seconds in -70_000_000_000_i64..300_000_000_000,
            nanos in prop_oneof![
                Just(0),
                (0..1000_u32).prop_map(|millis| millis * 1_000_000),
                (0..1_000_000_u32).prop_map(|micros| micros * 1000),
                0..2_000_000_000_u32,
            ],
        ) {
            let Some(at) = Utc.timestamp_opt(seconds, nanos).single() else { return Ok(()) };
            prop_assert_eq!(serialized(at), serde_json::to_string(&at).unwrap());
        }
    }

    #[test]
    fn the_first_and_last_times_are_serialized_as_chrono_does() {
        for at in [
            DateTime::<Utc>::MIN_UTC,
            DateTime::<Utc>::MAX_UTC,
            DateTime::UNIX_EPOCH,
        ] {
            assert_eq!(serialized(at), serde_json::to_string(&at).unwrap());
        }
        let leap = Utc.timestamp_opt(1_483_228_799, 1_500_000_000).unwrap();
        assert_eq!(serialized(leap), "\"2016-12-31T23:59:60.500Z\"");
    }
}
