//! The table of explanations. Each row has the number of its rule and a function that returns the explanation if the
//! row applies. The function depends only on its [`ExplainedStep`], which is defined in the parent module.

use std::path::Component;

use super::ExplainedStep;
use crate::contract::{FIELDS, Field, FieldState, Op, States, Step, ThreadMetadataPatch};
use crate::protocol::json::Json;
use crate::protocol::{SessionSource, SubAgentSource};
use crate::store::ThreadRecord;
use crate::workbench::gist::given;

pub(super) type ExplainFn = fn(&ExplainedStep<'_>) -> Option<String>;

/// All rows: the rule, and the function that explains it. Within a method, the most surprising row is first.
pub(super) static ROWS: &[(&str, ExplainFn)] = &[
    // Updates.
    ("M1", |case| {
        let update = case.update()?;
        (case.failed == Some("thread_not_found")).then(|| {
            match update.patch.is_empty() {
                true => "This thread was never created, so there is no thread to return.",
                false => "This thread was never created, so there is no thread to return; but the patch was kept and will apply if the thread is created.",
            }
            .to_string()
        })
    }),
    ("M2", |case| {
        case.update()?;
        (case.failed.is_some() && !case.after?.is_loadable()).then(|| {
            "A patch does not start a history: load_history does not find this thread either.".to_string()
        })
    }),
    ("M8", |case| {
        let sent = case.entry.sent_patch();
        let what = match sent.is_some_and(|patch| patch.members().next().is_some()) {
            true => "The contract ignores everything in this patch",
            false => "The patch is empty",
        };
        case.update()?
            .patch
            .is_empty()
            .then(|| format!("{what}, so nothing changed; the call was still counted."))
    }),
    ("M6", |case| {
        let sent = case.update().and(case.entry.sent_patch())?;
        let is_ignored =
            |field: &&Field| field.states == States::Two && sent.get(field.name).is_some_and(Json::is_null);
        let ignored: Vec<&str> = FIELDS.iter().filter(is_ignored).map(|field| field.name).collect();
        some(&ignored, |names| {
            format!("{names}: null leaves the field unchanged, because it cannot be cleared.")
        })
    }),
    ("P1", |case| {
        let path = case.update()?.patch.rollout_path.as_deref()?;
        let owner = case.stores[1].owner(path);
        (owner != case.call.thread_id()).then(|| {
            let found = match owner {
                Some(id) => format!("finds {id} instead"),
                None => "does not find the thread".to_string(),
            };
            format!(
                "Reads return the path from this patch, but reading the thread by that path {found}: only resume_thread registers paths."
            )
        })
    }),
    ("M4", |case| {
        let hidden = said(&case.update()?.patch, |field| field.shown.is_none());
        some(&hidden, |names| {
            format!("{names}: stored and merged, but no read returns it.")
        })
    }),
    ("M5", |case| {
        let cleared = case.update()?.patch.thread_source == Some(None);
        let given = case.after?.create.as_ref()?.thread_source.is_some();
        (cleared && given)
            .then(|| "thread_source was cleared: reads show null, not the value from the create.".to_string())
    }),
    ("M7", |case| {
        let git = case.update()?.patch.git_info.as_ref()?;
        if git.is_empty() {
            return Some(
                "A git_info without parts changes nothing; omitted parts stay unchanged.".to_string(),
            );
        }
        let all = case.after?.patch.as_ref()?;
        let parts = FIELDS.iter().filter(|field| field.is_part());
        let none = parts.into_iter().all(|field| field.state(all) != FieldState::Set);
        none.then(|| "No part of git_info is set, so reads show null for all of it.".to_string())
    }),
    ("M9", |case| {
        let set = case.update()?.patch.source.is_some();
        let first = case
            .before?
            .patch
            .as_ref()
            .is_none_or(|patch| patch.source.is_none());
        (set && first && case.after?.is_listed()).then(|| {
            "From now on, each read returns the `source` that the patch set, not the one given to create_thread.".to_string()
        })
    }),
    ("M10", |case| {
        let next = case.update()?.patch.updated_at?;
        let last = case.before?.patch.as_ref()?.updated_at?;
        (next < last).then(|| "updated_at went back in time: the store keeps times as given.".to_string())
    }),
    ("M10", |case| {
        let patch = &case.update()?.patch;
        (patch.created_at.is_some() || patch.updated_at.is_some()).then_some(())?;
        let all = case.after?.patch.as_ref()?;
        (all.updated_at? < all.created_at?)
            .then(|| "created_at is now after updated_at: the store keeps times as given.".to_string())
    }),
    ("M3", |case| {
        (case.update()?.patch.name.as_ref()?.as_deref() == Some(""))
            .then(|| "The empty string is a name: reads show \"\", not null.".to_string())
    }),
    ("M6", |case| {
        let empty = |text: Option<&str>| text == Some("");
        let patch = &case.update()?.patch;
        let named = [
            ("preview", empty(patch.preview.as_deref())),
            ("model_provider", empty(patch.model_provider.as_deref())),
            ("model", empty(patch.model.as_deref())),
            (
                "cwd",
                patch
                    .cwd
                    .as_deref()
                    .is_some_and(|path| path.as_os_str().is_empty()),
            ),
            ("cli_version", empty(patch.cli_version.as_deref())),
            ("first_user_message", empty(patch.first_user_message.as_deref())),
        ];
        let named: Vec<&str> = named
            .into_iter()
            .filter_map(|(name, is)| is.then_some(name))
            .collect();
        some(&named, |names| {
            format!(
                "{names}: an empty value is a value; a field that was set can be replaced but not cleared."
            )
        })
    }),
    ("M10", |case| {
        case.update()?
            .include_archived
            .then(|| IGNORES_ARCHIVED.to_string())
    }),
    // Creates.
    ("A1", |case| {
        let params = case.create()?;
        let former = case.before?.create.as_ref()?;
        let others = [
            ("source", former.source != params.source),
            ("thread_source", former.thread_source != params.thread_source),
            ("forked_from_id", former.forked_from_id != params.forked_from_id),
        ];
        let others: Vec<&str> = others
            .into_iter()
            .filter_map(|(name, is)| is.then_some(name))
            .collect();
        let now = match others.as_slice() {
            [] => "nothing else changed".to_string(),
            names => format!("only {} changed", names.join(", ")),
        };
        Some(format!(
            "The thread already existed: a second create never fails and keeps history and metadata; {now}."
        ))
    }),
    ("M1", |case| {
        case.create()?;
        let before = case.before.filter(|record| !record.is_listed())?;
        let shown = said(before.patch.as_ref()?, |field| {
            field.shown.is_some() && !field.is_part()
        });
        some(&shown, |names| {
            format!("Reads now show metadata that was set before the create: {names}.")
        })
    }),
    ("M9", |case| {
        let params = case.create()?;
        let patched = case.before?.patch.as_ref()?.source.as_ref()?;
        (*patched != params.source).then(|| {
            "An earlier patch has set source: reads show that value, not the one from this create."
                .to_string()
        })
    }),
    ("G7", |case| {
        match &case.create()?.source {
        SessionSource::SubAgent(SubAgentSource::ThreadSpawn { agent_path, agent_nickname, agent_role, .. })
            if agent_path.is_some() || agent_nickname.is_some() || agent_role.is_some() =>
        {
            Some("Only patches set agent_nickname, agent_role and agent_path; the values in the source are not used.".to_string())
        }
        _ => None,
    }
    }),
    ("A2", |case| {
        case.create()?;
        let shown = ["source", "thread_source", "forked_from_id"];
        let hidden = names(case.call, |name| !shown.contains(&name));
        some(&hidden, |names| {
            format!("Stored, but no read returns it: {names}.")
        })
    }),
    // Resumes.
    ("P5", |case| {
        let Step::ResumeThread(params) = case.call else {
            return None;
        };
        let path = params.rollout_path.as_deref()?;
        let former = case.stores[0]
            .owner(path)
            .filter(|former| *former != params.thread_id)?;
        Some(format!(
            "The path was registered for {former} before and now belongs to this thread."
        ))
    }),
    ("G2", |case| {
        let Step::ResumeThread(params) = case.call else {
            return None;
        };
        (!case.after?.is_listed()).then(|| match params.rollout_path {
            Some(_) => "This thread was never created: the resume started a history and registered the path, but no read or list shows the thread.".to_string(),
            None => "This thread was never created: the resume started a history, but no read or list shows the thread.".to_string(),
        })
    }),
    ("P2", |case| {
        let Step::ResumeThread(params) = case.call else {
            return None;
        };
        let path = params.rollout_path.as_deref()?;
        let shown = case.after?.patch.as_ref()?.rollout_path.as_deref()?;
        (shown != path).then(|| {
            format!(
                "Reading by this path now finds the thread, but reads show {}, the path from a patch.",
                shown.display()
            )
        })
    }),
    ("P5", |case| {
        let Step::ResumeThread(params) = case.call else {
            return None;
        };
        params.rollout_path.as_ref()?;
        let paths = case.after?.rollout_paths().count();
        (paths > 1)
            .then(|| format!("{paths} paths now find this thread; reads show the one registered last."))
    }),
    ("A4", |case| {
        let Step::ResumeThread(_) = case.call else {
            return None;
        };
        let ignored = names(case.call, |name| name != "rollout_path");
        some(&ignored, |names| format!("A resume ignores {names}."))
    }),
    ("A4", |case| {
        let Step::ResumeThread(params) = case.call else {
            return None;
        };
        (params.rollout_path.is_none() && case.before?.is_loadable())
            .then(|| "The thread already had a history, so the resume changed nothing.".to_string())
    }),
    // Appends.
    ("A5", |case| {
        let Step::AppendItems(_) = case.call else {
            return None;
        };
        (!case.after?.is_listed()).then(|| {
            "This thread was never created: an append never fails and the history can be loaded, but no read or list shows the thread."
                .to_string()
        })
    }),
    ("C3", |case| {
        let Step::AppendItems(_) = case.call else {
            return None;
        };
        (case.entry.items == 0).then(|| {
            match case.before.is_some_and(ThreadRecord::is_loadable) {
                true => "There was nothing to append; the call was still counted.",
                false => "There was nothing to append; the call was counted and started an empty history.",
            }
            .to_string()
        })
    }),
    ("M11", |case| {
        let Step::AppendItems(_) = case.call else {
            return None;
        };
        let (record, items) = (case.after?, case.entry.touch.appended()?);
        let bare = record.patch.as_ref().is_none_or(|patch| patch.preview.is_none());
        let said = items
            .iter()
            .take(64)
            .any(|item| item.kind().name == "user_message");
        (record.is_listed() && bare && said).then(|| {
            "Items do not change metadata: the field `preview` stays empty until a patch sets it.".to_string()
        })
    }),
    // Calls that only increment a counter.
    ("A6", |case| {
        let end = match case.call.op() {
            Op::PersistThread => "there is no disk to write to",
            Op::FlushThread => "there are no queued items",
            Op::ShutdownThread => "appends still work",
            Op::DiscardThread => "no item is dropped",
            _ => return None,
        };
        let known = match case.before {
            Some(_) => "",
            None => ", even for an unknown thread",
        };
        Some(format!(
            "{} only counts the call{known}: {end}.",
            case.call.op().name()
        ))
    }),
    ("G5", |case| {
        let Step::ArchiveThread(_) = case.call else {
            return None;
        };
        Some(match case.after.is_some_and(ThreadRecord::is_listed) {
            true => "archive_thread only counts the call: archived_at stays null, and the thread is listed and read as before.".to_string(),
            false => "archive_thread only counts the call, even for a thread that was never created.".to_string(),
        })
    }),
    ("G5", |case| {
        let Step::UnarchiveThread(_) = case.call else {
            return None;
        };
        case.failed
            .is_none()
            .then(|| "This store archives nothing: unarchive_thread only returns the thread.".to_string())
    }),
    // Reads.
    ("P3", |case| {
        let Step::ReadThreadByRolloutPath(_) = case.call else {
            return None;
        };
        (case.failed == Some("thread_not_found"))
            .then(|| "A resume registered this path, but its thread was never created.".to_string())
    }),
    ("P4", |case| {
        let Step::ReadThreadByRolloutPath(params) = case.call else {
            return None;
        };
        let climbs = params
            .rollout_path
            .components()
            .any(|part| part == Component::ParentDir);
        (case.failed == Some("invalid_request") && climbs).then(|| {
            "Paths are compared by component as written: .. is not resolved, and the file system is not read."
                .to_string()
        })
    }),
    ("P1", |case| {
        let Step::ReadThreadByRolloutPath(_) = case.call else {
            return None;
        };
        (case.failed == Some("invalid_request")).then(|| {
            "Only a resume registers a path: a rollout_path that a patch has set does not find the thread.".to_string()
        })
    }),
    ("P2", |case| {
        let Step::ReadThreadByRolloutPath(params) = case.call else {
            return None;
        };
        let shown = case.after?.patch.as_ref()?.rollout_path.as_deref()?;
        (case.failed.is_none() && shown != params.rollout_path).then(|| {
            format!(
                "The registered path finds the thread, but the answer shows {}, the path from a patch.",
                shown.display()
            )
        })
    }),
    ("P4", |case| {
        let Step::ReadThreadByRolloutPath(params) = case.call else {
            return None;
        };
        let asked = params.rollout_path.as_path();
        let registered = case.after?.rollout_paths().find(|path| *path == asked)?;
        (registered.as_os_str() != asked.as_os_str()).then(|| {
            format!(
                "Paths are compared by component, so this one equals {}.",
                registered.display()
            )
        })
    }),
    ("G2", |case| {
        let (Step::ReadThread(_) | Step::UnarchiveThread(_)) = case.call else {
            return None;
        };
        case.failed?;
        Some(
            match case.before {
                Some(record) if record.is_loadable() => {
                    "The thread has a history, which can be loaded, but no read returns a thread that was never created."
                }
                Some(_) => {
                    "The thread has a patch, but no read returns a thread that was never created."
                }
                None => "This thread was never created.",
            }
            .to_string(),
        )
    }),
    ("M2", |case| {
        let Step::LoadHistory(_) = case.call else {
            return None;
        };
        (case.failed.is_some() && case.before.is_some())
            .then(|| "The thread only has a patch, and a patch does not start a history.".to_string())
    }),
    ("G1", |case| {
        let Step::LoadHistory(_) = case.call else {
            return None;
        };
        match (case.failed, case.before) {
            (Some(_), _) => {
                Some("Only a create, a resume or an append starts a history, and there was none.".to_string())
            }
            (None, Some(record)) if !record.is_listed() => {
                Some("This thread was never created, but load_history only needs a history.".to_string())
            }
            _ => None,
        }
    }),
    ("G4", |case| {
        let patch = case.read()?.patch.as_ref();
        let open = |time: fn(&ThreadMetadataPatch) -> bool| patch.is_none_or(|patch| !time(patch));
        let times = [
            ("created_at", open(|patch| patch.created_at.is_some())),
            ("updated_at", open(|patch| patch.updated_at.is_some())),
        ];
        let times: Vec<&str> = times
            .into_iter()
            .filter_map(|(name, is)| is.then_some(name))
            .collect();
        some(&times, |names| {
            format!(
                "{names}: the current time, because no patch has set it; the next read shows another time."
            )
        })
    }),
    ("G6", |case| {
        let patch = case.read()?.patch.as_ref();
        let open = |text: fn(&ThreadMetadataPatch) -> bool| patch.is_none_or(|patch| !text(patch));
        let words = [
            ("model_provider", open(|patch| patch.model_provider.is_some())),
            ("cli_version", open(|patch| patch.cli_version.is_some())),
        ];
        let words: Vec<&str> = words
            .into_iter()
            .filter_map(|(name, is)| is.then_some(name))
            .collect();
        some(&words, |names| {
            format!("{names}: the default `test`, because no patch has set it; a create does not set it.")
        })
    }),
    ("G1", |case| match case.call {
        Step::LoadHistory(params) => params.include_archived.then(|| IGNORES_ARCHIVED.to_string()),
        _ => None,
    }),
    ("G5", |case| match case.call {
        Step::ReadThread(params) => params.include_archived.then(|| IGNORES_ARCHIVED.to_string()),
        _ => None,
    }),
    ("P6", |case| match case.call {
        Step::ReadThreadByRolloutPath(params) => {
            params.include_archived.then(|| IGNORES_ARCHIVED.to_string())
        }
        _ => None,
    }),
    // Lists.
    ("L1", |case| {
        let Step::ListThreads(_) = case.call else {
            return None;
        };
        let ignored = names(case.call, |_| true);
        some(&ignored, |names| {
            format!("A list ignores {names}: it returns every created thread, ordered by id.")
        })
    }),
    ("L2", |case| {
        let Step::ListThreads(_) = case.call else {
            return None;
        };
        let store = case.stores[0];
        match store.len() - store.listed() {
            0 => None,
            1 => Some("1 thread is not listed, because it was never created.".to_string()),
            others => Some(format!(
                "{others} threads are not listed, because they were never created."
            )),
        }
    }),
    ("C4", |case| {
        let (Step::ListTurns(_) | Step::ListItems(_)) = case.call else {
            return None;
        };
        Some(format!(
            "This store does not support {}: the call fails, and no counter changes.",
            case.call.op().name()
        ))
    }),
    ("C1", |case| {
        (case.failed.is_some() && case.call.op().row().counted)
            .then(|| "A failed call is counted too.".to_string())
    }),
];

const IGNORES_ARCHIVED: &str = "include_archived makes no difference: this store archives nothing.";

/// The optional parameters that a call specifies with a value other than the default and that `which` accepts. Some
/// are parts of a parameter, such as `metadata.cwd`.
fn names(call: &Step, which: impl Fn(&str) -> bool) -> Vec<String> {
    let given = given(call).into_iter().map(|(name, _)| name);
    given.filter(|name| which(name)).collect()
}

/// The fields that a patch sets or clears and that `which` accepts.
fn said(patch: &ThreadMetadataPatch, which: impl Fn(&Field) -> bool) -> Vec<&'static str> {
    let fields = FIELDS
        .iter()
        .filter(|field| field.state(patch) != FieldState::Leave);
    fields
        .filter(|field| which(field))
        .map(|field| field.name)
        .collect()
}

/// A sentence that lists the names; `None` if there are no names.
fn some<T: AsRef<str>>(names: &[T], sentence: impl Fn(&str) -> String) -> Option<String> {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    (!names.is_empty()).then(|| sentence(&names.join(", ")))
}
