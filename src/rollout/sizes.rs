//! Where the bytes of rollout files are: items and bytes by kind, thread, file or month, and the long texts that occur
//! more than once.
//!
//! The files are read block by block on all processors. Only the sums are kept, and a few machine words for each
//! distinct long text, so files of any size can be measured. Each byte counts once; a line includes its line end. A blank
//! line and a byte order mark belong to no item; they are counted under [`BLANK`].

mod queue;
mod repeated;
mod tally;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde::Serialize;

use super::limit::Limit;
use super::lines::split;
use super::read::Counts;
use super::report::{Problem, Total, TrailingData};
use super::side_by_side::side_by_side;
use crate::protocol::{RolloutItem, ThreadId};
use queue::{Block, BlockQueue, MeasuredFile, MeasuredFiles};
pub use repeated::{LONG_TEXT, LongTexts, RepeatedText, RepeatedTexts};
pub use tally::{Month, Size, largest_first};

/// The name of the bytes that belong to no item.
pub const BLANK: &str = "blank";

/// The number of repeated texts that are listed.
const MOST_TEXTS: usize = 10;

/// What the sums are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SizeKey {
    /// The name of the item's kind, such as `compacted`.
    Kind,
    /// The thread that the file belongs to.
    Thread,
    /// The path of the file.
    File,
    /// The month of the line's timestamp, else the month in the file's name, else `unknown`.
    Month,
}

/// The sum of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SizeRow {
    /// What the sums are grouped by.
    pub by: SizeKey,
    /// The name of the group.
    pub name: String,
    /// The number of items, including damaged ones, and their bytes after decompression.
    #[serde(flatten)]
    pub size: Size,
    /// Its share of all bytes, rounded to four digits.
    pub share: f64,
    /// The size of the files on disk in bytes; `None` unless the groups consist of whole files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_bytes: Option<u64>,
}

/// The totals of all files. Its bytes are exactly those of the files that were read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SizeTotal {
    /// The number of files and threads, and the counts of their lines.
    #[serde(flatten)]
    pub counted: Total,
    /// The size of the files on disk in bytes.
    pub disk_bytes: u64,
}

/// The result of [`sizes`].
#[derive(Debug, Clone, Default)]
pub struct SizeReport {
    /// One row for each group, the largest first, and by name if they are equal.
    pub rows: Vec<SizeRow>,
    /// The texts that occur more than once.
    pub repeated: RepeatedTexts,
    /// The totals.
    pub total: SizeTotal,
    /// The files that could not be read, each with its path.
    pub failed: Vec<(String, Problem)>,
    /// The compressed files that were not read to their end, each with its path.
    pub trailing: Vec<(String, TrailingData)>,
}

/// The group of a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Group {
    Kind(&'static str),
    Thread(ThreadId),
    /// The index of the file.
    File(usize),
    Month(Option<Month>),
}

/// Adds up the bytes of the rollout files for `paths`.
///
/// A file that cannot be read is not counted. A file that becomes unreadable while it is read is counted up to there.
pub fn sizes(paths: &[PathBuf], by: SizeKey, limit: &Limit) -> SizeReport {
    let queue = Mutex::new(BlockQueue::new(paths, limit));
    let texts = LongTexts::default();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let sums = side_by_side(0..workers, |_| count(&queue, by, &texts));
    let queue = queue.into_inner().unwrap_or_else(PoisonError::into_inner);
    let MeasuredFiles {
        files,
        mut total,
        failed,
        trailing,
    } = queue.finish();

    let mut groups: HashMap<Group, GroupSum> = HashMap::new();
    for (index, file) in files.iter().enumerate() {
        total.disk_bytes += file.disk_bytes;
        if let Some(group) = group_of_file(by, index, file) {
            groups.entry(group).or_default().disk_bytes += file.disk_bytes;
        }
    }
    for sums in sums {
        total.counted.counts += sums.counts;
        for (group, size) in sums.groups {
            groups.entry(group).or_default().size += size;
        }
    }
    let all = total.counted.counts.bytes;
    let is_of_files = matches!(by, SizeKey::Thread | SizeKey::File);
    let named = groups
        .into_iter()
        .map(|(group, sum)| ((group.name(&files), sum.disk_bytes), sum.size));
    let rows = largest_first(named)
        .into_iter()
        .map(|((name, disk_bytes), size)| SizeRow {
            by,
            name,
            size,
            share: share(size.bytes, all),
            disk_bytes: is_of_files.then_some(disk_bytes),
        });
    SizeReport {
        rows: rows.collect(),
        repeated: texts.repeated(MOST_TEXTS),
        total,
        failed,
        trailing,
    }
}

/// The share of a part, rounded to four digits.
fn share(part: u64, all: u64) -> f64 {
    (part as f64 / all.max(1) as f64 * 10_000.0).round() / 10_000.0
}

#[derive(Default)]
struct GroupSum {
    size: Size,
    disk_bytes: u64,
}

impl Group {
    fn name(self, files: &[Arc<MeasuredFile>]) -> String {
        match self {
            Self::Kind(name) => name.to_owned(),
            Self::Thread(id) => id.to_string(),
            Self::File(index) => files.get(index).map(|file| file.path.clone()).unwrap_or_default(),
            Self::Month(month) => month.map_or_else(|| "unknown".to_owned(), |month| month.to_string()),
        }
    }
}

/// The group of all bytes of a file; `None` if its bytes are in several groups.
fn group_of_file(by: SizeKey, index: usize, file: &MeasuredFile) -> Option<Group> {
    match by {
        SizeKey::Thread => file.thread_id.map(Group::Thread),
        SizeKey::File => Some(Group::File(index)),
        SizeKey::Kind | SizeKey::Month => None,
    }
}

/// The sums of one worker.
#[derive(Default)]
struct Sums {
    groups: HashMap<Group, Size>,
    counts: Counts,
}

/// Takes blocks from the queue and adds them up until the queue is empty.
fn count(queue: &Mutex<BlockQueue>, by: SizeKey, texts: &LongTexts) -> Sums {
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let mut sums = Sums::default();
    while let Some(block) = next() {
        sums.add(block, by, texts);
    }
    sums
}

impl Sums {
    fn add(&mut self, block: Block, by: SizeKey, texts: &LongTexts) {
        let Block {
            bytes,
            index,
            file,
            is_first,
            offset,
        } = block;
        let text = bytes.block();
        let whole = group_of_file(by, index, &file);
        let blank = whole.unwrap_or(match by {
            SizeKey::Month => Group::Month(file.month),
            _ => Group::Kind(BLANK),
        });
        for line in split(text.bytes(), is_first) {
            self.counts.lines += 1;
            let bytes = (line.end - line.start) as u64;
            let mark = (line.content.start - line.start) as u64;
            let Some(item) = RolloutItem::of_line(&text, line.content, 0) else {
                self.counts.blank += 1;
                self.add_to(blank, 0, bytes);
                continue;
            };
            match item.is_damaged() {
                true => self.counts.damaged += 1,
                false => self.counts.items += 1,
            }
            if mark > 0 {
                self.add_to(blank, 0, mark);
            }
            let group = whole.unwrap_or_else(|| match by {
                SizeKey::Month => Group::Month(item.timestamp().map(Month::of).or(file.month)),
                _ => Group::Kind(item.kind().name),
            });
            self.add_to(group, 1, bytes - mark);
            texts.add(&item, offset + line.start as u64);
        }
        self.counts.bytes += text.bytes().len() as u64;
    }

    fn add_to(&mut self, group: Group, items: u64, bytes: u64) {
        *self.groups.entry(group).or_default() += Size { items, bytes };
    }
}

#[cfg(test)]
mod tests;
