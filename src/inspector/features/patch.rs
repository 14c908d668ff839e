//! Edits and sends the patch of the form: entering the value of a field, sending the patch to its threads, and
//! reporting the result.

use std::sync::Arc;

use super::targets;
use crate::contract::{FieldEditor, ThreadMetadataPatch};
use crate::inspector::features::{patch_drawer, patch_io, value_picker};
use crate::inspector::overlays::difference::{DifferenceView, Sides};
use crate::inspector::overlays::patch_preview::PatchPreview;
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::overlays::question::Question;
use crate::inspector::overlays::reader::FoldAction;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::Action;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::{Applied, PatchMsg};
use crate::protocol::ThreadId;
use crate::protocol::json::Json;
use crate::protocol::numbers::{count, grouped};
use crate::workbench::diff;

/// The maximum number of errors in a message.
const REASONS: usize = 4;

/// Handles messages about the patch.
pub fn take(model: &mut Model, msg: PatchMsg) -> Effects {
    match msg {
        PatchMsg::Applied(applied) => tell_applied(model, applied),
        PatchMsg::Edited(edited) => take_text(model, edited),
        PatchMsg::Saved(saved) => patch_io::saved(model, saved),
        PatchMsg::Listed(named) => patch_drawer::list(model, named),
        PatchMsg::Loaded(text) => patch_drawer::loaded(model, text),
    }
}

/// Starts editing the value of the selected field, or lists its values. The input contains the value in the patch, or
/// else the stored value, which is selected so that typing replaces it.
pub fn edit(model: &mut Model) -> Effects {
    let row = model.draft.cursor.at;
    let field = ensured(model.draft.field());
    if let FieldEditor::Choice(choices) = field.edit {
        return value_picker::open(model, row, choices);
    }
    let (_, before) = value_picker::value(model, row).unwrap_or_default();
    let before = match field.edit {
        FieldEditor::Text | FieldEditor::Path | FieldEditor::Time if !before.is_empty() => {
            ensured(Json::trusted(&before).as_str()).into_owned()
        }
        _ => before,
    };
    model.open(Prompt::selected(PromptPurpose::Value(row), before))
}

/// Shows the full values of the selected field: what reads return before and after, what the patch does, and the
/// accumulated patch.
pub fn open_field(model: &mut Model) -> Effects {
    let field = ensured(model.draft.field());
    let Some(patch) = current(model) else {
        return Vec::new();
    };
    let Some(shown) = targets::shown(model) else {
        model.warn("No thread is selected.".to_string());
        return Vec::new();
    };
    let comparison = diff::field(&shown.session.snapshot, shown.id, field, &patch);
    if comparison.sections.iter().all(|section| section.runs.is_empty()) {
        model.say(format!(
            "{} has no value, and the patch leaves it unchanged.",
            field.name
        ));
        return Vec::new();
    }
    let mut view = DifferenceView::new(comparison, Sides::Values);
    view.fold(FoldAction::OpenAll);
    model.open(view)
}

/// Returns the question to ask before a patch is sent to threads that were never created; `None` if all threads were
/// created.
fn uncreated(model: &Model, threads: &[ThreadId]) -> Option<String> {
    let record = |id: &&ThreadId| model.session.snapshot.thread(**id);
    let created = |id: &&ThreadId| record(id).is_some_and(|record| record.is_listed());
    let ghosts: Vec<&ThreadId> = threads.iter().filter(|id| !created(id)).collect();
    let which = match ghosts.as_slice() {
        [] => return None,
        [ghost] if threads.len() == 1 => format!("Thread {ghost} was never created"),
        [ghost] => format!("Of the {} threads, {ghost} was never created", threads.len()),
        more => format!(
            "Of the {} threads, {} were never created",
            grouped(threads.len() as u64),
            grouped(more.len() as u64)
        ),
    };
    Some(format!(
        "{which}. The store will answer thread_not_found but keep the patch, and a later create_thread with that id \
         will apply it (rule M1). Apply the patch anyway?"
    ))
}

/// Returns the current patch, or shows what is wrong with it.
pub fn current(model: &mut Model) -> Option<ThreadMetadataPatch> {
    match model.draft.patch() {
        Ok(patch) => Some(patch),
        Err(sentence) => {
            model.warn(sentence);
            None
        }
    }
}

/// Sends the patch to the store for these threads.
pub fn send(model: &mut Model, threads: Arc<[ThreadId]>) -> Effects {
    model.overlays.remove(|_: &PatchPreview| true);
    let Some(patch) = current(model) else {
        return Vec::new();
    };
    vec![Effect::Run(Call::Apply {
        store: model.session.store,
        threads,
        patch: Box::new(patch),
        text: model.draft.entered().map(str::to_string),
    })]
}

/// Sends the patch to its threads. Asks first if one of them was never created.
pub fn apply(model: &mut Model) -> Effects {
    let threads = targets::of(model).threads;
    apply_asked(model, threads)
}

/// Sends the patch to the thread with the entered id. Asks first if it was never created.
pub fn apply_to(model: &mut Model, id: &str) -> Effects {
    match id.trim().parse() {
        Ok(thread) => apply_asked(model, [thread].into()),
        Err(error) => {
            model.warn(format!("apply-to takes a thread id: {error}."));
            Vec::new()
        }
    }
}

/// Sends the patch to these threads. Asks first if one of them was never created.
pub fn apply_asked(model: &mut Model, threads: Arc<[ThreadId]>) -> Effects {
    match uncreated(model, &threads) {
        None => send(model, threads),
        Some(text) => model.open(Question::new(text, Action::Apply(threads))),
    }
}

/// Reads the patch from the text that the user edited. Text that is not a valid patch is stored for the next edit.
fn take_text(model: &mut Model, edited: Result<String, String>) -> Effects {
    match edited {
        Err(sentence) => model.warn(sentence),
        Ok(text) => match model.draft.read(&text) {
            Ok(lints) if lints.is_empty() => {
                let fields = count(model.draft.changed() as u64, "field");
                model.say(format!("Read the edited patch: {fields} set or cleared."));
            }
            Ok(lints) => {
                let lints: Vec<String> = lints.iter().map(ToString::to_string).collect();
                model.warn(lints.join("; "));
            }
            Err(sentence) => {
                model.warn(format!(
                    "Not a valid patch: {sentence}. {{key:edit-text}} edits the text again."
                ));
                model.draft.reject(text);
            }
        },
    }
    Vec::new()
}

/// Reports the result of a patch in one sentence, with the reason for each failed call.
fn tell_applied(model: &mut Model, applied: Applied) -> Effects {
    let Applied { done, failed, fields } = applied;
    let fields = count(fields as u64, "field");
    let method = "update_thread_metadata";
    let (shown, more) = failed.split_at(failed.len().min(REASONS));
    let mut reasons = shown.join("; ");
    if !more.is_empty() {
        reasons.push_str(&format!("; and {} more", grouped(more.len() as u64)));
    }
    match (done, failed.len()) {
        (1, 0) => model.say(format!("{method}: applied, {fields} set or cleared.")),
        (done, 0) => model.say(format!(
            "{method}: applied to {} threads, {fields} set or cleared.",
            grouped(done as u64)
        )),
        (0, 1) => model.warn(format!(
            "{method}: {reasons}; the patch is kept anyway (rule M1)."
        )),
        (done, failed) => model.warn(format!(
            "{method}: applied to {done}, failed for {failed}: {reasons}; the store keeps the patch for the failed threads too (rule M1)."
        )),
    }
    Vec::new()
}
