//! Opens overlays: an item, the value of a field, the patch, the form of a call, an answer.

use crate::contract::Op;
use crate::inspector::features::reader_jobs::{self, ItemToOpen, TextTask};
use crate::inspector::overlays::difference::DifferenceView;
use crate::inspector::overlays::form::Form;
use crate::inspector::overlays::reader::{Reader, StepPart};
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::{Answered, CallMsg};
use crate::protocol::json::Json;

/// Opens the selected item as a tree or as text.
pub fn item(model: &mut Model, raw: bool) -> Effects {
    let place = ensured(model.session.history.selected());
    let item = ItemToOpen::of(model, place, raw);
    reader_jobs::begin(model, TextTask::Item(item))
}

/// Selects an item of the history, unless it is hidden, and opens it.
pub fn item_at(model: &mut Model, place: usize) -> Effects {
    if place >= model.session.items() {
        return Vec::new();
    }
    model.session.history.go_to(place);
    let item = ItemToOpen::of(model, place, false);
    reader_jobs::begin(model, TextTask::Item(item))
}

/// Opens the next or previous item of the history and replaces the item that is open.
pub fn neighbour(model: &mut Model, forward: bool) -> Effects {
    let reader = ensured(model.overlays.top::<Reader>());
    let raw = !reader.is_tree() && reader.has_tree();
    let view = &mut model.session.history;
    let at = if forward {
        view.cursor.at + 1
    } else {
        view.cursor.at.wrapping_sub(1)
    };
    let Some(place) = view.place(at) else {
        model.say(
            if forward {
                "This is the last item."
            } else {
                "This is the first item."
            }
            .to_string(),
        );
        return Vec::new();
    };
    view.cursor.at = at;
    let item = ItemToOpen::of(model, place, raw);
    reader_jobs::begin(model, TextTask::Item(item))
}

/// Opens the value of the selected field.
pub fn field(model: &mut Model) -> Effects {
    let row = ensured(model.session.metadata.selected());
    let record = ensured(model.session.thread());
    let title = format!("{} \u{b7} {}", row.name, row.origin);
    let whole = row.whole(record);
    let mut reader = match Json::trusted(&whole).as_str() {
        Some(text) => Reader::text(title, text.into_owned()),
        None => Reader::json(title, &*whole),
    };
    reader.is_field = true;
    model.open(reader)
}

/// Opens the form of a method. `given` is the value of the method's first required parameter.
pub fn call(model: &mut Model, op: Op, given: &str) -> Effects {
    let form = Form::call(model, op, given);
    model.open(form)
}

/// Handles messages about calls.
pub fn take(model: &mut Model, msg: CallMsg) -> Effects {
    let CallMsg::Answered(answered) = msg;
    answer(model, *answered)
}

/// Shows the answer to a call from a form.
fn answer(model: &mut Model, answered: Answered) -> Effects {
    let name = answered.op.name();
    let step = answered.step;
    model.overlays.remove(|form: &Form| form.sent);
    let (mut reader, shown) = match answered.outcome {
        // There is nothing to read in an answer without a value.
        Ok(text) if text == "null" => {
            select_created(model, answered.op, step);
            model.say(format!("{name}: {}.", answered.summary));
            return Vec::new();
        }
        Ok(text) => {
            model.log.note(format!("{name}: {}.", answered.summary), false);
            let title = format!("{name} \u{b7} answer: {}", answered.summary);
            (Reader::json(title, text), StepPart::Result(step))
        }
        Err(text) => {
            model.log.note(format!("{name}: {text}."), true);
            (
                Reader::text(format!("{name} \u{b7} error"), text),
                StepPart::Error(step),
            )
        }
    };
    (reader.step, reader.is_answer) = (Some(shown), true);
    model.arrive(reader)
}

/// Selects the thread that a call has created.
fn select_created(model: &mut Model, op: Op, step: u64) {
    let entry = model.session.line().get(step).filter(|_| op == Op::CreateThread);
    if let Some(id) = entry.and_then(|entry| entry.thread_id()) {
        model.session.threads.select(id);
    }
}

/// Opens the string at the cursor of the tree as a separate text.
pub fn leaf(model: &mut Model) -> Effects {
    let reader = ensured(model.overlays.top::<Reader>()).clone();
    reader_jobs::begin(model, TextTask::Leaf(Box::new(reader)))
}

/// Opens the value of the selected row of a comparison.
pub fn side(model: &mut Model) -> Effects {
    match ensured(model.overlays.top::<DifferenceView>()).selected() {
        Some((title, text)) => model.open(Reader::json(title, text)),
        None => Vec::new(),
    }
}
