//! Opening scenarios: the files that are meant, the first of them read beside the interface, and the store that it gets.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::effect::{Call, Effects, Job};
use crate::inspector::state::import;
use crate::inspector::state::job::Tell;
use crate::inspector::state::model::Model;
use crate::inspector::state::playback::{ScenarioBegun, Scenarios};
use crate::inspector::state::session::Session;
use crate::rollout::open::{Stopped, Stream, unreadable};
use crate::workbench::scenario::{Script, files};

/// Scenarios to be opened.
enum ScenarioSource {
    /// As a person has written them: one path, or several with blanks between them.
    Text(String),
    /// The files that come.
    Files(Vec<PathBuf>),
}

/// What came of that.
struct OpenedScenario {
    /// The first one that could be read.
    script: Option<Script>,
    /// The files that come after it.
    rest: Vec<PathBuf>,
    /// A sentence about each path before it.
    wrong: Vec<String>,
    /// Whether a person has named them.
    asked: bool,
}

impl ScenarioSource {
    /// Opens the first of them that can be read. `None` if that was broken off.
    fn open(self, tell: Tell<'_>) -> Option<OpenedScenario> {
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

/// The paths of a text: it is one if there is something of that name.
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

fn read(path: &Path, tell: Tell<'_>) -> Option<Result<Script, String>> {
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
    // It is asked also while nothing comes.
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

/// Why no scenario can come from standard input.
pub const KEYS: &str =
    "- is standard input, which provides the keys: save the scenario to a file and open that";

/// Opens the first of the scenarios with which the inspector was started. The store that is looked at is that of the first.
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

/// Opens scenarios that a person has named.
pub fn open(model: &mut Model, text: &str) -> Effects {
    model.start(job(ScenarioSource::Text(text.trim().to_string())))
}

/// Opens the file that comes next.
pub fn open_next(model: &mut Model) -> Effects {
    let files = model.playback.files.clone();
    model.start(job(ScenarioSource::Files(files)))
}

fn job(wanted: ScenarioSource) -> Job {
    let work = move |tell: Tell<'_>| wanted.open(tell);
    Job::new("Opening a scenario", work, take)
}

/// Takes a scenario that was opened: it gets a store, or another one's goes on.
fn take(model: &mut Model, opened: OpenedScenario) -> Effects {
    for sentence in opened.wrong {
        model.warn(sentence + ".");
    }
    let playing = &mut model.playback;
    let Some(script) = opened.script else {
        // Where a person has named nothing that can be played, what was to come still comes.
        if !opened.asked {
            playing.files.clear();
        }
        return Vec::new();
    };
    if opened.asked {
        (playing.clock, playing.store) = (None, None);
    }
    playing.files = opened.rest;
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

/// Whether the store that is looked at has no name, and nothing has happened in it.
fn is_untouched(model: &Model) -> bool {
    let session = &model.session;
    session.id.is_empty()
        && session.player.is_none()
        && session.journal.get(1).is_none()
        && session.snapshot.is_empty()
        && !model.import.is_running()
        && !model.playback.named.values().any(|store| *store == session.store)
}

/// Shows a scenario that was given its store.
pub fn begun(model: &mut Model, begun: ScenarioBegun) -> Effects {
    let store = begun.news.store;
    model.playback.awaited = false;
    if let Some(id) = &begun.id {
        model.playback.named.insert(id.clone(), store);
    }
    if model.session_of(store).is_none() {
        let mut session = Session::new(begun.id.unwrap_or_default(), begun.news);
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
