//! The file with the settings. The file is replaced as a whole, and only if this version could read its contents.

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::inspector::state::settings::{Settings, VERSION};
use crate::rollout::open;
use crate::workbench::whole_file;

/// The maximum size in bytes.
const MOST: u64 = 1 << 20;

/// Reads the settings. Returns `None` if there is no file.
///
/// # Errors
/// A sentence: the file cannot be read by this version, so it must not be replaced.
pub fn read(path: &Path) -> Result<Option<Settings>, String> {
    let kept = |why: String| {
        let name = path.display();
        format!(
            "The settings in {name} {why}; defaults are used, and the file is not changed: remove it to save settings again."
        )
    };
    let mut text = String::new();
    match open::regular(path).and_then(|file| file.take(MOST).read_to_string(&mut text)) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(kept(format!("cannot be read ({error})"))),
    }
    let damaged = |error: serde_json::Error| kept(format!("are damaged ({error})"));
    let object: Map<String, Value> = serde_json::from_str(&text).map_err(damaged)?;
    match object.get("version").and_then(Value::as_u64) {
        None => return Err(kept("are damaged (no version)".to_string())),
        Some(version) if version > VERSION => {
            return Err(kept("were saved by a newer version of threadloupe".to_string()));
        }
        Some(_) => {}
    }
    serde_json::from_value(object.into()).map(Some).map_err(damaged)
}

/// Saves settings one after the other, so that the newest are written last.
#[derive(Clone, Default)]
pub struct SettingsFile(Arc<Mutex<PendingSettings>>);

#[derive(Default)]
struct PendingSettings {
    /// The settings to save.
    next: Option<(PathBuf, String)>,
    /// Whether saving has failed. After a failure, saving is not tried again.
    has_failed: bool,
}

impl SettingsFile {
    /// Sets the settings to save. These settings replace those that are not saved yet.
    pub fn put(&self, path: PathBuf, text: String) {
        self.with(|pending| pending.next = Some((path, text)));
    }

    /// Saves the settings that are not saved yet, after those that are being saved.
    ///
    /// # Errors
    /// A sentence, only the first time that the settings cannot be saved.
    pub fn save(&self) -> Result<(), String> {
        self.with(|pending| {
            let Some((path, text)) = pending.next.take().filter(|_| !pending.has_failed) else {
                return Ok(());
            };
            if let Some(folder) = path.parent() {
                // If this fails, saving the file reports why.
                let _ = std::fs::create_dir_all(folder);
            }
            whole_file::write(&path, &text, true).map_err(|error| {
                pending.has_failed = true;
                let sentence = whole_file::sentence(&path, &error);
                format!("Settings are not saved: {sentence}")
            })
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut PendingSettings) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
