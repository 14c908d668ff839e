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
//!   color: the same hues.
//! - **A theme is a row of a table.** The roles name hues, and a theme says what each hue is on a dark background, on a
//!   light one and on one that is not known (`palettes`). A theme changes nothing else.
//! - **Signs have an ASCII form** of the same width (the module `signs`), for terminals and fonts without them.

use std::borrow::Cow;
use std::ffi::OsString;
use std::str::FromStr;

use ratatui::style::{Color, Modifier, Style};

use super::ascii;
use palettes::{HueName, THEMES, ThemeRow};

mod palettes;
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

const CYAN: Option<HueName> = Some(HueName::Cyan);
const GREEN: Option<HueName> = Some(HueName::Green);
const YELLOW: Option<HueName> = Some(HueName::Yellow);
const RED: Option<HueName> = Some(HueName::Red);
const BLUE: Option<HueName> = Some(HueName::Blue);
const MAGENTA: Option<HueName> = Some(HueName::Magenta);
const GREY: Option<HueName> = Some(HueName::Grey);
/// The foreground of the terminal.
const OWN: Option<HueName> = None;

const PLAIN: Modifier = Modifier::empty();
const BOLD: Modifier = Modifier::BOLD;
const DIM: Modifier = Modifier::DIM;
const REVERSED: Modifier = Modifier::REVERSED;
const UNDERLINED: Modifier = Modifier::UNDERLINED;

/// One row for each role: its color, its weight with colors, its weight without colors.
const STYLES: &[(Role, Option<HueName>, Modifier, Modifier)] = &[
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

/// The name of a theme in the THEMES table. The default is `auto`, which follows the background of the terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ThemeName(usize);

impl ThemeName {
    /// Iterates over the names of all themes.
    pub fn all() -> impl Iterator<Item = &'static str> {
        THEMES.iter().map(|row| row.name)
    }

    /// Returns the name as text.
    pub fn text(self) -> &'static str {
        self.row().name
    }

    /// Returns the next name in the table, after the last one the first.
    #[must_use]
    pub fn next(self) -> Self {
        Self((self.0 + 1) % THEMES.len())
    }

    fn row(self) -> &'static ThemeRow {
        &THEMES[self.0]
    }
}

/// No theme has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no theme {0:?}: the themes are {names}", names = ThemeName::all().collect::<Vec<_>>().join(", "))]
pub struct UnknownTheme(String);

impl FromStr for ThemeName {
    type Err = UnknownTheme;

    fn from_str(text: &str) -> Result<Self, UnknownTheme> {
        let found = ThemeName::all().position(|name| name == text);
        found.map(Self).ok_or_else(|| UnknownTheme(text.to_owned()))
    }
}

/// The background of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// Nearer to black than to white.
    Dark,
    /// Nearer to white than to black.
    Light,
}

impl Background {
    /// Returns the background for a color of red, green and blue, each from 0 to 1: whether black or white has more
    /// contrast on it.
    pub fn of([red, green, blue]: [f32; 3]) -> Self {
        let [red, green, blue] = [red, green, blue].map(|part| part.powf(2.2));
        // On this luminance, black and white have the same contrast.
        match 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179 {
            true => Self::Dark,
            false => Self::Light,
        }
    }
}

/// The look of the screen: the style of each role, and whether signs are drawn in ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    level: ColorLevel,
    name: ThemeName,
    background: Option<Background>,
    is_ascii: bool,
}

impl Theme {
    /// Creates the theme for a level, for a background that is not known.
    pub const fn new(level: ColorLevel) -> Self {
        Self {
            level,
            name: ThemeName(0),
            background: None,
            is_ascii: false,
        }
    }

    /// Creates the theme for the environment of this process.
    pub fn of_environment() -> Self {
        let env = |name: &str| std::env::var_os(name);
        Self::new(ColorLevel::detect(env)).in_ascii(ascii::needs_ascii(env))
    }

    /// Returns the theme with this name, on the same terminal.
    #[must_use]
    pub fn named(self, name: ThemeName) -> Self {
        Self { name, ..self }
    }

    /// Returns the theme for this background.
    #[must_use]
    pub fn on(self, background: Background) -> Self {
        Self {
            background: Some(background),
            ..self
        }
    }

    /// Returns the theme that draws signs in ASCII, or not.
    #[must_use]
    pub fn in_ascii(self, is_ascii: bool) -> Self {
        Self { is_ascii, ..self }
    }

    /// Returns the name.
    pub fn name(self) -> ThemeName {
        self.name
    }

    /// Returns whether signs are drawn in ASCII.
    pub fn is_ascii(self) -> bool {
        self.is_ascii
    }

    /// Returns whether the hues depend on the background of the terminal.
    pub fn follows_background(self) -> bool {
        let [dark, light, _] = self.name.row().palettes;
        self.level() >= ColorLevel::Indexed && !std::ptr::eq(dark, light)
    }

    fn level(self) -> ColorLevel {
        self.level.min(self.name.row().most)
    }

    /// Returns the sign to draw for a sign of the program.
    pub fn sign(self, sign: &'static str) -> Cow<'static, str> {
        match self.is_ascii {
            true => ascii::ascii(sign),
            false => Cow::Borrowed(sign),
        }
    }

    /// Returns the style of a role. Styles patch each other: a style on top of another one leaves the attributes that
    /// it does not set.
    pub fn style(self, role: Role) -> Style {
        let (_, hue, weight, weight_without) = &STYLES[role as usize];
        let level = self.level();
        let [dark, light, unknown] = self.name.row().palettes;
        let palette = match self.background {
            Some(Background::Dark) => dark,
            Some(Background::Light) => light,
            None => unknown,
        };
        let colour = hue.map(|hue| &palette[hue as usize]).map(|hue| match level {
            ColorLevel::None => Color::Reset,
            ColorLevel::Named => hue.named,
            ColorLevel::Indexed => hue.indexed,
            ColorLevel::True => hue.rgb,
        });
        match colour {
            Some(Color::Reset) => Style::new().add_modifier(*weight_without),
            Some(colour) => Style::new().fg(colour).add_modifier(*weight),
            None if level == ColorLevel::None => Style::new().add_modifier(*weight_without),
            None => Style::new().add_modifier(*weight),
        }
    }
}
