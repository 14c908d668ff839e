//! Wrong counters: calls that are not counted, are counted more than once, or are counted for another method.

use threadloupe::contract::Op;

use super::wrong::{Call, Row, Way, counted, counts, row};

/// Calls are counted normally, but not if a condition is true.
fn uncounted(
    rule: &'static str,
    wrong: String,
    when: impl Fn(&Call, bool) -> bool + Send + Sync + 'static,
) -> Row {
    counts(rule, wrong, move |call, ok| {
        let itself = Op::named(call.method).into_iter();
        itself.filter(|_| !when(call, ok)).collect()
    })
}

/// Calls are counted normally, and also for another method if a condition is true.
fn also(
    rule: &'static str,
    wrong: String,
    other: Op,
    when: impl Fn(&Call, bool) -> bool + Send + Sync + 'static,
) -> Row {
    counts(rule, wrong, move |call, ok| {
        let itself = Op::named(call.method).into_iter();
        itself.chain(when(call, ok).then_some(other)).collect()
    })
}

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for op in counted() {
        let name = op.name();
        rows.push(uncounted(
            "C1",
            format!("{name} is never counted"),
            move |call, _| call.is(name),
        ));
        rows.push(also(
            "C1",
            format!("{name} is counted twice"),
            op,
            move |call, _| call.is(name),
        ));
    }
    for op in [
        Op::LoadHistory,
        Op::ReadThread,
        Op::ReadThreadByRolloutPath,
        Op::UpdateThreadMetadata,
        Op::UnarchiveThread,
    ] {
        let name = op.name();
        rows.push(uncounted(
            "C1",
            format!("{name} is not counted when it fails"),
            move |call, ok| call.is(name) && !ok,
        ));
        rows.push(uncounted(
            "C1",
            format!("{name} is counted only when it fails"),
            move |call, ok| call.is(name) && ok,
        ));
        rows.push(also(
            "C1",
            format!("{name} is counted at its end too when it succeeds"),
            op,
            move |call, ok| call.is(name) && ok,
        ));
    }
    for name in ["known.jsonl", "unknown.jsonl"] {
        rows.push(uncounted(
            "C1",
            format!("a read by the path {name} that finds no thread is not counted"),
            move |call, ok| {
                !ok && call.params["rollout_path"]
                    .as_str()
                    .is_some_and(|path| path.ends_with(name))
            },
        ));
    }
    let about_a_thread = |op: &Op| !matches!(op, Op::ReadThreadByRolloutPath | Op::ListThreads);
    for op in counted().filter(about_a_thread) {
        let name = op.name();
        rows.push(uncounted(
            "C1",
            format!("{name} is not counted for any thread but the first"),
            move |call, _| call.is(name) && !call.id().is_empty() && !call.id().ends_with('1'),
        ));
    }
    for op in counted() {
        for other in counted().filter(|other| *other != op) {
            let (name, counted) = (op.name(), other.name());
            rows.push(also(
                "C2",
                format!("{name} counts as {counted} too"),
                other,
                move |call, _| call.is(name),
            ));
        }
    }
    for name in ["read_thread", "read_thread_by_rollout_path"] {
        rows.push(also(
            "C2",
            format!("{name} with the history counts as load_history too"),
            Op::LoadHistory,
            move |call, _| call.is(name) && call.has("include_history"),
        ));
    }
    rows.push(uncounted(
        "C3",
        "an append of no items is not counted".to_string(),
        |call, _| call.params["items"].as_array().is_some_and(Vec::is_empty),
    ));
    rows.push(counts("C3", "an append is counted once an item", |call, _| {
        let items = call.params["items"].as_array().map_or(1, Vec::len);
        vec![Op::named(call.method).unwrap(); items]
    }));
    rows.push(uncounted(
        "C3",
        "an update with an empty patch is not counted".to_string(),
        |call, _| {
            call.params["patch"]
                .as_object()
                .is_some_and(|patch| patch.is_empty())
        },
    ));
    for name in ["list_turns", "list_items"] {
        for other in counted() {
            rows.push(also(
                "C4",
                format!("{name} counts as {}", other.name()),
                other,
                move |call, _| call.is(name),
            ));
        }
    }
    for other in counted() {
        rows.push(row(
            "C4",
            format!("asking for the counters counts as {}", other.name()),
            Way::CountsAsking(other),
        ));
    }
    rows
}
