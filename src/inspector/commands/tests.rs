//! The promises of the table: names are unique, keys exist and never mean two things at one spot, rows are whole.

use std::collections::HashSet;

use super::*;
use crate::inspector::commands::keys;
use crate::inspector::state::command::{Command, Commands};
use crate::inspector::state::context::{EVERYWHERE, LETTERS, Spot};

fn all() -> impl Iterator<Item = &'static Command> {
    Commands(COMMANDS).all()
}

fn of_key(key: &str, spot: Spot) -> Option<&'static Command> {
    Commands(COMMANDS).of_key(key, spot)
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
        assert!(!command.spots.is_empty(), "{}", command.name);
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
            for spot in command.spots {
                assert!(
                    seen.insert((key, spot.name())),
                    "{key} means two things in {}",
                    spot.name()
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
            let text = command.spots.iter().find(|spot| spot.is_text());
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
    for spot in EVERYWHERE {
        assert_eq!(
            of_key("Ctrl+Z", *spot).map(|row| row.name),
            Some("suspend"),
            "{}",
            spot.name()
        );
        assert_ne!(
            of_key("Esc", *spot).map(|row| row.name),
            Some("quit"),
            "{}",
            spot.name()
        );
    }
    for spot in LETTERS {
        assert_eq!(
            of_key("q", *spot).map(|row| row.name),
            Some("quit"),
            "{}",
            spot.name()
        );
        assert_eq!(
            of_key("?", *spot).map(|row| row.name),
            Some("help"),
            "{}",
            spot.name()
        );
    }
}
