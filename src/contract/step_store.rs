//! [`StepStore`] implements [`ThreadStore`] for a type with a single method that answers steps. Use it for stores that
//! forward calls, record them or talk to another process. Also implements [`ThreadStore`] for [`Arc`].

use std::any::Any;
use std::future::Future;
use std::sync::Arc;

use super::params::*;
use super::{
    Answer, ItemPage, Op, Step, StoredThread, StoredThreadHistory, ThreadPage, ThreadStore, ThreadStoreError,
    ThreadStoreFuture, ThreadStoreResult, TurnPage, ops_table,
};
use crate::protocol::ThreadId;

/// A store that handles every call as a [`Step`]. Each type that implements it is a [`ThreadStore`].
///
/// The answer must be of the variant that the step's method returns; otherwise the caller gets an
/// [internal error](ThreadStoreError::Internal).
///
/// ```
/// use std::sync::Mutex;
/// use threadloupe::contract::{Answer, Step, StepStore, ThreadStoreResult, carry};
/// use threadloupe::store::InMemoryThreadStore;
///
/// /// A store that records the name of each method that is called.
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
    /// Makes the call and returns its answer.
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

        /// Forwards all calls to the shared store; [`as_any`](ThreadStore::as_any) returns the store itself.
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
