//! Lints warn about calls that the contract accepts without an error, but that may not do what the user wants. Each
//! lint has a code, the key that it concerns, and a sentence.
//!
//! `of_text` lints the text of a call. `of_call` lints a call against the store before it.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use super::keys;
use super::scenario::SANDBOX;
use crate::contract::{FIELDS, FieldEditor, Param, States, Step, StoredThread, ThreadMetadataPatch};
use crate::protocol::json::Json;
use crate::protocol::{
    BaseInstructions, DynamicToolSpec, GranularApprovalConfig, SessionSource, SubAgentSource, ThreadId,
    ThreadPersistenceMetadata, TokenUsage,
};
use crate::store::{Snapshot, ThreadRecord};

/// A warning for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// The stable code of the lint.
    pub code: &'static str,
    /// The key that the lint concerns, such as `patch.name`.
    pub place: String,
    /// A sentence that describes what happens.
    pub sentence: String,
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.code, self.place, self.sentence)
    }
}

/// A kind of lint.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct LintKind {
    /// Its stable code.
    pub code: &'static str,
    /// When it is raised, in a sentence.
    pub about: &'static str,
}

macro_rules! lints {
    ($( $code:literal $about:literal )*) => {
        /// All kinds of lints.
        pub const LINT_KINDS: &[LintKind] = &[$( LintKind { code: $code, about: $about }, )*];
    };
}
lints! {
    "unknown-field" "A key of a patch or of the parameters is not in the contract, and would be ignored."
    "null-ignored" "A field that cannot be cleared is `null`, which leaves it unchanged."
    "write-only" "A field is stored, but no read returns it."
    "no-effect" "The patch changes nothing that a read returns."
    "unknown-thread" "The patch is for an id that was never created: it is stored, the call fails, and a later create uses it."
    "time-reversed" "`updated_at` is before `created_at`, or before the last `updated_at`."
    "path-not-resolvable" "A read returns the patched rollout path, but a read by path does not find it."
    "replaced-create" "The id was created before: its history and metadata stay, its create parameters are replaced."
    "unknown-value" "A word is not a known value of its field, and is kept as unknown."
    "ghost-history" "An id that was never created gets items or is resumed: its history can be loaded, but the thread is not listed."
}

fn lint(code: &'static str, place: impl Into<String>, sentence: impl Into<String>) -> Lint {
    debug_assert!(
        LINT_KINDS.iter().any(|row| row.code == code),
        "a scenario can expect every lint by its code"
    );
    Lint {
        code,
        place: place.into(),
        sentence: sentence.into(),
    }
}

/// The known word that is most similar to an unknown word; `None` if no known word is similar enough. A pair of words
/// in which one begins with the other ranks above all other pairs.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |candidate: &str| {
        let begins = word.len().min(candidate.len()) >= 3
            && (word.starts_with(candidate) || candidate.starts_with(word));
        strsim::normalized_damerau_levenshtein(word, candidate) + if begins { 1.0 } else { 0.0 }
    };
    known
        .into_iter()
        .map(|candidate| (near(candidate), candidate))
        .filter(|(near, _)| *near >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Lints the text of the parameters of a method that has these parameters.
pub(crate) fn of_text(known: &[Param], params: Option<Json<'_>>) -> Vec<Lint> {
    let mut lints = Vec::new();
    for (key, value) in params.into_iter().flat_map(Json::members) {
        if !known.iter().any(|param| param.name == key) {
            lints.push(unknown_key("", &key, known.iter().map(|param| param.name)));
        } else if key == "patch" {
            lints.extend(of_patch_text(value));
        } else {
            unknown_keys(value, &key, &key, &mut lints);
            lints.extend(unknown_value(&key, value, &key));
        }
    }
    lints
}

/// Lints the text of a patch.
pub(crate) fn of_patch_text(patch: Json<'_>) -> Vec<Lint> {
    let mut lints = Vec::new();
    for (key, value) in patch.members() {
        let fields = || FIELDS.iter().filter(|field| !field.is_part());
        let place = format!("patch.{key}");
        let Some(field) = fields().find(|field| field.name == key) else {
            lints.push(unknown_key("patch.", &key, fields().map(|field| field.name)));
            continue;
        };
        if value.is_null() && field.states == States::Two {
            let sentence =
                format!("{key} cannot be cleared: null leaves it unchanged; omit the key, or set a value");
            lints.push(lint("null-ignored", place, sentence));
            continue;
        }
        unknown_keys(value, &key, &place, &mut lints);
        lints.extend(unknown_value(&key, value, &place));
        if field.shown.is_none() {
            let sentence = format!("{key} is stored and merged, but no read returns it");
            lints.push(lint("write-only", place, sentence));
        }
    }
    lints
}

/// The objects inside parameters and fields: the path of each object, starting with the parameter or field, and its
/// keys.
static INSIDE: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    let parts = FIELDS
        .iter()
        .filter_map(|field| field.name.strip_prefix("git_info."));
    let of_thread_spawn = keys::of_variant::<SubAgentSource>("thread_spawn");
    let of_tool = keys::of::<DynamicToolSpec>();
    vec![
        ("metadata", keys::of::<ThreadPersistenceMetadata>().to_vec()),
        ("base_instructions", keys::of::<BaseInstructions>().to_vec()),
        ("git_info", parts.collect()),
        ("token_usage", keys::of::<TokenUsage>().to_vec()),
        ("sandbox_policy", SANDBOX.to_vec()),
        (
            "approval_mode.granular",
            keys::of::<GranularApprovalConfig>().to_vec(),
        ),
        ("source.subagent.thread_spawn", of_thread_spawn.to_vec()),
        ("dynamic_tools", of_tool.to_vec()),
    ]
});

/// Lints the keys of a value and of the objects inside it. `name` is the path of the value in [`INSIDE`]. `path` is
/// the path for messages.
fn unknown_keys(value: Json<'_>, name: &str, path: &str, lints: &mut Vec<Lint>) {
    let below = |inside: &str| {
        inside
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    if !INSIDE.iter().any(|(inside, _)| below(inside)) {
        return;
    }
    for (index, element) in value.elements().enumerate() {
        unknown_keys(element, name, &format!("{path}[{index}]"), lints);
    }
    let known = INSIDE.iter().find(|(inside, _)| *inside == name);
    for (key, member) in value.members() {
        match known {
            Some((_, known)) if !known.contains(&&*key) => {
                lints.push(unknown_key(&format!("{path}."), &key, known.iter().copied()));
            }
            Some(_) => {}
            None => unknown_keys(member, &format!("{name}.{key}"), &format!("{path}.{key}"), lints),
        }
    }
}

/// The words that the contract reads as another value: a source that it does not know becomes `unknown`.
fn unknown_value(key: &str, value: Json<'_>, place: &str) -> Option<Lint> {
    if key != "source" {
        return None;
    }
    let word = value.as_str()?;
    let source = serde_json::from_str::<SessionSource>(value.text());
    if word == UNKNOWN || source.ok()? != SessionSource::Unknown {
        return None;
    }
    let known = FIELDS.iter().find(|field| field.name == key);
    let known = match known.map(|field| field.edit) {
        Some(FieldEditor::Choice(values)) => values,
        _ => &[],
    };
    let words = known.iter().map(|text| text.trim_matches('"'));
    let near =
        nearest(&word.to_lowercase(), words).map_or(String::new(), |near| format!("; did you mean {near}?"));
    let sentence = format!("the contract does not know `{word}` and keeps `{UNKNOWN}` instead{near}");
    Some(lint("unknown-value", place, sentence))
}

/// The source that stands for words that the contract does not know.
const UNKNOWN: &str = "unknown";

/// The keys that a read shows under a different name than a patch.
const SHOWN_KEYS: &[(&str, &str)] = &[("commit_hash", "sha"), ("repository_url", "origin_url")];

fn unknown_key(path: &str, key: &str, known: impl IntoIterator<Item = &'static str> + Clone) -> Lint {
    let shown = SHOWN_KEYS
        .iter()
        .find(|(shown, _)| *shown == key)
        .map(|(_, patched)| *patched);
    let near = shown
        .filter(|patched| known.clone().into_iter().any(|known| known == *patched))
        .or_else(|| nearest(key, known))
        .map_or(String::new(), |near| format!("; did you mean {near}?"));
    let sentence = format!("the contract has no key `{key}` here and ignores it{near}");
    lint("unknown-field", format!("{path}{key}"), sentence)
}

/// Lints a call against the store before it.
pub(crate) fn of_call(step: &Step, before: &Snapshot) -> Vec<Lint> {
    let mut lints = Vec::new();
    let record = |id: ThreadId| before.thread(id).map(|record| &**record);
    let listed = |id| record(id).is_some_and(ThreadRecord::is_listed);
    match step {
        Step::CreateThread(params) if listed(params.thread_id) => lints.push(lint(
            "replaced-create",
            "thread_id",
            format!(
                "thread {} already exists: its history and metadata stay, and the create parameters are replaced",
                params.thread_id
            ),
        )),
        Step::AppendItems(params) if !listed(params.thread_id) => lints.push(ghost(params.thread_id)),
        Step::ResumeThread(params) if !listed(params.thread_id) => lints.push(ghost(params.thread_id)),
        Step::UpdateThreadMetadata(params) => {
            of_update(params.thread_id, &params.patch, record(params.thread_id), before, &mut lints);
        }
        _ => {}
    }
    lints
}

fn ghost(id: ThreadId) -> Lint {
    let sentence =
        format!("thread {id} was never created: its history can be loaded, but no list or read shows it");
    lint("ghost-history", "thread_id", sentence)
}

fn of_update(
    id: ThreadId,
    patch: &ThreadMetadataPatch,
    record: Option<&ThreadRecord>,
    before: &Snapshot,
    lints: &mut Vec<Lint>,
) {
    let so_far = record.and_then(|record| record.patch.as_deref());
    match record.filter(|record| record.is_listed()) {
        None => {
            let sentence = format!(
                "thread {id} was never created: the call returns an error, but the patch is kept and applies if the thread is created"
            );
            lints.push(lint("unknown-thread", "thread_id", sentence));
        }
        Some(record) if !shows(record, patch, before) => {
            lints.push(lint(
                "no-effect",
                "patch",
                "this patch changes nothing that a read shows",
            ));
        }
        Some(_) => {}
    }
    if patch.created_at.is_some() || patch.updated_at.is_some() {
        let mut merged = so_far.cloned().unwrap_or_default();
        merged.merge(patch);
        if let (Some(created), Some(updated)) = (merged.created_at, merged.updated_at)
            && updated < created
        {
            let place = if patch.updated_at.is_some() {
                "patch.updated_at"
            } else {
                "patch.created_at"
            };
            let sentence =
                format!("updated_at {updated:?} is before created_at {created:?}; both are stored as given");
            lints.push(lint("time-reversed", place, sentence));
        } else if let (Some(next), Some(last)) = (patch.updated_at, so_far.and_then(|patch| patch.updated_at))
            && next < last
        {
            let sentence =
                format!("updated_at goes back from {last:?} to {next:?}; the new value is stored as given");
            lints.push(lint("time-reversed", "patch.updated_at", sentence));
        }
    }
    if let Some(path) = &patch.rollout_path
        && before.owner(path) != Some(id)
    {
        let sentence = format!(
            "reads show {}, but a read by this path does not find the thread",
            path.display()
        );
        lints.push(lint("path-not-resolvable", "patch.rollout_path", sentence));
    }
}

/// Whether a read returns a different thread after the patch. Setting a time that came from the clock until now
/// counts as a difference, even if the new time equals the current time of the clock.
fn shows(record: &ThreadRecord, patch: &ThreadMetadataPatch, before: &Snapshot) -> bool {
    let so_far = record.patch.as_deref();
    let fixed = |time: fn(&ThreadMetadataPatch) -> bool| time(patch) && !so_far.is_some_and(time);
    if fixed(|patch| patch.created_at.is_some()) || fixed(|patch| patch.updated_at.is_some()) {
        return true;
    }
    let mut after = record.clone();
    Arc::make_mut(after.patch.get_or_insert_default()).merge(patch);
    let now = before.now();
    let (before, after) = (record.project(now), after.project(now));
    // Paths are compared by their components, but a read returns their text.
    let paths = |thread: &Option<StoredThread>| {
        thread.as_ref().map(|thread| {
            let rollout = thread.rollout_path.clone().map(PathBuf::into_os_string);
            (rollout, thread.cwd.clone().into_os_string())
        })
    };
    before != after || paths(&before) != paths(&after)
}
