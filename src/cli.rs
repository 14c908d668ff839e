//! The command line: which subcommand is meant, and the exit status. Each subcommand has a file of its own.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod export;
mod import;
mod output;

/// Exit status of a run that did all it was asked.
const FINE: u8 = 0;
/// Exit status where a file or an argument could not be used; clap's for a wrong command line as well.
const UNUSABLE: u8 = 2;

#[derive(Debug, Parser)]
#[command(name = "threadloupe", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(import::Args),
    Export(export::Args),
}

/// Runs the program with the arguments that it was started with.
pub fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(&format!("cannot start: {error}"));
            return UNUSABLE.into();
        }
    };
    let status = runtime.block_on(async {
        match command {
            Command::Import(args) => import::run(args).await,
            Command::Export(args) => export::run(args).await,
        }
    });
    status.into()
}
