//! The parts of a file, several of them in the making at once: reading goes from thread to thread like a token, and who has
//! read takes its bytes apart while the next one reads. What a part is, is the business of [`super::read`].

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use super::lines::Lines;
use super::read::{Part, Place};
use super::report::Problem;

/// So many threads at most take one file apart.
const WORKERS: usize = 4;

/// A file on its way in.
pub enum Ahead {
    /// All of it is one part: nobody has to wait for a second one.
    Short(Lines, Place),
    /// Threads make its parts by turns, until nobody takes them any more.
    Long(Parts),
}

/// What is read next, and where that stands.
type Token = (Lines, Place);

/// Where the parts come from, the next one first.
pub struct Parts {
    makers: Vec<Receiver<Result<Part, Problem>>>,
    next: usize,
}

impl Ahead {
    /// Begins to read.
    ///
    /// # Errors
    /// If no thread can be started for it.
    pub fn of(lines: Lines) -> Result<Self, Problem> {
        if lines.is_one_block() {
            return Ok(Self::Short(lines, Place::default()));
        }
        let workers = thread::available_parallelism()
            .map_or(1, usize::from)
            .min(WORKERS);
        let (tokens, turns): (Vec<Sender<Token>>, Vec<Receiver<Token>>) =
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
            // It waits for its turn.
            let _ = first.send((lines, Place::default()));
        }
        Ok(Self::Long(Parts { makers, next: 0 }))
    }

    /// The next part; none at the end, and none behind what could not be read.
    ///
    /// # Errors
    /// As for [`Lines::block`].
    pub fn part(&mut self) -> Result<Option<Part>, Problem> {
        match self {
            Self::Short(lines, place) => {
                let bytes = lines.bytes()?;
                Ok(bytes.map(|bytes| Part::of(&bytes.block(), place)))
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

/// Makes each part whose turn has come.
fn make(turn: &Receiver<Token>, next: Sender<Token>, give: &SyncSender<Result<Part, Problem>>) {
    while let Ok((mut lines, mut place)) = turn.recv() {
        let part = match lines.bytes() {
            Ok(None) => break,
            Ok(Some(bytes)) => {
                let mut here = place;
                place.pass(bytes.as_slice());
                // Where the next one has ended nobody takes parts any more.
                let _ = next.send((lines, place));
                Ok(Part::of(&bytes.block(), &mut here))
            }
            Err(problem) => Err(problem),
        };
        if part.is_err() | give.send(part).is_err() {
            break;
        }
    }
}
