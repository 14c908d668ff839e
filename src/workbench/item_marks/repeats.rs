//! Finds items that repeat the text of another item. Files contain the same text several times: as the model's item
//! and as an event, or as the model's item and as an `item_completed`.
//!
//! Texts are compared exactly, and only within a turn and a limited distance. Of two items with the same text, the one
//! with less content is the repeat. An item with several texts is a repeat if other items contain all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use crate::protocol::json::Json;
use crate::protocol::kinds::AuthorRole;
use crate::protocol::{RolloutItem, user_request};
use crate::workbench::query::user_words;

/// The greatest distance in items between two items with the same text.
pub(super) const REACH: usize = 1024;

/// The form in which a file holds a text. Of two items with the same text, the one whose form is listed later is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    ModelItem,
    Event,
    ItemCompleted,
}

/// How much an item contains besides its text: the number of details, such as images, then its form.
type Rank = (usize, Form);

/// The texts of an item that contains a message.
pub(in crate::workbench) struct Message {
    author: AuthorRole,
    rank: Rank,
    texts: Vec<String>,
    /// Whether the user wrote it, not a program in the name of the user.
    by_user: bool,
}

impl Message {
    /// Whether the user wrote it.
    pub fn is_users(&self) -> bool {
        self.by_user
    }
}

/// Reads the message of an item. `None` if the item contains no message.
pub(in crate::workbench) fn read(item: &RolloutItem) -> Option<Message> {
    let kind = item.kind();
    let form = match (kind.outer, kind.name) {
        ("response_item" | "", "message" | "reasoning") => Form::ModelItem,
        ("event_msg", "item_completed") => Form::ItemCompleted,
        (
            "event_msg",
            "user_message" | "agent_message" | "agent_reasoning" | "agent_reasoning_raw_content",
        ) => Form::Event,
        _ => return None,
    };
    let payload = item.payload()?;
    let author = kind.role_in(payload);
    let said = match form {
        Form::ItemCompleted => payload.get("item")?,
        Form::ModelItem | Form::Event => payload,
    };
    let said = Fields::of(said);
    let texts = match (author, form) {
        (AuthorRole::User | AuthorRole::Assistant, Form::Event) => vec![text(said.message?)?],
        (AuthorRole::User, _) => {
            let mut texts = parts(said.content);
            texts.retain(|text| !text.starts_with("<image") && text != "</image>");
            vec![texts.concat()]
        }
        (AuthorRole::Assistant, _) => parts(said.content),
        (AuthorRole::Reasoning, Form::Event) => vec![text(said.text?)?],
        (AuthorRole::Reasoning, _) => [said.summary, said.content, said.raw]
            .into_iter()
            .flat_map(parts)
            .collect(),
        _ => return None,
    };
    let texts = texts.into_iter().map(|text| match author {
        AuthorRole::User => user_request(&text).to_owned(),
        _ => text,
    });
    Some(Message {
        author,
        rank: (said.details(), form),
        texts: texts.filter(|text| !text.is_empty()).collect(),
        by_user: author == AuthorRole::User && (form != Form::ModelItem || user_words(item).is_some()),
    })
}

/// The members that contain a message, read in one pass.
#[derive(Default)]
struct Fields<'a> {
    message: Option<Json<'a>>,
    text: Option<Json<'a>>,
    content: Option<Json<'a>>,
    summary: Option<Json<'a>>,
    raw: Option<Json<'a>>,
    images: [Option<Json<'a>>; 2],
    phase: Option<Json<'a>>,
}

impl<'a> Fields<'a> {
    fn of(object: Json<'a>) -> Self {
        let mut fields = Self::default();
        for (key, value) in object.members() {
            let field = match &*key {
                "message" => &mut fields.message,
                "text" => &mut fields.text,
                "content" => &mut fields.content,
                "summary" | "summary_text" => &mut fields.summary,
                "raw_content" => &mut fields.raw,
                "images" => &mut fields.images[0],
                "local_images" => &mut fields.images[1],
                "phase" => &mut fields.phase,
                _ => continue,
            };
            *field = Some(value);
        }
        fields
    }

    /// The number of details besides the text: images and the phase.
    fn details(&self) -> usize {
        let is_image = |part: Json<'_>| {
            let kind = part.get("type").and_then(Json::as_str);
            kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("image"))
        };
        let mut images = self.images.iter().flatten();
        let has_image = images.any(|list| list.elements().next().is_some())
            || self.content.is_some_and(|parts| parts.elements().any(is_image));
        let has_phase = self.phase.is_some_and(|phase| !phase.is_null());
        usize::from(has_image) + usize::from(has_phase)
    }
}

fn text(value: Json<'_>) -> Option<String> {
    value.as_str().map(|text| text.into_owned())
}

/// The texts of a string or of a list of strings or of objects with a `text`.
fn parts(value: Option<Json<'_>>) -> Vec<String> {
    let Some(value) = value else { return Vec::new() };
    let parts = value.elements().map(|part| part.get("text").unwrap_or(part));
    parts.chain([value]).filter_map(text).collect()
}

/// A text of the current turn, and the item that shows it.
#[derive(Clone, Debug)]
struct ShownText {
    author: AuthorRole,
    text: String,
    /// The forms in which it was found.
    forms: Vec<Form>,
    shown: usize,
    rank: Rank,
}

/// The items that repeat the text of another item.
#[derive(Clone, Debug, Default)]
pub(super) struct Repeats {
    of: HashMap<usize, usize>,
    user_messages: BTreeSet<usize>,
    /// The texts of the current turn, as far as an item may still repeat them.
    texts: VecDeque<ShownText>,
    /// By the position of an item, the number of texts in `texts` that only this item shows.
    shows: BTreeMap<usize, usize>,
}

impl Repeats {
    /// Forgets the texts of the previous turn.
    pub fn begin_turn(&mut self) {
        self.texts.clear();
        self.shows.clear();
    }

    /// Whether a text of a message also occurs in the turn in another form.
    pub fn is_repeat(&self, message: &Message) -> bool {
        let mut texts = message.texts.iter();
        texts.any(|text| self.texts.iter().any(|shown| shown.is_said_by(message, text)))
    }

    /// Adds the message of the next item. Returns the first position at which a repeat was found.
    pub fn add(&mut self, place: usize, message: Message) -> Option<usize> {
        self.forget_before(place.saturating_sub(REACH));
        if message.by_user {
            self.user_messages.insert(place);
        }
        if message.texts.is_empty() {
            return None;
        }
        let mut first = None;
        let mut shows = message.texts.len();
        let mut twin = None;
        for text in &message.texts {
            let same = self
                .texts
                .iter_mut()
                .find(|shown| shown.is_said_by(&message, text));
            let Some(shown) = same else {
                self.texts.push_back(ShownText {
                    author: message.author,
                    text: text.clone(),
                    forms: vec![message.rank.1],
                    shown: place,
                    rank: message.rank,
                });
                continue;
            };
            shown.forms.push(message.rank.1);
            if message.rank < shown.rank {
                shows -= 1;
                twin = Some(shown.shown);
                continue;
            }
            shown.rank = message.rank;
            let before = std::mem::replace(&mut shown.shown, place);
            if self.hides(before) {
                self.insert(before, place);
                first = first.into_iter().chain([before]).min();
            }
        }
        match (shows, twin) {
            (0, Some(twin)) => {
                self.insert(place, twin);
                first = first.or(Some(place));
            }
            _ => {
                self.shows.insert(place, shows);
            }
        }
        first
    }

    /// Subtracts one from the number of texts that only an item shows. Returns whether that number is now 0.
    fn hides(&mut self, place: usize) -> bool {
        let Some(shows) = self.shows.get_mut(&place) else {
            return false;
        };
        *shows = shows.saturating_sub(1);
        *shows == 0
    }

    fn insert(&mut self, place: usize, of: usize) {
        self.of.insert(place, of);
        if self.user_messages.remove(&place) {
            self.user_messages.insert(of);
        }
    }

    fn forget_before(&mut self, place: usize) {
        while self.texts.front().is_some_and(|text| text.shown < place) {
            self.texts.pop_front();
        }
        while let Some(entry) = self.shows.first_entry()
            && *entry.key() < place
        {
            entry.remove();
        }
    }

    /// The position of the item that shows the text of the item at `place`.
    pub fn of(&self, place: usize) -> Option<usize> {
        // The item that showed the text may itself repeat a later item, which contains more.
        let mut shown = *self.of.get(&place)?;
        while let Some(next) = self.of.get(&shown) {
            shown = *next;
        }
        Some(shown)
    }

    /// The number of repeats.
    pub fn count(&self) -> usize {
        self.of.len()
    }

    /// The positions of the messages that the user wrote, each message once.
    pub fn user_messages(&self) -> &BTreeSet<usize> {
        &self.user_messages
    }
}

impl ShownText {
    /// Whether a message contains this text in a form in which it was not found yet.
    fn is_said_by(&self, message: &Message, text: &str) -> bool {
        self.author == message.author && self.text == text && !self.forms.contains(&message.rank.1)
    }
}
