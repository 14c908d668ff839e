//! Limits the frame rate. Pure: callers pass the time.

use std::time::Duration;

use tokio::time::Instant;

/// The minimum time between a frame and the next frame after a key press.
const AFTER_KEY: Duration = Duration::from_millis(8);

/// The minimum time between a frame and the next frame after a background message.
const AFTER_NEWS: Duration = Duration::from_millis(16);

/// How urgent it is to draw a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// Background messages: results of work, progress.
    News,
    /// The user waits for the change.
    Key,
}

/// Stores the time of the last frame and delays the next one.
#[derive(Debug, Default)]
pub(super) struct FrameLimiter {
    last: Option<Instant>,
}

impl FrameLimiter {
    /// Returns the earliest time for the next frame. The time is now or in the past if a frame may be drawn
    /// immediately.
    pub(super) fn due(&self, urgency: Urgency) -> Instant {
        let pause = match urgency {
            Urgency::News => AFTER_NEWS,
            Urgency::Key => AFTER_KEY,
        };
        self.last.map_or_else(Instant::now, |last| last + pause)
    }

    /// Records that a frame was drawn.
    pub(super) fn drawn(&mut self, now: Instant) {
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
        assert_eq!(frames.due(Urgency::Key), start + AFTER_KEY);
        assert_eq!(frames.due(Urgency::News), start + AFTER_NEWS);
        tokio::time::advance(AFTER_NEWS).await;
        assert!(frames.due(Urgency::News) <= Instant::now());
    }
}
