//! Limits on reading: the maximum size of a decompressed file, and a way to stop a read from another thread.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// The maximum decompressed size of a compressed file in bytes. Parsed from a number, optionally followed by `B`, `kB`, `MB`
/// or `GB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MaxBytes(pub u64);

/// A flag that stops a read from another thread. Clones share the flag.
#[derive(Debug, Clone, Default)]
pub struct StopFlag(Arc<AtomicU8>);

/// The read should stop.
const ASKED: u8 = 1;
/// The read should stop, and nobody waits for it.
const LEFT: u8 = 2;

impl StopFlag {
    /// Requests that the read stops.
    pub fn ask(&self) {
        self.0.fetch_max(ASKED, Ordering::Relaxed);
    }

    /// Whether a stop was requested.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= ASKED
    }

    /// Requests a stop without waiting for it, for example if the disk does not respond. Data that is read from now on is
    /// dropped.
    pub fn leave(&self) {
        self.0.fetch_max(LEFT, Ordering::Relaxed);
    }

    /// Whether nobody waits for the read any more.
    pub fn is_left(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= LEFT
    }
}

/// The limits for reading a file.
#[derive(Debug, Clone, Default)]
pub struct Limit {
    /// The maximum decompressed size, if it is compressed.
    pub most: MaxBytes,
    /// Stops the read early.
    pub stop: StopFlag,
}

const UNITS: [(&str, u64); 4] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1)];

impl Default for MaxBytes {
    fn default() -> Self {
        Self(4_000_000_000)
    }
}

impl fmt::Display for MaxBytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |(_, size): &&(&str, u64)| self.0 >= *size && self.0.is_multiple_of(*size);
        match UNITS.iter().find(whole) {
            Some((unit, size)) => write!(out, "{}{unit}", self.0 / size),
            None => write!(out, "{}", self.0),
        }
    }
}

/// The text is not a number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a number of bytes, such as 500MB or 4GB")]
pub struct InvalidSize;

impl FromStr for MaxBytes {
    type Err = InvalidSize;

    fn from_str(text: &str) -> Result<Self, InvalidSize> {
        let behind = |(unit, size): &(&str, u64)| Some((text.strip_suffix(unit)?, *size));
        let (number, size) = UNITS.iter().find_map(behind).unwrap_or((text, 1));
        let bytes = number
            .trim()
            .parse()
            .ok()
            .and_then(|number: u64| number.checked_mul(size));
        bytes.map(Self).ok_or(InvalidSize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_they_are_shown() {
        for (text, bytes) in [
            ("0", 0),
            ("700", 700),
            ("5 kB", 5_000),
            ("250MB", 250_000_000),
            ("4GB", 4_000_000_000),
        ] {
            let limit: MaxBytes = text.parse().unwrap();
            assert_eq!(limit, MaxBytes(bytes));
            assert_eq!(limit.to_string().parse(), Ok(limit));
        }
        for text in ["", "GB", "-1", "1TB", "1.5GB", "99999999999GB"] {
            text.parse::<MaxBytes>().unwrap_err();
        }
        assert_eq!(MaxBytes::default().to_string(), "4GB");
    }
}
