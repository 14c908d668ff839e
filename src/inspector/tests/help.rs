//! Tests of help, the legend, the descriptions of panes, and the hint of the first run.

use super::*;
use crate::inspector::features::settings;
use crate::inspector::features::tutor::lessons::LESSONS;
use crate::inspector::layout::parts::inner;
use crate::inspector::legend;
use crate::inspector::panes::PANES;
use crate::inspector::state::overlay::{self, Overlay as _};
use crate::inspector::state::settings::HINT_KEYS;
use crate::inspector::widgets::theme::Role;

/// The letters of a text, so that a wrapped text is one text.
fn letters(text: &str) -> String {
    let is_letter = |c: &char| !c.is_whitespace() && !"\u{2503}\u{2502}\u{2588}".contains(*c);
    text.chars().filter(is_letter).collect()
}

fn finder(screen: &Screen) -> &Finder {
    screen.model.overlays.top::<Finder>().unwrap()
}

/// The names of the rows on the screen, from the first one.
fn listed(screen: &mut Screen, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..count {
        names.extend(finder(screen).selected().map(|entry| entry.name.clone()));
        screen.press("Down");
    }
    names
}

#[test]
fn help_begins_with_what_the_pane_is_for() {
    for (width, height) in [(200, 50), (120, 36), (80, 24)] {
        for pane in PANES {
            let mut screen = Screen::demo(width, height);
            screen.press(&(pane.pane.index() + 1).to_string()).press("?");
            let text = letters(&screen.text());
            for line in pane.card {
                let line = screen.model.commands.fill(line);
                assert!(text.contains(&letters(&line)), "{line}\n{}", screen.text());
            }
            // The description gives way to what is searched for.
            screen.press("'q'");
            let first = screen.model.commands.fill(pane.card[0]);
            assert!(!letters(&screen.text()).contains(&letters(&first)));
        }
    }
}

#[test]
fn keys_in_texts_are_keys_of_commands() {
    let cards = PANES.iter().flat_map(|pane| pane.card.iter().copied());
    let steps = LESSONS.iter().flat_map(|lesson| lesson.steps);
    let steps = steps.flat_map(|step| [step.text, step.then]);
    let commands = Commands(COMMANDS);
    for text in cards.chain(steps) {
        for part in text.split("{key:").skip(1) {
            let name = part.split('}').next().unwrap();
            assert!(commands.named(name).is_some(), "{name} in {text}");
        }
        assert!(!commands.fill(text).contains(['{', '\n']), "{text}");
    }
    assert_eq!(
        commands.fill("a {key:undo} b {key:save} {key:redo}"),
        "a u b :save Ctrl+R"
    );
}

#[test]
fn the_whole_sentence_about_each_command_can_be_read() {
    let mut screen = Screen::demo(80, 24);
    screen.press("?");
    for _ in 0..finder(&screen).entries.len() {
        let entry = finder(&screen).selected().unwrap();
        let text = screen.text();
        assert!(
            letters(&text).contains(&letters(&entry.about)),
            "{}\n{text}",
            entry.about
        );
        if let Some(reason) = &entry.impossible {
            assert!(
                letters(&text).contains(&letters(&format!("Not now: {reason}"))),
                "{text}"
            );
        }
        screen.press("Down");
    }
}

#[test]
fn what_is_impossible_now_is_last_and_says_why() {
    let mut screen = Screen::demo(120, 36);
    screen.press("?");
    let entries = &finder(&screen).entries;
    let impossible = entries.iter().filter(|entry| entry.impossible.is_some()).count();
    let possible = entries.len() - impossible;
    assert!(impossible > 10 && possible > 10);
    let mut screen = Screen::demo(120, 36);
    screen.press("?");
    for at in 0..possible + impossible {
        let entry = finder(&screen).selected().unwrap();
        assert_eq!(entry.impossible.is_some(), at >= possible, "{}", entry.name);
        screen.press("Down");
    }
    // A command that is named is selected even if it is impossible, so that Enter says why and runs no other one.
    screen.press("Esc : 'redo' Enter");
    assert!(
        screen.said().starts_with("\u{2717} Nothing to redo"),
        "{}",
        screen.said()
    );
}

#[test]
fn a_command_is_found_by_other_words_and_by_letters() {
    let mut screen = Screen::demo(120, 36);
    screen.press("? 'yank'");
    assert!(
        screen.text().contains("yank: Copies the value"),
        "{}",
        screen.text()
    );
    assert_eq!(listed(&mut screen, 2), ["copy", "copy-as"]);
    for (typed, name) in [
        ("fullscreen", "zoom"),
        ("exit", "quit"),
        ("revert", "undo"),
        ("nxf", "next-failure"),
        ("patch save", "save-patch"),
        ("clipbord", ""),
    ] {
        screen.press(&format!("Ctrl+U '{typed}'"));
        let selected = finder(&screen).selected();
        assert_eq!(
            selected.map_or("", |entry| &entry.name),
            name,
            "{}",
            screen.text()
        );
    }
    screen.press("Esc : 'look-at-step 3' Enter");
    assert_eq!(
        screen.model.session.journal.tip(),
        3,
        "the argument is not searched for"
    );
}

#[test]
fn other_words_of_a_command_say_more_than_its_row() {
    for command in Commands(COMMANDS).all() {
        for word in command.also {
            let is_name = command.name.split('-').any(|part| part == *word);
            assert!(!is_name, "{word} is in the name of {}", command.name);
            assert!(!word.contains(' ') && *word == word.to_lowercase(), "{word}");
        }
    }
}

#[test]
fn matching_letters_are_marked() {
    let mut screen = Screen::demo(80, 24);
    screen.press("? 'hpd'");
    let style = screen.model.theme.style(Role::Match);
    let at = screen.model.arrangement();
    let list = finder(&screen).parts(overlay::area(finder(&screen), &at)).list;
    let buffer = screen.frame();
    let marked = |y: u16| -> String {
        let cells = (list.left()..list.right()).map(|x| buffer.cell((x, y)).unwrap());
        let is_marked = |cell: &&ratatui::buffer::Cell| cell.modifier.contains(style.add_modifier);
        cells.filter(is_marked).map(|cell| cell.symbol()).collect()
    };
    assert_eq!(marked(list.y), "hpd", "{}", screen.text());
    screen.press("Ctrl+U 'clipboard'");
    let row = list.y + 1;
    let buffer = screen.frame();
    let cells = (list.left()..list.right()).map(|x| buffer.cell((x, row)).unwrap());
    let text: String = cells
        .filter(|cell| cell.modifier.contains(style.add_modifier))
        .map(|cell| cell.symbol())
        .collect();
    assert_eq!(text.to_lowercase(), "clipboard", "{}", screen.text());
}

#[test]
fn the_legend_explains_signs_and_words_and_is_searched() {
    for (width, height) in [(120, 36), (80, 24), (30, 8)] {
        let mut screen = Screen::demo(width, height);
        screen.press("I");
        assert_eq!(finder(&screen).entries.len(), legend::rows().count());
        insta::assert_snapshot!(format!("legend_{width}x{height}"), shot(&screen));
    }
    let mut screen = Screen::demo(80, 24);
    screen.press("? 'legend' Enter 'ghost'");
    assert!(finder(&screen).selected().is_none());
    screen.press("Ctrl+U 'unlisted'");
    assert_eq!(finder(&screen).selected().unwrap().name, "unlisted");
    screen.press("Ctrl+U '\u{21b6}'");
    assert!(
        finder(&screen).selected().unwrap().about.contains("rollback"),
        "{}",
        screen.text()
    );
    screen.press("Enter");
    assert!(screen.model.overlays.is_empty());
}

#[test]
fn stacked_panes_have_names_on_a_small_screen() {
    let screen = Screen::demo(80, 24);
    let text = screen.text();
    assert!(
        text.contains(" 2 Hist  3 Meta  4 Patch  5 Calls  6 Journal "),
        "{text}"
    );
}

#[test]
fn an_empty_pane_says_what_would_fill_it() {
    let mut screen = Screen::empty(80, 24);
    screen.press("z");
    for (key, said) in [
        ("1", "No threads yet: :import PATH"),
        ("2", "There are no threads yet: :import PATH"),
        ("3", "There are no threads yet: :import PATH"),
        (
            "6",
            "No steps yet: each call of the store adds one; : makes calls",
        ),
    ] {
        screen.press(key);
        assert!(
            letters(&screen.text()).contains(&letters(said)),
            "{}",
            screen.text()
        );
    }
    for (pane, said) in [
        ("1", "Esc shows all threads"),
        ("2", "F shows all items, & changes it"),
        ("6", "F shows all steps, & changes it"),
    ] {
        let mut screen = Screen::demo(80, 24);
        screen.press(pane).press("z & 'nowhere-at-all' Enter");
        assert!(
            letters(&screen.text()).contains(&letters(said)),
            "{}",
            screen.text()
        );
    }
}

#[test]
fn the_first_run_shows_a_hint_that_goes_away_for_good() {
    for (width, hint) in [
        (
            120,
            "? lists all keys \u{b7} threadloupe tutor teaches them in ten minutes",
        ),
        (80, "? lists all keys \u{b7} threadloupe tutor"),
    ] {
        let mut screen = Screen::demo(width, 36);
        screen.model.settings.hint_keys = HINT_KEYS;
        assert!(!settings::of(&screen.model).hinted);
        assert!(screen.text().contains(hint), "{}", screen.text());
        for _ in 1..HINT_KEYS {
            screen.press("j");
        }
        assert!(screen.text().contains(hint), "{}", screen.text());
        screen.press("j");
        assert!(!screen.text().contains(hint), "{}", screen.text());
        assert!(settings::of(&screen.model).hinted);
    }
}

#[test]
fn a_card_leaves_room_for_the_list() {
    for (width, height) in [(80, 24), (60, 12), (30, 8), (20, 5)] {
        let mut screen = Screen::demo(width, height);
        screen.press("?");
        let area = overlay::area(finder(&screen), &screen.model.arrangement());
        let parts = finder(&screen).parts(area);
        assert!(parts.list.height >= 1, "{width}x{height}: {parts:?}");
        assert_eq!(
            parts.head.height + parts.list.height + parts.foot.height,
            inner(area).height
        );
    }
}
