//! The entries of tool calls: the call, its arguments, its output and how it ended.

use std::borrow::Cow;

use super::diffs;
use super::messages::{image, texts_of};
use super::{
    EntryOutcome, ItemFields, PlanLine, Speaker, Transcript, TranscriptBlock, TranscriptEntry, text_in,
};
use crate::protocol::RolloutItem;
use crate::protocol::json::{Json, JsonKind};
use crate::protocol::kinds::AuthorRole;
use crate::workbench::composed::pretty;
use crate::workbench::failures::{Failure, ended};
use crate::workbench::item_summary;
use crate::workbench::query::{one_line, one_line_of};

/// The entry of a call, of an output whose call the history does not have, or of an event about a tool.
pub(super) fn entry<'a>(
    transcript: &'a Transcript,
    place: usize,
    item: &'a RolloutItem,
    payload: &ItemFields<'a>,
) -> Option<TranscriptEntry<'a>> {
    let kind = item.kind();
    if kind.role != AuthorRole::Tool && kind.name != "item_completed" {
        return None;
    }
    let mut blocks = Vec::new();
    let mut title = Cow::Owned(item_summary(item));
    let is_output = match (kind.outer, kind.name) {
        ("response_item" | "", "function_call") => {
            if let Some(arguments) = payload.member("arguments") {
                add_arguments(&payload.text("name").unwrap_or_default(), arguments, &mut blocks);
            }
            false
        }
        ("response_item", "custom_tool_call") => {
            if let Some(input) = payload.member("input") {
                add_arguments(&payload.text("name").unwrap_or_default(), input, &mut blocks);
            }
            false
        }
        ("response_item", "tool_search_call") => {
            if let Some(arguments) = payload.member("arguments") {
                add_arguments("tool_search", arguments, &mut blocks);
            }
            false
        }
        ("response_item", "local_shell_call" | "web_search_call") => {
            if let Some(action) = payload.member("action").filter(|action| !action.is_null()) {
                add_arguments(kind.name, action, &mut blocks);
            }
            if kind.name == "web_search_call" {
                title = Cow::Owned(format!("web_search {}", without_status(&title)));
            }
            false
        }
        ("response_item", "image_generation_call") => {
            add_generated_image(payload.json, &mut blocks);
            title = Cow::Borrowed("image_generation");
            false
        }
        ("response_item" | "", "function_call_output")
        | ("response_item", "custom_tool_call_output" | "tool_search_output") => {
            // If an output has not been read yet, its call is unknown.
            title = Cow::Borrowed(match place < transcript.items_read() {
                true => "output of a call that is not in the history",
                false => "output",
            });
            true
        }
        ("event_msg", name) if is_about_tool(name) => {
            title = Cow::Owned(event_title(name, payload.json, &title));
            true
        }
        ("event_msg", "item_completed") => {
            let event = item.content_kind().name;
            if !is_about_tool(event) {
                return None;
            }
            // The summary begins with the type of the item.
            let summary = title.split_once(": ").map_or("", |(_, summary)| summary);
            title = Cow::Owned(event_title(event, payload.member("item")?, summary));
            true
        }
        _ => return None,
    };
    if is_output {
        add_part(item, payload, &mut blocks);
    }
    let parts = transcript.parts_of(place);
    let parts: Vec<_> = parts
        .filter_map(|part| Some((part, ItemFields::of(part)?)))
        .collect();
    for (part, fields) in &parts {
        add_part(part, fields, &mut blocks);
    }
    // The steps of a plan and the lines of a patch are in the blocks.
    for block in &blocks {
        let called = || payload.text("name").unwrap_or_default();
        match block {
            TranscriptBlock::Plan(_) => title = Cow::Owned(called().into_owned()),
            TranscriptBlock::Diff { title: file, text } if file.is_empty() => {
                title = Cow::Owned(format!("{} {}", called(), diffs::files_of(text)));
            }
            _ => {}
        }
    }
    let endings = parts.iter().map(|(part, fields)| (*part, fields));
    let mut outcome = outcome(
        endings.chain([(item, payload)]),
        item,
        is_output || !parts.is_empty(),
    );
    // The words of a failure that the output begins with are not repeated.
    if let EntryOutcome::Failed(Failure::Tool(words)) = &mut outcome
        && blocks.iter().any(|block| match block {
            TranscriptBlock::Output(text) => one_line(text).starts_with(words.trim_end_matches('\u{2026}')),
            _ => false,
        })
    {
        "failed".clone_into(words);
    }
    Some(TranscriptEntry {
        place,
        at: item.timestamp(),
        speaker: Speaker::Tool,
        title,
        outcome: Some(outcome),
        blocks,
    })
}

/// The outcome of a call, as its parts and the call itself say.
fn outcome<'a>(
    all: impl Iterator<Item = (&'a RolloutItem, &'a ItemFields<'a>)>,
    item: &RolloutItem,
    has_output: bool,
) -> EntryOutcome {
    let all = all.map(|(item, fields)| ended(item, || fields.member("output")));
    let all: Vec<_> = all.collect();
    let mut failures = all.iter().filter_map(|(_, failure)| failure.as_ref());
    // An exit code says more than a status.
    let by_code = failures
        .clone()
        .find(|failure| matches!(failure, Failure::Exit(_)));
    if let Some(failure) = by_code.or_else(|| failures.next()) {
        return EntryOutcome::Failed(failure.clone());
    }
    let is_complete = has_output
        || item
            .payload()
            .and_then(|payload| text_in(payload, "status"))
            .as_deref()
            == Some("completed")
            && matches!(item.kind().name, "web_search_call" | "image_generation_call");
    match is_complete {
        true => EntryOutcome::Done {
            has_exit_code: all.iter().any(|(code, _)| code.is_some()),
        },
        false => EntryOutcome::Unfinished,
    }
}

/// Whether an event of this name is about a tool.
fn is_about_tool(name: &str) -> bool {
    matches!(
        name,
        "exec_command_end"
            | "patch_apply_end"
            | "mcp_tool_call_end"
            | "web_search_end"
            | "view_image_tool_call"
            | "image_generation_end"
            | "dynamic_tool_call_request"
            | "dynamic_tool_call_response"
            | "collab_agent_spawn_end"
            | "collab_agent_interaction_end"
            | "collab_waiting_end"
            | "collab_close_end"
            | "collab_resume_end"
    )
}

/// The maximum length of a command or list of files in a title, in characters.
const TITLE: usize = 200;

/// What an event is about, on one line: the command, the edited files, or a few words followed by the summary.
fn event_title(name: &str, event: Json<'_>, summary: &str) -> String {
    let before = match name {
        "exec_command_end" => {
            let words = event.get("command").into_iter().flat_map(Json::elements);
            let words: Vec<_> = words.filter_map(Json::as_str).collect();
            return format!("command {}", one_line_of(&words.join(" "), TITLE));
        }
        "patch_apply_end" => {
            let changes = event.get("changes").into_iter().flat_map(Json::members);
            let paths: Vec<String> = changes.map(|(path, _)| path.into_owned()).collect();
            return format!("edit {}", one_line_of(&paths.join(", "), TITLE));
        }
        "view_image_tool_call" => return "view_image".to_owned(),
        "image_generation_end" => return "image_generation".to_owned(),
        "web_search_end" => "web_search ",
        "collab_agent_spawn_end" => "start sub-agent: ",
        "collab_agent_interaction_end" => "message to sub-agent: ",
        "collab_waiting_end" => "wait for sub-agents: ",
        "collab_close_end" => "close sub-agent: ",
        "collab_resume_end" => "resume sub-agent: ",
        _ => "",
    };
    format!("{before}{summary}")
}

fn without_status(summary: &str) -> &str {
    summary.strip_suffix(" \u{b7} completed").unwrap_or(summary)
}

/// Adds the arguments of a call: a plan as its steps, a patch as a diff, JSON in a string as JSON.
fn add_arguments<'a>(name: &str, arguments: Json<'a>, blocks: &mut Vec<TranscriptBlock<'a>>) {
    let text = match arguments.kind() {
        JsonKind::String => arguments.as_str().unwrap_or_default(),
        _ => Cow::Borrowed(arguments.text()),
    };
    if text.is_empty() || text == "{}" {
        return;
    }
    if name == "update_plan"
        && let Ok(plan) = Json::parse(&text)
        && let Some(lines) = plan_lines(plan)
    {
        if let Some(explanation) = text_in(plan, "explanation").filter(|text| !text.is_empty()) {
            blocks.push(TranscriptBlock::Text(Cow::Owned(explanation.into_owned())));
        }
        blocks.push(TranscriptBlock::Plan(lines));
        return;
    }
    if let Some(patch) = diffs::patch_in(&text) {
        blocks.push(TranscriptBlock::Diff {
            title: String::new(),
            text: Cow::Owned(patch),
        });
        return;
    }
    let parsed = match Json::parse(&text) {
        Ok(value) if matches!(value.kind(), JsonKind::Object | JsonKind::Array) => Some(pretty(&text)),
        _ => None,
    };
    blocks.push(match parsed {
        Some(text) => TranscriptBlock::Arguments {
            text: Cow::Owned(text),
            is_json: true,
        },
        None => TranscriptBlock::Arguments { text, is_json: false },
    });
}

/// The steps of a plan; `None` if it has none.
pub(super) fn plan_lines(plan: Json<'_>) -> Option<Vec<PlanLine>> {
    let steps = plan.get("plan")?.elements().map(|step| PlanLine {
        status: text_in(step, "status").unwrap_or_default().into_owned(),
        step: text_in(step, "step").unwrap_or_default().into_owned(),
    });
    let steps: Vec<PlanLine> = steps.collect();
    (!steps.is_empty()).then_some(steps)
}

fn has_output(blocks: &[TranscriptBlock<'_>]) -> bool {
    blocks
        .iter()
        .any(|block| matches!(block, TranscriptBlock::Output(_)))
}

fn has_diff(blocks: &[TranscriptBlock<'_>]) -> bool {
    blocks
        .iter()
        .any(|block| matches!(block, TranscriptBlock::Diff { .. }))
}

/// Adds the contents of an output or an event about a call, unless another one has already added them.
fn add_part<'a>(item: &RolloutItem, fields: &ItemFields<'a>, blocks: &mut Vec<TranscriptBlock<'a>>) {
    let payload = fields.json;
    let event = match item.kind().name {
        "item_completed" => payload.get("item").unwrap_or(payload),
        _ => payload,
    };
    match item.content_kind().name {
        "function_call_output" | "custom_tool_call_output" => {
            // The event has the same output.
            blocks.retain(|block| !matches!(block, TranscriptBlock::Output(_)));
            if let Some(output) = fields.member("output") {
                add_output(output, blocks);
            }
        }
        "tool_search_output" => {
            let tools = payload.get("tools").into_iter().flat_map(Json::elements);
            let names: Vec<String> = tools
                .filter_map(|tool| Some(text_in(tool, "name")?.into_owned()))
                .collect();
            push_output(Cow::Owned(names.join("\n")), blocks);
        }
        "exec_command_end" if !has_output(blocks) => {
            let keys = ["aggregated_output", "formatted_output", "stdout", "stderr"];
            let said = keys.iter().filter_map(|key| text_in(event, key));
            if let Some(text) = said.into_iter().find(|text| !text.is_empty()) {
                push_output(text, blocks);
            }
        }
        "patch_apply_end" => {
            if !has_diff(blocks)
                && let Some(changes) = event.get("changes")
            {
                blocks.extend(diffs::of_changes(changes));
            }
            let said = ["stderr", "stdout"].iter().filter_map(|key| text_in(event, key));
            if !has_output(blocks)
                && let Some(text) = said.into_iter().find(|text| !text.is_empty())
            {
                push_output(text, blocks);
            }
        }
        "mcp_tool_call_end" if !has_output(blocks) => {
            if let Some(arguments) = event.get("arguments") {
                add_arguments("", arguments, blocks);
            }
            if let Some(result) = event.get("result").filter(|result| !result.is_null()) {
                match result.get("Err") {
                    Some(error) => add_output(error, blocks),
                    None => add_output(result.get("Ok").unwrap_or(result), blocks),
                }
            }
        }
        "dynamic_tool_call_request" => {
            if let Some(arguments) = event.get("arguments") {
                add_arguments("", arguments, blocks);
            }
        }
        "dynamic_tool_call_response" if !has_output(blocks) => {
            for key in ["error", "content_items"] {
                if let Some(said) = event.get(key).filter(|said| !said.is_null()) {
                    add_output(said, blocks);
                }
            }
        }
        "web_search_end" if !has_output(blocks) => {
            let results = event.get("results").into_iter().flat_map(Json::elements);
            let lines: Vec<String> = results
                .map(|result| {
                    let of = |key| text_in(result, key).unwrap_or_default();
                    format!("{} {}\n  {}", of("title"), of("url"), of("snippet"))
                        .trim()
                        .to_owned()
                })
                .collect();
            push_output(Cow::Owned(lines.join("\n")), blocks);
        }
        "view_image_tool_call" => {
            let path = event.get("path").and_then(Json::as_str);
            blocks.extend(path.map(|path| TranscriptBlock::Image(path.into_owned())));
        }
        "image_generation_end" => {
            if !blocks
                .iter()
                .any(|block| matches!(block, TranscriptBlock::Image(_)))
            {
                add_generated_image(event, blocks);
            }
        }
        _ => add_agents(event, blocks),
    }
}

fn add_generated_image<'a>(payload: Json<'a>, blocks: &mut Vec<TranscriptBlock<'a>>) {
    if let Some(prompt) = text_in(payload, "revised_prompt") {
        blocks.push(TranscriptBlock::Text(prompt));
    }
    let path = text_in(payload, "saved_path").map(Cow::into_owned);
    let size = || payload.get("result").map(|result| image(Some("image"), result));
    blocks.extend(path.or_else(size).map(TranscriptBlock::Image));
}

/// Adds the links of an event about sub-agents: the prompt, and the threads.
fn add_agents<'a>(event: Json<'a>, blocks: &mut Vec<TranscriptBlock<'a>>) {
    if let Some(prompt) = text_in(event, "prompt").filter(|prompt| !prompt.is_empty()) {
        blocks.push(TranscriptBlock::Text(prompt));
    }
    let mut add = |id: Option<Json<'a>>| {
        if let Some(id) = id.and_then(Json::as_str).filter(|id| !id.is_empty()) {
            blocks.push(TranscriptBlock::Thread {
                label: "sub-agent",
                id: id.into_owned(),
            });
        }
    };
    for key in ["new_thread_id", "receiver_thread_id", "agent_thread_id"] {
        add(event.get(key));
    }
    let statuses = event.get("agent_statuses").into_iter().flat_map(Json::elements);
    statuses.for_each(|status| add(status.get("thread_id")));
}

/// Adds the output of a call: a text, parts with texts and images, or JSON in a string with an `output`.
fn add_output<'a>(output: Json<'a>, blocks: &mut Vec<TranscriptBlock<'a>>) {
    match output.kind() {
        JsonKind::Null => {}
        JsonKind::String => {
            let text = output.as_str().unwrap_or_default();
            if let Some(parts) = parts_in(&text) {
                parts
                    .into_iter()
                    .for_each(|part| push_output(Cow::Owned(part), blocks));
                return;
            }
            let inner = Json::parse(&text)
                .ok()
                .filter(|inner| inner.get("metadata").is_some());
            match inner.and_then(|inner| Some(text_in(inner, "output")?.into_owned())) {
                Some(inner) => push_output(Cow::Owned(inner), blocks),
                None => push_output(text, blocks),
            }
        }
        JsonKind::Array => add_parts(output, blocks),
        JsonKind::Object => {
            let inner = ["content", "output", "text", "message"]
                .iter()
                .find_map(|key| output.get(key).filter(|value| !value.is_null()));
            match inner {
                Some(inner) => add_output(inner, blocks),
                None => push_output(Cow::Owned(pretty(output.text())), blocks),
            }
        }
        JsonKind::Bool | JsonKind::Number => push_output(Cow::Borrowed(output.text()), blocks),
    }
}

/// The texts of an output that is a list of parts with texts, as JSON in a string.
fn parts_in(output: &str) -> Option<Vec<String>> {
    if !output.starts_with('[') {
        return None;
    }
    let parts = Json::parse(output).ok()?;
    let texts: Option<Vec<String>> = parts
        .elements()
        .map(|part| Some(text_in(part, "text")?.into_owned()))
        .collect();
    texts.filter(|texts| !texts.is_empty())
}

fn add_parts<'a>(parts: Json<'a>, blocks: &mut Vec<TranscriptBlock<'a>>) {
    for block in texts_of(parts) {
        match block {
            TranscriptBlock::Text(text) => push_output(text, blocks),
            other => blocks.push(other),
        }
    }
}

fn push_output<'a>(text: Cow<'a, str>, blocks: &mut Vec<TranscriptBlock<'a>>) {
    if !text.trim().is_empty() {
        blocks.push(TranscriptBlock::Output(text));
    }
}
