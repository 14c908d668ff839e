//! Tests of the mouse: each row that is drawn can be clicked, and what clicks, drags and the wheel do.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::*;
use crate::inspector::layout::draw::pane_tabs;
use crate::inspector::layout::parts::parts;
use crate::inspector::layout::presets::Preset;
use crate::inspector::panes::Pane;
use crate::inspector::state::context::Context;
use crate::inspector::state::overlay;

const LEFT: MouseEventKind = MouseEventKind::Down(MouseButton::Left);

impl Screen {
    fn point(&mut self, kind: MouseEventKind, (column, row): (u16, u16)) {
        self.tell(Msg::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        }));
    }

    fn click(&mut self, at: (u16, u16)) {
        self.point(LEFT, at);
        self.point(MouseEventKind::Up(MouseButton::Left), at);
    }

    /// The position of a text on the screen.
    fn place_of(&self, text: &str) -> (u16, u16) {
        let found = rows(&self.frame()).iter().enumerate().find_map(|(y, row)| {
            let x = row[..row.find(text)?].chars().count();
            Some((u16::try_from(x).unwrap(), u16::try_from(y).unwrap()))
        });
        found.unwrap_or_else(|| panic!("{text:?} is not in\n{}", self.text()))
    }
}

/// Whether the row of a list has the sign of the cursor.
fn has_cursor(screen: &Screen, x: u16, y: u16) -> bool {
    screen.frame()[(x, y)].symbol() == "\u{25b8}"
}

/// Whether something is drawn in a row of a list.
fn is_drawn(screen: &Screen, list: Rect, y: u16) -> bool {
    let frame = screen.frame();
    (list.left()..list.right()).any(|x| frame[(x, y)].symbol() != " ")
}

#[test]
fn a_click_on_each_row_of_each_pane_selects_it() {
    for keys in [
        "7 T",
        "7 G k",
        "8 s s s g",
        "9 s s s g",
        "9 s s s g 2 v G k",
        "9 [ [ [ 6 g",
    ] {
        for (width, height) in [(200, 50), (120, 36), (120, 24), (80, 24), (40, 12)] {
            let mut screen = Screen::demo(width, height);
            screen.press(keys);
            for (pane, area) in screen.model.arrangement().places {
                let list = parts(pane, area).list;
                for y in list.top()..list.bottom() {
                    // A click on the selected row would open it.
                    screen
                        .press("1")
                        .press(if pane == Pane::Threads { "2" } else { "" });
                    let Some(list) = screen
                        .model
                        .arrangement()
                        .place(pane)
                        .map(|area| parts(pane, area).list)
                    else {
                        continue;
                    };
                    // A pane without rows has a sentence.
                    if !is_drawn(&screen, list, y) || screen.model.list_mut(pane).1 == 0 {
                        continue;
                    }
                    screen.click((list.x + 1, y));
                    assert_eq!(screen.model.layout.focus, pane, "{keys} {width}x{height} {y}");
                    let is_high = pane == Pane::History && keys.contains('v');
                    let is_selected = match is_high {
                        // The first line of an item has the sign; an item that is cut off is scrolled into sight.
                        true => (list.top()..=y).any(|y| has_cursor(&screen, list.x, y)),
                        false => has_cursor(&screen, list.x, y),
                    };
                    assert!(
                        is_selected,
                        "{keys} {width}x{height} {pane:?} {y}\n{}",
                        screen.text()
                    );
                    assert!(screen.model.overlays.is_empty(), "{pane:?} {}", screen.text());
                }
            }
        }
    }
}

#[test]
fn a_click_on_each_line_of_a_transcript_selects_its_entry() {
    let mut screen = Screen::demo(120, 36);
    screen.press("7 2 g");
    assert!(screen.model.session.history.conversation.is_shown);
    let list = parts(
        Pane::History,
        screen.model.arrangement().place(Pane::History).unwrap(),
    )
    .list;
    for y in list.top()..list.bottom() {
        screen.press("1 2 g");
        let before = rows(&screen.frame());
        screen.press("1");
        screen.click((list.x + 1, y));
        if !screen.model.overlays.is_empty() {
            panic!("{}", screen.text());
        }
        let frame = screen.frame();
        let after = rows(&frame);
        let line = |rows: &[String], y: u16| {
            let row = rows[usize::from(y)].chars();
            row.skip(usize::from(list.x) + 1)
                .take(usize::from(list.width) - 1)
                .collect::<String>()
        };
        let wanted = line(&before, y);
        if wanted.trim().is_empty() || wanted.contains("\u{2500}\u{2500}") {
            continue;
        }
        let lit = (list.top()..list.bottom()).filter(|y| frame[(list.x, *y)].symbol() != " ");
        let lit: Vec<String> = lit.map(|y| line(&after, y)).collect();
        assert!(lit.contains(&wanted), "{y}: {wanted:?} in {lit:#?}");
    }
}

#[test]
fn a_click_on_each_method_selects_it_in_one_column_and_in_two() {
    for (width, height) in [(200, 50), (120, 24)] {
        let mut screen = Screen::demo(width, height);
        screen.press("9");
        let list = parts(
            Pane::Calls,
            screen.model.arrangement().place(Pane::Calls).unwrap(),
        )
        .list;
        let columns = crate::inspector::panes::calls::columns(list);
        let mut seen = std::collections::HashSet::new();
        for column in 0..columns as u16 {
            for y in list.top()..list.bottom() {
                let x = list.x + column * (list.width / columns as u16);
                if screen.frame()[(x + 1, y)].symbol() == " " {
                    continue;
                }
                screen.press("1");
                screen.click((x + 3, y));
                assert!(has_cursor(&screen, x, y), "{x} {y}\n{}", screen.text());
                seen.insert(screen.model.session.calls.cursor.at);
            }
        }
        assert!(seen.len() >= 14, "{seen:?}");
    }
}

/// Keys that open each overlay with a list.
const LISTS: &[&str] = &[
    "?",
    ": 're'",
    "2 Y",
    "C",
    "2 f",
    "f 'retry' Enter",
    ": 'sizes' Enter",
    "2 J Enter",
    ": 'create_thread' Enter",
    "4 e 'A fine name' Enter : 'laws' Enter",
    "g Space j Space d",
    "g Space j Space 4 e 'A fine name' Enter B",
];

#[test]
fn a_click_on_each_row_of_each_overlay_selects_it() {
    for keys in LISTS {
        for (width, height) in [(120, 36), (80, 24), (40, 12)] {
            let open = || {
                let mut screen = Screen::demo(width, height);
                screen.press("s s s g").press(keys);
                screen
            };
            let mut screen = open();
            let layout = screen.model.arrangement();
            let over = screen.model.overlays.last().expect("an overlay is open");
            let context = over.context();
            let list = over.parts(overlay::area(over, &layout)).list;
            let mut clicked = 0;
            for y in list.top()..list.bottom() {
                // The start of a row without the sign of the cursor, and whether the row has that sign.
                let row = |frame: &Buffer, y: u16| {
                    let cells = (list.left()..list.right()).map(|x| frame[(x, y)].symbol());
                    let text: String = cells.filter(|symbol| *symbol != " ").collect();
                    let start = text.replace('\u{25b8}', "").chars().take(6).collect::<String>();
                    (start, text.contains('\u{25b8}'))
                };
                // The list of help has fewer rows if the sentence about the selected one is long.
                let layout = screen.model.arrangement();
                let over = screen.model.overlays.last().expect("an overlay is open");
                let now = over.parts(overlay::area(over, &layout)).list;
                let is_row = (now.top()..now.bottom()).contains(&y) && is_drawn(&screen, list, y);
                if !is_row || has_cursor(&screen, list.x, y) {
                    continue;
                }
                let (wanted, _) = row(&screen.frame(), y);
                screen.click((list.x + 1, y));
                assert_eq!(screen.model.context(), context, "{keys} {y}\n{}", screen.text());
                let frame = screen.frame();
                let mut rows = (list.top()..list.bottom()).map(|y| row(&frame, y));
                assert!(
                    rows.any(|(start, is_selected)| is_selected && start == wanted),
                    "{keys} {width}x{height} {y} {wanted}\n{}",
                    screen.text()
                );
                clicked += 1;
            }
            assert!(clicked > 0, "{keys} {width}x{height}\n{}", screen.text());
        }
    }
}

#[test]
fn a_click_on_another_list_of_the_sizes_goes_to_it() {
    let mut screen = Screen::demo(120, 36);
    screen.press(": 'sizes' Enter");
    let (x, y) = screen.place_of("Threads 9");
    screen.click((x + 2, y + 2));
    let rows = rows(&screen.frame());
    let row: String = rows[usize::from(y)].chars().skip(usize::from(x) - 1).collect();
    assert!(row.starts_with("\u{25b8}Threads"), "{row}\n{}", screen.text());
}

#[test]
fn a_click_on_the_selected_row_does_what_enter_does() {
    let mut screen = Screen::demo(120, 36);
    screen.press("8");
    let list = parts(
        Pane::Threads,
        screen.model.arrangement().place(Pane::Threads).unwrap(),
    )
    .list;
    screen.click((list.x + 4, list.y + 2));
    assert_eq!(
        (screen.model.layout.focus, screen.model.session.threads.cursor.at),
        (Pane::Threads, 2)
    );
    screen.click((list.x + 4, list.y + 2));
    assert_eq!(screen.model.layout.focus, Pane::History, "{}", screen.text());
    // In a pane without focus, the first click only focuses it.
    screen.click((list.x + 4, list.y + 2));
    assert_eq!(screen.model.layout.focus, Pane::Threads);
    // In the palette, it runs the command.
    screen.press(": 'next-pane'");
    let over = screen.model.overlays.last().unwrap();
    let list = over.parts(overlay::area(over, &screen.model.arrangement())).list;
    screen.click((list.x + 2, list.y));
    assert!(screen.model.overlays.is_empty());
    assert_eq!(screen.model.layout.focus, Pane::History);
}

#[test]
fn beside_an_overlay_and_below_the_rows_a_click_does_nothing() {
    let mut screen = Screen::demo(120, 36);
    screen.press("9 2 Y");
    let before = screen.text();
    screen.click((3, 4));
    assert_eq!(screen.text(), before);
    screen.press("Esc 3");
    let list = parts(
        Pane::Threads,
        screen.model.arrangement().place(Pane::Threads).unwrap(),
    )
    .list;
    let at = screen.model.session.threads.cursor.at;
    for _ in 0..2 {
        screen.click((list.x + 2, list.bottom() - 1));
    }
    assert!(!is_drawn(&screen, list, list.bottom() - 1), "{}", screen.text());
    assert_eq!(screen.model.layout.focus, Pane::Threads);
    assert_eq!(screen.model.session.threads.cursor.at, at);
}

#[test]
fn each_tab_opens_its_pane() {
    for (keys, width, height) in [
        ("7", 200, 50),
        ("8", 120, 24),
        ("9", 80, 24),
        ("9", 40, 12),
        ("9 z", 120, 36),
    ] {
        let mut screen = Screen::demo(width, height);
        screen.press(keys);
        let tabs = pane_tabs(&screen.model, &screen.model.arrangement());
        assert!(tabs.len() > 1, "{keys} {width}x{height}");
        for index in 0..tabs.len() {
            // The tabs of the others move when another one has a title.
            let tab = &pane_tabs(&screen.model, &screen.model.arrangement())[index];
            let (pane, area) = (tab.pane, tab.area);
            let frame = screen.frame();
            assert_eq!(
                frame[(area.x + 1, area.y)].symbol(),
                (pane.index() + 1).to_string()
            );
            screen.click((area.right() - 1, area.y));
            assert_eq!(screen.model.layout.focus, pane, "{}", screen.text());
        }
    }
}

#[test]
fn each_entry_of_the_key_bar_runs_its_command() {
    let mut screen = Screen::demo(120, 36);
    screen.press("9");
    screen.click(screen.place_of("? help"));
    assert_eq!(screen.model.context(), Context::Finder, "its key counts");
    screen.press("Esc");
    let (x, y) = screen.place_of("? help");
    screen.click((x + 3, y));
    assert_eq!(screen.model.context(), Context::Finder, "and its word");
    screen.press("Esc");
    let (x, y) = screen.place_of("/ search");
    screen.click((x + 2, y));
    assert_eq!(screen.model.context(), Context::Writing);
    // A prompt in the bar has no entries.
    screen.click((x + 2, y));
    assert_eq!(screen.model.context(), Context::Writing);
}

#[test]
fn a_question_is_answered_with_a_click_on_its_key() {
    let mut screen = Screen::demo(120, 36);
    screen.press("4 c q");
    assert_eq!(screen.model.context(), Context::Question);
    screen.click((5, 5));
    assert_eq!(
        screen.model.context(),
        Context::Question,
        "a click elsewhere answers nothing"
    );
    screen.click(screen.place_of(" no "));
    assert!(screen.model.overlays.is_empty() && !screen.quit);
    screen.press("q");
    screen.click(screen.place_of(" yes "));
    assert!(screen.quit);
}

#[test]
fn a_click_on_a_message_only_removes_it() {
    let mut screen = Screen::demo(80, 24);
    screen.press("9 Z");
    let (x, y) = screen.place_of("is hidden");
    screen.click((x, y));
    assert!(!screen.text().contains("is hidden"), "{}", screen.text());
    assert!(screen.model.overlays.is_empty());
}

#[test]
fn work_in_progress_stops_with_a_click_on_its_line() {
    let mut screen = Screen::demo(80, 24);
    screen.holds = |call| matches!(call, Call::Import { .. } | Call::StopImport);
    screen.press(": 'import /data/sessions' Enter");
    screen.model.log.seen();
    assert!(screen.said().starts_with("Esc stops"), "{}", screen.said());
    screen.click((2, 23));
    assert!(screen.held.iter().any(|call| matches!(call, Call::StopImport)));
}

#[test]
fn the_wheel_scrolls_what_is_under_it_and_the_focus_stays() {
    let mut screen = Screen::demo(120, 36);
    screen.press("9 s s s g 1");
    let area = screen.model.arrangement().place(Pane::History).unwrap();
    let at = (area.x + 5, area.y + 3);
    let top = |screen: &Screen| screen.model.session.history.cursor.top;
    for _ in 0..3 {
        screen.point(MouseEventKind::ScrollDown, at);
    }
    assert_eq!((top(&screen), screen.model.layout.focus), (9, Pane::Threads));
    screen.point(MouseEventKind::ScrollUp, at);
    assert_eq!(top(&screen), 6);
    // The selection stays as long as it is visible.
    let mut screen = Screen::demo(120, 36);
    screen.press("9 s s s g 2 j j j j j j");
    screen.point(MouseEventKind::ScrollDown, at);
    assert_eq!((top(&screen), screen.model.session.history.cursor.at), (3, 6));
    // An overlay gets the wheel, not the pane below it.
    screen.press("?");
    let before = top(&screen);
    screen.point(MouseEventKind::ScrollDown, (60, 30));
    let finder = screen.model.overlays.top::<Finder>().unwrap();
    assert_eq!((finder.cursor.top, top(&screen)), (3, before));
    screen.point(MouseEventKind::ScrollDown, (60, 1));
    assert_eq!(top(&screen), before);
}

#[test]
fn the_wheel_scrolls_every_pane_and_overlay_without_losing_the_selection() {
    let states = LISTS
        .iter()
        .chain(&["", "2 v", "2 v v", "7 2", "2 Enter", "2 m", "4 m", "!", "/ 'x'"]);
    for keys in states {
        let mut screen = Screen::demo(120, 24);
        screen.press("s s s g").press(keys);
        for y in [3, 12, 20, 22] {
            for x in [5, 60, 110] {
                for kind in [
                    MouseEventKind::ScrollDown,
                    MouseEventKind::ScrollDown,
                    MouseEventKind::ScrollUp,
                ] {
                    let focus = screen.model.layout.focus;
                    screen.point(kind, (x, y));
                    assert_eq!(screen.model.layout.focus, focus, "{keys}");
                    screen.frame();
                }
            }
        }
    }
}

#[test]
fn a_divider_follows_the_mouse_until_the_button_is_released() {
    let mut screen = Screen::demo(200, 50);
    screen.press("9");
    let width = |screen: &Screen| screen.model.arrangement().place(Pane::Threads).unwrap().width;
    let before = width(&screen);
    let drag = MouseEventKind::Drag(MouseButton::Left);
    screen.point(LEFT, (before, 10));
    screen.point(drag, (before + 7, 12));
    assert_eq!(width(&screen), before + 7);
    screen.point(drag, (before - 9, 3));
    assert_eq!(width(&screen), before - 9);
    // It stops at the least width, and follows again from there.
    screen.point(drag, (2, 3));
    assert_eq!(width(&screen), 24);
    screen.point(drag, (before + 3, 3));
    assert_eq!(width(&screen), before + 3);
    screen.point(MouseEventKind::Up(MouseButton::Left), (before + 3, 3));
    screen.point(drag, (before + 20, 3));
    assert_eq!(width(&screen), before + 3);
    // The sizes are those of the preset, like those that keys set.
    assert_eq!(screen.model.layout.preset, Preset::Show);
    assert_ne!(screen.model.layout.shape().extra.left, 0);
    screen.press("=");
    assert_eq!(width(&screen), before);
}

#[test]
fn the_mouse_is_switched_off_and_on_and_the_screen_tells() {
    let mut screen = Screen::demo(120, 36);
    assert!(!screen.text().contains("mouse on"));
    screen.press("Alt+M");
    assert!(screen.model.mouse.is_on);
    assert!(
        screen.said().contains("Shift+drag selects text"),
        "{}",
        screen.said()
    );
    assert!(
        screen.text().lines().next().unwrap().contains("mouse on"),
        "{}",
        screen.text()
    );
    screen.press(": 'mouse' Enter");
    assert!(screen.said().contains("The mouse is off"), "{}", screen.said());
    assert!(!screen.model.mouse.is_on);
    assert_eq!(screen.mouse, [true, false]);
    // The key works while a text is typed, too.
    screen.press("/ 'a' Alt+M");
    assert_eq!(screen.mouse.len(), 3);
    assert_eq!(screen.model.context(), Context::Writing);
}
