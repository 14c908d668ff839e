//! Tests of the keys at the limits of undo: the store as it was opened, and steps that come after an outside change.

use super::*;
use crate::contract::{Op, Step, carry};
use crate::protocol::json::Json;
use crate::store::Snapshot;

const THEIRS: &str = "019e2000-0000-7000-8000-0000000000aa";

/// Changes the store from other code: creates a thread with a name.
fn others(screen: &Screen) {
    let store = Arc::clone(screen.bench().inner());
    for (op, more) in [
        (Op::CreateThread, ""),
        (Op::UpdateThreadMetadata, r#","patch":{"name":"theirs"}"#),
    ] {
        let params = format!(r#"{{"thread_id":"{THEIRS}"{more}}}"#);
        let step = Step::read(op, Some(Json::parse(&params).unwrap())).unwrap();
        screen.runtime.block_on(carry(&*store, step)).unwrap();
    }
}

/// Whether both stores answer every read the same.
fn alike(one: &Snapshot, other: &Snapshot) -> bool {
    let mut threads = one.threads().zip(other.threads());
    one.calls() == other.calls()
        && one.len() == other.len()
        && threads.all(|(one, other)| one.id == other.id && one.reads_as(other))
}

#[test]
fn undo_stops_at_the_store_as_it_was_opened_and_says_so() {
    let mut screen = Screen::demo(200, 50);
    let opened = screen.bench().snapshot();
    let end = "Nothing to undo: the store is as it was when it was opened";
    screen.press("u");
    assert!(screen.said().contains(end), "{}", screen.said());
    assert!(screen.bench().snapshot().is_same_as(&opened));
    screen.press("4 g e 'one' Enter Ctrl+S u");
    assert!(
        screen.said().contains("Undid update_thread_metadata"),
        "{}",
        screen.said()
    );
    assert!(alike(&screen.bench().snapshot(), &opened));
    screen.press("u");
    assert!(screen.said().contains(end), "{}", screen.said());
    // Redo repeats only a step that was undone.
    screen.press("Ctrl+R");
    assert!(screen.said().contains("Redid"), "{}", screen.said());
    screen.press("Ctrl+R");
    assert!(screen.said().contains("Nothing to redo"), "{}", screen.said());
}

#[test]
fn while_the_store_is_being_opened_nothing_was_changed_yet() {
    let nothing = "there is no change yet: the store is still being opened";
    let mut screen = Screen::empty(120, 40);
    // The import is started but not carried out.
    let effects = stores::import(&mut screen.model, vec!["/data".into()], true);
    assert!(matches!(
        effects.as_slice(),
        [Effect::Run(Call::Import { opening: true, .. })]
    ));
    screen.press("u");
    assert!(screen.text().contains(nothing), "{}", screen.text());
    let opening = screen.bench().opening();
    let params = format!(r#"{{"thread_id":"{THEIRS}"}}"#);
    let step = Step::read(Op::CreateThread, Some(Json::parse(&params).unwrap())).unwrap();
    screen.runtime.block_on(carry(&*opening, step)).unwrap();
    screen.look();
    screen.press("u");
    assert!(screen.text().contains(nothing), "{}", screen.text());
    assert_eq!(screen.bench().snapshot().len(), 1);
    // An import into an open store is reported as an import.
    let mut screen = Screen::demo(120, 40);
    screen.holds = |call| matches!(call, Call::Import { .. });
    screen.press(": 'import /data' Enter u");
    assert!(
        screen.text().contains("an import is running"),
        "{}",
        screen.text()
    );
    assert!(matches!(
        screen.held.as_slice(),
        [Call::Import { opening: false, .. }]
    ));
}

#[test]
fn a_change_from_outside_is_a_row_of_the_journal_that_no_key_takes_back() {
    let mut screen = Screen::demo(200, 50);
    let steps = screen.bench().journal().len();
    screen.press("4 g e 'mine' Enter Ctrl+S");
    others(&screen);
    let theirs = screen.bench().snapshot();
    screen.press("u");
    let outside = steps + 2;
    let sentence = format!("Step {outside} is an outside change: other code changed this store.");
    assert!(screen.said().contains(&sentence), "{}", screen.said());
    assert!(screen.bench().snapshot().is_same_as(&theirs));
    // The row shows a number, the thread and the kind of change, but no method and no counter.
    screen.press("6 G");
    let text = screen.text();
    let row = text.lines().find(|line| line.contains(" outside ")).unwrap();
    for part in [&*outside.to_string(), THEIRS, "1 thread changed"] {
        assert!(row.contains(part), "{row}");
    }
    assert!(!row.contains("+1") && !row.contains("none"), "{row}");
    assert!(
        text.contains("An outside change: other code changed this store."),
        "{text}"
    );
    // An outside change is not a call: it has no method and no counter to go to, and opening it shows the changes.
    screen.press("o");
    assert!(
        screen.said().contains("is an outside change"),
        "{}",
        screen.said()
    );
    screen.press("m");
    assert!(
        screen.said().contains("is an outside change"),
        "{}",
        screen.said()
    );
    screen.press("Enter");
    let text = screen.text();
    assert!(text.contains(&format!("Step {outside} \u{b7} outside")), "{text}");
    assert!(text.contains("outside: \"1 thread changed, 2 calls\""), "{text}");
    assert!(!text.contains("method:") && !text.contains("result:"), "{text}");
    screen.press("Esc");
    // The thread is in the store after the change.
    assert!(
        screen
            .model
            .session
            .snapshot
            .thread(THEIRS.parse().unwrap())
            .is_some()
    );
    // The state on either side of the change can be shown, but a branch cannot begin before it.
    screen.press("[");
    assert!(
        screen
            .text()
            .contains(&format!("PAST step {} of {outside}", steps + 1))
    );
    assert!(
        screen
            .model
            .session
            .snapshot
            .thread(THEIRS.parse().unwrap())
            .is_none()
    );
    screen.press("4 g e 'past' Enter Ctrl+S");
    assert!(screen.said().contains(&sentence), "{}", screen.said());
    assert!(screen.model.overlays.is_empty() && screen.model.draft.is_unsaved());
    assert!(screen.bench().snapshot().is_same_as(&theirs));
    screen.press("}");
    assert!(
        screen
            .model
            .session
            .snapshot
            .thread(THEIRS.parse().unwrap())
            .is_some()
    );
    // The steps cannot be saved as a scenario any more, and the message says why.
    screen.press(": 'save-scenario /nowhere/s' Enter");
    assert!(
        screen
            .said()
            .contains(&format!("step {outside} is an outside change")),
        "{}",
        screen.said()
    );
}

#[test]
fn a_branch_that_is_begun_while_others_change_the_store_is_refused_without_loss() {
    let mut screen = Screen::demo(200, 50);
    screen.press("4 g e 'one' Enter Ctrl+S [ 4 g e 'two' Enter Ctrl+S");
    assert!(
        screen.text().contains("Press y to branch from here"),
        "{}",
        screen.text()
    );
    others(&screen);
    let theirs = screen.bench().snapshot();
    screen.press("y");
    assert!(
        screen.said().contains("earlier steps cannot be undone"),
        "{}",
        screen.said()
    );
    assert!(screen.bench().snapshot().is_same_as(&theirs));
    assert!(screen.model.draft.is_unsaved());
}
