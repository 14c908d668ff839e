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
        "{clients} {are} connected: this undoes {calls} made by clients."
    ))
}

/// Asks before an undo while clients are connected. If the user confirms, the undo goes back to the step that the
/// question names, even if more calls were made in the meantime.
pub fn ask(model: &mut Model, effects: &mut Effects) {
    let store = model.session.store;
    let is_undo =
        |effect: &Effect<Call>| matches!(effect, Effect::Run(Call::Travel { to: Moment::Undo, .. }));
    if !effects.iter().any(is_undo) {
        return;
    }
    // If nothing can be undone, the undo itself reports the reason.
    let Some(step) = model.session.line().undo_goes_to() else {
        return;
    };
    if let Some(taken_away) = taken_away(model, step) {
        effects.retain(|effect| !is_undo(effect));
        let text = format!(
            "Undo goes back to step {}. {taken_away} Press y to undo, or n to cancel.",
            grouped(step)
        );
        effects.extend(model.open(Question::new(text, Action::GoBack(store, step))));
    }
}
