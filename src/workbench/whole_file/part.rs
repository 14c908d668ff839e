//! Temporary files that are moved into place after they are written. Each file is locked by the process that writes
//! it, so that an abandoned file can be detected and removed. The process keeps a list of its own files, so that it
//! can remove them if it ends early.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::OFlags;
use tempfile::NamedTempFile;

/// The start and end of the name of a temporary file.
const NAME: [&str; 2] = [".threadloupe-", ".part"];

/// The maximum number of attempts to create a file, if other programs remove it as abandoned before it is locked.
const TRIES: usize = 100;

/// The temporary files of this process. While this lock is held, no file is created or moved into place.
static PARTS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn parts() -> MutexGuard<'static, Vec<PathBuf>> {
    // A list of paths is still valid after a panic.
    PARTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the process with an exit status. The temporary files of this process are removed. Existing files are not
/// damaged.
pub fn end_process(status: i32) -> ! {
    // Hold the lock until the end, so that no file is created any more.
    let parts = parts();
    for part in parts.iter() {
        // Errors are ignored, because the process is about to end. The next write in the same folder removes the
        // file.
        let _ = fs::remove_file(part);
    }
    std::process::exit(status)
}

/// The folders in which abandoned temporary files were already searched for.
#[derive(Debug, Default)]
pub struct SweptFolders(HashSet<PathBuf>);

impl SweptFolders {
    /// Removes the abandoned temporary files in a folder. Does nothing if the folder was searched before. The file
    /// named `target` is not removed.
    pub fn sweep(&mut self, folder: &Path, target: &Path) {
        if self.0.contains(folder) {
            return;
        }
        self.0.insert(folder.to_path_buf());
        // Files that cannot be read or removed are ignored, because they do no harm.
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if is_part(&entry.file_name()) && Some(&*entry.file_name()) != target.file_name() {
                let _ = remove_left(&entry.path());
            }
        }
    }
}

fn is_part(name: &OsStr) -> bool {
    let [begin, end] = NAME.map(str::as_bytes);
    let rest = name.as_encoded_bytes().strip_prefix(begin);
    rest.is_some_and(|rest| rest.ends_with(end))
}

/// Removes an abandoned temporary file. Does nothing if the file is being written, or belongs to another user.
fn remove_left(path: &Path) -> io::Result<()> {
    let is_ours =
        |about: &fs::Metadata| about.is_file() && about.uid() == rustix::process::geteuid().as_raw();
    if !is_ours(&fs::symlink_metadata(path)?) {
        return Ok(());
    }
    // Some network file systems can lock only files that are open for writing.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    // On a file system without locks, it is unknown whether the file is being written.
    if file.try_lock().is_err() {
        return Ok(());
    }
    // Its writer may have moved it into place in the meantime. In that case, it no longer has this name.
    let (open, named) = (file.metadata()?, fs::symlink_metadata(path)?);
    match is_ours(&open) && (open.dev(), open.ino()) == (named.dev(), named.ino()) {
        true => fs::remove_file(path),
        false => Ok(()),
    }
}

/// A temporary file. The file is removed when this value is dropped.
pub struct TempFile {
    file: NamedTempFile,
    /// This field is declared after `file`, so that it is dropped after `file`.
    _listed: TempFileEntry,
}

/// An entry in the list of temporary files of this process. It is removed when it is dropped.
struct TempFileEntry(PathBuf);

impl Drop for TempFileEntry {
    fn drop(&mut self) {
        parts().retain(|part| *part != self.0);
    }
}

impl TempFile {
    /// Creates a temporary file in a folder with the given permissions. `meanwhile` is called before the file is
    /// locked.
    pub fn new(folder: &Path, mode: u32, mut meanwhile: impl FnMut(&Path)) -> io::Result<Self> {
        for _ in 0..TRIES {
            let part = Self::unlocked(folder, mode)?;
            meanwhile(part.file.path());
            match part.file.as_file().try_lock() {
                // Another program is about to remove the file as abandoned.
                Err(TryLockError::WouldBlock) => {}
                // On a file system without locks, no program removes it.
                Ok(()) | Err(TryLockError::Error(_)) => match fs::symlink_metadata(part.file.path()) {
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    _ => return Ok(part),
                },
            }
        }
        Err(io::Error::other("another program keeps removing it"))
    }

    fn unlocked(folder: &Path, mode: u32) -> io::Result<Self> {
        let [begin, end] = NAME;
        let mut parts = parts();
        let file = tempfile::Builder::new()
            .prefix(begin)
            .suffix(end)
            .permissions(Permissions::from_mode(mode))
            .tempfile_in(folder)?;
        let path = file.path().to_path_buf();
        parts.push(path.clone());
        Ok(Self {
            file,
            _listed: TempFileEntry(path),
        })
    }

    /// The open file.
    pub fn as_file(&self) -> &File {
        self.file.as_file()
    }

    /// Moves the file into place. If `over` is true, an existing file is replaced; otherwise an existing file is an
    /// error.
    pub fn put(self, target: &Path, over: bool) -> io::Result<()> {
        let Self { file, _listed } = self;
        let _no_end = parts();
        match over {
            true => file.persist(target),
            false => file.persist_noclobber(target),
        }
        .map(|_| ())
        .map_err(|error| error.error)
    }
}

impl Write for TempFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    fn sweep(folder: &Path) {
        SweptFolders::default().sweep(folder, Path::new("target"));
    }

    #[test]
    fn what_nobody_writes_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let left = ".threadloupe-aB3xYz.part";
        let kept = [
            "target.part",
            ".threadloupe-.json",
            ".threadloupe-folder.part",
            ".threadloupe-link.part",
            ".threadloupe-pipe.part",
            ".threadloupe-target.part",
        ];
        for name in [left, kept[0], kept[1], kept[5]] {
            fs::write(path(name), "mine").unwrap();
        }
        fs::create_dir(path(kept[2])).unwrap();
        symlink(path(kept[0]), path(kept[3])).unwrap();
        let _socket = UnixListener::bind(path(kept[4])).unwrap();
        let mut part = TempFile::new(folder.path(), 0o600, |_| {}).unwrap();
        part.write_all(b"being written").unwrap();
        let own = part.file.path().to_path_buf();
        SweptFolders::default().sweep(folder.path(), &path(kept[5]));
        assert!(!path(left).exists());
        assert!(own.exists() && kept.iter().all(|name| path(name).symlink_metadata().is_ok()));
        assert_eq!(fs::read_to_string(path(kept[0])).unwrap(), "mine");
        // After it was moved into place, it is not a temporary file any more.
        part.put(&path("whole"), false).unwrap();
        sweep(folder.path());
        assert_eq!(fs::read_to_string(path("whole")).unwrap(), "being written");
        assert!(!parts().contains(&own));
    }

    #[test]
    fn one_that_is_taken_for_left_before_it_is_locked_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let mut made = Vec::new();
        let mut other = None;
        let part = TempFile::new(folder.path(), 0o600, |path| {
            made.push(path.to_path_buf());
            match made.len() {
                // It was already removed, or is about to be removed.
                1 => sweep(folder.path()),
                2 => {
                    let file = File::open(path).unwrap();
                    file.try_lock().unwrap();
                    other = Some(file);
                }
                _ => {}
            }
        })
        .unwrap();
        assert_eq!(made.len(), 3);
        assert_eq!(part.file.path(), made[2]);
        assert!(made[2].exists() && !made[0].exists());
        sweep(folder.path());
        assert!(made[2].exists());
        assert!(TempFile::new(folder.path(), 0o600, |_| sweep(folder.path())).is_err());
    }

    #[test]
    fn a_folder_is_looked_through_once() {
        let folder = tempfile::tempdir().unwrap();
        let left = folder.path().join(".threadloupe-aB3xYz.part");
        let mut swept = SweptFolders::default();
        swept.sweep(folder.path(), Path::new("a"));
        fs::write(&left, "").unwrap();
        swept.sweep(folder.path(), Path::new("b"));
        assert!(left.exists());
        sweep(folder.path());
        assert!(!left.exists());
    }
}
