//! Tests of invalid patches in each place where one can be entered: the message names the place and the reason, the
//! typed text stays, and neither the patch nor the store changes.

use super::*;
use crate::contract::{FIELDS, FieldEditor, Step, ThreadMetadataPatch, UpdateThreadMetadataParams};
use crate::inspector::overlays::reader::Reader;
use crate::inspector::widgets::line::TextInput;
use crate::protocol::json::Json;
use crate::workbench::{effect, lints, patches};
use proptest::prelude::*;

#[path = "../../../tests/support/no_patch.rs"]
mod no_patch;

/// The values that must not change: the pending patch, the counters, the number of steps and the selected thread.
type Untouched = (String, String, usize, String);

fn untouched(screen: &Screen) -> Untouched {
    let snapshot = screen.bench().snapshot();
    (
        screen.model.draft.json(),
        format!("{:?}", snapshot.calls()),
        screen.bench().journal().len(),
        format!("{:?}", snapshot.thread(named(screen).parse().unwrap())),
    )
}

const KEPT: &str = r#"{"name":"kept"}"#;

/// The patch pane with a pending patch.
fn at_hand() -> Screen {
    let mut screen = Screen::demo(120, 40);
    screen.press("4");
    screen.model.draft.read(KEPT).unwrap();
    screen
}

/// The last message.
fn told(screen: &Screen) -> String {
    let fresh = screen.model.log.fresh();
    fresh.map(|entry| entry.text.clone()).unwrap_or_default()
}

#[test]
fn in_the_text_it_stays_as_it_was_typed() {
    let mut screen = at_hand();
    let before = untouched(&screen);
    for case in no_patch::all() {
        screen.press("m");
        let Some(text) = screen.model.overlays.top_mut::<PatchText>() else {
            panic!("{}", screen.text());
        };
        text.line = TextInput::default();
        screen.tell(Msg::Paste(case.text.clone()));
        let Some(text) = screen.model.overlays.top::<PatchText>() else {
            panic!("{}", screen.text());
        };
        if !case.text.is_empty() {
            let sentence = text.verdict.clone().unwrap_err();
            assert!(case.is_told(&sentence), "{}: {sentence}", case.brief());
            assert!(
                screen.text().contains("invalid: the form keeps"),
                "{}",
                screen.text()
            );
        }
        screen.press("Ctrl+S");
        assert!(screen.model.overlays.top::<PatchText>().is_some());
        screen.press("Esc");
        assert_eq!(untouched(&screen), before, "{}", case.brief());
        screen.press("m");
        let Some(text) = screen.model.overlays.top::<PatchText>() else {
            panic!("{}", screen.text());
        };
        if !case.text.is_empty() {
            assert_eq!(text.line.text().trim_end(), case.text.trim_end());
        }
        screen.press("Esc");
    }
}

#[test]
fn from_the_editor_it_waits_to_be_edited_again() {
    let mut screen = at_hand();
    let before = untouched(&screen);
    for case in no_patch::all() {
        screen.tell(Msg::Patch(PatchMsg::Edited(Ok(case.text.clone()))));
        let sentence = told(&screen);
        assert!(sentence.starts_with("Not a valid patch: "), "{sentence}");
        assert!(case.is_told(&sentence), "{}: {sentence}", case.brief());
        screen.frame();
        assert_eq!(untouched(&screen), before, "{}", case.brief());
        screen.press("E");
        assert_eq!(screen.edits.last(), Some(&case.text));
    }
}

#[test]
fn as_a_value_that_is_open_it_is_refused() {
    let mut screen = at_hand();
    let before = untouched(&screen);
    let values = no_patch::all();
    let values = values.iter().filter(|case| Json::parse(&case.text).is_ok());
    let mut tried = 0;
    for case in values {
        screen
            .model
            .open(Reader::json("a value".to_string(), case.text.clone()));
        screen.press("P");
        let sentence = told(&screen);
        assert!(sentence.starts_with("This value is not a patch: "), "{sentence}");
        if case.text.starts_with('{') {
            assert!(case.is_told(&sentence), "{}: {sentence}", case.brief());
        } else {
            assert!(
                sentence.contains("a patch must be a JSON object, but it is "),
                "{sentence}"
            );
        }
        assert!(screen.model.overlays.top::<Reader>().is_some());
        screen.press("Esc");
        assert_eq!(untouched(&screen), before, "{}", case.brief());
        tried += 1;
    }
    assert!(tried > FIELDS.len());
}

#[test]
fn in_the_form_it_stays_in_its_line() {
    for (row, field) in FIELDS.iter().enumerate() {
        let nonsense: &[&str] = match field.edit {
            // Any text is valid here.
            FieldEditor::Text | FieldEditor::Path | FieldEditor::Parts => continue,
            FieldEditor::Time => &["soon", "", "+2y", "2026-02-30T00:00:00Z", "5"],
            FieldEditor::Choice([_]) => continue,
            FieldEditor::Choice(_) => &["5", "{\"x\":1}", "[[", "{\"granular\":{}}"],
        };
        for typed in nonsense {
            let mut screen = Screen::demo(120, 40);
            screen.press("4").model.draft.cursor.at = row;
            let before = untouched(&screen);
            screen.press("e");
            screen.tell(Msg::Paste((*typed).to_string()));
            screen.press("Enter");
            let sentence = told(&screen);
            assert!(
                sentence.starts_with(&format!("{} cannot be set to this: ", field.name)),
                "{} {typed}: {sentence}",
                field.name
            );
            let overlays = &screen.model.overlays;
            let text = match (overlays.top::<Prompt>(), overlays.top::<Finder>()) {
                (Some(writing), _) => writing.line.text(),
                (None, Some(finder)) => finder.query.text(),
                _ => panic!("{typed}: {}", screen.text()),
            };
            assert_eq!(text, *typed, "{}", field.name);
            assert_eq!(untouched(&screen), before, "{}: {typed}", field.name);
        }
    }
}

#[test]
fn a_large_paste_is_a_value_like_any_other() {
    let large = "x".repeat(4_000_000);
    let mut screen = at_hand();
    screen.press("e End");
    screen.tell(Msg::Paste(large.clone()));
    screen.frame();
    screen.press("Enter");
    screen.frame();
    assert_eq!(
        screen.model.draft.patch().unwrap().name,
        Some(Some(format!("kept{large}")))
    );
    screen.press("m");
    let text = format!(r#"{{"title":"{large}"}}"#);
    let Some(shown) = screen.model.overlays.top_mut::<PatchText>() else {
        panic!("the text is open");
    };
    shown.line = TextInput::default();
    screen.tell(Msg::Paste(text.clone()));
    screen.frame();
    assert_eq!(screen.model.draft.json(), text);
    screen.press("Backspace");
    screen.frame();
    assert_eq!(
        screen.model.draft.json(),
        text,
        "an invalid patch leaves the draft unchanged"
    );
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let mut screen = at_hand();
    screen.tell(Msg::Patch(PatchMsg::Edited(Ok(
        "\u{feff}{\"name\":null}".to_string()
    ))));
    assert_eq!(screen.model.draft.json(), r#"{"name":null}"#);
}

/// A text that looks like JSON or like a patch.
fn json_like() -> impl Strategy<Value = String> {
    let names: Vec<String> = FIELDS.iter().map(|field| format!("{:?}", field.name)).collect();
    let leaf = prop_oneof![
        Just("null".to_string()),
        Just("true".to_string()),
        "-?[0-9]{1,20}(\\.[0-9]{1,3})?(e[0-9]{1,3})?",
        "\"[a-z+:\\-0-9]{0,8}\"",
        Just("\"2026-05-13T00:28:15Z\"".to_string()),
        Just("\"\\ud800\"".to_string()),
        (0..FIELDS.len(), 0usize..12).prop_filter_map("no choices", |(row, choice)| {
            match FIELDS.get(row)?.edit {
                FieldEditor::Choice(choices) => choices.get(choice % choices.len()).map(ToString::to_string),
                _ => None,
            }
        }),
    ];
    let key = prop_oneof![
        4 => prop::sample::select(names),
        1 => Just("\"sha\"".to_string()),
        1 => "\"[a-z]{0,4}\"",
    ];
    leaf.prop_recursive(4, 32, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(","))),
            prop::collection::vec((key.clone(), inner), 0..5).prop_map(|all| {
                let all: Vec<String> = all.iter().map(|(key, value)| format!("{key}:{value}")).collect();
                format!("{{{}}}", all.join(", "))
            }),
        ]
    })
}

/// A valid patch with the chosen fields, and the place where its text is damaged.
fn mutated() -> impl Strategy<Value = String> {
    let picks = prop::collection::vec((0..FIELDS.len(), 0usize..12), 0..5);
    let cuts = prop::collection::vec((any::<prop::sample::Index>(), 0usize..3, any::<char>()), 0..4);
    (picks, cuts).prop_map(|(picks, cuts)| {
        let mut patch = ThreadMetadataPatch::default();
        for (row, choice) in picks {
            let field = &FIELDS[row];
            let value = match field.edit {
                FieldEditor::Choice(choices) => choices[choice % choices.len()],
                FieldEditor::Time => "\"2026-05-13T00:28:15Z\"",
                FieldEditor::Parts => "{}",
                FieldEditor::Text | FieldEditor::Path => ["null", "\"\"", "\"x\""][choice % 3],
            };
            field.decode_into(&mut patch, value).unwrap();
        }
        let mut text: Vec<char> = crate::workbench::sparse::text(&patch).chars().collect();
        for (at, what, other) in cuts {
            if text.is_empty() {
                break;
            }
            let at = at.index(text.len());
            match what {
                0 => drop(text.remove(at)),
                1 => text.insert(at, other),
                _ => text[at] = other,
            }
        }
        text.into_iter().collect()
    })
}

#[test]
fn no_text_brings_preview_or_lints_down_or_touches_the_store() {
    let screen = std::cell::RefCell::new(Screen::demo(100, 30));
    screen.borrow_mut().press("4 v");
    let before = untouched(&screen.borrow());
    let threads: Vec<ThreadId> = {
        let snapshot = screen.borrow().bench().snapshot();
        snapshot.threads().map(|record| record.id).collect()
    };
    let config = ProptestConfig::with_cases(256);
    proptest!(config, |(text in prop_oneof![json_like(), mutated()], thread in any::<prop::sample::Index>())| {
        let mut screen = screen.borrow_mut();
        let id = threads[thread.index(threads.len())];
        let snapshot = screen.bench().snapshot();
        if let Ok(patches::ParsedPatch { patch, .. }) = patches::read_one(&text) {
            let seen = effect::effect(&snapshot, id, &patch);
            prop_assert!(seen.fields.iter().all(|row| row.field.get(&patch) == row.patch));
            let params = UpdateThreadMetadataParams { thread_id: id, patch, include_archived: false };
            lints::of_call(&Step::UpdateThreadMetadata(params), &snapshot);
        }
        let read = screen.model.draft.read(&text);
        prop_assert_eq!(read.is_ok(), patches::read_one(&text).is_ok());
        screen.frame();
        // The form holds the patch of the text, and its own text reads back as the same patch.
        let draft = &screen.model.draft;
        if let Ok(patches::ParsedPatch { patch, .. }) = patches::read_one(&text) {
            prop_assert_eq!(draft.patch(), Ok(patch));
        }
        let again = patches::read_one(&draft.json()).map(|read| read.patch).map_err(|it| it.to_string());
        prop_assert_eq!(again, draft.patch());
        screen.model.draft.leave_all();
        prop_assert_eq!(&untouched(&screen).1, &before.1);
        prop_assert_eq!(untouched(&screen).2, before.2);
    });
}
