//! Reads a scenario from a stream: its header, if it has one, then one step at a time.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Read};

use super::rows;
use super::statement::{Parsed, ScenarioHeader};
use super::values::{StreamValue, Values};
use crate::protocol::json::Json;
use crate::rollout::format::FileFormat;

/// A scenario that is being read. Only the current value is stored in memory, unless the header has several rows: then
/// the steps are kept, so that they can be played again for the next row.
pub struct Scenario<R> {
    values: Values<R>,
    /// Its header; the default if it has none.
    pub header: ScenarioHeader,
    /// The first value, if it is not a header.
    held: Option<Parsed>,
    /// The index of the current row.
    row: usize,
    /// The steps that were read, if there is another row.
    kept: Vec<StreamValue>,
    /// The index of the next step in `kept`.
    next: usize,
}

impl<R: Read> Scenario<R> {
    /// Starts to read a scenario. Waits for the first value, because it may be the header.
    ///
    /// # Errors
    /// If the stream cannot be read, or is a file of another format, such as a rollout.
    pub fn open(input: R) -> io::Result<Self> {
        let mut values = Values::new(input);
        let (mut header, mut held) = (ScenarioHeader::default(), None);
        if let Some(value) = values.first_value(FileFormat::Scenario)? {
            match Parsed::read(&value, true) {
                Parsed::Header(found) => header = found,
                other => held = Some(other),
            }
        }
        Ok(Self {
            values,
            header,
            held,
            row: 0,
            kept: Vec::new(),
            next: 0,
        })
    }

    /// The next step of the current row, or the error if it is invalid; `None` at the end of the row.
    pub fn next_step(&mut self) -> io::Result<Option<Parsed>> {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        let rows = &self.header.rows;
        if let Some(value) = self.kept.get(self.next) {
            self.next += 1;
            return Ok(Some(Parsed::read_in_row(value, rows, self.row)));
        }
        let Some(value) = self.values.next_value()? else {
            return Ok(None);
        };
        if rows.is_empty() {
            return Ok(Some(Parsed::read(&value, false)));
        }
        let parsed = Parsed::read_in_row(&value, rows, self.row);
        if rows.len() > 1 {
            self.kept.push(value);
            self.next += 1;
        }
        Ok(Some(parsed))
    }

    /// The number of the current row, starting at 1; `None` if the scenario has no rows.
    pub fn row(&self) -> Option<usize> {
        (!self.header.rows.is_empty()).then_some(self.row + 1)
    }

    /// Goes to the first step of the next row. Returns false if there is none.
    pub fn next_row(&mut self) -> bool {
        let is_there = self.row + 1 < self.header.rows.len();
        if is_there {
            self.row += 1;
            self.next = 0;
        }
        is_there
    }
}

/// The ids of all registered stores that a scenario names in its header or in a step, in any of its rows.
pub fn stores(input: impl Read) -> io::Result<BTreeSet<String>> {
    let mut values = Values::new(input);
    let (mut ids, mut rows, mut first) = (BTreeSet::new(), Vec::new(), true);
    while let Some(value) = values.next_value()? {
        if std::mem::take(&mut first)
            && let Parsed::Header(header) = Parsed::read(&value, true)
        {
            ids.extend(header.store);
            rows = header.rows;
            continue;
        }
        // A value that is not valid JSON names no store.
        let Ok(text) = &value.text else { continue };
        let Some(store) = Json::trusted(text).get("store") else {
            continue;
        };
        for row in 0..rows.len().max(1) {
            // A step with an unknown variable is invalid and is played on no store.
            if rows.is_empty() {
                ids.extend(store.as_str().map(Cow::into_owned));
            } else if let Ok(store) = rows::fill(store.text(), &rows, row) {
                ids.extend(Json::trusted(&store.text).as_str().map(Cow::into_owned));
            }
        }
    }
    Ok(ids)
}
