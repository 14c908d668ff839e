//! Tests of the tree: examples, depth and size, and a simple model of folding as the oracle.

use proptest::prelude::*;

use super::*;

const ITEM: &str = r#"{"type":"message","content":[{"text":"a\nb","n":1},{}],"odd key":null}"#;

fn tree(text: &str) -> JsonTree {
    JsonTree::parse(text).unwrap()
}

/// Returns the visible rows as lines: indent, mark, label, count.
fn seen(tree: &JsonTree) -> Vec<String> {
    tree.rows(0..tree.visible_len())
        .map(|row| {
            let mark = match row.fold {
                FoldState::Leaf => "",
                FoldState::Open => "-",
                FoldState::Folded => "+",
            };
            let label = match row.label {
                Label::Root => "root".into(),
                Label::Key(key) => key.into_owned(),
                Label::Index(index) => format!("[{index}]"),
            };
            format!("{}{mark}{label}", " ".repeat(row.depth))
        })
        .collect()
}

#[test]
fn rows_follow_the_text() {
    let tree = tree(ITEM);
    assert_eq!(
        seen(&tree),
        [
            "-root",
            " type",
            " -content",
            "  -[0]",
            "   text",
            "   n",
            "  [1]",
            " odd key"
        ]
    );
    let row = tree.row(4).unwrap();
    assert_eq!(
        (row.value, row.kind, row.depth),
        (r#""a\nb""#, JsonKind::String, 3)
    );
    assert_eq!(tree.json(4).unwrap().as_str().unwrap(), "a\nb");
    assert_eq!(tree.row(2).unwrap().value, r#"[{"text":"a\nb","n":1},{}]"#);
    assert_eq!(tree.row(2).unwrap().count, 2);
}

#[test]
fn paths_are_those_of_jq() {
    let tree = tree(ITEM);
    let paths: Vec<_> = (0..tree.len()).map(|row| tree.path(row)).collect();
    assert_eq!(paths[..3], [".", ".type", ".content"]);
    assert_eq!(paths[3..6], [".content[0]", ".content[0].text", ".content[0].n"]);
    assert_eq!(paths[7], r#".["odd key"]"#);
    assert_eq!(tests::tree("[[7]]").path(2), ".[0][0]");
}

#[test]
fn motions_stay_in_the_tree() {
    let mut tree = tree(ITEM);
    assert_eq!((tree.parent(3), tree.parent(0)), (Some(2), None));
    assert_eq!((tree.first_child(2), tree.first_child(6)), (Some(3), None));
    assert_eq!(
        (tree.next_sibling(3), tree.next_sibling(6), tree.next_sibling(2)),
        (Some(6), None, Some(7))
    );
    assert_eq!(
        (tree.prev_sibling(6), tree.prev_sibling(3), tree.prev_sibling(7)),
        (Some(3), None, Some(2))
    );
    tree.fold(2);
    assert_eq!((tree.next_visible(2), tree.prev_visible(7)), (Some(7), Some(2)));
    assert_eq!((tree.next_visible(7), tree.prev_visible(0)), (None, None));
    assert_eq!(tree.nearest_visible(5), 2);
}

#[test]
fn folding_remembers_what_was_folded_inside() {
    let mut tree = tree(ITEM);
    tree.fold(3);
    tree.fold(2);
    assert_eq!(seen(&tree), ["-root", " type", " +content", " odd key"]);
    tree.unfold(2);
    assert_eq!(
        seen(&tree),
        ["-root", " type", " -content", "  +[0]", "  [1]", " odd key"]
    );
    tree.reveal(5);
    assert_eq!(tree.visible_len(), tree.len());
    tree.fold_to_level(2);
    assert_eq!(
        seen(&tree),
        ["-root", " type", " -content", "  +[0]", "  [1]", " odd key"]
    );
    tree.fold_all(0);
    tree.unfold(0);
    assert_eq!(seen(&tree), ["-root", " type", " +content", " odd key"]);
    tree.unfold_all(0);
    assert_eq!(tree.visible_len(), tree.len());
    tree.toggle(1);
    assert_eq!(tree.visible_len(), tree.len(), "a leaf cannot be folded");
}

#[test]
fn what_is_no_json_is_a_fault() {
    assert!(JsonTree::parse("{").is_err());
    assert!(JsonTree::parse("1 2").is_err());
}

#[test]
fn depth_has_no_limit() {
    let depth = 200_000;
    let mut tree = tree(&("[".repeat(depth) + &"]".repeat(depth)));
    assert_eq!(tree.len(), depth);
    assert_eq!(tree.row(depth - 1).unwrap().depth, depth - 1);
    assert_eq!(tree.path(depth - 1).len(), 1 + 3 * (depth - 1));
    tree.fold_to_level(1);
    assert_eq!(tree.visible_len(), 2);
    tree.reveal(depth - 1);
    assert_eq!(tree.place_of(depth - 1), depth - 1);
}

#[test]
fn a_million_rows_fold_and_are_found() {
    let count = 1_000_000;
    let mut tree = tree(&format!("[[{}],2]", vec!["1"; count].join(",")));
    assert_eq!(tree.len(), count + 3);
    assert_eq!(tree.row_at(count + 2), Some(count + 2));
    tree.fold(1);
    assert_eq!((tree.visible_len(), tree.row_at(2)), (3, Some(count + 2)));
    tree.unfold(1);
    assert_eq!(
        tree.rows(500_000..500_003).map(|row| row.row).collect::<Vec<_>>(),
        [500_000, 500_001, 500_002]
    );
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(&["1", "true", r#""x""#, "null", "{}", "[]"][..]).prop_map(str::to_owned);
    leaf.prop_recursive(6, 200, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(|all| format!("[{}]", all.join(","))),
            prop::collection::vec(inner, 0..8).prop_map(|all| {
                let members: Vec<_> = all
                    .iter()
                    .enumerate()
                    .map(|(i, value)| format!("\"k{}\": {value}", i % 3))
                    .collect();
                format!("{{{}}}", members.join(" , "))
            }),
        ]
    })
}

/// Returns the visible rows, found by walking up from each row.
fn walked(tree: &JsonTree) -> Vec<usize> {
    let hidden = |row: usize| {
        std::iter::successors(tree.parent(row), |up| tree.parent(*up)).any(|up| tree.folded.get(up))
    };
    (0..tree.len()).filter(|row| !hidden(*row)).collect()
}

proptest! {
    #[test]
    fn what_is_seen_is_what_no_fold_hides(text in json(), acts in prop::collection::vec((0..7, any::<prop::sample::Index>()), 0..12)) {
        let mut tree = tree(&text);
        for (act, row) in acts {
            let row = row.index(tree.len());
            match act {
                0 => tree.fold(row),
                1 => tree.unfold(row),
                2 => tree.toggle(row),
                3 => tree.fold_all(row),
                4 => tree.unfold_all(row),
                5 => tree.fold_to_level(row % 4),
                _ => { tree.reveal(row); prop_assert!(tree.is_visible(row)); }
            }
            let seen = walked(&tree);
            prop_assert_eq!(tree.visible_len(), seen.len());
            for (place, row) in seen.iter().enumerate() {
                prop_assert_eq!(tree.row_at(place), Some(*row));
                prop_assert_eq!(tree.place_of(*row), place);
                prop_assert_eq!(tree.next_visible(*row), seen.get(place + 1).copied());
                prop_assert_eq!(tree.prev_visible(*row), place.checked_sub(1).map(|before| seen[before]));
            }
        }
    }

    #[test]
    fn siblings_are_each_others_neighbours(text in json()) {
        let tree = tree(&text);
        for row in 0..tree.len() {
            if let Some(next) = tree.next_sibling(row) {
                prop_assert_eq!(tree.prev_sibling(next), Some(row));
                prop_assert_eq!(tree.parent(next), tree.parent(row));
            }
            if let Some(child) = tree.first_child(row) {
                prop_assert_eq!(tree.parent(child), Some(row));
            }
        }
    }
}
