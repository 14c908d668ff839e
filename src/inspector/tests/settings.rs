//! Tests of what is remembered between runs.

use std::path::Path;

use super::*;
use crate::inspector::configuration::Configuration;
use crate::inspector::features::settings;
use crate::inspector::layout::presets::Preset;
use crate::inspector::panes::Pane;
use crate::inspector::runtime::settings_file::{SettingsFile, read};
use crate::inspector::state::settings::FILE;

/// The demo, after another run with these settings.
fn after(path: &Path) -> Screen {
    let mut screen = Screen::demo(200, 50);
    let read = read(path).unwrap();
    settings::start(&mut screen.model, read.as_ref(), &Configuration::default(), false);
    screen.model.settings.path = Some(path.to_owned());
    screen
}

#[test]
fn what_a_user_has_arranged_is_there_in_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("threadloupe").join(FILE);
    let mut screen = after(&path);
    screen.press("j k 1 2 Tab g G");
    assert!(!path.exists(), "moving saves nothing");
    screen.press("8 3 Z 1 > : 'sort tokens' Enter S b : 'columns branch model' Enter 2 v D f j j Enter Esc");
    let arranged = settings::of(&screen.model);
    let text = std::fs::read_to_string(&path).unwrap();
    insta::assert_snapshot!("settings", text);
    let next = after(&path);
    assert_eq!(settings::of(&next.model), arranged);
    assert_eq!(next.model.layout.preset, Preset::Patch);
    assert!(next.model.layout.is_folded(Pane::Metadata));
    assert_eq!(next.model.session.history.hidden.len(), 1);
    // Files start with the preset for files.
    let mut files = Screen::demo(200, 50);
    let read = read(&path).unwrap();
    settings::start(&mut files.model, read.as_ref(), &Configuration::default(), true);
    assert_eq!(files.model.layout.preset, Preset::Read);
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn another_store_is_shown_as_the_one_before() {
    let mut screen = Screen::demo(200, 50);
    screen.press("s s b 2 v : 'store settings-of-another' Enter");
    assert!(!screen.model.others.is_empty());
    let shown = settings::of(&screen.model);
    screen.press(": 'store' Enter Down Enter");
    assert_eq!(settings::of(&screen.model), shown);
}

#[test]
fn a_file_that_cannot_be_read_is_kept_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    for (text, why) in [
        ("{\"version\":1,", "are damaged (EOF"),
        ("", "are damaged (EOF"),
        ("[1]", "are damaged ("),
        ("{}", "are damaged (no version)"),
        ("{\"version\":1,\"threads\":7}", "are damaged ("),
        (
            "{\"version\":2,\"presets\":7}",
            "were saved by a newer version of threadloupe",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let sentence = read(&path).unwrap_err();
        assert!(sentence.contains(why), "{sentence}");
        assert!(
            sentence.ends_with("remove it to save settings again."),
            "{sentence}"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    let sentence = read(folder.path()).unwrap_err();
    assert!(sentence.contains("cannot be read"), "{sentence}");
    assert!(read(&folder.path().join("none")).unwrap().is_none());
    // What another version does not know or calls otherwise is ignored.
    std::fs::write(&path, r#"{"version":1,"more":1,"start":{"files":"patch","other":"?"},"threads":{"sort":"?","columns":["?","cwd"]},"presets":{"?":{},"show":{"folded":["Threads","History","Metadata","Patch","Calls","Journal"],"sizes":{"left":32000}}}}"#).unwrap();
    let mut screen = after(&path);
    assert_eq!(screen.model.layout.preset, Preset::Show);
    assert!(screen.model.layout.open() > 0);
    assert_eq!(screen.model.columns.as_ref().map(Vec::len), Some(1));
    screen.press("7 > <");
}

#[test]
fn settings_that_cannot_be_saved_are_reported_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mut screen = after(&folder.path().join("none"));
    screen.model.settings.path = Some(file.join("threadloupe").join(FILE));
    screen.press("8");
    assert!(
        screen.text().contains("Settings are not saved: "),
        "{}",
        screen.text()
    );
    screen.press("9 1");
    assert!(
        !screen.text().contains("Settings are not saved: "),
        "{}",
        screen.text()
    );
    assert_eq!(screen.model.layout.preset, Preset::Show);
}

#[test]
fn of_settings_that_wait_only_the_last_are_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep").join(FILE);
    let file = SettingsFile::default();
    file.put(path.clone(), "first".to_string());
    file.put(path.clone(), "last".to_string());
    file.save().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "last");
    std::fs::remove_file(&path).unwrap();
    file.save().unwrap();
    assert!(!path.exists(), "nothing waits any more");
}
