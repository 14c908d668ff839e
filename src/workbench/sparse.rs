//! The sparse JSON form of a patch: only the fields that it sets or clears, with `null` for a clear. An empty patch of
//! git_info is omitted.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::contract::{Change, FIELDS, Field, Op, ThreadMetadataPatch};
use crate::protocol::ThreadId;
use crate::protocol::json::{Json, text_of};

/// The fields that a patch sets or clears, in JSON order; for git_info its parts.
pub fn changes(patch: &ThreadMetadataPatch) -> impl Iterator<Item = (&'static Field, Change)> {
    FIELDS
        .iter()
        .filter(|field| field.is_part() || field.name != "git_info")
        .map(|field| (field, field.get(patch)))
        .filter(|(_, change)| *change != Change::Leave)
}

/// Changes of fields, in JSON order, which serialize as the sparse patch: a clear is `null`, the parts of git_info are
/// one object.
pub struct Sparse(Vec<(&'static Field, Change)>);

impl Sparse {
    /// The changes of a patch.
    pub fn of(patch: &ThreadMetadataPatch) -> Self {
        changes(patch).collect()
    }
}

impl FromIterator<(&'static Field, Change)> for Sparse {
    fn from_iter<T: IntoIterator<Item = (&'static Field, Change)>>(changes: T) -> Self {
        let said = changes.into_iter().filter(|(_, change)| *change != Change::Leave);
        Self(said.collect())
    }
}

impl Serialize for Sparse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let whole = |field: &Field| field.name.split_once('.').map(|(whole, _)| whole);
        let mut map = serializer.serialize_map(None)?;
        let one_object = |(one, _): &FieldChange, (other, _): &FieldChange| {
            whole(one).is_some() && whole(one) == whole(other)
        };
        for rows in self.0.chunk_by(one_object) {
            for (field, change) in rows.iter().take(1) {
                match whole(field) {
                    Some(whole) => map.serialize_entry(whole, &PartChanges(rows))?,
                    None => map.serialize_entry(field.name, &value(change))?,
                }
            }
        }
        map.end()
    }
}

type FieldChange = (&'static Field, Change);

/// The changes of parts of one field.
struct PartChanges<'a>(&'a [FieldChange]);

impl Serialize for PartChanges<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, change)| {
            let part = field.name.split_once('.').map_or(field.name, |(_, part)| part);
            (part, value(change))
        }))
    }
}

/// The value that a field is set to; `None` if it is cleared.
fn value(change: &Change) -> Option<Json<'_>> {
    match change {
        Change::Set(value) => Some(Json::trusted(value)),
        Change::Clear | Change::Leave => None,
    }
}

/// The patch as a JSON object.
pub fn text(patch: &ThreadMetadataPatch) -> String {
    text_of(&Sparse::of(patch))
}

/// The parameters of the call that applies a patch, given as JSON text, to a thread.
#[derive(Serialize)]
pub(super) struct PatchParamsJson<'a> {
    pub thread_id: ThreadId,
    pub patch: Json<'a>,
}

#[derive(Serialize)]
struct PatchStepJson<'a> {
    method: &'static str,
    params: PatchParamsJson<'a>,
}

/// A step of a scenario that applies a patch, given as JSON text, to a thread.
pub fn step(thread_id: ThreadId, patch: &str) -> String {
    let patch = Json::trusted(patch);
    text_of(&PatchStepJson {
        method: Op::UpdateThreadMetadata.name(),
        params: PatchParamsJson { thread_id, patch },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_it_says_is_in_it() {
        for (wire, sparse) in [
            ("{}", "{}"),
            (r#"{"git_info":{}}"#, "{}"),
            (r#"{"model":null,"git_info":null}"#, "{}"),
            (r#"{"name":null,"model":"m"}"#, r#"{"name":null,"model":"m"}"#),
            (
                r#"{"memory_mode":"enabled","git_info":{"branch":"main","sha":null},"name":""}"#,
                r#"{"name":"","git_info":{"sha":null,"branch":"main"},"memory_mode":"enabled"}"#,
            ),
        ] {
            let patch: ThreadMetadataPatch = serde_json::from_str(wire).unwrap();
            assert_eq!(text(&patch), sparse);
            let again: ThreadMetadataPatch = serde_json::from_str(sparse).unwrap();
            assert_eq!(text(&again), sparse);
            let id = ThreadId::default();
            assert_eq!(
                step(id, &text(&patch)),
                format!(
                    r#"{{"method":"update_thread_metadata","params":{{"thread_id":"{id}","patch":{sparse}}}}}"#
                )
            );
        }
    }
}
