//! `threadloupe serve`: other programs call a store over standard input and output, a Unix socket or a port.

mod addresses;
mod crowd;
mod endings;
mod library;
mod lines;
pub mod server;
mod stdio;
