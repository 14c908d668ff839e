//! [`Composed`]: a JSON value that is composed of existing JSON texts; [`compact`] and [`pretty`]: a JSON text with
//! different white space between its tokens.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::protocol::json::{Json, text_of};

/// A JSON value whose parts are existing JSON texts. Serializes each part as its text.
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

/// A JSON text that is written on one line. Line breaks in it can occur only between tokens, so they can be removed.
pub struct OneLine<'a>(pub &'a str);

impl Serialize for OneLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::trusted(&self.0.replace(['\n', '\r'], "")).serialize(serializer)
    }
}

/// A JSON text without the spaces between its tokens.
pub fn compact(text: &str) -> String {
    respaced(text, false)
}

/// A JSON text with one member or element on each line.
pub fn pretty(text: &str) -> String {
    respaced(text, true)
}

/// The maximum depth to which lines are indented. Deeper lines are indented only to this depth.
const DEEPEST: usize = 64;

/// Writes the tokens of a JSON text again, with different white space between them. It is not recursive, so it can
/// handle any nesting depth.
fn respaced(text: &str, pretty: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth: usize = 0;
    let new_line = |out: &mut String, depth: usize| {
        if pretty {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth.min(DEEPEST)));
        }
    };
    let mut rest = text;
    while let Some(token) = rest.chars().next() {
        let length = match token {
            '"' => string_end(rest),
            _ => token.len_utf8(),
        };
        let (this, behind) = rest.split_at(length);
        rest = behind;
        match token {
            ' ' | '\n' | '\r' | '\t' => {}
            '{' | '[' => {
                out.push(token);
                depth += 1;
                // Write nothing between the brackets of an empty object or list.
                if !behind.trim_start().starts_with(['}', ']']) {
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if !out.ends_with(['{', '[']) {
                    new_line(&mut out, depth);
                }
                out.push(token);
            }
            ',' => {
                out.push(',');
                new_line(&mut out, depth);
            }
            ':' => out.push_str(if pretty { ": " } else { ":" }),
            _ => out.push_str(this),
        }
    }
    out
}

/// The length of the string at the start of a text, with its quotation marks.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().enumerate().skip(1).find(|(_, byte)| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(end, _)| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_spaces_between_tokens_change() {
        let text = "{ \"a, b\" : [ 1.50 , {} , [ ] ,\r\n\t\"\\\"{\\\\\" ], \"é\":{\"x\":null} }";
        assert_eq!(
            compact(text),
            "{\"a, b\":[1.50,{},[],\"\\\"{\\\\\"],\"é\":{\"x\":null}}"
        );
        let lines = "{\n  \"a, b\": [\n    1.50,\n    {},\n    [],\n    \"\\\"{\\\\\"\n  ],\n  \"é\": {\n    \"x\": null\n  }\n}";
        assert_eq!(pretty(text), lines);
        assert_eq!(compact(lines), compact(text));
        assert_eq!(pretty("{}"), "{}");
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        assert_eq!(compact(&deep), deep);
        // Many levels on lines of their own take long without optimization.
        let deep = "[".repeat(2_000) + &"]".repeat(2_000);
        assert_eq!(compact(&pretty(&deep)), deep);
    }
}
