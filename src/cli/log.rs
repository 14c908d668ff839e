//! The option `--log`: writes to a file what the inspector does, for bug reports. What is logged is decided in
//! `inspector::runtime::log`.

use std::fs::File;
use std::path::Path;
use std::sync::Mutex;

use tracing::Level;

/// Starts the log in a new file.
///
/// # Errors
/// A sentence: the file cannot be written.
pub fn start(path: &Path) -> Result<(), String> {
    let file =
        File::create(path).map_err(|error| format!("cannot write the log {}: {error}", path.display()))?;
    tracing_subscriber::fmt()
        .with_writer(Mutex::new(file))
        .with_max_level(Level::DEBUG)
        .with_ansi(false)
        .with_target(false)
        .init();
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        system = std::env::consts::OS,
        architecture = std::env::consts::ARCH,
        term = variable("TERM"),
        colorterm = variable("COLORTERM"),
        "started"
    );
    Ok(())
}
