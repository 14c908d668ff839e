//! What the test programs share. A program or a benchmark that needs one part only includes the file of that part.

#![allow(dead_code, reason = "no program uses all of it")]

pub mod homes;
pub mod html;
pub mod rollouts;
pub mod sources;
pub mod steps;
pub mod stored_thread;
pub mod terminal;
