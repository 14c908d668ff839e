//! The inspector inside another program: the screen follows what that program does with its store.

#[allow(dead_code, clippy::print_stderr, reason = "the example is a program")]
#[path = "../../examples/inspect_my_store.rs"]
mod program;

use crate::support::terminal::Start;

/// Set in the process that runs the example.
const IS_PROGRAM: &str = "THREADLOUPE_IS_PROGRAM";

/// Runs the example, if this process was started for that.
#[test]
fn program() {
    if std::env::var_os(IS_PROGRAM).is_some() {
        program::main();
        std::process::exit(0);
    }
}

/// The number of calls of a method, as the counters pane shows it.
fn calls(text: &str, method: &str) -> Option<u64> {
    let row = text.lines().find_map(|line| line.split_once(method))?;
    row.1.split_whitespace().next()?.parse().ok()
}

#[test]
fn calls_of_another_task_move_on_the_screen() {
    let this = std::env::current_exe().unwrap();
    let only = ["--exact", "embedded::program", "--nocapture", "--test-threads=1"];
    let mut terminal = Start::program(this.to_str().unwrap(), &only)
        .env(IS_PROGRAM, "1")
        .size(200, 50)
        .spawn();
    terminal.wait_for("my store");
    terminal.wait_for("Job 1");
    let first = calls(&terminal.text(), "create_thread").unwrap();
    for method in ["create_thread", "update_thread_metadata"] {
        terminal.wait_until("the counter moves by itself", |screen| {
            let rows = screen.rows(0, 200).collect::<Vec<_>>().join("\n");
            calls(&rows[rows.find("\u{2500} Calls").unwrap_or(0)..], method)
                .is_some_and(|now| now > first + 1)
        });
    }
    terminal.type_keys("q");
    assert_eq!(terminal.wait_exit().exit_code(), 0);
}
