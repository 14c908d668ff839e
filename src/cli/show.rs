//! `threadloupe show`: prints a thread as a conversation.

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;

use super::output::{self, complain};
use super::{rollouts, thread_argument};
use crate::protocol::ThreadId;
use crate::protocol::numbers::count;
use crate::rollout::import::{ImportOptions, Imported, thread_ids};
use crate::rollout::limit::MaxBytes;
use crate::rollout::report::said;
use crate::store::{InMemoryThreadStore, ThreadRecord};
use crate::text::{Break, wrap};
use crate::workbench::ImportedThread;
use crate::workbench::redact::Redactor;
use crate::workbench::transcript::Transcript;
use crate::workbench::transcript::render::{
    RenderOptions, ToolDetail, TranscriptFormat, TranscriptHead, render,
};
use crate::workbench::whole_file::{AtomicFile, advice};

/// Print a thread as a conversation: messages, reasoning, tool calls with their output, edits as diffs
///
/// THREAD is any part of a thread id that matches only one thread. With :ITEM, only the entries around that item are
/// printed; `threadloupe search` prints its results in this form. Each text is printed once, even if the file contains
/// it twice.
///
/// Strings that look like keys or tokens are replaced by a mask with their length, and the number of masks is printed
/// on standard error. Text from a thread never becomes markup in Markdown or HTML. HTML output is a single file that
/// contains no scripts and loads no other files.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Part of the id of the thread, and optionally the number of an item
    #[arg(value_name = "THREAD[:ITEM]")]
    thread: String,
    /// Number of entries before and after ITEM
    #[arg(long, value_name = "N", default_value_t = 8)]
    context: usize,
    /// Rollout files, pipes, sessions folders, or folders that contain one; `-` is standard input
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    from: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    format: ShowFormat,
    /// How much of each tool call to print
    #[arg(long, value_enum, default_value_t = ShowTools::Brief)]
    tools: ShowTools,
    /// Print times in UTC instead of local time
    #[arg(long)]
    utc: bool,
    /// Do not mask strings that look like keys or tokens
    #[arg(long)]
    no_redact: bool,
    /// Write to this file, which must not exist, instead of standard output
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Reject compressed files that decompress to more than this, such as 500MB or 4GB
    #[arg(long, value_name = "BYTES", default_value_t)]
    max_bytes: MaxBytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShowFormat {
    /// Plain text; on a terminal, wrapped to its width
    Text,
    /// Markdown
    Markdown,
    /// One HTML file
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShowTools {
    /// No tool calls
    None,
    /// One line per call, a few lines of its output, and diffs
    Brief,
    /// All arguments and all output
    Full,
}

/// Prints the thread, and returns the exit status.
pub async fn run(args: Args) -> u8 {
    match show(&args).await {
        Ok(status) => status,
        Err(sentence) => {
            complain(&sentence);
            super::UNUSABLE
        }
    }
}

async fn show(args: &Args) -> Result<u8, String> {
    let (wanted, item) = split(&args.thread)?;
    // If the output file already exists, this fails before anything is read.
    let file = args.to.as_deref().map(begin).transpose()?;
    let known = thread_ids(&args.from, args.max_bytes);
    let only = known.map(|ids| thread_argument::resolve(wanted, ids)).transpose();
    // If there are no files, the import reports the reason.
    let only = match only {
        Ok(only) => only,
        Err(sentence) => {
            let store = InMemoryThreadStore::default();
            let options = ImportOptions {
                only: Some(ThreadId::new()),
                limit: args.max_bytes,
                ..ImportOptions::default()
            };
            rollouts::read(&store, &args.from, options).await;
            return Err(sentence);
        }
    };
    let store = InMemoryThreadStore::default();
    let options = ImportOptions {
        only,
        limit: args.max_bytes,
        ..ImportOptions::default()
    };
    let (imported, status) = rollouts::read(&store, &args.from, options).await;
    let ids = imported.threads.iter().map(|thread| thread.thread_id);
    let id = match only {
        Some(id) => id,
        None => thread_argument::resolve(wanted, ids)?,
    };
    let snapshot = store.snapshot();
    let Some(record) = snapshot.thread(id) else {
        return Err(format!("thread {id} could not be read"));
    };
    let written = match file {
        Some((path, mut file)) => {
            let failed = |error: io::Error| cannot_write(path, &error);
            let masks = write(args, record, &imported, item, &mut file)?.map_err(failed)?;
            file.finish().map_err(failed)?;
            Ok(masks)
        }
        None => {
            let columns = match args.format {
                ShowFormat::Text if io::stdout().is_terminal() => output::columns(),
                _ => None,
            };
            let mut out = output::standard();
            match columns {
                Some(columns) => write(
                    args,
                    record,
                    &imported,
                    item,
                    &mut WrappedOutput::new(out, columns),
                )?,
                None => write(args, record, &imported, item, &mut out)?,
            }
        }
    };
    match written {
        Ok(0) => Ok(status),
        Ok(masks) => {
            let what = count(masks, "text");
            complain(&format!(
                "masked {what} that looked like a key or token; --no-redact prints everything"
            ));
            Ok(status)
        }
        Err(error) => Ok(output::status(Err(error), status)),
    }
}

/// The parts of THREAD[:ITEM].
fn split(argument: &str) -> Result<(&str, Option<usize>), String> {
    let Some((thread, item)) = argument.split_once(':') else {
        return Ok((argument, None));
    };
    match item.parse() {
        Ok(number @ 1..) => Ok((thread, Some(number))),
        _ => Err(format!(
            "ITEM must be a positive number, but is {item:?}; write THREAD:ITEM, as in 0199865a:12"
        )),
    }
}

fn begin(path: &Path) -> Result<(&Path, AtomicFile), String> {
    let file = AtomicFile::begin(path, false).map_err(|error| cannot_write(path, &error))?;
    Ok((path, file))
}

fn cannot_write(path: &Path, error: &io::Error) -> String {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{path}: the file already exists; choose another name with --to")
        }
        _ => format!(
            "{path}: cannot write this file ({}); {}",
            said(error),
            advice(error)
        ),
    }
}

/// Writes the thread, and returns the number of masks. The inner error is an error of the output; the outer error is a
/// message for the user.
fn write(
    args: &Args,
    record: &ThreadRecord,
    imported: &Imported,
    item: Option<usize>,
    out: &mut dyn Write,
) -> Result<io::Result<u64>, String> {
    let history = record.history.clone().unwrap_or_default();
    if let Some(number) = item.filter(|number| *number > history.len()) {
        let items = count(history.len() as u64, "item");
        return Err(format!(
            "ITEM is {number}, but thread {} has only {items}; choose a number up to {}",
            record.id,
            history.len()
        ));
    }
    let sources = imported
        .threads
        .iter()
        .find(|thread| thread.thread_id == record.id);
    let origin = sources.map(|sources| ImportedThread {
        sources: Arc::new(sources.clone()),
        step: 0,
        updates: Default::default(),
        before: 0,
    });
    let redactor = (!args.no_redact).then(Redactor::default);
    let utc = args.utc;
    let clock = move |at: chrono::DateTime<chrono::Utc>| match utc {
        true => at.fixed_offset(),
        false => at.with_timezone(&chrono::Local).fixed_offset(),
    };
    let file_marks = |place: usize| {
        origin
            .as_ref()
            .map(|origin| origin.marks(place))
            .unwrap_or_default()
    };
    let transcript = Transcript::of(&history);
    let head = TranscriptHead::of(record, &transcript, &clock);
    let options = RenderOptions {
        tools: match args.tools {
            ShowTools::None => ToolDetail::None,
            ShowTools::Brief => ToolDetail::Brief,
            ShowTools::Full => ToolDetail::Full,
        },
        around: item.map(|number| (number - 1, args.context)),
        only: &|_| true,
        clock: &clock,
        file_marks: &file_marks,
        redactor: redactor.as_ref(),
    };
    let format = match args.format {
        ShowFormat::Text => TranscriptFormat::Text,
        ShowFormat::Markdown => TranscriptFormat::Markdown,
        ShowFormat::Html => TranscriptFormat::Html,
    };
    let mut writer = format.writer(out);
    let written = render(&transcript, &head, &options, writer.as_mut());
    drop(writer);
    Ok(written)
}

/// An output that wraps each line to the width of a terminal, and makes every character of it visible.
struct WrappedOutput<W> {
    out: W,
    columns: usize,
    line: Vec<u8>,
}

impl<W: Write> WrappedOutput<W> {
    fn new(out: W, columns: usize) -> Self {
        Self {
            out,
            columns,
            line: Vec::new(),
        }
    }

    fn end_line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&line);
        let text = text.strip_suffix('\r').unwrap_or(&text);
        for row in wrap(text, self.columns, Break::Word) {
            writeln!(self.out, "{}", row.text)?;
        }
        Ok(())
    }
}

impl<W: Write> Write for WrappedOutput<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match memchr::memchr(b'\n', bytes) {
            Some(end) => {
                self.line.extend_from_slice(bytes.get(..end).unwrap_or_default());
                self.end_line()?;
                Ok(end + 1)
            }
            None => {
                self.line.extend_from_slice(bytes);
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.line.is_empty() {
            self.end_line()?;
        }
        self.out.flush()
    }
}
