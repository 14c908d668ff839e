//! Tests of `:picture`. Compares the picture in the README with the real screen, and writes that picture again only when
//! asked to (`THREADLOUPE_BLESS=1 cargo test --lib the_picture`).

use std::path::Path;

use super::*;
use crate::inspector::picture::svg::svg;

#[test]
fn the_picture_is_the_screen() {
    let mut screen = Screen::demo(160, 44);
    screen.bench().inner().stand_at(moment("2026-05-12T15:04:05Z"));
    screen.look();
    screen.model.theme = Theme::new(ColorLevel::True);
    // Down to the longest thread.
    screen.press("j j j j j");
    let drawn = svg(&screen.frame(), "threadloupe with its demo store");

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screen.svg");
    if std::env::var_os("THREADLOUPE_BLESS").is_some() {
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(
        kept == drawn,
        "assets/screen.svg does not show the screen any more: run `THREADLOUPE_BLESS=1 cargo test --lib the_picture` and look at it"
    );
}

/// A terminal of 200 columns and 50 rows.
fn terminal() -> vt100::Parser {
    let [rows, columns] = [50, 200].map(|size| std::num::NonZero::new(size).unwrap());
    vt100::Parser::new(rows, columns, 0)
}

/// The content of a picture that the command writes, and what was on the screen before.
fn written(screen: &mut Screen, name: &str) -> (String, String) {
    let before = screen.text();
    let path = screen.model.folder.join(name);
    screen.press(&format!(": 'picture {}' Enter", path.display()));
    assert!(screen.said().contains("Picture written to"), "{}", screen.said());
    (std::fs::read_to_string(path).unwrap(), before)
}

#[test]
fn a_picture_is_what_was_on_the_screen_before_the_command() {
    let mut screen = longest();
    screen.model.theme = Theme::new(ColorLevel::True);
    let (text, before) = written(&mut screen, "a.txt");
    assert_eq!(text.trim_end(), before);
    let (ansi, _) = written(&mut screen, "a.ansi");
    let mut terminal = terminal();
    terminal.process(ansi.trim_end_matches('\n').replace('\n', "\r\n").as_bytes());
    let shown = terminal.screen().contents();
    let lines = |text: &str| {
        text.lines()
            .map(|line| line.trim_end().to_string())
            .collect::<Vec<_>>()
    };
    // The sentence about the picture before it has been seen, so it is not there any more.
    assert_eq!(lines(&shown), lines(&before));
    assert!(ansi.contains("\u{1b}[38;2;"), "{ansi}");
    let (svg, _) = written(&mut screen, "a.svg");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
    assert!(svg.contains("<title>threadloupe \u{b7} demo</title>"), "{svg}");
}

#[test]
fn a_picture_shows_an_overlay_too() {
    let mut screen = longest();
    screen.press("2 g Enter");
    let before = screen.text();
    let (text, _) = written(&mut screen, "reader.txt");
    assert_eq!(text.trim_end(), before);
}

#[test]
fn a_picture_replaces_no_file_and_its_name_decides_its_format() {
    let mut screen = Screen::demo(120, 36);
    for (name, said) in [
        ("screen.svg", "Picture written to"),
        ("screen-2.svg", "Picture written to"),
    ] {
        screen.press(": 'picture' Enter");
        assert!(screen.said().contains(said), "{}", screen.said());
        assert!(screen.model.folder.join(name).exists(), "{name}");
    }
    let path = screen.model.folder.join("screen.svg");
    screen.press(&format!(": 'picture {}' Enter", path.display()));
    assert!(
        screen.text().contains("already exists; choose another name."),
        "{}",
        screen.text()
    );
    screen.press(": 'picture a.png' Enter");
    let wanted = "picture: the name must end in .svg, .txt or .ansi";
    assert!(screen.text().contains(wanted), "{}", screen.text());
}
