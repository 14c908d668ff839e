//! Finds files that exist twice: hard links, copies in another folder, and older copies of a file that has grown.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader};

use super::super::known::FileStamp;
use super::super::limit::Limit;
use super::super::lines::plain_bytes;
use super::super::open::RolloutInput;
use super::super::report::{FileOutcome, Problem, ProblemCode};
use super::files::{FileEntry, KnownFiles};
use super::homes::Homes;
use crate::protocol::ThreadId;

/// Skips each file whose bytes are equal to those of another file of the same thread, or a prefix of them. Of several
/// equal files, only one is read: preferably one in a Codex home, then the one that the database row of its thread
/// names, then an uncompressed one, then the first by path. A file that was given by name is always read, unless
/// another name of the same file was given too.
///
/// Groups of files that were all read before and have not changed are not compared again.
pub(super) fn skip_copies(entries: &mut [FileEntry], known: &KnownFiles<'_>, homes: &Homes, limit: &Limit) {
    let is_known = |entry: &FileEntry| {
        entry
            .source()
            .is_some_and(|source| known.unchanged(&source.path).is_some())
    };
    // Copies have the same header.
    let mut groups: HashMap<(ThreadId, Option<u64>), Vec<usize>> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        if let (Some(id), FileEntry::Waiting(_, known)) = (entry.waiting_for(), &entry) {
            groups.entry((id, known.header_digest)).or_default().push(index);
        }
    }
    let groups = groups.into_iter().filter(|(_, group)| group.len() > 1);
    let groups = groups.filter(|(_, group)| {
        !group
            .iter()
            .all(|index| entries.get(*index).is_some_and(is_known))
    });
    for ((id, _), mut group) in groups.collect::<Vec<_>>() {
        group.sort_by_cached_key(|index| {
            let source = entries.get(*index).and_then(FileEntry::source);
            let order = source.map(|source| {
                (
                    !source.is_named,
                    source.home.is_none(),
                    !homes.is_stated(source, id),
                    source.is_packed(),
                )
            });
            (order, *index)
        });
        let mut kept: Vec<usize> = Vec::new();
        for index in group {
            let mut skipped = None;
            for other in kept.clone() {
                if limit.stop.is_asked() {
                    return;
                }
                let (Some(this), Some(that)) = (input(entries, index), input(entries, other)) else {
                    continue;
                };
                let may_skip = |one: &RolloutInput, other: &RolloutInput| {
                    let file =
                        |input: &RolloutInput| FileStamp::of(&input.source.path).map(|stamp| stamp.file);
                    !one.source.is_named || other.source.is_named && file(one) == file(other)
                };
                match compared(&this, &that, limit) {
                    Ok(Some(Ordering::Equal)) if may_skip(&this, &that) => {
                        skipped = Some((ProblemCode::SameBytes, that))
                    }
                    Ok(Some(Ordering::Less)) if may_skip(&this, &that) => {
                        skipped = Some((ProblemCode::PrefixOf, that));
                    }
                    Ok(Some(Ordering::Greater)) if may_skip(&that, &this) => {
                        skip(&mut entries[other], ProblemCode::PrefixOf, &this);
                        kept.retain(|known| *known != other);
                    }
                    // A file that cannot be read is reported when it is imported.
                    _ => {}
                }
            }
            match skipped {
                Some((code, other)) => skip(&mut entries[index], code, &other),
                None => kept.push(index),
            }
        }
    }
}

fn input(entries: &[FileEntry], index: usize) -> Option<RolloutInput> {
    match entries.get(index)? {
        FileEntry::Waiting(input, _) => Some(input.clone()),
        _ => None,
    }
}

fn skip(entry: &mut FileEntry, code: ProblemCode, other: &RolloutInput) {
    let other = other.source.shown();
    let sentence = match code {
        ProblemCode::SameBytes => format!("{other} has the same bytes and is read instead"),
        _ => format!("the longer file {other} begins with the same bytes and is read instead"),
    };
    entry.finish(FileOutcome::Skipped(Problem::new(code, sentence)), None);
}

/// Compares the contents of two files: equal, or which one is the beginning of the other; `None` if they differ.
fn compared(one: &RolloutInput, other: &RolloutInput, limit: &Limit) -> Result<Option<Ordering>, Problem> {
    let opened = |input| plain_bytes(input).map(|bytes| BufReader::with_capacity(1 << 16, bytes));
    let (mut one, mut other) = (opened(one)?, opened(other)?);
    let ended = |error: io::Error| Problem::unreadable("read this file", &error);
    let mut read = 0;
    loop {
        let (here, there) = (one.fill_buf().map_err(ended)?, other.fill_buf().map_err(ended)?);
        let length = here.len().min(there.len());
        if here[..length] != there[..length] {
            return Ok(None);
        }
        if length == 0 {
            return Ok(Some(here.len().cmp(&there.len())));
        }
        one.consume(length);
        other.consume(length);
        read += length as u64;
        if limit.stop.is_asked() || read > limit.most.0 {
            return Ok(None);
        }
    }
}
