//! `threadloupe laws`: checks the algebraic laws of merging on all patches of a small space, and on given patches.

use std::io::{self, Write};
use std::time::Instant;

use super::{merge, output};
use crate::contract::{StoredThread, ThreadMetadataPatch};
use crate::protocol::numbers::grouped;
use crate::workbench::laws::{Algebra, COMPOSITION, LAWS, small_space};

/// Check the algebraic laws of merging patches, on a small built-in set and on the given patches
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files with more patches to check; `-` is standard input
    #[arg(value_name = "PATCH")]
    patches: Vec<String>,
}

/// Runs the checks and returns the exit status.
pub fn run(args: &Args) -> u8 {
    let given = match merge::read_patches(&args.patches) {
        Ok(given) => given,
        Err(sentence) => {
            output::complain(&sentence);
            return super::UNUSABLE;
        }
    };
    let mut out = output::standard();
    let mut status = super::FINE;
    let written = check(&mut out, &Algebra::CONTRACT, &small_space(), &given.patches).map(|hold| {
        if !hold {
            status = super::UNMET;
        }
    });
    output::status(written, status)
}

/// Checks every law on a small built-in set and on the given patches, prints the results, and returns whether all laws
/// hold.
fn check(
    out: &mut impl Write,
    algebra: &Algebra,
    (patches, threads): &(Vec<ThreadMetadataPatch>, Vec<StoredThread>),
    given: &[ThreadMetadataPatch],
) -> io::Result<bool> {
    let began = Instant::now();
    let (mut cases, mut compositions) = (0, 0);
    let mut hold = true;
    let (more, count, plural) = match given.len() {
        0 => ("", String::new(), ""),
        1 => (", then ", "1".to_string(), " given patch"),
        count => (", then ", count.to_string(), " given patches"),
    };
    writeln!(
        out,
        "{} patches and {} threads of a built-in set{more}{count}{plural}",
        patches.len(),
        threads.len(),
    )?;
    for law in LAWS {
        let mut verdicts = vec![law.check(algebra, patches, threads)];
        if !given.is_empty() {
            verdicts.push(law.check(algebra, given, threads));
        }
        let checked: u64 = verdicts.iter().map(|verdict| verdict.checked).sum();
        cases += checked;
        if law.name == COMPOSITION {
            compositions += checked;
        }
        let broken = verdicts.into_iter().find_map(|verdict| verdict.broken);
        let word = if broken.is_some() { "BROKEN" } else { "holds" };
        writeln!(
            out,
            "{word:<6}  {:<18}  {checked:>9} cases  {}",
            law.name, law.about
        )?;
        if let Some(case) = broken {
            hold = false;
            for line in case.lines() {
                writeln!(out, "      {line}")?;
            }
        }
        out.flush()?;
    }
    writeln!(
        out,
        "{} cases in {:.1} s, {} of them compositions of two patches",
        grouped(cases),
        began.elapsed().as_secs_f64(),
        grouped(compositions)
    )?;
    out.flush()?;
    Ok(hold)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The output for an eighth of the small space, and whether all laws hold.
    fn said(algebra: &Algebra, given: &[ThreadMetadataPatch]) -> (String, bool) {
        let (patches, threads) = small_space();
        let space = (
            patches.into_iter().step_by(8).collect(),
            threads.into_iter().step_by(4).collect(),
        );
        let mut out = Vec::new();
        let hold = check(&mut out, algebra, &space, given).unwrap();
        (String::from_utf8(out).unwrap(), hold)
    }

    #[test]
    fn each_law_has_a_line_and_the_last_one_counts_them_all() {
        let (text, hold) = said(&Algebra::CONTRACT, &[ThreadMetadataPatch::default()]);
        assert!(hold, "{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "15 patches and 12 threads of a built-in set, then 1 given patch"
        );
        let mut cases = 0;
        for (law, line) in LAWS.iter().zip(&lines[1..]) {
            let words: Vec<&str> = line[28..].split_whitespace().collect();
            assert!(line.starts_with(&format!("holds   {}", law.name)), "{line}");
            cases += words[0].parse::<u64>().unwrap();
        }
        let last = lines.last().unwrap();
        let compositions = 15 * 15 * 12 + 12;
        assert!(
            last.starts_with(&format!("{} cases in ", grouped(cases))),
            "{last}"
        );
        assert!(
            last.ends_with(&format!(
                " s, {} of them compositions of two patches",
                grouped(compositions)
            )),
            "{last}"
        );
        assert_eq!(lines.len(), LAWS.len() + 2);
    }

    #[test]
    fn a_broken_law_shows_its_smallest_case() {
        let first_wins = Algebra {
            merge: |first, _| first.clone(),
            ..Algebra::CONTRACT
        };
        let (text, hold) = said(&first_wins, &[]);
        assert!(!hold);
        assert!(text.contains("BROKEN  identity"), "{text}");
        assert!(
            text.contains("      - merged with the empty patch: {}\n"),
            "{text}"
        );
        assert!(text.contains("holds   wire round trip"), "{text}");
    }
}
