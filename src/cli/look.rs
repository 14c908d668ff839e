//! The options about how the screen of the inspector looks, for all commands that open it.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use crate::inspector::{Look, ThemeName};

/// How the screen looks.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct LookArgs {
    /// Use these colors; `auto` follows the background of the terminal
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(ThemeName::all()).try_map(|name| name.parse::<ThemeName>()))]
    theme: Option<ThemeName>,
    /// Draw borders, marks and charts in ASCII; the default if the locale is C or POSIX, or names a character set other than UTF-8
    #[arg(long)]
    ascii: bool,
    /// Leave the mouse to the terminal, which then selects text
    #[arg(long)]
    no_mouse: bool,
}

impl From<LookArgs> for Look {
    fn from(args: LookArgs) -> Self {
        Self {
            theme: args.theme,
            ascii: args.ascii.then_some(true),
            no_mouse: args.no_mouse,
        }
    }
}
