//! What the methods of a store are asked with: one struct a method, each field a row that says whether a step must give
//! it, what it is otherwise, and what it means.

use std::borrow::Cow;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::ThreadMetadataPatch;
use super::value::{ParamValue, ValueFault};
use crate::protocol::json::{Json, JsonKind};
use crate::protocol::{
    BaseInstructions, DynamicToolSpec, RolloutItem, SessionSource, ThreadEventPersistenceMode, ThreadId,
    ThreadPersistenceMetadata, ThreadSource,
};

/// One parameter of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// The type of its value, as the code writes it.
    pub value: &'static str,
    /// What it is when a step leaves it out, as JSON; `None` if a step must give it.
    pub default: Option<&'static str>,
    /// What it means, in a sentence.
    pub about: &'static str,
}

/// The parameters of a method, as a step gives them.
pub trait StepParams: Sized {
    /// One row a parameter, in wire order.
    const PARAMS: &'static [Param];

    /// Reads the parameters of a step; those that it leaves out have their defaults, unknown ones are ignored.
    fn read(params: Option<Json<'_>>) -> Result<Self, ValueFault>;

    /// The parameters as a JSON object, every one of them.
    fn write(&self) -> Result<String, serde_json::Error>;

    /// The thread that the call is about, if it names one.
    fn thread_id(&self) -> Option<ThreadId>;
}

const REQUIRED: Option<&str> = None;
const NULL: Option<&str> = Some("null");
const FALSE: Option<&str> = Some("false");
const EMPTY: Option<&str> = Some("[]");
const METADATA: Option<&str> = Some(r#"{"cwd":null,"model_provider":"","memory_mode":"enabled"}"#);
const LIMITED: Option<&str> = Some(r#""Limited""#);

/// The members of a step's params, each found once.
struct Given<'a> {
    whole: Option<Json<'a>>,
    members: Vec<(Cow<'a, str>, Json<'a>)>,
}

impl<'a> Given<'a> {
    fn new(params: Option<Json<'a>>) -> Result<Self, ValueFault> {
        let members = match params {
            Some(json) if json.kind() == JsonKind::Object => json.members().collect(),
            Some(json) => return Err(ValueFault::kind(json, "an object of parameters")),
            None => Vec::new(),
        };
        Ok(Self {
            whole: params,
            members,
        })
    }

    fn take<T: ParamValue>(&self, name: &str, default: Option<&str>) -> Result<T, ValueFault> {
        if let (Some(whole), Some((_, value))) =
            (self.whole, self.members.iter().rev().find(|(key, _)| key == name))
        {
            return T::read(*value).map_err(|fault| fault.inside(value.offset_in(whole), name));
        }
        let default = default.ok_or_else(|| ValueFault::missing(name))?;
        T::read(Json::trusted(default))
    }
}

macro_rules! params {
    ($(
        $(#[$meta:meta])*
        $params:ident about $thread:expr => {
            $( $name:ident : $ty:ty = $default:expr, $about:literal; )*
        }
    )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $params {
            $( #[doc = $about] pub $name: $ty, )*
        }

        impl StepParams for $params {
            const PARAMS: &'static [Param] = &[
                $( Param { name: stringify!($name), value: stringify!($ty), default: $default, about: $about }, )*
            ];

            fn read(params: Option<Json<'_>>) -> Result<Self, ValueFault> {
                let given = Given::new(params)?;
                Ok(Self { $( $name: given.take::<$ty>(stringify!($name), $default)?, )* })
            }

            fn write(&self) -> Result<String, serde_json::Error> {
                serde_json::to_string(self)
            }

            fn thread_id(&self) -> Option<ThreadId> {
                let about: fn(&Self) -> Option<ThreadId> = $thread;
                about(self)
            }
        }
    )* };
}

params! {
    /// What a thread is created with.
    CreateThreadParams about |params| Some(params.thread_id) => {
        thread_id: ThreadId = REQUIRED, "The new thread's id, chosen by the caller.";
        forked_from_id: Option<ThreadId> = NULL, "The thread that it is a fork of.";
        source: SessionSource = Some(r#""vscode""#), "What starts it.";
        thread_source: Option<ThreadSource> = NULL, "For whom it is started.";
        base_instructions: BaseInstructions = Some(r#"{"text":""}"#), "The instructions that it begins with; never shown (rule A2).";
        dynamic_tools: Vec<DynamicToolSpec> = EMPTY, "The tools that it begins with; never shown (rule A2).";
        metadata: ThreadPersistenceMetadata = METADATA, "Where it works and with which provider; never shown (rule A2).";
        event_persistence_mode: ThreadEventPersistenceMode = LIMITED, "How many kinds of event are kept; never shown (rule A2).";
    }

    /// How a thread is opened again.
    ResumeThreadParams about |params| Some(params.thread_id) => {
        thread_id: ThreadId = REQUIRED, "The thread to open; it need not have been created (rule A4).";
        rollout_path: Option<PathBuf> = NULL, "The file that it was read from; from now on a read by this path finds it.";
        history: Option<Vec<RolloutItem>> = NULL, "The history, if the caller has it; ignored (rule A4).";
        include_archived: bool = FALSE, "Whether an archived thread may be opened; ignored (rule A4).";
        metadata: ThreadPersistenceMetadata = METADATA, "For writes after it; ignored (rule A4).";
        event_persistence_mode: ThreadEventPersistenceMode = LIMITED, "For writes after it; ignored (rule A4).";
    }

    /// What is added to a history.
    AppendThreadItemsParams about |params| Some(params.thread_id) => {
        thread_id: ThreadId = REQUIRED, "The thread whose history grows; it need not exist (rule A5).";
        items: Vec<RolloutItem> = REQUIRED, "The items in order, each any JSON object.";
    }

    /// Which history to load.
    #[derive(PartialEq, Eq)]
    LoadThreadHistoryParams about |params| Some(params.thread_id) => {
        thread_id: ThreadId = REQUIRED, "The thread; a history entry is enough (rule G1).";
        include_archived: bool = FALSE, "Whether it may be archived; ignored (rule G1).";
    }

    /// Which thread to read.
    #[derive(PartialEq, Eq)]
    ReadThreadParams about |params| Some(params.thread_id) => {
        thread_id: ThreadId = REQUIRED, "The thread; it must have been created (rule G2).";
        include_archived: bool = FALSE, "Whether it may be archived; ignored (rule G5).";
        include_history: bool = FALSE, "Whether the answer carries the history (rule G3).";
    }

    /// Which thread to read, by its file.
    #[derive(PartialEq, Eq)]
    ReadThreadByRolloutPathParams about |_| None => {
        rollout_path: PathBuf = REQUIRED, "A path that a resume registered (rule P1); compared by components (rule P4).";
        include_archived: bool = FALSE, "Whether it may be archived; ignored (rule P6).";
        include_history: bool = FALSE, "Whether the answer carries the history (rule G3).";
    }

    /// Which threads to list, in which order.
    #[derive(PartialEq, Eq)]
    ListThreadsParams about |_| None => {
        page_size: usize = Some("0"), "How many at most; ignored (rule L1).";
        cursor: Option<String> = NULL, "Where the page begins; ignored (rule L1).";
        sort_key: ThreadSortKey = Some(r#""CreatedAt""#), "What they are sorted by; ignored (rule L1).";
        sort_direction: SortDirection = Some(r#""Desc""#), "Which end comes first; ignored (rule L1).";
        allowed_sources: Vec<SessionSource> = EMPTY, "Only these sources; ignored (rule L1).";
        model_providers: Option<Vec<String>> = NULL, "Only these providers; ignored (rule L1).";
        cwd_filters: Option<Vec<PathBuf>> = NULL, "Only these folders; ignored (rule L1).";
        archived: bool = FALSE, "Archived ones instead of the others; ignored (rule L1).";
        search_term: Option<String> = NULL, "A text to look for; ignored (rule L1).";
        use_state_db_only: bool = FALSE, "Whether to leave files unread; ignored (rule L1).";
    }

    /// Which turns to list.
    #[derive(PartialEq, Eq)]
    ListTurnsParams about |params| Some(params.thread_id) => {
        thread_id: ThreadId = REQUIRED, "The thread.";
        include_archived: bool = FALSE, "Whether it may be archived.";
        cursor: Option<String> = NULL, "Where the page begins.";
        page_size: usize = Some("0"), "How many at most.";
        sort_direction: SortDirection = Some(r#""Desc""#), "Which end comes first.";
        items_view: StoredTurnItemsView = Some(r#""Summary""#), "How much of each turn's items to give.";
    }

    /// Which items of a turn to list.
    #[derive(PartialEq, Eq)]
    ListItemsParams about |params| Some(params.thread_id) => {
        thread_id: ThreadId = REQUIRED, "The thread.";
        turn_id: String = REQUIRED, "The turn.";
        include_archived: bool = FALSE, "Whether it may be archived.";
        cursor: Option<String> = NULL, "Where the page begins.";
        page_size: usize = Some("0"), "How many at most.";
        sort_direction: SortDirection = Some(r#""Desc""#), "Which end comes first.";
    }

    /// Which metadata to change.
    UpdateThreadMetadataParams about |params| Some(params.thread_id) => {
        thread_id: ThreadId = REQUIRED, "The thread; for an unknown one the patch is kept all the same (rule M1).";
        patch: ThreadMetadataPatch = REQUIRED, "What to leave, clear and set.";
        include_archived: bool = FALSE, "Whether it may be archived; ignored (rule M10).";
    }

    /// Which thread to put away or bring back.
    #[derive(PartialEq, Eq)]
    ArchiveThreadParams about |params| Some(params.thread_id) => {
        thread_id: ThreadId = REQUIRED, "The thread.";
    }
}

/// The four methods that take nothing but an id.
impl StepParams for ThreadId {
    const PARAMS: &'static [Param] = ArchiveThreadParams::PARAMS;

    fn read(params: Option<Json<'_>>) -> Result<Self, ValueFault> {
        ArchiveThreadParams::read(params).map(|params| params.thread_id)
    }

    fn write(&self) -> Result<String, serde_json::Error> {
        ArchiveThreadParams { thread_id: *self }.write()
    }

    fn thread_id(&self) -> Option<ThreadId> {
        Some(*self)
    }
}

/// What a list of threads is sorted by. On the wire by the variant's name (rule S7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ThreadSortKey {
    /// The moment of creation.
    #[default]
    CreatedAt,
    /// The moment of the last event.
    UpdatedAt,
}

/// Which end of an order comes first. On the wire by the variant's name (rule S7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortDirection {
    /// The smallest first.
    Asc,
    /// The largest first.
    #[default]
    Desc,
}

/// How much of a turn's items an answer carries. On the wire by the variant's name (rule S7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoredTurnItemsView {
    /// None of them.
    NotLoaded,
    /// The telling ones.
    #[default]
    Summary,
    /// All of them.
    Full,
}
