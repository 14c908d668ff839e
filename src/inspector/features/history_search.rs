//! Searches and filters the items of the selected thread. A query stays in effect when another thread is selected.
//! Short histories are searched immediately, long ones in the background.

use crate::inspector::features::contents;
use crate::inspector::features::reader_jobs::not_found;
use crate::inspector::panes::history::search::{HistorySearch, ItemsToSearch};
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::SearchMatches;
use crate::workbench::query::ItemFilter;

/// Searches the items for a string. If `jump` is true, goes to the first match at or after the selected item.
pub fn begin_search(model: &mut Model, text: &str, jump: bool) -> Effects {
    if model.session.items_of_thread().is_none() {
        model.warn("This thread has no history to search.".to_string());
        return Vec::new();
    }
    let view = &mut model.session.history;
    view.search = Some(HistorySearch::new(ItemFilter::of_phrase(text), jump));
    view.sift();
    Vec::new()
}

/// Shows only the items that match a query. An empty query shows all.
pub fn begin_filter(model: &mut Model, query: ItemFilter) {
    let view = &mut model.session.history;
    view.filter = (!query.is_empty()).then(|| HistorySearch::new(query, false));
    view.sift();
}

/// Starts the searches that have not started yet, and continues those for whose histories new items were appended.
pub fn go_on(model: &mut Model, effects: &mut Effects) {
    for is_filter in [true, false] {
        let Some(search) = next(model, is_filter) else {
            continue;
        };
        match search.is_short() {
            true => effects.extend(take_found(model, search.run())),
            false => effects.push(Effect::Run(Call::Search(Box::new(search)))),
        }
    }
}

fn next(model: &mut Model, is_filter: bool) -> Option<ItemsToSearch> {
    let items = model.session.items();
    let view = &model.session.history;
    let known = if is_filter { &view.filter } else { &view.search };
    if !known.as_ref()?.has_to_go_on(items) {
        return None;
    }
    let history = model.session.items_of_thread().cloned();
    let imported = model.session.imported().cloned();
    model.searches += 1;
    let view = &mut model.session.history;
    let search = match is_filter {
        true => view.filter.as_mut(),
        false => view.search.as_mut(),
    }?;
    (search.number, search.done) = (model.searches, false);
    Some(ItemsToSearch {
        number: search.number,
        is_filter,
        query: search.query.clone(),
        history: history.unwrap_or_default(),
        imported,
        from: search.seen,
    })
}

/// Receives matches. A newly entered search goes to the first match at or after the selected item.
pub fn take_found(model: &mut Model, found: SearchMatches) -> Effects {
    let number = found.search;
    let view = &mut model.session.history;
    let here = view.selected().unwrap_or(0);
    view.add_matches(found);
    let Some(search) = view.search.as_mut().filter(|search| search.number == number) else {
        return Vec::new();
    };
    let behind = search.places.last().is_some_and(|place| *place >= here);
    let missing = search.jump && search.done && search.places.is_empty();
    let text = search.query.text().to_string();
    if search.jump && (behind || search.done) {
        search.jump = false;
        view.next_match(true, true);
    }
    if missing {
        not_found(model, &text);
    }
    Vec::new()
}

/// Goes to the next or previous match. If the string was searched for in the contents of all threads, the first match
/// of the next thread follows the last match of a thread.
pub fn next_match(model: &mut Model, forward: bool) -> Effects {
    let text = model.session.history.needle().to_string();
    let view = &mut model.session.history;
    let here = view.selected();
    let is_done = view.search.as_ref().is_some_and(|search| search.done);
    let is_found = view.next_match(forward, false);
    let now = view.selected();
    let has_wrapped = if forward { now <= here } else { now >= here };
    if is_done && (has_wrapped || !is_found) && contents::next_thread(model, &text, forward) {
        return Vec::new();
    }
    if !is_found {
        not_found(model, &text);
    }
    Vec::new()
}
