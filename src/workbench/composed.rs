//! [`Composed`]: a JSON value that is composed of existing JSON texts.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::protocol::json::{Json, text_of};

/// A JSON value whose parts are existing texts. Serializes each part as its text.
pub enum Composed<'a> {
    /// An existing text.
    Text(Json<'a>),
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
            Self::Object(members) => serializer.collect_map(members.iter().map(|(key, value)| (key, value))),
            Self::List(elements) => serializer.collect_seq(elements),
        }
    }
}
