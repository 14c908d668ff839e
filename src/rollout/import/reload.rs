//! Reloads what was imported before: imports only what was appended since.
//!
//! A file that was moved or compressed is still the same file. A file that was truncated or changed is reported and not read.
//! If the history now consists of different files, or an incomplete line was completed, the thread must be read again from
//! the start. The contract has no call that replaces a history, so such a thread is only reported as outdated.

use std::path::Path;
use std::sync::Arc;

use super::super::known::{FileChange, FileStamp, KnownFile, ReadPosition};
use super::super::lineage::{Extent, Piece, ThreadPlan};
use super::super::lines::SEGMENT;
use super::super::open::RolloutInput;
use super::super::read::{LineLayout, RolloutReader};
use super::super::report::{FileOutcome, FileRead, Problem, ProblemCode};
use super::super::sources::{HistoryPart, SupersededItems, ThreadSources};
use super::files::FileEntry;
use super::run::ImportRun;
use super::thread::PendingItems;
use super::{ImportOptions, OutdatedThread, absolute};
use crate::protocol::ThreadId;
use crate::protocol::numbers::grouped;

/// A file of a thread, and what earlier imports stored about it.
struct KnownPiece {
    piece: Piece,
    /// Its index among the files that earlier imports read.
    known: usize,
    input: RolloutInput,
    /// Its state on disk, if it is known to be unchanged since the last import.
    stamp: Option<FileStamp>,
}

impl ImportRun<'_> {
    /// Imports the new items of a thread. If `again` is true, files that were truncated or changed make the thread
    /// outdated.
    pub(super) async fn reload(
        &mut self,
        known: &Arc<ThreadSources>,
        plan: &ThreadPlan,
        wanted: &ImportOptions,
        entries: &mut [FileEntry],
    ) {
        let again = wanted.again;
        let id = known.thread_id;
        let pieces = match matched(known, plan, entries) {
            Ok(pieces) => pieces,
            Err(outdated) => return self.outdated(id, outdated.reason, plan, entries),
        };
        if self.is_unchanged(known, &pieces, again) {
            plan.files().for_each(|piece| entries[piece.file].same_if(id));
            return;
        }
        let mut batch = PendingItems::continued(known);
        let mut grown = Vec::new();
        let mut moved = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            let file = &known.read.files[piece.known];
            let path = &piece.input.source.path;
            let stamp = FileStamp::of(path);
            let is_moved = !is_at(path, &file.source.path);
            let is_faulty = again && file.is_faulty;
            if !file.is_own || (stamp == file.stamp && !is_moved && !is_faulty) {
                continue;
            }
            let fault = match file.position.change(&piece.input) {
                Ok(change @ (FileChange::Same | FileChange::Grown))
                    if (stamp != file.stamp || is_faulty)
                        && (again || matches!(change, FileChange::Same))
                        && !self.is_as_read(piece, known, wanted) =>
                {
                    Some(changed(file))
                }
                Ok(FileChange::Same) => None,
                Ok(FileChange::Completed) => {
                    let line = grouped(file.position.lines + 1);
                    let reason = format!("line {line} of {} is complete now", piece.input.source.shown());
                    return self.outdated(id, reason, plan, entries);
                }
                Ok(FileChange::Grown) => {
                    let is_last = at + 1 == pieces.len();
                    if piece.piece.extent == Extent::All && !is_last {
                        let reason = format!(
                            "{} has grown, but is not the last file of the thread",
                            piece.input.source.shown()
                        );
                        return self.outdated(id, reason, plan, entries);
                    }
                    grown.push(at);
                    None
                }
                Ok(FileChange::Cut(length)) => Some(Problem::new(
                    ProblemCode::Changed,
                    format!(
                        "has {} bytes now, but {} were read before; the items read so far are kept; :reload-changed reads the file again",
                        grouped(length),
                        grouped(file.position.bytes)
                    ),
                )),
                Ok(FileChange::Changed) => Some(changed(file)),
                Err(problem) => Some(problem),
            };
            if let Some(problem) = fault {
                if again && problem.code == ProblemCode::Changed {
                    let reason = format!("{} was truncated or changed", piece.input.source.shown());
                    return self.outdated(id, reason, plan, entries);
                }
                // Report this only once, not at each reload.
                batch.sources.read.files[piece.known].is_faulty = problem.code == ProblemCode::Changed;
                entries[piece.piece.file].fail(problem);
            } else if is_moved {
                moved.push(absolute(path));
                batch.sources.rename(&file.source.path, path);
            }
            let kept = &mut batch.sources.read.files[piece.known];
            kept.source = piece.input.source.clone();
            kept.stamp = stamp;
        }
        for at in grown {
            let piece = &pieces[at];
            match self.append(piece, &mut batch).await {
                Ok(read) => entries[piece.piece.file].finish(FileOutcome::Read(read), None),
                Err(problem) => entries[piece.piece.file].fail(problem),
            }
        }
        let metadata = known.read.metadata.clone();
        let finished = match self.send(&mut batch).await {
            Ok(()) => self.finish(&mut batch, moved, &metadata, plan, entries).await,
            Err(problem) => Err(problem),
        };
        for piece in plan.files() {
            match &finished {
                Ok(()) => entries[piece.file].same_if(id),
                Err(problem) => entries[piece.file].fail_read(problem),
            }
        }
        let mut told = batch.sources;
        told.items = batch.sent;
        self.imported.threads.push(told);
    }

    /// Whether the files of a thread and what its home says about it are unchanged.
    fn is_unchanged(&self, known: &ThreadSources, pieces: &[KnownPiece], again: bool) -> bool {
        let is_same = |piece: &KnownPiece| {
            let (file, path) = (&known.read.files[piece.known], &piece.input.source.path);
            !file.is_own
                || !(again && file.is_faulty)
                    && (is_at(path, &file.source.path)
                        && file.stamp == piece.stamp.or_else(|| FileStamp::of(path)))
                    && (file.layout != Some(LineLayout::Paginated)
                        || file.projection == self.homes.projection(file))
        };
        let home = pieces.last().and_then(|piece| self.homes.of(&piece.input.source));
        let row = home.and_then(|home| home.thread(known.thread_id));
        let name = home
            .and_then(|home| home.name(known.thread_id, known.read.is_paginated))
            .map(|(name, _)| name);
        pieces.iter().all(is_same) && row == known.row.as_ref() && name == known.read.home_name.as_deref()
    }

    /// Whether the items of a file are the same as those that were read before. If the store is not available, only the
    /// end of the file was compared.
    fn is_as_read(&self, piece: &KnownPiece, known: &ThreadSources, wanted: &ImportOptions) -> bool {
        let history = wanted
            .store
            .as_ref()
            .and_then(|store| store.thread(known.thread_id)?.history.clone());
        let Some(history) = history else { return true };
        let path = &known.read.files[piece.known].source.path;
        let before = history.len().saturating_sub(known.items);
        let parts = known
            .parts
            .iter()
            .filter(|part| *part.file == **path && part.inherited_from.is_none());
        let kept = parts.flat_map(|part| history.range(before + part.items.start..before + part.items.end));
        let cut = known.superseded.iter().filter(|cut| *cut.file == **path);
        let mut read = kept.chain(cut.flat_map(|cut| &cut.items));
        let Ok(mut reader) = RolloutReader::open(&piece.input, SEGMENT, &self.limit) else {
            return false;
        };
        while let Ok(Some(items)) = reader.items() {
            for item in items {
                match read.next() {
                    Some(known) if known.bytes() == item.bytes() => {}
                    Some(_) => return false,
                    // What follows was appended.
                    None => return true,
                }
            }
        }
        read.next().is_none()
    }

    /// Notes that a thread must be read again from the start.
    fn outdated(&mut self, id: ThreadId, reason: String, plan: &ThreadPlan, entries: &mut [FileEntry]) {
        for piece in plan.files() {
            entries[piece.file].same_if(id);
        }
        self.imported.outdated.push(OutdatedThread {
            thread_id: id,
            reason,
        });
    }

    /// Imports the items that were appended to a file.
    async fn append(&mut self, piece: &KnownPiece, batch: &mut PendingItems) -> Result<FileRead, Problem> {
        let file: KnownFile = batch.sources.read.files[piece.known].clone();
        let mut reader =
            RolloutReader::appended(&piece.input, &file.position, file.layout, SEGMENT, &self.limit)?;
        let first = batch.given;
        let mut check = file.check.clone();
        let mut cut = Vec::new();
        let mut last = None;
        while let Some(items) = reader.items()? {
            last = items.last().cloned().or(last);
            let is_paginated = reader.layout() == Some(LineLayout::Paginated);
            batch.fold.read_rollout(is_paginated);
            batch.is_paginated = is_paginated;
            for item in items {
                if is_paginated {
                    check.observe(&item);
                }
                if piece.piece.extent != Extent::All {
                    cut.push(item);
                } else if batch.push(item) {
                    self.send(batch).await?;
                }
            }
        }
        let counts = reader.counts();
        let path: Arc<Path> = piece.input.source.path.as_path().into();
        let parts = &mut batch.sources.parts;
        match parts
            .last_mut()
            .filter(|part| part.file == path && part.items.end == first)
        {
            Some(part) => part.items.end = batch.given,
            None if batch.given > first => parts.push(HistoryPart {
                file: Arc::clone(&path),
                items: first..batch.given,
                inherited_from: None,
            }),
            None => {}
        }
        if !cut.is_empty() {
            match batch
                .sources
                .superseded
                .iter_mut()
                .find(|known| known.file == path)
            {
                Some(known) => known.items.extend(cut.iter().cloned()),
                None => batch.sources.superseded.push(SupersededItems {
                    file: Arc::clone(&path),
                    at: first,
                    items: cut.clone(),
                }),
            }
        }
        let position = &file.position;
        let kept = &mut batch.sources.read.files[piece.known];
        kept.layout = reader.layout();
        kept.check = check;
        kept.position = ReadPosition::after(
            position.bytes + counts.bytes,
            position.lines + counts.lines,
            last.as_ref(),
        );
        Ok(FileRead {
            thread_id: Some(batch.id),
            layout: reader.layout(),
            counts,
            superseded: cut.len() as u64,
            joined: true,
            ..FileRead::default()
        })
    }
}

/// Whether two paths are the same one.
fn is_at(path: &Path, known: &Path) -> bool {
    path.as_os_str() == known.as_os_str() || absolute(path) == absolute(known)
}

fn changed(file: &KnownFile) -> Problem {
    Problem::new(
        ProblemCode::Changed,
        format!(
            "was changed in the {} bytes that were read before; the items read so far are kept; :reload-changed reads the file again",
            grouped(file.position.bytes)
        ),
    )
}

/// Finds what earlier imports stored about each file of a thread. The error says why the thread must be read again from
/// the start.
fn matched(
    known: &ThreadSources,
    plan: &ThreadPlan,
    entries: &[FileEntry],
) -> Result<Vec<KnownPiece>, OutdatedThread> {
    let outdated = |reason| OutdatedThread {
        thread_id: known.thread_id,
        reason,
    };
    let mut pieces = Vec::new();
    for piece in plan.files() {
        let (Some(source), Some(identity)) = (entries[piece.file].source(), entries[piece.file].identity())
        else {
            continue;
        };
        let is_it = |file: &KnownFile| {
            file.identity.rollout == identity.rollout
                && file.identity.thread_id == identity.thread_id
                && file.identity.header_digest == identity.header_digest
                && file.source.name_of_plain() == source.name_of_plain()
        };
        let Some(at) = known.read.files.iter().position(is_it) else {
            return Err(outdated(format!(
                "{} is new, or its header has changed",
                source.shown()
            )));
        };
        if known.read.files[at].extent != piece.extent {
            return Err(outdated(format!(
                "{} is now continued at a different position",
                source.shown()
            )));
        }
        pieces.push(KnownPiece {
            piece,
            known: at,
            input: RolloutInput::from(source),
            stamp: identity.stamp,
        });
    }
    Ok(pieces)
}
