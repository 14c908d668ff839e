//! Checks that the README matches the program: its table of keys equals the COMMANDS table, its scenario runs, its
//! commands exist. With THREADLOUPE_BLESS set, the table of keys is rewritten instead of compared.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the README has failed")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use threadloupe::inspector::internals::COMMANDS;

const BEGIN: &str = "<!-- keys: made from the COMMANDS table -->\n";
const END: &str = "<!-- end of keys -->";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn readme() -> String {
    std::fs::read_to_string(path()).unwrap()
}

fn table_of_keys() -> String {
    let mut table = String::from("| keys | command | where | what it does |\n| --- | --- | --- | --- |\n");
    for command in COMMANDS.iter().flat_map(|subject| subject.commands) {
        let keys: Vec<String> = command
            .keys
            .iter()
            .map(|key| format!("`{}`", key.replace('|', "\\|")))
            .collect();
        let name = [command.name, command.takes].join(" ");
        let (keys, name, place) = (keys.join(" "), name.trim_end(), command.place());
        writeln!(table, "| {keys} | `:{name}` | {place} | {} |", command.about).unwrap();
    }
    table
}

#[test]
fn the_table_of_keys_is_the_commands_table() {
    let readme = readme();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    if std::env::var_os("THREADLOUPE_BLESS").is_some() {
        std::fs::write(path(), format!("{before}{BEGIN}{}{END}{after}", table_of_keys())).unwrap();
        return;
    }
    assert_eq!(
        table,
        table_of_keys(),
        "run `THREADLOUPE_BLESS=1 cargo test --test readme` and read the difference"
    );
}

#[test]
fn the_scenarios_of_the_readme_run_and_are_as_expected() {
    let readme = readme();
    let scenarios = readme.match_indices("    {\"scenario\"");
    let answers = scenarios.map(|(start, _)| answers(readme[start..].split("\n\n").next().unwrap()));
    assert_eq!(answers.collect::<Vec<_>>(), [2, 4]);
}

/// The number of answers of a scenario whose expectations are met.
fn answers(scenario: &str) -> usize {
    let mut run = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(["run", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    run.stdin.take().unwrap().write_all(scenario.as_bytes()).unwrap();
    let output = run.wait_with_output().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    assert!(answers.contains("\"expect\":\"met\""), "{answers}");
    assert_eq!(output.status.code(), Some(0));
    answers.lines().count()
}

#[test]
fn every_subcommand_that_the_readme_names_exists_and_no_other_does() {
    let readme = readme();
    let named: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `threadloupe ")?.split([' ', '`']).next())
        .collect();
    let help = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let there: Vec<&str> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert_eq!(named, there);
}

#[test]
fn every_file_that_the_readme_shows_is_there() {
    let readme = readme();
    for picture in readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(picture);
        assert!(file.exists(), "{picture}");
    }
}
