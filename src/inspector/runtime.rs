//! The inspector as a program: the terminal, the model, and the hand that carries the model's effects out.
//!
//! Owns the stores that are open in this run, each as a [`Workbench`], and the work beside the interface: store calls,
//! imports and searches. Their results come back as messages.

mod editor;
pub mod event_loop;
pub mod executor;
mod files;
pub mod terminal;
mod threads;

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::Event;

use super::commands;
use super::update::update;
use crate::inspector::features::{playback, state_file, stores};
use crate::inspector::layout::draw::draw_stale;
use crate::inspector::runtime::event_loop::{
    App, Canvas, Effect, Ended, Handler, Mailbox, PasteNotice, mailbox,
};
use crate::inspector::runtime::executor::Executor;
use crate::inspector::state::command::Commands;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::import;
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::Msg;
use crate::inspector::state::playback::Scenarios;
use crate::inspector::state::session::Session;
use crate::inspector::widgets::theme::Theme;
use crate::rollout::limit::MaxBytes;
use crate::store::InMemoryThreadStore;
use crate::workbench::state_file::Reading;
use crate::workbench::{Workbench, demo};

/// So many messages wait for the interface at most.
const MESSAGES: usize = 64;

/// What the inspector is started with. The default is the demo on a store of its own.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use threadloupe::inspector::{Options, run};
/// use threadloupe::workbench::Workbench;
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), threadloupe::inspector::Failed> {
/// let bench = Workbench::new(Arc::default());
/// let store = bench.store();
/// // Calls that are made on `store` from here on, by any task, move on the screen.
/// # drop(store);
/// let status = run(Options::new(bench).title("my program")).await?;
/// # drop(status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Options {
    /// The store under observation to look at; without it, a new one.
    pub(crate) bench: Option<Workbench>,
    /// What stands at the beginning of the first line.
    pub(crate) title: Option<String>,
    /// Rollout files and folders to import.
    pub(crate) paths: Vec<PathBuf>,
    /// The state file to open.
    pub(crate) state: Option<PathBuf>,
    /// The id of the registered store to look at.
    pub(crate) store: Option<String>,
    /// How large packed files may be.
    pub(crate) max_bytes: MaxBytes,
    /// Scenarios to be played.
    pub(crate) scenarios: Option<Scenarios>,
}

impl Options {
    /// Looks at a store. Undo stops at the store as it is when the inspector starts.
    pub fn new(bench: Workbench) -> Self {
        Self {
            bench: Some(bench),
            ..Self::default()
        }
    }

    /// What stands at the beginning of the first line of the screen.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Imports rollout files, and folders of them, into the store.
    #[must_use]
    pub fn import(mut self, paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        self.paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Whether nothing is said of what to look at.
    fn is_demo(&self) -> bool {
        self.bench.is_none()
            && self.paths.is_empty()
            && self.store.is_none()
            && self.state.is_none()
            && self.scenarios.is_none()
    }
}

/// Why the inspector did not start, or could not go on. Its display is a sentence for the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failed(String);

impl Failed {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Runs the inspector on the terminal of this process until the person leaves, and gives the exit status: 0, or 128 and the
/// number of the signal that ended it. It needs a tokio runtime with time and IO enabled.
///
/// # Errors
/// There is no terminal, the state file cannot be read, or the terminal cannot be used any more.
pub async fn run(options: Options) -> Result<u8, Failed> {
    terminal::require().map_err(Failed::of)?;
    let state = options.state.as_deref().map(Reading::open).transpose();
    let state = state.map_err(Failed::of)?;
    let is_demo = options.is_demo();
    let scenarios = options.scenarios.as_ref();
    let id = options.store.or_else(|| scenarios?.store.clone());
    let bench = options.bench.unwrap_or_else(|| {
        Workbench::new(match &id {
            Some(id) => InMemoryThreadStore::for_id(id.as_str()),
            None => Arc::new(InMemoryThreadStore::default()),
        })
    });
    if is_demo {
        let demo = demo::play(&bench).await;
        demo.map_err(|error| Failed(format!("the demo cannot be played: {error}")))?;
    }
    let (mail, inbox) = mailbox(MESSAGES);
    let mut hand = Executor::new(mail.clone(), options.max_bytes);
    let news = hand.observe(bench);
    let mut model = Model::new(
        Session::new(id.unwrap_or_default(), news),
        Theme::of_environment(),
        Commands(commands::COMMANDS),
    );
    if is_demo {
        model.title = "demo".to_string();
        model.session.set_mark();
    }
    if !options.paths.is_empty() {
        model.title = import::names(&options.paths);
        begin(&mut hand, stores::import(&mut model, options.paths, true), &mail);
    }
    if let Some(state) = state {
        begin(&mut hand, state_file::open(&mut model, state), &mail);
    }
    if let Some(scenarios) = options.scenarios {
        begin(&mut hand, playback::open::start(&mut model, scenarios), &mail);
    }
    if let Some(title) = options.title {
        model.title = title;
    }
    let mut stage = terminal::TerminalSession::start()
        .map_err(|error| Failed(format!("the terminal cannot be used: {error}")))?;
    let ended = event_loop::run(&mut model, &mut hand, &mut stage, (mail, inbox)).await;
    drop(stage);
    hand.files.finish();
    if let Some(sentence) = model.ending {
        return Err(Failed(sentence));
    }
    ended
        .map(Ended::status)
        .map_err(|error| Failed(format!("the terminal can no longer be used: {error}")))
}

/// Carries out what goes on before the first key.
fn begin(hand: &mut Executor, effects: Effects, mail: &Mailbox<Msg>) {
    for effect in effects {
        if let Effect::Run(call) = effect {
            Handler::<Model>::run(hand, call, mail);
        }
    }
}

impl App for Model {
    type Msg = Msg;
    type Call = Call;

    fn event(&self, event: Event) -> Option<Msg> {
        match event {
            Event::Key(key) => Some(Msg::Key(key)),
            Event::Paste(text) => Some(Msg::Paste(text)),
            Event::Resize(width, height) => Some(Msg::Resize(width, height)),
            Event::FocusGained | Event::FocusLost | Event::Mouse(_) => None,
        }
    }

    fn paste_notice(&self, notice: PasteNotice) -> Option<Msg> {
        let sentence = notice.to_string();
        Some(Msg::Said(match notice {
            PasteNotice::Ended => Ok(sentence),
            PasteNotice::Unfinished | PasteNotice::Cut { .. } => Err(sentence),
        }))
    }

    fn update(&mut self, msg: Msg) -> Effects {
        update(self, msg)
    }

    fn draw(&self, canvas: &mut Canvas) {
        draw_stale(self, canvas);
    }
}
