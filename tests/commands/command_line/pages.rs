//! Completions, manual pages and versions. What a shell or man that is not installed would check is skipped.

use std::process::{Command, Output};

use crate::support::rollouts::Folder;

fn text(output: &Output) -> String {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaint.is_empty(), "{complaint}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The names of the commands that `--help` lists.
fn commands(folder: &Folder) -> Vec<String> {
    let help = text(&folder.run(&["--help"]));
    let commands = help.split("Commands:\n").nth(1).unwrap();
    let commands = commands.split("\n\n").next().unwrap();
    commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
        .collect()
}

fn is_installed(program: &str) -> bool {
    let is_there = Command::new(program).arg("--version").output().is_ok();
    if !is_there {
        println!("skipped: {program} is not installed");
    }
    is_there
}

/// Runs a shell in the folder with a script, which gets no files of the user.
fn shell(folder: &Folder, shell: &[&str], script: &str) -> String {
    let output = Command::new(shell[0])
        .args(&shell[1..])
        .arg(script)
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .output()
        .unwrap();
    text(&output)
}

#[test]
fn completions_name_every_command() {
    let folder = Folder::new();
    let expected = commands(&folder);
    assert!(
        expected.len() > 15 && expected.contains(&"completions".to_owned()),
        "{expected:?}"
    );
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(&folder.run(&["completions", shell]));
        for command in &expected {
            assert!(script.contains(command.as_str()), "{shell} {command}");
        }
        folder.write(format!("completions.{shell}"), script);
    }
    assert_eq!(folder.run(&["completions", "tcsh"]).status.code(), Some(2));

    let sorted = |words: &str| {
        let mut words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    let mut by_name = expected.clone();
    by_name.sort();
    if is_installed("bash") {
        let script = "source ./completions.bash && COMP_WORDS=(threadloupe '') && COMP_CWORD=1 \
                      && _threadloupe threadloupe '' threadloupe && echo \"${COMPREPLY[@]}\"";
        let words = sorted(&shell(&folder, &["bash", "--norc", "-c"], script));
        let words: Vec<String> = words
            .into_iter()
            .filter(|word| !word.starts_with(['-', '[']))
            .collect();
        assert_eq!(words, by_name);
        let script = "source ./completions.bash && COMP_WORDS=(threadloupe export --f) && COMP_CWORD=2 \
                      && _threadloupe threadloupe --f export && echo \"${COMPREPLY[@]}\"";
        let words = sorted(&shell(&folder, &["bash", "--norc", "-c"], script));
        assert_eq!(words, ["--force", "--format", "--from"]);
    }
    if is_installed("zsh") {
        let script =
            "autoload -U compinit && compinit -u -D && source ./completions.zsh && whence -w _threadloupe";
        assert!(shell(&folder, &["zsh", "-f", "-c"], script).contains("function"));
    }
    if is_installed("fish") {
        let script = "source ./completions.fish; complete -C 'threadloupe ' | string split -f1 \\t";
        let words = sorted(&shell(&folder, &["fish", "--no-config", "-c"], script));
        for command in &expected {
            assert!(words.contains(command), "{command}: {words:?}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page_without_faults() {
    let folder = Folder::new();
    assert_eq!(text(&folder.run(&["man", "--to", "pages/man1"])), "");
    let pages = folder.path().join("pages/man1");
    let mut names: Vec<String> = std::fs::read_dir(&pages)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut expected: Vec<String> = commands(&folder)
        .iter()
        .filter(|name| *name != "help")
        .map(|name| format!("threadloupe-{name}.1"))
        .chain(["threadloupe.1".to_owned()])
        .collect();
    let tables = [
        "fields", "ops", "kinds", "panes", "keys", "options", "legend", "rules",
    ];
    expected.extend(tables.map(|table| format!("threadloupe-list-{table}.1")));
    expected.extend(["check", "show", "path"].map(|name| format!("threadloupe-config-{name}.1")));
    expected.sort();
    assert_eq!(names, expected);

    let read = |name: &str| std::fs::read_to_string(pages.join(name)).unwrap();
    assert_eq!(text(&folder.run(&["man"])), read("threadloupe.1"));
    assert_eq!(text(&folder.run(&["man", "run"])), read("threadloupe-run.1"));
    assert_eq!(
        text(&folder.run(&["man", "list", "rules"])),
        read("threadloupe-list-rules.1")
    );
    let unknown = folder.run(&["man", "rnu"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).starts_with("rnu: there is no such command"));
    for name in &names {
        let page = read(name);
        let has_row = !["threadloupe-list-", "threadloupe-config-"]
            .iter()
            .any(|above| name.starts_with(above));
        assert_eq!(
            page.matches(".SH \"EXIT STATUS\"").count(),
            usize::from(has_row),
            "{name}"
        );
        assert!(!page.contains('\u{1b}'), "{name}");
    }

    if is_installed("man") {
        for name in &names {
            let output = Command::new("man")
                .args(["--warnings", "-E", "UTF-8", "-l", name])
                .current_dir(&pages)
                .env("MANROFFSEQ", "")
                .env("MANWIDTH", "80")
                .env("LC_ALL", "C.UTF-8")
                .output()
                .unwrap();
            let page = text(&output);
            assert!(page.contains("SYNOPSIS"), "{name}: {page}");
        }
    }
}

#[test]
fn the_version_says_more_if_asked() {
    let folder = Folder::new();
    let version = concat!("threadloupe ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(text(&folder.run(&["--version"])), version);
    assert_eq!(text(&folder.run(&["-V"])), version);
    let long = text(&folder.run(&["--version", "--verbose"]));
    let names: Vec<&str> = long
        .lines()
        .skip(1)
        .filter_map(|line| line.split(": ").next())
        .collect();
    assert!(long.starts_with(version));
    assert_eq!(
        names,
        ["system", "build", "features", "SQLite", "lowest supported Rust"]
    );
    assert_eq!(folder.run(&["--verbose"]).status.code(), Some(2));
}
