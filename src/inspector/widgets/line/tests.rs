//! Tests of the text input.

use super::*;

#[test]
fn typing_replaces_a_selected_text_and_moving_keeps_it() {
    let typed = |strokes: &[TextEdit]| {
        let mut line = TextInput::selected("null");
        for stroke in strokes {
            line.stroke(*stroke);
        }
        line.insert("5");
        line.text().to_owned()
    };
    assert_eq!(typed(&[]), "5");
    assert_eq!(typed(&[TextEdit::Move(TextMotion::End)]), "null5");
    assert_eq!(typed(&[TextEdit::Move(TextMotion::Home)]), "5null");
    assert_eq!(typed(&[TextEdit::Backspace]), "5");
    let mut line = TextInput::selected("");
    assert!(!line.is_selected());
    line.insert("a");
    line.insert("b");
    assert_eq!(line.text(), "ab");
}

#[test]
fn graphemes_are_written_and_removed_whole() {
    let mut line = TextInput::new("a\u{301}👩‍👧b");
    line.stroke(TextEdit::Move(TextMotion::Left));
    line.stroke(TextEdit::Backspace);
    assert_eq!((line.text(), line.parts().0), ("a\u{301}b", "a\u{301}"));
    line.stroke(TextEdit::Backspace);
    line.stroke(TextEdit::Backspace);
    assert_eq!(line.text(), "b");
    line.insert("x\r\ny\r");
    assert_eq!(line.parts(), ("x\ny\n", "b"));
}

#[test]
fn words_and_ends_are_removed() {
    let mut line = TextInput::new("one two  three");
    line.stroke(TextEdit::DeleteWord);
    assert_eq!(line.text(), "one two  ");
    line.stroke(TextEdit::DeleteWord);
    assert_eq!(line.text(), "one ");
    line.stroke(TextEdit::Move(TextMotion::Home));
    line.stroke(TextEdit::Move(TextMotion::Right));
    line.stroke(TextEdit::DeleteToEnd);
    assert_eq!(line.text(), "o");
    line.stroke(TextEdit::DeleteToStart);
    line.stroke(TextEdit::Delete);
    assert_eq!(line.text(), "");
}

#[test]
fn lines_are_gone_through_and_ends_are_those_of_a_line() {
    let mut line = TextInput::new("one\n\nthree");
    assert_eq!((line.row(), line.line(2)), (2, TextInput::new("three")));
    line.stroke(TextEdit::Move(TextMotion::Up));
    assert_eq!(line.row(), 1);
    line.stroke(TextEdit::Move(TextMotion::Up));
    line.stroke(TextEdit::Move(TextMotion::Up));
    assert_eq!((line.row(), line.parts().0), (0, ""));
    line.stroke(TextEdit::Move(TextMotion::End));
    assert_eq!(line.parts(), ("one", "\n\nthree"));
    line.stroke(TextEdit::DeleteToStart);
    assert_eq!(line.text(), "\n\nthree");
    line.stroke(TextEdit::Move(TextMotion::Down));
    line.stroke(TextEdit::Move(TextMotion::Down));
    line.stroke(TextEdit::Move(TextMotion::Down));
    line.stroke(TextEdit::DeleteToEnd);
    line.stroke(TextEdit::Backspace);
    assert_eq!((line.text(), line.rows().count()), ("\n", 2));
}

#[test]
fn no_stroke_leaves_the_boundaries_of_graphemes() {
    let strokes = [
        TextEdit::Move(TextMotion::Left),
        TextEdit::Backspace,
        TextEdit::Move(TextMotion::Right),
        TextEdit::Delete,
        TextEdit::DeleteWord,
        TextEdit::DeleteToStart,
        TextEdit::Move(TextMotion::End),
        TextEdit::Move(TextMotion::Up),
        TextEdit::Move(TextMotion::Down),
        TextEdit::Move(TextMotion::Home),
    ];
    let mut line = TextInput::default();
    for round in 0..500_usize {
        let text = ["\u{301}", "\n", "e", "🇩🇪", "\u{200d}", " ", "👩", "\u{200f}"];
        line.insert(text.get(round * 5 % text.len()).unwrap());
        line.stroke(*strokes.get(round * 3 % strokes.len()).unwrap());
        assert!(line.text.is_char_boundary(line.at));
        assert_eq!(line.boundary_from(line.at), line.at, "{line:?}");
    }
}

/// An input of this text with the cursor at its end, after these edits.
fn edited(text: &str, edits: &[TextEdit]) -> TextInput {
    let mut line = TextInput::new(text);
    edits.iter().for_each(|edit| line.stroke(*edit));
    line
}

#[test]
fn the_cursor_goes_from_word_to_word() {
    use TextEdit::{DeleteWordAfter, Move};
    use TextMotion::{Start, WordLeft, WordRight};
    let text = r#"{"name": "a fine name"}"#;
    let before = |edits: &[TextEdit]| edited(text, edits).parts().0.to_string();
    assert_eq!(before(&[Move(WordLeft)]), r#"{"name": "a fine "#);
    assert_eq!(before(&[Move(WordLeft), Move(WordLeft)]), r#"{"name": "a "#);
    assert_eq!(before(&[Move(Start), Move(WordRight)]), r#"{"name"#);
    assert_eq!(
        before(&[Move(Start), Move(WordRight), Move(WordRight)]),
        r#"{"name": "a"#
    );
    assert_eq!(before(&[Move(Start), Move(WordLeft)]), "");
    let line = edited(text, &[Move(Start), Move(WordRight), DeleteWordAfter]);
    assert_eq!(line.text(), r#"{"name fine name"}"#);
}

#[test]
fn what_is_selected_is_replaced_deleted_or_left() {
    use TextEdit::{Backspace, Delete, DeleteToStart, Move, Select, SelectAll};
    use TextMotion::{Down, Home, Left, Right, Start, Up, WordLeft};
    let line = edited("one two", &[Select(WordLeft)]);
    assert_eq!((line.selected_text(), line.is_selected()), (Some("two"), false));
    for delete in [Backspace, Delete, DeleteToStart] {
        assert_eq!(edited("one two", &[Select(WordLeft), delete]).text(), "one ");
    }
    let mut line = edited("one two", &[Select(WordLeft)]);
    line.insert("2");
    assert_eq!((line.text(), line.selection()), ("one 2", None));
    assert_eq!(
        edited("one two", &[Select(WordLeft), Move(Left)]).parts().0,
        "one "
    );
    assert_eq!(
        edited("one two", &[Select(WordLeft), Move(Right)]).parts().0,
        "one two"
    );
    assert_eq!(
        edited("one two", &[Select(WordLeft), Move(Home)]).selection(),
        None
    );
    assert!(edited("one\ntwo", &[SelectAll]).is_selected());
    // Each line has its part of the selection.
    let line = edited("one\ntwo\nsix", &[Move(Left), Select(Up), Select(Up)]);
    assert_eq!(line.selected_text(), Some("e\ntwo\nsi"));
    let parts = [0, 1, 2].map(|row| line.line(row).selected_text().map(str::to_string));
    assert_eq!(parts.map(Option::unwrap), ["e", "two", "si"]);
    let line = edited("one\ntwo", &[Move(Start), Select(Down)]);
    assert_eq!(
        (line.line(0).selected_text(), line.line(1).selected_text()),
        (Some("one"), None)
    );
}

#[test]
fn edits_are_undone_and_redone() {
    use TextEdit::{Backspace, DeleteToStart, Move, Redo, SelectAll, Undo};
    let mut line = TextInput::default();
    for c in ["a", "b", "c", " ", "d"] {
        line.insert(c);
    }
    line.stroke(DeleteToStart);
    line.insert("pasted text");
    let mut texts = Vec::new();
    for _ in 0..6 {
        line.stroke(Undo);
        texts.push(line.text().to_string());
    }
    assert_eq!(texts, ["", "abc d", "abc ", "abc", "", ""]);
    for _ in 0..5 {
        line.stroke(Redo);
    }
    assert_eq!(line.text(), "pasted text");
    // An edit after an undo starts anew.
    line.stroke(Undo);
    line.insert("x");
    line.stroke(Redo);
    assert_eq!(line.text(), "x");
    // Characters that are deleted one by one come back together, until the cursor is moved.
    let mut line = edited("abcd", &[Backspace, Backspace, Move(TextMotion::Left), Backspace]);
    assert_eq!(line.text(), "b");
    line.stroke(Undo);
    assert_eq!(line.text(), "ab");
    line.stroke(Undo);
    assert_eq!((line.text(), line.parts().0), ("abcd", "abcd"));
    line.stroke(SelectAll);
    line.insert("y");
    line.stroke(Undo);
    assert_eq!(line.text(), "abcd");
}

/// Whatever is done, undoing everything leads back to the start and redoing everything to the end.
#[test]
fn every_edit_is_undone() {
    use TextEdit::{
        Backspace, Delete, DeleteToEnd, DeleteWord, DeleteWordAfter, Move, Redo, Select, SelectAll, Undo,
    };
    use TextMotion::{Down, End, Finish, Home, Left, Right, Start, Up, WordLeft, WordRight};
    let strokes = [
        Move(Left),
        Select(WordLeft),
        Backspace,
        Move(Up),
        Select(Down),
        Delete,
        Move(WordRight),
        SelectAll,
        DeleteWord,
        Move(Start),
        Select(Right),
        DeleteWordAfter,
        Move(Finish),
        Select(Home),
        DeleteToEnd,
        Select(End),
        Select(Left),
        Move(Home),
    ];
    for seed in 0..50_usize {
        let mut line = TextInput::new("one \u{1f469}\u{200d}\u{1f467} two\n\u{e9}e\u{301}");
        let start = line.text().to_string();
        for round in 0..60_usize {
            let at = (seed * 31 + round * round * 7 + round * 13) % (strokes.len() * 2);
            match strokes.get(at) {
                Some(stroke) => line.stroke(*stroke),
                None => line.insert(["a", " ", "\n", "\u{301}", "word by word"][at % 5]),
            }
            assert!(line.text.is_char_boundary(line.at));
            assert_eq!(line.boundary_from(line.at), line.at, "{line:?}");
            assert!(
                line.selection()
                    .is_none_or(|selected| line.text.get(selected).is_some())
            );
        }
        let end = line.text().to_string();
        (0..100).for_each(|_| line.stroke(Undo));
        assert_eq!(line.text(), start);
        (0..100).for_each(|_| line.stroke(Redo));
        assert_eq!(line.text(), end);
    }
}
