//! The position in the tutor: the step, what was done so far, and the state of the screen when the step began.

use std::collections::BTreeSet;

use crate::protocol::ThreadId;

/// The position in the tutor.
#[derive(Debug, Default)]
pub struct TutorState {
    /// The number of the step, counted over all lessons from 0. After the last step, the number of all steps.
    pub step: usize,
    /// The steps that were done.
    pub done: BTreeSet<usize>,
    /// The state when the step began.
    pub before: TutorMoment,
    /// Whether something was copied since the step began.
    pub has_copied: bool,
    /// Whether the step before was just done, so that its last words are shown.
    pub is_going_on: bool,
}

/// What steps compare with: the part of the state that they change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TutorMoment {
    /// The selected row of Threads.
    pub row: usize,
    /// The selected thread.
    pub thread: Option<ThreadId>,
    /// The selected item.
    pub item: Option<usize>,
    /// The last step of the journal.
    pub tip: u64,
    /// The number of calls and expectations that are not saved.
    pub unsaved: usize,
}
