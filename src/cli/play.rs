//! `threadloupe play`: opens the inspector on scenarios, before the first step. What cannot be used is told before the screen
//! is taken.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::output;
use super::run::moment;
use crate::inspector::features::playback::open::KEYS;
use crate::inspector::{Options, Scenarios};
use crate::rollout::open::{self, unreadable};
use crate::workbench::scenario::{Header, Scenario, files};

/// Play scenarios on the screen, step by step
///
/// The first one stands before its first step: `.` plays a step, `p` plays on and pauses, `,` goes back.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The moment that the first step sees; wins over the header's clock
    #[arg(long, value_name = "T", value_parser = moment)]
    clock: Option<DateTime<Utc>>,

    /// Play all files on the registered store of this id, one after the other
    #[arg(long, value_name = "ID")]
    store: Option<String>,

    /// Scenario files, and folders with all `.jsonl` files below them in order
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

/// Plays the scenarios on the screen and gives the exit status.
pub async fn run(args: Args) -> u8 {
    match options(args) {
        Some(options) => super::inspect(options).await,
        None => super::UNUSABLE,
    }
}

/// What the inspector is started with; `None` if that was said to be impossible.
fn options(args: Args) -> Option<Options> {
    let (files, mut wrong) = files::find(&args.paths);
    // Of the first one the header is needed before the screen is there.
    let mut header = Header::default();
    for (index, path) in files.iter().enumerate() {
        if files::is_standard_input(path) {
            wrong.push(KEYS.to_string());
            continue;
        }
        // A pipe can be opened and read but once.
        if !path.is_file() && path.exists() {
            continue;
        }
        let opened = open::regular(path).and_then(|file| match index {
            0 => Scenario::open(file).map(|scenario| scenario.header),
            _ => Ok(Header::default()),
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
        scenarios: Some(Scenarios {
            files,
            clock: args.clock,
            together: args.store.is_some(),
            store: args.store.or(header.store),
        }),
        ..Options::default()
    })
}
