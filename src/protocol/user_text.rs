//! What a person asked for, within a message that an editor may have put other things before.

/// The line behind which an editor puts what the person wrote.
pub const USER_MESSAGE_BEGIN: &str = "## My request for Codex:";

/// What the person wrote: everything behind the first [`USER_MESSAGE_BEGIN`], or the whole text where there is none;
/// without blank space around it.
pub fn user_request(text: &str) -> &str {
    text.split_once(USER_MESSAGE_BEGIN)
        .map_or(text, |(_, request)| request)
        .trim()
}
