//! A loupe for thread stores: an embedded in-memory store with the exact behaviour of the `ThreadStore` contract, and
//! the terminal inspector that drives it.
//!
//! # The rooms
//! A room may use those above it in this table, never those below. The test `tests/house.rs` holds the `use` lines
//! against it.
//!
//! | room | owns | must not know |
//! | --- | --- | --- |
//! | [`protocol`] | what agents write down: ids, sources, policies, token usage, git, the lossless [`protocol::RolloutItem`], the KINDS table | stores, files, screens |
//! | [`contract`] | the `ThreadStore` trait, its parameters, stored types, errors and metadata patch; the FIELDS, OPS and RULES tables; steps and answers | any one store |
//! | [`store`] | the in-memory store: persistent state, counters, clock, registry of stores by id | who calls it |
//! | [`live`] | what sits above a store: live threads, metadata sync, persistence policy | any one store |
//! | [`rollout`] | rollout files: find, read, split, import, export | screens |
//! | [`workbench`] | one store under observation: journal, the store as of any step, undo, provenance, lints, scenarios (played, recorded), state files | screens, terminals |
//! | [`inspector`] | the terminal interface: model, update, effects, commands, panes, theme | how a store does its work |
//! | [`cli`] | arguments, one file a subcommand, exit status | |

#[cfg(feature = "tui")]
pub mod cli;
pub mod contract;
#[cfg(feature = "tui")]
pub mod inspector;
#[cfg(feature = "live")]
pub mod live;
pub mod protocol;
#[cfg(feature = "rollout")]
pub mod rollout;
pub mod store;
#[cfg(feature = "tui")]
mod text;
#[cfg(feature = "workbench")]
pub mod workbench;

pub use chrono;
pub use uuid;
