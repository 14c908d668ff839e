//! The kinds of items in a history, their counts, and which of them are hidden.

use std::collections::BTreeMap;

use crate::inspector::features::history_search::begin_filter;
use crate::inspector::overlays::finder::{Finder, ListEntry, ListPurpose};
use crate::inspector::panes::history::glyph::glyph;
use crate::inspector::panes::history::view::{KindKey, key_of};
use crate::inspector::state::action::Action;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::protocol::kinds::ItemKind;
use crate::protocol::numbers::grouped;
use crate::workbench::query::ItemFilter;

/// Opens the list of the kinds that occur, with their counts, the most frequent first.
pub fn open(model: &mut Model) -> Effects {
    let finder = list(model);
    model.open(finder)
}

fn list(model: &Model) -> Finder {
    let mut counts: BTreeMap<KindKey, (&'static ItemKind, usize)> = BTreeMap::new();
    if let Some(history) = model.session.items_of_thread() {
        for item in history.iter() {
            let kind = item.content_kind();
            counts.entry(key_of(kind)).or_insert((kind, 0)).1 += 1;
        }
    }
    let mut kinds: Vec<(KindKey, (&'static ItemKind, usize))> = counts.into_iter().collect();
    kinds.sort_by_key(|(_, (_, count))| std::cmp::Reverse(*count));
    let hidden = &model.session.history.hidden;
    let is_failed_only = has_term(model.session.history.filter_text(), FAILED);
    let failures = ListEntry {
        mark: if is_failed_only { "\u{2713}" } else { " " },
        keys: model
            .session
            .history
            .failures()
            .map_or(" ".repeat(7), |count| format!("{:>7}", grouped(count as u64))),
        ..ListEntry::new(
            "\u{2717} failed",
            "The items that record a failure; Enter shows only these, or all again.",
            Action::Failures,
        )
    };
    let kinds = kinds.into_iter().map(|(key, (kind, count))| {
        let name = format!("{} {}", glyph(kind), kind.name);
        ListEntry {
            mark: if hidden.contains(&key) { " " } else { "\u{2713}" },
            keys: format!("{:>7}", grouped(count as u64)),
            ..ListEntry::new(name, kind.about, Action::Kind(key))
        }
    });
    let entries = std::iter::once(failures).chain(kinds).collect();
    Finder::new(ListPurpose::Kinds, entries)
}

/// Shows or hides a kind.
pub fn toggle(model: &mut Model, key: KindKey) -> Effects {
    let hidden = &mut model.session.history.hidden;
    if !hidden.remove(&key) {
        hidden.insert(key);
    }
    model.session.history.sift();
    refresh(model);
    Vec::new()
}

/// The term of a filter that shows only failures.
const FAILED: &str = "is:failed";

fn has_term(filter: &str, term: &str) -> bool {
    filter.split_whitespace().any(|word| word == term)
}

/// Shows only the items that record a failure, or all again: adds the term to the filter, or takes it away.
pub fn toggle_failures(model: &mut Model) -> Effects {
    let filter = model.session.history.filter_text();
    let others: Vec<&str> = filter.split_whitespace().filter(|word| *word != FAILED).collect();
    let text = match has_term(filter, FAILED) {
        true => others.join(" "),
        false => format!("{filter} {FAILED}").trim().to_string(),
    };
    if let Ok(query) = ItemFilter::parse(&text) {
        begin_filter(model, query);
    }
    refresh(model);
    Vec::new()
}

fn refresh(model: &mut Model) {
    let fresh = list(model);
    if let Some(finder) = model.overlays.top_mut::<Finder>() {
        finder.replace(fresh.entries);
    }
}

/// Shows the items of all kinds again, and removes the filter and the search.
pub fn clear(model: &mut Model) -> Effects {
    let history = &mut model.session.history;
    history.hidden.clear();
    history.search = None;
    history.filter = None;
    history.sift();
    Vec::new()
}
