//! `threadloupe list`: the tables that the rest is made from, one row a line.

use std::io::{self, BufWriter, Write};

use clap::ValueEnum;

use super::output;
use crate::contract::{FIELDS, OPS, States};
use crate::inspector::commands::COMMANDS;
use crate::inspector::panes::PANES;
use crate::protocol::kinds::KINDS;

/// List what there is: the tables that everything else is made from, one row a line
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to list
    #[arg(value_enum)]
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// The metadata fields and what can be done with each
    Fields,
    /// The methods of the contract and their parameters
    Ops,
    /// The kinds of history items
    Kinds,
    /// The inspector's panes
    Panes,
    /// The commands of the inspector and their keys
    Keys,
}

/// Lists, and gives the exit status.
pub fn run(args: &Args) -> u8 {
    let mut out = BufWriter::new(io::stdout());
    let written = match args.what {
        What::Fields => fields(&mut out),
        What::Ops => ops(&mut out),
        What::Kinds => kinds(&mut out),
        What::Panes => panes(&mut out),
        What::Keys => keys(&mut out),
    };
    output::status(written.and_then(|()| out.flush()), super::FINE)
}

fn fields(out: &mut impl Write) -> io::Result<()> {
    for field in FIELDS.iter() {
        let states = match field.states {
            States::Two => "leave set",
            States::Three => "leave clear set",
        };
        let shown = if field.shown.is_some() {
            ""
        } else {
            " (write-only)"
        };
        writeln!(
            out,
            "{:<20}  {:<15}  {:<20}  {}{shown}",
            field.name, states, field.value, field.about
        )?;
    }
    Ok(())
}

fn ops(out: &mut impl Write) -> io::Result<()> {
    for row in OPS {
        let counted = if row.counted { "counted" } else { "never counted" };
        writeln!(out, "{:<27}  {counted:<13}  {}", row.name, row.about)?;
        for param in row.params {
            let default = param
                .default
                .map_or("required".to_string(), |default| format!("default {default}"));
            writeln!(out, "    {:<23}  {:<27}  {default}", param.name, param.value)?;
        }
    }
    Ok(())
}

fn keys(out: &mut impl Write) -> io::Result<()> {
    for subject in COMMANDS {
        writeln!(out, "{}", subject.title)?;
        for command in subject.commands {
            let name = match command.takes {
                "" => command.name.to_string(),
                takes => format!("{} {takes}", command.name),
            };
            let keys = command.keys.join(" ");
            writeln!(
                out,
                "    {keys:<20}  {name:<20}  {:<35}  {}",
                command.place(),
                command.about
            )?;
        }
    }
    Ok(())
}

fn kinds(out: &mut impl Write) -> io::Result<()> {
    for kind in KINDS {
        writeln!(
            out,
            "{:<30}  {:<35}  {:?}  {}",
            kind.outer, kind.name, kind.class, kind.about
        )?;
    }
    Ok(())
}

fn panes(out: &mut impl Write) -> io::Result<()> {
    for pane in PANES {
        writeln!(
            out,
            "{:<10}  key {}  at least {} by {}",
            pane.title, pane.key, pane.least.0, pane.least.1
        )?;
    }
    Ok(())
}
