//! What keys do: sequences of keys into the core, and what the model, the store and the terminal got.

use super::*;
use crate::contract::Op;
use crate::inspector::commands::{self, Spot};
use crate::inspector::model::Overlay;
use crate::inspector::panes::Pane;

fn named(screen: &Screen) -> String {
    screen
        .model
        .session
        .thread()
        .map(|record| record.id.to_string())
        .unwrap_or_default()
}

/// The demo with the cursor on its longest thread, which has everything.
fn longest() -> Screen {
    let mut screen = Screen::demo(200, 50);
    screen.press("s s s");
    screen.press("g");
    assert!(screen.model.session.items() > 100, "{}", screen.text());
    screen
}

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
    assert_eq!(screen.model.desk.focus, Pane::Threads);
    for pane in [
        Pane::History,
        Pane::Metadata,
        Pane::Patch,
        Pane::Calls,
        Pane::Threads,
    ] {
        screen.press("Tab");
        assert_eq!(screen.model.desk.focus, pane);
    }
    screen.press("Shift+Tab");
    assert_eq!(screen.model.desk.focus, Pane::Calls);
}

#[test]
fn q_leaves_at_once_and_asks_only_while_a_patch_is_unsaved() {
    let mut screen = Screen::demo(80, 24);
    assert!(screen.press("q").quit);
    let mut screen = Screen::demo(80, 24);
    screen.press("4 c q");
    assert!(!screen.quit && screen.model.spot() == Spot::Question);
    screen.press("Esc");
    assert!(!screen.quit && screen.model.overlays.is_empty());
    assert!(screen.press("q y").quit);
    let mut screen = Screen::demo(80, 24);
    assert!(
        screen.press("4 c Ctrl+S q").quit,
        "an applied patch is no reason to ask"
    );
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
    assert_eq!(screen.model.writing.as_ref().unwrap().line.text(), "ab");
}

#[test]
fn a_name_is_set_through_the_form_and_one_counter_moves() {
    let mut screen = longest();
    let id = named(&screen);
    let before = screen.bench().snapshot().calls();
    screen.press("4 Enter 'A fine name' Enter Ctrl+S");
    let snapshot = screen.bench().snapshot();
    let mut moved = before;
    moved.update_thread_metadata += 1;
    assert_eq!(snapshot.calls(), moved);
    let id = ThreadId::from_string(&id).unwrap();
    assert_eq!(snapshot.thread(id).unwrap().name(), Some("A fine name"));
    assert!(screen.said().contains("applied"), "{}", screen.said());
    let text = screen.text();
    assert!(
        text.contains("A fine name") && text.contains("patch, step 56"),
        "{text}"
    );
    assert!(!screen.model.draft.is_unsaved());
}

#[test]
fn a_value_can_be_applied_while_it_is_written() {
    let mut screen = longest();
    screen.press("4 e 'At once' Ctrl+S");
    assert_eq!(screen.model.session.thread().unwrap().name(), Some("At once"));
    screen.press("j j j j j j e 'nonsense' Ctrl+S");
    assert!(screen.model.writing.is_some());
    assert_eq!(screen.bench().journal().len(), 56);
}

#[test]
fn escape_and_a_key_right_behind_it_are_both_taken() {
    let mut screen = longest();
    screen.press("2 Enter Alt+J");
    assert!(screen.model.overlays.is_empty());
    assert_eq!(screen.model.session.history.selected(), Some(1));
}

#[test]
fn clear_on_a_field_of_two_states_is_refused_with_the_reason() {
    let mut screen = Screen::demo(200, 50);
    screen.press("4 j c");
    assert!(
        screen.said().contains("two states") && screen.said().contains("empty text"),
        "{}",
        screen.said()
    );
    assert_eq!(screen.model.draft.changed(), 0);
}

#[test]
fn the_empty_text_is_not_clear_and_looks_different() {
    let mut screen = Screen::demo(200, 50);
    screen.press("4 c");
    assert!(screen.text().contains("\u{2205} clear null"), "{}", screen.text());
    screen.press("e Enter");
    assert!(screen.text().contains("= set   \"\""), "{}", screen.text());
    screen.press("d");
    assert_eq!(screen.model.draft.changed(), 0);
}

#[test]
fn a_choice_is_written_by_its_arrows_and_nonsense_is_refused_but_kept() {
    let mut screen = Screen::demo(200, 50);
    let row = screen.model.draft.row_of("reasoning_effort").unwrap();
    screen.press("4").model.draft.cursor.at = row;
    screen.press("e 'enormous' Enter");
    assert!(screen.text().contains("Write one of"), "{}", screen.text());
    assert_eq!(screen.model.writing.as_ref().unwrap().line.text(), "enormous");
    screen.press("Down Enter");
    assert_eq!(screen.model.draft.changed(), 1);
}

#[test]
fn a_patch_for_a_thread_that_was_never_created_says_so() {
    let mut screen = Screen::demo(200, 50);
    screen.press("G");
    assert!(!screen.model.session.thread().unwrap().is_listed());
    screen.press("4 e 'x' Enter Ctrl+S");
    assert!(
        screen.said().contains("not found") && screen.said().contains("M1"),
        "{}",
        screen.said()
    );
}

#[test]
fn every_method_can_be_called_from_the_palette() {
    for row in crate::contract::OPS {
        let mut screen = longest();
        let before = screen.bench().snapshot().calls();
        screen.press(&format!(": '{}' Enter", row.name));
        assert!(
            matches!(screen.model.overlays.last(), Some(Overlay::Form(form)) if form.op == row.op),
            "{}",
            row.name
        );
        if row.op == Op::ListItems {
            screen.press("Tab 'turn-1'");
        }
        if row.op == Op::ReadThreadByRolloutPath {
            screen.press("Ctrl+U '/sessions/a.jsonl'");
        }
        screen.press("Ctrl+S");
        assert!(screen.model.reader().is_some(), "{}: {}", row.name, screen.text());
        let after = screen.bench().snapshot().calls();
        let moved = after.get(row.op).map(|count| count - before.get(row.op).unwrap());
        assert_eq!(moved, row.counted.then_some(1), "{}", row.name);
    }
}

#[test]
fn a_thread_can_be_created_in_an_empty_store() {
    let mut screen = Screen::empty(80, 24);
    assert!(screen.text().contains(":create_thread"), "{}", screen.text());
    screen.press(": 'create' Enter Enter");
    assert!(screen.text().contains("create_thread"), "{}", screen.text());
    assert_eq!(screen.bench().snapshot().listed(), 1);
    screen.press("Esc : 'append_items' Enter Enter Esc 2 Enter");
    assert!(screen.text().contains("hello"), "{}", screen.text());
}

#[test]
fn a_form_says_what_is_missing_and_what_is_wrong() {
    let mut screen = Screen::empty(80, 24);
    screen.press(": 'read_thread' Enter Enter");
    assert!(
        screen.text().contains("thread_id is missing"),
        "{}",
        screen.text()
    );
    screen.press("'abc' Enter");
    assert!(screen.text().contains("invalid length"), "{}", screen.text());
    assert_eq!(screen.bench().snapshot().calls().read_thread, 0);
}

#[test]
fn items_open_as_trees_and_as_text_and_lead_to_their_neighbours() {
    let mut screen = longest();
    screen.press("2 g Enter");
    assert!(screen.text().contains("\u{25be}"), "{}", screen.text());
    screen.press("J");
    assert_eq!(screen.model.reader().unwrap().item, Some(1));
    screen.press("m");
    assert!(!screen.model.reader().unwrap().is_tree());
    screen.press("K Esc");
    assert_eq!(screen.model.session.history.selected(), Some(0));
}

#[test]
fn a_call_and_its_output_are_found_from_each_other() {
    let mut screen = longest();
    screen.press("2");
    let history = screen.model.session.items_of_thread().unwrap().clone();
    let call = (0..history.len())
        .find(|at| history.get(*at).unwrap().kind().name == "function_call")
        .unwrap();
    screen.model.session.history.go_to(call);
    screen.press("o");
    let output = screen.model.session.history.selected().unwrap();
    assert_eq!(history.get(output).unwrap().kind().name, "function_call_output");
    screen.press("o");
    assert_eq!(screen.model.session.history.selected(), Some(call));
    screen.press("g o");
    assert!(screen.said().contains("no call_id"), "{}", screen.said());
}

#[test]
fn turns_are_jumped_by_what_the_user_says() {
    let mut screen = longest();
    screen.press("2 g J");
    let name = |screen: &Screen| screen.model.session.item().unwrap().kind().name;
    assert_eq!(name(&screen), "user_message");
    let first = screen.model.session.history.selected();
    screen.press("J K");
    assert_eq!(screen.model.session.history.selected(), first);
}

#[test]
fn kinds_are_hidden_one_by_one_and_come_back_together() {
    let mut screen = longest();
    let all = screen.model.session.history.rows();
    screen.press("2 f Enter Enter Enter Esc");
    let hidden = screen.model.session.history.hidden.len();
    assert_eq!(hidden, 1);
    assert!(screen.model.session.history.rows() < all);
    screen.press("F");
    assert_eq!(screen.model.session.history.rows(), all);
}

#[test]
fn a_search_finds_and_goes_round_and_a_filter_leaves_only_what_is_found() {
    let mut screen = longest();
    screen.press("2 g / 'retry' Enter");
    let first = screen.model.session.history.selected().unwrap();
    assert!(screen.text().contains("match 1 of"), "{}", screen.text());
    screen.press("n N");
    assert_eq!(screen.model.session.history.selected(), Some(first));
    let count = screen.model.session.history.search.as_ref().unwrap().places.len();
    screen.press("Esc & 'retry' Enter");
    assert_eq!(screen.model.session.history.rows(), count);
    screen.press("Esc");
    assert_eq!(screen.model.session.history.rows(), screen.model.session.items());
    screen.press("/ 'nowhere at all' Enter");
    assert!(screen.said().contains("not found"), "{}", screen.said());
}

#[test]
fn threads_are_filtered_as_one_types_and_given_up_with_escape() {
    let mut screen = Screen::demo(200, 50);
    let all = screen.model.session.threads.rows().len();
    screen.press("& 'flaky'");
    let some = screen.model.session.threads.rows().len();
    assert!(some > 0 && some < all);
    screen.press("Esc");
    assert_eq!(screen.model.session.threads.rows().len(), all);
    screen.press("& 'flaky' Enter");
    assert_eq!(screen.model.session.threads.rows().len(), some);
}

#[test]
fn the_cursor_stays_on_its_thread_through_every_order() {
    let mut screen = Screen::demo(200, 50);
    screen.press("j j j");
    let id = named(&screen);
    for _ in 0..5 {
        screen.press("s S t");
        assert_eq!(named(&screen), id, "{}", screen.text());
    }
}

#[test]
fn forks_and_agents_hang_below_their_parents_and_no_thread_is_lost() {
    let mut screen = Screen::demo(200, 50);
    let all = screen.model.session.threads.rows().len();
    screen.press("t");
    let rows = screen.model.session.threads.rows();
    assert_eq!(rows.len(), all);
    assert!(rows.iter().filter(|row| row.depth > 0).count() >= 2);
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
    assert_eq!(screen.model.desk.focus, Pane::History);
    screen.press(": 'import' Enter");
    assert_eq!(screen.model.spot(), Spot::Finder);
    screen.press("'/data/sessions' Enter");
    assert!(
        matches!(screen.asked.last(), Some(Call::Import { paths, .. }) if paths[0].ends_with("sessions"))
    );
    screen.press("Esc");
    assert!(matches!(screen.asked.last(), Some(Call::StopImport)));
}

#[test]
fn help_finds_a_command_by_a_word_and_runs_it() {
    let mut screen = Screen::demo(200, 50);
    screen.press("? 'whole screen' Enter");
    assert!(screen.model.desk.zoomed, "{}", screen.text());
}

#[test]
fn what_is_copied_goes_to_the_terminals_clipboard() {
    let mut screen = longest();
    screen.press("y");
    assert_eq!(screen.copied, [named(&screen)]);
    screen.press("2 y 4 e 'n' Enter y");
    assert_eq!(screen.copied.last().unwrap(), r#"{"name":"n"}"#);
    assert!(screen.copied.get(1).unwrap().starts_with('{'));
}

#[test]
fn pasted_lines_stay_lines_of_the_value() {
    let mut screen = Screen::demo(200, 50);
    screen.press("4 j j e");
    screen.tell(Msg::Paste("one\r\ntwo".to_string()));
    screen.press("Enter");
    assert_eq!(screen.model.draft.json(), r#"{"preview":"one\ntwo"}"#);
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
fn new_threads_come_above_until_the_cursor_was_moved() {
    let mut screen = Screen::empty(80, 24);
    let create = |screen: &mut Screen, id: &str| {
        screen.press(": 'create_thread' Enter Ctrl+U");
        screen.press(&format!("'{id}' Ctrl+S Esc"));
    };
    create(&mut screen, "019e2000-0000-7000-8000-000000000002");
    create(&mut screen, "019e2000-0000-7000-8000-000000000001");
    assert!(named(&screen).ends_with('1'));
    screen.press("j");
    create(&mut screen, "019e2000-0000-7000-8000-000000000000");
    assert!(named(&screen).ends_with('2'));
}

#[test]
fn no_key_anywhere_panics_or_is_lost_on_the_way_back() {
    let keys: Vec<&str> = commands::all().flat_map(|row| row.keys.iter().copied()).collect();
    for spot in [
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
                screen.model.writing = None;
                screen.press(spot);
            }
            screen.press(key);
            screen.text();
        }
    }
}

#[test]
fn a_patch_goes_to_all_marked_threads_as_one_action_with_one_summary() {
    let mut screen = Screen::demo(200, 50);
    let before = screen.bench().snapshot().calls().update_thread_metadata;
    let count = screen.model.session.threads.rows().len();
    for _ in 0..count {
        screen.press("Space");
    }
    screen.press("4 g e 'everywhere' Enter");
    assert!(screen.text().contains(&format!("for {count} marked threads")));
    screen.press("Ctrl+S");
    assert_eq!(
        screen.bench().snapshot().calls().update_thread_metadata,
        before + count
    );
    let listed = screen.bench().snapshot().listed();
    let said = screen.model.log.fresh().unwrap().text.clone();
    assert!(
        said.contains(&format!("applied {listed}, failed {}: ", count - listed)),
        "{said}"
    );
    assert!(said.contains("not found") && said.contains("rule M1"), "{said}");
    // All of it is one action.
    screen.press("u");
    let travelled = screen
        .asked
        .iter()
        .any(|call| matches!(call, Call::Travel { .. }));
    assert!(travelled);
    screen.runtime.block_on(screen.bench().undo()).unwrap();
    assert_eq!(screen.bench().snapshot().calls().update_thread_metadata, before);
}

#[test]
fn an_id_that_does_not_exist_is_patched_after_a_warning() {
    let mut screen = Screen::demo(120, 40);
    let id = "0198f2a3-0000-7000-8000-00000000abcd";
    screen.press("4 g e 'ghost' Enter");
    screen.press(&format!(": 'apply-to {id}' Enter"));
    assert!(screen.text().contains("was ever created"), "{}", screen.text());
    let thread = id.parse().unwrap();
    screen.press("n");
    assert!(screen.bench().snapshot().thread(thread).is_none());
    screen.press(&format!(": 'apply-to {id}' Enter y"));
    assert!(
        screen
            .bench()
            .snapshot()
            .thread(thread)
            .is_some_and(|record| record.patch.is_some())
    );
    let said = &screen.model.log.fresh().unwrap().text;
    assert!(said.contains("kept all the same (rule M1)"), "{said}");
    screen.press(": 'apply-to nobody' Enter");
    assert!(
        screen.text().contains("apply-to takes the id of a thread"),
        "{}",
        screen.text()
    );
}

#[test]
fn the_text_of_the_patch_goes_to_the_editor_and_what_is_wrong_with_it_is_kept() {
    let mut screen = Screen::demo(120, 40);
    screen.press("4 g e 'a' Enter E");
    assert_eq!(screen.edits, ["{\n  \"name\": \"a\"\n}\n"]);
    screen.tell(Msg::Edited(Ok("{\"name\":\n12}".to_string())));
    assert!(
        screen.text().contains("That is no patch: line 2, column 1"),
        "{}",
        screen.text()
    );
    assert_eq!(screen.model.draft.json(), r#"{"name":"a"}"#);
    screen.press("E");
    assert_eq!(screen.edits.last().unwrap(), "{\"name\":\n12}");
    screen.tell(Msg::Edited(Ok("{\"naem\": 1, \"name\": null}".to_string())));
    assert_eq!(screen.model.draft.json(), r#"{"name":null}"#);
    assert!(screen.text().contains("unknown-field"), "{}", screen.text());
    screen.tell(Msg::Edited(Err("The editor went away.".to_string())));
    assert_eq!(screen.model.draft.json(), r#"{"name":null}"#);
}

#[test]
fn form_and_text_are_one_patch() {
    let mut screen = Screen::demo(120, 40);
    let shown = |screen: &Screen, text: &str| assert!(screen.text().contains(text), "{}", screen.text());
    screen.press("4 g e 'a' Enter m");
    shown(&screen, "\"name\": \"a\"");
    // Every character that makes it a patch is in the form at once.
    screen.press("Up End Left 'bc'");
    assert_eq!(screen.model.draft.json(), r#"{"name":"abc"}"#);
    screen.press("End ',' Enter '\"naem\": 1'");
    assert_eq!(screen.model.draft.json(), r#"{"name":"abc"}"#);
    shown(&screen, "unknown-field: patch.naem");
    // What is no patch is told with its place; the form keeps what it had, and the text what was written.
    screen.press("','");
    shown(&screen, "line 4, column 1");
    shown(&screen, "the form keeps the last one");
    let calls = screen.bench().snapshot().calls();
    screen.press("Ctrl+S Esc");
    assert_eq!(screen.bench().snapshot().calls(), calls);
    assert_eq!(screen.model.draft.json(), r#"{"name":"abc"}"#);
    screen.press("m");
    shown(&screen, "\"naem\": 1,");
    // A paste of several lines takes its place.
    screen.press("Ctrl+U Ctrl+K Up Ctrl+U Ctrl+K Up Ctrl+U Ctrl+K Up Ctrl+U Ctrl+K");
    screen.tell(Msg::Paste(
        "{\r\n  \"title\": \"t\",\r\n  \"name\": \"p\"}".to_string(),
    ));
    assert_eq!(screen.model.draft.json(), r#"{"name":"p","title":"t"}"#);
    shown(&screen, "write-only: patch.title");
    screen.press("Ctrl+S");
    shown(&screen, "applied, 2 fields set or cleared");
}

#[test]
fn no_text_makes_the_patch_panic() {
    use proptest::prelude::*;
    let screen = std::cell::RefCell::new(Screen::demo(100, 30));
    screen.borrow_mut().press("4 m");
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "null",
        "name",
        "\"name\"",
        "\"git_info\"",
        "\"source\"",
        "\\",
        "\n",
        "1e999",
        "\u{1b}[2J",
        "\u{202e}",
        "\"created_at\":\"now\"",
        "é",
        "\"sandbox_policy\":{\"type\":\"workspace-write\"}",
    ]);
    let strokes = prop::sample::select(vec![
        "Left",
        "Up",
        "Down",
        "Home",
        "End",
        "Backspace",
        "Ctrl+W",
        "Ctrl+K",
        "Enter",
    ]);
    let config = ProptestConfig::with_cases(48);
    proptest!(config, |(turns in prop::collection::vec((pieces, strokes), 1..12))| {
        let mut screen = screen.borrow_mut();
        for (piece, stroke) in turns {
            screen.tell(Msg::Paste(piece.to_string()));
            screen.press(stroke);
            screen.frame();
        }
    });
    assert_eq!(
        screen.borrow().bench().snapshot().calls().update_thread_metadata,
        {
            Screen::demo(80, 24)
                .bench()
                .snapshot()
                .calls()
                .update_thread_metadata
        }
    );
}

#[test]
fn every_pane_shows_the_store_as_of_the_step_and_what_is_changed_there_begins_a_branch() {
    let mut screen = Screen::demo(200, 50);
    screen.press("4 g e 'one' Enter Ctrl+S");
    let now = screen.text();
    let calls = screen.bench().snapshot().calls();
    let steps = screen.bench().journal().len();
    screen.press("[ [ [");
    assert!(
        screen
            .text()
            .contains(&format!("PAST step {} of {steps}", steps - 3)),
        "{}",
        screen.text()
    );
    // The counters are those of the step, and looking moved none.
    let then = screen.bench().journal().nth(steps - 4).unwrap().step;
    let at_step = screen.bench().journal().at(then).unwrap().calls();
    assert_eq!(screen.model.session.snapshot.calls(), at_step);
    assert_eq!(screen.bench().snapshot().calls(), calls);
    screen.press("{");
    assert_eq!(screen.model.session.snapshot.len(), 0);
    assert!(screen.text().contains("PAST step 0 of "));
    screen.press("]");
    assert_eq!(screen.model.session.journal.len(), 1);
    screen.press("}");
    assert_eq!(screen.model.session.past(), None);
    let settled = |text: &str| text.lines().take(48).map(str::to_string).collect::<Vec<_>>();
    assert_eq!(settled(&screen.text()), settled(&now));
    // A change in the past asks first; no changes nothing, yes begins a branch and the rest stays reachable.
    screen.press("[ [ 4 g e 'two' Enter Ctrl+S");
    assert!(
        screen.text().contains("Begin a branch here?"),
        "{}",
        screen.text()
    );
    screen.press("n");
    assert_eq!(screen.bench().snapshot().calls(), calls);
    assert!(screen.model.draft.is_unsaved());
    screen.press("u");
    assert!(screen.text().contains("the past is on the screen"));
    screen.press("Ctrl+S y");
    assert_eq!(screen.model.session.past(), None);
    assert_eq!(screen.bench().journal().len(), steps - 2 + 1);
    let branches = screen.runtime.block_on(screen.bench().branches());
    assert_eq!(
        branches.iter().map(|branch| branch.tip).collect::<Vec<_>>(),
        [steps as u64]
    );
}

#[test]
fn who_looks_at_the_past_stays_there_while_the_store_goes_on() {
    let mut screen = Screen::demo(120, 40);
    let steps = screen.bench().journal().len();
    screen.press("[");
    let params = crate::protocol::json::Json::parse("{}").unwrap();
    let step = crate::contract::Step::read(Op::ListThreads, Some(params)).unwrap();
    screen.runtime.block_on(screen.bench().call(step)).unwrap();
    screen.look();
    assert_eq!(screen.model.session.past(), Some((steps - 1, steps + 1)));
    screen.press("] ]");
    assert_eq!(screen.model.session.past(), None);
    assert_eq!(screen.model.session.journal.len(), steps + 1);
}

#[test]
fn a_field_tells_the_steps_that_were_about_it_and_one_goes_there() {
    let mut screen = longest();
    screen.press("4 e 'Another' Enter Ctrl+S 3 g j j j j o");
    assert!(
        screen.said().contains("name: patch, step 56."),
        "{}",
        screen.said()
    );
    screen.press("Enter");
    let text = screen.text();
    assert!(
        text.contains("Step 56 \u{b7} update_thread_metadata") && text.contains("\"Another\""),
        "{text}"
    );
    screen.press("Esc Enter o 'create' Enter");
    assert!(
        screen.text().contains("\u{b7} create_thread"),
        "{}",
        screen.text()
    );
}
