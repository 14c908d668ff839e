//! The terminal interface: a pure core (a model, messages that change it, effects as data, drawing as a function of the
//! model) and the driver that connects it with a real terminal. How a store does its work is left to the rooms above.

pub mod action;
mod actions;
pub mod beside;
mod choices;
pub mod command;
pub mod commands;
mod comparing;
pub mod cursor;
pub mod difference;
pub mod draft;
pub mod draw;
pub mod driver;
pub mod effect;
pub mod facets;
pub mod filing;
pub mod finder;
pub mod form;
pub mod frame;
pub mod geometry;
pub mod importing;
pub mod json_tree;
pub mod keys;
pub mod laws;
pub mod layout;
pub mod line;
mod lists;
pub mod log;
pub mod model;
pub mod moving;
pub mod msg;
pub mod opening;
pub mod overlay;
pub mod panes;
pub mod parts;
pub mod patch_text;
mod patching;
pub mod playing;
mod prompt;
pub mod question;
pub mod reader;
mod reading;
pub mod recording;
mod rules;
pub mod run;
pub mod search;
pub mod session;
pub mod spot;
mod state_files;
pub mod steps;
mod stores;
pub mod taking;
pub mod targets;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod timeline;
pub mod update;
pub mod writing;

pub use playing::state::Scenarios;
pub use run::{Options, run};

#[cfg(test)]
mod tests;
