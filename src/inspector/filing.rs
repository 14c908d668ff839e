//! The store on its way into a state file or out of one, or its steps into a scenario: what is to be done, how far it is,
//! and how it ended.
//!
//! One file is under way at a time. It is written and read beside the interface, and looking at something else does not
//! end that.

use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::driver::Effect;
use super::importing::{Importing, count, names};
use super::model::{Call, Effects, Model, News, Overlay, Question};
use super::session::Session;
use crate::store::Snapshot;
use crate::workbench::state_file::{self, Reading, Size};
use crate::workbench::whole_file::{Tell, sentence};
use crate::workbench::{Journal, Workbench, recording};

/// What is to be saved.
pub enum Content {
    /// A store.
    Store(Box<Snapshot>),
    /// The steps that lead to it, as a scenario.
    Steps(Box<Journal>),
}

/// A file that is to be written.
pub struct Saving {
    /// What goes into it.
    pub content: Content,
    /// The file.
    pub path: PathBuf,
    /// Which step of how many it was after, if it is not the store as it is now.
    pub past: Option<(usize, usize)>,
    /// Whether a file that is there may be written over.
    pub over: bool,
}

/// A state that is to be opened.
pub type Opening = Reading<BufReader<File>>;

/// What a file tells that is under way.
pub enum FilingNews {
    /// It goes on: so much of so much is done, lines when writing, bytes when reading.
    Progress(u64, u64),
    /// It is written: how much that is, in words.
    Saved(Box<Saving>, String),
    /// There is a file of that name already: it is still to be written.
    Exists(Box<Saving>),
    /// A state was read.
    Read(Box<Snapshot>),
    /// It was stopped.
    Stopped,
    /// It failed: a sentence.
    Failed(String),
}

/// The file that is under way.
#[derive(Clone, Debug, Default)]
pub struct Filing {
    doing: Option<Doing>,
    name: String,
    progress: (u64, u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Saving,
    Opening,
}

impl Saving {
    /// Saves it.
    pub fn run(self, tell: Tell<'_>) -> FilingNews {
        let (path, over) = (&self.path, self.over);
        let saved = match &self.content {
            Content::Store(store) => {
                state_file::save(store, path, over, tell).map(|saved| saved.map(how_much))
            }
            Content::Steps(journal) => recording::save(journal, path, over, tell)
                .map(|saved| saved.map(|steps| count(steps as u64, "step"))),
        };
        match saved {
            Ok(Some(much)) => FilingNews::Saved(Box::new(self), much),
            Ok(None) => FilingNews::Stopped,
            Err(error) if !self.over && error.kind() == ErrorKind::AlreadyExists => {
                FilingNews::Exists(Box::new(self))
            }
            Err(error) => FilingNews::Failed(sentence(&self.path, &error)),
        }
    }
}

fn how_much(size: Size) -> String {
    format!(
        "{}, {}, {}",
        count(size.threads, "thread"),
        count(size.items, "item"),
        super::importing::size(size.bytes)
    )
}

/// Opens a state.
pub fn read(opening: Opening, tell: Tell<'_>) -> FilingNews {
    match opening.read(tell) {
        Ok(Some(store)) => FilingNews::Read(Box::new(store)),
        Ok(None) => FilingNews::Stopped,
        Err(refusal) => FilingNews::Failed(refusal.to_string()),
    }
}

/// Makes a store what a state says; its journal begins with that.
pub fn restore(bench: &Workbench, state: &Snapshot) -> Workbench {
    let store = Arc::clone(bench.inner());
    store.restore(state);
    Workbench::new(store)
}

impl Filing {
    fn begin(&mut self, doing: Doing, path: &Path) {
        *self = Self {
            doing: Some(doing),
            name: names(&[path.to_path_buf()]),
            progress: (0, 0),
        };
    }

    /// Whether a file is under way.
    pub fn is_running(&self) -> bool {
        self.doing.is_some()
    }

    /// Whether one is being read that is to be the store.
    pub fn is_opening(&self) -> bool {
        self.doing == Some(Doing::Opening)
    }

    /// What is lost when the program is left now, in a sentence.
    pub fn loss(&self) -> Option<String> {
        (self.doing == Some(Doing::Saving))
            .then(|| format!("{} is still being written, and leaving stops that.", self.name))
    }

    /// What is done, and how far it is.
    pub fn line(&self) -> Option<String> {
        let (done, of) = self.progress;
        let far = |word: &str| match of {
            0 => format!("{word} {}", self.name),
            of => format!("{word} {}: {} %", self.name, done.saturating_mul(100) / of),
        };
        self.doing.map(|doing| match doing {
            Doing::Saving => far("Saving"),
            Doing::Opening => far("Opening"),
        })
    }
}

/// Saves the store as it is looked at into a file; one that is there is written over after a question only.
pub fn save(model: &mut Model, path: &str) -> Effects {
    let content = Content::Store(Box::new(model.session.snapshot.clone()));
    asked(model, content, path)
}

/// Saves the steps that lead to the store as it is looked at as a scenario, as [`save`] does the store.
pub fn save_scenario(model: &mut Model, path: &str) -> Effects {
    if let Err(sentence) = recording::possible(&model.session.journal) {
        model.warn(sentence);
        return Vec::new();
    }
    // What was said about steps since the past was gone to is in the line as it is now.
    let journal = model.session.line().until(model.session.journal.tip());
    let content = Content::Steps(Box::new(journal));
    asked(model, content, path)
}

fn asked(model: &mut Model, content: Content, path: &str) -> Effects {
    let saving = Saving {
        content,
        path: PathBuf::from(path.trim()),
        past: model.session.past(),
        over: false,
    };
    begin(model, saving)
}

fn begin(model: &mut Model, saving: Saving) -> Effects {
    model.filing.begin(Doing::Saving, &saving.path);
    vec![Effect::Run(Call::SaveState(Box::new(saving)))]
}

/// Opens a state as the store that is looked at.
pub fn open(model: &mut Model, opening: Opening) -> Effects {
    model.filing.begin(Doing::Opening, opening.file().as_ref());
    model.title.clone_from(&model.filing.name);
    vec![Effect::Run(Call::OpenState(Box::new(opening)))]
}

/// Stops what is under way.
pub fn stop() -> Effects {
    vec![Effect::Run(Call::StopFiling)]
}

/// Takes what is told of it.
pub fn take(model: &mut Model, news: FilingNews) -> Effects {
    if let FilingNews::Progress(done, of) = news {
        model.filing.progress = (done, of);
        return Vec::new();
    }
    let opening = model.filing.is_opening();
    let name = model.filing.name.clone();
    match news {
        // It is under way until the store is there.
        FilingNews::Read(state) => {
            let store = model.session.store;
            return vec![Effect::Run(Call::Restore { store, state })];
        }
        _ => model.filing.doing = None,
    }
    match news {
        FilingNews::Progress(..) | FilingNews::Read(_) => {}
        FilingNews::Saved(saving, much) => {
            let when = |word: &str| {
                saving
                    .past
                    .map_or(String::new(), |(step, of)| format!(" {word} step {step} of {of}"))
            };
            let path = saving.path.display();
            model.say(match saving.content {
                Content::Store(_) => format!("The store{} is in {path}: {much}.", when("as it was after")),
                Content::Steps(_) => {
                    let until = when("up to");
                    format!(
                        "The scenario{until} is in {path}: {much}; `threadloupe run` does the same again."
                    )
                }
            });
        }
        FilingNews::Exists(saving) => {
            return model.arrive(Overlay::Question(Question {
                text: format!(
                    "There is a file {} already. Write over it?",
                    saving.path.display()
                ),
                leaves: false,
                yes: Box::new(move |model| {
                    begin(
                        model,
                        Saving {
                            over: true,
                            ..*saving
                        },
                    )
                }),
            }));
        }
        FilingNews::Stopped if opening => {
            model.say(format!("Stopped opening {name}: the store is empty."));
        }
        FilingNews::Stopped => model.say(format!("Stopped saving {name}: nothing was written.")),
        // There is nothing else to look at.
        FilingNews::Failed(sentence) if opening => {
            model.ending = Some(sentence);
            return vec![Effect::Quit];
        }
        FilingNews::Failed(sentence) => model.warn(sentence),
    }
    Vec::new()
}

/// Looks at the state that was opened.
pub fn restored(model: &mut Model, news: News) {
    model.filing.doing = None;
    let id = std::mem::take(&mut model.session.id);
    model.session = Session::new(id, news);
    model.session.set_mark();
    let threads = count(model.session.snapshot.len() as u64, "thread");
    model.say(format!("Opened {}: {threads}.", model.filing.name));
}

/// While a state is being opened no other store is worked on: what was done in it would be lost.
pub fn hold(model: &mut Model, effects: Effects) -> Effects {
    if !model.filing.is_opening() {
        return effects;
    }
    let (held, others): (Effects, Effects) = effects.into_iter().partition(|effect| match effect {
        Effect::Run(Call::Import { .. } | Call::Open(_)) => true,
        Effect::Run(call) => call.is_change(),
        _ => false,
    });
    for effect in held {
        if let Effect::Run(Call::Import { .. }) = effect {
            model.import = Importing::default();
        }
        model.warn(format!(
            "Not while {} is being opened: wait for it, or stop it with Esc.",
            model.filing.name
        ));
    }
    others
}
