//! Edits and sends the patch of the form: entering the value of a field, sending the patch to its threads, and
//! reporting the result.

use std::sync::Arc;

use super::targets;
use crate::contract::{Change, FieldEditor};
use crate::inspector::features::{patch_io, value_picker};
use crate::inspector::overlays::prompt::{Prompt, PromptPurpose};
use crate::inspector::overlays::question::Question;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::Action;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::{Applied, PatchMsg};
use crate::protocol::ThreadId;
use crate::protocol::json::Json;
use crate::protocol::numbers::{count, grouped};

/// The maximum number of errors in a message.
const REASONS: usize = 4;

/// Handles messages about the patch.
pub fn take(model: &mut Model, msg: PatchMsg) -> Effects {
    match msg {
        PatchMsg::Applied(applied) => tell_applied(model, applied),
        PatchMsg::Edited(edited) => take_text(model, edited),
        PatchMsg::Saved(saved) => patch_io::saved(model, saved),
    }
}

/// Starts editing the value of the selected field, or lists its values. The current value is prefilled.
pub fn edit(model: &mut Model) -> Effects {
    let row = model.draft.cursor.at;
    let (field, change) = ensured(model.draft.rows().nth(row));
    if let FieldEditor::Choice(choices) = field.edit {
        return value_picker::open(model, row, choices);
    }
    let before = match (change, field.edit) {
        (Change::Set(text), FieldEditor::Text | FieldEditor::Path | FieldEditor::Time) => {
            let text = Json::trusted(text).as_str();
            debug_assert!(text.is_some(), "a text, path or time is a JSON string");
            text.unwrap_or_default().into_owned()
        }
        (Change::Set(text), _) => text.clone(),
        _ => String::new(),
    };
    model.open(Prompt::new(PromptPurpose::Value(row), before))
}

/// Sends the patch to the store for these threads.
pub fn send(model: &mut Model, threads: Arc<[ThreadId]>) -> Effects {
    match model.draft.patch() {
        Ok(patch) => vec![Effect::Run(Call::Apply {
            store: model.session.store,
            threads,
            patch: Box::new(patch),
        })],
        Err(sentence) => {
            model.warn(sentence);
            Vec::new()
        }
    }
}

/// Sends the patch to its threads. Asks first if the store no longer has one of them.
pub fn apply(model: &mut Model) -> Effects {
    let targets = targets::of(model);
    let known = |id: &ThreadId| model.session.snapshot.thread(*id).is_some();
    if targets.threads.iter().all(known) {
        return send(model, targets.threads);
    }
    let names: Vec<String> = targets.threads.iter().map(ToString::to_string).collect();
    let text = format!(
        "The patch is for {}, which is not in the store. The store will answer thread_not_found but keep the patch \
         (rule M1). Apply it anyway?",
        names.join(", ")
    );
    model.open(Question::new(text, Action::Apply(targets.threads)))
}

/// Sends the patch to the thread with the entered id. Asks first if the store does not have the thread.
pub fn apply_to(model: &mut Model, id: &str) -> Effects {
    let thread: ThreadId = match id.trim().parse() {
        Ok(thread) => thread,
        Err(error) => {
            model.warn(format!("apply-to takes a thread id: {error}."));
            return Vec::new();
        }
    };
    let created = model
        .session
        .snapshot
        .thread(thread)
        .is_some_and(|record| record.is_listed());
    if created {
        return send(model, [thread].into());
    }
    let text = format!(
        "Thread {thread} was never created. The store will answer thread_not_found but keep the patch, and a later \
         create_thread with that id will show it (rule M1). Apply it anyway?"
    );
    model.open(Question::new(text, Action::Apply([thread].into())))
}

/// Reads the patch from an edited text. Text that is not a valid patch is stored for the next edit.
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
                    "Not a valid patch: {sentence}. Press E to edit the text again."
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
            "{method}: applied {done}, failed {failed}: {reasons}; the patch is kept for the failed ones too (rule M1)."
        )),
    }
    Vec::new()
}
