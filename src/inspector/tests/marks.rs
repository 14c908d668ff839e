//! Tests of the marks of items: turns that were undone, texts that occur in a file twice, and the titles of threads that
//! have only a history.

use super::*;

/// A thread in the newest form: the words of the user are in an `item_completed` and in the model's item.
const NEWEST: &str = r##"{"type":"session_meta","payload":{"id":"t","cwd":"/srv/demo","cli_version":"0.171.0","source":"cli"}}
{"type":"event_msg","payload":{"type":"task_started","turn_id":"t1"}}
{"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"# AGENTS.md instructions for /srv/demo\n\nbe short"}]}}
{"type":"response_item","payload":{"type":"message","role":"user","id":"msg_7","content":[{"type":"input_text","text":"count the washers"}]}}
{"type":"event_msg","payload":{"type":"item_completed","turn_id":"t1","item":{"type":"UserMessage","id":"u1","content":[{"type":"text","text":"count the washers","text_elements":[]}]}}}
{"type":"event_msg","payload":{"type":"item_completed","turn_id":"t1","item":{"type":"Reasoning","id":"r1","summary_text":["**Counting**"],"raw_content":[]}}}
{"type":"response_item","payload":{"type":"reasoning","summary":[{"type":"summary_text","text":"**Counting**"}],"encrypted_content":"gAAAAA"}}
{"type":"event_msg","payload":{"type":"item_completed","turn_id":"t1","item":{"type":"CommandExecution","command":["wc","-l"],"status":"completed","exit_code":0,"aggregated_output":"40"}}}
{"type":"event_msg","payload":{"type":"item_completed","turn_id":"t1","item":{"type":"AgentMessage","id":"a1","content":[{"type":"Text","text":"There are 40."}],"phase":"final_answer"}}}
{"type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"There are 40."}]}}
{"type":"event_msg","payload":{"type":"task_complete","turn_id":"t1","last_agent_message":"There are 40."}}"##;

/// Turns of which some were rolled back.
const ROLLED_BACK: &str = r#"{"type":"session_meta","payload":{"id":"t","cwd":"/srv/demo","cli_version":"0.146.0","source":"cli"}}
{"type":"event_msg","payload":{"type":"task_started","turn_id":"t1"}}
{"type":"event_msg","payload":{"type":"user_message","message":"file the screws"}}
{"type":"event_msg","payload":{"type":"agent_message","message":"filed"}}
{"type":"event_msg","payload":{"type":"task_complete","turn_id":"t1"}}
{"type":"event_msg","payload":{"type":"task_started","turn_id":"t2"}}
{"type":"event_msg","payload":{"type":"user_message","message":"throw the nuts away"}}
{"type":"event_msg","payload":{"type":"agent_message","message":"thrown away"}}
{"type":"event_msg","payload":{"type":"task_complete","turn_id":"t2"}}
{"type":"event_msg","payload":{"type":"thread_rolled_back","num_turns":1}}
{"type":"event_msg","payload":{"type":"thread_rolled_back","num_turns":-3}}
{"type":"event_msg","payload":{"type":"thread_rolled_back","num_turns":"two"}}"#;

/// A screen with a thread of these lines, focused on its history.
fn opened(lines: &str, width: u16, height: u16) -> Screen {
    let mut screen = Screen::empty(width, height);
    screen.append(1, lines);
    screen.press("2");
    screen
}

/// The number of the selected item.
fn selected(screen: &Screen) -> usize {
    screen.model.session.history.selected().unwrap() + 1
}

#[test]
fn undone_turns_and_hidden_repeats_are_seen() {
    for (name, lines) in [("rolled_back", ROLLED_BACK), ("newest", NEWEST)] {
        for (width, height) in [(120, 36), (80, 24)] {
            let mut screen = opened(lines, width, height);
            screen.press("z");
            insta::assert_snapshot!(format!("marks_{name}_{width}x{height}"), shot(&screen));
        }
    }
}

#[test]
fn an_opened_item_says_what_its_mark_means() {
    let mut screen = opened(ROLLED_BACK, 120, 36);
    let mut said = |number: usize| {
        screen.press(&format!(": 'go-to-item {number}' Enter Enter"));
        let rows = rows(&screen.frame());
        let top = rows.iter().position(|row| row.contains("Item ")).unwrap();
        let line = rows[top + 1].trim_matches(['\u{2503}', ' ']).to_string();
        screen.press("Esc");
        line
    };
    assert_eq!(said(7), "\u{21b6} undone by item 10 (thread_rolled_back)");
    assert_eq!(said(10), "undoes 1 turn");
    assert_eq!(said(11), "! num_turns is -3: nothing is undone");
    assert_eq!(said(12), "! num_turns is \"two\": nothing is undone");
    assert!(said(3).contains('{'), "an item without a mark has no such line");
}

#[test]
fn a_text_is_shown_once_until_repeats_are_shown() {
    let mut screen = opened(NEWEST, 120, 36);
    let rows = |screen: &Screen| screen.model.session.history.rows();
    assert_eq!(rows(&screen), 8);
    assert!(
        screen.text().contains("1 of 8 \u{b7} 3 repeats hidden"),
        "{}",
        screen.text()
    );
    screen.press("D");
    assert_eq!(rows(&screen), 11);
    assert!(
        screen.text().contains("1 of 11 \u{b7} 3 repeats shown"),
        "{}",
        screen.text()
    );
    screen.press("j j j Enter");
    assert!(
        screen.text().contains("= repeats the text of item 5"),
        "{}",
        screen.text()
    );
    screen.press("Esc D");
    assert_eq!((rows(&screen), selected(&screen)), (8, 5));
    // Escape and F end a filter, which this is not.
    screen.press("Esc F");
    assert_eq!(rows(&screen), 8);
}

#[test]
fn the_words_of_the_user_are_found_in_every_form() {
    let mut screen = opened(NEWEST, 120, 36);
    screen.press("J");
    assert_eq!(selected(&screen), 5);
    screen.press("D g J");
    assert_eq!(selected(&screen), 5, "the same words are no second message");
    screen.press("G K");
    assert_eq!(selected(&screen), 5);
    // In the list of kinds they count as messages of the user.
    screen.press("f");
    let text = screen.text();
    assert!(
        text.contains("user_message") && text.contains("exec_command_end"),
        "{text}"
    );
    assert!(!text.contains("item_completed"), "{text}");
}

#[test]
fn a_match_in_a_hidden_repeat_is_reached() {
    let mut screen = opened(NEWEST, 120, 36);
    screen.press("/ 'msg_7' Enter");
    assert_eq!(selected(&screen), 4, "{}", screen.text());
    screen.press("Esc & 'msg_7' Enter");
    assert_eq!((screen.model.session.history.rows(), selected(&screen)), (1, 4));
    // Where the other item matches too, one of the two is enough.
    screen.press("Esc g / 'washers' Enter n");
    assert_eq!((screen.model.session.history.rows(), selected(&screen)), (8, 5));
    screen.press("Esc : 'go-to-item 4' Enter");
    assert_eq!(selected(&screen), 4);
    assert!(screen.text().contains("3 repeats shown"), "{}", screen.text());
}

#[test]
fn an_item_that_comes_later_may_hide_one_that_is_there() {
    let lines: Vec<&str> = NEWEST.lines().collect();
    let mut screen = opened(&lines[..4].join("\n"), 120, 36);
    screen.press("G");
    assert_eq!((screen.model.session.history.rows(), selected(&screen)), (4, 4));
    screen.append(1, lines[4]);
    assert_eq!((screen.model.session.history.rows(), selected(&screen)), (4, 5));
    // An undo and a redo bring back what was hidden.
    screen.press("u");
    assert_eq!(screen.model.session.history.rows(), 4);
    assert!(!screen.text().contains("repeat"), "{}", screen.text());
    screen.press("Ctrl+R");
    assert!(screen.text().contains("1 repeat hidden"), "{}", screen.text());
}

#[test]
fn the_marks_of_a_long_history_are_read_in_the_background() {
    let mut screen = Screen::empty(120, 36);
    screen.holds = |call| matches!(call, Call::ReadMarks(..));
    let long = format!(
        r#"{{"type":"event_msg","payload":{{"type":"warning","message":"{}"}}}}"#,
        "x".repeat(5 << 20)
    );
    screen.append(1, &format!("{long}\n{NEWEST}"));
    screen.press("2");
    assert!(screen.text().contains("1 of 12 so far"), "{}", screen.text());
    screen.holds = |_| false;
    let read = screen.held.pop().unwrap();
    assert!(screen.held.is_empty(), "they are read once");
    screen.carry_out(vec![Effect::Run(read)]);
    assert!(
        screen.text().contains("1 of 9 \u{b7} 3 repeats hidden"),
        "{}",
        screen.text()
    );
}

#[test]
fn a_thread_without_a_name_is_listed_with_the_words_of_the_user() {
    for (width, height) in [(120, 36), (80, 24)] {
        let mut screen = opened(NEWEST, width, height);
        screen.append(2,
            r##"{"type":"event_msg","payload":{"type":"user_message","message":"# Context from my IDE setup:\n\n## Active file: a/b.rs\n\n## My request for Codex:\noil the hinges"}}"##,
        );
        screen.append(
            3,
            r#"{"type":"event_msg","payload":{"type":"task_started","turn_id":"t1"}}"#,
        );
        screen.press("1");
        insta::assert_snapshot!(format!("titles_{width}x{height}"), shot(&screen));
    }
    let mut screen = opened(NEWEST, 120, 36);
    screen.press("1 Y");
    assert!(
        screen.text().contains("the start of the first user message"),
        "{}",
        screen.text()
    );
}

#[test]
fn failures_are_gone_to_in_both_directions() {
    let mut screen = Screen::demo(120, 36);
    screen.press("& 'escapes' Enter 2 g E");
    let failed = screen.model.session.history.selected();
    let item = screen.model.session.item().unwrap();
    assert!(
        crate::workbench::failures::failure(item).is_some(),
        "{}",
        screen.text()
    );
    screen.press("E");
    assert_eq!(screen.model.session.history.selected(), failed);
    assert!(
        screen.said().contains("No item after this one records a failure"),
        "{}",
        screen.said()
    );
    screen.press("G Alt+E");
    assert_eq!(screen.model.session.history.selected(), failed);
    screen.press("Alt+E");
    assert!(
        screen
            .said()
            .contains("No item before this one records a failure"),
        "{}",
        screen.said()
    );
}
