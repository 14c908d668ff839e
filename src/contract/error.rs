//! The five errors of a store, with the messages and codes that other programs match on.

use super::{OPS, OpRow};
use crate::protocol::ThreadId;

/// What a store method returns.
pub type ThreadStoreResult<T> = Result<T, ThreadStoreError>;

/// An error of a store method. The display texts are part of the contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThreadStoreError {
    /// There is no thread with this id, or none that supports the call.
    #[error("thread {thread_id} not found")]
    ThreadNotFound {
        /// The requested id.
        thread_id: ThreadId,
    },
    /// The parameters are invalid for this store.
    #[error("invalid thread-store request: {message}")]
    InvalidRequest {
        /// What is wrong with the parameters.
        message: String,
    },
    /// The call conflicts with stored data or with a call in progress.
    #[error("thread-store conflict: {message}")]
    Conflict {
        /// What the call conflicts with.
        message: String,
    },
    /// The store does not support this operation.
    #[error("thread-store unsupported operation: {operation}")]
    Unsupported {
        /// The name of the operation.
        operation: &'static str,
    },
    /// An internal failure of the store.
    #[error("thread-store internal error: {message}")]
    Internal {
        /// What failed.
        message: String,
    },
}

impl ThreadStoreError {
    /// The stable code of the error, as used in JSON answers.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ThreadNotFound { .. } => "thread_not_found",
            Self::InvalidRequest { .. } => "invalid_request",
            Self::Conflict { .. } => "conflict",
            Self::Unsupported { .. } => "unsupported",
            Self::Internal { .. } => "internal",
        }
    }

    /// Restores an error from the code and message of a JSON answer: the error that has this [`code`](Self::code) and
    /// display text. `None` if no error of the contract has this code and text.
    ///
    /// ```
    /// use threadloupe::contract::ThreadStoreError;
    ///
    /// let error = ThreadStoreError::from_wire("conflict", "thread-store conflict: it is open elsewhere");
    /// assert_eq!(error, Some(ThreadStoreError::Conflict { message: "it is open elsewhere".to_string() }));
    /// assert_eq!(ThreadStoreError::from_wire("conflict", "it is open elsewhere"), None);
    /// ```
    pub fn from_wire(code: &str, message: &str) -> Option<Self> {
        let after = |prefix: &str| message.strip_prefix(prefix).map(str::to_string);
        match code {
            "thread_not_found" => {
                let id = message.strip_prefix("thread ")?.strip_suffix(" not found")?;
                let thread_id = ThreadId::from_string(id)
                    .ok()
                    .filter(|read| read.to_string() == id)?;
                Some(Self::ThreadNotFound { thread_id })
            }
            "invalid_request" => {
                let message = after("invalid thread-store request: ")?;
                Some(Self::InvalidRequest { message })
            }
            "conflict" => {
                let message = after("thread-store conflict: ")?;
                Some(Self::Conflict { message })
            }
            "unsupported" => {
                let name = message.strip_prefix("thread-store unsupported operation: ")?;
                let operation = OPS.iter().find(|row: &&OpRow| row.name == name)?.name;
                Some(Self::Unsupported { operation })
            }
            "internal" => {
                let message = after("thread-store internal error: ")?;
                Some(Self::Internal { message })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_its_text_and_code() {
        let id = ThreadId::from_string("0198f2a3-0000-7000-8000-000000000001").unwrap();
        let message = || "because".to_string();
        let cases = [
            (
                ThreadStoreError::ThreadNotFound { thread_id: id },
                "thread 0198f2a3-0000-7000-8000-000000000001 not found",
                "thread_not_found",
            ),
            (
                ThreadStoreError::InvalidRequest { message: message() },
                "invalid thread-store request: because",
                "invalid_request",
            ),
            (
                ThreadStoreError::Conflict { message: message() },
                "thread-store conflict: because",
                "conflict",
            ),
            (
                ThreadStoreError::Unsupported {
                    operation: "list_turns",
                },
                "thread-store unsupported operation: list_turns",
                "unsupported",
            ),
            (
                ThreadStoreError::Internal { message: message() },
                "thread-store internal error: because",
                "internal",
            ),
        ];
        for (error, text, code) in cases {
            assert_eq!(error.to_string(), text);
            assert_eq!(error.code(), code);
            assert_eq!(ThreadStoreError::from_wire(code, text), Some(error));
            assert_eq!(ThreadStoreError::from_wire(code, &text[1..]), None);
        }
    }
}
