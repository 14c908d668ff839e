//! Goes to items of the history that record a failure.

use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::protocol::numbers::grouped;
use crate::store::History;
use crate::workbench::failures::{failure, output_end};

/// The number of items that are looked at immediately; more are looked at in the background.
const AT_ONCE: usize = 2_000;

/// The number of items between two checks of whether to stop.
const CHECKED: usize = 1_024;

/// Goes to the next or previous failure that the filter shows.
pub fn next(model: &mut Model, forward: bool) -> Effects {
    let history = ensured(model.session.items_of_thread()).clone();
    let view = &mut model.session.history;
    let here = view.cursor.at;
    let steps = match forward {
        true => view.rows().saturating_sub(here + 1),
        false => here,
    };
    let at = |step: usize| {
        let row = match forward {
            true => here + 1 + step,
            false => here - 1 - step,
        };
        view.place(row)
    };
    let mut first = (0..steps.min(AT_ONCE)).filter_map(at);
    let found = first.find(|place| {
        view.items_of(*place)
            .iter()
            .any(|item| has_failed(&history, *item))
    });
    let items = |place| view.items_of(place).into_iter();
    let rest: Vec<usize> = match found {
        Some(_) => Vec::new(),
        None => (AT_ONCE..steps).filter_map(at).flat_map(items).collect(),
    };
    if let Some(place) = found {
        view.go_to(place);
        return say(model, &history, place);
    }
    if rest.is_empty() {
        return none(model, forward);
    }
    let thread = model.session.thread().map(|record| record.id);
    let work = move |tell: JobProgressFn<'_>| {
        for (done, place) in rest.iter().enumerate() {
            if done % CHECKED == 0 && tell(done, rest.len()).is_break() {
                return None;
            }
            if has_failed(&history, *place) {
                return Some(Some(*place));
            }
        }
        Some(None)
    };
    let then = move |model: &mut Model, found: Option<usize>| match found {
        _ if model.session.thread().map(|record| record.id) != thread => Vec::new(),
        Some(place) => {
            model.session.history.go_to(place);
            let history = model.session.items_of_thread().cloned();
            history.map_or(Vec::new(), |history| say(model, &history, place))
        }
        None => none(model, forward),
    };
    model.start(Job::new("Looking for a failure", work, then))
}

/// Says what failed, and how its output ends.
fn say(model: &mut Model, history: &History, place: usize) -> Effects {
    let most = 2 * usize::from(model.size.0.max(20));
    if let Some(item) = history.get(place)
        && let Some(failure) = failure(item)
    {
        let end = output_end(item, most).map_or(String::new(), |end| format!(" \u{b7} output ends: {end}"));
        model.warn(format!("Item {}: {failure}{end}", grouped(place as u64 + 1)));
    }
    Vec::new()
}

fn has_failed(history: &History, place: usize) -> bool {
    history.get(place).is_some_and(|item| failure(item).is_some())
}

fn none(model: &mut Model, forward: bool) -> Effects {
    let side = if forward { "after" } else { "before" };
    model.warn(format!("No item {side} this one records a failure."));
    Vec::new()
}
