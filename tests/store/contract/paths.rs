//! Rules P: reads by rollout path.

use serde_json::{Value, json};

use super::desk::{Desk, ONE, TWO};

#[test]
fn p1_only_a_resume_makes_a_path_resolve_and_a_patch_shows_without_resolving() {
    let desk = Desk::with_one();
    desk.unknown_path("/p/zz.jsonl");
    desk.unknown_path("");
    desk.update(ONE, json!({"rollout_path": "/p/patched.jsonl"}));
    assert_eq!(desk.read(ONE)["rollout_path"], "/p/patched.jsonl");
    desk.unknown_path("/p/patched.jsonl");
    desk.resume(ONE, "/p/registered.jsonl");
    assert_eq!(
        desk.read(ONE)["rollout_path"],
        "/p/patched.jsonl",
        "the patch wins"
    );
    assert_eq!(desk.by_path("/p/registered.jsonl")["thread_id"], ONE);
}

#[test]
fn p2_a_registered_path_resolves_after_such_a_patch_and_shows_the_patched_one() {
    let desk = Desk::with_one();
    desk.resume(ONE, "/p/registered.jsonl");
    assert_eq!(
        desk.by_path("/p/registered.jsonl")["rollout_path"],
        "/p/registered.jsonl"
    );
    desk.update(ONE, json!({"rollout_path": "/p/patched.jsonl"}));
    let thread = desk.by_path("/p/registered.jsonl");
    assert_eq!(
        (&thread["thread_id"], &thread["rollout_path"]),
        (&json!(ONE), &json!("/p/patched.jsonl"))
    );
}

#[test]
fn p3_a_path_of_a_thread_never_created_finds_no_thread() {
    let desk = Desk::new();
    desk.resume(TWO, "/p/two.jsonl");
    let read = json!({"rollout_path": "/p/two.jsonl"});
    desk.not_found("read_thread_by_rollout_path", read.clone(), TWO);
    desk.create(TWO);
    assert_eq!(desk.ok("read_thread_by_rollout_path", read)["thread_id"], TWO);
}

#[test]
fn p4_paths_are_compared_by_components_and_never_resolved() {
    let desk = Desk::with_one();
    desk.resume(ONE, "/p/a.jsonl");
    for same in [
        "/p/a.jsonl",
        "/p/./a.jsonl",
        "//p/a.jsonl",
        "/p/a.jsonl/",
        "/p//a.jsonl/.",
    ] {
        assert_eq!(desk.by_path(same)["thread_id"], ONE, "{same}");
    }
    for other in [
        "/q/../p/a.jsonl",
        "p/a.jsonl",
        "./p/a.jsonl",
        "/p/A.jsonl",
        "/p/a.jsonl/..",
        "/p",
    ] {
        desk.unknown_path(other);
    }
    // A relative path is a key like any other, and a leading dot is part of it.
    desk.resume(ONE, "rel/b.jsonl");
    assert_eq!(desk.by_path("rel/./b.jsonl")["thread_id"], ONE);
    desk.unknown_path("./rel/b.jsonl");
    desk.resume(ONE, "/q/../p/c.jsonl");
    assert_eq!(desk.by_path("/q/../p/c.jsonl")["thread_id"], ONE);
    desk.unknown_path("/p/c.jsonl");
    desk.resume(ONE, "");
    assert_eq!(desk.by_path("")["rollout_path"], "");
}

#[test]
fn p5_a_path_registered_for_another_thread_moves_there() {
    let desk = Desk::with_one();
    desk.create(TWO);
    desk.resume(ONE, "/p/a.jsonl");
    desk.resume(TWO, "//p/./a.jsonl");
    assert_eq!(desk.by_path("/p/a.jsonl")["thread_id"], TWO);
    assert_eq!(desk.read(ONE)["rollout_path"], Value::Null);
    assert_eq!(
        desk.read(TWO)["rollout_path"],
        "/p/a.jsonl",
        "the first spelling of the path registered last"
    );
    desk.resume(ONE, "/p/a.jsonl");
    assert_eq!(desk.by_path("/p/a.jsonl")["thread_id"], ONE);
    assert_eq!(desk.read(TWO)["rollout_path"], Value::Null);
}

#[test]
fn p5_of_several_paths_all_resolve_and_the_one_registered_last_is_shown() {
    let desk = Desk::with_one();
    let paths = ["/p/c.jsonl", "/p/a.jsonl", "/p/b.jsonl"];
    for path in paths {
        desk.resume(ONE, path);
        assert_eq!(desk.read(ONE)["rollout_path"], path);
    }
    for path in paths {
        assert_eq!(desk.by_path(path)["rollout_path"], "/p/b.jsonl");
    }
    desk.resume(ONE, "/p/c.jsonl");
    assert_eq!(desk.read(ONE)["rollout_path"], "/p/c.jsonl", "registered again");
    desk.ok("resume_thread", json!({"thread_id": ONE}));
    assert_eq!(desk.read(ONE)["rollout_path"], "/p/c.jsonl");
    // If the shown path moves to another thread, the path registered before it is shown.
    desk.resume(TWO, "/p/c.jsonl");
    assert_eq!(desk.read(ONE)["rollout_path"], "/p/b.jsonl");
    let snapshot = desk.store.snapshot();
    let record = snapshot.thread(super::desk::id(ONE)).unwrap();
    let kept: Vec<_> = record
        .rollout_paths()
        .map(|path| path.to_str().unwrap())
        .collect();
    assert_eq!(kept, ["/p/a.jsonl", "/p/b.jsonl"]);
}

#[test]
fn p6_whether_archived_ones_are_wanted_is_ignored() {
    let desk = Desk::with_one();
    desk.resume(ONE, "/p/a.jsonl");
    desk.ok("archive_thread", json!({"thread_id": ONE}));
    let read = |archived: bool| {
        desk.ok(
            "read_thread_by_rollout_path",
            json!({"rollout_path": "/p/a.jsonl", "include_archived": archived}),
        )
    };
    assert_eq!(read(false), read(true));
}
