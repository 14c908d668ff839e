//! The blocks of a file, the next one read while the one before is taken apart. What a block is, is the business of
//! [`super::lines`].

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::Builder;

use super::lines::Lines;
use super::report::Problem;
use crate::protocol::item::TextBlock;

/// A file on its way in.
pub enum Ahead {
    /// All of it is one block: nobody has to wait for a second one.
    Short(Lines),
    /// A thread reads it until nobody takes its blocks any more.
    Long(Receiver<Result<Arc<TextBlock>, Problem>>),
}

impl Ahead {
    /// Begins to read. One block waits at most, and one is in the making.
    ///
    /// # Errors
    /// If no thread can be started for it.
    pub fn of(mut lines: Lines) -> Result<Self, Problem> {
        if lines.is_one_block() {
            return Ok(Self::Short(lines));
        }
        let (give, take) = sync_channel(1);
        Builder::new()
            .name("reader".to_owned())
            .spawn(move || {
                while lines
                    .block()
                    .transpose()
                    .is_some_and(|block| give.send(block).is_ok())
                {}
            })
            .map_err(|error| Problem::unreadable("start a thread that reads this file", &error))?;
        Ok(Self::Long(take))
    }

    /// The next block; none at the end, and none behind what could not be read.
    ///
    /// # Errors
    /// As for [`Lines::block`].
    pub fn block(&mut self) -> Result<Option<Arc<TextBlock>>, Problem> {
        match self {
            Self::Short(lines) => lines.block(),
            Self::Long(blocks) => blocks.recv().ok().transpose(),
        }
    }
}
