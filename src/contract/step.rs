//! A call as data: the [`Step`], its [`Answer`], and [`carry`], which makes the call on a store.

use crate::protocol::numbers;
use serde::Serialize;

use super::params::*;
use super::value::ValueFault;
use super::{
    ItemPage, Op, StoredThread, StoredThreadHistory, ThreadPage, ThreadStore, ThreadStoreResult, TurnPage,
    ops_table,
};
use crate::protocol::ThreadId;
use crate::protocol::json::Json;

/// The result of a successful call.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Nothing; `null` in JSON.
    Nothing(()),
    /// A thread.
    Thread(Box<StoredThread>),
    /// A history.
    History(StoredThreadHistory),
    /// A page of threads.
    Page(ThreadPage),
    /// A page of turns.
    Turns(TurnPage),
    /// A page of items.
    Items(ItemPage),
}

impl Answer {
    /// A short description of the answer.
    pub fn summary(&self) -> String {
        let count = |number: usize, thing: &str| numbers::count(number as u64, thing);
        match self {
            Self::Nothing(()) => "done".to_string(),
            Self::Thread(thread) => match &thread.history {
                Some(history) => format!("a thread with {}", count(history.items.len(), "item")),
                None => "a thread".to_string(),
            },
            Self::History(history) => count(history.items.len(), "item"),
            Self::Page(page) => count(page.items.len(), "thread"),
            Self::Turns(page) => count(page.turns.len(), "turn"),
            Self::Items(page) => count(page.items.len(), "item"),
        }
    }
}

macro_rules! answers {
    ($( $variant:ident($ty:ty); )*) => { $(
        impl From<$ty> for Answer {
            fn from(value: $ty) -> Self {
                Self::$variant(value.into())
            }
        }
    )* };
}
answers! { Nothing(()); Thread(StoredThread); History(StoredThreadHistory); Page(ThreadPage); Turns(TurnPage); Items(ItemPage); }

impl Step {
    /// The call without the items of an append, which may be many; all other parameters are kept.
    #[must_use]
    pub fn without_items(&self) -> Self {
        match self {
            Self::AppendItems(params) => Self::AppendItems(AppendThreadItemsParams {
                thread_id: params.thread_id,
                items: Vec::new(),
            }),
            step => step.clone(),
        }
    }
}

macro_rules! steps {
    (
        counted { $( $counted:ident $Counted:ident ($CountedParams:ty) -> $CountedAnswer:ident $about:literal; )* }
        uncounted { $( $free:ident $Free:ident ($FreeParams:ty) -> $FreeAnswer:ident $free_about:literal; )* }
    ) => {
        steps! { @
            $( $counted $Counted ($CountedParams) $CountedAnswer $about; )*
            $( $free $Free ($FreeParams) $FreeAnswer $free_about; )*
        }
    };
    (@read $json:ident $Answer:ident) => {
        $json.decode().map(Answer::$Answer)
    };
    (@ $( $method:ident $Variant:ident ($Params:ty) $Answer:ident $about:literal; )*) => {
        /// A call to a store, as data.
        #[derive(Clone, Debug, PartialEq)]
        #[expect(clippy::large_enum_variant, reason = "a step is created, passed on and destructured once")]
        pub enum Step {
            $( #[doc = $about] $Variant($Params), )*
        }

        impl Step {
            /// Reads the parameters of a call. Omitted parameters get their defaults; unknown ones are ignored.
            ///
            /// # Errors
            /// If a required parameter is missing or a value is invalid.
            pub fn read(op: Op, params: Option<Json<'_>>) -> Result<Step, ValueFault> {
                match op {
                    $( Op::$Variant => <$Params>::read(params).map(Step::$Variant), )*
                }
            }

            /// The method of the call.
            pub fn op(&self) -> Op {
                match self {
                    $( Step::$Variant(_) => Op::$Variant, )*
                }
            }

            /// The id of the thread that the call refers to, if it names one.
            pub fn thread_id(&self) -> Option<ThreadId> {
                match self {
                    $( Step::$Variant(params) => params.thread_id(), )*
                }
            }

            /// Writes all parameters as a JSON object.
            ///
            /// # Errors
            /// If a value cannot be written as JSON, such as a path that is not UTF-8.
            pub fn params(&self) -> Result<String, serde_json::Error> {
                match self {
                    $( Step::$Variant(params) => params.write(), )*
                }
            }
        }

        impl Answer {
            /// Reads the answer to a call of a method from its JSON form.
            ///
            /// # Errors
            /// If the JSON is not an answer of the method.
            pub fn read(op: Op, json: Json<'_>) -> Result<Self, serde_json::Error> {
                match op {
                    $( Op::$Variant => steps!(@read json $Answer), )*
                }
            }
        }

        /// Makes the call on a store and returns the answer.
        ///
        /// # Errors
        /// The error of the store's method.
        pub async fn carry(store: &dyn ThreadStore, step: Step) -> ThreadStoreResult<Answer> {
            match step {
                $( Step::$Variant(params) => store.$method(params).await.map(Answer::from), )*
            }
        }
    };
}
ops_table!(steps);
