//! The picture in the README is the real screen: drawn from the program, compared here, and written anew only when asked
//! to (`THREADLOUPE_BLESS=1 cargo test --test picture`).

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use threadloupe::inspector::draw::draw;
use threadloupe::inspector::model::{Model, Msg, News};
use threadloupe::inspector::picture::svg;
use threadloupe::inspector::session::{Session, StoreKey};
use threadloupe::inspector::theme::{Level, Theme};
use threadloupe::inspector::update::update;
use threadloupe::workbench::{Workbench, demo};

/// Columns and rows of the picture.
const SIZE: (u16, u16) = (160, 44);

/// The demo as it is after its start, at a time that does not move.
async fn demo_model() -> Model {
    let bench = Workbench::new(Arc::default());
    demo::play(&bench).await.expect("the demo can be played");
    let later = "2026-05-12T15:04:05Z".parse().expect("a time");
    bench.inner().stand_at(later);
    let news = News {
        store: StoreKey(0),
        snapshot: bench.snapshot(),
        journal: bench.journal(),
    };
    let mut model = Model::new(Session::new(String::new(), news), Theme::new(Level::True));
    model.title = "demo".to_owned();
    model.session.set_mark();
    update(&mut model, Msg::Resize(SIZE.0, SIZE.1));
    model
}

fn press(model: &mut Model, keys: &str) {
    for key in keys.chars() {
        let code = if key == '\n' {
            KeyCode::Enter
        } else {
            KeyCode::Char(key)
        };
        update(model, Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }
}

#[tokio::test]
async fn the_picture_is_the_screen() {
    let mut model = demo_model().await;
    // down to the longest thread
    press(&mut model, "jjjjj");
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    draw(&model, &mut buffer);
    let drawn = svg(&buffer, "threadloupe with its demo store");

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screen.svg");
    if std::env::var_os("THREADLOUPE_BLESS").is_some() {
        std::fs::write(&path, &drawn).expect("assets/screen.svg can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == drawn,
        "assets/screen.svg does not show the screen any more: run `THREADLOUPE_BLESS=1 cargo test --test picture` and look at it"
    );
}
