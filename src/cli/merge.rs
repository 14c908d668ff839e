//! `threadloupe merge`: merges metadata patches in order, without a store.

use std::io::{self, Read, Write};
use std::path::Path;

use clap::ValueEnum;
use serde::{Serialize, Serializer};

use super::{output, stored_thread};
use crate::contract::{StoredThread, ThreadMetadataPatch};
use crate::protocol::json::Json;
use crate::rollout::open;
use crate::workbench::patches::{self, Merged};
use crate::workbench::sparse;

/// Merge metadata patches in order and print the result
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files with one or more patches; `-` is standard input
    #[arg(required = true, value_name = "PATCH")]
    patches: Vec<String>,
    /// Also print this stored thread with the merged patch applied: a stored thread as JSON, or an answer of
    /// `threadloupe run` that contains one; `-` is standard input
    #[arg(long, value_name = "THREAD.json")]
    onto: Option<String>,
    /// Exit with status 1 if a patch triggers a lint
    #[arg(long)]
    deny_lints: bool,
    /// Show which patch decided each field
    #[arg(long)]
    explain: bool,
    /// Print the merged patch with all fields, in the JSON form of the contract, not only the fields that it changes
    #[arg(long)]
    wire: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = MergeFormat::Text)]
    format: MergeFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MergeFormat {
    /// One JSON object, for programs
    Json,
    /// One line per field, for people
    Text,
}

/// Merges the patches and returns the exit status.
pub fn run(args: &Args) -> u8 {
    let files = args.patches.iter().chain(&args.onto);
    let read = stored_thread::once(files.map(String::as_str)).and_then(|()| {
        let read = read_patches(&args.patches)?;
        Ok((read, args.onto.as_deref().map(stored_thread::read).transpose()?))
    });
    let (read, thread) = match read {
        Ok(read) => read,
        Err(sentence) => {
            output::complain(&sentence);
            return super::UNUSABLE;
        }
    };
    let merged = patches::merge(&read.patches);
    let thread = thread.map(|mut thread| {
        merged.patch.apply(&mut thread);
        thread
    });
    let mut out = output::standard();
    let written = match args.format {
        MergeFormat::Json => json(&mut out, args, &merged, thread.as_ref()),
        MergeFormat::Text => text(&mut out, args, &merged, thread.as_ref()),
    };
    let status = match args.deny_lints && read.lints > 0 {
        true => LINTED,
        false => super::FINE,
    };
    output::status(written.and_then(|()| out.flush()), status)
}

/// The exit status if `--deny-lints` is given and there were lints.
const LINTED: u8 = 1;

/// The patches of some files.
#[derive(Debug, Default)]
pub(super) struct PatchFiles {
    /// The patches in order.
    pub patches: Vec<ThreadMetadataPatch>,
    /// The number of lints that were printed.
    pub lints: usize,
}

/// Reads the patches of the named files in order, and prints their lints. The error is a sentence that names the file
/// and the position.
pub(super) fn read_patches(files: &[String]) -> Result<PatchFiles, String> {
    let mut all = PatchFiles::default();
    for file in files {
        let opened: io::Result<Box<dyn Read>> = match file.as_str() {
            "-" => Ok(Box::new(io::stdin())),
            path => open::named(Path::new(path)).map(|file| Box::new(file) as Box<dyn Read>),
        };
        let read = opened
            .and_then(patches::read_all)
            .map_err(|error| open::unreadable(file, &error))?
            .map_err(|sentence| format!("{file}: {sentence}"))?;
        for text in read {
            for lint in &text.lints {
                output::complain(&format!("{file}: patch {}: {lint}", all.patches.len() + 1));
            }
            all.lints += text.lints.len();
            all.patches.push(text.patch);
        }
    }
    Ok(all)
}

fn wire_or_sparse(args: &Args, merged: &Merged) -> io::Result<String> {
    if args.wire {
        Ok(serde_json::to_string(&merged.patch)?)
    } else {
        Ok(sparse::text(&merged.patch))
    }
}

fn json(out: &mut impl Write, args: &Args, merged: &Merged, thread: Option<&StoredThread>) -> io::Result<()> {
    let patch = wire_or_sparse(args, merged)?;
    let answer = MergeJson {
        patch: Json::trusted(&patch),
        thread,
        decided_by: args.explain.then_some(DecidedBy(&merged.decided_by)),
    };
    serde_json::to_writer(&mut *out, &answer)?;
    writeln!(out)
}

/// The JSON output; its keys are written in this order.
#[derive(Serialize)]
struct MergeJson<'a> {
    patch: Json<'a>,
    thread: Option<&'a StoredThread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<DecidedBy<'a>>,
}

struct DecidedBy<'a>(&'a [(&'static str, usize)]);

impl Serialize for DecidedBy<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

fn text(out: &mut impl Write, args: &Args, merged: &Merged, thread: Option<&StoredThread>) -> io::Result<()> {
    if args.wire {
        writeln!(out, "{}", wire_or_sparse(args, merged)?)?;
    } else {
        let mut any = false;
        for (field, change) in sparse::changes(&merged.patch) {
            any = true;
            let by = merged
                .decided_by
                .iter()
                .find(|(name, _)| *name == field.name)
                .filter(|_| args.explain);
            let by = by.map_or(String::new(), |(_, patch)| format!("  (patch {patch})"));
            let line = output::field_change(field, &change) + &by;
            writeln!(out, "{}", crate::text::visible(line.trim_end()))?;
        }
        if !any {
            writeln!(out, "nothing is set or cleared")?;
        }
    }
    if let Some(thread) = thread {
        writeln!(out, "\nthe thread after the patch:")?;
        let text = serde_json::to_string(thread)?;
        if let Ok(thread) = Json::parse(&text) {
            for (key, value) in thread.members().filter(|(key, _)| key != "history") {
                let line = format!("{key:<20}  {}", value.text());
                writeln!(out, "{}", crate::text::visible(&line))?;
            }
        }
    }
    Ok(())
}
