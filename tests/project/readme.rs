//! Checks that the README and the pages in docs/ match the program: the generated tables equal COMMANDS, OPTIONS and
//! the legend, scenarios run, and the commands, options and files that are named exist. With THREADLOUPE_BLESS set, the
//! tables are rewritten instead of compared.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read a page or run the program has failed"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use threadloupe::contract::OPS;
use threadloupe::inspector::internals::{COMMANDS, Commands, OPTIONS, legend};

/// A table that is generated: its page, the lines before and after it, and the table.
type GeneratedTable = (&'static str, &'static str, &'static str, fn() -> String);

const GENERATED: &[GeneratedTable] = &[
    (
        "docs/keys.md",
        "<!-- keys: made from the COMMANDS table -->\n",
        "<!-- end of keys -->",
        table_of_keys,
    ),
    (
        "docs/configuration.md",
        "<!-- options: made from the OPTIONS table -->\n",
        "<!-- end of options -->",
        table_of_options,
    ),
    (
        "docs/legend.md",
        "<!-- signs: made from the legend -->\n",
        "<!-- end of signs -->",
        table_of_signs,
    ),
    (
        "docs/legend.md",
        "<!-- words: made from the legend -->\n",
        "<!-- end of words -->",
        table_of_words,
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

/// The names of the README and of the pages in docs/.
fn pages() -> Vec<String> {
    let mut pages: Vec<String> = fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| format!("docs/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    pages.push("README.md".to_string());
    pages.sort();
    pages
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
        let about = Commands(COMMANDS).fill(command.about);
        writeln!(table, "| {keys} | `:{name}` | {place} | {about} |").unwrap();
    }
    table
}

fn table_of_options() -> String {
    let mut table = String::from("| option | values | default | what it does |\n| --- | --- | --- | --- |\n");
    for row in OPTIONS {
        let default = match row.is_remembered {
            true => format!("remembered (`{}`)", row.default),
            false => format!("`{}`", row.default),
        };
        writeln!(
            table,
            "| `{}` | {} | {default} | {} |",
            row.key, row.kind, row.about
        )
        .unwrap();
    }
    table
}

fn table_of_signs() -> String {
    let mut table = String::from("| sign | where | meaning |\n| --- | --- | --- |\n");
    for row in legend().filter(|row| !row.sign.is_empty()) {
        writeln!(table, "| `{}` | {} | {} |", row.sign, row.name, row.about).unwrap();
    }
    table
}

fn table_of_words() -> String {
    let mut table = String::from("| word | meaning |\n| --- | --- |\n");
    for row in legend().filter(|row| row.sign.is_empty()) {
        writeln!(table, "| {} | {} |", row.name, row.about).unwrap();
    }
    table
}

#[test]
fn the_generated_tables_are_those_of_the_program() {
    let is_blessed = std::env::var_os("THREADLOUPE_BLESS").is_some();
    for (page, begin, end, table) in GENERATED {
        let text = text(page);
        let (before, rest) = text.split_once(begin).unwrap();
        let (found, after) = rest.split_once(end).unwrap();
        let table = table();
        if is_blessed {
            fs::write(root().join(page), format!("{before}{begin}{table}{end}{after}")).unwrap();
            continue;
        }
        assert_eq!(
            found, table,
            "{page}: run `THREADLOUPE_BLESS=1 cargo test --test project` and read the difference"
        );
    }
}

#[test]
fn the_readme_is_short_names_the_rust_version_and_links_to_every_page() {
    let readme = text("README.md");
    assert!(readme.lines().count() < 250);
    let version = format!("Rust {} or later", env!("CARGO_PKG_RUST_VERSION"));
    assert!(readme.contains(&version), "{version}");
    for page in pages() {
        assert!(
            page == "README.md" || readme.contains(&format!("({page})")),
            "{page}"
        );
    }
}

#[test]
fn the_scenarios_that_the_pages_show_run_and_are_as_expected() {
    let mut found = Vec::new();
    for page in pages() {
        let text = text(&page);
        for (start, _) in text.match_indices("    {\"scenario\"") {
            let scenario = text[start..].split("\n\n").next().unwrap();
            found.push(format!("{page}: {} answers", answers(scenario)));
        }
    }
    let expected = [
        "README.md: 2 answers",
        "docs/scenarios.md: 4 answers",
        "docs/scenarios.md: 4 answers",
    ];
    assert_eq!(found, expected);
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

/// The help of the program or, with its name, of a subcommand.
fn help(subcommand: Option<&str>) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(subcommand)
        .arg("--help")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The names of the subcommands, except `help`.
fn subcommands() -> Vec<String> {
    let help = help(None);
    let listed = help.split("Commands:\n").nth(1).unwrap();
    let listed = listed.split("\n\n").next().unwrap();
    listed
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_string)
        .collect()
}

#[test]
fn every_subcommand_that_the_readme_lists_exists_and_no_other_does() {
    let readme = text("README.md");
    let named: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `threadloupe ")?.split([' ', '`']).next())
        .collect();
    assert_eq!(named, subcommands());
}

/// The code of a page: what stands in backticks, and indented lines. Blocks of Rust are not included.
fn code(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut is_in_block = false;
    for line in page.lines() {
        if line.starts_with("```") {
            is_in_block = !is_in_block;
        } else if !is_in_block && line.starts_with("    ") {
            found.push(line.trim());
        } else if !is_in_block {
            found.extend(line.split('`').skip(1).step_by(2));
        }
    }
    found
}

#[test]
fn every_subcommand_and_option_that_a_page_shows_exists() {
    let subcommands = subcommands();
    let mut checked = 0;
    for page in pages() {
        let text = text(&page);
        for code in code(&text) {
            // The program may stand behind a pipe, and a comment after it.
            let command = code.rsplit(" | ").next().unwrap();
            let command = command.split(" # ").next().unwrap();
            let Some(arguments) = command.strip_prefix("threadloupe ") else {
                continue;
            };
            let first = arguments.split_whitespace().next().unwrap_or_default();
            let is_name = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_lowercase());
            let subcommand = Some(first).filter(|_| is_name && first != "help");
            if let Some(name) = subcommand {
                assert!(subcommands.iter().any(|known| known == name), "{page}: {code}");
            }
            let help = help(subcommand);
            for option in arguments
                .split_whitespace()
                .map(|word| word.trim_matches(['[', ']']))
                .filter(|word| word.len() > 1 && word.starts_with('-'))
            {
                assert!(
                    help.contains(option),
                    "{page}: {code}: there is no option {option}"
                );
            }
            checked += 1;
        }
    }
    assert!(checked > 50, "the search for commands finds too few: {checked}");
}

#[test]
fn every_command_of_the_inspector_that_a_page_names_exists() {
    let commands = COMMANDS.iter().flat_map(|subject| subject.commands);
    let mut known: Vec<&str> = commands.map(|command| command.name).collect();
    known.extend(OPS.iter().map(|row| row.name));
    for page in pages() {
        let text = text(&page);
        for code in code(&text) {
            let name = code
                .strip_prefix(':')
                .and_then(|rest| rest.split_whitespace().next());
            assert!(
                name.is_none_or(|name| known.contains(&name)),
                "{page}: there is no command {code}"
            );
        }
    }
}

#[test]
fn every_file_and_heading_that_a_page_links_to_is_there() {
    let mut pages = pages();
    pages.extend(["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"].map(str::to_string));
    for page in pages {
        let folder = root().join(&page).parent().unwrap().to_owned();
        for link in text(&page)
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
            .filter(|link| !link.starts_with("https://"))
        {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = folder.join(file);
            assert!(target.exists(), "{page}: {link}");
            if file.ends_with(".md") && !heading.is_empty() {
                let there = fs::read_to_string(target).unwrap();
                let mut headings = there
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .filter_map(|line| Some(line.trim_start_matches('#').strip_prefix(' ')?.to_lowercase()));
                assert!(
                    headings.any(|line| line.replace(' ', "-") == heading),
                    "{page}: {link}"
                );
            }
        }
    }
}
