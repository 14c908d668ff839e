//! One message into the model, and what is to be done about it outside. Pure: nothing here waits, reads or writes.

use crossterm::event::KeyEvent;

use super::commands::{self, Command};
use super::driver::Effect;
use super::geometry;
use super::importing::count;
use super::keys;
use super::model::{Applied, Call, Effects, Found, Model, Msg, Overlay, Question};
use super::session::Session;
use super::{beside, draft, filing, moving, opening, playing, taking, targets, timeline, writing};
use crate::workbench::Stop;

/// Takes one message into the model; afterwards everything that is derived fits it again.
pub fn update(model: &mut Model, msg: Msg) -> Effects {
    let effects = match msg {
        Msg::Key(event) => {
            model.session.threads.pin();
            key(model, event)
        }
        Msg::Paste(text) => {
            model.session.threads.pin();
            type_text(model, &text)
        }
        Msg::Resize(width, height) => {
            model.size = (width, height);
            Vec::new()
        }
        Msg::News(news) => {
            if let Some(session) = model.session_of(news.store) {
                session.take(news);
            }
            Vec::new()
        }
        Msg::Answered(answered) => {
            opening::answer(model, *answered);
            Vec::new()
        }
        Msg::Applied(applied) => tell_applied(model, applied),
        Msg::Edited(edited) => draft::take_text(model, edited),
        Msg::Opened { id, news } => {
            let store = news.store;
            model.show(Session::new(id, news));
            model.look_at(store);
            Vec::new()
        }
        Msg::Import(news) => {
            let ended = !matches!(news, super::importing::ImportNews::Progress(_));
            if let Some((text, bad)) = model.import.take(news).filter(|_| ended) {
                model.log.say(text, bad);
            }
            Vec::new()
        }
        Msg::Listed(store, listed) => {
            if let Some(session) = model.session_of(store) {
                session.threads.take(*listed);
            }
            Vec::new()
        }
        Msg::Found(found) => take_found(model, found),
        Msg::Filing(news) => filing::take(model, news),
        Msg::Restored(news) => {
            filing::restored(model, news);
            Vec::new()
        }
        Msg::Saved(saved) => taking::saved(model, saved),
        Msg::Beside { number, told } => beside::take(model, number, told),
        Msg::Said(said) => {
            match said {
                Ok(text) => model.say(text),
                Err(text) => model.warn(text),
            }
            Vec::new()
        }
        Msg::Begun(begun) => playing::opening::begun(model, *begun),
        Msg::Played(played) => playing::played(model, *played),
        Msg::Travelled(told) => {
            match told {
                Ok(text) => {
                    model.draft.travelled();
                    model.say(text);
                }
                Err(text) => model.warn(text),
            }
            Vec::new()
        }
        Msg::NotBranched(text) => {
            model.draft.travelled();
            model.warn(text);
            Vec::new()
        }
    };
    let effects = filing::hold(model, effects);
    let mut effects = asked_in_the_past(model, effects);
    for effect in &effects {
        sent(model, effect);
    }
    playing::settle(model, &mut effects);
    model.admit();
    let is_away = model.session.past().is_some() || writing::is_filter(model);
    model.session.threads.leave(is_away);
    model.session.refresh();
    if !model.import.is_running() && !model.filing.is_opening() {
        model.session.threads.pin();
    }
    model.session.threads.come_back(is_away);
    targets::settle(model);
    if !model.overlays.iter().any(|over| matches!(over, Overlay::Text(_))) {
        model.draft.note_edit();
    }
    effects.extend(timeline::settle(model));
    geometry::settle(model);
    let (store, asked) = (model.session.store, model.session.threads.asked());
    effects.extend(asked.map(|listing| Effect::Run(Call::List(store, Box::new(listing)))));
    effects
}

/// A call that is made while the past is looked at begins a branch there, and that is asked first.
fn asked_in_the_past(model: &mut Model, effects: Effects) -> Effects {
    let Some((steps, of)) = model.session.past() else {
        return effects;
    };
    let (calls, mut others): (Effects, Effects) = effects
        .into_iter()
        .partition(|effect| matches!(effect, Effect::Run(call) if call.is_change()));
    let (store, step) = (model.session.store, model.session.journal.tip());
    let outside = model.session.line().outside();
    for call in calls {
        let Effect::Run(call) = call else { continue };
        if step < outside {
            model.warn(Stop::Outside(outside).to_string());
            continue;
        }
        others.extend(model.open(Overlay::Question(Question {
            text: timeline::question(steps, of),
            leaves: false,
            yes: Box::new(move |model| {
                model.session.look_back(usize::MAX);
                let then = Box::new(call);
                vec![Effect::Run(Call::Branch { store, step, then })]
            }),
        })));
    }
    others
}

/// A patch that is on its way to the store was applied, as far as the form is concerned.
fn sent(model: &mut Model, effect: &Effect<Call>) {
    let Effect::Run(call) = effect else { return };
    let call = match call {
        Call::Branch { then, .. } => then,
        call => call,
    };
    if let Call::Apply { threads, .. } = call {
        model.draft.sent(threads);
    }
}

fn key(model: &mut Model, event: KeyEvent) -> Effects {
    model.log.seen();
    let spot = model.spot();
    let command = keys::name(event).and_then(|name| commands::of_key(&name, spot));
    match (command, keys::typed(event)) {
        (Some(command), _) => run(model, command, ""),
        (None, Some(c)) if spot.is_text() => type_text(model, c.encode_utf8(&mut [0; 4])),
        _ => Vec::new(),
    }
}

/// Runs a command, or says why it is not possible now.
pub fn run(model: &mut Model, command: &Command, argument: &str) -> Effects {
    match (command.possible)(model) {
        Ok(()) => (command.make)(model, argument),
        Err(reason) => {
            model.warn(format!("{}: {reason}.", command.name));
            Vec::new()
        }
    }
}

fn type_text(model: &mut Model, text: &str) -> Effects {
    match model.overlays.last_mut() {
        Some(Overlay::Writing(_)) => return writing::insert(model, text),
        Some(Overlay::Finder(finder)) => {
            finder.query.insert(text);
            finder.sift();
        }
        Some(Overlay::Form(form)) => form.insert(text),
        Some(Overlay::Text(_)) => return commands::text::insert(model, text),
        _ => model.warn("Nothing is being written: there is no place for what was pasted.".to_string()),
    }
    Vec::new()
}

/// Says in one sentence what became of a patch: each call that failed says why.
fn tell_applied(model: &mut Model, applied: Applied) -> Effects {
    let Applied { done, failed, fields } = applied;
    let fields = count(fields as u64, "field");
    let method = "update_thread_metadata";
    let reasons = failed.join("; ");
    match (done, failed.len()) {
        (1, 0) => model.say(format!("{method}: applied, {fields} set or cleared.")),
        (done, 0) => model.say(format!(
            "{method}: applied to {done} threads, {fields} set or cleared."
        )),
        (0, 1) => model.warn(format!(
            "{method}: {reasons}; the patch is kept all the same (rule M1)."
        )),
        (done, failed) => model.warn(format!(
            "{method}: applied {done}, failed {failed}: {reasons}; the patch is kept for those too (rule M1)."
        )),
    }
    Vec::new()
}

/// Takes places in which a text was found, and goes to the first one behind the cursor.
fn take_found(model: &mut Model, found: Found) -> Effects {
    let view = &mut model.session.history;
    let here = view.selected().unwrap_or(0);
    let Some(search) = view
        .search
        .as_mut()
        .filter(|search| search.number == found.search)
    else {
        return Vec::new();
    };
    search.places.extend(found.places);
    search.seen = found.seen;
    search.done = found.done;
    let behind = search.places.last().is_some_and(|place| *place >= here);
    let missing = search.done && search.places.is_empty();
    let needle = search.needle.clone();
    if search.jump && (behind || search.done) {
        search.jump = false;
        view.next_match(true, true);
    }
    if missing {
        moving::not_found(model, &needle);
    }
    Vec::new()
}
