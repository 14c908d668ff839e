//! Parses the parts of a file in parallel. Only one thread reads at a time. After reading its part, a thread parses it
//! while the next thread reads. [`super::read`] defines a part.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use super::lines::Lines;
use super::read::{BlockPosition, ParsedBlock};
use super::report::Problem;

/// The maximum number of threads that parse one file.
const WORKERS: usize = 4;

/// A file that is being read.
pub enum ParsedBlocks {
    /// The file is a single part, which needs no other thread.
    Short(Lines, BlockPosition),
    /// Threads take turns to read its parts, until the receiver is dropped.
    Long(BlockChannels),
}

/// The reader, and its position in the file.
type ReadTurn = (Lines, BlockPosition);

/// The channels that deliver the parts, the next one first.
pub struct BlockChannels {
    makers: Vec<Receiver<Result<ParsedBlock, Problem>>>,
    next: usize,
}

impl ParsedBlocks {
    /// Starts to read at a position.
    ///
    /// # Errors
    /// If no thread can be started for it.
    pub fn of(lines: Lines, place: BlockPosition) -> Result<Self, Problem> {
        if lines.is_one_block() {
            return Ok(Self::Short(lines, place));
        }
        let workers = thread::available_parallelism()
            .map_or(1, usize::from)
            .min(WORKERS);
        let (tokens, turns): (Vec<Sender<ReadTurn>>, Vec<Receiver<ReadTurn>>) =
            (0..workers).map(|_| channel()).unzip();
        let first = tokens.first().cloned();
        let mut makers = Vec::new();
        for (turn, next) in turns.into_iter().zip(tokens.into_iter().cycle().skip(1)) {
            let (give, take) = sync_channel(1);
            makers.push(take);
            thread::Builder::new()
                .name("reader".to_owned())
                .spawn(move || make(&turn, next, &give))
                .map_err(|error| Problem::unreadable("start a thread that reads this file", &error))?;
        }
        if let Some(first) = first {
            // The thread waits for its turn.
            let _ = first.send((lines, place));
        }
        Ok(Self::Long(BlockChannels { makers, next: 0 }))
    }

    /// The next part; `None` at the end of the file and after an error.
    ///
    /// # Errors
    /// Those of [`Lines::block`].
    pub fn part(&mut self) -> Result<Option<ParsedBlock>, Problem> {
        match self {
            Self::Short(lines, place) => {
                let bytes = lines.bytes()?;
                Ok(bytes.map(|bytes| ParsedBlock::of(&bytes.block(), place)))
            }
            Self::Long(parts) => {
                let at = parts.next;
                parts.next = (at + 1) % parts.makers.len().max(1);
                parts
                    .makers
                    .get(at)
                    .and_then(|maker| maker.recv().ok())
                    .transpose()
            }
        }
    }
}

/// Reads and parses a part whenever it is this thread's turn.
fn make(turn: &Receiver<ReadTurn>, next: Sender<ReadTurn>, give: &SyncSender<Result<ParsedBlock, Problem>>) {
    while let Ok((mut lines, mut place)) = turn.recv() {
        let part = match lines.bytes() {
            Ok(None) => break,
            Ok(Some(bytes)) => {
                let mut here = place;
                place.pass(bytes.as_slice());
                // If the next thread has ended, the receiver was dropped.
                let _ = next.send((lines, place));
                Ok(ParsedBlock::of(&bytes.block(), &mut here))
            }
            Err(problem) => Err(problem),
        };
        if part.is_err() | give.send(part).is_err() {
            break;
        }
    }
}
