//! Which scenario files the given paths mean.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Whether a path means standard input.
pub fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// The files in the order in which they are played: as given, and in the place of a folder every `.jsonl` file below it
/// by path. Then a sentence for each folder that gives none or cannot be read.
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
            Err(error) => wrong.push(format!(
                "{shown}: cannot be read: {error}; check the path and its permissions"
            )),
            Ok(()) if found.is_empty() => wrong.push(format!(
                "{shown}: this folder holds no scenario, which is a file whose name ends in .jsonl; name one that does"
            )),
            Ok(()) => {}
        }
        found.sort();
        files.append(&mut found);
    }
    (files, wrong)
}

/// Folders that are links are not followed, so there is no going round in circles.
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
