//! Where the store's time comes from: the system, or a hand that somebody sets.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// A clock; clones show the same time.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<Mutex<Option<DateTime<Utc>>>>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands at a moment until it is [set](Self::set) again.
    pub fn standing(at: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(Some(at))))
    }

    /// Makes the clock stand at a moment; `None` lets it follow the system's again.
    pub fn set(&self, at: Option<DateTime<Utc>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// The moment at which the clock stands, if it does.
    pub fn stands(&self) -> Option<DateTime<Utc>> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time now.
    pub fn now(&self) -> DateTime<Utc> {
        self.stands().unwrap_or_else(Utc::now)
    }
}
