//! The sparse form of a patch: only what it sets or clears, a clear as `null`. A patch of git that says nothing is not in it.

use std::fmt::Write as _;

use crate::contract::{Change, FIELDS, Field, Op, ThreadMetadataPatch};
use crate::protocol::ThreadId;

/// What a patch says about each field that it does not leave alone, in wire order; git's parts, not git as a whole.
pub fn changes(patch: &ThreadMetadataPatch) -> impl Iterator<Item = (&'static Field, Change)> {
    FIELDS
        .iter()
        .filter(|field| field.is_part() || field.name != "git_info")
        .map(|field| (field, field.get(patch)))
        .filter(|(_, change)| *change != Change::Leave)
}

/// The patch as a JSON object.
pub fn text(patch: &ThreadMetadataPatch) -> String {
    let mut text = String::from("{");
    let mut in_git = false;
    for (field, change) in changes(patch) {
        let value = match &change {
            Change::Set(value) => value.as_str(),
            _ => "null",
        };
        match field.name.split_once('.') {
            Some((whole, part)) => {
                if !std::mem::replace(&mut in_git, true) {
                    let _ = write!(text, "{}\"{whole}\":{{", comma(&text));
                }
                let _ = write!(text, "{}\"{part}\":{value}", comma(&text));
            }
            None => {
                if std::mem::take(&mut in_git) {
                    text.push('}');
                }
                let _ = write!(text, "{}\"{}\":{value}", comma(&text), field.name);
            }
        }
    }
    if in_git {
        text.push('}');
    }
    text.push('}');
    text
}

/// The parameters of the call that applies a patch to a thread, as a JSON object.
pub fn params(id: ThreadId, patch: &ThreadMetadataPatch) -> String {
    format!("{{\"thread_id\":\"{id}\",\"patch\":{}}}", text(patch))
}

/// The call that applies a patch to a thread, as a step of a scenario.
pub fn step(id: ThreadId, patch: &ThreadMetadataPatch) -> String {
    let method = Op::UpdateThreadMetadata.name();
    format!("{{\"method\":\"{method}\",\"params\":{}}}", params(id, patch))
}

fn comma(text: &str) -> &'static str {
    if text.ends_with('{') { "" } else { "," }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_it_says_is_in_it() {
        for (wire, sparse) in [
            ("{}", "{}"),
            (r#"{"git_info":{}}"#, "{}"),
            (r#"{"model":null,"git_info":null}"#, "{}"),
            (r#"{"name":null,"model":"m"}"#, r#"{"name":null,"model":"m"}"#),
            (
                r#"{"memory_mode":"enabled","git_info":{"branch":"main","sha":null},"name":""}"#,
                r#"{"name":"","git_info":{"sha":null,"branch":"main"},"memory_mode":"enabled"}"#,
            ),
        ] {
            let patch: ThreadMetadataPatch = serde_json::from_str(wire).unwrap();
            assert_eq!(text(&patch), sparse);
            let again: ThreadMetadataPatch = serde_json::from_str(sparse).unwrap();
            assert_eq!(text(&again), sparse);
        }
    }
}
