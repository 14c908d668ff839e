//! `threadloupe merge`: merges metadata patches in order, without a store.

use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::{Serialize, Serializer};

use super::output;
use crate::contract::{Change, StoredThread, ThreadMetadataPatch};
use crate::protocol::json::Json;
use crate::rollout::open;
use crate::workbench::patches::{self, Merged};
use crate::workbench::sparse;

/// Merge metadata patches in order and print the result
///
/// Exit status: 0 if they were merged; 2 if a patch or the thread is invalid or cannot be read.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files with one or more patches; `-` is standard input
    #[arg(required = true, value_name = "PATCH")]
    patches: Vec<String>,
    /// Also print this stored thread with the merged patch applied
    #[arg(long, value_name = "THREAD.json")]
    onto: Option<PathBuf>,
    /// Show which patch decided each field
    #[arg(long)]
    explain: bool,
    /// Print the patch in the JSON form of the contract instead of only the fields that it changes
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
    let merged = match read_patches(&args.patches) {
        Ok(read) => patches::merge(&read),
        Err(sentence) => {
            output::complain(&sentence);
            return super::UNUSABLE;
        }
    };
    let thread = match args.onto.as_deref().map(read_thread).transpose() {
        Ok(thread) => thread.map(|mut thread| {
            merged.patch.apply(&mut thread);
            thread
        }),
        Err(sentence) => {
            output::complain(&sentence);
            return super::UNUSABLE;
        }
    };
    let mut out = output::standard();
    let written = match args.format {
        MergeFormat::Json => json(&mut out, args, &merged, thread.as_ref()),
        MergeFormat::Text => text(&mut out, args, &merged, thread.as_ref()),
    };
    output::status(written.and_then(|()| out.flush()), super::FINE)
}

/// Reads the patches of the named files in order. The error is a sentence that names the file and place.
pub(super) fn read_patches(files: &[String]) -> Result<Vec<ThreadMetadataPatch>, String> {
    let mut all = Vec::new();
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
                output::complain(&format!("{file}: patch {}: {lint}", all.len() + 1));
            }
            all.push(text.patch);
        }
    }
    Ok(all)
}

fn read_thread(path: &Path) -> Result<StoredThread, String> {
    let name = path.display();
    let text = open::named(path)
        .and_then(io::read_to_string)
        .map_err(|error| open::unreadable(&name, &error))?;
    serde_json::from_str(&text).map_err(|error| {
        format!("{name}: not a stored thread: {error}; use the output of `threadloupe export --format json`")
    })
}

fn wire_or_sparse(args: &Args, merged: &Merged) -> io::Result<String> {
    if args.wire {
        Ok(serde_json::to_string(&merged.patch)?)
    } else {
        Ok(sparse::text(&merged.patch))
    }
}

fn json(
    out: &mut BufWriter<io::Stdout>,
    args: &Args,
    merged: &Merged,
    thread: Option<&StoredThread>,
) -> io::Result<()> {
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

fn text(
    out: &mut BufWriter<io::Stdout>,
    args: &Args,
    merged: &Merged,
    thread: Option<&StoredThread>,
) -> io::Result<()> {
    if args.wire {
        writeln!(out, "{}", wire_or_sparse(args, merged)?)?;
    } else {
        let mut any = false;
        for (field, change) in sparse::changes(&merged.patch) {
            any = true;
            let (state, value) = match &change {
                Change::Set(value) => ("set", value.as_str()),
                _ => ("clear", ""),
            };
            let by = merged
                .decided_by
                .iter()
                .find(|(name, _)| *name == field.name)
                .filter(|_| args.explain);
            let by = by.map_or(String::new(), |(_, patch)| format!("  (patch {patch})"));
            let line = format!("{:<20}  {state:<5}  {value}{by}", field.name);
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
