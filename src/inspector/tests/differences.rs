//! Tests of the keys in a difference: choosing the sides, moving, folding, opening, copying.

use super::*;
use crate::inspector::overlays::difference::DifferenceView;

fn view(screen: &Screen) -> &DifferenceView {
    let view = screen.model.overlays.top::<DifferenceView>();
    view.unwrap_or_else(|| panic!("{}", screen.text()))
}

fn row(screen: &Screen) -> String {
    let frame = rows(&screen.frame());
    let row = frame.iter().find(|row| row.contains("\u{2503}\u{25b8}"));
    row.map(|row| row.trim_matches(['\u{2503}', '\u{2588}', ' ']).to_string())
        .unwrap_or_default()
}

#[test]
fn the_marked_threads_are_compared_or_the_marked_one_with_the_selected_one() {
    let mut screen = longest();
    screen.press("Space d");
    let two = (
        view(&screen).comparison.left.clone(),
        view(&screen).comparison.right.clone(),
    );
    assert!(
        two.0.contains("Fix the flaky") && !two.1.contains("Fix the flaky"),
        "{two:?}"
    );
    screen.press("Esc Space k k Space j j j j d");
    assert!(screen.model.overlays.is_empty() || screen.model.overlays.top::<DifferenceView>().is_some());
    let mut screen = longest();
    screen.press("Space Space Space d");
    assert!(
        screen.said().contains("3 threads are marked: mark exactly two"),
        "{}",
        screen.said()
    );
}

#[test]
fn steps_that_are_none_are_refused_in_a_sentence() {
    let mut screen = longest();
    for (text, said) in [
        ("999", "there is no step 999: the last is 55"),
        (
            "x",
            "x is not a step: enter a step number, or 0 for the state before the first step",
        ),
        ("1 2 3", "diff takes at most two steps"),
    ] {
        screen.press(&format!(": 'diff {text}' Enter"));
        assert!(screen.said().contains(said), "{}", screen.said());
        assert!(screen.model.overlays.is_empty());
    }
}

#[test]
fn one_goes_from_change_to_change() {
    let mut screen = longest();
    screen.press("d");
    let first = view(&screen).cursor.at;
    screen.press("n n");
    assert!(view(&screen).cursor.at > first);
    screen.press("p p p p p");
    assert_eq!(view(&screen).cursor.at, first);
    assert!(
        screen.said().contains("This is the first change."),
        "{}",
        screen.said()
    );
    screen.press("n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n");
    assert!(
        screen.said().contains("This is the last change."),
        "{}",
        screen.said()
    );
}

#[test]
fn what_is_the_same_unfolds_and_folds_and_pairs_do() {
    let mut screen = longest();
    screen.press("4 e 'Another' Enter Ctrl+S 1 d g j");
    let rows = view(&screen).rows();
    assert!(row(&screen).contains("unchanged"), "{}", row(&screen));
    screen.press("Enter");
    let unfolded = view(&screen).rows();
    assert!(unfolded > rows, "{}", screen.text());
    screen.press("j h");
    assert_eq!(view(&screen).rows(), rows);
    assert!(row(&screen).contains("unchanged"), "{}", row(&screen));
    screen.press("n h");
    assert!(
        row(&screen).contains("~ name") && row(&screen).contains("\u{2192} \"Another\""),
        "{}",
        row(&screen)
    );
    screen.press("l");
    assert!(row(&screen).contains("- name"), "{}", row(&screen));
    screen.press("E");
    assert!(view(&screen).rows() > unfolded);
    screen.press("C");
    assert!(view(&screen).rows() < rows);
}

#[test]
fn a_value_is_opened_and_copied() {
    let mut screen = longest();
    screen.press("4 e 'Another' Enter Ctrl+S 1 d j y");
    assert_eq!(screen.copied, ["\"Another\""]);
    screen.press("Y 'text' Enter");
    assert!(
        screen.copied[1].contains("+ name: \"Another\""),
        "{}",
        screen.copied[1]
    );
    screen.press("Enter");
    assert!(
        screen.model.overlays.top::<Reader>().is_some(),
        "{}",
        screen.text()
    );
    screen.press("Esc Esc");
    assert!(screen.model.overlays.is_empty());
}

#[test]
fn a_thread_of_two_steps_of_the_store_is_compared_item_by_item() {
    let mut screen = longest();
    screen.press("4 e 'Another' Enter Ctrl+S : 'diff-store' Enter");
    assert_eq!(view(&screen).comparison.left, "after step 55");
    screen.press("d");
    assert!(
        view(&screen).comparison.left.contains("019e1a41"),
        "{}",
        view(&screen).comparison.left
    );
    screen.press("Esc G d");
    assert!(
        screen.said().contains("this row is not a thread"),
        "{}",
        screen.said()
    );
}

#[test]
fn what_takes_its_time_says_how_far_it_is_and_esc_ends_it() {
    let mut screen = longest();
    screen.hold_jobs();
    screen.press(": 'diff-store 0 1' Enter");
    let (number, job) = screen.job().unwrap();
    screen.tell(Msg::Job(number, JobMsg::Progress(2_048, 6_000)));
    assert_eq!(screen.said(), "Esc stops  Comparing: 2,048 of 6,000");
    screen.press("Esc");
    assert!(!screen.model.job.is_running());
    screen.do_job((number, job));
    assert!(screen.model.overlays.is_empty(), "a late result is not shown");
}
