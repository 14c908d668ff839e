//! The model of the interface: everything that is on the screen or decides what will be.
//!
//! A model is changed by [`update`](crate::inspector::update::update) alone and drawn by [`draw`](crate::inspector::layout::draw::draw), which changes nothing. It holds a
//! [`Snapshot`](crate::store::Snapshot) of each open store: looking at it takes no store call, so no look moves a counter.
//! It knows no command and no overlay.

use std::cell::Cell;

use ratatui::layout::Rect;

use super::command::Commands;
use super::effect::{Call, Effects, Job};
use super::log::Log;
use super::overlay::{Overlay, Overlays};
use super::session::{Session, StoreKey};
use crate::inspector::layout::{Layout, LayoutState, arrange};
use crate::inspector::panes::Pane;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::context::Context;
use crate::inspector::state::file::FileJob;
use crate::inspector::state::import::ImportState;
use crate::inspector::state::job::JobState;
use crate::inspector::state::patch_draft::PatchDraft;
use crate::inspector::state::playback::PlaybackState;
use crate::inspector::widgets::line::TextInput;
use crate::inspector::widgets::theme::Theme;
use crate::protocol::ThreadId;
use crate::workbench::laws::{Algebra, Space, small_space};

/// What may look different from the last frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// These panes, by [`Pane::index`], and the key bar.
    Panes([bool; Pane::COUNT]),
    /// Everything.
    Screen,
}

impl Stale {
    /// Nothing but the key bar.
    pub const NOTHING: Self = Self::Panes([false; Pane::COUNT]);

    /// What is stale after a selection was moved in a pane: that pane, and those that show the selected thread.
    pub fn after_moving(pane: Pane) -> Self {
        let shown: &[Pane] = match pane {
            Pane::Threads => &[Pane::Threads, Pane::History, Pane::Metadata, Pane::Patch],
            Pane::History => &[Pane::History],
            Pane::Metadata => &[Pane::Metadata],
            Pane::Patch => &[Pane::Patch],
            Pane::Calls => &[Pane::Calls],
            // Its cursor is the cursor of time.
            Pane::Journal => return Self::Screen,
        };
        let mut panes = [false; Pane::COUNT];
        for pane in shown {
            if let Some(is_stale) = panes.get_mut(pane.index()) {
                *is_stale = true;
            }
        }
        Self::Panes(panes)
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Panes(one), Self::Panes(other)) => {
                let mut both = one;
                both.iter_mut().zip(other).for_each(|(one, other)| *one |= other);
                Self::Panes(both)
            }
            _ => Self::Screen,
        }
    }
}

/// Everything that is on the screen or decides what will be.
pub struct Model {
    /// What this run is about, where its store has no id: the demo, or what was opened.
    pub title: String,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
    /// Focus, zoom, folds and shares of the panes.
    pub layout: LayoutState,
    /// The store that is looked at.
    pub session: Session,
    /// Other stores that are open.
    pub others: Vec<Session>,
    /// The patch in the making.
    pub draft: PatchDraft,
    /// The table of commands.
    pub commands: Commands,
    /// What lies over the panes, the uppermost last: what has the keys, and what is drawn last.
    pub overlays: Overlays,
    /// What came by itself while something was being written or asked; it opens when that is done.
    pub waiting: Overlays,
    /// The import that runs or ran last.
    pub import: ImportState,
    /// The state file that is written or read.
    pub file_job: FileJob,
    /// Why the program ends, if it cannot go on.
    pub ending: Option<String>,
    /// The scenarios that are played.
    pub playback: PlaybackState,
    /// How patches merge, for the laws that are checked.
    pub algebra: Algebra,
    /// The small space over which they are checked.
    pub space: fn() -> Space,
    /// The job under way.
    pub job: JobState,
    /// What was said so far.
    pub log: Log,
    /// Colours and marks.
    pub theme: Theme,
    /// The number of the last search.
    pub searches: u64,
    /// Where ids for new threads come from.
    pub fresh_id: fn() -> ThreadId,
    /// What may look different from the last frame.
    pub stale: Cell<Stale>,
    /// How many rows were built since the start: what a frame costs.
    pub built: Cell<usize>,
}

impl Model {
    /// A model that looks at a store on a screen without size; the first message is the size.
    pub fn new(session: Session, theme: Theme, commands: Commands) -> Self {
        Self {
            title: "threadloupe".to_string(),
            size: (0, 0),
            layout: LayoutState::default(),
            session,
            others: Vec::new(),
            draft: PatchDraft::default(),
            overlays: Overlays::default(),
            waiting: Overlays::default(),
            commands,
            import: ImportState::default(),
            file_job: FileJob::default(),
            ending: None,
            playback: PlaybackState::default(),
            algebra: Algebra::CONTRACT,
            space: small_space,
            job: JobState::default(),
            log: Log::default(),
            theme,
            searches: 0,
            fresh_id: ThreadId::new,
            stale: Cell::new(Stale::Screen),
            built: Cell::new(0),
        }
    }

    /// What has the keys.
    pub fn context(&self) -> Context {
        match self.overlays.last() {
            Some(over) => over.context(),
            None => self.layout.focus.into(),
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
    pub fn open(&mut self, over: impl Overlay) -> Effects {
        self.overlays.push(Box::new(over));
        Vec::new()
    }

    /// Lays something over the panes that came by itself: what the person writes or is asked has the keys until that is
    /// done. A question comes at once, unless there is one already.
    pub fn arrive(&mut self, over: impl Overlay) -> Effects {
        self.admit_one(Box::new(over));
        Vec::new()
    }

    fn admit_one(&mut self, over: Box<dyn Overlay>) {
        let context = self.context();
        let waits = match over.context() {
            Context::Question => context == Context::Question,
            _ => context == Context::Question || context.is_text(),
        };
        match waits {
            true => self.waiting.push(over),
            false => self.overlays.push(over),
        }
    }

    /// Opens what was waiting, as far as nothing is written or asked any more.
    pub fn admit(&mut self) {
        for over in std::mem::take(&mut self.waiting) {
            self.admit_one(over);
        }
    }

    /// The text that was looked for last where the keys go; empty if none was.
    pub fn needle(&self) -> &str {
        match (self.overlays.last(), self.layout.focus) {
            (Some(over), _) => over.needle(),
            (None, Pane::History) => self.session.history.needle(),
            (None, Pane::Threads) => &self.session.threads.needle,
            _ => "",
        }
    }

    /// Changes the text that is being written; false if there is none.
    pub fn write(&mut self, change: impl FnOnce(&mut TextInput)) -> bool {
        let Some(over) = self.overlays.last_mut() else {
            return false;
        };
        match over.line() {
            Some(line) => change(line),
            None => return false,
        }
        over.written();
        true
    }

    /// Begins a job; one that is under way ends.
    pub fn start(&mut self, job: Job) -> Effects {
        let number = self.job.begin(job.what);
        vec![Effect::Run(Call::Job(number, job))]
    }

    /// Ends the job that is under way.
    pub fn stop_job(&mut self) -> Effects {
        self.job.end();
        vec![Effect::Run(Call::StopJob)]
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

    /// Where the panes stand.
    pub fn arrangement(&self) -> Layout {
        arrange(Rect::new(0, 0, self.size.0, self.size.1), &self.layout)
    }
}
