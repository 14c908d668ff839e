//! `threadloupe list`: prints the tables that the rest of the crate is derived from, one row per line.

use std::io::{self, Write};

use clap::ValueEnum;
use serde::Serialize;

use super::config::ConfigurationArgs;
use super::output;
use crate::contract::{FIELDS, OPS, RULES, Rule, RuleExample, States, rule};
use crate::inspector::Commands;
use crate::inspector::commands::COMMANDS;
use crate::inspector::configuration::options::OPTIONS;
use crate::inspector::legend;
use crate::inspector::panes::PANES;
use crate::protocol::kinds::KINDS;

/// List metadata fields, methods, item kinds, panes, keys, options, signs and words, or rules, one per line
#[derive(Debug, clap::Args)]
#[command(
    disable_help_subcommand = true,
    subcommand_value_name = "WHAT",
    subcommand_help_heading = "What"
)]
pub struct Args {
    #[command(subcommand)]
    what: TableName,
}

#[derive(Debug, clap::Subcommand)]
enum TableName {
    /// Metadata fields and whether each can be left, cleared or set
    Fields,
    /// Methods of the thread store and their parameters
    Ops,
    /// Kinds of history items
    Kinds,
    /// Panes of the inspector
    Panes,
    /// Commands of the inspector and their keys, as the configuration file sets them
    Keys(ConfigurationArgs),
    /// Options of the configuration file
    Options,
    /// Signs and words on the screen of the inspector, and what they mean
    Legend,
    /// Rules for how a thread store behaves, or one rule in full
    Rules(RuleArgs),
}

#[derive(Debug, clap::Args)]
struct RuleArgs {
    /// Number of a rule, such as M3; prints that rule in full
    #[arg(value_name = "NUMBER")]
    number: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// One JSON object per line, for programs
    Json,
    /// Plain text, for people
    Text,
}

/// Prints the table and returns the exit status.
pub fn run(args: &Args) -> u8 {
    let mut out = output::standard();
    let written = match &args.what {
        TableName::Fields => fields(&mut out),
        TableName::Ops => ops(&mut out),
        TableName::Kinds => kinds(&mut out),
        TableName::Panes => panes(&mut out),
        TableName::Keys(configuration) => match configuration.read() {
            Some(configuration) => keys(&mut out, configuration.commands),
            None => return super::UNUSABLE,
        },
        TableName::Options => options(&mut out),
        TableName::Legend => signs_and_words(&mut out),
        TableName::Rules(asked) => match asked.number.as_deref().map(rule).transpose() {
            Ok(one) => rules(&mut out, asked.format, one),
            Err(unknown) => {
                output::complain(&unknown.to_string());
                return super::UNUSABLE;
            }
        },
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

fn options(out: &mut impl Write) -> io::Result<()> {
    for row in OPTIONS {
        let (key, default, about) = (row.key, row.default, row.about);
        writeln!(out, "{key:<12}  {default:<10}  {about}")?;
        writeln!(out, "{:<12}  {:<10}  {}", "", "", row.kind)?;
    }
    Ok(())
}

fn keys(out: &mut impl Write, commands: Commands) -> io::Result<()> {
    for subject in commands.0 {
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
                commands.fill(command.about)
            )?;
        }
    }
    Ok(())
}

fn signs_and_words(out: &mut impl Write) -> io::Result<()> {
    for row in legend::rows() {
        writeln!(out, "{:<3}  {:<15}  {}", row.sign, row.name, row.about)?;
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
            "{:<10}  key {}  minimum size {} by {}",
            pane.title,
            Commands(COMMANDS).key(pane.command),
            pane.least.0,
            pane.least.1
        )?;
    }
    Ok(())
}

/// Prints one rule in full, or all of them by subject.
fn rules(out: &mut impl Write, format: ListFormat, one: Option<&Rule>) -> io::Result<()> {
    match (format, one) {
        (ListFormat::Text, Some(rule)) => writeln!(out, "{rule}"),
        (ListFormat::Text, None) => {
            let mut subject = "";
            for rule in RULES {
                if rule.subject != subject {
                    subject = rule.subject;
                    writeln!(out, "{subject}")?;
                }
                writeln!(
                    out,
                    "    {:<3}  {:<11}  {}",
                    rule.number,
                    rule.scope.name(),
                    rule.text
                )?;
            }
            Ok(())
        }
        (ListFormat::Json, Some(rule)) => rule_as_json(out, rule),
        (ListFormat::Json, None) => RULES.iter().try_for_each(|rule| rule_as_json(out, rule)),
    }
}

fn rule_as_json(out: &mut impl Write, rule: &Rule) -> io::Result<()> {
    #[derive(Serialize)]
    struct RuleJson<'a> {
        rule: &'a str,
        subject: &'a str,
        scope: &'a str,
        text: &'a str,
        examples: Vec<RuleExampleJson<'a>>,
    }
    #[derive(Serialize)]
    #[serde(untagged)]
    enum RuleExampleJson<'a> {
        Step { scenario: &'a str, step: u64 },
        Test { file: &'a str, test: &'a str },
    }
    let examples = rule.examples.iter().map(|example| match *example {
        RuleExample::Step { file, step } => RuleExampleJson::Step { scenario: file, step },
        RuleExample::Test { file, name } => RuleExampleJson::Test { file, test: name },
    });
    let line = RuleJson {
        rule: rule.number,
        subject: rule.subject,
        scope: rule.scope.name(),
        text: rule.text,
        examples: examples.collect(),
    };
    serde_json::to_writer(&mut *out, &line)?;
    writeln!(out)
}
