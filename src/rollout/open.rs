//! Opening what a path names without waiting for it. Which kind of file it is is asked before it is opened, for to open a
//! pipe can wait for ever, and to open a device can do something to it; and again of the open file, which may be another
//! one by then. A pipe that is to be read is read so that a stop is heard at any time.

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
use super::limit::Stop;
use super::report::Problem;

/// The path that means standard input.
pub const STANDARD_INPUT: &str = "-";

/// So long a pipe is waited for between two looks at whether to stop.
const LOOK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};

/// How much is taken out of a pipe at a time.
const PIECE: usize = 1 << 16;

/// What kind of file something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    Regular,
    /// A folder.
    Folder,
    /// A pipe, with a name or without.
    Pipe,
    /// A socket.
    Socket,
    /// A device, such as a terminal or a disk.
    Device,
}

impl Kind {
    /// The kind of what a path leads to; nothing is opened.
    ///
    /// # Errors
    /// If there is nothing, or it cannot be asked.
    pub fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|found| found.file_type().into())
    }

    /// What a person calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "a regular file",
            Self::Folder => "a folder",
            Self::Pipe => "a named pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
        }
    }

    /// What to do about one that is wanted as a rollout or a scenario.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Pipe => "name it itself to have it read",
            _ => "copy what it gives to a regular file and read that",
        }
    }

    /// An error unless it is a regular file.
    fn regular(self) -> io::Result<()> {
        match self {
            Self::Regular => Ok(()),
            other => Err(io::Error::other(NotRegular(other))),
        }
    }
}

impl From<FileType> for Kind {
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

/// Why a file is not opened that is no regular one. It is the inner error of an [`io::Error`].
#[derive(Debug, Clone, Copy)]
pub struct NotRegular(pub Kind);

impl NotRegular {
    /// The one that an error is, if it is one.
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl fmt::Display for NotRegular {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "not a regular file but {}", self.0.name())
    }
}

impl std::error::Error for NotRegular {}

/// Opens a regular file, and nothing else.
///
/// # Errors
/// [`NotRegular`] if it is anything else; or what the system said.
pub(crate) fn regular(path: &Path) -> io::Result<File> {
    Kind::of(path)?.regular()?;
    let file = at_once(path)?;
    Kind::from(file.metadata()?.file_type()).regular()?;
    Ok(file)
}

/// Opens what a person has named: a regular file, or a pipe or terminal whose other end is waited for, so that only those
/// use it whom a signal ends.
///
/// # Errors
/// [`NotRegular`] if it is a socket; or what the system said.
pub fn named(path: &Path) -> io::Result<File> {
    match Kind::of(path)? {
        Kind::Regular => regular(path),
        kind @ Kind::Socket => Err(io::Error::other(NotRegular(kind))),
        Kind::Folder | Kind::Pipe | Kind::Device => File::open(path),
    }
}

/// Opens a file for reading and waits for nobody.
fn at_once(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

/// Says that reading was ended because that was asked for. It is the inner error of an [`io::Error`].
#[derive(Debug, Clone, Copy)]
pub struct Stopped;

impl Stopped {
    /// Whether an error is that.
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

/// What a path gives, be it a file, a pipe or a terminal, as it comes. While nothing comes it is asked again and again
/// whether to stop, and reading then fails with [`Stopped`].
pub struct Stream<S> {
    file: File,
    is_stopped: S,
}

impl<S: FnMut() -> bool> Stream<S> {
    /// Opens a path; a pipe's other end is waited for when it is read.
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

    /// How many bytes there are, as far as that is known.
    pub fn length(&self) -> u64 {
        self.file.metadata().map_or(0, |about| about.len())
    }
}

impl<S: FnMut() -> bool> Read for Stream<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let ready = poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&LOOK));
            // After the wait and before the read: a stopped reader takes no bytes that another one waits for.
            if (self.is_stopped)() {
                return Err(io::Error::other(Stopped));
            }
            match ready {
                Ok(0) | Err(Errno::INTR) => continue,
                Ok(_) => {}
                Err(error) => return Err(error.into()),
            }
            match self.file.read(into) {
                // Another one has taken what there was.
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                read => return read,
            }
        }
    }
}

/// Whether a path means standard input.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path == Path::new(STANDARD_INPUT)
}

/// A rollout, and where its bytes come from: a file can be opened as often as is wanted, and what came out of a pipe is
/// kept so that it can be read like one.
#[derive(Debug, Clone)]
pub struct Input {
    /// Which rollout it is.
    pub source: Source,
    /// All that came out of a pipe. It has no name and goes away with the last one who holds it.
    spool: Option<Arc<File>>,
}

impl From<&Source> for Input {
    fn from(source: &Source) -> Self {
        Self {
            source: source.clone(),
            spool: None,
        }
    }
}

impl From<&Input> for Input {
    fn from(input: &Input) -> Self {
        input.clone()
    }
}

impl Input {
    /// Reads a pipe to its end.
    ///
    /// # Errors
    /// If it cannot be read or kept, or a stop was asked for.
    pub fn spooled(source: &Source, stop: &Stop) -> Result<Self, Problem> {
        let unreadable = |error: io::Error| match Stopped::is(&error) {
            true => super::lines::cancelled(),
            false => Problem::unreadable("read this pipe", &error),
        };
        let unkept = |error: io::Error| {
            let what = format!(
                "keep what comes out of this pipe in {}",
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

    /// Whether it came out of a pipe.
    pub fn is_spooled(&self) -> bool {
        self.spool.is_some()
    }

    /// What there is from a byte on, and how many bytes there are in all.
    ///
    /// # Errors
    /// If it cannot be opened or is no regular file.
    pub(super) fn open(&self, from: u64) -> Result<(Box<dyn Read + Send>, u64), Problem> {
        let opened = || -> io::Result<(Box<dyn Read + Send>, u64)> {
            if let Some(spool) = &self.spool {
                let length = spool.metadata()?.len();
                let file = Arc::clone(spool);
                return Ok((Box::new(Spooled { file, at: from }), length));
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

/// A spool on its way through one reader; others have a place of their own in it.
struct Spooled {
    file: Arc<File>,
    at: u64,
}

impl Read for Spooled {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(into, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// That a file cannot be read, in a sentence without its end: for scenarios, patches and threads.
pub fn unreadable(name: impl fmt::Display, error: &io::Error) -> String {
    match NotRegular::of(error) {
        Some(kind) => format!("{name}: {kind}: {}", kind.0.advice()),
        None => format!("{name}: cannot be read: {error}; check the path and its permissions"),
    }
}
