//! What the contract leaves open: the parts of an answer that follow from rules which the RULES table marks as the
//! in-memory store's own. Other stores may answer differently there.

use std::collections::BTreeSet;

use crate::contract::{FIELDS, FieldState, Op, RuleScope, Step, rule};
use crate::protocol::ThreadId;
use crate::store::{Snapshot, ThreadRecord};

/// How much of the answers of another store is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Judged {
    /// Everything: it must behave as the in-memory store does.
    #[default]
    Everything,
    /// Only what the rules of the contract specify.
    Contract,
}

/// Paths of an answer that are not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOpen(Open);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Open {
    /// The whole answer.
    Answer,
    /// The counters, and these keys of a thread.
    Keys(BTreeSet<&'static str>),
}

impl LeftOpen {
    /// Whether a path is not checked.
    pub fn has(&self, path: &str) -> bool {
        let Open::Keys(keys) = &self.0 else { return true };
        let first = |path: &str| path.split(['.', '[']).next().map(str::to_string);
        if first(path).is_some_and(|key| key == "calls" || key == "moved") {
            return true;
        }
        let key = path.strip_prefix("result.").and_then(first);
        key.is_some_and(|key| keys.contains(&*key))
    }
}

/// A call and what is known about its thread.
struct Case<'a> {
    op: Op,
    /// The thread directly before the call, if it has a record.
    before: Option<&'a ThreadRecord>,
    past: Past,
}

impl Case<'_> {
    fn is(&self, ops: &[Op]) -> bool {
        ops.contains(&self.op)
    }

    fn is_created(&self) -> bool {
        self.before.is_some_and(ThreadRecord::is_listed)
    }
}

/// What happened to a thread before the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Past {
    /// It was archived.
    archived: bool,
    /// It was closed.
    closed: bool,
    /// It was created after something else had made a record of it.
    late: bool,
}

/// A rule, and the condition under which it determines the whole answer to a call.
type OpenAnswer = (&'static str, fn(&Case<'_>) -> bool);

/// The rules that can determine a whole answer.
const ANSWERS: &[OpenAnswer] = &[
    ("C4", |case| case.is(&[Op::ListTurns, Op::ListItems])),
    ("A1", |case| case.is(&[Op::CreateThread]) && case.before.is_some()),
    ("A4", |case| case.is(&[Op::ResumeThread])),
    ("A5", |case| case.is(&[Op::AppendItems]) && !case.is_created()),
    ("A6", |case| {
        case.is(&[
            Op::PersistThread,
            Op::FlushThread,
            Op::ShutdownThread,
            Op::DiscardThread,
        ])
    }),
    // Appends to a closed thread, and the history that it then has.
    ("A6", |case| {
        case.past.closed && case.is(&[Op::AppendItems, Op::LoadHistory, Op::ReadThread])
    }),
    ("G1", |case| case.is(&[Op::LoadHistory]) && !case.is_created()),
    ("G2", |case| {
        case.is(&[Op::ReadThread, Op::UnarchiveThread, Op::UpdateThreadMetadata]) && !case.is_created()
    }),
    ("G5", |case| case.is(&[Op::ArchiveThread, Op::UnarchiveThread])),
    ("G5", |case| case.past.archived),
    ("L1", |case| case.is(&[Op::ListThreads])),
    // Patches and items from before the create.
    ("M1", |case| case.past.late),
    ("P1", |case| case.is(&[Op::ReadThreadByRolloutPath])),
];

/// The rules that determine a key of a thread until a patch sets it.
const DEFAULTS: &[(&str, &[&str])] = &[
    ("G4", &["created_at", "updated_at"]),
    (
        "G6",
        &[
            "model_provider",
            "cli_version",
            "cwd",
            "preview",
            "approval_mode",
            "sandbox_policy",
        ],
    ),
    ("G7", &["agent_nickname", "agent_role", "agent_path"]),
    ("P5", &["rollout_path"]),
];

fn is_own(number: &str) -> bool {
    rule(number).is_ok_and(|rule| rule.scope == RuleScope::InMemory)
}

/// What has happened to the threads of a store.
#[derive(Clone, Debug, Default)]
pub struct ThreadPasts(std::collections::BTreeMap<uuid::Uuid, Past>);

impl ThreadPasts {
    /// The part of the answer to a call that is left open, given the store before and after it. Records the call.
    pub fn left_open(&mut self, step: &Step, before: &Snapshot, after: &Snapshot) -> LeftOpen {
        let id = step.thread_id();
        let record = |store: &Snapshot, id: ThreadId| store.thread(id).cloned();
        let was = id.and_then(|id| record(before, id));
        let is = id.and_then(|id| record(after, id));
        let case = Case {
            op: step.op(),
            before: was.as_deref(),
            past: id.map_or(Past::default(), |id| self.of(id)),
        };
        let decides = |(number, when): &&OpenAnswer| when(&case) && is_own(number);
        let open = match ANSWERS.iter().find(decides) {
            Some(_) => Open::Answer,
            None => Open::Keys(defaults(is.as_deref())),
        };
        if let Some(id) = id {
            let past = self.0.entry(id.uuid()).or_default();
            match step.op() {
                Op::ArchiveThread => past.archived = true,
                Op::ShutdownThread | Op::DiscardThread => past.closed = true,
                Op::CreateThread => past.late |= case.before.is_some(),
                _ => {}
            }
        }
        LeftOpen(open)
    }

    /// The part of the counters that is left open.
    pub fn of_counters() -> LeftOpen {
        LeftOpen(match is_own("C1") {
            true => Open::Answer,
            false => Open::Keys(BTreeSet::new()),
        })
    }

    fn of(&self, id: ThreadId) -> Past {
        self.0.get(&id.uuid()).copied().unwrap_or_default()
    }
}

/// The keys of a thread that no patch has set, and whose defaults are the store's own.
fn defaults(record: Option<&ThreadRecord>) -> BTreeSet<&'static str> {
    let patch = record.and_then(|record| record.patch.as_deref());
    let is_patched = |key: &&str| {
        let fields = FIELDS
            .iter()
            .filter(|field| !field.is_part() && field.shown == Some(*key));
        let mut states = fields.map(|field| patch.map_or(FieldState::Leave, |patch| field.state(patch)));
        states.any(|state| state != FieldState::Leave)
    };
    let own = DEFAULTS.iter().filter(|(number, _)| is_own(number));
    let keys = own.flat_map(|(_, keys)| keys.iter().copied());
    keys.filter(|key| !is_patched(key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{
        ArchiveThreadParams, CreateThreadParams, ListThreadsParams, ReadThreadParams, ThreadMetadataPatch,
        UpdateThreadMetadataParams,
    };
    use crate::store::{CallTime, InMemoryThreadStore};

    #[test]
    fn every_row_names_a_rule_of_the_in_memory_store() {
        let answers = ANSWERS.iter().map(|(number, _)| *number);
        for number in answers
            .chain(DEFAULTS.iter().map(|(number, _)| *number))
            .chain(["C1"])
        {
            assert!(is_own(number), "{number}");
        }
    }

    #[test]
    fn what_no_patch_set_and_what_follows_an_archive_is_left_open() {
        let store = InMemoryThreadStore::default();
        let mut pasts = ThreadPasts::default();
        let mut call = |step: Step| {
            let called = store.call_at(step.clone(), CallTime::Now);
            pasts.left_open(&step, &called.before, &called.after)
        };
        let id = ThreadId::new();
        let read = || Step::ReadThread(ReadThreadParams::new(id));
        assert!(call(read()).has("error"));
        assert!(!call(Step::CreateThread(CreateThreadParams::new(id))).has("error"));
        let open = call(read());
        for (path, is_open) in [
            ("result", false),
            ("error", false),
            ("result.cwd", true),
            ("result.created_at", true),
            ("result.name", false),
            ("result.git_info.branch", false),
            ("result.history.items[0].x", false),
            ("moved.read_thread", true),
        ] {
            assert_eq!(open.has(path), is_open, "{path}");
        }
        let mut patch = ThreadMetadataPatch::default();
        patch.set_cwd("/w");
        let update = UpdateThreadMetadataParams::new(id, patch);
        assert!(!call(Step::UpdateThreadMetadata(update)).has("result.cwd"));
        assert!(call(Step::ListThreads(ListThreadsParams::new())).has("result.items[0]"));
        call(Step::ArchiveThread(ArchiveThreadParams::new(id)));
        assert!(call(read()).has("result.name"));
    }
}
