//! The instructions and tools that a thread starts with.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The instructions that a model reads first. Empty by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseInstructions {
    /// The text.
    pub text: String,
}

/// A tool that is provided by the program that runs the agent. Its keys are camelCase in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DynamicToolSpec {
    /// The group of tools that it belongs to; omitted in JSON if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name by which the model calls it.
    pub name: String,
    /// The description for the model.
    pub description: String,
    /// The JSON schema of its arguments.
    pub input_schema: Value,
    /// Whether the model only finds it by searching. The older key `exposeToContext` has the opposite meaning and is used if
    /// this key is missing.
    pub defer_loading: bool,
}

impl<'de> Deserialize<'de> for DynamicToolSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase", expecting = "a tool (a JSON object)")]
        struct DynamicToolWire {
            namespace: Option<String>,
            name: String,
            description: String,
            input_schema: Value,
            defer_loading: Option<bool>,
            expose_to_context: Option<bool>,
        }
        let wire = DynamicToolWire::deserialize(deserializer)?;
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
