//! The five ways in which a store refuses, with the texts and codes that other programs match on.

use crate::protocol::ThreadId;

/// What a store method returns.
pub type ThreadStoreResult<T> = Result<T, ThreadStoreError>;

/// Why a store did not do what it was asked. The display texts are part of the contract.
#[derive(Debug, thiserror::Error)]
pub enum ThreadStoreError {
    /// No thread of that id can answer the call.
    #[error("thread {thread_id} not found")]
    ThreadNotFound {
        /// The id that was asked for.
        thread_id: ThreadId,
    },
    /// The call makes no sense to this store.
    #[error("invalid thread-store request: {message}")]
    InvalidRequest {
        /// What is wrong with it.
        message: String,
    },
    /// The call is at odds with what the store holds or is doing.
    #[error("thread-store conflict: {message}")]
    Conflict {
        /// What it is at odds with.
        message: String,
    },
    /// The store does not offer this operation.
    #[error("thread-store unsupported operation: {operation}")]
    Unsupported {
        /// The name of the operation.
        operation: &'static str,
    },
    /// The store failed by itself.
    #[error("thread-store internal error: {message}")]
    Internal {
        /// What failed.
        message: String,
    },
}

impl ThreadStoreError {
    /// The stable name of the kind of error, as answers on the wire carry it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ThreadNotFound { .. } => "thread_not_found",
            Self::InvalidRequest { .. } => "invalid_request",
            Self::Conflict { .. } => "conflict",
            Self::Unsupported { .. } => "unsupported",
            Self::Internal { .. } => "internal",
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
        }
    }
}
