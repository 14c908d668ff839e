//! `threadloupe preview`: what a patch would change in the threads of rollout files.

use std::io::Write;
use std::path::PathBuf;

use clap::{ValueEnum, ValueHint};
use serde::Serialize;

use super::output::{self, complain};
use super::{merge, rollouts};
use crate::rollout::limit::MaxBytes;
use crate::text::visible;
use crate::workbench::patches;
use crate::workbench::preview::{PreviewTotal, ReadChange, ThreadPreview, preview};
use crate::workbench::query::ThreadFilter;

/// Print what a metadata patch would change in each thread of rollout files, without applying it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File with one patch, or with several patches that are merged in order; `-` is standard input
    #[arg(value_name = "PATCH", value_hint = ValueHint::FilePath)]
    patch: String,
    /// Rollout files, pipes, or folders that contain rollouts at any depth
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    from: Vec<PathBuf>,
    /// Preview only threads that match this query; see `threadloupe threads --help`
    #[arg(
        long = "where",
        value_name = "QUERY",
        allow_hyphen_values = true,
        default_value = "",
        hide_default_value = true
    )]
    query: String,
    /// Output format
    #[arg(long, value_enum, default_value_t = PreviewFormat::Text)]
    format: PreviewFormat,
    /// Reject compressed files that decompress to more than this, such as 500MB or 4GB
    #[arg(long, value_name = "BYTES", default_value_t)]
    max_bytes: MaxBytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PreviewFormat {
    /// One line per change, for people
    Text,
    /// One JSON object per thread, then the total, for programs
    Json,
}

/// Prints the preview and returns the exit status.
pub async fn run(args: Args) -> u8 {
    let filter = ThreadFilter::parse(&args.query).map_err(|wrong| format!("--where, {wrong}"));
    let read =
        filter.and_then(|filter| Ok((filter, merge::read_patches(std::slice::from_ref(&args.patch))?)));
    let (filter, read) = match read {
        Ok(read) => read,
        Err(sentence) => {
            complain(&sentence);
            return super::UNUSABLE;
        }
    };
    let patch = patches::merge(&read.patches).patch;
    let found = rollouts::query(&filter, &args.from, args.max_bytes).await;
    let mut status = found.status;
    let mut total = PreviewTotal::default();
    let mut out = output::standard();
    let mut written = Ok(());
    for record in found.matcher.select(found.snapshot.threads()) {
        let thread = match preview(&found.snapshot, record.id, &patch) {
            Ok(thread) => thread,
            Err(error) => {
                complain(&format!("{}: {error}", record.id));
                status = super::UNUSABLE;
                continue;
            }
        };
        total.add(thread.outcome());
        written = match args.format {
            PreviewFormat::Json => json(&mut out, &thread),
            PreviewFormat::Text => text(&mut out, &thread),
        };
        if written.is_err() {
            break;
        }
    }
    let written = written.and_then(|()| match args.format {
        PreviewFormat::Json => json(&mut out, &TotalLine { total }),
        PreviewFormat::Text => {
            let PreviewTotal {
                threads,
                change,
                same,
                fail,
            } = total;
            writeln!(
                out,
                "threads: {threads}, changed: {change}, unchanged: {same}, failed: {fail}"
            )
        }
    });
    output::status(written.and_then(|()| out.flush()), status)
}

/// The last line of the JSON output.
#[derive(Serialize)]
struct TotalLine {
    total: PreviewTotal,
}

fn json(out: &mut impl Write, line: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)
}

fn text(out: &mut impl Write, thread: &ThreadPreview) -> std::io::Result<()> {
    let id = thread.thread_id;
    if let Some(error) = &thread.error {
        return writeln!(out, "{id}  {}", visible(&error.message));
    }
    if thread.changes.is_empty() {
        return writeln!(out, "{id}  unchanged");
    }
    for (key, before, after) in thread.changes.iter().flat_map(ReadChange::parts) {
        let line = format!("{key:<16}  {before} \u{2192} {after}");
        writeln!(out, "{id}  {}", visible(&line))?;
    }
    Ok(())
}
