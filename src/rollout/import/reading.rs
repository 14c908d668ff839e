//! Reads the items of one file, and separates those in the history from those that were cut off.

use std::sync::Arc;

use super::super::limit::Limit;
use super::super::lineage::{Extent, Piece};
use super::super::lines::SEGMENT;
use super::super::open::RolloutInput;
use super::super::read::{Counts, LineLayout, RolloutReader, Skeleton};
use super::super::report::Problem;
use crate::protocol::RolloutItem;
use crate::protocol::numbers::grouped;

/// The contents of a file.
pub(super) struct WholeFile {
    pub(super) items: Vec<RolloutItem>,
    pub(super) counts: Counts,
    pub(super) layout: Option<LineLayout>,
    skeleton: Skeleton,
    length: u64,
}

impl WholeFile {
    pub(super) fn read(input: &RolloutInput, limit: &Limit) -> Result<Self, Problem> {
        let mut reader = RolloutReader::open(input, SEGMENT, limit)?;
        let mut items = Vec::new();
        while let Some(more) = reader.items()? {
            items.extend(more);
        }
        Ok(Self {
            items,
            counts: reader.counts(),
            layout: reader.layout(),
            length: reader.length(),
            skeleton: reader.into_skeleton(),
        })
    }
}

/// A file that is being read, or was read before.
pub(super) enum Reading {
    /// It is being read in parts.
    Stream(Box<RolloutReader>),
    /// It was read before; the flag says whether its items have already been returned.
    Kept(Arc<WholeFile>, bool),
}

impl Reading {
    pub(super) fn items(&mut self) -> Result<Option<Vec<RolloutItem>>, Problem> {
        match self {
            Self::Stream(reader) => reader.items(),
            Self::Kept(_, true) => Ok(None),
            Self::Kept(file, is_done) => {
                *is_done = true;
                Ok(Some(file.items.clone()))
            }
        }
    }

    pub(super) fn counts(&self) -> Counts {
        match self {
            Self::Stream(reader) => reader.counts(),
            Self::Kept(file, _) => file.counts,
        }
    }

    pub(super) fn layout(&self) -> Option<LineLayout> {
        match self {
            Self::Stream(reader) => reader.layout(),
            Self::Kept(file, _) => file.layout,
        }
    }

    /// The size on disk when the file was opened, in bytes.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Stream(reader) => reader.length(),
            Self::Kept(file, _) => file.length,
        }
    }

    pub(super) fn into_skeleton(self) -> Skeleton {
        match self {
            Self::Stream(reader) => reader.into_skeleton(),
            Self::Kept(file, _) => file.skeleton.clone(),
        }
    }
}

/// Splits the items of a file at the position from which another file continues it.
pub(super) struct Cut {
    extent: Extent,
    /// The ordinal of the last item before this position.
    last: Option<u64>,
    /// The line that contains this position, if the position is inside a line.
    inside: Option<u32>,
    /// The items that are not in the history.
    pub(super) items: Vec<RolloutItem>,
}

impl Cut {
    pub(super) fn new(piece: Piece) -> Self {
        Self {
            extent: piece.extent,
            last: None,
            inside: None,
            items: Vec::new(),
        }
    }

    /// Returns the item if it is in the history; otherwise stores it.
    pub(super) fn pass(&mut self, item: RolloutItem) -> Option<RolloutItem> {
        match self.extent {
            Extent::All => return Some(item),
            Extent::Nothing => {}
            Extent::Until(base) if base.keeps(&item) => {
                self.last = item.ordinal().or(self.last);
                return Some(item);
            }
            Extent::Until(base) => {
                if item
                    .offset()
                    .zip(base.end_byte)
                    .is_some_and(|(start, end)| start < end)
                {
                    self.inside = item.line();
                }
            }
        }
        self.items.push(item);
        None
    }

    /// Checks that the position is where the continuing file says; returns a message if it is not. `bytes` is the size
    /// of the file.
    pub(super) fn told(&self, bytes: u64) -> Option<String> {
        let Extent::Until(base) = self.extent else {
            return None;
        };
        let end = base.end_byte.map(grouped).unwrap_or_default();
        if base.end_byte.is_some_and(|end| end > bytes) {
            let bytes = grouped(bytes);
            return Some(format!(
                "another rollout continues from byte {end} of this file, but the file has only {bytes} bytes; the whole file is used"
            ));
        }
        if let Some(line) = self.inside {
            let line = grouped(line.into());
            return Some(format!(
                "another rollout continues from byte {end} of this file, which is inside line {line}; this line is left out"
            ));
        }
        let (last, wanted) = (self.last?, base.end_ordinal?);
        (base.end_byte.is_some() && last + 1 != wanted).then(|| {
            format!(
                "another rollout continues from ordinal {wanted} of this file, but the last line before byte {end} has ordinal {last}; the lines before this byte are used"
            )
        })
    }
}
