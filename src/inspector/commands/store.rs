//! Commands about stores and imports.

use std::path::PathBuf;

use super::{Command, ROW};
use crate::inspector::driver::Effect;
use crate::inspector::finder::Finder;
use crate::inspector::model::{Call, Overlay};

pub const ROWS: &[Command] = &[
    Command {
        name: "import",
        takes: "PATH",
        about: "Reads a rollout file or a folder of them into the store, while one goes on reading.",
        possible: |model| match model.import.is_running() {
            true => Err("an import is running: Esc stops it"),
            false => Ok(()),
        },
        make: |model, text| model.import_paths(vec![PathBuf::from(text.trim())]),
        ..ROW
    },
    Command {
        name: "stop-import",
        about: "Stops the import that is running; what is in the store stays.",
        possible: |model| match model.import.is_running() {
            true => Ok(()),
            false => Err("no import is running"),
        },
        make: |model, _| {
            model.import.stop();
            vec![Effect::Run(Call::StopImport)]
        },
        ..ROW
    },
    Command {
        name: "store",
        takes: "[ID]",
        about: "Opens the registered store of that id or switches to it; without an id, lists the open ones.",
        make: |model, text| match text {
            "" => {
                let finder = Finder::stores(model);
                model.open(Overlay::Finder(finder))
            }
            id => model.switch_to(id),
        },
        ..ROW
    },
];
