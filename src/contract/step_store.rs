//! Stores that take every call as a [`Step`]: what they need to be a [`ThreadStore`] is written once, here.

use std::any::Any;
use std::future::Future;

use super::params::*;
use super::{
    Answer, ItemPage, Op, Step, StoredThread, StoredThreadHistory, ThreadPage, ThreadStore, ThreadStoreError,
    ThreadStoreFuture, ThreadStoreResult, TurnPage, ops_table,
};
use crate::protocol::ThreadId;

/// A store that takes every call as a step.
pub(crate) trait StepStore: Any + Send + Sync {
    /// Makes a call. The answer has the shape that the method's row in OPS names.
    fn take(&self, step: Step) -> impl Future<Output = ThreadStoreResult<Answer>> + Send;
}

macro_rules! returned {
    (Nothing) => {
        ()
    };
    (Thread) => {
        StoredThread
    };
    (History) => {
        StoredThreadHistory
    };
    (Page) => {
        ThreadPage
    };
    (Turns) => {
        TurnPage
    };
    (Items) => {
        ItemPage
    };
}

macro_rules! unwrapped {
    (Thread, $value:ident) => {
        *$value
    };
    ($other:ident, $value:ident) => {
        $value
    };
}

macro_rules! by_steps {
    (
        counted { $( $counted:ident $Counted:ident ($CountedParams:ty) -> $CountedAnswer:ident $about:literal; )* }
        uncounted { $( $free:ident $Free:ident ($FreeParams:ty) -> $FreeAnswer:ident $free_about:literal; )* }
    ) => {
        by_steps! { @
            $( $counted $Counted ($CountedParams) $CountedAnswer; )* $( $free $Free ($FreeParams) $FreeAnswer; )*
        }
    };
    (@ $( $method:ident $Variant:ident ($Params:ty) $Answer:ident; )*) => {
        impl<T: StepStore> ThreadStore for T {
            fn as_any(&self) -> &dyn Any {
                self
            }

            $(
                fn $method(&self, params: $Params) -> ThreadStoreFuture<'_, returned!($Answer)> {
                    Box::pin(async move {
                        match self.take(Step::$Variant(params)).await? {
                            Answer::$Answer(value) => Ok(unwrapped!($Answer, value)),
                            _ => Err(misfit(Op::$Variant)),
                        }
                    })
                }
            )*
        }
    };
}
ops_table!(by_steps);

/// An answer of the wrong shape does not come; should it ever, it is an error and no panic.
fn misfit(op: Op) -> ThreadStoreError {
    ThreadStoreError::Internal {
        message: format!("{} brought an answer of another method", op.name()),
    }
}
