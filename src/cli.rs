//! The command line: parses the arguments and returns the exit status. Each subcommand has its own file.
//!
//! | status | meaning |
//! | --- | --- |
//! | 0 | success, all expectations met |
//! | 1 | an expectation was not met, a store differs, a law does not hold, or nothing was found |
//! | 2 | a step, file or argument is invalid or cannot be read |
//! | 129, 130, 143 | ended by SIGHUP, SIGINT or SIGTERM: 128 plus the signal's number |

use std::env;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::{Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};

use crate::door::Address;
use crate::inspector::Options;
use crate::inspector::runtime::terminal::exit_after;
use crate::rollout::limit::MaxBytes;

mod check;
mod completions;
mod config;
mod diff;
mod escapes;
mod export;
mod help;
mod import;
mod laws;
mod list;
mod log;
mod look;
mod man;
mod merge;
mod output;
mod paths;
mod play;
mod positional;
mod preview;
mod rollouts;
mod run;
mod search;
mod serve;
mod show;
mod signals;
mod sizes;
mod stored_thread;
mod thread_argument;
mod threads;
mod tutor;
mod version;

/// Exit status of a successful run.
const FINE: u8 = 0;
/// Exit status if an expectation was not met or nothing was found.
const UNMET: u8 = 1;
/// Exit status if a file or an argument is invalid; clap uses the same one for usage errors.
const UNUSABLE: u8 = 2;
/// How long printing the inspector's final error message may take.
const COMPLAINING: Duration = Duration::from_secs(1);

/// Inspect agent threads: browse rollout files, call an in-memory thread store, preview metadata patches.
///
/// Without a command, opens the terminal inspector on the given rollout files and folders, or on a demo store.
#[derive(Debug, Parser)]
#[command(
    name = "threadloupe",
    version,
    disable_version_flag = true,
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<CliCommand>,
    /// Rollout files, pipes and folders to open in the inspector; `-` is standard input; without any, opens a demo store
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Follow the rollout files: show what is appended to them as it is written
    #[arg(long, overrides_with = "no_follow")]
    follow: bool,
    /// Do not follow the rollout files, whatever the configuration file says
    #[arg(long, overrides_with = "follow")]
    no_follow: bool,
    /// Open the home folder of Codex: $CODEX_HOME, or ~/.codex
    #[arg(long)]
    home: bool,
    /// Open the inspector on a state file written by :save
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "home"])]
    state: Option<PathBuf>,
    /// Use the registered store with this id
    #[arg(long, value_name = "ID")]
    store: Option<String>,
    /// Let other programs call the store at unix:PATH or tcp:127.0.0.1:PORT while the inspector runs, as with `serve`;
    /// without a PATH to open, the store starts empty
    #[arg(long, value_name = "ADDRESS", conflicts_with = "state")]
    listen: Option<Address>,
    /// Start with the defaults instead of the settings of earlier runs, and save no settings
    #[arg(long)]
    no_settings: bool,
    /// Read commands and print text line by line, for screen readers and terminals that cannot move their cursor
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    configuration: config::ConfigurationArgs,
    #[command(flatten)]
    look: look::LookArgs,
    /// Reject compressed files that decompress to more than this, such as 500MB or 4GB
    #[arg(long, value_name = "BYTES", default_value_t)]
    max_bytes: MaxBytes,
    /// Write command names, messages and timings to FILE, for a bug report; typed text is written only where a message quotes it
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Print the version; with --verbose, also the system, the build and its features
    #[arg(short = 'V', long)]
    version: bool,
    /// Print more about the version
    #[arg(long, requires = "version")]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum CliCommand {
    Run(run::Args),
    Tutor(tutor::Args),
    Play(play::Args),
    Serve(serve::Args),
    Check(check::Args),
    Import(import::Args),
    Export(export::Args),
    Threads(threads::Args),
    Search(search::Args),
    Show(show::Args),
    Sizes(sizes::Args),
    Merge(merge::Args),
    Diff(diff::Args),
    Preview(preview::Args),
    Laws(laws::Args),
    List(list::Args),
    Config(config::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the program with the arguments that it was started with.
pub fn main() -> ExitCode {
    let arguments = threads::with_negated_terms(env::args_os());
    let commands = help::command();
    let names: Vec<&str> = commands.get_subcommands().map(clap::Command::get_name).collect();
    if let Some(mistyped) = arguments
        .get(1)
        .and_then(|word| paths::mistyped_command(word, &names))
    {
        output::complain(&mistyped);
        return UNUSABLE.into();
    }
    let Arguments {
        command,
        paths,
        follow,
        no_follow,
        home,
        state,
        store,
        listen,
        no_settings,
        plain,
        configuration,
        look,
        max_bytes,
        log,
        version,
        verbose,
    } = match positional::parse(commands, &arguments) {
        Ok(arguments) => arguments,
        // --help goes to standard output.
        Err(help) if !help.use_stderr() => return output::status(help.print(), FINE).into(),
        Err(wrong) => wrong.exit(),
    };
    if version {
        return version::print(verbose).into();
    }
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(&format!(
                "cannot start: {error}; close other programs or raise the limits on processes, memory and open files"
            ));
            return UNUSABLE.into();
        }
    };
    let Some(command) = command else {
        if let Some(Err(sentence)) = log.as_deref().map(log::start) {
            output::complain(&sentence);
            return UNUSABLE.into();
        }
        let Some(configuration) = configuration.read_with(look) else {
            return UNUSABLE.into();
        };
        if listen.is_some() {
            serve::allow_many_files();
        }
        let options = Options {
            paths,
            follow: follow || (configuration.follows && !no_follow),
            state,
            store,
            listen,
            no_settings,
            plain,
            configuration,
            max_bytes,
            ..Options::default()
        };
        let status = runtime.block_on(open(options, home));
        // Do not wait for background tasks that are still running.
        runtime.shutdown_background();
        return status.into();
    };
    // The inspector and the server handle signals themselves.
    if !matches!(
        command,
        CliCommand::Tutor(_) | CliCommand::Play(_) | CliCommand::Serve(_)
    ) {
        signals::end(&runtime);
    }
    let status = runtime.block_on(async {
        match command {
            CliCommand::Run(args) => run::run(args).await,
            CliCommand::Tutor(args) => tutor::run(&args).await,
            CliCommand::Play(args) => play::run(args).await,
            CliCommand::Serve(args) => serve::run(args).await,
            CliCommand::Check(args) => check::run(args).await,
            CliCommand::Import(args) => import::run(args).await,
            CliCommand::Export(args) => export::run(args).await,
            CliCommand::Threads(args) => threads::run(args).await,
            CliCommand::Search(args) => search::run(&args).await,
            CliCommand::Show(args) => show::run(args).await,
            CliCommand::Sizes(args) => sizes::run(&args),
            CliCommand::Merge(args) => merge::run(&args),
            CliCommand::Diff(args) => diff::run(&args),
            CliCommand::Preview(args) => preview::run(args).await,
            CliCommand::Laws(args) => laws::run(&args),
            CliCommand::List(args) => list::run(&args),
            CliCommand::Config(args) => config::run(&args),
            CliCommand::Completions(args) => completions::run(&args),
            CliCommand::Man(args) => man::run(&args),
        }
    });
    runtime.shutdown_background();
    status.into()
}

/// The tokio runtime: the main thread and one worker.
fn runtime() -> io::Result<Runtime> {
    // tokio panics if the system cannot start a thread, so try that first.
    let _ = thread::Builder::new().spawn(|| ())?.join();
    Builder::new_multi_thread().worker_threads(1).enable_all().build()
}

/// Opens the inspector on the paths of the command line, if all of them can be opened, and returns the exit status.
async fn open(mut options: Options, home: bool) -> u8 {
    let mut wrong = paths::refused(&options.paths);
    if home {
        match paths::codex_home() {
            Ok(folder) => options.paths.insert(0, folder),
            Err(sentence) => wrong.push(sentence),
        }
    }
    if wrong.is_empty() {
        return inspect(options).await;
    }
    wrong.iter().for_each(|sentence| output::complain(sentence));
    UNUSABLE
}

/// Opens the inspector and returns the exit status.
async fn inspect(options: Options) -> u8 {
    match crate::inspector::run(options).await {
        Ok(status) => status,
        Err(failed) => {
            // A terminal that accepts no output would block this message too.
            exit_after(COMPLAINING, UNUSABLE.into());
            output::complain(&failed.to_string());
            UNUSABLE
        }
    }
}
