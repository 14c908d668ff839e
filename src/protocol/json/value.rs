//! [`Json`]: a value that is its own text, read only where it is asked.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Fault, Scanner, Token, TokenKind};

/// A JSON text known to be valid: one value, without blank space around it.
///
/// It is a pointer and a length; each question reads the text again as far as it must. Where an object names a key
/// twice the last one counts, but [`Json::members`] shows them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

/// Which of the six kinds of JSON value it is.
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
    /// What a sentence calls a value of this kind, with its article.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "a list",
            Self::String => "a text",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::Null => "null",
        }
    }
}

impl<'a> Json<'a> {
    /// Checks a text by the grammar of RFC 8259; blank space around the value is let go.
    ///
    /// # Errors
    /// The first byte that cannot stand where it stands.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        let bytes = text.as_bytes();
        let end = Scanner::new().finish(bytes)?;
        match bytes
            .iter()
            .skip(end)
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
        {
            Some(more) => Err(Fault {
                at: end + more,
                what: "something follows the value",
            }),
            None => Ok(Self::trusted(text)),
        }
    }

    /// Takes a text that is known to hold one valid value, perhaps with blank space around it.
    pub(crate) fn trusted(text: &'a str) -> Self {
        Self(text.trim_matches([' ', '\t', '\n', '\r']))
    }

    /// The value as it is written.
    pub fn text(self) -> &'a str {
        self.0
    }

    /// Index of this value's first byte in `whole`, which it was taken out of.
    pub fn offset_in(self, whole: Json<'_>) -> usize {
        (self.0.as_ptr() as usize).saturating_sub(whole.0.as_ptr() as usize)
    }

    /// Which kind of value it is.
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

    /// The member of that name: the last one if there are several, none if this is no object.
    pub fn get(self, key: &str) -> Option<Json<'a>> {
        self.members()
            .filter(|(name, _)| name == key)
            .last()
            .map(|(_, value)| value)
    }

    /// The members of an object, in the order of the text, repeated keys each time; nothing for another kind.
    pub fn members(self) -> Members<'a> {
        Members(Walk::into(self, JsonKind::Object))
    }

    /// The elements of an array in order; nothing for another kind.
    pub fn elements(self) -> Elements<'a> {
        Elements(Walk::into(self, JsonKind::Array))
    }

    /// A string's text without its escapes; a lone surrogate becomes U+FFFD. None for another kind.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        self.0.strip_prefix('"')?.strip_suffix('"').map(unescape)
    }

    /// The start of a string's text: what is longer than so many bytes, escapes and all, is not read to its end. None for
    /// another kind.
    pub fn head(self, most: usize) -> Option<Cow<'a, str>> {
        let text = self.0;
        if self.kind() != JsonKind::String || text.len() <= most {
            return self.as_str();
        }
        let raw = text.get(1..text.floor_char_boundary(most))?;
        // An escape may have been cut, or a pair of them.
        let whole = raw
            .rfind('\\')
            .filter(|at| raw.len() - at < 12)
            .and_then(|at| raw.get(..at))
            .unwrap_or(raw);
        let open = (whole.len() - whole.trim_end_matches('\\').len()) % 2;
        whole.get(..whole.len() - open).map(unescape)
    }

    /// A whole number that fits; none for another kind, a fraction or an exponent.
    pub fn as_i64(self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// A whole number of at least zero that fits; none for another kind, a fraction or an exponent.
    pub fn as_u64(self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// A number as a float, infinite where it is too large for one; none for another kind.
    pub fn as_f64(self) -> Option<f64> {
        (self.kind() == JsonKind::Number)
            .then(|| self.0.parse().ok())
            .flatten()
    }

    /// `true` or `false`; none for another kind.
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

    /// The value as a Rust type. Where a key stands twice the last one counts, for types that refuse that as well.
    ///
    /// # Errors
    /// Serde's, where the type wants something else or where the value is nested deeper than serde_json goes (128).
    pub fn decode<T: DeserializeOwned>(self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.0).or_else(|error| {
            let merged: serde_json::Value = serde_json::from_str(self.0)?;
            T::deserialize(merged).map_err(|_| error)
        })
    }
}

/// Steps through a container whose text is known to be valid.
#[derive(Debug, Clone)]
struct Walk<'a> {
    text: &'a str,
    scanner: Scanner,
}

impl<'a> Walk<'a> {
    fn into(json: Json<'a>, kind: JsonKind) -> Self {
        let mut scanner = Scanner::new();
        if json.kind() != kind {
            return Self { text: "", scanner };
        }
        let started = scanner.next(json.0.as_bytes(), true);
        debug_assert!(started.is_ok(), "a container opens");
        Self {
            text: json.0,
            scanner,
        }
    }

    /// The next token; `None` where the value has none, which is no object or no list.
    fn token(&mut self) -> Option<Token> {
        if self.text.is_empty() {
            return None;
        }
        let token = self.scanner.next(self.text.as_bytes(), true);
        debug_assert!(
            matches!(token, Ok(Some(_))),
            "the text of a value is JSON: {token:?}"
        );
        token.ok().flatten()
    }

    fn key(&mut self) -> Option<&'a str> {
        let token = self.token()?;
        (token.kind == TokenKind::Key).then(|| &self.text[token.start + 1..token.end - 1])
    }

    fn value(&mut self) -> Option<Json<'a>> {
        let depth = self.scanner.depth();
        let first = self.token()?;
        if matches!(
            first.kind,
            TokenKind::ArrayEnd | TokenKind::ObjectEnd | TokenKind::End
        ) {
            return None;
        }
        while self.scanner.depth() > depth {
            self.token()?;
        }
        Some(Json(&self.text[first.start..self.scanner.pos()]))
    }
}

/// The members of an object; see [`Json::members`].
#[derive(Debug, Clone)]
pub struct Members<'a>(Walk<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (Cow<'a, str>, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.0.key()?;
        Some((unescape(key), self.0.value()?))
    }
}

/// The elements of an array; see [`Json::elements`].
#[derive(Debug, Clone)]
pub struct Elements<'a>(Walk<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.value()
    }
}

/// Writes the value as its text is, whatever number of spaces, escapes and doubled keys that has.
impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(self.text()).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// The JSON text of a value of this crate that has one whatever is in it: no path that may be no UTF-8, no key but texts.
#[expect(clippy::expect_used, reason = "only values that can be written are given")]
pub(crate) fn text_of(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("a value without paths, whose keys are texts, is always JSON")
}

/// A text as a JSON string, with its quotes.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The text between a JSON string's quotes without its escapes; a lone surrogate becomes U+FFFD.
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

/// The character of the escape at the start of `text`, and how many bytes it takes there.
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
