//! `threadloupe run`: plays scenarios without a screen and prints each answer before the next step runs.
//!
//! This file plays one scenario file. [`report`] formats the output, [`files`] finds the scenario files, and [`jobs`] plays
//! several files in parallel.

mod jobs;
pub(super) mod other;
pub(super) mod report;
mod shrink;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{UNUSABLE, output};
use crate::rollout::open;
use crate::store::InMemoryThreadStore;
use crate::workbench::scenario::{PlayError, Scenario, ScenarioHeader, ScenarioSession, files};
use other::{FileStore, OtherArgs, OtherStore};
use report::{ReportFormat, ReportedFile, Reporter, Tally};

/// Run scenarios without a screen and print each answer
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Output format
    #[arg(long, value_enum, default_value_t = ReportFormat::Jsonl)]
    format: ReportFormat,

    /// Time of the first step in RFC 3339 format; overrides the clock in the header
    #[arg(long, value_name = "T", value_parser = moment)]
    clock: Option<DateTime<Utc>>,

    /// Treat each unexpected lint as a failed expectation
    #[arg(long)]
    deny_lints: bool,

    /// Play all files on the registered store with this id, one after the other
    #[arg(long, value_name = "ID")]
    store: Option<String>,

    /// Number of files to play in parallel; output stays in the order of the files
    #[arg(long, value_name = "N", default_value = "1")]
    jobs: NonZeroUsize,

    /// Print the fewest and simplest steps that still fail in the same place, as a scenario, instead of the answers
    ///
    /// Keeps the first step that fails and removes everything that the failure does not depend on: other steps,
    /// parameters, patch fields, items, other expectations, parts of strings. A failure is in the same place if these
    /// are the same: method, error code, failing paths (ignoring positions in lists), expected values, and the types of
    /// the actual values. Steps keep their times. Stops after 10000 attempts, each on a new store, or 60 s. Takes one
    /// file. If the scenario has rows, shrinks the first row that fails.
    #[arg(long, conflicts_with_all = ["format", "jobs", "on", "against"])]
    shrink: bool,

    #[command(flatten)]
    other: OtherArgs,

    /// Scenario files or folders; from a folder, all `.jsonl` files are played, sorted by path; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

/// Parses the value of `--clock`.
pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .map_err(|error| format!("invalid time ({error}); use the form 2026-05-13T00:28:15Z"))
}

/// Runs the scenarios and returns the exit status.
pub async fn run(args: Args) -> u8 {
    let (files, wrong) = files::find(&args.paths);
    for sentence in &wrong {
        output::complain(sentence);
    }
    if args.shrink {
        return match wrong.is_empty() {
            true => shrink::run(&args, &files).await,
            false => UNUSABLE,
        };
    }
    let mut tally = Tally {
        unreadable: wrong.len(),
        ..Tally::default()
    };
    let written = play_all(&args, &files, &mut tally).await;
    output::status(written, report::status(&tally))
}

async fn play_all(args: &Args, files: &[PathBuf], tally: &mut Tally) -> io::Result<()> {
    let report = args.format.report();
    let mut text = Vec::new();
    let mut out = match report.begins_with_totals() {
        true => FileOutput::Whole(Vec::new()),
        false => {
            report.open(&mut text, files.len(), tally)?;
            FileOutput::Straight(output::styled())
        }
    };
    out.take(&mut text)?;
    // The files alone: what is wrong with an argument belongs to none of them.
    let mut totals = Tally::default();
    let groups = jobs::groups(args, files);
    if groups.len() > 1 {
        tally.unreadable += jobs::play(args, files, &groups, &mut out, &mut totals)?;
    } else {
        let mut player = FilePlayer::new(args, files.len());
        for (index, file) in files.iter().enumerate() {
            totals.add(player.file(index, file, &mut out).await?);
        }
        tally.unreadable += player.finish(&mut out).await;
    }
    tally.add(totals);
    if let FileOutput::Whole(mut suites) = out {
        report.open(&mut text, files.len(), &totals)?;
        text.append(&mut suites);
        out = FileOutput::Straight(output::styled());
    }
    report.close(&mut text, tally)?;
    out.take(&mut text)
}

/// Where the output of a file goes.
enum FileOutput<'a, 'b> {
    /// To standard output and standard error, after each step.
    Straight(output::StandardOutput),
    /// Into a buffer, until all files have been played; sentences still go to standard error.
    Whole(Vec<u8>),
    /// Into a buffer, until the files before it have been printed; fails once nobody reads the output any more.
    Kept(&'a mut jobs::BufferedOutput<'b>),
}

impl FileOutput<'_, '_> {
    /// Prints or keeps the text and empties the buffer.
    fn take(&mut self, text: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::Straight(out) => {
                out.write_all(text)?;
                text.clear();
                out.flush()
            }
            Self::Whole(whole) => {
                whole.append(text);
                Ok(())
            }
            Self::Kept(kept) => kept.take(text),
        }
    }

    fn complain(&mut self, sentence: String) {
        match self {
            Self::Straight(_) | Self::Whole(_) => output::complain(&sentence),
            Self::Kept(kept) => kept.complaints.push(sentence),
        }
    }
}

/// Plays files one after the other.
struct FilePlayer<'a> {
    args: &'a Args,
    /// The total number of files.
    count: usize,
    /// The sessions on named stores; a file without a named store gets its own session.
    sessions: HashMap<String, (ScenarioSession, FileStore)>,
    /// The address of a store in another program, if the files are played on one.
    other: Option<OtherStore<'a>>,
}

impl<'a> FilePlayer<'a> {
    fn new(args: &'a Args, count: usize) -> Self {
        Self {
            args,
            count,
            sessions: HashMap::new(),
            other: args.other.store(),
        }
    }

    /// Ends the stores that several files have used. Returns the number of stores that gave too many answers.
    async fn finish(&mut self, out: &mut FileOutput<'_, '_>) -> usize {
        let mut wrong = 0;
        for (name, (_, store)) in self.sessions.drain() {
            if let Err(error) = store.finish().await {
                out.complain(format!("store {name}: {error}"));
                wrong += 1;
            }
        }
        wrong
    }

    /// Plays a file and returns its tally. An error means that the output cannot be written.
    async fn file(&mut self, index: usize, path: &Path, out: &mut FileOutput<'_, '_>) -> io::Result<Tally> {
        let name = &*path.to_string_lossy();
        let args = self.args;
        let mut report = self.args.format.report();
        let mut tally = Tally::file();
        let mut text = Vec::new();
        let count = self.count;
        let subject = |scenario, about| ReportedFile {
            file: name,
            index,
            count,
            scenario,
            about,
        };
        let mut scenario = match opened(path).and_then(Scenario::open) {
            Ok(scenario) => scenario,
            Err(error) => {
                let subject = subject("", None);
                report.begin(&mut text, &subject)?;
                unreadable(name, &error.into(), report.as_mut(), &mut tally, &mut text, out)?;
                report.end(&mut text, &subject, &tally)?;
                out.take(&mut text)?;
                return Ok(tally);
            }
        };
        let header = scenario.header.clone();
        let subject = subject(&header.scenario, header.about.as_deref());
        report.begin(&mut text, &subject)?;
        let mut own = FileStore::default();
        'rows: loop {
            let mut own_session = None;
            let session = match self.session(&header, &mut own, &mut own_session).await {
                Ok(session) => session,
                Err(error) => {
                    unreadable(name, &error, report.as_mut(), &mut tally, &mut text, out)?;
                    break;
                }
            };
            loop {
                let mut outcome = match session.play_next(&mut scenario).await {
                    Ok(Some(outcome)) => outcome,
                    Ok(None) => break,
                    Err(error) => {
                        unreadable(name, &error, report.as_mut(), &mut tally, &mut text, out)?;
                        break 'rows;
                    }
                };
                for lint in &outcome.lints {
                    out.complain(format!("{name}: {}: {lint}", outcome.place()));
                }
                if args.deny_lints {
                    outcome.deny_lints();
                }
                tally.step(&outcome);
                report.step(&mut text, &subject, &outcome)?;
                out.take(&mut text)?;
            }
            if !scenario.next_row() {
                break;
            }
        }
        if tally.unreadable == 0
            && let Err(error) = own.finish().await
        {
            let error = PlayError::NoAnswer {
                place: "after the last step".to_string(),
                reason: error.to_string(),
            };
            unreadable(name, &error, report.as_mut(), &mut tally, &mut text, out)?;
        }
        if let Some(remark) = self.other.as_ref().and_then(|other| other.remark(&own)) {
            out.complain(format!("{name}: {remark}"));
        }
        report.end(&mut text, &subject, &tally)?;
        out.take(&mut text)?;
        Ok(tally)
    }

    /// The session for a file, or for a row of a file: the session of its named store or, without a named store, a new
    /// one in `own_session`. The clock of the session is set. `own` is the other program's store for this file, which
    /// is used if the file names no store.
    async fn session<'s>(
        &'s mut self,
        header: &ScenarioHeader,
        own: &mut FileStore,
        own_session: &'s mut Option<ScenarioSession>,
    ) -> Result<&'s mut ScenarioSession, PlayError> {
        let store = self.args.store.as_ref().or(header.store.as_ref());
        let (session, goes_on) = match store {
            Some(id) => match self.sessions.entry(id.clone()) {
                Entry::Occupied(session) => {
                    let (session, store) = session.into_mut();
                    own.remark_of(store);
                    (session, true)
                }
                Entry::Vacant(place) => {
                    let mut store = FileStore::default();
                    let session = match &self.other {
                        Some(other) => other.session(&mut store, Some(id), header).await?,
                        None => ScenarioSession::new(InMemoryThreadStore::for_id(id.as_str())),
                    };
                    own.remark_of(&store);
                    (&mut place.insert((session, store)).0, false)
                }
            },
            None => {
                let session = match &self.other {
                    Some(other) => other.session(own, None, header).await?,
                    None => ScenarioSession::new(Arc::new(InMemoryThreadStore::default())),
                };
                (own_session.insert(session), false)
            }
        };
        match (self.args.clock, header.clock) {
            // Files that share a store share its clock: `--clock` sets the clock only for the first of them.
            (Some(_), _) if goes_on => {}
            (Some(clock), _) | (None, Some(clock)) => session.set_clock(clock),
            (None, None) => {}
        }
        Ok(session)
    }
}

fn opened(path: &Path) -> io::Result<Box<dyn Read>> {
    if files::is_standard_input(path) {
        return Ok(Box::new(io::stdin()));
    }
    Ok(Box::new(open::named(path)?))
}

fn unreadable(
    file: &str,
    error: &PlayError,
    report: &mut dyn Reporter,
    tally: &mut Tally,
    text: &mut Vec<u8>,
    out: &mut FileOutput<'_, '_>,
) -> io::Result<()> {
    tally.unreadable += 1;
    let sentence = error.of_file(file);
    report.unreadable(text, &sentence)?;
    out.complain(sentence);
    Ok(())
}
