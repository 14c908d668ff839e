//! The patches that turn one side of a thread comparison into the other.

use crate::contract::ThreadMetadataPatch;
use crate::protocol::ThreadId;
use crate::workbench::diff::{ThreadVersion, likeness};

/// A patch that turns one side of a thread comparison into the other.
pub struct DiffPatch {
    /// A description of the patch, and the labels for copying it as a patch and as a step.
    pub names: [&'static str; 3],
    /// The thread that the patch applies to.
    pub thread: ThreadId,
    /// The patch.
    pub patch: ThreadMetadataPatch,
    /// Sentences about what the patch cannot do.
    pub beyond: String,
}

/// Returns the patches between the two threads, one for each direction.
pub fn of_difference(sides: &[ThreadVersion; 2]) -> Result<Vec<DiffPatch>, String> {
    let [left, right] = sides;
    let names = [
        [
            "makes the + side match the - side",
            "the patch that makes the + side match the - side",
            "the step that makes the + side match the - side",
        ],
        [
            "makes the - side match the + side",
            "the patch that makes the - side match the + side",
            "the step that makes the - side match the + side",
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
