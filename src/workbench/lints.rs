//! What the contract accepts in silence but a person should hear about. Each lint has a code, a place and a sentence.
//!
//! Some can be told from the text of a call alone ([`of_text`]), others only from the store as it is before the call
//! ([`of_call`]).

use std::fmt;

use chrono::TimeDelta;

use super::scenario::Method;
use crate::contract::{FIELDS, States, Step, ThreadMetadataPatch};
use crate::protocol::ThreadId;
use crate::protocol::json::{Json, JsonKind};
use crate::store::{Snapshot, ThreadRecord};

/// One thing that a person should hear about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Its stable code.
    pub code: &'static str,
    /// The key it is about, such as `patch.name`.
    pub place: String,
    /// What happens, in a sentence.
    pub sentence: String,
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.code, self.place, self.sentence)
    }
}

fn lint(code: &'static str, place: impl Into<String>, sentence: impl Into<String>) -> Lint {
    Lint {
        code,
        place: place.into(),
        sentence: sentence.into(),
    }
}

/// The known word that is nearest to one that is not known, if one is near enough to have been meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(word, candidate), candidate))
        .filter(|(near, _)| *near >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// What the text of a call's parameters gives away.
pub fn of_text(method: &Method, params: Option<Json<'_>>) -> Vec<Lint> {
    let mut lints = Vec::new();
    let Some(params) = params else { return lints };
    let known: Vec<&str> = match method {
        Method::Call(step) => step.op().row().params.iter().map(|param| param.name).collect(),
        Method::Calls => Vec::new(),
    };
    unknown_keys(params, "", &known, &mut lints);
    if let Some(metadata) = params.get("metadata").filter(|_| known.contains(&"metadata")) {
        unknown_keys(
            metadata,
            "metadata.",
            &["cwd", "model_provider", "memory_mode"],
            &mut lints,
        );
    }
    if let Some(text) = params
        .get("base_instructions")
        .filter(|_| known.contains(&"base_instructions"))
    {
        unknown_keys(text, "base_instructions.", &["text"], &mut lints);
    }
    if let Some(patch) = params.get("patch").filter(|_| known.contains(&"patch")) {
        lints.extend(of_patch_text(patch));
    }
    lints
}

/// What the text of a patch gives away.
pub fn of_patch_text(patch: Json<'_>) -> Vec<Lint> {
    let mut lints = Vec::new();
    let fields: Vec<&str> = FIELDS
        .iter()
        .filter(|field| !field.is_part())
        .map(|field| field.name)
        .collect();
    unknown_keys(patch, "patch.", &fields, &mut lints);
    if let Some(git) = patch.get("git_info") {
        unknown_keys(
            git,
            "patch.git_info.",
            &["sha", "branch", "origin_url"],
            &mut lints,
        );
    }
    for field in FIELDS.iter().filter(|field| !field.is_part()) {
        let Some(value) = patch.get(field.name) else {
            continue;
        };
        let place = format!("patch.{}", field.name);
        if value.is_null() && field.states == States::Two {
            let sentence = format!(
                "{} cannot be cleared: null leaves it as it is; leave the key out, or set a value",
                field.name
            );
            lints.push(lint("null-ignored", place, sentence));
        } else if !value.is_null() && field.shown.is_none() {
            let sentence = format!("{} is kept and merged, but no read ever shows it", field.name);
            lints.push(lint("write-only", place, sentence));
        }
    }
    lints
}

fn unknown_keys(object: Json<'_>, path: &str, known: &[&str], lints: &mut Vec<Lint>) {
    if object.kind() != JsonKind::Object {
        return;
    }
    for (key, _) in object.members() {
        if known.contains(&&*key) {
            continue;
        }
        let near = nearest(&key, known.iter().copied())
            .map_or(String::new(), |near| format!("; did you mean {near}?"));
        let sentence = format!("the contract has no key `{key}` here and ignores it{near}");
        lints.push(lint("unknown-field", format!("{path}{key}"), sentence));
    }
}

/// What a call means for the store as it is before it.
pub fn of_call(step: &Step, before: &Snapshot) -> Vec<Lint> {
    let mut lints = Vec::new();
    let record = |id: ThreadId| before.thread(id).map(|record| &**record);
    let listed = |id| record(id).is_some_and(ThreadRecord::is_listed);
    match step {
        Step::CreateThread(params) if listed(params.thread_id) => lints.push(lint(
            "replaced-create",
            "thread_id",
            format!(
                "thread {} was created before: its history and metadata stay, the create parameters are replaced",
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
                "thread {id} was never created: the patch is kept, the answer is an error, and a later create shows it"
            );
            lints.push(lint("unknown-thread", "thread_id", sentence));
        }
        Some(record) if !shows(record, patch, before) => {
            lints.push(lint(
                "no-effect",
                "patch",
                "a read shows the same after this patch as before it",
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
                format!("updated_at {updated:?} is before created_at {created:?}; both are kept as they are");
            lints.push(lint("time-reversed", place, sentence));
        } else if let (Some(next), Some(last)) = (patch.updated_at, so_far.and_then(|patch| patch.updated_at))
            && next < last
        {
            let sentence = format!("updated_at goes back from {last:?} to {next:?}; it is kept as it is");
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

/// Whether a read shows anything else after the patch. Two moments are tried, since fixing a time that the clock gave is an
/// effect even where the moments happen to be the same.
fn shows(record: &ThreadRecord, patch: &ThreadMetadataPatch, before: &Snapshot) -> bool {
    let mut after = record.clone();
    std::sync::Arc::make_mut(after.patch.get_or_insert_default()).merge(patch);
    [before.now(), before.now() + TimeDelta::seconds(1)]
        .into_iter()
        .any(|now| {
            let text = |record: &ThreadRecord| {
                record
                    .project(|| now)
                    .and_then(|thread| serde_json::to_string(&thread).ok())
            };
            text(record) != text(&after)
        })
}
