//! The parameters of the store's methods: one struct per method. Each field is a row that says whether a step must
//! specify it, its default and its meaning.

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
#[non_exhaustive]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// The Rust type of its value.
    pub value: &'static str,
    /// Its default as JSON, used if a step omits it; `None` if it is required.
    pub default: Option<&'static str>,
    /// All its possible values as JSON, if there are only a few.
    pub choices: &'static [&'static str],
    /// A sentence that describes it.
    pub about: &'static str,
}

/// The parameters of a method, as given in a step.
pub trait StepParams: Sized {
    /// One row per parameter, in JSON order.
    const PARAMS: &'static [Param];

    /// Reads the parameters of a step. Omitted parameters get their defaults; unknown ones are ignored.
    ///
    /// # Errors
    /// If a required parameter is missing or a value is invalid.
    fn read(params: Option<Json<'_>>) -> Result<Self, ValueFault>;

    /// Writes all parameters as a JSON object.
    ///
    /// # Errors
    /// If a value cannot be written as JSON, such as a path that is not UTF-8.
    fn write(&self) -> Result<String, serde_json::Error>;

    /// The id of the thread that the call refers to, if it names one.
    fn thread_id(&self) -> Option<ThreadId>;
}

const METADATA: &str = r#"{"cwd":null,"model_provider":"","memory_mode":"enabled"}"#;

/// The members of a step's params.
struct ParamMembers<'a> {
    whole: Option<Json<'a>>,
    members: Vec<(Cow<'a, str>, Json<'a>)>,
}

impl<'a> ParamMembers<'a> {
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

    /// The value of a parameter, if the step gives it.
    fn take<T: ParamValue>(&self, name: &str) -> Result<Option<T>, ValueFault> {
        match (self.whole, self.members.iter().rev().find(|(key, _)| key == name)) {
            (Some(whole), Some((_, value))) => T::read(*value)
                .map(Some)
                .map_err(|fault| fault.inside(value.offset_in(whole), name)),
            _ => Ok(None),
        }
    }
}

/// Generates each parameter struct from its rows: the struct, its constructor, the code that reads and writes it as a
/// step, and its table. Required parameters come first and are the constructor's arguments. A row of an optional
/// parameter is `name: Type = default, "the default as JSON", "a sentence";`.
macro_rules! params {
    ($(
        $(#[$meta:meta])*
        $params:ident about $thread:expr => {
            required { $( $required:ident : $Required:ty, $required_about:literal; )* }
            optional { $( $name:ident : $ty:ty = $default:expr, $json:expr, $about:literal; )* }
        }
    )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub struct $params {
            $( #[doc = $required_about] pub $required: $Required, )*
            $( #[doc = $about] pub $name: $ty, )*
        }

        impl $params {
            /// Creates the parameters with the contract's defaults for all optional ones.
            pub fn new($( $required: $Required ),*) -> Self {
                Self { $( $required, )* $( $name: $default, )* }
            }
        }

        impl StepParams for $params {
            const PARAMS: &'static [Param] = &[
                $( Param {
                    name: stringify!($required), value: stringify!($Required), default: None,
                    choices: <$Required as ParamValue>::CHOICES, about: $required_about,
                }, )*
                $( Param {
                    name: stringify!($name), value: stringify!($ty), default: Some($json),
                    choices: <$ty as ParamValue>::CHOICES, about: $about,
                }, )*
            ];

            fn read(params: Option<Json<'_>>) -> Result<Self, ValueFault> {
                let given = ParamMembers::new(params)?;
                Ok(Self {
                    $( $required: given.take(stringify!($required))?
                        .ok_or_else(|| ValueFault::missing(stringify!($required)))?, )*
                    $( $name: given.take(stringify!($name))?.unwrap_or_else(|| $default), )*
                })
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
    /// The parameters of `create_thread`.
    CreateThreadParams about |params| Some(params.thread_id) => {
        required {
            thread_id: ThreadId, "The new thread's id, chosen by the caller.";
        }
        optional {
            forked_from_id: Option<ThreadId> = None, "null", "The thread that it was forked from.";
            source: SessionSource = SessionSource::VSCode, r#""vscode""#, "What started it.";
            thread_source: Option<ThreadSource> = None, "null", "Who or what it was started for.";
            base_instructions: BaseInstructions = BaseInstructions::default(), r#"{"text":""}"#, "Its base instructions; never shown (rule A2).";
            dynamic_tools: Vec<DynamicToolSpec> = Vec::new(), "[]", "Its initial tools; never shown (rule A2).";
            metadata: ThreadPersistenceMetadata = ThreadPersistenceMetadata::default(), METADATA, "Its working directory, model provider and memory mode; never shown (rule A2).";
            event_persistence_mode: ThreadEventPersistenceMode = ThreadEventPersistenceMode::Limited, r#""Limited""#, "Which kinds of events are persisted; never shown (rule A2).";
        }
    }

    /// The parameters of `resume_thread`.
    ResumeThreadParams about |params| Some(params.thread_id) => {
        required {
            thread_id: ThreadId, "The thread to open; it need not have been created (rule A4).";
        }
        optional {
            rollout_path: Option<PathBuf> = None, "null", "The file that it was read from; a read by this path then finds the thread.";
            history: Option<Vec<RolloutItem>> = None, "null", "The history, if the caller has it; ignored (rule A4).";
            include_archived: bool = false, "false", "Whether an archived thread may be opened; ignored (rule A4).";
            metadata: ThreadPersistenceMetadata = ThreadPersistenceMetadata::default(), METADATA, "Used for later writes; ignored (rule A4).";
            event_persistence_mode: ThreadEventPersistenceMode = ThreadEventPersistenceMode::Limited, r#""Limited""#, "Used for later writes; ignored (rule A4).";
        }
    }

    /// The parameters of `append_items`.
    AppendThreadItemsParams about |params| Some(params.thread_id) => {
        required {
            thread_id: ThreadId, "The thread to append to; it need not exist (rule A5).";
            items: Vec<RolloutItem>, "The items in order; each can be any JSON object.";
        }
        optional {}
    }

    /// The parameters of `load_history`.
    #[derive(Eq)]
    LoadThreadHistoryParams about |params| Some(params.thread_id) => {
        required {
            thread_id: ThreadId, "The thread; it must have a history, but need not have been created (rule G1).";
        }
        optional {
            include_archived: bool = false, "false", "Whether to find archived threads too; ignored (rule G1).";
        }
    }

    /// The parameters of `read_thread`.
    #[derive(Eq)]
    ReadThreadParams about |params| Some(params.thread_id) => {
        required {
            thread_id: ThreadId, "The thread; it must have been created (rule G2).";
        }
        optional {
            include_archived: bool = false, "false", "Whether to find archived threads too; ignored (rule G5).";
            include_history: bool = false, "false", "Whether to return the history too (rule G3).";
        }
    }

    /// The parameters of `read_thread_by_rollout_path`.
    #[derive(Eq)]
    ReadThreadByRolloutPathParams about |_| None => {
        required {
            rollout_path: PathBuf, "A path that a resume registered (rule P1); compared by components (rule P4).";
        }
        optional {
            include_archived: bool = false, "false", "Whether to find archived threads too; ignored (rule P6).";
            include_history: bool = false, "false", "Whether to return the history too (rule G3).";
        }
    }

    /// The parameters of `list_threads`.
    #[derive(Eq)]
    ListThreadsParams about |_| None => {
        required {}
        optional {
            page_size: usize = 0, "0", "The maximum number of threads; ignored (rule L1).";
            cursor: Option<String> = None, "null", "Where the page starts; ignored (rule L1).";
            sort_key: ThreadSortKey = ThreadSortKey::CreatedAt, r#""CreatedAt""#, "The sort key; ignored (rule L1).";
            sort_direction: SortDirection = SortDirection::Desc, r#""Desc""#, "The sort direction; ignored (rule L1).";
            allowed_sources: Vec<SessionSource> = Vec::new(), "[]", "Only these sources; ignored (rule L1).";
            model_providers: Option<Vec<String>> = None, "null", "Only these providers; ignored (rule L1).";
            cwd_filters: Option<Vec<PathBuf>> = None, "null", "Only these folders; ignored (rule L1).";
            archived: bool = false, "false", "Whether to list archived threads instead of the others; ignored (rule L1).";
            search_term: Option<String> = None, "null", "Text to search for; ignored (rule L1).";
            use_state_db_only: bool = false, "false", "Whether to list without reading files; ignored (rule L1).";
        }
    }

    /// The parameters of `list_turns`.
    #[derive(Eq)]
    ListTurnsParams about |params| Some(params.thread_id) => {
        required {
            thread_id: ThreadId, "The thread.";
        }
        optional {
            include_archived: bool = false, "false", "Whether to find archived threads too.";
            cursor: Option<String> = None, "null", "Where the page starts.";
            page_size: usize = 0, "0", "The maximum number to return.";
            sort_direction: SortDirection = SortDirection::Desc, r#""Desc""#, "The sort direction.";
            items_view: StoredTurnItemsView = StoredTurnItemsView::Summary, r#""Summary""#, "How much of each turn's items to return.";
        }
    }

    /// The parameters of `list_items`.
    #[derive(Eq)]
    ListItemsParams about |params| Some(params.thread_id) => {
        required {
            thread_id: ThreadId, "The thread.";
            turn_id: String, "The turn.";
        }
        optional {
            include_archived: bool = false, "false", "Whether to find archived threads too.";
            cursor: Option<String> = None, "null", "Where the page starts.";
            page_size: usize = 0, "0", "The maximum number to return.";
            sort_direction: SortDirection = SortDirection::Desc, r#""Desc""#, "The sort direction.";
        }
    }

    /// The parameters of `update_thread_metadata`.
    UpdateThreadMetadataParams about |params| Some(params.thread_id) => {
        required {
            thread_id: ThreadId, "The thread; the patch is kept for an unknown thread too (rule M1).";
            patch: ThreadMetadataPatch, "The fields to leave, clear and set.";
        }
        optional {
            include_archived: bool = false, "false", "Whether to find archived threads too; ignored (rule M10).";
        }
    }

    /// The parameters of `archive_thread` and `unarchive_thread`.
    #[derive(Eq)]
    ArchiveThreadParams about |params| Some(params.thread_id) => {
        required {
            thread_id: ThreadId, "The thread.";
        }
        optional {}
    }
}

impl Default for ListThreadsParams {
    fn default() -> Self {
        Self::new()
    }
}

/// For the four methods whose only parameter is an id.
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

/// What a list of threads is sorted by. In JSON, the name of the variant (rule S7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ThreadSortKey {
    /// The time of creation.
    #[default]
    CreatedAt,
    /// The time of the last event.
    UpdatedAt,
}

/// The direction of a sort order. In JSON, the name of the variant (rule S7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortDirection {
    /// Smallest first.
    Asc,
    /// Largest first.
    #[default]
    Desc,
}

/// How many of a turn's items an answer includes. In JSON, the name of the variant (rule S7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoredTurnItemsView {
    /// No items.
    NotLoaded,
    /// The most important items.
    #[default]
    Summary,
    /// All items.
    Full,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same<P: StepParams + PartialEq + std::fmt::Debug>(made: P, required: &str) {
        assert_eq!(P::read(Some(Json::parse(required).unwrap())).unwrap(), made);
        let written = made.write().unwrap();
        let written = Json::parse(&written).unwrap();
        for param in P::PARAMS {
            if let Some(default) = param.default {
                assert_eq!(written.get(param.name).unwrap().text(), default, "{}", param.name);
            }
        }
    }

    #[test]
    fn a_constructor_gives_the_defaults_of_the_table() {
        let id = ThreadId::new();
        let thread = &format!("{{\"thread_id\":\"{id}\"}}");
        let thread_and = |more: &str| format!("{{\"thread_id\":\"{id}\",{more}}}");
        same(CreateThreadParams::new(id), thread);
        same(ResumeThreadParams::new(id), thread);
        same(
            AppendThreadItemsParams::new(id, Vec::new()),
            &thread_and("\"items\":[]"),
        );
        same(LoadThreadHistoryParams::new(id), thread);
        same(ReadThreadParams::new(id), thread);
        same(
            ReadThreadByRolloutPathParams::new("/a".into()),
            r#"{"rollout_path":"/a"}"#,
        );
        same(ListThreadsParams::default(), "{}");
        same(ListTurnsParams::new(id), thread);
        same(
            ListItemsParams::new(id, "1".to_string()),
            &thread_and("\"turn_id\":\"1\""),
        );
        let patch = ThreadMetadataPatch::default();
        same(
            UpdateThreadMetadataParams::new(id, patch),
            &thread_and("\"patch\":{}"),
        );
        same(ArchiveThreadParams::new(id), thread);
    }
}
