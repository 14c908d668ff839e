//! Snapshots of every pane and every overlay at three sizes, as text, with notes of the styles that distinguish states.

use super::*;
use crate::inspector::widgets::theme::Role;

const SIZES: [(u16, u16); 3] = [(200, 50), (80, 24), (30, 8)];

fn shots(name: &str, keys: &str) {
    for (width, height) in SIZES {
        let mut screen = Screen::demo(width, height);
        screen.press("s s s").press("g").press(keys);
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), shot(&screen));
    }
}

macro_rules! shots {
    ($( $name:ident: $keys:literal; )*) => { $(
        #[test]
        fn $name() {
            shots(stringify!($name), $keys);
        }
    )* };
}

shots! {
    start: "";
    threads_as_a_tree: "t j";
    threads_filtered: "& 'fix'";
    threads_marked: "Space Space";
    history_in_lines: "2 j j";
    history_in_summaries: "2 v j j";
    history_whole: "2 v v j j";
    history_searched: "2 / 'retry' Enter";
    item_as_a_tree: "2 J Enter";
    item_as_text: "2 J m";
    kinds: "2 f";
    sizes: ": 'sizes' Enter";
    found: "f 'retry' Enter";
    found_nothing: "f 'nowhere' Enter";
    sizes_of_a_kind: ": 'sizes' Enter j j j Enter";
    sizes_by_month: ": 'sizes' Enter Tab Tab";
    metadata: "3 j j";
    metadata_below: "3 G";
    patch: "4";
    patch_composed: "4 e 'A fine name' Enter j j j j j j j j j j c j j j j";
    patch_written: "4 e 'A fine na";
    patch_refused: "4 j c";
    patch_applied: "4 e 'A fine name' Enter Ctrl+S";
    patch_effect_of_all: "4 e Ctrl+U Enter j c j v";
    patch_effect_off: "4 e 'A fine name' Enter v v";
    patch_as_text: "4 e 'A fine name' Enter m";
    patch_text_refused: "4 e 'A fine name' Enter m Up End ','";
    patch_values: "4 j j j j j j j j j e";
    patch_parts: "4 j j j j j j j j j e 'spawn' Enter Tab Ctrl+U 'deep' Enter";
    patch_tokens: "4 j j j j j j j j j j j j j j j j j j e Tab Ctrl+U '12'";
    patch_hidden_and_clock: "4 j j j e 'x' Enter v 1 j j j j j j j j j 4 t e Enter j j j j e 'now' Enter";
    past: "[ [ [";
    past_zoomed: "[ [ [ z Esc z 3";
    journal: "6 k k k";
    journal_now: "6 G";
    journal_zoomed: "6 k k k z";
    journal_of_a_method: "6 k k k m";
    journal_of_errors_with_words: "6 f & 'creat' Enter";
    journal_of_nothing: "6 & 'nothing is like this' Enter";
    journal_explains: "6 g w";
    before_the_first_step: "6 {";
    calls_behind_a_counter: "5 j o k";
    past_asks: "[ 4 e 'A fine name' Enter Ctrl+S";
    calls: "5 j";
    help: "?";
    help_searched: "? 'item'";
    palette: ": 'read'";
    form: ": 'read_thread' Enter";
    form_refused: ": 'read_thread' Enter Ctrl+U 'abc' Enter";
    answer: ": 'read_thread' Enter Enter";
    error: ": 'read_thread_by_rollout_path' Enter Ctrl+U '/nowhere' Enter";
    question: "4 c q";
    messages: "4 c Ctrl+S d !";
    copies: "2 Y";
}

#[test]
fn an_empty_store() {
    for (width, height) in SIZES {
        let screen = Screen::empty(width, height);
        insta::assert_snapshot!(format!("empty_{width}x{height}"), shot(&screen));
    }
}

#[test]
fn a_thread_that_was_never_created() {
    for (width, height) in SIZES {
        let mut screen = Screen::demo(width, height);
        screen.press("G 3");
        insta::assert_snapshot!(format!("ghost_{width}x{height}"), shot(&screen));
    }
}

#[test]
fn an_import_under_way() {
    use crate::inspector::state::import::{ImportMsg, ImportProgress};
    for (width, height) in SIZES {
        let mut screen = Screen::demo(width, height);
        screen.holds = |call| matches!(call, Call::Import { .. });
        screen.press(": 'import /data/sessions' Enter");
        let progress = ImportProgress {
            files: 12,
            of_files: 400,
            bytes: 5_812_345,
            items: 4_321,
            damaged: 2,
            threads: 11,
            ..ImportProgress::default()
        };
        screen.tell(Msg::Import(ImportMsg::Progress(progress)));
        insta::assert_snapshot!(format!("import_{width}x{height}"), screen.said());
    }
}

/// The columns of the selected row, in the focused pane and in the others.
#[test]
fn the_selected_row_is_told_apart_in_focus_and_out_of_it() {
    let mut screen = Screen::demo(200, 50);
    screen.press("s s s").press("g");
    let notes = |screen: &Screen| {
        let buffer = screen.frame();
        let mut notes = Vec::new();
        for role in [Role::Cursor, Role::TitleFocused] {
            let style = screen.model.theme.style(role);
            for y in 0..buffer.area.height {
                let columns: Vec<u16> = (0..buffer.area.width)
                    .filter(|x| {
                        let cell = buffer.cell((*x, y)).unwrap();
                        cell.modifier == style.add_modifier && cell.symbol() != " "
                    })
                    .collect();
                if let (Some(first), Some(last)) = (columns.first(), columns.last()) {
                    notes.push(format!("{role:?} row {y} columns {first} to {last}"));
                }
            }
        }
        notes.retain(|note| note.starts_with("Cursor"));
        notes.join("\n")
    };
    insta::assert_snapshot!("cursor_threads", notes(&screen));
    screen.press("Tab");
    insta::assert_snapshot!("cursor_history", notes(&screen));
    assert_eq!(
        screen.text().matches('\u{25b8}').count(),
        6,
        "each list shows its selected row"
    );
}

/// The demo with two marked threads that differ in fields and items.
fn two_marked(width: u16, height: u16) -> Screen {
    let mut screen = Screen::demo(width, height);
    screen.press("s s s g Space j Space d");
    screen
}

#[test]
fn two_threads_side_by_side() {
    for (width, height) in SIZES {
        insta::assert_snapshot!(
            format!("difference_{width}x{height}"),
            shot(&two_marked(width, height))
        );
    }
}

#[test]
fn one_thread_before_and_after_its_last_change() {
    let mut screen = Screen::demo(80, 24);
    screen.press("s s s g : 'diff' Enter");
    insta::assert_snapshot!("difference_of_the_last_change", shot(&screen));
    screen.press("Esc 4 e 'Another name' Enter Ctrl+S 1 d");
    insta::assert_snapshot!("difference_of_a_name", shot(&screen));
    screen.press("Esc : 'diff 0' Enter");
    insta::assert_snapshot!("difference_since_the_beginning", shot(&screen));
    screen.press("Esc : 'diff-store 54 56' Enter");
    insta::assert_snapshot!("difference_of_the_store", shot(&screen));
}

#[test]
fn the_steps_that_were_about_a_field() {
    for (width, height) in SIZES {
        let mut screen = Screen::demo(width, height);
        screen.press("s s s g 4 e 'Another name' Enter Ctrl+S c Ctrl+S 3 j j j j o");
        insta::assert_snapshot!(format!("steps_{width}x{height}"), shot(&screen));
        screen.press("Down Enter");
        insta::assert_snapshot!(format!("step_{width}x{height}"), shot(&screen));
    }
}

#[test]
fn the_laws_of_merging() {
    for (width, height) in SIZES {
        let mut screen = laws::at_hand(width, height);
        screen.press(": 'laws' Enter");
        laws::check_all(&mut screen, 3);
        insta::assert_snapshot!(format!("laws_{width}x{height}"), shot(&screen));
    }
}

#[test]
fn a_law_that_is_broken() {
    for (width, height) in SIZES {
        let mut screen = laws::wrong(width, height);
        screen.press(": 'laws' Enter G");
        insta::assert_snapshot!(format!("laws_broken_{width}x{height}"), shot(&screen));
        screen.press("Enter");
        insta::assert_snapshot!(format!("laws_case_{width}x{height}"), shot(&screen));
    }
}
