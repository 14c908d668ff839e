//! The calls of the store on the screen: updates the rows of the Calls pane, sorts them, limits them to a thread or a
//! client, freezes them, and wakes up when a rate changes without another call.

use crate::inspector::features::playback::view::moved;
use crate::inspector::panes::Pane;
use crate::inspector::panes::calls::columns::{self, COLUMNS};
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::protocol::numbers::grouped;
use crate::workbench::call_stats::CallScope;

/// Updates the rows to the shown step. Many calls are added in the background.
pub fn settle(model: &mut Model, effects: &mut Effects) {
    let moved = moved(&model.session);
    let mut to_add = model.session.refresh_calls(moved);
    let now = model.now();
    if changes_at(model).is_some_and(|at| at <= now) {
        pass(model);
        to_add = to_add.or(model.session.refresh_calls(moved));
    }
    model.session.calls.changes_at = changes_at(model);
    let store = model.session.store;
    effects.extend(to_add.map(|calls| Effect::Run(Call::AddCalls(store, Box::new(calls)))));
}

/// Updates the rates to the present time.
pub fn pass(model: &mut Model) {
    let (step, now) = (model.session.journal.tip(), model.now());
    model.session.calls.pass(step, now);
}

/// Returns when a visible rate changes without another call. With a fixed clock, rates do not change.
fn changes_at(model: &Model) -> Option<chrono::DateTime<chrono::Utc>> {
    let session = &model.session;
    let is_live = session.past().is_none() && session.snapshot.clock().is_none();
    let is_shown = || model.arrangement().place(Pane::Calls).is_some();
    let calls = &session.calls;
    let until = calls.until().filter(|_| is_live && is_shown())?;
    until.checked_add_signed(calls.rates_change_in()?)
}

/// Sorts the rows by the next column, or by the one with a name.
pub fn sort(model: &mut Model, name: &str) -> Effects {
    let calls = &mut model.session.calls;
    let column = match (name.trim(), columns::named(name.trim())) {
        ("", _) => (calls.order().0 + 1) % COLUMNS.len(),
        (_, Some(column)) => column,
        (name, None) => {
            let names: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
            let names = names.join(", ");
            model.warn(format!("There is no column {name}; the columns are {names}."));
            return Vec::new();
        }
    };
    calls.sort_by(column);
    let name = COLUMNS[column].name;
    model.say(format!(
        "Calls are sorted by {name}; {{key:reverse-calls}} reverses the order."
    ));
    Vec::new()
}

/// Switches between the calls that name the selected thread and all calls.
pub fn of_thread(model: &mut Model) -> Effects {
    let scope = match model.session.calls.scope() {
        CallScope::Thread(_) => CallScope::All,
        _ => CallScope::Thread(ensured(model.session.thread()).id),
    };
    limit(model, scope)
}

/// Counts the calls of the next client, or of the one with a name. After the last client, all calls are counted again.
pub fn of_client(model: &mut Model, name: &str) -> Effects {
    let calls = &model.session.calls;
    // While another limit applies, not all clients are known.
    let clients: Vec<_> = model.session.calls.clients().into_iter().collect();
    let next = match (name, calls.scope()) {
        ("", CallScope::Client(client)) => {
            let place = clients.iter().position(|known| known == client);
            place.and_then(|place| clients.get(place + 1)).cloned()
        }
        ("", _) => clients.first().cloned(),
        (name, _) => {
            let found = clients.iter().find(|client| client.as_deref() == Some(name));
            if found.is_none() {
                model.warn(format!("No client with the name {name} has made a call."));
                return Vec::new();
            }
            found.cloned()
        }
    };
    limit(model, next.map_or(CallScope::All, CallScope::Client))
}

fn limit(model: &mut Model, scope: CallScope) -> Effects {
    let text = match &scope {
        CallScope::All => "All calls are counted.".to_string(),
        CallScope::Thread(id) => {
            format!(
                "Only the calls that name thread {id} are counted; {{key:calls-of-thread}} counts all again."
            )
        }
        CallScope::Client(Some(name)) => format!("Only the calls of the client {name} are counted."),
        CallScope::Client(None) => "Only calls that were not made by a named client are counted.".to_string(),
    };
    model.session.calls.limit(scope);
    model.say(text);
    Vec::new()
}

/// Freezes the rows at the shown step, or lets them follow the store again.
pub fn freeze(model: &mut Model) -> Effects {
    let step = model.session.journal.tip();
    model.session.calls.freeze(step);
    match model.session.calls.frozen() {
        Some(step) => model.say(format!(
            "The counts stay as they were after step {}; {{key:freeze}} lets them follow again.",
            grouped(step)
        )),
        None => model.say("The counts follow the store again.".to_string()),
    }
    Vec::new()
}
