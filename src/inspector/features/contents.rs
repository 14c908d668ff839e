//! Searches the contents of all threads, the newest thread first, and lists the threads that contain a text.
//!
//! The search runs in the background, a part of the items at a time, so that hits are listed as they are found.

use std::sync::Arc;

use crate::inspector::features::navigation;
use crate::inspector::overlays::contents::{ContentsView, ThreadHits};
use crate::inspector::panes::threads::list::query::ThreadQuery;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::protocol::RolloutItem;
use crate::rollout::pattern::Pattern;
use crate::rollout::search::Snippet;
use crate::rollout::side_by_side::on_all_processors;
use crate::store::{Snapshot, ThreadRecord};

/// The number of bytes that are searched before the first hits are listed, and then between two updates of the list.
const FIRST: usize = 4 << 20;
const PART: usize = 64 << 20;

/// The number of items that are searched between two checks of whether to stop.
const CHECKED: usize = 4096;

/// Searches the contents of all threads for a text.
pub fn search(model: &mut Model, text: &str) -> Effects {
    let store = model.session.snapshot.clone();
    let rows = ThreadQuery::default().order(store.threads());
    let records = rows.iter().map(|row| Arc::clone(&row.record)).collect();
    model.overlays.remove::<ContentsView>(|_| true);
    let mut effects = model.open(ContentsView::new(store, text, records));
    effects.extend(go_on(model, FIRST));
    effects
}

/// Searches the next items.
fn go_on(model: &mut Model, bytes: usize) -> Effects {
    let Some(view) = model.overlays.find::<ContentsView>() else {
        return Vec::new();
    };
    let part = SearchPart {
        store: view.store.clone(),
        pattern: Pattern::literal(view.text(), false),
        records: Arc::clone(&view.records),
        from: view.place(),
        done: view.searched(),
        of: view.items(),
        bytes,
    };
    let work = move |tell: JobProgressFn<'_>| part.run(tell);
    let effects = model.start(Job::new("Searching the contents", work, take));
    let number = model.job.number();
    if let Some(view) = model.overlays.find_mut::<ContentsView>() {
        view.job = number;
    }
    effects
}

/// Adds what was found, and goes on.
fn take(model: &mut Model, found: FoundPart) -> Effects {
    let Some(view) = model.overlays.find_mut::<ContentsView>() else {
        return Vec::new();
    };
    if !view.store.is_same_as(&found.store) {
        return Vec::new();
    }
    view.add(found.hits, found.until, found.searched);
    match view.is_done() {
        true => Vec::new(),
        false => go_on(model, PART),
    }
}

/// The place of an item: the index of its thread, and of the item in it.
pub type ContentPlace = (usize, usize);

/// A part of a search.
struct SearchPart {
    store: Snapshot,
    pattern: Pattern,
    records: Arc<Vec<Arc<ThreadRecord>>>,
    from: ContentPlace,
    done: usize,
    of: usize,
    bytes: usize,
}

/// What a part of a search has found.
struct FoundPart {
    store: Snapshot,
    /// The threads with hits, by their index.
    hits: Vec<(usize, ThreadHits)>,
    /// The place after the last item that was searched.
    until: ContentPlace,
    /// The number of items that were searched.
    searched: usize,
}

impl SearchPart {
    /// Searches until about this many bytes were searched; `None` if it is stopped.
    fn run(self, tell: JobProgressFn<'_>) -> Option<FoundPart> {
        let mut hits: Vec<(usize, ThreadHits)> = Vec::new();
        let mut until = self.from;
        let (mut searched, mut bytes) = (0, 0);
        while bytes < self.bytes {
            let (items, next) = self.next_items(until);
            if items.is_empty() {
                until = next;
                break;
            }
            bytes += items.iter().map(|(_, item)| item.len()).sum::<usize>();
            let found = on_all_processors(&items, |(place, item)| Some((*place, self.first(item)?)));
            for ((thread, place), snippet) in found.into_iter().flatten() {
                match hits.last_mut().filter(|(of, _)| *of == thread) {
                    Some((_, hits)) => hits.places.push(place),
                    None => {
                        let hit = ThreadHits {
                            id: self.records[thread].id,
                            places: vec![place],
                            snippet,
                        };
                        hits.push((thread, hit));
                    }
                }
            }
            searched += items.len();
            until = next;
            if tell(self.done + searched, self.of).is_break() {
                return None;
            }
        }
        Some(FoundPart {
            store: self.store,
            hits,
            until,
            searched,
        })
    }

    /// The next items from a place on, of as many threads as are needed for [`CHECKED`] of them, and the place after them.
    fn next_items(&self, from: ContentPlace) -> (Vec<(ContentPlace, &RolloutItem)>, ContentPlace) {
        let mut items = Vec::with_capacity(CHECKED);
        let (mut thread, mut item) = from;
        while items.len() < CHECKED
            && let Some(record) = self.records.get(thread)
        {
            let history = record.history.as_ref();
            let len = history.map_or(0, |history| history.len());
            let end = len.min(item + CHECKED - items.len());
            let range = history.into_iter().flat_map(|history| history.range(item..end));
            items.extend((item..end).map(|place| (thread, place)).zip(range));
            (thread, item) = if end < len { (thread, end) } else { (thread + 1, 0) };
        }
        (items, (thread, item))
    }

    /// The text around the first match in an item.
    fn first(&self, item: &RolloutItem) -> Option<Snippet> {
        let (_, first) = self.pattern.matches(item)?;
        Some(Snippet::around(&first.value, &first.range))
    }
}

/// Goes to the first hit in the selected thread. The search goes on in its history.
pub fn choose(model: &mut Model) -> Effects {
    let view = ensured(model.overlays.top::<ContentsView>());
    let Some(hits) = view.selected() else {
        return Vec::new();
    };
    let (id, place, text) = (hits.id, hits.places.first().copied(), view.text().to_string());
    let Some(mut effects) = navigation::go_to_history(model, id, None, place) else {
        return Vec::new();
    };
    effects.extend(close(model));
    effects.extend(navigation::search(model, &text));
    effects
}

/// Stops the search, or else closes the list.
pub fn back(model: &mut Model) -> Effects {
    let view = ensured(model.overlays.top::<ContentsView>());
    match model.job.is_at(view.job) {
        true => model.stop_job(),
        false => close(model),
    }
}

fn close(model: &mut Model) -> Effects {
    let view = model.overlays.take_top::<ContentsView>();
    match view.is_some_and(|view| model.job.is_at(view.job)) {
        true => model.stop_job(),
        false => Vec::new(),
    }
}
