//! Saves a store or its steps to a file, opens state files, and reports the results.

use std::sync::Arc;

use crate::inspector::overlays::question::Question;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::Action;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::file::{FileActivity, FileContent, FileMsg, SaveRequest, StateFileToOpen};
use crate::inspector::state::import::ImportState;
use crate::inspector::state::model::Model;
use crate::inspector::state::session::{Session, StoreNews};
use crate::protocol::numbers::count;
use crate::workbench::player::{PerformedKind, PerformedStep};
use crate::workbench::recording;

/// Saves the shown state of the store to a file. Asks before overwriting a file.
pub fn save(model: &mut Model, path: &str) -> Effects {
    let content = FileContent::Store(Box::new(model.session.snapshot.clone()));
    asked(model, content, path)
}

/// Saves the steps up to the shown state as a scenario, in the same way as [`save`].
pub fn save_scenario(model: &mut Model, path: &str) -> Effects {
    if let Err(sentence) = recording::possible(&model.session.journal) {
        model.warn(sentence.to_string());
        return Vec::new();
    }
    // The current journal contains the remarks that were made while an earlier step was shown.
    let journal = model.session.line().until(model.session.journal.tip());
    let content = FileContent::Steps(Box::new(journal));
    asked(model, content, path)
}

fn asked(model: &mut Model, content: FileContent, path: &str) -> Effects {
    let saving = SaveRequest {
        content,
        path: model.folder.join(path.trim()),
        covers: (model.session.store, model.session.unsaved),
        past: model.session.past(),
        over: false,
    };
    begin(model, saving)
}

/// Starts saving.
pub fn begin(model: &mut Model, saving: SaveRequest) -> Effects {
    model.file_job.begin(FileActivity::Saving, &saving.path);
    vec![Effect::Run(Call::SaveState(Box::new(saving)))]
}

/// Opens a state file as the current store.
pub fn open(model: &mut Model, opening: StateFileToOpen) -> Effects {
    model
        .file_job
        .begin(FileActivity::Opening, opening.file().as_ref());
    model.title.clone_from(&model.file_job.name);
    vec![Effect::Run(Call::OpenState(Box::new(opening)))]
}

/// Stops saving or opening.
pub fn stop() -> Effects {
    vec![Effect::Run(Call::StopFiling)]
}

/// Handles messages of the file job.
pub fn take(model: &mut Model, news: FileMsg) -> Effects {
    if let FileMsg::Progress(done, of) = news {
        model.file_job.progress = (done, of);
        return Vec::new();
    }
    let opening = model.file_job.is_opening();
    let name = model.file_job.name.clone();
    match news {
        // The job continues until the store is restored.
        FileMsg::Read(state) => {
            let store = model.session.store;
            return vec![Effect::Run(Call::Restore { store, state })];
        }
        FileMsg::Restored(news) => {
            restored(model, *news);
            return Vec::new();
        }
        _ => model.file_job.end(),
    }
    match news {
        FileMsg::Progress(..) | FileMsg::Read(_) | FileMsg::Restored(_) => {}
        FileMsg::Saved(saving, much) => {
            let (store, saved) = saving.covers;
            if let Some(session) = model.session_of(store) {
                session.unsaved -= saved;
            }
            let when = |word: &str| {
                saving
                    .past
                    .map_or(String::new(), |(step, of)| format!(" {word} step {step} of {of}"))
            };
            let path = saving.path.display();
            model.say(match saving.content {
                FileContent::Store(_) => {
                    format!("Saved the store{} to {path}: {much}.", when("as it was after"))
                }
                FileContent::Steps(_) => {
                    let until = when("up to");
                    let left_out = match model.session_at(store).map_or(0, unrecorded) {
                        0 => String::new(),
                        steps => format!(
                            " {} of the played scenario cannot be recorded: they are invalid or on other stores.",
                            count(steps as u64, "step")
                        ),
                    };
                    format!("Saved the scenario{until} to {path}: {much}; `threadloupe run` repeats it.{left_out}")
                }
            });
        }
        FileMsg::Exists(saving) => {
            let file = saving.path.display();
            let text = format!("{file} already exists. Overwrite it?");
            let saving = SaveRequest {
                over: true,
                ..*saving
            };
            return model.arrive(Question::new(text, Action::Save(Box::new(saving))));
        }
        FileMsg::Stopped if opening => {
            model.say(format!("Stopped opening {name}: the store is empty."));
        }
        FileMsg::Stopped => model.say(format!("Stopped saving {name}: nothing was written.")),
        // There is no other store to show, so the program ends.
        FileMsg::Failed(sentence) if opening => {
            model.ending = Some(sentence);
            return vec![Effect::Quit];
        }
        FileMsg::Failed(sentence) => model.warn(sentence),
    }
    Vec::new()
}

/// Returns the number of played steps that the journal does not have: invalid ones and those on other stores.
fn unrecorded(session: &Session) -> usize {
    let Some(player) = &session.player else { return 0 };
    let performed = (0..player.played()).filter_map(|place| player.performed(place));
    let is_unrecorded = |step: &&Arc<PerformedStep>| {
        matches!(step.what, PerformedKind::Invalid(_) | PerformedKind::Elsewhere(_))
    };
    performed.filter(is_unrecorded).count()
}

/// Shows the restored state.
fn restored(model: &mut Model, news: StoreNews) {
    model.file_job.end();
    let id = std::mem::take(&mut model.session.id);
    model.session = Session::new(id, news).viewed_as(&model.session);
    model.session.set_mark(false);
    let threads = count(model.session.snapshot.len() as u64, "thread");
    model.say(format!("Opened {}: {threads}.", model.file_job.name));
}

/// While a state file is being opened, drops imports, requests to open a store, and changes, with a warning. Their
/// effect would be lost.
pub fn hold(model: &mut Model, effects: &mut Effects) {
    if !model.file_job.is_opening() {
        return;
    }
    let is_held = |effect: &Effect<Call>| match effect {
        Effect::Run(Call::Import { .. } | Call::Open(_)) => true,
        Effect::Run(call) => call.is_change(),
        _ => false,
    };
    for effect in effects.extract_if(.., |effect| is_held(effect)) {
        if let Effect::Run(Call::Import { .. }) = effect {
            model.import = ImportState::default();
        }
        model.warn(format!(
            "{} is being opened: wait, or stop it with {{key:step-back}}.",
            model.file_job.name
        ));
    }
}
