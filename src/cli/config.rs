//! `threadloupe config`: checks the configuration file, prints one with the defaults, and prints its path. Also the
//! options of the commands that use the file.

use std::io::{self, Write as _};
use std::path::PathBuf;

use super::look::LookArgs;
use super::{FINE, UNUSABLE, output};
use crate::inspector::Look;
use crate::inspector::configuration::{Configuration, defaults};
use crate::inspector::runtime::configuration_file::{self, ConfigurationError};

/// Check the configuration file, print the default options, or print the path of the file
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    what: ConfigCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ConfigCommand {
    /// Report everything that is wrong with the configuration file, or with FILE
    Check {
        /// Configuration file to check
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Print a configuration file that sets each option to its default, with comments
    Show,
    /// Print the path of the configuration file
    Path,
}

/// Which configuration file the inspector uses.
#[derive(Debug, clap::Args)]
pub struct ConfigurationArgs {
    /// Use this configuration file instead of threadloupe/config.toml in the configuration folder
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Use no configuration file: start with the default options and keys
    #[arg(long)]
    no_config: bool,
}

impl ConfigurationArgs {
    /// Reads the configuration for the inspector; what its arguments say about the look goes before the file.
    pub fn read_with(&self, look: LookArgs) -> Option<Configuration> {
        let mut configuration = self.read()?;
        configuration.look = Look::from(look).or(configuration.look);
        Some(configuration)
    }

    /// Reads the configuration; if the file cannot be used, prints why and returns `None`.
    pub fn read(&self) -> Option<Configuration> {
        let read = match &self.config {
            _ if self.no_config => return Some(Configuration::default()),
            Some(path) => configuration_file::read(path),
            None => configuration_file::read_own().map(Option::unwrap_or_default),
        };
        let error = match read {
            Ok(configuration) => return Some(configuration),
            Err(error) => error,
        };
        report(&error);
        output::complain("Add --no-config to go on without a configuration file.");
        None
    }
}

/// Runs the command and returns the exit status.
pub fn run(args: &Args) -> u8 {
    let file = match &args.what {
        ConfigCommand::Show => return print(&defaults()),
        ConfigCommand::Check { file: Some(file) } => Some(file.clone()),
        ConfigCommand::Check { file: None } | ConfigCommand::Path => configuration_file::path(),
    };
    let Some(file) = file else {
        output::complain(
            "there is no home folder; set HOME or XDG_CONFIG_HOME, or check a file by its path: threadloupe config check FILE",
        );
        return UNUSABLE;
    };
    let path = file.display();
    match &args.what {
        ConfigCommand::Check { file: named } => match configuration_file::read(&file) {
            Ok(_) => print(&format!("{path}: no problems\n")),
            Err(ConfigurationError::Unreadable(_, error))
                if named.is_none() && error.kind() == io::ErrorKind::NotFound =>
            {
                print(&format!(
                    "{path}: there is no such file, so the defaults are used\n"
                ))
            }
            Err(error) => {
                report(&error);
                UNUSABLE
            }
        },
        ConfigCommand::Show | ConfigCommand::Path => print(&format!("{path}\n")),
    }
}

fn report(error: &ConfigurationError) {
    error.to_string().lines().for_each(output::complain);
}

fn print(text: &str) -> u8 {
    let mut out = output::standard();
    output::status(out.write_all(text.as_bytes()).and_then(|()| out.flush()), FINE)
}
