//! The patches that a difference of two threads stands for.

use crate::contract::ThreadMetadataPatch;
use crate::protocol::ThreadId;
use crate::workbench::diff::{Seen, likeness};

/// A patch that a difference of two threads stands for.
pub struct DiffPatch {
    /// What it does; the same as names of its copies, as a patch and as a step.
    pub names: [&'static str; 3],
    /// The thread that it is for.
    pub thread: ThreadId,
    /// The patch.
    pub patch: ThreadMetadataPatch,
    /// What it cannot do, in sentences.
    pub beyond: String,
}

/// The patches that a difference of two threads stands for, one each way.
pub fn of_difference(sides: &[Seen; 2]) -> Result<Vec<DiffPatch>, String> {
    let [left, right] = sides;
    let names = [
        [
            "makes + look like -",
            "the patch that makes + look like -",
            "the step that makes + look like -",
        ],
        [
            "makes - look like +",
            "the patch that makes - look like +",
            "the step that makes - look like +",
        ],
    ];
    let each = names.into_iter().zip([(left, right), (right, left)]);
    each.map(|(names, (model, thread))| {
        let found =
            likeness((&model.store, model.id), (&thread.store, thread.id)).map_err(|it| it.to_string())?;
        let beyond: Vec<String> = found
            .beyond
            .iter()
            .map(|(field, reason)| format!("{field} will still differ: {reason}."))
            .collect();
        Ok(DiffPatch {
            names,
            thread: thread.id,
            patch: found.patch,
            beyond: beyond.join(" "),
        })
    })
    .collect()
}
