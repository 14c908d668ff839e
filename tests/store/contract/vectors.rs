//! Tests every field of the FIELDS table with every pair of changes by two patches, from every initial state. The real
//! store, the preview and the merge of the two patches must agree with a model of one field: a leave keeps the value, a
//! clear removes it, a set replaces it.

use serde_json::{Value, json};
use threadloupe::contract::{Change, FIELDS, Field, FieldEditor, States, ThreadMetadataPatch};
use threadloupe::protocol::json::Json;
use threadloupe::workbench::effect::{self, FieldEffect};
use threadloupe::workbench::patches;

use super::desk::{Desk, ONE, TWO, id};

/// What a patch does with a field.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    /// The key is missing.
    Omitted,
    /// The key is `null`, which is a clear, or nothing for a two-state field.
    Null,
    /// A value.
    Value,
    /// The empty text, or another value for a field without text.
    Empty,
}

const SAID: [Said; 4] = [Said::Omitted, Said::Null, Said::Value, Said::Empty];

/// The initial states of a field.
const BEGINNINGS: [Said; 3] = [Said::Omitted, Said::Value, Said::Empty];

const TOKENS: &str = r#"{"input_tokens":1,"cached_input_tokens":2,"output_tokens":3,"reasoning_output_tokens":4,"total_tokens":-5}"#;

/// Three values of a field as JSON: the initial one, the one to set, and the empty one.
fn values(field: &Field) -> [&'static str; 3] {
    match field.edit {
        FieldEditor::Text => [r#""before""#, r#"" set ""#, r#""""#],
        FieldEditor::Path => [r#""/before""#, r#""rel/../set""#, r#""""#],
        FieldEditor::Time => [
            r#""2026-01-01T00:00:00Z""#,
            r#""2026-05-13T00:28:15.123456789Z""#,
            r#""1970-01-01T00:00:00Z""#,
        ],
        FieldEditor::Choice([only]) => [TOKENS, only, TOKENS],
        FieldEditor::Choice(choices) => [choices[0], choices[1], choices[choices.len() - 1]],
        FieldEditor::Parts => panic!("each part has its own row"),
    }
}

fn patch(field: &Field, said: Said, beginning: bool) -> ThreadMetadataPatch {
    let [before, set, empty] = values(field);
    let text = match said {
        Said::Omitted => return ThreadMetadataPatch::default(),
        Said::Null => "null",
        Said::Value if beginning => before,
        Said::Value => set,
        Said::Empty => empty,
    };
    let mut patch = ThreadMetadataPatch::default();
    field.decode_into(&mut patch, text).unwrap();
    patch
}

/// The model: the accumulated change after one more patch.
fn next(so_far: Change, field: &Field, said: Said, patch: &ThreadMetadataPatch) -> Change {
    match (said, field.states) {
        (Said::Omitted, _) | (Said::Null, States::Two) => so_far,
        (Said::Null, States::Three) => Change::Clear,
        (Said::Value | Said::Empty, _) => field.get(patch),
    }
}

/// The value of a field in a thread; a missing part is null.
fn shown(thread: &Value, field: &Field) -> Option<Value> {
    let key = field.shown?;
    Some(match field.name.split_once('.') {
        Some((whole, _)) => thread[whole].get(key).cloned().unwrap_or(Value::Null),
        None => thread[key].clone(),
    })
}

/// The thread without the value that the field may change.
fn rest(mut thread: Value, field: &Field) -> Value {
    let key = match field.name.split_once('.') {
        Some((whole, _)) => Some(whole),
        None => field.shown,
    };
    if let Some(key) = key {
        thread.as_object_mut().unwrap().remove(key);
    }
    thread
}

fn apply(desk: &Desk, thread: &str, patch: &ThreadMetadataPatch) -> Value {
    desk.update(thread, serde_json::to_value(patch).unwrap())
}

fn accumulated(desk: &Desk, thread: &str) -> ThreadMetadataPatch {
    let snapshot = desk.store.snapshot();
    let record = snapshot.thread(id(thread)).unwrap();
    record.patch.as_deref().cloned().unwrap_or_default()
}

/// The preview of a field for a patch.
fn preview(desk: &Desk, thread: &str, field: &Field, patch: &ThreadMetadataPatch) -> FieldEffect {
    let rows = effect::effect(&desk.store.snapshot(), id(thread), patch).fields;
    rows.into_iter().find(|row| row.field.name == field.name).unwrap()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn by_itself() -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(|field| field.edit != FieldEditor::Parts)
}

/// Checks one case: the initial value and two patches on one thread, and the merged patches on another one.
fn check(field: &Field, beginning: Said, first: Said, second: Said) {
    let case = format!("{}: {beginning:?}, then {first:?}, then {second:?}", field.name);
    let desk = Desk::new();
    for thread in [ONE, TWO] {
        let thread_source = json!({"thread_id": thread, "thread_source": "subagent", "source": "exec"});
        desk.ok("create_thread", thread_source);
    }
    let fresh = desk.read(ONE);
    let start = patch(field, beginning, true);
    let patches = [patch(field, first, false), patch(field, second, false)];

    let mut model = Change::Leave;
    let mut answer = fresh.clone();
    for (said, patch) in [(beginning, &start), (first, &patches[0]), (second, &patches[1])] {
        let seen = preview(&desk, ONE, field, patch);
        let before = desk.read(ONE);
        answer = apply(&desk, ONE, patch);
        model = next(model, field, said, patch);
        // The preview, the store and the model agree.
        assert_eq!(seen.patch, field.get(patch), "{case}");
        assert_eq!(seen.accumulated, model, "{case}");
        assert_eq!(field.get(&accumulated(&desk, ONE)), model, "{case}");
        assert_eq!(seen.before.as_deref().map(value), shown(&before, field), "{case}");
        assert_eq!(seen.after.as_deref().map(value), shown(&answer, field), "{case}");
        assert_eq!(desk.read(ONE), answer, "{case}");
    }
    if field.shown.is_some() {
        let wanted = match &model {
            Change::Leave => shown(&fresh, field).unwrap(),
            Change::Clear => Value::Null,
            Change::Set(text) => value(text),
        };
        assert_eq!(shown(&answer, field), Some(wanted), "{case}");
    }
    assert_eq!(
        rest(answer.clone(), field),
        rest(fresh, field),
        "{case}: what is beside it"
    );

    // The merged patch has the same effect.
    let merged = patches::merge(&patches);
    let [one, two] = &patches;
    let decides =
        |said: Said, patch: &ThreadMetadataPatch| next(Change::Leave, field, said, patch) != Change::Leave;
    let decider = match (decides(first, one), decides(second, two)) {
        (_, true) => Some((field.name, 2)),
        (true, false) => Some((field.name, 1)),
        (false, false) => None,
    };
    assert_eq!(merged.decided_by, Vec::from_iter(decider), "{case}");
    apply(&desk, TWO, &start);
    let at_once = apply(&desk, TWO, &merged.patch);
    let but_for_the_id = |mut thread: Value| {
        thread.as_object_mut().unwrap().remove("thread_id");
        thread
    };
    assert_eq!(but_for_the_id(at_once), but_for_the_id(answer), "{case}: merged");
    assert_eq!(accumulated(&desk, TWO), accumulated(&desk, ONE), "{case}: merged");
}

#[test]
fn two_patches_on_every_field_from_every_beginning() {
    let mut cases = 0;
    for field in by_itself() {
        for beginning in BEGINNINGS {
            for first in SAID {
                for second in SAID {
                    check(field, beginning, first, second);
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, (22 + 3) * 3 * 4 * 4);
}

#[test]
fn the_same_patch_twice_is_the_patch_once() {
    for field in by_itself() {
        for said in SAID {
            let (once, twice) = (Desk::with_one(), Desk::with_one());
            let patch = patch(field, said, false);
            apply(&twice, ONE, &patch);
            assert_eq!(
                apply(&twice, ONE, &patch),
                apply(&once, ONE, &patch),
                "{} {said:?}",
                field.name
            );
            assert_eq!(
                accumulated(&twice, ONE),
                accumulated(&once, ONE),
                "{} {said:?}",
                field.name
            );
        }
    }
}

#[test]
fn a_patch_before_the_create_is_the_patch_after_it() {
    for field in by_itself() {
        for said in SAID {
            let patch = patch(field, said, false);
            let wire = serde_json::to_value(&patch).unwrap();
            let (early, late) = (Desk::new(), Desk::with_one());
            // The thread was never created: the preview shows no value, but the patch is kept.
            let seen = preview(&early, ONE, field, &patch);
            assert!(!seen.is_change() && !seen.clock_before && !seen.clock_after);
            assert_eq!((seen.before, seen.after), (None, None));
            early.not_found(
                "update_thread_metadata",
                json!({"thread_id": ONE, "patch": wire}),
                ONE,
            );
            assert_eq!(seen.accumulated, field.get(&accumulated(&early, ONE)));
            early.create(ONE);
            assert_eq!(
                early.read(ONE),
                apply(&late, ONE, &patch),
                "{} {said:?}",
                field.name
            );
        }
    }
}

#[test]
fn a_key_in_other_letters_is_a_key_that_nobody_knows() {
    let desk = Desk::with_one();
    let before = desk.read(ONE);
    for field in by_itself() {
        let [_, set, _] = values(field);
        for spell in [
            str::to_uppercase,
            |name: &str| name.replace('_', ""),
            |name: &str| format!("{name} "),
        ] {
            let (whole, part) = match field.name.split_once('.') {
                Some((whole, part)) => (whole.to_string(), Some(spell(part))),
                None => (spell(field.name), None),
            };
            if whole == field.name
                || field
                    .name
                    .ends_with(&format!(".{}", part.as_deref().unwrap_or(" ")))
            {
                continue;
            }
            let text = match part {
                Some(part) => format!(r#"{{"{whole}":{{"{part}":{set}}}}}"#),
                None => format!(r#"{{"{whole}":{set}}}"#),
            };
            let read = patches::read_one(&text).unwrap();
            assert_eq!(field.get(&read.patch), Change::Leave, "{text}");
            let codes: Vec<&str> = read.lints.iter().map(|lint| lint.code).collect();
            assert_eq!(codes, ["unknown-field"], "{text}");
            assert_eq!(apply(&desk, ONE, &read.patch), before, "{text}");
        }
        let twice = match field.name.split_once('.') {
            Some((whole, part)) => format!(r#"{{"{whole}":{{"{part}":{set},"{part}":{set}}}}}"#),
            None => format!(r#"{{"{0}":{set},"{0}":{set}}}"#, field.name),
        };
        assert!(
            patches::read_one(&twice)
                .unwrap_err()
                .to_string()
                .contains("is repeated here"),
            "{twice}"
        );
        assert!(
            serde_json::from_str::<ThreadMetadataPatch>(&twice).is_err(),
            "{twice}"
        );
    }
}

#[test]
fn git_info_is_left_out_there_or_cleared_part_by_part() {
    let cleared = r#"{"git_info":{"sha":null,"branch":null,"origin_url":null}}"#;
    let all = json!({"commit_hash": "s", "branch": "b", "repository_url": "u"});
    let whole = r#"{"git_info":{"sha":"s","branch":"b","origin_url":"u"}}"#;
    let only_branch = json!({"branch": "b"});
    // The stored value, the patch, the value of a read after it, and whether the accumulated patch has a git_info.
    for (stored, patch, wanted, is_there) in [
        ("{}", "{}", Value::Null, false),
        ("{}", r#"{"git_info":null}"#, Value::Null, false),
        ("{}", r#"{"git_info":{}}"#, Value::Null, true),
        ("{}", r#"{"git_info":{"branch":"b"}}"#, only_branch.clone(), true),
        ("{}", r#"{"git_info":{"branch":""}}"#, json!({"branch": ""}), true),
        ("{}", cleared, Value::Null, true),
        (whole, "{}", all.clone(), true),
        (whole, r#"{"git_info":null}"#, all.clone(), true),
        (whole, r#"{"git_info":{}}"#, all.clone(), true),
        (
            whole,
            r#"{"git_info":{"sha":null,"origin_url":null}}"#,
            only_branch,
            true,
        ),
        (whole, cleared, Value::Null, true),
        (cleared, whole, all, true),
    ] {
        let desk = Desk::with_one();
        let read = |text: &str| patches::read_one(text).unwrap().patch;
        apply(&desk, ONE, &read(stored));
        let seen = effect::effect(&desk.store.snapshot(), id(ONE), &read(patch));
        let answer = apply(&desk, ONE, &read(patch));
        assert_eq!(answer["git_info"], wanted, "{stored} {patch}");
        assert_eq!(
            accumulated(&desk, ONE).git_info.is_some(),
            is_there,
            "{stored} {patch}"
        );
        for row in seen.fields.iter().filter(|row| row.field.is_part()) {
            let after = row.after.as_deref().map(value);
            assert_eq!(
                after,
                shown(&answer, row.field),
                "{stored} {patch} {}",
                row.field.name
            );
        }
        let merged = patches::merge(&[read(stored), read(patch)]).patch;
        assert_eq!(merged, accumulated(&desk, ONE), "{stored} {patch}");
    }
}

#[test]
fn a_time_that_was_never_set_is_the_clock_until_it_is() {
    for name in ["created_at", "updated_at"] {
        let desk = Desk::with_one();
        let field = by_itself().find(|field| field.name == name).unwrap();
        let leave = preview(&desk, ONE, field, &ThreadMetadataPatch::default());
        assert!(leave.clock_before && leave.clock_after && !leave.is_change());
        let set = preview(&desk, ONE, field, &patch(field, Said::Value, false));
        assert!(set.clock_before && !set.clock_after && set.is_change());
        let now = desk.read(ONE)[name].clone();
        desk.store.stand_at("2030-01-01T00:00:00Z".parse().unwrap());
        assert_ne!(desk.read(ONE)[name], now);
        let fixed = apply(&desk, ONE, &patch(field, Said::Value, false))[name].clone();
        desk.store.stand_at("2031-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(desk.read(ONE)[name], fixed);
    }
}

#[test]
fn what_is_merged_is_read_again_from_its_wire_form_and_from_its_sparse_one() {
    for field in by_itself() {
        for said in SAID {
            let patch = patch(field, said, false);
            let wire = serde_json::to_string(&patch).unwrap();
            let sparse = threadloupe::workbench::sparse::text(&patch);
            for text in [&wire, &sparse] {
                let read = patches::read_one(text).unwrap().patch;
                assert_eq!(field.get(&read), field.get(&patch), "{text}");
            }
            let keys = Json::parse(&sparse).unwrap().members().count();
            assert_eq!(keys, usize::from(field.get(&patch) != Change::Leave), "{sparse}");
        }
    }
}
