//! Runs an [`Action`]. Each action is one call of the feature that it belongs to.

use super::{lists, recording, stores};
use crate::inspector::features::{
    columns, copying, open, patch, patch_io, playback, provenance, state_file, time_travel, value_picker,
};
use crate::inspector::overlays::reader::Reader;
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::action::Action;
use crate::inspector::state::effect::{Call, Effects, ExpectedStep};
use crate::inspector::state::model::Model;

/// Runs the chosen action. `argument` is the text that was entered after a command or a method.
pub fn perform(model: &mut Model, action: Action, argument: &str) -> Effects {
    match action {
        Action::Nothing => Vec::new(),
        Action::Command(command) => lists::run_anywhere(model, command, argument),
        Action::Op(op) => open::call(model, op, argument),
        Action::Column(at) => columns::toggle(model, at),
        Action::Copy(text) => copying::put_on_clipboard(model, "the selected entry", text),
        Action::Store(store) => {
            stores::look_at(model, store);
            Vec::new()
        }
        Action::UsePatch(patch) => patch_io::into_form(model, patch),
        Action::ReplacePatch(patch) => patch_io::replace(model, patch),
        Action::Step(step) => provenance::open(model, step),
        Action::Item(place) => open::item_at(model, place),
        Action::Superseded { title, item } => model.open(match item.is_damaged() {
            true => Reader::text(title, String::from_utf8_lossy(&item.bytes()).into_owned()),
            false => Reader::json(title, item.text()),
        }),
        Action::Travel(tip) => time_travel::switch(model, tip),
        Action::GoTo(store, to) => {
            let is_asked = true;
            vec![Effect::Run(Call::Travel { store, to, is_asked })]
        }
        Action::Restart => playback::restart_now(model),
        Action::Expect(step, path) => recording::asked(model, ExpectedStep::Step(step), path),
        Action::Value(row, text) => value_picker::take(model, row, text),
        Action::Parts(row, text) => value_picker::fill_in(model, row, text),
        Action::Apply(threads) => patch::send(model, threads),
        Action::Branch { store, step, then } => {
            model.session.look_back(usize::MAX);
            vec![Effect::Run(Call::Branch { store, step, then })]
        }
        Action::Overwrite(path, text) => patch_io::write(path, text, true),
        Action::Save(saving) => state_file::begin(model, *saving),
        Action::Quit => vec![Effect::Quit],
    }
}
