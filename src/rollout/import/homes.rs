//! The homes of an import: what their databases say about the files and threads that are imported.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::find::{FindResult, Source, plain_name};
use super::super::known::KnownFile;
use super::super::projection::ProjectionRow;
use super::super::report::{Problem, ProblemCode};
use super::files::FileEntry;
use crate::contract::{GitInfoPatch, ThreadMetadataPatch};
use crate::home::{Home, HomeFile, HomeThread, below_home, is_in_archive};
use crate::protocol::{ThreadId, ThreadMemoryMode, ThreadPersistenceMetadata};

/// The homes that files were found in, by folder. There are few of them, so a search is faster than hashing the path.
#[derive(Default)]
pub(super) struct Homes(Vec<(Arc<Path>, Arc<Home>)>);

/// Rejects the files of threads that are already in another home.
pub(super) fn refuse_second_homes(entries: &mut [FileEntry]) {
    let mut first: HashMap<ThreadId, Arc<Path>> = HashMap::new();
    for entry in entries {
        let home = entry.source().and_then(|source| source.home.clone());
        if let (Some(id), Some(home)) = (entry.waiting_for(), home) {
            let known = first.entry(id).or_insert_with(|| Arc::clone(&home));
            if !Arc::ptr_eq(known, &home) && *known != home {
                let sentence = format!(
                    "thread {id} of this file is also in the home {}, so this file was not imported; open the homes one at a time",
                    known.display()
                );
                entry.fail(Problem::new(ProblemCode::IdInTwoHomes, sentence));
            }
        }
    }
}

impl Homes {
    /// Reads the given paths that are homes. They can be read before the files in them are found.
    pub(super) fn at_paths(paths: &[PathBuf], before: &[Arc<Home>]) -> Self {
        let paths = paths.iter().filter(|path| Home::is_at(path));
        let paths: Vec<Arc<Path>> = paths.map(|path| path.as_path().into()).collect();
        let mut homes = Self::default();
        homes.read(paths.iter(), before);
        homes
    }

    /// Reads the homes of the files that have not been read yet, and drops the homes in which no file was found.
    pub(super) fn completed(mut self, found: &[FindResult], before: &[Arc<Home>]) -> Self {
        let of_files = || found.iter().filter_map(FindResult::home);
        // Shares the path with the files, so that a later search finds it by its address.
        self.0.retain_mut(|(path, _)| {
            let used = of_files().find(|home| *home == path);
            used.is_some_and(|used| {
                path.clone_from(used);
                true
            })
        });
        self.read(of_files(), before);
        self
    }

    /// Reads homes. A home that was read before is read again if it has changed.
    fn read<'a>(&mut self, paths: impl Iterator<Item = &'a Arc<Path>>, before: &[Arc<Home>]) {
        for path in paths {
            if self.at(path).is_none() {
                let known = before
                    .iter()
                    .find(|home| home.path == **path && home.is_current());
                let home = known.map_or_else(|| Arc::new(Home::open(path)), Arc::clone);
                self.0.push((Arc::clone(path), home));
            }
        }
    }

    /// The home that a file was found in.
    pub(super) fn of(&self, source: &Source) -> Option<&Arc<Home>> {
        self.at(source.home.as_ref()?)
    }

    fn at(&self, path: &Arc<Path>) -> Option<&Arc<Home>> {
        let is_it = |known: &Arc<Path>| Arc::ptr_eq(known, path) || known == path;
        self.0
            .iter()
            .find(|(known, _)| is_it(known))
            .map(|(_, home)| home)
    }

    /// What the database of turns says about a file.
    pub(super) fn projection(&self, file: &KnownFile) -> ProjectionRow {
        let home = self.of(&file.source);
        let Some(projections) = home.and_then(|home| home.projections.as_ref()) else {
            return ProjectionRow::NoDatabase;
        };
        let row = file
            .identity
            .rollout
            .and_then(|rollout| projections.get(&rollout));
        row.map_or(ProjectionRow::Missing, |row| {
            ProjectionRow::Present(Arc::clone(row))
        })
    }

    /// All homes, by folder.
    pub(super) fn sorted(&self) -> Vec<Arc<Home>> {
        let mut homes: Vec<_> = self.0.iter().map(|(_, home)| Arc::clone(home)).collect();
        homes.sort_by(|one, other| one.path.cmp(&other.path));
        homes
    }

    /// Whether the row of a thread names this file; only the parts of the paths below the home are compared.
    pub(super) fn is_stated(&self, source: &Source, id: ThreadId) -> bool {
        let row = self.of(source).and_then(|home| home.thread(id));
        let stated = row.and_then(|row| below_home(row.rollout_path.as_deref()?));
        stated.is_some() && stated == below_home(&source.path)
    }

    /// Whether a thread is archived: its file is in the folder of archived threads, or its row says so.
    pub(super) fn is_archived(&self, source: &Source, id: ThreadId) -> bool {
        let row = self.of(source).and_then(|home| home.thread(id));
        is_in_archive(&source.path) || row.is_some_and(|row| row.archived)
    }
}

/// The values in a home that differ from the metadata derived from the items: a patch of these fields, and the source
/// of each.
///
/// The row of a paginated thread is newer than its items. For other threads, the row overrides only the name, the
/// working directory and git; its other values are used only if the items have none.
pub(super) fn otherwise(
    home: &Home,
    id: ThreadId,
    is_paginated: bool,
    items: &ThreadMetadataPatch,
    created: &ThreadPersistenceMetadata,
) -> (ThreadMetadataPatch, Vec<(&'static str, HomeFile)>) {
    let mut patch = ThreadMetadataPatch::default();
    let mut from = Vec::new();
    if let Some((name, file)) = home.name(id, is_paginated)
        && items.name.as_ref().and_then(Option::as_deref) != Some(name)
    {
        patch.name = Some(Some(name.to_owned()));
        from.push(("name", file));
    }
    let Some(row) = home.thread(id) else {
        return (patch, from);
    };
    let cwd = row.cwd.clone().filter(|cwd| !cwd.as_os_str().is_empty());
    if let Some(cwd) = cwd.filter(|cwd| items.cwd.as_ref().or(created.cwd.as_ref()) != Some(cwd)) {
        patch.cwd = Some(cwd);
        from.push(("cwd", HomeFile::State));
    }
    if let Some(preview) = &row.preview
        && !preview.trim().is_empty()
        && (is_paginated || items.preview.is_none())
        && items.preview.as_ref() != Some(preview)
    {
        patch.preview = Some(preview.clone());
        from.push(("preview", HomeFile::State));
    }
    let mode = row.memory_mode.as_deref().and_then(memory_mode);
    if let Some(mode) = mode
        && (is_paginated || items.memory_mode.is_none())
        && items.memory_mode.unwrap_or(created.memory_mode) != mode
    {
        patch.memory_mode = Some(mode);
        from.push(("memory_mode", HomeFile::State));
    }
    if let Some(git) = git_info(row).filter(|git| !is_same(git, items.git_info.as_ref())) {
        patch.git_info = Some(git);
        from.push(("git_info", HomeFile::State));
    }
    (patch, from)
}

/// Removes from a patch what was sent before, unless a later patch from the items has changed it since.
pub(super) fn leave_sent(
    patch: &mut ThreadMetadataPatch,
    sent: &ThreadMetadataPatch,
    items: &ThreadMetadataPatch,
) {
    fn leave<T: PartialEq>(slot: &mut Option<T>, sent: &Option<T>, items: &Option<T>) {
        if items.is_none() && slot == sent {
            *slot = None;
        }
    }
    leave(&mut patch.name, &sent.name, &items.name);
    leave(&mut patch.cwd, &sent.cwd, &items.cwd);
    leave(&mut patch.preview, &sent.preview, &items.preview);
    leave(&mut patch.memory_mode, &sent.memory_mode, &items.memory_mode);
    leave(&mut patch.git_info, &sent.git_info, &items.git_info);
}

fn memory_mode(word: &str) -> Option<ThreadMemoryMode> {
    serde_json::from_value(word.into()).ok()
}

/// The git columns as a patch, if at least one of them has a value. A column without a value clears that part.
fn git_info(row: &HomeThread) -> Option<GitInfoPatch> {
    let git = GitInfoPatch {
        sha: Some(row.git_sha.clone()),
        branch: Some(row.git_branch.clone()),
        origin_url: Some(row.git_origin_url.clone()),
    };
    let parts = [&row.git_sha, &row.git_branch, &row.git_origin_url];
    parts.into_iter().any(Option::is_some).then_some(git)
}

/// Whether the columns say the same as the items.
fn is_same(columns: &GitInfoPatch, items: Option<&GitInfoPatch>) -> bool {
    let part = |read: fn(&GitInfoPatch) -> &Option<Option<String>>| {
        read(columns).clone().flatten() == items.and_then(|items| read(items).clone().flatten())
    };
    part(|git| &git.sha) && part(|git| &git.branch) && part(|git| &git.origin_url)
}

/// The mismatches between the rows of a home and its files, sorted.
#[derive(Default)]
pub(super) struct Unmatched {
    /// The rows of threads without a file.
    pub(super) without_file: Vec<ThreadId>,
    /// The files of threads without a row.
    pub(super) without_row: Vec<PathBuf>,
    /// The rows that name a file that is not one of their thread's files, with the file that they name.
    pub(super) other_file: Vec<(ThreadId, PathBuf)>,
}

/// Compares the rows of a home with the files of the given threads. If there are no rows, no mismatch is returned.
pub(super) fn unmatched(home: &Home, present: &[(ThreadId, PathBuf)]) -> Unmatched {
    let Some(rows) = &home.threads else {
        return Unmatched::default();
    };
    let name_of = |path: &Path| path.file_name().map(|name| plain_name(name).to_owned());
    let files: HashSet<(ThreadId, Option<Vec<u8>>)> =
        present.iter().map(|(id, path)| (*id, name_of(path))).collect();
    let known: HashSet<ThreadId> = present.iter().map(|(id, _)| *id).collect();
    let mut without_file: Vec<ThreadId> = rows.keys().copied().filter(|id| !known.contains(id)).collect();
    without_file.sort_by_key(|id| id.uuid());
    let without_row = present.iter().filter(|(id, _)| !rows.contains_key(id));
    let without_row = without_row.map(|(_, path)| path.clone()).collect();
    let named = known.iter().filter_map(|id| {
        let path = rows.get(id)?.rollout_path.clone()?;
        (!files.contains(&(*id, name_of(&path)))).then_some((*id, path))
    });
    let mut other_file: Vec<(ThreadId, PathBuf)> = named.collect();
    other_file.sort_by_key(|(id, _)| id.uuid());
    Unmatched {
        without_file,
        without_row,
        other_file,
    }
}
