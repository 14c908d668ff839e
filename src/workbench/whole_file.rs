//! Writes a file atomically: first to a temporary file in the same folder, then moved into place. If anything fails
//! before that, an existing file is not changed, and no temporary file is left behind.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::{MetadataExt as _, fchown};
use std::path::{Path, PathBuf};

mod part;

pub use part::{SweptFolders, end_process};

use part::TempFile;

use crate::rollout::report::{self, said};

/// Receives the progress of a file, as done and total (lines when writing, bytes when reading). `Break` cancels it.
pub type FileProgressFn<'a> = &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>;

/// The maximum number of links that are followed to find a file.
const LINKS: usize = 40;

/// A file that is being written. If it is dropped before [`finish`](Self::finish), the temporary file is removed.
pub struct AtomicFile {
    target: PathBuf,
    folder: PathBuf,
    /// The metadata of the file that it replaces.
    former: Option<Metadata>,
    out: BufWriter<TempFile>,
    /// The number of bytes passed to write so far.
    bytes: u64,
}

impl AtomicFile {
    /// Starts a file at a path. If `over` is true, it replaces an existing file; if the path is a link, the link stays
    /// and its target is written.
    ///
    /// # Errors
    /// `AlreadyExists` if `over` is false and there is a file, or a link, even one whose target does not exist; otherwise any error that can be detected before writing.
    pub fn begin(path: &Path, over: bool) -> io::Result<Self> {
        Self::begin_beside(path, over, &mut SweptFolders::default())
    }

    /// Like [`begin`](Self::begin), for one of many files: each folder is searched for abandoned temporary files only
    /// once.
    ///
    /// # Errors
    /// Those of [`begin`](Self::begin).
    pub fn begin_beside(path: &Path, over: bool, swept: &mut SweptFolders) -> io::Result<Self> {
        let target = behind_links(path)?;
        let former = match fs::symlink_metadata(&target) {
            Ok(there) if there.is_dir() => return Err(ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => return Err(io::Error::other("it is not a regular file")),
            Ok(_) if !over => return Err(ErrorKind::AlreadyExists.into()),
            Ok(there) => Some(there),
            Err(error) if error.kind() == ErrorKind::NotFound && !over && target != path => {
                return Err(ErrorKind::AlreadyExists.into());
            }
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let folder = match target.parent() {
            Some(folder) if folder.as_os_str().is_empty() => PathBuf::from("."),
            Some(folder) => folder.to_path_buf(),
            None => return Err(io::Error::new(ErrorKind::InvalidInput, "it names no file")),
        };
        // A new file gets the user's default permissions. A replacement is private until it is moved into place.
        let mode = if former.is_some() { 0o600 } else { 0o666 };
        swept.sweep(&folder, &target);
        let part = TempFile::new(&folder, mode, |_| {})?;
        Ok(Self {
            target,
            folder,
            former,
            out: BufWriter::with_capacity(1 << 16, part),
            bytes: 0,
        })
    }

    /// Writes all data to disk and moves the file into place.
    ///
    /// # Errors
    /// If that fails; `AlreadyExists` if the file was created in the meantime and may not be overwritten.
    pub fn finish(self) -> io::Result<()> {
        let named = |error| with_size(error, self.bytes);
        let unwritten = |error: io::IntoInnerError<_>| named(error.into_error());
        let file = self.out.into_inner().map_err(unwritten)?;
        if let Some(former) = &self.former {
            // Keeps the owner, where the system allows it, and always the permissions.
            let _ = fchown(file.as_file(), Some(former.uid()), Some(former.gid()));
            file.as_file().set_permissions(former.permissions())?;
        }
        file.as_file().sync_all().map_err(named)?;
        file.put(&self.target, self.former.is_some()).map_err(named)?;
        // Makes the new name durable too. Some file systems do not support this.
        match File::open(&self.folder).and_then(|folder| folder.sync_all()) {
            Err(error) if !matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {
                Err(error)
            }
            _ => Ok(()),
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let all = self.bytes + bytes.len() as u64;
        let written = self.out.write(bytes).map_err(|error| with_size(error, all))?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush().map_err(|error| with_size(error, self.bytes))
    }
}

/// Writes a text or bytes to a file atomically, using [`AtomicFile`].
///
/// # Errors
/// Those of [`AtomicFile`].
pub fn write(path: &Path, contents: impl AsRef<[u8]>, over: bool) -> io::Result<()> {
    let mut file = AtomicFile::begin(path, over)?;
    file.write_all(contents.as_ref())?;
    file.finish()
}

/// There is not enough space for a file of at least this many bytes. This is the inner error of an [`io::Error`].
#[derive(Debug)]
struct NoRoom(String, u64);

impl fmt::Display for NoRoom {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}; the file needs at least {} bytes", self.0, self.1)
    }
}

impl std::error::Error for NoRoom {}

/// An error of writing a file, including the file's size if there is not enough space.
fn with_size(error: io::Error, bytes: u64) -> io::Error {
    match error.kind() {
        kind @ (ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
            if !error.get_ref().is_some_and(|inner| inner.is::<NoRoom>()) =>
        {
            io::Error::new(kind, NoRoom(said(&error), bytes))
        }
        _ => error,
    }
}

/// The message for a file that could not be written.
pub fn sentence(path: &Path, error: &io::Error) -> String {
    format!(
        "{} cannot be written ({}): {}.",
        path.display(),
        said(error),
        advice(error)
    )
}

/// Advice for a file or folder that could not be written.
pub fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => "check that its folder exists",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "check the permissions of its folder",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space there or choose another folder",
        ErrorKind::FileTooLarge => "choose another folder",
        ErrorKind::InvalidData => "change that value first",
        ErrorKind::IsADirectory => "name a file in it",
        _ => report::advice(error).unwrap_or("check the path"),
    }
}

/// The path of the file that a path refers to after following links, whether it exists or not.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().map_or(next.clone(), |folder| folder.join(&next)),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("its links form a loop"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    /// The names of the files in a folder.
    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_that_was_not_finished_leaves_nothing_and_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        write(&path, "old", false).unwrap();
        let mut file = AtomicFile::begin(&path, true).unwrap();
        file.write_all(&[b'x'; 1 << 20]).unwrap();
        file.flush().unwrap();
        assert_eq!(
            names(folder.path()).len(),
            2,
            "the new file is written next to the old one"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        drop(file);
        assert_eq!(names(folder.path()), ["f"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }

    #[test]
    fn one_that_is_there_is_written_over_only_if_it_may_be() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        let late = AtomicFile::begin(&path, false).unwrap();
        write(&path, "old", false).unwrap();
        for refused in [late.finish(), write(&path, "new", false)] {
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::AlreadyExists);
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        write(&path, "new", true).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(names(folder.path()), ["f"]);
    }

    #[test]
    fn permissions_stay_and_links_stay_links() {
        let folder = tempfile::tempdir().unwrap();
        let [path, link, dangling] = ["f", "link", "dangling"].map(|name| folder.path().join(name));
        write(&path, "old", false).unwrap();
        // The file has the permissions of any new file of this process.
        let other = folder.path().join("other");
        fs::write(&other, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&other));
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        symlink("f", &link).unwrap();
        write(&link, "new", true).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(mode(&path) & 0o7777, 0o640);
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("f"));
        symlink(folder.path().join("fresh"), &dangling).unwrap();
        let refused = write(&dangling, "first", false).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
        assert_eq!(names(folder.path()), ["dangling", "f", "link", "other"]);
        write(&dangling, "first", true).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("fresh")).unwrap(), "first");
        assert_eq!(names(folder.path()), ["dangling", "f", "fresh", "link", "other"]);
    }

    #[test]
    fn what_has_no_room_says_how_much_it_needs() {
        let path = Path::new("f");
        for (code, said) in [
            (
                rustix::io::Errno::NOSPC,
                "f cannot be written (no space left on the device; the file needs at least 70000 bytes): free some space there or choose another folder.",
            ),
            (
                rustix::io::Errno::DQUOT,
                "f cannot be written (the disk quota is used up; the file needs at least 70000 bytes): free some space there or choose another folder.",
            ),
            (
                rustix::io::Errno::FBIG,
                "f cannot be written (the file is too large for its file system or for a limit of this process; the file needs at least 70000 bytes): choose another folder.",
            ),
            (
                rustix::io::Errno::ACCESS,
                "f cannot be written (Permission denied): check the permissions of its folder.",
            ),
        ] {
            let error = with_size(code.into(), 70_000);
            assert_eq!(sentence(path, &error), said);
            // Passing the error on again does not repeat the size.
            assert_eq!(sentence(path, &with_size(error, 80_000)), said);
        }
    }

    #[test]
    fn what_cannot_be_a_file_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        symlink("round", path("round")).unwrap();
        symlink("/dev/full", path("full")).unwrap();
        write(&path("f"), "", false).unwrap();
        let said = |path: &Path| sentence(path, &write(path, "x", true).unwrap_err());
        for (name, why) in [
            ("", "is a directory"),
            ("no/where", "check that its folder exists"),
            ("f/below", "check that its folder exists"),
            ("round", "form a loop"),
            ("full", "not a regular file"),
            (&"x".repeat(300), "use a shorter path"),
        ] {
            assert!(said(&path(name)).contains(why), "{}", said(&path(name)));
        }
        assert!(
            said(Path::new("")).contains("names no file"),
            "{}",
            said(Path::new(""))
        );
        assert_eq!(names(folder.path()), ["f", "full", "round"]);
    }
}
