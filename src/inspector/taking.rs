//! Taking a patch along: into the patch form from a value or from a difference, out of it into a file or onto the
//! clipboard as a step.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::driver::Effect;
use super::finder::{Entry, Finder, Pick, Purpose};
use super::importing::count;
use super::model::{Call, Effects, Model, Overlay, Question};
use super::panes::Pane;
use super::targets;
use crate::contract::ThreadMetadataPatch;
use crate::protocol::ThreadId;
use crate::protocol::json::{Json, JsonKind};
use crate::workbench::diff::{Seen, likeness};
use crate::workbench::whole_file::{sentence, write_text};
use crate::workbench::{patches, sparse};

/// What became of a file that was to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It was written.
    Done(PathBuf),
    /// There is a file of that name already: the text is still to be written.
    Exists(PathBuf, String),
    /// It was not written: a sentence.
    Failed(String),
}

/// The patch of a value: its keys read as those of a patch. The error is a sentence with the place.
pub fn patch_of(text: &str) -> Result<ThreadMetadataPatch, String> {
    match Json::parse(text).map(Json::kind) {
        Ok(JsonKind::Object) => {}
        Ok(kind) => return Err(format!("a patch is a JSON object, and this is {}", kind.noun())),
        Err(_) => return Err("a patch is a JSON object, and this is no JSON".to_string()),
    }
    let patch = patches::read_one(text)?.patch;
    match sparse::changes(&patch).count() {
        0 => Err("none of its keys is a metadata field that it sets or clears".to_string()),
        _ => Ok(patch),
    }
}

/// Takes the value that is open into the patch form.
pub fn value(model: &mut Model) -> Effects {
    let Some(text) = model.reader().and_then(super::reader::Reader::value) else {
        return Vec::new();
    };
    match patch_of(&text) {
        Ok(_) => into_form(model, text, String::new(), None),
        Err(reason) => {
            model.warn(format!("This value is no patch: {reason}."));
            Vec::new()
        }
    }
}

/// Puts a patch into the form, after a question if the one that is there was not applied; `more` is a sentence to be said
/// with it, `thread` the one that it was made for, if it was made for one.
pub fn into_form(model: &mut Model, text: String, more: String, thread: Option<ThreadId>) -> Effects {
    if model.draft.is_unsaved() {
        return model.open(Overlay::Question(Question {
            text: "The patch in the form was not applied. Put this one in its place?".to_string(),
            leaves: false,
            yes: Box::new(move |model| put(model, &text, &more, thread)),
        }));
    }
    put(model, &text, &more, thread)
}

fn put(model: &mut Model, text: &str, more: &str, thread: Option<ThreadId>) -> Effects {
    match model.draft.read(text) {
        Ok(lints) => {
            match thread {
                Some(thread) => model.draft.make_for(model.session.store, thread),
                None => model.draft.release(),
            }
            model.overlays.clear();
            model.desk.focus_on(Pane::Patch);
            let fields = count(model.draft.changed() as u64, "field");
            let mut said = format!("The patch is in the form: {fields} set or cleared.");
            let lints = lints.iter().map(|lint| format!("{lint}."));
            for sentence in lints.chain([more.to_string()]).filter(|text| !text.is_empty()) {
                said.push(' ');
                said.push_str(&sentence);
            }
            model.say(said);
        }
        Err(reason) => model.warn(format!("This is no patch: {reason}.")),
    }
    Vec::new()
}

/// A patch that a difference of two threads stands for.
pub struct Liking {
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
pub fn of_difference(sides: &[Seen; 2]) -> Result<Vec<Liking>, String> {
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
        let found = likeness((&model.store, model.id), (&thread.store, thread.id))?;
        let beyond: Vec<String> = found
            .beyond
            .iter()
            .map(|(field, reason)| format!("{field} will still differ: {reason}."))
            .collect();
        Ok(Liking {
            names,
            thread: thread.id,
            patch: found.patch,
            beyond: beyond.join(" "),
        })
    })
    .collect()
}

/// Offers the patches that the difference on the screen stands for.
pub fn difference(model: &mut Model) -> Effects {
    let patches = match model.overlays.last() {
        Some(Overlay::Difference(view)) => view.patches(),
        _ => return Vec::new(),
    };
    let patches = match patches {
        Ok(patches) => patches,
        Err(reason) => {
            model.warn(format!("There is no patch of this difference: {reason}."));
            return Vec::new();
        }
    };
    let entries = patches.into_iter().map(|liking| {
        let text = sparse::text(&liking.patch);
        let [name, ..] = liking.names;
        Entry {
            mark: "",
            keys: String::new(),
            name: name.to_string(),
            takes: "",
            about: format!("{text} {}", liking.beyond),
            impossible: None,
            pick: Pick::Patch(text, liking.beyond, liking.thread),
        }
    });
    let finder = Finder::new(Purpose::Patches, entries.collect());
    model.open(Overlay::Finder(finder))
}

/// The forms in which the patch of the form can be copied.
pub fn copies(model: &Model) -> Vec<(&'static str, String)> {
    let mut copies = vec![("the patch as JSON", model.draft.json())];
    if let Ok(patch) = model.draft.patch() {
        let steps: Vec<String> = targets::of(model)
            .threads
            .into_iter()
            .map(|thread| sparse::step(thread, &patch))
            .collect();
        if !steps.is_empty() {
            copies.push(("the patch as a step of a scenario", steps.join("\n")));
        }
    }
    copies
}

/// Writes the patch of the form into a file; one that is there is written over after a question only.
pub fn save(model: &mut Model, path: &str) -> Effects {
    write(PathBuf::from(path.trim()), model.draft.json() + "\n", false)
}

fn write(path: PathBuf, text: String, over: bool) -> Effects {
    vec![Effect::Run(Call::Save { path, text, over })]
}

/// Hears what became of a file.
pub fn saved(model: &mut Model, saved: Saved) -> Effects {
    match saved {
        Saved::Done(path) => model.say(format!("The patch is in {}.", path.display())),
        Saved::Failed(sentence) => model.warn(sentence),
        Saved::Exists(path, text) => {
            return model.arrive(Overlay::Question(Question {
                text: format!("There is a file {} already. Write over it?", path.display()),
                leaves: false,
                yes: Box::new(move |_| write(path, text, true)),
            }));
        }
    }
    Vec::new()
}

/// Writes a text into a file, whole or not at all; `over` says whether one that is there may be written over.
pub fn carry_out(path: &Path, text: String, over: bool) -> Saved {
    match write_text(path, &text, over) {
        Ok(()) => Saved::Done(path.to_path_buf()),
        Err(error) if !over && error.kind() == ErrorKind::AlreadyExists => {
            Saved::Exists(path.to_path_buf(), text)
        }
        Err(error) => Saved::Failed(sentence(path, &error)),
    }
}
