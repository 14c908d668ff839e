//! `threadloupe completions`: prints the script that completes commands and options in a shell.

use std::io::Write as _;

use clap_complete::Shell;

use super::{help, output};

/// Print a script that completes commands, options and their values in a shell
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Shell of the script
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Prints the script and returns the exit status.
pub fn run(args: &Args) -> u8 {
    let mut script = Vec::new();
    let mut command = help::command();
    let name = command.get_name().to_owned();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    let mut out = output::standard();
    output::status(out.write_all(&script).and_then(|()| out.flush()), super::FINE)
}
