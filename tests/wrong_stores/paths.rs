//! Wrong lookups of a thread by its path, and wrong paths in a thread.

use std::path::{Component, Path, PathBuf};

use serde_json::{Value, json};
use threadloupe::contract::ThreadStoreError;

use super::wrong::{
    Call, Row, Seen, answers, does, forgets, gives, instead, not_found, parts, refused, refuses, shows,
};

const RESUME: &str = "resume_thread";
const BY_PATH: &str = "read_thread_by_rollout_path";
const UPDATE: &str = "update_thread_metadata";

pub fn rows() -> Vec<Row> {
    let mut rows = resolving();
    rows.extend(comparing());
    rows.extend(moving());
    for (flag, wrong) in [
        (false, "an archived thread is found only with include_archived"),
        (true, "include_archived finds no other threads"),
    ] {
        rows.push(refuses("P6", BY_PATH, wrong, move |call, seen| {
            let archived = owner(call, seen).is_some_and(|id| seen.is_archived(&id));
            call.has("include_archived") == flag && archived != flag
        }));
    }
    rows.push(refuses(
        "P6",
        BY_PATH,
        "an archived thread is not found",
        |call, seen| owner(call, seen).is_some_and(|id| seen.is_archived(&id)),
    ));
    rows
}

fn asked(call: &Call) -> &str {
    call.params["rollout_path"].as_str().unwrap_or_default()
}

fn owner(call: &Call, seen: &Seen) -> Option<String> {
    seen.owner(asked(call))
}

/// The paths of all resumes, each with its thread.
fn brought<'a>(seen: &'a Seen) -> impl Iterator<Item = (&'a str, &'a str)> {
    let resumes = seen.calls.iter().filter(|call| call.is(RESUME));
    resumes
        .map(|call| (asked(call), call.id()))
        .filter(|(path, _)| !path.is_empty())
}

/// A read by path looks for another path if the function returns one.
fn looks_for(
    rule: &'static str,
    wrong: &str,
    other: impl Fn(&str, &Seen) -> Option<String> + Send + Sync + 'static,
) -> Row {
    instead(rule, BY_PATH, wrong, move |call, seen| {
        let path = other(asked(call), seen).unwrap_or_else(|| asked(call).to_string());
        call.with(|params| params["rollout_path"] = json!(path))
    })
}

fn resolving() -> Vec<Row> {
    let unknown = |wrong: &str, error: fn(&str) -> ThreadStoreError| {
        answers("P1", wrong, move |call, _, result| match result {
            Err(ThreadStoreError::InvalidRequest { .. }) => Err(error(asked(call))),
            result => result,
        })
    };
    vec![
        looks_for("P1", "the path from a patch finds its thread", |path, seen| {
            let patched = seen.store.threads().find(|record| {
                let patch = record.patch.as_deref();
                patch.and_then(|patch| patch.rollout_path.as_deref()) == Some(Path::new(path))
            })?;
            patched.rollout_path().map(|path| path.display().to_string())
        }),
        instead(
            "P1",
            UPDATE,
            "the path of a patch is registered",
            |call, _| match &call.params["patch"]["rollout_path"] {
                Value::String(path) => {
                    call.after(RESUME, json!({"thread_id": call.id(), "rollout_path": path}))
                }
                _ => call.itself(),
            },
        ),
        shows("P1", "the path of a patch is not shown", |thread, seen| {
            let record = seen.record(thread["thread_id"].as_str().unwrap()).unwrap();
            thread["rollout_path"] = json!(record.rollout_path());
        }),
        shows(
            "P1",
            "a registered path is shown before the one of a patch",
            |thread, seen| {
                let record = seen.record(thread["thread_id"].as_str().unwrap()).unwrap();
                if let Some(path) = record.rollout_path() {
                    thread["rollout_path"] = json!(path);
                }
            },
        ),
        shows("P1", "a registered path is not shown", |thread, seen| {
            let patch = seen.patch(thread["thread_id"].as_str().unwrap());
            thread["rollout_path"] = patch["rollout_path"].clone();
        }),
        unknown("an unknown path is a thread that is not found", |_| {
            not_found("00000000-0000-0000-0000-000000000000")
        }),
        unknown("an unknown path is an internal error", |path| {
            ThreadStoreError::Internal {
                message: format!("in-memory thread store does not know rollout path {path}"),
            }
        }),
        unknown("the error for an unknown path does not name it", |_| {
            refused("in-memory thread store does not know rollout path")
        }),
        unknown("the error for an unknown path has other words", |path| {
            refused(&format!("no rollout at {path}"))
        }),
        looks_for("P1", "a path is found by its file name", |path, seen| {
            let name = Path::new(path).file_name()?;
            let found = brought(seen).find(|(path, _)| Path::new(path).file_name() == Some(name))?;
            Some(found.0.to_string())
        }),
        looks_for("P1", "a path is found by the id in it", |path, seen| {
            let found = brought(seen).find(|(_, id)| path.contains(id))?;
            Some(found.0.to_string())
        }),
        looks_for("P1", "the folder of a file finds its thread", |path, seen| {
            let found = brought(seen).find(|(file, _)| Path::new(file).parent() == Some(Path::new(path)))?;
            Some(found.0.to_string())
        }),
        looks_for("P1", "a path is found without its ending", |path, seen| {
            let found =
                brought(seen).find(|(file, _)| Path::new(file).with_extension("") == Path::new(path))?;
            Some(found.0.to_string())
        }),
        does(
            "P2",
            "a registered path finds nothing once a patch has set another",
            |call, seen| {
                let patched = owner(call, seen).is_some_and(|id| seen.patch(&id)["rollout_path"].is_string());
                match call.is(BY_PATH) && patched {
                    true => Err(refused(&format!(
                        "in-memory thread store does not know rollout path {}",
                        asked(call)
                    ))),
                    false => Ok(call.itself()),
                }
            },
        ),
        gives(
            "P2",
            BY_PATH,
            "a read by path shows the path that it was asked for",
            |thread, call, _| {
                thread["rollout_path"] = json!(asked(call));
            },
        ),
        gives(
            "P2",
            BY_PATH,
            "a read by path shows the registered path",
            |thread, _, seen| {
                let record = seen.record(thread["thread_id"].as_str().unwrap()).unwrap();
                thread["rollout_path"] = json!(record.rollout_path());
            },
        ),
        forgets(
            "P2",
            "a patch with a path removes the registered paths",
            |made, call, _| {
                let patched = call.params["patch"]["rollout_path"].is_string();
                patched && made.is(RESUME) && made.id() == call.id()
            },
        ),
        answers(
            "P3",
            "a read by a known path without a thread is an invalid request",
            |call, _, result| match result {
                Err(ThreadStoreError::ThreadNotFound { .. }) if call.is(BY_PATH) => Err(refused(&format!(
                    "in-memory thread store does not know rollout path {}",
                    asked(call)
                ))),
                result => result,
            },
        ),
        answers(
            "P3",
            "the error for a known path without a thread names no thread",
            |call, _, result| match result {
                Err(ThreadStoreError::ThreadNotFound { .. }) if call.is(BY_PATH) => {
                    Err(not_found("00000000-0000-0000-0000-000000000000"))
                }
                result => result,
            },
        ),
        instead(
            "P3",
            BY_PATH,
            "a read by a known path without a thread creates the thread",
            |call, seen| match owner(call, seen).filter(|id| !seen.is_created(id)) {
                Some(id) => call.after("create_thread", json!({"thread_id": id})),
                None => call.itself(),
            },
        ),
        forgets(
            "P3",
            "a path that was registered before the thread is forgotten with the create",
            |made, call, seen| {
                call.is("create_thread")
                    && !seen.is_created(call.id())
                    && made.is(RESUME)
                    && made.id() == call.id()
            },
        ),
    ]
}

/// Two paths are equal if the function maps them to the same path.
fn same_if(wrong: &str, made: fn(&str) -> PathBuf) -> Row {
    looks_for("P4", wrong, move |path, seen| {
        let found = brought(seen).find(|(other, _)| made(other) == made(path))?;
        Some(found.0.to_string())
    })
}

/// Two paths are equal only if the function maps them to the same text.
fn same_only_if(wrong: &str, made: fn(&str) -> String) -> Row {
    does("P4", wrong, move |call, seen| {
        let same = brought(seen).any(|(path, _)| made(path) == made(asked(call)));
        match call.is(BY_PATH) && !same {
            true => Err(refused(&format!(
                "in-memory thread store does not know rollout path {}",
                asked(call)
            ))),
            false => Ok(call.itself()),
        }
    })
}

/// The path with `..` resolved.
fn worked_out(path: &str) -> PathBuf {
    let mut out = PathBuf::new();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

fn comparing() -> Vec<Row> {
    vec![
        same_only_if("paths are compared as texts", str::to_string),
        same_only_if("a single dot makes another path", |path| {
            path.replace("//", "/").trim_end_matches('/').to_string()
        }),
        same_only_if("two slashes make another path", |path| {
            path.replace("/./", "/").trim_end_matches('/').to_string()
        }),
        same_only_if("a slash at the end makes another path", |path| {
            path.replace("/./", "/").replace("//", "/")
        }),
        same_if("two dots are resolved", worked_out),
        same_if("capital letters are small letters", |path| {
            parts(&path.to_lowercase())
        }),
        same_if("a relative path starts at the root", |path| {
            Path::new("/").join(parts(path))
        }),
        same_if("a dot at the start of a path is ignored", |path| {
            parts(path.strip_prefix("./").unwrap_or(path))
        }),
        same_if("spaces around a path are ignored", |path| parts(path.trim())),
        same_if("a backslash is a slash", |path| parts(&path.replace('\\', "/"))),
        same_if("a compressed file is the same as the plain file", |path| {
            parts(path.trim_end_matches(".zst"))
        }),
        refuses("P4", BY_PATH, "a path must be absolute", |call, _| {
            !asked(call).starts_with('/')
        }),
        refuses("P4", BY_PATH, "the file must be there", |call, seen| {
            owner(call, seen).is_some() && !Path::new(asked(call)).exists()
        }),
        refuses("P4", RESUME, "a resume needs a file that is there", |call, _| {
            !asked(call).is_empty() && !Path::new(asked(call)).exists()
        }),
        refuses(
            "P4",
            BY_PATH,
            "the empty path gives a different error",
            |call, _| asked(call).is_empty(),
        ),
    ]
}

fn moving() -> Vec<Row> {
    let foreign = |call: &Call, seen: &Seen| owner(call, seen).is_some_and(|id| id != call.id());
    vec![
        refuses(
            "P5",
            RESUME,
            "the path of another thread cannot be registered",
            foreign,
        ),
        instead(
            "P5",
            RESUME,
            "a path stays with its first thread",
            move |call, seen| {
                call.with(|params| {
                    if foreign(call, seen) {
                        params["rollout_path"] = Value::Null;
                    }
                })
            },
        ),
        shows(
            "P5",
            "a thread still shows a path that moved to another thread",
            |thread, seen| {
                let id = thread["thread_id"].as_str().unwrap().to_string();
                let last = brought(seen).filter(|(_, of)| *of == id).last();
                if seen.patch(&id)["rollout_path"].is_null() {
                    thread["rollout_path"] = json!(last.map(|(path, _)| path));
                }
            },
        ),
        shows(
            "P5",
            "a thread that has lost a path shows the first of the others",
            |thread, seen| {
                let id = thread["thread_id"].as_str().unwrap().to_string();
                let mut brought = brought(seen).filter(|(_, of)| *of == id);
                let lost = brought.any(|(path, _)| seen.owner(path).as_ref() != Some(&id));
                if lost && seen.patch(&id)["rollout_path"].is_null() {
                    thread["rollout_path"] = json!(seen.record(&id).unwrap().rollout_paths().next());
                }
            },
        ),
        shows(
            "P5",
            "a thread that has lost its last path shows none",
            |thread, seen| {
                let id = thread["thread_id"].as_str().unwrap().to_string();
                let last = brought(seen).filter(|(_, of)| *of == id).last();
                let lost = last.is_some_and(|(path, _)| seen.owner(path) != Some(id.clone()));
                if lost && seen.patch(&id)["rollout_path"].is_null() {
                    thread["rollout_path"] = Value::Null;
                }
            },
        ),
        forgets(
            "P5",
            "a new path removes the earlier paths of the thread",
            |made, call, _| {
                call.is(RESUME) && !asked(call).is_empty() && made.is(RESUME) && made.id() == call.id()
            },
        ),
        forgets(
            "P5",
            "a path that moves to another thread moves all paths of the first",
            |made, call, seen| {
                call.is(RESUME)
                    && made.is(RESUME)
                    && owner(call, seen).is_some_and(|id| id != call.id() && made.id() == id)
            },
        ),
        shows(
            "P5",
            "the path that was registered first is shown",
            |thread, seen| {
                let id = thread["thread_id"].as_str().unwrap().to_string();
                let first = seen.record(&id).unwrap().rollout_paths().next();
                if seen.patch(&id)["rollout_path"].is_null() {
                    thread["rollout_path"] = json!(first);
                }
            },
        ),
        shows("P5", "the smallest path is shown", |thread, seen| {
            let id = thread["thread_id"].as_str().unwrap().to_string();
            let first = seen.record(&id).unwrap().rollout_paths().min();
            if seen.patch(&id)["rollout_path"].is_null() {
                thread["rollout_path"] = json!(first);
            }
        }),
        shows("P5", "the longest path is shown", |thread, seen| {
            let id = thread["thread_id"].as_str().unwrap().to_string();
            let paths = seen.record(&id).unwrap().rollout_paths();
            if seen.patch(&id)["rollout_path"].is_null() {
                thread["rollout_path"] = json!(paths.max_by_key(|path| path.as_os_str().len()));
            }
        }),
        shows(
            "P5",
            "a path that is registered again takes the new spelling",
            |thread, seen| {
                let id = thread["thread_id"].as_str().unwrap().to_string();
                let last = brought(seen).filter(|(_, of)| *of == id).last();
                let kept = last.filter(|(path, _)| seen.owner(path).as_ref() == Some(&id));
                if let Some((path, _)) = kept.filter(|_| seen.patch(&id)["rollout_path"].is_null()) {
                    thread["rollout_path"] = json!(path);
                }
            },
        ),
        instead(
            "P5",
            RESUME,
            "a path that is registered again stays at its place",
            |call, seen| {
                call.with(|params| {
                    if owner(call, seen).as_deref() == Some(call.id()) {
                        params["rollout_path"] = Value::Null;
                    }
                })
            },
        ),
        forgets(
            "P5",
            "a resume without a path takes the last one away",
            |made, call, _| {
                call.is(RESUME) && asked(call).is_empty() && made.is(RESUME) && made.id() == call.id()
            },
        ),
    ]
}
