//! No text of a thread becomes markup in Markdown or HTML, and each text comes back whole from a parser.

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::json;

use super::{agent, call, event, item, model, output_of, shown, thread, user};
use crate::support::html::{Token, tokens};
use crate::support::rollouts::{Folder, ONE};

const HOSTILE: [&str; 24] = [
    "</pre><script>alert(1)</script><img src=x onerror=alert(1)>",
    "```\n# heading\n```\n[link](javascript:alert(1))",
    "````````\n<b>bold</b>\n~~~\ncode",
    "~~~\n``` ```` `````\n",
    "<!-- comment --> <![CDATA[ x ]]> <?php ?>",
    "![image](http://example.com/x.png) <http://example.com> https://example.com www.example.com",
    "| a | b |\n| - | - |\n| 1 | 2 |",
    "---\ntitle: x\n---\n",
    "- [ ] task\n* item\n1. item\n> quote\n",
    "&lt;script&gt; &amp; &#60; &copy; &",
    "`",
    "``  ``",
    "    four spaces\n\ttab",
    "\n\nblank lines before and after\n\n",
    "\r\nwindows\r\nlines\r\n",
    "[^1]: footnote [^1] $math$ :emoji: ==mark== ~~gone~~ **bold** _it_ ||x||",
    "<details open><summary>x</summary>",
    "\" onmouseover=\"alert(1)\" x='",
    "</style></title></body></html>",
    "\\` \\\\ \\",
    "# heading #\n===\n---",
    "<a href='#item-1'>x</a>\u{202e}evil",
    "```json\n{}\n```` ```",
    "== turn 99 ==\n[3] user \u{b7} spoofed",
];

/// Threads whose texts, names and paths are one hostile text.
fn hostile(text: &str) -> Folder {
    thread(&[
        event(json!({"type": "thread_name_updated", "thread_id": ONE, "thread_name": text})),
        item(
            "turn_context",
            json!({"cwd": text, "model": text, "approval_policy": text}),
        ),
        user(text),
        agent(text),
        model(
            json!({"type": "message", "role": "developer", "content": [{"type": "input_text", "text": text}]}),
        ),
        model(
            json!({"type": "message", "role": text, "phase": text, "content": [{"type": "input_text", "text": text}]}),
        ),
        event(json!({"type": "agent_reasoning", "text": text})),
        call("a", text, &json!({"command": text})),
        output_of("a", text),
        model(
            json!({"type": "custom_tool_call", "name": text, "input": text, "call_id": "b", "status": text}),
        ),
        output_of("b", text),
        call(
            "c",
            "update_plan",
            &json!({"explanation": text, "plan": [{"step": text, "status": text}]}),
        ),
        event(
            json!({"type": "patch_apply_end", "call_id": "d", "success": false, "stderr": text, "changes": {text: {"type": text, "unified_diff": text, "move_path": text}}}),
        ),
        event(json!({"type": "error", "message": text})),
        event(json!({"type": "turn_aborted", "reason": text})),
        event(
            json!({"type": "sub_agent_activity", "agent_thread_id": text, "agent_path": text, "kind": text}),
        ),
        event(json!({"type": "user_message", "message": "", "local_images": [text], "images": [text]})),
        item(
            "compacted",
            json!({"message": text, "replacement_history": [{"type": "message", "role": text, "content": [{"type": "input_text", "text": text}]}]}),
        ),
        item("unknown_line", json!({"type": text, "text": text})),
        format!("damaged {}", text.replace(['\n', '\r'], " ")),
    ])
}

/// The text as it is shown: a carriage return that ends no line becomes a symbol. Parsers read `\r\n` as `\n`.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[test]
fn no_text_becomes_markdown() {
    for text in HOSTILE {
        let folder = hostile(text);
        let document = shown(
            folder.path(),
            &["0199", "--format", "markdown", "--tools", "full", "--no-redact"],
        );
        let mut blocks = Vec::new();
        let mut block = None::<String>;
        let mut headings = 0;
        for event in Parser::new_ext(&document, Options::all()) {
            match event {
                Event::Html(_)
                | Event::InlineHtml(_)
                | Event::FootnoteReference(_)
                | Event::TaskListMarker(_) => {
                    panic!("{text:?}: {event:?}\n{document}")
                }
                Event::InlineMath(_) | Event::DisplayMath(_) => panic!("{text:?}: {event:?}"),
                Event::Start(Tag::CodeBlock(kind)) => {
                    assert!(
                        matches!(kind, pulldown_cmark::CodeBlockKind::Fenced(_)),
                        "{text:?}"
                    );
                    block = Some(String::new());
                }
                Event::End(pulldown_cmark::TagEnd::CodeBlock) => blocks.extend(block.take()),
                Event::Start(Tag::Heading { level, .. }) => {
                    headings += usize::from(level == pulldown_cmark::HeadingLevel::H1);
                }
                Event::Start(tag) => assert!(
                    matches!(tag, Tag::Paragraph | Tag::List(None) | Tag::Item),
                    "{text:?}: {tag:?}\n{document}"
                ),
                Event::Text(piece) => {
                    if let Some(block) = &mut block {
                        block.push_str(&piece);
                    }
                }
                _ => {}
            }
        }
        assert_eq!(headings, 1, "{text:?}");
        let whole = normal(text);
        let whole = whole.trim_end_matches('\n');
        let found = blocks
            .iter()
            .filter(|block| normal(block).trim_end_matches('\n') == whole)
            .count();
        // Messages, reasoning, input, two outputs, the error of the patch, its diff, and the compaction.
        assert!(found >= 10, "{text:?}: {found}\n{document}");
    }
}

#[test]
fn no_text_becomes_html() {
    for text in HOSTILE {
        let folder = hostile(text);
        let document = shown(
            folder.path(),
            &["0199", "--format", "html", "--tools", "full", "--no-redact"],
        );
        // The tokenizer panics at tags, attributes and references that the program does not write.
        let mut pieces = Vec::new();
        let mut inside = false;
        for token in tokens(&document) {
            match token {
                Token::Open(name, _) => inside = name == "pre",
                Token::Text(piece) if inside => pieces.push(piece),
                _ => {}
            }
        }
        let whole = format!("\n{text}");
        let found = pieces.iter().filter(|piece| **piece == whole).count();
        assert!(found >= 8, "{text:?}: {found}\n{document}");
        assert!(
            !document.contains("<script") && !document.contains("<img"),
            "{text:?}"
        );
    }
}

#[test]
fn text_is_as_it_was_written_but_cannot_control_a_terminal() {
    for text in HOSTILE {
        let folder = hostile(text);
        let document = shown(folder.path(), &["0199", "--no-redact"]);
        assert!(document.contains(&format!("\n{text}")), "{text:?}\n{document}");
    }
    let folder = thread(&[user("red \u{1b}[31m \u{9b}0m \u{7} \u{7f}\u{8} over\rwrite")]);
    for format in ["text", "markdown", "html"] {
        let document = shown(folder.path(), &["0199", "--format", format]);
        assert!(
            document.contains("red ␛[31m ‹9B›0m ␇ ␡␈ over␍write"),
            "{document}"
        );
    }
}
