//! Decides which files make up the history of each thread.
//!
//! A rollout can continue another one: its header names the base rollout and the position from which it continues. If
//! the base belongs to another thread, the rollout is a fork. If it belongs to the same thread, the thread was reverted
//! to that position, and the rest of the base is superseded. The history is the chain of files from the first one to
//! the current one.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use super::find::plain_name;
use crate::home::Home;
use crate::protocol::json::Json;
use crate::protocol::{RolloutItem, ThreadId};

/// The position in another rollout from which a rollout continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryBase {
    /// The id of the rollout. The first rollout of a thread has the id of the thread.
    pub rollout: ThreadId,
    /// The ordinal of the last line before the position, plus one.
    pub end_ordinal: Option<u64>,
    /// The number of uncompressed bytes before the position.
    pub end_byte: Option<u64>,
}

impl HistoryBase {
    /// The base in a `history_base`, and what is wrong with it, as a sentence about its file.
    pub fn of(base: Option<Json<'_>>) -> (Option<Self>, Option<&'static str>) {
        let Some(base) = base.filter(|base| !base.is_null()) else {
            return (None, None);
        };
        let rollout = base.get("thread_id").and_then(Json::as_str);
        let Some(rollout) = rollout.and_then(|id| ThreadId::from_string(&id).ok()) else {
            let fault = "has a history_base without a valid thread_id in its header, so the items of the rollout that it continues are missing from the history";
            return (None, Some(fault));
        };
        let number = |key| base.get(key).and_then(Json::as_u64);
        let base = Self {
            rollout,
            end_ordinal: number("end_ordinal_exclusive"),
            end_byte: number("end_byte_offset"),
        };
        let fault = match (base.end_byte, base.end_ordinal) {
            (Some(_), Some(_)) => None,
            (Some(_), None) => Some(
                "has a history_base without a valid end_ordinal_exclusive in its header, so only its end_byte_offset was used",
            ),
            (None, Some(_)) => Some(
                "has a history_base without a valid end_byte_offset in its header, so only its end_ordinal_exclusive was used",
            ),
            (None, None) => Some(
                "has a history_base without a valid end in its header, so the history contains all items of the rollout that it continues",
            ),
        };
        (Some(base), fault)
    }

    /// Whether an item of the base is before the position. An item that is only partly before the position does not
    /// count.
    pub fn keeps(&self, item: &RolloutItem) -> bool {
        match (self.end_byte, item.offset(), self.end_ordinal) {
            (Some(end), Some(offset), _) => offset + item.len() as u64 <= end,
            (_, _, Some(end)) => item.ordinal().is_none_or(|ordinal| ordinal < end),
            _ => true,
        }
    }
}

/// What is known about a file before it is read.
#[derive(Debug, Clone, Copy)]
pub struct LinkedFile<'a> {
    /// The home that it is in.
    pub home: Option<&'a Arc<Home>>,
    /// Its file name.
    pub name: &'a OsStr,
    /// Its thread.
    pub thread: ThreadId,
    /// The id of its rollout.
    pub rollout: ThreadId,
    /// The rollout that it continues.
    pub base: Option<HistoryBase>,
}

/// A file, and how much of it is in a thread's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The index of the file.
    pub file: usize,
    /// How much of it is in the history.
    pub extent: Extent,
}

/// How much of a file is in a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    All,
    /// The lines before the position from which the next file continues.
    Until(HistoryBase),
    /// Nothing: other rollouts of the thread are in the history instead.
    Nothing,
}

impl Extent {
    /// Whether an item of the file is in the history.
    pub fn keeps(&self, item: &RolloutItem) -> bool {
        match self {
            Self::All => true,
            Self::Until(base) => base.keeps(item),
            Self::Nothing => false,
        }
    }
}

/// What is wrong with a chain of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainFault {
    /// The base is not among the files.
    Missing {
        /// The file that names it.
        file: usize,
        /// The base.
        base: ThreadId,
    },
    /// The chain leads back to a file that is in it already.
    Cycle {
        /// The file whose base closes the cycle.
        file: usize,
    },
    /// The chain continues a file of another thread after the position to which that thread was reverted.
    Reverted {
        /// The file of the other thread.
        file: usize,
    },
}

/// The files of a thread.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadPlan {
    /// The history, in order. It can have files of other threads.
    pub pieces: Vec<Piece>,
    /// The thread's own files that are not in the history at all. They are read before the files that are in the
    /// history.
    pub superseded: Vec<usize>,
    /// The current file.
    pub current: Option<usize>,
    /// Whether the current file was chosen among several only because its name is the newest.
    pub is_guess: bool,
    /// What is wrong with its chains.
    pub faults: Vec<ChainFault>,
}

impl ThreadPlan {
    /// Adds a file that continues no other one.
    pub fn add(&mut self, file: usize) {
        self.pieces.push(Piece {
            file,
            extent: Extent::All,
        });
        self.current = Some(file);
    }

    /// All files, in the order in which they are read.
    pub fn files(&self) -> impl Iterator<Item = Piece> + '_ {
        let superseded = self.superseded.iter().map(|file| Piece {
            file: *file,
            extent: Extent::Nothing,
        });
        superseded.chain(self.pieces.iter().copied())
    }

    /// How much of a file is in the history.
    fn extent(&self, file: usize) -> Extent {
        let piece = self.pieces.iter().find(|piece| piece.file == file);
        piece.map_or(Extent::Nothing, |piece| piece.extent)
    }
}

/// The rollouts, by home and rollout id.
type Rollouts<'a> = HashMap<(Option<&'a OsStr>, ThreadId), usize>;

/// Finds the files of each thread. `files` are the known files by index, sorted by index.
pub fn plans(files: &[(usize, LinkedFile<'_>)]) -> HashMap<ThreadId, ThreadPlan> {
    let by_index: HashMap<usize, LinkedFile<'_>> = files.iter().copied().collect();
    let mut rollouts = Rollouts::new();
    let mut threads: HashMap<ThreadId, Vec<usize>> = HashMap::new();
    for (index, file) in files {
        rollouts.entry((home(file), file.rollout)).or_insert(*index);
        threads.entry(file.thread).or_default().push(*index);
    }
    let planned = threads.into_iter().map(|(thread, mut own)| {
        // Indices are in path order.
        own.sort_by_key(|index| (by_index.get(index).map(|file| file.name), *index));
        (thread, plan(thread, &own, &by_index, &rollouts))
    });
    let mut plans: HashMap<ThreadId, ThreadPlan> = planned.collect();
    let reverted: Vec<(ThreadId, ChainFault)> = plans
        .iter()
        .flat_map(|(thread, plan)| plan.pieces.iter().map(move |piece| (*thread, *piece)))
        .filter_map(|(thread, piece)| {
            let owner = by_index.get(&piece.file)?.thread;
            let kept = plans.get(&owner).filter(|_| owner != thread)?.extent(piece.file);
            is_shorter(kept, piece.extent).then_some((thread, ChainFault::Reverted { file: piece.file }))
        })
        .collect();
    for (thread, fault) in reverted {
        plans.entry(thread).or_default().faults.push(fault);
    }
    plans
}

/// Whether one extent of a file ends before another one.
fn is_shorter(one: Extent, other: Extent) -> bool {
    let end = |extent| match extent {
        Extent::Nothing => 0,
        Extent::Until(base) => base.end_byte.or(base.end_ordinal).unwrap_or(u64::MAX),
        Extent::All => u64::MAX,
    };
    end(one) < end(other)
}

fn home<'a>(file: &LinkedFile<'a>) -> Option<&'a OsStr> {
    file.home.map(|home| home.path.as_os_str())
}

fn plan(
    thread: ThreadId,
    own: &[usize],
    files: &HashMap<usize, LinkedFile<'_>>,
    rollouts: &Rollouts<'_>,
) -> ThreadPlan {
    let base_of = |index: usize| -> Option<usize> {
        let file = files.get(&index)?;
        rollouts.get(&(home(file), file.base?.rollout)).copied()
    };
    let mut plan = ThreadPlan::default();
    let mut is_stated = false;
    let is_revert = |index: &usize| files.get(index).is_some_and(|file| file.rollout != thread);
    for component in components(own, &base_of, &is_revert) {
        let stated = component.iter().copied().find(|index| {
            let row = files
                .get(index)
                .and_then(|file| Some((file.name, file.home?.thread(thread)?)));
            row.is_some_and(|(name, row)| {
                let path = row.rollout_path.as_deref();
                path.and_then(last_part)
                    .is_some_and(|stated| plain_name(stated) == plain_name(name))
            })
        });
        let Some(current) = stated.or(component.last().copied()) else {
            continue;
        };
        plan.is_guess |= stated.is_none() && component.len() > 1;
        let chain = chain(current, files, &base_of, &mut plan.faults);
        let in_chain: HashSet<usize> = chain.iter().map(|piece| piece.file).collect();
        plan.superseded.extend(
            component
                .iter()
                .copied()
                .filter(|index| !in_chain.contains(index)),
        );
        plan.pieces.extend(chain);
        if stated.is_some() || !is_stated {
            plan.current = Some(current);
        }
        is_stated |= stated.is_some();
    }
    plan
}

/// The file name in a path from any operating system.
fn last_part(path: &Path) -> Option<&OsStr> {
    let name = path.file_name()?;
    Some(
        name.to_str()
            .and_then(|name| name.rsplit('\\').next())
            .map_or(name, OsStr::new),
    )
}

/// The files of a thread that continue each other, each group in the order of `own`, groups by their first file. A file that a
/// revert created belongs to the thread's other files, even if it continues a file of another thread or one that is missing.
fn components(
    own: &[usize],
    base_of: &dyn Fn(usize) -> Option<usize>,
    is_revert: &dyn Fn(&usize) -> bool,
) -> Vec<Vec<usize>> {
    let mut group: HashMap<usize, usize> = own.iter().map(|index| (*index, *index)).collect();
    for index in own {
        let base = base_of(*index).and_then(|base| group.get(&base).copied());
        let others = || {
            own.first()
                .filter(|_| is_revert(index))
                .and_then(|first| group.get(first).copied())
        };
        let base = base.or_else(others);
        if let (Some(base), Some(here)) = (base, group.get(index).copied()) {
            group
                .values_mut()
                .filter(|root| **root == here)
                .for_each(|root| *root = base);
        }
    }
    let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
    for index in own {
        let root = group.get(index).copied().unwrap_or(*index);
        match groups.iter_mut().find(|(known, _)| *known == root) {
            Some((_, members)) => members.push(*index),
            None => groups.push((root, vec![*index])),
        }
    }
    groups.into_iter().map(|(_, members)| members).collect()
}

/// The chain of files that ends with a file, in order.
fn chain(
    last: usize,
    files: &HashMap<usize, LinkedFile<'_>>,
    base_of: &dyn Fn(usize) -> Option<usize>,
    faults: &mut Vec<ChainFault>,
) -> Vec<Piece> {
    let mut pieces = vec![Piece {
        file: last,
        extent: Extent::All,
    }];
    let mut file = last;
    while let Some(until) = files.get(&file).and_then(|file| file.base) {
        match base_of(file) {
            None => {
                faults.push(ChainFault::Missing {
                    file,
                    base: until.rollout,
                });
                break;
            }
            Some(base) if pieces.iter().any(|piece| piece.file == base) => {
                faults.push(ChainFault::Cycle { file });
                break;
            }
            Some(base) => {
                pieces.push(Piece {
                    file: base,
                    extent: Extent::Until(until),
                });
                file = base;
            }
        }
    }
    pieces.reverse();
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> ThreadId {
        ThreadId::from_string(&format!("0198f2a3-0000-7000-8000-0000000000{number:02}")).unwrap()
    }

    fn file(name: &'static str, thread: u8, rollout: u8, base: Option<u8>) -> LinkedFile<'static> {
        LinkedFile {
            home: None,
            name: OsStr::new(name),
            thread: id(thread),
            rollout: id(rollout),
            base: base.map(|base| HistoryBase {
                rollout: id(base),
                end_ordinal: Some(1),
                end_byte: Some(1),
            }),
        }
    }

    fn planned(files: &[LinkedFile<'_>], thread: u8) -> ThreadPlan {
        let files: Vec<_> = files.iter().copied().enumerate().collect();
        plans(&files).remove(&id(thread)).unwrap()
    }

    fn chain_of(plan: &ThreadPlan) -> Vec<(usize, bool)> {
        plan.pieces
            .iter()
            .map(|piece| (piece.file, piece.extent != Extent::All))
            .collect()
    }

    #[test]
    fn a_revert_cuts_its_base_and_supersedes_other_reverts() {
        let files = [
            file("a", 1, 1, None),
            file("b", 1, 11, Some(1)),
            file("c", 1, 12, Some(1)),
        ];
        let plan = planned(&files, 1);
        assert_eq!(chain_of(&plan), [(0, true), (2, false)]);
        assert_eq!(
            (plan.superseded, plan.current, plan.is_guess),
            (vec![1], Some(2), true)
        );
    }

    #[test]
    fn a_fork_continues_the_file_and_not_the_thread() {
        let files = [
            file("a", 1, 1, None),
            file("b", 1, 11, Some(1)),
            file("c", 2, 2, Some(1)),
            file("d", 3, 3, Some(2)),
        ];
        assert_eq!(chain_of(&planned(&files, 3)), [(0, true), (2, true), (3, false)]);
        assert!(!planned(&files, 3).is_guess);
        assert_eq!(planned(&files, 3).faults, []);
    }

    #[test]
    fn a_fork_of_what_was_reverted_says_so() {
        let mut files = [
            file("a", 1, 1, None),
            file("b", 1, 11, Some(1)),
            file("c", 2, 2, Some(1)),
        ];
        files[2].base = Some(HistoryBase {
            rollout: id(1),
            end_ordinal: Some(2),
            end_byte: Some(2),
        });
        assert_eq!(planned(&files, 2).faults, [ChainFault::Reverted { file: 0 }]);
        assert_eq!(planned(&files, 1).faults, []);
    }

    #[test]
    fn files_without_a_chain_between_them_follow_each_other() {
        let files = [file("b", 1, 1, None), file("a", 1, 1, None)];
        let plan = planned(&files, 1);
        assert_eq!(chain_of(&plan), [(1, false), (0, false)]);
        assert_eq!((plan.current, plan.is_guess), (Some(0), false));
    }

    #[test]
    fn a_revert_belongs_to_its_thread_whatever_it_continues() {
        // A fork that was reverted to a place in the file of its parent.
        let files = [
            file("a", 1, 1, None),
            file("b", 2, 2, Some(1)),
            file("c", 2, 12, Some(1)),
        ];
        let plan = planned(&files, 2);
        assert_eq!(chain_of(&plan), [(0, true), (2, false)]);
        assert_eq!(plan.superseded, [1]);
        // The file between is missing.
        let files = [file("a", 1, 1, None), file("c", 1, 12, Some(11))];
        let plan = planned(&files, 1);
        assert_eq!(chain_of(&plan), [(1, false)]);
        assert_eq!((plan.superseded, plan.faults.len()), (vec![0], 1));
    }

    #[test]
    fn broken_chains_end() {
        let files = [
            file("a", 1, 1, Some(2)),
            file("b", 2, 2, Some(1)),
            file("c", 3, 3, Some(9)),
        ];
        let plan = planned(&files, 1);
        assert_eq!(chain_of(&plan), [(1, true), (0, false)]);
        assert_eq!(plan.faults, [ChainFault::Cycle { file: 1 }]);
        let plan = planned(&files, 3);
        assert_eq!(plan.faults, [ChainFault::Missing { file: 2, base: id(9) }]);
        assert_eq!(chain_of(&plan), [(2, false)]);
        // A file that continues itself.
        let plan = planned(&[file("a", 1, 1, Some(1))], 1);
        assert_eq!(plan.faults, [ChainFault::Cycle { file: 0 }]);
    }
}
