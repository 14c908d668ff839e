//! `threadloupe search`: finds the items of rollout files that contain a string.

use std::collections::HashSet;
use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use super::output::{self, complain};
use super::rollouts;
use crate::protocol::ThreadId;
use crate::protocol::kinds::{ItemKind, KINDS};
use crate::protocol::numbers::{count, size};
use crate::rollout::limit::{Limit, MaxBytes};
use crate::rollout::pattern::Pattern;
use crate::rollout::search::{SearchHit, SearchNotice, SearchOptions, SearchTotal, search};
use crate::text::visible;
use crate::workbench::lints::nearest;
use crate::workbench::query::ThreadFilter;

/// Search rollout files for items that contain a string
///
/// Each string value of an item is searched on its own, with its escapes decoded; keys are not searched. Damaged lines are
/// searched as text. A text or expression without uppercase letters matches regardless of case. An item that a fork
/// inherited is found in each thread that has it; an item that a revert cut off is shown as superseded.
///
/// Text output has a line for each item: the thread and the number of the item in its history, the kind of the item, and
/// the text around the first match.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Text to search for
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
    /// Rollout files, pipes, or folders that contain rollouts at any depth; `-` is standard input
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    from: Vec<PathBuf>,
    /// Search only threads that match a query of `threadloupe threads`
    #[arg(long = "where", value_name = "QUERY", allow_hyphen_values = true)]
    query: Option<String>,
    /// Search only items of this kind, such as `function_call_output`
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Find only whole words
    #[arg(short = 'w', long)]
    word: bool,
    /// Read TEXT as a regular expression
    #[arg(short = 'e', long)]
    regex: bool,
    /// Print only the first N items; the total still counts all of them
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Output format
    #[arg(long, value_enum, default_value_t = SearchFormat::Text)]
    format: SearchFormat,
    /// Reject compressed files that decompress to more than this, such as 500MB or 4GB
    #[arg(long, value_name = "BYTES", default_value_t)]
    max_bytes: MaxBytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SearchFormat {
    /// One line per item, for people
    Text,
    /// One JSON object per line, for programs
    Json,
}

/// Searches, and returns the exit status.
pub async fn run(args: &Args) -> u8 {
    let (options, mut status) = match options(args).await {
        Ok(options) => options,
        Err(sentence) => {
            complain(&sentence);
            return super::UNUSABLE;
        }
    };
    let mut out = output::standard();
    let mut written = Ok(());
    let mut printed = 0;
    let total = search(&args.from, &options, &mut |notice| {
        match notice {
            SearchNotice::Hit(hit) if args.limit.is_none_or(|most| printed < most) => {
                printed += 1;
                written = match args.format {
                    SearchFormat::Json => write_json(hit, &mut out),
                    SearchFormat::Text => write_text(hit, &mut out),
                };
            }
            SearchNotice::Hit(_) => {}
            SearchNotice::Failed(file, problem) => {
                status = super::UNUSABLE;
                complain(&format!("{file}: {problem}"));
            }
            SearchNotice::Trailing(file, trailing) => {
                status = super::UNUSABLE;
                complain(&format!("{file}: {trailing}"));
            }
        }
        match written.is_ok() {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    });
    let written = written.and_then(|()| {
        match args.format {
            SearchFormat::Json => write_json(&LastLine { total }, &mut out)?,
            SearchFormat::Text => write_total(&total, &mut out)?,
        }
        out.flush()
    });
    let found = match total.items {
        0 => super::UNMET,
        _ => super::FINE,
    };
    output::status(written, status.max(found))
}

/// Returns the options of the search and the exit status so far, or a message about why the search is impossible.
async fn options(args: &Args) -> Result<(SearchOptions, u8), String> {
    if args.text.is_empty() {
        return Err("TEXT is empty: write what to search for".to_owned());
    }
    let pattern = match args.regex {
        true => Pattern::regex(&args.text, args.word).map_err(|error| format!("TEXT: {error}"))?,
        false => Pattern::literal(&args.text, args.word),
    };
    let kind = args.kind.as_deref().map(kind_of).transpose()?;
    let limit = Limit {
        most: args.max_bytes,
        ..Limit::default()
    };
    let (threads, status) = match &args.query {
        Some(query) => matching(args, query)
            .await
            .map(|(threads, status)| (Some(threads), status))?,
        None => (None, super::FINE),
    };
    let options = SearchOptions {
        pattern,
        kind,
        threads,
        limit,
    };
    Ok((options, status))
}

/// Returns the ids of the threads that match a query. Imports the files to find them.
async fn matching(args: &Args, query: &str) -> Result<(HashSet<ThreadId>, u8), String> {
    let filter = ThreadFilter::parse(query).map_err(|wrong| format!("--where, {wrong}"))?;
    let found = rollouts::query(&filter, &args.from, args.max_bytes).await;
    let matching = found.matcher.select(found.snapshot.threads());
    Ok((matching.map(|record| record.id).collect(), found.status))
}

/// Finds the kind with this name.
fn kind_of(name: &str) -> Result<&'static ItemKind, String> {
    KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
        let near = nearest(name, KINDS.iter().map(|kind| kind.name));
        let hint = near.map_or_else(
            || "`threadloupe list kinds` lists all kinds".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        format!("--kind: no kind of item is called {name}; {hint}")
    })
}

#[derive(Serialize)]
struct LastLine {
    total: SearchTotal,
}

fn write_json(value: &impl Serialize, out: &mut impl io::Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn write_text(hit: &SearchHit, out: &mut impl io::Write) -> io::Result<()> {
    let place = match hit.item {
        Some(item) => format!("{}:{item}", hit.thread_id),
        None => format!("{} superseded, line {}", hit.thread_id, hit.line),
    };
    writeln!(out, "{place}  {}  {}", hit.kind, visible(&hit.snippet.text))
}

fn write_total(total: &SearchTotal, out: &mut impl io::Write) -> io::Result<()> {
    if total.items > 0 {
        writeln!(out)?;
    }
    writeln!(
        out,
        "{} in {} of {}, {} searched",
        count(total.hits, "occurrence"),
        count(total.items, "item"),
        count(total.threads, "thread"),
        size(total.bytes)
    )
}
