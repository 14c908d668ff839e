use super::*;

fn at(name: &str) -> PatchDraft {
    let mut draft = PatchDraft::default();
    draft.cursor.at = draft.row_of(name).unwrap();
    draft
}

#[test]
fn the_three_states_are_three() {
    let mut draft = at("name");
    assert_eq!(draft.json(), "{}");
    draft.clear();
    assert_eq!(draft.json(), r#"{"name":null}"#);
    draft.set(draft.cursor.at, "", DateTime::UNIX_EPOCH).unwrap();
    assert_eq!(draft.json(), r#"{"name":""}"#);
    assert_eq!(draft.patch().unwrap().name, Some(Some(String::new())));
    draft.leave();
    assert_eq!(draft.json(), "{}");
}

#[test]
fn what_cannot_be_cleared_says_why_and_what_to_do() {
    let mut draft = at("preview");
    draft.clear();
    assert_eq!(draft.changed(), 0);
    assert!(
        draft
            .can_clear()
            .unwrap_err()
            .contains("{key:set-field} sets a value")
    );
    assert!(
        at("created_at")
            .can_clear()
            .unwrap_err()
            .contains("} sets a value")
    );
    assert!(at("git_info").can_clear().unwrap_err().contains("three parts"));
    assert!(at("git_info.branch").can_clear().is_ok());
}

#[test]
fn words_and_json_are_both_read_and_what_is_neither_is_refused() {
    let mut draft = PatchDraft::default();
    let row = draft.row_of("reasoning_effort").unwrap();
    draft.set(row, "high", DateTime::UNIX_EPOCH).unwrap();
    draft.set(row, "\"low\"", DateTime::UNIX_EPOCH).unwrap();
    assert!(
        draft
            .set(row, "huge", DateTime::UNIX_EPOCH)
            .unwrap_err()
            .contains("Choose one of")
    );
    let time = draft.row_of("created_at").unwrap();
    assert!(
        draft
            .set(time, "yesterday", DateTime::UNIX_EPOCH)
            .unwrap_err()
            .contains("2026-05-13T00:28:15Z")
    );
    assert_eq!(draft.json(), r#"{"reasoning_effort":"low"}"#);
}

#[test]
fn a_moment_is_written_as_such_or_from_now_on() {
    let now = DateTime::parse_from_rfc3339("2026-05-13T09:00:00Z")
        .unwrap()
        .to_utc();
    for (written, moment_of) in [
        ("now", "2026-05-13T09:00:00Z"),
        ("+2h", "2026-05-13T11:00:00Z"),
        ("-3d", "2026-05-10T09:00:00Z"),
        ("+90s", "2026-05-13T09:01:30Z"),
        ("-1w", "2026-05-06T09:00:00Z"),
    ] {
        assert_eq!(moment(written, now), moment_of);
        let mut draft = at("created_at");
        draft.set(draft.cursor.at, written, now).unwrap();
        assert_eq!(draft.json(), format!(r#"{{"created_at":"{moment_of}"}}"#));
    }
    for wrong in [
        "",
        "+",
        "-",
        "2h",
        "+2",
        "+h",
        "+2y",
        "+-2h",
        "+99999999999999999999d",
        "+9223372036854775807w",
        "Now",
    ] {
        assert_eq!(moment(wrong, now), wrong);
        assert!(
            at("created_at")
                .set(at("created_at").cursor.at, wrong, now)
                .is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn a_text_is_the_patch_or_is_refused_with_its_place_and_changes_nothing() {
    let mut draft = PatchDraft::default();
    let text = r#"{"name": null, "git_info": {"sha": "a", "branch": null}, "title": ""}"#;
    let lints = draft.read(text).unwrap();
    assert_eq!(
        lints.iter().map(|lint| lint.code).collect::<Vec<_>>(),
        ["write-only"]
    );
    let json = draft.json();
    assert_eq!(
        json,
        r#"{"name":null,"title":"","git_info":{"sha":"a","branch":null}}"#
    );
    let deep = format!(r#"{{"source":{}{}}}"#, "[".repeat(300), "]".repeat(300));
    for (wrong, sentence) in [
        ("", "the text is empty"),
        ("[]", "line 1, column 1: "),
        ("\"name\"", "line 1, column 1: "),
        ("null", "line 1, column 1: "),
        ("{}{}", "line 1, column 3: the patch ends before this"),
        ("{\n \"name\": 5}", "line 2, column 10: "),
        ("{\"name\":\"a\",\n\"name\":\"b\"}", "line 2, column 1: "),
        ("{\"created_at\":\"soon\"}", "line 1, column 15: "),
        ("{\"approval_mode\":{\"granular\":{}}}", "line 1, column "),
        ("{\"name\":", "line 1, column "),
        (&deep, "line 1, column "),
    ] {
        let refused = draft.read(wrong).unwrap_err();
        assert!(refused.contains(sentence), "{wrong}: {refused}");
        assert_eq!(draft.json(), json, "{wrong}");
    }
}

#[test]
fn git_info_is_composed_of_its_parts() {
    let mut draft = PatchDraft::default();
    draft
        .set(
            draft.row_of("git_info.branch").unwrap(),
            "main",
            DateTime::UNIX_EPOCH,
        )
        .unwrap();
    draft.cursor.at = draft.row_of("git_info.origin_url").unwrap();
    draft.clear();
    assert_eq!(
        draft.json(),
        r#"{"git_info":{"branch":"main","origin_url":null}}"#
    );
    let patch = serde_json::to_value(draft.patch().unwrap()).unwrap();
    assert_eq!(
        patch.get("git_info").unwrap(),
        &serde_json::json!({"branch": "main", "origin_url": null})
    );
    draft.cursor.at = draft.row_of("git_info").unwrap();
    draft.leave();
    assert_eq!(draft.changed(), 0);
}

#[test]
fn a_git_info_that_says_nothing_is_there_until_a_part_says_something() {
    let mut draft = at("git_info");
    draft.read(r#"{"git_info":{}}"#).unwrap();
    assert_eq!(draft.json(), r#"{"git_info":{}}"#);
    assert!(draft.patch().unwrap().git_info.is_some());
    let branch = draft.row_of("git_info.branch").unwrap();
    draft.set(branch, "main", DateTime::UNIX_EPOCH).unwrap();
    assert_eq!(draft.json(), r#"{"git_info":{"branch":"main"}}"#);
    assert_eq!(draft.changed(), 1);
    draft.cursor.at = branch;
    draft.leave();
    assert_eq!((draft.json().as_str(), draft.changed()), ("{}", 0));
    draft.read(r#"{"git_info":{}}"#).unwrap();
    draft.cursor.at = draft.row_of("git_info").unwrap();
    draft.leave();
    assert_eq!(draft.json(), "{}");
}
