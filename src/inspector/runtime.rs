//! Runs the inspector: the terminal, the model, and the executor that runs the effects of the model.
//!
//! Owns the open stores, each as a [`Workbench`], and the background work: store calls, imports and searches. Results
//! arrive as messages.

pub(crate) mod cast;
pub mod configuration_file;
mod editor;
pub mod event_loop;
pub mod executor;
mod files;
mod listening;
mod log;
mod plain;
pub mod settings_file;
pub mod terminal;
mod threads;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use crossterm::event::Event;
use etcetera::BaseStrategy as _;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::door::Address;
use crate::inspector::configuration::Configuration;
use crate::inspector::features::{self, mouse, playback, state_file, stores, tutor};
use crate::inspector::layout::draw::draw_stale;
use crate::inspector::runtime::event_loop::{
    App, Canvas, Effect, ExitReason, Handler, Mailbox, PasteNotice, mailbox,
};
use crate::inspector::runtime::executor::Executor;
use crate::inspector::runtime::listening::ServedStore;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::import;
use crate::inspector::state::listening::Listening;
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::Msg;
use crate::inspector::state::playback::Scenarios;
use crate::inspector::state::session::Session;
use crate::inspector::state::settings;
use crate::inspector::widgets::theme::{Background, Theme};
use crate::rollout::limit::MaxBytes;
use crate::store::InMemoryThreadStore;
use crate::workbench::state_file::StateFileReader;
use crate::workbench::{Workbench, demo};

/// The maximum number of messages in the mailbox of the interface.
const MESSAGES: usize = 64;

/// The options of the inspector. By default, the inspector runs the demo on a new store.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use threadloupe::inspector::{Options, run};
/// use threadloupe::workbench::Workbench;
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), threadloupe::inspector::InspectorError> {
/// let bench = Workbench::new(Arc::default());
/// let store = bench.store();
/// // From here on, calls that any task makes on `store` appear on the screen.
/// # drop(store);
/// let status = run(Options::new(bench).title("my program")).await?;
/// # drop(status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Options {
    /// The observed store to inspect. `None` creates a new store.
    pub(crate) bench: Option<Workbench>,
    /// The text at the start of the first line.
    pub(crate) title: Option<String>,
    /// Rollout files and folders to import.
    pub(crate) paths: Vec<PathBuf>,
    /// Whether the imported files are followed.
    pub(crate) follow: bool,
    /// The state file to open.
    pub(crate) state: Option<PathBuf>,
    /// The id of the registered store to inspect.
    pub(crate) store: Option<String>,
    /// The size limit for compressed files.
    pub(crate) max_bytes: MaxBytes,
    /// The scenarios to play.
    pub(crate) scenarios: Option<Scenarios>,
    /// Where other programs can call the store.
    pub(crate) listen: Option<Address>,
    /// Whether the settings of earlier runs are ignored, and none are saved.
    pub(crate) no_settings: bool,
    /// Whether the inspector reads commands and prints text line by line.
    pub(crate) plain: bool,
    /// What the configuration file sets.
    pub(crate) configuration: Configuration,
    /// Whether the tutor is opened.
    pub(crate) tutor: bool,
}

impl Options {
    /// Inspects a store. Undo cannot go back beyond the state of the store when the inspector starts.
    pub fn new(bench: Workbench) -> Self {
        Self {
            bench: Some(bench),
            ..Self::default()
        }
    }

    /// Sets the text at the start of the first line of the screen.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Imports rollout files, and folders of them, into the store; `-` is standard input.
    #[must_use]
    pub fn import(mut self, paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        self.paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Follows the imported files: what is appended to them is imported as it is written.
    #[must_use]
    pub fn follow(mut self, on: bool) -> Self {
        self.follow = on;
        self
    }

    /// Lets other programs call the store at this address while the inspector runs, as `threadloupe serve` does. The
    /// journal shows the client of each call.
    #[must_use]
    pub fn listen(mut self, address: Address) -> Self {
        self.listen = Some(address);
        self
    }

    /// Starts with the defaults instead of the settings of earlier runs, and saves no settings.
    #[must_use]
    pub fn without_settings(mut self) -> Self {
        self.no_settings = true;
        self
    }

    /// Returns whether the options specify nothing to inspect.
    fn is_demo(&self) -> bool {
        self.bench.is_none()
            && self.paths.is_empty()
            && self.store.is_none()
            && self.state.is_none()
            && self.scenarios.is_none()
            && self.listen.is_none()
    }
}

/// The reason why the inspector could not start or continue. Its `Display` output is a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InspectorError(String);

impl InspectorError {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Runs the inspector on the terminal of this process until the user quits. Returns the exit status: 0, or 128 plus the
/// number of the signal that ended it. Requires a tokio runtime with time and IO enabled, on which background work runs.
/// The interface has a thread of its own, so work on that runtime does not delay it. If the future is dropped, the
/// interface ends and the terminal is restored.
///
/// # Errors
/// There is no terminal, the state file cannot be read, or the terminal can no longer be used.
pub async fn run(options: Options) -> Result<u8, InspectorError> {
    if !options.plain {
        terminal::require().map_err(InspectorError::of)?;
    }
    let background = Handle::current();
    let (stop, stopped) = oneshot::channel();
    let (done, ended) = oneshot::channel();
    let thread = thread::Builder::new()
        .name("interface".to_owned())
        .spawn(move || drop(done.send(run_here(options, background, stopped))))
        .map_err(|error| InspectorError(format!("the system cannot start another thread: {error}")))?;
    let interface = Interface {
        stop: Some(stop),
        thread: Some(thread),
    };
    match ended.await {
        Ok(status) => status,
        Err(_) => interface.panicked(),
    }
}

/// The thread of the interface. Dropping this ends the interface and waits until the terminal is restored.
struct Interface {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Interface {
    /// Resumes the panic of the interface thread on the current thread.
    fn panicked(mut self) -> ! {
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            _ => unreachable!("the thread sends its result unless it panics"),
        }
    }
}

impl Drop for Interface {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // If the thread panicked, the panic hook has already reported it.
            let _ = thread.join();
        }
    }
}

/// Runs the interface on this thread, which then polls the terminal itself: a key is handled without a switch to
/// another thread.
fn run_here(
    options: Options,
    background: Handle,
    stopped: oneshot::Receiver<()>,
) -> Result<u8, InspectorError> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| InspectorError(format!("the terminal cannot be used: {error}")))?;
    runtime.block_on(async {
        tokio::select! {
            status = interface(options, background) => status,
            _ = stopped => Ok(0),
        }
    })
}

async fn interface(options: Options, background: Handle) -> Result<u8, InspectorError> {
    let state = options.state.as_deref().map(StateFileReader::open).transpose();
    let state = state.map_err(InspectorError::of)?;
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
        demo.map_err(|error| InspectorError(format!("the demo cannot be played: {error}")))?;
    }
    let (mail, inbox) = mailbox(MESSAGES);
    let (mut hand, news) = {
        let _inside = background.enter();
        let mut hand = Executor::new(mail.clone(), options.max_bytes);
        let news = hand.observe(bench);
        (hand, news)
    };
    let mut model = Model::new(
        Session::new(id.unwrap_or_default(), news),
        Theme::of_environment(),
        options.configuration.commands,
    );
    let look = options.configuration.look;
    model.theme = model.theme.named(look.theme.unwrap_or_default());
    model.theme = model.theme.in_ascii(look.ascii.unwrap_or(model.theme.is_ascii()));
    model.mouse.is_on = !look.no_mouse;
    model.state_folder = state_folder();
    model.local_time = |at| at.with_timezone(&chrono::Local).fixed_offset();
    let is_explored = !options.paths.is_empty() || options.tutor;
    start(
        &mut model,
        options.no_settings,
        &options.configuration,
        is_explored,
    );
    if is_demo {
        model.title = "demo".to_string();
        model.session.set_mark(false);
    }
    if !options.paths.is_empty() {
        model.title = import::names(&options.paths);
        begin(&mut hand, stores::import(&mut model, options.paths, true), &mail);
        // The files are watched only after they have been imported.
        model.import.follow(options.follow);
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
    // What the lessons save is of no use afterwards.
    let lessons = options.tutor.then(tempfile::tempdir).transpose();
    let lessons =
        lessons.map_err(|error| InspectorError(format!("the tutor needs a folder for files: {error}")))?;
    if let Some(folder) = &lessons {
        model.folder = folder.path().to_owned();
        model.settings.hint_keys = 0;
        tutor::begin(&mut model);
    }
    let mut served = None;
    if let Some(address) = options.listen {
        let store = model.session.store;
        let started = ServedStore::start(&background, address, &hand.bench(store), mail.clone()).await;
        let started = started.map_err(InspectorError)?;
        model.say(format!("Listening at {}.", started.address));
        model.listening = Some(Listening { store, clients: 0 });
        served = Some(started);
    }
    let ended = if options.plain {
        let lines = plain::standard_input()
            .map_err(|error| InspectorError(format!("standard input cannot be read: {error}")))?;
        let mut out = std::io::stdout();
        plain::run(&mut model, &mut hand, (mail, inbox), lines, &mut out).await
    } else {
        let modes = terminal::Modes {
            mouse: model.mouse.is_on,
            background: model.theme.follows_background(),
        };
        let mut stage = terminal::TerminalSession::start(background, modes)
            .map_err(|error| InspectorError(format!("the terminal cannot be used: {error}")))?;
        event_loop::run(&mut model, &mut hand, &mut stage, (mail, inbox)).await
    };
    if let Some(served) = &served {
        served.stop();
    }
    if let Some(served) = served {
        served.finish().await;
    }
    hand.files.finish();
    // At the end of a run, there is nowhere to show an error; the next run that cannot save reports it.
    let _ = hand.settings.save();
    if let Some(sentence) = model.ending {
        return Err(InspectorError(sentence));
    }
    ended
        .map(ExitReason::status)
        .map_err(|error| InspectorError(format!("the terminal can no longer be used: {error}")))
}

/// Applies the settings of earlier runs and the configuration to the model.
fn start(model: &mut Model, no_settings: bool, configuration: &Configuration, is_explored: bool) {
    let path = model.state_folder.as_ref().filter(|_| !no_settings);
    let path = path.map(|folder| folder.join(settings::FILE));
    let read = path.as_deref().map_or(Ok(None), settings_file::read);
    let (read, refused) = match read {
        Ok(read) => (read, None),
        Err(sentence) => (None, Some(sentence)),
    };
    features::settings::start(model, read.as_ref(), configuration, is_explored);
    if !read.is_some_and(|read| read.hinted) {
        model.settings.hint_keys = settings::HINT_KEYS;
        model.settings.saved.hinted = false;
    }
    match refused {
        Some(sentence) => model.warn(sentence),
        None => model.settings.path = path,
    }
}

/// Returns the folder for what is kept between runs, below `$XDG_STATE_HOME` or `~/.local/state`.
fn state_folder() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    let folder = base.state_dir()?.join("threadloupe");
    // Below a relative home folder, the folder would depend on where the program is started.
    folder.is_absolute().then_some(folder)
}

/// Runs the effects that start before the first key press.
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
            Event::Mouse(event) => (self.mouse.is_on && mouse::is_used(&event)).then_some(Msg::Mouse(event)),
            Event::FocusGained | Event::FocusLost => None,
        }
    }

    fn background(&self, color: [f32; 3]) -> Option<Msg> {
        Some(Msg::Background(Background::of(color)))
    }

    fn paste_notice(&self, notice: PasteNotice) -> Option<Msg> {
        let sentence = notice.to_string();
        Some(Msg::Said(match notice {
            PasteNotice::Ended => Ok(sentence),
            PasteNotice::Unfinished | PasteNotice::Cut { .. } => Err(sentence),
        }))
    }

    fn update(&mut self, msg: Msg) -> Effects {
        log::logged(self, msg)
    }

    fn draw(&self, canvas: &mut Canvas) {
        draw_stale(self, canvas);
    }

    fn alarm(&self) -> Option<(Instant, Msg)> {
        let left = self.session.calls.changes_at? - self.now();
        Some((
            Instant::now() + left.to_std().unwrap_or_default(),
            Msg::RatesChange,
        ))
    }
}
