//! The tokens used by a thread, as counted by the agent.

use serde::{Deserialize, Serialize};

/// Tokens used, by kind. Cached tokens are part of the input, reasoning tokens are part of the output.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUsage {
    /// Tokens that were sent to the model.
    pub input_tokens: i64,
    /// Input tokens that were served from the provider's cache.
    pub cached_input_tokens: i64,
    /// Tokens that the model generated.
    pub output_tokens: i64,
    /// Output tokens that were used for reasoning.
    pub reasoning_output_tokens: i64,
    /// The total number of tokens.
    pub total_tokens: i64,
}

/// The tokens used by a thread so far and by its last answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUsageInfo {
    /// Tokens used since the thread started.
    pub total_token_usage: TokenUsage,
    /// Tokens used for the last answer.
    pub last_token_usage: TokenUsage,
    /// The size of the model's context window in tokens, if known.
    pub model_context_window: Option<i64>,
}
