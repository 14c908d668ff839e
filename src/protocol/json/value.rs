//! [`Json`]: a value that keeps its text and is parsed lazily.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::walk::Walk;
use super::{JsonError, Scanner, Token, TokenKind};

/// A valid JSON text: one value, without white space around it.
///
/// It consists of a pointer and a length; each method parses the text again as far as necessary. If an object contains a key
/// twice, the last one counts, but [`Json::members`] returns both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

/// The type of a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JsonKind {
    /// `{...}`
    Object,
    /// `[...]`
    Array,
    /// `"..."`
    String,
    /// `-1.5e3`
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
}

impl JsonKind {
    /// The name of this type for messages, with its article.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "a list",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Bool => "a boolean",
            Self::Null => "null",
        }
    }
}

impl<'a> Json<'a> {
    /// Validates a text by the grammar of RFC 8259 and removes white space around the value.
    ///
    /// # Errors
    /// If the text is not valid JSON; the error gives the first invalid byte.
    pub fn parse(text: &'a str) -> Result<Self, JsonError> {
        Self::parse_tokens(text, |_, _| {})
    }

    /// Like [`parse`](Self::parse), and passes on each token with the number of objects and arrays that are open after
    /// it.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse).
    #[inline]
    pub(crate) fn parse_tokens(text: &'a str, mut meet: impl FnMut(Token, usize)) -> Result<Self, JsonError> {
        let bytes = text.as_bytes();
        let mut scanner = Scanner::new();
        while let Some(token) = scanner.next(bytes, true)?
            && token.kind != TokenKind::End
        {
            meet(token, scanner.depth());
        }
        let end = scanner.pos();
        match bytes
            .iter()
            .skip(end)
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
        {
            Some(more) => Err(JsonError {
                at: end + more,
                what: "there is more text after the value",
            }),
            None => Ok(Self::trusted(text)),
        }
    }

    /// Wraps a text that is known to contain one valid value, without validating it. Removes white space around the value.
    pub(crate) fn trusted(text: &'a str) -> Self {
        Self(text.trim_matches([' ', '\t', '\n', '\r']))
    }

    /// The text of the value.
    pub fn text(self) -> &'a str {
        self.0
    }

    /// The byte offset of this value in `whole`, which contains it.
    pub fn offset_in(self, whole: Json<'_>) -> usize {
        (self.0.as_ptr() as usize).saturating_sub(whole.0.as_ptr() as usize)
    }

    /// The type of the value.
    pub fn kind(self) -> JsonKind {
        match self.0.as_bytes().first() {
            Some(b'{') => JsonKind::Object,
            Some(b'[') => JsonKind::Array,
            Some(b'"') => JsonKind::String,
            Some(b't' | b'f') => JsonKind::Bool,
            Some(b'-' | b'0'..=b'9') => JsonKind::Number,
            _ => JsonKind::Null,
        }
    }

    /// The member with this name, the last one if there are several; `None` if this is not an object.
    pub fn get(self, key: &str) -> Option<Json<'a>> {
        let mut members = self.members().0;
        let mut found = None;
        while let Some((raw, value)) = members.member() {
            let is_it = match raw.as_bytes().contains(&b'\\') {
                true => unescape(raw) == key,
                false => raw == key,
            };
            if is_it {
                found = Some(Json(value));
            }
        }
        found
    }

    /// The members of an object in order, including repeated keys; empty for other types.
    pub fn members(self) -> Members<'a> {
        Members(match self.kind() {
            JsonKind::Object => Walk::into(self.0),
            _ => Walk::none(),
        })
    }

    /// The elements of an array in order; empty for other types.
    pub fn elements(self) -> Elements<'a> {
        Elements(match self.kind() {
            JsonKind::Array => Walk::into(self.0),
            _ => Walk::none(),
        })
    }

    /// The unescaped text of a string, with U+FFFD for lone surrogates; `None` for other types.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        self.0.strip_prefix('"')?.strip_suffix('"').map(unescape)
    }

    /// The start of a string's unescaped text. Reads at most the given number of bytes, including escapes. `None` for other
    /// types.
    pub fn head(self, most: usize) -> Option<Cow<'a, str>> {
        let text = self.0;
        if self.kind() != JsonKind::String || text.len() <= most {
            return self.as_str();
        }
        let raw = text.get(1..text.floor_char_boundary(most))?;
        // The cut may be within an escape sequence or a surrogate pair.
        let whole = raw
            .rfind('\\')
            .filter(|at| raw.len() - at < 12)
            .and_then(|at| raw.get(..at))
            .unwrap_or(raw);
        let open = (whole.len() - whole.trim_end_matches('\\').len()) % 2;
        whole.get(..whole.len() - open).map(unescape)
    }

    /// An integer; `None` for other types, fractions, exponents, and numbers out of range.
    pub fn as_i64(self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// A non-negative integer; `None` for other types, fractions, exponents, and numbers out of range.
    pub fn as_u64(self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// A number as a float, infinite if it is too large; `None` for other types.
    pub fn as_f64(self) -> Option<f64> {
        (self.kind() == JsonKind::Number)
            .then(|| self.0.parse().ok())
            .flatten()
    }

    /// A boolean; `None` for other types.
    pub fn as_bool(self) -> Option<bool> {
        match self.0 {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// Deserializes the value. If a key is repeated, the last one counts, even for types that reject duplicate keys.
    ///
    /// # Errors
    /// If the value does not match the type, or is nested deeper than the limit of serde_json (128).
    pub fn decode<T: DeserializeOwned>(self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.0).or_else(|error| {
            let merged: serde_json::Value = serde_json::from_str(self.0)?;
            T::deserialize(merged).map_err(|_| error)
        })
    }
}

/// The members of an object; see [`Json::members`].
#[derive(Debug, Clone)]
pub struct Members<'a>(Walk<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (Cow<'a, str>, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.0.member()?;
        Some((unescape(key), Json(value)))
    }
}

/// The elements of an array; see [`Json::elements`].
#[derive(Debug, Clone)]
pub struct Elements<'a>(Walk<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.element().map(Json)
    }
}

/// Serializes the value as its original text, including spaces, escapes and duplicate keys.
impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(self.text()).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// The JSON text of a value that can always be serialized: it contains no paths and only string keys.
#[expect(clippy::expect_used, reason = "only values that can be written are given")]
pub(crate) fn text_of(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("a value without paths, whose keys are texts, is always JSON")
}

/// A text as a quoted JSON string.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Unescapes the text between the quotes of a JSON string; lone surrogates become U+FFFD.
pub fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(mut slash) = memchr::memchr(b'\\', raw.as_bytes()) else {
        return Cow::Borrowed(raw);
    };
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    loop {
        let (plain, escape) = rest.split_at_checked(slash).unwrap_or((rest, ""));
        text.push_str(plain);
        let (letter, length) = escaped(escape);
        text.push(letter);
        rest = escape.get(length..).unwrap_or("");
        match memchr::memchr(b'\\', rest.as_bytes()) {
            Some(next) => slash = next,
            None => break,
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// The character of the escape sequence at the start of `text`, and the length of the sequence in bytes.
fn escaped(text: &str) -> (char, usize) {
    let letter = match text.as_bytes().get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(text),
        Some(&other) if other.is_ascii() => char::from(other),
        _ => return (char::REPLACEMENT_CHARACTER, text.len()),
    };
    (letter, 2)
}

fn unicode(text: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let Some(first) = unit(0) else {
        return (char::REPLACEMENT_CHARACTER, text.len());
    };
    if (0xD800..0xDC00).contains(&first)
        && let Some(second) = unit(6)
        && (0xDC00..0xE000).contains(&second)
    {
        let point = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return (char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER), 12);
    }
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6)
}
