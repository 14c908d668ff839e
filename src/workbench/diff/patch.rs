//! Turns a difference into a patch. After the patch, a read of one thread returns the same metadata as a read of
//! another thread, as far as a patch can achieve that.

use super::equal;
use crate::contract::{Change, FIELDS, ThreadMetadataPatch};
use crate::protocol::ThreadId;
use crate::protocol::json::Json;
use crate::store::Snapshot;
use crate::workbench::effect::{ThreadView, effect};

/// A patch, and the differences that it cannot remove.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PatchBetween {
    /// The patch.
    pub patch: ThreadMetadataPatch,
    /// The fields that will still differ, each with the reason.
    pub beyond: Vec<(&'static str, String)>,
}

/// The error for a thread that was never created, so that no read returns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no read returns {0}, because it was never created (rule G2)")]
pub struct NotShown(pub ThreadId);

/// The patch after which a read of a thread returns the same metadata as a read of the thread `model`.
pub fn likeness(
    model: (&Snapshot, ThreadId),
    thread: (&Snapshot, ThreadId),
) -> Result<PatchBetween, NotShown> {
    let (wanted, here) = (
        ThreadView::new(model.0, model.1),
        ThreadView::new(thread.0, thread.1),
    );
    for (view, id) in [(&wanted, model.1), (&here, thread.1)] {
        if view.key("thread_id").is_none() {
            return Err(NotShown(id));
        }
    }
    let mut likeness = PatchBetween::default();
    let same = |one: &str, other: &str| match (Json::parse(one), Json::parse(other)) {
        (Ok(one), Ok(other)) => equal(one, other),
        _ => one == other,
    };
    for field in FIELDS
        .iter()
        .filter(|field| field.is_part() || field.name != "git_info")
    {
        let (Some(value), Some(now)) = (wanted.shown(field), here.shown(field)) else {
            continue;
        };
        let change = match (wanted.is_clock(field), here.is_clock(field)) {
            (true, true) => continue,
            (true, false) => {
                let reason = "a time that was set cannot be reset to the time of the read".to_string();
                likeness.beyond.push((field.name, reason));
                continue;
            }
            (false, false) if same(&value, &now) => continue,
            _ if value == "null" => Change::Clear,
            _ => Change::Set(value),
        };
        if let Err(reason) = field.put(&mut likeness.patch, &change) {
            likeness.beyond.push((field.name, reason.to_string()));
        }
    }
    // Apply the patch to the store to determine which differences remain.
    for row in effect(thread.0, thread.1, &likeness.patch).fields {
        let told = likeness.beyond.iter().any(|(name, _)| *name == row.field.name);
        let wanted = wanted.shown(row.field).filter(|_| !wanted.is_clock(row.field));
        let (Some(wanted), Some(after)) = (wanted, row.after) else {
            continue;
        };
        let whole = row.field.name == "git_info";
        if !told && !whole && !same(&wanted, &after) {
            let reason = format!("a read will show {after}");
            likeness.beyond.push((row.field.name, reason));
        }
    }
    let forked = |view: &ThreadView<'_>| view.key("forked_from_id");
    if forked(&wanted) != forked(&here) {
        let reason = "only a create sets it".to_string();
        likeness.beyond.push(("forked_from_id", reason));
    }
    Ok(likeness)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Op, Step, UpdateThreadMetadataParams, carry};
    use crate::store::InMemoryThreadStore;
    use chrono::DateTime;
    use proptest::prelude::*;

    const ONE: &str = "0198f2a3-0000-7000-8000-000000000001";
    const TWO: &str = "0198f2a3-0000-7000-8000-000000000002";

    fn id(text: &str) -> ThreadId {
        ThreadId::from_string(text).unwrap()
    }

    /// A store with two threads, to which these patches were applied.
    fn store(one: &[&str], two: &[&str]) -> InMemoryThreadStore {
        let store = InMemoryThreadStore::standing_at(DateTime::UNIX_EPOCH);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for (thread, patches) in [(ONE, one), (TWO, two)] {
            let call = |op, params: String| {
                let step = Step::read(op, Some(Json::parse(&params).unwrap())).unwrap();
                runtime.block_on(carry(&store, step)).unwrap();
            };
            call(Op::CreateThread, format!(r#"{{"thread_id":"{thread}"}}"#));
            for patch in patches {
                let params = format!(r#"{{"thread_id":"{thread}","patch":{patch}}}"#);
                call(Op::UpdateThreadMetadata, params);
            }
        }
        store
    }

    fn between(store: &InMemoryThreadStore) -> PatchBetween {
        let snapshot = store.snapshot();
        likeness((&snapshot, id(ONE)), (&snapshot, id(TWO))).unwrap()
    }

    fn told(one: &str, two: &str) -> (String, Vec<String>) {
        let likeness = between(&store(&[one], &[two]));
        let beyond = likeness
            .beyond
            .iter()
            .map(|(name, reason)| format!("{name}: {reason}"));
        (crate::workbench::sparse::text(&likeness.patch), beyond.collect())
    }

    #[test]
    fn it_sets_and_clears_what_differs_and_says_what_it_cannot() {
        let none = Vec::<String>::new();
        assert_eq!(told("{}", "{}"), ("{}".to_string(), none.clone()));
        let git = r#"{"name":"a","git_info":{"branch":"main"}}"#;
        assert_eq!(
            told(git, r#"{"name":"b","git_info":{"sha":"s"}}"#),
            (
                r#"{"name":"a","git_info":{"sha":null,"branch":"main"}}"#.to_string(),
                none.clone()
            )
        );
        assert_eq!(
            told("{}", r#"{"name":"b"}"#),
            (r#"{"name":null}"#.to_string(), none.clone())
        );
        // A field that no read returns is not a difference.
        assert_eq!(told("{}", r#"{"title":"hidden"}"#), ("{}".to_string(), none));
        let (patch, beyond) = told("{}", r#"{"model":"m","created_at":"2026-05-13T00:00:00Z"}"#);
        assert_eq!(patch, "{}");
        assert_eq!(
            beyond,
            [
                "model: it can be left or set, but not cleared",
                "created_at: a time that was set cannot be reset to the time of the read"
            ]
        );
    }

    #[test]
    fn a_thread_that_no_read_shows_is_refused() {
        let snapshot = store(&[], &[]).snapshot();
        let other = id("0198f2a3-0000-7000-8000-000000000003");
        let refused = likeness((&snapshot, id(ONE)), (&snapshot, other)).unwrap_err();
        assert!(refused.to_string().contains("never created"), "{refused}");
    }

    fn any_patch() -> impl Strategy<Value = String> {
        let text = || prop_oneof![Just("null"), Just("\"\""), Just("\"x\""), Just("\"y\"")];
        let time = prop_oneof![
            Just("null"),
            Just("\"1970-01-01T00:00:00Z\""),
            Just("\"2026-05-13T00:00:00Z\"")
        ];
        let rest = prop_oneof![
            Just(String::new()),
            Just(r#","approval_mode":"on-request""#.to_string()),
            Just(r#","sandbox_policy":{"type":"danger-full-access"}"#.to_string()),
            Just(r#","reasoning_effort":"high""#.to_string()),
            Just(r#","memory_mode":"enabled""#.to_string()),
        ];
        ((text(), text(), text(), text()), (text(), text(), time), rest).prop_map(
            |((name, preview, sha, branch), (path, nickname, created), rest)| {
                format!(
                    r#"{{"name":{name},"preview":{preview},"cwd":{path},"agent_nickname":{nickname},"created_at":{created},"git_info":{{"sha":{sha},"branch":{branch}}}{rest}}}"#
                )
            },
        )
    }

    proptest! {
        #[test]
        fn applied_it_makes_reads_show_the_same_where_it_says_so(
            one in prop::collection::vec(any_patch(), 0..3),
            two in prop::collection::vec(any_patch(), 0..3),
        ) {
            let one: Vec<&str> = one.iter().map(String::as_str).collect();
            let two: Vec<&str> = two.iter().map(String::as_str).collect();
            let store = store(&one, &two);
            let likeness = between(&store);
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let params = UpdateThreadMetadataParams {
                thread_id: id(TWO), patch: likeness.patch.clone(), include_archived: false,
            };
            runtime.block_on(carry(&store, Step::UpdateThreadMetadata(params))).unwrap();
            let snapshot = store.snapshot();
            let (wanted, here) = (ThreadView::new(&snapshot, id(ONE)), ThreadView::new(&snapshot, id(TWO)));
            for field in FIELDS.iter().filter(|field| field.is_part() || field.name != "git_info") {
                let beyond = likeness.beyond.iter().any(|(name, _)| *name == field.name);
                let alike = wanted.shown(field) == here.shown(field) && wanted.is_clock(field) == here.is_clock(field);
                prop_assert_eq!(alike, !beyond, "{} {:?}", field.name, likeness);
            }
            // A second time, there are no differences left.
            prop_assert_eq!(between(&store).patch, ThreadMetadataPatch::default());
        }
    }
}
