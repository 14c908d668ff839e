//! `threadloupe run --shrink`: prints the fewest and simplest steps of a scenario that still fail in the same place.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::iter::successors;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Args, opened};
use crate::cli::{FINE, UNMET, UNUSABLE, output};
use crate::rollout::open::unreadable;
use crate::store::InMemoryThreadStore;
use crate::text::fit;
use crate::workbench::scenario::shrink::{ATTEMPTS, FailingScenario, Lints, place_of, shrink};
use crate::workbench::scenario::{ScenarioSession, Script};

/// The maximum time for shrinking.
const TIME: Duration = Duration::from_secs(60);

/// Shrinks the only file and returns the exit status.
pub async fn run(args: &Args, files: &[PathBuf]) -> u8 {
    let [path] = files else {
        if files.len() > 1 {
            output::complain(&format!(
                "--shrink takes one scenario file, but {} were given; name one of them",
                files.len()
            ));
        }
        return UNUSABLE;
    };
    let name = &*path.to_string_lossy();
    match read(name, path) {
        Ok(script) => shrink_script(args, name, script).await,
        Err(error) => {
            output::complain(&unreadable(name, &error));
            UNUSABLE
        }
    }
}

fn read(name: &str, path: &Path) -> io::Result<Script> {
    let script = Script::read(name, opened(path)?, 0, &mut |_| ControlFlow::Continue(()))?;
    Ok(script.unwrap_or_default())
}

async fn shrink_script(args: &Args, name: &str, script: Script) -> u8 {
    let (stores, mut status) = check(name, &script);
    let id = args.store.clone().or(script.header.store.clone());
    // Every attempt needs new stores, the registered ones too.
    let fresh = || {
        for id in stores.iter().chain(&id) {
            InMemoryThreadStore::remove_id(id);
        }
        ScenarioSession::new(match &id {
            Some(id) => InMemoryThreadStore::for_id(id.as_str()),
            None => Arc::new(InMemoryThreadStore::default()),
        })
    };
    let lints = match args.deny_lints {
        true => Lints::Denied,
        false => Lints::Allowed,
    };
    let Some(failing) = FailingScenario::find(&script, args.clock, lints, fresh).await else {
        if script.header.rows.len() > 1 && (id.is_some() || !stores.is_empty()) {
            output::complain(&format!(
                "{name}: no expectation fails if each row is played on new stores; a failure that depends on the rows \
                 before it cannot be shrunk"
            ));
            return UNUSABLE;
        }
        output::complain(&format!(
            "{name}: no expectation fails, so there is nothing to shrink"
        ));
        return status;
    };
    let fails =
        async |steps: &[String]| place_of(steps, lints, fresh()).await.as_ref() == Some(&failing.place);
    if !fails(&failing.steps).await {
        output::complain(&format!(
            "{name}: step {} does not fail again when the same steps are played again, so nothing is removed; if the failure \
             depends on the time, set a clock in the header",
            failing.step
        ));
        let written = print(&failing, &failing.steps);
        return output::status(written, status.max(UNMET));
    }
    let deadline = Instant::now() + TIME;
    let shrunk = shrink(failing.steps.clone(), ATTEMPTS, Some(deadline), fails).await;
    let row = failing.row.map_or(String::new(), |row| format!("row {row}: "));
    let paths: Vec<_> = failing.place.paths().map(|path| fit(path, 200)).collect();
    output::complain(&format!(
        "{name}: {row}{} of {} steps remain; step {} ({}) fails at {}; in the original file, it is step {}",
        shrunk.steps.len(),
        script.len(),
        shrunk.steps.len(),
        failing.place.method,
        paths.join(", "),
        failing.step
    ));
    if !shrunk.is_done {
        output::complain(&format!(
            "{name}: stopped after {ATTEMPTS} attempts or {} s; fewer or simpler steps may be possible: run --shrink on \
             the result",
            TIME.as_secs()
        ));
    }
    status = status.max(UNMET);
    output::status(print(&failing, &shrunk.steps), status)
}

/// Reports the invalid steps in all rows. Returns the ids of the stores that steps name, and the exit status so far.
fn check(name: &str, script: &Script) -> (BTreeSet<String>, u8) {
    let (mut stores, mut status) = (BTreeSet::new(), FINE);
    for script in successors(Some(script.clone()), Script::next_row) {
        for step in 0..script.len() {
            match script.step(step) {
                Some(Ok(statement)) => stores.extend(statement.store),
                Some(Err(invalid)) => {
                    let row = script.row().map_or(String::new(), |row| format!("row {row}, "));
                    output::complain(&format!("{name}: {row}step {}: {invalid}", step + 1));
                    status = UNUSABLE;
                }
                None => {}
            }
        }
    }
    (stores, status)
}

fn print(failing: &FailingScenario, steps: &[String]) -> io::Result<()> {
    let mut out = output::standard();
    failing.write(steps, &mut out)?;
    out.flush()
}
