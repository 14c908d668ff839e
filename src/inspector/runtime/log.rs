//! What the log of the inspector contains: the names of commands, the messages on the screen, and how long updates took.
//! It contains no typed text and no content of threads, except what a message on the screen quotes.

use std::time::Instant;

use tracing::Level;

use crate::inspector::state::action::Action;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::Msg;
use crate::inspector::update::{command, update};
use crate::text::visible;

/// Updates the model and logs it, if there is a log.
pub fn logged(model: &mut Model, msg: Msg) -> Effects {
    if !tracing::enabled!(Level::DEBUG) {
        return update(model, msg);
    }
    let what = description(model, &msg);
    let context = model.context().name();
    let before = model.log.len();
    let began = Instant::now();
    let effects = update(model, msg);
    let micros = began.elapsed().as_micros();
    tracing::debug!(context, micros, effects = effects.len(), "{what}");
    for sentence in model.log.since(before) {
        match sentence.bad {
            true => tracing::warn!("{}", visible(&sentence.text)),
            false => tracing::info!("{}", visible(&sentence.text)),
        }
    }
    effects
}

fn description(model: &Model, msg: &Msg) -> String {
    match msg {
        Msg::Key(_) => match command(model, msg) {
            Some(command) => format!("command {}", command.name),
            None => "a key without a command".to_string(),
        },
        Msg::Resize(columns, rows) => format!("size {columns}x{rows}"),
        Msg::Mouse(_) => "the mouse".to_string(),
        Msg::Background(_) => "the background of the terminal".to_string(),
        Msg::Paste(text) => format!("a paste of {} bytes", text.len()),
        Msg::Perform(action, _) => match &**action {
            Action::Command(command) => format!("command {}", command.name),
            Action::Op(op) => format!("form of {}", op.name()),
            _ => "another action".to_string(),
        },
        Msg::Store(_) => "news of a store".to_string(),
        Msg::Call(_) => "an answer".to_string(),
        Msg::Patch(_) => "a patch".to_string(),
        Msg::Import(_) => "an import".to_string(),
        Msg::StateFile(_) => "a state file".to_string(),
        Msg::Playback(_) => "playback".to_string(),
        Msg::Time(_) => "time travel".to_string(),
        Msg::Job(..) => "a job".to_string(),
        Msg::Found(_)
        | Msg::Counted(..)
        | Msg::Marks(..)
        | Msg::Transcript(..)
        | Msg::CallsAdded(..)
        | Msg::RatesChange
        | Msg::Clients(_)
        | Msg::Said(_) => "news of background work".to_string(),
    }
}
