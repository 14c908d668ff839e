//! The default configuration as a file with comments, made from the OPTIONS and COMMANDS tables.

use super::options::OPTIONS;
use crate::inspector::commands::COMMANDS;
use crate::inspector::state::command::Command;
use crate::text::{Break, wrap};

/// The width of a comment in columns.
const COLUMNS: usize = 78;

/// Returns a configuration file that sets every option to its default. Options whose last value is remembered, and the
/// keys of commands, are only comments in it.
pub fn defaults() -> String {
    let mut text = String::new();
    comment(
        &mut text,
        "The configuration of threadloupe, with the default of each option. An option that is left out has its default, unless the comment above it says otherwise.",
    );
    for row in OPTIONS {
        text.push('\n');
        comment(&mut text, row.about);
        let values = format!("Values: {}.", row.kind);
        match row.is_remembered {
            true => {
                comment(
                    &mut text,
                    &format!("{values} If left out, the value of the last run is used again."),
                );
                text.push_str("# ");
            }
            false => comment(&mut text, &values),
        }
        text.push_str(&format!("{} = {}\n", row.key, row.default));
    }
    text.push_str("\n[keys]\n");
    comment(
        &mut text,
        "The name of a command = a key, a list of keys, or [] for none. The first key is the one that is shown. `threadloupe list keys` describes the commands.",
    );
    for group in COMMANDS {
        text.push_str(&format!("\n# {}:\n", group.title));
        for command in group.commands {
            text.push_str(&format!("# {} = {}\n", command.name, keys(command)));
        }
    }
    text
}

fn keys(command: &Command) -> String {
    match command.keys {
        [key] => format!("{key:?}"),
        keys => format!("{keys:?}"),
    }
}

fn comment(text: &mut String, sentence: &str) {
    for row in wrap(sentence, COLUMNS - 2, Break::Word) {
        text.push_str(&format!("# {}\n", row.text.trim_end()));
    }
}
