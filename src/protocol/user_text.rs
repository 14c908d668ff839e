//! What a person asked for, within a message that an editor may have put other things before.

use serde::{Deserialize, Serialize};

/// The line behind which an editor puts what the person wrote.
pub const USER_MESSAGE_BEGIN: &str = "## My request for Codex:";

/// What the person wrote: everything behind the first [`USER_MESSAGE_BEGIN`], or the whole text where there is none;
/// without blank space around it.
pub fn user_request(text: &str) -> &str {
    text.split_once(USER_MESSAGE_BEGIN)
        .map_or(text, |(_, request)| request)
        .trim()
}

/// A stretch of a message that stands for something else, such as a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextElement {
    /// Where it stands.
    pub byte_range: ByteRange,
    /// What is shown in its place; null if it is shown as it is.
    pub placeholder: Option<String>,
}

/// A stretch of a text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ByteRange {
    /// Its first byte.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
}
