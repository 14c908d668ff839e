//! Finds the items of rollout files that contain a pattern, without importing the files.
//!
//! The files are read block by block, several at a time. A block whose bytes cannot contain the pattern is only counted, so
//! most items are never parsed. Hits are reported in the order of the files and lines, as soon as they are found.

mod snippet;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde::Serialize;

use super::import::{PlannedFile, PlannedFiles, planned};
use super::limit::{Limit, StopFlag};
use super::lineage::{Extent, ThreadPlan};
use super::lines::{Lines, SEGMENT, split, unpacks};
use super::open::RolloutInput;
use super::pattern::{Match, Pattern};
use super::read::RolloutReader;
use super::report::{Problem, TrailingData};
use super::side_by_side::side_by_side;
use crate::protocol::item::{TextBlock, is_blank};
use crate::protocol::kinds::ItemKind;
use crate::protocol::{RolloutItem, ThreadId};
pub use snippet::{MOST_CHARS, Snippet};

/// What to search for.
#[derive(Debug, Clone)]
pub struct SearchOptions {
    /// The pattern.
    pub pattern: Pattern,
    /// Search only items of this kind, and items that represent an event of this kind.
    pub kind: Option<&'static ItemKind>,
    /// Search only these threads.
    pub threads: Option<HashSet<ThreadId>>,
    /// The limits for reading files.
    pub limit: Limit,
}

/// An item that contains the pattern. Serializes to a line of the JSON output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchHit {
    /// The thread.
    pub thread_id: ThreadId,
    /// The number of the item in the thread's history, starting at 1; `None` for one that a revert cut off.
    pub item: Option<u64>,
    /// Whether a revert cut it off.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub superseded: bool,
    /// The path of the file; bytes that are not UTF-8 become U+FFFD.
    pub file: String,
    /// The number of its line in the file, starting at 1.
    pub line: u32,
    /// The name of its kind.
    pub kind: &'static str,
    /// The text around the first match.
    #[serde(flatten)]
    pub snippet: Snippet,
    /// The number of matches in the item.
    #[serde(skip)]
    pub matches: u64,
}

/// The totals of a search. Serializes to the `total` of the last line of the JSON output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SearchTotal {
    /// The number of matches.
    pub hits: u64,
    /// The number of items with a match. An inherited item counts in each thread that has it.
    pub items: u64,
    /// The number of threads with a match.
    pub threads: u64,
    /// The number of bytes that were searched, after decompression.
    pub bytes: u64,
}

/// A notification during a search.
#[derive(Debug)]
pub enum SearchNotice<'a> {
    /// An item that contains the pattern.
    Hit(&'a SearchHit),
    /// A file that could not be read, or not to its end, with its path.
    Failed(String, Problem),
    /// A compressed file with data after its last frame that was not searched, with its path.
    Trailing(String, TrailingData),
}

/// Searches the rollout files at `paths`. Stops if `hear` returns `Break`.
pub fn search(
    paths: &[PathBuf],
    options: &SearchOptions,
    hear: &mut (dyn FnMut(SearchNotice<'_>) -> ControlFlow<()> + Send),
) -> SearchTotal {
    let PlannedFiles { files, plans } = planned(paths, &options.limit);
    let mut uses = uses(&files, &plans, &options.limit);
    if let Some(threads) = &options.threads {
        for uses in uses.values_mut() {
            uses.retain(|of| threads.contains(&of.thread));
        }
    }
    let listener = Mutex::new(Listener {
        hear,
        stop: options.limit.stop.clone(),
        current: 0,
        waiting: BTreeMap::new(),
        total: SearchTotal::default(),
        threads: HashSet::new(),
    });
    let worker = Worker {
        files: &files,
        uses: &uses,
        options,
        next: AtomicUsize::new(0),
        listener,
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    side_by_side(0..workers, |_| worker.run());
    let listener = worker
        .listener
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    SearchTotal {
        threads: listener.threads.len() as u64,
        ..listener.total
    }
}

/// What was found in a file.
enum Found {
    Hit(SearchHit),
    Failed(String, Problem),
    Trailing(String, TrailingData),
    /// The file is done; it has this many bytes.
    End(u64),
}

/// Reports what was found, in the order of the files. What is found in a later file is held back.
struct Listener<'a> {
    hear: &'a mut (dyn FnMut(SearchNotice<'_>) -> ControlFlow<()> + Send),
    stop: StopFlag,
    /// The index of the first file that is not done.
    current: usize,
    /// What was found in later files, by their index.
    waiting: BTreeMap<usize, Vec<Found>>,
    total: SearchTotal,
    threads: HashSet<ThreadId>,
}

impl Listener<'_> {
    fn take(&mut self, file: usize, found: Found) {
        if file != self.current {
            return self.waiting.entry(file).or_default().push(found);
        }
        let mut is_done = self.tell(found);
        while is_done {
            self.current += 1;
            let waiting = self.waiting.remove(&self.current).unwrap_or_default();
            is_done = waiting.into_iter().fold(false, |_, found| self.tell(found));
        }
    }

    /// Reports what was found in the current file. Returns whether that file is done.
    fn tell(&mut self, found: Found) -> bool {
        let notice = match &found {
            Found::Hit(hit) => {
                self.total.hits += hit.matches;
                self.total.items += 1;
                self.threads.insert(hit.thread_id);
                SearchNotice::Hit(hit)
            }
            Found::Failed(file, problem) => SearchNotice::Failed(file.clone(), problem.clone()),
            Found::Trailing(file, trailing) => SearchNotice::Trailing(file.clone(), *trailing),
            Found::End(bytes) => {
                self.total.bytes += bytes;
                return true;
            }
        };
        if !self.stop.is_asked() && (self.hear)(notice).is_break() {
            self.stop.ask();
        }
        false
    }
}

/// A thread that has items of a file in its history.
struct FileUse {
    thread: ThreadId,
    extent: Extent,
    /// The number of items in the history that come before the items of the file.
    before: u64,
    /// Whether the file belongs to the thread itself.
    is_own: bool,
}

/// The threads that have items of each file, by the index of the file.
fn uses(
    files: &[PlannedFile],
    plans: &HashMap<ThreadId, ThreadPlan>,
    limit: &Limit,
) -> HashMap<usize, Vec<FileUse>> {
    let mut uses: HashMap<usize, Vec<FileUse>> = HashMap::new();
    for (&thread, plan) in plans {
        let mut before = 0;
        let last = plan.files().last();
        for piece in plan.files() {
            let Some(PlannedFile::Readable(input, owner)) = files.get(piece.file) else {
                continue;
            };
            uses.entry(piece.file).or_default().push(FileUse {
                thread,
                extent: piece.extent,
                before,
                is_own: *owner == Some(thread),
            });
            if Some(piece) != last {
                before += kept_items(input, piece.extent, limit);
            }
        }
    }
    for uses in uses.values_mut() {
        uses.sort_by_key(|of| (!of.is_own, of.thread.uuid()));
    }
    uses
}

/// The number of items of a file that are in a history.
fn kept_items(input: &RolloutInput, extent: Extent, limit: &Limit) -> u64 {
    if extent == Extent::Nothing {
        return 0;
    }
    let mut kept = 0;
    let Ok(mut reader) = RolloutReader::open(input, SEGMENT, limit) else {
        return 0;
    };
    while let Ok(Some(items)) = reader.items() {
        kept += items.iter().filter(|item| extent.keeps(item)).count() as u64;
    }
    kept
}

/// Searches one file after another.
struct Worker<'a> {
    files: &'a [PlannedFile],
    uses: &'a HashMap<usize, Vec<FileUse>>,
    options: &'a SearchOptions,
    next: AtomicUsize,
    listener: Mutex<Listener<'a>>,
}

impl Worker<'_> {
    fn run(&self) {
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = self.files.get(index) else {
                return;
            };
            let send = |found| {
                let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
                listener.take(index, found);
            };
            let mut bytes = 0;
            match file {
                PlannedFile::Skipped => {}
                PlannedFile::Failed(path, problem) => {
                    send(Found::Failed(
                        path.to_string_lossy().into_owned(),
                        problem.clone(),
                    ));
                }
                PlannedFile::Readable(input, _) => {
                    let uses = self.uses.get(&index).map_or(&[][..], Vec::as_slice);
                    if !uses.is_empty()
                        && let Err(problem) = self.file(input, uses, &mut bytes, &send)
                        && !self.stop().is_asked()
                    {
                        send(Found::Failed(input.source.shown(), problem));
                    }
                }
            }
            send(Found::End(bytes));
        }
    }

    fn stop(&self) -> &StopFlag {
        &self.options.limit.stop
    }

    /// Searches one file, and adds up its bytes.
    fn file(
        &self,
        input: &RolloutInput,
        uses: &[FileUse],
        bytes: &mut u64,
        send: &impl Fn(Found),
    ) -> Result<(), Problem> {
        let limit = &self.options.limit;
        if input.source.is_packed()
            && let Some(trailing) = unpacks(input, limit)?
        {
            send(Found::Trailing(input.source.shown(), trailing));
        }
        let mut lines = Lines::open(input, SEGMENT, limit)?;
        let mut reading = Reading {
            input,
            uses,
            line: 0,
            items: 0,
        };
        while let Some(block) = lines.bytes()? {
            let is_first = *bytes == 0;
            *bytes += block.as_slice().len() as u64;
            let place = self.options.pattern.next_place(block.as_slice(), 0);
            match place {
                Some(place) => self.block(&block.block(), is_first, place, &mut reading, send),
                None => reading.count(block.as_slice(), is_first),
            }
        }
        Ok(())
    }

    /// Searches a block in which the pattern can occur at `place` at the earliest.
    fn block(
        &self,
        block: &Arc<TextBlock>,
        is_first: bool,
        place: usize,
        reading: &mut Reading<'_>,
        send: &impl Fn(Found),
    ) {
        let options = self.options;
        let bytes = block.bytes();
        let mut place = Some(place);
        for line in split(bytes, is_first) {
            reading.line += 1;
            let content = bytes.get(line.content.clone()).unwrap_or_default();
            if is_blank(content) {
                continue;
            }
            reading.items += 1;
            if place.is_none_or(|place| place >= line.end) {
                continue;
            }
            place = options.pattern.next_place(bytes, line.end);
            let Some(item) = RolloutItem::of_line(block, line.content, reading.line) else {
                continue;
            };
            if options.kind.is_none_or(|kind| is_of(kind, &item))
                && let Some((matches, first)) = options.pattern.matches(&item)
            {
                reading.hits(&item, matches, &first, send);
            }
        }
    }
}

/// Whether an item is of this kind, or represents an event of this kind.
fn is_of(kind: &ItemKind, item: &RolloutItem) -> bool {
    std::ptr::eq(kind, item.kind()) || std::ptr::eq(kind, item.content_kind())
}

/// The state of a file that is being searched.
struct Reading<'a> {
    input: &'a RolloutInput,
    uses: &'a [FileUse],
    /// The number of lines so far.
    line: u32,
    /// The number of items so far.
    items: u64,
}

impl Reading<'_> {
    /// Counts the lines and items of a block that cannot contain the pattern.
    fn count(&mut self, block: &[u8], is_first: bool) {
        for line in split(block, is_first) {
            self.line += 1;
            self.items += u64::from(!is_blank(block.get(line.content).unwrap_or_default()));
        }
    }

    /// Reports a match in the most recently counted item, once for each thread that has the item.
    fn hits(&self, item: &RolloutItem, matches: u64, first: &Match, send: &impl Fn(Found)) {
        for of in self.uses {
            let is_kept = of.extent.keeps(item);
            if is_kept || of.is_own {
                send(Found::Hit(SearchHit {
                    thread_id: of.thread,
                    item: is_kept.then_some(of.before + self.items),
                    superseded: !is_kept,
                    file: self.input.source.shown(),
                    line: self.line,
                    kind: item.kind().name,
                    snippet: Snippet::around(&first.value, &first.range),
                    matches,
                }));
            }
        }
    }
}
