//! Tests of key sequences: what they change in the model, in the store and in the terminal.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::*;
use crate::inspector::panes::Pane;
use crate::inspector::state::context::Context;

#[test]
fn looking_around_moves_no_counter_and_makes_no_step() {
    let mut screen = Screen::demo(200, 50);
    let before = screen.bench().snapshot().calls();
    screen.press(
        "j j k G g Ctrl+D PgUp t s S t Tab j v v v J K f Esc Enter j l h E C m Esc Tab j Enter Esc Tab j Tab",
    );
    screen.press("Shift+Tab 1 2 3 4 5 z z ? Esc : Esc & 'fix' Enter Esc / 'test' Enter n N y Y Esc");
    assert_eq!(screen.bench().snapshot().calls(), before);
    assert!(screen.model.overlays.is_empty());
}

#[test]
fn the_focus_goes_round_the_panes_in_order() {
    let mut screen = Screen::demo(200, 50);
    assert_eq!(screen.model.layout.focus, Pane::Threads);
    for pane in [
        Pane::History,
        Pane::Metadata,
        Pane::Patch,
        Pane::Calls,
        Pane::Journal,
        Pane::Threads,
    ] {
        screen.press("Tab");
        assert_eq!(screen.model.layout.focus, pane);
    }
    screen.press("Shift+Tab");
    assert_eq!(screen.model.layout.focus, Pane::Journal);
}

#[test]
fn q_leaves_at_once_and_asks_only_while_a_patch_is_unsaved() {
    let mut screen = Screen::demo(80, 24);
    assert!(screen.press("q").quit);
    let mut screen = Screen::demo(80, 24);
    screen.press("4 c q");
    assert!(!screen.quit && screen.model.context() == Context::Question);
    screen.press("Esc");
    assert!(!screen.quit && screen.model.overlays.is_empty());
    assert!(screen.press("q y").quit);
}

#[test]
fn q_asks_before_steps_that_were_made_by_hand_are_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut screen = Screen::demo(120, 36);
    assert!(!screen.press("4 c Ctrl+S q").quit);
    assert!(
        screen
            .text()
            .contains("Your calls and expectations (1) are not saved"),
        "{}",
        screen.text()
    );
    // A call, an expectation and a note count as well.
    screen.press("Esc : 'list_threads' Enter Enter Esc 4 x");
    screen.press("Esc Esc q");
    assert!(!screen.quit);
    screen.press("Esc");
    let path = folder.path().join("saved.jsonl");
    screen.press(&format!(": 'save-scenario {}' Enter", path.display()));
    assert!(screen.press("q").quit, "{}", screen.text());
}

#[test]
fn escape_never_leaves() {
    let mut screen = Screen::demo(80, 24);
    screen.press("Esc Esc 2 Esc Enter Esc Esc ? Esc Esc 4 e Esc Esc Esc / Esc Esc");
    assert!(!screen.quit);
}

#[test]
fn ctrl_z_suspends_wherever_the_keys_go() {
    let mut screen = Screen::demo(80, 24);
    screen.press("Ctrl+Z 2 Enter Ctrl+Z Esc ? Ctrl+Z Esc / Ctrl+Z Esc 4 e 'ab' Ctrl+Z");
    assert_eq!(screen.suspended, 5);
    assert_eq!(screen.model.overlays.top::<Prompt>().unwrap().line.text(), "ab");
}

#[test]
fn a_key_with_alt_or_super_is_not_the_key() {
    let mut screen = longest();
    let before = screen.text();
    screen.press("Alt+q Alt+j Alt+Up Alt+Enter Alt+Space Alt+: Alt+? Alt+u");
    for modifier in [KeyModifiers::SUPER, KeyModifiers::HYPER, KeyModifiers::META] {
        screen.tell(Msg::Key(KeyEvent::new(KeyCode::Char('q'), modifier)));
        screen.tell(Msg::Key(KeyEvent::new(KeyCode::Up, modifier)));
    }
    assert!(!screen.quit);
    assert_eq!(screen.text(), before);
    // An unknown key with a modifier is not text either.
    screen.press("/ Alt+x 'a' Alt+y");
    assert_eq!(screen.model.overlays.top::<Prompt>().unwrap().line.text(), "a");
}

#[test]
fn stores_are_opened_and_switched_and_keep_their_places() {
    let mut screen = Screen::demo(200, 50);
    screen.press("j j");
    let id = named(&screen);
    screen.press(": 'store keys-test' Enter");
    assert_eq!(screen.model.session.id, "keys-test");
    assert_eq!(screen.model.session.threads.rows().len(), 0);
    screen.press(": 'create_thread' Enter Enter Esc");
    assert_eq!(screen.model.session.snapshot.listed(), 1);
    screen.press(": 'store' Enter Down Enter");
    assert_eq!(named(&screen), id);
    InMemoryThreadStore::remove_id("keys-test");
}

#[test]
fn the_palette_takes_what_follows_a_name_and_asks_for_what_is_missing() {
    let mut screen = longest();
    screen.press(": 'go-to-item 7' Enter");
    assert_eq!(screen.model.session.history.selected(), Some(6));
    assert_eq!(screen.model.layout.focus, Pane::History);
    screen.press(": 'import' Enter");
    assert_eq!(screen.model.context(), Context::Finder);
    screen.holds = |call| matches!(call, Call::Import { .. } | Call::StopImport);
    screen.press("'/data/sessions' Enter");
    assert!(matches!(screen.held.last(), Some(Call::Import { paths, .. }) if paths[0].ends_with("sessions")));
    screen.press("Esc");
    assert!(matches!(screen.held.last(), Some(Call::StopImport)));
}

#[test]
fn help_finds_a_command_by_a_word_and_runs_it() {
    let mut screen = Screen::demo(200, 50);
    screen.press("? 'whole screen' Enter");
    assert!(screen.model.layout.zoomed, "{}", screen.text());
}

#[test]
fn what_is_copied_goes_to_the_terminals_clipboard() {
    let mut screen = longest();
    screen.press("y");
    assert_eq!(screen.copied, [named(&screen)]);
    // The first item is a header; a message is copied as its text.
    screen.press("2 y J y 4 e 'n' Enter y");
    assert_eq!(screen.copied.last().unwrap(), r#"{"name":"n"}"#);
    assert!(
        !screen.copied.get(2).unwrap().starts_with('{'),
        "{:?}",
        screen.copied
    );
}

#[test]
fn the_mark_lets_the_counters_begin_again() {
    let mut screen = longest();
    screen.press(": 'list_threads' Enter Ctrl+S Esc 5");
    assert!(screen.text().contains("+1"), "{}", screen.text());
    screen.press("m");
    assert!(screen.text().contains("0 since the mark"), "{}", screen.text());
}

#[test]
fn no_key_anywhere_panics_or_is_lost_on_the_way_back() {
    let keys: Vec<&str> = Commands(COMMANDS)
        .all()
        .flat_map(|row| row.keys.iter().copied())
        .collect();
    for context in [
        "1",
        "2",
        "3",
        "4",
        "5",
        "2 Enter",
        "2 m",
        "?",
        ":",
        "2 f",
        "4 e",
        "/",
        ": 'read_thread' Enter",
    ] {
        let mut screen = Screen::demo(100, 30);
        for (index, key) in keys.iter().enumerate() {
            if index % 6 == 0 {
                screen.model.overlays.clear();
                screen.press(context);
            }
            screen.press(key);
            screen.text();
        }
    }
}
