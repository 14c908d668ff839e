//! The table `[keys]` of the configuration file: reads the keys of commands, and makes a copy of the COMMANDS table in
//! which these commands have these keys.

use toml::de::DeTable;

use super::options::OPTIONS;
use super::{ConfigurationProblem, Reading};
use crate::inspector::commands::{COMMANDS, keys};
use crate::inspector::state::command::{Command, CommandGroup, Commands};
use crate::inspector::state::context::Context;
use crate::workbench::lints::nearest;

/// The possible values of a command in `[keys]`.
const WANTED: &str = "a key, a list of keys, or [] (no key)";

/// The keys that a command gets.
struct Binding {
    command: &'static Command,
    /// The place of the name of the command in the text.
    start: usize,
    /// The names of the keys, each with its place in the text.
    keys: Vec<(String, usize)>,
}

/// Reads the keys of commands into the configuration.
pub fn read(reading: &mut Reading<'_>, table: &DeTable<'_>) {
    let mut bindings = Vec::new();
    for (name, value) in table {
        let (word, start) = (name.get_ref(), name.span().start);
        let Some(command) = Commands(COMMANDS).named(word) else {
            let problem = match OPTIONS.iter().any(|row| row.key == word) {
                true => ConfigurationProblem::OptionAmongKeys(word.to_string()),
                false => ConfigurationProblem::UnknownCommand {
                    word: word.to_string(),
                    nearest: nearest(word, Commands(COMMANDS).all().map(|command| command.name)),
                },
            };
            reading.fault(start, problem);
            continue;
        };
        let mut named = Vec::new();
        for (word, start) in reading.words(word, WANTED, value) {
            match canonical(&word) {
                Some(key) if named.iter().any(|(other, _)| *other == key) => {
                    reading.fault(start, ConfigurationProblem::Twice(word));
                }
                Some(key) => named.push((key, start)),
                None => {
                    let nearest = nearest_key(&word);
                    reading.fault(start, ConfigurationProblem::UnknownKey { word, nearest });
                }
            }
        }
        bindings.push(Binding {
            command,
            start,
            keys: named,
        });
    }
    bindings.sort_by_key(|binding| binding.start);
    for binding in &bindings {
        check(reading, binding, &bindings);
    }
    if reading.faults.is_empty() && !bindings.is_empty() {
        reading.configuration.commands = Commands(bound(&bindings));
    }
}

/// Returns the name under which a key is known, or `None` if there is no such key.
fn canonical(word: &str) -> Option<String> {
    let name = keys::name(keys::parse(word)?)?;
    // Terminals send the same for a letter with Ctrl and Shift as without Shift.
    let loses_shift = word.contains("Ctrl+Shift+") && !name.contains("Shift+");
    (!loses_shift).then_some(name)
}

/// Returns the most similar name of a key: the same with other capital letters, or a similar one.
fn nearest_key(word: &str) -> Option<String> {
    let (modifiers, last) = word
        .rsplit_once('+')
        .map_or(("", word), |(all, last)| (all, last));
    let named = keys::words().find(|known| known.eq_ignore_ascii_case(last));
    let modifiers = modifiers.split('+').filter(|modifier| !modifier.is_empty());
    let capital = |modifier: &str| match modifier.to_lowercase().as_str() {
        "control" => "Ctrl".to_string(),
        word => word[..1].to_uppercase() + &word[1..],
    };
    let mut spelled: Vec<String> = modifiers.filter(|text| text.is_ascii()).map(capital).collect();
    spelled.push(named.unwrap_or(last).to_string());
    if let Some(key) = canonical(&spelled.join("+")) {
        return Some(key);
    }
    let bound = Commands(COMMANDS).all().flat_map(|command| command.keys).copied();
    let known: Vec<&str> = keys::words().chain(bound).filter(|key| key.len() > 1).collect();
    let lowercase: Vec<String> = known.iter().map(|key| key.to_lowercase()).collect();
    let word = word.to_lowercase();
    let found = match lowercase.contains(&word) {
        true => word.as_str(),
        false => nearest(&word, lowercase.iter().map(String::as_str))?,
    };
    let at = lowercase.iter().position(|key| key == found)?;
    Some(known[at].to_string())
}

/// Returns whether a command must keep a key: `Ctrl+C` always quits, and text prompts and questions can be answered and
/// left in the usual way.
fn is_fixed(command: &Command, key: &str) -> bool {
    let is_asked = |context: &Context| context.is_text() || *context == Context::Question;
    match key {
        "Ctrl+C" => true,
        "Enter" | "Esc" => command.contexts.iter().any(is_asked),
        _ => false,
    }
}

/// Checks the keys of a command, given all that the file binds.
fn check(reading: &mut Reading<'_>, binding: &Binding, bindings: &[Binding]) {
    let command = binding.command;
    let named = |key: &str| binding.keys.iter().any(|(other, _)| other == key);
    for key in command.keys {
        if is_fixed(command, key) && !named(key) {
            let problem = ConfigurationProblem::Fixed {
                key,
                command: command.name,
            };
            reading.fault(binding.start, problem);
        }
    }
    for (key, start) in &binding.keys {
        let types = keys::parse(key).and_then(keys::typed).is_some();
        let text = command.contexts.iter().find(|context| context.is_text());
        if let Some(context) = text.filter(|_| types) {
            let problem = ConfigurationProblem::Typed {
                key: key.clone(),
                command: command.name,
                place: context.name(),
            };
            reading.fault(*start, problem);
            continue;
        }
        let others = Commands(COMMANDS)
            .all()
            .filter(|other| other.name != command.name && has_before(other, (key, *start), bindings));
        let others = others.filter_map(|other| {
            let place = command.contexts.iter().find(|at| other.contexts.contains(at))?;
            Some((other.name, place.name()))
        });
        let others: Vec<_> = others.collect();
        if !others.is_empty() {
            let key = key.clone();
            reading.fault(*start, ConfigurationProblem::Taken { key, others });
        }
    }
}

/// Returns whether a command has a key by default or, if the file binds the command, before this place in the file: a
/// conflict of two keys of the file is reported at the second one.
fn has_before(command: &Command, (key, start): (&str, usize), bindings: &[Binding]) -> bool {
    match bindings.iter().find(|bound| bound.command.name == command.name) {
        Some(bound) => bound.keys.iter().any(|(it, at)| it == key && *at < start),
        None => command.keys.contains(&key),
    }
}

/// Makes a copy of the table of commands with other keys. The copy lives as long as the program, as the table does.
fn bound(bindings: &[Binding]) -> &'static [CommandGroup] {
    let keys_of = |command: &Command| {
        let binding = bindings.iter().find(|bound| bound.command.name == command.name);
        let Some(binding) = binding else {
            return command.keys;
        };
        let keys = binding.keys.iter();
        let keys = keys.map(|(key, _)| &*Box::leak(key.clone().into_boxed_str()));
        Box::leak(keys.collect::<Box<[&str]>>())
    };
    let groups = COMMANDS.iter().map(|group| {
        let commands = group.commands.iter().map(|command| Command {
            keys: keys_of(command),
            ..*command
        });
        CommandGroup {
            title: group.title,
            commands: Box::leak(commands.collect::<Box<[Command]>>()),
        }
    });
    Box::leak(groups.collect::<Box<[CommandGroup]>>())
}
