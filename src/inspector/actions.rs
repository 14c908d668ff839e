//! What becomes of an [`Action`]: each is one call of the feature that it belongs to.

use super::action::Action;
use super::driver::Effect;
use super::effect::{Call, Effects, Expected};
use super::model::Model;
use super::{
    choices, facets, lists, moving, opening, patching, recording, state_files, steps, stores, taking,
};

/// Does what was chosen; `argument` is what was written behind a command or a method.
pub fn perform(model: &mut Model, action: Action, argument: &str) -> Effects {
    match action {
        Action::Command(command) => lists::run_anywhere(model, command, argument),
        Action::Op(op) => opening::call(model, op, argument),
        Action::Kind(key) => facets::toggle(model, key),
        Action::Copy(text) => moving::put_on_clipboard(model, "it", text),
        Action::Store(store) => {
            stores::look_at(model, store);
            Vec::new()
        }
        Action::UsePatch(patch) => taking::into_form(model, patch),
        Action::ReplacePatch(patch) => taking::replace(model, patch),
        Action::Step(step) => steps::open(model, step),
        Action::Expect(step, path) => recording::asked(model, Expected::Step(step), path),
        Action::Value(row, text) => choices::take(model, row, text),
        Action::Parts(row, text) => choices::fill_in(model, row, text),
        Action::Apply(threads) => patching::send(model, threads),
        Action::Branch { store, step, then } => {
            model.session.look_back(usize::MAX);
            vec![Effect::Run(Call::Branch { store, step, then })]
        }
        Action::Overwrite(path, text) => taking::write(path, text, true),
        Action::Save(saving) => state_files::begin(model, *saving),
        Action::Quit => vec![Effect::Quit],
    }
}
