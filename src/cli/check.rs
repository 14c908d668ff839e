//! `threadloupe check`: compares another store with the in-memory store by random scenarios.

use std::io::{self, Write as _};
use std::path::PathBuf;

use uuid::Uuid;

use super::run::other::PatienceArgs;
use super::{FINE, UNMET, UNUSABLE, output};
use crate::door::{Check, Difference, RemoteError, RemoteStore, StoreAddress};
use crate::protocol::numbers::count;
use crate::rollout::report::said;
use crate::text::fit;
use crate::workbench::random::RandomScenarios;
use crate::workbench::whole_file;

/// Compare another store with the in-memory store using random scenarios, and print the simplest scenario with a
/// difference
///
/// The scenario is printed with the answers of the in-memory store as expectations, so that `threadloupe run --on`
/// reproduces the difference. The other store needs to support the key "store" of a step.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The other store: unix:PATH, tcp:127.0.0.1:PORT, or a command that reads steps from its standard input
    #[arg(long, value_name = "STORE")]
    against: StoreAddress,

    /// Number of scenarios
    #[arg(long, value_name = "N", default_value_t = 1000)]
    cases: u64,

    /// Number of steps of each scenario
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u16).range(1..))]
    steps: u16,

    /// Seed of the scenarios; the same seed gives the same scenarios
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Use only these methods, separated by commas; `calls` reads the counters
    #[arg(long, value_name = "METHOD", value_delimiter = ',')]
    methods: Vec<String>,

    /// Also write the scenario to a file, replacing an existing one
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    #[command(flatten)]
    patience: PatienceArgs,
}

/// Compares the stores and returns the exit status.
pub async fn run(args: Args) -> u8 {
    let seed = args.seed.unwrap_or_else(|| Uuid::new_v4().as_u64_pair().0 >> 32);
    let mut scenarios = RandomScenarios::new(seed).with_steps(usize::from(args.steps));
    if !args.methods.is_empty() {
        scenarios = match scenarios.with_methods(args.methods.iter().map(String::as_str)) {
            Ok(scenarios) => scenarios,
            Err(error) => {
                output::complain(&format!("--methods: {error}"));
                return UNUSABLE;
            }
        };
    }
    let check = Check {
        scenarios,
        cases: args.cases,
        judged: args.patience.judged(),
    };
    let address = &args.against;
    let unusable = |error: &dyn std::error::Error| {
        output::complain(&format!("{address}: {error} (seed {seed})"));
        UNUSABLE
    };
    let other = match RemoteStore::open(address, args.patience.timeout).await {
        Ok(other) => other,
        Err(error) => return unusable(&error),
    };
    let (checked, difference) = match check.run(&other).await {
        Ok(compared) => compared,
        Err(error) => return unusable(&error),
    };
    if let Err(error @ RemoteError::Unasked(_)) = other.finish().await {
        return unusable(&error);
    }
    if let Some(refusal) = other.counters_refusal() {
        output::complain(&format!(
            "{address}: the store does not report its counters, so they are not checked: {refusal}"
        ));
    }
    let steps = count(checked.steps, "step");
    let Some(difference) = difference else {
        let cases = count(checked.cases, "case");
        output::complain(&format!(
            "{address}: no difference in {cases} with {steps} (seed {seed})"
        ));
        return FINE;
    };
    tell(&args, seed, &difference);
    let title = format!("seed {seed}, case {}", difference.case);
    let mut text = Vec::new();
    let written = difference.write(&title, &mut text);
    if let (Some(path), Ok(())) = (&args.save, &written)
        && let Err(error) = whole_file::write(path, &text, true)
    {
        output::complain(&format!(
            "{}: cannot be written ({})",
            path.display(),
            said(&error)
        ));
        return UNUSABLE;
    }
    output::status(written.and_then(|()| print(&text)), UNMET)
}

/// Says where the stores differ.
fn tell(args: &Args, seed: u64, difference: &Difference) {
    let Difference {
        case,
        step,
        method,
        steps,
        failures,
        ..
    } = difference;
    let address = &args.against;
    let left = steps.len();
    output::complain(&format!(
        "{address}: case {case} differs at step {step} ({method}); shrunk to {left} of {} (seed {seed})",
        count(*step as u64, "step")
    ));
    for failure in failures {
        output::complain(&format!("  {}", fit(&failure.to_string(), 300)));
    }
    if !difference.is_done {
        output::complain(
            "  stopped before the scenario was fully shrunk; fewer or simpler steps may be possible",
        );
    }
}

fn print(text: &[u8]) -> io::Result<()> {
    let mut out = output::standard();
    out.write_all(text)?;
    out.flush()
}
