//! The OPS table: one row per method of the contract, in the order of the counters. The two methods that are never
//! counted come last. The [`Step`](super::Step), the counters, the journalling store, the palette and the docs are
//! derived from the table.

use super::Param;

/// Passes the rows of the OPS table to another macro: first the counted methods, then the uncounted ones. A row is
/// `method Variant (Params) -> Answer "sentence";`.
#[doc(hidden)]
#[macro_export]
macro_rules! ops_table {
    ($callback:ident) => {
        $callback! {
            counted {
                create_thread CreateThread (CreateThreadParams) -> Nothing
                    "Creates a thread with an id from the caller; if the thread exists, replaces its create parameters (rule A1).";
                resume_thread ResumeThread (ResumeThreadParams) -> Nothing
                    "Reopens a thread and registers its rollout path; works for any id (rule A4).";
                append_items AppendItems (AppendThreadItemsParams) -> Nothing
                    "Appends items of any kind to the history of any id (rule A5).";
                persist_thread PersistThread (ThreadId) -> Nothing
                    "Makes the thread durable; this store only counts the call (rule A6).";
                flush_thread FlushThread (ThreadId) -> Nothing
                    "Makes queued items durable; this store only counts the call (rule A6).";
                shutdown_thread ShutdownThread (ThreadId) -> Nothing
                    "Closes the thread's writer; this store only counts the call (rule A6).";
                discard_thread DiscardThread (ThreadId) -> Nothing
                    "Asks the store to discard the thread's writer; this store only counts the call (rule A6).";
                load_history LoadHistory (LoadThreadHistoryParams) -> History
                    "Loads the whole history, even if the thread was never created (rule G1).";
                read_thread ReadThread (ReadThreadParams) -> Thread
                    "Reads one created thread, with its history on request (rules G2, G3).";
                read_thread_by_rollout_path ReadThreadByRolloutPath (ReadThreadByRolloutPathParams) -> Thread
                    "Reads the thread for which a resume registered this path (rules P1 to P6).";
                list_threads ListThreads (ListThreadsParams) -> Page
                    "Lists every created thread by id; ignores all filters (rules L1, L2).";
                update_thread_metadata UpdateThreadMetadata (UpdateThreadMetadataParams) -> Thread
                    "Merges a patch into the metadata and returns the thread; keeps the patch for an unknown id too (rules M1 to M11).";
                archive_thread ArchiveThread (ArchiveThreadParams) -> Nothing
                    "Archives a thread; this store only counts the call (rule G5).";
                unarchive_thread UnarchiveThread (ArchiveThreadParams) -> Thread
                    "Unarchives a thread and returns it, whether or not it was archived (rule G5).";
            }
            uncounted {
                list_turns ListTurns (ListTurnsParams) -> Turns
                    "Lists a page of turns; this store does not support the call and does not count it (rule C4).";
                list_items ListItems (ListItemsParams) -> Items
                    "Lists a page of a turn's items; this store does not support the call and does not count it (rule C4).";
            }
        }
    };
}
#[doc(hidden)]
pub use crate::ops_table;

macro_rules! ops {
    (
        counted { $( $counted:ident $Counted:ident ($CountedParams:ty) -> $CountedAnswer:ident $about:literal; )* }
        uncounted { $( $free:ident $Free:ident ($FreeParams:ty) -> $FreeAnswer:ident $free_about:literal; )* }
    ) => {
        /// A method of the contract.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Op {
            $( #[doc = $about] $Counted, )*
            $( #[doc = $free_about] $Free, )*
        }

        /// All sixteen methods.
        pub static OPS: &[OpRow] = &[
            $( OpRow {
                op: Op::$Counted, name: stringify!($counted), counted: true, about: $about,
                params: <$CountedParams as super::StepParams>::PARAMS,
            }, )*
            $( OpRow {
                op: Op::$Free, name: stringify!($free), counted: false, about: $free_about,
                params: <$FreeParams as super::StepParams>::PARAMS,
            }, )*
        ];
    };
}

use super::params::*;
use crate::protocol::ThreadId;
ops_table!(ops);

/// The method of a scenario step that reads the counters. The step is not a method of the contract.
#[cfg(feature = "rollout")]
pub(crate) const CALLS: &str = "calls";

/// The description of one method.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OpRow {
    /// The method.
    pub op: Op,
    /// Its name.
    pub name: &'static str,
    /// Whether the store counts its calls.
    pub counted: bool,
    /// What the method does, in a sentence.
    pub about: &'static str,
    /// The parameters of the method, in JSON order.
    pub params: &'static [Param],
}

impl Op {
    /// The method's row.
    pub fn row(self) -> &'static OpRow {
        // The rows are in the order of the variants; the test below checks this.
        &OPS[self as usize]
    }

    /// The method's name.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The method with this name, if there is one.
    pub fn named(name: &str) -> Option<Op> {
        OPS.iter().find(|row| row.name == name).map(|row| row.op)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_variants() {
        for (index, row) in OPS.iter().enumerate() {
            assert_eq!(row.op as usize, index);
            assert_eq!(row.op.row().name, row.name);
            assert_eq!(Op::named(row.name), Some(row.op));
        }
        assert_eq!(OPS.iter().filter(|row| row.counted).count(), 14);
        assert_eq!(OPS.len(), 16);
    }
}
