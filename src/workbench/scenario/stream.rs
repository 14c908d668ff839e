//! Reads a scenario from a stream: its header, if it has one, then one step at a time.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Read};

use super::statement::{Parsed, ScenarioHeader};
use super::values::Values;
use crate::protocol::json::Json;

/// A scenario that is being read. Only the current value is stored in memory.
pub struct Scenario<R> {
    values: Values<R>,
    /// Its header; the default if it has none.
    pub header: ScenarioHeader,
    /// The first value, if it is not a header.
    held: Option<Parsed>,
}

impl<R: Read> Scenario<R> {
    /// Starts to read a scenario. Waits for the first value, because it may be the header.
    pub fn open(input: R) -> io::Result<Self> {
        let mut values = Values::new(input);
        let (mut header, mut held) = (ScenarioHeader::default(), None);
        if let Some(value) = values.next_value()? {
            match Parsed::read(&value, true) {
                Parsed::Header(found) => header = found,
                other => held = Some(other),
            }
        }
        Ok(Self { values, header, held })
    }

    /// The next step, or the error if it is invalid; `None` at the end of the stream.
    pub fn next_step(&mut self) -> io::Result<Option<Parsed>> {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        let Some(value) = self.values.next_value()? else {
            return Ok(None);
        };
        Ok(Some(Parsed::read(&value, false)))
    }
}

/// The ids of all registered stores that a scenario names in its header or in a step.
pub fn stores(input: impl Read) -> io::Result<BTreeSet<String>> {
    let mut values = Values::new(input);
    let mut ids = BTreeSet::new();
    while let Some(value) = values.next_value()? {
        // A value that is not valid JSON names no store.
        let Ok(text) = &value.text else { continue };
        let id = Json::trusted(text).get("store").and_then(Json::as_str);
        ids.extend(id.map(Cow::into_owned));
    }
    Ok(ids)
}
