//! The terminal interface: a pure core (a model, messages that change it, effects as data, drawing as a function of the
//! model) and the runtime that connects it with a real terminal. How a store does its work is left to the modules below.
//!
//! | folder | owns |
//! | --- | --- |
//! | `runtime` | the event loop, the terminal, and the executor of effects |
//! | `state` | the model and its parts, messages and effects; knows no feature |
//! | `widgets` | cursors, rows, the theme, the JSON tree, the line that is written |
//! | `overlays` | what lies over the panes, one file each |
//! | `panes` | one folder for each pane |
//! | `features` | what keys and messages do to the model, one file for each feature |
//! | `commands` | the COMMANDS table, one file for each subject |
//! | `layout` | where panes stand, and the screen as a whole |
//!
//! A message goes through `update`, which calls its feature and then the passes that bring derived state up to date.

pub(crate) mod commands;
pub(crate) mod features;
mod layout;
mod overlays;
pub(crate) mod panes;
pub(crate) mod runtime;
mod state;
mod update;
mod widgets;

pub use runtime::{Failed, Options, run};
pub(crate) use state::playback::Scenarios;

/// What the tests and benchmarks of this crate reach into; no part of its interface.
#[doc(hidden)]
pub mod internals {
    pub use super::commands::COMMANDS;
    pub use super::layout::draw::{draw, draw_stale};
    pub use super::runtime::{event_loop, terminal};
    pub use super::state::command::Commands;
    pub use super::state::effect::Call;
    pub use super::state::model::Model;
    pub use super::state::msg::{JobMsg, Msg};
    pub use super::state::session::{News, Session, StoreKey};
    pub use super::update::update;
    pub use super::widgets::theme::{Level, Theme};
}

#[cfg(test)]
mod tests;
