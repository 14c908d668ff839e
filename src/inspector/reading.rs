//! What takes long with something that is long to read: opening it, and looking for a text in it. Of what is short both
//! are done while the key waits, of the rest beside the interface.

use super::beside::{self, Task};
use super::model::{Effects, Model, Overlay};
use super::moving::not_found;
use super::opening::ItemAt;
use super::reader::Reader;

/// Texts of so many bytes are read while a key waits, at most.
pub const AT_ONCE: usize = 1024 * 1024;

/// What is to be done with a long text.
pub enum Job {
    /// Open an item of the history.
    Item(ItemAt),
    /// Open the selected string of a tree.
    Leaf(Box<Reader>),
    /// Go to the next place of the text that is looked for, or to the one before.
    Find {
        /// Where.
        reader: Box<Reader>,
        /// Whether to the next one.
        forward: bool,
        /// Whether the place at hand counts.
        from_here: bool,
    },
}

/// What came of it.
pub enum Read {
    /// Something to be read.
    Opened(Box<Reader>),
    /// The same thing at the place where the text is, or where it was if that is nowhere.
    Found(Box<Reader>, bool),
}

impl Job {
    /// Does it.
    pub fn run(self) -> Option<Read> {
        match self {
            Self::Item(item) => Some(Read::Opened(Box::new(item.read()))),
            Self::Leaf(reader) => reader.leaf().map(|leaf| Read::Opened(Box::new(leaf))),
            Self::Find {
                mut reader,
                forward,
                from_here,
            } => {
                let found = reader.next_match(forward, from_here);
                Some(Read::Found(reader, found))
            }
        }
    }

    /// How many bytes it is about.
    fn size(&self) -> usize {
        match self {
            Self::Item(item) => item.size(),
            Self::Leaf(reader) | Self::Find { reader, .. } => reader.size(),
        }
    }
}

/// Does it at once or beside the interface.
pub fn begin(model: &mut Model, job: Job) -> Effects {
    if job.size() > AT_ONCE {
        return beside::begin(model, Task::Read(job));
    }
    match job.run() {
        Some(read) => take(model, read),
        None => Vec::new(),
    }
}

/// Looks for the text of the reader that is open.
pub fn find(model: &mut Model, forward: bool, from_here: bool) -> Effects {
    let Some(reader) = model.reader().cloned().map(Box::new) else {
        return Vec::new();
    };
    begin(
        model,
        Job::Find {
            reader,
            forward,
            from_here,
        },
    )
}

/// Shows what came of it, if the person has not gone elsewhere meanwhile.
pub fn take(model: &mut Model, read: Read) -> Effects {
    match (read, model.overlays.last_mut()) {
        (Read::Found(reader, found), Some(Overlay::Reader(open))) if open.shows_text_of(&reader) => {
            let needle = reader.needle().to_string();
            match found {
                true => *open = *reader,
                false => not_found(model, &needle),
            }
        }
        (Read::Found(..), _) => {}
        // The next item comes in the place of the one that is open.
        (Read::Opened(reader), Some(Overlay::Reader(open))) if reader.is_item() && open.is_item() => {
            *open = *reader;
        }
        (Read::Opened(reader), _) => return model.arrive(Overlay::Reader(*reader)),
    }
    Vec::new()
}
