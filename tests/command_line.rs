//! The command line as a whole: what holds for every subcommand that has an option, an output or a help page of a kind.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

#[path = "command_line/on_a_terminal.rs"]
mod on_a_terminal;
#[path = "command_line/order.rs"]
mod order;
#[path = "command_line/pages.rs"]
mod pages;
#[path = "support/rollouts.rs"]
mod rollouts;
#[path = "support/terminal.rs"]
mod terminal;
