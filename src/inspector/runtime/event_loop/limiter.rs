//! Limits the frame rate. Pure: callers pass the time.

use std::time::Duration;

use tokio::time::Instant;

/// The minimum time between the first frame after a quiet time and the next one. The time doubles with each further
/// frame, up to the times below.
const AFTER_QUIET: Duration = Duration::from_millis(2);

/// The minimum time between a frame and the next frame after a key press, while frames follow one another.
const AFTER_KEY: Duration = Duration::from_millis(4);

/// The minimum time between a frame and the next frame after a background message, while frames follow one another.
const AFTER_NEWS: Duration = Duration::from_millis(16);

/// A time without frames after which the next frame is the first one again.
const QUIET: Duration = Duration::from_millis(32);

/// How urgent it is to draw a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// Background messages: results of work, progress.
    News,
    /// The user waits for the change.
    Key,
}

/// Stores the time of the last frame and delays the next one. The first frame after a quiet time often shows that
/// something has begun, and the next one its result, so the delay is short at first.
#[derive(Debug, Default)]
pub(super) struct FrameLimiter {
    last: Option<Instant>,
    /// The minimum time until the next frame, whatever its urgency.
    pause: Duration,
}

impl FrameLimiter {
    /// Returns the earliest time for the next frame. The time is now or in the past if a frame may be drawn
    /// immediately.
    pub(super) fn due(&self, urgency: Urgency) -> Instant {
        let pause = match urgency {
            Urgency::News => AFTER_NEWS,
            Urgency::Key => AFTER_KEY,
        };
        self.last
            .map_or_else(Instant::now, |last| last + pause.min(self.pause))
    }

    /// Records that a frame was drawn.
    pub(super) fn drawn(&mut self, now: Instant) {
        let is_first = self.last.is_none_or(|last| now >= last + QUIET);
        self.pause = match is_first {
            true => AFTER_QUIET,
            false => AFTER_NEWS.min(self.pause * 2),
        };
        self.last = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn frames_keep_their_distance_and_keys_wait_less() {
        let mut frames = FrameLimiter::default();
        let start = Instant::now();
        assert_eq!(
            frames.due(Urgency::News),
            start,
            "the first frame is drawn at once"
        );
        frames.drawn(start);
        let mut pauses = Vec::new();
        for _ in 0..5 {
            let last = Instant::now();
            let due = frames.due(Urgency::News);
            pauses.push((due - last).as_millis());
            assert_eq!(frames.due(Urgency::Key) - last, (due - last).min(AFTER_KEY));
            tokio::time::advance(due - last).await;
            frames.drawn(due);
        }
        assert_eq!(pauses, [2, 4, 8, 16, 16]);
        tokio::time::advance(QUIET).await;
        assert!(frames.due(Urgency::News) <= Instant::now());
        frames.drawn(Instant::now());
        assert_eq!(frames.due(Urgency::News), Instant::now() + AFTER_QUIET);
    }
}
