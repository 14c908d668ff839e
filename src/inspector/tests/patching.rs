//! Tests of the keys in the patch pane: setting, clearing and leaving fields, the patch as text, and its target
//! threads.

use super::*;
use crate::inspector::overlays::difference::DifferenceView;
use crate::protocol::json::Json;

#[test]
fn a_name_is_set_through_the_form_and_one_counter_moves() {
    let mut screen = longest();
    let id = named(&screen);
    let before = screen.bench().snapshot().calls();
    screen.press("4 Enter 'A fine name' Enter Ctrl+S");
    let snapshot = screen.bench().snapshot();
    let mut moved = before;
    moved.update_thread_metadata += 1;
    assert_eq!(snapshot.calls(), moved);
    let id = ThreadId::from_string(&id).unwrap();
    assert_eq!(snapshot.thread(id).unwrap().name(), Some("A fine name"));
    assert!(screen.said().contains("applied"), "{}", screen.said());
    let text = screen.text();
    assert!(
        text.contains("A fine name") && text.contains("patch, step 56"),
        "{text}"
    );
    assert!(!screen.model.draft.is_unsaved());
}

#[test]
fn a_value_can_be_applied_while_it_is_written() {
    let mut screen = longest();
    screen.press("4 e 'At once' Ctrl+S");
    assert_eq!(screen.model.session.thread().unwrap().name(), Some("At once"));
    screen.press("j j j j j j j e 'nonsense' Ctrl+S");
    assert!(screen.model.overlays.top::<Prompt>().is_some());
    assert_eq!(screen.bench().journal().len(), 56);
}

#[test]
fn clear_on_a_field_of_two_states_is_refused_with_the_reason() {
    let mut screen = Screen::demo(200, 50);
    screen.press("4 j c");
    assert!(
        screen.said().contains("can be set but not cleared") && screen.said().contains("null would leave it"),
        "{}",
        screen.said()
    );
    assert_eq!(screen.model.draft.changed(), 0);
}

#[test]
fn the_empty_text_is_not_clear_and_looks_different() {
    let mut screen = Screen::demo(200, 50);
    screen.press("4 c");
    assert!(screen.text().contains("\u{2205} clear null"), "{}", screen.text());
    screen.press("e Ctrl+U Enter");
    assert!(screen.text().contains("= set   \"\""), "{}", screen.text());
    screen.press("d");
    assert_eq!(screen.model.draft.changed(), 0);
}

/// The demo with its longest thread selected and the cursor of the form on this field.
fn at(field: &str, width: u16, height: u16) -> Screen {
    let mut screen = Screen::demo(width, height);
    let row = screen.model.draft.row_of(field).unwrap();
    screen.press("s s s g 4").model.draft.cursor.at = row;
    screen
}

#[test]
fn a_word_is_chosen_from_a_list_and_nonsense_is_refused_but_kept() {
    let mut screen = at("reasoning_effort", 200, 50);
    screen.press("e 'enormous' Enter");
    let Some(finder) = screen.model.overlays.top::<Finder>() else {
        panic!("{}", screen.text());
    };
    assert_eq!(finder.query.text(), "enormous");
    assert!(
        screen
            .said()
            .contains("Choose one of: none, minimal, low, medium, high, xhigh."),
        "{}",
        screen.said()
    );
    screen.press("Ctrl+U 'high' Enter");
    assert_eq!(screen.model.draft.json(), r#"{"reasoning_effort":"high"}"#);
    // The list begins with the value in the patch.
    screen.press("e Up Up Enter");
    assert_eq!(screen.model.draft.json(), r#"{"reasoning_effort":"low"}"#);
    screen.press("e Esc d e '\"xhigh\"' Enter");
    assert_eq!(screen.model.draft.json(), r#"{"reasoning_effort":"xhigh"}"#);
    assert!(screen.model.overlays.is_empty());
}

#[test]
fn a_choice_with_parts_is_filled_in_part_by_part() {
    let mut screen = at("approval_mode", 200, 50);
    screen.press("e 'granular' Enter Down Ctrl+U 'false' Enter");
    assert_eq!(
        screen.model.draft.json(),
        r#"{"approval_mode":{"granular":{"sandbox_approval":true,"rules":false,"skill_approval":false,"request_permissions":false,"mcp_elicitations":true}}}"#
    );
    let mut screen = at("sandbox_policy", 200, 50);
    screen.press("e 'workspace' Enter Ctrl+U '[\"/srv\"]' Enter");
    assert_eq!(
        screen.model.draft.json(),
        r#"{"sandbox_policy":{"type":"workspace-write","writable_roots":["/srv"],"network_access":false,"exclude_tmpdir_env_var":false,"exclude_slash_tmp":false}}"#
    );
    let mut screen = at("source", 200, 50);
    screen.press("e 'spawn' Enter Tab Tab Tab Ctrl+U 'Ada' Tab Ctrl+U '\"\"' Enter");
    assert_eq!(
        screen.model.draft.json(),
        r#"{"source":{"subagent":{"thread_spawn":{"parent_thread_id":"00000000-0000-0000-0000-000000000000","depth":1,"agent_path":null,"agent_nickname":"Ada","agent_role":""}}}}"#
    );
    // A value that is one word needs no form, and an existing value can be edited.
    screen.press("e 'compact' Enter");
    assert_eq!(screen.model.draft.json(), r#"{"source":{"subagent":"compact"}}"#);
    screen.press("e 'custom' Enter Ctrl+U 'atlas' Enter e Enter Ctrl+E Backspace '2' Enter");
    assert_eq!(screen.model.draft.json(), r#"{"source":{"custom":"atla2"}}"#);
}

#[test]
fn tokens_have_a_line_a_number_and_begin_with_what_is_stored() {
    let mut screen = at("token_usage", 200, 50);
    screen.press("e Ctrl+U '7' Enter");
    let patch = screen.model.draft.patch().unwrap();
    let usage = patch.token_usage.unwrap();
    let stored = screen.model.session.thread().unwrap().patch.clone().unwrap();
    let stored = stored.token_usage.clone().unwrap();
    assert_eq!(usage.input_tokens, 7);
    assert_eq!(usage.total_tokens, stored.total_tokens);
    assert!(stored.total_tokens > 0);
}

#[test]
fn a_part_that_does_not_fit_is_refused_at_its_line_and_kept() {
    for (field, keys, line, reason) in [
        (
            "approval_mode",
            "e 'granular' Enter Tab Tab Ctrl+U 'tru' Enter",
            2,
            "boolean",
        ),
        (
            "approval_mode",
            "e 'granular' Enter Ctrl+U Enter",
            0,
            "sandbox_approval",
        ),
        (
            "sandbox_policy",
            "e 'workspace' Enter Ctrl+U '[\"srv\"]' Enter",
            0,
            "without a base path",
        ),
        ("source", "e 'spawn' Enter Tab Ctrl+U 'deep' Enter", 1, "i32"),
        (
            "source",
            "e 'spawn' Enter Ctrl+U 'me' Tab Enter",
            0,
            "invalid character",
        ),
        ("token_usage", "e Tab Ctrl+U '1.5' Enter", 1, "i64"),
        ("token_usage", "e Tab Tab Ctrl+U '[1' Enter", 2, "invalid JSON"),
    ] {
        let mut screen = at(field, 200, 50);
        screen.press(keys);
        let Some(form) = screen.model.overlays.top::<Form>() else {
            panic!("{keys}: {}", screen.text());
        };
        let fault = form.fault.clone().unwrap_or_default();
        assert_eq!(form.cursor.at, line, "{keys}: {fault}");
        assert!(fault.contains(reason), "{keys}: {fault}");
        assert_eq!(screen.model.draft.changed(), 0);
        screen.press("Esc");
        assert!(screen.model.overlays.is_empty());
    }
}

#[test]
fn a_patch_for_a_thread_that_was_never_created_says_so() {
    let mut screen = Screen::demo(200, 50);
    screen.press("G");
    assert!(!screen.model.session.thread().unwrap().is_listed());
    let calls = screen.bench().snapshot().calls();
    screen.press("4 e 'x' Enter Ctrl+S");
    assert!(screen.text().contains("was never created"), "{}", screen.text());
    screen.press("n");
    assert_eq!(screen.bench().snapshot().calls(), calls);
    screen.press("Ctrl+S y");
    assert!(
        screen.said().contains("not found") && screen.said().contains("M1"),
        "{}",
        screen.said()
    );
}

#[test]
fn pasted_lines_stay_lines_of_the_value() {
    let mut screen = Screen::demo(200, 50);
    screen.press("4 j j e");
    screen.tell(Msg::Paste("one\r\ntwo".to_string()));
    screen.press("Enter");
    assert_eq!(screen.model.draft.json(), r#"{"preview":"one\ntwo"}"#);
}

#[test]
fn a_patch_goes_to_all_marked_threads_as_one_action_with_one_summary() {
    let mut screen = Screen::demo(200, 50);
    let before = screen.bench().snapshot().calls().update_thread_metadata;
    let count = screen.model.session.threads.rows().len();
    for _ in 0..count {
        screen.press("Space");
    }
    screen.press("4 g e 'everywhere' Enter");
    assert!(screen.text().contains(&format!("for {count} marked threads")));
    screen.press("Ctrl+S");
    assert!(
        screen.text().contains("Of the 13 threads, 2 were never created."),
        "{}",
        screen.text()
    );
    screen.press("y");
    assert_eq!(
        screen.bench().snapshot().calls().update_thread_metadata,
        before + count
    );
    let listed = screen.bench().snapshot().listed();
    let said = screen.model.log.fresh().unwrap().text.clone();
    assert!(
        said.contains(&format!("applied to {listed}, failed for {}: ", count - listed)),
        "{said}"
    );
    assert!(said.contains("not found") && said.contains("rule M1"), "{said}");
    // The whole update is one action for undo.
    screen.press("u");
    assert_eq!(screen.bench().snapshot().calls().update_thread_metadata, before);
}

#[test]
fn an_id_that_does_not_exist_is_patched_after_a_warning() {
    let mut screen = Screen::demo(120, 40);
    let id = "0198f2a3-0000-7000-8000-00000000abcd";
    screen.press("4 g e 'ghost' Enter");
    screen.press(&format!(": 'apply-to {id}' Enter"));
    assert!(screen.text().contains("was never created"), "{}", screen.text());
    let thread = id.parse().unwrap();
    screen.press("n");
    assert!(screen.bench().snapshot().thread(thread).is_none());
    screen.press(&format!(": 'apply-to {id}' Enter y"));
    assert!(
        screen
            .bench()
            .snapshot()
            .thread(thread)
            .is_some_and(|record| record.patch.is_some())
    );
    let said = &screen.model.log.fresh().unwrap().text;
    assert!(said.contains("kept anyway (rule M1)"), "{said}");
    screen.press(": 'apply-to nobody' Enter");
    assert!(
        screen.text().contains("apply-to takes a thread id"),
        "{}",
        screen.text()
    );
}

#[test]
fn the_text_of_the_patch_goes_to_the_editor_and_what_is_wrong_with_it_is_kept() {
    let mut screen = Screen::demo(120, 40);
    screen.press("4 g e 'a' Enter E");
    assert_eq!(screen.edits, ["{\n  \"name\": \"a\"\n}\n"]);
    screen.tell(Msg::Patch(PatchMsg::Edited(Ok("{\"name\":\n12}".to_string()))));
    assert!(
        screen.text().contains("Not a valid patch: line 2, column 1"),
        "{}",
        screen.text()
    );
    assert_eq!(screen.model.draft.json(), r#"{"name":"a"}"#);
    screen.press("E");
    assert_eq!(screen.edits.last().unwrap(), "{\"name\":\n12}");
    screen.tell(Msg::Patch(PatchMsg::Edited(Ok(
        "{\"naem\": 1, \"name\": null}".to_string()
    ))));
    assert_eq!(screen.model.draft.json(), r#"{"naem":1,"name":null}"#);
    assert!(screen.text().contains("unknown-field"), "{}", screen.text());
    screen.tell(Msg::Patch(PatchMsg::Edited(Err(
        "The editor went away.".to_string()
    ))));
    assert_eq!(screen.model.draft.json(), r#"{"naem":1,"name":null}"#);
}

/// Looking at the text of an applied patch is no edit, and an unfinished text is not passed over when applying.
#[test]
fn the_text_is_looked_at_without_an_edit_and_not_passed_over() {
    let mut screen = Screen::demo(120, 36);
    screen.press("4 g c Ctrl+S m Esc");
    let targets = screen.bench().snapshot().calls().update_thread_metadata;
    assert!(!screen.model.draft.is_unsaved(), "{}", screen.text());
    screen.press("m '[' Esc Ctrl+S");
    assert!(
        screen.said().contains("the text is not a valid patch"),
        "{}",
        screen.said()
    );
    assert_eq!(screen.bench().snapshot().calls().update_thread_metadata, targets);
}

/// A patch of which the contract ignores everything is sent and shown as it was entered.
#[test]
fn what_the_contract_ignores_stays_in_the_record() {
    let mut screen = Screen::demo(120, 40);
    screen.press("4 m");
    let text = r#"{"model":null,"nmae":"x"}"#;
    screen.tell(Msg::Paste(text.to_string()));
    screen.press("Esc");
    let effects = screen.bench().journal().len();
    screen.press("Ctrl+S");
    let journal = screen.bench().journal();
    assert_eq!(journal.len(), effects + 1);
    let entry = journal.last().unwrap();
    let params = entry.params().unwrap().unwrap();
    assert!(params.ends_with(&format!(r#""patch":{text}}}"#)), "{params}");
    assert_eq!(crate::workbench::gist::gist(entry), text);
    screen.press("6 Enter");
    assert!(screen.text().contains("nmae"), "{}", screen.text());
    // The text is there again when it is opened, until the form is edited.
    screen.press("Esc 4 m");
    assert!(screen.text().contains("\"nmae\": \"x\""), "{}", screen.text());
    screen.press("Esc g e 'a' Enter m");
    assert!(!screen.text().contains("nmae\":"), "{}", screen.text());
}

#[test]
fn form_and_text_are_one_patch() {
    let mut screen = Screen::demo(120, 40);
    let shown = |screen: &Screen, text: &str| assert!(screen.text().contains(text), "{}", screen.text());
    screen.press("4 g e 'a' Enter m");
    shown(&screen, "\"name\": \"a\"");
    // The form follows as soon as the text is a valid patch.
    screen.press("Up End Left 'bc'");
    assert_eq!(screen.model.draft.json(), r#"{"name":"abc"}"#);
    screen.press("End ',' Enter '\"naem\": 1'");
    assert_eq!(screen.model.draft.json(), r#"{"name":"abc","naem":1}"#);
    shown(&screen, "unknown-field: patch.naem");
    // An invalid patch is reported with its place; the form keeps the last valid patch, and the text stays as typed.
    screen.press("','");
    shown(&screen, "line 4, column 1");
    shown(&screen, "invalid: the form keeps the last valid patch");
    let calls = screen.bench().snapshot().calls();
    screen.press("Ctrl+S Esc");
    assert_eq!(screen.bench().snapshot().calls(), calls);
    assert_eq!(screen.model.draft.json(), r#"{"name":"abc","naem":1}"#);
    screen.press("m");
    shown(&screen, "\"naem\": 1,");
    // A pasted text of several lines replaces it.
    screen.press("Ctrl+U Ctrl+K Up Ctrl+U Ctrl+K Up Ctrl+U Ctrl+K Up Ctrl+U Ctrl+K");
    screen.tell(Msg::Paste(
        "{\r\n  \"title\": \"t\",\r\n  \"name\": \"p\"}".to_string(),
    ));
    assert_eq!(screen.model.draft.json(), r#"{"name":"p","title":"t"}"#);
    shown(&screen, "write-only: patch.title");
    screen.press("Ctrl+S");
    shown(&screen, "applied, 2 fields set or cleared");
}

#[test]
fn the_form_says_that_a_text_waits_that_is_no_patch() {
    let mut screen = at("name", 80, 24);
    assert!(!screen.text().contains("invalid text"));
    screen.press("m 'x' Esc");
    assert!(screen.text().contains("m: invalid text"), "{}", screen.text());
    screen.press("m Backspace '{}' Esc");
    assert!(!screen.text().contains("invalid text"), "{}", screen.text());
}

#[test]
fn no_text_makes_the_patch_panic() {
    use proptest::prelude::*;
    let screen = std::cell::RefCell::new(Screen::demo(100, 30));
    screen.borrow_mut().press("4 m");
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "null",
        "name",
        "\"name\"",
        "\"git_info\"",
        "\"source\"",
        "\\",
        "\n",
        "1e999",
        "\u{1b}[2J",
        "\u{202e}",
        "\"created_at\":\"now\"",
        "é",
        "\"sandbox_policy\":{\"type\":\"workspace-write\"}",
    ]);
    let strokes = prop::sample::select(vec![
        "Left",
        "Up",
        "Down",
        "Home",
        "End",
        "Backspace",
        "Ctrl+W",
        "Ctrl+K",
        "Enter",
    ]);
    let config = ProptestConfig::with_cases(48);
    proptest!(config, |(turns in prop::collection::vec((pieces, strokes), 1..12))| {
        let mut screen = screen.borrow_mut();
        for (piece, stroke) in turns {
            screen.tell(Msg::Paste(piece.to_string()));
            screen.press(stroke);
            screen.frame();
        }
    });
    assert_eq!(
        screen.borrow().bench().snapshot().calls().update_thread_metadata,
        {
            Screen::demo(80, 24)
                .bench()
                .snapshot()
                .calls()
                .update_thread_metadata
        }
    );
}

#[test]
fn typing_replaces_a_placeholder() {
    let set = |field, keys: &str| {
        let mut screen = at(field, 120, 36);
        screen.press(keys);
        screen.model.draft.json()
    };
    assert_eq!(
        set("source", "e 'custom' Enter 'Ada' Enter"),
        r#"{"source":{"custom":"Ada"}}"#
    );
    let agent = set("source", "e 'spawn' Enter Tab '5' Tab Tab 'Ada' Enter");
    assert!(
        agent.contains(r#""depth":5,"agent_path":null,"agent_nickname":"Ada""#),
        "{agent}"
    );
    let granular = set("approval_mode", "e 'granular' Enter Space Tab Space Space Enter");
    assert!(
        granular.contains(r#""sandbox_approval":false,"rules":true"#),
        "{granular}"
    );
    // A string is written without quotation marks.
    assert_eq!(
        set("source", "e 'custom' Enter 'say \"hi\"' Enter"),
        r#"{"source":{"custom":"say \"hi\""}}"#
    );
    // Space goes through the values of a field that has a few words.
    assert_eq!(set("memory_mode", "Space"), r#"{"memory_mode":"disabled"}"#);
    assert_eq!(set("memory_mode", "Space Space"), r#"{"memory_mode":"enabled"}"#);
    let mut screen = Screen::demo(120, 36);
    screen.press("4 g Space");
    assert!(
        screen.said().contains("has no list of allowed values"),
        "{}",
        screen.said()
    );
    // Editing begins with the value in the patch, or else with the stored one.
    assert_eq!(
        set("agent_nickname", "e 'Ada' Enter e End ' L' Enter"),
        r#"{"agent_nickname":"Ada L"}"#
    );
    let stored = set("model", "e End '-mini' Enter");
    assert!(stored.ends_with("-mini\"}") && stored.len() > 20, "{stored}");
    let usage = set("token_usage", "e '7' Enter");
    assert!(usage.contains(r#""input_tokens":7,"#), "{usage}");
}

/// The whole row opens, and the other cells of the row stay in sight while a value is written.
#[test]
fn a_row_opens_with_its_four_values_and_stays_in_sight() {
    let mut screen = at("model", 200, 50);
    let long = format!("{}end", "word ".repeat(200));
    screen.press("z e");
    screen.tell(Msg::Paste(long.clone()));
    let row = |screen: &Screen| {
        let text = screen.text();
        let row = text.lines().find(|line| line.contains("\u{25b8}model ")).unwrap();
        row.to_string()
    };
    let record = screen.model.session.thread().cloned().unwrap();
    let before = record.patch.as_deref().unwrap().model.clone().unwrap();
    assert_eq!(row(&screen).matches(&before).count(), 2, "{}", screen.text());
    assert!(screen.text().contains("^S apply"), "{}", screen.text());
    screen.press("Enter o");
    let text = screen.text();
    for part in [
        "What a read shows",
        "This patch",
        "Accumulated patch",
        "before",
        "after",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let view = screen.model.overlays.top::<DifferenceView>().unwrap();
    let after = &view.comparison.sections[1].right(0).unwrap().value;
    assert_eq!(Json::parse(after).unwrap().as_str().unwrap(), long);
    screen.press("Esc G o");
    assert!(
        screen.said().contains("dynamic_tools has no value"),
        "{}",
        screen.said()
    );
}

#[test]
fn now_is_the_clock_and_not_the_last_step() {
    let mut screen = Screen::on(Workbench::new(Arc::default()), 200, 50);
    screen.press(": 'create_thread' Enter Ctrl+S Esc");
    screen.model.system_clock = || moment("2030-01-01T00:00:00Z");
    screen.press("4");
    screen.model.draft.cursor.at = screen.model.draft.row_of("created_at").unwrap();
    screen.press("e 'now' Enter");
    assert_eq!(
        screen.model.draft.json(),
        r#"{"created_at":"2030-01-01T00:00:00Z"}"#
    );
    screen.press("e Ctrl+U '+2h' Enter");
    assert_eq!(
        screen.model.draft.json(),
        r#"{"created_at":"2030-01-01T02:00:00Z"}"#
    );
}

#[test]
fn a_search_begins_empty_and_repeats_the_last_without_a_text() {
    let mut screen = Screen::demo(120, 36);
    screen.press("2 / 'kept' Enter / 'fine' Enter");
    assert_eq!(screen.model.needle(), "fine");
    screen.press("/ Enter");
    assert_eq!(screen.model.needle(), "fine");
}

#[test]
fn a_patch_is_applied_again_after_a_redo_and_not_after_an_undo() {
    let mut screen = Screen::demo(200, 50);
    screen.press("4 e 'Another' Enter Ctrl+S");
    assert!(screen.text().contains("1 changed, applied"), "{}", screen.text());
    screen.press("1 u");
    assert!(
        screen.text().contains("1 changed, not applied"),
        "{}",
        screen.text()
    );
    screen.press("Ctrl+R");
    assert!(screen.text().contains("1 changed, applied"), "{}", screen.text());
    // Another patch of the thread comes after it.
    screen.press("4 e 'More' Enter Ctrl+S 1 u");
    assert!(
        screen.text().contains("1 changed, not applied"),
        "{}",
        screen.text()
    );
}

#[test]
fn a_created_thread_is_selected() {
    let mut screen = Screen::demo(200, 50);
    screen.press(": 'create_thread' Enter Ctrl+S Esc");
    assert_eq!(
        screen.model.session.thread().map(|record| record.id),
        Some(fresh_id())
    );
}

#[test]
fn a_patch_that_is_pasted_replaces_the_empty_one_and_keeps_the_order_of_its_fields() {
    let mut screen = Screen::demo(120, 36);
    screen.press("4 m");
    screen.tell(Msg::Paste(r#"{"agent_role":null,"name":"b"}"#.to_string()));
    assert_eq!(screen.model.draft.json(), r#"{"name":"b","agent_role":null}"#);
    screen.press("Esc m");
    assert_eq!(
        screen.model.draft.text(),
        "{\n  \"name\": \"b\",\n  \"agent_role\": null\n}\n"
    );
    // The text of a patch is edited, not replaced.
    screen.tell(Msg::Paste(" ".to_string()));
    assert_eq!(screen.model.draft.json(), r#"{"name":"b","agent_role":null}"#);
}

#[test]
fn the_form_shows_the_lints_of_a_patch_before_it_is_applied() {
    let mut screen = at("title", 200, 50);
    screen.press("e 'new' Enter");
    assert!(
        screen.text().contains("write-only: patch.title: "),
        "{}",
        screen.text()
    );
    // A lint of the whole patch is shown at every field that has none.
    let mut screen = Screen::demo(200, 50);
    screen.press("G 4");
    let id = screen.model.session.thread().unwrap().id;
    assert!(!screen.model.session.thread().unwrap().is_listed());
    screen.press("e 'new' Enter");
    let lint = format!("unknown-thread: thread_id: thread {id} was never created");
    assert!(screen.text().contains(&lint), "{}", screen.text());
    let calls = screen.bench().snapshot().calls();
    assert_eq!(calls, Screen::demo(200, 50).bench().snapshot().calls());
}
