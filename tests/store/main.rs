//! The in-memory store, live threads on it and the JSON forms of the contract.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test panics"
)]

#[path = "../support/all.rs"]
mod support;

mod conformance;
mod contract;
mod live;
mod model;
mod outside;
mod pass_through;
mod step_store;
mod time;
mod wire;
mod wire_patch;
