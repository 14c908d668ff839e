//! The thread-store contract as types: what a store is asked, what it answers, how it fails.
//!
//! Here live the [`ThreadStore`] trait, the parameter structs of its sixteen methods, the stored types they return, the
//! three-state [`ThreadMetadataPatch`], and the two tables from which much of the rest of the crate is derived:
//! [`FIELDS`] (one row a metadata field) and [`OPS`] (one row a method). A call written down as data is a [`Step`];
//! [`carry`] takes it to a store and brings back the [`Answer`].
//!
//! Nothing here knows a particular store.

mod error;
mod fields;
mod git_patch;
mod ops;
mod params;
mod patch;
mod slot;
mod step;
mod step_store;
mod store;
mod stored;
mod value;

pub use error::{ThreadStoreError, ThreadStoreResult};
pub use fields::{Edit, FIELDS, Field, FieldError, States, called, field};
pub use git_patch::GitInfoPatch;
pub use ops::{OPS, Op, OpRow, ops_table};
pub use params::{
    AppendThreadItemsParams, ArchiveThreadParams, CreateThreadParams, ListItemsParams, ListThreadsParams,
    ListTurnsParams, LoadThreadHistoryParams, Param, ReadThreadByRolloutPathParams, ReadThreadParams,
    ResumeThreadParams, SortDirection, StepParams, StoredTurnItemsView, ThreadSortKey,
    UpdateThreadMetadataParams,
};
pub use patch::ThreadMetadataPatch;
pub use slot::{Change, ClearableField, State};
pub use step::{Answer, Step, carry};
pub use step_store::StepStore;
pub use store::{ThreadStore, ThreadStoreFuture};
pub use stored::{
    ItemPage, StoredThread, StoredThreadHistory, StoredTurn, StoredTurnError, StoredTurnStatus, ThreadPage,
    TurnPage,
};
pub use value::{ParamValue, ValueFault};
