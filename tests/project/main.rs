//! The structure of the crate and its documentation.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test panics"
)]

#[path = "../support/all.rs"]
mod support;

mod errors;
mod house;
mod readme;
mod rules;
mod scenario_format;
