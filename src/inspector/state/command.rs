//! What a command is, and finding one in the table. The table itself is `commands`; the model holds it, so that help, the
//! key bar and the palette read it without knowing what the commands do.

use super::effect::Effects;
use super::model::Model;
use crate::inspector::state::context::{Context, EVERYWHERE, PANES};

/// Something a person can do.
pub struct Command {
    /// What it is called in the palette.
    pub name: &'static str,
    /// The names of its keys, the one to show first.
    pub keys: &'static [&'static str],
    /// Where it holds.
    pub contexts: &'static [Context],
    /// The word for the key bar; empty if it does not stand there.
    pub hint: &'static str,
    /// What it takes from the palette after its name; empty if nothing. In brackets if it may be missing.
    pub takes: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Whether it only moves what is selected where the keys go, so that little has to be drawn again.
    pub moves: bool,
    /// Whether it is possible now, and if not, why.
    pub possible: fn(&Model) -> Result<(), &'static str>,
    /// Does it; the text is what the palette gave it.
    pub make: fn(&mut Model, &str) -> Effects,
}

/// The row that the others are written as differences from.
pub const ROW: Command = Command {
    name: "",
    keys: &[],
    contexts: PANES,
    hint: "",
    takes: "",
    about: "",
    moves: false,
    possible: |_| Ok(()),
    make: |_, _| Vec::new(),
};

impl Command {
    /// Where it holds, in words: `everywhere`, `all panes`, or the contexts.
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

    /// Runs it, or says why it is not possible now.
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

/// Commands about one subject, under its title.
pub struct CommandGroup {
    /// The title in help and documents.
    pub title: &'static str,
    /// Its commands.
    pub commands: &'static [Command],
}

/// The table of commands.
#[derive(Clone, Copy)]
pub struct Commands(pub &'static [CommandGroup]);

impl Commands {
    /// Every command, in the order of the table.
    pub fn all(self) -> impl Iterator<Item = &'static Command> {
        self.0.iter().flat_map(|subject| subject.commands)
    }

    /// The command that a key means at a context.
    pub fn of_key(self, key: &str, context: Context) -> Option<&'static Command> {
        self.all()
            .find(|command| command.contexts.contains(&context) && command.keys.contains(&key))
    }

    /// The command of that name.
    pub fn named(self, name: &str) -> Option<&'static Command> {
        self.all().find(|command| command.name == name)
    }

    /// Whether a command is about that subject.
    pub fn is_about(self, command: &Command, title: &str) -> bool {
        let mut subjects = self.0.iter().filter(|subject| subject.title == title);
        subjects.any(|subject| subject.commands.iter().any(|row| row.name == command.name))
    }
}
