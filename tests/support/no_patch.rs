//! Texts that are not valid patches, each with the place and the words of its error. The file that includes this one
//! must import the FIELDS table.

use super::FIELDS;

/// A text that is not a valid patch.
pub struct NoPatch {
    /// The text.
    pub text: String,
    /// The line and column of the error; empty if it has no place.
    pub place: String,
    /// Words that the message must contain.
    pub words: &'static str,
}

/// A depth that is too deep.
const DEEP: usize = 200_000;

fn nested(before: &str, open: &str, close: &str, after: &str) -> String {
    format!("{before}{}{}{after}", open.repeat(DEEP), close.repeat(DEEP))
}

/// Returns all of them.
pub fn all() -> Vec<NoPatch> {
    let spawn = |parent: &str, more: &str| {
        format!(
            r#"{{"source":{{"subagent":{{"thread_spawn":{{"parent_thread_id":"{parent}","depth":1{more}}}}}}}}}"#
        )
    };
    let nobody = "00000000-0000-0000-0000-000000000000";
    let tool = |more: &str| {
        format!(r#"{{"dynamic_tools":[{{"name":"t","description":"","inputSchema":{{}}{more}}}]}}"#)
    };
    let usage = |input: &str| {
        format!(
            r#"{{"token_usage":{{"input_tokens":{input},"cached_input_tokens":0,"output_tokens":0,"reasoning_output_tokens":0,"total_tokens":0}}}}"#
        )
    };
    let cases: Vec<(String, &str, &'static str)> = vec![
        // Nothing, and values that are not objects.
        (String::new(), "", "the text is empty"),
        (" \n\t ".into(), "", "the text is empty"),
        ("[]".into(), "1:1", "got a list; write a patch such as"),
        (r#"[{"name":"a"}]"#.into(), "1:1", "got a list"),
        ("\n  \"name\"".into(), "2:3", "got a string"),
        ("null".into(), "1:1", "got null"),
        ("-1.5e3".into(), "1:1", "got a number"),
        ("true".into(), "1:1", "got a boolean"),
        // Invalid JSON.
        ("nul".into(), "1:4", "the text ends within"),
        ("{".into(), "1:2", "expected a key in quotes"),
        ("{'name':1}".into(), "1:2", "expected a key in quotes"),
        (r#"{"name":"#.into(), "1:9", "expected a value"),
        (r#"{"name":"a",}"#.into(), "1:13", "expected a key in quotes"),
        ("{\"name\":\"é\n\"}".into(), "1:11", "control character"),
        (r#"{"name":NaN}"#.into(), "1:9", "expected a value"),
        (r#"{"name":"\x"}"#.into(), "1:11", "unknown escape"),
        ("{\"name\":\"a".into(), "1:11", "ends within a string"),
        ("\u{feff}\u{feff}{}".into(), "1:1", "expected a value"),
        // Too deep.
        (nested("", "[", "]", ""), "1:1", "got a list"),
        (nested(r#"{"source":"#, "[", "]", "}"), "1:11", "got a list"),
        (
            nested(r#"{"name":"#, r#"{"a":"#, "}", "}"),
            "1:",
            "expected a value",
        ),
        (
            nested(r#"{"dynamic_tools":[{"inputSchema":"#, "[", "]", "}]}"),
            "1:",
            "127 deep",
        ),
        // A duplicate key.
        (
            r#"{"name":"a","n\u0061me":"a"}"#.into(),
            "1:13",
            "`name` is repeated here; keep only one",
        ),
        (r#"{"no such":1,"no such":1}"#.into(), "1:14", "is repeated here"),
        (r#"{"git_info":{"sha":"a","sha":"b"}}"#.into(), "1:24", "`sha`"),
        (usage(r#"0,"input_tokens":1"#), "1:34", "`input_tokens`"),
        (tool(r#","name":"u""#), "1:65", "`name`"),
        // An invalid time.
        (
            r#"{"created_at":"yesterday"}"#.into(),
            "1:15",
            "such as \"2026-05-13T00:28:15Z\"",
        ),
        (r#"{"created_at":"now"}"#.into(), "1:15", "such as"),
        (
            r#"{"updated_at":"2026-02-30T00:00:00Z"}"#.into(),
            "1:15",
            "out of range",
        ),
        (r#"{"updated_at":"2026-02-03"}"#.into(), "1:15", "such as"),
        (r#"{"updated_at":""}"#.into(), "1:15", "such as"),
        // Values with parts.
        (
            r#"{"approval_mode":"granular"}"#.into(),
            "1:18",
            "write a value such as {\"granular\":",
        ),
        (
            r#"{"approval_mode":{"granular":{}}}"#.into(),
            "1:30",
            "approval_mode.granular: missing field `sandbox_approval`; write a value such as",
        ),
        (
            r#"{"approval_mode":{"granular":{"sandbox_approval":true,"rules":true}}}"#.into(),
            "1:30",
            "mcp_elicitations",
        ),
        (
            r#"{"approval_mode":{"granular":{"rules":1}}}"#.into(),
            "1:39",
            "approval_mode.granular.rules: ",
        ),
        (
            r#"{"approval_mode":"sometimes"}"#.into(),
            "1:18",
            "expected one of `untrusted`",
        ),
        (
            r#"{"sandbox_policy":{"type":"workspace-write","writable_roots":["srv"]}}"#.into(),
            "1:19",
            "a path must be absolute",
        ),
        (
            r#"{"sandbox_policy":"read-only"}"#.into(),
            "1:19",
            "write a value such as {\"type\":\"read-only\"",
        ),
        (
            r#"{"sandbox_policy":{"mode":"read-only"}}"#.into(),
            "1:19",
            "missing field `type`",
        ),
        (
            r#"{"sandbox_policy":{"type":"write"}}"#.into(),
            "1:27",
            "expected one of",
        ),
        (
            r#"{"source":"custom"}"#.into(),
            "1:11",
            "write a value such as {\"custom\":\"\"}",
        ),
        (
            r#"{"source":{"subagent":"nope"}}"#.into(),
            "1:23",
            "source.subagent: unknown variant `nope`",
        ),
        (
            spawn("me", ""),
            "1:59",
            "source.subagent.thread_spawn.parent_thread_id: ",
        ),
        (
            spawn(nobody, r#","agent_path":"/Bad""#),
            "1:",
            "must start with `/root`",
        ),
        (spawn(nobody, r#","agent_path":"/root/""#), "1:", "agent"),
        (
            r#"{"source":{"subagent":{"thread_spawn":{"depth":1}}}}"#.into(),
            "1:39",
            "parent_thread_id",
        ),
        (usage("1.5"), "1:32", "token_usage.input_tokens: "),
        (
            usage("99999999999999999999"),
            "1:32",
            "token_usage.input_tokens: ",
        ),
        (
            r#"{"token_usage":{}}"#.into(),
            "1:16",
            "missing field `input_tokens`; write a value such as",
        ),
        (
            r#"{"dynamic_tools":[{}]}"#.into(),
            "1:19",
            "dynamic_tools[0]: missing field `name`",
        ),
        (
            tool(r#","deferLoading":"no""#),
            "1:",
            "dynamic_tools[0].deferLoading: ",
        ),
        // Text after the patch.
        (r#"{"name":"a"} trailing"#.into(), "1:14", "patch"),
        ("{}\n]".into(), "2:1", "patch"),
    ];
    let cases = cases.into_iter().map(|(text, place, words)| NoPatch {
        text,
        place: place.to_string(),
        words,
    });
    // Every field and every part, with values that are invalid for all of them.
    let wrong = FIELDS.iter().flat_map(|field| {
        ["5", "true"].map(|value| {
            let (text, at) = match field.name.split_once('.') {
                Some((whole, part)) => {
                    let before = format!(r#"{{"{whole}":{{"{part}":"#);
                    (format!("{before}{value}}}}}"), before.len() + 1)
                }
                None => {
                    let before = format!(r#"{{"{}":"#, field.name);
                    (format!("{before}{value}}}"), before.len() + 1)
                }
            };
            NoPatch {
                text,
                place: format!("1:{at}"),
                words: field.name,
            }
        })
    });
    cases.chain(wrong).collect()
}

impl NoPatch {
    /// Whether a message contains the place and the words.
    pub fn is_told(&self, sentence: &str) -> bool {
        let place = match self.place.split_once(':') {
            None => String::new(),
            Some((line, "")) => format!("line {line}, column "),
            Some((line, column)) => format!("line {line}, column {column}: "),
        };
        sentence.contains(&place) && sentence.contains(self.words)
    }

    /// The text, shortened for the message of a failed test.
    pub fn brief(&self) -> String {
        self.text.chars().take(100).collect()
    }
}
