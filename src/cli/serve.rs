//! `threadloupe serve`: lets other programs call a store, over standard input and output or a socket.

use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::stdin;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::run::{moment, report};
use super::{FINE, UNUSABLE, output, paths, rollouts};
use crate::door::{Address, ConnectionOptions, Listener, ListenerOptions, MAX_LINE, serve_with};
use crate::rollout::import::ImportOptions;
use crate::rollout::limit::MaxBytes;
use crate::store::InMemoryThreadStore;
use crate::workbench::state_file::{StateFileError, StateFileReader};
use crate::workbench::whole_file::end_process;

/// Let other programs call a store: steps in, answers out, one JSON object per line
///
/// Each line is a step of a scenario, {"method": ..., "params": ...}, and gets one answer in the form that `threadloupe
/// run` prints. A step may have an "id", which is copied to its answer. All connections share one store, except for
/// steps with a "store". The optional first line {"hello": {"client": "name"}} names the client.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("where").required(true).args(["stdio", "listen"])))]
pub struct Args {
    /// Read steps from standard input and write answers to standard output
    #[arg(long)]
    stdio: bool,

    /// Listen at unix:PATH or tcp:127.0.0.1:PORT; only this computer can connect, and a socket accepts only this user
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<Address>,

    /// Use the registered store with this id
    #[arg(long, value_name = "ID")]
    store: Option<String>,

    /// Start with the store in a state file written by :save
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Start with the threads of these rollout files and folders
    #[arg(long, value_name = "PATH", num_args = 1..)]
    from: Vec<PathBuf>,

    /// Time of the first step of each connection in RFC 3339 format; each later step is one millisecond later
    #[arg(long, value_name = "T", value_parser = moment)]
    clock: Option<DateTime<Utc>>,

    /// Accepted, but without effect: nobody can see the journal of a server without a screen, so it keeps none
    #[arg(long, value_name = "N", hide = true)]
    journal: Option<NonZeroUsize>,

    /// Maximum size of a line; a longer line gets an error and closes its connection
    #[arg(long, value_name = "BYTES", default_value_t = MaxBytes(MAX_LINE as u64))]
    max_line: MaxBytes,

    /// Reject compressed files that decompress to more than this, such as 500MB or 4GB
    #[arg(long, value_name = "BYTES", default_value_t)]
    max_bytes: MaxBytes,
}

/// Serves the store and returns the exit status.
pub async fn run(args: Args) -> u8 {
    let (stop, signalled) = match Stop::new() {
        Ok(stop) => stop,
        Err(error) => {
            output::complain(&format!("cannot handle signals: {error}"));
            return UNUSABLE;
        }
    };
    let mut stopped = stop.clone();
    let store = tokio::select! {
        store = open(&args) => store,
        _ = stopped.wait_for(|stop| *stop) => return signalled.status(),
    };
    let Some((store, imported)) = store else {
        return UNUSABLE;
    };
    let connection = ConnectionOptions {
        max_line: usize::try_from(args.max_line.0).unwrap_or(usize::MAX),
        clock: args.clock,
        stop: Some(stop.clone()),
        ..ConnectionOptions::default()
    };
    let Some(address) = &args.listen else {
        let served = serve_with(store, stdin(), output::ServerOutput::new(), connection).await;
        if *stop.borrow() {
            return signalled.status();
        }
        return match served {
            Ok(tally) => report::status(&tally).max(imported),
            Err(error) => output::status(Err(error), UNUSABLE),
        };
    };
    allow_many_files();
    let listener = match Listener::bind(address).await {
        Ok(listener) => listener,
        Err(error) => {
            output::complain(&format!("{address}: {error}"));
            return UNUSABLE;
        }
    };
    output::complain(&format!("listening at {}", listener.address()));
    let options = ListenerOptions::new(connection);
    listener.serve(store, options, stop).await;
    signalled.status()
}

/// Opens the store. Returns the store with the exit status so far, or `None` after printing why it cannot be opened.
async fn open(args: &Args) -> Option<(Arc<InMemoryThreadStore>, u8)> {
    let wrong = paths::refused(&args.from);
    if !wrong.is_empty() {
        wrong.iter().for_each(|sentence| output::complain(sentence));
        return None;
    }
    let store = match &args.store {
        Some(id) => InMemoryThreadStore::for_id(id.as_str()),
        None => Arc::default(),
    };
    if let Some(path) = &args.state
        && let Err(error) = restore(&store, path)
    {
        output::complain(&error.to_string());
        return None;
    }
    let mut status = FINE;
    if !args.from.is_empty() {
        let options = ImportOptions {
            limit: args.max_bytes,
            ..ImportOptions::default()
        };
        status = rollouts::read(&*store, &args.from, options).await.1;
    }
    Some((store, status))
}

fn restore(store: &InMemoryThreadStore, path: &Path) -> Result<(), StateFileError> {
    let snapshot = StateFileReader::open(path)?.read(&mut |_, _| ControlFlow::Continue(()))?;
    snapshot.iter().for_each(|snapshot| store.restore(snapshot));
    Ok(())
}

/// Raises the limit on open files to the maximum that the system allows, because each connection is an open file.
pub fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    // If this fails, fewer connections are possible.
    let _ = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            ..limit
        },
    );
}

/// The signal that ended the server.
struct Stop(watch::Receiver<Option<SignalKind>>);

impl Stop {
    /// Handles SIGTERM, SIGINT and SIGHUP: the first one stops the server, a second one ends the process at once.
    fn new() -> io::Result<(watch::Receiver<bool>, Self)> {
        let (stop, stopped) = watch::channel(false);
        let (first, signalled) = watch::channel(None);
        let (stop, first) = (Arc::new(stop), Arc::new(first));
        for kind in [
            SignalKind::terminate(),
            SignalKind::interrupt(),
            SignalKind::hangup(),
        ] {
            let mut signals = signal(kind)?;
            let (stop, first) = (Arc::clone(&stop), Arc::clone(&first));
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    if first.borrow().is_some() {
                        end_process(128 + kind.as_raw_value());
                    }
                    first.send_replace(Some(kind));
                    stop.send_replace(true);
                }
            });
        }
        Ok((stopped, Self(signalled)))
    }

    /// The exit status: 0 for SIGTERM, the normal way to end a server, and 128 plus the signal number for any other
    /// signal.
    fn status(&self) -> u8 {
        match *self.0.borrow() {
            Some(kind) if kind != SignalKind::terminate() => {
                u8::try_from(128 + kind.as_raw_value()).unwrap_or(UNUSABLE)
            }
            _ => FINE,
        }
    }
}
