//! `threadloupe play --export FILE`: writes scenarios as a document or as an asciicast, without a screen.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::cli::run::report::status;
use crate::cli::{FINE, UNUSABLE, output};
use crate::inspector::runtime::cast;
use crate::inspector::{Options, Scenarios};
use crate::rollout::open::{self, unreadable};
use crate::workbench::handout::{self, HandoutFormat};
use crate::workbench::scenario::text::summary;
use crate::workbench::scenario::{Script, Tally};
use crate::workbench::whole_file::{AtomicFile, sentence};

/// The format of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ExportFormat {
    /// A document.
    Handout(HandoutFormat),
    /// The screen over time.
    Cast,
}

/// The file to write.
#[derive(Clone, Debug)]
pub struct ExportFile {
    path: PathBuf,
    format: ExportFormat,
}

/// Parses the value of `--export`.
pub fn file(text: &str) -> Result<ExportFile, String> {
    let path = PathBuf::from(text);
    let format = match HandoutFormat::of_path(&path) {
        Some(format) => Some(ExportFormat::Handout(format)),
        None => path
            .extension()
            .filter(|extension| *extension == "cast")
            .map(|_| ExportFormat::Cast),
    };
    match format {
        Some(format) => Ok(ExportFile { path, format }),
        None => Err("the name must end in .md, .html or .cast, which decides the format".to_string()),
    }
}

/// Plays the scenarios and writes the file. Returns the exit status.
pub async fn run(file: &ExportFile, over: bool, options: Options) -> u8 {
    let Some(scenarios) = options.scenarios else {
        debug_assert!(false, "play has scenarios");
        return UNUSABLE;
    };
    match written(file, over, scenarios).await {
        Ok(tally) if tally.is_good() => FINE,
        Ok(tally) => {
            let path = file.path.display();
            output::complain(&format!(
                "{path} was written, but some results were not as expected: {}",
                summary(&tally)
            ));
            status(&tally)
        }
        Err(ExportError::Scenario(sentence)) => {
            output::complain(&sentence);
            UNUSABLE
        }
        Err(ExportError::File(error)) if error.kind() == io::ErrorKind::AlreadyExists => {
            let path = file.path.display();
            output::complain(&format!(
                "{path}: the file already exists; use --force to overwrite it"
            ));
            UNUSABLE
        }
        Err(ExportError::File(error)) => {
            output::complain(&sentence(&file.path, &error));
            UNUSABLE
        }
    }
}

/// Why there is no file.
enum ExportError {
    /// A scenario cannot be read; a sentence.
    Scenario(String),
    /// The file cannot be written.
    File(io::Error),
}

impl From<io::Error> for ExportError {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

async fn written(file: &ExportFile, over: bool, scenarios: Scenarios) -> Result<Tally, ExportError> {
    let mut out = AtomicFile::begin(&file.path, over)?;
    let tally = match file.format {
        ExportFormat::Cast => cast::record(scenarios, &mut out).await?,
        ExportFormat::Handout(format) => {
            let scripts = scenarios.files.iter().map(|path| script(path));
            let scripts: Vec<Script> = scripts.collect::<Result<_, _>>()?;
            let store = scenarios.store.as_deref().filter(|_| scenarios.together);
            handout::write(&scripts, scenarios.clock, store, format, &mut out).await?
        }
    };
    out.finish()?;
    Ok(tally)
}

fn script(path: &Path) -> Result<Script, ExportError> {
    let read = open::named(path).and_then(|input| {
        Script::read(&path.to_string_lossy(), input, 0, &mut |_| {
            ControlFlow::Continue(())
        })
    });
    match read {
        Ok(script) => Ok(script.unwrap_or_default()),
        Err(error) => Err(ExportError::Scenario(unreadable(path.display(), &error))),
    }
}
