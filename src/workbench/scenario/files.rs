//! Finds the scenario files for the given paths.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

pub(crate) use crate::rollout::open::is_standard_input;
use crate::rollout::open::{FileKind, NotRegular, unreadable};

/// Returns the files in the order in which they are played: as given, with each folder replaced by all `.jsonl` files
/// below it, sorted by path. Also returns a message for each folder that contains none or cannot be read, and for each
/// pipe, socket or device in a folder, which is not opened.
pub fn find(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<String>) {
    let (mut files, mut wrong) = (Vec::new(), Vec::new());
    for path in paths {
        if is_standard_input(path) || !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut found = Vec::new();
        let shown = path.display();
        match below(path, &mut found) {
            Err(error) => wrong.push(unreadable(shown, &error)),
            Ok(()) if found.is_empty() => wrong.push(format!(
                "{shown}: this folder has no scenarios (*.jsonl files); choose another one"
            )),
            Ok(()) => {}
        }
        found.sort();
        for path in found {
            // If the kind is unknown, opening the file will fail and report why.
            match FileKind::of(&path) {
                Ok(kind @ (FileKind::Pipe | FileKind::Socket | FileKind::Device)) => {
                    wrong.push(unreadable(path.display(), &io::Error::other(NotRegular(kind))));
                }
                _ => files.push(path),
            }
        }
    }
    (files, wrong)
}

/// Does not follow links to folders, so that cyclic links are no problem.
fn below(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            below(&path, found)?;
        } else if path.extension() == Some(OsStr::new("jsonl")) && !path.is_dir() {
            found.push(path);
        }
    }
    Ok(())
}
