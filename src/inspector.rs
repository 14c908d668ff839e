//! The terminal interface: a pure core (a model, messages that change it, effects as data, drawing as a function of the
//! model) and the driver that connects it with a real terminal. How a store does its work is left to the rooms above.

pub mod driver;
pub mod json_tree;
pub mod terminal;
pub mod text;
pub mod theme;
