//! The inspector in tmux, which gives each character of a cluster cells of its own. Skipped where tmux is not installed.

use std::process::{Command, Output};

use crate::support::rollouts::{Folder, ONE, header, said, wait_until};

/// A server of tmux with one session, ended with the test.
struct Tmux(String);

impl Tmux {
    /// Starts the inspector on a screen of 120x36.
    fn inspect(folder: &Folder, file: &str) -> Self {
        let tmux = Self(folder.path().join("tmux").to_string_lossy().into_owned());
        let inspector = format!("'{}' --no-settings {file}", env!("CARGO_BIN_EXE_threadloupe"));
        let folder = folder.path().to_str().unwrap();
        let started = tmux.run(&[
            "new-session",
            "-d",
            "-x",
            "120",
            "-y",
            "36",
            "-c",
            folder,
            &inspector,
        ]);
        assert!(
            started.status.success(),
            "{}",
            String::from_utf8_lossy(&started.stderr)
        );
        tmux
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new("tmux")
            .args(["-u", "-S", &self.0, "-f", "/dev/null"])
            .args(arguments)
            .env("LC_ALL", "C.UTF-8")
            .env_remove("TMUX")
            .output()
            .unwrap()
    }

    fn keys(&self, keys: &[&str]) {
        let sent = self.run(&[&["send-keys"], keys].concat());
        assert!(sent.status.success(), "{keys:?}");
    }

    fn screen(&self) -> String {
        String::from_utf8(self.run(&["capture-pane", "-p"]).stdout).unwrap()
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}

#[test]
fn nothing_of_a_cluster_stays_when_it_moves() {
    if Command::new("tmux").arg("-V").output().is_err() {
        println!("skipped: tmux is not installed");
        return;
    }
    for text in ["น้ำ", "क्ष", "கு", "မြို့", "\u{1f1e9}\u{1f1ea}"] {
        let folder = Folder::new();
        folder.write(
            "a.jsonl",
            format!("{}\n{}\n", header(ONE), said(&format!("{text} x"), 1)),
        );
        let tmux = Tmux::inspect(&folder, "a.jsonl");
        let places = |c: char| tmux.screen().matches(c).count();
        wait_until("the list and the history show the text", || {
            text.chars().all(|c| places(c) == 2)
        });
        // With the history alone on the screen, the text has one place, and it is another one.
        tmux.keys(&["2", "C-l", "z"]);
        wait_until("the text stands in one place", || {
            tmux.screen().contains("6 Journal") && text.chars().all(|c| places(c) == 1)
        });
        tmux.keys(&["z"]);
        wait_until("it stands in two places again", || {
            text.chars().all(|c| places(c) == 2)
        });
    }
}
