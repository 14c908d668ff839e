//! Tests of the target threads of a patch: a patch goes to the threads that the form names, even if the list changes
//! before it is sent. The tests read these names from the drawn screen.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::contract::{Op, Step};
use crate::protocol::json::Json;

/// The id of a thread in these tests.
fn id(thread: usize) -> ThreadId {
    format!("019e2000-0000-7000-8000-{thread:012x}").parse().unwrap()
}

/// Makes a call from outside the interface, as an import does.
fn call(screen: &Screen, op: Op, thread: usize, more: &str) {
    let params = format!(r#"{{"thread_id":"{}"{more}}}"#, id(thread));
    let step = Step::read(op, Some(Json::parse(&params).unwrap())).unwrap();
    drop(screen.runtime.block_on(screen.bench().call(step)));
}

/// Creates a thread with a unique name and a unique model, last updated on this day of May.
fn create(screen: &mut Screen, thread: usize, day: usize) {
    let seconds = thread % 60;
    call(screen, Op::CreateThread, thread, "");
    let patch = format!(
        r#","patch":{{"name":"thread {thread}","model":"model-{thread}","updated_at":"2026-05-{day:02}T00:00:{seconds:02}Z"}}"#
    );
    call(screen, Op::UpdateThreadMetadata, thread, &patch);
    screen.look();
}

/// A store with threads 0 to 5, listed newest first.
fn store(columns: u16) -> Screen {
    let mut screen = Screen::empty(columns, 60);
    for thread in 0..6 {
        create(&mut screen, thread, 20 - thread);
    }
    screen
}

/// The title of the form.
fn title(screen: &Screen) -> String {
    let rows = rows(&screen.frame());
    let mut rows = rows.iter().filter(|row| row.contains(['\u{250f}', '\u{250c}']));
    let row = rows.find(|row| row.contains(" Patch "));
    let row = row.unwrap_or_else(|| panic!("no form: {}", screen.text()));
    let behind = row.split(" Patch ").nth(1).unwrap_or_default();
    behind
        .split(['\u{2513}', '\u{2510}'])
        .next()
        .unwrap_or_default()
        .to_string()
}

/// The text of a field in a column of the form.
fn cell(screen: &Screen, field: &str, column: &str) -> String {
    let rows = rows(&screen.frame());
    let head = rows.iter().position(|row| row.contains("this patch")).unwrap();
    let at = |text: &str| rows[head].find(text).map(|at| rows[head][..at].chars().count());
    let names = ["this patch", "before", "accumulated", "after"];
    let from = at(column).unwrap();
    let next = names.iter().position(|name| *name == column).unwrap() + 1;
    let to = names.get(next).and_then(|name| at(name)).unwrap_or(from + 20);
    let row = rows[head..]
        .iter()
        .find(|row| {
            row.chars()
                .skip(1)
                .collect::<String>()
                .trim_start_matches(['\u{25b8}', ' '])
                .starts_with(&format!("{field} "))
        })
        .unwrap_or_else(|| panic!("no row {field}: {}", screen.text()));
    row.chars()
        .take(to)
        .skip(from)
        .collect::<String>()
        .trim()
        .to_string()
}

/// The thread whose values the form shows, found by its unique model or by the id in the title.
fn shown(screen: &Screen) -> Option<usize> {
    let before = cell(screen, "model", "before");
    let number = before
        .strip_prefix("\"model-")
        .and_then(|rest| rest.strip_suffix('"'));
    number
        .and_then(|number| number.parse().ok())
        .or_else(|| (0..40).find(|thread| title(screen).contains(&id(*thread).to_string())))
}

/// The threads that the form names, visited with the keys for that; empty if the form names none.
fn named_by_form(screen: &mut Screen) -> BTreeSet<usize> {
    screen.press("4");
    let text = title(screen);
    if text.contains("no thread") {
        return BTreeSet::new();
    }
    let marked = text.split("for ").nth(1).unwrap_or_default();
    let marked = marked
        .split(' ')
        .next()
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    let mut named = BTreeSet::new();
    for _ in 0..marked {
        let thread = shown(screen).unwrap_or_else(|| panic!("the title names no thread: {}", screen.text()));
        let label = screen
            .model
            .session
            .snapshot
            .thread(id(thread))
            .and_then(|record| record.name().map(str::to_string));
        let text = title(screen);
        let is_named =
            text.contains(&id(thread).to_string()) || label.is_some_and(|label| text.contains(&label));
        assert!(
            is_named,
            "the title does not name thread {thread}:\n{}",
            screen.text()
        );
        named.insert(thread);
        if marked > 1 {
            screen.press("n");
        }
    }
    named
}

/// The threads that were updated after a step.
fn updated(screen: &Screen, behind: u64) -> BTreeSet<usize> {
    let journal = screen.bench().journal();
    let entries = (0..journal.len()).filter_map(|place| journal.nth(place).cloned());
    entries
        .filter(|entry| {
            entry.step > behind
                && entry
                    .call
                    .as_ref()
                    .is_some_and(|call| call.op() == Op::UpdateThreadMetadata)
        })
        .map(|entry| {
            (0..40)
                .find(|thread| Some(id(*thread)) == entry.call.as_ref().and_then(Step::thread_id))
                .unwrap()
        })
        .collect()
}

/// Applies the patch and checks that exactly the threads named by the form were updated.
fn apply(screen: &mut Screen) {
    let named = named_by_form(screen);
    let tip = screen.bench().journal().tip();
    screen.press("Ctrl+S");
    if screen.text().contains("Question") {
        screen.press("y");
    }
    assert_eq!(updated(screen, tip), named, "{}", screen.text());
}

#[test]
fn the_columns_are_those_of_the_marked_thread() {
    let mut screen = store(200);
    screen.press("Space 4 c");
    assert_eq!(
        cell(&screen, "name", "before"),
        "\"thread 0\"",
        "{}",
        screen.text()
    );
    assert_eq!(cell(&screen, "name", "after"), "null");
    apply(&mut screen);
    assert_eq!(cell(&screen, "name", "before"), "null", "{}", screen.text());
    assert_eq!(shown(&screen), Some(0));
}

#[test]
fn a_patch_begun_while_the_list_is_empty_goes_to_no_thread_and_says_so() {
    let mut screen = store(200);
    screen.press("& 'nothing' Enter 4 c");
    assert_eq!(named_by_form(&mut screen), BTreeSet::new(), "{}", screen.text());
    apply(&mut screen);
    assert!(screen.said().contains("no thread"), "{}", screen.text());
}

#[test]
fn a_second_apply_goes_to_the_same_thread_wherever_the_list_puts_it() {
    let mut screen = store(200);
    let row = screen.model.draft.row_of("updated_at").unwrap();
    screen.press("4").model.draft.cursor.at = row;
    screen.press("e '2020-01-01T00:00:00Z' Enter");
    apply(&mut screen);
    assert_eq!(shown(&screen), Some(0), "{}", screen.text());
    let tip = screen.bench().journal().tip();
    screen.press("Ctrl+S");
    assert_eq!(updated(&screen, tip), BTreeSet::from([0]));
}

#[test]
fn a_patch_stays_with_its_thread_when_an_import_brings_a_newer_one() {
    let mut screen = store(200);
    screen.press("4 c");
    create(&mut screen, 9, 28);
    assert_eq!(shown(&screen), Some(0), "{}", screen.text());
    apply(&mut screen);
    let record = screen.bench().snapshot().thread(id(0)).cloned().unwrap();
    assert_eq!(record.name(), None);
}

#[test]
fn a_patch_of_a_difference_of_two_marked_threads_goes_to_the_one_that_it_changes() {
    let mut screen = store(200);
    screen.press("Space Space d P Enter");
    assert_eq!(
        screen.model.draft.json(),
        r#"{"name":"thread 0","model":"model-0","updated_at":"2026-05-20T00:00:00Z"}"#
    );
    let tip = screen.bench().journal().tip();
    assert_eq!(shown(&screen), Some(1), "{}", screen.text());
    assert!(title(&screen).contains("for thread 1 ("), "{}", screen.text());
    assert!(title(&screen).contains(", marks ignored"), "{}", screen.text());
    screen.press("Ctrl+S");
    assert_eq!(updated(&screen, tip), BTreeSet::from([1]), "{}", screen.text());
    // The patch goes to the marked threads again after `t`.
    screen.press("t");
    assert!(
        title(&screen).contains("for 2 marked threads"),
        "{}",
        screen.text()
    );
}

#[test]
fn the_summary_counts_the_patch_that_was_sent() {
    let mut screen = store(200);
    screen.press("4 c");
    let key = |name: &str| Msg::Key(crate::inspector::commands::keys::parse(name).unwrap());
    let sent = update(&mut screen.model, key("Ctrl+S"));
    // The form is changed before the answer arrives.
    drop(update(&mut screen.model, key("D")));
    screen.carry_out(sent);
    assert!(
        screen.said().contains("applied, 1 field set or cleared"),
        "{}",
        screen.text()
    );
}

#[derive(Clone, Debug)]
enum TargetEvent {
    Mark(usize),
    UnmarkAll,
    Keys(&'static str),
    Move(usize),
    Draft(usize),
    Discard,
    Import(usize, usize),
    Touch(usize, usize),
    Refresh,
    Undo,
    Apply,
}

fn events() -> impl Strategy<Value = Vec<TargetEvent>> {
    let event = prop_oneof![
        2 => (0..8usize).prop_map(TargetEvent::Mark),
        1 => Just(TargetEvent::UnmarkAll),
        4 => prop::sample::select(vec!["1 s", "1 S", "1 t", "1 & 'thread' Enter", "1 & '1' Enter", "1 Esc", "2", "3", "4", "[", "}", "4 t", "4 u", "4 Ctrl+R"]).prop_map(TargetEvent::Keys),
        2 => (0..8usize).prop_map(TargetEvent::Move),
        4 => (0..3usize).prop_map(TargetEvent::Draft),
        1 => Just(TargetEvent::Discard),
        2 => (6..12usize, 1..28usize).prop_map(|(thread, day)| TargetEvent::Import(thread, day)),
        2 => (0..12usize, 1..28usize).prop_map(|(thread, day)| TargetEvent::Touch(thread, day)),
        1 => Just(TargetEvent::Refresh),
        1 => Just(TargetEvent::Undo),
        4 => Just(TargetEvent::Apply),
    ];
    prop::collection::vec(event, 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_patch_goes_to_the_threads_that_title_and_columns_named(events in events()) {
        let mut screen = store(200);
        // The thread that the form named when the patch was begun. It stays the target until the user chooses another
        // one.
        let mut held = None;
        for event in events {
            let marked = screen.model.session.threads.marked.clone();
            match event {
                TargetEvent::Mark(row) => {
                    screen.press("1 g");
                    screen.press(&"j ".repeat(row));
                    screen.press("Space");
                }
                TargetEvent::UnmarkAll => {
                    screen.press("1 U");
                }
                TargetEvent::Keys(keys) => {
                    screen.press(keys);
                    // These keys choose another target.
                    if ["4 t", "4 u", "4 Ctrl+R"].contains(&keys) {
                        held = None;
                    }
                }
                TargetEvent::Move(row) => {
                    screen.press("1 g");
                    screen.press(&"j ".repeat(row));
                }
                TargetEvent::Draft(value) => {
                    let row = screen.model.draft.row_of("name").unwrap();
                    screen.press("4").model.draft.cursor.at = row;
                    screen.press(["c", "e Ctrl+U 'x' Enter", "e Ctrl+U 'yy' Enter"][value]);
                }
                TargetEvent::Discard => {
                    screen.press("4 D");
                }
                TargetEvent::Import(thread, day) => create(&mut screen, thread, day),
                TargetEvent::Touch(thread, day) => {
                    call(&screen, Op::UpdateThreadMetadata, thread, &format!(r#","patch":{{"updated_at":"2026-05-{day:02}T01:00:00Z"}}"#));
                    screen.look();
                }
                TargetEvent::Refresh => screen.look(),
                TargetEvent::Undo => {
                    if screen.bench().journal().len() > 12 && screen.model.session.past().is_none() {
                        // There may be nothing to undo.
                        let _ = screen.runtime.block_on(screen.bench().undo());
                        screen.look();
                        screen.tell(Msg::Time(TimeMsg::Travelled(Ok("Took it back.".to_string()))));
                    }
                }
                TargetEvent::Apply => {
                    if screen.model.draft.changed() > 0 && screen.model.session.past().is_none() {
                        apply(&mut screen);
                    }
                }
            }
            let none_marked = screen.model.session.threads.marked.is_empty();
            if screen.model.draft.changed() == 0 || !none_marked || !marked.is_empty() {
                held = None;
            }
            if screen.model.draft.changed() > 0 && none_marked {
                let now = shown(&screen);
                // A patch begun without a selected thread goes to the first thread that is selected.
                prop_assert_eq!(held.or(now), now, "{}", screen.text());
                held = now;
            }
        }
    }
}

/// The patch in the form and its target.
fn form(screen: &Screen) -> (String, Option<usize>) {
    (screen.model.draft.json(), shown(screen))
}

#[test]
fn a_patch_that_is_begun_stays_with_its_thread_until_it_is_given_to_another_or_emptied() {
    let mut screen = store(200);
    screen.press("j");
    assert_eq!(
        shown(&screen),
        Some(1),
        "an empty patch is for the selected thread"
    );
    screen.press("4 c 1 j j");
    assert_eq!(shown(&screen), Some(1));
    assert!(title(&screen).contains("for thread 1"), "{}", screen.text());
    screen.press("4 t");
    assert_eq!(shown(&screen), Some(3));
    screen.press("u");
    assert_eq!(
        shown(&screen),
        Some(1),
        "the change of targets can be undone: {}",
        screen.text()
    );
    screen.press("D");
    assert_eq!(shown(&screen), Some(3));
    // A text input belongs to the thread on which it was begun, even before there is a patch.
    screen.press("e 'abc'");
    create(&mut screen, 9, 28);
    screen.press("Ctrl+S");
    let name = screen
        .bench()
        .snapshot()
        .thread(id(3))
        .unwrap()
        .name()
        .map(str::to_string);
    assert_eq!(name.as_deref(), Some("abc"));
}

#[test]
fn several_targets_are_gone_through_and_the_title_says_which_one_is_shown() {
    let mut screen = store(200);
    screen.press("Space j Space 4 c");
    assert!(
        title(&screen).contains("for 2 marked threads, 1 of 2: thread 0"),
        "{}",
        screen.text()
    );
    screen.press("n");
    assert!(
        title(&screen).contains("for 2 marked threads, 2 of 2: thread 2"),
        "{}",
        screen.text()
    );
    assert_eq!(cell(&screen, "name", "before"), "\"thread 2\"");
    screen.press("n");
    assert_eq!(shown(&screen), Some(0));
    screen.press("N");
    assert_eq!(shown(&screen), Some(2));
    // Marked threads take precedence over the thread of the patch; without marks the patch goes to that thread again.
    screen.press("1 U j j 4 D c 1 g Space");
    assert_eq!(shown(&screen), Some(0), "{}", screen.text());
    screen.press("U");
    assert_eq!(shown(&screen), Some(5), "{}", screen.text());
}

#[test]
fn a_patch_for_a_thread_that_is_gone_asks_first() {
    let mut screen = store(200);
    create(&mut screen, 9, 28);
    screen.press("g 4 c");
    assert_eq!(shown(&screen), Some(9));
    for _ in 0..2 {
        assert!(screen.runtime.block_on(screen.bench().undo()).is_ok());
    }
    screen.look();
    assert!(
        title(&screen).contains(&format!("for {}, not in the store", id(9))),
        "{}",
        screen.text()
    );
    let tip = screen.bench().journal().tip();
    screen.press("Ctrl+S");
    assert!(screen.text().contains("Question"), "{}", screen.text());
    screen.press("n");
    assert_eq!(updated(&screen, tip), BTreeSet::new());
    screen.press("t");
    apply(&mut screen);
}

#[test]
fn a_patch_for_a_thread_of_another_store_is_not_sent_to_this_one() {
    let mut screen = store(200);
    screen.press("4 c");
    screen.press(&format!(": 'store targets-{}' Enter", std::process::id()));
    screen.press("4");
    assert!(title(&screen).contains("for thread 0"), "{}", screen.text());
    assert!(title(&screen).contains("in store"), "{}", screen.text());
    let tip = screen.bench().journal().tip();
    screen.press("Ctrl+S");
    assert!(screen.said().contains("another store"), "{}", screen.text());
    assert_eq!(
        (updated(&screen, tip), screen.bench_of(1).journal().len()),
        (BTreeSet::new(), 0)
    );
    screen.press(": 'create_thread' Enter Ctrl+S Esc 4 t Ctrl+S");
    assert_eq!(screen.bench_of(1).journal().len(), 2, "{}", screen.text());
}

#[test]
fn the_form_takes_back_every_sort_of_edit() {
    let mut screen = store(200);
    screen.press("4");
    let tip = screen.bench().journal().tip();
    let mut states = vec![form(&screen)];
    for keys in [
        "g e 'one' Enter",
        "c",
        "j j j j j j e Down Enter",
        "d",
        "g e Ctrl+U 'two' Enter",
        "D",
        "m Ctrl+U '{\"model\":\"m\"}' Esc",
    ] {
        screen.press(keys);
        states.push(form(&screen));
    }
    screen.tell(Msg::Patch(PatchMsg::Edited(Ok(
        r#"{"name":"edited","model":"e"}"#.to_string(),
    ))));
    states.push(form(&screen));
    screen.press("m 'no patch' Esc");
    assert!(screen.model.draft.has_rejected());
    screen.press("u");
    assert!(!screen.model.draft.has_rejected(), "{}", screen.text());
    screen.press("1 Space Space d P Enter y");
    states.push(form(&screen));
    states.dedup();
    assert_eq!(states.len(), 10);
    for state in states.iter().rev().skip(1) {
        screen.press("u");
        assert_eq!(form(&screen).0, state.0, "{}", screen.text());
    }
    assert_eq!(screen.bench().journal().tip(), tip);
    for state in states.iter().skip(1) {
        screen.press("Ctrl+R");
        assert_eq!(form(&screen).0, state.0, "{}", screen.text());
    }
    // After the edits of the form, undo continues with the steps of the store. An applied patch is such a step.
    screen.press("Ctrl+R");
    assert!(screen.text().contains("Nothing to redo"), "{}", screen.text());
    screen.press("Ctrl+S");
    assert!(screen.bench().journal().tip() > tip);
    screen.press("u");
    assert_eq!(screen.bench().journal().tip(), tip, "{}", screen.text());
    // In another pane, undo goes to the store at once.
    screen.press("4 g c 1 u");
    assert!(screen.bench().journal().tip() < tip, "{}", screen.text());
}

#[test]
fn the_name_of_the_target_is_in_the_title_at_every_width() {
    for width in (60..200).step_by(7) {
        let mut screen = store(width);
        screen.press("4 c z");
        assert!(
            title(&screen).contains("for thread 0"),
            "{width}: {}",
            screen.text()
        );
        screen.press("z");
        assert!(title(&screen).contains("for thre"), "{width}: {}", screen.text());
    }
}
