//! What imports know about the threads of a store but the store itself does not: the files and lines of their items and
//! values.
//!
//! Each import of a thread is stored with the step at which it takes effect. If that step is undone, the previous
//! import applies again, including the positions at which reading the files continues.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use imbl::{HashMap, OrdSet, Vector};

use super::query::ImportedFlags;
use super::{ItemMark, Journal};
use crate::contract::{Change, Field};
use crate::home::{Home, HomeFile};
use crate::live::Fold;
use crate::protocol::{RolloutItem, ThreadId};
use crate::rollout::find::shown_name;
use crate::rollout::import::OutdatedThread;
use crate::rollout::known::KnownThreads;
use crate::rollout::report::Remark;
use crate::rollout::sources::{SupersededItems, ThreadSources};
use crate::store::History;

/// The imports into one store.
#[derive(Clone, Debug, Default)]
pub struct Imports {
    /// The files and folders that were imported, each once.
    pub roots: Vec<PathBuf>,
    /// The homes of the files, as they were read last.
    pub homes: Vec<Arc<Home>>,
    /// What a person should know about the homes and about missing files, according to the last import.
    pub home_remarks: Vec<Remark>,
    threads: HashMap<ThreadId, Vector<ImportedThread>>,
    flags: Arc<ImportedFlags>,
}

/// An import of a thread.
#[derive(Clone, Debug)]
pub struct ImportedThread {
    /// Where its items and values come from.
    pub sources: Arc<ThreadSources>,
    /// The step at which the import takes effect.
    pub step: u64,
    /// The steps that set its metadata.
    pub updates: OrdSet<u64>,
    /// The number of items that the thread had before its first import.
    pub before: usize,
}

/// Where an imported value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportOrigin {
    /// The value comes from the item at this position in the history.
    Item(usize),
    /// The value comes from a file of the home.
    Home(HomeFile),
}

impl Imports {
    /// Adds paths that were imported.
    pub fn add_roots<'a>(&mut self, paths: impl Iterator<Item = &'a PathBuf>) {
        for path in paths {
            if !self.roots.contains(path) {
                self.roots.push(path.clone());
            }
        }
    }

    /// Adds homes, and replaces those that were read again.
    pub fn add_homes(&mut self, homes: &[Arc<Home>]) {
        self.homes
            .retain(|known| homes.iter().all(|home| home.path != known.path));
        self.homes.extend(homes.iter().cloned());
    }

    /// What a person should know about homes, files and threads, on the current branch of a journal.
    pub fn remarks(&self, journal: &Journal) -> impl Iterator<Item = &Remark> {
        let mut threads: Vec<&ImportedThread> = self
            .threads
            .keys()
            .filter_map(|id| self.thread(*id, journal))
            .collect();
        threads.sort_by_key(|thread| thread.sources.thread_id.uuid());
        let of_threads = threads.into_iter().flat_map(|thread| thread.sources.remarks());
        of_threads.chain(&self.home_remarks)
    }

    /// The last import of a thread up to a step, on the current branch of a journal. If there is none, the first
    /// import.
    pub fn thread_at(&self, id: ThreadId, step: u64, journal: &Journal) -> Option<&ImportedThread> {
        let imports = self.threads.get(&id)?;
        let on_line = || {
            imports
                .iter()
                .filter(|import| journal.place(import.step).is_some())
        };
        on_line()
            .rev()
            .find(|import| import.step <= step)
            .or_else(|| on_line().next())
    }

    /// Adds an import of a thread. If the previous import still applies, its updates are kept too.
    pub fn add(&mut self, mut thread: ImportedThread, journal: &Journal) {
        let id = thread.sources.thread_id;
        if let Some(before) = self.thread(id, journal) {
            thread.updates = thread.updates.union(before.updates.clone());
            thread.before = thread.before.min(before.before);
        }
        Arc::make_mut(&mut self.flags).note(&thread.sources);
        self.threads.entry(id).or_default().push_back(thread);
    }

    /// The last import of a thread on the current branch of a journal.
    pub fn thread(&self, id: ThreadId, journal: &Journal) -> Option<&ImportedThread> {
        let imports = self.threads.get(&id)?;
        imports
            .iter()
            .rev()
            .find(|import| journal.place(import.step).is_some())
    }

    /// How far the files of the threads were read, on the current branch of a journal.
    pub fn known(&self, journal: &Journal) -> KnownThreads {
        let ids = self.threads.keys();
        let known = ids.filter_map(|id| Some((*id, Arc::clone(&self.thread(*id, journal)?.sources))));
        known.collect()
    }

    /// The properties of imported threads that queries can test, according to the last imports.
    pub fn flags(&self) -> &Arc<ImportedFlags> {
        &self.flags
    }

    /// The threads that inherit items of outdated threads.
    pub fn forks_of(&self, outdated: &[OutdatedThread], journal: &Journal) -> Vec<OutdatedThread> {
        let is_outdated = |id: ThreadId| outdated.iter().any(|thread| thread.thread_id == id);
        let ids = self.threads.keys().filter(|id| !is_outdated(**id));
        let forks = ids.filter_map(|id| {
            let parts = &self.thread(*id, journal)?.sources.parts;
            let parent = parts
                .iter()
                .filter_map(|part| part.inherited_from)
                .find(|from| is_outdated(*from))?;
            Some(OutdatedThread {
                thread_id: *id,
                reason: format!("its parent {parent} was read again from the start"),
            })
        });
        forks.collect()
    }
}

/// A change of a value by an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemChange {
    /// The position of the item in the history.
    pub place: usize,
    /// The value as JSON before the item; `None` if there was none.
    pub before: Option<String>,
    /// The value as JSON after the item; `None` if the item removed it.
    pub after: Option<String>,
}

/// The items of an imported history that decided the value of a metadata field, in the order of the history.
pub fn item_changes(history: &History, imported: &ImportedThread, field: &Field) -> Vec<ItemChange> {
    let mut fold = Fold::new(imported.sources.thread_id);
    let mut changes: Vec<ItemChange> = Vec::new();
    let name = field.name.split('.').next().unwrap_or(field.name);
    let end = (imported.before + imported.sources.items).min(history.len());
    for (item, at) in history.range(imported.before.min(end)..end).zip(0..) {
        fold.read_rollout(item.has_ordinal());
        fold.observe(item);
        if fold.decided().item(name) == Some(at) {
            let after = match field.get(fold.patch()) {
                Change::Set(value) => Some(value),
                Change::Leave | Change::Clear => None,
            };
            changes.push(ItemChange {
                place: imported.before + at,
                before: changes.last().and_then(|change| change.after.clone()),
                after,
            });
        }
    }
    changes
}

impl ImportedThread {
    /// The marks of the item at a position in the history that come from its files.
    pub fn marks(&self, place: usize) -> Vec<ItemMark> {
        let Some(place) = place.checked_sub(self.before) else {
            return Vec::new();
        };
        let sources = &self.sources;
        let inherited = sources.part(place).and_then(|part| part.inherited_from);
        let replayed = sources
            .replayed
            .as_ref()
            .filter(|replayed| replayed.items.contains(&place));
        let begun = sources
            .part(place)
            .filter(|part| place > 0 && part.items.start == place);
        let cut: usize = self.superseded_at(place).map(|cut| cut.items.len()).sum();
        let marks = [
            begun.map(|part| ItemMark::Begins {
                file: shown_name(&part.file),
            }),
            inherited.map(|from| ItemMark::Inherited { from }),
            replayed.map(|replayed| ItemMark::Replayed { of: replayed.of }),
            (cut > 0).then_some(ItemMark::Superseded { items: cut }),
        ];
        marks.into_iter().flatten().collect()
    }

    /// The items that were cut off after an imported item, given by its position among the imported items. Items that
    /// were cut off before the first item are returned for the first item.
    fn superseded_at(&self, place: usize) -> impl Iterator<Item = &SupersededItems> {
        let is_here = move |cut: &&SupersededItems| cut.at.saturating_sub(1) == place;
        self.sources.superseded.iter().filter(is_here)
    }

    /// The items that were cut off after the item at a position in the history, each with its file.
    pub fn superseded(&self, place: usize) -> Vec<(&Path, &RolloutItem)> {
        let Some(place) = place.checked_sub(self.before) else {
            return Vec::new();
        };
        let cuts = self.superseded_at(place);
        cuts.flat_map(|cut| cut.items.iter().map(|item| (&*cut.file, item)))
            .collect()
    }

    /// The position after the items that were inherited or copied from another thread, if there are any.
    pub fn first_own(&self) -> Option<usize> {
        let sources = &self.sources;
        let inherited = sources.parts.iter().filter(|part| part.inherited_from.is_some());
        let ends = inherited.map(|part| part.items.end);
        let replayed = sources.replayed.as_ref().map(|replayed| replayed.items.end);
        Some(self.before + ends.chain(replayed).max()?)
    }

    /// Whether the history has items of more than one file, so that a line number does not identify an item.
    pub fn has_parts(&self) -> bool {
        self.before > 0 || self.sources.parts.len() > 1
    }

    /// Where the value that a step set in a metadata field comes from. `None` if the step does not belong to the
    /// import.
    pub fn origin(&self, field: &str, step: u64) -> Option<ImportOrigin> {
        if !self.updates.contains(&step) {
            return None;
        }
        let field = field.split('.').next().unwrap_or(field);
        let home = self.sources.from_home.iter().find(|(name, _)| *name == field);
        match home {
            Some((_, file)) => Some(ImportOrigin::Home(*file)),
            None => Some(ImportOrigin::Item(
                self.before + self.sources.decided.item(field)?,
            )),
        }
    }
}
