//! Writes threads to files for people to read, in the background. A new file never replaces another one.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};

use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::import::at_home;
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::protocol::ThreadId;
use crate::protocol::numbers::count;
use crate::store::ThreadRecord;
use crate::text::visible;
use crate::workbench::redact::Redactor;
use crate::workbench::transcript::Transcript;
use crate::workbench::transcript::render::{
    RenderOptions, ToolDetail, TranscriptFormat, TranscriptHead, TranscriptWriter, WrittenEntry, render,
};
use crate::workbench::whole_file::{AtomicFile, sentence};
use crate::workbench::{ImportedThread, ItemMark};

/// Which threads or items are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportPart {
    /// The marked threads, or the selected one.
    Whole,
    /// The items that the History pane lists.
    Visible,
    /// The turn of the selected item.
    Turn,
}

/// The items of a thread that are exported.
enum ExportedItems {
    All,
    /// These positions, ascending.
    Listed(Vec<usize>),
    /// The turn of the item at this position.
    TurnOf(usize),
}

/// A thread to export.
struct ThreadToExport {
    record: Arc<ThreadRecord>,
    origin: Option<ImportedThread>,
    items: ExportedItems,
}

/// What was written.
struct WrittenFiles {
    paths: Vec<PathBuf>,
    masks: u64,
}

/// Returns the path of a file that a command names; `None` if it names none.
pub fn named_file(file: &str) -> Option<PathBuf> {
    match file {
        "" => None,
        file => Some(at_home(Path::new(file))),
    }
}

/// Starts exporting `part` to a file; if no file is given, generates a file name.
pub fn start(model: &mut Model, part: ExportPart, file: &str) -> Effects {
    let threads = threads(model, part);
    let named = named_file(file);
    let format = match &named {
        None => Some(TranscriptFormat::Markdown),
        Some(path) => TranscriptFormat::of_path(path),
    };
    let Some(format) = format else {
        model.warn("export: the name must end in .md, .html or .txt, which decides the format.".to_string());
        return Vec::new();
    };
    let (masks, folder, local_time) = (model.masks_secrets, model.folder.clone(), model.local_time);
    let work = move |tell: JobProgressFn<'_>| {
        let redactor = masks.then(Redactor::default);
        let mut written = WrittenFiles {
            paths: Vec::new(),
            masks: 0,
        };
        let is_one = threads.len() == 1;
        for thread in &threads {
            let path = match &named {
                None => free_path(&folder, &format!("thread-{}", short_id(thread.record.id)), "md"),
                Some(path) if is_one => path.clone(),
                Some(path) => with_suffix(path, &short_id(thread.record.id)),
            };
            match write(thread, &path, format, redactor.as_ref(), local_time, tell) {
                Ok(Some(masks)) => {
                    written.paths.push(path);
                    written.masks += masks;
                }
                Ok(None) => return None,
                Err(error) => return Some((written, Some((path, error)))),
            }
        }
        Some((written, None))
    };
    model.start(Job::new("Exporting", work, say))
}

/// Returns the threads that `part` selects.
fn threads(model: &Model, part: ExportPart) -> Vec<ThreadToExport> {
    let session = &model.session;
    let view = &session.history;
    let export = |record: &Arc<ThreadRecord>, items| ThreadToExport {
        record: Arc::clone(record),
        origin: session.imported_of(record.id).cloned(),
        items,
    };
    let selected = session.thread();
    match part {
        ExportPart::Whole => {
            let marked = session.marked();
            let marked = marked.iter().filter_map(|id| session.snapshot.thread(*id));
            let marked: Vec<_> = marked.map(|record| export(record, ExportedItems::All)).collect();
            match marked.is_empty() {
                true => selected
                    .map(|record| export(record, ExportedItems::All))
                    .into_iter()
                    .collect(),
                false => marked,
            }
        }
        ExportPart::Visible => {
            let listed = (0..view.rows()).filter_map(|row| view.place(row)).collect();
            let listed = ExportedItems::Listed(listed);
            selected
                .map(|record| export(record, listed))
                .into_iter()
                .collect()
        }
        ExportPart::Turn => {
            let place = view.selected().unwrap_or_default();
            let turn = ExportedItems::TurnOf(place);
            selected.map(|record| export(record, turn)).into_iter().collect()
        }
    }
}

/// The last digits of an id, which differ even between threads that began at the same time.
fn short_id(id: ThreadId) -> String {
    let id = id.to_string();
    id.get(id.len().saturating_sub(12)..).unwrap_or(&id).to_owned()
}

/// A path in a folder that does not exist yet: this name, or this name and a number.
pub(super) fn free_path(folder: &Path, name: &str, extension: &str) -> PathBuf {
    let first = folder.join(format!("{name}.{extension}"));
    let more = (2..).map(|number| folder.join(format!("{name}-{number}.{extension}")));
    std::iter::once(first.clone())
        .chain(more)
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or(first)
}

/// The path with a suffix before its extension.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push("-");
    name.push(suffix);
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// Writes a thread, and returns the number of masks; `None` if it was stopped. In that case, no file is created.
fn write(
    thread: &ThreadToExport,
    path: &Path,
    format: TranscriptFormat,
    redactor: Option<&Redactor>,
    local_time: fn(DateTime<Utc>) -> DateTime<FixedOffset>,
    tell: JobProgressFn<'_>,
) -> io::Result<Option<u64>> {
    let mut file = AtomicFile::begin(path, false)?;
    let history = thread.record.history.clone().unwrap_or_default();
    let transcript = Transcript::of(&history);
    let file_marks = |place: usize| -> Vec<ItemMark> {
        let origin = thread.origin.as_ref();
        origin.map(|origin| origin.marks(place)).unwrap_or_default()
    };
    let turn = match &thread.items {
        ExportedItems::TurnOf(place) => {
            let chapter = transcript
                .chapter_at(*place)
                .and_then(|index| transcript.chapter(index));
            // Items before the first turn are exported like a turn.
            let before = 0..transcript
                .marks()
                .turn_starts()
                .first()
                .copied()
                .unwrap_or(history.len());
            chapter.map_or(before, |chapter| chapter.items)
        }
        ExportedItems::All | ExportedItems::Listed(_) => 0..history.len(),
    };
    let only = |place: usize| match &thread.items {
        ExportedItems::All => true,
        ExportedItems::Listed(places) => places.binary_search(&place).is_ok(),
        ExportedItems::TurnOf(_) => turn.contains(&place),
    };
    let head = TranscriptHead::of(&thread.record, &transcript, &local_time);
    let options = RenderOptions {
        tools: ToolDetail::Brief,
        around: None,
        only: &only,
        clock: &local_time,
        file_marks: &file_marks,
        redactor,
    };
    let mut writer = CountedWriter {
        writer: format.writer(&mut file),
        tell,
        of: history.len(),
        is_stopped: false,
    };
    let written = render(&transcript, &head, &options, &mut writer);
    let is_stopped = writer.is_stopped;
    drop(writer);
    match (is_stopped, written) {
        (true, _) => Ok(None),
        (false, Err(error)) => Err(error),
        (false, Ok(masks)) => file.finish().map(|()| Some(masks)),
    }
}

/// Reports what was written, or why writing failed.
fn say(model: &mut Model, (written, failed): (WrittenFiles, Option<(PathBuf, io::Error)>)) -> Effects {
    let shown = |path: &Path| visible(&path.to_string_lossy()).into_owned();
    let masks = match written.masks {
        0 => String::new(),
        masks => format!(
            " Masked {} that looked like a key or token.",
            count(masks, "text")
        ),
    };
    match (failed, written.paths.as_slice()) {
        (Some((path, error)), done) => {
            let before = match done.len() {
                0 => String::new(),
                done => format!(" {} written before it.", count(done as u64, "file")),
            };
            model.warn(format!("export: {}{before}", not_written(&path, &error)));
        }
        (None, [path]) => model.say(format!("Exported to {}.{masks}", shown(path))),
        (None, paths) => {
            let first = paths.first().map(|path| shown(path)).unwrap_or_default();
            model.say(format!(
                "Exported {}; the first file is {first}.{masks}",
                count(paths.len() as u64, "thread")
            ));
        }
    }
    Vec::new()
}

/// Why a new file could not be written, as a sentence.
pub(super) fn not_written(path: &Path, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AlreadyExists => {
            let path = visible(&path.to_string_lossy()).into_owned();
            format!("{path} already exists; choose another name.")
        }
        _ => visible(&sentence(path, error)).into_owned(),
    }
}

/// A writer that reports the position of each entry, and ends when it is told to stop.
struct CountedWriter<'a, 'b> {
    writer: Box<dyn TranscriptWriter + 'a>,
    tell: JobProgressFn<'b>,
    of: usize,
    is_stopped: bool,
}

impl TranscriptWriter for CountedWriter<'_, '_> {
    fn begin(&mut self, head: &TranscriptHead) -> io::Result<()> {
        self.writer.begin(head)
    }

    fn chapter(&mut self, number: usize, facts: &[String]) -> io::Result<()> {
        self.writer.chapter(number, facts)
    }

    fn mark(&mut self, words: &str) -> io::Result<()> {
        self.writer.mark(words)
    }

    fn entry(&mut self, entry: &WrittenEntry<'_>) -> io::Result<()> {
        if (self.tell)(entry.number, self.of).is_break() {
            self.is_stopped = true;
            return Err(io::Error::other("stopped"));
        }
        self.writer.entry(entry)
    }

    fn end(&mut self) -> io::Result<()> {
        self.writer.end()
    }
}
