//! Playing and running give the same answers: a player answers as `threadloupe run` does, byte for byte. Also tests
//! `threadloupe play` on a real pseudo-terminal: a scenario with notes is played, taken back, changed and continued,
//! and invalid input is reported.

use std::collections::HashMap;
use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use crate::support::terminal::{ENTER, ESC, Start, Terminal, ctrl};
use pretty_assertions::assert_eq;
use threadloupe::store::InMemoryThreadStore;
use threadloupe::workbench::scenario::{Script, files};
use threadloupe::workbench::{Player, Workbench};

/// The output of a run of these files.
fn run(args: &[&str], paths: &[PathBuf]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .arg("run")
        .args(args)
        .args(paths)
        .output()
        .unwrap();
    output.stdout
}

/// The same, played step by step: each file has its own store, but files that name the same store share it.
async fn play(clock: Option<&str>, paths: &[PathBuf]) -> Vec<u8> {
    // A named store begins empty, as in a new process.
    for id in InMemoryThreadStore::registered_ids() {
        InMemoryThreadStore::remove_id(&id);
    }
    let (paths, wrong) = files::find(paths);
    assert_eq!(wrong, Vec::<String>::new());
    let clock = clock.map(|clock| clock.parse().unwrap());
    let mut named: HashMap<String, (Workbench, Player)> = HashMap::new();
    let mut lines = Vec::new();
    let many = paths.len() > 1;
    for path in &paths {
        let name = path.to_str().unwrap();
        let mut on = |_| ControlFlow::Continue(());
        let script = Script::read(name, File::open(path).unwrap(), 0, &mut on);
        let script = Arc::new(script.unwrap().unwrap());
        let fresh = |store: Arc<InMemoryThreadStore>| {
            let bench = Workbench::new(store);
            let player = Player::new(&bench.journal());
            (bench, player)
        };
        let mut own;
        let (bench, player) = match &script.header.store {
            Some(id) => named
                .entry(id.clone())
                .or_insert_with(|| fresh(InMemoryThreadStore::for_id(id.as_str()))),
            None => {
                own = fresh(Arc::default());
                &mut own
            }
        };
        player.add(script, clock);
        while let Some((_, outcome)) = player.forth(bench).await {
            outcome.write(&mut lines, many.then_some(name)).unwrap();
        }
    }
    lines
}

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets")
}

#[tokio::test]
async fn the_shipped_scenarios_give_the_answers_of_a_run() {
    for paths in [
        vec![assets().join("scenarios")],
        vec![assets().join("demo.jsonl")],
    ] {
        let played = String::from_utf8(play(None, &paths).await).unwrap();
        assert!(played.lines().count() > 50);
        assert_eq!(played, String::from_utf8(run(&[], &paths)).unwrap());
        let clock = "2031-02-03T04:05:06.000007Z";
        let played = String::from_utf8(play(Some(clock), &paths).await).unwrap();
        let ran = String::from_utf8(run(&["--clock", clock], &paths)).unwrap();
        assert_eq!(played, ran);
    }
}

#[test]
fn what_cannot_be_played_is_told_before_the_screen_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().to_str().unwrap();
    for (path, sentence) in [
        ("-", "is used for key presses"),
        (
            "/no/such/file.jsonl",
            "/no/such/file.jsonl: cannot be read: No such file",
        ),
        (empty, "has no scenarios"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
            .args(["play", path])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(sentence), "{said}");
        assert_eq!(output.stdout, b"");
    }
    // If all paths are valid, the program still needs a terminal.
    let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .arg("play")
        .arg(assets().join("scenarios"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is not a terminal"));
}

#[test]
fn the_help_says_how_to_begin() {
    let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .args(["play", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for part in ["<PATH>...", "--clock <T>", "--store <ID>", "`p` plays or pauses"] {
        assert!(help.contains(part), "{part} is not in {help}");
    }
}

const ID: &str = "0198f2a3-0000-7000-8000-000000000001";

/// A scenario of a few steps with notes, one met expectation and one failed expectation.
fn scenario() -> String {
    let name = |name: &str, more: &str| {
        format!(
            "{{\"method\":\"update_thread_metadata\",\"params\":{{\"thread_id\":\"{ID}\",\"patch\":{{\"name\":\"{name}\"}}}}{more}}}\n"
        )
    };
    [
        "{\"scenario\":\"names\",\"about\":\"How a thread gets its names.\",\"clock\":\"2026-05-13T00:28:15Z\"}\n".to_string(),
        format!("{{\"method\":\"create_thread\",\"params\":{{\"thread_id\":\"{ID}\"}},\"note\":\"In the beginning there is no name.\"}}\n"),
        name("first", ",\"expect\":{\"result\":{\"name\":\"first\"}},\"note\":\"The first name.\""),
        name("second", ""),
        name("third", ",\"expect\":{\"result\":{\"name\":\"fourth\"}},\"note\":\"This is not as expected.\""),
        name("last", ",\"note\":\"The last name.\""),
    ]
    .concat()
}

fn leave(mut terminal: Terminal) {
    let status = terminal.quit();
    assert!(status.success(), "{}", terminal.picture());
    assert!(terminal.is_given_back(), "{}", terminal.picture());
}

#[test]
fn a_scenario_is_played_gone_back_in_changed_and_played_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a names.jsonl"), scenario()).unwrap();
    fs::write(folder.path().join("b empty.jsonl"), "").unwrap();
    let path = folder.path().to_str().unwrap();
    let mut terminal = Start::threadloupe(&["play", path]).size(120, 40).spawn();
    terminal.wait_for("How a thread gets its names.");
    terminal.wait_for(" 5 to go");
    terminal.type_keys(".");
    terminal.wait_for("In the beginning there is no name.");
    terminal.type_keys(".");
    terminal.wait_for("-> a thread, as expected");
    terminal.type_keys("P");
    terminal.wait_for("result.name: expected \"fourth\", got \"third\"");
    terminal.wait_for("1 not as expected");
    // Three steps back: the store is as it was then, and a change asks first.
    terminal.type_keys(",,,");
    terminal.wait_for(" 4 to go");
    terminal.wait_for("PAST step 1 of 4");
    terminal.wait_for("In the beginning there is no name.");
    terminal.type_keys("4g");
    terminal.type_keys(ENTER);
    terminal.type_keys("By hand");
    terminal.type_keys(ENTER);
    terminal.type_keys(&ctrl('s'));
    terminal.wait_for("Press y to branch from here");
    terminal.type_keys("y");
    terminal.wait_for("1 call added");
    terminal.wait_gone("PAST");
    // From there to the end at full speed.
    terminal.type_keys("))))))))p");
    terminal.wait_for(" 0 to go");
    terminal.wait_for("End: 1 of 5 steps not as expected. Next: b empty.jsonl");
    terminal.wait_for("step 9");
    terminal.type_keys(":branch");
    terminal.type_keys(ENTER);
    terminal.wait_for("branches off after step 1 \u{b7} 3 steps");
    terminal.type_keys(ESC);
    terminal.wait_gone("branches off after step 1");
    terminal.type_keys(".");
    terminal.wait_for("This scenario has no steps");
    terminal.wait_for("2 stores open");
    leave(terminal);
}

#[test]
fn what_a_step_did_in_another_store_is_told_and_done_again_after_a_restart() {
    let registry = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scenarios/r-registry.jsonl");
    let mut terminal = Start::threadloupe(&["play", registry]).size(120, 40).spawn();
    terminal.wait_for(" 12 to go");
    for _ in 0..2 {
        terminal.type_keys("..");
        terminal.wait_for(" 10 to go");
        terminal.wait_for("in store \u{201c}\u{201d}: list_threads: 1 thread, as expected");
        terminal.type_keys("..");
        terminal.wait_for("in store \u{201c}shelf\u{201d}: create_thread: done, as expected");
        terminal.type_keys("r");
        terminal.wait_for("store \u{201c}shelf\u{201d} \u{b7} 4 of 12");
        terminal.type_keys(ESC);
        terminal.wait_gone("\u{201d} \u{b7} 4 of 12");
        // Looking back plays nothing.
        terminal.type_keys(",");
        terminal.wait_for(" 9 to go");
        terminal.type_keys(".");
        terminal.wait_for(" 8 to go");
        terminal.type_keys("R");
        terminal.wait_for(" 12 to go");
    }
    terminal.type_keys("))))))))p");
    terminal.wait_for("End: 12 steps, no expectation failed.");
    leave(terminal);
}

#[test]
fn the_tour_is_played_gone_back_in_branched_saved_and_the_saved_run_is_as_expected() {
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("morning.jsonl");
    let tour = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scenarios/tour.jsonl");
    let mut terminal = Start::threadloupe(&["play", tour]).size(120, 40).spawn();
    terminal.wait_for(" 58 to go");
    terminal.type_keys("))))))))p");
    terminal.wait_for(" 0 to go");
    terminal.wait_for("as expected");
    // The last step makes no call, so three steps back are two calls.
    terminal.type_keys(",,,");
    terminal.wait_for(" 3 to go");
    terminal.wait_for("PAST step 54 of 56");
    terminal.type_keys("4g");
    terminal.type_keys(ENTER);
    terminal.type_keys("Another morning");
    terminal.type_keys(ENTER);
    terminal.type_keys(&ctrl('s'));
    terminal.wait_for("Press y to branch from here");
    terminal.type_keys("y");
    terminal.wait_for("update_thread_metadata: applied");
    terminal.type_keys(&format!(":save-scenario {}", saved.display()));
    terminal.type_keys(ENTER);
    terminal.wait_for("repeats it");
    leave(terminal);
    let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .arg("run")
        .arg(&saved)
        .output()
        .unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{answers}");
    assert_eq!(answers.lines().count(), 56);
    let met = answers
        .lines()
        .filter(|line| line.ends_with("\"expect\":\"met\"}"));
    assert_eq!(met.count(), 55, "{answers}");
    assert!(
        answers.lines().last().unwrap().contains("Another morning"),
        "{answers}"
    );
}

#[test]
fn playing_takes_its_time_and_a_key_pauses_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.jsonl");
    fs::write(&path, "{\"method\":\"list_threads\"}\n".repeat(200_000)).unwrap();
    let mut terminal = Start::threadloupe(&["play", path.to_str().unwrap()])
        .size(80, 24)
        .spawn();
    terminal.wait_for(" 200,000 to go");
    terminal.type_keys("p");
    terminal.wait_for(" 199,998 to go");
    terminal.type_keys("p");
    terminal.wait_for("paused 1x");
    terminal.type_keys("))))))))p");
    terminal.wait_for("playing full speed");
    terminal.wait_until("a thousand steps were played", |screen| {
        screen.contents().split("step ").any(|rest| {
            let number: String = rest
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == ',')
                .collect();
            number
                .replace(',', "")
                .parse()
                .is_ok_and(|steps: u64| steps > 1_000)
        })
    });
    terminal.type_keys(ESC);
    terminal.wait_for("paused full speed");
    terminal.type_keys("R");
    terminal.wait_for(" 200,000 to go");
    leave(terminal);
}
