//! Work that takes its time, such as comparing two long histories: what is to be done, how far it is, and what came of it.
//! One piece of work goes on at a time; the next one ends it.
//!
//! Nothing is done here while a message is taken: the driver's hand carries a [`Task`] out on a thread of its own.

use std::ops::ControlFlow;

use super::difference::{self, DifferenceView, Sides};
use super::driver::Effect;
use super::importing::grouped;
use super::model::{Call, Effects, Model, Overlay};
use super::panes::journal::Sifted;
use super::panes::threads::Search;
use super::playing;
use super::playing::opening::{Opened, Wanted};
use super::reader::Reader;
use super::reading::{self, Job, Read};
use super::{laws, moving, steps, timeline};
use crate::protocol::ThreadId;
use crate::store::Snapshot;
use crate::workbench::diff::{self, Seen};
use crate::workbench::laws::{Algebra, LAWS, Verdict, small_space};
use crate::workbench::{self, Journal};

/// What is to be done.
pub enum Task {
    /// Compare two threads, or one at two moments.
    Threads(Box<[Asked; 2]>),
    /// Find the steps that were about a value of a thread.
    Steps {
        /// The steps there are.
        journal: Box<Journal>,
        /// Which thread.
        id: ThreadId,
        /// Which of its values.
        asked: steps::Asked,
    },
    /// Make the call of a step again, to show it with what came of it.
    Step {
        /// The steps there are.
        journal: Box<Journal>,
        /// Which one.
        step: u64,
    },
    /// Check a law of merging over the small space.
    Law {
        /// What merges.
        algebra: Algebra,
        /// Which law, by its place among all.
        law: usize,
    },
    /// Compare the whole store after a step with what it was after another one.
    Stores {
        /// The steps.
        journal: Box<Journal>,
        /// The left one.
        from: u64,
        /// The right one.
        to: u64,
    },
    /// Open a long text, or look for something in it.
    Read(Job),
    /// Find a thread among many.
    Thread(Search),
    /// Find the steps that a filter lets through.
    Sift(Box<Sifted>),
    /// Open scenarios.
    Scenario(Wanted),
}

/// One side of a comparison.
pub struct Asked {
    /// What it is called.
    pub title: String,
    /// Which thread.
    pub id: ThreadId,
    /// In which store.
    pub at: At,
}

/// A store at a moment.
pub enum At {
    /// As it is at hand.
    Hand(Box<Snapshot>),
    /// As it was after a step.
    Step(Box<Journal>, u64),
}

/// What came of it.
pub enum Finding {
    /// Two things side by side.
    Difference(Box<DifferenceView>),
    /// What checking a law came to.
    Law(usize, Verdict),
    /// The steps that were about a value.
    Steps(steps::Asked, Vec<workbench::Told>),
    /// A step with what came of it.
    Step(Box<Reader>),
    /// A long text.
    Read(Read),
    /// A thread that holds a text, if there is one.
    Thread(String, Option<ThreadId>),
    /// The steps that a filter lets through.
    Sifted(Box<Sifted>),
    /// A scenario.
    Scenario(Box<Opened>),
}

/// How it goes.
pub enum Told {
    /// So much of so much is done.
    Progress(usize, usize),
    /// It is done.
    Found(Finding),
    /// It was not begun: a sentence.
    Failed(String),
}

/// Hears how far a task is, and says whether it is to go on.
pub type Tell<'a> = &'a mut dyn FnMut(usize, usize) -> ControlFlow<()>;

impl Task {
    /// What it is called while it goes on.
    fn what(&self) -> &'static str {
        match self {
            Task::Threads(_) | Task::Stores { .. } => "Comparing",
            Task::Steps { .. } => "Looking for steps",
            Task::Step { .. } => "Opening a step",
            Task::Law { .. } => "Checking a law",
            Task::Read(_) => "Reading a long text",
            Task::Thread(_) => "Looking through the threads",
            Task::Sift(_) => "Looking through the steps",
            Task::Scenario(_) => "Opening a scenario",
        }
    }

    /// Does it; `None` if it was broken off, or if there is no such step.
    pub fn run(self, tell: Tell<'_>) -> Option<Finding> {
        let (comparison, sides) = match self {
            Task::Threads(asked) => {
                let [left, right] = *asked;
                let (left, right) = (left.seen()?, right.seen()?);
                (
                    diff::threads(&left, &right, tell)?,
                    Sides::Threads(Box::new([left, right])),
                )
            }
            Task::Law { algebra, law } => {
                let (patches, threads) = small_space();
                let mut tell = |cases| tell(usize::try_from(cases).unwrap_or(usize::MAX), 0);
                let verdict = LAWS.get(law)?.watch(&algebra, &patches, &threads, &mut tell)?;
                return Some(Finding::Law(law, verdict));
            }
            Task::Steps { journal, id, asked } => {
                let told = journal.history_of(id, &asked.subject, steps::MOST, tell)?;
                return Some(Finding::Steps(asked, told));
            }
            Task::Step { journal, step } => {
                return steps::read(&journal, step).map(|reader| Finding::Step(Box::new(reader)));
            }
            Task::Read(job) => return job.run().map(Finding::Read),
            Task::Scenario(wanted) => return wanted.open(tell).map(Box::new).map(Finding::Scenario),
            Task::Thread(search) => {
                let found = search.run(tell)?;
                return Some(Finding::Thread(search.text, found));
            }
            Task::Sift(sifted) => {
                return sifted.run(tell).map(|sifted| Finding::Sifted(Box::new(sifted)));
            }
            Task::Stores { journal, from, to } => {
                let (left, right) = (journal.at(from)?, journal.at(to)?);
                let title = |step: u64| difference::step_title(step);
                let touched = journal.touched(from, to);
                let comparison = diff::stores((title(from), &left), (title(to), &right), &touched);
                (comparison, Sides::Steps(from, to))
            }
        };
        Some(Finding::Difference(Box::new(DifferenceView::new(
            comparison, sides,
        ))))
    }
}

impl Asked {
    fn seen(self) -> Option<Seen> {
        let store = match self.at {
            At::Hand(store) => *store,
            At::Step(journal, step) => journal.at(step)?,
        };
        let (title, id) = (self.title, self.id);
        Some(Seen { title, store, id })
    }
}

/// The work under way.
#[derive(Debug, Default)]
pub struct Beside {
    number: u64,
    what: &'static str,
    going: Option<(usize, usize)>,
}

impl Beside {
    /// Whether something is under way.
    pub fn is_running(&self) -> bool {
        self.going.is_some()
    }

    /// The number of what is or was under way.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whether the work of that number is under way.
    pub fn is_at(&self, number: u64) -> bool {
        self.is_running() && self.number == number
    }

    /// How much is done.
    pub fn done(&self) -> usize {
        self.going.map_or(0, |(done, _)| done)
    }

    /// What it is, and how far, where that is known.
    pub fn line(&self) -> Option<String> {
        Some(match self.going? {
            (_, 0) => self.what.to_string(),
            (done, of) => format!(
                "{}: {} of {}",
                self.what,
                grouped(done as u64),
                grouped(of as u64)
            ),
        })
    }
}

/// Begins a task.
pub fn begin(model: &mut Model, task: Task) -> Effects {
    model.beside.number += 1;
    model.beside.what = task.what();
    model.beside.going = Some((0, 0));
    vec![Effect::Run(Call::Beside {
        number: model.beside.number,
        task,
    })]
}

/// Ends what is under way.
pub fn stop(model: &mut Model) -> Effects {
    model.beside.number += 1;
    model.beside.going = None;
    vec![Effect::Run(Call::StopBeside)]
}

/// Takes what a task tells.
pub fn take(model: &mut Model, number: u64, told: Told) -> Effects {
    if number != model.beside.number {
        return Vec::new();
    }
    match told {
        Told::Progress(done, of) => {
            model.beside.going = Some((done, of));
            Vec::new()
        }
        Told::Failed(sentence) => {
            model.beside.going = None;
            model.warn(sentence);
            Vec::new()
        }
        Told::Found(finding) => {
            model.beside.going = None;
            match finding {
                Finding::Difference(view) => difference::show(model, *view),
                Finding::Law(law, verdict) => laws::checked(model, law, verdict),
                Finding::Steps(asked, told) => steps::show(model, asked, told),
                Finding::Step(reader) => model.arrive(Overlay::Reader(*reader)),
                Finding::Read(read) => reading::take(model, read),
                Finding::Scenario(opened) => playing::opening::take(model, *opened),
                Finding::Thread(text, found) => {
                    moving::go_to_thread(model, &text, found);
                    Vec::new()
                }
                Finding::Sifted(sifted) => timeline::take(model, number, *sifted),
            }
        }
    }
}
