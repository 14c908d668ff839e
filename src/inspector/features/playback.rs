//! Plays scenarios: the queue of files, the playback speed, and the keys that control the player of the current store.
//! The submodules open files and compute the playback position.
//!
//! A [`Player`] plays in the background and reports what it has played. The model stores a copy of the player. Going
//! back a step only changes the shown step and plays nothing.

pub mod open;
pub mod view;

use crate::inspector::features::{clients, provenance};
use crate::inspector::layout::draw::strip::{self, said};
use crate::inspector::overlays::question::Question;
use crate::inspector::overlays::reader::Reader;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::Action;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::PlaybackMsg;
use crate::inspector::state::playback::{PlayAction, StepsPlayed};
use crate::inspector::state::session::Session;
use crate::protocol::numbers::grouped;
use crate::workbench::player::PerformedKind;
use view::PlaybackView;

/// Returns whether there is something to play.
pub fn possible(model: &Model) -> Result<(), &'static str> {
    match (model.playback.awaited, &model.session.player) {
        (true, _) => Err("a scenario is being opened"),
        (false, None) => Err("no scenario is open here: :play PATH opens one"),
        (false, Some(_)) => Ok(()),
    }
}

/// Handles messages about scenarios.
pub fn take(model: &mut Model, msg: PlaybackMsg) -> Effects {
    match msg {
        PlaybackMsg::Begun(begun) => open::begun(model, *begun),
        PlaybackMsg::Played(told) => played(model, *told),
    }
}

/// Handles the result of playing steps.
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

/// Pauses or resumes playback.
pub fn play_or_pause(model: &mut Model) -> Effects {
    match model.playback.is_going(model.session.store) {
        true => vec![pause(model)],
        false => play(model, false),
    }
}

/// Stops playback.
pub fn pause(model: &mut Model) -> Effect<Call> {
    model.playback.going = None;
    model.playback.orders.number += 1;
    ordered(model)
}

/// Stops playback if it is running on the shown store.
fn pause_if_going(model: &mut Model) -> Effects {
    match model.playback.is_going(model.session.store) {
        true => vec![pause(model)],
        false => Vec::new(),
    }
}

/// Resumes playback: step by step, or at full speed to the next note. After the last step, continues with the next
/// scenario.
pub fn play(model: &mut Model, to_note: bool) -> Effects {
    if model.session.past().is_some() {
        return_to_now(model);
        model.say("Returned to the latest step; playback continues from there.".to_string());
    }
    model.session.shown = None;
    let Some(end) = at_end(model) else {
        model.playback.orders.number += 1;
        model.playback.going = Some(model.session.store);
        return vec![ordered(model), act(model, PlayAction::On { to_note })];
    };
    end
}

/// Handles the end of a scenario: starts the next scenario, or shows a message.
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
            false => "This is the end of the scenario: press {key:restart} to restart it, or {key:previous-played-step} to go back one step.",
        }
        .to_string(),
    );
    Some(Vec::new())
}

/// Goes one step forward: shows the step if it was already played, and plays it otherwise.
pub fn forth(model: &mut Model) -> Effects {
    let mut effects = pause_if_going(model);
    let view = ensured(PlaybackView::of(&model.session));
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

/// Shows the store one step earlier.
pub fn back(model: &mut Model) -> Effects {
    let effects = pause_if_going(model);
    let view = ensured(PlaybackView::of(&model.session));
    // If manual calls follow the step, goes back to the step first.
    let shown = match view.player.tip(view.shown) == model.session.journal.tip() {
        true => view.shown.checked_sub(1),
        false => Some(view.shown),
    };
    match shown {
        Some(shown) => look(&mut model.session, shown),
        None => model.say("Before the first step.".to_string()),
    }
    effects
}

fn look(session: &mut Session, shown: usize) {
    let tip = ensured(session.player.as_ref()).tip(shown);
    let steps = session.line().place(tip).map_or(0, |place| place + 1);
    session.look_back(steps);
    session.shown = Some((tip, shown));
}

fn return_to_now(model: &mut Model) {
    model.session.look_back(usize::MAX);
    model.session.shown = None;
}

/// Moves the store itself back to the start of the scenario. Asks first if that discards calls of clients.
pub fn restart(model: &mut Model) -> Effects {
    let player = ensured(model.session.player.as_ref());
    let first = player.part(player.played()).map_or(0, |part| part.first);
    let step = player.tip(first);
    let is_lost = model.session.line().client_calls_after(step) > 0;
    if is_lost && let Some(taken_away) = clients::taken_away(model, step) {
        let to = grouped(step);
        let (yes, no) = (model.commands.key("yes"), model.commands.key("no"));
        let text = format!(
            "Restarting the scenario goes back to step {to}. {taken_away} Press {yes} to restart, or {no} to cancel."
        );
        return model.open(Question::new(text, Action::Restart));
    }
    restart_now(model)
}

/// Like [`restart`], without asking.
pub fn restart_now(model: &mut Model) -> Effects {
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

/// Stops playback when the user switches to another store, shows an earlier step, or moves the store to another step.
pub fn settle(model: &mut Model, effects: &mut Effects) {
    let travels =
        |effect: &Effect<Call>| matches!(effect, Effect::Run(Call::Travel { .. } | Call::Branch { .. }));
    let leaves = model.session.past().is_some() || !model.playback.is_going(model.session.store);
    if model.playback.going.is_some() && (leaves || effects.iter().any(travels)) {
        let paused = pause(model);
        effects.insert(0, paused);
    }
    model.layout.strip = strip::needed(model);
}

/// Opens the shown step.
pub fn open_step(model: &mut Model) -> Effects {
    let view = ensured(PlaybackView::of(&model.session));
    let Some(performed) = view.performed else {
        let header = &view.part.script.header;
        let text = header
            .about
            .clone()
            .unwrap_or_else(|| model.commands.fill(strip::NOT_BEGUN).into_owned());
        let title = strip::title(view.part);
        return model.open(Reader::page(title, text));
    };
    let place = performed.place - view.part.first + 1;
    let place = format!("{place} of {}", view.part.end - view.part.first);
    let mut text = performed
        .note
        .clone()
        .map(|note| note + "\n\n")
        .unwrap_or_default();
    let title = match &performed.what {
        PerformedKind::Call(step) => return provenance::open(model, *step),
        PerformedKind::Counters => {
            for mismatch in performed.expect.iter().flatten() {
                text.push_str(&said(mismatch));
                text.push('\n');
            }
            text.push_str(&serde_json::to_string_pretty(&model.session.snapshot.calls()).unwrap_or_default());
            format!("calls \u{b7} {place}")
        }
        PerformedKind::Elsewhere(there) => {
            for mismatch in performed.expect.iter().flatten() {
                text.push_str(&said(mismatch));
                text.push('\n');
            }
            text.push_str(&there.came);
            format!("store \u{201c}{}\u{201d} \u{b7} {place}", there.store)
        }
        PerformedKind::Invalid(invalid) => {
            text.push_str(&invalid.message);
            format!("Invalid step \u{b7} {place}")
        }
    };
    model.open(Reader::page(title, text))
}
