//! The place in an opened value: folds, searches, texts in rows of any width.

use super::*;

fn tree() -> Reader {
    Reader::json(
        "t".into(),
        r#"{"a":{"b":[1,2,{"needle":"x"}]},"c":"a needle\\nhere"}"#,
    )
}

#[test]
fn a_search_opens_what_hides_the_place_and_goes_round() {
    let mut reader = tree();
    reader.fold(Fold::CloseAll);
    assert!(reader.search("needle"));
    let first = reader.row();
    assert!(reader.next_match(true, false));
    assert_ne!(reader.row(), first);
    assert!(reader.next_match(true, false));
    assert_eq!(reader.row(), first);
    assert!(reader.next_match(false, false) && reader.row() != first);
    assert!(!reader.search("nowhere"));
}

#[test]
fn closing_goes_out_and_opening_goes_in() {
    let mut reader = tree();
    reader.settle(80, 20);
    reader.fold(Fold::Open);
    reader.fold(Fold::Open);
    let inner = reader.row();
    let rows = |reader: &Reader| reader.shown_tree().map_or(0, JsonTree::visible_len);
    assert_eq!(rows(&reader), 8);
    reader.fold(Fold::Close);
    assert_eq!((reader.row(), rows(&reader)), (inner, 4));
    reader.fold(Fold::Close);
    assert_ne!(reader.row(), inner);
    reader.fold(Fold::OpenAll);
    assert_eq!(rows(&reader), 8);
}

#[test]
fn what_is_no_json_is_text_and_stays_text() {
    let mut reader = Reader::json("t".into(), "{torn");
    assert!(!reader.is_tree() && !reader.has_tree());
    reader.toggle_raw();
    assert!(!reader.is_tree());
}

#[test]
fn a_text_keeps_its_place_when_the_width_changes_and_is_looked_at_as_far_as_it_is_shown() {
    let text: String = (0..20_000).map(|n| format!("word{n} ")).collect();
    let mut reader = Reader::text("t".into(), text);
    reader.settle(80, 10);
    assert_eq!(reader.pages.position().1, None, "not all rows are known yet");
    assert!(reader.search("word7000"));
    for width in [80, 33, 12, 200] {
        reader.settle(width, 10);
        let shown: String = reader
            .pages
            .rows(10)
            .map(|row| row.text.into_owned())
            .collect::<Vec<_>>()
            .join(" ");
        assert!(shown.contains("word7000"), "{width}: {shown}");
    }
    reader.go(Motion::Last, 10);
    let last: Vec<String> = reader.pages.rows(10).map(|row| row.text.into_owned()).collect();
    assert!(
        last.last().is_some_and(|row| row.contains("word19999")),
        "{last:?}"
    );
    reader.go(Motion::First, 10);
    assert_eq!(reader.pages.position().0, 0);
}
