//! The speed of playback.

use std::time::Duration;

/// The instructions for continuous playback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaybackOrders {
    /// The number of the active playback. All others have ended.
    pub number: u64,
    /// The speed.
    pub speed: Speed,
}

/// A playback speed: an index into the table of speeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed(usize);

/// The name of each speed, and the speed in quarters of the normal speed. `None` means no pauses.
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

/// The pause after a step at normal speed.
const STEP: Duration = Duration::from_millis(1_500);
/// The additional pause for each character of the step's note, so that it can be read aloud.
const CHARACTER: Duration = Duration::from_millis(60);

impl Speed {
    /// Returns the name of the speed.
    pub fn name(self) -> &'static str {
        SPEEDS[self.0].0
    }

    /// Returns the speed that is `by` rows further in the table, limited to its ends.
    #[must_use]
    pub fn faster(self, by: isize) -> Self {
        Self(self.0.saturating_add_signed(by).min(SPEEDS.len() - 1))
    }

    /// Returns the pause before the next step. `None` means full speed.
    pub fn pause(self, note: Option<&str>) -> Option<Duration> {
        let quarters = SPEEDS[self.0].1?;
        let characters = note.map_or(0, |note| note.chars().count());
        let read = CHARACTER.saturating_mul(u32::try_from(characters).unwrap_or(u32::MAX));
        Some(STEP.saturating_add(read).saturating_mul(4) / quarters)
    }
}
