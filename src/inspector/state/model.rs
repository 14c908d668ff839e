//! The model of the interface: everything that is on the screen or determines what is on it.
//!
//! Only [`update`](crate::inspector::update::update) changes a model. [`draw`](crate::inspector::layout::draw::draw)
//! draws it without changing it. The model contains a [`Snapshot`](crate::store::Snapshot) of each open store, so
//! showing a store makes no store calls and changes no counters. The model depends on no command and no overlay.

use std::cell::Cell;
use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, Utc};
use ratatui::layout::Rect;

use super::command::Commands;
use super::effect::{Call, Effects, Job};
use super::log::Log;
use super::overlay::{Overlay, Overlays};
use super::session::{Session, StoreKey};
use crate::inspector::features::copying::Clipboard;
use crate::inspector::features::recall::RecentTexts;
use crate::inspector::layout::{Layout, LayoutState, arrange};
use crate::inspector::panes::Pane;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::context::Context;
use crate::inspector::state::file::FileJob;
use crate::inspector::state::import::ImportState;
use crate::inspector::state::job::JobState;
use crate::inspector::state::listening::Listening;
use crate::inspector::state::mouse::MouseState;
use crate::inspector::state::patch_draft::PatchDraft;
use crate::inspector::state::playback::PlaybackState;
use crate::inspector::state::settings::SettingsState;
use crate::inspector::state::tutor::TutorState;
use crate::inspector::widgets::cursor::ListCursor;
use crate::inspector::widgets::line::TextInput;
use crate::inspector::widgets::theme::Theme;
use crate::protocol::ThreadId;
use crate::workbench::laws::{Algebra, LawCases, small_space};

/// The parts of a pane that may have changed since the last frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StalePane {
    /// Nothing.
    Nothing,
    /// What depends on the cursor of its list. This was the cursor in the last frame.
    Cursor(ListCursor),
    /// The whole pane.
    Whole,
}

impl StalePane {
    fn and(self, later: Self) -> Self {
        match (self, later) {
            (Self::Nothing, stale) | (stale, Self::Nothing) => stale,
            (Self::Cursor(from), Self::Cursor(_)) => Self::Cursor(from),
            _ => Self::Whole,
        }
    }
}

/// The parts of the screen that may have changed since the last frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// These parts of the panes, by [`Pane::index`], and the key bar.
    Panes([StalePane; Pane::COUNT]),
    /// The whole screen.
    Screen,
}

impl Stale {
    /// Only the key bar.
    pub const NOTHING: Self = Self::Panes([StalePane::Nothing; Pane::COUNT]);

    /// Returns what is stale after the selection moved in a pane: what depends on its cursor, and the panes that depend
    /// on its selection.
    pub fn after_moving(pane: Pane, stale: StalePane) -> Self {
        let dependent: &[Pane] = match pane {
            Pane::Threads => &[Pane::History, Pane::Metadata, Pane::Patch],
            Pane::History | Pane::Metadata | Pane::Patch | Pane::Calls => &[],
            // The selected step determines the state that all panes show.
            Pane::Journal => return Self::Screen,
        };
        let mut panes = [StalePane::Nothing; Pane::COUNT];
        panes[pane.index()] = stale;
        for pane in dependent {
            panes[pane.index()] = StalePane::Whole;
        }
        Self::Panes(panes)
    }

    /// Combines what is stale with what `later` makes stale.
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        match (self, later) {
            (Self::Panes(mut panes), Self::Panes(later)) => {
                panes
                    .iter_mut()
                    .zip(later)
                    .for_each(|(pane, later)| *pane = pane.and(later));
                Self::Panes(panes)
            }
            _ => Self::Screen,
        }
    }
}

/// The state of the whole interface.
pub struct Model {
    /// The title of this run for a store without an id: the demo, or the name of what was opened.
    pub title: String,
    /// The columns and rows of the screen.
    pub size: (u16, u16),
    /// The focused pane, zoom, folded panes and pane sizes.
    pub layout: LayoutState,
    /// The store on the screen.
    pub session: Session,
    /// The other open stores.
    pub others: Vec<Session>,
    /// The patch in the patch form.
    pub draft: PatchDraft,
    /// The patches that were applied in this run, the latest first, without duplicates.
    pub recent_patches: Vec<String>,
    /// The searches and filters of this run.
    pub recent_texts: RecentTexts,
    /// The columns of the thread list, as indices into the table of columns. `None` if the width decides.
    pub columns: Option<Vec<usize>>,
    /// What is remembered between runs.
    pub settings: SettingsState,
    /// The folder for what is kept between runs, if there is one.
    pub state_folder: Option<PathBuf>,
    /// The table of commands.
    pub commands: Commands,
    /// The folder for new files without a path; empty for the current folder.
    pub folder: PathBuf,
    /// Whether exports mask texts that look like keys or tokens.
    pub masks_secrets: bool,
    /// Where copied text goes.
    pub clipboard: Clipboard,
    /// The open overlays, the top one last. The top overlay has focus and is drawn last.
    pub overlays: Overlays,
    /// Overlays that arrived without a key press while the user entered text or answered a question. They open when the
    /// user is done.
    pub waiting: Overlays,
    /// The current or last import.
    pub import: ImportState,
    /// The state file that is being saved or opened.
    pub file_job: FileJob,
    /// The reason why the program must end, if any.
    pub ending: Option<String>,
    /// The scenarios and their playback.
    pub playback: PlaybackState,
    /// The tutor, while it is open.
    pub tutor: Option<TutorState>,
    /// The merge functions that the law checks use.
    pub algebra: Algebra,
    /// The small space of patches that the law checks enumerate.
    pub space: fn() -> LawCases,
    /// The background job.
    pub job: JobState,
    /// The message log.
    pub log: Log,
    /// Whether other programs can call a store, and how many are connected.
    pub listening: Option<Listening>,
    /// Colors and signs.
    pub theme: Theme,
    /// Whether the mouse is captured, and what it holds.
    pub mouse: MouseState,
    /// The number of the last search.
    pub searches: u64,
    /// The system clock.
    pub system_clock: fn() -> DateTime<Utc>,
    /// Converts times to those that are shown.
    pub local_time: fn(DateTime<Utc>) -> DateTime<FixedOffset>,
    /// Generates ids for new threads.
    pub fresh_id: fn() -> ThreadId,
    /// The parts of the screen that may have changed since the last frame.
    pub stale: Cell<Stale>,
    /// The number of rows built since the program started. The difference between two frames is the cost of a frame.
    pub built: Cell<usize>,
}

impl Model {
    /// Creates a model for a store. The screen size is (0, 0) until the first resize message.
    pub fn new(session: Session, theme: Theme, commands: Commands) -> Self {
        Self {
            title: "threadloupe".to_string(),
            size: (0, 0),
            layout: LayoutState::default(),
            session,
            others: Vec::new(),
            draft: PatchDraft::default(),
            recent_patches: Vec::new(),
            recent_texts: RecentTexts::default(),
            columns: None,
            settings: SettingsState::default(),
            state_folder: None,
            folder: PathBuf::new(),
            masks_secrets: true,
            clipboard: Clipboard::default(),
            overlays: Overlays::default(),
            waiting: Overlays::default(),
            commands,
            import: ImportState::default(),
            file_job: FileJob::default(),
            ending: None,
            playback: PlaybackState::default(),
            tutor: None,
            algebra: Algebra::CONTRACT,
            space: small_space,
            job: JobState::default(),
            log: Log::default(),
            listening: None,
            theme,
            mouse: MouseState::default(),
            searches: 0,
            system_clock: Utc::now,
            local_time: |at| at.fixed_offset(),
            fresh_id: ThreadId::new,
            stale: Cell::new(Stale::Screen),
            built: Cell::new(0),
        }
    }

    /// Returns the current time of the store's clock: its fixed clock or, if it has none, the system clock. The time of
    /// the snapshot is that of the last step.
    pub fn now(&self) -> DateTime<Utc> {
        self.session.snapshot.clock().unwrap_or_else(self.system_clock)
    }

    /// Returns the cursor of the list in a pane, and the number of its rows.
    pub fn list_mut(&mut self, pane: Pane) -> (&mut ListCursor, usize) {
        let session = &mut self.session;
        match pane {
            Pane::Threads => {
                let rows = session.threads.rows().len();
                (&mut session.threads.cursor, rows)
            }
            Pane::History => {
                let rows = session.history.rows();
                (&mut session.history.cursor, rows)
            }
            Pane::Metadata => (&mut session.metadata.cursor, session.metadata.rows.len()),
            Pane::Patch => {
                let rows = self.draft.rows().len();
                (&mut self.draft.cursor, rows)
            }
            Pane::Calls => {
                let rows = session.calls.rows().len();
                (&mut session.calls.cursor, rows)
            }
            Pane::Journal => {
                let rows = session.steps.rows();
                (&mut session.steps.cursor, rows)
            }
        }
    }

    /// Returns the cursor of the list in a pane.
    pub fn cursor(&self, pane: Pane) -> ListCursor {
        let session = &self.session;
        match pane {
            Pane::Threads => session.threads.cursor,
            Pane::History => session.history.cursor,
            Pane::Metadata => session.metadata.cursor,
            Pane::Patch => self.draft.cursor,
            Pane::Calls => session.calls.cursor,
            Pane::Journal => session.steps.cursor,
        }
    }

    /// Returns the context that has focus.
    pub fn context(&self) -> Context {
        match self.overlays.last() {
            Some(over) => over.context(),
            None => self.layout.focus.into(),
        }
    }

    /// Shows a message in the bar. `{key:NAME}` in it stands for the key of the command with that name.
    pub fn say(&mut self, text: String) {
        self.log.say(self.commands.fill(&text).into_owned(), false);
    }

    /// Shows a warning in the bar. `{key:NAME}` in it stands for the key of the command with that name.
    pub fn warn(&mut self, text: String) {
        self.log.say(self.commands.fill(&text).into_owned(), true);
    }

    /// Opens an overlay.
    pub fn open(&mut self, over: impl Overlay) -> Effects {
        self.overlays.push(Box::new(over));
        Vec::new()
    }

    /// Opens an overlay that arrives without a key press. If the user is entering text or answering a question, the
    /// overlay waits until that is done. A question waits only for another question.
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

    /// Opens the waiting overlays. An overlay keeps waiting while the user enters text or answers a question.
    pub fn admit(&mut self) {
        for over in std::mem::take(&mut self.waiting) {
            self.admit_one(over);
        }
    }

    /// Returns the last search text of the focused overlay or pane, or an empty text.
    pub fn needle(&self) -> &str {
        match (self.overlays.last(), self.layout.focus) {
            (Some(over), _) => over.needle(),
            (None, Pane::History) => self.session.history.needle(),
            (None, Pane::Threads) => &self.session.threads.needle,
            _ => "",
        }
    }

    /// Changes the text that is being edited. Returns false if there is none.
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

    /// Goes to the next value of the input that is being edited. Returns false if the input is not a choice between a
    /// few values.
    pub fn toggle(&mut self) -> bool {
        self.overlays.last_mut().is_some_and(|over| over.toggle())
    }

    /// Starts a job and ends the running one.
    pub fn start(&mut self, job: Job) -> Effects {
        let number = self.job.begin(job.what);
        vec![Effect::Run(Call::Job(number, job))]
    }

    /// Ends the running job.
    pub fn stop_job(&mut self) -> Effects {
        self.job.end();
        vec![Effect::Run(Call::StopJob)]
    }

    /// Returns the session of a store mutably.
    pub fn session_of(&mut self, store: StoreKey) -> Option<&mut Session> {
        std::iter::once(&mut self.session)
            .chain(&mut self.others)
            .find(|session| session.store == store)
    }

    /// Returns the session of a store.
    pub fn session_at(&self, store: StoreKey) -> Option<&Session> {
        let mut sessions = std::iter::once(&self.session).chain(&self.others);
        sessions.find(|session| session.store == store)
    }

    /// Returns the open store with this id.
    pub fn store_of(&self, id: &str) -> Option<StoreKey> {
        let mut sessions = std::iter::once(&self.session).chain(&self.others);
        let found = sessions.find(|session| !session.id.is_empty() && session.id == id);
        found.map(|session| session.store)
    }

    /// Switches to a session. The current session moves to the other open stores.
    pub fn show(&mut self, session: Session) {
        let before = std::mem::replace(&mut self.session, session);
        self.others.push(before);
    }

    /// Switches to the session of an open store.
    pub fn show_store(&mut self, store: StoreKey) {
        if let Some(index) = self.others.iter().position(|session| session.store == store) {
            let session = self.others.remove(index);
            self.show(session);
        }
    }

    /// Computes the layout of the panes.
    pub fn arrangement(&self) -> Layout {
        arrange(Rect::new(0, 0, self.size.0, self.size.1), &self.layout)
    }
}
