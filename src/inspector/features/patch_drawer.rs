//! Patches to load into the form: those that were applied in this run, those that have a name, and those in files.
//! A patch with a name is a file in the state folder.

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use crate::inspector::features::patch_io;
use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::{Action, NewPatch};
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::NamedPatch;
use crate::rollout::open;

/// The maximum number of applied patches that are remembered.
const RECENT: usize = 50;

/// The maximum size in bytes of a file with a patch.
const MOST: u64 = 16 << 20;

/// The maximum length of a name in bytes.
const LONGEST: usize = 100;

/// The name of the folder with the named patches, in the state folder.
const FOLDER: &str = "patches";

/// Remembers the patch in the form, because it is being applied.
pub fn remember(model: &mut Model) {
    let text = model.draft.json();
    model.recent_patches.retain(|recent| *recent != text);
    model.recent_patches.insert(0, text);
    model.recent_patches.truncate(RECENT);
}

/// Loads the patch in a file, or lists the patches that can be loaded.
pub fn load(model: &mut Model, path: &str) -> Effects {
    vec![Effect::Run(match path.trim() {
        "" => Call::ListPatches(folder(model)),
        path => Call::LoadPatch(PathBuf::from(path)),
    })]
}

/// Saves the patch in the form under a name.
pub fn name(model: &mut Model, name: &str) -> Effects {
    let name = name.trim();
    let is_plain = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
    let problem = match folder(model) {
        None => "there is no home folder to keep it in; :save-patch saves it to a file",
        Some(_) if name.len() > LONGEST => "a name can have at most 100 bytes",
        Some(_) if name.is_empty() => "enter a name for it, such as :name-patch no-branch",
        Some(_) if name.starts_with('.') || !name.chars().all(is_plain) => {
            "a name can only contain letters, digits, spaces, -, _ and dots, and cannot begin with a dot"
        }
        Some(folder) => {
            let path = folder.join(format!("{name}.json"));
            let (text, over) = (model.draft.json() + "\n", false);
            return vec![Effect::Run(Call::Save {
                path,
                text,
                over,
                in_state_folder: true,
            })];
        }
    };
    model.warn(format!("Cannot name the patch: {problem}."));
    Vec::new()
}

fn folder(model: &Model) -> Option<PathBuf> {
    Some(model.state_folder.as_ref()?.join(FOLDER))
}

/// Lists the applied patches, the last one first, then the named ones.
pub fn list(model: &mut Model, named: Result<Vec<NamedPatch>, String>) -> Effects {
    let named = named.unwrap_or_else(|sentence| {
        model.warn(sentence);
        Vec::new()
    });
    if named.is_empty() && model.recent_patches.is_empty() {
        model.warn(
            "No patch has been applied or named yet. :name-patch NAME names the patch in the form."
                .to_string(),
        );
        return Vec::new();
    }
    let entry = |name: String, text: String| {
        let about: String = text.chars().take(200).collect();
        let patch = NewPatch::from(text);
        ListEntry::new(name, about, Action::UsePatch(patch))
    };
    let recent = model.recent_patches.iter().enumerate();
    let recent = recent.map(|(index, text)| {
        let name = match index {
            0 => "last applied".to_string(),
            index => format!("applied {} patches ago", index + 1),
        };
        entry(name, text.clone())
    });
    let named = named.into_iter().map(|patch| entry(patch.name, patch.text));
    let entries = recent.chain(named).collect();
    model.arrive(Finder::new(ListPurpose::PatchDrawer, entries))
}

/// Loads a patch that was read from a file.
pub fn loaded(model: &mut Model, text: Result<String, String>) -> Effects {
    match text {
        Ok(text) => patch_io::into_form(model, NewPatch::from(text)),
        Err(sentence) => {
            model.warn(sentence);
            Vec::new()
        }
    }
}

/// Reads the file with a patch. The error is a sentence.
pub fn read(path: &Path) -> Result<String, String> {
    let name = path.display().to_string();
    let mut text = String::new();
    let read = open::regular(path).and_then(|file| file.take(MOST + 1).read_to_string(&mut text));
    match read {
        Ok(_) if text.len() as u64 > MOST => Err(format!("{name} was not loaded: it is larger than 16 MiB.")),
        Ok(_) => Ok(text),
        Err(_) if path.exists() && !path.is_file() => {
            Err(format!("{name} is not a file; only a file can be loaded."))
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            Err(format!("{name} is not UTF-8 text, so it is not a patch."))
        }
        Err(error) => Err(format!("{}.", open::unreadable(&name, &error))),
    }
}

/// Reads the named patches, ordered by name. The error is a sentence.
pub fn named(folder: Option<PathBuf>) -> Result<Vec<NamedPatch>, String> {
    let Some(folder) = folder.filter(|folder| folder.exists()) else {
        return Ok(Vec::new());
    };
    let refused = |error: std::io::Error| {
        format!(
            "The named patches in {} cannot be read: {error}.",
            folder.display()
        )
    };
    let mut named = Vec::new();
    for file in folder.read_dir().map_err(refused)? {
        let path = file.map_err(refused)?.path();
        if path.extension().is_some_and(|ending| ending == "json")
            && let Some(name) = path.file_stem()
        {
            let name = name.to_string_lossy().into_owned();
            let text = read(&path)?.trim().to_string();
            named.push(NamedPatch { name, text });
        }
    }
    named.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(named)
}
