//! Tests of `:export`: what it writes, and what it refuses.

use std::fs;
use std::path::Path;

use super::*;

fn export(screen: &mut Screen, command: &str, path: &Path) -> String {
    screen.press(&format!(": '{command} {}' Enter", path.display()));
    screen.said()
}

#[test]
fn a_thread_its_listed_items_and_a_turn_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut screen = longest();
    let whole = folder.path().join("whole.md");
    let said = export(&mut screen, "export", &whole);
    assert!(said.contains("Exported to"), "{said}");
    let whole = fs::read_to_string(whole).unwrap();
    assert!(whole.matches("\n## ").count() > 1, "{whole}");

    // Only the items that the pane lists.
    let visible = folder.path().join("visible.txt");
    screen.press("2 g f j o Esc");
    let listed = screen.model.session.history.rows();
    assert!(listed < screen.model.session.items());
    export(&mut screen, "export-visible", &visible);
    let visible = fs::read_to_string(visible).unwrap();
    assert!(!visible.is_empty());
    screen.press("F");

    // The second turn.
    screen.press("2 g J J");
    let turn = folder.path().join("turn.html");
    export(&mut screen, "export-turn", &turn);
    let turn = fs::read_to_string(turn).unwrap();
    assert_eq!(turn.matches("<h2").count(), 1, "{turn}");
}

#[test]
fn marked_threads_get_a_file_each() {
    let folder = tempfile::tempdir().unwrap();
    let mut screen = Screen::demo(120, 40);
    screen.press("1 g Space j Space");
    let marked = screen.model.session.marked();
    assert_eq!(marked.len(), 2);
    let said = export(&mut screen, "export", &folder.path().join("all.md"));
    assert!(said.contains("Exported 2 threads"), "{said}");
    for id in marked.iter().map(ToString::to_string) {
        let path = folder.path().join(format!("all-{}.md", &id[id.len() - 12..]));
        assert!(
            fs::read_to_string(&path).unwrap().contains(&id),
            "{}",
            path.display()
        );
    }
}

#[test]
fn no_file_is_replaced_and_the_name_decides_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.md");
    fs::write(&path, "mine").unwrap();
    let mut screen = longest();
    let said = export(&mut screen, "export", &path);
    assert!(said.contains("already exists; choose another name"), "{said}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    let said = export(&mut screen, "export", &folder.path().join("mine.pdf"));
    assert!(said.contains("must end in .md, .html or .txt"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn keys_and_tokens_are_masked_unless_that_is_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    let secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
    let mut screen = Screen::empty(200, 40);
    screen.press(&format!(": 'create_thread {}' Enter Ctrl+S Esc", numbered(1)));
    let item =
        format!(r#"{{"type":"event_msg","payload":{{"type":"user_message","message":"use {secret} now"}}}}"#);
    screen.append(1, &item);
    let (masked, plain) = (folder.path().join("masked.md"), folder.path().join("plain.md"));
    let said = export(&mut screen, "export", &masked);
    assert!(
        said.contains("Masked 2 texts that looked like a key or token"),
        "{said}"
    );
    assert!(!fs::read_to_string(masked).unwrap().contains(secret));
    screen.press(": 'mask-secrets' Enter");
    export(&mut screen, "export", &plain);
    assert!(fs::read_to_string(plain).unwrap().contains(secret));
}

/// A PNG of 3 by 2 pixels.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==";

#[test]
fn the_images_of_an_item_are_shown_with_their_dimensions_and_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut screen = Screen::empty(200, 40);
    screen.press(&format!(": 'create_thread {}' Enter Ctrl+S Esc", numbered(1)));
    let image = format!(r#"{{"type":"input_image","image_url":"data:image/png;base64,{PNG}"}}"#);
    let items = [
        format!(
            r#"{{"type":"response_item","payload":{{"type":"message","role":"user","content":[{image},{image}]}}}}"#
        ),
        r#"{"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,%%%"}]}}"#.to_owned(),
    ];
    screen.append(1, &items.join("\n"));
    assert!(
        screen.text().contains("\u{ab}image/png 3\u{d7}2 73 B\u{bb}"),
        "{}",
        screen.text()
    );
    screen.press("2 g");
    let said = export(&mut screen, "save-image", &folder.path().join("a.png"));
    assert!(said.contains("2 images saved, the first to"), "{said}");
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(PNG).unwrap();
    for name in ["a.png", "a-2.png"] {
        assert_eq!(fs::read(folder.path().join(name)).unwrap(), bytes, "{name}");
    }
    let said = export(&mut screen, "save-image", &folder.path().join("a.png"));
    assert!(said.contains("already exists; choose another name"), "{said}");
    screen.press("2 G");
    let said = export(&mut screen, "save-image", &folder.path().join("b.png"));
    assert!(said.contains("is not valid base64"), "{said}");
    assert!(!folder.path().join("b.png").exists());
}

#[test]
fn without_a_name_a_file_gets_one_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut screen = longest();
    screen.model.folder = folder.path().to_owned();
    for _ in 0..2 {
        screen.press(": 'export' Enter");
        assert!(screen.text().contains("Exported to"), "{}", screen.text());
    }
    let id = named(&screen);
    let names = ["", "-2"].map(|number| format!("thread-{}{number}.md", &id[id.len() - 12..]));
    let mut found: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort_by_key(String::len);
    assert_eq!(found, names);
}
