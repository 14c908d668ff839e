//! Copies text to the clipboard of the terminal. Text that is too long for the clipboard is saved to a file in the
//! state folder.

use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::protocol::numbers::{count, size};

/// The maximum number of bytes that terminals take from OSC 52, after encoding. xterm takes the fewest.
const MOST_ENCODED: usize = 74_994;

/// The maximum number of bytes of a text on the clipboard: base64 makes four bytes out of three.
const MOST: usize = MOST_ENCODED / 4 * 3;

/// The name of the file in the state folder.
const FILE: &str = "copied.txt";

/// Copies a text to the clipboard, or to a file if it is too long, and reports where it was copied. The terminal does
/// not answer, so the program knows only that the text was sent.
pub fn put_on_clipboard(model: &mut Model, name: &str, text: String) -> Effects {
    if text.len() <= MOST {
        let length = count(text.chars().count() as u64, "character");
        model.say(format!("Copied {name} to the terminal's clipboard: {length}."));
        return vec![Effect::Copy(text)];
    }
    let reason = format!(
        "{name} has {}, but the terminal's clipboard takes at most {}",
        size(text.len() as u64),
        size(MOST as u64)
    );
    let Some(folder) = &model.state_folder else {
        model.warn(format!(
            "Not copied: {reason}, and there is no home folder for a file."
        ));
        return Vec::new();
    };
    vec![Effect::Run(Call::KeepCopy {
        path: folder.join(FILE),
        text,
        reason,
    })]
}
