//! Previews the patch in the form on many threads: the marked ones or, if none is marked, all listed ones. The threads
//! are previewed in the background, some at a time, so that the first rows appear immediately.

use std::sync::Arc;

use crate::inspector::features::patch;
use crate::inspector::overlays::difference::{DifferenceView, Sides};
use crate::inspector::overlays::patch_preview::PatchPreview;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::protocol::ThreadId;
use crate::workbench::diff;
use crate::workbench::preview::{PreviewOutcome, outcome};

/// The number of threads in one batch, and the number of threads between two checks of whether to stop.
const AT_ONCE: usize = 4096;
const CHECKED: usize = 256;

/// Opens the table of what the patch would change.
pub fn open(model: &mut Model) -> Effects {
    let Some(patch) = patch::current(model) else {
        return Vec::new();
    };
    let session = &model.session;
    let threads: Arc<[ThreadId]> = match session.threads.marked.is_empty() {
        true => session.threads.found().iter().map(|row| row.record.id).collect(),
        false => session.marked(),
    };
    if threads.is_empty() {
        model.warn("No thread is listed.".to_string());
        return Vec::new();
    }
    let table = PatchPreview::new(session.snapshot.clone(), patch, threads);
    let mut effects = model.open(table);
    effects.extend(go_on(model));
    effects
}

/// Previews the next threads of the table.
fn go_on(model: &mut Model) -> Effects {
    let Some(table) = model.overlays.find::<PatchPreview>() else {
        return Vec::new();
    };
    let (store, patch, threads) = (table.store.clone(), table.patch.clone(), table.threads.clone());
    let (first, of) = (table.done(), table.threads.len());
    let last = of.min(first + AT_ONCE);
    if first == of {
        return Vec::new();
    }
    let work = move |tell: JobProgressFn<'_>| {
        let mut outcomes = Vec::with_capacity(last - first);
        for some in threads[first..last].chunks(CHECKED) {
            if tell(first + outcomes.len(), of).is_break() {
                return None;
            }
            outcomes.extend(some.iter().map(|id| outcome(&store, *id, &patch)));
        }
        Some((first, outcomes))
    };
    model.start(Job::new("Previewing the patch", work, previewed))
}

/// Receives the outcomes of some threads.
fn previewed(model: &mut Model, (first, outcomes): (usize, Vec<PreviewOutcome>)) -> Effects {
    match model.overlays.find_mut::<PatchPreview>() {
        Some(table) if table.done() == first => {
            table.add(outcomes);
            go_on(model)
        }
        // The table was closed, or another one was opened.
        _ => Vec::new(),
    }
}

/// Opens the fields of the selected thread before and after the patch.
pub fn open_thread(model: &mut Model) -> Effects {
    let table = ensured(model.overlays.top::<PatchPreview>());
    let Some(id) = table.selected() else {
        return Vec::new();
    };
    let view = DifferenceView::new(diff::patched(&table.store, id, &table.patch), Sides::Values);
    model.open(view)
}

/// Applies the patch to the threads that are not left out. The table closes as soon as the patch is sent.
pub fn apply(model: &mut Model) -> Effects {
    let threads = ensured(model.overlays.top::<PatchPreview>()).included();
    patch::apply_asked(model, threads)
}

/// Returns whether the patch can be applied to a thread of the table.
pub fn possible(model: &Model) -> Result<(), &'static str> {
    match model.overlays.top::<PatchPreview>() {
        Some(table) if table.is_none_included() => Err("every thread is left out"),
        _ => Ok(()),
    }
}
