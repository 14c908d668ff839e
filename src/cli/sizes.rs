//! `threadloupe sizes`: adds up the bytes of rollout files by kind, thread, file or month, and lists repeated texts.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use super::output::{self, complain};
use crate::protocol::numbers::{count, grouped, size};
use crate::rollout::limit::{Limit, MaxBytes};
use crate::rollout::sizes::{RepeatedText, RepeatedTexts, SizeKey, SizeReport, SizeRow, SizeTotal, sizes};
use crate::text::{pad, visible, width};

/// Add up the bytes of rollout files by kind, thread, file or month
///
/// Each byte counts once: lines and their line endings under their kind, damaged lines under `damaged`, blank lines and a
/// byte order mark under `blank`. Compressed files count at their uncompressed size; bytes on disk are given separately.
/// The month is taken from the line's timestamp, otherwise from the file's name; otherwise it is `unknown`.
///
/// A repeated text is a string value of 4 KiB or more that occurs in the files more than once, each time written
/// with the same bytes. Its bytes are those of all occurrences except the first.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Rollout files, pipes, or folders that contain rollouts at any depth; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Group the bytes by this key
    #[arg(long, value_name = "KEY", value_enum, default_value_t = SizesBy::Kind)]
    by: SizesBy,
    /// Print only the N largest rows
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Output format
    #[arg(long, value_enum, default_value_t = SizesFormat::Text)]
    format: SizesFormat,
    /// Reject compressed files that decompress to more than this, such as 500MB or 4GB
    #[arg(long, value_name = "BYTES", default_value_t)]
    max_bytes: MaxBytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SizesBy {
    /// Kind of item, such as `compacted`
    Kind,
    /// Thread
    Thread,
    /// File
    File,
    /// Month of the line
    Month,
}

impl SizesBy {
    fn key(self) -> SizeKey {
        match self {
            Self::Kind => SizeKey::Kind,
            Self::Thread => SizeKey::Thread,
            Self::File => SizeKey::File,
            Self::Month => SizeKey::Month,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SizesFormat {
    /// A table, for people
    Text,
    /// One JSON object per line, for programs
    Json,
}

/// Adds up the bytes and returns the exit status.
pub fn run(args: &Args) -> u8 {
    let limit = Limit {
        most: args.max_bytes,
        ..Limit::default()
    };
    let mut report = sizes(&args.paths, args.by.key(), &limit);
    for (file, problem) in &report.failed {
        complain(&format!("{file}: {problem}"));
    }
    for (file, trailing) in &report.trailing {
        complain(&format!("{file}: {trailing}"));
    }
    report.rows.truncate(args.top.unwrap_or(usize::MAX));
    let mut out = output::standard();
    let written = match args.format {
        SizesFormat::Json => write_json(&report, &mut out),
        SizesFormat::Text => write_text(&report, args.by, &mut out),
    };
    let status = match report.failed.is_empty() && report.trailing.is_empty() {
        true => super::FINE,
        false => super::UNUSABLE,
    };
    output::status(written.and_then(|()| out.flush()), status)
}

fn write_json(report: &SizeReport, out: &mut impl Write) -> io::Result<()> {
    #[derive(Serialize)]
    #[serde(rename_all = "lowercase")]
    enum LastLine<'a> {
        Repeated(&'a RepeatedTexts),
        Total(&'a SizeTotal),
    }
    for row in &report.rows {
        write_line(row, out)?;
    }
    write_line(&LastLine::Repeated(&report.repeated), out)?;
    write_line(&LastLine::Total(&report.total), out)
}

fn write_line(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn write_text(report: &SizeReport, by: SizesBy, out: &mut impl Write) -> io::Result<()> {
    let on_disk = |row: &SizeRow| {
        row.disk_bytes
            .map_or_else(String::new, |bytes| format!("  {:>9}", size(bytes)))
    };
    let (disk, name) = match by {
        SizesBy::Kind => ("", "kind"),
        SizesBy::Thread => ("    on disk", "thread"),
        SizesBy::File => ("    on disk", "file"),
        SizesBy::Month => ("", "month"),
    };
    writeln!(out, "{:>9}  {:>6}{disk}  {:>9}  {name}", "size", "share", "items")?;
    for row in &report.rows {
        writeln!(
            out,
            "{:>9}  {:>5.1}%{}  {:>9}  {}",
            size(row.size.bytes),
            row.share * 100.0,
            on_disk(row),
            grouped(row.size.items),
            visible(&row.name)
        )?;
    }
    write_repeated(&report.repeated, out)?;
    let counts = report.total.counted.counts;
    write!(
        out,
        "\ntotal: {}, {}, {} on disk, {}, {}",
        count(report.total.counted.files, "file"),
        size(counts.bytes),
        size(report.total.disk_bytes),
        count(report.total.counted.threads, "thread"),
        count(counts.items, "item"),
    )?;
    for (number, name) in [
        (counts.blank, "blank"),
        (counts.damaged, "damaged"),
        (report.total.counted.skipped, "skipped"),
        (report.total.counted.failed, "failed"),
    ] {
        if number > 0 {
            write!(out, ", {} {name}", grouped(number))?;
        }
    }
    writeln!(out)
}

fn write_repeated(repeated: &RepeatedTexts, out: &mut impl Write) -> io::Result<()> {
    let RepeatedTexts {
        bytes,
        texts,
        largest,
    } = repeated;
    writeln!(
        out,
        "\nrepeated: {} in {} of 4 KiB or more",
        size(*bytes),
        count(*texts, "text")
    )?;
    let kinds = largest.iter().map(|text| width(text.kind)).max().unwrap_or(0);
    for RepeatedText {
        bytes,
        count,
        kind,
        text,
        ..
    } in largest
    {
        let times = format!("{} times", grouped(*count));
        writeln!(
            out,
            "{:>9}  {times:>11}  {}  {}",
            size(*bytes),
            pad(kind, kinds),
            visible(text)
        )?;
    }
    Ok(())
}
