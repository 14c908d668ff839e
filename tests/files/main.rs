//! Rollout files, homes, state files and exports.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test panics"
)]

#[path = "../support/all.rs"]
mod support;

mod export;
mod fold;
mod golden;
mod homes;
mod import;
mod interrupted;
mod payloads;
mod pipes;
mod query_samples;
mod search;
mod show;
mod sizes;
mod state;
mod wrong_files;
