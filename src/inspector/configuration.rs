//! The configuration file: the options and keys that the user has chosen, and what is wrong with a file. `options` has
//! the table of options, `bindings` reads the keys. The module `runtime` finds and reads the file.

mod bindings;
mod fault;
pub mod options;
mod shown;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::inspector::commands::COMMANDS;
use crate::inspector::features::copying::Clipboard;
use crate::inspector::layout::presets::Preset;
use crate::inspector::panes::threads::columns::{self, COLUMNS};
use crate::inspector::state::command::Commands;
use crate::inspector::widgets::theme::ThemeName;
use crate::workbench::lints::nearest;

pub use fault::{ConfigurationFault, ConfigurationProblem};
use options::{AUTO, OPTIONS, OptionKind, OptionRow};
pub use shown::defaults;

/// The name of the file in the configuration folder.
pub const FILE: &str = "config.toml";

/// The name of the table with the keys of commands.
const KEYS: &str = "keys";

/// What the configuration file sets. `None` leaves the choice to what is remembered between runs.
#[derive(Clone)]
pub struct Configuration {
    /// The preset to start with when files or a home are opened.
    pub preset_files: Option<Preset>,
    /// The preset to start with otherwise.
    pub preset_other: Option<Preset>,
    /// The columns of Threads, as indices into the table of columns; `Some(None)` if the width decides.
    pub columns: Option<Option<Vec<usize>>>,
    /// Where copied text goes.
    pub clipboard: Clipboard,
    /// Whether exports mask texts that look like keys or tokens.
    pub masks_secrets: bool,
    /// Whether the opened files are followed.
    pub follows: bool,
    /// How the screen looks.
    pub look: Look,
    /// The commands, with the keys that are in force.
    pub commands: Commands,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            preset_files: None,
            preset_other: None,
            columns: None,
            clipboard: Clipboard::default(),
            masks_secrets: true,
            follows: false,
            look: Look::default(),
            commands: Commands(COMMANDS),
        }
    }
}

/// How the screen looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The theme; by default `auto`.
    pub theme: Option<ThemeName>,
    /// Whether signs are drawn in ASCII; by default if the locale asks for it.
    pub ascii: Option<bool>,
    /// Whether the mouse is left to the terminal at the start.
    pub no_mouse: bool,
}

impl Look {
    /// Returns these choices, and where they leave one open, those of `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            theme: self.theme.or(other.theme),
            ascii: self.ascii.or(other.ascii),
            no_mouse: self.no_mouse || other.no_mouse,
        }
    }
}

/// What a file contains, and what is wrong with it so far.
struct Reading<'a> {
    text: &'a str,
    configuration: Configuration,
    faults: Vec<ConfigurationFault>,
}

/// Reads a configuration file.
///
/// # Errors
/// Everything that is wrong with it, in the order of the text.
pub fn parse(text: &str) -> Result<Configuration, Vec<ConfigurationFault>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reading = Reading {
        text,
        configuration: Configuration::default(),
        faults: Vec::new(),
    };
    for error in &errors {
        let start = error.span().map_or(text.len(), |span| span.start);
        reading.fault(start, ConfigurationProblem::Syntax(error.message().to_string()));
    }
    let mut faults = std::mem::take(&mut reading.faults);
    for (key, value) in table.get_ref() {
        reading.entry(key.get_ref(), key.span().start, value);
    }
    // What was made of a line that is not TOML is not worth a second sentence. It may have been the head of a table,
    // to which the lines after it belong.
    let broken: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
    let first = broken.iter().min().copied().unwrap_or(usize::MAX);
    faults.extend(reading.faults.into_iter().filter(|fault| {
        !broken.contains(&fault.line) && (fault.line < first || !fault.problem.is_about_name())
    }));
    faults.sort_by_key(|fault| (fault.line, fault.column));
    match faults.is_empty() {
        true => Ok(reading.configuration),
        false => Err(faults),
    }
}

impl Reading<'_> {
    fn fault(&mut self, start: usize, problem: ConfigurationProblem) {
        self.faults
            .push(ConfigurationFault::at(self.text, start, problem));
    }

    fn entry(&mut self, key: &str, start: usize, value: &Spanned<DeValue<'_>>) {
        if key == KEYS {
            return match value.get_ref() {
                DeValue::Table(table) => bindings::read(self, table),
                _ => self.wrong_type(KEYS, "a table of commands and their keys", value),
            };
        }
        match OPTIONS.iter().find(|row| row.key == key) {
            Some(row) => self.option(row, value),
            None if Commands(COMMANDS).named(key).is_some() => {
                self.fault(start, ConfigurationProblem::CommandAmongOptions(key.to_string()));
            }
            None => {
                let known = OPTIONS.iter().map(|row| row.key).chain([KEYS]);
                let nearest = nearest(key, known);
                self.fault(
                    start,
                    ConfigurationProblem::UnknownOption {
                        word: key.to_string(),
                        nearest,
                    },
                );
            }
        }
    }

    fn option(&mut self, row: &OptionRow, value: &Spanned<DeValue<'_>>) {
        match (&row.kind, value.get_ref()) {
            (OptionKind::Bool(set), DeValue::Boolean(on)) => set(&mut self.configuration, *on),
            (OptionKind::Choice(choices), DeValue::String(word)) => {
                match choices.iter().find(|(name, _)| name == word) {
                    Some((_, set)) => set(&mut self.configuration),
                    None => {
                        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                        let problem = ConfigurationProblem::NotAChoice {
                            key: row.key,
                            word: word.to_string(),
                            nearest: nearest(word, names.iter().copied()),
                            choices: names,
                        };
                        self.fault(value.span().start, problem);
                    }
                }
            }
            (OptionKind::Columns(set), DeValue::String(word)) if word == AUTO => {
                set(&mut self.configuration, None);
            }
            (OptionKind::Columns(set), DeValue::Array(_)) => {
                let mut chosen = Vec::new();
                for (name, start) in self.words(row.key, &row.kind.to_string(), value) {
                    match columns::named(&name) {
                        Some(at) if chosen.contains(&at) => {
                            self.fault(start, ConfigurationProblem::Twice(name));
                        }
                        Some(at) => chosen.push(at),
                        None => {
                            let nearest = nearest(&name, COLUMNS.iter().map(|column| column.name));
                            let problem = ConfigurationProblem::UnknownColumn { word: name, nearest };
                            self.fault(start, problem);
                        }
                    }
                }
                set(&mut self.configuration, Some(chosen));
            }
            _ => self.wrong_type(row.key, &row.kind.to_string(), value),
        }
    }

    /// Returns the strings of a value, which is a string or an array of strings, each with its place in the text.
    fn words(&mut self, key: &str, wanted: &str, value: &Spanned<DeValue<'_>>) -> Vec<(String, usize)> {
        let values = match value.get_ref() {
            DeValue::Array(values) => values.iter().collect(),
            _ => vec![value],
        };
        let mut words = Vec::new();
        for value in values {
            match value.get_ref() {
                DeValue::String(word) => words.push((word.to_string(), value.span().start)),
                _ => self.wrong_type(key, wanted, value),
            }
        }
        words
    }

    fn wrong_type(&mut self, key: &str, wanted: &str, value: &Spanned<DeValue<'_>>) {
        let got = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let problem = ConfigurationProblem::WrongType {
            key: key.to_string(),
            wanted: wanted.to_string(),
            got,
        };
        self.fault(value.span().start, problem);
    }
}

#[cfg(test)]
mod tests;
