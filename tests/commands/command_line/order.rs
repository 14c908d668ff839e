//! The order of arguments that `--help` prints, `--from PATH... THREAD`, means the same as `THREAD --from PATH...`.

use crate::support::rollouts::{Folder, ONE, OTHER, header, said};

fn home() -> Folder {
    let folder = Folder::new();
    for (id, text) in [(ONE, "a needle"), (OTHER, "say hello")] {
        folder.write(
            format!("home/{id}.jsonl"),
            format!("{}\n{}\n", header(id), said(text, 1)),
        );
    }
    folder.write("patch.json", r#"{"name":"new"}"#);
    folder
}

#[test]
fn the_last_word_may_be_the_positional_argument() {
    let folder = home();
    for (command, positional, options) in [
        ("export", ONE, &[][..]),
        ("export", ONE, &["--format", "json"]),
        ("show", &ONE[20..], &["--utc"]),
        ("search", "needle", &["-w"]),
        ("preview", "patch.json", &["--format", "json"]),
    ] {
        let first = [&[command, positional, "--from", "home"], options].concat();
        let expected = folder.run(&first);
        assert_eq!(expected.status.code(), Some(0), "{first:?}");
        assert!(!expected.stdout.is_empty(), "{first:?}");
        for last in [
            [&[command, "--from", "home", positional], options].concat(),
            [&[command], options, &["--from", "home", positional]].concat(),
            [&[command, "--from", "home", "home"], options, &["--", positional]].concat(),
        ] {
            let output = folder.run(&last);
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{last:?}: {complaint}");
            assert!(output.stdout == expected.stdout, "{last:?}");
        }
    }
}

#[test]
fn a_path_stays_a_path() {
    let folder = home();
    let one = format!("home/{ONE}.jsonl");
    let other = format!("home/{OTHER}.jsonl");
    let thread = folder.run(&["export", "--from", &one, &other, ONE]);
    assert_eq!(thread.stdout, std::fs::read(folder.path().join(&one)).unwrap());
    for (arguments, sentence) in [
        // THREAD is optional, and both words are files.
        (&["export", "--from", &one, &other][..], "cannot write 2 files"),
        (
            &["export", "--from", &one, "absent.jsonl"],
            "absent.jsonl: cannot open",
        ),
        // Any text could be TEXT, but a path that exists is none.
        (&["search", "--from", &one, &other], "<TEXT>"),
        (&["search", "--from", &one], "<TEXT>"),
        (
            &["threads", "needle", "--from", &one, "absent.jsonl"],
            "absent.jsonl",
        ),
    ] {
        let output = folder.run(arguments);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {complaint}");
        assert!(complaint.contains(sentence), "{arguments:?}: {complaint}");
    }
}
