//! Finds the rollout files for the given paths: named files, and rollout files in folders, each file once.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::limit::StopFlag;
use super::open::{FileKind, is_standard_input};
use super::report::{Problem, ProblemCode};
use crate::home::{Home, ROLLOUT_FOLDERS};

/// A rollout file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path: the given one, or one that was found below it.
    pub path: PathBuf,
    /// Its path relative to the given folder; the file name, if the file itself was given.
    pub below: PathBuf,
    /// The home that it was found in.
    pub home: Option<Arc<Path>>,
    /// Whether the file itself was given.
    pub is_named: bool,
}

impl Source {
    /// A file that is given by its path.
    pub fn named(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            below: PathBuf::from(path.file_name().unwrap_or_default()),
            path,
            home: None,
            is_named: true,
        }
    }

    /// Whether it is compressed with zstd, according to its name.
    pub fn is_packed(&self) -> bool {
        self.path.extension() == Some(OsStr::new("zst"))
    }

    /// Its path as text; bytes that are not UTF-8 become U+FFFD.
    pub fn shown(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// Its file name without the ending of a compressed file.
    pub(super) fn name_of_plain(&self) -> &[u8] {
        plain_name(self.name())
    }

    /// Its file name.
    pub fn name(&self) -> &OsStr {
        self.path.file_name().unwrap_or_default()
    }
}

/// The result for one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindResult {
    /// A file to read.
    File(Source),
    /// A pipe to read, which can only be read once.
    Pipe(Source),
    /// A file to skip.
    Skipped(PathBuf, Problem),
    /// A file or folder that cannot be read.
    Failed(PathBuf, Problem),
}

impl FindResult {
    /// The home that it was found in.
    pub(super) fn home(&self) -> Option<&Arc<Path>> {
        match self {
            Self::File(source) | Self::Pipe(source) => source.home.as_ref(),
            Self::Skipped(..) | Self::Failed(..) => None,
        }
    }

    /// The path that the result is for.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(source) | Self::Pipe(source) => &source.path,
            Self::Skipped(path, _) | Self::Failed(path, _) => path,
        }
    }
}

/// Finds the rollout files for the paths, sorted by path, each once.
///
/// A path that is not a folder is always read as a file or pipe; `-` is standard input. A folder that contains `sessions`
/// or `archived_sessions` is a home, in which only these two are searched; any other folder is searched completely,
/// including homes below it. The search finds `*.jsonl` and `*.jsonl.zst` files at any depth, except `history.jsonl` and
/// `session_index.jsonl`. A compressed file is skipped if the same file exists uncompressed, unless it was given by name.
/// Pipes, sockets and devices found in a folder are reported as failed and are not opened.
pub fn find(paths: &[PathBuf]) -> Vec<FindResult> {
    find_until(paths, &StopFlag::default())
}

/// Like [`find`], but ends when a stop is requested; then returns what was found so far, unsorted.
pub(crate) fn find_until(paths: &[PathBuf], stop: &StopFlag) -> Vec<FindResult> {
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

/// Files that are found next to rollouts but are not rollouts.
const NEIGHBOURS: [&str; 2] = ["history.jsonl", "session_index.jsonl"];

/// A folder to search.
struct Folder {
    path: PathBuf,
    /// The home that it is in.
    home: Option<Arc<Path>>,
}

#[derive(Default)]
struct Search {
    found: Vec<FindResult>,
    /// The canonical path of each file and its index among the found files, so that no file is found twice. Paths are
    /// compared as bytes, which is faster than by their components.
    seen: HashMap<OsString, usize>,
    /// The folders visited below the current path, so that cyclic links do not loop forever.
    folders: HashSet<PathBuf>,
    /// The number of results for the current path, including files that were found before.
    met: usize,
    stop: StopFlag,
}

impl Search {
    fn add(&mut self, found: FindResult) {
        let place = place_of(found.path());
        self.add_at(place, found);
    }

    fn add_at(&mut self, place: PathBuf, found: FindResult) {
        self.met += 1;
        let known = match self.seen.entry(place.into_os_string()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                free.insert(self.found.len());
                return self.found.push(found);
            }
        };
        // A file that was also given by name still belongs to its home.
        if let (Some(FindResult::File(known)), FindResult::File(found)) = (self.found.get_mut(*known), found)
        {
            known.home = known.home.take().or(found.home);
        }
    }

    fn fail(&mut self, path: &Path, problem: Problem) {
        self.add(FindResult::Failed(path.to_owned(), problem));
    }

    /// Adds a given path that is not a folder.
    fn named(&mut self, path: &Path) {
        let source = Source::named(path);
        if is_standard_input(path) {
            return self.add_at(path.to_owned(), FindResult::Pipe(source));
        }
        match FileKind::of(path) {
            Ok(FileKind::Pipe) => self.add(FindResult::Pipe(source)),
            Ok(kind @ (FileKind::Socket | FileKind::Device)) => self.fail(path, Problem::not_regular(kind)),
            // If the kind is unknown, opening the file will fail and report why.
            _ => self.add(FindResult::File(source)),
        }
    }

    fn folder(&mut self, root: &Path) {
        self.met = 0;
        self.folders.clear();
        let mut waiting = vec![Folder {
            path: root.to_owned(),
            home: None,
        }];
        while let Some(folder) = waiting.pop() {
            if self.stop.is_asked() {
                return;
            }
            let place = place_of(&folder.path);
            if !self.folders.insert(place.clone()) {
                continue;
            }
            if folder.home.is_none() && Home::is_at(&folder.path) {
                let home: Arc<Path> = folder.path.into();
                let rollouts = ROLLOUT_FOLDERS.map(|name| home.join(name));
                waiting.extend(
                    rollouts
                        .into_iter()
                        .rev()
                        .filter(|path| path.is_dir())
                        .map(|path| Folder {
                            path,
                            home: Some(Arc::clone(&home)),
                        }),
                );
                continue;
            }
            match fs::read_dir(&folder.path) {
                Ok(entries) => self.entries(root, (&folder, &place), entries, &mut waiting),
                Err(error) => self.fail(&folder.path, Problem::unreadable("read this folder", &error)),
            }
        }
        if self.met == 0 && !self.stop.is_asked() {
            let wanted =
                "no rollouts in this folder; choose a file, or a folder with *.jsonl or *.jsonl.zst files";
            self.fail(root, Problem::new(ProblemCode::NoRollouts, wanted));
        }
    }

    /// Adds the entries of a folder, whose canonical path is `place`.
    fn entries(
        &mut self,
        root: &Path,
        (folder, place): (&Folder, &Path),
        entries: fs::ReadDir,
        waiting: &mut Vec<Folder>,
    ) {
        let mut names = Vec::new();
        for entry in entries {
            if self.stop.is_asked() {
                return;
            }
            match entry {
                // The directory entry includes the file type; only links have to be resolved.
                Ok(entry) => names.push((
                    entry.file_name(),
                    entry.file_type().ok().filter(|what| !what.is_symlink()),
                )),
                Err(error) => self.fail(&folder.path, Problem::unreadable("read the whole folder", &error)),
            }
        }
        // Sorted, so that the same one of two links to a file or folder is always used.
        names.sort_by(|one, other| one.0.cmp(&other.0));
        let before = waiting.len();
        for (name, known) in names {
            if self.stop.is_asked() {
                return;
            }
            let path = folder.path.join(&name);
            let kind = known.map_or_else(|| FileKind::of(&path).ok(), |what| Some(what.into()));
            if kind == Some(FileKind::Folder) {
                waiting.push(Folder {
                    path,
                    home: folder.home.clone(),
                });
            } else if is_rollout(&name) {
                let place = known.map_or_else(|| place_of(&path), |_| place.join(&name));
                match kind {
                    Some(kind @ (FileKind::Pipe | FileKind::Socket | FileKind::Device)) => {
                        self.add_at(place, FindResult::Failed(path, Problem::not_regular(kind)));
                    }
                    _ => self.file(root, path, folder.home.clone(), place),
                }
            }
        }
        if let Some(folders) = waiting.get_mut(before..) {
            folders.reverse();
        }
    }

    fn file(&mut self, root: &Path, path: PathBuf, home: Option<Arc<Path>>, place: PathBuf) {
        let below = path.strip_prefix(root).unwrap_or(&path).to_owned();
        let source = Source {
            path,
            below,
            home,
            is_named: false,
        };
        if source.is_packed() && source.path.with_extension("").is_file() {
            let twin = "the uncompressed file of the same name is read instead";
            let path = source.path;
            self.add_at(
                place,
                FindResult::Skipped(path, Problem::new(ProblemCode::PlainTwin, twin)),
            );
        } else {
            self.add_at(place, FindResult::File(source));
        }
    }
}

/// A file name without the ending of a compressed file.
pub(super) fn plain_name(name: &OsStr) -> &[u8] {
    let name = name.as_encoded_bytes();
    name.strip_suffix(b".zst").unwrap_or(name)
}

/// The name of a file as text; bytes that are not UTF-8 become U+FFFD.
pub fn shown_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// The canonical path of a file or folder.
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
        let stop = StopFlag::default();
        stop.ask();
        // A folder that was not searched is not reported as empty.
        assert_eq!(find_until(&paths, &stop), []);
    }
}
