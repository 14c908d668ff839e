//! `threadloupe run`: plays scenarios on stores of their own and prints each answer before the next step runs.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::ValueEnum;

use super::output;
use crate::contract::OPS;
use crate::inspector::text::visible;
use crate::store::InMemoryThreadStore;
use crate::workbench::scenario::{Mismatch, Outcome, Parsed, Returned, Scenario, Session};

/// Run scenarios without a screen and print each answer
///
/// Exit status: 0 if every step ran and every expectation was met; 1 if one was not; 2 if a step or a file could not be
/// used.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How answers are printed
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,

    /// The moment that the first step sees; wins over the header's clock
    #[arg(long, value_name = "T", value_parser = moment)]
    clock: Option<DateTime<Utc>>,

    /// Count each lint as a failed expectation
    #[arg(long)]
    deny_lints: bool,

    /// Play all files on the registered store of this id
    #[arg(long, value_name = "ID")]
    store: Option<String>,

    /// Scenario files; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object a line
    Jsonl,
    /// One line a step, for people
    Text,
}

fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .map_err(|error| format!("not a moment such as 2026-05-13T00:28:15Z: {error}"))
}

/// Runs the scenarios one after the other, and gives the exit status.
pub async fn run(args: Args) -> u8 {
    let out = BufWriter::new(io::stdout());
    let mut runner = Runner {
        args: &args,
        sessions: HashMap::new(),
        out,
        status: super::FINE,
    };
    let mut written = Ok(());
    for file in &args.files {
        written = runner.file(file).await;
        if written.is_err() {
            break;
        }
    }
    output::status(written, runner.status)
}

struct Runner<'a> {
    args: &'a Args,
    /// The sessions on stores that have a name; a file without one has a session of its own.
    sessions: HashMap<String, Session>,
    out: BufWriter<io::Stdout>,
    /// The exit status so far; the larger one wins.
    status: u8,
}

impl Runner<'_> {
    async fn file(&mut self, path: &Path) -> io::Result<()> {
        let file = &*path.to_string_lossy();
        let opened: io::Result<Box<dyn Read>> = if file == "-" {
            Ok(Box::new(io::stdin()))
        } else {
            File::open(path).map(|file| Box::new(file) as Box<dyn Read>)
        };
        let scenario = opened.and_then(Scenario::open);
        let mut scenario = match scenario {
            Ok(scenario) => scenario,
            Err(error) => {
                self.unreadable(file, &error);
                return Ok(());
            }
        };
        let name = self.args.store.as_ref().or(scenario.header.store.as_ref());
        let mut own;
        let (session, goes_on) = match name {
            Some(name) => match self.sessions.entry(name.clone()) {
                Entry::Occupied(session) => (session.into_mut(), true),
                Entry::Vacant(place) => {
                    let store = InMemoryThreadStore::for_id(name.as_str());
                    (place.insert(Session::new(store)), false)
                }
            },
            None => {
                own = Session::new(Arc::new(InMemoryThreadStore::default()));
                (&mut own, false)
            }
        };
        match (self.args.clock, scenario.header.clock) {
            // Files that share a store share its clock: from the one moment of the command line it goes on.
            (Some(_), _) if goes_on => {}
            (Some(clock), _) | (None, Some(clock)) => session.set_clock(clock),
            (None, None) => {}
        }
        loop {
            let outcome = match scenario.next_step() {
                Ok(Some(Parsed::Step(statement))) => session.play(*statement).await,
                Ok(Some(Parsed::Invalid(invalid))) => session.refuse(invalid),
                // Only the first value can be a header, and that one has been read.
                Ok(Some(Parsed::Header(_))) => continue,
                Ok(None) => return Ok(()),
                Err(error) => {
                    self.unreadable(file, &error);
                    return Ok(());
                }
            };
            let shown = (self.args.files.len() > 1).then_some(file);
            let status = answer(self.args, &mut self.out, file, shown, outcome)?;
            self.status = self.status.max(status);
        }
    }

    fn unreadable(&mut self, file: &str, error: &io::Error) {
        output::complain(&format!(
            "{file}: cannot be read: {error}; check the path and its permissions"
        ));
        self.status = super::UNUSABLE;
    }
}

/// Prints the answer of a step and tells what it means for the exit status.
fn answer(
    args: &Args,
    out: &mut impl Write,
    file: &str,
    shown: Option<&str>,
    mut outcome: Outcome,
) -> io::Result<u8> {
    for lint in &outcome.lints {
        output::complain(&format!("{file}: step {}: {lint}", outcome.step));
    }
    if args.deny_lints && !outcome.lints.is_empty() {
        let failed = outcome.expect.get_or_insert_default();
        failed.extend(outcome.lints.iter().map(|lint| Mismatch {
            path: "lint".to_string(),
            want: "null".to_string(),
            got: Some(serde_json::Value::from(format!("{}: {}", lint.code, lint.sentence)).to_string()),
            message: None,
        }));
    }
    match args.format {
        Format::Jsonl => outcome.write(out, shown)?,
        Format::Text => {
            for line in text(&outcome, shown) {
                writeln!(out, "{}", visible(&line))?;
            }
        }
    }
    out.flush()?;
    Ok(match (outcome.valid, outcome.is_good()) {
        (false, _) => super::UNUSABLE,
        (true, false) => super::UNMET,
        (true, true) => super::FINE,
    })
}

/// One line for the step, one more for each place where it was not as expected.
fn text(outcome: &Outcome, file: Option<&str>) -> Vec<String> {
    let file = file.map_or_else(String::new, |file| format!("{file}  "));
    let method = outcome.method.as_deref().unwrap_or("?");
    let came = match &outcome.returned {
        Returned::Answer(answer) => answer.summary(),
        Returned::Calls(calls) => {
            let total: usize = OPS.iter().filter_map(|row| calls.get(row.op)).sum();
            format!("{total} calls in all")
        }
        Returned::Error(code, message) => format!("{code}: {message}"),
    };
    let expected = match &outcome.expect {
        None => "",
        Some(found) if found.is_empty() => "  [as expected]",
        Some(_) => "  [NOT as expected]",
    };
    let mut lines = vec![format!(
        "{file}{:>5}  {method:<27}  {came}{expected}",
        outcome.step
    )];
    for mismatch in outcome.expect.iter().flatten() {
        let got = mismatch.got.as_deref().unwrap_or("(no such key)");
        let message = mismatch
            .message
            .as_ref()
            .map_or_else(String::new, |message| format!(" ({message})"));
        lines.push(format!(
            "         {}: wanted {}, got {got}{message}",
            mismatch.path, mismatch.want
        ));
    }
    lines
}
