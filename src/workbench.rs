//! A store that records its calls. Every call through [`Workbench::store`] is recorded in a journal; changes that
//! bypass it are detected and recorded too. The journal gives the origin of each value, and [`Journal::at`] returns the
//! store as it was after any step. Reading the store through [`Workbench::snapshot`] is not a call and is not counted.
//!
//! This module also reads, plays and checks scenarios, which are files of calls, and warns about calls that the
//! contract accepts but that may not do what was intended.
//!
//! Does not depend on the screen or the terminal.

pub mod call_stats;
pub(crate) mod composed;
pub mod conformance;
pub mod context_fill;
pub mod demo;
pub mod diff;
pub mod effect;
pub mod failures;
pub mod gist;
pub mod handout;
mod imports;
pub mod item_image;
mod item_marks;
mod item_summary;
mod journal;
mod keys;
pub mod laws;
pub mod lints;
mod observed;
pub mod patches;
pub mod player;
pub mod preview;
mod provenance;
pub mod query;
pub mod random;
pub mod recording;
pub mod redact;
pub mod request;
pub mod scenario;
pub(crate) mod short;
pub mod sparse;
pub mod state_file;
pub mod transcript;
mod undo;
#[doc(hidden)]
pub mod whole_file;
mod why;

pub use imports::{ImportOrigin, ImportedThread, Imports, ItemChange, item_changes};
pub use item_marks::{ItemMark, ItemMarks, Rollback};
pub use item_summary::item_summary;
pub use journal::{Annotation, CallError, Journal, JournalEntry, ReplayedCall, TouchedPart};
pub use observed::{ObservedStore, PlayedStep, Workbench};
pub use player::Player;
pub use provenance::{Origin, Origins, ThreadValue, ValueState, ValueStep};
pub use request::Request;
pub use undo::{Branch, TimeTravelError};
pub use why::{Explanation, why};
