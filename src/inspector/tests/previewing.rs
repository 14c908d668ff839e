//! Tests of the table of what a patch would change in many threads.

use super::*;
use crate::inspector::overlays::difference::DifferenceView;
use crate::inspector::overlays::patch_preview::PatchPreview;
use crate::workbench::preview::{PreviewOutcome, preview};

fn named(screen: &Screen) -> Vec<Option<String>> {
    let snapshot = screen.bench().snapshot();
    let names = snapshot.threads().map(|record| record.name().map(str::to_string));
    names.collect()
}

/// The numbers of threads that change, stay the same and fail.
fn expected(screen: &Screen) -> [usize; 3] {
    let (snapshot, patch) = (screen.bench().snapshot(), screen.model.draft.patch().unwrap());
    let outcomes: Vec<PreviewOutcome> = snapshot
        .threads()
        .map(|record| preview(&snapshot, record.id, &patch).unwrap().outcome())
        .collect();
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    [PreviewOutcome::Change, PreviewOutcome::Same, PreviewOutcome::Fail].map(count)
}

#[test]
fn the_table_has_a_row_for_each_listed_thread_and_applies_as_one_action() {
    let mut screen = Screen::demo(120, 36);
    let before = named(&screen);
    screen.press("4 g e Ctrl+U 'Fix the flaky retry test' Enter");
    let [change, same, fail] = expected(&screen);
    assert!(change > 0 && same > 0 && fail > 0);
    screen.press("B");
    let title = format!("13 threads: {change} would change, {same} would stay the same, {fail} would fail");
    assert!(screen.text().contains(&title), "{title}\n{}", screen.text());
    for text in [
        r#"{"name":"Fix the flaky retry test"}"#,
        "stays the same",
        "fails: never created; the patch is kept (rule M1)",
        "name null \u{2192} \"Fix the flaky retry test\"",
        "Ctrl+S applies the patch to all 13 threads.",
    ] {
        assert!(screen.text().contains(text), "{text}\n{}", screen.text());
    }
    // Only the threads that change.
    screen.press("f a");
    let foot = format!("Ctrl+S applies the patch to {change} of 13 threads.");
    assert!(screen.text().contains(&foot), "{foot}\n{}", screen.text());
    assert!(!screen.text().contains("stays the same"), "{}", screen.text());
    // One of them is left out.
    screen.press("Space");
    let calls = screen.bench().snapshot().calls().update_thread_metadata;
    screen.press("Ctrl+S");
    assert!(screen.model.overlays.is_empty(), "{}", screen.text());
    let applied = screen.bench().snapshot().calls().update_thread_metadata - calls;
    assert_eq!(applied, change - 1);
    let after = named(&screen);
    let moved = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| before != after);
    assert_eq!(moved.count(), change - 1);
    screen.press("u");
    assert_eq!(named(&screen), before, "one undo takes all of it back");
}

#[test]
fn the_table_is_about_the_marked_threads_and_opens_one() {
    let mut screen = Screen::demo(120, 36);
    screen.press("1 g Space Space 4 c B");
    let table = screen.model.overlays.top::<PatchPreview>().unwrap();
    assert_eq!((table.threads.len(), table.done()), (2, 2));
    screen.press("Enter");
    let view = screen.model.overlays.top::<DifferenceView>().unwrap();
    assert_eq!(
        (view.comparison.left.as_str(), view.comparison.right.as_str()),
        ("before", "after")
    );
    screen.press("Esc f f f f");
    assert!(screen.text().contains("2 threads: "), "{}", screen.text());
    screen.press("Space Space Ctrl+S");
    assert!(
        screen.said().contains("every thread is left out"),
        "{}",
        screen.said()
    );
    screen.press("Esc");
    assert!(screen.model.overlays.is_empty());
}

#[test]
fn a_patch_that_fails_somewhere_is_asked_about() {
    let mut screen = Screen::demo(120, 36);
    screen.press("4 c B Ctrl+S");
    assert!(
        screen.text().contains("Of the 13 threads, 2 were never created."),
        "{}",
        screen.text()
    );
    let calls = screen.bench().snapshot().calls();
    screen.press("n");
    assert_eq!(screen.bench().snapshot().calls(), calls);
    // The table is still there, with what was left out.
    assert!(screen.model.overlays.top::<PatchPreview>().is_some());
    screen.press("Space Ctrl+S y");
    assert!(screen.model.overlays.is_empty(), "{}", screen.text());
    let after = screen.bench().snapshot().calls();
    assert_eq!(after.update_thread_metadata, calls.update_thread_metadata + 12);
}
