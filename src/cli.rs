//! The command line: which subcommand is meant, and the exit status. Each subcommand has a file of its own.
//!
//! | status | when |
//! | --- | --- |
//! | 0 | everything was done, every expectation met |
//! | 1 | an expectation failed |
//! | 2 | a step, a file or an argument could not be used |
//! | 129, 130, 143 | ended by a hangup, an interrupt or a request to end: 128 and the signal's number |

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::{Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};

use crate::inspector::Options;
use crate::inspector::runtime::terminal::exit_after;
use crate::rollout::limit::MaxBytes;

mod export;
mod import;
mod laws;
mod list;
mod merge;
mod output;
mod play;
mod run;
mod signals;

/// Exit status of a run that did all it was asked.
const FINE: u8 = 0;
/// Exit status of a run in which an expectation failed.
const UNMET: u8 = 1;
/// Exit status where a file or an argument could not be used; clap's for a wrong command line as well.
const UNUSABLE: u8 = 2;
/// How long the last sentence of the inspector may take.
const COMPLAINING: Duration = Duration::from_secs(1);

/// A loupe for thread stores: look at rollouts, drive an in-memory store, see what a metadata patch does.
///
/// Without a command it opens the terminal inspector on the given rollout files and folders, or on a demo.
#[derive(Debug, Parser)]
#[command(name = "threadloupe", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Rollout files and folders to open in the inspector; none opens the demo
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Open the inspector on a store that :save has written
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    state: Option<PathBuf>,
    /// Open the registered store of this id
    #[arg(long, value_name = "ID")]
    store: Option<String>,
    /// Refuse packed files that unpack to more than this
    #[arg(long, value_name = "BYTES", default_value_t)]
    max_bytes: MaxBytes,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Args),
    Play(play::Args),
    Import(import::Args),
    Export(export::Args),
    Merge(merge::Args),
    Laws(laws::Args),
    List(list::Args),
}

/// Runs the program with the arguments that it was started with.
pub fn main() -> ExitCode {
    let Arguments {
        command,
        paths,
        state,
        store,
        max_bytes,
    } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help was asked for, and somebody is to have it.
        Err(help) if !help.use_stderr() => return output::status(help.print(), FINE).into(),
        Err(wrong) => wrong.exit(),
    };
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(&format!(
                "cannot start: {error}: end other programs or raise the limits of processes, memory and open files"
            ));
            return UNUSABLE.into();
        }
    };
    let Some(command) = command else {
        let options = Options {
            paths,
            state,
            store,
            max_bytes,
            ..Options::default()
        };
        let status = runtime.block_on(inspect(options));
        // what is still under way keeps nobody here
        runtime.shutdown_background();
        return status.into();
    };
    // The inspector looks after signals itself.
    if !matches!(command, Command::Play(_)) {
        signals::end(&runtime);
    }
    let status = runtime.block_on(async {
        match command {
            Command::Run(args) => run::run(args).await,
            Command::Play(args) => play::run(args).await,
            Command::Import(args) => import::run(args).await,
            Command::Export(args) => export::run(args).await,
            Command::Merge(args) => merge::run(&args),
            Command::Laws(args) => laws::run(&args),
            Command::List(args) => list::run(&args),
        }
    });
    runtime.shutdown_background();
    status.into()
}

/// What runs tasks: on the main thread and one more.
fn runtime() -> io::Result<Runtime> {
    // Where the system starts no thread, tokio panics: so this asks first.
    let _ = thread::Builder::new().spawn(|| ())?.join();
    Builder::new_multi_thread().worker_threads(1).enable_all().build()
}

/// Opens the inspector and gives the exit status.
async fn inspect(options: Options) -> u8 {
    match crate::inspector::run(options).await {
        Ok(status) => status,
        Err(failed) => {
            // a terminal that takes nothing does not take the sentence either
            exit_after(COMPLAINING, UNUSABLE.into());
            output::complain(&failed.to_string());
            UNUSABLE
        }
    }
}
