//! Coding agents keep their work as *threads*: metadata that can be patched, and a history that only grows. Behind both
//! stands a storage contract, the trait [`ThreadStore`](contract::ThreadStore). This crate is for programs that use such a
//! store, and for those that are one:
//!
//! - an [in-memory store](store::InMemoryThreadStore) with exactly the contract's behaviour, for tests of what uses a store;
//! - [live threads](live::LiveThread), which append what an agent does and let the metadata follow;
//! - [scenarios](workbench::scenario) and a [conformance check](workbench::conformance), for tests of a store of one's own;
//! - [import and export](rollout) of rollout files, and a workbench that keeps a [journal](workbench::Workbench) of every
//!   call, from which the store can be looked at as of any step.
//!
//! The binary of the same name is a terminal inspector over all of it; its manual is the README.
//!
//! # A store in a test
//! The code under test knows the trait; the test holds the store, and asks it what was called.
//!
//! ```
//! use threadloupe::contract::{CreateThreadParams, ThreadMetadataPatch, ThreadStore, UpdateThreadMetadataParams};
//! use threadloupe::protocol::ThreadId;
//! use threadloupe::store::InMemoryThreadStore;
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let store = InMemoryThreadStore::default();
//! let id = ThreadId::new();
//! store.create_thread(CreateThreadParams::new(id)).await?;
//!
//! let mut patch = ThreadMetadataPatch::default();
//! patch.set_name("First steps");
//! let thread = store.update_thread_metadata(UpdateThreadMetadataParams::new(id, patch)).await?;
//!
//! assert_eq!(thread.name.as_deref(), Some("First steps"));
//! assert_eq!(store.calls().await.update_thread_metadata, 1);
//! # Ok::<(), threadloupe::contract::ThreadStoreError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A live thread
//! What an agent appends goes through a live thread, which drops what need not be kept and tells the store what the items
//! say about the thread.
//!
#![cfg_attr(feature = "live", doc = "```")]
#![cfg_attr(not(feature = "live"), doc = "```ignore")]
//! use std::sync::Arc;
//! use threadloupe::contract::CreateThreadParams;
//! use threadloupe::live::LiveThread;
//! use threadloupe::protocol::{RolloutItem, ThreadId};
//! use threadloupe::store::InMemoryThreadStore;
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let store = Arc::new(InMemoryThreadStore::default());
//! let thread = LiveThread::create(store, CreateThreadParams::new(ThreadId::new())).await?;
//!
//! let said = r#"{"type":"event_msg","payload":{"type":"user_message","message":"Fix the test"}}"#;
//! thread.append_items(&[RolloutItem::parse(said)?]).await?;
//!
//! assert_eq!(thread.read_thread(false, false).await?.preview, "Fix the test");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A scenario as a test
//! A scenario is a file of calls with what is expected of each. It plays on any store; the report says which step came out
//! otherwise, what was wanted and what came. Scenarios for every rule of the contract come with the crate, and
//! [`conformance::check`](workbench::conformance::check) plays them on a store of one's own.
//!
#![cfg_attr(feature = "workbench", doc = "```")]
#![cfg_attr(not(feature = "workbench"), doc = "```ignore")]
//! use std::sync::Arc;
//! use threadloupe::store::InMemoryThreadStore;
//! use threadloupe::workbench::{conformance, scenario};
//!
//! # let file = tempfile::NamedTempFile::new()?;
//! # let path = file.path();
//! # /*
//! let path = "tests/scenarios/renaming.jsonl";
//! # */
//! std::fs::write(path, r#"
//!     {"scenario": "renaming", "clock": "2026-05-13T00:28:15Z"}
//!     {"method": "create_thread", "params": {"thread_id": "0198f2a3-0000-7000-8000-000000000001"}}
//!     {"method": "update_thread_metadata",
//!      "params": {"thread_id": "0198f2a3-0000-7000-8000-000000000001", "patch": {"name": "new"}},
//!      "expect": {"result": {"name": "new"}}}
//! "#)?;
//! let report = scenario::check(path, Arc::new(InMemoryThreadStore::default()));
//! assert!(report.passed(), "{report}");
//!
//! conformance::check(InMemoryThreadStore::default);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules and features
//! Each feature brings the modules in its row and needs the features above it, so that a program builds no more than it
//! uses. A module may use those above it in this table, never those below.
//!
//! | module | feature | owns | must not know |
//! | --- | --- | --- | --- |
//! | [`protocol`] | | what agents write down: ids, sources, policies, token usage, git, the lossless [`protocol::RolloutItem`], the KINDS table | stores, files, screens |
//! | [`contract`] | | the `ThreadStore` trait, its parameters, stored types, errors and metadata patch; the FIELDS, OPS and RULES tables; steps and answers | any one store |
//! | [`store`] | | the in-memory store: persistent state, counters, clock, registry of stores by id | who calls it |
//! | [`live`] | `live` | what sits above a store: live threads, metadata sync, persistence policy | any one store |
//! | [`rollout`] | `rollout` | rollout files: find, read, split, import, export | screens |
//! | [`workbench`] | `workbench` | one store under observation: journal, the store as of any step, undo, provenance, lints, scenarios (played, checked, recorded), conformance, state files | screens, terminals |
//! | [`inspector`] | `tui` (the default) | the terminal interface: model, update, effects, commands, panes, theme | how a store does its work |
//! | `cli` | `tui` | arguments, one file a subcommand, exit status | |
//!
//! Without features, and with `live`, the crate is plain Rust for any platform; from `rollout` on it needs Unix.
#![cfg_attr(
    not(feature = "tui"),
    allow(
        rustdoc::broken_intra_doc_links,
        reason = "they lead to modules of other features"
    )
)]

#[cfg(all(feature = "rollout", not(unix)))]
compile_error!(
    "the features `rollout`, `workbench` and `tui` need Unix: they open files without waiting, in ways that only it has. \
     `default-features = false`, with or without the feature `live`, builds everywhere."
);

#[cfg(all(feature = "tui", unix))]
#[doc(hidden)]
pub mod cli;
pub mod contract;
#[cfg(any(all(test, feature = "tui"), feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(all(feature = "tui", unix))]
pub mod inspector;
#[cfg(feature = "live")]
pub mod live;
pub mod protocol;
#[cfg(all(feature = "rollout", unix))]
pub mod rollout;
pub mod store;
#[cfg(all(feature = "tui", unix))]
mod text;
#[cfg(all(feature = "workbench", unix))]
pub mod workbench;

pub use chrono;
pub use uuid;
