//! The clients that call the store on the screen: shows their number in the title, and asks for confirmation before an
//! action discards their calls.

use crate::inspector::overlays::question::Question;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::Action;
use crate::inspector::state::effect::{Call, Effects, Moment};
use crate::inspector::state::model::Model;
use crate::protocol::numbers::{count, grouped};

/// Receives the number of clients that are connected.
pub fn take(model: &mut Model, clients: usize) {
    match &mut model.listening {
        Some(listening) => listening.clients = clients,
        None => debug_assert!(false, "nobody can connect"),
    }
}

/// Returns the part of the title that says how many clients are connected.
pub fn title(model: &Model) -> Option<String> {
    let listening = model.listening?;
    Some(match listening.clients {
        0 => "listening, no client".to_string(),
        clients => format!("listening, {}", count(clients as u64, "client")),
    })
}

/// Returns whether the Journal shows the clients of the steps.
pub fn are_shown(model: &Model) -> bool {
    let is_called = |listening| listening == model.session.store;
    model
        .listening
        .is_some_and(|listening| is_called(listening.store))
        || model.session.line().client_calls() > 0
}

/// Returns a sentence that says how many calls of clients are discarded by going back to a step. Returns `None` if no
/// client is connected.
pub fn taken_away(model: &Model, step: u64) -> Option<String> {
    let listening = model.listening?;
    if listening.store != model.session.store || listening.clients == 0 {
        return None;
    }
    let clients = count(listening.clients as u64, "client");
    let are = if listening.clients == 1 { "is" } else { "are" };
    let calls = count(model.session.line().client_calls_after(step), "call");
    Some(format!(
        "{clients} {are} connected: this discards {calls} made by clients."
    ))
}

/// Asks before the store goes to another point in its history while clients are connected: before each undo, and before a
/// redo or a switch to another branch if it takes away calls of clients. Then an undo goes back to the step that the
/// question names, even if more calls were made in the meantime.
pub fn ask(model: &mut Model, effects: &mut Effects) {
    let store = model.session.store;
    let unasked = effects.iter().find_map(|effect| match effect {
        Effect::Run(Call::Travel {
            to, is_asked: false, ..
        }) => Some(*to),
        _ => None,
    });
    let Some(question) = unasked.and_then(|to| question(model, to)) else {
        return;
    };
    effects.retain(|effect| !matches!(effect, Effect::Run(Call::Travel { .. })));
    let (text, to) = question;
    effects.extend(model.open(Question::new(text, Action::GoTo(store, to))));
}

/// Returns the question before the store goes to a point in its history, and the point to which it then goes. Returns
/// `None` if nothing is asked.
fn question(model: &Model, to: Moment) -> Option<(String, Moment)> {
    let line = model.session.line();
    let is_lost = |step: &u64| line.client_calls_after(*step) > 0;
    let (stays, what, verb, to) = match to {
        // If there is nothing to undo, the undo says why.
        Moment::Undo => {
            let step = line.undo_goes_to()?;
            let what = format!("Undo goes back to step {}.", grouped(step));
            (step, what, "undo", Moment::Back(step))
        }
        Moment::Redo => {
            let step = model.session.redo?;
            let stays = Some(line.stays_until(step)).filter(is_lost)?;
            let what = format!("Redo goes to step {}.", grouped(step));
            (stays, what, "redo", to)
        }
        Moment::Branch(tip) => {
            let stays = Some(line.stays_until(tip)).filter(is_lost)?;
            let what = format!("Switching goes to the branch of step {}.", grouped(tip));
            (stays, what, "switch", to)
        }
        Moment::Back(_) => return None,
    };
    let taken_away = taken_away(model, stays)?;
    let (yes, no) = (model.commands.key("yes"), model.commands.key("no"));
    let text = format!("{what} {taken_away} Press {yes} to {verb}, or {no} to cancel.");
    Some((text, to))
}
