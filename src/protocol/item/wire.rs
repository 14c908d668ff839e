//! Serialization of items as their original text.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::RolloutItem;
use crate::protocol::json::{Json, JsonError};

impl TryFrom<serde_json::Value> for RolloutItem {
    type Error = JsonError;

    /// Creates an item from a JSON object; any other value is an error.
    ///
    /// ```
    /// use serde_json::json;
    /// use threadloupe::protocol::RolloutItem;
    ///
    /// let message = json!({"type": "event_msg", "payload": {"type": "user_message", "message": "hi"}});
    /// assert!(RolloutItem::try_from(message).is_ok());
    /// assert!(RolloutItem::try_from(json!("hi")).is_err());
    /// ```
    fn try_from(value: serde_json::Value) -> Result<Self, JsonError> {
        Self::parse(value.to_string())
    }
}

impl Serialize for RolloutItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::trusted(&self.text()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RolloutItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(Box::<str>::from(raw))
            .map_err(|fault| D::Error::custom(format_args!("an item must be an object: {fault}")))
    }
}
