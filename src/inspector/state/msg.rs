//! What can happen to the interface, by feature.

use crossterm::event::KeyEvent;

use super::effect::Done;
use super::session::{News, StoreKey};
use crate::contract::{Op, ThreadMetadataPatch};
use crate::inspector::panes::threads::list::listing::Listed;
use crate::inspector::state::file::FileMsg;
use crate::inspector::state::import::ImportMsg;
use crate::inspector::state::playback::{ScenarioBegun, StepsPlayed};
use crate::workbench::sparse;
use std::path::PathBuf;

/// What can happen to the interface.
#[allow(
    clippy::large_enum_variant,
    reason = "a message is moved once, from the mailbox to the model"
)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Paste(String),
    /// The screen has so many columns and rows.
    Resize(u16, u16),
    /// Of stores.
    Store(StoreMsg),
    /// Of calls that a person made.
    Call(CallMsg),
    /// Of the patch in the form.
    Patch(PatchMsg),
    /// An import has gone on or ended.
    Import(ImportMsg),
    /// A state file has gone on or ended.
    StateFile(FileMsg),
    /// Of scenarios that are played.
    Playback(PlaybackMsg),
    /// Of undo, redo and branches.
    Time(TimeMsg),
    /// A search through a history has gone on or ended.
    Found(Found),
    /// A job has gone on or ended: which, by its number, and how.
    Job(u64, JobMsg),
    /// Something was done, or not: what to say.
    Said(Result<String, String>),
}

/// Of stores.
pub enum StoreMsg {
    /// A store stands at a new step.
    News(News),
    /// A store was opened for `:store`.
    Opened {
        /// The id that was asked for.
        id: String,
        /// Its state.
        news: News,
    },
    /// A list of the threads of a store has gone on or ended.
    Listed(StoreKey, Box<Listed>),
}

/// Of calls that a person made.
pub enum CallMsg {
    /// One came back.
    Answered(Box<Answered>),
}

/// Of the patch in the form.
pub enum PatchMsg {
    /// It was applied.
    Applied(Applied),
    /// The text editor was left: the text as it is now, or why there is none.
    Edited(Result<String, String>),
    /// It was written into a file, or not.
    Saved(Saved),
}

/// Of scenarios that are played.
pub enum PlaybackMsg {
    /// One was given its store.
    Begun(Box<ScenarioBegun>),
    /// Steps were played.
    Played(Box<StepsPlayed>),
}

/// Of undo, redo and branches.
pub enum TimeMsg {
    /// The store stands at another moment, or there was none to go to: what to say.
    Travelled(Result<String, String>),
    /// No branch could be begun, and nothing was done there: why.
    NotBranched(String),
}

/// How a job goes.
pub enum JobMsg {
    /// So much of so much is done.
    Progress(usize, usize),
    /// It is done.
    Done(Done),
    /// It was not begun: a sentence.
    Failed(String),
}

/// What became of a file that was to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It was written.
    Done(PathBuf),
    /// There is a file of that name already: the text is still to be written.
    Exists(PathBuf, String),
    /// It was not written: a sentence.
    Failed(String),
}

/// A store call that came back.
pub struct Answered {
    /// The number of its step.
    pub step: u64,
    /// Which method was called.
    pub op: Op,
    /// The answer as JSON text, or the error's text.
    pub outcome: Result<String, String>,
    /// The answer in a few words.
    pub summary: String,
}

/// What became of a patch that was sent for one thread or for several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// How many calls succeeded.
    pub done: usize,
    /// The errors of the others.
    pub failed: Vec<String>,
    /// How many fields the patch that was sent sets or clears.
    pub fields: usize,
}

impl Applied {
    /// Nothing so far of this patch.
    pub fn of(patch: &ThreadMetadataPatch) -> Self {
        Self {
            fields: sparse::changes(patch).count(),
            ..Self::default()
        }
    }
}

/// Rows in which a text was found.
pub struct Found {
    /// Which search it was.
    pub search: u64,
    /// Places in the history, ascending, behind those that were told before.
    pub places: Vec<usize>,
    /// How many items were looked at so far.
    pub seen: usize,
    /// Whether that was all.
    pub done: bool,
}
