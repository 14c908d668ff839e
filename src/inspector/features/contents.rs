//! Searches the contents of all threads, the newest thread first, and lists the threads that contain a text.
//!
//! The search runs in the background, one batch of items at a time, so that hits are listed as they are found.

use std::sync::Arc;

use crate::inspector::features::navigation;
use crate::inspector::features::prompt;
use crate::inspector::overlays::contents::ContentsView;
use crate::inspector::panes::Pane;
use crate::inspector::panes::threads::list::query::{Sort, ThreadQuery};
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::found_threads::{ContentPlace, FoundThreads, SearchedThreads, ThreadHits};
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

/// Searches the contents of all threads for a text, and lists the threads as they are found.
pub fn search(model: &mut Model, text: &str) -> Effects {
    let mut effects = begin(model, text);
    effects.extend(list(model));
    effects
}

fn begin(model: &mut Model, text: &str) -> Effects {
    model.overlays.remove::<ContentsView>(|_| true);
    let store = model.session.snapshot.clone();
    model.session.found = Some(FoundThreads::new(store, text));
    model.session.threads.needle = text.to_string();
    model.recent_texts.keep_search(text);
    go_on(model, FIRST)
}

/// Opens the list of the threads that were found.
pub fn list(model: &mut Model) -> Effects {
    match model.session.found.take() {
        Some(found) => model.open(ContentsView::new(found)),
        None => Vec::new(),
    }
}

/// While a filter that consists of words matches no thread, finds out how many threads contain these words.
pub fn offer(model: &mut Model, effects: &mut Effects) {
    let threads = &model.session.threads;
    let is_shown = model.overlays.is_empty() || prompt::is_filter(model);
    let is_free = !model.job.is_running() || found(model).is_some_and(|found| model.job.is_at(found.job));
    let is_listed = !threads.is_underway() && threads.rows().is_empty();
    if !is_shown || !is_free || !is_listed || model.layout.focus != Pane::Threads {
        return;
    }
    let Some(text) = threads.query.filter.phrase().map(str::to_string) else {
        return;
    };
    let is_known = found(model).is_some_and(|found| found.text() == text);
    if !is_known {
        let store = model.session.snapshot.clone();
        model.session.found = Some(FoundThreads::new(store, &text));
        effects.extend(go_on(model, FIRST));
    }
}

/// Returns the threads that were found for the words of the filter, if the filter itself matches no thread.
pub fn offered(model: &Model) -> Option<&FoundThreads> {
    let threads = &model.session.threads;
    let phrase = threads.query.filter.phrase()?;
    let is_meant = |found: &&FoundThreads| found.text() == phrase && threads.rows().is_empty();
    found(model).filter(is_meant)
}

/// Returns the last search, whether or not its list is open.
fn found(model: &Model) -> Option<&FoundThreads> {
    let listed = model.overlays.find::<ContentsView>().map(|view| &view.found);
    listed.or(model.session.found.as_ref())
}

fn found_mut(model: &mut Model) -> Option<&mut FoundThreads> {
    let listed = model.overlays.find_mut::<ContentsView>();
    listed
        .map(|view| &mut view.found)
        .or(model.session.found.as_mut())
}

/// Searches the next items.
fn go_on(model: &mut Model, bytes: usize) -> Effects {
    let Some(found) = found(model) else {
        return Vec::new();
    };
    let part = SearchPart {
        store: found.store.clone(),
        pattern: Pattern::literal(found.text(), false),
        records: found.records.clone(),
        from: found.place(),
        done: found.searched(),
        bytes,
    };
    let work = move |tell: JobProgressFn<'_>| part.run(tell);
    let effects = model.start(Job::new("Searching the contents", work, take));
    let number = model.job.number();
    if let Some(found) = found_mut(model) {
        found.job = number;
    }
    effects
}

/// Adds the hits of a part, and searches the next part.
fn take(model: &mut Model, part: FoundPart) -> Effects {
    let number = model.job.number();
    let Some(found) = found_mut(model).filter(|found| found.job == number) else {
        return Vec::new();
    };
    found.records = Some(part.records);
    found.add(part.hits, part.until, part.searched);
    match found.is_done() {
        true => Vec::new(),
        false => go_on(model, PART),
    }
}

/// A part of a search.
struct SearchPart {
    store: Snapshot,
    pattern: Pattern,
    records: Option<SearchedThreads>,
    from: ContentPlace,
    done: usize,
    bytes: usize,
}

/// What a part of a search has found.
struct FoundPart {
    records: SearchedThreads,
    /// The threads with hits, by their index.
    hits: Vec<(usize, ThreadHits)>,
    /// The position after the last item that was searched.
    until: ContentPlace,
    /// The number of items that were searched.
    searched: usize,
}

impl SearchPart {
    /// Searches until about `bytes` bytes have been searched; `None` if the search is stopped.
    fn run(self, tell: JobProgressFn<'_>) -> Option<FoundPart> {
        let records = match &self.records {
            Some(records) => records.clone(),
            None => newest_first(&self.store),
        };
        let mut hits: Vec<(usize, ThreadHits)> = Vec::new();
        let mut until = self.from;
        let (mut searched, mut bytes) = (0, 0);
        while bytes < self.bytes {
            let (items, next) = next_items(&records.threads, until);
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
                            id: records.threads[thread].id,
                            places: vec![place],
                            snippet,
                        };
                        hits.push((thread, hit));
                    }
                }
            }
            searched += items.len();
            until = next;
            if tell(self.done + searched, records.items).is_break() {
                return None;
            }
        }
        Some(FoundPart {
            records,
            hits,
            until,
            searched,
        })
    }

    /// The text around the first match in an item.
    fn first(&self, item: &RolloutItem) -> Option<Snippet> {
        let (_, first) = self.pattern.matches(item)?;
        Some(Snippet::around(&first.value, &first.range))
    }
}

/// Puts the threads of a store in the order in which they are searched.
fn newest_first(store: &Snapshot) -> SearchedThreads {
    let order = ThreadQuery {
        sort: Sort::UPDATED,
        ..ThreadQuery::default()
    };
    let rows = order.order(store.threads());
    let items = |record: &Arc<ThreadRecord>| record.history.as_ref().map_or(0, |history| history.len());
    let threads: Vec<_> = rows.iter().map(|row| Arc::clone(&row.record)).collect();
    SearchedThreads {
        items: threads.iter().map(items).sum(),
        threads: Arc::new(threads),
    }
}

/// At most [`CHECKED`] items from a position on, from as many threads as needed, and the position after them.
fn next_items(
    threads: &[Arc<ThreadRecord>],
    from: ContentPlace,
) -> (Vec<(ContentPlace, &RolloutItem)>, ContentPlace) {
    let mut items = Vec::with_capacity(CHECKED);
    let (mut thread, mut item) = from;
    while items.len() < CHECKED
        && let Some(record) = threads.get(thread)
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

/// Goes to the first hit in the selected thread. The search then continues in the history of that thread, and in the
/// background.
pub fn choose(model: &mut Model) -> Effects {
    let view = ensured(model.overlays.top::<ContentsView>());
    let Some(hits) = view.found.selected() else {
        return Vec::new();
    };
    let (id, place, text) = (
        hits.id,
        hits.places.first().copied(),
        view.found.text().to_string(),
    );
    let Some(mut effects) = navigation::go_to_history(model, id, None, place) else {
        return Vec::new();
    };
    close(model);
    effects.extend(navigation::search(model, &text));
    effects
}

/// Goes from the selected thread to the match of the last search in the next or previous listed thread. Returns false
/// if there is no such match, or if the last search was for another text.
pub fn next_thread(model: &mut Model, text: &str, forward: bool) -> bool {
    let Some(found) = model.session.found.as_ref().filter(|found| found.text() == text) else {
        return false;
    };
    let here = model.session.thread().map(|record| record.id);
    let count = found.hits().len();
    let at = found.hits().iter().position(|(_, hits)| Some(hits.id) == here);
    let is_whole = found.is_done();
    let steps = 1..=count;
    let places = steps.map(|step| match (at, forward) {
        (Some(at), true) => (at + step) % count,
        (Some(at), false) => (at + count - step) % count,
        (None, true) => step - 1,
        (None, false) => count - step,
    });
    let next: Vec<_> = places
        .map(|at| {
            let hits = &found.hits()[at].1;
            let item = if forward {
                hits.places.first()
            } else {
                hits.places.last()
            };
            (at, hits.id, item.copied())
        })
        .collect();
    for (at, id, item) in next {
        if Some(id) == here || !model.session.threads.select(id) {
            continue;
        }
        model.session.refresh();
        if let Some(item) = item.filter(|_| model.layout.focus == Pane::History) {
            model.session.history.visit(item);
        }
        let so_far = if is_whole { "" } else { " so far" };
        model.say(format!(
            "Thread {} of {count}{so_far} with \u{201c}{text}\u{201d}.",
            at + 1
        ));
        return true;
    }
    false
}

/// Stops the search if it is running; otherwise closes the list.
pub fn back(model: &mut Model) -> Effects {
    let view = ensured(model.overlays.top::<ContentsView>());
    match model.job.is_at(view.found.job) {
        true => model.stop_job(),
        false => {
            close(model);
            Vec::new()
        }
    }
}

/// Closes the list, and keeps it for later.
fn close(model: &mut Model) {
    let view = model.overlays.take_top::<ContentsView>();
    model.session.found = view.map(|view| view.found);
}
