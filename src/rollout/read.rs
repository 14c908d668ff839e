//! Reads one file as items: classifies and counts each line, and keeps all bytes that are not items in a [`Skeleton`].

use std::sync::Arc;

use serde::Serialize;

use super::ahead::ParsedBlocks;
use super::known::ReadPosition;
use super::limit::Limit;
use super::lines::{Lines, split};
use super::open::RolloutInput;
use super::report::Problem;
use crate::protocol::RolloutItem;
use crate::protocol::item::TextBlock;

/// The layout of the lines of a file, taken from the first line that is an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineLayout {
    /// Without `payload`.
    Bare,
    /// With `payload`.
    Wrapped,
    /// With `payload` and `ordinal`.
    Paginated,
}

impl LineLayout {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Wrapped => "wrapped",
            Self::Paginated => "paginated",
        }
    }

    fn of(item: &RolloutItem) -> Self {
        match (item.is_wrapped(), item.has_ordinal()) {
            (true, true) => Self::Paginated,
            (true, false) => Self::Wrapped,
            (false, _) => Self::Bare,
        }
    }
}

/// The counts for one or more files; `lines = items + blank + damaged`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Bytes, after decompression.
    pub bytes: u64,
    /// Lines, including a last line without line feed unless it is empty.
    pub lines: u64,
    /// Lines that are JSON objects.
    pub items: u64,
    /// Lines that contain only white space.
    pub blank: u64,
    /// All other lines. They are stored too, as damaged items.
    pub damaged: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.lines += other.lines;
        self.items += other.items;
        self.blank += other.blank;
        self.damaged += other.damaged;
    }
}

/// The position of a block in its file.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BlockPosition {
    lines: u64,
    bytes: u64,
}

impl BlockPosition {
    /// Moves to the end of a block.
    pub fn pass(&mut self, block: &[u8]) {
        let unended = block.last().is_some_and(|&byte| byte != b'\n');
        self.lines += memchr::memchr_iter(b'\n', block).count() as u64 + u64::from(unended);
        self.bytes += block.len() as u64;
    }
}

/// A parsed block of a file.
#[derive(Default)]
pub(crate) struct ParsedBlock {
    items: Vec<RolloutItem>,
    counts: Counts,
    layout: Option<LineLayout>,
    skeleton: Skeleton,
}

impl ParsedBlock {
    /// Parses the block at a position and moves the position to its end.
    pub fn of(block: &Arc<TextBlock>, place: &mut BlockPosition) -> Self {
        let bytes = block.bytes();
        let mut part = Self::default();
        for line in split(bytes, place.bytes == 0) {
            part.counts.lines += 1;
            let number = u32::try_from(place.lines + part.counts.lines).unwrap_or(u32::MAX);
            let Some(item) = RolloutItem::of_line(block, line.content, number) else {
                part.counts.blank += 1;
                part.skeleton.bytes(&bytes[line.start..line.end]);
                continue;
            };
            if item.is_damaged() {
                part.counts.damaged += 1;
            } else {
                part.counts.items += 1;
                part.layout = part.layout.or_else(|| Some(LineLayout::of(&item)));
            }
            let own = item.place();
            part.skeleton
                .item(&bytes[line.start..own.start], &bytes[own.end..line.end]);
            part.items.push(item);
        }
        part.counts.bytes = bytes.len() as u64;
        place.lines += part.counts.lines;
        place.bytes += part.counts.bytes;
        part
    }
}

/// Reads a file part by part.
pub struct RolloutReader {
    parts: ParsedBlocks,
    length: u64,
    counts: Counts,
    layout: Option<LineLayout>,
    skeleton: Skeleton,
}

impl RolloutReader {
    /// Opens a file. `segment` is the number of bytes to read at a time.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(of: impl Into<RolloutInput>, segment: usize, limit: &Limit) -> Result<Self, Problem> {
        Self::of(Lines::open(of, segment, limit)?, BlockPosition::default(), None)
    }

    /// Opens a file that was read before, for the complete lines that were appended since.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(crate) fn appended(
        of: &RolloutInput,
        position: &ReadPosition,
        layout: Option<LineLayout>,
        segment: usize,
        limit: &Limit,
    ) -> Result<Self, Problem> {
        let lines = Lines::appended(of, position.bytes, segment, limit)?;
        let place = BlockPosition {
            lines: position.lines,
            bytes: position.bytes,
        };
        Self::of(lines, place, layout)
    }

    fn of(lines: Lines, place: BlockPosition, layout: Option<LineLayout>) -> Result<Self, Problem> {
        Ok(Self {
            length: lines.length(),
            parts: ParsedBlocks::of(lines, place)?,
            counts: Counts::default(),
            layout,
            skeleton: Skeleton::default(),
        })
    }

    /// The items of the next part, including damaged ones; `None` at the end of the file.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn items(&mut self) -> Result<Option<Vec<RolloutItem>>, Problem> {
        let Some(part) = self.parts.part()? else {
            return Ok(None);
        };
        self.counts += part.counts;
        self.layout = self.layout.or(part.layout);
        self.skeleton.extend(part.skeleton);
        Ok(Some(part.items))
    }

    /// The counts so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The size of the file on disk when it was opened, in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The layout; `None` until a line is an object.
    pub fn layout(&self) -> Option<LineLayout> {
        self.layout
    }

    /// All bytes read so far that are not items.
    pub fn into_skeleton(self) -> Skeleton {
        self.skeleton
    }
}

/// The bytes of a file that are not its items: line ends, blank lines, white space around items, a byte order mark.
/// Together with the items, they reproduce the file byte for byte.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skeleton(Vec<SkeletonPiece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum SkeletonPiece {
    /// A number of items, each followed by the same bytes.
    Items(u64, LineEnd),
    Bytes(Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Nothing,
    Feed,
    ReturnFeed,
}

impl Skeleton {
    /// Appends the skeleton of the next part.
    fn extend(&mut self, behind: Self) {
        for piece in behind.0 {
            match (self.0.last_mut(), piece) {
                (Some(SkeletonPiece::Items(count, after)), SkeletonPiece::Items(more, same))
                    if *after == same =>
                {
                    *count += more
                }
                (Some(SkeletonPiece::Bytes(bytes)), SkeletonPiece::Bytes(more)) => bytes.extend(more),
                (_, piece) => self.0.push(piece),
            }
        }
    }

    fn item(&mut self, before: &[u8], after: &[u8]) {
        self.bytes(before);
        let (end, more) = match after {
            b"\n" => (LineEnd::Feed, &[][..]),
            b"\r\n" => (LineEnd::ReturnFeed, &[][..]),
            other => (LineEnd::Nothing, other),
        };
        match self.0.last_mut() {
            Some(SkeletonPiece::Items(count, same)) if *same == end => *count += 1,
            _ => self.0.push(SkeletonPiece::Items(1, end)),
        }
        self.bytes(more);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        match self.0.last_mut() {
            _ if bytes.is_empty() => {}
            Some(SkeletonPiece::Bytes(before)) => before.extend_from_slice(bytes),
            _ => self.0.push(SkeletonPiece::Bytes(bytes.to_vec())),
        }
    }

    /// Writes the file: these bytes, with the items inserted in order.
    ///
    /// # Errors
    /// If `out` cannot be written; `UnexpectedEof` if there are fewer items than the file had.
    pub fn write<'a>(
        &self,
        mut items: impl Iterator<Item = &'a RolloutItem>,
        out: &mut dyn std::io::Write,
    ) -> std::io::Result<()> {
        for piece in &self.0 {
            let (count, after): (u64, &[u8]) = match piece {
                SkeletonPiece::Bytes(bytes) => {
                    out.write_all(bytes)?;
                    continue;
                }
                SkeletonPiece::Items(count, LineEnd::Nothing) => (*count, b""),
                SkeletonPiece::Items(count, LineEnd::Feed) => (*count, b"\n"),
                SkeletonPiece::Items(count, LineEnd::ReturnFeed) => (*count, b"\r\n"),
            };
            for _ in 0..count {
                let item = items.next().ok_or(std::io::ErrorKind::UnexpectedEof)?;
                out.write_all(&item.bytes())?;
                out.write_all(after)?;
            }
        }
        Ok(())
    }
}
