//! A call together with its parameters as they were sent. Parameters that came as text can say more than the call that
//! the contract reads from them: `null` for a field that cannot be cleared, or a key that the contract does not know.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use super::composed::{Composed, compact};
use super::sparse::{PatchParamsJson, Sparse};
use crate::contract::{GitInfoPatch, Op, Step, ThreadMetadataPatch, UpdateThreadMetadataParams};
use crate::protocol::json::{Json, text_of};
use crate::protocol::{RolloutItem, ThreadId};

/// The parameters of a call as the text that was sent, without spaces between its tokens. An append has an empty list
/// in place of its items.
pub(super) type SentParams = Arc<str>;

/// A call, with its parameters as they were sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The call. A call is large, so it is not moved around.
    pub step: Box<Step>,
    given: GivenParams,
}

#[derive(Clone, Debug, PartialEq)]
enum GivenParams {
    /// Exactly those that are written for the call.
    Written,
    /// Others.
    Sent(SentParams),
    /// This JSON object, which may be the one that is written for the call. It is compared when it is needed.
    Text(Box<str>),
}

impl From<Step> for Request {
    fn from(step: Step) -> Self {
        Self {
            step: Box::new(step),
            given: GivenParams::Written,
        }
    }
}

impl Request {
    /// A call that was read from these parameters, or from a step without parameters.
    pub fn new(step: Step, params: Option<Json<'_>>) -> Self {
        let text = params.map_or("{}", Json::text);
        let given = match &step {
            // The items are not kept twice.
            Step::AppendItems(_) | Step::ResumeThread(_) => match unwritten(&step, text) {
                Some(sent) => GivenParams::Sent(sent),
                None => GivenParams::Written,
            },
            _ => GivenParams::Text(text.into()),
        };
        Self {
            step: Box::new(step),
            given,
        }
    }

    /// The parameters as they were sent, unless they are exactly those that are written for the call.
    pub(super) fn sent(&self) -> Option<SentParams> {
        match &self.given {
            GivenParams::Written => None,
            GivenParams::Sent(sent) => Some(Arc::clone(sent)),
            GivenParams::Text(text) => unwritten(&self.step, text),
        }
    }

    /// All its parameters as a JSON object: those that were sent, or those that a user would write for the call.
    ///
    /// # Errors
    /// If a value cannot be written as JSON, such as a path that is not UTF-8.
    pub fn params(&self) -> Result<String, serde_json::Error> {
        match (self.sent(), &*self.step) {
            (Some(sent), Step::AppendItems(params)) => Ok(with_items(&sent, &params.items)),
            (Some(sent), _) => Ok(sent.to_string()),
            (None, step) => params_of(step),
        }
    }

    /// The call that applies a patch to a thread. `text` is the patch as it was entered.
    pub fn patch(thread_id: ThreadId, patch: ThreadMetadataPatch, text: Option<&str>) -> Self {
        let params = text.map(|text| {
            text_of(&PatchParamsJson {
                thread_id,
                patch: Json::trusted(text),
            })
        });
        let step = Step::UpdateThreadMetadata(UpdateThreadMetadataParams {
            thread_id,
            patch,
            include_archived: false,
        });
        match params {
            Some(params) => Self::new(step, Some(Json::trusted(&params))),
            None => Self::from(step),
        }
    }
}

/// The text of parameters that were sent, unless it is the text that is written for the call.
fn unwritten(step: &Step, text: &str) -> Option<SentParams> {
    let written = match step {
        Step::AppendItems(_) => params_of(&step.without_items()),
        step => params_of(step),
    };
    let written = written.ok();
    let is_written = |text: &str| written.as_deref() == Some(text);
    // Most programs write the parameters as they are written here.
    if is_written(text) {
        return None;
    }
    let sent = sent_text(step, Json::trusted(text));
    (!is_written(&sent)).then(|| sent.into())
}

/// The parameters without spaces between tokens. A history keeps its items as they are, because their text is stored.
fn sent_text(step: &Step, params: Json<'_>) -> String {
    let members: Vec<(Cow<'_, str>, String)> = params
        .members()
        .map(|(key, value)| {
            let value = match (step.op(), &*key) {
                (Op::AppendItems, "items") => "[]".to_string(),
                (Op::ResumeThread, "history") => value.text().replace(['\n', '\r'], ""),
                _ => compact(value.text()),
            };
            (key, value)
        })
        .collect();
    let members = members.iter().map(|(key, value)| {
        let key = Cow::Borrowed(&**key);
        (key, Composed::Text(Json::trusted(value)))
    });
    Composed::Object(members.collect()).text()
}

/// The parameters as they were sent, with the items of an append put back.
pub(super) fn with_items(sent: &str, items: &[RolloutItem]) -> String {
    let items = text_of(items);
    let members = Json::trusted(sent).members().map(|(key, value)| {
        let value = match &*key {
            "items" => Json::trusted(&items),
            _ => value,
        };
        (key, Composed::Text(value))
    });
    Composed::Object(members.collect()).text()
}

/// The parameters of a call as JSON, in the form in which a user writes them. A patch contains only the fields that
/// it sets or clears, so that a `null` in it always means clear.
///
/// # Errors
/// If a value cannot be written as JSON, such as a path that is not UTF-8.
pub fn params_of(call: &Step) -> Result<String, serde_json::Error> {
    let Step::UpdateThreadMetadata(params) = call else {
        return call.params();
    };
    let UpdateThreadMetadataParams {
        thread_id,
        patch,
        include_archived,
    } = params;
    // An empty `git_info` is written too.
    let bare = patch.git_info.as_ref().filter(|git| git.is_empty());
    serde_json::to_string(&UpdateParamsJson {
        thread_id: *thread_id,
        patch: PatchJson {
            said: Sparse::of(patch),
            git_info: bare,
        },
        include_archived: *include_archived,
    })
}

/// The parameters of an update call, in the order in which they are written.
#[derive(Serialize)]
struct UpdateParamsJson<'a> {
    thread_id: ThreadId,
    patch: PatchJson<'a>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    include_archived: bool,
}

#[derive(Serialize)]
struct PatchJson<'a> {
    #[serde(flatten)]
    said: Sparse,
    #[serde(skip_serializing_if = "Option::is_none")]
    git_info: Option<&'a GitInfoPatch>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0198f2a3-0000-7000-8000-000000000001";

    fn request(op: Op, params: &str) -> Request {
        let json = Json::parse(params).unwrap();
        Request::new(Step::read(op, Some(json)).unwrap(), Some(json))
    }

    fn sent(op: Op, params: &str) -> Option<String> {
        request(op, params).sent().map(|sent| sent.to_string())
    }

    #[test]
    fn parameters_are_kept_as_sent_if_the_call_does_not_say_the_same() {
        let update = Op::UpdateThreadMetadata;
        let plain = format!(r#"{{"thread_id":"{ID}","patch":{{"name":null}}}}"#);
        assert_eq!(sent(update, &plain), None);
        assert_eq!(sent(update, &plain.replace(":", " : ")), None);
        for params in [
            plain.replace("name", "model"),
            plain.replace("name", "nmae"),
            plain.replace(r#"{"name":null}"#, r#"{"name":"\u00e9"}"#),
            plain.replace(r#""patch""#, r#""dry_run":true,"patch""#),
        ] {
            assert_eq!(sent(update, &params), Some(params.clone()));
            let spaced = params.replace(',', "\n  ,\t");
            assert_eq!(sent(update, &spaced), Some(params));
        }
    }

    #[test]
    fn items_are_not_kept_twice_and_keep_their_text() {
        let item = r#"{"a" :1e2,"a":2}"#;
        let params = format!(r#"{{"items":[{item}],"zz":1,"thread_id":"{ID}"}}"#);
        let append = request(Op::AppendItems, &params);
        let kept = append.sent().unwrap();
        assert_eq!(*kept, format!(r#"{{"items":[],"zz":1,"thread_id":"{ID}"}}"#));
        let Step::AppendItems(step) = *append.step else {
            panic!()
        };
        assert_eq!(with_items(&kept, &step.items), params);
        let resume = format!("{{\"thread_id\":\"{ID}\",\"history\":[{item},\n{item}]}}");
        assert_eq!(sent(Op::ResumeThread, &resume), Some(resume.replace('\n', "")));
    }
}
