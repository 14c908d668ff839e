//! Moves the selection, searches, filters and copies in the focused pane or overlay.

use std::ops::ControlFlow;

use super::lists;
use crate::contract::FIELDS;
use crate::inspector::features::history_search::{self, begin_filter, begin_search};
use crate::inspector::features::reader_jobs::{self, not_found};
use crate::inspector::features::{contents, copying, facets, patch_io, time_travel, transcript};
use crate::inspector::layout::visible;
use crate::inspector::overlays::facets::FacetList;
use crate::inspector::overlays::reader::Reader;
use crate::inspector::panes::Pane;
use crate::inspector::panes::history::facets::facets_of;
use crate::inspector::panes::journal::filter::Filter;
use crate::inspector::panes::journal::filter::StepFilter;
use crate::inspector::panes::threads::list::facts::list_title;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::inspector::widgets::cursor::Motion;
use crate::protocol::json::{Json, text_of};
use crate::protocol::kinds::{AuthorRole, KINDS};
use crate::protocol::{RolloutItem, ThreadId};
use crate::workbench::query::{ItemFilter, QueryError, ThreadFilter};
use crate::workbench::transcript::ItemTexts;
use crate::workbench::{item_summary, sparse};

/// The maximum number of items that are searched in each direction for the counterpart of a call or an output.
const REACH: usize = 20_000;

/// Moves the selection of the focused pane or overlay.
pub fn go(model: &mut Model, motion: Motion) -> Effects {
    let height = visible::height(model);
    match model.overlays.last_mut() {
        Some(over) => over.go(motion, height),
        None => go_in(model, model.layout.focus, motion, height),
    }
    Vec::new()
}

/// Moves the selection of a pane, of which this number of rows is visible.
pub fn go_in(model: &mut Model, pane: Pane, motion: Motion, height: usize) {
    match pane {
        Pane::Journal => time_travel::go(model, motion, height),
        Pane::History => model.session.history.go(motion, height),
        pane => {
            let (cursor, rows) = model.list_mut(pane);
            cursor.go(motion, rows, height);
        }
    }
}

/// Searches for a text in the focused pane or overlay.
pub fn search(model: &mut Model, text: &str) -> Effects {
    if let Some(reader) = model.overlays.top_mut::<Reader>() {
        reader.look_for(text);
        return reader_jobs::find(model, true, true);
    }
    if let Some(facets) = model.overlays.top_mut::<FacetList>() {
        if !facets.find(text, true) {
            not_found(model, text);
        }
        return Vec::new();
    }
    match model.layout.focus {
        Pane::History => return begin_search(model, text, true),
        Pane::Patch => return search_fields(model, text),
        _ => {}
    }
    model.session.threads.needle = text.to_string();
    search_threads(model, text, true, true)
}

/// Goes to the next field of the patch form whose name contains a text.
fn search_fields(model: &mut Model, text: &str) -> Effects {
    let (needle, at) = (text.to_lowercase(), model.draft.cursor.at);
    let fields = FIELDS.iter().enumerate().cycle().skip(at + 1).take(FIELDS.len());
    let mut found = fields.filter(|(_, field)| field.name.contains(&needle));
    match found.next() {
        Some((row, _)) => model.draft.cursor.at = row,
        None => not_found(model, text),
    }
    Vec::new()
}

/// Searches for a thread immediately, or in the background if there are many threads.
fn search_threads(model: &mut Model, text: &str, forward: bool, from_here: bool) -> Effects {
    let session = &model.session;
    let search = session
        .threads
        .search(&session.snapshot, text, forward, from_here);
    if !search.is_short() {
        let text = search.text.clone();
        let work = move |tell: JobProgressFn<'_>| search.run(tell);
        let then = move |model: &mut Model, found| go_to_thread(model, &text, found);
        return model.start(Job::new("Searching the threads", work, then));
    }
    match search.run(&mut |_, _| ControlFlow::Continue(())) {
        Some(found) => go_to_thread(model, text, found),
        None => Vec::new(),
    }
}

/// Selects the thread that was found. If no thread was found, searches the contents of the threads for the text.
fn go_to_thread(model: &mut Model, text: &str, found: Option<ThreadId>) -> Effects {
    match found.is_some_and(|id| model.session.threads.select(id)) {
        true => Vec::new(),
        false => contents::search(model, text),
    }
}

/// Opens a thread's history, optionally filtered to one kind of item, or positioned at a given item. If the filter
/// hides the thread, says so and returns `None`.
pub fn go_to_history(
    model: &mut Model,
    id: ThreadId,
    kind: Option<&'static str>,
    item: Option<usize>,
) -> Option<Effects> {
    if !model.session.threads.select(id) {
        model.warn(
            "The filter of the Threads pane hides this thread; {key:step-back} there shows all threads."
                .to_string(),
        );
        return None;
    }
    let mut effects = Vec::new();
    model.layout.focus_on(Pane::History);
    if kind.is_some() {
        effects.extend(facets::clear(model));
    }
    if let Some(kind) = kind {
        let others = KINDS.iter().filter(|row| row.name != kind);
        model.session.history.hidden = others.flat_map(facets_of).collect();
        model.session.history.sift();
    }
    model.session.refresh();
    if let Some(item) = item {
        model.session.history.visit(item);
    }
    Some(effects)
}

/// Goes to the next or previous match.
pub fn next_match(model: &mut Model, forward: bool) -> Effects {
    let needle = model.needle().to_string();
    if let Some(facets) = model.overlays.top_mut::<FacetList>() {
        if !facets.find(&needle, forward) {
            not_found(model, &needle);
        }
        return Vec::new();
    }
    match (model.overlays.is_empty(), model.layout.focus) {
        (false, _) => reader_jobs::find(model, forward, false),
        (_, Pane::History) => history_search::next_match(model, forward),
        _ if contents::next_thread(model, &needle, forward) => Vec::new(),
        _ => search_threads(model, &needle, forward, false),
    }
}

/// Returns the filter text of the focused pane.
pub fn filter_text(model: &Model) -> &str {
    match model.layout.focus {
        Pane::History => model.session.history.filter_text(),
        Pane::Journal => model.session.steps.filter.query.text(),
        _ => model.session.threads.query.filter.text(),
    }
}

/// Filters the focused pane. If the query is wrong, the filter does not change.
pub fn filter(model: &mut Model, text: &str) -> Result<Effects, QueryError> {
    match model.layout.focus {
        Pane::History => begin_filter(model, ItemFilter::parse(text)?),
        Pane::Journal => {
            let filter = model.session.steps.filter.clone();
            let query = StepFilter::parse(text)?;
            return Ok(time_travel::sift(model, Filter { query, ..filter }));
        }
        _ => model.session.threads.query.filter = ThreadFilter::parse_with_marks(text)?,
    }
    Ok(Vec::new())
}

/// Returns what can be copied from the focused pane or overlay, each with its name, the most useful first.
fn copies(model: &Model) -> Vec<(&'static str, String)> {
    if let Some(over) = model.overlays.last() {
        return over.copies();
    }
    let session = &model.session;
    let mut copies = Vec::new();
    match model.layout.focus {
        Pane::Threads => {
            if let Some(record) = session.thread() {
                copies.push(("the thread's id", record.id.to_string()));
                copies.push((
                    "the command that resumes the thread",
                    format!("codex resume {}", record.id),
                ));
                copies.extend(list_title(record).map(|title| match title.is_stored {
                    true => ("the name or preview", title.text.into_owned()),
                    false => ("the start of the first user message", title.text.into_owned()),
                }));
                copies.extend(
                    record
                        .rollout_path()
                        .map(|path| ("the rollout path", path.display().to_string())),
                );
            }
        }
        Pane::History => {
            copies.extend(transcript::copies(model));
            if let (Some(item), Some(place)) = (session.item(), session.history.selected()) {
                let texts = ItemTexts::of(place, item).filter(|_| copies.is_empty());
                if let Some(texts) = texts {
                    copies.push(("the text", texts.text));
                    copies.push(("the text as Markdown", texts.markdown));
                }
                copies.push(("the item as JSON", item.text().into_owned()));
                copies.push(("the summary", item_summary(item)));
            }
        }
        Pane::Metadata => {
            if let (Some(row), Some(record)) = (session.metadata.selected(), session.thread()) {
                let whole = row.whole(record);
                let text = Json::trusted(&whole).as_str();
                copies.extend(text.map(|text| ("the value", text.into_owned())));
                copies.push(("the value as JSON", whole.into_owned()));
                copies.push(("the field's name", row.name.clone()));
                if let Some((record, patch)) = session
                    .thread()
                    .and_then(|record| Some((record, record.patch.as_deref()?)))
                {
                    copies.push(("the accumulated patch as JSON", sparse::text(patch)));
                    let step = sparse::step(record.id, &sparse::text(patch));
                    copies.push(("the accumulated patch as a scenario step", step));
                }
            }
        }
        Pane::Patch => copies.extend(patch_io::copies(model)),
        Pane::Journal => copies.extend(time_travel::copies(model)),
        Pane::Calls => {
            copies.push(("the counters as JSON", text_of(&session.snapshot.calls())));
        }
    }
    copies
}

/// Copies the row in the most useful format.
pub fn copy(model: &mut Model) -> Effects {
    match copies(model).into_iter().next() {
        Some((name, text)) => copying::put_on_clipboard(model, name, text),
        None => {
            model.warn("There is nothing to copy here.".to_string());
            Vec::new()
        }
    }
}

/// Opens a list of the formats in which the row can be copied.
pub fn copy_as(model: &mut Model) -> Effects {
    let copies = copies(model);
    if copies.is_empty() {
        model.warn("There is nothing to copy here.".to_string());
        return Vec::new();
    }
    model.open(lists::copies(copies))
}

/// Goes to the next or previous user message. If the user wrote no message, goes to the context or start of the next
/// turn.
pub fn turn(model: &mut Model, forward: bool) -> Effects {
    let history = ensured(model.session.items_of_thread()).clone();
    let view = &mut model.session.history;
    let place = ensured(view.selected());
    let messages = view.marks().user_messages();
    let is_visible = |place: &&usize| view.is_visible(**place);
    let found = match forward {
        true => messages.range(place + 1..).find(is_visible),
        false => messages.range(..place).rev().find(is_visible),
    };
    if let Some(place) = found.copied() {
        view.go_to(place);
        return Vec::new();
    }
    let rows = view.rows();
    let here = view.cursor.at;
    for name in ["turn_context", "task_started"] {
        let begins = |row: &usize| {
            let item = view.place(*row).and_then(|place| history.get(place));
            item.is_some_and(|item| item.kind().name == name)
        };
        let found = match forward {
            true => (here + 1..rows).find(begins),
            false => (0..here).rev().find(begins),
        };
        if let Some(row) = found {
            view.cursor.at = row;
            return Vec::new();
        }
    }
    model.say(
        if forward {
            "This is the last turn."
        } else {
            "This is the first turn."
        }
        .to_string(),
    );
    Vec::new()
}

/// Goes from a call to its output and back. The counterpart is the nearest item of the same line type with the same
/// `call_id`.
pub fn counterpart(model: &mut Model) -> Effects {
    // The entry of a call contains its output.
    if model.session.history.conversation.is_shown {
        return transcript::fold(model);
    }
    let found = find_counterpart(model);
    match found {
        Ok(place) => model.session.history.visit(place),
        Err(sentence) => model.warn(sentence.to_string()),
    }
    Vec::new()
}

fn find_counterpart(model: &Model) -> Result<usize, &'static str> {
    const NO_CALL: &str = "This item is neither a call nor an output: it has no call_id.";
    let session = &model.session;
    let here = session.history.selected().ok_or(NO_CALL)?;
    let history = session.items_of_thread().ok_or(NO_CALL)?;
    let item = history.get(here).ok_or(NO_CALL)?;
    let id = call_id(item).ok_or(NO_CALL)?;
    let answers = answers(item);
    let matches = |(_, other): &(usize, &RolloutItem)| {
        other.kind().outer == item.kind().outer
            && crate::inspector::features::navigation::answers(other) != answers
            && call_id(other).as_deref() == Some(id.as_str())
    };
    let found = match answers {
        false => history
            .range(here + 1..here.saturating_add(REACH))
            .enumerate()
            .find(matches)
            .map(|(at, _)| here + 1 + at),
        true => {
            let from = here.saturating_sub(REACH);
            let before: Vec<&RolloutItem> = history.range(from..here).collect();
            before
                .into_iter()
                .enumerate()
                .rev()
                .find(matches)
                .map(|(at, _)| from + at)
        }
    };
    found.ok_or(match answers {
        true => "The call of this output is not in the history.",
        false => "The output of this call is not in the history.",
    })
}

fn call_id(item: &RolloutItem) -> Option<String> {
    if item.kind().role != AuthorRole::Tool {
        return None;
    }
    item.payload()?.get("call_id")?.as_str().map(|id| id.into_owned())
}

fn answers(item: &RolloutItem) -> bool {
    let name = item.kind().name;
    ["_output", "_end", "_response"]
        .iter()
        .any(|ending| name.ends_with(ending))
}
