//! Commands that write a thread, or the screen, to a file for people to read.

use crate::inspector::features::export::{self, ExportPart};
use crate::inspector::features::{images, picture};
use crate::inspector::state::command::{Command, ROW};
use crate::inspector::state::context::{EVERYWHERE, PANES};
use crate::inspector::state::model::Model;

fn thread(model: &Model) -> Result<(), &'static str> {
    model.session.thread().map(|_| ()).ok_or("no thread is selected")
}

fn item(model: &Model) -> Result<(), &'static str> {
    model.session.item().map(|_| ()).ok_or("no item is selected")
}

pub const ROWS: &[Command] = &[
    Command {
        name: "export",
        contexts: PANES,
        takes: "[FILE]",
        about: "Writes the marked threads, or the selected thread, as a conversation to FILE.md, FILE.html or FILE.txt.",
        also: &["save", "share", "markdown", "html"],
        possible: thread,
        make: |model, file| export::start(model, ExportPart::Whole, file),
        ..ROW
    },
    Command {
        name: "export-visible",
        contexts: PANES,
        takes: "[FILE]",
        about: "Writes the items listed in the History pane as a conversation to FILE.",
        also: &["save", "share", "markdown", "html"],
        possible: item,
        make: |model, file| export::start(model, ExportPart::Visible, file),
        ..ROW
    },
    Command {
        name: "export-turn",
        contexts: PANES,
        takes: "[FILE]",
        about: "Writes the turn of the selected item as a conversation to FILE.",
        also: &["save", "share", "markdown", "html"],
        possible: item,
        make: |model, file| export::start(model, ExportPart::Turn, file),
        ..ROW
    },
    Command {
        name: "save-image",
        contexts: PANES,
        takes: "[FILE]",
        about: "Saves the selected item's images to FILE, numbered if there are several.",
        also: &["extract", "photo"],
        possible: item,
        make: images::save,
        ..ROW
    },
    Command {
        name: "picture",
        contexts: EVERYWHERE,
        takes: "[FILE]",
        about: "Writes a picture of the screen to FILE.svg, FILE.txt or FILE.ansi (text with colours).",
        also: &["screenshot", "svg", "image"],
        make: picture::save,
        ..ROW
    },
    Command {
        name: "mask-secrets",
        contexts: PANES,
        about: "Switches the masking of keys and tokens in exports on or off; it is on at first, unless the configuration file turns it off.",
        also: &["redact", "hide", "passwords"],
        make: |model, _| {
            model.masks_secrets = !model.masks_secrets;
            let said = match model.masks_secrets {
                true => "Exports now mask strings that look like keys or tokens.",
                false => "Exports now include keys and tokens unchanged.",
            };
            model.say(said.to_owned());
            Vec::new()
        },
        ..ROW
    },
];
