//! Tests of copying a patch: from a value, from a difference, to the clipboard, to a file.

use super::*;
use crate::contract::{Op, Step};
use crate::protocol::json::Json;

/// The demo with its longest thread selected.
fn longest() -> Screen {
    let mut screen = Screen::demo(120, 40);
    screen.press("s s s g");
    screen
}

fn id() -> &'static str {
    "019e1a41-7c00-7000-8000-000000000001"
}

#[test]
fn a_value_of_a_history_becomes_the_patch_or_says_what_is_wrong() {
    let mut screen = longest();
    let items = r#"[{"type":"x","payload":{"name":"from here","model":"m","odd":1}},{"type":"y","payload":{"name":7}}]"#;
    let params = format!(r#"{{"thread_id":"{}","items":{items}}}"#, id());
    let step = Step::read(Op::AppendItems, Some(Json::parse(&params).unwrap())).unwrap();
    screen.runtime.block_on(screen.bench().call(step)).unwrap();
    screen.look();
    screen.press("2 G Enter P");
    assert!(
        screen
            .said()
            .contains("This value is not a patch: it sets or clears no metadata field"),
        "{}",
        screen.text()
    );
    // The patch of a whole line is its payload.
    for keys in ["Esc k Enter P", "D 2 Enter / 'from here' Enter h P"] {
        screen.press(keys);
        assert_eq!(
            screen.model.draft.json(),
            r#"{"name":"from here","model":"m","odd":1}"#
        );
        assert!(screen.model.overlays.is_empty());
    }
    assert!(screen.text().contains("odd"), "{}", screen.text());
    // An unsaved patch is replaced only after a question.
    screen.press("2 G Enter / 'name' Enter h P");
    assert!(screen.text().contains("line 1, column"), "{}", screen.text());
    screen.press("Esc 2 k Enter / 'from here' Enter h P");
    assert!(screen.model.overlays.top::<Question>().is_some());
    screen.press("n");
    assert!(screen.model.overlays.top::<Reader>().is_some());
}

#[test]
fn a_value_that_is_a_patch_can_be_copied_as_one_and_a_patch_as_a_step() {
    let mut screen = longest();
    screen.press("4 e 'n' Enter Y 'step' Enter");
    let step = format!(
        r#"{{"method":"update_thread_metadata","params":{{"thread_id":"{}","patch":{{"name":"n"}}}}}}"#,
        id()
    );
    assert_eq!(screen.copied.last(), Some(&step));
    screen.press("1 Space Space 4 Y 'step' Enter");
    assert_eq!(screen.copied.last().unwrap().lines().count(), 2);
    let mut screen = longest();
    screen.press("3 Y 'accumulated' Enter");
    assert!(
        screen.copied[0].starts_with(r#"{"name":"Fix the flaky"#),
        "{}",
        screen.copied[0]
    );
}

#[test]
fn a_difference_becomes_the_patch_that_takes_it_away() {
    let mut screen = longest();
    screen.press("4 e 'Another' Enter Ctrl+S D 1 d P");
    insta::assert_snapshot!(screen.text());
    screen.press("Enter");
    assert_eq!(
        screen.model.draft.json(),
        r#"{"name":"Fix the flaky retry test"}"#
    );
    screen.press("D 1 d P Down Enter");
    assert_eq!(screen.model.draft.json(), r#"{"name":"Another"}"#);
    screen.press("D 1 d Y 'step makes match' Enter");
    assert!(screen.copied[0].contains("Fix the flaky"), "{}", screen.copied[0]);
    screen.press("Esc : 'diff-store' Enter P");
    assert!(
        screen.said().contains("this is not a comparison of two threads"),
        "{}",
        screen.said()
    );
}

#[test]
fn a_patch_goes_into_a_file_and_over_one_after_a_question_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("patch.json");
    let mut screen = longest();
    screen.press("4 e 'n' Enter");
    let save = format!(": 'save-patch {}' Enter", file.display());
    screen.press(&save);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{\"name\":\"n\"}\n");
    screen.press("c");
    screen.press(&save);
    assert!(screen.text().contains("already exists"), "{}", screen.text());
    screen.press("n");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{\"name\":\"n\"}\n");
    screen.press(&save);
    screen.press("y");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{\"name\":null}\n");
    screen.press(&format!(
        ": 'save-patch {}/no/where' Enter",
        folder.path().display()
    ));
    assert!(screen.text().contains("cannot be written"), "{}", screen.text());
}
