//! What the interface wants done outside the model, as data: calls of stores, files, scenarios, and jobs that take their
//! time. The executor carries them out and answers with messages.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::file::{Opening, Saving};
use super::job::Tell;
use super::model::Model;
use super::pace::PlaybackOrders;
use super::playback::PlayAction;
use super::session::StoreKey;
use crate::contract::{Step, ThreadMetadataPatch};
use crate::inspector::panes::threads::list::listing::Listing;
use crate::inspector::runtime::event_loop::Effect;
use crate::protocol::ThreadId;
use crate::store::{History, Snapshot};
use crate::workbench::Remark;
use crate::workbench::scenario::{Key, Script};

/// What a message wants done outside the model.
pub type Effects = Vec<Effect<Call>>;

/// What a job does to the model once it is done.
pub type Done = Box<dyn FnOnce(&mut Model) -> Effects + Send>;

/// Work that takes its time, such as comparing two long histories. It is done on a thread of its own, one job at a time.
pub struct Job {
    /// What it is called while it goes on.
    pub what: &'static str,
    run: Box<dyn FnOnce(Tell<'_>) -> Option<Done> + Send>,
}

impl Job {
    /// A job: `work` hears when it is to end, and gives `None` then; `then` takes what came of it.
    pub fn new<T: Send + 'static>(
        what: &'static str,
        work: impl FnOnce(Tell<'_>) -> Option<T> + Send + 'static,
        then: impl FnOnce(&mut Model, T) -> Effects + Send + 'static,
    ) -> Self {
        let run = move |tell: Tell<'_>| -> Option<Done> {
            let found = work(tell)?;
            Some(Box::new(move |model: &mut Model| then(model, found)))
        };
        Self {
            what,
            run: Box::new(run),
        }
    }

    /// Does it; `None` if it was ended, or if there is nothing of the sort.
    pub fn run(self, tell: Tell<'_>) -> Option<Done> {
        (self.run)(tell)
    }
}

/// A step of which something is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// One that was made.
    Step(u64),
    /// A read of this thread that is still to be made.
    Read(ThreadId),
}

/// A moment of a store to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Just before the last action that changed more than counters.
    Undo,
    /// Just after the action that was taken back last.
    Redo,
    /// The end of the branch with this last step.
    Branch(u64),
    /// Nowhere: say which branches there are.
    Branches,
}

/// The interface's own effects.
pub enum Call {
    /// Call a method of a store; the answer comes as `CallMsg::Answered`.
    Step {
        /// Which store.
        store: StoreKey,
        /// The call.
        step: Box<Step>,
    },
    /// Apply a patch to these threads, all of them in one action; told by `PatchMsg::Applied`.
    Apply {
        /// In which store.
        store: StoreKey,
        /// To which threads, in this order.
        threads: Vec<ThreadId>,
        /// What to apply.
        patch: Box<ThreadMetadataPatch>,
    },
    /// Expect that something is as it came; told by `Msg::Said`.
    Expect {
        /// In which store.
        store: StoreKey,
        /// Of which step.
        of: Expected,
        /// The way to it in what came of the step.
        path: Vec<Key>,
    },
    /// Say something about a step in the place of what was said so far.
    Remark {
        /// In which store.
        store: StoreKey,
        /// About which step.
        step: u64,
        /// What to say.
        remark: Remark,
    },
    /// Go back to this step and make a call from there; the steps behind it become a branch.
    Branch {
        /// In which store.
        store: StoreKey,
        /// The step to go back to; 0 is before the first.
        step: u64,
        /// The call.
        then: Box<Call>,
    },
    /// Let the person change this text in their own editor, which needs the terminal; it comes back as `PatchMsg::Edited`.
    Edit(String),
    /// Take an action back, do it again, or go to a line that was left; told by `TimeMsg::Travelled`.
    Travel {
        /// In which store.
        store: StoreKey,
        /// Where to.
        to: Moment,
    },
    /// Give a scenario to the player of a store; told by `PlaybackMsg::Begun`.
    Begin {
        /// Of which store; without one, of a new one.
        store: Option<StoreKey>,
        /// The id of the store, if it has one.
        id: Option<String>,
        /// The scenario.
        script: Arc<Script>,
        /// The moment that its first step sees, whatever its header says.
        clock: Option<DateTime<Utc>>,
    },
    /// Let the player of a store play; told by `PlaybackMsg::Played`.
    Perform {
        /// Of which store.
        store: StoreKey,
        /// What it is to do.
        act: PlayAction,
    },
    /// What holds for steps that are played one after the other.
    Order(PlaybackOrders),
    /// Open the registered store of this id; it comes as `StoreMsg::Opened`.
    Open(String),
    /// Import these files and folders; news come as `Msg::Import`.
    Import {
        /// Into which store.
        store: StoreKey,
        /// From where.
        paths: Vec<PathBuf>,
        /// Whether that opens the store, so that no undo takes it back.
        opening: bool,
    },
    /// Stop the import.
    StopImport,
    /// Write a text into a file; told by `PatchMsg::Saved`.
    Save {
        /// Which file.
        path: PathBuf,
        /// The text.
        text: String,
        /// Whether a file that is there may be written over.
        over: bool,
    },
    /// Save a store into a file; news come as `Msg::StateFile`.
    SaveState(Box<Saving>),
    /// Read a state file; news come as `Msg::StateFile`.
    OpenState(Box<Opening>),
    /// Make a store that nothing was done in yet what a state says, and begin anew with it; told by `FileMsg::Restored`.
    Restore {
        /// Which store.
        store: StoreKey,
        /// What it is to be.
        state: Box<Snapshot>,
    },
    /// Stop what is saved or opened.
    StopFiling,
    /// Do a job beside the interface; news come as `Msg::Job`. A job that is under way ends.
    Job(u64, Job),
    /// End the job that is under way.
    StopJob,
    /// List the threads of a store; the list comes as `StoreMsg::Listed`, and ends when it is not awaited any more.
    List(StoreKey, Box<Listing>),
    /// Look through a history for a text; what is found comes as `Msg::Found`. A search that is running ends.
    Search {
        /// The number of the search.
        search: u64,
        /// Where to look.
        history: History,
        /// What to look for.
        needle: String,
    },
}

impl Call {
    /// Whether it calls the store for the person.
    pub fn is_change(&self) -> bool {
        matches!(
            self,
            Call::Step { .. }
                | Call::Apply { .. }
                | Call::Expect {
                    of: Expected::Read(_),
                    ..
                }
        )
    }
}
