//! The patch form, the call forms and the journal on a real terminal: what was wrong once, with exactly those keys. The
//! tests read the result from the state or the scenario that the program saves.

use std::fs;
use std::path::PathBuf;

use crate::support::terminal::{DOWN, END, ENTER, ESC, Start, TAB, Terminal, ctrl};
use serde_json::{Value, json};

/// The program in a folder of its own.
struct Lab {
    terminal: Terminal,
    folder: tempfile::TempDir,
}

/// The first thread of the demo that is in the list.
const FIRST: &str = "019e1a42-7c00-7000-8000-000000000002";

impl Lab {
    /// Starts the demo.
    fn demo() -> Self {
        let mut lab = Self::empty();
        lab.terminal.wait_for("Threads 13");
        lab
    }

    /// Starts the program with one thread in an empty store, which the user creates with this id.
    fn of_thread(id: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let terminal = Start::threadloupe(&["--store", "lab"])
            .size(160, 50)
            .folder(folder.path())
            .spawn();
        let mut lab = Self { terminal, folder };
        lab.terminal.wait_for("Threads 0");
        lab.keys(":create_thread");
        lab.keys(ENTER);
        lab.terminal.wait_for("create_thread call");
        lab.keys(&format!("{}{id}{ENTER}", ctrl('u')));
        lab.terminal.wait_for("create_thread: done.");
        lab.keys(ESC);
        lab.terminal.wait_for("Threads 1");
        lab
    }

    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let terminal = Start::threadloupe(&[])
            .size(160, 50)
            .folder(folder.path())
            .spawn();
        Self { terminal, folder }
    }

    fn keys(&mut self, keys: &str) {
        self.terminal.type_keys(keys);
    }

    fn see(&mut self, text: &str) {
        self.terminal.wait_for(text);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Saves the store and returns the accumulated patch of a thread.
    fn patch_of(&mut self, id: &str) -> Value {
        self.keys(":save state.jsonl\r");
        self.see("Saved the store to state.jsonl");
        let text = fs::read_to_string(self.path("state.jsonl")).unwrap();
        fs::remove_file(self.path("state.jsonl")).unwrap();
        let lines = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut of_thread = lines.filter(|line| line["thread"] == id);
        of_thread.next().unwrap()["patch"].clone()
    }

    /// Saves the steps as a scenario and returns its lines.
    fn steps(&mut self) -> Vec<String> {
        self.keys(":save-scenario steps.jsonl\r");
        self.see("Saved the scenario to steps.jsonl");
        let text = fs::read_to_string(self.path("steps.jsonl")).unwrap();
        fs::remove_file(self.path("steps.jsonl")).unwrap();
        text.lines().map(str::to_string).collect()
    }

    /// Goes to a field of the patch form.
    fn field(&mut self, name: &str) {
        self.keys(&format!("4g/{name}{ENTER}"));
        self.see(&format!("▸{name}"));
    }
}

#[test]
fn what_was_sent_is_what_is_shown() {
    let mut lab = Lab::demo();
    lab.keys("4m");
    lab.see("Patch as text");
    let patch = r#"{"model":null,"nmae":"x"}"#;
    lab.terminal.paste(patch);
    lab.see("unknown-field: patch.nmae");
    lab.see("null-ignored: patch.model");
    lab.keys(&ctrl('s'));
    lab.see("update_thread_metadata: applied, 0 fields set or cleared");
    lab.keys(&format!("{ESC}6"));
    lab.see(patch);
    lab.see("The contract ignores everything in this patch");
    let before = lab.patch_of(FIRST);
    assert!(before.get("nmae").is_none(), "{before}");
    let steps = lab.steps();
    let last = steps.last().unwrap();
    assert!(last.contains(&format!(r#""patch":{patch}}}"#)), "{last}");
}

#[test]
fn now_is_the_clock() {
    let mut lab = Lab::demo();
    lab.field("created_at");
    lab.keys(&format!("enow{}", ctrl('s')));
    lab.see("applied, 1 field");
    // The clock of the demo stands.
    assert_eq!(lab.patch_of(FIRST)["created_at"], "2026-05-12T12:30:00Z");
}

#[test]
fn the_first_key_replaces_what_a_form_offers() {
    let mut lab = Lab::demo();
    lab.field("source");
    lab.keys("espawn\r");
    lab.see("agent_nickname");
    // The depth is a number, the nickname is null, the role is null.
    lab.keys(&format!("{TAB}5{TAB}{TAB}Ada{ENTER}"));
    lab.see("1 changed, not applied");
    lab.keys(&ctrl('s'));
    lab.see("applied, 1 field");
    let spawn = &lab.patch_of(FIRST)["source"]["subagent"]["thread_spawn"];
    assert_eq!(
        (&spawn["depth"], &spawn["agent_nickname"]),
        (&json!(5), &json!("Ada"))
    );
    // A text part is plain text, and an empty one takes what is typed.
    lab.keys("De");
    lab.see("custom");
    lab.keys("custom\r");
    lab.see("text; an empty line omits the key");
    lab.keys(&format!("say \"hi\"{ENTER}{}", ctrl('s')));
    lab.see("applied, 1 field");
    assert_eq!(lab.patch_of(FIRST)["source"], json!({"custom": "say \"hi\""}));
    // Words and flags change with Space.
    lab.field("memory_mode");
    lab.keys(&format!("D {}", ctrl('s')));
    lab.see("applied, 1 field");
    assert_eq!(lab.patch_of(FIRST)["memory_mode"], "disabled");
}

#[test]
fn a_step_has_the_same_number_in_the_journal_and_above() {
    let mut lab = Lab::demo();
    lab.keys(&format!("4gc{}", ctrl('s')));
    lab.see("step 56 ");
    lab.keys("u");
    lab.see("Undid");
    lab.keys(&format!("De{}other{}", ctrl('u'), ctrl('s')));
    lab.see("step 57 ");
    lab.keys("6");
    lab.see("▸  57");
    lab.see("on this branch");
    lab.keys(":look-at-step 57\r");
    lab.see("Latest step: 57.");
    lab.keys(":look-at-step 56\r");
    lab.see("Step 56 is on another branch");
    lab.keys(":branch\r");
    lab.see("branches off after step");
    assert_eq!(lab.terminal.text().matches("current \u{b7}").count(), 1);
    lab.keys(&format!("{DOWN}{ENTER}"));
    lab.see("Switched to the branch of step 56");
    assert_eq!(lab.patch_of(FIRST)["name"], Value::Null);
}

#[test]
fn a_path_keeps_its_first_spelling() {
    const ID: &str = "0198f2a3-0000-7000-8000-000000000001";
    let mut lab = Lab::of_thread(ID);
    for path in ["/p//c.jsonl", "/p/c.jsonl/"] {
        lab.keys(":resume_thread\r");
        lab.see("resume_thread call");
        lab.keys(&format!("{TAB}{path}{ENTER}"));
        lab.see("resume_thread: done.");
        lab.keys(ESC);
        lab.terminal.wait_gone("resume_thread: done.");
    }
    lab.keys(":read_thread\r");
    lab.see("read_thread call");
    lab.keys(ENTER);
    lab.see("rollout_path: \"/p//c.jsonl\"");
    lab.keys(ESC);
    let steps = lab.steps();
    assert!(steps.iter().any(|step| step.contains("/p/c.jsonl/")), "{steps:?}");
}

#[test]
fn a_patch_that_will_fail_is_asked_about() {
    let mut lab = Lab::demo();
    // The last thread of the list was never created.
    lab.keys("1G4c");
    lab.see("unknown-thread: thread_id");
    lab.keys(&ctrl('s'));
    lab.see("was never created. The store will answer thread_not_found");
    lab.keys("n");
    lab.terminal.wait_gone("was never created. The store");
    let steps = lab.steps();
    assert!(
        !steps.last().unwrap().contains("update_thread_metadata"),
        "{steps:?}"
    );
    lab.keys(&format!("{}y", ctrl('s')));
    lab.see("the patch is kept anyway (rule M1)");
    let steps = lab.steps();
    assert!(
        steps.last().unwrap().contains(r#""patch":{"name":null}"#),
        "{steps:?}"
    );
}

#[test]
fn a_long_value_is_read_and_its_row_stays_in_sight() {
    let mut lab = Lab::demo();
    let long = format!("{}end", "word ".repeat(60));
    lab.field("preview");
    lab.keys("ze");
    lab.see("The test retry");
    lab.terminal.paste(&long);
    // The stored value is beside the input, and the key bar names what applies.
    lab.see("word end");
    lab.see("\"The test retry");
    lab.see("^S apply");
    lab.keys(&format!("{ENTER}o"));
    lab.see("Accumulated patch");
    lab.see("This patch");
    lab.keys(ESC);
    lab.keys(&ctrl('s'));
    lab.see("applied, 1 field");
    assert_eq!(lab.patch_of(FIRST)["preview"], long);
    // Editing begins with the stored value.
    lab.keys(&format!("De{END} of it{}", ctrl('s')));
    lab.see("applied, 1 field");
    assert_eq!(lab.patch_of(FIRST)["preview"], format!("{long} of it"));
}

#[test]
fn the_text_of_a_patch_is_pasted_emptied_and_undone() {
    let mut lab = Lab::demo();
    lab.keys("4m");
    lab.see("Patch as text");
    lab.terminal.paste(r#"{"name":"a","model":"m"}"#);
    lab.see("\"model\":\"m\"");
    assert!(!lab.terminal.text().contains("{}{"), "{}", lab.terminal.picture());
    // Everything is selected and deleted, and comes back.
    lab.keys("\u{1b}a\u{7f}");
    lab.see("invalid: the form keeps the last valid patch");
    lab.keys("\u{1f}");
    lab.see("\"model\":\"m\"");
    lab.keys(&ctrl('s'));
    lab.see("applied, 2 fields");
    lab.keys(ESC);
    lab.terminal.wait_gone("Patch as text");
    let patch = lab.patch_of(FIRST);
    assert_eq!((&patch["name"], &patch["model"]), (&json!("a"), &json!("m")));
    // A text that is no patch does not outlive D.
    lab.keys("m");
    lab.see("Patch as text");
    lab.keys("\u{1b}a\u{7f}[");
    lab.see("invalid:");
    lab.keys(ESC);
    lab.see("m: invalid text");
    lab.keys("D");
    lab.terminal.wait_gone("m: invalid text");
}

#[test]
fn a_redone_patch_is_applied_and_a_created_thread_is_selected() {
    let mut lab = Lab::demo();
    lab.keys(&format!("4gc{}", ctrl('s')));
    lab.see("1 changed, applied");
    lab.keys("u");
    lab.see("Undid update_thread_metadata");
    lab.see("not applied");
    lab.keys(&ctrl('r'));
    lab.see("Redid update_thread_metadata");
    lab.see("1 changed, applied");
    assert_eq!(lab.patch_of(FIRST)["name"], Value::Null);
    lab.keys("1:create_thread\r");
    lab.see("create_thread call");
    lab.keys(&format!(
        "{}0198f2a3-0000-7000-8000-000000000009{ENTER}",
        ctrl('u')
    ));
    lab.see("create_thread: done.");
    lab.keys(ESC);
    lab.see("Metadata 0198f2a3-0000-7000-8000-000000000009");
    // A search begins empty.
    lab.keys("/kept nowhere\r");
    lab.see("No item contains the text");
    lab.keys(ESC);
    lab.terminal.wait_gone("No item contains the text");
    lab.keys("/");
    lab.see("/ ");
    lab.keys("Fix\r");
    lab.see("Metadata 019e1a41-7c00-7000-8000-000000000001");
    // What was done by hand is asked about.
    lab.keys("q");
    lab.see("Your calls and expectations (");
    lab.keys("n");
    lab.terminal.wait_gone("Your calls and expectations");
}
