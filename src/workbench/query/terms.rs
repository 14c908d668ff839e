//! The compiled terms of a query: texts, times and numbers, each with its comparison.

use std::cmp::Ordering;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use memchr::memmem::Finder;

use super::fields::{EachText, ImportedFlag};
use crate::store::ThreadRecord;

/// One term.
#[derive(Clone, Debug)]
pub(super) struct QueryTerm<T = ThreadTest> {
    /// Whether the term matches what does not meet the test.
    pub negated: bool,
    /// The test as it is written in the query.
    pub written: String,
    pub test: T,
}

/// What a term about threads tests.
#[derive(Clone, Debug)]
pub(super) struct ThreadTest {
    /// Whether the test reads all items of a thread.
    pub reads_items: bool,
    pub test: TermTest,
}

impl QueryTerm {
    /// Whether every thread that matches this term also matches the other term, as far as the terms alone show.
    pub fn narrows(&self, other: &Self) -> bool {
        let (inner, outer) = match self.negated {
            true => (other, self),
            false => (self, other),
        };
        self.negated == other.negated
            && (self.written == other.written || inner.test.test.narrows(&outer.test.test))
    }
}

/// What a term tests.
#[derive(Clone, Debug)]
pub(super) enum TermTest {
    Words(TextPart),
    /// The texts of a field; the name identifies the field.
    Text(&'static str, EachText, TextTest),
    Time(fn(&ThreadRecord) -> Option<DateTime<Utc>>, TimeTest),
    Number(fn(&ThreadRecord) -> Option<u64>, NumberTest),
    Flag(fn(&ThreadRecord) -> bool),
    /// Whether other threads were forked from the thread or spawned by it.
    Children,
    /// Whether an import has recorded this flag for the thread.
    Imported(ImportedFlag),
    /// Whether the thread is marked on the screen.
    Marked,
}

impl TermTest {
    fn narrows(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Words(part), Self::Words(wider)) => part.narrows(wider),
            (Self::Text(field, _, test), Self::Text(same, _, wider)) => field == same && test.narrows(wider),
            _ => false,
        }
    }
}

/// How the text of a field is compared.
#[derive(Clone, Debug)]
pub(super) enum TextTest {
    /// Contains this text.
    Contains(TextPart),
    /// Is exactly this text.
    Is(String),
}

impl TextTest {
    /// Whether a text meets the test; `scratch` is a buffer for the text in lowercase.
    pub fn is_met(&self, text: &str, scratch: &mut String) -> bool {
        match self {
            Self::Is(whole) => whole == text,
            Self::Contains(part) => part.is_in_text(text, scratch),
        }
    }

    /// The text that is looked for.
    pub fn text(&self) -> &str {
        match self {
            Self::Is(whole) => whole,
            Self::Contains(part) => &part.text,
        }
    }

    /// Whether every text that meets this test also meets the other test.
    fn narrows(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Contains(part), Self::Contains(wider)) => part.narrows(wider),
            (Self::Is(whole), other) => other.is_met(whole, &mut String::new()),
            (Self::Contains(_), Self::Is(_)) => false,
        }
    }
}

/// A text that another text contains. Without uppercase letters it matches regardless of case.
#[derive(Clone, Debug)]
pub(super) struct TextPart {
    /// The text, in lowercase if `fold`.
    pub text: String,
    /// Whether case is ignored.
    pub fold: bool,
    finder: Box<Finder<'static>>,
}

impl TextPart {
    pub fn new(text: &str) -> Self {
        let fold = !text.chars().any(char::is_uppercase);
        let mut part = text.to_owned();
        if fold {
            lower(text, &mut part);
        }
        Self {
            finder: Box::new(Finder::new(part.as_bytes()).into_owned()),
            text: part,
            fold,
        }
    }

    /// Whether bytes contain the text. If case is ignored, the bytes are in lowercase.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.finder.find(bytes).is_some()
    }

    /// Whether a text contains this text; `scratch` is a buffer for the text in lowercase.
    pub fn is_in_text(&self, text: &str, scratch: &mut String) -> bool {
        let is_small = |byte: &u8| byte.is_ascii() && !byte.is_ascii_uppercase();
        let text = match self.fold && !text.as_bytes().iter().all(is_small) {
            true => {
                lower(text, scratch);
                scratch.as_str()
            }
            false => text,
        };
        self.is_in(text.as_bytes())
    }

    /// Whether every text that contains this text also contains the other text.
    fn narrows(&self, other: &Self) -> bool {
        (other.fold || !self.fold) && other.is_in_text(&self.text, &mut String::new())
    }
}

/// Replaces the contents of the buffer with the text in lowercase.
pub(super) fn lower(text: &str, small: &mut String) {
    small.clear();
    match text.is_ascii() {
        true => {
            small.push_str(text);
            small.make_ascii_lowercase();
        }
        false => small.extend(text.chars().flat_map(char::to_lowercase)),
    }
}

/// How a value is compared with the given one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Below,
    AtMost,
    Equal,
    AtLeast,
    Above,
}

impl Relation {
    /// Splits off the comparison at the beginning of a value.
    fn split(value: &str) -> (Self, &str) {
        let signs = [
            ("<=", Self::AtMost),
            (">=", Self::AtLeast),
            ("<", Self::Below),
            (">", Self::Above),
        ];
        signs
            .into_iter()
            .find_map(|(sign, relation)| Some((relation, value.strip_prefix(sign)?)))
            .unwrap_or((Self::Equal, value))
    }

    fn is_met(self, order: Ordering) -> bool {
        match self {
            Self::Below => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::AtLeast => order.is_ge(),
            Self::Above => order.is_gt(),
        }
    }
}

/// How a number is compared.
#[derive(Clone, Debug)]
pub(super) struct NumberTest(Relation, u64);

impl NumberTest {
    /// Reads a value such as `>100` or `<=1.5m`.
    pub fn read(value: &str) -> Option<Self> {
        let (relation, number) = Relation::split(value);
        let (digits, zeros) = match number.char_indices().next_back()? {
            (end, 'k' | 'K') => (&number[..end], 3),
            (end, 'm' | 'M') => (&number[..end], 6),
            (end, 'g' | 'G') => (&number[..end], 9),
            _ => (number, 0),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || !is_number(whole)
            || !is_number(part)
            || part.len() > zeros
            || digits.ends_with('.')
        {
            return None;
        }
        let all = format!("{whole}{part:0<zeros$}");
        Some(Self(relation, all.parse().ok()?))
    }

    pub fn is_met(&self, number: u64) -> bool {
        self.0.is_met(number.cmp(&self.1))
    }
}

/// How a time is compared.
#[derive(Clone, Debug)]
pub(super) enum TimeTest {
    /// With an age.
    Age(Relation, TimeDelta),
    /// With a period, from its first moment up to but not including its end.
    Period(Relation, DateTime<Utc>, DateTime<Utc>),
}

/// Why a value is not a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeFault {
    Unreadable,
    /// An age without a comparison.
    BareAge,
}

impl TimeTest {
    /// Reads a value such as `<2d`, `>2026-07-01` or `2026-07`.
    pub fn read(value: &str) -> Result<Self, TimeFault> {
        let (relation, time) = Relation::split(value);
        if let Some(age) = age(time) {
            return match relation {
                Relation::Equal => Err(TimeFault::BareAge),
                relation => Ok(Self::Age(relation, age)),
            };
        }
        let (start, end) = period(time).ok_or(TimeFault::Unreadable)?;
        Ok(Self::Period(relation, start, end))
    }

    /// Whether the test depends on the current time.
    pub fn is_age(&self) -> bool {
        matches!(self, Self::Age(..))
    }

    pub fn is_met(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        match self {
            Self::Age(relation, age) => relation.is_met(now.signed_duration_since(at).cmp(age)),
            Self::Period(relation, start, end) => relation.is_met(match at {
                at if at < *start => Ordering::Less,
                at if at < *end => Ordering::Equal,
                _ => Ordering::Greater,
            }),
        }
    }
}

/// Reads an age such as `2d`.
fn age(text: &str) -> Option<TimeDelta> {
    let (end, unit) = text.char_indices().next_back()?;
    let number = &text[..end];
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = number.parse().ok()?;
    match unit {
        's' => TimeDelta::try_seconds(number),
        'm' => TimeDelta::try_minutes(number),
        'h' => TimeDelta::try_hours(number),
        'd' => TimeDelta::try_days(number),
        'w' => TimeDelta::try_weeks(number),
        _ => None,
    }
}

/// Reads a year, a month, a day or a moment: its start and its end.
fn period(text: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        let start = moment.to_utc();
        return Some((start, start.checked_add_signed(TimeDelta::nanoseconds(1))?));
    }
    let mut parts = text.split('-');
    let mut part = |length: usize| {
        let part = parts.next();
        part.map(
            |part| match part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()) {
                true => part.parse::<u32>().ok(),
                false => None,
            },
        )
    };
    let (year, month, day) = (part(4)??, part(2), part(2));
    let date = |month, day| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
    let (start, end) = match (month, day) {
        (None, _) => {
            let start = date(1, 1)?;
            (start, start.with_year(start.year() + 1)?)
        }
        (Some(month), None) => {
            let start = date(month?, 1)?;
            (start, start.checked_add_months(Months::new(1))?)
        }
        (Some(month), Some(day)) => {
            let start = date(month?, day?)?;
            (start, start.checked_add_days(Days::new(1))?)
        }
    };
    if parts.next().is_some() {
        return None;
    }
    let midnight = |date: NaiveDate| Some(date.and_hms_opt(0, 0, 0)?.and_utc());
    Some((midnight(start)?, midnight(end)?))
}
