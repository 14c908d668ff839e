//! One store under observation. Every call that goes through [`Workbench::store`] is written into a journal, and what came
//! past it is noticed and written down as well, so that each value can say where it comes from, and [`Journal::at`] gives the store as it was after any step; looking at the store
//! through [`Workbench::snapshot`] is no call and moves no counter.
//!
//! Scenarios, which are calls written down in files, are read, played and checked here too, with the sentences that a
//! person should hear about calls that the contract accepts in silence.
//!
//! Knows no screen and no terminal.

pub mod conformance;
pub mod demo;
pub mod diff;
pub mod effect;
pub mod gist;
mod journal;
mod keys;
pub mod laws;
pub mod lints;
mod observed;
pub mod patches;
pub mod player;
mod provenance;
pub mod recording;
pub mod scenario;
pub(crate) mod short;
pub mod sparse;
pub mod state_file;
mod undo;
#[doc(hidden)]
pub mod whole_file;
mod why;

pub use journal::{Again, Entry, Failure, Journal, Mark, Remark};
pub use observed::{ObservedStore, Played, Workbench};
pub use player::Player;
pub use provenance::{Origin, Origins, Said, Subject, Told};
pub use undo::{Branch, Stop};
pub use why::{Why, why};
