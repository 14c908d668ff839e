//! Extracts the user's request from a message to which an editor may have added context.

use serde::{Deserialize, Serialize};

/// The line after which an editor puts the user's text.
pub const USER_MESSAGE_BEGIN: &str = "## My request for Codex:";

/// The user's text: everything after the first [`USER_MESSAGE_BEGIN`], or the whole text if there is none, without
/// surrounding white space.
pub fn user_request(text: &str) -> &str {
    text.split_once(USER_MESSAGE_BEGIN)
        .map_or(text, |(_, request)| request)
        .trim()
}

/// A range of a message that is a placeholder, for example for an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextElement {
    /// Its range in the message.
    pub byte_range: ByteRange,
    /// The text to show instead; null if the original text is shown.
    pub placeholder: Option<String>,
}

/// A range of a text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ByteRange {
    /// The index of its first byte.
    pub start: usize,
    /// The index after its last byte.
    pub end: usize,
}
