//! `threadloupe run --on` and `--against`: scenarios on the store of another program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::door::server::{Server, answers, create, id, rename};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::{Value, json};

const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scenarios");

/// The command of the store that is in this crate.
fn itself() -> String {
    format!("{} serve --stdio", env!("CARGO_BIN_EXE_threadloupe"))
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_threadloupe"))
        .arg("run")
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A scenario in a file of a folder.
fn scenario(folder: &Path, steps: &[Value]) -> PathBuf {
    let path = folder.join("s.jsonl");
    let steps: String = steps.iter().map(|step| format!("{step}\n")).collect();
    let header = json!({"scenario": "s", "clock": "2026-05-13T00:28:15Z"});
    fs::write(&path, format!("{header}\n{steps}")).unwrap();
    path
}

/// Three steps, the last of which reads.
fn three(folder: &Path) -> PathBuf {
    let read =
        json!({"method": "read_thread", "params": {"thread_id": id(1)}, "expect": {"result": {"name": "a"}}});
    scenario(folder, &[create(1), rename(1, "a"), read])
}

#[test]
fn every_included_scenario_is_met_on_the_store_itself() {
    let folder = PathBuf::from(SCENARIOS);
    let reference = run(&["--format", "text", SCENARIOS]);
    for how in ["--on", "--against"] {
        let output = run(&[how, &itself(), "--format", "text", folder.to_str().unwrap()]);
        let complaints = text(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{how}: {complaints}\n{}",
            text(&output.stdout)
        );
        let (ours, theirs) = (text(&output.stdout), text(&reference.stdout));
        let steps = |text: &str| {
            text.lines()
                .last()
                .unwrap()
                .split(':')
                .next()
                .unwrap()
                .to_string()
        };
        assert_eq!(steps(&ours), steps(&theirs));
        assert!(
            ours.lines().last().unwrap().contains(" 0 not as expected"),
            "{ours}"
        );
    }
    // What is not known of another store is its clock and what lints depend on; its counters are.
    let output = run(&["--on", &itself(), &format!("{SCENARIOS}/c-counters.jsonl")]);
    assert!(
        answers(&output.stdout)
            .iter()
            .all(|answer| answer["expect"] != "not_judged")
    );
    assert!(
        !text(&output.stdout).contains("\"moved\""),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn a_socket_gives_each_file_a_store_of_its_own() {
    for how in ["--on", "--against"] {
        for jobs in ["1", "3"] {
            // Stores that a scenario names are those of the server, and stay there.
            let server = Server::unix(&[]);
            let output = run(&[how, &server.address, "--jobs", jobs, "--format", "tap", SCENARIOS]);
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
            // The store without an id has not been touched.
            let counters = server.client().call(&json!({"method": "calls"}));
            assert_eq!(counters["result"]["create_thread"], 0);
        }
    }
}

#[test]
fn a_difference_is_a_failure_of_its_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = three(folder.path());
    let wrong = format!("{} | sed -u 's/\"name\":\"a\"/\"name\":\"b\"/'", itself());
    for (how, steps) in [("--on", &[3][..]), ("--against", &[2, 3])] {
        let output = run(&[how, &wrong, path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1));
        let answers = answers(&output.stdout);
        for answer in &answers {
            let is_wrong = steps.contains(&answer["step"].as_u64().unwrap());
            let failures = match is_wrong {
                true => json!([{"path": "result.name", "want": "a", "got": "b"}]),
                false => Value::Null,
            };
            assert_eq!(answer["failures"], failures, "{how}: {answer}");
        }
        // The answer is that of the other store.
        assert_eq!(answers[2]["result"]["name"], "b");
    }
    // Keys that are not there, and too many of them.
    for (edit, failures) in [
        (
            "s/\"name\":\"a\",//",
            json!([{"path": "result.name", "want": "a"}]),
        ),
        (
            "s/\"name\":\"a\"/&,\"zz\":1/",
            json!([{"path": "result.zz", "want": {"$absent": true}, "got": 1}]),
        ),
        (
            "s/\"result\":{.*/\"error\":{\"code\":\"internal\",\"message\":\"m\"}}/",
            json!([
                {"path": "error", "want": {"$absent": true}, "got": {"code": "internal", "message": "m"}},
                {"path": "result"}
            ]),
        ),
    ] {
        let wrong = format!("{} | sed -u '{edit}'", itself());
        let output = run(&["--against", &wrong, path.to_str().unwrap()]);
        let mut found = answers(&output.stdout)[1]["failures"].clone();
        if let Some(result) = found.get_mut(1) {
            result.as_object_mut().unwrap().remove("want");
        }
        assert_eq!(found, failures, "{edit}");
    }
}

#[test]
fn counters_are_compared_if_the_store_tells_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = three(folder.path());
    let wrong = format!("{} | sed -u 's/\"read_thread\":1/\"read_thread\":7/'", itself());
    let output = run(&["--against", &wrong, path.to_str().unwrap()]);
    assert_eq!(
        answers(&output.stdout)[2]["failures"],
        json!([{"path": "moved.read_thread", "want": 1, "got": 7}])
    );
    let silent = format!(
        "{} | sed -u 's/\"method\":\"calls\",\"result\":.*/\"method\":\"calls\",\"error\":{{\"code\":\"unsupported\",\"message\":\"m\"}}}}/'",
        itself()
    );
    for how in ["--on", "--against"] {
        let output = run(&[how, &silent, path.to_str().unwrap(), path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
        let complaints = text(&output.stderr);
        assert_eq!(
            complaints.matches("does not report its counters").count(),
            1,
            "{complaints}"
        );
    }
}

/// The sentence about a store that cannot be used, without the path of the file.
fn unusable(store: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = three(folder.path());
    let path = path.to_str().unwrap();
    let mut sentences = Vec::new();
    for how in ["--on", "--against"] {
        let output = run(&[how, store, "--timeout", "700ms", path]);
        let complaints = text(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{store}: {complaints}{}",
            text(&output.stdout)
        );
        let ours: Vec<&str> = complaints.lines().filter(|line| line.starts_with(path)).collect();
        let [sentence] = ours[..] else {
            panic!("{store}: {complaints}");
        };
        sentences.push(
            sentence
                .strip_prefix(path)
                .unwrap()
                .trim_start_matches(": ")
                .to_string(),
        );
    }
    assert_eq!(sentences[0], sentences[1]);
    sentences.remove(0)
}

#[test]
fn a_store_that_does_not_answer_as_it_should_ends_the_file() {
    let at = |step: &str, what: &str| format!("{step}: the store {what}");
    let first = "step 1 (create_thread)";
    assert_eq!(
        unusable("exec sleep 1000"),
        at(first, "gave no answer within 0.7 s; --timeout sets another limit")
    );
    assert_eq!(
        unusable("exit 3"),
        at(first, "ended (exit status 3) before it answered")
    );
    assert_eq!(
        unusable("kill -9 $$"),
        at(first, "ended (signal 9) before it answered")
    );
    assert_eq!(
        unusable("/no/such/adapter 2> /dev/null"),
        at(first, "ended (exit status 127) before it answered")
    );
    assert!(unusable("cat").starts_with(&at(first, "sent something that is not an answer")));
    assert!(unusable("while read line; do echo nonsense; done").ends_with("): nonsense"));
    assert!(
        unusable("while read line; do printf '\\377\\n'; done").contains("is not JSON (it is not UTF-8)")
    );
    // It dies after two answers.
    let dies = format!("{} | sed -u '4q'", itself());
    assert!(
        unusable(&dies).starts_with("step 2 (update_thread_metadata): the store "),
        "{}",
        unusable(&dies)
    );
    // It answers twice.
    let twice = format!("{} | sed -u p", itself());
    assert!(
        unusable(&twice).contains("answered another step")
            || unusable(&twice).contains("one answer too many")
    );
    // It answers in another order: two lines are swapped.
    let swapped = format!("{} | sed -u -n 'h;n;p;x;p'", itself());
    assert!(
        unusable(&swapped).contains("answered another step"),
        "{}",
        unusable(&swapped)
    );
    // It answers without being asked, at the end.
    let more = format!("{}; echo '{{\"result\":null}}'", itself());
    assert_eq!(
        unusable(&more),
        "after the last step: the store sent one answer too many: {\"result\":null}"
    );
}

#[test]
fn a_store_that_is_not_there_is_said_to_be_so() {
    let sentence = unusable("unix:/no/such/socket");
    assert!(
        sentence.starts_with("unix:/no/such/socket: cannot connect to the store (No such file"),
        "{sentence}"
    );
    for (store, what) in [
        ("", "a store must be unix:PATH, tcp:127.0.0.1:PORT or a command"),
        ("tcp:10.0.0.1:5", "10.0.0.1 is not a loopback address"),
        ("postgres://localhost/x", "stores in PostgreSQL are not supported"),
    ] {
        let output = run(&["--on", store, "s.jsonl"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            text(&output.stderr).contains(what),
            "{store}: {}",
            text(&output.stderr)
        );
    }
    for time in ["0s", "x", "10m"] {
        assert_eq!(
            run(&["--on", "true", "--timeout", time, "s.jsonl"]).status.code(),
            Some(2),
            "{time}"
        );
    }
}

/// Waits until a process has ended.
fn ends(process: i32) {
    for _ in 0..2000 {
        if test_kill_process(Pid::from_raw(process).unwrap()).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("process {process} is still there");
}

/// A store that starts another process, writes the ids of both to a file, and never answers.
fn stubborn(folder: &Path) -> String {
    format!(
        "trap '' TERM INT HUP PIPE; sleep 1000 & echo $$ $! > {0}/new; mv {0}/new {0}/ids; while :; do sleep 1000; done",
        folder.display()
    )
}

fn ids(folder: &Path) -> Vec<i32> {
    loop {
        if let Ok(text) = fs::read_to_string(folder.join("ids")) {
            return text.split_whitespace().map(|id| id.parse().unwrap()).collect();
        }
        std::thread::yield_now();
    }
}

#[test]
fn no_process_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = three(folder.path());
    let store = stubborn(folder.path());
    let output = run(&["--on", &store, "--timeout", "500ms", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    ids(folder.path()).into_iter().for_each(ends);

    for (signal, status) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        fs::remove_file(folder.path().join("ids")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
            .args(["run", "--on", &store, path.to_str().unwrap()])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let processes = ids(folder.path());
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(status));
        processes.into_iter().for_each(ends);
    }
}

#[test]
fn rows_and_named_stores_are_those_of_the_header() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    let header = json!({"scenario": "s", "rows": [{"n": "a"}, {"n": "b"}]});
    let list = json!({"method": "list_threads", "expect": {"result": {"items": {"$len": 1}}, "calls": {"create_thread": 1}}});
    let mut named = rename(1, "${n}");
    named["expect"] = json!({"result": {"name": "${n}"}});
    fs::write(&path, format!("{header}\n{}\n{named}\n{list}\n", create(1))).unwrap();
    let server = Server::tcp(&[]);
    for store in [&itself(), &server.address] {
        for how in ["--on", "--against"] {
            let output = run(&[how, store, path.to_str().unwrap()]);
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
            assert_eq!(answers(&output.stdout).len(), 6);
        }
    }
    // Two files share a store that both name.
    let mut files = Vec::new();
    for (name, steps) in [("1.jsonl", create(1)), ("2.jsonl", list)] {
        let path = folder.path().join(name);
        fs::write(
            &path,
            format!("{}\n{steps}\n", json!({"scenario": "s", "store": "shared"})),
        )
        .unwrap();
        files.push(path.to_str().unwrap().to_string());
    }
    let store = itself();
    let mut arguments = vec!["--on", &store];
    arguments.extend(files.iter().map(String::as_str));
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}

#[test]
fn only_the_contract_is_judged_if_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = scenario(
        folder.path(),
        &[
            create(1),
            rename(1, "a"),
            json!({"method": "list_threads", "params": {"page_size": 1}}),
            json!({"method": "archive_thread", "params": {"thread_id": id(1)}}),
            json!({"method": "read_thread", "params": {"thread_id": id(1)}}),
        ],
    );
    let path = path.to_str().unwrap();
    // Its own defaults, no archived threads in reads, other lists, no counters.
    let own_way = format!(
        "{} | sed -u -e 's/\"cwd\":\"\"/\"cwd\":\"\\/home\"/g' -e 's/\"method\":\"calls\",\"result\":{{\"create_thread\":1/\"method\":\"calls\",\"result\":{{\"create_thread\":5/' -e 's/\"items\":\\[.*/\"items\":[],\"next_cursor\":null}}}}/' -e 's/\"read_thread\",\"result\":.*/\"read_thread\",\"error\":{{\"code\":\"thread_not_found\",\"message\":\"thread {} not found\"}}}}/'",
        itself(),
        id(1)
    );
    let output = run(&["--against", &own_way, path]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    let output = run(&["--against", &own_way, "--only", "contract", path]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    // The name is the contract's.
    let wrong = format!("{} | sed -u 's/\"name\":\"a\"/\"name\":null/'", itself());
    let output = run(&["--against", &wrong, "--only", "contract", path]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        answers(&output.stdout)[1]["failures"],
        json!([{"path": "result.name", "want": "a", "got": null}])
    );
}
