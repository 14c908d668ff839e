//! Which scenario files the given paths mean.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

pub(crate) use crate::rollout::open::is_standard_input;
use crate::rollout::open::{Kind, NotRegular, unreadable};

/// The files in the order in which they are played: as given, and in the place of a folder every `.jsonl` file below it
/// by path. Then a sentence for each folder that gives none or cannot be read, and for each pipe, socket and device in it,
/// which is not opened.
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
                "{shown}: this folder holds no scenario, which is a file whose name ends in .jsonl; name one that does"
            )),
            Ok(()) => {}
        }
        found.sort();
        for path in found {
            // What cannot be asked says why when it is opened.
            match Kind::of(&path) {
                Ok(kind @ (Kind::Pipe | Kind::Socket | Kind::Device)) => {
                    wrong.push(unreadable(path.display(), &io::Error::other(NotRegular(kind))));
                }
                _ => files.push(path),
            }
        }
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
