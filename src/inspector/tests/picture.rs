//! Compares the picture in the README with the real screen. Writes the picture again only when asked to
//! (`THREADLOUPE_BLESS=1 cargo test --lib the_picture`).

mod svg;

use std::path::Path;

use svg::svg;

use super::*;

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
