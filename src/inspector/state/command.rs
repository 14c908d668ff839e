//! The definition of a command, and lookup in the command table. The table itself is in `commands`. The model stores a
//! reference to the table, so help, the key bar and the palette can read it without depending on the commands.

use std::borrow::Cow;

use super::effect::Effects;
use super::model::Model;
use crate::inspector::state::context::{Context, EVERYWHERE, PANES};

/// A command that the user can run.
pub struct Command {
    /// The name in the palette.
    pub name: &'static str,
    /// The names of its keys. The first one is displayed.
    pub keys: &'static [&'static str],
    /// The contexts in which the command is available.
    pub contexts: &'static [Context],
    /// The word in the key bar. Empty if the command is not listed there.
    pub hint: &'static str,
    /// The argument after the name in the palette. Empty if there is none. Brackets mark an optional argument.
    pub takes: &'static str,
    /// A sentence that describes the command. `{key:NAME}` in it stands for the key of the command with that name.
    pub about: &'static str,
    /// Other words for what the command does. Help and the palette find the command by them.
    pub also: &'static [&'static str],
    /// Whether the command only moves the selection in the focused pane, so that only a few panes need to be redrawn.
    pub moves: bool,
    /// Returns `Ok` if the command is available now, or the reason why it is not, in which `{key:NAME}` is allowed too.
    pub possible: fn(&Model) -> Result<(), &'static str>,
    /// Runs the command. The text is the argument from the palette.
    pub make: fn(&mut Model, &str) -> Effects,
}

/// The default values for a row of the command table.
pub const ROW: Command = Command {
    name: "",
    keys: &[],
    contexts: PANES,
    hint: "",
    takes: "",
    about: "",
    also: &[],
    moves: false,
    possible: |_| Ok(()),
    make: |_, _| Vec::new(),
};

impl Command {
    /// Returns where the command is available: `everywhere`, `all panes`, or the names of the contexts.
    pub fn place(&self) -> String {
        if EVERYWHERE.iter().all(|context| self.contexts.contains(context)) {
            return "everywhere".to_string();
        }
        let mut words = Vec::new();
        let whole = PANES.iter().all(|context| self.contexts.contains(context));
        if whole {
            words.push("all panes");
        }
        let rest = self
            .contexts
            .iter()
            .filter(|context| !(whole && PANES.contains(context)));
        words.extend(rest.map(|context| context.name()));
        words.join(", ")
    }

    /// Runs the command, or warns why it is not available now.
    pub fn run(&self, model: &mut Model, argument: &str) -> Effects {
        match (self.possible)(model) {
            Ok(()) => (self.make)(model, argument),
            Err(reason) => {
                model.warn(format!("{}: {reason}.", self.name));
                Vec::new()
            }
        }
    }
}

/// Returns what a command acts on. The contexts of the command and `possible` ensure that it exists.
#[expect(
    clippy::expect_used,
    reason = "a command runs only in its contexts and if it is possible"
)]
#[track_caller]
pub fn ensured<T>(target: Option<T>) -> T {
    target.expect("a command runs only where its target exists")
}

/// A titled group of commands.
pub struct CommandGroup {
    /// The title in help and in the documentation.
    pub title: &'static str,
    /// The commands of the group.
    pub commands: &'static [Command],
}

/// The table of commands.
#[derive(Clone, Copy)]
pub struct Commands(pub &'static [CommandGroup]);

impl Commands {
    /// Iterates over all commands in table order.
    pub fn all(self) -> impl Iterator<Item = &'static Command> {
        self.0.iter().flat_map(|subject| subject.commands)
    }

    /// Returns the command that a key runs in a context.
    pub fn of_key(self, key: &str, context: Context) -> Option<&'static Command> {
        self.all()
            .find(|command| command.contexts.contains(&context) && command.keys.contains(&key))
    }

    /// Returns the command with this name.
    pub fn named(self, name: &str) -> Option<&'static Command> {
        self.all().find(|command| command.name == name)
    }

    /// Returns the first key of a command or, if it has no key, its name as it is typed in the palette.
    pub fn key(self, name: &str) -> String {
        match ensured(self.named(name)).keys.first() {
            Some(key) => (*key).to_string(),
            None => format!(":{name}"),
        }
    }

    /// Replaces each `{key:NAME}` in a sentence by the [key](Self::key) of the command with that name.
    pub fn fill(self, text: &str) -> Cow<'_, str> {
        let mut parts = text.split("{key:");
        let Some(first) = parts.next().filter(|first| first.len() < text.len()) else {
            return Cow::Borrowed(text);
        };
        let mut filled = first.to_string();
        for part in parts {
            match part
                .split_once('}')
                .filter(|(name, _)| self.named(name).is_some())
            {
                Some((name, rest)) => filled.extend([&self.key(name), rest]),
                // This is not a placeholder but text from a file.
                None => filled.extend(["{key:", part]),
            }
        }
        Cow::Owned(filled)
    }

    /// Returns whether a command is in the group with this title.
    pub fn is_about(self, command: &Command, title: &str) -> bool {
        let mut subjects = self.0.iter().filter(|subject| subject.title == title);
        subjects.any(|subject| subject.commands.iter().any(|row| row.name == command.name))
    }
}
