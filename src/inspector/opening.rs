//! Opening things over the panes: an item, a field's value, the patch, the form of a call, an answer.

use super::form::Form;
use super::importing::grouped;
use super::model::{Answered, Effects, Model, Overlay};
use super::reader::{Reader, Shown, plain};
use super::reading::{self, Job};
use crate::contract::Op;
use crate::protocol::RolloutItem;
use crate::protocol::json::Json;

/// Opens the selected item, as a tree or as its text.
pub fn item(model: &mut Model, raw: bool) -> Effects {
    let Some(place) = model.session.history.selected() else {
        return Vec::new();
    };
    match ItemAt::of(model, place, raw) {
        Some(item) => reading::begin(model, Job::Item(item)),
        None => Vec::new(),
    }
}

/// An item of the history to be opened.
pub struct ItemAt {
    item: RolloutItem,
    title: String,
    place: usize,
    raw: bool,
}

impl ItemAt {
    fn of(model: &Model, place: usize, raw: bool) -> Option<Self> {
        let history = model.session.items_of_thread()?;
        let item = history.get(place)?.clone();
        let mut title = format!(
            "Item {} of {} \u{b7} {}",
            grouped(place as u64 + 1),
            grouped(history.len() as u64),
            item.kind().name
        );
        if let Some(line) = item.line() {
            title.push_str(&format!(" \u{b7} line {}", grouped(u64::from(line))));
        }
        Some(Self {
            item,
            title,
            place,
            raw,
        })
    }

    /// How many bytes it has.
    pub fn size(&self) -> usize {
        self.item.len()
    }

    /// The item as a tree, or as its text.
    pub fn read(self) -> Reader {
        let mut reader = match self.item.is_damaged() {
            true => Reader::text(self.title, String::from_utf8_lossy(&self.item.bytes())),
            false => Reader::json(self.title, self.item.text()),
        };
        reader.item = Some(self.place);
        if self.raw && reader.is_tree() {
            reader.toggle_raw();
        }
        reader
    }
}

/// Opens the next item of the history, or the one before, in place of the one that is open.
pub fn neighbour(model: &mut Model, forward: bool) -> Effects {
    let Some(reader) = model.reader() else {
        return Vec::new();
    };
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
    match ItemAt::of(model, place, raw) {
        Some(item) => reading::begin(model, Job::Item(item)),
        None => Vec::new(),
    }
}

/// Opens the value of the selected field.
pub fn field(model: &mut Model) -> Effects {
    let (Some(row), Some(record)) = (model.session.metadata.selected(), model.session.thread()) else {
        return Vec::new();
    };
    let title = format!("{} \u{b7} {}", row.name, row.origin);
    let whole = row.whole(record);
    let mut reader = match Json::parse(&whole).ok().and_then(Json::as_str) {
        Some(text) => Reader::text(title, text.into_owned()),
        None => Reader::json(title, &*whole),
    };
    reader.is_field = true;
    model.open(Overlay::Reader(reader))
}

/// Opens the form of a method; `given` is the value of its first required parameter.
pub fn call(model: &mut Model, op: Op, given: &str) -> Effects {
    let form = Form::call(model, op, given);
    model.open(Overlay::Form(form))
}

/// Shows what a call from a form has brought.
pub fn answer(model: &mut Model, answered: Answered) {
    let name = answered.op.name();
    let step = answered.step;
    let (mut reader, shown) = match answered.outcome {
        Ok(text) => {
            model.log.note(format!("{name}: {}.", answered.summary), false);
            let title = format!("{name} \u{b7} answer: {}", answered.summary);
            (Reader::json(title, text), Shown::Result(step))
        }
        Err(text) => {
            model.log.note(format!("{name}: {text}."), true);
            (
                Reader::text(format!("{name} \u{b7} error"), text),
                Shown::Error(step),
            )
        }
    };
    reader.step = Some(shown);
    let sent = |over: &Overlay| matches!(over, Overlay::Form(form) if form.sent);
    if let Some(form) = model.overlays.iter().rposition(sent) {
        model.overlays.remove(form);
    }
    drop(model.arrive(Overlay::Reader(reader)));
}

/// Opens the string of the tree that the cursor is on as a text of its own.
pub fn leaf(model: &mut Model) -> Effects {
    match model.reader().cloned().map(Box::new) {
        Some(reader) => reading::begin(model, Job::Leaf(reader)),
        None => Vec::new(),
    }
}

/// Opens the value of the selected row of a comparison.
pub fn side(model: &mut Model) -> Effects {
    let selected = match model.overlays.last() {
        Some(Overlay::Difference(view)) => view.selected(),
        _ => None,
    };
    match selected {
        Some((title, text)) => model.open(Overlay::Reader(Reader::json(title, text))),
        None => Vec::new(),
    }
}

/// A JSON text as people read it: strings without quotes.
pub fn readable(text: &str) -> String {
    Json::parse(text).map_or_else(|_| text.to_string(), |json| plain(json.kind(), json.text()))
}
