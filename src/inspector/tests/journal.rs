//! Tests of the keys in the journal: the time cursor that all panes follow, filters, going to a counter and back.

use super::*;
use crate::contract::{Op, Step};
use crate::inspector::panes::Pane;
use crate::protocol::json::Json;
use crate::workbench::Annotation;
use crate::workbench::scenario::Mismatch;

/// The steps in the rows of the journal, visible or not.
fn rows_of(screen: &Screen) -> Vec<u64> {
    let session = &screen.model.session;
    (0..session.steps.rows())
        .filter_map(|row| session.line().nth(session.steps.place(row)?))
        .map(|entry| entry.step)
        .collect()
}

/// The number of steps up to the shown one.
fn at(screen: &Screen) -> usize {
    screen.model.session.journal.len()
}

fn call(screen: &mut Screen, op: Op, params: &str) {
    let step = Step::read(op, Some(Json::parse(params).unwrap())).unwrap();
    let bench = screen.bench();
    let _ = screen.runtime.block_on(bench.call(step));
    screen.look();
}

#[test]
fn the_cursor_of_the_journal_is_the_cursor_of_time() {
    let mut screen = Screen::demo(200, 50);
    let steps = screen.bench().journal().len();
    screen.press("6");
    assert_eq!(screen.model.session.past(), None);
    for (keys, wanted) in [
        ("k", steps - 1),
        ("k Up", steps - 3),
        ("j", steps - 2),
        ("g", 1),
        ("j", 2),
        ("k k", 1),
        ("Home", 1),
        ("PgDn", 5),
        ("Ctrl+U", 3),
        ("End", steps),
        ("j", steps),
        ("G", steps),
        ("[ [", steps - 2),
        ("]", steps - 1),
        ("{", 0),
        ("k", 0),
        ("j", 1),
        ("}", steps),
    ] {
        screen.press(keys);
        assert_eq!(at(&screen), wanted, "{keys}");
        let session = &screen.model.session;
        assert_eq!(session.past().is_none(), wanted == steps, "{keys}");
        let selected = session.steps.selected().map(|row| row + 1);
        assert_eq!(selected, (wanted > 0).then_some(wanted), "{keys}");
        // Every pane shows the store after that step.
        let then = match wanted {
            0 => screen.bench().journal().at(0),
            place => {
                let journal = screen.bench().journal();
                journal.nth(place - 1).and_then(|entry| journal.at(entry.step))
            }
        };
        assert_eq!(session.snapshot.calls(), then.unwrap().calls(), "{keys}");
    }
    // Looking makes no call.
    assert_eq!(screen.bench().journal().len(), steps);
}

#[test]
fn the_other_panes_follow_in_the_same_frame() {
    let mut screen = Screen::demo(200, 50);
    screen.press("6 g");
    let text = screen.text();
    assert!(text.contains("Threads 1 ") && text.contains("Calls 1 "), "{text}");
    assert!(text.contains("PAST step 1 of "), "{text}");
    screen.press("j");
    assert!(
        screen.text().contains("History 1 of 71 \u{b7} 9 repeats hidden"),
        "{}",
        screen.text()
    );
}

#[test]
fn at_the_last_step_it_stays_at_the_last_and_in_the_past_where_it_is() {
    let mut screen = Screen::demo(200, 50);
    let steps = screen.bench().journal().len();
    screen.press("6");
    call(&mut screen, Op::ListThreads, "{}");
    assert_eq!(
        (at(&screen), screen.model.session.steps.selected()),
        (steps + 1, Some(steps))
    );
    screen.press("k k");
    call(&mut screen, Op::ListThreads, "{}");
    assert_eq!(
        screen.model.session.past(),
        Some((steps as u64 - 1, steps as u64 + 2))
    );
    assert_eq!(screen.model.session.steps.rows(), steps + 2);
}

#[test]
fn filters_hold_alone_and_together_and_moving_goes_from_match_to_match() {
    let mut screen = Screen::demo(200, 50);
    let journal = screen.bench().journal();
    let of = |which: &dyn Fn(&crate::workbench::JournalEntry) -> bool| -> Vec<u64> {
        let found = journal.entries().filter(|entry| which(entry));
        found.map(|entry| entry.step).collect()
    };
    let failed = |entry: &crate::workbench::JournalEntry| entry.outcome.is_err();
    let updates = |entry: &crate::workbench::JournalEntry| entry.op() == Some(Op::UpdateThreadMetadata);
    screen.press("6 f");
    assert_eq!(rows_of(&screen), of(&failed));
    assert_eq!(
        screen.model.session.past(),
        None,
        "a filter does not change the shown step"
    );
    // The selected step is the last one, which failed; `k` goes to the failed step before it.
    let expected = of(&failed);
    screen.press("k");
    assert_eq!(Some(&(at(&screen) as u64)), expected.iter().rev().nth(1));
    screen.press("g");
    assert_eq!(Some(&(at(&screen) as u64)), expected.first());
    let first = journal.get(at(&screen) as u64).unwrap().op();
    screen.press("m");
    assert_eq!(
        rows_of(&screen),
        of(&|entry| failed(entry) && entry.op() == first)
    );
    screen.press("F");
    assert_eq!(rows_of(&screen).len(), journal.len());
    // The text is searched in method, thread, parameters and outcome.
    for (words, which) in [
        (
            "update_thread",
            &(|entry: &crate::workbench::JournalEntry| updates(entry))
                as &dyn Fn(&crate::workbench::JournalEntry) -> bool,
        ),
        ("page_size", &|entry| entry.op() == Some(Op::ListThreads)),
        ("unsupported", &|entry| entry.op() == Some(Op::ListTurns)),
        ("Never created", &|entry| {
            entry.thread_id().map(|id| id.to_string()).as_deref()
                == Some("019e1a49-7c00-7000-8000-000000000009")
        }),
    ] {
        screen.press("&").press(&format!("'{words}'")).press("Enter");
        let rows = rows_of(&screen);
        assert!(!rows.is_empty(), "{words}");
        if words != "Never created" {
            assert_eq!(rows, of(which), "{words}");
        }
        screen.press("Esc");
        assert_eq!(rows_of(&screen).len(), journal.len(), "Esc shows all again");
    }
}

#[test]
fn a_thread_is_followed_and_a_call_without_one_says_so() {
    let mut screen = Screen::demo(200, 50);
    screen.press("6 g t");
    let id = screen.bench().journal().get(1).unwrap().thread_id().unwrap();
    let journal = screen.bench().journal();
    let named: Vec<u64> = journal.of_thread(id).map(|entry| entry.step).collect();
    assert!(named.len() > 4);
    assert_eq!(rows_of(&screen), named);
    screen.press("j j m f");
    assert_eq!(rows_of(&screen), [0; 0]);
    assert!(screen.text().contains("0 of "), "{}", screen.text());
    screen.press("f m t");
    assert_eq!(rows_of(&screen).len(), journal.len());
    screen.press("} [ t");
    assert!(
        screen.said().contains("this call names no thread"),
        "{}",
        screen.said()
    );
}

#[test]
fn between_two_matches_the_next_one_is_either_way() {
    let mut screen = Screen::demo(200, 50);
    screen.press("5 j o");
    // There are two calls of resume_thread; the shown step comes after both.
    let rows = rows_of(&screen);
    assert_eq!(screen.model.layout.focus, Pane::Journal);
    assert_eq!((rows.len(), screen.model.session.steps.selected()), (2, None));
    let &[first, second] = rows.as_slice() else {
        panic!()
    };
    for (keys, wanted) in [
        ("j", second),
        ("[", second - 1),
        ("j", second),
        ("[", second - 1),
        ("k", first),
        ("[", first - 1),
        ("k", first - 1),
        ("PgUp", first - 1),
        ("PgDn", first),
        ("G", second),
        ("g", first),
    ] {
        screen.press(keys);
        assert_eq!(at(&screen) as u64, wanted, "{keys}");
    }
}

#[test]
fn a_filter_follows_new_steps_and_what_an_undo_leaves() {
    let mut screen = Screen::demo(200, 50);
    screen.press("4 e 'one' Enter Ctrl+S 5 g j j j j j j j j j j j o");
    let before = rows_of(&screen);
    let id = screen
        .model
        .session
        .thread()
        .map(|record| record.id.to_string())
        .unwrap();
    let patch = format!(r#"{{"thread_id":"{id}","patch":{{"name":"two"}}}}"#);
    call(&mut screen, Op::UpdateThreadMetadata, &patch);
    let with_new = rows_of(&screen);
    assert_eq!(with_new.len(), before.len() + 1);
    let bench = screen.bench();
    screen.runtime.block_on(bench.undo()).unwrap();
    screen.runtime.block_on(bench.undo()).unwrap();
    screen.look();
    assert_eq!(rows_of(&screen).len(), before.len() - 1);
    // The branch has its own steps at the same positions.
    call(&mut screen, Op::ListThreads, "{}");
    call(&mut screen, Op::UpdateThreadMetadata, &patch);
    let branched = rows_of(&screen);
    assert_eq!(branched.len(), before.len());
    assert_eq!(branched.last(), Some(&bench.journal().tip()));
    let all: Vec<u64> = bench
        .journal()
        .entries()
        .filter(|entry| entry.op() == Some(Op::UpdateThreadMetadata))
        .map(|entry| entry.step)
        .collect();
    assert_eq!(branched, all);
}

#[test]
fn from_a_step_to_its_counter_and_back_to_the_calls_behind_it() {
    let mut screen = Screen::demo(200, 50);
    screen.press("6 k o");
    assert_eq!(screen.model.layout.focus, Pane::Calls);
    assert_eq!(
        screen.model.session.calls.selected(),
        Some(Op::ListThreads),
        "the step before the last"
    );
    screen.press("o");
    assert_eq!(screen.model.layout.focus, Pane::Journal);
    assert_eq!(rows_of(&screen).len(), 1);
    assert!(screen.text().contains("1 of 55 \u{b7} list_threads"));
    screen.press("F } o");
    assert!(
        screen.said().contains("list_turns is not counted (rule C4)"),
        "{}",
        screen.said()
    );
}

#[test]
fn a_step_opens_is_compared_and_is_copied_as_a_line_of_a_scenario() {
    let mut screen = Screen::demo(200, 50);
    screen.press("6 g j j j j j y");
    let line = screen.copied.last().unwrap();
    assert!(
        line.starts_with(r#"{"method":"update_thread_metadata","params":"#) && line.contains(r#""at":""#),
        "{line}"
    );
    screen.press("Enter");
    assert!(
        screen.text().contains("Step 6 \u{b7} update_thread_metadata"),
        "{}",
        screen.text()
    );
    screen.press("Esc d");
    let text = screen.text();
    assert!(
        text.contains("after step 5") && text.contains("after step 6"),
        "{text}"
    );
    screen.press("Esc Y");
    for name in [
        "the step's parameters as JSON",
        "the step's method",
        "the id of the step's thread",
    ] {
        assert!(screen.text().contains(name), "{}", screen.text());
    }
    screen.press("Esc { y");
    assert_eq!(screen.said(), "\u{2717} There is nothing to copy here.");
    screen.press("Enter");
    assert!(screen.said().contains("no step is selected"), "{}", screen.said());
}

#[test]
fn the_question_in_the_past_offers_to_return_to_now() {
    let mut screen = Screen::demo(200, 50);
    let steps = screen.bench().journal().len();
    screen.press("6 k k 4 e 'new' Enter Ctrl+S");
    assert!(
        screen.text().contains("or } to return to the latest step"),
        "{}",
        screen.text()
    );
    screen.press("}");
    assert!(screen.model.overlays.is_empty());
    assert_eq!(screen.model.session.past(), None);
    assert_eq!(screen.bench().journal().len(), steps);
    assert!(screen.model.draft.is_unsaved(), "the patch is still there");
    // Only the question about the past offers this key.
    screen.press("q }");
    assert_eq!(screen.model.overlays.iter().len(), 1);
}

#[test]
fn the_past_is_told_at_every_size() {
    for (width, height) in [(200, 50), (120, 30), (80, 24), (30, 8), (20, 7), (30, 6), (20, 5)] {
        for keys in ["", "5", "6", "3 z"] {
            let mut screen = Screen::demo(width, height);
            screen.press(keys);
            let now = screen.text();
            assert!(!now.contains("PAST") && !now.contains('\u{254d}'), "{now}");
            // The message about the step disappears at the next key.
            screen.press("[ [ z z");
            let then = screen.text();
            assert!(then.contains("PAST"), "{width}x{height} {keys}\n{then}");
            assert!(then.contains('\u{254d}'), "{width}x{height} {keys}\n{then}");
            assert!(then.contains(" } now "), "{width}x{height} {keys}\n{then}");
        }
    }
}

#[test]
fn the_slider_ends_only_at_now_and_begins_only_before_the_first_step() {
    let mut screen = Screen::demo(200, 50);
    let knob = |screen: &Screen| {
        let text = screen.text();
        let top = text.lines().next().unwrap().to_string();
        let slider: String = top
            .chars()
            .filter(|sign| ['\u{2501}', '\u{2500}', '\u{25cf}'].contains(sign))
            .collect();
        let at = slider.chars().position(|sign| sign == '\u{25cf}').unwrap();
        (at, slider.chars().count())
    };
    let (now, columns) = knob(&screen);
    assert_eq!(now, columns - 1);
    let mut before = now;
    for step in 0..screen.bench().journal().len() {
        screen.press("[");
        let (at, _) = knob(&screen);
        assert!(at <= before, "{step}");
        assert!(at < columns - 1);
        assert_eq!(at == 0, screen.model.session.journal.is_empty());
        before = at;
    }
}

#[test]
fn what_was_said_about_a_step_stands_in_its_row_and_below() {
    let mut screen = Screen::demo(200, 50);
    let bench = screen.bench();
    let failure = Mismatch::new("result.name", "\"a\"", None);
    let expected = |failures: Vec<Mismatch>| Annotation {
        note: None,
        expect: Some(r#"{"result":{"name":"a"}}"#.to_string()),
        failures,
    };
    assert!(bench.say(53, expected(vec![failure])));
    assert!(bench.say(54, expected(Vec::new())));
    let note = Annotation {
        note: Some("as it was told".to_string()),
        ..Annotation::default()
    };
    // This step has no other remark, so its note is in the line below.
    assert!(bench.say(12, note));
    screen.look();
    screen.press("6");
    let row = |screen: &Screen, step: &str| {
        let text = screen.text();
        let found = text.lines().rev().find(|line| line.contains(step));
        found.unwrap_or_else(|| panic!("{step}: {text}")).to_string()
    };
    assert!(row(&screen, " discard_thread ").contains("53\u{2260} "));
    assert!(row(&screen, " list_threads ").contains("54= "));
    screen.press("k k");
    let text = screen.text();
    assert!(
        text.contains("\u{2260} result.name: expected \"a\", got nothing."),
        "{text}"
    );
    screen.press("g").press(&"j ".repeat(11));
    let text = screen.text();
    assert!(text.contains("12 \u{b6} "), "{text}");
    assert!(text.contains("\u{b6} as it was told"), "{text}");
}

#[test]
fn durations_are_told_in_the_unit_that_fits() {
    use crate::inspector::panes::journal::took;
    use std::time::Duration;
    for (nanos, text) in [
        (0, "0ns"),
        (999, "999ns"),
        (1_000, "1\u{b5}s"),
        (999_999, "999\u{b5}s"),
        (1_000_000, "1ms"),
        (1_250_000_000, "1.2s"),
    ] {
        assert_eq!(took(Duration::from_nanos(nanos)), text);
    }
}
