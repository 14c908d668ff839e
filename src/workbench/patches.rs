//! Patches as texts: read with the place of what is wrong, merged in order, and for each key the patch that decided it.

use std::io::{self, Read};

use super::lints::{self, Lint};
use super::scenario::{Value, Values, unrepeated};
use crate::contract::{ParamValue, ThreadMetadataPatch};
use crate::protocol::json::Json;

/// A patch that was read.
#[derive(Clone, Debug)]
pub struct PatchText {
    /// The patch.
    pub patch: ThreadMetadataPatch,
    /// What a person should hear about its text.
    pub lints: Vec<Lint>,
}

/// Reads every patch of a stream; the inner error is a sentence with the place, behind which nothing is read.
pub fn read_all(input: impl Read) -> io::Result<Result<Vec<PatchText>, String>> {
    let mut values = Values::new(input);
    let mut patches = Vec::new();
    while let Some(value) = values.next_value()? {
        match read(&value) {
            Ok(patch) => patches.push(patch),
            Err(sentence) => return Ok(Err(sentence)),
        }
    }
    if patches.is_empty() {
        return Ok(Err(
            "there is no patch in it: a patch is a JSON object such as {\"name\":\"new\"}".to_string(),
        ));
    }
    Ok(Ok(patches))
}

/// Reads the one patch that a text is.
pub fn read_one(text: &str) -> Result<PatchText, String> {
    let patches = read_all(text.as_bytes()).map_err(|error| error.to_string())??;
    match <[PatchText; 1]>::try_from(patches) {
        Ok([patch]) => Ok(patch),
        Err(patches) => Err(format!(
            "these are {} patches: write one, a single JSON object",
            patches.len()
        )),
    }
}

/// Reads one patch.
pub fn read(value: &Value) -> Result<PatchText, String> {
    let text = match &value.text {
        Ok(text) => text,
        Err(broken) => {
            return Err(format!(
                "line {}, column {}: {}",
                broken.place.line, broken.place.column, broken.what
            ));
        }
    };
    let at = |at: usize, message: &str| {
        let place = value.place(text, at);
        format!("line {}, column {}: {message}", place.line, place.column)
    };
    let json = Json::parse(text).map_err(|fault| at(fault.at, fault.what))?;
    unrepeated(text).map_err(|(place, message)| at(place, &message))?;
    let patch = ThreadMetadataPatch::read(json).map_err(|fault| at(fault.at, &fault.to_string()))?;
    Ok(PatchText {
        patch,
        lints: lints::of_patch_text(json),
    })
}

/// Patches merged in order.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// What they say together.
    pub patch: ThreadMetadataPatch,
    /// For each key that is set or cleared, in wire order, the number (from 1) of the last patch that did so.
    pub decided_by: Vec<(&'static str, usize)>,
}

/// Merges patches in order.
pub fn merge<'a>(patches: impl IntoIterator<Item = &'a ThreadMetadataPatch>) -> Merged {
    let mut merged = Merged::default();
    let mut deciders = std::collections::HashMap::new();
    for (index, patch) in patches.into_iter().enumerate() {
        merged.patch.merge(patch);
        for (field, _) in super::sparse::changes(patch) {
            deciders.insert(field.name, index + 1);
        }
    }
    merged.decided_by = super::sparse::changes(&merged.patch)
        .filter_map(|(field, _)| Some((field.name, *deciders.get(field.name)?)))
        .collect();
    merged
}
