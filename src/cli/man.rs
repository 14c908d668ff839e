//! `threadloupe man`: prints or writes manual pages.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::{help, output};
use crate::rollout::report::said;
use crate::workbench::whole_file;

/// Print the manual page of threadloupe or of one of its commands
///
/// Each command has a page of its own, threadloupe-COMMAND. Pages have the format that man reads.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Command whose page is printed, such as `run` or `list rules`; without it, prints the page of threadloupe itself
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
    /// Write all pages to this folder, one file each, instead of printing one; replaces existing pages
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    to: Option<PathBuf>,
}

/// Prints or writes pages, and returns the exit status.
pub fn run(args: &Args) -> u8 {
    let mut root = help::command().disable_help_subcommand(true);
    root.build();
    if let Some(folder) = &args.to {
        return match write_all(&root, folder) {
            Ok(()) => super::FINE,
            Err(sentence) => {
                output::complain(&sentence);
                super::UNUSABLE
            }
        };
    }
    let mut command = &root;
    for name in &args.command {
        let Some(found) = command.find_subcommand(name) else {
            output::complain(&format!(
                "{name}: there is no such command; run `threadloupe --help` to list them"
            ));
            return super::UNUSABLE;
        };
        command = found;
    }
    let mut out = output::standard();
    output::status(page(command, &mut out).and_then(|()| out.flush()), super::FINE)
}

/// Writes the page of a command and of all commands below it. The error is a sentence.
fn write_all(command: &Command, folder: &Path) -> Result<(), String> {
    let failed = |path: &Path, error: io::Error| {
        format!(
            "{}: cannot be written ({}); choose another folder with --to",
            path.display(),
            said(&error)
        )
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let path = folder.join(format!("{}.1", page_name(command)));
    let mut text = Vec::new();
    page(command, &mut text)
        .and_then(|()| whole_file::write(&path, &text, true))
        .map_err(|error| failed(&path, error))?;
    command
        .get_subcommands()
        .try_for_each(|subcommand| write_all(subcommand, folder))
}

/// The name of a page, such as `threadloupe-list-rules`.
fn page_name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// Writes a page.
fn page(command: &Command, out: &mut dyn Write) -> io::Result<()> {
    let name = page_name(command);
    let row = help::row(name.strip_prefix("threadloupe-").unwrap_or_default())
        .filter(|row| !row.name.is_empty() || name == "threadloupe");
    let mut command = command.clone().subcommand_help_heading("COMMANDS");
    if command.get_subcommand_value_name().is_none() {
        command = command.subcommand_value_name("COMMAND");
    }
    let has_commands = command.has_subcommands();
    let man = Man::new(command)
        .title(name)
        .source(concat!("threadloupe ", env!("CARGO_PKG_VERSION")))
        .manual("threadloupe");
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if has_commands {
        man.render_subcommands_section(out)?;
    }
    let Some(row) = row else {
        return Ok(());
    };
    let mut roff = Roff::default();
    if let Some((title, rows)) = row.terms {
        let rows = rows();
        let rows = rows.iter().map(|(term, about)| (term.as_str(), *about));
        section(&mut roff, &title.to_uppercase(), rows);
    }
    section(&mut roff, "ENVIRONMENT", row.environment.iter().copied());
    section(&mut roff, "EXIT STATUS", help::exit_statuses(row).into_iter());
    section(&mut roff, "EXAMPLES", row.examples.iter().copied());
    roff.to_writer(out)
}

/// Adds a section of terms and what each means, if there are any.
fn section<'a>(roff: &mut Roff, title: &str, rows: impl Iterator<Item = (&'a str, &'a str)>) {
    let mut rows = rows.peekable();
    if rows.peek().is_some() {
        roff.control("SH", [title]);
    }
    for (term, about) in rows {
        roff.control("TP", []).text([bold(term)]).text([roman(about)]);
    }
}
