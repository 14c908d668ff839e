//! What `--help` and the manual pages say besides the arguments: examples, environment variables and exit statuses, from
//! one table with a row for each command.

mod table;

use clap::{Command, CommandFactory as _};

use crate::text::{Break, wrap};
pub use table::{CommandHelp, HELP, SIGNALS};

/// The width of the text in columns.
const COLUMNS: usize = 78;

/// The command line with the complete help of each command.
pub fn command() -> Command {
    HELP.iter()
        .fold(super::Arguments::command(), |command, row| match row.name {
            "" => with_sections(command, row),
            name => command.mut_subcommand(name, |subcommand| with_sections(subcommand, row)),
        })
}

/// The row of a command, if it has one; `name` is empty for the program itself.
pub fn row(name: &str) -> Option<&'static CommandHelp> {
    HELP.iter().find(|row| row.name == name)
}

fn with_sections(command: Command, row: &CommandHelp) -> Command {
    let header = *command.get_styles().get_header();
    let mut text = String::new();
    let mut command = command;
    if let Some((title, rows)) = row.terms {
        let rows = rows();
        let rows: Vec<(&str, &str)> = rows.iter().map(|(term, about)| (term.as_str(), *about)).collect();
        let terms = format!("{header}{title}:{header:#}\n{}", definitions(&rows));
        text.push_str(&format!("{terms}\n"));
        command = command.after_help(terms);
    }
    let examples = row
        .examples
        .iter()
        .map(|(line, about)| format!("  {line}\n{}", indented("", 6, about)));
    let parts = [
        ("Examples:", examples.collect::<String>()),
        ("Environment variables:", definitions(row.environment)),
        ("Exit status:", definitions(&exit_statuses(row))),
    ];
    for (title, lines) in parts.iter().filter(|(_, lines)| !lines.is_empty()) {
        text.push_str(&format!("{header}{title}{header:#}\n{lines}\n"));
    }
    text.truncate(text.trim_end().len());
    command.after_long_help(text)
}

/// The exit statuses of a command, with those that most commands share.
pub fn exit_statuses(row: &CommandHelp) -> Vec<(&'static str, &'static str)> {
    let mut all = row.exit.to_vec();
    all.extend((!row.handles_signals).then_some(SIGNALS));
    all
}

/// Lines of a term and its explanation.
fn definitions(rows: &[(&str, &str)]) -> String {
    let longest = rows.iter().map(|(term, _)| term.len()).max().unwrap_or(0);
    rows.iter()
        .map(|(term, about)| indented(&format!("  {term}"), longest + 4, about))
        .collect()
}

/// A text wrapped to [`COLUMNS`], that begins at a column, with a label before it.
fn indented(label: &str, column: usize, text: &str) -> String {
    let mut label = label;
    let mut lines = String::new();
    for row in wrap(text, COLUMNS - column, Break::Word) {
        lines.push_str(&format!("{label:<column$}{}\n", row.text.trim_end()));
        label = "";
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::cli::{Arguments, positional};

    /// The words of an example up to a pipe or a redirection. Only quotes are special.
    fn words(line: &str) -> Vec<OsString> {
        let mut words = vec![String::new()];
        let mut is_quoted = false;
        for c in line.chars() {
            match c {
                '\'' => is_quoted = !is_quoted,
                ' ' if !is_quoted => words.push(String::new()),
                c => words.last_mut().unwrap().push(c),
            }
        }
        let command = words.into_iter().take_while(|word| word != "|" && word != ">");
        command.map(OsString::from).collect()
    }

    #[test]
    fn each_command_has_a_row_in_the_same_order() {
        let command = Arguments::command();
        let commands = command.get_subcommands().map(Command::get_name);
        let names: Vec<&str> = std::iter::once("").chain(commands).collect();
        let rows: Vec<&str> = HELP.iter().map(|row| row.name).collect();
        assert_eq!(names, rows);
    }

    #[test]
    fn each_example_is_a_valid_command_line_of_its_command() {
        for row in HELP {
            for (line, about) in row.examples {
                let words = crate::cli::threads::with_negated_terms(words(line).into_iter());
                let parsed = positional::parse::<Arguments>(command(), &words);
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
                assert!(row.name.is_empty() || words[1] == row.name, "{line}");
                assert!(line.len() < 95, "{line}");
                assert!(!about.ends_with('.'), "{about}");
            }
        }
    }

    #[test]
    fn the_long_help_has_the_sections_of_the_row() {
        for row in HELP.iter().filter(|row| !row.name.is_empty()) {
            let mut command = command();
            let help = command
                .find_subcommand_mut(row.name)
                .unwrap()
                .render_long_help()
                .to_string();
            for section in ["Examples:", "Exit status:"] {
                assert_eq!(help.matches(section).count(), 1, "{} {section}", row.name);
            }
            assert_eq!(
                help.contains("Environment variables:"),
                !row.environment.is_empty(),
                "{}",
                row.name
            );
        }
    }
}
