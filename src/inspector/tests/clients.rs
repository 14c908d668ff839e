//! Tests of the screen while other programs call the store.

use super::*;
use crate::contract::StepStore as _;
use crate::contract::{Op, Step};
use crate::inspector::state::listening::Listening;
use crate::protocol::json::Json;

const THREAD: &str = "019e2000-0000-7000-8000-0000000000aa";

/// The inspector on an empty store on which so many clients are connected.
fn served(clients: usize) -> Screen {
    let mut screen = Screen::empty(120, 36);
    let store = StoreKey(0);
    screen.model.listening = Some(Listening { store, clients: 0 });
    screen.tell(Msg::Clients(clients));
    screen
}

/// A client makes a call.
fn call(screen: &mut Screen, client: &str, op: Op, more: &str) {
    let params = format!(r#"{{"thread_id":"{THREAD}"{more}}}"#);
    let step = Step::read(op, Some(Json::parse(&params).unwrap())).unwrap();
    let store = screen.bench().client(Some(client));
    screen.runtime.block_on(store.call(step)).unwrap();
    screen.look();
}

fn rename(screen: &mut Screen, client: &str, name: &str) {
    let patch = format!(r#","patch":{{"name":"{name}"}}"#);
    call(screen, client, Op::UpdateThreadMetadata, &patch);
}

/// The row of the Journal pane with this text.
fn row(screen: &Screen, text: &str) -> String {
    let found = screen
        .text()
        .lines()
        .find(|line| line.contains(text))
        .map(str::to_string);
    found.unwrap_or_else(|| panic!("no row has {text}:\n{}", screen.text()))
}

/// Checks that the screen asks with these words, which can be on several lines.
fn assert_asks(screen: &Screen, words: &str) {
    let text = screen.text();
    assert!(text.replace('\n', " ").contains(words), "{text}");
}

#[test]
fn the_title_says_that_it_listens_and_how_many_are_connected() {
    let mut screen = served(0);
    assert!(
        screen.text().contains("\u{b7} listening, no client"),
        "{}",
        screen.text()
    );
    screen.tell(Msg::Clients(1));
    assert!(
        screen.text().contains("\u{b7} listening, 1 client "),
        "{}",
        screen.text()
    );
    screen.tell(Msg::Clients(1000));
    assert!(
        screen.text().contains("\u{b7} listening, 1,000 clients"),
        "{}",
        screen.text()
    );
}

#[test]
fn a_step_names_its_client_in_the_journal_and_where_it_is_opened() {
    let mut screen = served(2);
    call(&mut screen, "agent", Op::CreateThread, "");
    rename(&mut screen, "ed\u{1b}[2J", "one");
    assert!(
        row(&screen, "create_thread ").contains("agent"),
        "{}",
        screen.text()
    );
    // Control characters of a name are visible.
    assert!(screen.text().contains("ed\u{241b}[2J"), "{}", screen.text());
    screen.press("6 & 'client:agent' Enter");
    assert!(screen.text().contains("Journal 1 of 2"), "{}", screen.text());
    screen.press("k k Enter");
    assert!(screen.text().contains("client: \"agent\""), "{}", screen.text());
    // Without clients there is no column.
    let alone = Screen::demo(200, 50);
    assert!(!row(&alone, "outcome").contains("client"));
}

#[test]
fn who_looks_at_the_past_sees_how_many_calls_are_waiting() {
    let mut screen = served(1);
    call(&mut screen, "agent", Op::CreateThread, "");
    rename(&mut screen, "agent", "one");
    screen.press("[");
    assert!(screen.text().contains("PAST step 1 of 2 "), "{}", screen.text());
    rename(&mut screen, "agent", "two");
    assert!(
        screen.text().contains("PAST step 1 of 3, 1 new step not seen"),
        "{}",
        screen.text()
    );
    rename(&mut screen, "agent", "three");
    assert!(
        screen.text().contains("PAST step 1 of 4, 2 new steps not seen"),
        "{}",
        screen.text()
    );
    // A step that was shown is seen, also after going back again.
    screen.press("] ]");
    assert!(
        screen.text().contains("PAST step 3 of 4, 1 new step not seen"),
        "{}",
        screen.text()
    );
    screen.press("[");
    assert!(
        screen.text().contains("PAST step 2 of 4, 1 new step not seen"),
        "{}",
        screen.text()
    );
    screen.press("} [");
    assert!(screen.text().contains("PAST step 3 of 4 "), "{}", screen.text());
    screen.press("}");
    assert!(!screen.text().contains("PAST"), "{}", screen.text());
}

#[test]
fn an_undo_asks_while_clients_are_connected() {
    let mut screen = served(2);
    call(&mut screen, "agent", Op::CreateThread, "");
    rename(&mut screen, "agent", "one");
    call(&mut screen, "editor", Op::ReadThread, "");
    screen.press("u");
    let question = "Undo goes back to step 1. 2 clients are connected: this discards 2 calls made by";
    assert!(screen.text().contains(question), "{}", screen.text());
    screen.press("n");
    assert_eq!(screen.bench().journal().tip(), 3);
    // A call between the question and its answer does not change where the undo goes.
    screen.press("u");
    rename(&mut screen, "agent", "two");
    screen.press("y");
    assert_eq!(screen.bench().journal().tip(), 1);
    assert!(
        screen
            .text()
            .contains("Undid everything after step 1: now at step 1"),
        "{}",
        screen.text()
    );
    screen.press("Ctrl+R");
    assert_eq!(screen.bench().journal().tip(), 4);
    // Nobody is asked when all clients have left.
    screen.tell(Msg::Clients(0));
    screen.press("u");
    assert_eq!(screen.bench().journal().tip(), 3);
}

#[test]
fn a_change_in_the_past_says_how_many_calls_of_clients_it_takes_away() {
    let mut screen = served(1);
    call(&mut screen, "agent", Op::CreateThread, "");
    rename(&mut screen, "agent", "one");
    rename(&mut screen, "agent", "two");
    screen.press("[ [ 4 g e 'mine' Enter Ctrl+S");
    assert_asks(&screen, "Press y to branch from here");
    assert_asks(&screen, "1 client is connected: this discards 2 calls");
    screen.press("y");
    assert_eq!(screen.bench().journal().len(), 2);
    assert_eq!(screen.bench().journal().client_calls(), 1);
}

#[test]
fn a_redo_asks_only_if_it_takes_away_calls_of_clients() {
    let mut screen = served(1);
    call(&mut screen, "agent", Op::CreateThread, "");
    rename(&mut screen, "agent", "one");
    screen.press("u y");
    assert_eq!(screen.bench().journal().tip(), 1);
    // Nobody has called since the undo, so nothing is lost.
    screen.press("Ctrl+R");
    assert_eq!(screen.bench().journal().tip(), 2);
    // A read does not end the redo, but its step is not on the line that the redo goes to.
    screen.press("u y");
    call(&mut screen, "agent", Op::ReadThread, "");
    screen.press("Ctrl+R");
    assert_asks(
        &screen,
        "Redo goes to step 2. 1 client is connected: this discards 1 call made",
    );
    screen.press("n");
    assert_eq!(screen.bench().journal().tip(), 3);
    screen.press("Ctrl+R y");
    assert_eq!(screen.bench().journal().tip(), 2);
    // Nothing is asked when all clients have left.
    screen.press("u y");
    call(&mut screen, "agent", Op::ReadThread, "");
    screen.tell(Msg::Clients(0));
    screen.press("Ctrl+R");
    assert_eq!(screen.bench().journal().tip(), 2);
}

#[test]
fn a_switch_to_a_branch_asks_only_if_it_takes_away_calls_of_clients() {
    let mut screen = served(1);
    call(&mut screen, "agent", Op::CreateThread, "");
    rename(&mut screen, "agent", "one");
    screen.press("u y");
    rename(&mut screen, "agent", "two");
    screen.press(": 'branch 2' Enter");
    assert_asks(
        &screen,
        "Switching goes to the branch of step 2. 1 client is connected: this discards 1 call",
    );
    screen.press("n");
    assert_eq!(screen.bench().journal().tip(), 3);
    screen.press(": 'branch 2' Enter y");
    assert_eq!(screen.bench().journal().tip(), 2);
    // The steps after the common one are not of clients, so nothing of theirs is lost.
    screen.press("u y 4 g e 'mine' Enter Ctrl+S");
    assert_eq!(screen.bench().journal().tip(), 4, "{}", screen.text());
    screen.press(": 'branch 3' Enter");
    assert_eq!(screen.bench().journal().tip(), 3, "{}", screen.text());
}

#[test]
fn a_restart_of_a_scenario_asks_only_if_it_takes_away_calls_of_clients() {
    let mut screen = served(1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.jsonl");
    let create = format!(r#"{{"method":"create_thread","params":{{"thread_id":"{THREAD}"}}}}"#);
    std::fs::write(&path, create).unwrap();
    screen.press(": 'play '");
    screen.tell(Msg::Paste(path.to_str().unwrap().to_owned()));
    screen.press("Enter .");
    // No client has called since the start of the scenario.
    screen.press("R");
    assert_eq!(screen.bench().journal().tip(), 0, "{}", screen.text());
    screen.press(".");
    rename(&mut screen, "agent", "one");
    screen.press("R");
    assert_asks(
        &screen,
        "goes back to step 0. 1 client is connected: this discards 1 call made",
    );
    screen.press("n");
    assert_eq!(screen.bench().journal().client_calls(), 1);
    screen.press("R y");
    assert_eq!(screen.bench().journal().tip(), 0);
}
