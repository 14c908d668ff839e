//! Tests of text processing: examples for each kind of character, and properties of arbitrary text.

use proptest::prelude::*;
use ratatui::layout::Rect;
use ratatui::style::Style;

use ratatui::buffer::Buffer;

use super::*;

/// Text with many problematic characters.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,6}",
        any::<char>().prop_map(String::from),
        prop::sample::select(
            &[
                "\u{1b}[31m",
                "\u{9b}2J",
                "\r\n",
                "\n",
                "\t",
                "\u{7f}",
                "\u{0}",
                "שלום",
                "مرحبا",
                "لا",
                "\u{202e}",
                "\u{2066}",
                "漢字",
                "👨\u{200d}👩\u{200d}👧",
                "👍\u{1f3fd}",
                "❤\u{fe0f}",
                "1\u{fe0f}\u{20e3}",
                "🇩🇪",
                "🇩",
                "e\u{301}",
                "\u{301}",
                "ｶﾞ",
                "क्षि",
                "ខ្មែរ",
                "각",
                "ᄀ",
                "\u{feff}",
                "\u{e0041}",
                "\u{fe0f}",
                "\u{2028}",
                "ﷺ",
                "\u{600}1",
                "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}",
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// The result of drawing a text into a screen buffer with one row: the symbols of all cells, concatenated.
fn drawn(text: &str, columns: u16) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, 1));
    buffer.set_string(0, 0, text, Style::new());
    let mut skip = 0;
    let mut row = String::new();
    for cell in &buffer.content {
        if skip == 0 {
            row.push_str(cell.symbol());
            skip = width(cell.symbol()).max(1);
        }
        skip -= 1;
    }
    row.trim_end().to_owned()
}

fn is_harmless(text: &str) -> bool {
    !text.chars().any(cluster::is_hidden)
}

#[test]
fn controls_become_pictures() {
    assert_eq!(visible("a\u{1b}[31mb\r\n\tc\u{0}\u{7f}"), "a␛[31mb␍␊␉c␀␡");
    assert_eq!(visible("\u{9b}31m\u{85}"), "‹9B›31m‹85›");
}

#[test]
fn characters_without_a_shape_become_names() {
    assert_eq!(
        visible("a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{2028}f"),
        "a‹RLO›b‹LRI›c‹ZWSP›d‹BOM›e‹LS›f"
    );
    assert_eq!(
        visible("\u{e0001}\u{e0041}\u{e0100}x\u{fe00}\u{fe0f}"),
        "‹E0001›‹tag A›‹VS17›x‹VS1›‹VS16›"
    );
    assert_eq!(visible("\u{301}x\u{ffff}"), "‹301›x‹FFFF›");
}

#[test]
fn plain_text_is_borrowed_and_ordinary_scripts_are_left_alone() {
    for text in [
        "plain",
        "grüße e\u{301}",
        "שלום",
        "مرحبا لا",
        "漢字かな",
        "🇩🇪 ✅ 🦀",
        "हिन्दी",
        "ไทย",
        "각",
    ] {
        assert!(
            matches!(visible(text), Cow::Borrowed(same) if same == text),
            "{text:?} became {:?}",
            visible(text)
        );
    }
}

#[test]
fn joined_and_toned_emoji_are_spelled_out_and_dress_is_dropped() {
    assert_eq!(visible("👨\u{200d}👩"), "👨‹ZWJ›👩");
    assert_eq!(visible("👍\u{1f3fd}"), "👍‹tone 3›");
    assert_eq!(visible("ខ្មែរ"), "ខ‹17D2›មែរ");
    assert_eq!(visible("ｶﾞ"), "ｶ゛");
    assert_eq!(visible("❤\u{fe0f}"), "❤");
    assert_eq!(visible("1\u{fe0f}\u{20e3}"), "1\u{20e3}");
    assert_eq!(
        (width("❤\u{fe0f}"), width("🦀"), width("漢字"), width("لا")),
        (1, 2, 4, 2)
    );
}

#[test]
fn a_tower_of_marks_is_cut_to_size() {
    let tower = format!("a{}", "\u{301}".repeat(8));
    assert_eq!(visible(&tower), format!("a{}‹301›‹301›", "\u{301}".repeat(6)));
}

#[test]
fn cuts_fall_between_clusters_and_show_an_ellipsis() {
    assert_eq!(fit("threads", 7), "threads");
    assert_eq!(fit("threads", 4), "thr…");
    assert_eq!(fit("漢字", 3), "漢…");
    assert_eq!(fit("漢字", 2), "…");
    assert_eq!(fit("a", 0), "");
    assert_eq!(pad("漢字", 3), "漢…");
    assert_eq!(pad("漢字", 2), "… ");
    assert_eq!(pad_left("42", 4), "  42");
    assert_eq!(fit_middle("/home/someone/rollout.jsonl", 13), "/home/….jsonl");
    assert_eq!(fit_middle("0123456789", 2), "0…");
}

#[test]
fn symbols_are_told_from_the_same_letters() {
    let runs = fit_runs("␛a\u{1b}\u{202e}b", 9);
    let runs: Vec<_> = runs
        .iter()
        .map(|(run, is_symbol)| (run.as_ref(), *is_symbol))
        .collect();
    assert_eq!(runs, [("␛a", false), ("␛‹RLO›", true), ("b", false)]);
}

#[test]
fn prose_is_broken_at_words_and_data_anywhere() {
    let rows = |text, columns, how| {
        wrap(text, columns, how)
            .map(|row| row.text.into_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(rows("one two  three", 7, Break::Word), ["one two", "three"]);
    assert_eq!(rows("one two", 5, Break::Word), ["one ", "two"]);
    assert_eq!(rows("abcdefgh", 3, Break::Word), ["abc", "def", "gh"]);
    assert_eq!(rows("one two", 5, Break::Cell), ["one t", "wo"]);
    assert_eq!(rows("a\r\n\nb\n", 5, Break::Word), ["a", "", "b"]);
    assert_eq!(rows("", 5, Break::Word), [""]);
    assert_eq!(rows("a\tb", 8, Break::Word), ["a   b"]);
    assert_eq!(rows("漢字", 1, Break::Cell), ["…", "…"]);
}

#[test]
fn a_frame_is_disarmed_cell_by_cell() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
    for (x, symbol) in ["\u{1b}", "\u{202e}x", "漢", " "].into_iter().enumerate() {
        buffer.content[x].set_symbol(symbol);
    }
    disarm(&mut buffer.content);
    let cells: Vec<_> = buffer.content.iter().map(|cell| cell.symbol()).collect();
    assert_eq!(cells, ["␛", "?", "漢", " "]);
}

proptest! {
    #[test]
    fn visible_text_is_harmless_and_stays_as_it_is(text in nasty()) {
        let shown = visible(&text);
        prop_assert!(is_harmless(&shown), "{shown:?}");
        prop_assert_eq!(visible(&shown), shown.clone());
        prop_assert_eq!(width(&shown), width(&text));
    }

    #[test]
    fn the_buffer_draws_what_was_counted(text in nasty()) {
        let shown = visible(&text);
        prop_assert_eq!(drawn(&shown, 1000), shown.trim_end());
        let terminal: usize = shown.chars().map(cluster::advance).sum();
        prop_assert_eq!(width(&text), terminal, "a terminal that counts characters ends at another column: {:?}", shown);
    }

    #[test]
    fn clusters_cover_the_text(text in nasty()) {
        let mut end = 0;
        for cluster in clusters(&text) {
            prop_assert_eq!(cluster.at, end);
            prop_assert!(cluster.width > 0 && cluster.end > cluster.at);
            end = cluster.end;
        }
        prop_assert_eq!(end, text.len());
    }

    #[test]
    fn fitted_text_is_never_wider_and_whole_when_it_fits(text in nasty(), columns in 0_usize..40) {
        for cut in [fit(&text, columns), fit_middle(&text, columns)] {
            prop_assert!(width(&cut) <= columns && is_harmless(&cut), "{cut:?}");
            prop_assert_eq!(cut == visible(&text), width(&text) <= columns || cut == visible(&text));
            let runs: String = fit_runs(&text, columns).into_iter().map(|(run, _)| run).collect();
            prop_assert_eq!(runs, fit(&text, columns));
            if width(&text) > columns && columns > 0 {
                prop_assert!(cut.contains(ELLIPSIS));
            }
        }
        prop_assert_eq!(width(&pad(&text, columns)), columns);
        prop_assert_eq!(width(&pad_left(&text, columns)), columns);
    }

    #[test]
    fn wrapped_rows_are_never_wider_and_cover_the_text(text in nasty(), columns in 1_usize..40, prose: bool) {
        let how = if prose { Break::Word } else { Break::Cell };
        let mut end = 0;
        for row in wrap(&text, columns, how) {
            prop_assert!(width(&row.text) == row.width && row.width <= columns && is_harmless(&row.text), "{row:?}");
            let between = &text[end..row.range.start];
            prop_assert!(matches!(between, "" | "\n" | "\r\n"), "{:?} between rows", between);
            prop_assert_eq!(wrap(&text, columns, how).starting_at(row.range.start).next(), Some(row.clone()));
            end = row.range.end;
        }
        prop_assert!(matches!(&text[end..], "" | "\n" | "\r\n"), "{:?} left over", &text[end..]);
    }

    #[test]
    fn rows_of_narrow_text_are_lossless(text in nasty(), columns in 10_usize..40) {
        let rows: String = wrap(&text, columns, Break::Cell).map(|row| row.text).collect();
        let whole: String = text.replace("\r\n", "\n").split('\n').map(|line| visible(line).into_owned()).collect();
        prop_assert_eq!(rows.replace(' ', ""), whole.replace([' ', '␉'], ""));
    }
}
