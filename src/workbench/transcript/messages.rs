//! The entries of messages and reasoning, in all forms that occur in files.

use std::borrow::Cow;

use super::{ItemFields, Speaker, TranscriptBlock, TranscriptEntry, line, text_in};
use crate::protocol::json::{Json, JsonKind};
use crate::protocol::{RolloutItem, USER_MESSAGE_BEGIN};
use crate::workbench::item_image::ItemImage;
use crate::workbench::query::user_words;

/// The entry of a message or of reasoning; `None` for other items, and for reasoning that is encrypted.
pub(super) fn entry<'a>(
    place: usize,
    item: &RolloutItem,
    payload: &ItemFields<'a>,
) -> Option<TranscriptEntry<'a>> {
    let kind = item.kind();
    let mut entry = line(place, payload.at, "");
    match (kind.outer, kind.name) {
        ("response_item" | "", "message") => {
            entry.blocks = texts_of(payload.member("content")?);
            let role = payload.text("role");
            entry.speaker = match role.as_deref() {
                Some("user") if user_words(item).is_some() => Speaker::User,
                Some("assistant") | None => Speaker::Agent,
                _ => Speaker::System,
            };
            entry.title = match entry.speaker {
                Speaker::Agent => payload.text("phase").unwrap_or_default(),
                Speaker::System => title_of_instructions(&entry.blocks, payload),
                _ => Cow::Borrowed(""),
            };
            // User content that consists only of images is a message, too.
            let is_image = |block: &TranscriptBlock<'_>| matches!(block, TranscriptBlock::Image(_));
            if role.as_deref() == Some("user") && entry.blocks.iter().all(is_image) {
                entry.speaker = Speaker::User;
                entry.title = Cow::Borrowed("");
            }
        }
        ("event_msg", "user_message") => {
            entry.speaker = Speaker::User;
            entry.blocks.extend(text_block(payload.member("message")));
            for key in ["images", "local_images"] {
                let images = payload.member(key).into_iter().flat_map(Json::elements);
                entry
                    .blocks
                    .extend(images.map(|address| TranscriptBlock::Image(image(None, address))));
            }
        }
        ("event_msg", "agent_message") => {
            entry.speaker = Speaker::Agent;
            entry.title = payload.text("phase").unwrap_or_default();
            entry.blocks.extend(text_block(payload.member("message")));
        }
        ("response_item" | "", "reasoning") => {
            entry.speaker = Speaker::Reasoning;
            for key in ["summary", "content"] {
                entry
                    .blocks
                    .extend(payload.member(key).into_iter().flat_map(texts_of));
            }
        }
        ("event_msg", "agent_reasoning" | "agent_reasoning_raw_content") => {
            entry.speaker = Speaker::Reasoning;
            entry.blocks.extend(text_block(payload.member("text")));
        }
        ("event_msg", "item_completed") => completed(payload.member("item")?, &mut entry)?,
        _ => return None,
    }
    (!entry.blocks.is_empty()).then_some(entry)
}

fn completed<'a>(item: Json<'a>, entry: &mut TranscriptEntry<'a>) -> Option<()> {
    let add = |key: &str| item.get(key).into_iter().flat_map(texts_of);
    match &*text_in(item, "type")? {
        "UserMessage" => {
            entry.speaker = Speaker::User;
            entry.blocks.extend(add("content"));
        }
        "AgentMessage" => {
            entry.speaker = Speaker::Agent;
            entry.title = text_in(item, "phase").unwrap_or_default();
            entry.blocks.extend(add("content"));
        }
        "Reasoning" => {
            entry.speaker = Speaker::Reasoning;
            for key in ["summary_text", "raw_content"] {
                entry.blocks.extend(add(key));
            }
        }
        "Plan" => {
            entry.speaker = Speaker::Agent;
            entry.title = Cow::Borrowed("plan");
            entry.blocks.extend(text_block(item.get("text")));
        }
        _ => return None,
    }
    Some(())
}

/// The title of a message that no person wrote: the tag or heading that it begins with, or the role of its author.
fn title_of_instructions<'a>(blocks: &[TranscriptBlock<'a>], payload: &ItemFields<'a>) -> Cow<'a, str> {
    let first = blocks.iter().find_map(|block| match block {
        TranscriptBlock::Text(text) => Some(text.trim_start()),
        _ => None,
    });
    let role = payload.text("role").unwrap_or(Cow::Borrowed("instructions"));
    let tag = first.and_then(|text| {
        let tag = text.strip_prefix('<')?.split(['>', ' ', '\n']).next()?;
        let is_name = |sign: char| sign.is_ascii_alphanumeric() || "_-:".contains(sign);
        (!tag.is_empty() && tag.len() <= 40 && tag.chars().all(is_name)).then(|| tag.to_owned())
    });
    match tag {
        Some(tag) => Cow::Owned(format!("{role}: {tag}")),
        None => role,
    }
}

/// The part of a repeated user message that the shown message does not have: the context that an editor put before the
/// user's words.
pub(super) fn context_of_repeat<'a>(
    place: usize,
    item: &'a RolloutItem,
    shown: &RolloutItem,
) -> Option<TranscriptEntry<'a>> {
    let has_context = |item: &RolloutItem| memchr::memmem::find(&item.bytes(), USER_MESSAGE_BEGIN.as_bytes());
    if item.kind().name != "message" || has_context(item).is_none() || has_context(shown).is_some() {
        return None;
    }
    let payload = item.payload()?;
    let mut entry = line(place, item.timestamp(), "context from the editor");
    for block in texts_of(payload.get("content")?) {
        let TranscriptBlock::Text(text) = block else {
            continue;
        };
        match text.find(USER_MESSAGE_BEGIN) {
            Some(end) => {
                let context = text.get(..end).unwrap_or_default().trim_end().to_owned();
                entry.blocks.push(TranscriptBlock::Text(Cow::Owned(context)));
                break;
            }
            None => entry.blocks.push(TranscriptBlock::Text(text)),
        }
    }
    Some(entry)
}

fn text_block<'a>(text: Option<Json<'a>>) -> Option<TranscriptBlock<'a>> {
    let text = text?.as_str()?;
    (!text.is_empty()).then_some(TranscriptBlock::Text(text))
}

/// The texts and images in the content of a message: a string, or a list of strings and parts. The tags around an image
/// are left out.
pub(super) fn texts_of(content: Json<'_>) -> Vec<TranscriptBlock<'_>> {
    if content.kind() == JsonKind::String {
        return text_block(Some(content)).into_iter().collect();
    }
    let mut blocks: Vec<TranscriptBlock<'_>> = Vec::new();
    for part in content.elements() {
        let fields = PartFields::of(part);
        if let Some(address) = fields.image {
            let media = fields.media.and_then(Json::as_str);
            if let Some(TranscriptBlock::Text(tag)) = blocks.last()
                && tag.starts_with("<image")
                && tag.len() < 200
            {
                blocks.pop();
            }
            blocks.push(TranscriptBlock::Image(image(media.as_deref(), address)));
            continue;
        }
        let Some(text) = fields.text.unwrap_or(part).as_str() else {
            continue;
        };
        let is_after_image = matches!(blocks.last(), Some(TranscriptBlock::Image(_)));
        if text.is_empty() || fields.is_input && text == "</image>" && is_after_image {
            continue;
        }
        blocks.push(TranscriptBlock::Text(text));
    }
    blocks
}

/// The members of one part of a message's content.
#[derive(Default)]
struct PartFields<'a> {
    is_input: bool,
    text: Option<Json<'a>>,
    /// The address or the data of an image.
    image: Option<Json<'a>>,
    media: Option<Json<'a>>,
}

impl<'a> PartFields<'a> {
    fn of(part: Json<'a>) -> Self {
        let mut fields = Self::default();
        let mut data = None;
        for (name, value) in part.members() {
            match &*name {
                "type" => fields.is_input = value.as_str().as_deref() == Some("input_text"),
                "text" => fields.text = Some(value),
                "image_url" => fields.image = Some(value),
                "data" => data = Some(value),
                "mimeType" => fields.media = Some(value),
                _ => {}
            }
        }
        let filled = |value: Option<Json<'a>>| value.filter(|value| !value.is_null());
        fields.image = filled(fields.image).or(filled(data));
        fields
    }
}

/// The type, dimensions and size of an embedded image, or its address or path.
pub(super) fn image(media: Option<&str>, value: Json<'_>) -> String {
    let image = ItemImage::of(media, value).map(|image| image.to_string());
    let shown = image.unwrap_or_else(|| "no address".to_owned());
    match shown.char_indices().nth(200) {
        Some((end, _)) => shown.get(..end).unwrap_or_default().to_owned(),
        None => shown,
    }
}
