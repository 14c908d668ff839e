//! The answers to lines, and how they are written.

use std::io;

use serde::Serialize;

use crate::contract::{Answer, CALLS, OPS};
use crate::workbench::scenario::{Outcome, Returned};

/// The version of the contract of thread stores.
const CONTRACT: &str = "2026-05";

/// The answer to a line.
pub(super) enum AnsweredLine {
    /// The answer to the first line of a client.
    Hello,
    /// The answer to a step.
    Step {
        /// The id of the step, as JSON.
        id: Option<String>,
        /// Its outcome.
        outcome: Box<Outcome>,
    },
}

impl AnsweredLine {
    /// Whether its size does not depend on the number of items and threads in the store.
    pub fn is_small(&self) -> bool {
        let Self::Step { outcome, .. } = self else {
            return true;
        };
        match &outcome.returned {
            Returned::Answer(Answer::Thread(thread)) => thread.history.is_none(),
            Returned::Answer(Answer::Nothing(())) | Returned::Calls(_) | Returned::Error(..) => true,
            _ => false,
        }
    }

    /// Appends it as a line.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    pub fn write(&self, out: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::Step { id, outcome } => outcome.write_with_id(out, id.as_deref()),
            Self::Hello => {
                let hello = Hello {
                    threadloupe: env!("CARGO_PKG_VERSION"),
                    contract: CONTRACT,
                    methods: OPS.iter().map(|row| row.name).chain([CALLS]).collect(),
                };
                serde_json::to_writer(&mut *out, &HelloAnswer { hello })?;
                out.push(b'\n');
                Ok(())
            }
        }
    }
}

/// The answer to the first line of a client.
#[derive(Serialize)]
struct HelloAnswer {
    hello: Hello,
}

#[derive(Serialize)]
struct Hello {
    threadloupe: &'static str,
    contract: &'static str,
    methods: Vec<&'static str>,
}
