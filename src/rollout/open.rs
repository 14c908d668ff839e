//! Opens files without blocking. The kind of a file is checked before opening it, because opening a pipe can block forever
//! and opening a device can have side effects. It is checked again afterwards, because the path may refer to another file by
//! then. Reading a pipe can be stopped at any time.

use std::fmt;
use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::{FileExt as _, FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;

use super::find::Source;
use super::format::FileFormat;
use super::limit::StopFlag;
use super::report::{Problem, advice};

/// The path that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// How long to wait for a pipe before checking again whether to stop.
const LOOK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};

/// The number of bytes that are read from a pipe at a time.
const PIECE: usize = 1 << 16;

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A folder.
    Folder,
    /// A pipe, named or unnamed.
    Pipe,
    /// A socket.
    Socket,
    /// A device, such as a terminal or a disk.
    Device,
}

impl FileKind {
    /// The kind of the file at a path, following links. Does not open the file.
    ///
    /// # Errors
    /// If there is no such file, or its metadata cannot be read.
    pub fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|found| found.file_type().into())
    }

    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "a regular file",
            Self::Folder => "a folder",
            Self::Pipe => "a named pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
        }
    }

    /// Advice for a file of this kind where a rollout or scenario file is expected.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Pipe => "pass the path of the pipe itself to read it",
            _ => "copy its contents to a regular file and read that",
        }
    }

    /// Fails unless this is a regular file.
    fn regular(self) -> io::Result<()> {
        match self {
            Self::Regular => Ok(()),
            other => Err(io::Error::other(NotRegular(other))),
        }
    }
}

impl From<FileType> for FileKind {
    fn from(kind: FileType) -> Self {
        if kind.is_file() {
            Self::Regular
        } else if kind.is_dir() {
            Self::Folder
        } else if kind.is_fifo() {
            Self::Pipe
        } else if kind.is_socket() {
            Self::Socket
        } else {
            Self::Device
        }
    }
}

/// The file is not a regular file. This is the inner error of an [`io::Error`].
#[derive(Debug, Clone, Copy)]
pub struct NotRegular(pub FileKind);

impl NotRegular {
    /// Extracts this error from an [`io::Error`], if it contains one.
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl fmt::Display for NotRegular {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "this is {}, not a regular file", self.0.name())
    }
}

impl std::error::Error for NotRegular {}

/// Opens a file if it is a regular file.
///
/// # Errors
/// [`NotRegular`] if it is not; otherwise the error of the system.
pub(crate) fn regular(path: &Path) -> io::Result<File> {
    FileKind::of(path)?.regular()?;
    let file = at_once(path)?;
    FileKind::from(file.metadata()?.file_type()).regular()?;
    Ok(file)
}

/// Opens a file that the user named: a regular file, a pipe or a terminal. Opening a pipe blocks until the other end is
/// open, so only use this where a signal can end the process.
///
/// # Errors
/// [`NotRegular`] if it is a socket; otherwise the error of the system.
pub fn named(path: &Path) -> io::Result<File> {
    match FileKind::of(path)? {
        FileKind::Regular => regular(path),
        kind @ FileKind::Socket => Err(io::Error::other(NotRegular(kind))),
        FileKind::Folder | FileKind::Pipe | FileKind::Device => File::open(path),
    }
}

/// Opens a file for reading without blocking.
fn at_once(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

/// A read ended because a stop was requested. This is the inner error of an [`io::Error`].
#[derive(Debug, Clone, Copy)]
pub struct Stopped;

impl Stopped {
    /// Whether an error is this one.
    pub fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("reading was stopped")
    }
}

impl std::error::Error for Stopped {}

/// Reads a file, a pipe or a terminal. While it waits for data, it calls `is_stopped` regularly; once that returns true, the
/// read fails with [`Stopped`].
pub struct Stream<S> {
    file: File,
    is_stopped: S,
}

impl<S: FnMut() -> bool> Stream<S> {
    /// Opens a path. Opening a pipe does not wait for its other end; only reading does.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(path: &Path, is_stopped: S) -> io::Result<Self> {
        let file = match is_standard_input(path) {
            true => File::from(io::stdin().as_fd().try_clone_to_owned()?),
            false => at_once(path)?,
        };
        Ok(Self { file, is_stopped })
    }

    /// The size in bytes, or 0 if it is unknown.
    pub fn length(&self) -> u64 {
        self.file.metadata().map_or(0, |about| about.len())
    }
}

impl<S: FnMut() -> bool> Read for Stream<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let ready = poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&LOOK));
            // Check after the wait and before the read, so that a stopped reader takes no bytes from another one.
            if (self.is_stopped)() {
                return Err(io::Error::other(Stopped));
            }
            match ready {
                Ok(0) | Err(Errno::INTR) => continue,
                Ok(_) => {}
                Err(error) => return Err(error.into()),
            }
            match self.file.read(into) {
                // Another reader has taken the data.
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                read => return read,
            }
        }
    }
}

/// Whether a path stands for standard input.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path == Path::new(STANDARD_INPUT)
}

/// A rollout and the source of its bytes. A file can be opened repeatedly; the contents of a pipe are saved to a temporary
/// file, so that they can be read repeatedly too.
#[derive(Debug, Clone)]
pub struct RolloutInput {
    /// The rollout file.
    pub source: Source,
    /// The contents of a pipe, in an unnamed temporary file that is deleted with the last reference.
    spool: Option<Arc<File>>,
}

impl From<&Source> for RolloutInput {
    fn from(source: &Source) -> Self {
        Self {
            source: source.clone(),
            spool: None,
        }
    }
}

impl From<&RolloutInput> for RolloutInput {
    fn from(input: &RolloutInput) -> Self {
        input.clone()
    }
}

impl RolloutInput {
    /// Reads a pipe to its end.
    ///
    /// # Errors
    /// If it cannot be read or saved, or a stop was requested.
    pub fn spooled(source: &Source, stop: &StopFlag) -> Result<Self, Problem> {
        let unreadable = |error: io::Error| match Stopped::is(&error) {
            true => super::lines::cancelled(),
            false => Problem::unreadable("read this pipe", &error),
        };
        let unkept = |error: io::Error| {
            let what = format!(
                "save the contents of this pipe in {}",
                std::env::temp_dir().display()
            );
            Problem::unreadable(&what, &error)
        };
        let mut pipe = Stream::open(&source.path, || stop.is_asked()).map_err(unreadable)?;
        let mut spool = tempfile::tempfile().map_err(unkept)?;
        let mut piece = vec![0; PIECE];
        loop {
            let read = pipe.read(&mut piece).map_err(unreadable)?;
            match piece.get(..read) {
                None | Some([]) => break,
                Some(bytes) => spool.write_all(bytes).map_err(unkept)?,
            }
        }
        Ok(Self {
            source: source.clone(),
            spool: Some(Arc::new(spool)),
        })
    }

    /// Whether it was read from a pipe.
    pub fn is_spooled(&self) -> bool {
        self.spool.is_some()
    }

    /// Opens it for reading from an offset, and returns its total size in bytes as well.
    ///
    /// # Errors
    /// If it cannot be opened or is not a regular file.
    pub(super) fn open(&self, from: u64) -> Result<(Box<dyn Read + Send>, u64), Problem> {
        let opened = || -> io::Result<(Box<dyn Read + Send>, u64)> {
            if let Some(spool) = &self.spool {
                let length = spool.metadata()?.len();
                let file = Arc::clone(spool);
                return Ok((Box::new(SpoolReader { file, at: from }), length));
            }
            let mut file = regular(&self.source.path)?;
            let length = file.metadata()?.len();
            if from > 0 {
                file.seek(SeekFrom::Start(from))?;
            }
            Ok((Box::new(file), length))
        };
        opened().map_err(|error| match NotRegular::of(&error) {
            Some(NotRegular(kind)) => Problem::not_regular(kind),
            None => Problem::unreadable("open this file", &error),
        })
    }
}

/// A reader of a spool with its own position.
struct SpoolReader {
    file: Arc<File>,
    at: u64,
}

impl Read for SpoolReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(into, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// The message for a scenario, patch or thread file that cannot be read, without a full stop.
pub fn unreadable(name: impl fmt::Display, error: &io::Error) -> String {
    if let Some(kind) = NotRegular::of(error) {
        return format!("{name}: {kind}: {}", kind.0.advice());
    }
    if let Some(format) = FileFormat::in_error(error) {
        return format!("{name}: {format}");
    }
    let advice = advice(error).unwrap_or("check the path and its permissions");
    format!("{name}: cannot be read: {error}; {advice}")
}
