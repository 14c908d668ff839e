//! Tests of the keys for earlier steps: going back, branching, the steps that changed a field.

use super::*;
use crate::contract::Op;

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
    // The counters are those of the step; looking changes none of them.
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
    // A change in the past asks first. "No" changes nothing; "yes" begins a branch, and the old steps remain reachable.
    screen.press("[ [ 4 g e 'two' Enter Ctrl+S");
    assert!(
        screen.text().contains("Press y to branch from here"),
        "{}",
        screen.text()
    );
    screen.press("n");
    assert_eq!(screen.bench().snapshot().calls(), calls);
    assert!(screen.model.draft.is_unsaved());
    screen.press("1 u");
    assert!(
        screen
            .text()
            .contains("an earlier step is shown: } shows the latest step again")
    );
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
    assert_eq!(
        screen.model.session.past(),
        Some((steps as u64 - 1, steps as u64 + 1))
    );
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

/// A step has one number everywhere, and numbers of steps on other branches are not used again.
#[test]
fn a_step_has_one_number_everywhere() {
    let mut screen = Screen::demo(120, 36);
    let steps = screen.bench().journal().len();
    screen.press("4 c Ctrl+S u u c Ctrl+S");
    let tip = screen.bench().journal().tip();
    assert!(tip as usize > screen.bench().journal().len());
    assert!(
        screen.text().contains(&format!("step {tip} ")),
        "{}",
        screen.text()
    );
    screen.press("6");
    let length = screen.bench().journal().len();
    assert!(
        screen
            .text()
            .contains(&format!("Journal {length} on this branch")),
        "{}",
        screen.text()
    );
    screen.press(&format!(": 'look-at-step {tip}' Enter"));
    assert_eq!(screen.said(), format!("\u{2713} Latest step: {tip}."));
    screen.press(&format!(": 'look-at-step {}' Enter", steps + 1));
    assert!(
        screen.said().contains("is on another branch: :branch"),
        "{}",
        screen.said()
    );
    screen.press(": 'look-at-step 900' Enter");
    assert_eq!(
        screen.said().trim_start_matches(|c: char| !c.is_alphabetic()),
        format!("There is no step 900: the last one is {tip}.")
    );
    screen.press(&format!(": 'look-at-step {}' Enter", steps - 2));
    assert!(
        screen
            .said()
            .contains(&format!("Earlier step: {} of {tip}", steps - 2)),
        "{}",
        screen.said()
    );
}

#[test]
fn a_branch_is_chosen_from_a_list() {
    let mut screen = Screen::demo(120, 36);
    screen.press(": 'branch' Enter");
    assert!(
        screen.said().contains("There are no branches"),
        "{}",
        screen.said()
    );
    screen.press("4 c Ctrl+S");
    let (left, name) = (screen.bench().journal().tip(), |screen: &Screen| {
        let id = screen.model.session.thread().unwrap().id;
        let record = screen.bench().snapshot().thread(id).cloned().unwrap();
        record.name().map(str::to_string)
    });
    assert_eq!(name(&screen), None);
    // Another patch from two steps before.
    screen.press("u g e 'other' Enter Ctrl+S");
    let now = screen.bench().journal().tip();
    screen.press(": 'branch' Enter");
    for text in [
        format!("step {now}"),
        format!("step {left}"),
        "current".to_string(),
        format!("branches off after step {}", left - 1),
        "1 step ".to_string(),
        r#"update_thread_metadata {"name":null}"#.to_string(),
    ] {
        assert!(screen.text().contains(&text), "{text}\n{}", screen.text());
    }
    screen.press("Enter");
    assert_eq!(screen.said(), "\u{2713} This is the current branch.");
    screen.press(": 'branch' Enter Down Enter");
    assert_eq!((screen.bench().journal().tip(), name(&screen)), (left, None));
    screen.press(": 'branch' Enter Down Enter");
    assert_eq!(screen.bench().journal().tip(), now);
    assert_eq!(name(&screen).as_deref(), Some("other"));
}
