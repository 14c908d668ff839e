//! The laws of merging and applying patches, checked for all combinations of given patches and threads, or of a small
//! complete space of them.
//!
//! An [`Algebra`] defines how patches are merged and applied. The algebra of the contract satisfies every law. The
//! check demonstrates this, and shows counterexamples for other algebras.

use std::ops::ControlFlow;

use chrono::DateTime;
use uuid::Uuid;

use crate::contract::{Change, CreateThreadParams, FIELDS, States, StoredThread, ThreadMetadataPatch};
use crate::protocol::ThreadId;
use crate::store::ThreadRecord;

/// How patches are merged, and how a patch is applied to a thread.
#[derive(Clone, Copy)]
pub struct Algebra {
    /// Merges two patches into one that has the effect of applying the first patch and then the second.
    pub merge: fn(&ThreadMetadataPatch, &ThreadMetadataPatch) -> ThreadMetadataPatch,
    /// Applies a patch to a thread, as a read returns it.
    pub apply: fn(&StoredThread, &ThreadMetadataPatch) -> StoredThread,
}

impl Algebra {
    /// The algebra of the contract.
    pub const CONTRACT: Algebra = Algebra {
        merge: |first, next| {
            let mut merged = first.clone();
            merged.merge(next);
            merged
        },
        apply: |thread, patch| {
            let mut after = thread.clone();
            patch.apply(&mut after);
            after
        },
    };
}

/// A law.
pub struct Law {
    /// The name of the law.
    pub name: &'static str,
    /// A sentence that states the law.
    pub about: &'static str,
    check: fn(&Algebra, &[ThreadMetadataPatch], &[StoredThread], &mut Check<'_>),
}

/// The result of checking a law.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LawResult {
    /// The number of cases that were checked.
    pub checked: u64,
    /// The smallest case that violates the law; `None` if there is none.
    pub broken: Option<Counterexample>,
}

/// A case that violates a law: its input, and the two sides that should be equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// The input: the patches, and the thread if the law uses one, each with its name in the text of the law.
    pub given: Vec<(&'static str, String)>,
    /// The two sides, each with a description and its value as JSON.
    pub sides: [(&'static str, String); 2],
}

impl Counterexample {
    /// Formats the counterexample: the input, then the two sides, on one line each.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let given = self.given.iter().map(|(name, text)| format!("  {name}: {text}"));
        let sides = ["-", "+"].iter().zip(&self.sides);
        given.chain(sides.map(|(sign, (what, text))| format!("{sign} {what}: {text}")))
    }

    fn size(&self) -> usize {
        self.given.iter().map(|(_, text)| text.len()).sum()
    }
}

/// Receives the number of cases that were checked. If the function returns `Break`, the check is cancelled.
pub type LawProgressFn<'a> = &'a mut dyn FnMut(u64) -> ControlFlow<()>;

/// A running check.
struct Check<'a> {
    verdict: LawResult,
    tell: LawProgressFn<'a>,
    over: bool,
}

impl Check<'_> {
    /// Whether the check was cancelled.
    fn is_over(&mut self) -> bool {
        self.over = self.over || (self.tell)(self.verdict.checked).is_break();
        self.over
    }

    /// Counts one case. `case` is called only if the sides differ.
    fn case(&mut self, same: bool, case: impl FnOnce() -> Counterexample) {
        let verdict = &mut self.verdict;
        verdict.checked += 1;
        if !same {
            let case = case();
            if verdict
                .broken
                .as_ref()
                .is_none_or(|smallest| case.size() < smallest.size())
            {
                verdict.broken = Some(case);
            }
        }
    }
}

/// The name of the law about applying two patches one after the other.
pub const COMPOSITION: &str = "composition";

/// All laws.
pub static LAWS: &[Law] = &[
    Law {
        name: "identity",
        about: "Merging with the empty patch, first or last, changes nothing.",
        check: identity,
    },
    Law {
        name: "idempotence",
        about: "Merging a patch with itself gives the same patch.",
        check: idempotence,
    },
    Law {
        name: "associativity",
        about: "Three patches merge to the same result whichever two are merged first.",
        check: associativity,
    },
    Law {
        name: COMPOSITION,
        about: "Applying two patches in turn gives the same result as applying their merge.",
        check: composition,
    },
    Law {
        name: "wire round trip",
        about: "A patch written as JSON and read back is the same patch.",
        check: round_trip,
    },
    Law {
        name: "clear is not leave",
        about: "Clearing a field survives merging and removes the value; leaving it unchanged does neither.",
        check: clears,
    },
];

impl Law {
    /// Checks the law for all combinations of the given patches and threads. For more than 40 patches, associativity
    /// is checked only for every third patch.
    pub fn check(
        &self,
        algebra: &Algebra,
        patches: &[ThreadMetadataPatch],
        threads: &[StoredThread],
    ) -> LawResult {
        let mut go_on = |_| ControlFlow::Continue(());
        #[expect(
            clippy::expect_used,
            reason = "an empty verdict would mean that the law holds"
        )]
        self.watch(algebra, patches, threads, &mut go_on)
            .expect("the check is never cancelled")
    }

    /// Like [`check`](Self::check), but reports progress to `tell`. Returns `None` if it was cancelled.
    pub fn watch(
        &self,
        algebra: &Algebra,
        patches: &[ThreadMetadataPatch],
        threads: &[StoredThread],
        tell: LawProgressFn<'_>,
    ) -> Option<LawResult> {
        let mut check = Check {
            verdict: LawResult::default(),
            tell,
            over: false,
        };
        (self.check)(algebra, patches, threads, &mut check);
        (!check.over).then_some(check.verdict)
    }
}

fn patch_text(patch: &ThreadMetadataPatch) -> String {
    super::sparse::text(patch)
}

/// A thread as text, as a read returns it. The check compares these texts, so that every difference that a user can
/// see counts.
fn shown(thread: &StoredThread) -> String {
    // A path that is not UTF-8 cannot be written as JSON, but has to be compared too.
    serde_json::to_string(thread).unwrap_or_else(|_| format!("{thread:?}"))
}

fn identity(
    algebra: &Algebra,
    patches: &[ThreadMetadataPatch],
    threads: &[StoredThread],
    check: &mut Check<'_>,
) {
    let empty = ThreadMetadataPatch::default();
    for patch in patches {
        if check.is_over() {
            return;
        }
        for merged in [(algebra.merge)(patch, &empty), (algebra.merge)(&empty, patch)] {
            check.case(merged == *patch, || Counterexample {
                given: vec![("patch", patch_text(patch))],
                sides: [
                    ("merged with the empty patch", patch_text(&merged)),
                    ("the patch", patch_text(patch)),
                ],
            });
        }
    }
    for thread in threads {
        let (left, right) = (shown(&(algebra.apply)(thread, &empty)), shown(thread));
        check.case(left == right, || Counterexample {
            given: vec![("thread", right.clone())],
            sides: [
                ("after the empty patch", left.clone()),
                ("the thread", right.clone()),
            ],
        });
    }
}

fn idempotence(
    algebra: &Algebra,
    patches: &[ThreadMetadataPatch],
    threads: &[StoredThread],
    check: &mut Check<'_>,
) {
    for patch in patches {
        if check.is_over() {
            return;
        }
        let twice = (algebra.merge)(patch, patch);
        check.case(twice == *patch, || Counterexample {
            given: vec![("patch", patch_text(patch))],
            sides: [
                ("merged with itself", patch_text(&twice)),
                ("the patch", patch_text(patch)),
            ],
        });
        for thread in threads {
            let once = (algebra.apply)(thread, patch);
            let (left, right) = (shown(&(algebra.apply)(&once, patch)), shown(&once));
            check.case(left == right, || Counterexample {
                given: vec![("thread", shown(thread)), ("patch", patch_text(patch))],
                sides: [
                    ("after the patch twice", left.clone()),
                    ("after the patch once", right.clone()),
                ],
            });
        }
    }
}

/// The number of triples grows with the third power of the number of patches. With more than 40 patches, only every
/// third patch is used.
fn associativity(
    algebra: &Algebra,
    patches: &[ThreadMetadataPatch],
    _: &[StoredThread],
    check: &mut Check<'_>,
) {
    let stride = if patches.len() > 40 { 3 } else { 1 };
    for first in patches.iter().step_by(stride) {
        if check.is_over() {
            return;
        }
        for next in patches.iter().step_by(stride) {
            let merged = (algebra.merge)(first, next);
            for last in patches.iter().step_by(stride) {
                let left = (algebra.merge)(&merged, last);
                let right = (algebra.merge)(first, &(algebra.merge)(next, last));
                check.case(left == right, || Counterexample {
                    given: vec![
                        ("first", patch_text(first)),
                        ("next", patch_text(next)),
                        ("last", patch_text(last)),
                    ],
                    sides: [
                        ("first and next merged first", patch_text(&left)),
                        ("next and last merged first", patch_text(&right)),
                    ],
                });
            }
        }
    }
}

fn composition(
    algebra: &Algebra,
    patches: &[ThreadMetadataPatch],
    threads: &[StoredThread],
    check: &mut Check<'_>,
) {
    for first in patches {
        if check.is_over() {
            return;
        }
        let between: Vec<StoredThread> = threads
            .iter()
            .map(|thread| (algebra.apply)(thread, first))
            .collect();
        for next in patches {
            let merged = (algebra.merge)(first, next);
            for (thread, between) in threads.iter().zip(&between) {
                let left = shown(&(algebra.apply)(between, next));
                let right = shown(&(algebra.apply)(thread, &merged));
                check.case(left == right, || Counterexample {
                    given: vec![
                        ("thread", shown(thread)),
                        ("first", patch_text(first)),
                        ("next", patch_text(next)),
                    ],
                    sides: [
                        ("after first and then next", left.clone()),
                        ("after the merged patch", right.clone()),
                    ],
                });
            }
        }
    }
}

fn round_trip(_: &Algebra, patches: &[ThreadMetadataPatch], _: &[StoredThread], check: &mut Check<'_>) {
    for patch in patches {
        if check.is_over() {
            return;
        }
        let wire = serde_json::to_string(patch).unwrap_or_default();
        let read = serde_json::from_str::<ThreadMetadataPatch>(&wire);
        check.case(read.as_ref().is_ok_and(|read| read == patch), || Counterexample {
            given: vec![("patch", patch_text(patch))],
            sides: [
                (
                    "read back",
                    read.map_or_else(|error| error.to_string(), |read| patch_text(&read)),
                ),
                ("the patch", patch_text(patch)),
            ],
        });
    }
}

/// For every field that can be cleared: a patch merged with a clear clears the field, and merged with an empty patch
/// leaves the field as it was.
fn clears(algebra: &Algebra, patches: &[ThreadMetadataPatch], _: &[StoredThread], check: &mut Check<'_>) {
    let leave = ThreadMetadataPatch::default();
    for patch in patches {
        if check.is_over() {
            return;
        }
        for field in FIELDS.iter().filter(|field| field.states == States::Three) {
            let mut clear = ThreadMetadataPatch::default();
            if field.put(&mut clear, &Change::Clear).is_err() {
                continue;
            }
            for (next, wanted) in [(&clear, Change::Clear), (&leave, field.get(patch))] {
                let merged = (algebra.merge)(patch, next);
                check.case(field.get(&merged) == wanted, || {
                    let mut right = merged.clone();
                    // This cannot fail, because the value comes from the same field of another patch.
                    let _ = field.put(&mut right, &wanted);
                    Counterexample {
                        given: vec![
                            ("field", field.name.to_string()),
                            ("first", patch_text(patch)),
                            ("next", patch_text(next)),
                        ],
                        sides: [
                            ("the merged patch", patch_text(&merged)),
                            ("the expected patch", patch_text(&right)),
                        ],
                    }
                });
            }
        }
    }
}

/// The patches and threads for which a law is checked.
pub type LawCases = (Vec<ThreadMetadataPatch>, Vec<StoredThread>);

/// A small space of patches that covers every kind of field in every state: a text field with three states, a text
/// field with two states, and two parts of `git_info`. The threads are the results of applying those patches that
/// clear nothing.
pub fn small_space() -> LawCases {
    let set = |text: &str| Change::Set(text.to_string());
    let three = [Change::Leave, Change::Clear, set("\"x\""), set("\"\"")];
    let two = [Change::Leave, set("\"x\""), set("\"\"")];
    let part = [Change::Leave, Change::Clear, set("\"x\"")];
    let mut patches = Vec::new();
    for name in &three {
        for preview in &two {
            for sha in &part {
                for branch in &part {
                    patches.push(made_of(&[
                        ("name", name),
                        ("preview", preview),
                        ("git_info.sha", sha),
                        ("git_info.branch", branch),
                    ]));
                }
            }
            // A patch with an empty `git_info`.
            let mut present = made_of(&[("name", name), ("preview", preview)]);
            present.git_info = Some(crate::contract::GitInfoPatch::default());
            patches.push(present);
        }
    }
    let threads = patches
        .iter()
        .filter(|patch| {
            patch
                .git_info
                .as_ref()
                .is_none_or(|git| git.sha != Some(None) && git.branch != Some(None))
        })
        .filter(|patch| patch.name != Some(None))
        .map(|patch| (Algebra::CONTRACT.apply)(&blank(), patch))
        .collect();
    (patches, threads)
}

fn made_of(changes: &[(&str, &Change)]) -> ThreadMetadataPatch {
    let mut patch = ThreadMetadataPatch::default();
    for (name, change) in changes {
        if let Some(field) = crate::contract::field(name) {
            // The changes of the small space fit their fields; the tests check this.
            let _ = field.put(&mut patch, change);
        }
    }
    patch
}

/// A newly created thread without any metadata, at a fixed time, as a read returns it.
#[expect(clippy::expect_used, reason = "without a thread no case would be checked")]
fn blank() -> StoredThread {
    let params = CreateThreadParams::new(ThreadId::from(Uuid::nil()));
    let thread = ThreadRecord::created(params).project(DateTime::UNIX_EPOCH);
    thread.expect("a thread that was created can be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every eighth patch and every fourth thread of the small space. The complete space takes too long in debug
    /// builds.
    fn thinned() -> (Vec<ThreadMetadataPatch>, Vec<StoredThread>) {
        let (patches, threads) = small_space();
        (
            patches.into_iter().step_by(8).collect(),
            threads.into_iter().step_by(4).collect(),
        )
    }

    #[test]
    fn the_small_space_is_large_enough_to_mean_something() {
        let (patches, threads) = small_space();
        assert!(patches.len() * patches.len() * threads.len() >= 500_000);
        let distinct: std::collections::HashSet<String> =
            patches.iter().map(|patch| format!("{patch:?}")).collect();
        assert_eq!(distinct.len(), patches.len());
    }

    #[test]
    fn a_check_can_be_broken_off() {
        let (patches, threads) = thinned();
        for law in LAWS {
            let mut asked = 0;
            let mut stop = |_| {
                asked += 1;
                if asked == 3 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            let verdict = law.watch(&Algebra::CONTRACT, &patches, &threads, &mut stop);
            assert_eq!((verdict, asked), (None, 3), "{}", law.name);
        }
    }

    #[test]
    fn the_contract_keeps_every_law() {
        let (patches, threads) = thinned();
        for law in LAWS {
            let verdict = law.check(&Algebra::CONTRACT, &patches, &threads);
            assert!(verdict.checked > 0, "{}", law.name);
            assert_eq!(verdict.broken, None, "{}", law.name);
        }
    }

    /// Merges patches as if they were documents: a clear is applied and then dropped.
    fn forgetful(first: &ThreadMetadataPatch, next: &ThreadMetadataPatch) -> ThreadMetadataPatch {
        let mut merged = first.clone();
        merged.merge(next);
        for field in FIELDS.iter() {
            if field.get(&merged) == Change::Clear {
                let _ = field.put(&mut merged, &Change::Leave);
            }
        }
        merged
    }

    #[test]
    fn composing_patches_as_documents_loses_clears_and_is_found_out() {
        let (patches, threads) = thinned();
        let wrong = Algebra {
            merge: forgetful,
            ..Algebra::CONTRACT
        };
        let broken = |name: &str| {
            let law = LAWS.iter().find(|law| law.name == name).unwrap();
            law.check(&wrong, &patches, &threads).broken
        };
        assert!(broken("composition").is_some());
        let case = broken("clear is not leave").unwrap();
        assert_eq!(
            (case.sides[0].1.as_str(), case.sides[1].1.as_str()),
            ("{}", r#"{"name":null}"#),
            "the smallest case"
        );
    }
}
