//! Reads a stored thread from a file or from standard input.

use std::io::{self, Read as _};
use std::path::Path;

use crate::contract::StoredThread;
use crate::protocol::json::Json;
use crate::rollout::open;

/// Checks that standard input, `-`, is named at most once, because it can be read only once. The error is a sentence.
pub(super) fn once<'a>(files: impl Iterator<Item = &'a str>) -> Result<(), String> {
    match files.filter(|file| *file == "-").count() {
        0 | 1 => Ok(()),
        _ => Err("standard input (-) can be read only once; write one of the inputs to a file".to_owned()),
    }
}

/// Reads a stored thread, or the answer of `threadloupe run` to a read. `-` is standard input. The error is a sentence
/// that names the file.
pub(super) fn read(name: &str) -> Result<StoredThread, String> {
    let mut text = String::new();
    let read = match name {
        "-" => io::stdin().read_to_string(&mut text),
        path => open::named(Path::new(path)).and_then(|mut file| file.read_to_string(&mut text)),
    };
    read.map_err(|error| open::unreadable(name, &error))?;
    let wrong = |what: &dyn std::fmt::Display| {
        format!(
            "{name}: not a stored thread: {what}; use the output of `threadloupe export --format json`, or the line that \
             `threadloupe run` prints for a read"
        )
    };
    let json = Json::parse(text.trim()).map_err(|fault| wrong(&fault))?;
    let answer = json.get("step").and_then(|_| json.get("method"));
    let thread = match (answer, json.get("result")) {
        (Some(_), Some(result)) => result,
        (Some(_), None) => return Err(wrong(&"this answer has no result")),
        (None, _) => json,
    };
    serde_json::from_str(thread.text()).map_err(|error| wrong(&error))
}
