//! Copies patches: from a value or a difference into the patch form, and from the form to a file or to the clipboard as
//! a step.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::targets;
use crate::inspector::overlays::difference::DifferenceView;
use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::overlays::question::Question;
use crate::inspector::overlays::reader::Reader;
use crate::inspector::panes::Pane;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::{Action, NewPatch};
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::Saved;
use crate::inspector::state::patch_draft::patch_of;
use crate::protocol::json::Json;
use crate::protocol::numbers::count;
use crate::workbench::sparse;
use crate::workbench::whole_file::{self, sentence};

/// Loads the open value into the patch form.
pub fn value(model: &mut Model) -> Effects {
    let text = ensured(model.overlays.top::<Reader>().and_then(Reader::value));
    // If the value is a whole line, its payload is the patch.
    let payload = Json::parse(&text).ok().and_then(|json| json.get("payload"));
    let payload = payload
        .map(Json::text)
        .filter(|payload| patch_of(payload).is_ok());
    let found = match (patch_of(&text), payload) {
        (Err(_), Some(payload)) => Ok(payload.to_string()),
        (found, _) => found.map(|_| text.clone()),
    };
    match found {
        Ok(text) => into_form(model, NewPatch::from(text)),
        Err(reason) => {
            model.warn(format!("This value is not a patch: {reason}."));
            Vec::new()
        }
    }
}

/// Loads a patch into the form. Asks first if the current patch was not applied.
pub fn into_form(model: &mut Model, patch: NewPatch) -> Effects {
    match model.draft.is_unsaved() {
        true => model.open(Question::new(
            "The patch in the form has not been applied. Replace it?".to_string(),
            Action::ReplacePatch(patch),
        )),
        false => replace(model, patch),
    }
}

/// Loads a patch into the form.
pub fn replace(model: &mut Model, patch: NewPatch) -> Effects {
    let NewPatch { text, beyond, thread } = patch;
    match model.draft.read(&text) {
        Ok(lints) => {
            match thread {
                Some(thread) => model.draft.make_for(model.session.store, thread),
                None => model.draft.release(),
            }
            model.overlays.clear();
            model.layout.focus_on(Pane::Patch);
            let fields = count(model.draft.changed() as u64, "field");
            let mut said = format!("Patch loaded into the form: {fields} set or cleared.");
            let end = |lint: String| if lint.ends_with('?') { lint } else { lint + "." };
            let lints = lints.iter().map(|lint| end(lint.to_string()));
            for sentence in lints.chain([beyond]).filter(|text| !text.is_empty()) {
                said.push(' ');
                said.push_str(&sentence);
            }
            model.say(said);
        }
        Err(reason) => model.warn(format!("This is not a patch: {reason}.")),
    }
    Vec::new()
}

/// Lists the patches that produce the difference on the screen.
pub fn difference(model: &mut Model) -> Effects {
    let view = ensured(model.overlays.top::<DifferenceView>());
    let patches = match view.patches() {
        Ok(patches) => patches,
        Err(reason) => {
            model.warn(format!("No patch can produce this difference: {reason}."));
            return Vec::new();
        }
    };
    let entries = patches.into_iter().map(|liking| {
        let text = sparse::text(&liking.patch);
        let [name, ..] = liking.names;
        let about = format!("{text} {}", liking.beyond);
        let patch = NewPatch {
            text,
            beyond: liking.beyond,
            thread: Some(liking.thread),
        };
        ListEntry::new(name, about, Action::UsePatch(patch))
    });
    let finder = Finder::new(ListPurpose::Patches, entries.collect());
    model.open(finder)
}

/// Returns the formats in which the patch in the form can be copied.
pub fn copies(model: &Model) -> Vec<(&'static str, String)> {
    let mut copies = vec![("the patch as JSON", model.draft.json())];
    let targets = targets::of(model).threads;
    let steps: Vec<String> = targets
        .iter()
        .map(|thread| sparse::step(*thread, &model.draft.json()))
        .collect();
    if !steps.is_empty() {
        copies.push(("the patch as a scenario step", steps.join("\n")));
    }
    copies
}

/// Saves the patch in the form to a file. Asks before overwriting a file.
pub fn save(model: &mut Model, path: &str) -> Effects {
    write(PathBuf::from(path.trim()), model.draft.json() + "\n", false)
}

/// Saves a text to a file.
pub fn write(path: PathBuf, text: String, over: bool) -> Effects {
    vec![Effect::Run(Call::Save {
        path,
        text,
        over,
        in_state_folder: false,
    })]
}

/// Handles the result of saving a file.
pub fn saved(model: &mut Model, saved: Saved) -> Effects {
    match saved {
        Saved::Done(path) => model.say(format!("Saved the patch to {}.", path.display())),
        Saved::Failed(sentence) => model.warn(sentence),
        Saved::Exists(path, text) => {
            let asked = format!("{} already exists. Overwrite it?", path.display());
            return model.arrive(Question::new(asked, Action::Overwrite(path, text)));
        }
    }
    Vec::new()
}

/// Saves a text to a file atomically. `over` says whether an existing file may be overwritten.
pub fn carry_out(path: &Path, text: String, over: bool) -> Saved {
    match whole_file::write(path, &text, over) {
        Ok(()) => Saved::Done(path.to_path_buf()),
        Err(error) if !over && error.kind() == ErrorKind::AlreadyExists => {
            Saved::Exists(path.to_path_buf(), text)
        }
        Err(error) => Saved::Failed(sentence(path, &error)),
    }
}
