//! `threadloupe export`: writes threads as JSON with their history, or rollout files byte for byte as they were read.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::output::{self, complain};
use super::rollouts;
use crate::protocol::ThreadId;
use crate::rollout::export::{self, ExportError, RolloutWriter};
use crate::rollout::find::is_rollout;
use crate::rollout::import::{ImportOptions, Imported, ImportedFile};
use crate::rollout::limit::MaxBytes;
use crate::rollout::report::said;
use crate::store::InMemoryThreadStore;
use crate::workbench::whole_file::{AtomicFile, SweptFolders, advice};

/// Export threads from rollout files, as the original files or as one JSON document per thread
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Id of the thread to write; without it, writes all threads
    thread: Option<ThreadId>,
    /// Write all threads (the default)
    #[arg(long, conflicts_with = "thread")]
    all: bool,
    /// Rollout files, pipes, or folders that contain rollouts at any depth; `-` is standard input
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    from: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = ExportFormat::Rollout)]
    format: ExportFormat,
    /// Write the files to this folder instead of writing a single file to standard output
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Overwrite existing files
    #[arg(long)]
    force: bool,
    /// Reject compressed files that decompress to more than this, such as 500MB or 4GB
    #[arg(long, value_name = "BYTES", default_value_t)]
    max_bytes: MaxBytes,
    /// Import into the registered store with this id
    #[arg(long, value_name = "ID")]
    store: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// The original files byte for byte, decompressed; on a terminal, control characters are printed as escapes
    Rollout,
    /// Each thread with its history, as the store returns it
    Json,
}

/// Runs the export and returns the exit status.
pub async fn run(args: Args) -> u8 {
    let store = args
        .store
        .clone()
        .map(InMemoryThreadStore::for_id)
        .unwrap_or_default();
    let wanted = ImportOptions {
        only: args.thread,
        limit: args.max_bytes,
        ..ImportOptions::default()
    };
    let (imported, status) = rollouts::read(store.as_ref(), &args.from, wanted).await;
    let pieces = pieces(&args, &imported);
    let mut export = Export {
        store: &store,
        rollouts: RolloutWriter::new(store.as_ref(), &imported),
        swept: SweptFolders::default(),
    };
    match (&args.to, pieces.as_slice()) {
        (_, []) => {
            let wanted = args
                .thread
                .map_or("there is no thread to write".to_owned(), |id| {
                    format!(
                        "no thread {id} in the files of --from; run `threadloupe import` to list the thread ids"
                    )
                });
            complain(&wanted);
            super::UNUSABLE
        }
        (None, [piece]) => {
            let mut out = output::standard();
            let written = export.write(piece, &mut out).await;
            match written.and_then(|()| Ok(out.flush()?)) {
                Ok(()) => status,
                Err(ExportError::Out(error)) => output::status(Err(error), status),
                Err(ExportError::Store(problem)) => {
                    complain(&problem.message);
                    super::UNUSABLE
                }
            }
        }
        (None, pieces) => {
            complain(&format!(
                "cannot write {} files to standard output; name one thread, or choose a folder with --to",
                pieces.len()
            ));
            super::UNUSABLE
        }
        (Some(folder), pieces) => export.all(pieces, folder, args.force).await.max(status),
    }
}

/// One file to write.
enum OutputFile<'a> {
    Rollout(&'a ImportedFile),
    Thread(ThreadId),
}

impl OutputFile<'_> {
    /// Its path relative to the output folder.
    fn below(&self) -> PathBuf {
        match self {
            // The name of a pipe, such as standard input, does not identify the thread.
            Self::Rollout(file) if file.is_pipe && !is_rollout(file.source.name()) => {
                let name = file.thread_id.map_or("empty".to_owned(), |id| id.to_string());
                PathBuf::from(name + ".jsonl")
            }
            Self::Rollout(file) if file.source.is_packed() => file.source.below.with_extension(""),
            Self::Rollout(file) => file.source.below.clone(),
            Self::Thread(id) => PathBuf::from(format!("{id}.json")),
        }
    }
}

/// The first parent of the path `below` that is a link inside `folder`.
fn linked_folder(folder: &Path, below: &Path) -> Option<PathBuf> {
    let parents = below
        .parent()?
        .ancestors()
        .filter(|parent| *parent != Path::new(""));
    let mut parents: Vec<PathBuf> = parents.map(|parent| folder.join(parent)).collect();
    parents.reverse();
    parents.into_iter().find(|parent| parent.is_symlink())
}

fn pieces<'a>(args: &Args, imported: &'a Imported) -> Vec<OutputFile<'a>> {
    match args.format {
        ExportFormat::Rollout => imported.files.iter().map(OutputFile::Rollout).collect(),
        ExportFormat::Json => imported
            .threads
            .iter()
            .map(|thread| OutputFile::Thread(thread.thread_id))
            .collect(),
    }
}

struct Export<'a> {
    store: &'a InMemoryThreadStore,
    rollouts: RolloutWriter<'a>,
    swept: SweptFolders,
}

impl Export<'_> {
    async fn write(
        &mut self,
        piece: &OutputFile<'_>,
        out: &mut (dyn Write + Send),
    ) -> Result<(), ExportError> {
        match piece {
            OutputFile::Rollout(file) => self.rollouts.write(file, out).await,
            OutputFile::Thread(id) => export::thread(self.store, *id, out).await,
        }
    }

    /// Writes each piece to its file; if one fails, the others are still written.
    async fn all(&mut self, pieces: &[OutputFile<'_>], folder: &Path, force: bool) -> u8 {
        let mut status = super::FINE;
        let mut taken = HashSet::new();
        for piece in pieces {
            let below = piece.below();
            let target = folder.join(&below);
            let written = if !taken.insert(target.clone()) {
                Err(
                    "another file of this export has the same name; export the two to different folders"
                        .to_owned(),
                )
            } else if let Some(link) = linked_folder(folder, &below).filter(|_| !force) {
                Err(format!(
                    "{} already exists and is a link to another folder; use --force to write there",
                    link.display()
                ))
            } else {
                self.file(piece, &target, force).await
            };
            if let Err(sentence) = written {
                complain(&format!("{}: {sentence}", target.display()));
                status = super::UNUSABLE;
            }
        }
        status
    }

    async fn file(&mut self, piece: &OutputFile<'_>, target: &Path, force: bool) -> Result<(), String> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => "the file already exists; use --force to overwrite it".to_owned(),
            _ => format!("cannot write this file ({}); {}", said(&error), advice(&error)),
        };
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(|error| {
                format!(
                    "cannot create its folder ({}); choose another folder with --to",
                    said(&error)
                )
            })?;
        }
        let mut file = AtomicFile::begin_beside(target, force, &mut self.swept).map_err(failed)?;
        let written = self.write(piece, &mut file).await;
        written
            .and_then(|()| Ok(file.finish()?))
            .map_err(|failure| match failure {
                ExportError::Out(error) => failed(error),
                ExportError::Store(problem) => problem.message,
            })
    }
}
