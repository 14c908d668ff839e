//! Which files the given paths mean: named files always, folders by what they hold, each file once.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::limit::Stop;
use super::open::{Kind, is_standard_input};
use super::report::{Code, Problem};

/// A rollout file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is: the given path, or what was found below it.
    pub path: PathBuf,
    /// Its place below the given folder; of a file that was named itself, its name.
    pub below: PathBuf,
}

impl Source {
    /// Whether its bytes are packed with zstd, which its name tells.
    pub fn is_packed(&self) -> bool {
        self.path.extension() == Some(OsStr::new("zst"))
    }

    /// Its path as text; what is no UTF-8 becomes U+FFFD.
    pub fn shown(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// Its name within its folder.
    pub fn name(&self) -> &OsStr {
        self.path.file_name().unwrap_or_default()
    }
}

/// What became of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A file to be read.
    File(Source),
    /// A pipe to be read: it gives what it has once.
    Pipe(Source),
    /// A file to be left alone.
    Skipped(PathBuf, Problem),
    /// A file or folder that cannot be read.
    Failed(PathBuf, Problem),
}

impl Found {
    /// The path that it is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(source) | Self::Pipe(source) => &source.path,
            Self::Skipped(path, _) | Self::Failed(path, _) => path,
        }
    }
}

/// The files that the paths mean, in path order, each once.
///
/// A path that is no folder is always a file or a pipe to be read, `-` being standard input. In a folder that holds `sessions` or `archived_sessions` those
/// two are searched, else all of it: every `*.jsonl` and `*.jsonl.zst` at any depth, but the program's own
/// `history.jsonl` and `session_index.jsonl`. A packed file with its plain twin beside it is skipped unless it is named.
/// What is there but is no regular file has failed, and is not opened.
pub fn find(paths: &[PathBuf]) -> Vec<Found> {
    find_until(paths, &Stop::default())
}

/// As [`find`], until a stop is asked for; then those that were found by then, in no order.
pub(crate) fn find_until(paths: &[PathBuf], stop: &Stop) -> Vec<Found> {
    let mut search = Search {
        stop: stop.clone(),
        ..Search::default()
    };
    let is_folder = |path: &Path| !is_standard_input(path) && path.is_dir();
    for path in paths.iter().filter(|path| !is_folder(path)) {
        search.named(path);
    }
    for path in paths.iter().filter(|path| is_folder(path)) {
        search.folder(path);
    }
    if stop.is_asked() {
        return search.found;
    }
    search.found.sort_by(|one, other| one.path().cmp(other.path()));
    search.found
}

/// The folders of an agent's home that hold rollouts.
const HOMES: [&str; 2] = ["sessions", "archived_sessions"];

/// Files beside rollouts that are none.
const NEIGHBOURS: [&str; 2] = ["history.jsonl", "session_index.jsonl"];

#[derive(Default)]
struct Search {
    found: Vec<Found>,
    /// Where each file really is, so that none comes twice.
    seen: HashSet<PathBuf>,
    /// Folders met under the path at hand, so that links in a circle end.
    folders: HashSet<PathBuf>,
    /// How much the path at hand gave, what came before included.
    met: usize,
    stop: Stop,
}

impl Search {
    fn add(&mut self, found: Found) {
        let place = place_of(found.path());
        self.add_at(place, found);
    }

    fn add_at(&mut self, place: PathBuf, found: Found) {
        self.met += 1;
        if self.seen.insert(place) {
            self.found.push(found);
        }
    }

    fn fail(&mut self, path: &Path, problem: Problem) {
        self.add(Found::Failed(path.to_owned(), problem));
    }

    /// A path that is no folder and that a person has named.
    fn named(&mut self, path: &Path) {
        let source = Source {
            path: path.to_owned(),
            below: PathBuf::from(path.file_name().unwrap_or_default()),
        };
        if is_standard_input(path) {
            return self.add_at(path.to_owned(), Found::Pipe(source));
        }
        match Kind::of(path) {
            Ok(Kind::Pipe) => self.add(Found::Pipe(source)),
            Ok(kind @ (Kind::Socket | Kind::Device)) => self.fail(path, Problem::not_regular(kind)),
            // What cannot be asked says why when it is opened.
            _ => self.add(Found::File(source)),
        }
    }

    fn folder(&mut self, root: &Path) {
        self.met = 0;
        self.folders.clear();
        let homes: Vec<_> = HOMES
            .iter()
            .map(|home| root.join(home))
            .filter(|home| home.is_dir())
            .collect();
        let mut waiting = if homes.is_empty() {
            vec![root.to_owned()]
        } else {
            homes
        };
        while let Some(folder) = waiting.pop() {
            if self.stop.is_asked() {
                return;
            }
            let place = place_of(&folder);
            if !self.folders.insert(place.clone()) {
                continue;
            }
            match fs::read_dir(&folder) {
                Ok(entries) => self.entries(root, (&folder, &place), entries, &mut waiting),
                Err(error) => self.fail(&folder, Problem::unreadable("read this folder", &error)),
            }
        }
        if self.met == 0 && !self.stop.is_asked() {
            let wanted =
                "no rollouts in this folder: give a file, or a folder with *.jsonl or *.jsonl.zst files";
            self.fail(root, Problem::new(Code::NoRollouts, wanted));
        }
    }

    /// What is in a folder, which is really at `place`.
    fn entries(
        &mut self,
        root: &Path,
        (folder, place): (&Path, &Path),
        entries: fs::ReadDir,
        waiting: &mut Vec<PathBuf>,
    ) {
        let mut paths = Vec::new();
        for entry in entries {
            if self.stop.is_asked() {
                return;
            }
            match entry {
                // The system says with the name what it names; only a link has to be followed.
                Ok(entry) => paths.push((
                    entry.path(),
                    entry.file_type().ok().filter(|what| !what.is_symlink()),
                )),
                Err(error) => self.fail(folder, Problem::unreadable("read all of this folder", &error)),
            }
        }
        // In order, so that of two links to one file or folder it is always the same one that counts.
        paths.sort_by(|one, other| one.0.cmp(&other.0));
        let before = waiting.len();
        for (path, known) in paths {
            if self.stop.is_asked() {
                return;
            }
            let kind = known.map_or_else(|| Kind::of(&path).ok(), |what| Some(what.into()));
            if kind == Some(Kind::Folder) {
                waiting.push(path);
            } else if let Some(name) = path.file_name().filter(|name| is_rollout(name)) {
                let place = known.map_or_else(|| place_of(&path), |_| place.join(name));
                match kind {
                    Some(kind @ (Kind::Pipe | Kind::Socket | Kind::Device)) => {
                        self.add_at(place, Found::Failed(path, Problem::not_regular(kind)));
                    }
                    _ => self.file(root, path, place),
                }
            }
        }
        if let Some(folders) = waiting.get_mut(before..) {
            folders.reverse();
        }
    }

    fn file(&mut self, root: &Path, path: PathBuf, place: PathBuf) {
        let below = path.strip_prefix(root).unwrap_or(&path).to_owned();
        let source = Source { path, below };
        if source.is_packed() && source.path.with_extension("").is_file() {
            let twin = "the plain file of the same name beside it is read instead";
            let path = source.path;
            self.add_at(place, Found::Skipped(path, Problem::new(Code::PlainTwin, twin)));
        } else {
            self.add_at(place, Found::File(source));
        }
    }
}

/// Where a file or folder really is, behind all links.
fn place_of(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Whether a file of this name is a rollout.
pub fn is_rollout(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    (name.ends_with(b".jsonl") || name.ends_with(b".jsonl.zst"))
        && !NEIGHBOURS.iter().any(|neighbour| neighbour.as_bytes() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_is_stopped_looks_no_further() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.jsonl"), "{}").unwrap();
        let paths = [folder.path().to_owned()];
        assert_eq!(find(&paths).len(), 1);
        let stop = Stop::default();
        stop.ask();
        // Nothing is said of a folder that was not looked into.
        assert_eq!(find_until(&paths, &stop), []);
    }
}
