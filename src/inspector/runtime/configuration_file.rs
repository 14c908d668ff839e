//! Finds and reads the configuration file.

use std::fmt;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::inspector::configuration::{Configuration, ConfigurationFault, ConfigurationProblem, FILE, parse};
use crate::rollout::open;

/// The maximum size in bytes.
const MOST: u64 = 1 << 20;

/// A configuration file that cannot be used. Its `Display` output has a line for each fault.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The file cannot be read.
    #[error("{}", open::unreadable(.0.display(), .1))]
    Unreadable(PathBuf, io::Error),
    /// Parts of the file are wrong.
    #[error("{}", Faults(.0, .1))]
    Invalid(PathBuf, Vec<ConfigurationFault>),
}

/// The faults of a file, one in each line.
struct Faults<'a>(&'a Path, &'a [ConfigurationFault]);

impl fmt::Display for Faults<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.1.iter().enumerate() {
            let newline = if place == 0 { "" } else { "\n" };
            write!(out, "{newline}{}:{fault}", self.0.display())?;
        }
        Ok(())
    }
}

/// Returns the path of the configuration file: in `$XDG_CONFIG_HOME/threadloupe` or `~/.config/threadloupe`.
pub fn path() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    let path = base.config_dir().join("threadloupe").join(FILE);
    // Below a relative home folder, the file would depend on where the program is started.
    path.is_absolute().then_some(path)
}

/// Reads a file that the user named.
///
/// # Errors
/// There is no such file, it cannot be read, or parts of it are wrong.
pub fn read(path: &Path) -> Result<Configuration, ConfigurationError> {
    let mut bytes = Vec::new();
    let read = open::named(path).and_then(|file| file.take(MOST).read_to_end(&mut bytes));
    let read = read.and_then(|length| match length as u64 {
        MOST => Err(io::Error::other("the file is too large")),
        _ => Ok(()),
    });
    read.map_err(|error| ConfigurationError::Unreadable(path.to_owned(), error))?;
    let parsed = match str::from_utf8(&bytes) {
        Ok(text) => parse(text),
        Err(error) => {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let fault = ConfigurationFault::at(&valid, valid.len(), ConfigurationProblem::NotUtf8);
            Err(vec![fault])
        }
    };
    parsed.map_err(|faults| ConfigurationError::Invalid(path.to_owned(), faults))
}

/// Reads the file in the configuration folder. Returns `None` if there is none.
///
/// # Errors
/// The file cannot be read, or parts of it are wrong.
pub fn read_own() -> Result<Option<Configuration>, ConfigurationError> {
    let Some(path) = path() else { return Ok(None) };
    match read(&path) {
        Err(ConfigurationError::Unreadable(_, error)) if error.kind() == ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}
