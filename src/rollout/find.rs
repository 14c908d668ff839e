//! Which files the given paths mean: named files always, folders by what they hold, each file once.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

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
    /// A file to be left alone.
    Skipped(PathBuf, Problem),
    /// A file or folder that cannot be read.
    Failed(PathBuf, Problem),
}

impl Found {
    /// The path that it is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(source) => &source.path,
            Self::Skipped(path, _) | Self::Failed(path, _) => path,
        }
    }
}

/// The files that the paths mean, in path order, each once.
///
/// A path that is no folder is always a file to be read. In a folder that holds `sessions` or `archived_sessions` those
/// two are searched, else all of it: every `*.jsonl` and `*.jsonl.zst` at any depth, but the program's own
/// `history.jsonl` and `session_index.jsonl`. A packed file with its plain twin beside it is skipped unless it is named.
pub fn find(paths: &[PathBuf]) -> Vec<Found> {
    let mut search = Search::default();
    for path in paths.iter().filter(|path| !path.is_dir()) {
        let below = PathBuf::from(path.file_name().unwrap_or_default());
        search.add(Found::File(Source {
            path: path.clone(),
            below,
        }));
    }
    for path in paths.iter().filter(|path| path.is_dir()) {
        search.folder(path);
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
            let place = place_of(&folder);
            if !self.folders.insert(place.clone()) {
                continue;
            }
            match fs::read_dir(&folder) {
                Ok(entries) => self.entries(root, (&folder, &place), entries, &mut waiting),
                Err(error) => self.fail(&folder, Problem::unreadable("read this folder", &error)),
            }
        }
        if self.met == 0 {
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
            if known.map_or_else(|| path.is_dir(), |what| what.is_dir()) {
                waiting.push(path);
            } else if let Some(name) = path.file_name().filter(|name| is_rollout(name)) {
                let place = known.map_or_else(|| place_of(&path), |_| place.join(name));
                self.file(root, path, place);
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

fn is_rollout(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    (name.ends_with(b".jsonl") || name.ends_with(b".jsonl.zst"))
        && !NEIGHBOURS.iter().any(|neighbour| neighbour.as_bytes() == name)
}
