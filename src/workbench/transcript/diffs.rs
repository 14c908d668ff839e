//! Edits of files as diffs: the patches of `apply_patch`, and the changes in events and in `FileChange` items.

use std::borrow::Cow;

use super::{TranscriptBlock, text_in};
use crate::protocol::json::{Json, JsonKind};

/// The first and the last line of a patch.
const BEGIN: &str = "*** Begin Patch";
const END: &str = "*** End Patch";

/// The patch in the arguments of a call: the text itself, or a string in JSON arguments. Without its first and last
/// line.
pub(super) fn patch_in(arguments: &str) -> Option<String> {
    if !arguments.contains(BEGIN) {
        return None;
    }
    let value = match Json::parse(arguments) {
        Ok(value) if value.kind() != JsonKind::String => value,
        _ => return lines_of(arguments),
    };
    let values = value.members().map(|(_, value)| value).chain(value.elements());
    let strings = values.flat_map(|value| value.elements().chain([value]));
    strings
        .filter_map(Json::as_str)
        .find_map(|text| text.contains(BEGIN).then(|| lines_of(&text)).flatten())
}

/// The files that a patch changes, separated by commas.
pub(super) fn files_of(patch: &str) -> String {
    let files = patch.lines().filter_map(|line| {
        let change = line.strip_prefix("*** ")?;
        let (_, file) = change.split_once(" File: ")?;
        Some(file.trim())
    });
    files.collect::<Vec<_>>().join(", ")
}

fn lines_of(text: &str) -> Option<String> {
    let (_, behind) = text.split_once(BEGIN)?;
    let patch = behind.split_once(END).map_or(behind, |(patch, _)| patch);
    let patch = patch.trim_start_matches(['\r', '\n']).trim_end();
    (!patch.is_empty()).then(|| patch.to_owned())
}

/// The changes of an event: an object of paths with `{type, unified_diff | content, move_path}`.
pub(super) fn of_changes<'a>(changes: Json<'a>) -> Vec<TranscriptBlock<'a>> {
    let changes = changes.members().map(|(path, change)| {
        let kind = text_in(change, "type").unwrap_or(Cow::Borrowed("change"));
        let moved = text_in(change, "move_path").map(|to| format!(" \u{2192} {to}"));
        let text = match text_in(change, "unified_diff") {
            Some(diff) => diff,
            None => {
                let sign = if kind == "delete" { '-' } else { '+' };
                let content = text_in(change, "content").unwrap_or_default();
                let lines: Vec<String> = content.lines().map(|line| format!("{sign}{line}")).collect();
                Cow::Owned(lines.join("\n"))
            }
        };
        TranscriptBlock::Diff {
            title: format!("{kind} {path}{}", moved.unwrap_or_default()),
            text,
        }
    });
    changes.collect()
}
