//! Files in the making: each is locked by who writes it, so that one that nobody writes any more is known and removed, and
//! all of this process are known, so that nothing is left of them when it ends early.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::OFlags;
use tempfile::NamedTempFile;

/// How the name of a file in the making begins and ends.
const NAME: [&str; 2] = [".threadloupe-", ".part"];

/// So often a file is made anew that was taken for one that nobody writes, before it was locked.
const TRIES: usize = 100;

/// The files in the making of this process. Whoever holds the lock knows that none begins and none is put in its place.
static PARTS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn parts() -> MutexGuard<'static, Vec<PathBuf>> {
    // A list of paths is as good after a panic as before.
    PARTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the process with a status. Nothing is left of the files that it is writing, and those that are there stay whole.
pub fn end_process(status: i32) -> ! {
    // Held to the end, so that no file begins any more.
    let parts = parts();
    for part in parts.iter() {
        // Who ends has nobody to tell; the next write beside it removes it.
        let _ = fs::remove_file(part);
    }
    std::process::exit(status)
}

/// The folders in which files that nobody writes any more were looked for.
#[derive(Debug, Default)]
pub struct Swept(HashSet<PathBuf>);

impl Swept {
    /// Removes the files in the making in a folder that nobody writes any more, once; `target` is not one of them.
    pub fn sweep(&mut self, folder: &Path, target: &Path) {
        if self.0.contains(folder) {
            return;
        }
        self.0.insert(folder.to_path_buf());
        // What cannot be looked at or removed stays: it is in nobody's way.
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

/// Removes a file in the making, unless somebody is writing it or it is not ours to remove.
fn remove_left(path: &Path) -> io::Result<()> {
    let is_ours =
        |about: &fs::Metadata| about.is_file() && about.uid() == rustix::process::geteuid().as_raw();
    if !is_ours(&fs::symlink_metadata(path)?) {
        return Ok(());
    }
    // Some network file systems lock only what is open for writing.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    // Where there are no locks nobody can know whether it is being written.
    if file.try_lock().is_err() {
        return Ok(());
    }
    // Its writer may have put it in its place meanwhile: then it does not have this name any more.
    let (open, named) = (file.metadata()?, fs::symlink_metadata(path)?);
    match is_ours(&open) && (open.dev(), open.ino()) == (named.dev(), named.ino()) {
        true => fs::remove_file(path),
        false => Ok(()),
    }
}

/// A file in the making. Dropped, it is removed.
pub struct Part {
    file: NamedTempFile,
    /// Goes after the file.
    _listed: Listed,
}

/// A path among the files in the making of this process.
struct Listed(PathBuf);

impl Drop for Listed {
    fn drop(&mut self) {
        parts().retain(|part| *part != self.0);
    }
}

impl Part {
    /// Makes one in a folder; `meanwhile` happens before it is locked.
    pub fn new(folder: &Path, mode: u32, mut meanwhile: impl FnMut(&Path)) -> io::Result<Self> {
        for _ in 0..TRIES {
            let part = Self::unlocked(folder, mode)?;
            meanwhile(part.file.path());
            match part.file.as_file().try_lock() {
                // Another program is about to remove it as one that nobody writes.
                Err(TryLockError::WouldBlock) => {}
                // Where there are no locks nobody does.
                Ok(()) | Err(TryLockError::Error(_)) => match fs::symlink_metadata(part.file.path()) {
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    _ => return Ok(part),
                },
            }
        }
        Err(io::Error::other("another program removes it again and again"))
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
            _listed: Listed(path),
        })
    }

    /// The open file.
    pub fn as_file(&self) -> &File {
        self.file.as_file()
    }

    /// Puts it where it belongs; `over` says whether it may take the place of a file that is there.
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

impl Write for Part {
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
        Swept::default().sweep(folder, Path::new("target"));
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
        let mut part = Part::new(folder.path(), 0o600, |_| {}).unwrap();
        part.write_all(b"being written").unwrap();
        let own = part.file.path().to_path_buf();
        Swept::default().sweep(folder.path(), &path(kept[5]));
        assert!(!path(left).exists());
        assert!(own.exists() && kept.iter().all(|name| path(name).symlink_metadata().is_ok()));
        assert_eq!(fs::read_to_string(path(kept[0])).unwrap(), "mine");
        // Once it is where it belongs, it is no longer in the making.
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
        let part = Part::new(folder.path(), 0o600, |path| {
            made.push(path.to_path_buf());
            match made.len() {
                // Removed already, or about to be.
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
        assert!(Part::new(folder.path(), 0o600, |_| sweep(folder.path())).is_err());
    }

    #[test]
    fn a_folder_is_looked_through_once() {
        let folder = tempfile::tempdir().unwrap();
        let left = folder.path().join(".threadloupe-aB3xYz.part");
        let mut swept = Swept::default();
        swept.sweep(folder.path(), Path::new("a"));
        fs::write(&left, "").unwrap();
        swept.sweep(folder.path(), Path::new("b"));
        assert!(left.exists());
        sweep(folder.path());
        assert!(!left.exists());
    }
}
