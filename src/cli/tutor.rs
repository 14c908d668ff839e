//! `threadloupe tutor`: opens the inspector on the demo store, with lessons.

use crate::inspector::Options;

/// Learn the inspector in about ten minutes
///
/// Opens the demo store in the inspector. A few lines near the end of the screen say what to do; when it is done, the
/// next step follows. Settings of earlier runs are not used and not changed, and files that the lessons save are deleted
/// at the end.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Opens the tutor and returns the exit status.
pub async fn run(_: &Args) -> u8 {
    let options = Options {
        no_settings: true,
        tutor: true,
        ..Options::default()
    };
    super::inspect(options).await
}
