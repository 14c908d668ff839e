//! The ids of threads and of sessions: one UUID each, a lower-case hyphenated text on the wire. What an id stands for
//! is left to those who hold it.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Gives an id type over one UUID its constructors, conversions, text form and serde form.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name {
            uuid: Uuid,
        }

        impl $name {
            /// A fresh id, a version 7 UUID: ids made later have greater text.
            pub fn new() -> Self {
                Self { uuid: Uuid::now_v7() }
            }

            /// Reads an id from any text form of a UUID: hyphenated, plain, braced or `urn:uuid:`, in any letter case.
            pub fn from_string(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self::from)
            }

            /// The UUID inside.
            pub fn uuid(&self) -> Uuid {
                self.uuid
            }
        }

        impl Default for $name {
            /// A fresh id, as from `new`: never the nil one, never the same twice.
            fn default() -> Self {
                Self::new()
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self { uuid }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = uuid::Error;

            fn try_from(text: &str) -> Result<Self, uuid::Error> {
                Self::from_string(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = uuid::Error;

            fn try_from(text: String) -> Result<Self, uuid::Error> {
                Self::from_string(&text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Self::from_string(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.uuid.hyphenated(), f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::from_string(&text).map_err(D::Error::custom)
            }
        }
    };
}

uuid_id! {
    /// Names one thread. Texts, bytes and (for fresh ids) creation times sort alike; the type itself has no order.
    ThreadId
}

uuid_id! {
    /// Names one tree of threads: the id of its root thread.
    SessionId
}

impl From<ThreadId> for SessionId {
    fn from(id: ThreadId) -> Self {
        Self::from(id.uuid())
    }
}

impl From<SessionId> for ThreadId {
    fn from(id: SessionId) -> Self {
        Self::from(id.uuid())
    }
}
