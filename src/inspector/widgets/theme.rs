//! The theme: the [`Role`] of each thing on the screen, and the style of each role on this terminal. Panes use roles
//! and never name a color, so one table defines the whole look.
//!
//! # Style guide
//! - **Never by color alone.** Every important state has its own sign or word (`●` unsaved, `✗` refused, `set`,
//!   `clear`, `leave`, a `▸` before the row with the cursor). The style only repeats it. Without colors, the screen
//!   contains the same information.
//! - **Default background and foreground.** Text is drawn in the default colors of the terminal, so that light and
//!   dark terminals both work. Only the row with the cursor, matches and symbols swap the two colors.
//! - **Weight shows importance.** Bold: titles, names, keys. Plain: content. Dim: secondary information (borders,
//!   units, defaults, hints). No italics (many terminals show them reversed), no blinking.
//! - **One color, one meaning.** Cyan: the current position and available keys. Green: done, set, messages of the user.
//!   Yellow: not safe yet (unsaved, clearing, unknown). Red: refused, damaged. Blue: the assistant and its tools.
//!   Magenta: content from other sources (reasoning, sub-agents, system).
//! - **Four levels.** No colors (`NO_COLOR`, or a terminal without colors): only bold, dim, underlined and reversed.
//!   16 colors: the named colors, without bright black, which is invisible in some palettes. 256 colors and true
//!   color: the same hues, chosen for contrast on black and on white.

use std::ffi::OsString;

use ratatui::style::{Color, Modifier, Style};

#[cfg(test)]
mod tests;

/// The number of colors of the terminal, from fewest to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColorLevel {
    /// No colors: only weight, underline and reversal.
    None,
    /// The sixteen named colors.
    Named,
    /// The palette of 256 colors.
    Indexed,
    /// Red, green and blue with eight bits each.
    True,
}

impl ColorLevel {
    /// Detects the level from the environment. A non-empty `NO_COLOR` disables colors. `COLORTERM` set to `truecolor`
    /// or `24bit` selects true color. `TERM` determines the rest (`dumb`, unset or ending in `-mono` or `-m`: none;
    /// `-direct`: true; `256color`: 256; else 16).
    pub fn detect(env: impl Fn(&str) -> Option<OsString>) -> Self {
        let text = |name: &str| {
            env(name)
                .map(|value| value.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        let term = text("TERM");
        if !text("NO_COLOR").is_empty() || term.is_empty() || term == "dumb" {
            Self::None
        } else if matches!(text("COLORTERM").as_str(), "truecolor" | "24bit") || term.ends_with("-direct") {
            Self::True
        } else if term.ends_with("-mono")
            || term.ends_with("-m")
            || term.starts_with("vt1")
            || term.starts_with("vt2")
        {
            Self::None
        } else if term.contains("256color") || KNOWN_INDEXED.iter().any(|known| term.starts_with(known)) {
            Self::Indexed
        } else {
            Self::Named
        }
    }
}

/// Terminals that have 256 colors without saying so in their name.
const KNOWN_INDEXED: &[&str] = &[
    "alacritty",
    "xterm-kitty",
    "xterm-ghostty",
    "foot",
    "wezterm",
    "iterm",
];

/// The role of a thing on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Role {
    /// Content.
    Text,
    /// Hints, units, defaults: secondary information.
    Muted,
    /// The most important part of a row or a heading: names, totals.
    Strong,
    /// The border of a pane without focus.
    Border,
    /// The border of the focused pane.
    BorderFocused,
    /// The title of a pane without focus.
    Title,
    /// The title of the focused pane.
    TitleFocused,
    /// The row with the cursor in the focused pane.
    Cursor,
    /// The row with the cursor in a pane without focus.
    CursorElsewhere,
    /// Where typed text goes.
    Input,
    /// A search match.
    Match,
    /// The name of an available key.
    Key,
    /// A symbol for a character that cannot be shown.
    Symbol,
    /// Something succeeded.
    Good,
    /// Something needs attention: unsaved, not yet done, a lint.
    Warning,
    /// Something was refused or failed.
    Bad,
    /// A number or value that has just changed.
    Moved,
    /// Work in progress.
    Progress,
    /// A patch field that is left unchanged.
    Leave,
    /// A patch field that clears.
    Clear,
    /// A patch field that sets.
    Set,
    /// The origin of a value.
    Origin,
    /// An item of the user.
    User,
    /// An item of the assistant.
    Assistant,
    /// A call or output of a tool.
    Tool,
    /// Reasoning.
    Reasoning,
    /// Instructions and context.
    System,
    /// The lifecycle of a thread: starts, ends, settings.
    Lifecycle,
    /// Something that only the left side of a comparison has.
    Removed,
    /// Something that only the right side has.
    Added,
    /// The part of a text that the other side does not have.
    Marked,
    /// A damaged item.
    Damage,
    /// An item of an unknown type.
    Unknown,
    /// The name of a member in JSON.
    JsonKey,
    /// A string in JSON.
    JsonString,
    /// A number in JSON.
    JsonNumber,
    /// `true`, `false` or `null` in JSON.
    JsonWord,
    /// Brackets, commas, colons and fold marks in JSON.
    JsonPunctuation,
}

/// A hue at the three color levels.
struct Hue {
    named: Color,
    indexed: u8,
    rgb: (u8, u8, u8),
}

const CYAN: Option<Hue> = hue(Color::Cyan, 37, (0, 151, 167));
const GREEN: Option<Hue> = hue(Color::Green, 71, (67, 150, 80));
const YELLOW: Option<Hue> = hue(Color::Yellow, 172, (196, 125, 8));
const RED: Option<Hue> = hue(Color::Red, 167, (214, 77, 77));
const BLUE: Option<Hue> = hue(Color::Blue, 68, (74, 134, 216));
const MAGENTA: Option<Hue> = hue(Color::Magenta, 133, (172, 98, 178));
const GREY: Option<Hue> = hue(Color::Reset, 245, (132, 138, 146));
const OWN: Option<Hue> = None;

const fn hue(named: Color, indexed: u8, rgb: (u8, u8, u8)) -> Option<Hue> {
    Some(Hue { named, indexed, rgb })
}

const PLAIN: Modifier = Modifier::empty();
const BOLD: Modifier = Modifier::BOLD;
const DIM: Modifier = Modifier::DIM;
const REVERSED: Modifier = Modifier::REVERSED;
const UNDERLINED: Modifier = Modifier::UNDERLINED;

/// One row for each role: its color, its weight with colors, its weight without colors.
const STYLES: &[(Role, Option<Hue>, Modifier, Modifier)] = &[
    (Role::Text, OWN, PLAIN, PLAIN),
    (Role::Muted, GREY, PLAIN, DIM),
    (Role::Strong, OWN, BOLD, BOLD),
    (Role::Border, GREY, PLAIN, DIM),
    (Role::BorderFocused, CYAN, PLAIN, BOLD),
    (Role::Title, OWN, PLAIN, PLAIN),
    (Role::TitleFocused, CYAN, BOLD, BOLD),
    (Role::Cursor, OWN, REVERSED, REVERSED),
    (Role::CursorElsewhere, OWN, BOLD, BOLD),
    (Role::Input, OWN, UNDERLINED, UNDERLINED),
    (
        Role::Match,
        YELLOW,
        BOLD.union(UNDERLINED),
        BOLD.union(UNDERLINED),
    ),
    (Role::Key, CYAN, BOLD, BOLD),
    (Role::Symbol, MAGENTA, PLAIN, UNDERLINED),
    (Role::Good, GREEN, PLAIN, PLAIN),
    (Role::Warning, YELLOW, PLAIN, BOLD),
    (Role::Bad, RED, BOLD, BOLD),
    (Role::Moved, YELLOW, BOLD, BOLD.union(UNDERLINED)),
    (Role::Progress, CYAN, PLAIN, PLAIN),
    (Role::Leave, GREY, PLAIN, DIM),
    (Role::Clear, YELLOW, BOLD, BOLD),
    (Role::Set, GREEN, BOLD, BOLD),
    (Role::Origin, GREY, PLAIN, DIM),
    (Role::User, GREEN, BOLD, BOLD),
    (Role::Assistant, BLUE, BOLD, BOLD),
    (Role::Tool, BLUE, PLAIN, PLAIN),
    (Role::Reasoning, MAGENTA, PLAIN, DIM),
    (Role::System, MAGENTA, PLAIN, PLAIN),
    (Role::Lifecycle, GREY, PLAIN, DIM),
    (Role::Removed, RED, PLAIN, DIM),
    (Role::Added, GREEN, PLAIN, PLAIN),
    (Role::Marked, OWN, BOLD.union(UNDERLINED), BOLD.union(UNDERLINED)),
    (Role::Damage, RED, BOLD, BOLD.union(UNDERLINED)),
    (Role::Unknown, YELLOW, PLAIN, UNDERLINED),
    (Role::JsonKey, BLUE, PLAIN, BOLD),
    (Role::JsonString, GREEN, PLAIN, PLAIN),
    (Role::JsonNumber, MAGENTA, PLAIN, PLAIN),
    (Role::JsonWord, YELLOW, PLAIN, PLAIN),
    (Role::JsonPunctuation, GREY, PLAIN, DIM),
];

/// The styles of all roles at one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    level: ColorLevel,
}

impl Theme {
    /// Creates the theme for a level.
    pub const fn new(level: ColorLevel) -> Self {
        Self { level }
    }

    /// Creates the theme for the environment of this process.
    pub fn of_environment() -> Self {
        Self::new(ColorLevel::detect(|name| std::env::var_os(name)))
    }

    /// Returns the style of a role. Styles patch each other: a style on top of another one leaves the attributes that
    /// it does not set.
    pub fn style(self, role: Role) -> Style {
        let (_, hue, weight, weight_without) = &STYLES[role as usize];
        let Some(hue) = hue.as_ref().filter(|_| self.level != ColorLevel::None) else {
            return Style::new().add_modifier(if self.level == ColorLevel::None {
                *weight_without
            } else {
                *weight
            });
        };
        let colour = match self.level {
            ColorLevel::None => None,
            ColorLevel::Named => Some(hue.named),
            ColorLevel::Indexed => Some(Color::Indexed(hue.indexed)),
            ColorLevel::True => Some(Color::Rgb(hue.rgb.0, hue.rgb.1, hue.rgb.2)),
        };
        match colour.filter(|colour| *colour != Color::Reset) {
            Some(colour) => Style::new().fg(colour).add_modifier(*weight),
            None => Style::new().add_modifier(*weight_without),
        }
    }
}
