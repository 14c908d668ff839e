//! Imports what is new in the files that were imported: once, or whenever they change.

use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;

/// Returns whether there is anything to reload.
pub fn possible(model: &Model) -> Result<(), &'static str> {
    match (model.import.is_running(), model.session.past()) {
        (true, _) => Err("an import is running: {key:step-back} stops it"),
        (false, Some(_)) => Err("an earlier step is shown: {key:now} shows the latest step again"),
        (false, None) if model.session.imports.roots.is_empty() => {
            Err("there is no imported file that can be read again")
        }
        (false, None) => Ok(()),
    }
}

/// Returns whether following can be switched on or off.
pub fn can_follow(model: &Model) -> Result<(), &'static str> {
    let has_roots = !model.session.imports.roots.is_empty() || model.import.is_running();
    match has_roots || model.import.is_following() {
        true => Ok(()),
        false => Err("there is no imported file that can be read again"),
    }
}

/// Imports what is new. With `again`, threads whose files were truncated or changed are read again from the start.
pub fn reload(model: &mut Model, again: bool) -> Effects {
    model.import.start(&[], false);
    vec![Effect::Run(Call::Import {
        store: model.session.store,
        paths: Vec::new(),
        opening: false,
        again,
    })]
}

/// Starts to import changes as they happen, or ends that.
pub fn switch(model: &mut Model) -> Effects {
    let on = !model.import.is_following();
    model.import.follow(on);
    let text = match on {
        true => {
            "Following the imported files: new lines appear as they are written. {key:follow} stops following."
        }
        false => "No longer following the imported files.",
    };
    model.say(text.to_string());
    watch(model)
}

fn watch(model: &Model) -> Effects {
    let store = model.import.is_following().then_some(model.session.store);
    vec![Effect::Run(Call::Follow(store))]
}

/// If files are followed, also watches the paths of an import that has ended.
pub fn watch_on(model: &Model) -> Effects {
    match model.import.is_following() && !model.import.is_reload() {
        true => watch(model),
        false => Vec::new(),
    }
}

/// Imports again if files have changed, no import is running and the latest step is shown.
pub fn go_on(model: &mut Model) -> Effects {
    if model.session.past().is_some() || !model.import.take_stale() {
        return Vec::new();
    }
    let effects = reload(model, false);
    model.import.be_quiet();
    effects
}
