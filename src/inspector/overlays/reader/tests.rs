//! Tests of the reader: folds, searches, and texts in rows of any width.

use super::*;
use crate::text::WRAPPED;

fn tree() -> Reader {
    Reader::json(
        "t".into(),
        r#"{"a":{"b":[1,2,{"needle":"x"}]},"c":"a needle\\nhere"}"#,
    )
}

fn look(reader: &mut Reader, text: &str) -> bool {
    reader.look_for(text);
    reader.next_match(true, true)
}

#[test]
fn a_search_opens_what_hides_the_place_and_goes_round() {
    let mut reader = tree();
    reader.fold(FoldAction::CloseAll);
    assert!(look(&mut reader, "needle"));
    let first = reader.row();
    assert!(reader.next_match(true, false));
    assert_ne!(reader.row(), first);
    assert!(reader.next_match(true, false));
    assert_eq!(reader.row(), first);
    assert!(reader.next_match(false, false) && reader.row() != first);
    assert!(!look(&mut reader, "nowhere"));
}

#[test]
fn closing_goes_out_and_opening_goes_in() {
    let mut reader = tree();
    reader.settle(80, 20);
    reader.fold(FoldAction::Open);
    reader.fold(FoldAction::Open);
    let inner = reader.row();
    let rows = |reader: &Reader| reader.shown_tree().map_or(0, JsonTree::visible_len);
    assert_eq!(rows(&reader), 8);
    reader.fold(FoldAction::Close);
    assert_eq!((reader.row(), rows(&reader)), (inner, 4));
    reader.fold(FoldAction::Close);
    assert_ne!(reader.row(), inner);
    reader.fold(FoldAction::OpenAll);
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
    assert_eq!(reader.pages.position().rows, None, "not all rows are known yet");
    assert!(look(&mut reader, "word7000"));
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
    assert_eq!(reader.pages.position().row, Some(0));
}

/// Returns one line of this number of bytes, in which every position is unique.
fn long(bytes: usize) -> String {
    let words = (0..).flat_map(|n: usize| format!("word{n} ").into_bytes());
    String::from_utf8(words.take(bytes).collect()).unwrap()
}

fn shown(reader: &Reader) -> Vec<String> {
    reader.pages.rows(40).map(|row| row.text.into_owned()).collect()
}

#[test]
fn a_jump_in_a_long_line_finds_as_many_rows_as_in_one_a_quarter_as_long() {
    let found = [8_000_000, 32_000_000].map(|bytes| {
        let text = long(bytes);
        let end = text[bytes - 60..].to_string();
        let mut reader = Reader::text("t".into(), text);
        WRAPPED.set(0);
        reader.settle(150, 40);
        reader.go(Motion::Last, 40);
        assert!(shown(&reader).concat().contains(end.trim_end()));
        let last = reader.pages.position().byte.0;
        for _ in 0..50 {
            reader.go(Motion::Rows(-1), 40);
        }
        assert!(reader.pages.position().byte.0 < last);
        assert!(look(&mut reader, "word500001 "));
        assert!(shown(&reader).concat().contains("word500001"));
        let here = reader.pages.position().byte.0;
        reader.settle(100, 40);
        assert!(shown(&reader).concat().contains("word500001"));
        reader.go(Motion::Halves(-1), 40);
        assert!(reader.pages.position().byte.0 < here);
        reader.go(Motion::First, 40);
        assert_eq!(reader.pages.position().row, Some(0));
        WRAPPED.get()
    });
    assert!(found[0].abs_diff(found[1]) < found[0] / 50, "{found:?}");
}

#[test]
fn going_back_from_far_away_leaves_no_row_out() {
    let text = long(2_000_000);
    let mut reader = Reader::text("t".into(), text.clone());
    reader.settle(120, 40);
    reader.go(Motion::Last, 40);
    let mut before = reader.pages.position().byte.0;
    while before > 0 {
        reader.go(Motion::Rows(-30), 40);
        let (first, _) = reader.pages.position().byte;
        assert!(first < before, "the search goes on");
        let end = reader.pages.rows(40).last().unwrap().range.end;
        assert!(end >= before, "the top row is still visible");
        before = first;
    }
}
