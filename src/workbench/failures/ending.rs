//! The end of an output, which is what people read first after a command failed.

use super::text_of;
use crate::protocol::RolloutItem;
use crate::protocol::json::{Json, JsonKind};
use crate::workbench::query::one_line;

/// Longer outputs are not read.
const LONGEST: usize = 4 * 1024 * 1024;
/// The members of an event that can contain the output.
const OUTPUTS: [&str; 4] = ["aggregated_output", "formatted_output", "stderr", "stdout"];

/// The end of the output of a call on one line, with at most `most` characters; `None` if the item has no output.
pub fn output_end(item: &RolloutItem, most: usize) -> Option<String> {
    let payload = item.payload()?;
    let payload = payload.get("item").unwrap_or(payload);
    let output = match payload.get("output") {
        Some(output) => whole(text_of(output)?)?,
        None => OUTPUTS
            .iter()
            .filter_map(|key| whole(payload.get(key)?))
            .find(|text| !text.trim().is_empty())?,
    };
    let text = output.trim_end();
    let mut starts = text.char_indices().rev().map(|(at, _)| at);
    let start = starts.nth(most.saturating_sub(1));
    let cut = start.filter(|_| starts.next().is_some());
    let end = one_line(&text[cut.unwrap_or(0)..]);
    let end = end.trim();
    (!end.is_empty()).then(|| match cut {
        Some(_) => format!("\u{2026}{end}"),
        None => end.to_owned(),
    })
}

/// The value of a string; if the string is a JSON object with an output, that output.
fn whole(text: Json<'_>) -> Option<String> {
    if text.kind() != JsonKind::String || text.text().len() > LONGEST {
        return None;
    }
    let text = text.as_str()?.into_owned();
    let inner = match text.starts_with('{') {
        true => Json::parse(&text)
            .ok()
            .and_then(|json| json.get("output")?.as_str()),
        false => None,
    };
    Some(inner.map(|inner| inner.into_owned()).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(payload: &str, most: usize) -> Option<String> {
        let line = format!(r#"{{"type":"response_item","payload":{payload}}}"#);
        output_end(&RolloutItem::parse(line).unwrap(), most)
    }

    #[test]
    fn the_end_of_each_form_of_output_is_read() {
        let plain = r#"{"type":"function_call_output","call_id":"c","output":"Exit code: 1\nOutput:\nfirst\nthe last line\n"}"#;
        assert_eq!(end(plain, 8), Some("…ast line".to_owned()));
        let json = r#"{"type":"function_call_output","call_id":"c","output":"{\"output\":\"no such file\\n\",\"metadata\":{\"exit_code\":1}}"}"#;
        assert_eq!(end(json, 80), Some("no such file".to_owned()));
        let parts = r#"{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"a\n b"}]}"#;
        assert_eq!(end(parts, 80), Some("a b".to_owned()));
        assert_eq!(
            end(r#"{"type":"function_call","call_id":"c","arguments":"{}"}"#, 80),
            None
        );
    }
}
