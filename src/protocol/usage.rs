//! Tokens spent on a thread, as the agent counts them.

use serde::{Deserialize, Serialize};

/// Tokens spent, by kind. The cached ones are part of the input, the reasoning ones of the output.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUsage {
    /// Tokens sent to the model.
    pub input_tokens: i64,
    /// Of those, the ones that the model's provider still had.
    pub cached_input_tokens: i64,
    /// Tokens that the model wrote.
    pub output_tokens: i64,
    /// Of those, the ones spent on thinking.
    pub reasoning_output_tokens: i64,
    /// Tokens in all.
    pub total_tokens: i64,
}

/// The tokens of a thread so far and of its last answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUsageInfo {
    /// Spent since the thread began.
    pub total_token_usage: TokenUsage,
    /// Spent on the last answer.
    pub last_token_usage: TokenUsage,
    /// How many tokens the model can hold at once, if known.
    pub model_context_window: Option<i64>,
}
