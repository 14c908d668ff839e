//! The blocks of all files to measure, in the order of the files. The workers take turns to read a block.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::super::find::{FindResult, find_until};
use super::super::identity::identify;
use super::super::limit::Limit;
use super::super::lines::{BlockBytes, Lines, SEGMENT, unpacks};
use super::super::open::RolloutInput;
use super::super::report::{Problem, TrailingData};
use super::super::side_by_side::on_all_processors;
use super::SizeTotal;
use super::tally::Month;
use crate::protocol::ThreadId;

/// A file that is measured.
#[derive(Debug)]
pub(super) struct MeasuredFile {
    pub path: String,
    pub thread_id: Option<ThreadId>,
    /// The month in its name.
    pub month: Option<Month>,
    /// Its size on disk.
    pub disk_bytes: u64,
}

/// A block of a file.
pub(super) struct Block {
    pub bytes: BlockBytes,
    pub file: Arc<MeasuredFile>,
    /// The index of the file.
    pub index: usize,
    /// Whether it is the first block of the file.
    pub is_first: bool,
    /// Its offset in all files together.
    pub offset: u64,
}

/// A path that was found, with the result of a first check of its file.
#[derive(Clone)]
enum Candidate {
    Readable(RolloutInput, Option<ThreadId>, Option<TrailingData>),
    Skipped,
    Failed(String, Problem),
}

/// The files, and the position of the next block.
pub(super) struct BlockQueue {
    candidates: std::vec::IntoIter<Candidate>,
    limit: Limit,
    reading: Option<(Lines, Arc<MeasuredFile>)>,
    /// Whether the next block is the first of its file.
    is_first: bool,
    offset: u64,
    files: Vec<Arc<MeasuredFile>>,
    total: SizeTotal,
    failed: Vec<(String, Problem)>,
    trailing: Vec<(String, TrailingData)>,
}

/// The results for all files, after the last block.
pub(super) struct MeasuredFiles {
    /// The files that were read.
    pub files: Vec<Arc<MeasuredFile>>,
    /// The totals without the counts of their lines.
    pub total: SizeTotal,
    /// The files that could not be read, each with its path.
    pub failed: Vec<(String, Problem)>,
    /// The files that were not read to their end, each with its path.
    pub trailing: Vec<(String, TrailingData)>,
}

impl BlockQueue {
    /// Finds the files for these paths. Finds out which of them can be read, and the thread of each, on all processors.
    pub fn new(paths: &[PathBuf], limit: &Limit) -> Self {
        let found = find_until(paths, &limit.stop);
        let candidates = on_all_processors(&found, |found| Candidate::at(found, limit));
        Self {
            candidates: candidates.into_iter(),
            limit: limit.clone(),
            reading: None,
            is_first: true,
            offset: 0,
            files: Vec::new(),
            total: SizeTotal::default(),
            failed: Vec::new(),
            trailing: Vec::new(),
        }
    }

    /// Reads the next block; `None` after the last file.
    pub fn next(&mut self) -> Option<Block> {
        loop {
            let Some((lines, file)) = &mut self.reading else {
                let candidate = self.candidates.next()?;
                self.open(candidate);
                continue;
            };
            match lines.bytes() {
                Ok(Some(bytes)) => {
                    let block = Block {
                        file: Arc::clone(file),
                        index: self.files.len().saturating_sub(1),
                        is_first: std::mem::take(&mut self.is_first),
                        offset: self.offset,
                        bytes,
                    };
                    self.offset += block.bytes.as_slice().len() as u64;
                    return Some(block);
                }
                Ok(None) => {
                    self.total.counted.files += 1;
                    self.reading = None;
                }
                Err(problem) => {
                    let path = file.path.clone();
                    self.fail(path, problem);
                    self.reading = None;
                }
            }
        }
    }

    fn open(&mut self, candidate: Candidate) {
        let (input, thread_id, trailing) = match candidate {
            Candidate::Readable(input, thread_id, trailing) => (input, thread_id, trailing),
            Candidate::Skipped => {
                self.total.counted.skipped += 1;
                return;
            }
            Candidate::Failed(path, problem) => return self.fail(path, problem),
        };
        let path = input.source.shown();
        match Lines::open(&input, SEGMENT, &self.limit) {
            Ok(lines) => {
                self.trailing
                    .extend(trailing.map(|trailing| (path.clone(), trailing)));
                let file = Arc::new(MeasuredFile {
                    thread_id,
                    month: Month::in_name(input.source.name()),
                    disk_bytes: lines.length(),
                    path,
                });
                self.files.push(Arc::clone(&file));
                self.is_first = true;
                self.reading = Some((lines, file));
            }
            Err(problem) => self.fail(path, problem),
        }
    }

    fn fail(&mut self, path: String, problem: Problem) {
        self.total.counted.failed += 1;
        self.failed.push((path, problem));
    }

    /// The results after the last block.
    pub fn finish(mut self) -> MeasuredFiles {
        let threads: HashSet<_> = self.files.iter().filter_map(|file| file.thread_id).collect();
        self.total.counted.threads = threads.len() as u64;
        self.total.counted.partial = self.trailing.len() as u64;
        MeasuredFiles {
            files: self.files,
            total: self.total,
            failed: self.failed,
            trailing: self.trailing,
        }
    }
}

impl Candidate {
    fn at(found: &FindResult, limit: &Limit) -> Self {
        let candidate = match found {
            FindResult::Skipped(..) => return Self::Skipped,
            FindResult::Failed(_, problem) => Err(problem.clone()),
            FindResult::File(source) => ready(RolloutInput::from(source), limit),
            FindResult::Pipe(source) => {
                RolloutInput::spooled(source, &limit.stop).and_then(|input| ready(input, limit))
            }
        };
        candidate.unwrap_or_else(|problem| {
            let path = found.path().to_string_lossy().into_owned();
            Self::Failed(path, problem)
        })
    }
}

/// Finds the thread of a file. A compressed file is decompressed once to check it, so that no part of a damaged file is
/// counted.
fn ready(input: RolloutInput, limit: &Limit) -> Result<Candidate, Problem> {
    let known = identify(&input, limit)?;
    let trailing = match input.source.is_packed() {
        true => unpacks(&input, limit)?,
        false => None,
    };
    Ok(Candidate::Readable(input, known.thread_id, trailing))
}
