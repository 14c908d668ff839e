//! [`StepStore`]: how a type becomes a [`ThreadStore`] by answering steps in one method. For stores that pass calls on,
//! record them, or speak to another process. And the store in an [`Arc`], which is one too.

use std::any::Any;
use std::future::Future;
use std::sync::Arc;

use super::params::*;
use super::{
    Answer, ItemPage, Op, Step, StoredThread, StoredThreadHistory, ThreadPage, ThreadStore, ThreadStoreError,
    ThreadStoreFuture, ThreadStoreResult, TurnPage, ops_table,
};
use crate::protocol::ThreadId;

/// A store that takes every call as a [`Step`]. Each such type is a [`ThreadStore`].
///
/// The answer has to be of the kind that the step's method returns; another one reaches the caller as an
/// [internal error](ThreadStoreError::Internal).
///
/// ```
/// use std::sync::Mutex;
/// use threadloupe::contract::{Answer, Step, StepStore, ThreadStoreResult, carry};
/// use threadloupe::store::InMemoryThreadStore;
///
/// /// A store that notes the name of each method that is called.
/// #[derive(Default)]
/// struct Noting {
///     store: InMemoryThreadStore,
///     called: Mutex<Vec<&'static str>>,
/// }
///
/// impl StepStore for Noting {
///     async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
///         self.called.lock().unwrap().push(step.op().name());
///         carry(&self.store, step).await
///     }
/// }
/// ```
pub trait StepStore: Any + Send + Sync {
    /// Makes the call and brings back its answer.
    fn call(&self, step: Step) -> impl Future<Output = ThreadStoreResult<Answer>> + Send;
}

fn misfit(op: Op) -> ThreadStoreError {
    ThreadStoreError::Internal {
        message: format!("{} was answered with the result of another method", op.name()),
    }
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

macro_rules! step_store {
    (
        counted { $( $counted:ident $Counted:ident ($CountedParams:ty) -> $CountedAnswer:ident $about:literal; )* }
        uncounted { $( $free:ident $Free:ident ($FreeParams:ty) -> $FreeAnswer:ident $free_about:literal; )* }
    ) => {
        step_store! { @
            $( $counted $Counted ($CountedParams) $CountedAnswer; )* $( $free $Free ($FreeParams) $FreeAnswer; )*
        }
    };
    (@ $( $method:ident $Variant:ident ($Params:ty) $Answer:ident; )*) => {
        impl<S: StepStore> ThreadStore for S {
            fn as_any(&self) -> &dyn Any {
                self
            }

            $(
                fn $method(&self, params: $Params) -> ThreadStoreFuture<'_, returned!($Answer)> {
                    Box::pin(async move {
                        match self.call(Step::$Variant(params)).await? {
                            Answer::$Answer(value) => Ok(unwrapped!($Answer, value)),
                            _ => Err(misfit(Op::$Variant)),
                        }
                    })
                }
            )*
        }

        /// A store that several hold is one as well, and [`as_any`](ThreadStore::as_any) is that of the store itself.
        impl<S: ThreadStore + ?Sized> ThreadStore for Arc<S> {
            fn as_any(&self) -> &dyn Any {
                (**self).as_any()
            }

            $(
                fn $method(&self, params: $Params) -> ThreadStoreFuture<'_, returned!($Answer)> {
                    (**self).$method(params)
                }
            )*
        }
    };
}
ops_table!(step_store);
