//! The thread-store contract as types: parameters, results and errors.
//!
//! This module contains the [`ThreadStore`] trait, the parameter structs of its sixteen methods, the stored types that they
//! return, the three-state [`ThreadMetadataPatch`], and the two tables from which much of the crate is derived: [`FIELDS`]
//! (one row per metadata field) and [`OPS`] (one row per method). A [`Step`] is a call as data; [`carry`] makes the call on a
//! store and returns the [`Answer`].
//!
//! The table [`RULES`] specifies the behaviour of a store as numbered rules. "(rule M3)" in this documentation refers to
//! [`rule`]`("M3")`; `threadloupe list rules M3` prints its text, and `docs/rules.md` lists all rules.
//!
//! Nothing here depends on a specific store.

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
pub use fields::{FIELDS, Field, FieldEditor, FieldError, States, called, field};
pub use git_patch::GitInfoPatch;
#[cfg(feature = "rollout")]
pub(crate) use ops::CALLS;
pub use ops::{OPS, Op, OpRow, ops_table};
pub use params::{
    AppendThreadItemsParams, ArchiveThreadParams, CreateThreadParams, ListItemsParams, ListThreadsParams,
    ListTurnsParams, LoadThreadHistoryParams, Param, ReadThreadByRolloutPathParams, ReadThreadParams,
    ResumeThreadParams, SortDirection, StepParams, StoredTurnItemsView, ThreadSortKey,
    UpdateThreadMetadataParams,
};
pub use patch::ThreadMetadataPatch;
pub use rules::{RULES, Rule, RuleExample, RuleScope, UnknownRule, rule, rule_numbers};
pub use slot::{Change, ClearableField, FieldState};
pub use step::{Answer, Step, carry};
pub use step_store::StepStore;
pub use store::{ThreadStore, ThreadStoreFuture};
pub use stored::{
    ItemPage, StoredThread, StoredThreadHistory, StoredTurn, StoredTurnError, StoredTurnStatus, ThreadPage,
    TurnPage,
};
pub use value::{ParamValue, ValueFault};
