//! Scenarios: a stream of JSON values, each a call with perhaps an expectation. They are read one value at a time
//! ([`Values`]), understood ([`Statement`]), played on a store ([`Session`]) and held against what they expect.
//!
//! The wire forms of steps, answers and expectations are fixed: other programs write and read them.

mod answer;
mod expect;
pub mod expectation;
pub mod files;
mod judge;
mod known;
mod script;
mod session;
mod session_store;
mod statement;
mod stream;
mod values;

pub use answer::{Outcome, Returned, write_failures, write_returned};
pub use expect::{Mismatch, mismatches};
pub use expectation::Key;
pub use judge::{came, moved, unmet};
pub(super) use known::{SANDBOX, TOKENS};
pub use script::{Script, Tell};
pub use session::Session;
pub use session_store::{PlayedCall, Playing, SessionStore};
pub use statement::{Header, Invalid, Method, Parsed, Statement, unrepeated};
pub use stream::Scenario;
pub use values::{Broken, Place, Value, Values};
