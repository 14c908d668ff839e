//! Tests of the keys in histories and thread lists: opening, searching, filtering, jumping, sorting.

use super::*;
use crate::contract::UpdateThreadMetadataParams;

#[test]
fn items_open_as_trees_and_as_text_and_lead_to_their_neighbours() {
    let mut screen = longest();
    screen.press("2 g Enter");
    assert!(screen.text().contains("\u{25be}"), "{}", screen.text());
    screen.press("J");
    assert_eq!(screen.model.overlays.top::<Reader>().unwrap().item, Some(1));
    screen.press("m");
    assert!(!screen.model.overlays.top::<Reader>().unwrap().is_tree());
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
    screen.press("2 f j j Enter Enter Enter Esc");
    let hidden = screen.model.session.history.hidden.len();
    assert_eq!(hidden, 1);
    assert!(screen.model.session.history.rows() < all);
    screen.press("F");
    assert_eq!(screen.model.session.history.rows(), all);
}

#[test]
fn a_search_finds_and_goes_round_and_a_filter_leaves_only_what_is_found() {
    let mut screen = longest();
    let all = screen.model.session.history.rows();
    screen.press("2 g D / 'retry' Enter");
    let first = screen.model.session.history.selected().unwrap();
    assert!(screen.text().contains("match 1 of"), "{}", screen.text());
    screen.press("n N");
    assert_eq!(screen.model.session.history.selected(), Some(first));
    let count = screen.model.session.history.search.as_ref().unwrap().places.len();
    screen.press("Esc & 'retry' Enter");
    assert_eq!(screen.model.session.history.rows(), count);
    screen.press("Esc");
    assert_eq!(screen.model.session.history.rows(), screen.model.session.items());
    screen.press("D");
    assert_eq!(screen.model.session.history.rows(), all);
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

/// Creates a thread as other code does, not the form.
fn create(screen: &mut Screen, thread: &str) {
    let params = format!(r#"{{"thread_id":"019e2000-0000-7000-8000-00000000000{thread}"}}"#);
    let params = crate::protocol::json::Json::parse(&params).unwrap();
    let step = crate::contract::Step::read(crate::contract::Op::CreateThread, Some(params)).unwrap();
    screen.runtime.block_on(screen.bench().call(step)).unwrap();
    screen.look();
}

#[test]
fn new_threads_come_above_and_the_cursor_stays_on_its_thread_though_nobody_moved_it() {
    let mut screen = Screen::empty(80, 24);
    create(&mut screen, "2");
    create(&mut screen, "1");
    assert!(named(&screen).ends_with('2'));
    assert_eq!(screen.model.session.threads.cursor.at, 1);
    screen.press("k");
    create(&mut screen, "0");
    assert!(named(&screen).ends_with('1'));
}

#[test]
fn while_a_new_store_is_filled_the_first_row_is_selected_until_a_key_is_pressed() {
    let mut screen = Screen::empty(80, 24);
    // The import is started but not carried out.
    drop(stores::import(&mut screen.model, vec!["somewhere".into()], false));
    create(&mut screen, "5");
    create(&mut screen, "3");
    assert!(named(&screen).ends_with('3'));
    screen.press("z");
    create(&mut screen, "1");
    assert!(named(&screen).ends_with('3'));
}

#[test]
fn a_look_elsewhere_leaves_the_cursor_where_it_was() {
    let mut screen = Screen::demo(200, 50);
    screen.press("G k k");
    let id = named(&screen);
    // The thread does not exist in the past, and a filter hides it while the filter is typed.
    screen.press("{ ] ]");
    assert_ne!(named(&screen), id);
    screen.press("}");
    assert_eq!(named(&screen), id, "{}", screen.text());
    screen.press("& 'flaky'");
    assert_ne!(named(&screen), id);
    screen.press("Esc");
    assert_eq!(named(&screen), id, "{}", screen.text());
    // After Enter the cursor stays on the thread that was found.
    screen.press("& 'flaky' Enter");
    let found = named(&screen);
    screen.press("Esc");
    assert_eq!(named(&screen), found);
}

#[test]
fn the_cursor_of_a_thread_that_is_hidden_goes_to_the_nearest_that_stood_beside_it() {
    let mut screen = Screen::demo(200, 50);
    screen.press("s s s s g j j j j");
    let rows: Vec<String> = {
        let rows = screen.model.session.threads.rows().iter();
        rows.map(|row| row.record.id.to_string()).collect()
    };
    // The list is sorted by id; the filter hides all but the thread before the selected one, or all but the second one
    // after it.
    let number = |row: usize| rows[row].get(34..).unwrap().to_string();
    for (words, expected) in [(number(3), 3), (number(6), 6)] {
        let mut screen = Screen::demo(200, 50);
        screen.press("s s s s g j j j j");
        screen.press(&format!("& '0000{words}' Enter"));
        assert_eq!(named(&screen), rows[expected], "{}", screen.text());
    }
}

#[test]
fn the_cursor_of_the_metadata_stays_on_its_field_when_others_come_before_it() {
    let mut screen = longest();
    screen.press("3 G");
    let field = |screen: &Screen| {
        screen
            .model
            .session
            .metadata
            .selected()
            .map(|row| row.subject.clone())
    };
    let (before, at) = (field(&screen), screen.model.session.metadata.cursor.at);
    let id = named(&screen);
    let patch = format!(
        r#"{{"thread_id":"{id}","patch":{{"agent_nickname":"new in the patch","agent_role":null}}}}"#
    );
    let patch = crate::protocol::json::Json::parse(&patch).unwrap();
    let step = crate::contract::Step::read(crate::contract::Op::UpdateThreadMetadata, Some(patch)).unwrap();
    screen.runtime.block_on(screen.bench().call(step)).unwrap();
    screen.look();
    assert_eq!(field(&screen), before);
    assert_eq!(screen.model.session.metadata.cursor.at, at + 2);
}

#[test]
fn a_filtered_history_follows_the_store_back_in_time() {
    let mut screen = longest();
    screen.press("2 f Down Enter Esc G");
    let (rows, id) = (screen.model.session.history.rows(), named(&screen));
    let append = format!(r#"{{"thread_id":"{id}","items":[{{"a":1}},{{"b":2}}]}}"#);
    let append = crate::protocol::json::Json::parse(&append).unwrap();
    let step = crate::contract::Step::read(crate::contract::Op::AppendItems, Some(append)).unwrap();
    screen.runtime.block_on(screen.bench().call(step)).unwrap();
    screen.look();
    assert_eq!(screen.model.session.history.rows(), rows + 2);
    screen.runtime.block_on(screen.bench().undo()).unwrap();
    screen.look();
    assert_eq!(screen.model.session.history.rows(), rows);
    assert!(screen.model.session.item().is_some());
}

#[test]
fn a_long_value_is_drawn_by_its_beginning_and_opened_and_copied_whole() {
    let mut screen = Screen::empty(120, 40);
    let id = "0198f2a3-0000-7000-8000-000000000001";
    let text = "lorem ipsum ".repeat(20_000);
    screen.press(&format!(": 'create_thread {id}' Enter Ctrl+S Esc"));
    let patch = crate::contract::ThreadMetadataPatch {
        preview: Some(text.clone().into()),
        ..Default::default()
    };
    let params = UpdateThreadMetadataParams {
        thread_id: ThreadId::from_string(id).unwrap(),
        patch,
        include_archived: false,
    };
    let step = crate::contract::Step::UpdateThreadMetadata(params);
    screen.runtime.block_on(screen.bench().call(step)).unwrap();
    screen.look();
    screen.press("1 g 3 g j j j");
    let row = screen.model.session.metadata.selected().unwrap();
    assert_eq!((row.name.as_str(), row.value.len() < 70_000), ("preview", true));
    // It is too long for the clipboard.
    let folder = tempfile::tempdir().unwrap();
    screen.model.state_folder = Some(folder.path().to_owned());
    screen.press("y");
    let saved = std::fs::read_to_string(folder.path().join("copied.txt")).unwrap();
    assert!(saved == text, "{}", screen.said());
    screen.press("Enter");
    assert_eq!(screen.model.overlays.top::<Reader>().unwrap().value(), Some(text));
}
