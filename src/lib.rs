//! Coding agents store their sessions as *threads*: metadata that can be patched, and an append-only history. The storage
//! contract is the trait [`ThreadStore`](contract::ThreadStore). This crate is for programs that use or implement such a
//! store. It provides:
//!
//! - an [in-memory store](store::InMemoryThreadStore) that behaves exactly as the contract specifies, for testing code that
//!   uses a store;
//! - [live threads](live::LiveThread), which append an agent's items and update the metadata from them;
//! - [scenarios](workbench::scenario) and a [conformance check](workbench::conformance), for testing your own store;
//! - [import and export](rollout) of rollout files, and a workbench that keeps a [journal](workbench::Workbench) of every
//!   call and can show the store as of any step.
//!
//! The binary of the same name is a terminal inspector built on all of this; its manual is in `docs/`.
//!
//! # Using the store in a test
//! The code under test uses the trait. The test owns the store and checks which methods were called.
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
//! # Using a live thread
//! A live thread appends an agent's items to the store. It drops the items that the persistence policy does not keep, and
//! updates the thread's metadata from the rest.
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
//! # Using a scenario as a test
//! A scenario is a file of calls, each with an optional expectation. It can be played on any store; the report names each
//! step that failed, with the expected and the actual value. The crate includes scenarios for every rule of the contract,
//! and [`conformance::check`](workbench::conformance::check) plays them on your own store.
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
//! Each feature adds the modules in its row and enables the features above it, so that a program only builds what it uses.
//! A module may use the modules above it in this table, but not those below.
//!
//! | module | feature | contains | must not depend on |
//! | --- | --- | --- | --- |
//! | [`protocol`] | | the data that agents write: ids, sources, policies, token usage, git, the lossless [`protocol::RolloutItem`], the KINDS table | stores, files, screens |
//! | [`contract`] | | the `ThreadStore` trait, its parameters, stored types, errors and metadata patch; the FIELDS, OPS and RULES tables; steps and answers | any specific store |
//! | [`store`] | | the in-memory store: persistent state, counters, clock, registry of stores by id | its callers |
//! | [`live`] | `live` | a layer above the store: live threads, metadata sync, persistence policy | any specific store |
//! | [`home`] | `rollout` | an agent's home folder, read-only: the rows of its SQLite databases and its index of names | rollout files, stores |
//! | [`rollout`] | `rollout` | rollout files: find, read, split, import, export | screens |
//! | [`workbench`] | `workbench` | a store that records its calls: journal, the store as of any step, undo, provenance, lints, scenarios (played, checked, recorded), conformance, state files | screens, terminals |
//! | [`door`] | `workbench` | steps and answers over streams: serve a store to other programs, use a store of another program, compare two stores | screens, terminals |
//! | `text` (private) | `tui` | text that is safe to draw in a terminal: width, wrapping, control characters, search | panes, stores |
//! | [`inspector`] | `tui` (the default) | the terminal interface: model, update, effects, commands, panes, theme | how a store is implemented |
//! | `cli` | `tui` | arguments, one file per subcommand, exit status | |
//!
//! Without features, or with `live`, the crate is portable Rust. `rollout` and above need Unix.
#![cfg_attr(
    not(feature = "tui"),
    allow(
        rustdoc::broken_intra_doc_links,
        reason = "they link to modules of other features"
    )
)]

#[cfg(all(feature = "rollout", not(unix)))]
compile_error!(
    "the features `rollout`, `workbench` and `tui` need Unix, because they use its non-blocking file access. \
     On other platforms, use `default-features = false`, with or without the feature `live`."
);

#[cfg(all(feature = "tui", unix))]
#[doc(hidden)]
pub mod cli;
pub mod contract;
#[cfg(all(feature = "workbench", unix))]
pub mod door;
#[cfg(any(all(test, feature = "tui"), feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(all(feature = "rollout", unix))]
pub mod home;
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
