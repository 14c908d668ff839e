//! Tests of the themes and of the signs in ASCII: what differs between them, and what does not.

use ratatui::style::Modifier;

use super::sizes::STATES;
use super::*;
use crate::inspector::widgets::theme::{Background, ThemeName};
use crate::workbench::scenario::{Scenario, ScenarioSession};

fn theme(name: &str) -> Theme {
    Theme::new(ColorLevel::True).named(name.parse().unwrap())
}

/// The styles on a screen, each with the first text that is drawn in it.
fn styles(screen: &Screen) -> String {
    let frame = screen.frame();
    let mut styles: Vec<(String, String)> = Vec::new();
    for row in frame.content.chunks(usize::from(frame.area.width)) {
        let mut cells = row.iter().peekable();
        while let Some(cell) = cells.next() {
            let style = |cell: &ratatui::buffer::Cell| (cell.fg, cell.modifier);
            let mut text = cell.symbol().to_string();
            while let Some(next) = cells.next_if(|next| style(next) == style(cell)) {
                text.push_str(next.symbol());
            }
            let weight = match cell.modifier == Modifier::empty() {
                true => String::new(),
                false => format!(" {:?}", cell.modifier),
            };
            let name = format!("{}{weight}", cell.fg);
            let text: String = text.trim().chars().take(24).collect();
            if !text.is_empty() && styles.iter().all(|(known, _)| *known != name) {
                styles.push((name, text));
            }
        }
    }
    let lines: Vec<String> = styles
        .iter()
        .map(|(style, text)| format!("{style}: {text}"))
        .collect();
    lines.join("\n")
}

#[test]
fn each_theme_has_its_styles() {
    let mut screen = Screen::demo(120, 36);
    screen.press("8 s s s g 4 e 'A fine name' Enter j j c");
    for name in ThemeName::all() {
        for (ending, background) in [
            ("", None),
            ("_on_dark", Some(Background::Dark)),
            ("_on_light", Some(Background::Light)),
        ] {
            let theme = theme(name);
            if background.is_some() != theme.follows_background() && name != "auto" {
                continue;
            }
            screen.model.theme = background.map_or(theme, |background| theme.on(background));
            insta::assert_snapshot!(format!("{name}{ending}"), styles(&screen));
        }
    }
}

#[test]
fn a_theme_changes_no_character_and_only_colors_depend_on_it() {
    for state in ["9 s s s g", "8 4 e 'A fine name' Enter", "2 Enter", "?"] {
        let mut screen = Screen::demo(120, 36);
        screen.press(state);
        let before = screen.text();
        for name in ThemeName::all() {
            screen.model.theme = theme(name);
            assert_eq!(screen.text(), before, "{name}");
        }
    }
}

#[test]
fn the_background_changes_the_hues_when_it_is_told() {
    let mut screen = Screen::demo(80, 24);
    screen.model.theme = theme("auto");
    let unknown = styles(&screen);
    screen.tell(Msg::Background(Background::Light));
    let light = styles(&screen);
    assert_ne!(light, unknown);
    screen.press(": 'theme light' Enter");
    screen.model.log.seen();
    assert_eq!(styles(&screen), light);
    screen.press(": 'theme dark' Enter");
    screen.model.log.seen();
    assert_ne!(
        styles(&screen),
        light,
        "a theme that was chosen does not follow the background"
    );
}

#[test]
fn the_command_theme_takes_a_name_or_goes_to_the_next_theme() {
    let mut screen = Screen::demo(80, 24);
    let mut seen = Vec::new();
    for _ in ThemeName::all() {
        screen.press(": 'theme' Enter");
        seen.push(screen.model.theme.name().text());
        assert!(
            screen
                .said()
                .contains(&format!("The theme is {}.", seen.last().unwrap())),
            "{}",
            screen.said()
        );
    }
    assert_eq!(
        seen,
        [
            "dark",
            "light",
            "high-contrast",
            "color-blind",
            "16",
            "none",
            "auto"
        ]
    );
    screen.press(": 'theme blue' Enter");
    assert!(
        screen.text().contains("there is no theme \"blue\""),
        "{}",
        screen.text()
    );
    assert_eq!(screen.model.theme.name(), ThemeName::default());
}

/// The scenario of the demo with each character that is not ASCII replaced, also where it is escaped.
fn ascii_demo() -> String {
    let mut text = String::new();
    let mut chars = demo::SCENARIO.chars();
    while let Some(c) = chars.next() {
        let rest = chars.as_str();
        let code = rest.strip_prefix('u').and_then(|rest| rest.get(..4));
        let code = code.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match (c, code) {
            ('\\', Some(0x80..)) => {
                text.push('x');
                chars.nth(4);
            }
            ('\\', _) => {
                text.push('\\');
                text.extend(chars.next());
            }
            (c, _) if c.is_ascii() => text.push(c),
            _ => text.push('x'),
        }
    }
    text
}

#[test]
fn in_ascii_no_other_character_is_drawn_for_data_in_ascii() {
    let text = ascii_demo();
    let mut foreign = std::collections::BTreeSet::new();
    let states = STATES
        .iter()
        .chain(&["[ [ [", "6 k k k", "9 z", "t", "2 T", "7 2", "7 2 v"]);
    for state in states {
        let mut screen = Screen::empty(200, 50);
        let bench = screen.bench();
        screen.runtime.block_on(async {
            let mut scenario = Scenario::open(text.as_bytes()).unwrap();
            let mut session = ScenarioSession::new(bench.opening());
            while session.play_next(&mut scenario).await.unwrap().is_some() {}
        });
        screen.look();
        screen.press("s s s g").press(state);
        let theme = screen.model.theme;
        for (width, height) in [(200, 50), (120, 36), (80, 24), (40, 12), (15, 3)] {
            screen.tell(Msg::Resize(width, height));
            screen.model.theme = theme;
            let before = screen.text();
            screen.model.theme = theme.in_ascii(true);
            for (y, row) in rows(&screen.frame()).iter().enumerate() {
                let odd = row.chars().filter(|c| !c.is_ascii());
                foreign.extend(odd.map(|c| {
                    let row = row.trim();
                    format!("{c} with {state:?} at {width}x{height}, row {y}: {row}")
                }));
            }
            let after = screen.text();
            assert_eq!(before.lines().count(), after.lines().count());
            for (before, after) in before.lines().zip(after.lines()) {
                assert_eq!(before.chars().count(), after.chars().count(), "{before}\n{after}");
            }
        }
    }
    assert!(foreign.is_empty(), "{foreign:#?}");
}

#[test]
fn in_ascii_the_focused_pane_the_cursor_and_outcomes_have_signs_of_their_own() {
    let mut screen = Screen::demo(120, 36);
    screen.model.theme = screen.model.theme.in_ascii(true);
    screen.press("9 s s s g 4 e 'A fine name' Enter");
    insta::assert_snapshot!("ascii_120x36", shot(&screen));
}

#[test]
fn texts_of_files_keep_their_characters_in_ascii() {
    let mut screen = Screen::empty(120, 36);
    let line = r#"{"timestamp":"2026-05-13T09:00:00.000Z","type":"event_msg","payload":{"type":"user_message","message":"a → b … ✓ “c” ─"}}"#;
    screen.append(7, line);
    screen.model.theme = screen.model.theme.in_ascii(true);
    let text = "a → b … ✓ “c” ─";
    for keys in ["9 2", "2 Enter", "2 m", "7 2", "9 2 v v"] {
        screen.press(keys);
        assert!(screen.text().contains(text), "{keys}\n{}", screen.text());
        screen.press("Esc Esc");
    }
    screen.press("/ 'a → b' ");
    assert!(screen.text().contains("a → b"), "{}", screen.text());
}
