//! Interrupted writing: by a signal, by a kill, by a full disk. An existing file stays, nothing else is left behind,
//! and the message names the reason.

#![cfg(unix)]
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::support::rollouts::{Folder, ONE, Running, header, wait_until};

const EXPORT: &[&str] = &["export", "--all", "--from", "in", "--to", "out"];

/// Whether this process, and so each process that it starts, ignores a hangup, as under `nohup`.
fn is_hangup_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.is_some_and(|mask| mask.trim().ends_with(['1', '3', '5', '7', '9', 'b', 'd', 'f']))
}

/// A folder with a rollout that takes a while to write.
fn large() -> Folder {
    let folder = Folder::new();
    folder.write(
        "in/a.jsonl",
        format!("{}\n{}", header(ONE), "?\n".repeat(400_000)),
    );
    folder
}

/// The temporary files in a folder.
fn parts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".threadloupe-") && name.ends_with(".part"))
        .collect()
}

/// An export that is stopped while it writes its file, next to abandoned files.
fn standing(folder: &Folder, arguments: &[&str], left: &[String]) -> Running {
    let out = folder.path().join("out");
    let run = folder.start(arguments, Stdio::null());
    // Once it has its first bytes, it is being written; before that it may not be locked yet.
    let is_begun = |part: &String| {
        !left.contains(part) && fs::metadata(out.join(part)).is_ok_and(|about| about.len() > 0)
    };
    wait_until("a file is in the making", || parts(&out).iter().any(is_begun));
    run.signal(Signal::STOP);
    assert_eq!(parts(&out).len(), 1, "the partial file is the only new file");
    run
}

#[test]
fn a_signal_leaves_no_file_in_the_making() {
    for (signal, format, status) in [
        (Signal::INT, "rollout", 130),
        (Signal::TERM, "json", 143),
        (Signal::HUP, "rollout", 129),
    ] {
        if signal == Signal::HUP && is_hangup_ignored() {
            continue;
        }
        let folder = large();
        let run = standing(&folder, &[EXPORT, &["--format", format]].concat(), &[]);
        run.signal(signal);
        run.signal(Signal::CONT);
        let ended = run.end();
        assert_eq!(ended.status, Some(status), "{ended:?}");
        let left = fs::read_dir(folder.path().join("out")).unwrap().count();
        assert_eq!(left, 0, "neither the file nor a part of it");
    }
}

#[test]
fn what_a_killed_program_left_is_removed_and_what_another_one_writes_is_not() {
    let folder = large();
    let out = folder.path().join("out");
    let run = standing(&folder, EXPORT, &[]);
    run.signal(Signal::KILL);
    run.end();
    let left = parts(&out);
    assert_eq!(left.len(), 1, "no question was asked");

    let run = standing(&folder, EXPORT, &left);
    // A second export finds a temporary file that is being written.
    folder.write("in/b.jsonl", header(ONE));
    let ended = folder
        .start(&["export", "--from", "in/b.jsonl", "--to", "out"], Stdio::null())
        .end();
    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert_eq!(parts(&out).len(), 1);
    run.signal(Signal::CONT);
    let ended = run.end();
    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert_eq!(parts(&out), [""; 0]);
    assert_eq!(
        fs::read(out.join("a.jsonl")).unwrap(),
        fs::read(folder.path().join("in/a.jsonl")).unwrap()
    );
}

#[test]
fn a_hangup_that_is_ignored_stays_so() {
    let folder = Folder::new();
    folder.write("s.jsonl", "{\"method\":\"calls\"}");
    let pipe = folder.pipe("p.jsonl");
    let mut child = Command::new("sh")
        .args(["-c", "trap '' HUP; exec \"$0\" run s.jsonl p.jsonl"])
        .arg(env!("CARGO_BIN_EXE_threadloupe"))
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut first = [0; 1];
    // The program has answered, so it has set its signal handling.
    std::io::Read::read_exact(&mut out, &mut first).unwrap();
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), Signal::HUP).unwrap();
    drop(File::create(&pipe).unwrap());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Runs the program with a limit on file sizes, which has the effect of a full disk.
#[test]
fn a_file_that_does_not_fit_is_told_with_its_size_and_leaves_nothing() {
    let folder = large();
    let output = Command::new("sh")
        .args(["-c", "ulimit -f 16; trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_threadloupe"))
        .args(EXPORT)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{complaint}");
    assert!(
        complaint.starts_with("out/a.jsonl: ")
            && complaint.contains("the file is too large")
            && complaint.contains(" bytes"),
        "{complaint}"
    );
    assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_named_by_whatever_writes_to_standard_output() {
    let folder = Folder::new();
    folder.write("a.jsonl", header(ONE));
    folder.write("s.jsonl", "{\"method\":\"calls\"}");
    folder.write("p.json", "{\"name\":\"a\"}");
    for arguments in [
        &["import", "a.jsonl"][..],
        &["import", "--format", "json", "a.jsonl"],
        &["export", "--from", "a.jsonl"],
        &["export", "--from", "a.jsonl", "--format", "json"],
        &["run", "s.jsonl"],
        &["run", "--jobs", "2", "s.jsonl", "s.jsonl"],
        &["run", "--format", "tap", "s.jsonl"],
        &["merge", "p.json"],
        &["merge", "--format", "json", "p.json"],
        &["list", "fields"],
        &["laws"],
        &["--help"],
        &["--version"],
        &["help", "run"],
        &["completions", "bash"],
        &["man"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_threadloupe"))
            .args(arguments)
            .current_dir(folder.path())
            .stdout(File::options().write(true).open("/dev/full").unwrap())
            .output()
            .unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {complaint}");
        assert_eq!(
            complaint,
            "cannot write to standard output (no space left on the device); redirect it elsewhere\n",
            "{arguments:?}"
        );
    }
}
