//! `threadloupe preview` with the real binary, against what applying the patch to each thread changes.

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use threadloupe::contract::{ReadThreadParams, ThreadMetadataPatch, ThreadStore, UpdateThreadMetadataParams};
use threadloupe::rollout::import::{ImportOptions, import};
use threadloupe::store::InMemoryThreadStore;

use crate::support::rollouts::{Folder, ONE, OTHER, header, said, samples};

fn home() -> Folder {
    let folder = Folder::new();
    for (id, text) in [(ONE, "Fix the Retry test"), (OTHER, "say hello")] {
        let lines = [header(id), said(text, 1)].map(|line| format!("{line}\n"));
        folder.write(
            format!("home/sessions/2025/rollout-2025-09-26T14-08-55-{id}.jsonl"),
            lines.concat(),
        );
    }
    folder
}

fn previewed(folder: &Folder, patch: &str, more: &[&str]) -> Vec<Value> {
    previewed_from(folder, Path::new("home"), patch, more)
}

fn previewed_from(folder: &Folder, from: &Path, patch: &str, more: &[&str]) -> Vec<Value> {
    folder.write("patch.json", patch);
    let from = from.to_str().unwrap();
    let args = [
        &["preview", "patch.json", "--from", from, "--format", "json"],
        more,
    ]
    .concat();
    let output = folder.run(&args);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{complaints}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn each_thread_has_its_changes_and_the_last_line_the_total() {
    let folder = home();
    let lines = previewed(&folder, r#"{"name":"new","preview":"say hello"}"#, &[]);
    let name = json!({"before": null, "after": "new"});
    let preview = json!({"before": "Fix the Retry test", "after": "say hello"});
    assert_eq!(
        lines,
        [
            json!({"thread_id": ONE, "changes": {"preview": preview, "name": name}, "error": null}),
            json!({"thread_id": OTHER, "changes": {"name": name}, "error": null}),
            json!({"total": {"threads": 2, "change": 2, "same": 0, "fail": 0}}),
        ]
    );
    let lines = previewed(&folder, r#"{"preview":"say hello"}"#, &["--where", "hello"]);
    assert_eq!(
        lines,
        [
            json!({"thread_id": OTHER, "changes": {}, "error": null}),
            json!({"total": {"threads": 1, "change": 0, "same": 1, "fail": 0}}),
        ]
    );
}

#[test]
fn people_get_a_line_for_each_change() {
    let folder = home();
    folder.write("patch.json", r#"{"name":"\u001b[2J"}"#);
    let output = folder.run(&["preview", "patch.json", "--from", "home", "--where", "hello"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text,
        format!(
            "{OTHER}  name              null → \"\\u001b[2J\"\nthreads: 1, changed: 1, unchanged: 0, failed: 0\n"
        )
    );
}

#[test]
fn what_cannot_be_used_is_a_sentence() {
    let folder = home();
    for (patch, more, said) in [
        ("{}", vec!["--where", "nowhere:x"], "--where, "),
        (
            r#"{"patch":{"name":"a"}}"#,
            vec![],
            "write only the value of `patch`",
        ),
        ("{}", vec!["--from", "absent"], "absent"),
    ] {
        folder.write("patch.json", patch);
        let output = folder.run(&[&["preview", "patch.json", "--from", "home"], more.as_slice()].concat());
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains(said), "{complaint}");
    }
}

fn patches() -> impl Strategy<Value = Value> {
    let member = prop_oneof![prop::sample::select(vec![
        ("name", json!("a")),
        ("name", json!(null)),
        ("name", json!("")),
        ("preview", json!("say hello")),
        ("title", json!("t")),
        ("model", json!("m")),
        ("agent_role", json!(null)),
        ("agent_role", json!("r")),
        ("cwd", json!("/other")),
        ("source", json!("cli")),
        ("created_at", json!("2026-05-13T00:28:15Z")),
        ("git_info", json!({})),
        ("git_info", json!({"branch": "main"})),
        ("git_info", json!({"sha": null})),
        ("rollout_path", json!("/p.jsonl")),
        ("memory_mode", json!("enabled")),
    ]),];
    prop::collection::vec(member, 0..6).prop_map(|members| {
        let members = members.into_iter().map(|(key, value)| (key.to_owned(), value));
        Value::Object(members.collect::<Map<_, _>>())
    })
}

/// Checks that the preview of a patch is what applying it to the threads one by one changes in what reads show. Returns
/// the number of threads.
fn is_what_applying_changes(folder: &Folder, from: &Path, patch: &Value) -> usize {
    let lines = previewed_from(folder, from, &patch.to_string(), &[]);
    let (total, threads) = lines.split_last().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = InMemoryThreadStore::default();
    store.stand_at("2030-01-01T00:00:00Z".parse().unwrap());
    runtime.block_on(async {
        let paths = [from.to_path_buf()];
        let options = ImportOptions::default();
        import(&store, &paths, options, &mut |_| {
            std::ops::ControlFlow::Continue(())
        })
        .await;
        let mut changing = 0;
        for line in threads {
            let id = line["thread_id"].as_str().unwrap().parse().unwrap();
            let read = || async {
                serde_json::to_value(store.read_thread(ReadThreadParams::new(id)).await.unwrap()).unwrap()
            };
            let before = read().await;
            let patch: ThreadMetadataPatch = serde_json::from_value(patch.clone()).unwrap();
            let params = UpdateThreadMetadataParams::new(id, patch);
            store.update_thread_metadata(params).await.unwrap();
            let after = read().await;
            let changed = after
                .as_object()
                .unwrap()
                .iter()
                .filter(|(key, after)| before[*key] != **after);
            let changed: Map<String, Value> = changed
                .map(|(key, after)| (key.clone(), json!({"before": before[key], "after": after})))
                .collect();
            // The two stores read a time that no patch has set from their own clocks.
            let shown = line["changes"].as_object().unwrap().clone();
            let is_told = |(key, change): (&String, &Value)| match key.as_str() {
                "created_at" | "updated_at" => shown[key]["after"] == change["after"],
                _ => shown[key] == *change,
            };
            assert_eq!(shown.len(), changed.len(), "{line}");
            assert!(changed.iter().all(is_told), "{line}\n{changed:?}");
            changing += usize::from(!changed.is_empty());
        }
        assert_eq!(total["total"]["change"], changing);
        assert_eq!(total["total"]["same"], threads.len() - changing);
    });
    threads.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_preview_is_what_applying_the_patch_changes(patch in patches()) {
        let folder = home();
        is_what_applying_changes(&folder, &folder.path().join("home"), &patch);
    }
}

#[test]
fn a_preview_of_the_samples_is_what_applying_the_patch_changes() {
    let Some(from) = samples("a_preview_of_the_samples_is_what_applying_the_patch_changes") else {
        return;
    };
    let folder = Folder::new();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 16,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let same = |patch: Value| {
        assert!(is_what_applying_changes(&folder, &from, &patch) > 10);
        Ok(())
    };
    runner.run(&patches(), same).unwrap();
}
