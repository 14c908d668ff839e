//! Tests of the patches that are loaded into the form: applied ones, named ones, and those in files.

use super::*;

fn json(screen: &Screen) -> String {
    screen.model.draft.json()
}

#[test]
fn a_patch_that_was_applied_is_loaded_again() {
    let mut screen = Screen::demo(120, 36);
    screen.press("4 L");
    assert!(
        screen.said().contains("No patch has been applied or named yet"),
        "{}",
        screen.said()
    );
    screen.press("g c Ctrl+S D e 'second' Enter Ctrl+S D e 'third' Enter Ctrl+S");
    // The patch that was used before last.
    screen.press("L Down Enter");
    assert_eq!(json(&screen), r#"{"name":"second"}"#);
    screen.press("Ctrl+S L");
    let Some(finder) = screen.model.overlays.top::<Finder>() else {
        panic!("{}", screen.text())
    };
    let texts: Vec<&str> = finder.entries.iter().map(|entry| entry.about.as_str()).collect();
    let all = [r#"{"name":"second"}"#, r#"{"name":"third"}"#, r#"{"name":null}"#];
    assert_eq!(texts, all, "each patch once, the last one first");
}

#[test]
fn a_named_patch_is_there_in_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut screen = Screen::demo(120, 36);
    screen.model.state_folder = Some(folder.path().join("threadloupe"));
    screen.press("4 g c : 'name-patch no name' Enter");
    assert!(screen.said().contains("Saved the patch to"), "{}", screen.said());
    screen.press(": 'name-patch a/b' Enter");
    assert!(
        screen.said().contains("a name can only contain letters"),
        "{}",
        screen.said()
    );
    let mut next = Screen::demo(120, 36);
    next.model.state_folder = Some(folder.path().join("threadloupe"));
    next.press("4 L");
    assert!(next.text().contains("no name"), "{}", next.text());
    next.press("Enter");
    assert_eq!(json(&next), r#"{"name":null}"#);
    // A patch with this name is overwritten only after a question.
    next.press("e 'x' Enter : 'name-patch no name' Enter");
    assert!(
        next.text().contains("already exists. Overwrite it?"),
        "{}",
        next.text()
    );
    next.press("y D L Enter");
    assert_eq!(json(&next), r#"{"name":"x"}"#);
}

#[test]
fn a_patch_is_loaded_from_a_file_or_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let load = |text: Option<&str>| {
        let path = folder.path().join("p.json");
        let _ = std::fs::remove_file(&path);
        if let Some(text) = text {
            std::fs::write(&path, text).unwrap();
        }
        let mut screen = Screen::demo(200, 50);
        screen.press(&format!(": 'load-patch {}' Enter", path.display()));
        (json(&screen), screen.said())
    };
    let (patch, said) = load(Some("{\"name\": \"a\",\n \"nmae\": 1}\n"));
    assert_eq!(patch, r#"{"name":"a","nmae":1}"#);
    assert!(said.contains("1 field set or cleared. unknown-field"), "{said}");
    assert!(said.ends_with("did you mean name?"), "{said}");
    for (text, holds) in [
        (None, "cannot be read"),
        (Some("{\"name\": 1}"), "line 1, column 10"),
        (Some(""), "is empty"),
    ] {
        let (patch, said) = load(text);
        assert_eq!(patch, "{}");
        assert!(said.contains(holds), "{said}");
    }
    let mut screen = Screen::demo(120, 36);
    screen.press(&format!(": 'load-patch {}' Enter", folder.path().display()));
    assert!(screen.said().contains("is not a file"), "{}", screen.said());
}
