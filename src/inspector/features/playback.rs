//! Playing scenarios on the screen: the files that come, one after the other, and how fast; what the keys do with the
//! player of the store that is looked at. How files are opened, how fast steps follow each other, where one stands and how
//! it looks is each in a file below this one.
//!
//! A [`Player`] plays beside the interface and tells what it has played; here is a copy of it. Going back a step moves the
//! cursor of time and plays nothing.

pub mod open;
pub mod view;

use crate::inspector::features::provenance;
use crate::inspector::layout::draw::strip::{self, said};
use crate::inspector::overlays::reader::Reader;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::PlaybackMsg;
use crate::inspector::state::playback::{PlayAction, StepsPlayed};
use crate::inspector::state::session::Session;
use crate::workbench::player::What;
use view::PlaybackView;

/// Whether there is something to be played.
pub fn possible(model: &Model) -> Result<(), &'static str> {
    match (model.playback.awaited, &model.session.player) {
        (true, _) => Err("a scenario is being opened"),
        (false, None) => Err("no scenario is open here: :play PATH opens one"),
        (false, Some(_)) => Ok(()),
    }
}

/// Takes what is told of scenarios.
pub fn take(model: &mut Model, msg: PlaybackMsg) -> Effects {
    match msg {
        PlaybackMsg::Begun(begun) => open::begun(model, *begun),
        PlaybackMsg::Played(told) => played(model, *told),
    }
}

/// Takes what was played.
fn played(model: &mut Model, played: StepsPlayed) -> Effects {
    if played.ended == Some(model.playback.orders.number) {
        model.playback.going = None;
    }
    if played.act == PlayAction::Step {
        model.playback.steps = model.playback.steps.saturating_sub(1);
    }
    if let Some(sentence) = played.wrong {
        model.warn(sentence);
    }
    if let Some(session) = model.session_of(played.news.store) {
        session.player = Some(played.player);
        if session.past().is_none() {
            session.shown = None;
        }
        session.take(played.news);
    }
    Vec::new()
}

fn act(model: &Model, act: PlayAction) -> Effect<Call> {
    let store = model.session.store;
    Effect::Run(Call::Perform { store, act })
}

fn ordered(model: &Model) -> Effect<Call> {
    Effect::Run(Call::Order(model.playback.orders))
}

/// Pauses, or plays on.
pub fn play_or_pause(model: &mut Model) -> Effects {
    match model.playback.is_going(model.session.store) {
        true => vec![pause(model)],
        false => play(model, false),
    }
}

/// Ends what is being played.
pub fn pause(model: &mut Model) -> Effect<Call> {
    model.playback.going = None;
    model.playback.orders.number += 1;
    ordered(model)
}

/// Plays on from now: step by step, or at once to the next note; behind the last step goes on to the next scenario.
pub fn play(model: &mut Model, to_note: bool) -> Effects {
    if model.session.past().is_some() {
        return_to_now(model);
        model.say("Returned to now; playing on from here.".to_string());
    }
    model.session.shown = None;
    let Some(end) = at_end(model) else {
        model.playback.orders.number += 1;
        model.playback.going = Some(model.session.store);
        return vec![ordered(model), act(model, PlayAction::On { to_note })];
    };
    end
}

/// What follows where there is nothing more to be played: the next scenario, or a sentence.
fn at_end(model: &mut Model) -> Option<Effects> {
    let player = model
        .session
        .player
        .as_ref()
        .filter(|player| player.is_at_end())?;
    let empty = player
        .part(player.played())
        .is_some_and(|part| part.script.is_empty());
    if model.playback.next().is_some() {
        return Some(open::open_next(model));
    }
    model.say(
        match empty {
            true => strip::NO_STEP,
            false => "This is the end of the scenario: R restarts it, and , goes back one step.",
        }
        .to_string(),
    );
    Some(Vec::new())
}

/// Goes a step forth: looks at it if it was played, and plays it otherwise.
pub fn forth(model: &mut Model) -> Effects {
    let mut effects = Vec::new();
    if model.playback.is_going(model.session.store) {
        effects.push(pause(model));
    }
    let Some(view) = PlaybackView::of(&model.session) else {
        return effects;
    };
    if view.is_behind() {
        let shown = view.shown + 1;
        look(&mut model.session, shown);
    } else if model.session.past().is_some() {
        return_to_now(model);
    } else if let Some(end) = at_end(model) {
        effects.extend(end);
    } else {
        model.playback.steps += 1;
        effects.push(act(model, PlayAction::Step));
    }
    effects
}

/// Looks at the store as it was a step before.
pub fn back(model: &mut Model) -> Effects {
    let mut effects = Vec::new();
    if model.playback.is_going(model.session.store) {
        effects.push(pause(model));
    }
    let Some(view) = PlaybackView::of(&model.session) else {
        return effects;
    };
    // Calls by hand behind the step are left first.
    let shown = match view.player.tip(view.shown) == model.session.journal.tip() {
        true => view.shown.checked_sub(1),
        false => Some(view.shown),
    };
    match shown {
        Some(shown) => look(&mut model.session, shown),
        None => model.say("This is before the first step.".to_string()),
    }
    effects
}

fn look(session: &mut Session, shown: usize) {
    let Some(tip) = session.player.as_ref().map(|player| player.tip(shown)) else {
        return;
    };
    let steps = session.line().place(tip).map_or(0, |place| place + 1);
    session.look_back(steps);
    session.shown = Some((tip, shown));
}

fn return_to_now(model: &mut Model) {
    model.session.look_back(usize::MAX);
    model.session.shown = None;
}

/// Goes back to where the scenario began, in fact.
pub fn restart(model: &mut Model) -> Effects {
    let paused = pause(model);
    return_to_now(model);
    vec![paused, act(model, PlayAction::Restart)]
}

/// Plays faster or slower.
pub fn speed_up(model: &mut Model, by: isize) -> Effects {
    let speed = &mut model.playback.orders.speed;
    *speed = speed.faster(by);
    vec![ordered(model)]
}

/// Playing ends with whoever looks at another store, at the past, or goes elsewhere in time.
pub fn settle(model: &mut Model, effects: &mut Effects) {
    let travels =
        |effect: &Effect<Call>| matches!(effect, Effect::Run(Call::Travel { .. } | Call::Branch { .. }));
    let leaves = model.session.past().is_some() || !model.playback.is_going(model.session.store);
    if model.playback.going.is_some() && (leaves || effects.iter().any(travels)) {
        let paused = pause(model);
        effects.insert(0, paused);
    }
    model.layout.strip = model.session.player.is_some();
}

/// Opens the step that is looked at.
pub fn open_step(model: &mut Model) -> Effects {
    let Some(view) = PlaybackView::of(&model.session) else {
        return Vec::new();
    };
    let Some(performed) = view.performed else {
        let header = &view.part.script.header;
        let text = header
            .about
            .clone()
            .unwrap_or_else(|| strip::NOT_BEGUN.to_string());
        let title = strip::title(view.part);
        return model.open(Reader::text(title, text));
    };
    let number = performed.place - view.part.first + 1;
    let mut text = performed
        .note
        .clone()
        .map(|note| note + "\n\n")
        .unwrap_or_default();
    let title = match &performed.what {
        What::Call(step) => return provenance::open(model, *step),
        What::Counters => {
            for mismatch in performed.expect.iter().flatten() {
                text.push_str(&said(mismatch));
                text.push('\n');
            }
            text.push_str(&serde_json::to_string_pretty(&model.session.snapshot.calls()).unwrap_or_default());
            format!("Step {number} \u{b7} calls")
        }
        What::Elsewhere(there) => {
            for mismatch in performed.expect.iter().flatten() {
                text.push_str(&said(mismatch));
                text.push('\n');
            }
            text.push_str(&there.came);
            format!("Step {number} \u{b7} store \u{201c}{}\u{201d}", there.store)
        }
        What::Invalid(invalid) => {
            text.push_str(&invalid.message);
            format!("Step {number} \u{b7} no step")
        }
    };
    model.open(Reader::text(title, text))
}
