//! Finds the thread that a file belongs to: the id in its header, else the id in its name, else one derived from its bytes.

use std::ffi::OsStr;
use std::hash::BuildHasher as _;

use foldhash::quality::FixedState;
use sha1_smol::Sha1;
use uuid::{Builder, Uuid};

use super::find::plain_name;
use super::format::FileFormat;
use super::known::FileStamp;
use super::limit::Limit;
use super::lineage::HistoryBase;
use super::lines::{Lines, split};
use super::open::RolloutInput;
use super::report::{Problem, ProblemCode, TrailingData};
use crate::protocol::json::Json;
use crate::protocol::{RolloutItem, ThreadId, kinds};

/// The header is in the first line and rarely longer than this many bytes.
const PEEK: usize = 32 << 10;

/// The thread that a file belongs to.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    /// Its thread; `None` for an empty file.
    pub thread_id: Option<ThreadId>,
    /// The header item of the thread: the first session_meta or bare header.
    pub header: Option<RolloutItem>,
    /// Whether there is a header item.
    pub is_headed: bool,
    /// Its size on disk in bytes.
    pub length: u64,
    /// The id of its rollout: the second id in its name if a revert created the file, otherwise the id of its thread.
    pub rollout: Option<ThreadId>,
    /// The rollout that it continues.
    pub base: Option<HistoryBase>,
    /// What is wrong with the base in its header, as a sentence about the file.
    pub base_fault: Option<&'static str>,
    /// A digest of its header line, used to find copies of a file. `None` if it has no header.
    pub header_digest: Option<u64>,
    /// Data that is not zstd after the last frame of a compressed file; known once the file was read to its end.
    pub trailing: Option<TrailingData>,
    /// Its state on disk, if this is known to be the state at the last import.
    pub(crate) stamp: Option<FileStamp>,
}

/// Finds the thread that a file belongs to. Reads the file up to its header, or to its end if it has none.
///
/// # Errors
/// If the file cannot be read that far, has another format, or is not empty but has no line that is a JSON object.
pub fn identify(of: &RolloutInput, limit: &Limit) -> Result<Identity, Problem> {
    let mut lines = Lines::open(of, PEEK, limit)?;
    let length = lines.length();
    let named = in_name(of.source.name());
    let mut digest = Sha1::new();
    digest.update(Uuid::NAMESPACE_URL.as_bytes());
    let (mut bytes, mut objects) = (0, 0);
    let mut header: Option<RolloutItem> = None;
    let found = |thread_id, (base, base_fault), header: Option<RolloutItem>| {
        Ok(Identity {
            thread_id: Some(thread_id),
            is_headed: header.is_some(),
            length,
            rollout: Some(reverted(of.source.name()).unwrap_or(thread_id)),
            base,
            base_fault,
            header_digest: header
                .as_ref()
                .map(|header| FixedState::default().hash_one(header.bytes())),
            trailing: None,
            stamp: None,
            header,
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
            let is_first = bytes == 0 && line.start == 0;
            if is_first
                && header.is_none()
                && let Some(other) =
                    FileFormat::of(block.bytes()).filter(|format| *format != FileFormat::Rollout)
            {
                return Err(Problem::new(ProblemCode::NotARollout, other.to_string()));
            }
        }
        if let Some(item) = &header {
            let (id, base) = id_and_base(item);
            if let Some(known) = id.or(named) {
                return found(known, base, header);
            }
        }
        bytes += block.bytes().len();
        digest.update(block.bytes());
    }
    match (bytes, objects) {
        (0, _) => Ok(Identity {
            length,
            trailing: lines.trailing(),
            ..Identity::default()
        }),
        (_, 0) => {
            let what = "no line of this file is a JSON object; check that it is a rollout file";
            Err(Problem::new(ProblemCode::NotARollout, what))
        }
        _ => {
            let base = header
                .as_ref()
                .map_or((None, None), |header| id_and_base(header).1);
            found(named.unwrap_or_else(|| made_of(&digest)), base, header)
        }
    }
}

/// The version 5 UUID of the digested bytes, which start with the namespace.
fn made_of(digest: &Sha1) -> ThreadId {
    let mut start = [0; 16];
    start
        .iter_mut()
        .zip(digest.digest().bytes())
        .for_each(|(byte, from)| *byte = from);
    Builder::from_sha1_bytes(start).into_uuid().into()
}

/// Whether an item is a header: a session_meta, or the header of a bare file.
pub(super) fn is_header(item: &RolloutItem) -> bool {
    item.kind().outer == "session_meta" || std::ptr::eq(item.kind(), kinds::kind(kinds::BARE_HEADER))
}

/// The id in a header.
pub(super) fn id_of(header: &RolloutItem) -> Option<ThreadId> {
    ThreadId::from_string(&header.payload()?.get("id")?.as_str()?).ok()
}

/// The id in a header, the rollout that it continues, and what is wrong with that rollout reference, if anything. A
/// header can be long, so its members are read only once.
fn id_and_base(header: &RolloutItem) -> (Option<ThreadId>, (Option<HistoryBase>, Option<&'static str>)) {
    let (mut id, mut base) = (None, None);
    for (name, value) in header.payload().into_iter().flat_map(Json::members) {
        match name.as_ref() {
            "id" => id = Some(value),
            "history_base" => base = Some(value),
            _ => {}
        }
    }
    let id = id.and_then(|id| ThreadId::from_string(&id.as_str()?).ok());
    (id, HistoryBase::of(base))
}

/// The id of the rollout in the name of a file that a revert created: `...-<thread id>_<rollout id>.jsonl`.
fn reverted(name: &OsStr) -> Option<ThreadId> {
    let end = plain_name(name).strip_suffix(b".jsonl")?;
    let (before, rollout) = end.split_at_checked(end.len().checked_sub(36)?)?;
    let ids = before.strip_suffix(b"_")?;
    let thread = ids.get(ids.len().checked_sub(36)?..)?;
    Uuid::try_parse_ascii(thread).ok()?;
    Uuid::try_parse_ascii(rollout).ok().map(ThreadId::from)
}

/// The id of the thread in a file's name: the last UUID in its hyphenated form, or the one before it if a revert created the
/// file.
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
    let skipped = usize::from(reverted(name).is_some());
    let ids = name.as_encoded_bytes().windows(36).rev().filter_map(form);
    ids.map(ThreadId::from).nth(skipped)
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
        let other = "019985ca-7ef7-7580-a921-c20ac619f40b";
        let name = format!("rollout-2025-08-19T08-25-08-{uuid}_{other}.jsonl.zst");
        assert_eq!(id(&name).as_deref(), Some(uuid));
        assert_eq!(reverted(OsStr::new(&name)).unwrap().to_string(), other);
        assert_eq!(reverted(OsStr::new(&format!("rollout-{uuid}.jsonl"))), None);
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
