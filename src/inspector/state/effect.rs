//! Effects as data: store calls, files, scenarios and long-running jobs. The executor runs them and answers with
//! messages.

use crate::inspector::features::completion::CountFn;
use crate::inspector::features::picture::PictureFile;
use crate::inspector::panes::calls::folds::CallsToAdd;
use crate::inspector::panes::history::search::ItemsToSearch;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::file::{SaveRequest, StateFileToOpen};
use super::job::JobProgressFn;
use super::model::Model;
use super::pace::PlaybackOrders;
use super::playback::PlayAction;
use super::session::StoreKey;
use crate::contract::ThreadMetadataPatch;
use crate::inspector::panes::threads::list::listing::Listing;
use crate::inspector::runtime::event_loop::Effect;
use crate::protocol::ThreadId;
use crate::store::{History, Snapshot};
use crate::workbench::scenario::{Key, Script};
use crate::workbench::{Annotation, Request};

/// The effects that a message causes.
pub type Effects = Vec<Effect<Call>>;

/// Changes the model when a job is done.
pub type JobResult = Box<dyn FnOnce(&mut Model) -> Effects + Send>;

/// Long-running work, such as comparing two long histories. Each job runs on its own thread. Only one job runs at a
/// time.
pub struct Job {
    /// The name in the progress line.
    pub what: &'static str,
    run: Box<dyn FnOnce(JobProgressFn<'_>) -> Option<JobResult> + Send>,
}

impl Job {
    /// Creates a job. `work` reports progress, learns from the reply when to stop, and then returns `None`. `then`
    /// receives the result of `work`.
    pub fn new<T: Send + 'static>(
        what: &'static str,
        work: impl FnOnce(JobProgressFn<'_>) -> Option<T> + Send + 'static,
        then: impl FnOnce(&mut Model, T) -> Effects + Send + 'static,
    ) -> Self {
        let run = move |tell: JobProgressFn<'_>| -> Option<JobResult> {
            let found = work(tell)?;
            Some(Box::new(move |model: &mut Model| then(model, found)))
        };
        Self {
            what,
            run: Box::new(run),
        }
    }

    /// Runs the job. Returns `None` if the job was stopped or found nothing.
    pub fn run(self, tell: JobProgressFn<'_>) -> Option<JobResult> {
        (self.run)(tell)
    }
}

/// The step to which an expectation is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedStep {
    /// An existing step.
    Step(u64),
    /// A read of this thread that has not happened yet.
    Read(ThreadId),
}

/// A point in the history of a store to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The state before the last action that changed more than counters.
    Undo,
    /// The state after this step of the current branch; all later steps are undone.
    Back(u64),
    /// The state after the action that was undone last.
    Redo,
    /// The end of the branch whose last step is this one.
    Branch(u64),
}

/// The effects that the executor runs.
pub enum Call {
    /// Call a method of a store. The answer arrives as `CallMsg::Answered`.
    Step {
        /// The store.
        store: StoreKey,
        /// The call.
        request: Box<Request>,
    },
    /// Apply a patch to these threads as one action. The result arrives as `PatchMsg::Applied`.
    Apply {
        /// The store.
        store: StoreKey,
        /// The threads, in this order.
        threads: Arc<[ThreadId]>,
        /// The patch.
        patch: Box<ThreadMetadataPatch>,
        /// The patch as it was entered, if it was entered as text.
        text: Option<String>,
    },
    /// Add an expectation: a value in the result of a step must be the one that was returned. The result arrives as
    /// `Msg::Said`.
    Expect {
        /// The store.
        store: StoreKey,
        /// The step.
        of: ExpectedStep,
        /// The path to the value in the result of the step.
        path: Vec<Key>,
    },
    /// Set the remark of a step, replacing the previous one.
    Remark {
        /// The store.
        store: StoreKey,
        /// The step.
        step: u64,
        /// The remark.
        remark: Annotation,
    },
    /// Go back to this step and make a call from there. The later steps become a branch.
    Branch {
        /// The store.
        store: StoreKey,
        /// The step to go back to. 0 is the state before the first step.
        step: u64,
        /// The call.
        then: Box<Call>,
    },
    /// Open this text in the user's editor, which needs the terminal. The edited text arrives as `PatchMsg::Edited`.
    Edit(String),
    /// Undo, redo, or switch to another branch. The result arrives as `TimeMsg::Travelled`.
    Travel {
        /// The store.
        store: StoreKey,
        /// The destination.
        to: Moment,
        /// Whether the user was asked about calls of clients that this takes away.
        is_asked: bool,
    },
    /// List the branches of a store. The branches arrive as `TimeMsg::Branches`.
    ListBranches(StoreKey),
    /// Load a scenario into the player of a store. The result arrives as `PlaybackMsg::Begun`.
    Begin {
        /// The store, or `None` to create a new one.
        store: Option<StoreKey>,
        /// The id of the store, if it has one.
        id: Option<String>,
        /// The scenario.
        script: Arc<Script>,
        /// The clock at the first step, which overrides the header.
        clock: Option<DateTime<Utc>>,
    },
    /// Run the player of a store. The result arrives as `PlaybackMsg::Played`.
    Perform {
        /// The store.
        store: StoreKey,
        /// The request to the player.
        act: PlayAction,
    },
    /// Change the instructions for continuous playback.
    Order(PlaybackOrders),
    /// Open the registered store with this id. The store arrives as `StoreMsg::Opened`.
    Open(String),
    /// Import these files and folders. Progress arrives as `Msg::Import`.
    Import {
        /// The target store.
        store: StoreKey,
        /// The files and folders. If empty, those that were imported before.
        paths: Vec<PathBuf>,
        /// Whether this import opens the store, so that undo does not revert it.
        opening: bool,
        /// Whether threads whose files were truncated or changed are read again from the start.
        again: bool,
    },
    /// Start or stop sending `ImportMsg::Changed` whenever a file that was imported into the store changes.
    Follow(Option<StoreKey>),
    /// Stop the import.
    StopImport,
    /// List the patches with a name, which are in this folder. The patches arrive as `PatchMsg::Listed`.
    ListPatches(Option<PathBuf>),
    /// Read a patch from a file. The patch arrives as `PatchMsg::Loaded`.
    LoadPatch(PathBuf),
    /// Save a text to a file. The result arrives as `PatchMsg::Saved`.
    Save {
        /// The path of the file.
        path: PathBuf,
        /// The text.
        text: String,
        /// Whether to overwrite an existing file.
        over: bool,
        /// Whether the file is in the state folder; missing folders are then created.
        in_state_folder: bool,
    },
    /// Save a copied text to a file in the state folder instead, replacing the previous one. A sentence about it arrives as `Msg::Said`.
    KeepCopy {
        /// The path of the file.
        path: PathBuf,
        /// The text.
        text: String,
        /// A sentence: why the text is not on the clipboard.
        reason: String,
    },
    /// Write a picture of the screen to a file. The result arrives as a sentence as `Msg::Said`.
    Picture(Box<PictureFile>),
    /// Save the settings. If they cannot be saved, a sentence arrives as `Msg::Said`, but only the first time.
    KeepSettings {
        /// The path of the file.
        path: PathBuf,
        /// The text.
        text: String,
    },
    /// Save a store to a file. Progress arrives as `Msg::StateFile`.
    SaveState(Box<SaveRequest>),
    /// Read a state file. Progress arrives as `Msg::StateFile`.
    OpenState(Box<StateFileToOpen>),
    /// Restore a state into an unused store and start a new journal from it. The result arrives as `FileMsg::Restored`.
    Restore {
        /// The store.
        store: StoreKey,
        /// The state.
        state: Box<Snapshot>,
    },
    /// Stop saving or opening a file.
    StopFiling,
    /// Run a job in the background. Progress arrives as `Msg::Job`. This ends a job that is already running.
    Job(u64, Job),
    /// End the running job.
    StopJob,
    /// List the threads of a store. The list arrives as `StoreMsg::Listed`. Listing stops when the list is no longer
    /// needed.
    List(StoreKey, Box<Listing>),
    /// Read the marks of the items of a thread. The marks arrive as `Msg::Marks`. This ends a read of marks that is
    /// already running.
    ReadMarks(ThreadId, History),
    /// Read the items of a thread as a transcript. The transcript arrives as `Msg::Transcript`. This ends a read of a
    /// transcript that is already running.
    ReadTranscript(ThreadId, History),
    /// Add calls to the statistics of a store. The statistics arrive as `Msg::CallsAdded`. This ends an addition that is
    /// already running.
    AddCalls(StoreKey, Box<CallsToAdd>),
    /// Count the values of a field. The counts arrive as `Msg::Counted`. This ends a count that is already running.
    Count(u64, CountFn),
    /// Search the items of a history. Matches arrive as `Msg::Found`. A search ends a running search, and a filter ends
    /// a running filter.
    Search(Box<ItemsToSearch>),
}

impl Call {
    /// Returns the store that the call changes for the user, and the number of calls, notes and expectations that it
    /// adds to the steps.
    pub fn adds(&self) -> Option<(StoreKey, usize)> {
        match self {
            Call::Step { store, .. } | Call::Expect { store, .. } | Call::Remark { store, .. } => {
                Some((*store, 1))
            }
            Call::Apply { store, threads, .. } => Some((*store, threads.len())),
            Call::Branch { then, .. } => then.adds(),
            _ => None,
        }
    }

    /// Returns whether this effect calls a store for the user.
    pub fn is_change(&self) -> bool {
        matches!(
            self,
            Call::Step { .. }
                | Call::Apply { .. }
                | Call::Expect {
                    of: ExpectedStep::Read(_),
                    ..
                }
        )
    }
}
