//! Steps and answers over streams, one JSON object per line. [`serve`] answers the steps of one client on a store, and a
//! [`Listener`] those of any number of clients. A `RemoteStore` is a store in another program: a process, or a
//! program that listens on a socket.
//!
//! The steps and answers are those of [scenarios](crate::workbench::scenario). Does not depend on the screen or the
//! terminal.

mod address;
mod connection;
mod lines;
mod listener;

pub use address::{Address, InvalidAddress};
pub use connection::{ConnectionOptions, serve, serve_with};
pub use lines::MAX_LINE;
pub use listener::{ListenError, Listener, ListenerOptions};
