//! Tests of scenarios on the screen: opening, playing, pausing, going back and forward, several files and stores, and
//! invalid scenarios.

use std::fs;

use tempfile::TempDir;

use super::*;

/// Steps of every kind: expectation met and not met, invalid, without a call, with lints, with and without a note.
const KINDS: &str = include_str!("playing/kinds.jsonl");

/// Creates a folder with scenarios and opens the inspector on it.
pub fn open(width: u16, height: u16, files: &[(&str, &str)]) -> (Screen, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let mut screen = Screen::empty(width, height);
    play(&mut screen, folder.path().to_str().unwrap());
    (screen, folder)
}

/// Opens scenarios with the command palette.
fn play(screen: &mut Screen, path: &str) {
    screen.press(": 'play '");
    screen.tell(Msg::Paste(path.to_string()));
    screen.press("Enter");
}

pub fn kinds(width: u16, height: u16) -> (Screen, TempDir) {
    open(width, height, &[("kinds.jsonl", KINDS)])
}

/// The rows that show the scenario.
pub fn strip(screen: &Screen) -> String {
    let area = screen.model.arrangement().strip;
    let mut buffer = Buffer::empty(area);
    crate::inspector::layout::draw::strip::draw(&screen.model, &mut buffer, area);
    let rows = rows(&buffer);
    let shown: Vec<&str> = rows.iter().map(|row| row.trim_end()).collect();
    shown.join("\n")
}

/// How many steps have been played, and which step is shown.
fn place(screen: &Screen) -> (usize, usize) {
    let view = crate::inspector::features::playback::view::PlaybackView::of(&screen.model.session).unwrap();
    (view.player.played(), view.shown)
}

fn assert_strip(screen: &Screen, holds: &[&str]) {
    let strip = strip(screen);
    for text in holds {
        assert!(strip.contains(text), "{text:?} is not in\n{strip}");
    }
}

#[test]
fn a_scenario_is_looked_at_in_every_state() {
    for (width, height) in [(200, 50), (80, 24), (30, 8)] {
        let (mut screen, _folder) = open(width, height, &[("kinds.jsonl", KINDS), ("other.jsonl", "")]);
        let shot = |screen: &Screen, name: &str| {
            insta::assert_snapshot!(format!("play_{name}_{width}x{height}"), shot(screen));
        };
        shot(&screen, "before");
        screen.press(".");
        shot(&screen, "note_and_met");
        screen.press(".");
        shot(&screen, "failed");
        screen.press(". .");
        shot(&screen, "invalid");
        screen.press(".");
        shot(&screen, "lints");
        screen.press("p");
        screen.pass(2);
        shot(&screen, "playing");
        screen.pass(9);
        shot(&screen, "end");
        screen.press(", , ,");
        shot(&screen, "past");
    }
}

#[test]
fn it_opens_on_the_store_that_is_looked_at_if_that_is_untouched_and_beside_it_otherwise() {
    let (mut screen, folder) = kinds(120, 40);
    assert_eq!((screen.hand.stores(), screen.model.others.len()), (1, 0));
    assert_eq!(screen.model.session.title(), "kinds.jsonl");
    play(&mut screen, folder.path().to_str().unwrap());
    assert_eq!((screen.hand.stores(), screen.model.others.len()), (2, 1));
    let mut demo = Screen::demo(120, 40);
    let before = demo.text();
    play(&mut demo, folder.path().to_str().unwrap());
    assert_eq!(place(&demo), (0, 0));
    assert!(demo.text().contains("2 stores open"));
    // The list of stores leads back to the first store. No scenario is played there, so the panes get its rows back.
    demo.press(": 'store' Enter Down Enter Tab Shift+Tab");
    assert!(demo.model.session.player.is_none());
    let rows = |text: &str| {
        text.lines()
            .skip(1)
            .take(37)
            .map(str::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(&demo.text()), rows(&before));
    demo.press(".");
    assert!(
        demo.said().contains("no scenario is open here"),
        "{}",
        demo.said()
    );
}

#[test]
fn steps_are_played_and_looked_at_and_nothing_is_played_twice() {
    let (mut screen, _folder) = kinds(120, 40);
    screen.press(". . . .");
    assert_eq!(place(&screen), (4, 4));
    let calls = screen.bench().snapshot().calls();
    // Steps without a call can also be shown one by one.
    screen.press(",");
    assert_eq!((place(&screen), screen.model.session.past()), ((4, 3), None));
    assert_strip(&screen, &["  5 to go", "earlier step", "the counters"]);
    screen.press(", ,");
    assert_eq!(place(&screen), (4, 1));
    assert_strip(&screen, &["  7 to go", "PAST"]);
    screen.press(",");
    assert_strip(&screen, &["  8 to go", "PAST", "A step of every kind"]);
    screen.press(",");
    assert!(
        screen.said().contains("Before the first step"),
        "{}",
        screen.said()
    );
    for shown in 1..=4 {
        screen.press(".");
        assert_eq!(place(&screen), (4, shown));
    }
    assert_eq!(screen.model.session.past(), None);
    assert_eq!(
        screen.bench().snapshot().calls(),
        calls,
        "viewing an earlier step is not a call"
    );
    screen.press(".");
    assert_eq!(place(&screen), (5, 5));
    // The time cursor moves the rows of the scenario too.
    screen.press("[ [");
    assert_strip(&screen, &["  7 to go", "PAST"]);
    screen.press("}");
    assert_strip(&screen, &["  3 to go", "paused 1x"]);
}

#[test]
fn playing_goes_on_until_a_key_pauses_it() {
    let (mut screen, _folder) = kinds(120, 40);
    screen.press("p").pass(2);
    assert_strip(&screen, &["  6 to go", "playing 1x"]);
    screen.press("p").pass(5);
    assert_strip(&screen, &["  6 to go", "paused 1x"]);
    for key in ["Esc", ".", ",", "[", "u", "R", ": 'store' Enter Down Enter"] {
        let (mut screen, folder) = kinds(120, 40);
        play(&mut screen, folder.path().to_str().unwrap());
        screen.press("p").pass(3);
        let orders = screen.model.playback.orders;
        screen.press(key);
        assert_ne!(screen.model.playback.orders.number, orders.number, "{key} pauses");
        let before = played(&screen);
        screen.pass(5);
        assert_eq!(played(&screen), before, "{key}");
    }
    // Keys that only look do not pause.
    screen.press("p").press("j Tab 3 Enter Esc ? Esc").pass(1);
    assert_strip(&screen, &["  5 to go", "playing"]);
    screen.pass(9);
    assert_strip(&screen, &["  0 to go", "at the end"]);
    screen.press("p");
    assert!(
        screen.said().contains("the end of the scenario"),
        "{}",
        screen.said()
    );
}

#[test]
fn the_speed_is_one_of_eight() {
    let (mut screen, _folder) = kinds(120, 40);
    let mut names = Vec::new();
    screen.press("( ( (");
    for _ in 0..9 {
        let text = strip(&screen);
        names.push(
            text.lines()
                .next()
                .unwrap()
                .rsplit("paused ")
                .next()
                .unwrap()
                .to_string(),
        );
        screen.press(")");
        assert_eq!(screen.model.playback.orders.speed, screen.model.playback.speed());
    }
    let all = [
        "1/4x",
        "1/2x",
        "1x",
        "2x",
        "4x",
        "8x",
        "16x",
        "full speed",
        "full speed",
    ];
    assert_eq!(names, all);
    assert_eq!(screen.model.playback.orders.speed.pause(Some("a note")), None);
    let usual = crate::inspector::state::pace::PlaybackOrders::default().speed;
    assert_eq!(usual.pause(None).unwrap().as_millis(), 1_500);
    assert_eq!(usual.pause(Some("0123456789")).unwrap().as_millis(), 2_100);
}

#[test]
fn to_the_next_note_and_again_from_the_start() {
    let (mut screen, _folder) = kinds(120, 40);
    screen.press("P P P P");
    assert_eq!(place(&screen), (6, 6));
    assert_strip(&screen, &["A name.", "paused"]);
    screen.press("P");
    assert_eq!(place(&screen), (8, 8));
    screen.press("R");
    assert_eq!(place(&screen), (0, 0));
    assert_eq!(screen.bench().journal().tip(), 0);
    assert_strip(&screen, &["  8 to go", "A step of every kind"]);
    screen.press(". .");
    assert_eq!(place(&screen), (2, 2));
    let branches = screen.runtime.block_on(screen.bench().branches());
    assert_eq!(branches.len(), 1, "what was played stays reachable");
}

#[test]
fn a_change_in_the_past_begins_a_branch_and_the_next_step_is_the_one_behind_it() {
    let (mut screen, _folder) = kinds(200, 50);
    screen.press(". . . . . . .");
    screen.press(", , ,");
    assert_eq!(place(&screen), (7, 4));
    screen.press(": 'update_thread_metadata' Enter");
    screen.press("Esc 1 g 4 e 'by hand' Enter Ctrl+S");
    assert!(
        screen.text().contains("Press y to branch from here"),
        "{}",
        screen.text()
    );
    screen.press("y");
    assert_eq!(place(&screen), (4, 4));
    assert_strip(&screen, &["  4 to go", "1 call added"]);
    screen.press(".");
    assert_eq!(place(&screen), (5, 5));
    // Going back over a call made by the user: the first key leaves that call.
    screen.press("4 Ctrl+S");
    assert_strip(&screen, &["  3 to go", "1 call added"]);
    screen.press(",");
    assert_eq!(place(&screen), (5, 5));
    assert_strip(&screen, &["  3 to go", "PAST"]);
    screen.press(",");
    assert_eq!(place(&screen), (5, 4));
    screen.press(". . .");
    assert_eq!((place(&screen), screen.model.session.past()), ((6, 6), None));
    screen.press("u");
    assert_eq!(place(&screen), (5, 5));
    screen.press("[ p");
    assert!(
        screen.said().contains("Returned to the latest step"),
        "{}",
        screen.said()
    );
    screen.pass(1);
    assert_eq!(place(&screen), (6, 6));
}

#[test]
fn files_follow_each_other_each_on_its_store() {
    let step = r#"{"method":"create_thread","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001"}}"#;
    let shared = |name: &str| {
        format!(
            "{{\"scenario\":\"{name}\",\"store\":\"play-{}\"}}\n{step}",
            std::process::id()
        )
    };
    let (one, two) = (shared("one"), shared("two"));
    let (mut screen, _folder) = open(
        120,
        40,
        &[
            ("a.jsonl", &one),
            ("b.jsonl", step),
            ("c.jsonl", &two),
            ("d.jsonl", ""),
            ("e.txt", step),
        ],
    );
    assert_strip(&screen, &["a.jsonl \u{b7} one", "  1 to go"]);
    screen.press(".");
    assert_strip(&screen, &["at the end", "Next: b.jsonl"]);
    screen.press(".");
    assert_strip(&screen, &["b.jsonl", "  1 to go", "No step played yet"]);
    screen.press("p").pass(1);
    assert_strip(&screen, &["  0 to go", "at the end"]);
    screen.press("p");
    // The third scenario continues in the store where the first one ended.
    assert_strip(&screen, &["c.jsonl \u{b7} two", "  1 to go"]);
    assert_eq!(place(&screen), (1, 1));
    assert_eq!((screen.hand.stores(), screen.model.others.len()), (3, 2));
    screen.press(".");
    assert_eq!(place(&screen), (2, 2));
    screen.press("R");
    assert_eq!(place(&screen), (1, 1));
    screen.press(", .");
    assert_eq!(place(&screen), (1, 1));
    screen.press(": 'next-scenario' Enter");
    assert_strip(&screen, &["d.jsonl", "  0 to go", "no step"]);
    screen.press(".");
    assert!(screen.said().contains("no steps to play"), "{}", screen.said());
    screen.press(": 'next-scenario' Enter");
    assert!(screen.said().contains("no other scenario"), "{}", screen.said());
}

#[test]
fn what_cannot_be_opened_is_told_in_a_sentence() {
    let (mut screen, folder) = open(160, 40, &[("kinds.jsonl", KINDS), ("second.jsonl", "")]);
    screen.press(".");
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    for (wrong, sentence) in [
        (path("none.jsonl"), "cannot be read: No such file"),
        ("-".to_string(), "standard input"),
    ] {
        play(&mut screen, &wrong);
        assert!(screen.said().contains(sentence), "{}", screen.said());
        assert_eq!(place(&screen), (1, 1));
    }
    fs::create_dir(path("empty")).unwrap();
    play(&mut screen, &path("empty"));
    assert!(screen.said().contains("has no scenarios"), "{}", screen.said());
    // The remaining scenarios are still played.
    screen.press(": 'next-scenario' Enter");
    assert_strip(&screen, &["second.jsonl", "no step"]);
    // A file that cannot be read does not stop the files after it.
    play(
        &mut screen,
        &format!("{} {}", path("none.jsonl"), path("kinds.jsonl")),
    );
    assert!(
        screen.said().contains("none.jsonl: cannot be read"),
        "{}",
        screen.said()
    );
    assert_eq!(place(&screen), (0, 0));
    // An invalid header and a second header both count as invalid steps.
    fs::write(path("broken.jsonl"), "{\"scenario\":5}\n{\"scenario\":\"again\"}").unwrap();
    play(&mut screen, &path("broken.jsonl"));
    screen.press(".");
    assert_strip(
        &screen,
        &[
            "  1 to go",
            "invalid step: line 1, column 13: scenario must be a string",
        ],
    );
    screen.press(".");
    assert_strip(
        &screen,
        &[
            "invalid step: line 2, column 2: a step has no key `scenario`",
            "2 not as expected",
        ],
    );
}

#[test]
fn a_path_with_blanks_is_one_path() {
    let (mut screen, folder) = kinds(120, 40);
    let path = folder.path().join("with blanks in it.jsonl");
    fs::write(&path, KINDS).unwrap();
    play(&mut screen, path.to_str().unwrap());
    assert_eq!(screen.model.session.title(), "with blanks in it.jsonl");
}

#[test]
fn the_step_is_opened_to_be_read() {
    let (mut screen, _folder) = kinds(120, 40);
    screen.press("r");
    assert!(
        screen.text().contains("A step of every kind"),
        "{}",
        screen.text()
    );
    screen.press("Esc . r");
    assert!(
        screen.text().contains("Step 1 \u{b7} create_thread"),
        "{}",
        screen.text()
    );
    screen.press("Esc . . r");
    assert!(
        screen.text().contains("\"create_thread\": 1"),
        "{}",
        screen.text()
    );
    screen.press("Esc . r");
    assert!(screen.text().contains("did you mean calls?"), "{}", screen.text());
}

/// The rows built and wrapped for one frame, after `steps` of `of` steps.
fn frame_after(steps: usize, of: usize) -> (usize, usize) {
    let step =
        r#"{"method":"list_threads","note":"a note that is read aloud","expect":{"result":{"items":[]}}}"#;
    let (mut screen, _folder) = open(200, 50, &[("x.jsonl", &format!("{step}\n").repeat(of))]);
    screen.press("p").pass(steps);
    let step = format!("{} to go", crate::protocol::numbers::grouped((of - steps) as u64));
    assert_strip(&screen, &[&step, "playing 1x", "as expected", "aloud"]);
    let built = screen.model.built.get();
    crate::text::WRAPPED.set(0);
    screen.frame();
    (screen.model.built.get() - built, crate::text::WRAPPED.get())
}

#[test]
fn a_frame_costs_the_same_after_ten_steps_and_after_thousands() {
    let few = frame_after(10, 20);
    assert_eq!(frame_after(3_000, 20_000), few);
    assert!(few.0 <= 60 && few.1 <= 60, "{few:?}");
}

/// The highest number of played steps among all players.
fn played(screen: &Screen) -> Option<usize> {
    let sessions = std::iter::once(&screen.model.session).chain(&screen.model.others);
    let players = sessions.filter_map(|session| session.player.as_ref());
    players.map(crate::workbench::Player::played).max()
}

#[test]
fn each_row_is_played_in_its_own_store_before_the_next_file() {
    let rows = r#"{"scenario":"s","clock":"2026-05-13T00:28:15Z","rows":[{"id":"0198f2a3-0000-7000-8000-000000000001"},{"id":"0198f2a3-0000-7000-8000-000000000002"}]}
        {"method":"create_thread","params":{"thread_id":"${id}"}}
        {"method":"list_threads","expect":{"result":{"items":[{"thread_id":"${id}"}]}}}"#;
    let (mut screen, _folder) = open(
        120,
        24,
        &[("a.jsonl", rows), ("b.jsonl", r#"{"method":"calls"}"#)],
    );
    assert_strip(&screen, &["a.jsonl, row 1 of 2 · s", "  2 to go"]);
    screen.press(". .");
    assert_strip(
        &screen,
        &["no expectation failed. Next: a.jsonl, row 2 of 2; press . to open it."],
    );
    screen.press(".");
    assert_strip(&screen, &["a.jsonl, row 2 of 2 · s", "  2 to go"]);
    screen.press(". .");
    assert_strip(
        &screen,
        &["no expectation failed. Next: b.jsonl; press . to open it."],
    );
    let ids: Vec<String> = screen
        .model
        .session
        .snapshot
        .threads()
        .map(|thread| thread.id.to_string())
        .collect();
    assert_eq!(ids, ["0198f2a3-0000-7000-8000-000000000002"]);
    screen.press(".");
    assert_strip(&screen, &["b.jsonl", "  1 to go"]);
}
