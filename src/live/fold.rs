//! Derives metadata from items: a fold over the items of a thread, in order, into one patch.
//!
//! Items are read field by field. Invalid fields are ignored; the other fields of the item still count. Sending the patch is
//! left to the caller.

use std::borrow::Cow;
use std::path::PathBuf;

use serde::de::DeserializeOwned;

use crate::contract::{ClearableField, GitInfoPatch, ThreadMetadataPatch};
use crate::protocol::json::{Json, JsonKind};
use crate::protocol::kinds::ItemKind;
use crate::protocol::{RolloutItem, SessionSource, Text, ThreadId, parse_rollout_time, user_request};

/// The preview of a message that contains only images.
pub const IMAGE_PLACEHOLDER: &str = "[Image]";

/// Which of the values that are only taken once have been seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeenValues {
    /// A working directory.
    pub cwd: bool,
    /// A preview, from a message or a goal.
    pub preview: bool,
    /// A user message, with text or only with images.
    pub first_user_message: bool,
    /// A user message with text.
    pub title: bool,
}

/// Derives the metadata of one thread from its items (contract 9.4). If several items give the same field, the last one
/// wins, except for values that are only taken once. Never sets the name, the rollout path or updated_at.
#[derive(Debug, Clone)]
pub struct Fold {
    thread_id: ThreadId,
    seen: SeenValues,
    patch: ThreadMetadataPatch,
}

impl Fold {
    /// Starts with nothing seen.
    pub fn new(thread_id: ThreadId) -> Self {
        Self::with_seen(thread_id, SeenValues::default())
    }

    /// Starts with the values that earlier items or the parameters of the thread have set.
    pub fn with_seen(thread_id: ThreadId, seen: SeenValues) -> Self {
        Self {
            thread_id,
            seen,
            patch: ThreadMetadataPatch::default(),
        }
    }

    /// Reads the next item.
    pub fn observe(&mut self, item: &RolloutItem) {
        let told = match MetadataSource::of(item.kind()) {
            MetadataSource::UserMessage
                if self.seen.first_user_message && self.seen.preview && self.seen.title =>
            {
                return;
            }
            MetadataSource::Goal if self.seen.preview => return,
            MetadataSource::Nothing => return,
            told => told,
        };
        let Some(payload) = item.payload() else {
            return;
        };
        let fields = Fields::of(payload);
        match told {
            MetadataSource::Header | MetadataSource::BareHeader => self.header(&fields, told),
            MetadataSource::Turn => self.turn(&fields),
            MetadataSource::UserMessage => self.user_message(&fields),
            MetadataSource::Tokens => {
                let total = fields.get("info").and_then(|info| info.get("total_token_usage"));
                set(
                    &mut self.patch.token_usage,
                    total.and_then(|total| total.decode().ok()),
                );
            }
            MetadataSource::Goal => self.goal(&fields),
            MetadataSource::Nothing => {}
        }
    }

    /// What has been seen so far.
    pub fn seen(&self) -> SeenValues {
        self.seen
    }

    /// The metadata derived from the items.
    pub fn into_patch(self) -> ThreadMetadataPatch {
        self.patch
    }

    /// Reads a session_meta item; one of another thread, as copied by forks, is ignored.
    fn header(&mut self, fields: &Fields<'_>, told: MetadataSource) {
        let id = fields.text("id").and_then(|id| ThreadId::from_string(&id).ok());
        if id != Some(self.thread_id) {
            return;
        }
        let patch = &mut self.patch;
        if let Some(timestamp) = fields.text("timestamp") {
            patch.created_at = parse_rollout_time(&timestamp);
        }
        set(&mut patch.git_info, fields.present("git").and_then(git));
        if told == MetadataSource::BareHeader {
            return;
        }
        match fields.get("source") {
            Some(source) => set(&mut patch.source, source.decode().ok()),
            None => patch.source = Some(SessionSource::default()),
        }
        set(
            &mut patch.thread_source,
            fields.clearable(&["thread_source"], |value| value.decode().ok()),
        );
        set(
            &mut patch.agent_nickname,
            fields.clearable(&["agent_nickname"], owned),
        );
        set(
            &mut patch.agent_role,
            fields.clearable(&["agent_role", "agent_type"], owned),
        );
        set(&mut patch.agent_path, fields.clearable(&["agent_path"], owned));
        set(&mut patch.model_provider, fields.filled("model_provider"));
        set(&mut patch.cli_version, fields.filled("cli_version"));
        if let Some(cwd) = fields.filled("cwd") {
            patch.cwd = Some(PathBuf::from(cwd));
            self.seen.cwd = true;
        }
        set(&mut patch.memory_mode, fields.decode("memory_mode"));
        set(&mut patch.dynamic_tools, fields.decode("dynamic_tools"));
    }

    fn turn(&mut self, fields: &Fields<'_>) {
        let patch = &mut self.patch;
        if !self.seen.cwd
            && let Some(cwd) = fields.filled("cwd")
        {
            patch.cwd = Some(PathBuf::from(cwd));
            self.seen.cwd = true;
        }
        set(&mut patch.model, fields.get("model").and_then(owned));
        set(&mut patch.approval_mode, fields.decode("approval_policy"));
        set(&mut patch.sandbox_policy, fields.decode("sandbox_policy"));
        match fields.present("effort") {
            Some(effort) => set(&mut patch.reasoning_effort, effort.decode().ok()),
            None => patch.reasoning_effort = None,
        }
    }

    fn user_message(&mut self, fields: &Fields<'_>) {
        let message = fields.text("message").unwrap_or_default();
        let text = user_request(&message);
        let pictures = ["images", "local_images"]
            .into_iter()
            .filter_map(|key| fields.get(key));
        let preview = match text {
            "" if pictures.into_iter().any(|list| list.elements().next().is_some()) => {
                Some(IMAGE_PLACEHOLDER)
            }
            "" => None,
            text => Some(text),
        };
        if let Some(preview) = preview {
            let preview = Text::from(preview);
            once(
                &mut self.seen.first_user_message,
                &mut self.patch.first_user_message,
                &preview,
            );
            once(&mut self.seen.preview, &mut self.patch.preview, &preview);
            if !text.is_empty() {
                once(&mut self.seen.title, &mut self.patch.title, &preview);
            }
        }
    }

    fn goal(&mut self, fields: &Fields<'_>) {
        let objective = fields
            .get("goal")
            .and_then(|goal| goal.get("objective"))
            .and_then(Json::as_str);
        if let Some(objective) = objective
            .as_deref()
            .map(str::trim)
            .filter(|objective| !objective.is_empty())
        {
            once(&mut self.seen.preview, &mut self.patch.preview, &objective.into());
        }
    }
}

/// Which metadata a kind of item can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MetadataSource {
    Header,
    BareHeader,
    Turn,
    UserMessage,
    Tokens,
    Goal,
    Nothing,
}

impl MetadataSource {
    fn of(kind: &ItemKind) -> Self {
        match (kind.outer, kind.name) {
            ("session_meta", _) => Self::Header,
            ("", "header") => Self::BareHeader,
            ("turn_context", _) => Self::Turn,
            ("event_msg", "user_message") => Self::UserMessage,
            ("event_msg", "token_count") => Self::Tokens,
            ("event_msg", "thread_goal_updated") => Self::Goal,
            _ => Self::Nothing,
        }
    }
}

/// Whether an item is of a kind that can change metadata, even if this one does not (contract 9.5).
pub fn affects_metadata(item: &RolloutItem) -> bool {
    !matches!(
        MetadataSource::of(item.kind()),
        MetadataSource::Nothing | MetadataSource::BareHeader
    )
}

/// Replaces the old value if there is a new one.
fn set<T>(slot: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *slot = value;
    }
}

fn once(seen: &mut bool, slot: &mut Option<Text>, text: &Text) {
    if !*seen {
        *slot = Some(text.clone());
        *seen = true;
    }
}

fn owned(value: Json<'_>) -> Option<String> {
    value.as_str().map(Cow::into_owned)
}

/// Sets only the parts that are present.
fn git(value: Json<'_>) -> Option<GitInfoPatch> {
    if value.kind() != JsonKind::Object {
        return None;
    }
    let fields = Fields::of(value);
    let part = |key| fields.get(key).and_then(owned).map(Some);
    Some(GitInfoPatch {
        sha: part("commit_hash"),
        branch: part("branch"),
        origin_url: part("repository_url"),
    })
}

/// The members of an object, read in one pass.
struct Fields<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Fields<'a> {
    fn of(object: Json<'a>) -> Self {
        Self(object.members().collect())
    }

    /// The last member with this name.
    fn get(&self, key: &str) -> Option<Json<'a>> {
        self.0
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| *value)
    }

    /// The member with this name, unless it is null.
    fn present(&self, key: &str) -> Option<Json<'a>> {
        self.get(key).filter(|value| !value.is_null())
    }

    fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.get(key)?.as_str()
    }

    /// A string that is not empty.
    fn filled(&self, key: &str) -> Option<String> {
        self.get(key).and_then(owned).filter(|text| !text.is_empty())
    }

    fn decode<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.present(key)?.decode().ok()
    }

    /// A member that clears the field if it is missing or null, and leaves it unchanged if it is invalid.
    fn clearable<T>(&self, keys: &[&str], read: fn(Json<'a>) -> Option<T>) -> ClearableField<T> {
        match keys.iter().find_map(|key| self.present(key)) {
            Some(value) => read(value).map(Some),
            None => Some(None),
        }
    }
}
