//! The terminal interface: a pure core (a model, messages that change it, effects as data, drawing as a function of the
//! model) and the driver that connects it with a real terminal. How a store does its work is left to the rooms above.

pub mod beside;
mod choices;
pub mod commands;
pub mod cursor;
pub mod difference;
pub mod draft;
pub mod draw;
pub mod driver;
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
pub mod log;
pub mod model;
pub mod moving;
pub mod opening;
pub mod panes;
pub mod patch_text;
pub mod picture;
pub mod playing;
pub mod reader;
mod reading;
pub mod recording;
mod rules;
pub mod run;
pub mod search;
pub mod session;
pub mod steps;
pub mod taking;
pub mod targets;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod timeline;
pub mod update;
pub mod writing;

pub use run::{Options, Scenarios, run};

#[cfg(test)]
mod tests;
