//! Actions as data: what happens when the user selects a row of a list or answers yes to a question. The module
//! `features::actions` runs them.

use std::path::PathBuf;
use std::sync::Arc;

use super::command::Command;
use super::effect::{Call, Moment};
use super::session::StoreKey;
use crate::contract::Op;
use crate::inspector::state::file::SaveRequest;
use crate::protocol::{RolloutItem, ThreadId};
use crate::workbench::scenario::Key;

/// An action that runs when the user selects a row, or answers yes to a question.
pub enum Action {
    /// Only close the list.
    Nothing,
    /// Run a command.
    Command(&'static Command),
    /// Open the form of a method.
    Op(Op),
    /// Show or hide a column of the threads.
    Column(usize),
    /// Copy a text.
    Copy(String),
    /// Switch to an open store.
    Store(StoreKey),
    /// Load a patch into the patch form.
    UsePatch(NewPatch),
    /// Load a patch into the patch form, and replace a patch that was not applied.
    ReplacePatch(NewPatch),
    /// Open a step.
    Step(u64),
    /// Open the item at this position in the selected thread's history.
    Item(usize),
    /// Open an item that is not in the history.
    Superseded {
        /// The title.
        title: String,
        /// The item.
        item: RolloutItem,
    },
    /// Switch to the branch that ends with this step.
    Travel(u64),
    /// Move a store to another point in its history, after the user was asked.
    GoTo(StoreKey, Moment),
    /// Restart the scenario, after the user was asked.
    Restart,
    /// Add an expectation to a step.
    Expect(u64, Vec<Key>),
    /// Set a row of the patch form to a value. If the value has parts, the user fills them in first.
    Value(usize, String),
    /// Open the form for the parts of a value in a row of the patch form.
    Parts(usize, String),
    /// Apply the patch in the form to these threads.
    Apply(Arc<[ThreadId]>),
    /// Go back to this step of a store and make a call from there.
    Branch {
        /// The store.
        store: StoreKey,
        /// The step to go back to.
        step: u64,
        /// The call.
        then: Box<Call>,
    },
    /// Overwrite a file with a text.
    Overwrite(PathBuf, String),
    /// Save a store or its steps to a file.
    Save(Box<SaveRequest>),
    /// Quit.
    Quit,
}

/// A patch to load into the form.
pub struct NewPatch {
    /// The patch as JSON.
    pub text: String,
    /// A sentence about what the patch cannot do. Empty if there is nothing to say.
    pub beyond: String,
    /// The thread that the patch was made for, if any.
    pub thread: Option<ThreadId>,
}

impl From<String> for NewPatch {
    /// A patch that was made for no particular thread.
    fn from(text: String) -> Self {
        Self {
            text,
            beyond: String::new(),
            thread: None,
        }
    }
}
