//! What keys do in histories and lists of threads: opening, searching, filtering, jumping, order.

use super::*;

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
    screen.press("y");
    assert_eq!(screen.copied.last(), Some(&text));
    screen.press("Enter");
    assert_eq!(screen.model.reader().unwrap().value(), Some(text));
}
