//! Opens scenarios: finds the files, reads the first one in the background, and assigns a store.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::effect::{Call, Effects, Job};
use crate::inspector::state::import;
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::inspector::state::playback::{ScenarioBegun, Scenarios};
use crate::inspector::state::session::Session;
use crate::rollout::open::{Stopped, Stream, unreadable};
use crate::workbench::scenario::{Script, files};

/// Scenarios to open.
enum ScenarioSource {
    /// As the user entered them: one path, or several separated by spaces.
    Text(String),
    /// The files in the queue.
    Files(Vec<PathBuf>),
}

/// The result of opening scenarios.
struct OpenedScenario {
    /// The first scenario that could be read.
    script: Option<Script>,
    /// The files after that scenario.
    rest: Vec<PathBuf>,
    /// An error message for each path before that scenario.
    wrong: Vec<String>,
    /// Whether the user entered the paths.
    asked: bool,
}

impl ScenarioSource {
    /// Opens the first scenario that can be read. Returns `None` if this was stopped.
    fn open(self, tell: JobProgressFn<'_>) -> Option<OpenedScenario> {
        let asked = matches!(self, ScenarioSource::Text(_));
        let (files, mut wrong) = match self {
            ScenarioSource::Files(files) => (files, Vec::new()),
            ScenarioSource::Text(text) => files::find(&paths(&text)),
        };
        let mut rest = files.into_iter();
        let mut script = None;
        for file in rest.by_ref() {
            match read(&file, tell)? {
                Ok(read) => {
                    script = Some(read);
                    break;
                }
                Err(sentence) => wrong.push(sentence),
            }
        }
        Some(OpenedScenario {
            script,
            rest: rest.collect(),
            wrong,
            asked,
        })
    }
}

/// Splits a text into paths. If a file with the whole text as its name exists, the text is one path.
fn paths(text: &str) -> Vec<PathBuf> {
    let whole = import::at_home(Path::new(text));
    match whole.exists() {
        true => vec![whole],
        false => text
            .split_whitespace()
            .map(|path| import::at_home(Path::new(path)))
            .collect(),
    }
}

fn read(path: &Path, tell: JobProgressFn<'_>) -> Option<Result<Script, String>> {
    if files::is_standard_input(path) {
        return Some(Err(KEYS.to_string()));
    }
    let name = path.to_string_lossy();
    let far = Cell::new((0, 0));
    let tell = RefCell::new(tell);
    let tell = |done, bytes| {
        far.set((done, bytes));
        (tell.borrow_mut())(done, bytes)
    };
    // The stop request is checked even while no data arrives.
    let is_stopped = || {
        let (done, bytes) = far.get();
        tell(done, bytes).is_break()
    };
    let script = Stream::open(path, is_stopped).and_then(|input| {
        let bytes = usize::try_from(input.length()).unwrap_or(0);
        Script::read(&name, input, bytes, &mut |done| tell(done, bytes))
    });
    match script {
        Err(error) if Stopped::is(&error) => None,
        script => script
            .map_err(|error| unreadable(path.display(), &error))
            .transpose(),
    }
}

/// The reason why a scenario cannot be read from standard input.
pub const KEYS: &str =
    "standard input (-) is used for key presses: save the scenario to a file and open that file";

/// Opens the first of the scenarios from the command line. The current store is the store of the first scenario.
pub fn start(model: &mut Model, scenarios: Scenarios) -> Effects {
    let playing = &mut model.playback;
    playing.files = scenarios.files;
    playing.clock = scenarios.clock;
    if let Some(id) = scenarios.store {
        playing.named.insert(id.clone(), model.session.store);
        playing.store = Some(id).filter(|_| scenarios.together);
    }
    open_next(model)
}

/// Opens scenarios that the user entered.
pub fn open(model: &mut Model, text: &str) -> Effects {
    model.start(job(ScenarioSource::Text(text.trim().to_string())))
}

/// Opens the next row of the scenario, or the next file.
pub fn open_next(model: &mut Model) -> Effects {
    if let Some(script) = model.playback.row.take() {
        return begin(model, script);
    }
    let files = model.playback.files.clone();
    model.start(job(ScenarioSource::Files(files)))
}

fn job(wanted: ScenarioSource) -> Job {
    let work = move |tell: JobProgressFn<'_>| wanted.open(tell);
    Job::new("Opening a scenario", work, take)
}

/// Begins the scenario that was opened.
fn take(model: &mut Model, opened: OpenedScenario) -> Effects {
    for sentence in opened.wrong {
        model.warn(sentence + ".");
    }
    let playing = &mut model.playback;
    let Some(script) = opened.script else {
        // If none of the paths that the user entered can be played, the queue stays.
        if !opened.asked {
            playing.files.clear();
        }
        return Vec::new();
    };
    if opened.asked {
        (playing.clock, playing.store) = (None, None);
    }
    playing.files = opened.rest;
    begin(model, script)
}

/// Loads a scenario into a new store or into an existing one. The next row of the scenario is played after it.
fn begin(model: &mut Model, script: Script) -> Effects {
    model.playback.row = script.next_row();
    let id = model.playback.store.clone().or(script.header.store.clone());
    let store = match &id {
        Some(id) => model
            .playback
            .named
            .get(id)
            .copied()
            .or_else(|| model.store_of(id)),
        None => Some(model.session.store).filter(|_| is_untouched(model)),
    };
    model.playback.awaited = true;
    vec![Effect::Run(Call::Begin {
        store,
        id,
        script: Arc::new(script),
        clock: model.playback.clock,
    })]
}

/// Returns whether the current store has no name and is unused.
fn is_untouched(model: &Model) -> bool {
    let session = &model.session;
    session.id.is_empty()
        && session.player.is_none()
        && session.journal.get(1).is_none()
        && session.snapshot.is_empty()
        && !model.import.is_running()
        && !model.playback.named.values().any(|store| *store == session.store)
}

/// Shows a scenario that was loaded into a store.
pub fn begun(model: &mut Model, begun: ScenarioBegun) -> Effects {
    let store = begun.news.store;
    model.playback.awaited = false;
    if let Some(id) = &begun.id {
        model.playback.named.insert(id.clone(), store);
    }
    if model.session_of(store).is_none() {
        let id = begun.id.unwrap_or_default();
        let mut session = Session::new(id, begun.news).viewed_as(&model.session);
        session.player = Some(begun.player);
        session.name = begun.name;
        model.show(session);
        return Vec::new();
    }
    model.show_store(store);
    let session = &mut model.session;
    session.look_back(usize::MAX);
    session.player = Some(begun.player);
    session.shown = None;
    session.name = begun.name;
    session.take(begun.news);
    Vec::new()
}
