//! The inspector, with the real binary on a pseudo-terminal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test panics"
)]

#[path = "../support/all.rs"]
mod support;

mod embedded;
mod find_samples;
mod follow;
mod input;
mod listen;
mod looks;
mod manners;
mod opening;
mod patch_form;
mod patch_lab;
mod plain;
mod program;
mod questions;
mod stage;
mod stalled;
mod tasks;
mod terminal;
mod tmux;
mod tutor;
