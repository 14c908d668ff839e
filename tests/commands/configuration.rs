//! The configuration file in the real program: messages about invalid files, the commands that check and print it, and
//! the effect of each option and of changed keys on a pseudo-terminal.
//!
//! The messages for a file in `tests/commands/configuration/invalid` are in the .txt file next to it; with THREADLOUPE_BLESS
//! set, they are rewritten.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::rollouts::{Folder, ONE, header, said};
use crate::support::sources;
use crate::support::terminal::{ENTER, ESC, Start, Terminal};
use threadloupe::inspector::internals::COMMANDS;

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/commands/configuration")
        .join(folder);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_toml = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    let mut files: Vec<PathBuf> = files.filter(is_toml).collect();
    files.sort();
    assert!(files.len() > 3, "{files:?}");
    files
}

/// Runs the program in the folder of a file, without a terminal and without a configuration of its own.
fn run(file: &Path, arguments: &[&str]) -> Output {
    let empty = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(arguments)
        .current_dir(file.parent().unwrap())
        .env("XDG_CONFIG_HOME", empty.path())
        .output()
        .unwrap()
}

fn printed(output: &Output) -> String {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complained(output: &Output) -> String {
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn name(file: &Path) -> &str {
    file.file_name().unwrap().to_str().unwrap()
}

#[test]
fn valid_files_have_no_problems() {
    for file in fixtures("valid") {
        let output = run(&file, &["config", "check", name(&file)]);
        assert_eq!(printed(&output), format!("{}: no problems\n", name(&file)));
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn invalid_files_have_a_sentence_for_each_problem() {
    for file in fixtures("invalid") {
        let output = run(&file, &["config", "check", name(&file)]);
        let sentences = complained(&output);
        assert_eq!(output.status.code(), Some(2), "{}", file.display());
        let text = file.with_extension("txt");
        if std::env::var_os("THREADLOUPE_BLESS").is_some() {
            fs::write(&text, &sentences).unwrap();
        }
        let expected = fs::read_to_string(&text).unwrap_or_default();
        assert_eq!(sentences, expected, "{}", file.display());
    }
}

#[test]
fn nothing_starts_with_an_invalid_file_unless_it_is_left_out() {
    let invalid = fixtures("invalid");
    let file = invalid.iter().find(|file| name(file) == "values.toml").unwrap();
    let sentences = complained(&run(file, &["config", "check", "values.toml"]));
    let hint = "Add --no-config to go on without a configuration file.\n";
    let arguments: [&[&str]; 3] = [&[], &["play", "values.toml"], &["list", "keys"]];
    for arguments in arguments {
        let output = run(file, &[arguments, &["--config", "values.toml"]].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(complained(&output), format!("{sentences}{hint}"), "{arguments:?}");
    }
    let output = run(file, &["--config", "missing.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(complained(&output).starts_with("missing.toml: cannot be read: No such file"));
    let output = run(file, &["--config", "values.toml", "--no-config"]);
    assert_eq!(output.status.code(), Some(2));
    // The file in the configuration folder is used too.
    let mut refused = Start::threadloupe(&[]).size(100, 30);
    refused.configure("theme = \"drak\"\n");
    let mut refused = refused.spawn();
    assert_eq!(refused.wait_exit().exit_code(), 2);
    assert!(!refused.screen().alternate_screen());
    assert!(
        refused
            .text()
            .contains("config.toml:1:9: theme cannot be \"drak\"; did you mean \"dark\"?"),
        "{}",
        refused.picture()
    );
    let mut started = Start::threadloupe(&["--no-config"]).size(100, 30);
    started.configure("theme = \"drak\"\n");
    started.spawn().wait_for("Threads");
}

#[test]
fn the_printed_defaults_are_a_valid_file() {
    let folder = Folder::new();
    let shown = folder.run(&["config", "show"]);
    folder.write("config.toml", printed(&shown));
    let checked = folder.run(&["config", "check", "config.toml"]);
    assert_eq!(printed(&checked), "config.toml: no problems\n");
    // Also with the lines that are comments.
    let text = printed(&shown);
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
    let lines: Vec<&str> = lines.collect();
    assert!(lines.contains(&"zoom = \"z\"") && lines.contains(&"columns = \"auto\""));
    folder.write("whole.toml", lines.join("\n"));
    let checked = folder.run(&["config", "check", "whole.toml"]);
    assert_eq!(printed(&checked), "whole.toml: no problems\n");
}

#[test]
fn the_path_is_in_the_configuration_folder() {
    let folder = Folder::new();
    let path = folder.path().join("threadloupe/config.toml");
    let path = path.to_str().unwrap();
    assert_eq!(printed(&folder.run(&["config", "path"])), format!("{path}\n"));
    let missing = folder.run(&["config", "check"]);
    assert_eq!(
        printed(&missing),
        format!("{path}: there is no such file, so the defaults are used\n")
    );
    folder.write("threadloupe/config.toml", "mouse = 1\n");
    let wrong = folder.run(&["config", "check"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert_eq!(
        complained(&wrong),
        format!("{path}:1:9: mouse must be true or false, not a number\n")
    );
}

#[test]
fn options_are_listed() {
    let folder = Folder::new();
    let listed = printed(&folder.run(&["list", "options"]));
    assert!(
        listed.contains("mask-secrets") && listed.contains("\"terminal\", \"file\" or \"off\""),
        "{listed}"
    );
}

/// Starts the program with a configuration.
fn configured(text: &str, arguments: &[&str]) -> Terminal {
    let mut start = Start::threadloupe(arguments).size(120, 36);
    start.configure(text);
    let mut terminal = start.spawn();
    terminal.wait_for("Threads");
    terminal
}

#[test]
fn a_changed_key_works_and_is_shown_everywhere_and_the_old_one_does_nothing() {
    let keys = "[keys]\nzoom = [\"Ctrl+O\", \"F5\"]\nfold = \"#\"\njournal = \"F6\"\ntree = []\nstep-back = \"Ctrl+G\"\n";
    let mut start = Start::threadloupe(&[]).size(200, 50);
    start.configure(keys);
    let mut terminal = start.spawn();
    terminal.wait_for("^O zoom");
    let bar = terminal.row(49);
    assert!(!bar.contains(" z zoom") && !bar.contains("tree"), "{bar}");
    // The tabs of the panes.
    terminal.resize(120, 36);
    terminal.wait_for("F6 Journal");
    terminal.type_keys("\u{f}");
    terminal.wait_gone("since the mark");
    // The old key does nothing; the next one shows that it was read.
    terminal.type_keys("z?");
    terminal.wait_for("Help");
    terminal.type_keys("zoom");
    terminal.wait_for("Ctrl+O F5");
    terminal.type_keys(ESC);
    terminal.wait_gone("Help");
    assert!(
        !terminal.text().contains("since the mark"),
        "{}",
        terminal.picture()
    );
    terminal.type_keys("\u{f}");
    terminal.wait_for("since the mark");
    // Sentences name the key in force, or the name of a command without keys.
    terminal.type_keys("&zzzz");
    terminal.type_keys(ENTER);
    terminal.wait_for("Ctrl+G shows");
    terminal.type_keys("\u{7}");
    terminal.wait_gone("Ctrl+G shows");
    terminal.type_keys("3#");
    terminal.wait_for("Metadata is hidden; 3 shows it again.");
    assert!(terminal.quit().success());
}

#[test]
fn the_listed_keys_are_those_in_force() {
    let folder = Folder::new();
    folder.write(
        "threadloupe/config.toml",
        "[keys]\nzoom = [\"Ctrl+O\", \"F5\"]\nmark = []\n",
    );
    folder.write("other.toml", "[keys]\nzoom = \"F9\"\n");
    let row = |arguments: &[&str], name: &str| {
        let listed = printed(&folder.run(arguments));
        let row = listed
            .lines()
            .find(|line| line.split_whitespace().any(|word| word == name));
        row.unwrap().split(name).next().unwrap().trim().to_owned()
    };
    let own: &[&str] = &["list", "keys"];
    assert_eq!(row(own, "zoom"), "Ctrl+O F5");
    assert_eq!(row(own, "mark"), "");
    assert_eq!(row(&["list", "keys", "--config", "other.toml"], "zoom"), "F9");
    assert_eq!(row(&["list", "keys", "--no-config"], "zoom"), "z");
    let listed = printed(&folder.run(own));
    assert!(!listed.contains("{key:"), "{listed}");
    assert!(listed.contains("Closes the checklist"));
}

#[test]
fn the_start_preset_and_the_columns_win_over_what_was_remembered() {
    let state = Folder::new();
    let tabs_of_reading = "2 History  3 Metadata  4 Patch  5 Calls  6 Journal";
    let start = |arguments: &[&str]| {
        let state = state.path().to_str().unwrap();
        let mut terminal = Start::threadloupe(arguments)
            .size(120, 36)
            .env("XDG_STATE_HOME", state)
            .env("XDG_CONFIG_HOME", state)
            .spawn();
        terminal.wait_for("Threads 13");
        terminal
    };
    let mut first = start(&[]);
    first.wait_for("4 Patch  6 Journal");
    first.type_keys(&format!("9:columns branch{ENTER}"));
    first.wait_for("branch");
    assert!(first.quit().success());
    state.write(
        "threadloupe/config.toml",
        "preset-other = \"read\"\ncolumns = [\"tokens\"]\n",
    );
    let mut second = start(&[]);
    second.wait_for(tabs_of_reading);
    second.wait_for("tokens");
    // An argument wins over the file.
    let mut third = start(&["--no-config", "--no-settings"]);
    third.wait_for("4 Patch  6 Journal");
}

#[test]
fn copied_text_goes_where_the_option_says() {
    let state = Folder::new();
    let start = |clipboard: &str| {
        let mut start = Start::threadloupe(&[])
            .size(120, 36)
            .env("XDG_STATE_HOME", state.path().to_str().unwrap());
        start.configure(&format!("clipboard = \"{clipboard}\"\n"));
        let mut terminal = start.spawn();
        terminal.wait_for("Threads 13");
        terminal.type_keys("y");
        terminal
    };
    let copied = state.path().join("threadloupe/copied.txt");
    let mut off = start("off");
    off.wait_for("the option clipboard is \"off\"");
    assert!(off.clipboard().is_none() && !copied.exists());
    let mut file = start("file");
    file.wait_for("Saved to");
    assert!(file.clipboard().is_none());
    assert!(!fs::read_to_string(copied).unwrap().is_empty());
    let mut terminal = start("terminal");
    terminal.wait_clipboard("it has the text", |text| !text.is_empty());
}

#[test]
fn secrets_are_masked_unless_the_option_says_otherwise() {
    let export = |text: &str| {
        let folder = Folder::new();
        let secret = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD";
        let file = folder.write("rollout.jsonl", format!("{}\n{}\n", header(ONE), said(secret, 1)));
        let mut terminal = configured(text, &[file.to_str().unwrap()]);
        terminal.wait_for("1 thread");
        let to = folder.path().join("out.md");
        terminal.type_keys(&format!(":export {}{ENTER}", to.display()));
        terminal.wait_for("Exported to");
        fs::read_to_string(to).unwrap().contains(secret)
    };
    assert!(!export(""));
    assert!(export("mask-secrets = false"));
}

#[test]
fn files_are_followed_if_the_option_or_an_argument_says_so() {
    let folder = Folder::new();
    let file = folder.write("rollout.jsonl", format!("{}\n", header(ONE)));
    let path = file.to_str().unwrap();
    let is_following = |text: &str, arguments: &[&str]| {
        let mut terminal = configured(text, arguments);
        terminal.wait_for("1 thread");
        terminal.row(0).contains("following")
    };
    assert!(is_following("follow = true", &[path]));
    assert!(!is_following("follow = true", &["--no-follow", path]));
    assert!(!is_following("", &[path]));
    assert!(is_following("follow = false", &["--follow", path]));
}

#[test]
fn the_theme_none_uses_no_colors() {
    let is_colored = |text: &str| {
        let terminal = configured(text, &[]);
        let colors = |row, column| {
            let cell = terminal.screen().cell(row, column).unwrap();
            [cell.fgcolor(), cell.bgcolor()]
        };
        let cells = (0..36).flat_map(|row| (0..120).map(move |column| (row, column)));
        cells
            .flat_map(|(row, column)| colors(row, column))
            .any(|color| color != vt100::Color::Default)
    };
    assert!(is_colored(""));
    assert!(!is_colored("theme = \"none\""));
}

#[test]
fn the_keys_that_sentences_name_are_those_of_commands() {
    let mut files = Vec::new();
    sources::sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/inspector"),
        &mut files,
    );
    let known: Vec<&str> = COMMANDS
        .iter()
        .flat_map(|group| group.commands)
        .map(|command| command.name)
        .collect();
    let mut checked = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let named = text
            .split("{key:")
            .skip(1)
            .filter_map(|rest| rest.split('}').next());
        for name in named.filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')) {
            assert!(
                known.contains(&name),
                "{}: there is no command {name}",
                file.display()
            );
            checked += 1;
        }
    }
    assert!(checked > 40, "the search finds too few: {checked}");
}

#[test]
fn a_command_that_runs_another_one_does_so_whatever_its_key_is() {
    let mut terminal = configured("[keys]\nopen-item = \"F7\"\n", &[]);
    terminal.type_keys("2l");
    terminal.wait_for("payload");
    assert!(terminal.quit().success());
}
