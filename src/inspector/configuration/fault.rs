//! What is wrong with a configuration file, in one sentence with its line and column.

use std::fmt;

use super::options::OPTIONS;
use crate::inspector::panes::threads::columns::COLUMNS;

/// A part of a configuration file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {problem}")]
pub struct ConfigurationFault {
    /// The line, starting at 1.
    pub line: usize,
    /// The column, in characters, starting at 1.
    pub column: usize,
    /// What is wrong.
    pub problem: ConfigurationProblem,
}

impl ConfigurationFault {
    /// Creates the fault for a problem at this byte of a text.
    pub fn at(text: &str, start: usize, problem: ConfigurationProblem) -> Self {
        let before = &text[..text.floor_char_boundary(start)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            problem,
        }
    }
}

/// What is wrong with a part of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigurationProblem {
    /// The text is not UTF-8.
    NotUtf8,
    /// The text is not TOML. This is the message of the parser.
    Syntax(String),
    /// There is no option with this name.
    UnknownOption {
        /// The name.
        word: String,
        /// The most similar option, if one is similar.
        nearest: Option<&'static str>,
    },
    /// A command is not in the table of keys.
    CommandAmongOptions(String),
    /// An option is in the table of keys.
    OptionAmongKeys(String),
    /// The value has another type.
    WrongType {
        /// The option or the command.
        key: String,
        /// The possible values.
        wanted: String,
        /// The type of the value.
        got: &'static str,
    },
    /// The value is none of the choices.
    NotAChoice {
        /// The option.
        key: &'static str,
        /// The value.
        word: String,
        /// The most similar choice, if one is similar.
        nearest: Option<&'static str>,
        /// All choices.
        choices: Vec<&'static str>,
    },
    /// There is no column with this name.
    UnknownColumn {
        /// The name.
        word: String,
        /// The most similar column, if one is similar.
        nearest: Option<&'static str>,
    },
    /// A list contains this word twice.
    Twice(String),
    /// There is no command with this name.
    UnknownCommand {
        /// The name.
        word: String,
        /// The most similar command, if one is similar.
        nearest: Option<&'static str>,
    },
    /// There is no key with this name.
    UnknownKey {
        /// The name.
        word: String,
        /// The most similar key, if one is similar.
        nearest: Option<String>,
    },
    /// Other commands have this key in the same context.
    Taken {
        /// The key.
        key: String,
        /// The other commands, each with the context.
        others: Vec<(&'static str, &'static str)>,
    },
    /// The key types a character in a context of the command.
    Typed {
        /// The key.
        key: String,
        /// The command.
        command: &'static str,
        /// The context.
        place: &'static str,
    },
    /// The command must keep this key.
    Fixed {
        /// The key.
        key: &'static str,
        /// The command.
        command: &'static str,
    },
}

impl ConfigurationProblem {
    /// Returns whether this is about a name, whose meaning depends on the table that it is in.
    pub fn is_about_name(&self) -> bool {
        matches!(
            self,
            Self::UnknownOption { .. }
                | Self::UnknownCommand { .. }
                | Self::CommandAmongOptions(_)
                | Self::OptionAmongKeys(_)
        )
    }
}

impl fmt::Display for ConfigurationProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => out.write_str("this is not UTF-8; save the file as UTF-8"),
            Self::Syntax(message) => write!(out, "this is not valid TOML: {message}"),
            Self::UnknownOption { word, nearest } => {
                write!(out, "there is no option {word}; ")?;
                match nearest {
                    Some(nearest) => write!(out, "did you mean {nearest}?"),
                    None => {
                        let known: Vec<&str> = OPTIONS.iter().map(|row| row.key).collect();
                        write!(out, "the options are {}", known.join(", "))
                    }
                }
            }
            Self::CommandAmongOptions(word) => {
                write!(out, "{word} is a command; write its keys below [keys]")
            }
            Self::OptionAmongKeys(word) => write!(out, "{word} is an option; write it above [keys]"),
            Self::WrongType { key, wanted, got } => write!(out, "{key} must be {wanted}, not {got}"),
            Self::NotAChoice {
                key,
                word,
                nearest,
                choices,
            } => {
                write!(out, "{key} cannot be \"{word}\"; ")?;
                match nearest {
                    Some(nearest) => write!(out, "did you mean \"{nearest}\"?"),
                    None => write!(out, "it must be one of \"{}\"", choices.join("\", \"")),
                }
            }
            Self::UnknownColumn { word, nearest } => {
                write!(out, "there is no column {word}; ")?;
                match nearest {
                    Some(nearest) => write!(out, "did you mean {nearest}?"),
                    None => {
                        let known: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
                        write!(out, "the columns are {}", known.join(", "))
                    }
                }
            }
            Self::Twice(word) => write!(out, "{word} is twice in this list"),
            Self::UnknownCommand { word, nearest } => {
                write!(out, "there is no command {word}; ")?;
                match nearest {
                    Some(nearest) => write!(out, "did you mean {nearest}?"),
                    None => out.write_str("`threadloupe list keys` lists the commands"),
                }
            }
            Self::UnknownKey { word, nearest } => {
                write!(out, "there is no key \"{word}\"; ")?;
                match nearest {
                    Some(nearest) => write!(out, "did you mean \"{nearest}\"?"),
                    None => out.write_str(
                        "a key is a character or a name such as Enter, PgDn or F5; Ctrl+, Alt+ or Shift+ can stand before it",
                    ),
                }
            }
            Self::Taken { key, others } => {
                let named: Vec<String> = others
                    .iter()
                    .map(|(name, place)| format!("{name} ({place})"))
                    .collect();
                let advice = match others.as_slice() {
                    [(name, _)] => format!("give {name} another key"),
                    _ => "give them other keys".to_string(),
                };
                write!(
                    out,
                    "{key} is also a key of {}; {advice}, or [] for none",
                    named.join(", ")
                )
            }
            Self::Typed { key, command, place } => write!(
                out,
                "{key} cannot be a key of {command}, because it types a character ({place}); use a key with Ctrl+ or Alt+"
            ),
            Self::Fixed { key, command } => write!(
                out,
                "{command} must keep the key {key}; other keys can be added to it"
            ),
        }
    }
}
