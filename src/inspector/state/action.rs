//! What choosing a row of a list or answering yes does, as data. What becomes of it is in `actions`.

use std::path::PathBuf;

use super::command::Command;
use super::effect::Call;
use super::session::StoreKey;
use crate::contract::Op;
use crate::inspector::panes::history::view::KindKey;
use crate::inspector::state::file::Saving;
use crate::protocol::ThreadId;
use crate::workbench::scenario::Key;

/// Something that is done when it is chosen, or when a question about it is answered with yes.
pub enum Action {
    /// Run a command.
    Command(&'static Command),
    /// Open the form of a method.
    Op(Op),
    /// Show a kind of items or hide it.
    Kind(KindKey),
    /// Copy a text.
    Copy(String),
    /// Look at an open store.
    Store(StoreKey),
    /// Put a patch into the form.
    UsePatch(NewPatch),
    /// Put a patch into the form in the place of one that was not applied.
    ReplacePatch(NewPatch),
    /// Open a step.
    Step(u64),
    /// Expect something of a step.
    Expect(u64, Vec<Key>),
    /// Set a row of the patch form to a value, after its parts were filled in if it has any.
    Value(usize, String),
    /// Open the parts of a value for a row of the patch form.
    Parts(usize, String),
    /// Apply the patch of the form to these threads.
    Apply(Vec<ThreadId>),
    /// Go back to this step of a store and make a call from there.
    Branch {
        /// Which store.
        store: StoreKey,
        /// The step to go back to.
        step: u64,
        /// The call.
        then: Box<Call>,
    },
    /// Write a text over a file.
    Overwrite(PathBuf, String),
    /// Save a store or its steps.
    Save(Box<Saving>),
    /// Leave the program.
    Quit,
}

/// A patch that comes into the form.
pub struct NewPatch {
    /// The patch as JSON.
    pub text: String,
    /// A sentence about what it cannot do; empty if there is none.
    pub beyond: String,
    /// The thread that it was made for, if it was made for one.
    pub thread: Option<ThreadId>,
}
