//! Tests of the keys in the merge laws: the check of the current patch, the check of the small space, stopping it, and
//! a law that is broken.

use super::*;
use crate::contract::{Change, FIELDS, ThreadMetadataPatch};
use crate::inspector::overlays::difference::DifferenceView;
use crate::workbench::laws::{Algebra, LAWS};

/// A wrong merge that drops clears, as if the earlier patch were a plain document.
fn forgetful(first: &ThreadMetadataPatch, next: &ThreadMetadataPatch) -> ThreadMetadataPatch {
    let mut merged = (Algebra::CONTRACT.merge)(first, next);
    for field in FIELDS.iter() {
        if field.get(&merged) == Change::Clear {
            field.put(&mut merged, &Change::Leave).unwrap();
        }
    }
    merged
}

/// The demo with a thread that was already patched and a pending patch that sets its name.
pub(super) fn at_hand(width: u16, height: u16) -> Screen {
    let mut screen = Screen::demo(width, height);
    screen.press("s s s g 4 e 'A fine name' Enter");
    screen
}

/// The same with an algebra that drops clears.
pub(super) fn wrong(width: u16, height: u16) -> Screen {
    let mut screen = at_hand(width, height);
    screen.model.algebra.merge = forgetful;
    screen
}

fn difference(screen: &Screen) -> &DifferenceView {
    let view = screen.model.overlays.top::<DifferenceView>();
    view.unwrap_or_else(|| panic!("{}", screen.text()))
}

/// Runs the checks of the first `most` laws over a space of one patch and no thread; the next law only reports
/// progress.
pub(super) fn check_all(screen: &mut Screen, most: usize) {
    screen.model.space = || (vec![ThreadMetadataPatch::default()], Vec::new());
    screen.hold_jobs();
    screen.press("x");
    for _ in 0..most {
        let Some(job) = screen.job() else { return };
        screen.do_job(job);
    }
    if !screen.held.is_empty() {
        let number = screen.model.job.number();
        screen.tell(Msg::Job(number, JobMsg::Progress(123_456, 0)));
    }
}

#[test]
fn every_law_is_checked_at_hand_and_then_over_the_small_space_one_after_the_other() {
    let mut screen = at_hand(120, 40);
    screen.press(": 'laws' Enter");
    assert_eq!(screen.text().matches("\u{2713} holds").count(), LAWS.len());
    check_all(&mut screen, LAWS.len());
    assert!(!screen.model.job.is_running());
    assert!(screen.said().contains("Every law holds in "), "{}", screen.said());
    screen.press("Esc");
    assert!(screen.model.overlays.is_empty());
}

#[test]
fn a_check_that_runs_is_broken_off_before_the_laws_are_closed() {
    let mut screen = at_hand(120, 40);
    screen.press(": 'laws' Enter");
    check_all(&mut screen, 3);
    assert!(screen.text().contains("123,"), "{}", screen.text());
    screen.press("x");
    assert!(screen.said().contains("a check is running"), "{}", screen.said());
    let job = screen.job().unwrap();
    screen.press("Esc");
    assert!(matches!(screen.held.pop(), Some(Call::StopJob)));
    assert!(
        screen.said().contains("The check was stopped"),
        "{}",
        screen.said()
    );
    assert!(!screen.model.job.is_running() && screen.text().contains("Laws of merging"));
    // The result of a stopped check is ignored.
    screen.do_job(job);
    assert!(screen.held.is_empty());
    assert!(!screen.model.job.is_running());
    screen.press("Esc");
    assert!(screen.model.overlays.is_empty());
}

#[test]
fn a_check_goes_on_while_a_law_is_read() {
    let mut screen = at_hand(120, 40);
    screen.press(": 'laws' Enter");
    screen.model.space = || (vec![ThreadMetadataPatch::default()], Vec::new());
    screen.hold_jobs();
    screen.press("x");
    let (number, first) = screen.job().unwrap();
    screen.press("Enter");
    screen.do_job((number, first));
    assert!(screen.job().is_some_and(|(next, _)| next > number));
}

#[test]
fn a_broken_law_shows_the_smallest_case_as_a_difference() {
    let mut screen = wrong(120, 40);
    screen.press(": 'laws' Enter");
    assert!(screen.text().contains("\u{2717} broken"), "{}", screen.text());
    screen.press("G Enter");
    let view = difference(&screen);
    assert_eq!(
        (view.comparison.left.as_str(), view.comparison.right.as_str()),
        (
            "clear is not leave: the merged patch",
            "clear is not leave: the expected patch"
        )
    );
    let text = screen.text();
    assert!(text.contains("\"name\"") && text.contains("null"), "{text}");
    screen.press("Esc y Esc");
    assert_eq!(
        screen.copied,
        [
            "  field: name\n  first: {\"name\":\"A fine name\"}\n  next: {\"name\":null}\n- the merged patch: {}\n+ the expected patch: {\"name\":null}"
        ]
    );
    assert!(screen.model.overlays.is_empty());
}
