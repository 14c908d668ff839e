//! `threadloupe import`: reads rollout files into a store and reports on each file.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use super::output;
use crate::rollout::import::{ImportOptions, Notice, import};
use crate::rollout::limit::MaxBytes;
use crate::rollout::report::{FileOutcome, FileRead, FileRow, Total};
use crate::store::InMemoryThreadStore;
use crate::text::visible;

/// Read rollout files and report how many lines were read, blank or damaged
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Rollout files, pipes, or folders that contain rollouts at any depth; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = ImportFormat::Text)]
    format: ImportFormat,
    /// Reject compressed files that decompress to more than this, such as 500MB or 4GB
    #[arg(long, value_name = "BYTES", default_value_t)]
    max_bytes: MaxBytes,
    /// Import into the registered store with this id
    #[arg(long, value_name = "ID")]
    store: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ImportFormat {
    /// One line per file, for people
    Text,
    /// One JSON object per line, for programs
    Json,
}

/// Runs the import and returns the exit status.
pub async fn run(args: Args) -> u8 {
    let store = args.store.map(InMemoryThreadStore::for_id).unwrap_or_default();
    let mut out = output::standard();
    let mut written = Ok(());
    let format = args.format;
    let wanted = ImportOptions {
        limit: args.max_bytes,
        ..ImportOptions::default()
    };
    let imported = import(store.as_ref(), &args.paths, wanted, &mut |notice| {
        match notice {
            Notice::Row(row) => written = say(format, row, &mut out),
            Notice::Remark(remark) => output::complain(&format!("{remark}.")),
            Notice::Progress(_) | Notice::Updated(_) => {}
        }
        if written.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })
    .await;
    let written = written.and_then(|()| sum_up(format, &imported.total, &mut out));
    output::status(
        written,
        if imported.total.failed + imported.total.partial == 0 {
            super::FINE
        } else {
            super::UNUSABLE
        },
    )
}

/// Reports one file as soon as it has been read.
fn say(format: ImportFormat, row: &FileRow, out: &mut dyn Write) -> io::Result<()> {
    if format == ImportFormat::Json {
        return line(row, out);
    }
    if let Some(complaint) = row.outcome.complaint() {
        output::complain(&format!("{}: {complaint}", row.file));
    }
    let text = match &row.outcome {
        FileOutcome::Read(read) => {
            let thread = read
                .thread_id
                .map_or("no thread".to_owned(), |id| format!("thread {id}"));
            let joined = if read.joined {
                " (also in an earlier file)"
            } else {
                ""
            };
            let layout = read
                .layout
                .map_or(String::new(), |layout| format!(" {}", layout.name()));
            format!(
                "{}: {thread}{joined},{layout} {}{}",
                row.file,
                counted(&read.counts),
                linked(read)
            )
        }
        FileOutcome::Skipped(problem) => format!("{}: skipped: {problem}", row.file),
        FileOutcome::Error(_) => return Ok(()),
    };
    writeln!(out, "{}", visible(&text))?;
    out.flush()
}

fn counted(counts: &crate::rollout::read::Counts) -> String {
    let mut text = format!(
        "{} bytes, {} lines, {} items",
        counts.bytes, counts.lines, counts.items
    );
    for (count, name) in [(counts.blank, "blank"), (counts.damaged, "damaged")] {
        if count > 0 {
            text.push_str(&format!(", {count} {name}"));
        }
    }
    text
}

/// How a file relates to other files.
fn linked(read: &FileRead) -> String {
    let mut text = String::new();
    for (count, name) in [(read.inherited, "inherited"), (read.superseded, "superseded")] {
        if count > 0 {
            text.push_str(&format!(", {count} {name}"));
        }
    }
    if read.archived {
        text.push_str(", archived");
    }
    match read.base {
        Some(base) if base.found => text.push_str(&format!(", continues {}", base.thread_id)),
        Some(base) => text.push_str(&format!(", continues {} (not found)", base.thread_id)),
        None => {}
    }
    if read.guessed {
        text.push_str(", current file guessed from its name");
    }
    text
}

fn sum_up(format: ImportFormat, total: &Total, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct TotalJson<'a> {
        total: &'a Total,
    }
    if format == ImportFormat::Json {
        return line(&TotalJson { total }, out);
    }
    writeln!(
        out,
        "total: {} files, {} failed, {} skipped, {} threads, {}",
        total.files,
        total.failed,
        total.skipped,
        total.threads,
        counted(&total.counts)
    )?;
    out.flush()
}

/// Writes one JSON object as a line and flushes it.
fn line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    out.write_all(&text)?;
    out.flush()
}
