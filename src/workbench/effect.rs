//! Previews the effect of a patch on a thread: for each field the value before, the change of the patch, the
//! accumulated patch after the merge, and the value after. Computed by the store's own code on a snapshot, so the
//! preview always matches the actual result.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::short;
use crate::contract::{
    Change, FIELDS, Field, FieldState, StoredThread, ThreadMetadataPatch, UpdateThreadMetadataParams,
};
use crate::protocol::ThreadId;
use crate::protocol::json::Json;
use crate::store::{Snapshot, ThreadRecord};

/// The effect on one field.
#[derive(Clone)]
pub struct FieldEffect {
    /// The field; each part of `git_info` has its own row.
    pub field: &'static Field,
    /// The value that a read shows before, as JSON; `None` if no read returns the thread or the field.
    pub before: Option<String>,
    /// What the patch does to the field.
    pub patch: Change,
    /// What the accumulated patch does to the field after the merge.
    pub accumulated: Change,
    /// The value that a read shows after, as JSON.
    pub after: Option<String>,
    /// Whether the value before is the time of the read (rule G4).
    pub clock_before: bool,
    /// Whether the value after is the time of the read.
    pub clock_after: bool,
    /// Whether the full values differ, if they are long; only their beginnings are stored here.
    differs: bool,
}

impl FieldEffect {
    /// Whether a read shows a different value, or a fixed time instead of the time of the read.
    pub fn is_change(&self) -> bool {
        self.clock_before != self.clock_after
            || (!self.clock_after && (self.differs || self.before != self.after))
    }
}

fn is_time(field: &Field) -> bool {
    matches!(field.name, "created_at" | "updated_at")
}

/// The effect of a patch on one thread.
#[derive(Clone)]
pub struct PatchEffect {
    /// All fields, in JSON order.
    pub fields: Vec<FieldEffect>,
    /// Whether the thread was created; if not, the patch is kept but the update fails (rule M1).
    pub listed: bool,
}

/// Computes the effect of a patch. Long texts are shortened to their beginnings.
pub fn effect(snapshot: &Snapshot, id: ThreadId, patch: &ThreadMetadataPatch) -> PatchEffect {
    let params = UpdateThreadMetadataParams {
        thread_id: id,
        patch: patch.clone(),
        include_archived: false,
    };
    let then = snapshot.after_update(&params);
    let before = ThreadView::short(snapshot, id);
    // An empty patch has no effect to compute.
    let changed = (!patch.is_empty()).then(|| ThreadView::short(&then, id));
    let after = changed.as_ref().unwrap_or(&before);
    let said = short::patch(patch);
    let long = |store: &Snapshot, field: &Field| {
        let patch = store.thread(id)?.patch.as_deref()?;
        short::long(patch, field.shown?).cloned()
    };
    let fields = FIELDS
        .iter()
        .filter(|field| field.is_part() || field.name != "git_info")
        .map(|field| FieldEffect {
            field,
            before: before.shown(field),
            patch: field.get(&said),
            accumulated: after.accumulated(field),
            after: after.shown(field),
            clock_before: before.is_clock(field),
            clock_after: after.is_clock(field),
            differs: long(snapshot, field) != long(&then, field),
        })
        .collect();
    PatchEffect {
        fields,
        listed: after.values.is_some(),
    }
}

/// A thread in a snapshot: the values that reads show, and its accumulated patch.
pub(super) struct ThreadView<'a> {
    record: Option<Cow<'a, ThreadRecord>>,
    /// The values by key of the stored thread; parts of `git_info` by their path. `None` if no read returns the thread.
    values: Option<HashMap<String, String>>,
}

impl<'a> ThreadView<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, id: ThreadId) -> Self {
        Self::of(
            snapshot,
            snapshot.thread(id).map(|record| Cow::Borrowed(&**record)),
        )
    }

    /// The same values, with long strings shortened.
    fn short(snapshot: &'a Snapshot, id: ThreadId) -> Self {
        Self::of(snapshot, snapshot.thread(id).map(|record| short::record(record)))
    }

    fn of(snapshot: &Snapshot, record: Option<Cow<'a, ThreadRecord>>) -> Self {
        Self {
            values: record
                .as_deref()
                .and_then(|record| values(record, snapshot.now())),
            record,
        }
    }

    pub(super) fn shown(&self, field: &Field) -> Option<String> {
        let (values, key) = (self.values.as_ref()?, field.shown?);
        let value = match field.name.split_once('.') {
            Some((whole, _)) => values.get(&format!("{whole}.{key}")),
            None => values.get(key),
        };
        // A missing part reads as null.
        Some(value.map_or("null", String::as_str).to_string())
    }

    /// The value under a key of the stored thread.
    pub(super) fn key(&self, key: &str) -> Option<String> {
        self.values.as_ref()?.get(key).cloned()
    }

    /// Whether the shown value is the time of the read (rule G4).
    pub(super) fn is_clock(&self, field: &Field) -> bool {
        self.values.is_some() && is_time(field) && self.state(field) == FieldState::Leave
    }

    pub(super) fn accumulated(&self, field: &Field) -> Change {
        let patch = self.record.as_ref().and_then(|record| record.patch.as_deref());
        patch.map_or(Change::Leave, |patch| field.get(patch))
    }

    fn state(&self, field: &Field) -> FieldState {
        let patch = self.record.as_ref().and_then(|record| record.patch.as_deref());
        patch.map_or(FieldState::Leave, |patch| field.state(patch))
    }
}

/// The values of a thread as a read shows them. Serializes the thread once, because a value may be long.
fn values(record: &ThreadRecord, now: DateTime<Utc>) -> Option<HashMap<String, String>> {
    let mut thread: StoredThread = record.project(now)?;
    if thread.cwd.to_str().is_none() {
        // JSON cannot represent a path that is not UTF-8, but all other values must still be shown.
        thread.cwd = thread.cwd.to_string_lossy().into_owned().into();
    }
    let text = serde_json::to_string(&thread).ok()?;
    let mut values = HashMap::new();
    for (key, value) in Json::trusted(&text).members() {
        for (part, value) in value.members().filter(|_| key == "git_info") {
            values.insert(format!("{key}.{part}"), value.text().to_string());
        }
        values.insert(key.into_owned(), value.text().to_string());
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Op, Step, carry};
    use crate::store::InMemoryThreadStore;
    use proptest::prelude::*;

    const ID: &str = "0198f2a3-0000-7000-8000-000000000001";

    fn store() -> InMemoryThreadStore {
        InMemoryThreadStore::standing_at(DateTime::UNIX_EPOCH)
    }

    fn step(op: Op, params: &str) -> Step {
        Step::read(op, Some(Json::parse(params).unwrap())).unwrap()
    }

    fn row<'a>(effect: &'a PatchEffect, name: &str) -> &'a FieldEffect {
        effect.fields.iter().find(|row| row.field.name == name).unwrap()
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_folder_that_is_not_utf8_hides_no_other_value() {
        use std::os::unix::ffi::OsStrExt as _;

        let store = store();
        let id = ThreadId::from_string(ID).unwrap();
        let create = step(Op::CreateThread, &format!(r#"{{"thread_id":"{ID}"}}"#));
        carry(&store, create).await.unwrap();
        let patch = ThreadMetadataPatch {
            cwd: Some(std::ffi::OsStr::from_bytes(b"/w\xff").into()),
            name: Some(Some("n".to_string())),
            ..ThreadMetadataPatch::default()
        };
        let effect = effect(&store.snapshot(), id, &patch);
        assert_eq!(row(&effect, "name").after.as_deref(), Some(r#""n""#));
        assert_eq!(row(&effect, "cwd").after.as_deref(), Some("\"/w\u{fffd}\""));
    }

    #[tokio::test]
    async fn the_four_columns_of_a_patch_on_a_thread_that_has_been_patched() {
        let store = store();
        carry(
            &store,
            step(Op::CreateThread, &format!(r#"{{"thread_id":"{ID}"}}"#)),
        )
        .await
        .unwrap();
        let first =
            format!(r#"{{"thread_id":"{ID}","patch":{{"name":"a","git_info":{{"sha":"s","branch":"b"}}}}}}"#);
        carry(&store, step(Op::UpdateThreadMetadata, &first))
            .await
            .unwrap();
        let patch: ThreadMetadataPatch =
            serde_json::from_str(r#"{"name":null,"title":"t","git_info":{"sha":null}}"#).unwrap();
        let effect = effect(&store.snapshot(), ThreadId::from_string(ID).unwrap(), &patch);
        let name = row(&effect, "name");
        assert_eq!(
            (
                name.before.as_deref(),
                &name.patch,
                &name.accumulated,
                name.after.as_deref()
            ),
            (Some("\"a\""), &Change::Clear, &Change::Clear, Some("null"))
        );
        let title = row(&effect, "title");
        assert_eq!(
            (&title.before, &title.after, title.is_change()),
            (&None, &None, false)
        );
        assert_eq!(title.accumulated, Change::Set("\"t\"".to_string()));
        let branch = row(&effect, "git_info.branch");
        assert_eq!((&branch.patch, branch.is_change()), (&Change::Leave, false));
        assert_eq!(branch.accumulated, Change::Set("\"b\"".to_string()));
        assert!(row(&effect, "git_info.sha").is_change());
        assert!(row(&effect, "created_at").clock_after);
        assert!(!row(&effect, "created_at").is_change());
        assert_eq!(
            store.calls().await.update_thread_metadata,
            1,
            "previewing a patch is not a call"
        );
    }

    #[tokio::test]
    async fn fixing_the_time_that_the_clock_gave_is_a_change() {
        let store = store();
        carry(
            &store,
            step(Op::CreateThread, &format!(r#"{{"thread_id":"{ID}"}}"#)),
        )
        .await
        .unwrap();
        let patch: ThreadMetadataPatch =
            serde_json::from_str(r#"{"created_at":"1970-01-01T00:00:00Z"}"#).unwrap();
        let effect = effect(&store.snapshot(), ThreadId::from_string(ID).unwrap(), &patch);
        assert!(row(&effect, "created_at").is_change());
        assert!(!row(&effect, "created_at").clock_after);
    }

    #[tokio::test]
    async fn long_texts_are_kept_by_their_beginnings_and_compared_to_their_ends() {
        let store = store();
        let create = format!(r#"{{"thread_id":"{ID}"}}"#);
        carry(&store, step(Op::CreateThread, &create)).await.unwrap();
        let long = "x".repeat(200_000);
        let patch = |end: &str| ThreadMetadataPatch {
            preview: Some(format!("{long}{end}").into()),
            ..ThreadMetadataPatch::default()
        };
        let id = ThreadId::from_string(ID).unwrap();
        let params = UpdateThreadMetadataParams {
            thread_id: id,
            patch: patch("a"),
            include_archived: false,
        };
        carry(&store, Step::UpdateThreadMetadata(params)).await.unwrap();
        for (end, changes) in [("a", false), ("b", true), ("ab", true)] {
            let effect = effect(&store.snapshot(), id, &patch(end));
            let preview = row(&effect, "preview");
            assert_eq!(preview.is_change(), changes, "{end}");
            let kept = [&preview.before, &preview.after].map(|text| text.as_ref().unwrap().len());
            assert!(
                kept.iter().all(|kept| (60_000..70_000).contains(kept)),
                "{kept:?}"
            );
            assert!(matches!(&preview.patch, Change::Set(text) if text.len() < 70_000));
        }
    }

    /// Patches with a random change of each field in the table.
    fn any_patch() -> impl Strategy<Value = ThreadMetadataPatch> {
        prop::collection::vec((0..FIELDS.len(), 0usize..4, 0usize..12), 0..6).prop_map(|picks| {
            let mut patch = ThreadMetadataPatch::default();
            for (field, state, choice) in picks {
                let field = &FIELDS[field];
                let text = match field.edit {
                    crate::contract::FieldEditor::Choice(choices) => {
                        choices[choice % choices.len()].to_string()
                    }
                    crate::contract::FieldEditor::Time => format!("\"2026-01-{:02}T00:00:00Z\"", choice + 1),
                    crate::contract::FieldEditor::Parts => "{}".to_string(),
                    _ => ["\"\"", "\"x\"", "\"y\""][choice % 3].to_string(),
                };
                let change = match state {
                    0 => Change::Leave,
                    1 => Change::Clear,
                    _ => Change::Set(text),
                };
                // A field that cannot be cleared is left unchanged.
                let _ = field.put(&mut patch, &change);
            }
            patch
        })
    }

    proptest! {
        #[test]
        fn what_is_shown_before_is_what_an_apply_then_shows(
            create in any::<bool>(),
            before in prop::collection::vec(any_patch(), 0..3),
            patch in any_patch(),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let store = store();
                let id = ThreadId::from_string(ID).unwrap();
                if create {
                    let source = r#""source":"exec","thread_source":"user""#;
                    carry(&store, step(Op::CreateThread, &format!(r#"{{"thread_id":"{ID}",{source}}}"#))).await.unwrap();
                }
                let update = |patch| Step::UpdateThreadMetadata(UpdateThreadMetadataParams {
                    thread_id: id, patch, include_archived: false,
                });
                for patch in before {
                    let _ = carry(&store, update(patch)).await;
                }
                let effect = effect(&store.snapshot(), id, &patch);
                let answer = carry(&store, update(patch)).await;
                prop_assert_eq!(answer.is_ok(), effect.listed);
                let record = store.snapshot().thread(id).cloned();
                let accumulated = record.as_ref().and_then(|record| record.patch.clone()).unwrap_or_default();
                let shown = answer.ok().map(|answer| serde_json::to_value(answer).unwrap());
                for row in &effect.fields {
                    prop_assert_eq!(&row.accumulated, &row.field.get(&accumulated), "{}", row.field.name);
                    let Some(key) = row.field.shown else { continue };
                    let value = shown.as_ref().map(|shown| match row.field.name.split_once('.') {
                        Some((whole, _)) => shown[whole][key].clone(),
                        None => shown[key].clone(),
                    });
                    let after = row.after.as_ref().map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap());
                    prop_assert_eq!(after, value, "{}", row.field.name);
                }
                Ok(())
            })?;
        }
    }
}
