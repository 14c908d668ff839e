//! Messages to the interface, by feature.

use crossterm::event::{KeyEvent, MouseEvent};

use super::action::Action;
use super::effect::JobResult;
use super::session::{StoreKey, StoreNews};
use crate::contract::{Op, ThreadMetadataPatch};
use crate::inspector::panes::calls::folds::CallFolds;
use crate::inspector::panes::history::conversation::ReadTranscript;
use crate::inspector::panes::threads::list::listing::ListedThreads;
use crate::inspector::state::file::FileMsg;
use crate::inspector::state::import::ImportMsg;
use crate::inspector::state::playback::{ScenarioBegun, StepsPlayed};
use crate::inspector::widgets::theme::Background;
use crate::protocol::ThreadId;
use crate::workbench::query::FieldValues;
use crate::workbench::{Branch, ItemMarks, sparse};
use std::path::PathBuf;

/// A message to the interface.
#[allow(
    clippy::large_enum_variant,
    reason = "a message is only moved once, from the mailbox to the model"
)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse was clicked, dragged, or its wheel was turned.
    Mouse(MouseEvent),
    /// The terminal told its background.
    Background(Background),
    /// A text was pasted.
    Paste(String),
    /// An action was chosen by its name, with the text after the name.
    Perform(Box<Action>, String),
    /// The screen was resized to this number of columns and rows.
    Resize(u16, u16),
    /// Messages about stores.
    Store(StoreMsg),
    /// Messages about calls that the user made.
    Call(CallMsg),
    /// Messages about the patch in the form.
    Patch(PatchMsg),
    /// An import made progress or ended.
    Import(ImportMsg),
    /// Saving or opening a state file made progress or ended.
    StateFile(FileMsg),
    /// Messages about playback.
    Playback(PlaybackMsg),
    /// Messages about undo, redo and branches.
    Time(TimeMsg),
    /// A search through a history found matches or ended.
    Found(SearchMatches),
    /// The values of a field were counted; the number identifies the count.
    Counted(u64, FieldValues),
    /// The marks of the items of a thread were read.
    Marks(ThreadId, Box<ItemMarks>),
    /// The items of a thread were read as a transcript.
    Transcript(ThreadId, Box<ReadTranscript>),
    /// Calls were added to the statistics of a store, with the number of the work.
    CallsAdded(StoreKey, u64, Box<CallFolds>),
    /// It is time to update the rates.
    RatesChange,
    /// The job with this number made progress or ended.
    Job(u64, JobMsg),
    /// This number of clients is connected.
    Clients(usize),
    /// A message or a warning to show.
    Said(Result<String, String>),
}

/// Messages about stores.
pub enum StoreMsg {
    /// A store has a new state.
    News(StoreNews),
    /// A store was opened for `:store`.
    Opened {
        /// The requested id.
        id: String,
        /// Its state.
        news: StoreNews,
    },
    /// A list of the threads of a store made progress or is complete.
    Listed(StoreKey, Box<ListedThreads>),
}

/// Messages about calls that the user made.
pub enum CallMsg {
    /// A call returned.
    Answered(Box<Answered>),
}

/// Messages about the patch in the form.
pub enum PatchMsg {
    /// The patch was applied.
    Applied(Applied),
    /// The user closed the text editor. Contains the edited text, or why there is none.
    Edited(Result<String, String>),
    /// The result of saving the patch to a file.
    Saved(Saved),
    /// The named patches, or an error message.
    Listed(Result<Vec<NamedPatch>, String>),
    /// The text of a patch from a file, or an error message.
    Loaded(Result<String, String>),
}

/// A patch with a name.
pub struct NamedPatch {
    /// The name.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Messages about playback.
pub enum PlaybackMsg {
    /// A scenario was loaded into a store.
    Begun(Box<ScenarioBegun>),
    /// Steps were played.
    Played(Box<StepsPlayed>),
}

/// Messages about undo, redo and branches.
pub enum TimeMsg {
    /// The store moved to another step, or could not move. Contains the message to show.
    Travelled(Result<String, String>),
    /// The branches of the store; the one that was left most recently comes last.
    Branches(Vec<Branch>),
    /// No branch could be created and no call was made. Contains the reason.
    NotBranched(String),
}

/// Progress or end of a job.
pub enum JobMsg {
    /// The amount done and the total.
    Progress(usize, usize),
    /// The job is done.
    Done(JobResult),
    /// The job could not be started. Contains a sentence.
    Failed(String),
}

/// The result of saving a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The file was saved.
    Done(PathBuf),
    /// A file with that name exists. The text was not saved.
    Exists(PathBuf, String),
    /// The file could not be saved. Contains a sentence.
    Failed(String),
}

/// A store call that returned.
pub struct Answered {
    /// The number of its step.
    pub step: u64,
    /// The method.
    pub op: Op,
    /// The answer as JSON text, or the error's text.
    pub outcome: Result<String, String>,
    /// The answer in a few words.
    pub summary: String,
}

/// The result of a patch that was sent to one or more threads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The number of successful calls.
    pub done: usize,
    /// The errors of the failed calls.
    pub failed: Vec<String>,
    /// The number of fields that the patch sets or clears.
    pub fields: usize,
}

impl Applied {
    /// Creates an empty result for a patch.
    pub fn of(patch: &ThreadMetadataPatch) -> Self {
        Self {
            fields: sparse::changes(patch).count(),
            ..Self::default()
        }
    }
}

/// The rows that match a search text.
pub struct SearchMatches {
    /// The number of the search.
    pub search: u64,
    /// The positions in the history, ascending. They come after the positions of earlier messages.
    pub places: Vec<usize>,
    /// The number of items searched so far.
    pub seen: usize,
    /// Whether the search is complete.
    pub done: bool,
}
