//! The sum of a group, the order of groups, and months.

use std::cmp::Reverse;
use std::ffi::OsStr;
use std::fmt;

use chrono::{DateTime, Datelike as _, Utc};
use serde::Serialize;

/// A number of items and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Size {
    /// The number of items.
    pub items: u64,
    /// Bytes, after decompression.
    pub bytes: u64,
}

impl std::ops::AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.items += other.items;
        self.bytes += other.bytes;
    }
}

/// Sorts groups by their bytes, the largest first, and by their key if they are equal.
pub fn largest_first<K: Ord>(groups: impl IntoIterator<Item = (K, Size)>) -> Vec<(K, Size)> {
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|(one, one_size), (other, other_size)| {
        let by_size = Reverse(one_size.bytes).cmp(&Reverse(other_size.bytes));
        by_size.then_with(|| one.cmp(other))
    });
    groups
}

/// A month in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month that contains a time.
    pub fn of(time: DateTime<Utc>) -> Self {
        Self {
            year: time.year(),
            month: time.month(),
        }
    }

    /// The month of the first date in a file's name, such as `2026-11-27`.
    pub fn in_name(name: &OsStr) -> Option<Self> {
        let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
        let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse().ok();
        name.as_encoded_bytes().windows(10).find_map(|date| match date {
            [year @ .., b'-', m1, m2, b'-', d1, d2] if digits(year) && digits(&[*m1, *m2, *d1, *d2]) => {
                let month = number(&[*m1, *m2]).filter(|month| (1..=12).contains(month))?;
                let year = i32::try_from(number(year)?).ok()?;
                Some(Self { year, month })
            }
            _ => None,
        })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}", self.year, self.month)
    }
}
