//! The ids of threads and sessions: a UUID each, in JSON a lower-case hyphenated string.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Implements constructors, conversions, text form and serde for an id type.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name {
            uuid: Uuid,
        }

        impl $name {
            /// Creates a new id, a version 7 UUID: ids that are created later sort after it.
            pub fn new() -> Self {
                Self { uuid: Uuid::now_v7() }
            }

            /// Parses an id from any text form of a UUID: hyphenated, plain, braced or `urn:uuid:`, ignoring case.
            pub fn from_string(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self::from)
            }

            /// The UUID inside.
            pub fn uuid(&self) -> Uuid {
                self.uuid
            }
        }

        impl Default for $name {
            /// Creates a new id, like `new`; never the nil UUID.
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
                serializer.serialize_str(self.uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
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
    /// The id of a thread. Ordering ids by text, by bytes or (for new ids) by creation time gives the same order; the
    /// type itself does not implement `Ord`.
    ThreadId
}

uuid_id! {
    /// The id of a tree of threads, which is the id of its root thread.
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

#[cfg(test)]
mod tests {
    use pretty_assertions::{assert_eq, assert_ne};
    use serde_json::{from_str, to_string};

    use super::*;

    const ID: &str = "0198e0c2-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

    fn id() -> ThreadId {
        ThreadId::from_string(ID).unwrap()
    }

    #[test]
    fn thread_id_is_a_lower_case_string_on_the_wire() {
        let wire = format!("\"{ID}\"");
        assert_eq!(to_string(&id()).unwrap(), wire);
        assert_eq!(from_str::<ThreadId>(&wire).unwrap(), id());
        assert_eq!(id().to_string(), ID);
        assert_eq!(String::from(id()), ID);
    }

    #[test]
    fn thread_id_reads_every_text_form_of_a_uuid() {
        for text in [
            ID.to_uppercase(),
            ID.replace('-', ""),
            format!("{{{ID}}}"),
            format!("urn:uuid:{ID}"),
        ] {
            assert_eq!(ThreadId::from_string(&text).unwrap(), id(), "{text}");
            assert_eq!(ThreadId::try_from(text.as_str()).unwrap(), id(), "{text}");
            assert_eq!(ThreadId::try_from(text).unwrap(), id());
        }
        let nil = "00000000-0000-0000-0000-000000000000";
        assert_eq!(ThreadId::from_string(nil).unwrap().to_string(), nil);
        let v4 = "38b123ff-933b-4dfe-bd12-d42671fcb25f";
        assert_eq!(ThreadId::from_string(v4).unwrap().to_string(), v4);
    }

    #[test]
    fn thread_id_refuses_other_text_with_the_words_of_the_uuid_parser() {
        for (text, words) in [
            ("", "invalid length: found 0"),
            ("abc", "invalid length: found 3"),
            (&format!(" {ID}"), "invalid character: found ` ` at 0"),
            (&format!("{ID} "), "invalid"),
        ] {
            let error = ThreadId::from_string(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text:?}: {error}");
        }
        assert!(
            from_str::<ThreadId>("\"abc\"")
                .unwrap_err()
                .to_string()
                .contains("invalid length: found 3")
        );
        assert!(
            from_str::<ThreadId>("5")
                .unwrap_err()
                .to_string()
                .contains("invalid type: integer `5`, expected a string")
        );
        assert!(
            from_str::<ThreadId>("null")
                .unwrap_err()
                .to_string()
                .contains("invalid type: null, expected a string")
        );
    }

    #[test]
    fn a_fresh_thread_id_is_version_7_and_never_the_same_twice() {
        let (one, two) = (ThreadId::new(), ThreadId::default());
        assert_eq!(one.uuid().get_version_num(), 7);
        assert_eq!(two.uuid().get_version_num(), 7);
        assert_ne!(one, two);
        assert_ne!(ThreadId::default(), ThreadId::default());
    }

    #[test]
    fn thread_id_is_a_string_as_a_map_key_and_converts_to_a_session_id() {
        let map = std::collections::HashMap::from([(id(), 1)]);
        assert_eq!(to_string(&map).unwrap(), format!("{{\"{ID}\":1}}"));
        let session = SessionId::from(id());
        assert_eq!(to_string(&session).unwrap(), format!("\"{ID}\""));
        assert_eq!(ThreadId::from(session), id());
    }
}
