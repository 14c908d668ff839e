//! Copies text to the clipboard of the terminal, or to a file in the state folder: if the user prefers that, or if the
//! text is too long for the clipboard.

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

/// Where copied text goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clipboard {
    /// To the clipboard of the terminal.
    #[default]
    Terminal,
    /// To a file in the state folder.
    File,
    /// Nowhere.
    Off,
}

/// Copies a text to the clipboard, or to a file if it is too long, and reports where it was copied. The terminal does
/// not answer, so the program knows only that the text was sent.
pub fn put_on_clipboard(model: &mut Model, name: &str, text: String) -> Effects {
    let reason = match model.clipboard {
        Clipboard::Off => {
            model.warn(format!("Did not copy {name}: the option clipboard is \"off\"."));
            return Vec::new();
        }
        Clipboard::Terminal if text.len() <= MOST => {
            let length = count(text.chars().count() as u64, "character");
            model.say(format!("Copied {name} to the terminal's clipboard: {length}."));
            return vec![Effect::Copy(text)];
        }
        Clipboard::Terminal => format!(
            "Not on the clipboard: {name} has {}, but the terminal's clipboard takes at most {}.",
            size(text.len() as u64),
            size(MOST as u64)
        ),
        Clipboard::File => format!("Copied {name} to a file (clipboard = \"file\")."),
    };
    let Some(folder) = &model.state_folder else {
        model.warn(format!("{reason} There is no home folder for a file."));
        return Vec::new();
    };
    vec![Effect::Run(Call::KeepCopy {
        path: folder.join(FILE),
        text,
        reason,
    })]
}
