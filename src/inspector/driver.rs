//! The loop between a terminal and the interface: it sleeps until something happens, takes all that is ready, lets the
//! app update, and draws once. What the app is, and what its effects do, is the [`App`]'s and the [`Handler`]'s matter.

mod app;

pub use app::{App, Effect, Handler, Inbox, Mailbox, mailbox};
