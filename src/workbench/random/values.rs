//! Random values of parameters, patch fields and items, as JSON. They are chosen by the tables of the contract, so that a
//! new parameter or field is used, too.

use super::numbers::Numbers;
use crate::contract::{FIELDS, Field, FieldEditor, Param, States};
use crate::protocol::json::quoted;
use crate::protocol::kinds::{ItemKind, KINDS};

const TEXTS: &[&str] = &[
    "",
    "a",
    "b",
    "new name",
    " spaced ",
    "Mixed Case",
    "openai",
    "é",
    "e\u{301}",
    "\"quoted\"\\",
    "line\nfeed",
    "\u{1}\u{7f}",
    "\u{202e}abc",
    "日本語 🧵",
    "null",
    "0123456789012345678901234567890123456789012345678901234567890123456789",
];

/// Some of these paths are equal if they are compared by their components.
const PATHS: &[&str] = &[
    "/p/a.jsonl",
    "/p//a.jsonl",
    "/p/./a.jsonl",
    "/p/a.jsonl/",
    "/p/../p/a.jsonl",
    "/a/../b/C",
    "p/a.jsonl",
    "./p/a.jsonl",
    "/p/b.jsonl",
    "/P/a.jsonl",
    "/",
    "",
    "/é/ü b.jsonl",
];

/// Times far from those of the steps.
const TIMES: &[&str] = &[
    "2020-02-29T12:00:00Z",
    "2020-02-29T14:00:00.5+02:00",
    "2020-02-29T12:00:00.000000001Z",
    "1969-12-31T23:59:59.999Z",
    "2031-01-01T00:00:00Z",
    "2031-01-01T00:00:00-11:30",
];

const ITEMS: &[&str] = &[
    "{}",
    r#"{"type":"event_msg","payload":{"type":"user_message","message":"hi","images":null}}"#,
    r#"{"timestamp":"2020-01-01T00:00:00Z","type":"response_item","payload":{"type":"message","role":"assistant","id":"m1","content":[{"type":"output_text","text":"done"}]}}"#,
    r#"{"type":"response_item","payload":{"type":"reasoning","id":"r1","summary":[],"content":null}}"#,
    r#"{"type":"event_msg","payload":{"type":"task_started","turn_id":"t","model_context_window":null}}"#,
    r#"{"type":"event_msg","payload":{"type":"thread_name_updated","thread_name":"from an item"}}"#,
    r#"{"type":"turn_context","payload":{"cwd":"/w","model":"m"}}"#,
    r#"{"type":"event_msg","payload":{"type":"item_completed","thread_id":"t","item":{"type":"Plan","id":"p","text":"x"}}}"#,
    r#"{"type":"event_msg","payload":{"type":"thread_goal_updated","threadId":"t","goal":{"threadId":"t"}}}"#,
    r#"{"type":"session_meta","payload":{"id":"t","cwd":"/w"}}"#,
    r#"{"type":"no_such_type","payload":[1,2,{"x":null}],"more":true}"#,
    r#"{"b" : 1.50 , "a":[ ], "c":-0, "d":1e2}"#,
    r#"{"text":"\u00e9\n\ud83e\uddf5","":0}"#,
    r#"{"$damaged":{"text":"torn"}}"#,
    r#"{"payload":{"deep":[[[[[[[[{"x":[]}]]]]]]]]}}"#,
];

/// Parts of a source, each with its replacement.
const AGENT: &[(&str, &str)] = &[
    (r#""agent_path":null"#, r#""agent_path":"/root/a""#),
    (r#""agent_nickname":null"#, r#""agent_nickname":"n""#),
    (r#""agent_role":null"#, r#""agent_role":"r""#),
];

const UNKNOWN: &[&str] = &["zz", "Name", "thread", "patches", "$x"];

/// A text.
pub fn text(numbers: &mut Numbers) -> String {
    quoted(numbers.one_of(TEXTS))
}

/// A path.
pub fn path(numbers: &mut Numbers) -> String {
    quoted(numbers.one_of(PATHS))
}

/// A key that the contract does not know, and its value.
pub fn unknown(numbers: &mut Numbers) -> (&'static str, String) {
    let key = numbers.one_of(UNKNOWN);
    (
        key,
        numbers.one_of(&["null", "1", "\"x\"", "{\"a\":[]}"]).to_string(),
    )
}

/// A list of up to `most` values.
fn list(numbers: &mut Numbers, most: u64, value: impl Fn(&mut Numbers) -> String) -> String {
    let count = numbers.below(most + 1);
    let values: Vec<String> = (0..count).map(|_| value(numbers)).collect();
    format!("[{}]", values.join(","))
}

/// A list of items.
pub fn items(numbers: &mut Numbers) -> String {
    list(numbers, 3, |numbers| match numbers.once_in(2) {
        true => numbers.one_of(ITEMS).to_string(),
        false => item_of_a_kind(numbers),
    })
}

/// An item of any known kind.
fn item_of_a_kind(numbers: &mut Numbers) -> String {
    let kinds: Vec<&ItemKind> = KINDS.iter().collect();
    let kind = numbers.one_of(&kinds);
    let (name, text) = (quoted(kind.name), text(numbers));
    match kind.outer {
        "" => format!("{{\"type\":{name},\"text\":{text}}}"),
        outer => {
            let outer = quoted(outer);
            format!("{{\"type\":{outer},\"payload\":{{\"type\":{name},\"text\":{text}}}}}")
        }
    }
}

/// The value of a parameter. `id` makes a thread id.
pub fn parameter(numbers: &mut Numbers, param: &Param, id: impl Fn(&mut Numbers) -> String) -> String {
    if !param.choices.is_empty() {
        return numbers.one_of(param.choices).to_string();
    }
    let inner = match param.value.strip_prefix("Option<") {
        Some(_) if numbers.once_in(4) => return "null".to_string(),
        Some(inner) => inner.strip_suffix('>').unwrap_or(inner),
        None => param.value,
    };
    match inner {
        "ThreadId" => id(numbers),
        "usize" => numbers.one_of(&["0", "1", "2", "1000"]).to_string(),
        "String" => text(numbers),
        "PathBuf" => path(numbers),
        "Vec<PathBuf>" => list(numbers, 2, path),
        "Vec<String>" => list(numbers, 2, text),
        "Vec<RolloutItem>" => items(numbers),
        "ThreadSource" => of_field(numbers, "thread_source"),
        "SessionSource" => of_field(numbers, "source"),
        "Vec<SessionSource>" => list(numbers, 2, |numbers| of_field(numbers, "source")),
        "Vec<DynamicToolSpec>" => of_field(numbers, "dynamic_tools"),
        "ThreadPersistenceMetadata" => {
            let memory = of_field(numbers, "memory_mode");
            format!(
                "{{\"cwd\":{},\"model_provider\":{},\"memory_mode\":{memory}}}",
                path(numbers),
                text(numbers)
            )
        }
        "BaseInstructions" => format!("{{\"text\":{}}}", text(numbers)),
        _ => param.default.unwrap_or("null").to_string(),
    }
}

/// A value of a field with this name.
fn of_field(numbers: &mut Numbers, name: &str) -> String {
    let field = FIELDS.iter().find(|field| field.name == name);
    field.map_or_else(|| "null".to_string(), |field| value(numbers, field))
}

/// A value of a field of a patch.
fn value(numbers: &mut Numbers, field: &Field) -> String {
    match field.edit {
        FieldEditor::Text => text(numbers),
        FieldEditor::Path => path(numbers),
        FieldEditor::Time => quoted(numbers.one_of(TIMES)),
        FieldEditor::Parts => parts(numbers),
        // The numbers in a template are replaced by other values.
        FieldEditor::Choice(choices) => {
            let number = numbers.one_of(&[":0", ":1", ":12345678901"]);
            let value = numbers.one_of(choices).replace(":0", number);
            match numbers.once_in(2) {
                true => AGENT
                    .iter()
                    .fold(value, |value, (null, other)| value.replace(null, other)),
                false => value,
            }
        }
    }
}

/// The parts of `git_info`.
fn parts(numbers: &mut Numbers) -> String {
    let mut members = Vec::new();
    for field in FIELDS.iter().filter(|field| field.is_part()) {
        if numbers.once_in(2) {
            let name = field.name.rsplit('.').next().unwrap_or(field.name);
            members.push(format!("{}:{}", quoted(name), change(numbers, field)));
        }
    }
    format!("{{{}}}", members.join(","))
}

/// What a patch does to a field that it names.
fn change(numbers: &mut Numbers, field: &Field) -> String {
    let clears = match field.states {
        States::Three => numbers.once_in(3),
        // It leaves the field as it is.
        States::Two => numbers.once_in(10),
    };
    match clears {
        true => "null".to_string(),
        false => value(numbers, field),
    }
}

/// A patch: mostly of a few fields, sometimes of none or all.
pub fn patch(numbers: &mut Numbers) -> String {
    let fields = || FIELDS.iter().filter(|field| !field.is_part());
    let count = fields().count() as u64;
    let rarity = match numbers.below(12) {
        0 => 1,
        1 => u64::MAX,
        _ => count / 2,
    };
    let mut members = Vec::new();
    for field in fields() {
        if numbers.once_in(rarity) {
            members.push(format!("{}:{}", quoted(field.name), change(numbers, field)));
        }
    }
    if numbers.once_in(12) {
        let (key, value) = unknown(numbers);
        members.push(format!("{}:{value}", quoted(key)));
    }
    format!("{{{}}}", members.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Change, ThreadMetadataPatch};

    #[test]
    fn every_value_of_every_field_decodes() {
        let mut numbers = Numbers::new(3, 3);
        for field in FIELDS.iter() {
            for _ in 0..200 {
                let change = Change::Set(value(&mut numbers, field));
                let mut patch = ThreadMetadataPatch::default();
                field
                    .put(&mut patch, &change)
                    .unwrap_or_else(|error| panic!("{}: {error}: {change:?}", field.name));
            }
        }
    }
}
