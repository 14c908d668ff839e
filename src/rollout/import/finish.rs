//! The last step of a thread's import: sending its metadata, its paths, and the rows of its files.

use std::path::{Path, PathBuf};

use super::super::known::KnownFile;
use super::super::lineage::{ChainFault, Extent, ThreadPlan};
use super::super::read::LineLayout;
use super::super::report::{BaseRow, Problem, Remark};
use super::files::FileEntry;
use super::homes::{self, otherwise};
use super::run::{ImportRun, refused};
use super::thread::PendingItems;
use super::{ImportedFile, Notice};
use crate::contract::{ResumeThreadParams, ThreadMetadataPatch, UpdateThreadMetadataParams};
use crate::protocol::{ThreadEventPersistenceMode, ThreadId, ThreadPersistenceMetadata};

impl ImportRun<'_> {
    /// Sends the metadata derived from all items, then the values that differ in the Codex home, then registers the
    /// thread's paths.
    pub(super) async fn finish(
        &mut self,
        batch: &mut PendingItems,
        paths: Vec<PathBuf>,
        metadata: &ThreadPersistenceMetadata,
        plan: &ThreadPlan,
        entries: &[FileEntry],
    ) -> Result<(), Problem> {
        let thread_id = batch.id;
        batch.sources.decided = batch.fold.decided().clone();
        let mut patch = batch.fold.take_patch();
        let is_new = batch.sources.read.patch.is_empty();
        if is_new
            && patch.created_at.is_none()
            && let Some((created_at, file, sentence)) = batch.created_at()
        {
            patch.created_at = Some(created_at);
            if let Some(sentence) = sentence {
                self.remark_on(batch, &file, sentence);
            }
        }
        patch.updated_at = batch.last;
        let source = plan
            .current
            .and_then(|current| entries[current].source().cloned());
        let home = source.as_ref().and_then(|source| self.homes.of(source)).cloned();
        let read = &mut batch.sources.read;
        read.patch.merge(&patch);
        let (mut otherwise, from_home) = match &home {
            Some(home) => otherwise(home, thread_id, batch.is_paginated, &read.patch, metadata),
            None => Default::default(),
        };
        let from_home_before = std::mem::replace(&mut read.from_home, otherwise.clone());
        homes::leave_sent(&mut otherwise, &from_home_before, &patch);
        read.fold = batch.fold.clone();
        read.home_name = home
            .as_ref()
            .and_then(|home| home.name(thread_id, batch.is_paginated))
            .map(|(name, _)| name.to_owned());
        read.metadata = metadata.clone();
        read.is_paginated = batch.is_paginated;
        batch.sources.from_home = from_home;
        batch.sources.row = home.as_ref().and_then(|home| home.thread(thread_id).cloned());
        batch.sources.current = source.as_ref().map(|source| source.path.as_path().into());
        batch.sources.is_guess = plan.is_guess;
        batch.sources.archived = source
            .as_ref()
            .is_some_and(|source| self.homes.is_archived(source, thread_id));
        self.compare(batch);
        if is_new || !patch.is_empty() {
            self.update(thread_id, patch).await?;
        }
        if !otherwise.is_empty() {
            self.update(thread_id, otherwise).await?;
        }
        for path in paths {
            let resume = ResumeThreadParams {
                thread_id,
                rollout_path: Some(path),
                history: None,
                include_archived: false,
                metadata: metadata.clone(),
                event_persistence_mode: ThreadEventPersistenceMode::Limited,
            };
            self.awaited()?;
            self.store
                .resume_thread(resume)
                .await
                .map_err(|error| refused("register its path", &error))?;
        }
        Ok(())
    }

    /// Compares the files of a thread with the database of turns. What was reported before is not reported again.
    fn compare(&mut self, batch: &mut PendingItems) {
        let sources = &mut batch.sources;
        let mut found = Vec::new();
        let is_compared = |file: &&mut KnownFile| file.is_own && file.layout == Some(LineLayout::Paginated);
        for file in sources.read.files.iter_mut().filter(is_compared) {
            file.projection = self.homes.projection(file);
            let sentences = file.check.disagreements(file.position.bytes, &file.projection);
            found.extend(sentences.into_iter().map(|sentence| Remark {
                file: file.source.shown(),
                sentence,
            }));
        }
        let before = std::mem::replace(&mut sources.disagreements, found.clone());
        for remark in found.into_iter().filter(|remark| !before.contains(remark)) {
            self.remark(remark.file, remark.sentence);
        }
    }

    async fn update(&mut self, thread_id: ThreadId, patch: ThreadMetadataPatch) -> Result<(), Problem> {
        self.awaited()?;
        let update = UpdateThreadMetadataParams {
            thread_id,
            patch,
            include_archived: false,
        };
        let updated = self.store.update_thread_metadata(update).await;
        updated.map_err(|error| refused("set the metadata of this file's thread", &error))?;
        let heard = (self.hear)(Notice::Updated(thread_id));
        self.go_on(heard);
        Ok(())
    }

    /// Adds to the rows of a thread's files what is known only after the last file was read.
    pub(super) fn count_lines(&mut self, batch: &PendingItems, plan: &ThreadPlan, entries: &mut [FileEntry]) {
        let inherited = batch.sources.inherited();
        for piece in plan.files() {
            let is_missing =
                |fault: &ChainFault| matches!(fault, ChainFault::Missing { file, .. } if *file == piece.file);
            let base = entries[piece.file].base().map(|base| BaseRow {
                thread_id: base.rollout,
                found: piece.extent == Extent::Nothing || !plan.faults.iter().any(is_missing),
            });
            let Some(read) = entries[piece.file]
                .read_mut()
                .filter(|read| read.thread_id == Some(batch.id))
            else {
                continue;
            };
            read.base = base;
            if plan.current == Some(piece.file) {
                read.inherited = inherited;
                read.guessed = plan.is_guess;
            }
        }
    }
}

/// The paths of the files, the current one last, because a read shows the path that was registered last (rule P5).
pub(super) fn in_order<'a>(
    files: impl Iterator<Item = &'a ImportedFile>,
    current: Option<usize>,
    entries: &[FileEntry],
) -> Vec<PathBuf> {
    let current = current.and_then(|current| entries[current].source());
    let mut paths: Vec<&Path> = files.map(|file| file.source.path.as_path()).collect();
    if let Some(at) = current.and_then(|current| paths.iter().position(|path| *path == current.path)) {
        let last = paths.remove(at);
        paths.push(last);
    }
    paths.into_iter().map(absolute).collect()
}

/// An absolute path, without resolving links.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
