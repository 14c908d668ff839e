//! Whose thread a file is: the id in its header, else the one in its name, else one made of its bytes.

use std::ffi::OsStr;

use sha1_smol::Sha1;
use uuid::{Builder, Uuid};

use super::limit::Limit;
use super::lines::{Lines, split};
use super::open::Input;
use super::report::{Code, Problem};
use crate::protocol::{RolloutItem, ThreadId, kinds};

/// Headers stand in the first line and are rarely longer than this many bytes.
const PEEK: usize = 32 << 10;

/// Whose a file is.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Its thread; none for an empty file, which is nobody's.
    pub thread_id: Option<ThreadId>,
    /// The item that tells of the thread: its first session_meta or bare header.
    pub header: Option<RolloutItem>,
    /// Whether there is one.
    pub is_headed: bool,
    /// Its length in bytes as it lies there.
    pub length: u64,
}

/// Finds out whose a file is. Reads up to its header; a file without one is read to its end.
///
/// # Errors
/// If the file cannot be read that far, or has bytes but no line that is an object.
pub fn identify(of: &Input, limit: &Limit) -> Result<Identity, Problem> {
    let mut lines = Lines::open(of, PEEK, limit)?;
    let length = lines.length();
    let named = in_name(of.source.name());
    let mut digest = Sha1::new();
    digest.update(Uuid::NAMESPACE_URL.as_bytes());
    let (mut bytes, mut objects) = (0, 0);
    let mut header: Option<RolloutItem> = None;
    let found = |thread_id, header: Option<RolloutItem>| {
        Ok(Identity {
            thread_id: Some(thread_id),
            is_headed: header.is_some(),
            header,
            length,
        })
    };
    while let Some(block) = lines.block()? {
        for line in split(block.bytes(), bytes == 0) {
            if header.is_some() {
                break;
            }
            let item = RolloutItem::of_line(&block, line.content, 0).filter(|item| !item.is_damaged());
            objects += u64::from(item.is_some());
            header = item.filter(is_header);
        }
        if let Some(known) = header.as_ref().and_then(id_of).or(header.as_ref().and(named)) {
            return found(known, header);
        }
        bytes += block.bytes().len();
        digest.update(block.bytes());
    }
    match (bytes, objects) {
        (0, _) => Ok(Identity {
            thread_id: None,
            header: None,
            is_headed: false,
            length,
        }),
        (_, 0) => {
            let what = "no line of this file is a JSON object: is it a rollout?";
            Err(Problem::new(Code::NotARollout, what))
        }
        _ => found(named.unwrap_or_else(|| made_of(&digest)), header),
    }
}

/// A version 5 UUID of what was digested, whose start is the namespace.
fn made_of(digest: &Sha1) -> ThreadId {
    let mut start = [0; 16];
    start
        .iter_mut()
        .zip(digest.digest().bytes())
        .for_each(|(byte, from)| *byte = from);
    Builder::from_sha1_bytes(start).into_uuid().into()
}

/// Whether an item tells of its thread: a session_meta, or the header of a bare file.
fn is_header(item: &RolloutItem) -> bool {
    item.kind().outer == "session_meta" || std::ptr::eq(item.kind(), kinds::kind(kinds::BARE_HEADER))
}

fn id_of(header: &RolloutItem) -> Option<ThreadId> {
    ThreadId::from_string(&header.payload()?.get("id")?.as_str()?).ok()
}

/// The last UUID in a file's name, in its hyphenated form.
fn in_name(name: &OsStr) -> Option<ThreadId> {
    let form = |text: &[u8]| {
        let fits = |(at, &byte): (usize, &u8)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        };
        text.iter()
            .enumerate()
            .all(fits)
            .then(|| Uuid::try_parse_ascii(text).ok())
            .flatten()
    };
    name.as_encoded_bytes()
        .windows(36)
        .rev()
        .find_map(form)
        .map(ThreadId::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_in_a_name() {
        let id = |name: &str| in_name(OsStr::new(name)).map(|id| id.to_string());
        let uuid = "38b123ff-933b-4dfe-bd12-d42671fcb25f";
        assert_eq!(
            id(&format!("rollout-2025-08-19T08-25-08-{uuid}.jsonl")).as_deref(),
            Some(uuid)
        );
        assert_eq!(
            id(&format!("{}.jsonl.zst", uuid.to_uppercase())).as_deref(),
            Some(uuid)
        );
        assert_eq!(
            id(&format!("019985ca-7ef7-7580-a921-c20ac619f40b-{uuid}")).as_deref(),
            Some(uuid)
        );
        assert_eq!(
            id("rollout-2025-08-19T08-25-08-38b123ff933b4dfebd12d42671fcb25f.jsonl"),
            None
        );
        assert_eq!(id("rollout.jsonl"), None);
    }

    #[test]
    fn the_id_of_bytes_is_version_five() {
        let mut digest = Sha1::new();
        digest.update(Uuid::NAMESPACE_URL.as_bytes());
        digest.update(b"{\"a\":1}\n");
        assert_eq!(
            made_of(&digest).uuid(),
            Uuid::new_v5(&Uuid::NAMESPACE_URL, b"{\"a\":1}\n")
        );
    }
}
