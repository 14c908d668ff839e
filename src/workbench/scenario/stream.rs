//! A scenario as it is read: the header, if it has one, then one step after the other.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Read};

use super::statement::{Header, Parsed};
use super::values::Values;
use crate::protocol::json::Json;

/// A scenario under way. Only the value at hand is held.
pub struct Scenario<R> {
    values: Values<R>,
    /// What it says about itself; the default if it says nothing.
    pub header: Header,
    /// The first value, if it was no header.
    held: Option<Parsed>,
}

impl<R: Read> Scenario<R> {
    /// Begins to read; waits for the first value, which may be the header.
    pub fn open(input: R) -> io::Result<Self> {
        let mut values = Values::new(input);
        let (mut header, mut held) = (Header::default(), None);
        if let Some(value) = values.next_value()? {
            match Parsed::read(&value, true) {
                Parsed::Header(found) => header = found,
                other => held = Some(other),
            }
        }
        Ok(Self { values, header, held })
    }

    /// The next step, or what stands in the place of one; `None` at the end.
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

/// The ids of all registered stores that a scenario names, in its header or in a step.
pub fn stores(input: impl Read) -> io::Result<BTreeSet<String>> {
    let mut values = Values::new(input);
    let mut ids = BTreeSet::new();
    while let Some(value) = values.next_value()? {
        // What is broken names none.
        let Ok(text) = &value.text else { continue };
        let id = Json::trusted(text).get("store").and_then(Json::as_str);
        ids.extend(id.map(Cow::into_owned));
    }
    Ok(ids)
}
