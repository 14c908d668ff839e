//! [`Composed`]: a JSON value that is composed of existing JSON texts. [`MemberByMember`]: a JSON text that is written
//! again with other spaces between its tokens.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::protocol::json::{Json, JsonKind, text_of};

/// A JSON value whose parts are existing texts. Serializes each part as its text.
pub enum Composed<'a> {
    /// An existing text.
    Text(Json<'a>),
    /// An existing text without the line breaks between its tokens.
    OneLine(Json<'a>),
    /// An existing text without the spaces between its tokens.
    Compact(MemberByMember<'a>),
    /// An object. A repeated key is written each time.
    Object(Vec<(Cow<'a, str>, Composed<'a>)>),
    /// A list.
    List(Vec<Composed<'a>>),
}

impl Composed<'_> {
    /// The value as JSON.
    pub fn text(&self) -> String {
        text_of(self)
    }
}

impl Serialize for Composed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::OneLine(text) => OneLine(text.text()).serialize(serializer),
            Self::Compact(text) => text.serialize(serializer),
            Self::Object(members) => serializer.collect_map(members.iter().map(|(key, value)| (key, value))),
            Self::List(elements) => serializer.collect_seq(elements),
        }
    }
}

/// A JSON text that is written on one line. Line breaks can only be between its tokens.
pub struct OneLine<'a>(pub &'a str);

impl Serialize for OneLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::trusted(&self.0.replace(['\n', '\r'], "")).serialize(serializer)
    }
}

/// JSON that serializes member by member, so that the serializer decides about the spaces between its tokens. The keys
/// stay in their order.
pub struct MemberByMember<'a>(pub Json<'a>);

impl Serialize for MemberByMember<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.kind() {
            JsonKind::Object => serializer.collect_map(
                self.0
                    .members()
                    .map(|(key, member)| (key, MemberByMember(member))),
            ),
            JsonKind::Array => serializer.collect_seq(self.0.elements().map(MemberByMember)),
            _ => self.0.serialize(serializer),
        }
    }
}
