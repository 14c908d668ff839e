//! Updates the model for one message and returns the effects. This module is pure: it does not wait, read or write.

use crossterm::event::KeyEvent;

use crate::inspector::commands::keys;
use crate::inspector::features::{
    actions, calls, clients, completion, contents, follow, history_search, mouse, open, patch, patch_drawer,
    playback, prompt, settings, show, state_file, stores, targets, time_travel, tutor,
};
use crate::inspector::layout::parts::parts;
use crate::inspector::layout::{LayoutState, visible};
use crate::inspector::overlays::patch_text;
use crate::inspector::overlays::question::Question;
use crate::inspector::panes::history::view::{Density, HistoryView};
use crate::inspector::panes::{self, Pane};
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::Action;
use crate::inspector::state::command::Command;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::import;
use crate::inspector::state::model::{Model, Stale, StalePane};
use crate::inspector::state::msg::{JobMsg, Msg};
use crate::inspector::state::session::StoreKey;
use crate::workbench::TimeTravelError;

/// The passes that run after each message, in this order. Each pass updates derived state and may remove, delay or add
/// effects.
const PASSES: &[fn(&mut Model, &mut Effects)] = &[
    |model, _| patch_text::settle(model),
    |model, effects| effects.extend(prompt::settle(model)),
    completion::settle,
    state_file::hold,
    asked_in_the_past,
    clients::ask,
    |model, effects| effects.iter().for_each(|effect| sent(model, effect)),
    playback::settle,
    |model, _| model.admit(),
    |model, effects| effects.extend(follow::go_on(model)),
    |model, _| threads(model),
    |model, _| show::follow(model),
    history_search::go_on,
    |model, _| targets::settle(model),
    |model, _| edits(model),
    |model, effects| effects.extend(time_travel::settle(model)),
    calls::settle,
    |model, _| visible::settle(model),
    contents::offer,
    list_threads,
    read_marks,
    read_transcript,
    |model, effects| tutor::settle(model, effects),
    settings::settle,
];

/// Updates the model for one message, then updates all derived state.
pub fn update(model: &mut Model, msg: Msg) -> Effects {
    let command = command(model, &msg);
    let moved = command
        .filter(|command| command.moves)
        .and(model.context().pane());
    let moving = moved.and_then(|pane| Some((pane, stale_rows(model, pane), Shown::of(model)?)));
    let is_rate = matches!(msg, Msg::RatesChange);
    let mut effects = take(model, msg, command);
    for pass in PASSES {
        pass(model, &mut effects);
    }
    let stale = match moving {
        Some((pane, stale, before)) if effects.is_empty() && Shown::of(model).as_ref() == Some(&before) => {
            Stale::after_moving(pane, stale)
        }
        _ if is_rate && effects.is_empty() => Stale::after_moving(Pane::Calls, StalePane::Whole),
        _ => Stale::Screen,
    };
    model.stale.set(model.stale.get().and(stale));
    effects
}

/// Returns which part of a pane must be redrawn when its cursor moves.
fn stale_rows(model: &Model, pane: Pane) -> StalePane {
    match pane {
        // Here, an item takes several rows of the screen.
        Pane::History if is_high(&model.session.history) => StalePane::Whole,
        // Here, a row of the screen shows two counters.
        Pane::Calls if has_two_columns(model) => StalePane::Whole,
        _ => StalePane::Cursor(model.cursor(pane)),
    }
}

/// Returns whether a row of the history takes several rows of the screen.
fn is_high(history: &HistoryView) -> bool {
    history.conversation.is_shown || history.density() != Density::Line
}

fn has_two_columns(model: &Model) -> bool {
    let area = model.arrangement().place(Pane::Calls);
    area.is_some_and(|area| panes::calls::columns(parts(Pane::Calls, area).list) > 1)
}

/// Returns the command that a key is bound to in the current context.
pub fn command(model: &Model, msg: &Msg) -> Option<&'static Command> {
    let Msg::Key(event) = msg else { return None };
    let bound = |event| model.commands.of_key(&keys::name(event)?, model.context());
    // Shift is ignored unless the key is bound together with Shift.
    bound(*event).or_else(|| bound(keys::without_shift(*event)?))
}

/// The state that determines which pane rows exist, and everything on the screen except the content of these rows.
#[derive(PartialEq)]
struct Shown {
    layout: LayoutState,
    session: (StoreKey, u64),
    /// The step of the tutor.
    lesson: Option<usize>,
    has_hint: bool,
}

impl Shown {
    /// Returns `None` if the screen shows more than the panes, or shows an earlier step.
    fn of(model: &Model) -> Option<Self> {
        let session = &model.session;
        let is_plain = model.overlays.is_empty() && model.log.fresh().is_none() && session.past().is_none();
        is_plain.then(|| Self {
            layout: model.layout.clone(),
            session: (session.store, session.version()),
            lesson: model.tutor.as_ref().map(|tutor| tutor.step),
            has_hint: model.settings.hint_keys > 0,
        })
    }
}

fn take(model: &mut Model, msg: Msg, command: Option<&Command>) -> Effects {
    match msg {
        Msg::Key(event) => {
            model.session.threads.pin();
            return key(model, event, command);
        }
        Msg::Mouse(event) => {
            model.session.threads.pin();
            return mouse::take(model, event);
        }
        Msg::Background(background) => model.theme = model.theme.on(background),
        Msg::Paste(text) => {
            model.session.threads.pin();
            type_text(model, &text);
        }
        Msg::Perform(action, argument) => {
            model.session.threads.pin();
            return actions::perform(model, *action, &argument);
        }
        Msg::Resize(width, height) => model.size = (width, height),
        Msg::Store(msg) => return stores::take(model, msg),
        Msg::Call(msg) => return open::take(model, msg),
        Msg::Patch(msg) => return patch::take(model, msg),
        Msg::Import(news) => return imported(model, news),
        Msg::StateFile(news) => return state_file::take(model, news),
        Msg::Playback(msg) => return playback::take(model, msg),
        Msg::Time(msg) => return time_travel::take(model, msg),
        Msg::Counted(number, values) => return completion::take(model, number, values),
        Msg::Found(found) => return history_search::take_found(model, found),
        Msg::Marks(thread, marks) => model.session.history.take_marks(thread, *marks),
        Msg::Transcript(thread, read) => model.session.history.take_transcript(thread, *read),
        Msg::CallsAdded(store, number, folds) => {
            if let Some(session) = model.session_of(store) {
                session.calls.take(number, *folds);
            }
        }
        Msg::RatesChange => calls::pass(model),
        Msg::Job(number, msg) => return job(model, number, msg),
        Msg::Clients(number) => clients::take(model, number),
        Msg::Said(Ok(text)) => model.say(text),
        Msg::Said(Err(text)) => model.warn(text),
    }
    Vec::new()
}

fn imported(model: &mut Model, news: import::ImportMsg) -> Effects {
    let has_ended = matches!(news, import::ImportMsg::Done { .. });
    let is_silent = matches!(news, import::ImportMsg::Progress(_));
    if let Some((text, bad)) = model.import.take(news).filter(|_| !is_silent) {
        match bad {
            true => model.warn(text),
            false => model.say(text),
        }
    }
    match has_ended {
        true => follow::watch_on(model),
        false => Vec::new(),
    }
}

fn job(model: &mut Model, number: u64, msg: JobMsg) -> Effects {
    let going = match msg {
        JobMsg::Progress(done, of) => Some((done, of)),
        JobMsg::Done(_) | JobMsg::Failed(_) => None,
    };
    if model.job.hear(number, going) {
        match msg {
            JobMsg::Progress(..) => {}
            JobMsg::Failed(sentence) => model.warn(sentence),
            JobMsg::Done(done) => return done(model),
        }
    }
    Vec::new()
}

/// Updates the list of threads and the state that depends on the selected thread.
fn threads(model: &mut Model) {
    let is_away = model.session.past().is_some() || prompt::is_filter(model);
    model.session.threads.leave(is_away);
    let is_imported = !model.session.imports.roots.is_empty();
    model.session.history.sticks = is_imported && (model.import.is_following() || model.import.is_reload());
    model.session.refresh();
    if !model.import.is_running() && !model.file_job.is_opening() {
        model.session.threads.pin();
    }
    model.session.threads.come_back(is_away);
}

/// Records an edit of the patch form. All changes in the patch text editor count as one edit.
fn edits(model: &mut Model) {
    if model.overlays.find::<patch_text::PatchText>().is_none() {
        model.draft.note_edit();
    }
}

/// Requests a new list of the threads if the one on the screen no longer matches what the user wants to see.
fn list_threads(model: &mut Model, effects: &mut Effects) {
    let store = model.session.store;
    let asked = model.session.threads.asked();
    effects.extend(asked.map(|listing| Effect::Run(Call::List(store, Box::new(listing)))));
}

/// Reads the marks of a long history in the background.
fn read_marks(model: &mut Model, effects: &mut Effects) {
    let asked = model.session.history.marks_to_read();
    effects.extend(asked.map(|(thread, history)| Effect::Run(Call::ReadMarks(thread, history))));
}

/// Reads a long history as a transcript in the background.
fn read_transcript(model: &mut Model, effects: &mut Effects) {
    let asked = model.session.history.transcript_to_read();
    effects.extend(asked.map(|(thread, history)| Effect::Run(Call::ReadTranscript(thread, history))));
}

/// A call that is made while an earlier step is shown starts a branch there. This pass asks the user for confirmation
/// first.
fn asked_in_the_past(model: &mut Model, effects: &mut Effects) {
    let Some((steps, of)) = model.session.past() else {
        return;
    };
    let mut calls = Vec::new();
    for effect in std::mem::take(effects) {
        match effect {
            Effect::Run(call) if call.is_change() => calls.push(call),
            other => effects.push(other),
        }
    }
    let (store, step) = (model.session.store, model.session.journal.tip());
    let outside = model.session.line().outside();
    for call in calls {
        if step < outside {
            model.warn(TimeTravelError::Outside(outside).to_string());
            continue;
        }
        let then = Box::new(call);
        let branch = Action::Branch { store, step, then };
        let mut question = time_travel::question(model.commands, steps, of);
        if let Some(taken_away) = clients::taken_away(model, step) {
            question = format!("{question} {taken_away}");
        }
        effects.extend(model.open(Question::new(question, branch)));
    }
}

/// Marks a patch in the form as applied as soon as it is sent to the store, and counts what the user has not saved.
fn sent(model: &mut Model, effect: &Effect<Call>) {
    let Effect::Run(call) = effect else { return };
    if let Some((store, added)) = call.adds()
        && let Some(session) = model.session_of(store)
    {
        session.unsaved += added;
    }
    let call = match call {
        Call::Branch { then, .. } => then,
        call => call,
    };
    if let Call::Apply { threads, .. } = call {
        patch_drawer::remember(model);
        model.draft.sent(threads);
    }
}

fn key(model: &mut Model, event: KeyEvent, command: Option<&Command>) -> Effects {
    model.log.seen();
    model.settings.hint_keys = model.settings.hint_keys.saturating_sub(1);
    match (command, keys::typed(event)) {
        (Some(command), _) => return command.run(model, ""),
        (None, Some(' ')) if model.toggle() => {}
        (None, Some(c)) if model.context().is_text() => type_text(model, c.encode_utf8(&mut [0; 4])),
        _ => {}
    }
    Vec::new()
}

fn type_text(model: &mut Model, text: &str) {
    if !model.write(|line| line.insert(text)) {
        model.warn("Nothing to paste into: no text is being edited.".to_string());
    }
}
