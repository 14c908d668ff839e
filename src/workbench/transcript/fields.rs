//! Reads the members of a payload once, because each access to a [`Json`] value parses its text again.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use crate::protocol::RolloutItem;
use crate::protocol::json::Json;

/// The time of an item and the members of its payload; for a bare line, its own members.
pub(super) struct ItemFields<'a> {
    /// The time of the line.
    pub at: Option<DateTime<Utc>>,
    /// The payload.
    pub json: Json<'a>,
    members: Vec<(Cow<'a, str>, Json<'a>)>,
}

impl<'a> ItemFields<'a> {
    /// Reads an item; `None` for a damaged line.
    pub fn of(item: &'a RolloutItem) -> Option<Self> {
        let json = item.payload()?;
        Some(Self {
            at: item.timestamp(),
            json,
            members: json.members().collect(),
        })
    }

    /// The member with this name, the last one if there are several.
    pub fn member(&self, key: &str) -> Option<Json<'a>> {
        let mut found = self.members.iter().rev();
        Some(found.find(|(name, _)| name == key)?.1)
    }

    /// The value of a member that is a text.
    pub fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.member(key)?.as_str()
    }
}
