//! What a thread is started with beside its folder: instructions and tools.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The instructions that stand before everything else that a model reads. Empty unless given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseInstructions {
    /// The text.
    pub text: String,
}

/// A tool that the program around the agent offers and answers itself. Its keys are camelCase on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DynamicToolSpec {
    /// The group of tools that it belongs to; left out on the wire if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name by which the model calls it.
    pub name: String,
    /// What the model reads about it.
    pub description: String,
    /// The JSON schema of its arguments.
    pub input_schema: Value,
    /// Whether the model gets to know it only on search. The older key `exposeToContext` says the opposite and counts
    /// where this one is absent.
    pub defer_loading: bool,
}

impl<'de> Deserialize<'de> for DynamicToolSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase", expecting = "a tool, which is an object")]
        struct Wire {
            namespace: Option<String>,
            name: String,
            description: String,
            input_schema: Value,
            defer_loading: Option<bool>,
            expose_to_context: Option<bool>,
        }
        let wire = Wire::deserialize(deserializer)?;
        Ok(Self {
            namespace: wire.namespace,
            name: wire.name,
            description: wire.description,
            input_schema: wire.input_schema,
            defer_loading: wire
                .defer_loading
                .unwrap_or_else(|| wire.expose_to_context.is_some_and(|exposed| !exposed)),
        })
    }
}
