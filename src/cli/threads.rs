//! `threadloupe threads`: lists the threads of rollout files that match a query.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::ValueEnum;
use serde::Serialize;

use super::output::{self, complain};
use super::rollouts::{self, QueriedThreads};
use crate::inspector::panes::threads::list::query::{Sort, ThreadQuery};
use crate::protocol::{SessionSource, ThreadId};
use crate::rollout::limit::MaxBytes;
use crate::rollout::sources::ThreadSources;
use crate::store::ThreadRecord;
use crate::text::visible;
use crate::workbench::query::{ThreadFilter, TitleOrigin, facts, title};

/// List the threads of rollout files that match a query
///
/// All terms of the query must match: words, "phrases", field:value, field:=value (exactly), is:fork, has:name,
/// updated:<2d, created:>2026-07-01, items:>100, tokens:>1m. `-` before a term negates it, and `or` joins the terms on
/// its two sides. Text output has the columns id, last event (UTC), items, tokens, title. In JSON, a value that is not in
/// the files is null; `items` includes the items that a fork inherited, but not those that a revert superseded.
#[derive(Debug, clap::Args)]
#[command(override_usage = "threadloupe threads [QUERY]... --from <PATH>... [OPTIONS]")]
pub struct Args {
    /// Words and terms that a thread must match; without any, lists all threads
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Rollout files, pipes, or folders that contain rollouts at any depth; `-` is standard input
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    from: Vec<PathBuf>,
    /// Order of the threads
    #[arg(long, value_name = "KEY", value_enum, default_value_t = ThreadOrder::Updated)]
    sort: ThreadOrder,
    /// List at most this many threads
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Output format
    #[arg(long, value_enum, default_value_t = ThreadsFormat::Text)]
    format: ThreadsFormat,
    /// Reject compressed files that decompress to more than this, such as 500MB or 4GB
    #[arg(long, value_name = "BYTES", default_value_t)]
    max_bytes: MaxBytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ThreadsFormat {
    /// One line per thread, for people
    Text,
    /// One JSON object per line, for programs
    Json,
}

/// The sort orders of the threads pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ThreadOrder {
    /// Last event, newest first
    Updated,
    /// Creation time, newest first
    Created,
    /// Name or preview
    Name,
    /// Number of items, most first
    Items,
    /// Id
    Id,
}

impl ThreadOrder {
    fn order(self) -> Sort {
        match self {
            Self::Updated => Sort::UPDATED,
            Self::Created => Sort::CREATED,
            Self::Name => Sort::NAME,
            Self::Items => Sort::ITEMS,
            Self::Id => Sort::ID,
        }
    }
}

/// The fields of the query language and their flags, for the help.
pub fn query_fields() -> Vec<(String, &'static str)> {
    let mut rows = Vec::new();
    for field in crate::workbench::query::QUERY_FIELDS {
        rows.push((format!("{}:", field.name), field.about));
        let flags = field.flags().iter().filter(|flag| flag.is_known());
        rows.extend(flags.map(|flag| (format!("{}:{}", field.name, flag.name), flag.about)));
    }
    rows
}

/// The arguments of the program, with a space before each term of a query that begins with a minus sign, so that it is
/// not read as an option. Spaces between terms have no meaning.
pub fn with_negated_terms(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    if arguments.get(1).is_some_and(|command| command == "threads") {
        let query = arguments.iter_mut().skip(2);
        for argument in query.take_while(|argument| *argument != "--from" && *argument != "--") {
            let bytes = argument.as_encoded_bytes();
            if bytes.starts_with(b"-") && !bytes.starts_with(b"--") && bytes != b"-h" {
                let mut term = OsString::from(" ");
                term.push(&argument);
                *argument = term;
            }
        }
    }
    arguments
}

/// Returns the query as one string: its arguments, joined by spaces, without the leading spaces that
/// [`with_negated_terms`] added.
fn joined(query: &[String]) -> String {
    let terms: Vec<&str> = query
        .iter()
        .map(|term| {
            term.strip_prefix(' ')
                .filter(|term| term.starts_with('-'))
                .unwrap_or(term)
        })
        .collect();
    terms.join(" ")
}

/// Lists the threads and returns the exit status.
pub async fn run(args: Args) -> u8 {
    let filter = match ThreadFilter::parse(&joined(&args.query)) {
        Ok(filter) => filter,
        Err(wrong) => {
            complain(&format!("QUERY, {wrong}"));
            return super::UNUSABLE;
        }
    };
    let QueriedThreads {
        snapshot,
        matcher,
        imported,
        status,
    } = rollouts::query(&filter, &args.from, args.max_bytes).await;
    let matching = matcher.select(snapshot.threads());
    let order = ThreadQuery {
        sort: args.sort.order(),
        ..ThreadQuery::default()
    };
    let rows = order.order(matching);
    let sources: HashMap<ThreadId, &ThreadSources> = imported
        .threads
        .iter()
        .map(|thread| (thread.thread_id, thread))
        .collect();
    let most = args.limit.unwrap_or(usize::MAX);
    let mut out = output::standard();
    let written = rows.iter().take(most).try_for_each(|row| {
        let thread = ListedThread::new(&row.record, sources.get(&row.record.id).copied());
        match args.format {
            ThreadsFormat::Json => {
                serde_json::to_writer(&mut out, &thread)?;
                out.write_all(b"\n")
            }
            ThreadsFormat::Text => thread.write(&mut out),
        }
    });
    output::status(written.and_then(|()| out.flush()), status)
}

/// A line of the output. A value that is not in the files is null.
#[derive(Serialize)]
struct ListedThread<'a> {
    thread_id: ThreadId,
    title: Option<String>,
    title_from: TitleOrigin,
    name: Option<&'a str>,
    preview: Option<&'a str>,
    cwd: Option<String>,
    branch: Option<&'a str>,
    model: Option<&'a str>,
    provider: Option<&'a str>,
    source: Option<&'a SessionSource>,
    version: Option<&'a str>,
    archived: bool,
    parent: Option<ThreadId>,
    forked_from: Option<ThreadId>,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
    items: u64,
    inherited: u64,
    superseded: u64,
    damaged: u64,
    tokens: Option<u64>,
    files: Vec<String>,
}

impl<'a> ListedThread<'a> {
    fn new(record: &'a ThreadRecord, sources: Option<&ThreadSources>) -> Self {
        let patch = record.patch.as_deref();
        let (title, title_from) = title(record);
        Self {
            thread_id: record.id,
            title,
            title_from,
            name: record.name(),
            preview: facts::preview(record),
            cwd: patch
                .and_then(|patch| patch.cwd.as_deref())
                .map(|cwd| cwd.to_string_lossy().into_owned()),
            branch: facts::branch(record),
            model: patch.and_then(|patch| patch.model.as_deref()),
            provider: patch.and_then(|patch| patch.model_provider.as_deref()),
            source: facts::source(record),
            version: patch.and_then(|patch| patch.cli_version.as_deref()),
            archived: sources.is_some_and(|sources| sources.archived) || facts::is_archived(record),
            parent: facts::parent(record).or(sources.and_then(|sources| sources.row.as_ref()?.parent)),
            forked_from: facts::forked_from(record),
            created_at: facts::created_at(record),
            updated_at: facts::updated_at(record),
            items: facts::items(record),
            inherited: sources.map_or(0, ThreadSources::inherited),
            superseded: sources.map_or(0, ThreadSources::superseded),
            damaged: facts::damaged(record),
            tokens: facts::tokens(record),
            files: sources.map_or(Vec::new(), |sources| {
                let files = sources.files().into_iter();
                files.map(|path| path.to_string_lossy().into_owned()).collect()
            }),
        }
    }

    /// Writes the line for people.
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let updated = self.updated_at.map(|at| at.format("%Y-%m-%d %H:%M").to_string());
        let tokens = self.tokens.map(|tokens| tokens.to_string());
        writeln!(
            out,
            "{}  {:<16}  {:>7}  {:>10}  {}",
            self.thread_id,
            updated.as_deref().unwrap_or("-"),
            self.items,
            tokens.as_deref().unwrap_or("-"),
            visible(self.title.as_deref().unwrap_or("-"))
        )
    }
}
