//! Random keys, pastes and sizes for the real program on a real terminal. The program must always respond and never
//! panic, and Ctrl+C and `y` must end it with status 0 and a restored terminal.
//!
//! `THREADLOUPE_RANDOM_SECONDS` sets the duration, `THREADLOUPE_RANDOM_SEED` the first seed; the message of a failure
//! contains the seed. The program is built with debug assertions, like the tests.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test panics")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

#[path = "support/terminal.rs"]
mod terminal;

use terminal::{
    BACK_TAB, BACKSPACE, DOWN, END, ENTER, ESC, HOME, LEFT, PAGE_DOWN, PAGE_UP, RIGHT, Start, TAB, Terminal,
    UP, ctrl,
};

/// The default duration.
const SECONDS: u64 = 2;
/// The maximum number of steps of a program, each some keys, a paste or a size.
const STEPS: usize = 60;
/// The maximum number of times that Ctrl+C and `y` are pressed to end the program.
const LAYERS: usize = 3;

/// Random numbers from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// Letters and signs as keys. `/` and `~` are left out, so that no typed path leaves the folder of the run; `:search`
/// replaces `/`.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789123456123456 .,:;&?!+-<>=[]{}()'\"_#@jjjkkkyyn";

const KEYS: &[&str] = &[
    ENTER,
    ENTER,
    ENTER,
    TAB,
    BACK_TAB,
    BACKSPACE,
    UP,
    DOWN,
    LEFT,
    RIGHT,
    HOME,
    END,
    PAGE_UP,
    PAGE_DOWN,
    " ",
    "\u{1b}[3~",
    "\u{1b}OP",
];

/// Keys with Ctrl, without those that stop the process.
const WITH_CTRL: &str = "abdefhklnprsuwsrc";

const PASTES: &[&str] = &[
    "a text",
    "{\"name\": \"pasted\", \"model\": null}",
    "{\"name\":",
    "one\r\ntwo\nthree",
    "2020-01-01T00:00:00Z",
    "+2h",
    "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{e9} \u{202e}right \u{9b}31m",
    "",
    "019e1a41-7c00-7000-8000-000000000001",
    "[1, 2, {\"a\": [null, true]}]",
];

/// Commands by name; all their files are in the folder of the run.
const COMMANDS: &[&str] = &[
    "save kept",
    "save new",
    "save-scenario steps.jsonl",
    "save-patch patch.json",
    "import .",
    "import one.jsonl",
    "import missing",
    "stop-import",
    "store",
    "store other",
    "store third",
    "apply",
    "apply-to 019e1a41-7c00-7000-8000-000000000001",
    "apply-to 0198f2a3-0000-7000-8000-00000000abcd",
    "apply-to nobody",
    "diff",
    "diff 1 9",
    "diff-store",
    "diff-store 0 5",
    "laws",
    "check-all",
    "sizes",
    "look-at-step 3",
    "look-at-step 99999",
    "branch",
    "branch 4",
    "go-to-item 5",
    "search",
    "search test",
    "filter",
    "filter e",
    "note a note",
    "note",
    "play steps.jsonl",
    "play scenario.jsonl",
    "next-scenario",
    "restart",
    "facets",
    "transcript",
    "only-people",
    "follow-link",
    "go-back",
    "context",
    "times",
    "origins",
    "help",
    "messages",
    "patch-text",
    "edit-text",
    "undo",
    "redo",
    "retarget",
    "mark",
    "create_thread",
    "read_thread",
    "append_items",
    "list_threads",
    "load_history",
    "update_thread_metadata",
    "archive_thread",
    "list_turns",
];

const SCENARIO: &str = r#"{"scenario":"two steps","clock":"2026-05-13T00:28:15Z"}
{"method":"create_thread","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001"},"note":"first"}
{"method":"update_thread_metadata","params":{"thread_id":"0198f2a3-0000-7000-8000-000000000001","patch":{"name":null}},"expect":{"result":{"name":"x"}}}
"#;

/// The files that the programs of a run read.
fn fill(folder: &Path) {
    for (name, day) in [("one.jsonl", 1), ("two.jsonl", 2)] {
        let id = format!("0199865a-0000-7000-8000-00000000000{day}");
        let lines = format!(
            "{{\"timestamp\":\"2026-01-0{day}T00:00:00.000Z\",\"type\":\"session_meta\",\"payload\":{{\"id\":\"{id}\",\"cwd\":\"w\"}}}}\n\
             {{\"timestamp\":\"2026-01-0{day}T00:00:01.000Z\",\"type\":\"event_msg\",\"payload\":{{\"type\":\"user_message\",\"message\":\"a test of {name}\"}}}}\n\
             torn"
        );
        fs::write(folder.join(name), lines).unwrap();
    }
    fs::write(folder.join("scenario.jsonl"), SCENARIO).unwrap();
    fs::write(folder.join("kept"), "is asked about before it is written over").unwrap();
}

/// One program, and the record of its input.
struct Run {
    random: Random,
    terminal: Terminal,
    /// The input so far, for the message of a failure.
    done: Vec<String>,
}

impl Drop for Run {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("This was done: {}", self.done.join("  "));
        }
    }
}

impl Run {
    fn start(seed: u64, folder: &Path) -> Self {
        let mut random = Random(seed);
        let args = random.one_of(&[
            &[][..],
            &[],
            &["."],
            &["play", "scenario.jsonl"],
            &["--store", "named"],
        ]);
        let start = Start::threadloupe(args).folder(folder);
        let start = match random.below(4) {
            0 => start.size(20 + random.next() as u16 % 60, 5 + random.next() as u16 % 20),
            _ => start.size(60 + random.next() as u16 % 160, 16 + random.next() as u16 % 50),
        };
        // The editor changes no text.
        let start = start.env("EDITOR", "true").env("VISUAL", "true");
        let home = folder.to_str().unwrap();
        let start = start
            .env("HOME", home)
            .env("TMPDIR", home)
            .env("RUST_BACKTRACE", "0");
        Self {
            random,
            terminal: start.spawn(),
            done: vec![format!("{args:?}")],
        }
    }

    fn keys(&mut self) -> String {
        let mut keys = String::new();
        for _ in 0..1 + self.random.below(12) {
            match self.random.below(10) {
                0..6 => keys.push(char::from(LETTERS.as_bytes()[self.random.below(LETTERS.len())])),
                6..9 => keys.push_str(self.random.one_of(KEYS)),
                _ => {
                    let letter = WITH_CTRL.as_bytes()[self.random.below(WITH_CTRL.len())];
                    keys.push_str(&ctrl(char::from(letter)));
                }
            }
        }
        keys
    }

    /// Makes one step; returns true if the program has ended.
    fn step(&mut self) -> bool {
        match self.random.below(16) {
            0 => {
                let sizes = [
                    (1, 1),
                    (2, 40),
                    (19, 5),
                    (20, 5),
                    (21, 6),
                    (40, 10),
                    (80, 24),
                    (120, 40),
                    (250, 80),
                ];
                let (columns, rows) = sizes[self.random.below(sizes.len())];
                self.done.push(format!("{columns}x{rows}"));
                self.terminal.resize(columns, rows);
                self.is_drawn()
            }
            1 => {
                let text = self.random.one_of(PASTES);
                self.send(&format!("{ESC}[200~{text}{ESC}[201~"))
            }
            // Sends ESC alone and waits until it was read: followed by a key at once, it would be another key.
            2..4 => self.send(ESC),
            4..6 => {
                let command = self.random.one_of(COMMANDS);
                self.send(&format!(":{command}\r"))
            }
            _ => {
                let keys = self.keys();
                self.send(&keys)
            }
        }
    }

    /// Sends keys and waits until the program has drawn them; returns true if it has ended.
    fn send(&mut self, keys: &str) -> bool {
        self.done.push(keys.escape_debug().to_string());
        let frames = self.terminal.frames();
        self.terminal.type_if_there(keys);
        if self.terminal.wait_frame_or_end(frames) {
            return true;
        }
        // That frame may be for something else. The frame for this key is drawn after everything before it.
        self.is_drawn()
    }

    /// Waits until all input was drawn; returns true if the program has ended.
    fn is_drawn(&mut self) -> bool {
        let frames = self.terminal.frames();
        self.terminal.type_if_there(&ctrl('l'));
        self.terminal.wait_frame_or_end(frames)
    }

    /// Quits the program in any state.
    fn leave(&mut self) {
        for _ in 0..LAYERS {
            if self.send(&ctrl('c')) || self.send("y") {
                break;
            }
        }
    }

    /// Checks that the program ended as it should.
    fn check(&mut self, seed: u64) {
        let tell = |what: &str, run: &Self| format!("seed {seed}: {what}\n{}", run.terminal.picture());
        // Keys may still wait to be read: a debug build draws a frame after each key in a long list. If the program is
        // not left at all, this fails with a picture.
        let status = self.terminal.wait_exit();
        assert!(status.success(), "{}", tell(&format!("status {status:?}"), self));
        assert!(
            self.terminal.is_given_back(),
            "{}",
            tell("the terminal was not restored", self)
        );
        let written = String::from_utf8_lossy(self.terminal.bytes());
        assert!(!written.contains("panicked at"), "{}", tell("a panic", self));
    }
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is not a number: {text}")),
    )
}

#[test]
fn random_keys_never_lead_to_where_ctrl_c_and_y_do_not_lead_out() {
    let seconds = number("THREADLOUPE_RANDOM_SECONDS");
    // Without a given duration the first seed is always 1, so each run sends the same keys.
    let clock = || {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap();
        seconds.map_or(1, |_| since.as_secs())
    };
    let first = number("THREADLOUPE_RANDOM_SEED").unwrap_or_else(clock);
    let until = Instant::now() + Duration::from_secs(seconds.unwrap_or(SECONDS));
    let mut seed = first;
    let mut steps = 0;
    while seed == first || Instant::now() < until {
        // Printed first, so that it is known even if the run hangs.
        println!("seed {seed}");
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path());
        let mut run = Run::start(seed, folder.path());
        let mut ended = run.terminal.wait_frame_or_end(0);
        while !ended && run.done.len() <= STEPS && (Instant::now() < until || run.done.len() <= 10) {
            ended = run.step();
        }
        if !ended {
            run.leave();
        }
        run.check(seed);
        steps += run.done.len();
        seed += 1;
    }
    println!(
        "{} programs, {steps} steps, seeds {first} to {}",
        seed - first,
        seed - 1
    );
}
