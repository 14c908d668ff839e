//! The patch between two stored threads, without a store.

use crate::contract::{Change, FIELDS, StoredThread, ThreadMetadataPatch};
use crate::protocol::json::Json;
use crate::workbench::diff::equal;

/// The keys of a stored thread that [`patch_between`] does not compare. They are not metadata that a patch could set.
const NOT_COMPARED: &[&str] = &["thread_id", "history", "archived_at"];

/// A patch from one stored thread to another, and what it cannot change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredDifference {
    /// The patch. After it is applied to the first thread, both threads show the same values, except for the keys in `left`.
    pub patch: ThreadMetadataPatch,
    /// The keys that still differ after the patch, because no patch can give them the value of the second thread.
    pub left: Vec<String>,
}

impl StoredDifference {
    /// Whether the threads do not differ.
    pub fn is_empty(&self) -> bool {
        self.patch.is_empty() && self.left.is_empty()
    }
}

/// Returns the patch that makes `from` show what `to` shows.
///
/// # Errors
/// A thread has a path that is not UTF-8, which JSON cannot represent.
pub fn patch_between(from: &StoredThread, to: &StoredThread) -> Result<StoredDifference, serde_json::Error> {
    let [before, wanted] = [serde_json::to_string(from)?, serde_json::to_string(to)?];
    let [before, wanted] = [Json::trusted(&before), Json::trusted(&wanted)];
    let mut patch = ThreadMetadataPatch::default();
    for field in FIELDS.iter().filter(|field| field.name != "git_info") {
        let Some(key) = field.shown else { continue };
        let value = |thread: Json<'_>| {
            let values = match field.is_part() {
                true => thread.get("git_info"),
                false => Some(thread),
            };
            // A missing part reads as null.
            let value = values.and_then(|values| values.get(key));
            value.map_or_else(|| "null".to_owned(), |value| value.text().to_owned())
        };
        let (before, wanted) = (value(before), value(wanted));
        if equal(Json::trusted(&before), Json::trusted(&wanted)) {
            continue;
        }
        let change = match wanted == "null" {
            true => Change::Clear,
            false => Change::Set(wanted),
        };
        // A field that cannot be cleared keeps its value, and the comparison below finds the difference.
        let _ = field.put(&mut patch, &change);
    }
    let mut after = from.clone();
    patch.apply(&mut after);
    let after = serde_json::to_string(&after)?;
    let after = Json::trusted(&after);
    let differs = |(key, wanted): &(std::borrow::Cow<'_, str>, Json<'_>)| {
        !NOT_COMPARED.contains(&&**key) && !after.get(key).is_some_and(|after| equal(after, *wanted))
    };
    let left = wanted.members().filter(differs).map(|(key, _)| key.into_owned());
    Ok(StoredDifference {
        left: left.collect(),
        patch,
    })
}
