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

/// The preview of a message that contains only audio.
pub const AUDIO_PLACEHOLDER: &str = "[Audio]";

/// Which values have been seen, among those of which only the first occurrence counts.
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

/// Which item decided each field: for each field that a fold has set, the number of the item, counted from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecidedBy {
    fields: Vec<(&'static str, usize)>,
    /// The number of the current item.
    at: usize,
}

impl DecidedBy {
    /// The item that decided a field.
    pub fn item(&self, field: &str) -> Option<usize> {
        let decided = self.fields.iter().find(|(name, _)| *name == field);
        decided.map(|(_, item)| *item)
    }

    fn note(&mut self, field: &'static str) {
        match self.fields.iter_mut().find(|(name, _)| *name == field) {
            Some((_, item)) => *item = self.at,
            None => self.fields.push((field, self.at)),
        }
    }

    /// Replaces the old value if there is a new one.
    fn set<T>(&mut self, field: &'static str, slot: &mut Option<T>, value: Option<T>) {
        if value.is_some() {
            *slot = value;
            self.note(field);
        }
    }

    fn once(&mut self, seen: &mut bool, field: &'static str, slot: &mut Option<Text>, text: &Text) {
        if !*seen {
            *slot = Some(text.clone());
            *seen = true;
            self.note(field);
        }
    }
}

/// Derives the metadata of one thread from its items (contract 9.4). If several items give the same field, the last one
/// wins, except for the values of which only the first counts ([`SeenValues`]). Never sets the rollout path or updated_at;
/// sets the name only if it [reads a rollout](Self::read_rollout).
#[derive(Debug, Clone)]
pub struct Fold {
    thread_id: ThreadId,
    seen: SeenValues,
    patch: ThreadMetadataPatch,
    decided: DecidedBy,
    scope: FoldScope,
}

/// The items that a fold reads beyond those of a live thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FoldScope {
    /// None.
    Live,
    /// The names of a rollout.
    Rollout,
    /// The names, completed user messages and applied settings of a paginated rollout.
    Paginated,
}

impl Fold {
    /// Starts without any values seen.
    pub fn new(thread_id: ThreadId) -> Self {
        Self::with_seen(thread_id, SeenValues::default())
    }

    /// Starts with the values that earlier items or the parameters of the thread have set.
    pub fn with_seen(thread_id: ThreadId, seen: SeenValues) -> Self {
        Self {
            thread_id,
            seen,
            patch: ThreadMetadataPatch::default(),
            decided: DecidedBy::default(),
            scope: FoldScope::Live,
        }
    }

    /// From now on, also takes the name from the last `thread_name_updated` event. In a paginated rollout, a completed
    /// `UserMessage` counts as a user message, and applied settings set what a turn context sets.
    pub fn read_rollout(&mut self, is_paginated: bool) {
        self.scope = match is_paginated {
            true => FoldScope::Paginated,
            false => FoldScope::Rollout,
        };
    }

    /// Reads the next item.
    pub fn observe(&mut self, item: &RolloutItem) {
        self.read(item);
        self.decided.at += 1;
    }

    fn read(&mut self, item: &RolloutItem) {
        let told = match MetadataSource::of(item.kind()) {
            MetadataSource::UserMessage | MetadataSource::CompletedItem
                if self.seen.first_user_message && self.seen.preview && self.seen.title =>
            {
                return;
            }
            MetadataSource::Goal if self.seen.preview => return,
            MetadataSource::Nothing => return,
            MetadataSource::Name if self.scope == FoldScope::Live => return,
            MetadataSource::CompletedItem | MetadataSource::Settings
                if self.scope != FoldScope::Paginated =>
            {
                return;
            }
            told => told,
        };
        let Some(payload) = item.payload() else {
            return;
        };
        let fields = Fields::of(payload);
        match told {
            MetadataSource::Header | MetadataSource::BareHeader => self.header(&fields, told),
            MetadataSource::Turn => self.turn(&fields),
            MetadataSource::UserMessage => {
                let message = fields.text("message").unwrap_or_default();
                let pictures = ["images", "local_images"]
                    .into_iter()
                    .filter_map(|key| fields.get(key));
                let placeholder = pictures
                    .filter_map(|list| list.elements().next())
                    .next()
                    .map(|_| IMAGE_PLACEHOLDER);
                self.user_message(&message, placeholder);
            }
            MetadataSource::CompletedItem => self.completed_item(&fields),
            MetadataSource::Settings => self.settings(&fields),
            MetadataSource::Name => self.name(&fields),
            MetadataSource::Tokens => {
                let total = fields.get("info").and_then(|info| info.get("total_token_usage"));
                let total = total.and_then(|total| total.decode().ok());
                self.decided
                    .set("token_usage", &mut self.patch.token_usage, total);
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

    /// The metadata derived from the items since the last call. The record of seen values is kept.
    pub fn take_patch(&mut self) -> ThreadMetadataPatch {
        std::mem::take(&mut self.patch)
    }

    /// The metadata derived from the items so far.
    pub fn patch(&self) -> &ThreadMetadataPatch {
        &self.patch
    }

    /// Which item decided each field so far.
    pub fn decided(&self) -> &DecidedBy {
        &self.decided
    }

    /// Reads a session_meta item; one of another thread, as copied by forks, is ignored.
    fn header(&mut self, fields: &Fields<'_>, told: MetadataSource) {
        let id = fields.text("id").and_then(|id| ThreadId::from_string(&id).ok());
        if id != Some(self.thread_id) {
            return;
        }
        let (patch, decided) = (&mut self.patch, &mut self.decided);
        if let Some(timestamp) = fields.text("timestamp") {
            patch.created_at = parse_rollout_time(&timestamp);
            decided.note("created_at");
        }
        decided.set(
            "git_info",
            &mut patch.git_info,
            fields.present("git").and_then(git),
        );
        if told == MetadataSource::BareHeader {
            return;
        }
        let source = match fields.get("source") {
            Some(source) => source.decode().ok(),
            None => Some(SessionSource::default()),
        };
        decided.set("source", &mut patch.source, source);
        let thread_source = fields.clearable(&["thread_source"], |value| value.decode().ok());
        decided.set("thread_source", &mut patch.thread_source, thread_source);
        let nickname = fields.clearable(&["agent_nickname"], owned);
        decided.set("agent_nickname", &mut patch.agent_nickname, nickname);
        let role = fields.clearable(&["agent_role", "agent_type"], owned);
        decided.set("agent_role", &mut patch.agent_role, role);
        decided.set(
            "agent_path",
            &mut patch.agent_path,
            fields.clearable(&["agent_path"], owned),
        );
        decided.set(
            "model_provider",
            &mut patch.model_provider,
            fields.filled("model_provider"),
        );
        decided.set(
            "cli_version",
            &mut patch.cli_version,
            fields.filled("cli_version"),
        );
        if let Some(cwd) = fields.filled("cwd") {
            decided.set("cwd", &mut patch.cwd, Some(PathBuf::from(cwd)));
            self.seen.cwd = true;
        }
        decided.set(
            "memory_mode",
            &mut patch.memory_mode,
            fields.decode("memory_mode"),
        );
        decided.set(
            "dynamic_tools",
            &mut patch.dynamic_tools,
            fields.decode("dynamic_tools"),
        );
    }

    fn turn(&mut self, fields: &Fields<'_>) {
        self.first_cwd(fields);
        let (patch, decided) = (&mut self.patch, &mut self.decided);
        decided.set("model", &mut patch.model, fields.get("model").and_then(owned));
        decided.set(
            "approval_mode",
            &mut patch.approval_mode,
            fields.decode("approval_policy"),
        );
        decided.set(
            "sandbox_policy",
            &mut patch.sandbox_policy,
            fields.decode("sandbox_policy"),
        );
        self.effort(fields.present("effort"));
    }

    /// Reads the settings that were applied to a paginated thread.
    fn settings(&mut self, fields: &Fields<'_>) {
        let Some(settings) = fields.get("thread_settings") else {
            return;
        };
        let fields = Fields::of(settings);
        self.first_cwd(&fields);
        let (patch, decided) = (&mut self.patch, &mut self.decided);
        decided.set("model", &mut patch.model, fields.filled("model"));
        let provider = fields.filled("model_provider_id");
        decided.set("model_provider", &mut patch.model_provider, provider);
        decided.set(
            "approval_mode",
            &mut patch.approval_mode,
            fields.decode("approval_policy"),
        );
        self.effort(fields.present("reasoning_effort"));
    }

    fn first_cwd(&mut self, fields: &Fields<'_>) {
        if !self.seen.cwd
            && let Some(cwd) = fields.filled("cwd")
        {
            self.decided
                .set("cwd", &mut self.patch.cwd, Some(PathBuf::from(cwd)));
            self.seen.cwd = true;
        }
    }

    /// A missing effort removes the previous one.
    fn effort(&mut self, effort: Option<Json<'_>>) {
        let slot = &mut self.patch.reasoning_effort;
        match effort {
            Some(effort) => self.decided.set("reasoning_effort", slot, effort.decode().ok()),
            None => *slot = None,
        }
    }

    /// Reads the last name that was given to this thread. A name that only has white space removes it.
    fn name(&mut self, fields: &Fields<'_>) {
        let own = self.thread_id.to_string();
        if fields.text("thread_id").is_some_and(|id| id != own) {
            return;
        }
        let name = fields.text("thread_name").filter(|name| !name.trim().is_empty());
        self.patch.name = name.map(|name| Some(name.into_owned()));
        self.decided.note("name");
    }

    /// Reads a completed item; only a message of the user gives metadata.
    fn completed_item(&mut self, fields: &Fields<'_>) {
        let Some(item) = fields.get("item") else { return };
        let fields = Fields::of(item);
        if fields.text("type").as_deref() != Some("UserMessage") {
            return;
        }
        let mut texts = Vec::new();
        let mut placeholder = None;
        for part in fields.get("content").into_iter().flat_map(Json::elements) {
            match part.get("type").and_then(Json::as_str).as_deref() {
                Some("text") => texts.extend(part.get("text").and_then(Json::as_str)),
                Some("image" | "local_image") => placeholder = placeholder.or(Some(IMAGE_PLACEHOLDER)),
                Some("audio" | "local_audio") => placeholder = placeholder.or(Some(AUDIO_PLACEHOLDER)),
                _ => {}
            }
        }
        self.user_message(&texts.join("\n"), placeholder);
    }

    /// Reads a message of the user; `placeholder` stands for a message without text.
    fn user_message(&mut self, message: &str, placeholder: Option<&str>) {
        let text = user_request(message);
        let preview = match text {
            "" => placeholder,
            text => Some(text),
        };
        if let Some(preview) = preview {
            let preview = Text::from(preview);
            let Self {
                seen, patch, decided, ..
            } = self;
            let first = &mut patch.first_user_message;
            decided.once(
                &mut seen.first_user_message,
                "first_user_message",
                first,
                &preview,
            );
            decided.once(&mut seen.preview, "preview", &mut patch.preview, &preview);
            if !text.is_empty() {
                decided.once(&mut seen.title, "title", &mut patch.title, &preview);
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
            let preview = &mut self.patch.preview;
            self.decided
                .once(&mut self.seen.preview, "preview", preview, &objective.into());
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
    CompletedItem,
    Settings,
    Name,
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
            ("event_msg", "item_completed") => Self::CompletedItem,
            ("event_msg", "thread_settings_applied") => Self::Settings,
            ("event_msg", "thread_name_updated") => Self::Name,
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
        MetadataSource::Nothing
            | MetadataSource::BareHeader
            | MetadataSource::CompletedItem
            | MetadataSource::Settings
            | MetadataSource::Name
    )
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
