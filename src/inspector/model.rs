//! The model of the interface: everything that is on the screen or decides what will be, and the messages and effects
//! that connect it with the outside.
//!
//! A model is changed by [`update`](super::update::update) alone and drawn by [`draw`](super::draw::draw), which changes nothing. It holds a
//! [`Snapshot`] of each open store: looking at it takes no store call, so no look moves a counter.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use crossterm::event::KeyEvent;
use ratatui::layout::Rect;

use super::beside::{Beside, Task, Told};
use super::commands::Spot;
use super::difference::DifferenceView;
use super::draft::Draft;
use super::driver::Effect;
use super::filing::{Filing, FilingNews, Opening, Saving};
use super::finder::Finder;
use super::form::{Form, Subject};
use super::importing::{ImportNews, Importing, count};
use super::laws::LawsView;
use super::layout::{Arrangement, Desk, arrange};
use super::log::Log;
use super::panes::Pane;
use super::panes::threads::{Listed, Listing};
use super::patch_text::PatchText;
use super::playing::{Act, Begun, Orders, Played, Playing};
use super::reader::Reader;
use super::session::{Session, StoreKey};
use super::taking::Saved;
use super::theme::Theme;
use super::writing::Writing;
use crate::contract::{Op, Step, ThreadMetadataPatch};
use crate::protocol::ThreadId;
use crate::store::{History, Snapshot};
use crate::workbench::laws::Algebra;
use crate::workbench::scenario::{Key, Script};
use crate::workbench::{Journal, Remark, sparse};

/// What a command wants done outside the model.
pub type Effects = Vec<Effect<Call>>;

/// What can happen to the interface.
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Paste(String),
    /// The screen has so many columns and rows.
    Resize(u16, u16),
    /// A store stands at a new step.
    News(News),
    /// A store call of the person came back.
    Answered(Box<Answered>),
    /// The patch was applied.
    Applied(Applied),
    /// The text editor was left: the text as it is now, or why there is none.
    Edited(Result<String, String>),
    /// A store was opened for `:store`.
    Opened {
        /// The id that was asked for.
        id: String,
        /// Its state.
        news: News,
    },
    /// An import has gone on or ended.
    Import(ImportNews),
    /// A list of the threads of a store has gone on or ended.
    Listed(StoreKey, Box<Listed>),
    /// A search has gone on or ended.
    Found(Found),
    /// A state file has gone on or ended.
    Filing(FilingNews),
    /// The state that was opened is the store.
    Restored(News),
    /// A file was written, or not.
    Saved(Saved),
    /// Work beside the interface has gone on or ended.
    Beside {
        /// The number of the task.
        number: u64,
        /// How it goes.
        told: Told,
    },
    /// A scenario was given its store.
    Begun(Box<Begun>),
    /// Steps of a scenario were played.
    Played(Box<Played>),
    /// The store stands at another moment, or there was none to go to: what to say.
    Travelled(Result<String, String>),
    /// No branch could be begun, and nothing was done there: why.
    NotBranched(String),
    /// Something was done, or not: what to say.
    Said(Result<String, String>),
}

/// The state of one store.
pub struct News {
    /// Which store.
    pub store: StoreKey,
    /// Its content.
    pub snapshot: Snapshot,
    /// Its calls so far.
    pub journal: Journal,
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
    /// Call a method of a store; the answer comes as [`Msg::Answered`].
    Step {
        /// Which store.
        store: StoreKey,
        /// The call.
        step: Box<Step>,
    },
    /// Apply a patch to these threads, all of them in one action; told by [`Msg::Applied`].
    Apply {
        /// In which store.
        store: StoreKey,
        /// To which threads, in this order.
        threads: Vec<ThreadId>,
        /// What to apply.
        patch: Box<ThreadMetadataPatch>,
    },
    /// Expect that something is as it came; told by [`Msg::Said`].
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
    /// Let the person change this text in their own editor, which needs the terminal; it comes back as [`Msg::Edited`].
    Edit(String),
    /// Take an action back, do it again, or go to a line that was left; told by [`Msg::Travelled`].
    Travel {
        /// In which store.
        store: StoreKey,
        /// Where to.
        to: Moment,
    },
    /// Give a scenario to the player of a store; told by [`Msg::Begun`].
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
    /// Let the player of a store play; told by [`Msg::Played`].
    Perform {
        /// Of which store.
        store: StoreKey,
        /// What it is to do.
        act: Act,
    },
    /// What holds for steps that are played one after the other.
    Order(Orders),
    /// Open the registered store of this id; it comes as [`Msg::Opened`].
    Open(String),
    /// Import these files and folders; news come as [`Msg::Import`].
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
    /// Write a text into a file; told by [`Msg::Saved`].
    Save {
        /// Which file.
        path: PathBuf,
        /// The text.
        text: String,
        /// Whether a file that is there may be written over.
        over: bool,
    },
    /// Save a store into a file; news come as [`Msg::Filing`].
    SaveState(Box<Saving>),
    /// Read a state file; news come as [`Msg::Filing`].
    OpenState(Box<Opening>),
    /// Make a store that nothing was done in yet what a state says, and begin anew with it; told by [`Msg::Restored`].
    Restore {
        /// Which store.
        store: StoreKey,
        /// What it is to be.
        state: Box<Snapshot>,
    },
    /// Stop what is saved or opened.
    StopFiling,
    /// Do a task that takes its time; it tells of itself as [`Msg::Beside`]. A task that is under way ends.
    Beside {
        /// The number of the task.
        number: u64,
        /// What is to be done.
        task: Task,
    },
    /// End the task that is under way.
    StopBeside,
    /// List the threads of a store; the list comes as [`Msg::Listed`], and ends when it is not awaited any more.
    List(StoreKey, Box<Listing>),
    /// Look through a history for a text; what is found comes as [`Msg::Found`]. A search that is running ends.
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

/// A layer over the panes. The uppermost one has the keys, and it is drawn last: there is no other order of them. Most lie
/// on the panes; a line that is being written stands in its row of the form or in the bar.
#[allow(
    clippy::large_enum_variant,
    reason = "there are a few at most, and they are not moved about"
)]
pub enum Overlay {
    /// A list that is searched by typing.
    Finder(Finder),
    /// An opened value.
    Reader(Reader),
    /// The parameters of a call.
    Form(Form),
    /// The patch as text.
    Text(PatchText),
    /// Two things side by side.
    Difference(Box<DifferenceView>),
    /// The laws of merging.
    Laws(LawsView),
    /// A line that is being written.
    Writing(Writing),
    /// A question.
    Question(Question),
}

/// A question with yes and no.
pub struct Question {
    /// What is asked.
    pub text: String,
    /// Whether yes leaves the program.
    pub leaves: bool,
    /// What yes does.
    pub yes: Box<dyn FnOnce(&mut Model) -> Effects>,
}

/// Everything that is on the screen or decides what will be.
pub struct Model {
    /// What this run is about, where its store has no id: the demo, or what was opened.
    pub title: String,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
    /// Focus, zoom, folds and shares of the panes.
    pub desk: Desk,
    /// The store that is looked at.
    pub session: Session,
    /// Other stores that are open.
    pub others: Vec<Session>,
    /// The patch in the making.
    pub draft: Draft,
    /// What lies over the panes, the uppermost last: what has the keys, and what is drawn last.
    pub overlays: Vec<Overlay>,
    /// What came by itself while something was being written or asked; it opens when that is done.
    pub waiting: Vec<Overlay>,
    /// The import that runs or ran last.
    pub import: Importing,
    /// The state file that is written or read.
    pub filing: Filing,
    /// Why the program ends, if it cannot go on.
    pub ending: Option<String>,
    /// The scenarios that are played.
    pub playing: Playing,
    /// How patches merge, for the laws that are checked.
    pub algebra: Algebra,
    /// The work beside the interface that takes its time.
    pub beside: Beside,
    /// What was said so far.
    pub log: Log,
    /// Colours and marks.
    pub theme: Theme,
    /// The number of the last search.
    pub searches: u64,
    /// Where ids for new threads come from.
    pub fresh_id: fn() -> ThreadId,
    /// How many rows were built since the start: what a frame costs.
    pub built: Cell<usize>,
}

impl Model {
    /// A model that looks at a store on a screen without size; the first message is the size.
    pub fn new(session: Session, theme: Theme) -> Self {
        Self {
            title: "threadloupe".to_string(),
            size: (0, 0),
            desk: Desk::default(),
            session,
            others: Vec::new(),
            draft: Draft::default(),
            overlays: Vec::new(),
            waiting: Vec::new(),
            import: Importing::default(),
            filing: Filing::default(),
            ending: None,
            playing: Playing::default(),
            algebra: Algebra::CONTRACT,
            beside: Beside::default(),
            log: Log::default(),
            theme,
            searches: 0,
            fresh_id: ThreadId::new,
            built: Cell::new(0),
        }
    }

    /// What has the keys.
    pub fn spot(&self) -> Spot {
        match self.overlays.last() {
            Some(Overlay::Writing(_)) => Spot::Writing,
            Some(Overlay::Finder(_)) => Spot::Finder,
            Some(Overlay::Reader(_)) => Spot::Reader,
            Some(Overlay::Form(form)) => match form.subject {
                Subject::Call(_) => Spot::Form,
                Subject::Parts { .. } => Spot::Parts,
            },
            Some(Overlay::Text(_)) => Spot::Text,
            Some(Overlay::Difference(_)) => Spot::Difference,
            Some(Overlay::Laws(_)) => Spot::Laws,
            Some(Overlay::Question(_)) => Spot::Question,
            None => spot_of(self.desk.focus),
        }
    }

    /// Says something in the bar.
    pub fn say(&mut self, text: String) {
        self.log.say(text, false);
    }

    /// Says in the bar what went wrong.
    pub fn warn(&mut self, text: String) {
        self.log.say(text, true);
    }

    /// Lays something over the panes.
    pub fn open(&mut self, overlay: Overlay) -> Effects {
        self.overlays.push(overlay);
        Vec::new()
    }

    /// Lays something over the panes that came by itself: what the person writes or is asked has the keys until that is
    /// done. A question comes at once, unless there is one already.
    pub fn arrive(&mut self, overlay: Overlay) -> Effects {
        let spot = self.spot();
        let waits = match overlay {
            Overlay::Question(_) => spot == Spot::Question,
            _ => spot == Spot::Question || spot.is_text(),
        };
        match waits {
            true => self.waiting.push(overlay),
            false => self.overlays.push(overlay),
        }
        Vec::new()
    }

    /// Opens what was waiting, as far as nothing is written or asked any more.
    pub fn admit(&mut self) {
        for overlay in std::mem::take(&mut self.waiting) {
            drop(self.arrive(overlay));
        }
    }

    /// The line that is being written, if it has the keys.
    pub fn writing(&self) -> Option<&Writing> {
        match self.overlays.last() {
            Some(Overlay::Writing(writing)) => Some(writing),
            _ => None,
        }
    }

    /// The layer that is drawn on the panes with the keys in it, by its place among all; `None` if a pane has them. A line
    /// that is being written stands in the bar or in a row, so that what it belongs to looks as if it had them.
    pub fn front(&self) -> Option<usize> {
        let on_panes = |over: &Overlay| !matches!(over, Overlay::Writing(_));
        match self.overlays.last() {
            Some(Overlay::Writing(_)) => self.overlays.iter().rposition(on_panes),
            _ => self.overlays.len().checked_sub(1),
        }
    }

    /// The value that is open and uppermost.
    pub fn reader(&self) -> Option<&Reader> {
        match self.overlays.last() {
            Some(Overlay::Reader(reader)) => Some(reader),
            _ => None,
        }
    }

    /// The text that was looked for last where the keys go; empty if none was.
    pub fn needle(&self) -> &str {
        match (self.overlays.last(), self.desk.focus) {
            (Some(Overlay::Reader(reader)), _) => reader.needle(),
            (_, Pane::History) => self.session.history.needle(),
            (_, Pane::Threads) => &self.session.threads.needle,
            _ => "",
        }
    }

    /// The session of a store.
    pub fn session_of(&mut self, store: StoreKey) -> Option<&mut Session> {
        std::iter::once(&mut self.session)
            .chain(&mut self.others)
            .find(|session| session.store == store)
    }

    /// The session of a store, to be looked at.
    pub fn session_at(&self, store: StoreKey) -> Option<&Session> {
        let mut sessions = std::iter::once(&self.session).chain(&self.others);
        sessions.find(|session| session.store == store)
    }

    /// Looks at the open store of that id, or asks for it.
    pub fn switch_to(&mut self, id: &str) -> Effects {
        if self.session.id == id {
            self.say(format!(
                "Store {} is the one on the screen.",
                self.session.title()
            ));
        } else if let Some(store) = self.store_of(id) {
            self.look_at(store);
        } else {
            return vec![Effect::Run(Call::Open(id.to_string()))];
        }
        Vec::new()
    }

    /// The open store of an id.
    pub fn store_of(&self, id: &str) -> Option<StoreKey> {
        let mut sessions = std::iter::once(&self.session).chain(&self.others);
        let found = sessions.find(|session| !session.id.is_empty() && session.id == id);
        found.map(|session| session.store)
    }

    /// Puts a session onto the screen and the one that was there among the others.
    pub fn show(&mut self, session: Session) {
        let before = std::mem::replace(&mut self.session, session);
        self.others.push(before);
    }

    /// Puts the session of an open store onto the screen.
    pub fn show_store(&mut self, store: StoreKey) {
        if let Some(index) = self.others.iter().position(|session| session.store == store) {
            let session = self.others.remove(index);
            self.show(session);
        }
    }

    /// Puts the session of an open store onto the screen and says which it is.
    pub fn look_at(&mut self, store: StoreKey) {
        self.show_store(store);
        let threads = count(self.session.snapshot.len() as u64, "thread");
        self.say(format!("Store {}: {threads}.", self.session.title()));
    }

    /// Starts an import into the store that is looked at.
    pub fn import_paths(&mut self, paths: Vec<PathBuf>) -> Effects {
        self.import(paths, false)
    }

    /// The same, where that opens the store: no undo takes it back.
    pub fn open_paths(&mut self, paths: Vec<PathBuf>) -> Effects {
        self.import(paths, true)
    }

    fn import(&mut self, paths: Vec<PathBuf>, opening: bool) -> Effects {
        self.import.start(&paths, opening);
        vec![Effect::Run(Call::Import {
            store: self.session.store,
            paths,
            opening,
        })]
    }

    /// Where the panes stand.
    pub fn arrangement(&self) -> Arrangement {
        arrange(Rect::new(0, 0, self.size.0, self.size.1), &self.desk)
    }
}

/// The spot of a pane.
pub fn spot_of(pane: Pane) -> Spot {
    match pane {
        Pane::Threads => Spot::Threads,
        Pane::History => Spot::History,
        Pane::Metadata => Spot::Metadata,
        Pane::Patch => Spot::Patch,
        Pane::Calls => Spot::Calls,
        Pane::Journal => Spot::Journal,
    }
}

/// The pane of a spot.
pub fn pane_of(spot: Spot) -> Option<Pane> {
    match spot {
        Spot::Threads => Some(Pane::Threads),
        Spot::History => Some(Pane::History),
        Spot::Metadata => Some(Pane::Metadata),
        Spot::Patch => Some(Pane::Patch),
        Spot::Calls => Some(Pane::Calls),
        Spot::Journal => Some(Pane::Journal),
        _ => None,
    }
}
