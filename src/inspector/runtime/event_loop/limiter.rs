//! When the next frame may be drawn. Pure: it is told the time.

use std::time::Duration;

use tokio::time::Instant;

/// The least time between a frame and one that answers a key.
const AFTER_KEY: Duration = Duration::from_millis(8);

/// The least time between a frame and one that shows news from elsewhere.
const AFTER_NEWS: Duration = Duration::from_millis(16);

/// How soon a change wants to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// Nobody asked: results of work, progress.
    News,
    /// A person waits for it.
    Key,
}

/// Remembers the last frame and keeps the next one at a distance.
#[derive(Debug, Default)]
pub(super) struct FrameLimiter {
    last: Option<Instant>,
}

impl FrameLimiter {
    /// From when on a change may be drawn; a time gone by if it may be drawn at once.
    pub(super) fn due(&self, urgency: Urgency) -> Instant {
        let pause = match urgency {
            Urgency::News => AFTER_NEWS,
            Urgency::Key => AFTER_KEY,
        };
        self.last.map_or_else(Instant::now, |last| last + pause)
    }

    /// A frame was drawn.
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
            "the first frame waits for nothing"
        );
        frames.drawn(start);
        assert_eq!(frames.due(Urgency::Key), start + AFTER_KEY);
        assert_eq!(frames.due(Urgency::News), start + AFTER_NEWS);
        tokio::time::advance(AFTER_NEWS).await;
        assert!(frames.due(Urgency::News) <= Instant::now());
    }
}
