//! Which items of a history are hidden: by kind, by group, or because they do not match a search.

use crate::inspector::features::history_search::begin_filter;
use crate::inspector::overlays::facets::{FacetCounts, FacetList};
use crate::inspector::panes::history::facets::{self, Facet, FacetGroup, facet_of};
use crate::inspector::panes::history::view::FAILED;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::store::History;
use crate::workbench::query::ItemFilter;

/// The maximum number of items that are counted immediately; longer histories are counted in the background.
const AT_ONCE: usize = 20_000;

/// The number of items between two checks of whether to stop.
const CHECKED: usize = 4_096;

/// Opens the checklist of the kinds that occur, with their counts.
pub fn open(model: &mut Model) -> Effects {
    let history = ensured(model.session.items_of_thread()).clone();
    if history.len() <= AT_ONCE {
        let counts = count(&history, &mut |_, _| std::ops::ControlFlow::Continue(()));
        return model.open(FacetList::new(counts.unwrap_or_default()));
    }
    let work = move |tell: JobProgressFn<'_>| count(&history, tell);
    let then = |model: &mut Model, counts| model.arrive(FacetList::new(counts));
    model.start(Job::new("Counting the items", work, then))
}

fn count(history: &History, tell: JobProgressFn<'_>) -> Option<FacetCounts> {
    let mut counts = FacetCounts::new();
    for (done, item) in history.iter().enumerate() {
        if done % CHECKED == 0 && tell(done, history.len()).is_break() {
            return None;
        }
        let entry = counts.entry(facet_of(item)).or_insert((item.content_kind(), 0));
        entry.1 += 1;
    }
    Some(counts)
}

/// How to change the set of hidden facets, given the selected facets.
#[derive(Clone, Copy, Debug)]
pub enum FacetChange {
    /// Hides the selected facets or, if all of them are hidden, shows them.
    Toggle,
    /// Shows only them.
    Only,
    /// Hides them.
    Hide,
    /// Shows the hidden facets, and hides the shown ones.
    Invert,
}

/// Changes the set of hidden facets, given the selected row of the checklist.
pub fn change(model: &mut Model, change: FacetChange) -> Effects {
    let list = ensured(model.overlays.top::<FacetList>());
    if list.is_at_failures() {
        return match change {
            FacetChange::Toggle | FacetChange::Only => toggle_failures(model),
            FacetChange::Hide | FacetChange::Invert => {
                model.warn(
                    "Failures cannot be hidden; {key:toggle-facet} shows only failures, or all items again."
                        .to_string(),
                );
                Vec::new()
            }
        };
    }
    let selected: Vec<Facet> = list.selected();
    let hidden = &mut model.session.history.hidden;
    match change {
        FacetChange::Toggle if selected.iter().all(|facet| hidden.contains(facet)) => {
            hidden.retain(|facet| !selected.contains(facet));
        }
        FacetChange::Toggle | FacetChange::Hide => hidden.extend(selected),
        FacetChange::Only => *hidden = facets::all().filter(|facet| !selected.contains(facet)).collect(),
        FacetChange::Invert => *hidden = facets::all().filter(|facet| !hidden.contains(facet)).collect(),
    }
    model.session.history.sift();
    Vec::new()
}

/// Shows only what the user and the agent say, or all items if everything else is already hidden.
pub fn only_people(model: &mut Model) -> Effects {
    let others = facets::all().filter(|facet| FacetGroup::of(*facet) != FacetGroup::People);
    let others = others.collect();
    let hidden = &mut model.session.history.hidden;
    *hidden = match *hidden == others {
        true => Default::default(),
        false => others,
    };
    model.session.history.sift();
    Vec::new()
}

/// Returns whether the filter shows only the items that record a failure.
pub fn is_failed_only(model: &Model) -> bool {
    let mut terms = model.session.history.filter_text().split_whitespace();
    terms.any(|term| term == FAILED)
}

/// Shows only the items that record a failure, or all items again, by adding a term to the filter or removing it.
fn toggle_failures(model: &mut Model) -> Effects {
    let filter = model.session.history.filter_text();
    let others: Vec<&str> = filter.split_whitespace().filter(|word| *word != FAILED).collect();
    let text = match is_failed_only(model) {
        true => others.join(" "),
        false => format!("{filter} {FAILED}").trim().to_string(),
    };
    if let Ok(query) = ItemFilter::parse(&text) {
        begin_filter(model, query);
    }
    Vec::new()
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
