//! Playing scenarios on the screen: the files that come, one after the other, and how fast; what the keys do with the
//! player of the store that is looked at. How it looks is in `strip` below this file.
//!
//! A [`Player`] plays beside the interface and tells what it has played; here is a copy of it. Going back a step moves the
//! cursor of time and plays nothing.

pub mod strip;

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::beside::{self, Task, Tell};
use super::driver::Effect;
use super::importing;
use super::model::{Call, Effects, Model, News, Overlay};
use super::reader::Reader;
use super::run::Scenarios;
use super::session::{Session, StoreKey};
use super::steps;
use crate::workbench::Player;
use crate::workbench::player::{Part, Performed, What};
use crate::workbench::scenario::{Mismatch, Script, files};

/// What is played, and how.
#[derive(Debug, Default)]
pub struct Playing {
    /// The files in their order.
    files: Vec<PathBuf>,
    /// The place of the one that comes next.
    next: usize,
    /// The moment that wins over those of the headers.
    clock: Option<DateTime<Utc>>,
    /// The registered store on which all are played.
    store: Option<String>,
    /// The stores of ids that headers name.
    named: HashMap<String, StoreKey>,
    /// Whether a scenario was read and its store is being made.
    awaited: bool,
    /// The store on which steps are played one after the other.
    going: Option<StoreKey>,
    /// How many single steps were asked for that were not told yet.
    steps: usize,
    /// What holds for them.
    orders: Orders,
}

/// What holds for the steps that are played one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// The number of the playing that goes on; all others have ended.
    pub number: u64,
    /// How fast.
    pub speed: Speed,
}

/// How fast steps follow each other: a place in the table of speeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed(usize);

/// What each speed is called, and by which part of a quarter of the usual pauses are divided; without one there are none.
const SPEEDS: &[(&str, Option<u32>)] = &[
    ("1/4x", Some(1)),
    ("1/2x", Some(2)),
    ("1x", Some(4)),
    ("2x", Some(8)),
    ("4x", Some(16)),
    ("8x", Some(32)),
    ("16x", Some(64)),
    ("full speed", None),
];

impl Default for Speed {
    fn default() -> Self {
        Self(2)
    }
}

/// How long a step stands at the usual speed.
const STEP: Duration = Duration::from_millis(1_500);
/// And how much longer for each character of its note: that is read aloud.
const CHARACTER: Duration = Duration::from_millis(60);

impl Speed {
    /// What it is called.
    pub fn name(self) -> &'static str {
        SPEEDS.get(self.0).map_or("", |(name, _)| name)
    }

    /// The speed so many places further on, as far as there are any.
    #[must_use]
    pub fn faster(self, by: isize) -> Self {
        Self(self.0.saturating_add_signed(by).min(SPEEDS.len() - 1))
    }

    /// How long a step stands before the next one; `None` for as fast as possible.
    pub fn pause(self, note: Option<&str>) -> Option<Duration> {
        let quarters = SPEEDS.get(self.0).and_then(|(_, quarters)| *quarters)?;
        let characters = note.map_or(0, |note| note.chars().count());
        let read = CHARACTER.saturating_mul(u32::try_from(characters).unwrap_or(u32::MAX));
        Some(STEP.saturating_add(read).saturating_mul(4) / quarters)
    }
}

/// Scenarios to be opened.
pub enum Wanted {
    /// As a person has written them: one path, or several with blanks between them.
    Text(String),
    /// One of the files that come.
    File(PathBuf),
}

/// What came of that.
pub struct Opened {
    /// All files that come from now on, where other ones were asked for.
    files: Option<Vec<PathBuf>>,
    /// Sentences about paths that cannot be used.
    wrong: Vec<String>,
    /// The first of them; the error is a sentence.
    script: Option<Result<Script, String>>,
}

/// What a player is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Play one step.
    Step,
    /// Play one after the other, as the orders say; or as fast as possible up to one with a note.
    On {
        /// Whether the next note ends it.
        to_note: bool,
    },
    /// Go back to where the scenario began.
    Restart,
}

/// A scenario was given its store.
pub struct Begun {
    /// The id of the store, if it has one.
    pub id: Option<String>,
    /// What it is called, if it has none.
    pub name: String,
    /// The store.
    pub news: News,
    /// Its player.
    pub player: Player,
}

/// Steps were played.
pub struct Played {
    /// The store.
    pub news: News,
    /// Its player.
    pub player: Player,
    /// What the player was to do.
    pub act: Act,
    /// The number of the playing that has ended with them.
    pub ended: Option<u64>,
    /// What could not be done, in a sentence.
    pub wrong: Option<&'static str>,
}

impl Wanted {
    /// Opens the first of them. `None` if that was broken off.
    pub fn open(self, tell: Tell<'_>) -> Option<Opened> {
        let (files, wrong) = match self {
            Wanted::File(file) => {
                return Some(Opened {
                    files: None,
                    wrong: Vec::new(),
                    script: Some(read(&file, tell)?),
                });
            }
            Wanted::Text(text) => files::find(&paths(&text)),
        };
        let script = match files.first() {
            Some(file) => Some(read(file, tell)?),
            None => None,
        };
        let files = Some(files);
        Some(Opened { files, wrong, script })
    }
}

/// The paths of a text: it is one if there is something of that name.
fn paths(text: &str) -> Vec<PathBuf> {
    let whole = importing::at_home(Path::new(text));
    match whole.exists() {
        true => vec![whole],
        false => text
            .split_whitespace()
            .map(|path| importing::at_home(Path::new(path)))
            .collect(),
    }
}

fn read(path: &Path, tell: Tell<'_>) -> Option<Result<Script, String>> {
    if files::is_standard_input(path) {
        return Some(Err(KEYS.to_string()));
    }
    let script = File::open(path).and_then(|file| {
        let bytes = usize::try_from(file.metadata()?.len()).unwrap_or(0);
        let name = path.to_string_lossy();
        Script::read(&name, file, bytes, &mut |done| tell(done, bytes))
    });
    script.map_err(|error| unreadable(path, &error)).transpose()
}

/// Why no scenario can come from standard input.
pub const KEYS: &str =
    "- is standard input, and there the keys come from: write the scenario into a file and name that";

/// That a file cannot be read, in a sentence.
pub fn unreadable(path: &Path, error: &io::Error) -> String {
    format!(
        "{}: cannot be read: {error}; check the path and its permissions",
        path.display()
    )
}

/// Opens the first of the scenarios with which the inspector was started. The store that is looked at is that of the first.
pub fn start(model: &mut Model, scenarios: Scenarios) -> Effects {
    let playing = &mut model.playing;
    playing.files = scenarios.files;
    playing.clock = scenarios.clock;
    if let Some(id) = scenarios.store {
        playing.named.insert(id.clone(), model.session.store);
        playing.store = Some(id).filter(|_| scenarios.together);
    }
    open_next(model)
}

impl Playing {
    /// The file that comes next.
    pub fn next(&self) -> Option<&Path> {
        self.files.get(self.next).map(PathBuf::as_path)
    }

    /// Whether steps follow each other on a store.
    pub fn is_going(&self, store: StoreKey) -> bool {
        self.going == Some(store)
    }

    /// Whether steps are being played, on whichever store.
    pub fn is_busy(&self) -> bool {
        self.going.is_some() || self.steps > 0
    }

    /// How fast.
    pub fn speed(&self) -> Speed {
        self.orders.speed
    }
}

/// Where one stands in the scenarios of a store.
pub struct View<'a> {
    /// The player.
    pub player: &'a Player,
    /// How many steps were played when the store was as it is looked at.
    pub shown: usize,
    /// The scenario.
    pub part: &'a Part,
    /// The step that is looked at; `None` before the first one of the scenario.
    pub performed: Option<&'a Arc<Performed>>,
}

impl<'a> View<'a> {
    /// Where one stands in a store, if scenarios are played on it.
    pub fn of(session: &'a Session) -> Option<Self> {
        let player = session.player.as_ref()?;
        let tip = session.journal.tip();
        let shown = match session.shown {
            Some((at, shown)) if at == tip && shown <= player.played() => shown,
            _ => player.played_at(tip),
        };
        let part = player.part(shown)?;
        let performed = shown
            .checked_sub(1)
            .filter(|place| *place >= part.first)
            .and_then(|place| player.performed(place));
        Some(Self {
            player,
            shown,
            part,
            performed,
        })
    }

    /// Whether there are steps that were played after the one that is looked at.
    fn is_behind(&self) -> bool {
        self.shown < self.player.played()
    }

    /// Whether the last step of the scenario is looked at.
    pub fn is_last(&self) -> bool {
        self.shown == self.part.end
    }
}

/// Whether there is something to be played.
pub fn possible(model: &Model) -> Result<(), &'static str> {
    match (model.playing.awaited, &model.session.player) {
        (true, _) => Err("a scenario is being opened"),
        (false, None) => Err("no scenario is open here: :play PATH opens one"),
        (false, Some(_)) => Ok(()),
    }
}

/// Opens scenarios that a person has named.
pub fn open(model: &mut Model, text: &str) -> Effects {
    beside::begin(model, Task::Scenario(Wanted::Text(text.trim().to_string())))
}

/// Opens the file that comes next.
pub fn open_next(model: &mut Model) -> Effects {
    match model.playing.next().map(Path::to_path_buf) {
        Some(file) => beside::begin(model, Task::Scenario(Wanted::File(file))),
        None => Vec::new(),
    }
}

/// Takes a scenario that was opened: it gets a store, or another one's goes on.
pub fn take(model: &mut Model, opened: Opened) -> Effects {
    if let Some(files) = opened.files {
        model.playing = Playing {
            files,
            named: std::mem::take(&mut model.playing.named),
            going: model.playing.going,
            steps: model.playing.steps,
            orders: model.playing.orders,
            ..Playing::default()
        };
    }
    for sentence in opened.wrong {
        model.warn(sentence + ".");
    }
    let Some(read) = opened.script else {
        return Vec::new();
    };
    model.playing.next += 1;
    let script = match read {
        Ok(script) => script,
        Err(sentence) => {
            model.warn(sentence + ".");
            return open_next(model);
        }
    };
    let id = model.playing.store.clone().or(script.header.store.clone());
    let store = match &id {
        Some(id) => model
            .playing
            .named
            .get(id)
            .copied()
            .or_else(|| model.store_of(id)),
        None => Some(model.session.store).filter(|_| is_untouched(model)),
    };
    model.playing.awaited = true;
    vec![Effect::Run(Call::Begin {
        store,
        id,
        script: Arc::new(script),
        clock: model.playing.clock,
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
        && !model.playing.named.values().any(|store| *store == session.store)
}

/// Shows a scenario that was given its store.
pub fn begun(model: &mut Model, begun: Begun) -> Effects {
    let store = begun.news.store;
    model.playing.awaited = false;
    if let Some(id) = &begun.id {
        model.playing.named.insert(id.clone(), store);
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

/// Takes what was played.
pub fn played(model: &mut Model, played: Played) -> Effects {
    if played.ended == Some(model.playing.orders.number) {
        model.playing.going = None;
    }
    if played.act == Act::Step {
        model.playing.steps = model.playing.steps.saturating_sub(1);
    }
    if let Some(sentence) = played.wrong {
        model.warn(sentence.to_string());
    }
    if let Some(session) = model.session_of(played.news.store) {
        session.player = Some(played.player);
        if session.past().is_none() {
            session.shown = None;
        }
        session.take(played.news);
    }
    Vec::new()
}

fn act(model: &Model, act: Act) -> Effect<Call> {
    let store = model.session.store;
    Effect::Run(Call::Perform { store, act })
}

fn ordered(model: &Model) -> Effect<Call> {
    Effect::Run(Call::Order(model.playing.orders))
}

/// Pauses, or plays on.
pub fn play_or_pause(model: &mut Model) -> Effects {
    match model.playing.is_going(model.session.store) {
        true => vec![pause(model)],
        false => play(model, false),
    }
}

/// Ends what is being played.
pub fn pause(model: &mut Model) -> Effect<Call> {
    model.playing.going = None;
    model.playing.orders.number += 1;
    ordered(model)
}

/// Plays on from now: step by step, or at once to the next note; behind the last step goes on to the next scenario.
pub fn play(model: &mut Model, to_note: bool) -> Effects {
    if model.session.past().is_some() {
        return_to_now(model);
        model.say("Back to now, and on from there.".to_string());
    }
    model.session.shown = None;
    let Some(end) = at_end(model) else {
        model.playing.orders.number += 1;
        model.playing.going = Some(model.session.store);
        return vec![ordered(model), act(model, Act::On { to_note })];
    };
    end
}

/// What follows where there is nothing more to be played: the next scenario, or a sentence.
fn at_end(model: &mut Model) -> Option<Effects> {
    let player = model
        .session
        .player
        .as_ref()
        .filter(|player| player.is_at_end())?;
    let empty = player
        .part(player.played())
        .is_some_and(|part| part.script.is_empty());
    if model.playing.next().is_some() {
        return Some(open_next(model));
    }
    model.say(
        match empty {
            true => strip::NO_STEP,
            false => "This is the end of the scenario: R plays it again, and , goes back step by step.",
        }
        .to_string(),
    );
    Some(Vec::new())
}

/// Goes a step forth: looks at it if it was played, and plays it otherwise.
pub fn forth(model: &mut Model) -> Effects {
    let mut effects = Vec::new();
    if model.playing.is_going(model.session.store) {
        effects.push(pause(model));
    }
    let Some(view) = View::of(&model.session) else {
        return effects;
    };
    if view.is_behind() {
        let shown = view.shown + 1;
        look(&mut model.session, shown);
    } else if model.session.past().is_some() {
        return_to_now(model);
    } else if let Some(end) = at_end(model) {
        effects.extend(end);
    } else {
        model.playing.steps += 1;
        effects.push(act(model, Act::Step));
    }
    effects
}

/// Looks at the store as it was a step before.
pub fn back(model: &mut Model) -> Effects {
    let mut effects = Vec::new();
    if model.playing.is_going(model.session.store) {
        effects.push(pause(model));
    }
    let Some(view) = View::of(&model.session) else {
        return effects;
    };
    // Calls by hand behind the step are left first.
    let shown = match view.player.tip(view.shown) == model.session.journal.tip() {
        true => view.shown.checked_sub(1),
        false => Some(view.shown),
    };
    match shown {
        Some(shown) => look(&mut model.session, shown),
        None => model.say("This is before the first step.".to_string()),
    }
    effects
}

fn look(session: &mut Session, shown: usize) {
    let Some(tip) = session.player.as_ref().map(|player| player.tip(shown)) else {
        return;
    };
    let steps = session.line().place(tip).map_or(0, |place| place + 1);
    session.look_back(steps);
    session.shown = Some((tip, shown));
}

fn return_to_now(model: &mut Model) {
    model.session.look_back(usize::MAX);
    model.session.shown = None;
}

/// Goes back to where the scenario began, in fact.
pub fn restart(model: &mut Model) -> Effects {
    let paused = pause(model);
    return_to_now(model);
    vec![paused, act(model, Act::Restart)]
}

/// Plays faster or slower.
pub fn speed_up(model: &mut Model, by: isize) -> Effects {
    let speed = &mut model.playing.orders.speed;
    *speed = speed.faster(by);
    vec![ordered(model)]
}

/// Playing ends with whoever looks at another store, at the past, or goes elsewhere in time.
pub fn settle(model: &mut Model, effects: &mut Effects) {
    let travels =
        |effect: &Effect<Call>| matches!(effect, Effect::Run(Call::Travel { .. } | Call::Branch { .. }));
    let leaves = model.session.past().is_some() || !model.playing.is_going(model.session.store);
    if model.playing.going.is_some() && (leaves || effects.iter().any(travels)) {
        let paused = pause(model);
        effects.insert(0, paused);
    }
    model.desk.strip = model.session.player.is_some();
}

/// Opens the step that is looked at.
pub fn open_step(model: &mut Model) -> Effects {
    let Some(view) = View::of(&model.session) else {
        return Vec::new();
    };
    let Some(performed) = view.performed else {
        let header = &view.part.script.header;
        let text = header
            .about
            .clone()
            .unwrap_or_else(|| strip::NOT_BEGUN.to_string());
        let title = strip::title(view.part);
        return model.open(Overlay::Reader(Reader::text(title, text)));
    };
    let number = performed.place - view.part.first + 1;
    let mut text = performed
        .note
        .clone()
        .map(|note| note + "\n\n")
        .unwrap_or_default();
    let title = match &performed.what {
        What::Call(step) => return steps::open(model, *step),
        What::Counters => {
            for mismatch in performed.expect.iter().flatten() {
                text.push_str(&said(mismatch));
                text.push('\n');
            }
            text.push_str(&serde_json::to_string_pretty(&model.session.snapshot.calls()).unwrap_or_default());
            format!("Step {number} \u{b7} calls")
        }
        What::Invalid(invalid) => {
            text.push_str(&invalid.message);
            format!("Step {number} \u{b7} no step")
        }
    };
    model.open(Overlay::Reader(Reader::text(title, text)))
}

/// Where and how an answer was not as expected.
pub fn said(mismatch: &Mismatch) -> String {
    let got = mismatch.got.as_deref().unwrap_or("nothing");
    let mut text = format!("{}: wanted {}, got {got}", mismatch.path, mismatch.want);
    if let Some(message) = &mismatch.message {
        text.push_str("; ");
        text.push_str(message);
    }
    text
}
