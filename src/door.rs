//! Steps and answers over streams, one JSON object per line. [`serve`] answers the steps of one client on a store, and
//! a [`Listener`] answers the steps of any number of clients. A [`RemoteStore`] is a store in another program: a
//! process, or a program that listens on a socket. A [`ComparedStore`] makes each call on the in-memory store and on
//! another one, and compares the answers.
//!
//! The steps and answers are those of [scenarios](crate::workbench::scenario). Does not depend on the screen or the
//! terminal.

mod address;
mod answered;
mod check;
mod compared;
mod connection;
mod lines;
mod link;
mod listener;
mod many;
mod process;
mod received;
mod remote;
mod sent;

pub use address::{Address, InvalidAddress};
pub use check::{Check, CheckError, Checked, Difference};
pub use compared::ComparedStore;
pub use connection::{ConnectionOptions, serve, serve_with};
pub use lines::MAX_LINE;
pub use link::RemoteError;
pub use listener::{ListenError, Listener, ListenerOptions};
pub use process::end_all as end_all_processes;
pub use remote::{InvalidStoreAddress, RemoteStore, StoreAddress};
