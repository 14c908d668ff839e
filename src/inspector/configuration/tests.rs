//! Tests of reading configurations. `tests/commands/configuration.rs` tests the messages and the effect of each option in the
//! program.

use super::*;
use crate::inspector::layout::presets::PRESETS;

/// The values of a configuration.
fn values(it: &Configuration) -> String {
    let keys: Vec<_> = it.commands.all().map(|command| command.keys).collect();
    format!(
        "{:?} {:?} {:?} {:?} {} {} {:?} {keys:?}",
        it.preset_files, it.preset_other, it.columns, it.clipboard, it.masks_secrets, it.follows, it.look,
    )
}

fn parsed(text: &str) -> Configuration {
    parse(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
}

#[test]
fn the_rows_are_complete_and_their_defaults_are_those_of_the_program() {
    for (at, row) in OPTIONS.iter().enumerate() {
        assert!(
            row.about.ends_with('.') && row.about.len() > 10,
            "{}: {}",
            row.key,
            row.about
        );
        assert!(
            OPTIONS[..at].iter().all(|other| other.key != row.key),
            "{}",
            row.key
        );
        let set = values(&parsed(&format!("{} = {}", row.key, row.default)));
        let is_default = set == values(&Configuration::default());
        assert_eq!(is_default, !row.is_remembered, "{}", row.key);
    }
}

#[test]
fn each_value_of_a_choice_sets_something_else() {
    for row in OPTIONS {
        let OptionKind::Choice(choices) = row.kind else {
            continue;
        };
        let set = |(word, _): &(&str, _)| values(&parsed(&format!("{} = \"{word}\"", row.key)));
        let mut all: Vec<String> = choices.iter().map(set).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), choices.len(), "{}", row.key);
        if row.key == "theme" {
            let words = choices.iter().map(|(word, _)| *word);
            assert!(words.eq(ThemeName::all()), "{}", row.key);
        }
        if row.key.starts_with("preset-") {
            let words = choices.iter().map(|(word, _)| *word);
            assert!(words.eq(PRESETS.iter().map(|row| row.name)), "{}", row.key);
        }
    }
}

#[test]
fn the_file_with_the_defaults_sets_the_defaults() {
    let text = defaults();
    assert_eq!(values(&parsed(&text)), values(&Configuration::default()));
    // The same with the lines that are comments in it, which set what is the default anyway.
    let lines = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(rest)
            if rest
                .split_once(" = ")
                .is_some_and(|(name, _)| !name.contains(' ')) =>
        {
            rest
        }
        _ => line,
    });
    let whole = parsed(&lines.collect::<Vec<_>>().join("\n"));
    let changed = Configuration {
        preset_files: None,
        preset_other: None,
        columns: None,
        ..whole.clone()
    };
    assert_eq!(whole.preset_files, Some(Preset::Read));
    assert_eq!(values(&changed), values(&Configuration::default()));
}

#[test]
fn a_key_is_named_as_it_is_shown() {
    let it = parsed("[keys]\nzoom = [\"F5\", \"Ctrl+g\", \"Shift+Left\"]\ntimes = []").commands;
    let zoom = it.named("zoom").unwrap();
    assert_eq!(zoom.keys, ["F5", "Ctrl+G", "Shift+Left"]);
    assert_eq!(it.key("zoom"), "F5");
    assert_eq!(it.key("times"), ":times");
    assert_eq!(
        it.fill("{key:zoom} zooms; {key:times} and {key:of nothing} {key:"),
        "F5 zooms; :times and {key:of nothing} {key:"
    );
    assert_eq!(it.key("quit"), "q");
}

#[test]
fn two_commands_can_exchange_their_keys() {
    let it = parsed("[keys]\ndown = [\"k\", \"Down\"]\nup = [\"j\", \"Up\"]").commands;
    assert_eq!((it.key("down"), it.key("up")), ("k".into(), "j".into()));
}
