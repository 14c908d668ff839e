//! Scenarios as tests: plays them on a store and reports which expectations were not met.

use std::collections::BTreeMap;
use std::fmt;
use std::future::ready;
use std::io::{self, Read};
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::answer::Outcome;
use super::session::{PlayError, ScenarioSession};
use super::stream::Scenario;
use super::tally::Tally;
use super::text::{self, INDENT, Tone};
use crate::contract::{RULES, RuleExample, ThreadStore};
use crate::rollout::open;

/// Plays the scenario in a file on a store and returns the report.
///
/// ```no_run
/// use std::sync::Arc;
/// use threadloupe::store::InMemoryThreadStore;
/// use threadloupe::workbench::scenario;
///
/// #[test]
/// fn renaming() {
///     let store = Arc::new(InMemoryThreadStore::default());
///     let report = scenario::check("tests/scenarios/renaming.jsonl", store);
///     assert!(report.passed(), "{report}");
/// }
/// ```
///
/// The steps run on a separate thread with its own tokio runtime, so this can be called from anywhere. If the store
/// needs the caller's runtime, use [`play`]. A `store` in the scenario's header is ignored; the given store is used. A
/// scenario with several rows needs several stores, so it cannot be read here; use [`check_rows`].
pub fn check(path: impl AsRef<Path>, store: Arc<dyn ThreadStore>) -> Report {
    to_end(play(path.as_ref(), store))
}

/// Like [`check`], on the runtime of the caller.
pub async fn play(path: impl AsRef<Path>, store: Arc<dyn ThreadStore>) -> Report {
    let opened = open::regular(path.as_ref()).and_then(|input| {
        let scenario = Scenario::open(input)?;
        match scenario.header.rows.len() {
            0 | 1 => Ok(scenario),
            rows => Err(io::Error::other(format!(
                "it has {rows} rows, and each is played on a new store; use scenario::check_rows with a function \
                 that opens one"
            ))),
        }
    });
    play_opened(path.as_ref(), opened, || ready(Arc::clone(&store)), |store| store).await
}

/// Like [`check`], but opens a new store for each row of the scenario, or one store if the scenario has no rows.
///
/// ```no_run
/// use threadloupe::store::InMemoryThreadStore;
/// use threadloupe::workbench::scenario;
///
/// let report = scenario::check_rows("tests/scenarios/renaming.jsonl", InMemoryThreadStore::default);
/// assert!(report.passed(), "{report}");
/// ```
pub fn check_rows<S: ThreadStore>(path: impl AsRef<Path>, new: impl Fn() -> S + Send + Sync) -> Report {
    let path = path.as_ref();
    to_end(async { play_rows(path, || ready(new())).await })
}

/// Like [`check_rows`], on the runtime of the caller and with an async function that opens a store.
pub async fn play_rows<S: ThreadStore, F: Future<Output = S>>(
    path: impl AsRef<Path>,
    new: impl Fn() -> F,
) -> Report {
    let opened = open::regular(path.as_ref()).and_then(Scenario::open);
    play_opened(path.as_ref(), opened, new, |store| Arc::new(store)).await
}

async fn play_opened<S, F: Future<Output = S>>(
    path: &Path,
    opened: io::Result<Scenario<impl Read>>,
    new: impl Fn() -> F,
    shared: fn(S) -> Arc<dyn ThreadStore>,
) -> Report {
    let mut file = ScenarioReport::new(&path.to_string_lossy(), false);
    match opened {
        Ok(mut scenario) => {
            let mut open = true;
            while open {
                let mut session = ScenarioSession::new(shared(new().await));
                open = file.play_row(&mut scenario, &mut session).await && scenario.next_row();
            }
        }
        Err(error) => file.unreadable(&error.into()),
    }
    let mut report = Report::default();
    report.add(file);
    report
}

/// Runs a future to its end on a separate thread, independent of the caller's runtime.
pub(crate) fn to_end<T: Send>(work: impl Future<Output = T> + Send) -> T {
    thread::scope(|scope| {
        let running = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            #[expect(clippy::expect_used, reason = "no step can be played without a runtime")]
            runtime.expect("a runtime can be built").block_on(work)
        });
        running.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// The report for scenarios that were played on a store.
///
/// Its display text lists each expectation that was not met, with its path, the expected and the actual value, then the
/// expectations that could not be judged, and the totals.
#[derive(Clone, Debug, Default)]
pub struct Report {
    tally: Tally,
    scenarios: Vec<ScenarioReport>,
}

/// A scenario that was played, without the steps that met their expectations.
#[derive(Clone, Debug)]
pub(crate) struct ScenarioReport {
    /// Its path, or its name if it is included in the crate.
    name: String,
    /// The scenario name in its header.
    scenario: String,
    /// The description in its header.
    about: Option<String>,
    /// Whether it is included in the crate, so that rules refer to its steps.
    is_shipped: bool,
    tally: Tally,
    /// Steps with expectations that were not met or could not be judged completely.
    outcomes: Vec<Outcome>,
    /// The reason why the scenario could not be read; `None` if it could be read.
    unreadable: Option<String>,
}

impl Report {
    /// Whether there were steps, all of them could be read, and all judged expectations were met. Expectations that
    /// could not be judged do not fail; see [`tally`](Self::tally) and [`not_judged`](Self::not_judged).
    pub fn passed(&self) -> bool {
        self.tally.is_good()
    }

    /// The number of steps by outcome.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The steps that failed or were invalid, each with the name of its file.
    pub fn failed(&self) -> impl Iterator<Item = (&str, &Outcome)> {
        self.outcomes().filter(|(_, outcome)| !outcome.is_good())
    }

    /// The steps with expectations that could not be judged, or could be judged only in part, each with the name of its
    /// file. A store need not expose its counters, its clock and its contents, which lints depend on.
    pub fn not_judged(&self) -> impl Iterator<Item = (&str, &Outcome)> {
        self.outcomes()
            .filter(|(_, outcome)| !outcome.not_judged.is_empty())
    }

    fn outcomes(&self) -> impl Iterator<Item = (&str, &Outcome)> {
        self.scenarios.iter().flat_map(|file| {
            let name = &*file.name;
            file.outcomes.iter().map(move |outcome| (name, outcome))
        })
    }

    pub(crate) fn add(&mut self, file: ScenarioReport) {
        self.tally.add(file.tally);
        self.scenarios.push(file);
    }
}

impl ScenarioReport {
    /// The report before the first step. `is_shipped` tells whether the scenario is included in the crate.
    pub fn new(name: &str, is_shipped: bool) -> Self {
        Self {
            name: name.to_string(),
            scenario: String::new(),
            about: None,
            is_shipped,
            tally: Tally::file(),
            outcomes: Vec::new(),
            unreadable: None,
        }
    }

    /// Plays the current row of a scenario to its end. Returns false if the scenario cannot be read.
    pub async fn play_row(
        &mut self,
        scenario: &mut Scenario<impl Read>,
        session: &mut ScenarioSession,
    ) -> bool {
        self.scenario.clone_from(&scenario.header.scenario);
        self.about.clone_from(&scenario.header.about);
        if let Some(clock) = scenario.header.clock {
            session.set_clock(clock);
        }
        loop {
            match session.play_next(scenario).await {
                Ok(Some(outcome)) => {
                    self.tally.step(&outcome);
                    if !outcome.is_good() || !outcome.not_judged.is_empty() {
                        self.outcomes.push(outcome);
                    }
                }
                Ok(None) if self.tally.steps > 0 => return true,
                Ok(None) => {
                    self.unreadable(&io::Error::other("it has no steps, so nothing was checked").into());
                    return false;
                }
                Err(error) => {
                    self.unreadable(&error);
                    return false;
                }
            }
        }
    }

    fn unreadable(&mut self, error: &PlayError) {
        self.tally.unreadable += 1;
        self.unreadable = Some(error.of_file(&self.name));
    }

    /// The failed steps.
    fn write_failures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = self.about.as_deref();
        f.write_str(&text::title(&self.name, &self.scenario, about, &plain))?;
        let mut last = None;
        for outcome in self.outcomes.iter().filter(|outcome| !outcome.is_good()) {
            if let Some(row) = outcome.row.filter(|row| last != Some(*row)) {
                f.write_str(&text::row(row, &plain))?;
            }
            last = outcome.row;
            f.write_str(&text::step(outcome, &plain))?;
            let shows = |example: &RuleExample| matches!(example, RuleExample::Step { file, step } if *file == self.name && *step == outcome.step);
            let shown = RULES.iter().filter(|rule| rule.examples.iter().any(shows));
            for rule in shown.filter(|_| self.is_shipped) {
                writeln!(f, "{INDENT}rule {}: {}", rule.number, rule.text)?;
            }
        }
        match &self.unreadable {
            Some(sentence) => writeln!(f, "{INDENT}{}", plain(sentence, Tone::Plain)),
            None => Ok(()),
        }
    }

    /// The paths that could not be judged, each with the steps that have an expectation for it.
    fn write_not_judged(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut paths: BTreeMap<(&str, Option<usize>), Vec<u64>> = BTreeMap::new();
        for outcome in &self.outcomes {
            for path in &outcome.not_judged {
                paths.entry((path, outcome.row)).or_default().push(outcome.step);
            }
        }
        for ((path, row), steps) in paths {
            let row = row.map_or(String::new(), |row| format!("row {row}, "));
            let steps = ranges(&steps);
            writeln!(
                f,
                "{INDENT}{}: {path} in {row}{steps}",
                plain(&self.name, Tone::Plain)
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in self.scenarios.iter().filter(|file| !file.tally.is_good()) {
            file.write_failures(f)?;
            writeln!(f)?;
        }
        if self.tally.not_judged + self.tally.in_part > 0 {
            writeln!(
                f,
                "Not checked, because the store does not expose its counters, its clock or its contents:"
            )?;
            for file in &self.scenarios {
                file.write_not_judged(f)?;
            }
            writeln!(f)?;
        }
        f.write_str(&text::summary(&self.tally))
    }
}

/// Formats steps in ascending order, with consecutive ones as a range: `steps 1, 3 to 7`.
fn ranges(steps: &[u64]) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for step in steps {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *step => *last = *step,
            _ => runs.push((*step, *step)),
        }
    }
    let runs: Vec<String> = runs
        .into_iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            _ => format!("{first} to {last}"),
        })
        .collect();
    let word = if steps.len() == 1 { "step" } else { "steps" };
    format!("{word} {}", runs.join(", "))
}

/// Formats text without colours and with control characters escaped.
fn plain(text: &str, _: Tone) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
                written.extend(c.escape_unicode());
            }
            c if c.is_control() => written.extend(c.escape_default()),
            c => written.push(c),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_without_a_gap_are_told_as_one() {
        for (steps, told) in [
            (&[4][..], "step 4"),
            (&[4, 5], "steps 4 to 5"),
            (&[1, 3, 4, 5, 9], "steps 1, 3 to 5, 9"),
        ] {
            assert_eq!(ranges(steps), told);
        }
    }

    #[test]
    fn nothing_that_drives_a_terminal_is_shown() {
        assert_eq!(
            plain("a\u{1b}[2J\n\u{202e}é", Tone::Plain),
            "a\\u{1b}[2J\\n\\u{202e}é"
        );
    }
}
