//! How fast steps follow each other.

use std::time::Duration;

/// What holds for the steps that are played one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaybackOrders {
    /// The number of the playing that goes on; all others have ended.
    pub number: u64,
    /// How fast.
    pub speed: Speed,
}

/// How fast steps follow each other: a place in the table of speeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed(usize);

/// What each speed is called, and by which part of a quarter of the usual pauses are divided; without one there are none.
const SPEEDS: &[(&str, Option<u32>)] = &[
    ("1/4x", Some(1)),
    ("1/2x", Some(2)),
    ("1x", Some(4)),
    ("2x", Some(8)),
    ("4x", Some(16)),
    ("8x", Some(32)),
    ("16x", Some(64)),
    ("full speed", None),
];

impl Default for Speed {
    fn default() -> Self {
        Self(2)
    }
}

/// How long a step stands at the usual speed.
const STEP: Duration = Duration::from_millis(1_500);
/// And how much longer for each character of its note: that is read aloud.
const CHARACTER: Duration = Duration::from_millis(60);

impl Speed {
    /// What it is called.
    pub fn name(self) -> &'static str {
        SPEEDS.get(self.0).map_or("", |(name, _)| name)
    }

    /// The speed so many places further on, as far as there are any.
    #[must_use]
    pub fn faster(self, by: isize) -> Self {
        Self(self.0.saturating_add_signed(by).min(SPEEDS.len() - 1))
    }

    /// How long a step stands before the next one; `None` for as fast as possible.
    pub fn pause(self, note: Option<&str>) -> Option<Duration> {
        let quarters = SPEEDS.get(self.0).and_then(|(_, quarters)| *quarters)?;
        let characters = note.map_or(0, |note| note.chars().count());
        let read = CHARACTER.saturating_mul(u32::try_from(characters).unwrap_or(u32::MAX));
        Some(STEP.saturating_add(read).saturating_mul(4) / quarters)
    }
}
