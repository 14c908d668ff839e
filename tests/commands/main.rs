//! The subcommands, with the real binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test panics"
)]

#[path = "../support/all.rs"]
mod support;

mod adapter_template;
mod check;
mod command_line;
mod configuration;
mod diff;
mod door;
mod handout;
mod list_threads;
mod merge;
mod other_stores;
mod play;
mod preview;
mod recording;
mod run;
mod scenarios;
mod threads;
