//! Opens a SQLite database that another program may be writing to, without changing any file next to it.
//!
//! | files beside the database | how it is opened |
//! | --- | --- |
//! | none | as immutable, and again if it has changed meanwhile |
//! | `-wal` and `-shm` | read-only, so that the readers and writers of the other program go on |
//! | `-wal` or `-journal` alone | a copy in the folder for temporary files, because SQLite would create or remove files |

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

/// How long to wait for a lock of another program.
const PATIENCE: Duration = Duration::from_millis(500);

/// The maximum number of attempts to read a database that changes while it is read.
const ATTEMPTS: usize = 5;

/// Why a database cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// SQLite reports an error.
    #[error("{}", said(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// A file cannot be read or copied.
    #[error("cannot be read: {0}; check its permissions, and that it is a regular file")]
    File(#[from] io::Error),
    /// The database changed during each attempt.
    #[error("kept changing, so it was not read; try again when other programs write to it less often")]
    Changing,
}

/// Returns the message for a SQLite error.
fn said(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "is locked by another program, so it was not read; try again when that program has finished"
                .to_owned()
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            format!("is damaged ({error}), so it was not read completely; rollouts can be opened without it")
        }
        _ => format!("cannot be read as a database ({error}); rollouts can be opened without it"),
    }
}

/// The state of a database's files, to notice changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStates([Option<(u64, SystemTime)>; 4]);

impl FileStates {
    /// The state of the files of a database.
    pub fn of(path: &Path) -> io::Result<Self> {
        let state = |path: &Path| match fs::metadata(path) {
            Ok(file) if !file.is_file() => Err(io::Error::other(format!(
                "{} is not a regular file",
                path.display()
            ))),
            Ok(file) => Ok(Some((file.len(), file.modified()?))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        let [wal, shm, journal] = ["-wal", "-shm", "-journal"].map(|end| state(&beside(path, end)));
        Ok(Self([state(path)?, wal?, shm?, journal?]))
    }
}

/// Reads a database. `None` if it does not exist. If the database changes meanwhile, `work` is called again.
pub fn read<T>(
    path: &Path,
    work: impl Fn(&Connection) -> rusqlite::Result<T>,
) -> Result<Option<T>, DatabaseError> {
    for _ in 0..ATTEMPTS {
        let before = FileStates::of(path)?;
        match before.0 {
            [None, ..] => return Ok(None),
            [Some(_), None, _, None] => {
                let done = work(&connect(path, "immutable=1")?);
                if FileStates::of(path)? == before {
                    return Ok(Some(done?));
                }
            }
            [Some(_), Some(_), Some(_), _] => return Ok(Some(work(&connect(path, "mode=ro")?)?)),
            _ => {
                let private = fs::Permissions::from_mode(0o700);
                let folder = tempfile::Builder::new().permissions(private).tempdir()?;
                let copy = folder.path().join("copy.sqlite");
                for end in ["", "-wal", "-journal"] {
                    let from = beside(path, end);
                    if from.exists() {
                        // Copies the contents only: a copy without write permission could not be recovered.
                        io::copy(
                            &mut fs::File::open(from)?,
                            &mut fs::File::create(beside(&copy, end))?,
                        )?;
                    }
                }
                if FileStates::of(path)? == before {
                    return Ok(Some(work(&connect(&copy, "mode=rw")?)?));
                }
            }
        }
    }
    Err(DatabaseError::Changing)
}

/// The path with a suffix appended.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

fn connect(path: &Path, options: &str) -> rusqlite::Result<Connection> {
    let flags = match options {
        "mode=rw" => OpenFlags::SQLITE_OPEN_READ_WRITE,
        _ => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let connection = Connection::open_with_flags(
        address(path, options),
        flags | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

/// The URI of a file. Any byte that could have a special meaning in a URI is escaped.
fn address(path: &Path, options: &str) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut address = String::from("file:");
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => address.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => address.push(char::from(byte)),
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address + "?" + options
}
