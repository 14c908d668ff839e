//! A running import: decides which store calls are made, and in which order.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::find::Source;
use super::super::identity::{Identity, identify};
use super::super::known::{FileStamp, KnownFile, ReadPosition};
use super::super::limit::Limit;
use super::super::lineage::{Piece, ThreadPlan};
use super::super::lines::{SEGMENT, cancelled, cut as cut_short, unpacks};
use super::super::open::RolloutInput;
use super::super::projection::{ProjectionCheck, ProjectionRow};
use super::super::read::{LineLayout, RolloutReader, Skeleton};
use super::super::report::{FileOutcome, FileRead, FileRow, Problem, ProblemCode, Remark, TrailingData};
use super::super::sources::{HistoryPart, SupersededItems};
use super::files::{self, FileEntry};
use super::finish::in_order;
use super::homes::Homes;
use super::reading::{Cut, Reading, WholeFile};
use super::replays::ReplayCandidate;
use super::thread::{PendingItems, creation};
use super::{Imported, ImportedFile, Notice, Progress};
use crate::contract::{ThreadStore, ThreadStoreError};
use crate::protocol::{ThreadId, ThreadPersistenceMetadata};

/// An import that is running.
pub(super) struct ImportRun<'a> {
    pub(super) store: &'a dyn ThreadStore,
    pub(super) hear: &'a mut (dyn FnMut(Notice<'_>) -> ControlFlow<()> + Send),
    pub(super) limit: Limit,
    pub(super) progress: Progress,
    pub(super) imported: Imported,
    /// The number of pipes that have not been read yet.
    pub(super) pipes: usize,
    /// The threads in the store, kept as long as a pipe may continue one of them.
    pub(super) begun: HashMap<ThreadId, ContinuableThread>,
    /// The files that are continued by a file of another thread, by index; `None` until the file is read.
    pub(super) bases: HashMap<usize, Option<Arc<WholeFile>>>,
    /// The threads that may begin with items of their parent.
    pub(super) replays: Vec<ReplayCandidate>,
    pub(super) homes: Homes,
}

/// A thread in the store that can be continued.
pub(super) struct ContinuableThread {
    batch: PendingItems,
    metadata: ThreadPersistenceMetadata,
    /// The index of the thread among all threads.
    place: usize,
}

impl ImportRun<'_> {
    /// Finds the files of each thread.
    pub(super) fn plans(&mut self, entries: &[FileEntry]) -> HashMap<ThreadId, ThreadPlan> {
        let plans = files::plans(entries, &self.homes);
        for (id, plan) in &plans {
            let foreign = plan.pieces.iter().map(|piece| piece.file);
            let foreign = foreign.filter(|file| entries[*file].waiting_for() != Some(*id));
            self.bases.extend(foreign.map(|file| (file, None)));
        }
        plans
    }

    /// Reports a file that is done. A file without new content is not reported.
    pub(super) fn row(&mut self, entry: &mut FileEntry, named: &mut HashSet<ThreadId>) {
        if let FileEntry::Same(..) = entry {
            self.progress.of_files = self.progress.of_files.saturating_sub(1);
            return;
        }
        if let FileEntry::Waiting(input, known) = entry {
            // The file was empty and belongs to no thread.
            let file = ImportedFile {
                is_pipe: input.is_spooled(),
                source: input.source.clone(),
                thread_id: None,
                items: 0..0,
                superseded: Vec::new(),
                skeleton: Skeleton::default(),
            };
            let read = FileRead {
                trailing: known.trailing,
                ..FileRead::default()
            };
            entry.finish(FileOutcome::Read(read), Some(file));
        }
        let FileEntry::Done(done) = entry else { return };
        let mut outcome = done.outcome.clone();
        if let FileOutcome::Read(read) = &mut outcome
            && let Some(id) = read.thread_id
        {
            read.joined |= !named.insert(id);
        }
        let row = FileRow {
            file: done.path.to_string_lossy().into_owned(),
            outcome,
        };
        self.imported.total.add(&row);
        self.imported.rows.push(row);
        self.imported.files.extend(done.file.take());
        self.progress.files += 1;
        if let Some(row) = self.imported.rows.last() {
            let heard = (self.hear)(Notice::Row(row));
            self.go_on(heard);
        }
    }

    /// Fails after [`StopFlag::leave`], so that no more calls are made to the store.
    pub(super) fn awaited(&self) -> Result<(), Problem> {
        match self.limit.stop.is_left() {
            true => Err(cancelled()),
            false => Ok(()),
        }
    }

    /// Sends a notification, and requests a stop if the receiver returns `Break`.
    pub(super) fn go_on(&self, heard: ControlFlow<()>) {
        if heard.is_break() {
            self.limit.stop.ask();
        }
    }

    /// Remembers the copies that were skipped.
    pub(super) fn note_copies(&mut self, entries: &[FileEntry]) {
        for (id, path) in entries.iter().filter_map(FileEntry::skipped_copy) {
            let thread = self
                .imported
                .threads
                .iter_mut()
                .find(|thread| thread.thread_id == id);
            if let (Some(thread), Some(stamp)) = (thread, FileStamp::of(&path)) {
                thread.read.copies.push((path, stamp));
            }
        }
    }

    /// Reports something that a person should know.
    pub(super) fn remark(&mut self, file: String, sentence: impl Into<String>) {
        let remark = Remark {
            file,
            sentence: sentence.into(),
        };
        let heard = (self.hear)(Notice::Remark(&remark));
        self.go_on(heard);
        self.imported.remarks.push(remark);
    }

    /// Reports something that a person should know about a file of a thread.
    pub(super) fn remark_on(&mut self, batch: &mut PendingItems, file: &Source, sentence: impl Into<String>) {
        self.remark(file.shown(), sentence);
        batch.sources.noted.extend(self.imported.remarks.last().cloned());
    }

    /// Imports one thread: the files of its plan that have not been read yet.
    pub(super) async fn thread(&mut self, id: ThreadId, plan: &ThreadPlan, entries: &mut [FileEntry]) {
        let limit = self.limit.clone();
        let own: Vec<usize> = plan
            .files()
            .map(|piece| piece.file)
            .filter(|file| entries[*file].waiting_for() == Some(id))
            .collect();
        let mut sources = Vec::new();
        for &index in &own {
            let FileEntry::Waiting(input, known) = &mut entries[index] else {
                continue;
            };
            match whole(input, &limit) {
                Ok(trailing) => {
                    known.trailing = trailing;
                    sources.push((index, input.clone(), known.clone()));
                }
                Err(problem) => entries[index].fail(problem),
            }
        }
        if sources.is_empty() {
            return;
        }
        let begun = match self.begun.remove(&id) {
            Some(begun) => Ok(begun),
            None => self.begin(id, &sources).await,
        };
        let ContinuableThread {
            mut batch,
            metadata,
            place,
        } = match begun {
            Ok(begun) => begun,
            Err(problem) => {
                for (index, ..) in &sources {
                    entries[*index].fail(problem.clone());
                }
                return;
            }
        };
        self.remark_faults(&mut batch, plan, entries);
        if plan.is_guess
            && let Some(current) = plan
                .current
                .and_then(|current| entries[current].source().cloned())
        {
            let sentence = "is assumed to be the current file of its thread, because its name is the newest and no database records the file";
            self.remark_on(&mut batch, &current, sentence);
        }
        for piece in plan.files() {
            match entries[piece.file].known_thread() == Some(id) {
                true => self.own(piece, &mut batch, entries).await,
                false => self.inherit(piece, &mut batch, entries).await,
            }
        }
        // A pipe cannot be read again.
        let read = own.iter().filter_map(|index| match &entries[*index] {
            FileEntry::Done(done) => done.file.as_ref().filter(|file| !file.is_pipe),
            _ => None,
        });
        let paths: Vec<PathBuf> = in_order(read, plan.current, entries);
        let finished = match self.send(&mut batch).await {
            Ok(()) => self.finish(&mut batch, paths, &metadata, plan, entries).await,
            Err(problem) => Err(problem),
        };
        self.count_lines(&batch, plan, entries);
        let mut told = batch.sources.clone();
        told.items = batch.sent;
        match self.imported.threads.get_mut(place) {
            Some(thread) => *thread = told,
            None => self.imported.threads.push(told),
        }
        if let Err(problem) = finished {
            for index in own {
                entries[index].fail_read(&problem);
            }
        } else if self.pipes > 0 {
            let begun = ContinuableThread {
                batch,
                metadata,
                place,
            };
            self.begun.insert(id, begun);
        }
    }

    /// Creates a thread with the values of the first header in its files.
    async fn begin(
        &mut self,
        id: ThreadId,
        sources: &[(usize, RolloutInput, Identity)],
    ) -> Result<ContinuableThread, Problem> {
        let headed = sources.iter().filter(|(_, _, known)| known.is_headed);
        let header = headed
            .map(|(_, input, _)| input)
            .find_map(|input| identify(input, &self.limit).ok()?.header);
        let create = creation(id, header.as_ref());
        drop(header);
        let metadata = create.metadata.clone();
        self.awaited()?;
        let created = self.store.create_thread(create).await;
        created.map_err(|error| refused("create its thread", &error))?;
        Ok(ContinuableThread {
            batch: PendingItems::new(id),
            metadata,
            place: self.imported.threads.len(),
        })
    }

    /// Reads a file of the thread itself.
    async fn own(&mut self, piece: Piece, batch: &mut PendingItems, entries: &mut [FileEntry]) {
        let FileEntry::Waiting(input, known) = &entries[piece.file] else {
            return;
        };
        let (input, known) = (input.clone(), known.clone());
        let before = batch.given;
        match self.file(piece, &input, &known, batch).await {
            Ok((read, file)) => entries[piece.file].finish(FileOutcome::Read(read), Some(file)),
            Err(problem) => entries[piece.file].fail(partly(problem, batch.given - before)),
        }
    }

    /// Appends the items of one file to the store in batches, up to the point at which the next file continues it.
    async fn file(
        &mut self,
        piece: Piece,
        input: &RolloutInput,
        known: &Identity,
        batch: &mut PendingItems,
    ) -> Result<(FileRead, ImportedFile), Problem> {
        let stamp = FileStamp::of(&input.source.path);
        let mut reading = self.reading(piece.file, input)?;
        let mut check = ProjectionCheck::default();
        let before = self.progress.bytes;
        let first = batch.given;
        let mut cut = Cut::new(piece);
        let mut last = None;
        while let Some(items) = reading.items()? {
            last = items.last().cloned().or(last);
            let is_paginated = reading.layout() == Some(LineLayout::Paginated);
            batch.fold.read_rollout(is_paginated);
            batch.is_paginated = is_paginated;
            for item in items {
                if is_paginated {
                    check.observe(&item);
                }
                batch.look_at(&item, first, &input.source);
                if let Some(item) = cut.pass(item)
                    && batch.push(item)
                {
                    self.send(batch).await?;
                }
            }
            self.progress.bytes = before + reading.counts().bytes;
            let heard = (self.hear)(Notice::Progress(&self.progress));
            self.go_on(heard);
            if self.limit.stop.is_asked() {
                return Err(cancelled());
            }
        }
        if reading.length() < known.length {
            return Err(cut_short(reading.length(), known.length));
        }
        self.progress.bytes = before + reading.length();
        let counts = reading.counts();
        if let Some(parent) = batch.parent.take() {
            self.replays.push(ReplayCandidate {
                thread: batch.id,
                file: piece.file,
                first,
                parent,
            });
        }
        if let Some(sentence) = known.base_fault {
            self.remark_on(batch, &input.source, sentence);
        }
        let path: Arc<Path> = input.source.path.as_path().into();
        if batch.given > first {
            batch.sources.parts.push(HistoryPart {
                file: Arc::clone(&path),
                items: first..batch.given,
                inherited_from: None,
            });
        }
        if let Some(sentence) = cut.told(counts.bytes) {
            self.remark_on(batch, &input.source, sentence);
        }
        if input.is_spooled() {
            for sentence in check.disagreements(counts.bytes, &ProjectionRow::NoDatabase) {
                self.remark_on(batch, &input.source, sentence);
            }
        } else {
            batch.sources.read.files.push(KnownFile {
                source: input.source.clone(),
                identity: known.clone(),
                extent: piece.extent,
                layout: reading.layout(),
                is_own: true,
                check,
                projection: ProjectionRow::default(),
                position: ReadPosition::after(counts.bytes, counts.lines, last.as_ref()),
                stamp,
                is_faulty: false,
            });
        }
        let superseded = cut.items;
        if !superseded.is_empty() {
            batch.sources.superseded.push(SupersededItems {
                file: path,
                at: batch.given,
                items: superseded.clone(),
            });
        }
        let read = FileRead {
            thread_id: Some(batch.id),
            layout: reading.layout(),
            counts,
            trailing: known.trailing,
            superseded: superseded.len() as u64,
            archived: self.homes.is_archived(&input.source, batch.id),
            ..FileRead::default()
        };
        let file = ImportedFile {
            is_pipe: input.is_spooled(),
            source: input.source.clone(),
            thread_id: Some(batch.id),
            items: first..batch.given,
            superseded,
            skeleton: reading.into_skeleton(),
        };
        Ok((read, file))
    }

    /// Appends the items of a file of another thread, up to the point at which the thread continues it.
    async fn inherit(&mut self, piece: Piece, batch: &mut PendingItems, entries: &[FileEntry]) {
        let Some((source, owner)) = entries[piece.file]
            .usable()
            .map(|(input, owner)| (input.source.clone(), owner))
        else {
            return;
        };
        let whole = match self.base(piece.file, &source) {
            Ok(whole) => whole,
            Err(problem) => {
                let sentence = format!(
                    "thread {} continues this file, but this file was not read: {problem}",
                    batch.id
                );
                return self.remark_on(batch, &source, sentence);
            }
        };
        let first = batch.given;
        let mut cut = Cut::new(piece);
        batch
            .fold
            .read_rollout(whole.layout == Some(LineLayout::Paginated));
        for item in &whole.items {
            if let Some(item) = cut.pass(item.clone())
                && batch.push(item)
                && self.send(batch).await.is_err()
            {
                // Sending the remaining items fails in the same way, and that failure is reported.
                break;
            }
        }
        if let Some(sentence) = cut.told(whole.counts.bytes) {
            self.remark_on(batch, &source, sentence);
        }
        if batch.given > first {
            batch.sources.parts.push(HistoryPart {
                file: source.path.as_path().into(),
                items: first..batch.given,
                inherited_from: Some(owner),
            });
        }
        if let Some(identity) = entries[piece.file].identity().cloned() {
            batch.sources.read.files.push(KnownFile {
                stamp: FileStamp::of(&source.path),
                source,
                identity,
                extent: piece.extent,
                layout: whole.layout,
                is_own: false,
                check: ProjectionCheck::default(),
                projection: ProjectionRow::default(),
                position: ReadPosition::default(),
                is_faulty: false,
            });
        }
    }

    /// The contents of a file that another thread continues. The file is read only once.
    fn base(&mut self, index: usize, source: &Source) -> Result<Arc<WholeFile>, Problem> {
        if let Some(Some(whole)) = self.bases.get(&index) {
            return Ok(Arc::clone(whole));
        }
        let input = RolloutInput::from(source);
        whole(&input, &self.limit)?;
        let read = Arc::new(WholeFile::read(&input, &self.limit)?);
        self.bases.insert(index, Some(Arc::clone(&read)));
        Ok(read)
    }

    /// Starts to read a file for the thread that it belongs to. The contents of a file that another thread continues
    /// are kept.
    fn reading(&mut self, index: usize, input: &RolloutInput) -> Result<Reading, Problem> {
        match self.bases.contains_key(&index) && !input.is_spooled() {
            true => Ok(Reading::Kept(self.base(index, &input.source)?, false)),
            false => Ok(Reading::Stream(Box::new(RolloutReader::open(
                input,
                SEGMENT,
                &self.limit,
            )?))),
        }
    }

    pub(super) async fn send(&mut self, batch: &mut PendingItems) -> Result<(), Problem> {
        let Some(params) = batch.take() else { return Ok(()) };
        self.awaited()?;
        let items = params.items.len();
        self.store
            .append_items(params)
            .await
            .map_err(|error| refused("append its items", &error))?;
        batch.sent += items;
        self.progress.items += items as u64;
        Ok(())
    }
}

/// Checks that a file can be read to its end. A compressed file is decompressed once for this check, so that nothing is
/// imported from a broken one. Returns the data after the last zstd frame if that data is not zstd.
fn whole(input: &RolloutInput, limit: &Limit) -> Result<Option<TrailingData>, Problem> {
    match input.source.is_packed() {
        _ if limit.stop.is_asked() => Err(cancelled()),
        true => unpacks(input, limit),
        false => Ok(None),
    }
}

/// The problem of a file that failed after some of its items were added to the store.
fn partly(problem: Problem, items: usize) -> Problem {
    let what = match problem.code {
        ProblemCode::Unreadable => problem.message.as_str(),
        // A compressed file has just passed the check, so it was changed since then.
        ProblemCode::CutShort | ProblemCode::Corrupt | ProblemCode::TooLarge => {
            "this file was truncated or changed while it was read; import it again when no other program writes to it"
        }
        _ => return problem,
    };
    match items {
        0 => problem,
        1 => Problem::new(
            problem.code,
            format!("{what}; the item before this point is kept"),
        ),
        _ => Problem::new(
            problem.code,
            format!("{what}; the {items} items before this point are kept"),
        ),
    }
}

pub(super) fn refused(what: &str, error: &ThreadStoreError) -> Problem {
    Problem::new(ProblemCode::Store, format!("the store failed to {what}: {error}"))
}
