//! Tests of `:picture`. Compares the pictures in the README with real screens, and writes these pictures again only when
//! asked to (`THREADLOUPE_BLESS=1 cargo test --lib the_picture`).

use std::path::Path;

use super::*;
use crate::inspector::picture::svg::svg;

/// A picture of the README.
struct Picture {
    /// The name of its file in `assets`, without `.svg`.
    name: &'static str,
    title: &'static str,
    open: fn() -> Screen,
    /// Texts that the picture must show.
    shows: &'static [&'static str],
}

const PICTURES: [Picture; 3] = [
    Picture {
        name: "read",
        title: "A thread of the demo store as a transcript",
        open: read,
        shows: &["\u{b7} transcript", "\u{25b8}08:30:04 tool shell"],
    },
    Picture {
        name: "patch",
        title: "A metadata patch with its effect",
        open: patch,
        shows: &["\u{2205} clear null", "= set   \"gpt-5.3-codex\"", "\u{b7} leave"],
    },
    Picture {
        name: "show",
        title: "A step of the tour",
        open: show,
        shows: &[
            "update_thread_metadata              2   +1",
            "set, clear and leave",
        ],
    },
];

/// The demo store some hours after its last event.
fn later(width: u16, height: u16) -> Screen {
    let mut screen = Screen::demo(width, height);
    screen.bench().inner().stand_at(moment("2026-05-12T15:04:05Z"));
    screen.look();
    screen
}

/// The longest thread as a transcript, with the cursor on its first tool call.
fn read() -> Screen {
    let mut screen = later(140, 36);
    screen.press("7 s s s g 2 J j j j j");
    screen
}

/// A patch that clears the name, sets the model and leaves the other fields unchanged.
fn patch() -> Screen {
    let mut screen = later(140, 36);
    screen.press("8 s s s g 4 c j j j j j e Ctrl+U 'gpt-5.3-codex' Enter");
    screen
}

/// The step of the tour that sets a name.
fn show() -> Screen {
    let (mut screen, _folder) = playing::open(140, 40, &[("tour.jsonl", tour::TOUR)]);
    screen.press(". . . . . . . . . . .");
    screen
}

#[test]
fn the_pictures_are_the_screens() {
    for picture in PICTURES {
        let mut screen = (picture.open)();
        screen.model.theme = Theme::new(ColorLevel::True);
        let (name, text) = (picture.name, screen.text());
        for part in picture.shows {
            assert!(text.contains(part), "{name}: {part:?} is not in\n{text}");
        }
        let drawn = svg(&screen.frame(), picture.title);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/{name}.svg"));
        if std::env::var_os("THREADLOUPE_BLESS").is_some() {
            std::fs::write(&path, &drawn).unwrap();
        }
        let kept = std::fs::read_to_string(&path).ok();
        assert!(
            kept.as_deref() == Some(drawn.as_str()),
            "assets/{name}.svg does not show the screen any more: run `THREADLOUPE_BLESS=1 cargo test --lib the_picture` and look at it"
        );
    }
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
