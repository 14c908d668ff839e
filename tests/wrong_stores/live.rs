//! What would go wrong for a live thread: a store that breaks the rules that a live thread relies on, called as a live
//! thread calls it. No step can show that a live thread has no local path.

use serde_json::{Value, json};

use super::wrong::{Call, Row, Seen, forgets, instead, merges, refuses, shows};

const CREATE: &str = "create_thread";
const APPEND: &str = "append_items";
const UPDATE: &str = "update_thread_metadata";

pub fn rows() -> Vec<Row> {
    let ghost = |call: &Call, seen: &Seen| !seen.is_created(call.id());
    let id = |thread: &Value| thread["thread_id"].as_str().unwrap().to_string();
    let turn = |call: &Call| {
        let items = call.params["items"].as_array().unwrap();
        let turn = items.iter().find(|item| item["type"] == "turn_context");
        turn.map(|turn| turn["payload"].clone())
    };
    vec![
        refuses(
            "V1",
            APPEND,
            "a thread that was only resumed cannot be written to",
            ghost,
        ),
        refuses(
            "V1",
            "load_history",
            "a thread that was only resumed has no history to load",
            ghost,
        ),
        refuses(
            "V1",
            "resume_thread",
            "a thread that was never created cannot be resumed",
            ghost,
        ),
        refuses(
            "V1",
            "flush_thread",
            "a thread that was only resumed cannot be flushed",
            ghost,
        ),
        instead(
            "V1",
            UPDATE,
            "the patch after an append makes the thread",
            move |call, seen| match ghost(call, seen) {
                true => call.after(CREATE, json!({"thread_id": call.id()})),
                false => call.itself(),
            },
        ),
        instead(
            "V1",
            UPDATE,
            "only the first patch for an unknown thread fails",
            move |call, seen| match ghost(call, seen) && seen.was(call.id(), &[UPDATE]) {
                true => call.after(CREATE, json!({"thread_id": call.id()})),
                false => call.itself(),
            },
        ),
        forgets(
            "V1",
            "a patch that fails undoes the append before it",
            move |made, call, seen| {
                call.is(UPDATE) && ghost(call, seen) && made.is(APPEND) && made.id() == call.id()
            },
        ),
        instead(
            "V1",
            "flush_thread",
            "a flush creates the thread",
            move |call, seen| match ghost(call, seen) {
                true => call.after(CREATE, json!({"thread_id": call.id()})),
                false => call.itself(),
            },
        ),
        super::wrong::counts("V1", "a patch that fails shuts the thread down", |call, ok| {
            let itself = threadloupe::contract::Op::named(call.method).into_iter();
            let shut = (call.is(UPDATE) && !ok).then_some(threadloupe::contract::Op::ShutdownThread);
            itself.chain(shut).collect()
        }),
        forgets("V1", "discarding a thread removes it", |made, call, _| {
            call.is("discard_thread") && made.id() == call.id()
        }),
        refuses("V2", UPDATE, "a patch that fails is not kept", ghost),
        forgets(
            "V2",
            "a create drops the patches that failed before",
            move |made, call, seen| {
                call.is(CREATE) && ghost(call, seen) && made.is(UPDATE) && made.id() == call.id()
            },
        ),
        forgets(
            "V2",
            "of failed patches the last one is kept",
            move |made, call, seen| {
                call.is(UPDATE) && ghost(call, seen) && made.is(UPDATE) && made.id() == call.id()
            },
        ),
        forgets(
            "V2",
            "a create empties the history that a resume has made",
            move |made, call, seen| {
                call.is(CREATE) && ghost(call, seen) && made.is(APPEND) && made.id() == call.id()
            },
        ),
        merges("V3", "the version is never patched", |all, next, _| {
            all.merge(next);
            all.cli_version = None;
        }),
        shows(
            "V3",
            "the version shows from the first append",
            move |thread, seen| {
                if thread["cli_version"] == "test" && seen.was(&id(thread), &[APPEND]) {
                    thread["cli_version"] = json!("0.1.0");
                }
            },
        ),
        shows("V3", "the version shows from the beginning", |thread, _| {
            if thread["cli_version"] == "test" {
                thread["cli_version"] = json!("0.1.0");
            }
        }),
        merges(
            "V3",
            "the version is forgotten with the next patch",
            |all, next, _| {
                all.merge(next);
                all.cli_version.clone_from(&next.cli_version);
            },
        ),
        merges("V3", "the approval is never patched", |all, next, _| {
            all.merge(next);
            all.approval_mode = None;
        }),
        merges("V3", "the sandbox is never patched", |all, next, _| {
            all.merge(next);
            all.sandbox_policy = None;
        }),
        shows(
            "V3",
            "the approval changes with the first patch",
            move |thread, seen| {
                if thread["approval_mode"] == "never" && seen.was(&id(thread), &[UPDATE]) {
                    thread["approval_mode"] = json!("on-request");
                }
            },
        ),
        shows(
            "V3",
            "the sandbox changes with the first patch",
            move |thread, seen| {
                if thread["sandbox_policy"]["type"] == "read-only" && seen.was(&id(thread), &[UPDATE]) {
                    thread["sandbox_policy"] = json!({"type": "danger-full-access"});
                }
            },
        ),
        instead(
            "V3",
            APPEND,
            "a turn that is appended changes the approval",
            move |call, _| match turn(call) {
                Some(turn) => call.after(
                    UPDATE,
                    json!({"thread_id": call.id(), "patch": {"approval_mode": turn["approval_policy"]}}),
                ),
                None => call.itself(),
            },
        ),
        instead(
            "V3",
            APPEND,
            "a turn that is appended changes the sandbox",
            move |call, _| match turn(call) {
                Some(turn) => call.after(
                    UPDATE,
                    json!({"thread_id": call.id(), "patch": {"sandbox_policy": turn["sandbox_policy"]}}),
                ),
                None => call.itself(),
            },
        ),
    ]
}
