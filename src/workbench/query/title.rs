//! The title of a thread: its name, its preview, or the first words of the user in its history.

use std::borrow::Cow;

use serde::Serialize;

use super::facts::preview;
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;
use crate::store::ThreadRecord;

/// Longer titles are cut.
const LONGEST: usize = 200;
/// The number of items that are searched for the first words of the user.
const SEARCHED: usize = 1_000;
/// The beginnings of messages that a program wrote in the name of the user.
const NOT_BY_USER: [&str; 2] = ["<", "# AGENTS.md instructions"];
/// The beginning of the context that an editor puts before the user's words, and the heading before those words.
const EDITOR_CONTEXT: &str = "# Context from my IDE setup";
const REQUEST: &str = "## My request";

/// Where a title comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TitleOrigin {
    /// The thread's name.
    Name,
    /// The thread's preview.
    Preview,
    /// The first words of the user in the history.
    History,
    /// The thread has none of these.
    None,
}

/// The title of a thread on one line, cut after 200 characters, and where it comes from.
pub fn title(record: &ThreadRecord) -> (Option<String>, TitleOrigin) {
    let (whole, origin) = whole_title(record);
    (whole.map(|whole| one_line_of(&whole, LONGEST)), origin)
}

/// The text that the title is made of.
fn whole_title(record: &ThreadRecord) -> (Option<Cow<'_, str>>, TitleOrigin) {
    if let Some(name) = name(record) {
        return (Some(Cow::Borrowed(name)), TitleOrigin::Name);
    }
    if let Some(preview) = filled(preview(record)) {
        return (Some(Cow::Borrowed(preview)), TitleOrigin::Preview);
    }
    match of_history(record) {
        Some(words) => (Some(Cow::Owned(words)), TitleOrigin::History),
        None => (None, TitleOrigin::None),
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// The name, if it is the title.
pub(super) fn name(record: &ThreadRecord) -> Option<&str> {
    filled(record.name())
}

/// Whether the title is looked for in the history.
pub(super) fn is_of_history(record: &ThreadRecord) -> bool {
    name(record).is_none() && filled(preview(record)).is_none()
}

/// The first words of the user in the first [`SEARCHED`] items of the history, if they are the title.
pub(super) fn of_history(record: &ThreadRecord) -> Option<String> {
    let items = record.history.iter().flat_map(|history| history.iter());
    match is_of_history(record) {
        true => items.take(SEARCHED).find_map(user_words),
        false => None,
    }
}

/// The text with each run of white space replaced by one space. Borrowed if nothing changes.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let mut before = ' ';
    let folded = text.chars().all(|sign| {
        let fits = !sign.is_whitespace() || sign == ' ' && before != ' ';
        before = sign;
        fits
    });
    match folded && !text.ends_with(' ') {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// A text on one line, cut after `most` characters with an ellipsis.
pub(crate) fn one_line_of(text: &str, most: usize) -> String {
    cut_after(one_line(text), most)
}

/// A text, cut after `most` characters with an ellipsis.
pub(crate) fn cut_after<'a>(text: impl Into<Cow<'a, str>>, most: usize) -> String {
    let text = text.into();
    match text.char_indices().nth(most) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + "\u{2026}",
        None => text.into_owned(),
    }
}

/// The words of the user in an item, if it has any.
pub(crate) fn user_words(item: &RolloutItem) -> Option<String> {
    let kind = item.kind();
    if !matches!(kind.name, "user_message" | "message" | "item_completed") {
        return None;
    }
    let payload = item.payload()?;
    let says = |object: Json<'_>, key: &str, word: &str| {
        object.get(key).and_then(Json::as_str).as_deref() == Some(word)
    };
    let parts = match kind.name {
        "user_message" => return own_words(&payload.get("message")?.as_str()?),
        "message" if says(payload, "role", "user") => payload.get("content")?,
        "item_completed" => payload
            .get("item")
            .filter(|item| says(*item, "type", "UserMessage"))?
            .get("content")?,
        _ => return None,
    };
    parts
        .elements()
        .filter_map(|part| part.get("text")?.as_str())
        .find_map(|text| own_words(&text))
}

/// The part of a message that the user wrote; `None` if there is none.
fn own_words(message: &str) -> Option<String> {
    let message = message.trim();
    if NOT_BY_USER.iter().any(|beginning| message.starts_with(beginning)) {
        return None;
    }
    let own = match message.starts_with(EDITOR_CONTEXT) {
        true => {
            let (_, heading) = message.split_once(REQUEST)?;
            heading.split_once([':', '\n'])?.1.trim()
        }
        false => message,
    };
    (!own.is_empty()).then(|| own.to_owned())
}
