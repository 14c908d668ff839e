//! The OPTIONS table: one row for each option of the configuration file. Reading a file, `config show`, `list options`
//! and the table in `docs/configuration.md` are generated from it.

use std::fmt;

use super::Configuration;
use crate::inspector::features::copying::Clipboard;
use crate::inspector::layout::presets::Preset;
use crate::inspector::widgets::theme::ThemeName;

/// The value that leaves the columns to the width.
pub const AUTO: &str = "auto";

/// An option.
pub struct OptionRow {
    /// The name in the file.
    pub key: &'static str,
    /// The possible values, and what they set.
    pub kind: OptionKind,
    /// The default, as it is written in the file.
    pub default: &'static str,
    /// Whether the last value is remembered between runs, and used instead of the default.
    pub is_remembered: bool,
    /// A sentence that describes the option.
    pub about: &'static str,
}

/// A word, and what it sets.
pub type OptionChoice = (&'static str, fn(&mut Configuration));

/// The possible values of an option, and what they set.
pub enum OptionKind {
    /// True or false.
    Bool(fn(&mut Configuration, bool)),
    /// One of these words.
    Choice(&'static [OptionChoice]),
    /// The names of columns of Threads, or [`AUTO`].
    Columns(fn(&mut Configuration, Option<Vec<usize>>)),
}

/// Writes the possible values as a phrase.
impl fmt::Display for OptionKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(_) => out.write_str("true or false"),
            Self::Choice(choices) => {
                for (place, (word, _)) in choices.iter().enumerate() {
                    let before = match place {
                        0 => "",
                        _ if place + 1 == choices.len() => " or ",
                        _ => ", ",
                    };
                    write!(out, "{before}\"{word}\"")?;
                }
                Ok(())
            }
            Self::Columns(_) => write!(out, "\"{AUTO}\" or a list of names of columns"),
        }
    }
}

/// Returns the theme with this name.
fn theme(name: &str) -> Option<ThemeName> {
    debug_assert!(
        ThemeName::all().any(|known| known == name),
        "there is no theme {name}"
    );
    name.parse().ok()
}

/// All options.
pub static OPTIONS: &[OptionRow] = &[
    OptionRow {
        key: "preset-files",
        kind: OptionKind::Choice(&[
            ("read", |it| it.preset_files = Some(Preset::Read)),
            ("patch", |it| it.preset_files = Some(Preset::Patch)),
            ("show", |it| it.preset_files = Some(Preset::Show)),
        ]),
        default: "\"read\"",
        is_remembered: true,
        about: "The arrangement of panes at the start, when files or a home folder of Codex are opened.",
    },
    OptionRow {
        key: "preset-other",
        kind: OptionKind::Choice(&[
            ("read", |it| it.preset_other = Some(Preset::Read)),
            ("patch", |it| it.preset_other = Some(Preset::Patch)),
            ("show", |it| it.preset_other = Some(Preset::Show)),
        ]),
        default: "\"show\"",
        is_remembered: true,
        about: "The arrangement of panes at the start, when the demo, a scenario, a state file or a store is opened.",
    },
    OptionRow {
        key: "columns",
        kind: OptionKind::Columns(|it, columns| it.columns = Some(columns)),
        default: "\"auto\"",
        is_remembered: true,
        about: "The columns of Threads, in this order, such as [\"updated\", \"cwd\"]; \"auto\" shows those that fit.",
    },
    OptionRow {
        key: "clipboard",
        kind: OptionKind::Choice(&[
            ("terminal", |it| it.clipboard = Clipboard::Terminal),
            ("file", |it| it.clipboard = Clipboard::File),
            ("off", |it| it.clipboard = Clipboard::Off),
        ]),
        default: "\"terminal\"",
        is_remembered: false,
        about: "Where copied text goes: to the terminal's clipboard by the escape sequence OSC 52, or to the file copied.txt in the state folder; \"off\" copies nothing.",
    },
    OptionRow {
        key: "mask-secrets",
        kind: OptionKind::Bool(|it, on| it.masks_secrets = on),
        default: "true",
        is_remembered: false,
        about: "Whether exports mask strings that look like keys or tokens, until :mask-secrets turns that on or off.",
    },
    OptionRow {
        key: "follow",
        kind: OptionKind::Bool(|it, on| it.follows = on),
        default: "false",
        is_remembered: false,
        about: "Whether the rollout files of the command line are followed, as with --follow; --no-follow overrides it.",
    },
    OptionRow {
        key: "theme",
        kind: OptionKind::Choice(&[
            ("auto", |it| it.look.theme = None),
            ("dark", |it| it.look.theme = theme("dark")),
            ("light", |it| it.look.theme = theme("light")),
            ("high-contrast", |it| it.look.theme = theme("high-contrast")),
            ("color-blind", |it| it.look.theme = theme("color-blind")),
            ("16", |it| it.look.theme = theme("16")),
            ("none", |it| it.look.theme = theme("none")),
        ]),
        default: "\"auto\"",
        is_remembered: false,
        about: "The colors: \"16\" uses only the 16 colors of the terminal, \"none\" uses none.",
    },
    OptionRow {
        key: "ascii",
        kind: OptionKind::Choice(&[
            ("auto", |it| it.look.ascii = None),
            ("always", |it| it.look.ascii = Some(true)),
            ("never", |it| it.look.ascii = Some(false)),
        ]),
        default: "\"auto\"",
        is_remembered: false,
        about: "Whether borders, marks and charts are drawn in ASCII; \"auto\" does so if the locale is C or POSIX, or names a character set other than UTF-8.",
    },
    OptionRow {
        key: "mouse",
        kind: OptionKind::Bool(|it, on| it.look.no_mouse = !on),
        default: "true",
        is_remembered: false,
        about: "Whether the mouse is used; if not, the terminal selects text with it.",
    },
];
