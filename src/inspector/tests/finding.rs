//! Tests of finding: filters with completions in each pane, searches that hold across threads, and what is shown of a match.

use super::*;
use crate::inspector::panes::Pane;

/// The positions of the visible items.
fn places(screen: &Screen) -> Vec<usize> {
    let history = &screen.model.session.history;
    (0..history.rows())
        .map(|row| history.place(row).unwrap())
        .collect()
}

/// The positions of the items of the selected thread that meet a test.
fn items(screen: &Screen, test: impl Fn(&str) -> bool) -> Vec<usize> {
    let history = screen.model.session.items_of_thread().unwrap();
    let found = history.iter().enumerate().filter(|(_, item)| test(&item.text()));
    found.map(|(place, _)| place).collect()
}

/// The id of the call at a position.
fn call_id(screen: &Screen, place: usize) -> String {
    let history = screen.model.session.items_of_thread().unwrap();
    let text = history.get(place).unwrap().text();
    let rest = text.split(r#""call_id":""#).nth(1).unwrap();
    rest.split('"').next().unwrap().to_string()
}

#[test]
fn a_query_filters_the_history_and_holds_in_the_next_thread() {
    let mut screen = longest();
    screen.press("2 D & 'tool:shell' Enter");
    let calls = items(&screen, |text| text.contains(r#""name":"shell""#));
    let ids: Vec<String> = calls.iter().map(|place| call_id(&screen, *place)).collect();
    let found = places(&screen);
    // The calls and their outputs.
    let outputs = items(&screen, |text| {
        text.contains("function_call_output") && ids.iter().any(|id| text.contains(&format!("\"{id}\"")))
    });
    let mut wanted = [calls, outputs].concat();
    wanted.sort_unstable();
    assert!(!wanted.is_empty());
    assert_eq!(found, wanted, "{}", screen.text());
    screen.press("& Ctrl+U 'kind:token_count' Enter");
    let counts = |screen: &Screen| items(screen, |text| text.contains("\"type\":\"token_count\""));
    assert_eq!(places(&screen), counts(&screen));
    assert!(screen.text().contains("& kind:token_count"), "{}", screen.text());
    for _ in 0..3 {
        screen.press("1 j 2");
        if screen.model.session.items_of_thread().is_some() {
            assert_eq!(places(&screen), counts(&screen), "{}", screen.text());
        }
    }
    screen.press("& Ctrl+U 'kind:' ");
    let said = screen.text();
    assert!(said.contains("kind: needs a value"), "{said}");
    screen.press("Esc F");
    assert!(!screen.model.session.history.is_filtered());
}

#[test]
fn an_unknown_word_of_a_pane_is_named() {
    let mut screen = longest();
    for (pane, query, fault) in [
        (
            "2",
            "is:faild",
            "column 4: there is no is:faild; did you mean is:failed?",
        ),
        (
            "6",
            "metod:x",
            "column 1: there is no field metod; did you mean method?",
        ),
    ] {
        screen.press(&format!("{pane} & '{query}'"));
        assert!(screen.text().contains(fault), "{}", screen.text());
        screen.press("Esc");
    }
}

#[test]
fn steps_are_filtered_by_field() {
    let mut screen = Screen::demo(200, 50);
    screen.press("6 & 'method:=create_thread' Enter");
    let steps = |screen: &Screen| -> Vec<String> {
        let session = &screen.model.session;
        let rows = 0..session.steps.rows();
        let entries = rows.map(|row| session.line().nth(session.steps.place(row).unwrap()).unwrap());
        entries.map(|entry| entry.name().to_string()).collect()
    };
    let created = steps(&screen);
    assert!(
        created.len() > 5 && created.iter().all(|name| name == "create_thread"),
        "{created:?}"
    );
    screen.press("& Ctrl+U 'is:failed' Enter");
    let failed = screen.model.session.steps.rows();
    let all = screen.model.session.line();
    let wanted = (0..all.len())
        .filter(|place| all.nth(*place).unwrap().outcome.is_err())
        .count();
    assert_eq!(failed, wanted);
    screen.press("& Ctrl+U 'is:surprising' Enter");
    let wanted = (0..all_len(&screen)).filter(|place| {
        let line = screen.model.session.line();
        !line.why(line.nth(*place).unwrap().step, None).is_empty()
    });
    assert_eq!(screen.model.session.steps.rows(), wanted.count());
}

fn all_len(screen: &Screen) -> usize {
    screen.model.session.line().len()
}

#[test]
fn a_filter_is_completed_with_counts() {
    let mut screen = Screen::demo(120, 36);
    screen.press("& 'mo'");
    assert!(screen.text().contains("model:"), "{}", screen.text());
    screen.press("Tab");
    insta::assert_snapshot!(screen.text());
    let shown = screen.text();
    screen.press("Down Tab");
    let text = screen.model.session.threads.query.filter.text().to_string();
    let value = text.strip_prefix("model:").unwrap();
    let row = shown
        .lines()
        .find(|line| line.contains(&format!(" {value} ")))
        .unwrap();
    let count = screen.model.session.threads.rows().len();
    assert!(row.contains(&format!(" {count} ")), "{row}");
    // Nothing is listed for a whole value. In an empty filter Tab lists the fields.
    assert!(!screen.text().contains("Values of model"), "{}", screen.text());
    screen.press("Ctrl+U Tab");
    assert!(screen.text().contains("Fields"), "{}", screen.text());
    screen.press("Esc 2 & 'is:'");
    assert!(screen.text().contains("Values of is"), "{}", screen.text());
    screen.press("Tab Enter");
    assert_eq!(screen.model.session.history.filter_text(), "is:failed");
}

#[test]
fn a_match_in_a_field_without_a_column_is_shown_and_marked() {
    let mut screen = Screen::demo(200, 50);
    let session = &screen.model.session;
    let branch = session.threads.rows().iter().find_map(|row| {
        let branch = crate::workbench::query::facts::branch(&row.record)?;
        Some(branch.to_string())
    });
    let branch = branch.unwrap();
    screen.press(": 'columns model' Enter z");
    screen.press(&format!("& '{branch}' Enter"));
    let row = screen
        .text()
        .lines()
        .find(|line| line.contains(&format!("branch {branch}")))
        .map(str::to_string);
    assert!(row.is_some(), "{}", screen.text());
}

#[test]
fn contents_are_offered_where_no_thread_matches_and_the_search_goes_along() {
    let mut screen = Screen::demo(120, 36);
    screen.press("& 'start_paused'");
    assert!(screen.text().contains("Ctrl+F"), "{}", screen.text());
    screen.press("Ctrl+F");
    assert!(screen.text().contains("All of the"), "{}", screen.text());
    assert!(screen.model.session.threads.query.filter.is_empty());
    screen.press("Enter");
    assert_eq!(screen.model.layout.focus, Pane::History);
    assert!(screen.text().contains("match 1 of"), "{}", screen.text());
    assert!(screen.text().contains("start_paused"), "{}", screen.text());
    // The tree of the item, and the text of the string, begin at the match.
    screen.press("Enter");
    let reader = screen.model.overlays.top::<Reader>().unwrap();
    assert!(reader.is_at_leaf(), "{}", screen.text());
    assert!(reader.value().unwrap().contains("start_paused"));
    screen.press("Enter");
    assert_eq!(screen.model.needle(), "start_paused");
    screen.press("Esc Esc & Ctrl+U 1 F");
    screen.press("Esc");
}

#[test]
fn matches_of_all_threads_follow_each_other() {
    let mut screen = Screen::demo(120, 36);
    screen.press("f 'retry' Enter");
    let hits: Vec<(String, Vec<usize>)> = {
        let view = screen
            .model
            .overlays
            .top::<crate::inspector::overlays::contents::ContentsView>();
        let hits = view.unwrap().found.hits().iter();
        hits.map(|(_, hits)| (hits.id.to_string(), hits.places.clone()))
            .collect()
    };
    assert!(hits.len() > 1, "{}", screen.text());
    screen.press("Enter");
    let mut seen = vec![named(&screen)];
    for _ in 0..500 {
        screen.press("n");
        if seen.last() != Some(&named(&screen)) {
            seen.push(named(&screen));
        }
        if seen.len() > hits.len() {
            break;
        }
    }
    let mut wanted: Vec<String> = hits.iter().map(|(id, _)| id.clone()).collect();
    wanted.push(wanted[0].clone());
    assert_eq!(seen, wanted);
    // Back over the border between two threads.
    assert_eq!(
        screen.model.session.history.selected(),
        hits[0].1.first().copied()
    );
    screen.press("N");
    assert_eq!(named(&screen), hits[hits.len() - 1].0);
    assert!(
        screen
            .said()
            .contains(&format!("Thread {} of {}", hits.len(), hits.len())),
        "{}",
        screen.said()
    );
}

#[test]
fn the_other_half_of_a_call_is_shown_dimmed_while_it_is_selected() {
    let mut screen = longest();
    screen.press("2 D & 'kind:function_call_output' Enter g");
    let outputs = places(&screen);
    assert!(outputs.len() > 1, "{}", screen.text());
    screen.press("o");
    let visited = screen.model.session.history.selected().unwrap();
    assert!(!outputs.contains(&visited));
    assert_eq!(places(&screen).len(), outputs.len() + 1);
    screen.press("o");
    assert_eq!(screen.model.session.history.selected(), Some(outputs[0]));
    assert_eq!(places(&screen), outputs);
    screen.press("o j");
    assert_eq!(places(&screen), outputs);
}

#[test]
fn failures_are_a_facet_and_their_end_is_said() {
    let mut screen = Screen::demo(200, 50);
    screen.press("& 'is:failed escapes' Enter 2 f");
    assert!(screen.text().contains("\u{2717} failed"), "{}", screen.text());
    screen.press("Enter Esc");
    let failed = places(&screen);
    let history = screen.model.session.items_of_thread().unwrap().clone();
    let wanted = |place: &usize| crate::workbench::failures::failure(history.get(*place).unwrap()).is_some();
    assert!(
        !failed.is_empty() && failed.iter().all(wanted),
        "{}",
        screen.text()
    );
    screen.press("F g E");
    assert!(screen.text().contains("output ends:"), "{}", screen.text());
}

#[test]
fn earlier_texts_are_recalled_with_up() {
    let mut screen = longest();
    screen.press("2 / 'retry' Enter / 'test' Enter / Up");
    assert!(screen.said().starts_with("/test"), "{}", screen.said());
    screen.press("Up");
    assert!(screen.said().starts_with("/retry"), "{}", screen.said());
    screen.press("Down Down");
    assert!(screen.said().starts_with("/ "), "{}", screen.said());
    screen.press("Esc");
}

#[test]
fn a_match_that_no_column_shows_is_shown_as_a_snippet() {
    let mut screen = Screen::empty(120, 36);
    let id = "019e2000-0000-7000-8000-000000000001";
    let far = format!("{} the needle is here", "word ".repeat(60));
    let item = format!(r#"{{"type":"event_msg","payload":{{"type":"agent_message","message":"{far}"}}}}"#);
    for (op, params) in [
        (
            crate::contract::Op::CreateThread,
            format!(r#"{{"thread_id":"{id}"}}"#),
        ),
        (
            crate::contract::Op::AppendItems,
            format!(r#"{{"thread_id":"{id}","items":[{item}]}}"#),
        ),
    ] {
        let params = crate::protocol::json::Json::parse(&params).unwrap();
        let step = crate::contract::Step::read(op, Some(params)).unwrap();
        screen.runtime.block_on(screen.bench().call(step)).unwrap();
    }
    screen.look();
    assert!(!screen.text().contains("the needle is here"));
    screen.press("2 / 'needle' Enter");
    assert!(screen.text().contains("the needle is here"), "{}", screen.text());
}
