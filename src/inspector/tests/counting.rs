//! Tests of the Calls pane: what it counts, its order, its limits, freezing it, and what moves when nothing is called.

use super::*;
use crate::contract::{OPS, Op, Step, StepStore as _};
use crate::inspector::panes::Pane;
use crate::inspector::panes::calls::counters::CallRow;
use crate::inspector::state::model::{Stale, StalePane};
use crate::protocol::json::Json;

fn row(screen: &Screen, op: Op) -> &CallRow {
    let rows = screen.model.session.calls.rows();
    rows.iter().find(|row| row.op == op).unwrap()
}

fn order(screen: &Screen) -> Vec<Op> {
    screen
        .model
        .session
        .calls
        .rows()
        .iter()
        .map(|row| row.op)
        .collect()
}

/// The methods that the last step moved, each with its change.
fn lit(screen: &Screen) -> Vec<(Op, i64)> {
    let rows = screen.model.session.calls.rows().iter();
    rows.filter(|row| row.moved != 0)
        .map(|row| (row.op, row.moved))
        .collect()
}

/// A client makes a call that names the thread with this number.
fn call(screen: &mut Screen, client: Option<&str>, op: Op, thread: u8) {
    let params = format!(r#"{{"thread_id":"{}"}}"#, numbered(thread));
    let step = Step::read(op, Some(Json::parse(&params).unwrap())).unwrap();
    let store = screen.bench().client(client);
    let _ = screen.runtime.block_on(store.call(step));
    screen.look();
}

#[test]
fn the_row_that_the_last_step_moved_is_lit_until_the_next_step() {
    let mut screen = Screen::demo(200, 50);
    assert_eq!(lit(&screen), [], "the last step is not counted");
    call(&mut screen, None, Op::FlushThread, 1);
    assert_eq!(lit(&screen), [(Op::FlushThread, 1)]);
    let line = |screen: &Screen| {
        let text = screen.text();
        let line = text
            .lines()
            .find(|line| line.contains("+flush_thread"))
            .map(str::to_string);
        line.unwrap_or_else(|| panic!("{text}"))
    };
    assert!(line(&screen).contains("2   +1     +1"), "{}", line(&screen));
    // Keys that make no call change nothing.
    screen.press("5 j j z z 1");
    assert_eq!(lit(&screen), [(Op::FlushThread, 1)]);
    call(&mut screen, None, Op::ListTurns, 1);
    assert_eq!(lit(&screen), []);
    let free = row(&screen, Op::ListTurns);
    assert_eq!((free.total, free.since, free.errors, free.last), (2, 1, 2, 57));
    screen.press("[");
    assert_eq!(lit(&screen), [(Op::FlushThread, 1)]);
}

#[test]
fn the_numbers_are_those_of_the_shown_step() {
    let mut screen = Screen::demo(120, 36);
    let line = screen.bench().journal();
    screen.press("6 g");
    for entry in line.entries() {
        let counters = screen.model.session.snapshot.calls();
        for op in OPS {
            let calls = line
                .entries()
                .filter(|other| other.step <= entry.step && other.op() == Some(op.op));
            let calls: Vec<_> = calls.collect();
            let row = row(&screen, op.op);
            assert_eq!(row.total, calls.len() as u64, "{} at {}", op.name, entry.step);
            assert_eq!(row.total, counters.get(op.op).unwrap_or(calls.len()) as u64);
            assert_eq!(
                row.errors,
                calls.iter().filter(|call| call.outcome.is_err()).count() as u64
            );
            assert_eq!(row.last, calls.last().map_or(0, |call| call.step));
        }
        screen.press("]");
    }
}

#[test]
fn rows_are_sorted_by_any_column_and_the_selection_stays_on_its_method() {
    let mut screen = Screen::demo(200, 50);
    let table: Vec<Op> = OPS.iter().map(|row| row.op).collect();
    assert_eq!(order(&screen), table);
    screen.press("5 j j s");
    assert!(
        screen.said().contains("Calls are sorted by total"),
        "{}",
        screen.said()
    );
    let sorted = order(&screen);
    assert_eq!(sorted[0], Op::UpdateThreadMetadata);
    assert_eq!(
        sorted[14..],
        [Op::ListTurns, Op::ListItems],
        "methods that are not counted stay last"
    );
    assert_eq!(screen.model.session.calls.selected(), Some(Op::AppendItems));
    screen.press("S");
    assert_eq!(order(&screen)[13], Op::UpdateThreadMetadata);
    screen.press("S : 'sort-calls errors' Enter");
    assert_eq!(order(&screen)[0], Op::UpdateThreadMetadata);
    assert!(screen.text().contains("by errors"), "{}", screen.text());
    screen.press(": 'sort-calls length' Enter");
    assert!(
        screen.said().contains("There is no column length"),
        "{}",
        screen.said()
    );
    screen.press(": 'sort-calls method' Enter");
    assert_eq!(order(&screen), table);
}

#[test]
fn the_calls_of_one_thread_or_one_client_are_counted() {
    let mut screen = longest();
    let id = screen.model.session.thread().unwrap().id;
    let line = screen.bench().journal();
    screen.press("5 c");
    assert!(
        screen.said().contains("no named client has made a call"),
        "{}",
        screen.said()
    );
    screen.press("t");
    for op in OPS {
        let calls = line
            .of_thread(id)
            .filter(|entry| entry.op() == Some(op.op))
            .count();
        assert_eq!(row(&screen, op.op).total, calls as u64, "{}", op.name);
    }
    assert!(
        screen.text().contains(&format!("Calls thread {id}")),
        "{}",
        screen.text()
    );
    screen.press("t");
    assert_eq!(row(&screen, Op::UpdateThreadMetadata).total, 18);
    for client in ["editor", "agent", "agent"] {
        call(&mut screen, Some(client), Op::FlushThread, 1);
    }
    let totals = |screen: &mut Screen| {
        screen.press("c");
        let rows = screen.model.session.calls.rows();
        (screen.said(), rows.iter().map(|row| row.total).sum::<u64>())
    };
    let [here, agent, editor, all] = [(); 4].map(|()| totals(&mut screen));
    assert_eq!([here.1, agent.1, editor.1, all.1], [55, 2, 1, 58]);
    assert!(here.0.contains("not made by a named client"), "{here:?}");
    assert!(agent.0.contains("client agent"), "{agent:?}");
    assert!(all.0.contains("All calls"), "{all:?}");
    assert_eq!(lit(&screen), [(Op::FlushThread, 1)]);
    screen.press(": 'calls-of-client editor' Enter");
    assert_eq!(row(&screen, Op::FlushThread).total, 1);
    assert_eq!(lit(&screen), [], "the last call was made by another client");
    // The mark limits what it limited before.
    screen.press("m");
    call(&mut screen, Some("editor"), Op::FlushThread, 1);
    call(&mut screen, Some("agent"), Op::FlushThread, 1);
    assert_eq!(
        (
            row(&screen, Op::FlushThread).total,
            row(&screen, Op::FlushThread).since
        ),
        (2, 1)
    );
    screen.press(": 'calls-of-client agent' Enter");
    assert_eq!(
        (
            row(&screen, Op::FlushThread).total,
            row(&screen, Op::FlushThread).since
        ),
        (3, 1)
    );
}

#[test]
fn frozen_counts_stay_while_calls_go_on() {
    let mut screen = Screen::demo(120, 36);
    screen.press("5 Space");
    let before = screen.model.session.calls.rows().to_vec();
    call(&mut screen, None, Op::FlushThread, 1);
    assert_eq!(screen.model.session.calls.rows(), before);
    assert!(screen.text().contains("frozen at step 55"), "{}", screen.text());
    screen.press("Space");
    assert_eq!(row(&screen, Op::FlushThread).total, 2);
    assert!(!screen.text().contains("frozen"), "{}", screen.text());
}

#[test]
fn latencies_are_since_the_mark() {
    let demo = Screen::demo(200, 50);
    assert!(
        row(&demo, Op::FlushThread).latencies.is_some(),
        "the user set no mark"
    );
    let mut screen = Screen::empty(200, 50);
    call(&mut screen, None, Op::FlushThread, 1);
    assert!(row(&screen, Op::FlushThread).latencies.is_some());
    screen.press("5 m");
    assert_eq!(row(&screen, Op::FlushThread).latencies, None);
    call(&mut screen, None, Op::FlushThread, 1);
    assert!(row(&screen, Op::FlushThread).latencies.is_some());
    // Before the mark, nothing is since the mark.
    screen.press("[");
    assert_eq!(row(&screen, Op::FlushThread).since, 0);
    screen.press("[");
    assert_eq!(row(&screen, Op::FlushThread).latencies, None);
}

#[test]
fn zoomed_it_has_all_columns_and_a_chart() {
    let mut screen = Screen::demo(200, 50);
    screen.press("5 : 'sort-calls total' Enter z g");
    let text = screen.text();
    for head in [
        "total",
        "step",
        "since",
        "errors",
        "calls/s",
        "last minute",
        "median",
        "p99",
        "last",
    ] {
        assert!(text.lines().nth(2).unwrap().contains(head), "{head}: {text}");
    }
    let chart = "update_thread_metadata: 18 calls from 2026-05-12 12:00:00 to 2026-05-12 12:00:00 UTC";
    assert!(text.contains(chart), "{text}");
    assert!(text.contains('\u{2588}'), "{text}");
    screen.press("G");
    assert!(
        screen.text().contains("list_items was not called."),
        "{}",
        screen.text()
    );
    let mut low = Screen::demo(80, 24);
    low.press("5 z");
    assert!(low.text().contains("create_thread: 11 calls"), "{}", low.text());
}

#[test]
fn a_rate_moves_only_while_it_is_not_zero() {
    // With a fixed clock, no time passes.
    let mut fixed = Screen::empty(120, 36);
    call(&mut fixed, None, Op::FlushThread, 1);
    assert_eq!(row(&fixed, Op::FlushThread).recent, 1);
    assert_eq!(fixed.model.session.calls.changes_at, None);
    let mut screen = Screen::on(Workbench::new(Arc::default()), 120, 36);
    assert_eq!(screen.model.session.calls.changes_at, None);
    call(&mut screen, None, Op::FlushThread, 1);
    assert_eq!(row(&screen, Op::FlushThread).recent, 1);
    assert!(screen.model.session.calls.changes_at.is_some());
    // Where the pane is not shown, nothing wakes up.
    screen.press("7");
    assert_eq!(screen.model.session.calls.changes_at, None);
    screen.press("9");
    screen.model.system_clock = || moment("2100-01-01T00:00:00Z");
    screen.model.stale.set(Stale::NOTHING);
    screen.tell(Msg::RatesChange);
    assert_eq!(row(&screen, Op::FlushThread).recent, 0);
    assert_eq!(screen.model.session.calls.changes_at, None);
    let only = Stale::after_moving(Pane::Calls, StalePane::Whole);
    assert_eq!(screen.model.stale.get(), only, "only the pane is drawn");
}

#[test]
fn many_calls_are_added_beside_the_interface() {
    let mut screen = Screen::empty(120, 36);
    let bench = screen.bench();
    screen.holds = |call| matches!(call, Call::AddCalls(..));
    let step = || {
        let params = format!(r#"{{"thread_id":"{}"}}"#, numbered(1));
        Step::read(Op::FlushThread, Some(Json::parse(&params).unwrap())).unwrap()
    };
    screen.runtime.block_on(async {
        for _ in 0..20_000 {
            bench.call(step()).await.unwrap();
        }
    });
    screen.look();
    assert_eq!(
        row(&screen, Op::FlushThread).total,
        20_000,
        "the counter is known at once"
    );
    assert!(screen.text().contains("counting"), "{}", screen.text());
    assert!(row(&screen, Op::FlushThread).last < 20_000);
    assert_eq!(screen.held.len(), 1);
    screen.press("5 j k");
    assert_eq!(screen.held.len(), 1, "the work is begun once");
    screen.holds = |_| false;
    let held = screen.held.pop().unwrap();
    screen.carry_out(vec![Effect::Run(held)]);
    assert_eq!(row(&screen, Op::FlushThread).last, 20_000);
    assert!(!screen.text().contains("counting"), "{}", screen.text());
}
