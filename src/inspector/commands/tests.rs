//! Tests of the table: names are unique, keys exist and have one meaning in each context, and rows are complete.

use std::collections::HashSet;

use super::*;
use crate::inspector::commands::keys;
use crate::inspector::state::command::{Command, Commands};
use crate::inspector::state::context::{Context, EVERYWHERE, LETTERS};

fn all() -> impl Iterator<Item = &'static Command> {
    Commands(COMMANDS).all()
}

fn of_key(key: &str, context: Context) -> Option<&'static Command> {
    Commands(COMMANDS).of_key(key, context)
}

#[test]
fn names_are_unique_and_sentences_are_sentences() {
    let mut names = HashSet::new();
    for command in all() {
        assert!(names.insert(command.name), "{} is there twice", command.name);
        assert!(
            command.about.ends_with('.') && command.about.len() > 10,
            "{}",
            command.name
        );
        assert!(!command.contexts.is_empty(), "{}", command.name);
        assert!(
            command
                .name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit())
        );
    }
}

#[test]
fn a_key_means_one_thing_at_a_spot() {
    let mut seen = HashSet::new();
    for command in all() {
        for key in command.keys {
            assert!(
                keys::parse(key).is_some(),
                "{}: there is no key {key}",
                command.name
            );
            for context in command.contexts {
                assert!(
                    seen.insert((key, context.name())),
                    "{key} means two things in {}",
                    context.name()
                );
            }
        }
    }
}

#[test]
fn no_command_takes_a_character_where_characters_are_written() {
    for command in all() {
        for key in command.keys {
            let typed = keys::parse(key).and_then(keys::typed).is_some();
            let text = command.contexts.iter().find(|context| context.is_text());
            assert!(
                !typed || text.is_none(),
                "{key} of {} would be lost in {text:?}",
                command.name
            );
        }
    }
}

#[test]
fn what_every_program_does_holds_where_it_should() {
    for context in EVERYWHERE {
        assert_eq!(
            of_key("Ctrl+Z", *context).map(|row| row.name),
            Some("suspend"),
            "{}",
            context.name()
        );
        assert_ne!(
            of_key("Esc", *context).map(|row| row.name),
            Some("quit"),
            "{}",
            context.name()
        );
    }
    for context in LETTERS {
        assert_eq!(
            of_key("q", *context).map(|row| row.name),
            Some("quit"),
            "{}",
            context.name()
        );
        assert_eq!(
            of_key("?", *context).map(|row| row.name),
            Some("help"),
            "{}",
            context.name()
        );
    }
}
