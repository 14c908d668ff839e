//! `threadloupe play`: opens scenarios in the inspector, before their first step. Errors in the arguments are printed before
//! the inspector starts.

mod export;

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::config::ConfigurationArgs;
use super::look::LookArgs;
use super::output;
use super::run::moment;
use crate::inspector::configuration::Configuration;
use crate::inspector::features::playback::open::KEYS;
use crate::inspector::{Options, Scenarios};
use crate::rollout::open::{self, unreadable};
use crate::workbench::scenario::{Scenario, ScenarioHeader, files};

/// Play scenarios in the inspector, step by step
///
/// Playback is paused before the first step: `.` plays a step, `p` plays or pauses, `,` goes back.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Time of the first step in RFC 3339 format; overrides the clock in the header
    #[arg(long, value_name = "T", value_parser = moment)]
    clock: Option<DateTime<Utc>>,

    /// Play all files on the registered store with this id, one after the other
    #[arg(long, value_name = "ID")]
    store: Option<String>,

    /// Start with the default settings instead of those of earlier runs, and save no settings
    #[arg(long)]
    no_settings: bool,

    #[command(flatten)]
    configuration: ConfigurationArgs,

    #[command(flatten)]
    look: LookArgs,

    /// Write the scenarios to FILE.md, FILE.html or FILE.cast without opening the inspector
    ///
    /// Markdown and HTML have the note, the call, the answer and the changes of each step. A .cast file (asciicast, for
    /// `asciinema play`) records the inspector, at 120 columns by 36 rows, while the scenarios play. The exit
    /// status is that of `threadloupe run`.
    #[arg(long, value_name = "FILE", value_parser = export::file)]
    export: Option<export::ExportFile>,

    /// Overwrite an existing file
    #[arg(long, requires = "export")]
    force: bool,

    /// Scenario files or folders; from a folder, all `.jsonl` files are played, sorted by path
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

/// Plays the scenarios in the inspector, or exports them, and returns the exit status.
pub async fn run(args: Args) -> u8 {
    let (export, over) = (args.export.clone(), args.force);
    match (options(args), export) {
        (Some(options), Some(file)) => export::run(&file, over, options).await,
        (Some(options), None) => super::inspect(options).await,
        (None, _) => super::UNUSABLE,
    }
}

/// The options for the inspector; if an argument is invalid, prints why and returns `None`.
fn options(args: Args) -> Option<Options> {
    let (files, mut wrong) = files::find(&args.paths);
    // An exported file is the same for every user.
    let configuration = match args.export {
        Some(_) => Configuration::default(),
        None => args.configuration.read_with(args.look)?,
    };
    // The header of the first file is needed before the inspector starts.
    let mut header = ScenarioHeader::default();
    for (index, path) in files.iter().enumerate() {
        if files::is_standard_input(path) {
            wrong.push(KEYS.to_string());
            continue;
        }
        // A pipe can only be opened and read once.
        if !path.is_file() && path.exists() {
            continue;
        }
        let opened = open::regular(path).and_then(|file| match index {
            0 => Scenario::open(file).map(|scenario| scenario.header),
            _ => Ok(ScenarioHeader::default()),
        });
        match opened {
            Ok(found) if index == 0 => header = found,
            Ok(_) => {}
            Err(error) => wrong.push(unreadable(path.display(), &error)),
        }
    }
    if !wrong.is_empty() {
        wrong.iter().for_each(|sentence| output::complain(sentence));
        return None;
    }
    Some(Options {
        no_settings: args.no_settings,
        configuration,
        scenarios: Some(Scenarios {
            files,
            clock: args.clock,
            together: args.store.is_some(),
            store: args.store.or(header.store),
        }),
        ..Options::default()
    })
}
