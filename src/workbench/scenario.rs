//! Scenarios: a stream of JSON values, each a call with an optional expectation. They are read one value at a time
//! ([`Values`]), parsed ([`Statement`]), played on a store ([`ScenarioSession`]) and compared with their expectations.
//! [`check`] does all of that in a test, and [`check_rows`] for a scenario with rows.
//!
//! The JSON forms of steps, answers and expectations are stable, because other programs write and read them.

mod answer;
mod expect;
pub mod expectation;
pub mod files;
mod judge;
mod keys;
mod known;
mod left_open;
mod lists;
mod report;
mod rows;
mod script;
mod session;
mod session_store;
mod shipped;
pub mod shrink;
mod statement;
mod stream;
mod tally;
pub(crate) mod text;
mod values;

pub use answer::{Outcome, Returned};
pub use expect::{Mismatch, differences, mismatches};
pub use expectation::Key;
pub(super) use judge::Moved;
pub use judge::Verdict;
pub(crate) use judge::{LINTS, came, result_text, unmet};
pub use keys::{KeyPlace, SCENARIO_KEYS, ScenarioKey};
pub(super) use known::SANDBOX;
pub use left_open::{Judged, LeftOpen, ThreadPasts};
pub use lists::ListDifference;
pub use report::{Report, check, check_rows, play, play_rows};
pub(super) use report::{ScenarioReport, to_end};
pub use rows::Row;
pub use script::{Script, ScriptProgressFn};
pub use session::{PlayError, ScenarioSession};
pub use session_store::{PlayedCall, Playing, SessionStore};
pub use shipped::{Shipped, shipped};
pub(crate) use statement::CheckedJson;
pub(crate) use statement::unreadable;
pub use statement::{InvalidStep, Method, Parsed, ScenarioHeader, Statement};
pub use stream::{Scenario, stores};
pub use tally::Tally;
pub use values::{BrokenValue, LineColumn, StreamValue, Values};
