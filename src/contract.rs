//! The thread-store contract as types: what a store is asked, what it answers, how it fails.
//!
//! Here live the [`ThreadStore`] trait, the parameter structs of its sixteen methods, the stored types they return, the
//! three-state [`ThreadMetadataPatch`], and the two tables from which much of the rest of the crate is derived:
//! [`FIELDS`] (one row a metadata field) and [`OPS`] (one row a method). A call written down as data is a [`Step`];
//! [`carry`] takes it to a store and brings back the [`Answer`].
//!
//! How a store behaves is written down as numbered rules in the table [`RULES`]. Where this documentation says "(rule M3)",
//! [`rule`]`("M3")` or `threadloupe list rules M3` is the text; all of them are in `docs/rules.md`.
//!
//! Nothing here knows a particular store.

mod error;
mod fields;
mod git_patch;
mod ops;
mod params;
mod patch;
mod rules;
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
pub use rules::{RULES, Rule, RuleExample, RuleScope, UnknownRule, rule, rule_numbers};
pub use slot::{Change, ClearableField, State};
pub use step::{Answer, Step, carry};
pub use step_store::StepStore;
pub use store::{ThreadStore, ThreadStoreFuture};
pub use stored::{
    ItemPage, StoredThread, StoredThreadHistory, StoredTurn, StoredTurnError, StoredTurnStatus, ThreadPage,
    TurnPage,
};
pub use value::{ParamValue, ValueFault};
