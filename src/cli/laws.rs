//! `threadloupe laws`: checks the laws of merging, over a small space of patches whole and over given patches.

use std::io::Write;

use super::{merge, output};
use crate::workbench::laws::{Algebra, LAWS, small_space};

/// Check the laws of merging patches, over a small space and over the given patches
///
/// Exit status: 0 if every law holds; 1 if one is broken; 2 if a patch could not be used.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files with patches to try as well; `-` is standard input
    #[arg(value_name = "PATCH")]
    patches: Vec<String>,
}

/// Checks, and gives the exit status.
pub fn run(args: &Args) -> u8 {
    let given = match merge::read_patches(&args.patches) {
        Ok(given) => given,
        Err(sentence) => {
            output::complain(&sentence);
            return super::UNUSABLE;
        }
    };
    let (patches, threads) = small_space();
    let mut out = output::standard();
    let mut status = super::FINE;
    let mut written = writeln!(
        out,
        "{} patches and {} threads of a small space{}",
        patches.len(),
        threads.len(),
        if given.is_empty() {
            String::new()
        } else {
            format!(", then {} given patches", given.len())
        }
    );
    for law in LAWS {
        let mut verdicts = vec![law.check(&Algebra::CONTRACT, &patches, &threads)];
        if !given.is_empty() {
            verdicts.push(law.check(&Algebra::CONTRACT, &given, &threads));
        }
        let checked: u64 = verdicts.iter().map(|verdict| verdict.checked).sum();
        let broken = verdicts.into_iter().find_map(|verdict| verdict.broken);
        let word = if broken.is_some() { "BROKEN" } else { "holds" };
        written = written.and_then(|()| {
            writeln!(
                out,
                "{word:<6}  {:<18}  {checked:>9} cases  {}",
                law.name, law.about
            )
        });
        if let Some(case) = broken {
            status = super::UNMET;
            for line in case.lines() {
                written = written.and_then(|()| writeln!(out, "      {line}"));
            }
        }
        written = written.and_then(|()| out.flush());
    }
    output::status(written, status)
}
