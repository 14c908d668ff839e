//! The paths that the inspector opens: checks them before the screen opens, suggests similar ones, and finds the home
//! folder of Codex.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind, IsTerminal as _};
use std::path::{Path, PathBuf};

use crate::home::default_home;
use crate::rollout::format::FileFormat;
use crate::rollout::open::{FileKind, is_standard_input};
use crate::rollout::report::Problem;

/// How similar two names must be, from 0 to 1, to suggest one for the other.
const SIMILAR: f64 = 0.65;

/// The message for a first argument that is neither a path nor a command, but is similar to one of these commands.
pub fn mistyped_command(word: &OsStr, commands: &[&str]) -> Option<String> {
    let word = word.to_str()?;
    let is_word = word.chars().all(|letter| letter.is_ascii_alphabetic());
    if !is_word || commands.contains(&word) || fs::symlink_metadata(word).is_ok() {
        return None;
    }
    let command = most_similar(word, commands.iter().copied().map(str::to_owned))?;
    Some(format!(
        "{word}: there is no such command or file; did you mean {command}?"
    ))
}

/// The messages for paths that cannot be opened: files that do not exist or have another format.
pub fn refused(paths: &[PathBuf]) -> Vec<String> {
    let wrong = |path: &PathBuf| Some(format!("{}: {}", path.display(), check(path).err()?));
    paths.iter().filter_map(wrong).collect()
}

fn check(path: &Path) -> Result<(), String> {
    if is_standard_input(path) {
        return match io::stdin().is_terminal() {
            true => Err(
                "standard input is the terminal, which is used for key presses: pipe a rollout into threadloupe"
                    .into(),
            ),
            false => Ok(()),
        };
    }
    let unreadable = |error| unreadable(path, &error);
    match FileKind::of(path).map_err(unreadable)? {
        FileKind::Folder | FileKind::Pipe => Ok(()),
        kind @ (FileKind::Socket | FileKind::Device) => Err(Problem::not_regular(kind).to_string()),
        FileKind::Regular => match FileFormat::of_file(path).map_err(unreadable)? {
            None | Some(FileFormat::Rollout) => Ok(()),
            Some(other) => Err(other.to_string()),
        },
    }
}

/// The message for a path that cannot be opened, without the path.
fn unreadable(path: &Path, error: &io::Error) -> String {
    match similar(path) {
        _ if error.kind() != ErrorKind::NotFound => Problem::unreadable("open this path", error).to_string(),
        _ if path.is_symlink() => {
            "this is a link to a file that does not exist; use the path of a file".to_owned()
        }
        Some(other) => format!(
            "there is no such file or folder; did you mean {}?",
            other.display()
        ),
        None => Problem::unreadable("open this path", error).to_string(),
    }
}

/// An existing path that is similar to one that does not exist. Only the first component that does not exist is
/// replaced.
fn similar(path: &Path) -> Option<PathBuf> {
    let parts = path.ancestors().filter(|part| *part != Path::new(""));
    let missing = parts.take_while(|part| !part.exists()).last()?;
    let folder = match missing.parent()? {
        folder if folder == Path::new("") => Path::new("."),
        folder => folder,
    };
    let name = missing.file_name()?.to_str()?;
    let names = fs::read_dir(folder).ok()?.flatten();
    let nearest = most_similar(
        name,
        names.filter_map(|entry| entry.file_name().into_string().ok()),
    )?;
    let found = missing.with_file_name(nearest);
    let rest = path.strip_prefix(missing).ok()?;
    match found.join(rest) {
        whole if rest != Path::new("") && whole.exists() => Some(whole),
        _ => Some(found),
    }
}

/// The most similar name, if it is similar enough; the first in alphabetical order, if several are equally similar.
/// Extensions are not compared, because those of most files are the same.
fn most_similar(name: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let stem = |name: &str| {
        Path::new(name)
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let likeness = |other: &str| match name.len() >= 3 && other.starts_with(name) {
        true => 1.0,
        false => strsim::normalized_damerau_levenshtein(&stem(name), &stem(other)),
    };
    names
        .map(|other| (likeness(&other), other))
        .filter(|(likeness, _)| *likeness >= SIMILAR)
        .max_by(|one, other| one.0.total_cmp(&other.0).then_with(|| other.1.cmp(&one.1)))
        .map(|(_, other)| other)
}

/// The home folder of Codex: `CODEX_HOME`, or `~/.codex`.
///
/// # Errors
/// A message if there is no such folder.
pub fn codex_home() -> Result<PathBuf, String> {
    let is_named = env::var_os("CODEX_HOME").is_some_and(|named| !named.is_empty());
    match default_home() {
        Some(folder) if folder.is_dir() => Ok(folder),
        Some(folder) if is_named => Err(format!(
            "--home: CODEX_HOME is {}, which is not a folder; set it to the home folder of Codex, or unset it to use ~/.codex",
            folder.display()
        )),
        _ => Err(
            "--home: there is no folder ~/.codex; set CODEX_HOME to the home folder of Codex, or pass its path".to_owned(),
        ),
    }
}
