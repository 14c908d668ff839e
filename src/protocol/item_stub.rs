//! A stand-in until the lossless item is there.
use crate::protocol::json::{Fault, Json};
/// stub
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct RolloutItem(Box<serde_json::value::RawValue>);
impl RolloutItem {
    /// stub
    pub fn parse(text: impl Into<String>) -> Result<Self, Fault> {
        let t: String = text.into();
        Json::parse(&t)?;
        let fault = Fault {
            at: 0,
            what: "not JSON",
        };
        serde_json::value::RawValue::from_string(t)
            .map(Self)
            .map_err(|_| fault)
    }
}
