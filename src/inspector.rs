//! The terminal interface. It consists of a pure core (a model, messages that change the model, effects as data, and
//! drawing as a function of the model) and a runtime that connects the core to a terminal. No module here implements
//! store behavior.
//!
//! | folder | owns |
//! | --- | --- |
//! | `runtime` | the event loop, the terminal, and the executor that runs effects |
//! | `state` | the model and its parts, messages and effects; depends on no feature |
//! | `widgets` | cursors, rows, the theme, the JSON tree, the text input |
//! | `overlays` | overlays drawn over the panes, one file each |
//! | `panes` | the panes, one folder each |
//! | `features` | how keys and messages change the model, one file for each feature |
//! | `commands` | the COMMANDS table, one file for each group of commands |
//! | `legend` | what the signs and words of the screen mean |
//! | `layout` | the position of each pane, and drawing the whole screen |
//! | `configuration` | the configuration file: options and keys |
//! | `picture` | the cells of the screen as a file |
//!
//! `update` processes each message. It calls the feature that handles the message, then runs the passes that update
//! derived state.

pub(crate) mod commands;
pub(crate) mod configuration;
pub(crate) mod features;
mod layout;
pub(crate) mod legend;
mod overlays;
pub(crate) mod panes;
mod picture;
pub(crate) mod runtime;
mod state;
mod update;
mod widgets;

pub(crate) use configuration::Look;
pub use runtime::{InspectorError, Options, run};
pub(crate) use state::command::Commands;
pub(crate) use state::playback::Scenarios;
pub(crate) use widgets::theme::ThemeName;

/// Internals that the tests and benchmarks of this crate use. Not part of the public API.
#[doc(hidden)]
pub mod internals {
    pub use super::commands::COMMANDS;
    pub use super::configuration::options::OPTIONS;
    pub use super::layout::draw::{draw, draw_stale};
    pub use super::legend::{LegendRow, rows as legend};
    pub use super::runtime::{event_loop, terminal};
    pub use super::state::command::Commands;
    pub use super::state::effect::Call;
    pub use super::state::model::Model;
    pub use super::state::msg::{JobMsg, Msg};
    pub use super::state::session::{Session, StoreKey, StoreNews};
    pub use super::update::update;
    pub use super::widgets::theme::{ColorLevel, Theme};
}

#[cfg(test)]
mod tests;
