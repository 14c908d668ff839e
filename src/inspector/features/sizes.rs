//! Shows how many bytes each kind, thread and month of the shown store takes up. Sizes by kind and by thread are
//! computed immediately; sizes by month and repeated texts are computed in the background, because the text of each
//! item has to be read for them.
//!
//! The size of an item includes its line feed. No file is read.

use std::collections::HashMap;
use std::ffi::OsStr;

use crate::inspector::features::navigation;
use crate::inspector::overlays::sizes::{SizesView, TextPlace, ThreadSizes};
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::protocol::kinds::ItemKind;
use crate::protocol::{RolloutItem, ThreadId};
use crate::rollout::sizes::{LongTexts, Month, RepeatedTexts, Size};
use crate::store::{Snapshot, ThreadRecord};

/// The number of repeated texts that are listed.
const MOST_TEXTS: usize = 100;

/// The number of items between two checks of whether to stop.
const CHECKED: usize = 1024;

/// Opens the view of sizes for the shown store.
pub fn open(model: &mut Model) -> Effects {
    let store = model.session.snapshot.clone();
    let view = SizesView::new(store.clone(), threads(&store));
    let mut effects = model.open(view);
    let work = move |tell: JobProgressFn<'_>| read_texts(&store, tell);
    effects.extend(model.start(Job::new("Reading all items", work, take)));
    let number = model.job.number();
    if let Some(view) = model.overlays.find_mut::<SizesView>() {
        view.job = number;
    }
    effects
}

/// The size of an item with its line feed.
fn size_of(item: &RolloutItem) -> Size {
    Size {
        items: 1,
        bytes: item.len() as u64 + 1,
    }
}

/// Adds up the items of each thread by kind.
fn threads(store: &Snapshot) -> Vec<ThreadSizes> {
    let sums = |record: &ThreadRecord| {
        let mut kinds: Vec<(&'static ItemKind, Size)> = Vec::new();
        for item in record.history.iter().flat_map(|history| history.iter()) {
            let kind = item.kind();
            match kinds.iter_mut().find(|(known, _)| std::ptr::eq(*known, kind)) {
                Some((_, size)) => *size += size_of(item),
                None => kinds.push((kind, size_of(item))),
            }
        }
        ThreadSizes { id: record.id, kinds }
    };
    store.threads().map(|record| sums(record)).collect()
}

/// The results of reading the text of each item.
pub struct TextSizes {
    store: Snapshot,
    months: HashMap<Option<Month>, Size>,
    repeated: RepeatedTexts,
    /// The place of the first occurrence of each listed text.
    places: Vec<Option<TextPlace>>,
}

/// Reads the items of all threads; returns `None` if the job is stopped.
fn read_texts(store: &Snapshot, tell: JobProgressFn<'_>) -> Option<TextSizes> {
    let items = |record: &ThreadRecord| record.history.as_ref().map_or(0, |history| history.len());
    let of: usize = store.threads().map(|record| items(record)).sum();
    let mut months: HashMap<Option<Month>, Size> = HashMap::new();
    let texts = LongTexts::default();
    let mut done = 0;
    for record in store.threads() {
        let named = record.rollout_path().and_then(|path| path.file_name());
        let named = named.and_then(|name: &OsStr| Month::in_name(name));
        for item in record.history.iter().flat_map(|history| history.iter()) {
            if done % CHECKED == 0 && tell(done, of).is_break() {
                return None;
            }
            let month = item.timestamp().map(Month::of).or(named);
            *months.entry(month).or_default() += size_of(item);
            texts.add(item, done as u64);
            done += 1;
        }
    }
    let repeated = texts.repeated(MOST_TEXTS);
    let places = repeated.largest.iter().map(|text| place_of(store, text.place));
    Some(TextSizes {
        store: store.clone(),
        months,
        places: places.collect(),
        repeated,
    })
}

/// The thread and the position of an item, given its number among the items of all threads.
fn place_of(store: &Snapshot, number: u64) -> Option<TextPlace> {
    let mut item = usize::try_from(number).ok()?;
    for record in store.threads() {
        let len = record.history.as_ref().map_or(0, |history| history.len());
        if item < len {
            return Some((record.id, item));
        }
        item -= len;
    }
    None
}

/// Shows the sizes by month and the repeated texts.
fn take(model: &mut Model, found: TextSizes) -> Effects {
    if let Some(view) = model.overlays.find_mut::<SizesView>()
        && view.store.is_same_as(&found.store)
    {
        view.add(found.months, found.repeated, found.places);
    }
    Vec::new()
}

/// Goes to the selected thread or text. If a kind is selected, lists the threads by their bytes of that kind.
pub fn choose(model: &mut Model) -> Effects {
    let view = ensured(model.overlays.top_mut::<SizesView>());
    if let Some(kind) = view.selected_kind() {
        view.narrow(Some(kind));
        return Vec::new();
    }
    let narrowed = view.kind();
    match (view.selected_thread(), view.selected_text()) {
        (Some(id), _) => go_to(model, id, narrowed, None),
        (None, Some((id, item))) => go_to(model, id, None, Some(item)),
        (None, None) => Vec::new(),
    }
}

/// Closes the view of sizes and goes to the history of a thread: to its items of one kind, or to one item.
fn go_to(model: &mut Model, id: ThreadId, kind: Option<&'static str>, item: Option<usize>) -> Effects {
    match navigation::go_to_history(model, id, kind, item) {
        Some(effects) => effects.into_iter().chain(close(model)).collect(),
        None => Vec::new(),
    }
}

/// Stops reading the items if that is running; otherwise lists the threads by all kinds again, or closes the view of
/// sizes.
pub fn back(model: &mut Model) -> Effects {
    let view = ensured(model.overlays.top_mut::<SizesView>());
    if model.job.is_at(view.job) {
        return model.stop_job();
    }
    if view.kind().is_some() {
        view.narrow(None);
        return Vec::new();
    }
    close(model)
}

fn close(model: &mut Model) -> Effects {
    let view = model.overlays.take_top::<SizesView>();
    match view.is_some_and(|view| model.job.is_at(view.job)) {
        true => model.stop_job(),
        false => Vec::new(),
    }
}
