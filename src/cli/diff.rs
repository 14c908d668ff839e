//! `threadloupe diff`: the patch between two stored threads.

use std::io::Write;

use clap::ValueEnum;
use serde::Serialize;

use super::{output, stored_thread};
use crate::protocol::json::Json;
use crate::workbench::diff::{StoredDifference, patch_between};
use crate::workbench::sparse;

/// Print the patch that gives one stored thread the values of another
///
/// Also prints the fields for which no patch can produce the value of the second thread. The thread id, the history and
/// archived_at are not compared.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The thread to change: a stored thread as JSON, or an answer of `threadloupe run` that contains one; `-` is
    /// standard input
    #[arg(value_name = "A.json")]
    from: String,
    /// The thread to match
    #[arg(value_name = "B.json")]
    to: String,
    /// Output format
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    format: DiffFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// One JSON object, for programs
    Json,
    /// One line per field, for people
    Text,
}

/// The exit status if the threads differ.
const DIFFERENT: u8 = 1;

/// Prints the difference and returns the exit status.
pub fn run(args: &Args) -> u8 {
    let files = [&args.from, &args.to].map(String::as_str);
    let threads = stored_thread::once(files.into_iter())
        .and_then(|()| Ok((stored_thread::read(&args.from)?, stored_thread::read(&args.to)?)));
    let difference =
        threads.and_then(|(from, to)| patch_between(&from, &to).map_err(|error| error.to_string()));
    let difference = match difference {
        Ok(difference) => difference,
        Err(sentence) => {
            output::complain(&sentence);
            return super::UNUSABLE;
        }
    };
    let mut out = output::standard();
    let written = match args.format {
        DiffFormat::Json => json(&mut out, &difference),
        DiffFormat::Text => text(&mut out, &difference),
    };
    let status = match difference.is_empty() {
        true => super::FINE,
        false => DIFFERENT,
    };
    output::status(written.and_then(|()| out.flush()), status)
}

/// The JSON output; its keys are written in this order.
#[derive(Serialize)]
struct DiffJson<'a> {
    patch: Json<'a>,
    left: &'a [String],
}

fn json(out: &mut impl Write, difference: &StoredDifference) -> std::io::Result<()> {
    let patch = sparse::text(&difference.patch);
    let left = &difference.left;
    serde_json::to_writer(
        &mut *out,
        &DiffJson {
            patch: Json::trusted(&patch),
            left,
        },
    )?;
    writeln!(out)
}

fn text(out: &mut impl Write, difference: &StoredDifference) -> std::io::Result<()> {
    if difference.is_empty() {
        return writeln!(out, "nothing differs");
    }
    for (field, change) in sparse::changes(&difference.patch) {
        let line = output::field_change(field, &change);
        writeln!(out, "{}", crate::text::visible(line.trim_end()))?;
    }
    for key in &difference.left {
        writeln!(
            out,
            "{key:<20}  differs; no patch can set it to the value in the second thread"
        )?;
    }
    Ok(())
}
