//! `threadloupe serve`: other programs call a store over standard input and output, a Unix socket or a port.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

#[path = "door/addresses.rs"]
mod addresses;
#[path = "door/crowd.rs"]
mod crowd;
#[path = "door/endings.rs"]
mod endings;
#[path = "door/library.rs"]
mod library;
#[path = "door/lines.rs"]
mod lines;
#[path = "door/server.rs"]
mod server;
#[path = "door/stdio.rs"]
mod stdio;
