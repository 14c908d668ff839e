//! Recognizes files of another format by their first bytes, where a rollout or a scenario is expected: compressed files,
//! UTF-16, databases, and the other files of this program. Only this module says what such a file is and how to open it.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt;
use std::io::{self, Read as _};
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::open::regular;
use crate::contract::{CALLS, Op};

/// The start of every state file.
pub(crate) const STATE_FILE_START: &str = "{\"threadloupe_state\":";

/// The number of bytes by which [`FileFormat::of_file`] recognizes a file.
const PEEK: u64 = 1 << 13;

/// The format of a file. Its display text says what the file is and what to do with it, without a full stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Compressed with gzip.
    Gzip,
    /// Compressed with zstd.
    Zstd,
    /// Text in UTF-16.
    Utf16,
    /// An SQLite database.
    Sqlite,
    /// A scenario.
    Scenario,
    /// A state file.
    State,
    /// A rollout file.
    Rollout,
}

impl FileFormat {
    /// Recognizes a file by its first bytes, which should include at least one line.
    pub fn of(start: &[u8]) -> Option<Self> {
        let magic: [(&[u8], Self); 5] = [
            (&[0x1f, 0x8b, 0x08], Self::Gzip),
            (&[0x28, 0xb5, 0x2f, 0xfd], Self::Zstd),
            (&[0xff, 0xfe], Self::Utf16),
            (&[0xfe, 0xff], Self::Utf16),
            (b"SQLite format 3\0", Self::Sqlite),
        ];
        let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
        magic
            .iter()
            .find(|(bytes, _)| start.starts_with(bytes))
            .map(|(_, format)| *format)
            .or_else(|| is_unmarked_utf16(start).then_some(Self::Utf16))
            .or_else(|| FirstValue::format(text))
    }

    /// Recognizes a regular file by its first bytes. Does not decompress a file whose name ends with `.zst`.
    ///
    /// # Errors
    /// If the file cannot be read or is not a regular file.
    pub fn of_file(path: &Path) -> io::Result<Option<Self>> {
        let file = regular(path)?;
        if path.extension() == Some(OsStr::new("zst")) {
            return Ok(None);
        }
        let mut start = Vec::new();
        file.take(PEEK).read_to_end(&mut start)?;
        Ok(Self::of(&start))
    }

    /// Extracts a format from an [`io::Error`], if it contains one.
    pub fn in_error(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl fmt::Display for FileFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Gzip => "this is gzip data: decompress it (gzip -dc FILE > NEW.jsonl) and open the new file",
            Self::Zstd => "this is zstd data: rename it so that its name ends with .jsonl.zst, or decompress it (zstd -dc)",
            Self::Utf16 => {
                "this is UTF-16 text: convert it to UTF-8 (iconv -f UTF-16 -t UTF-8 FILE > NEW.jsonl) and open the new \
                 file"
            }
            Self::Sqlite => "this is an SQLite database: open the folder that contains it, or a rollout file (*.jsonl)",
            Self::Scenario => {
                "this is a scenario: play it with `threadloupe play FILE`, or run it with `threadloupe run FILE`"
            }
            Self::State => "this is a state file: open it with `threadloupe --state FILE`",
            Self::Rollout => "this is a rollout file: open it with `threadloupe FILE`",
        })
    }
}

impl std::error::Error for FileFormat {}

/// Whether bytes are UTF-8 text; the last character may be incomplete.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text.len(),
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        Err(_) => 0,
    };
    valid > 0 && !bytes.contains(&0)
}

/// Whether bytes are UTF-16 without a byte order mark: ASCII characters that alternate with zero bytes, in either
/// order.
fn is_unmarked_utf16(start: &[u8]) -> bool {
    let is_ascii = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let all = |low: usize, high: usize| {
        let mut units = start.chunks_exact(2).take(8);
        units.all(|unit| is_ascii(unit[low]) && unit[high] == 0)
    };
    start.len() >= 4 && (all(0, 1) || all(1, 0))
}

/// The members of the first JSON value that distinguish the formats of JSON files.
#[derive(Deserialize)]
struct FirstValue<'a> {
    scenario: Option<IgnoredAny>,
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    timestamp: Option<IgnoredAny>,
    r#type: Option<IgnoredAny>,
    payload: Option<IgnoredAny>,
    id: Option<IgnoredAny>,
}

impl FirstValue<'_> {
    /// The format of a text, which may end after its first value.
    fn format(text: &[u8]) -> Option<FileFormat> {
        if text.starts_with(STATE_FILE_START.as_bytes()) {
            return Some(FileFormat::State);
        }
        let mut values = serde_json::Deserializer::from_slice(text).into_iter::<FirstValue<'_>>();
        let first = values.next()?.ok()?;
        let is_scenario = match &first.method {
            Some(method) => method == CALLS || Op::named(method).is_some(),
            None => first.scenario.is_some(),
        };
        let is_wrapped = first.r#type.is_some() && first.payload.is_some();
        match first.timestamp {
            None if is_scenario && !is_wrapped => Some(FileFormat::Scenario),
            Some(_) if !is_scenario && (is_wrapped || first.id.is_some()) => Some(FileFormat::Rollout),
            _ => None,
        }
    }
}
