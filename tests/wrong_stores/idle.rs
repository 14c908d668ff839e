//! Methods that should only be counted but do more.

use serde_json::{Value, json};

use super::wrong::{Asked, Call, Row, forgets, instead, refuses};

const CREATE: &str = "create_thread";
const RESUME: &str = "resume_thread";
const APPEND: &str = "append_items";
const UPDATE: &str = "update_thread_metadata";

pub fn rows() -> Vec<Row> {
    let methods = [
        "persist_thread",
        "flush_thread",
        "shutdown_thread",
        "discard_thread",
    ];
    methods.into_iter().flat_map(idle).collect()
}

/// What such a method could do.
fn idle(method: &'static str) -> Vec<Row> {
    let behind =
        |call: &Call, other: &'static str, params: Value| -> Vec<Asked> { call.after(other, params) };
    vec![
        refuses(
            "A6",
            method,
            format!("{method} fails for an unknown id"),
            |call, seen| seen.record(call.id()).is_none(),
        ),
        refuses(
            "A6",
            method,
            format!("{method} fails for a thread that was never created"),
            |call, seen| !seen.is_created(call.id()) && seen.record(call.id()).is_some(),
        ),
        refuses(
            "A6",
            method,
            format!("{method} fails the second time"),
            move |call, seen| seen.was(call.id(), &[method]),
        ),
        instead(
            "A6",
            method,
            format!("{method} makes a history"),
            move |call, _| behind(call, APPEND, json!({"thread_id": call.id(), "items": []})),
        ),
        instead(
            "A6",
            method,
            format!("{method} creates the thread"),
            move |call, seen| match seen.is_created(call.id()) {
                true => call.itself(),
                false => behind(call, CREATE, json!({"thread_id": call.id()})),
            },
        ),
        instead(
            "A6",
            method,
            format!("{method} writes a line into the history"),
            move |call, seen| match seen.is_loadable(call.id()) {
                true => behind(
                    call,
                    APPEND,
                    json!({"thread_id": call.id(), "items": [{"type": method}]}),
                ),
                false => call.itself(),
            },
        ),
        instead(
            "A6",
            method,
            format!("{method} makes the thread newer"),
            move |call, seen| {
                behind(
                    call,
                    UPDATE,
                    json!({"thread_id": call.id(), "patch": {"updated_at": seen.now}}),
                )
            },
        ),
        forgets("A6", format!("{method} drops the items"), move |made, call, _| {
            call.is(method) && made.is(APPEND) && made.id() == call.id()
        }),
        forgets(
            "A6",
            format!("{method} drops the metadata"),
            move |made, call, _| call.is(method) && made.is(UPDATE) && made.id() == call.id(),
        ),
        forgets("A6", format!("{method} drops the paths"), move |made, call, _| {
            call.is(method) && made.is(RESUME) && made.id() == call.id()
        }),
        forgets(
            "A6",
            format!("{method} drops the thread"),
            move |made, call, _| call.is(method) && made.id() == call.id(),
        ),
        forgets(
            "A6",
            format!("{method} takes the thread out of the list"),
            move |made, call, _| call.is(method) && made.is(CREATE) && made.id() == call.id(),
        ),
        refuses(
            "A6",
            APPEND,
            format!("appends fail after {method}"),
            move |call, seen| seen.was(call.id(), &[method]),
        ),
        instead(
            "A6",
            APPEND,
            format!("appends after {method} are dropped"),
            move |call, seen| {
                if seen.was(call.id(), &[method]) {
                    Vec::new()
                } else {
                    call.itself()
                }
            },
        ),
        refuses(
            "A6",
            "read_thread",
            format!("reads fail after {method}"),
            move |call, seen| seen.is_created(call.id()) && seen.was(call.id(), &[method]),
        ),
        refuses(
            "A6",
            UPDATE,
            format!("updates fail after {method}"),
            move |call, seen| seen.is_created(call.id()) && seen.was(call.id(), &[method]),
        ),
    ]
}
