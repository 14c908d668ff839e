//! A home folder with rollouts, databases and an index, as an agent writes it.

#![allow(dead_code, reason = "each test file uses only a part of this module")]
#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::ops::Deref;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::{Value, json};

use super::rollouts::Folder;

pub const A: &str = "0199865a-0000-7000-8000-00000000000a";
pub const B: &str = "0199865a-0000-7000-8000-00000000000b";
pub const C: &str = "0199865a-0000-7000-8000-00000000000c";
/// The second rollout of A.
pub const A2: &str = "0199865a-0000-7000-8000-0000000000a2";

/// A rollout of a paginated thread.
pub struct Rollout {
    pub bytes: String,
    pub ordinal: u64,
}

impl Rollout {
    /// A first rollout.
    pub fn first(thread: &str) -> Self {
        let mut rollout = Self {
            bytes: String::new(),
            ordinal: 0,
        };
        rollout.header(thread, json!({}));
        rollout
    }

    /// A rollout that continues another one at its current end.
    pub fn continues(thread: &str, base: &str, end: &Self) -> Self {
        let mut rollout = Self {
            bytes: String::new(),
            ordinal: end.ordinal,
        };
        let base = json!({"thread_id": base, "end_ordinal_exclusive": end.ordinal, "end_byte_offset": end.bytes.len()});
        rollout.header(thread, json!({"history_base": base}));
        rollout
    }

    /// A rollout whose header has this history base.
    pub fn based(thread: &str, base: Value) -> Self {
        let mut rollout = Self {
            bytes: String::new(),
            ordinal: 0,
        };
        rollout.header(thread, json!({"history_base": base}));
        rollout
    }

    fn header(&mut self, thread: &str, more: Value) {
        let mut payload = json!({"id": thread, "timestamp": "2026-11-27T10:00:00.000Z", "cwd": "/w", "cli_version": "0.171.0",
            "source": "cli", "model_provider": "mock", "history_mode": "paginated", "git": {"branch": "main"}});
        payload
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.line("session_meta", payload);
    }

    /// Adds a line.
    pub fn line(&mut self, kind: &str, payload: Value) -> &mut Self {
        let time = format!(
            "2026-11-27T10:{:02}:{:02}.000Z",
            self.ordinal / 60,
            self.ordinal % 60
        );
        let line = json!({"timestamp": time, "ordinal": self.ordinal, "type": kind, "payload": payload});
        self.bytes.push_str(&line.to_string());
        self.bytes.push('\n');
        self.ordinal += 1;
        self
    }

    /// Adds a turn of three lines: its start, the words of the user, and its end.
    pub fn turn(&mut self, id: &str, text: &str) -> &mut Self {
        let item = json!({"type": "UserMessage", "id": format!("u-{id}"), "content": [{"type": "text", "text": text}]});
        self.line("event_msg", json!({"type": "task_started", "turn_id": id}));
        self.line(
            "event_msg",
            json!({"type": "item_completed", "turn_id": id, "item": item}),
        );
        self.line("event_msg", json!({"type": "task_complete", "turn_id": id}))
    }
}

/// The name of a thread's first rollout.
pub fn named(thread: &str) -> String {
    format!("rollout-2026-11-27T10-00-00-{thread}.jsonl")
}

/// The name of the rollout that a revert creates.
pub fn reverted(thread: &str, rollout: &str) -> String {
    format!("rollout-2026-11-27T11-00-00-{thread}_{rollout}.jsonl")
}

/// A temporary home, removed with the test.
pub struct HomeFolder(Folder);

impl Deref for HomeFolder {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.0
    }
}

impl HomeFolder {
    pub fn new() -> Self {
        Self(Folder::new())
    }

    /// Writes a rollout below `sessions`.
    pub fn rollout(&self, name: &str, rollout: &Rollout) -> PathBuf {
        self.write(Path::new("sessions/2026/11/27").join(name), &rollout.bytes)
    }

    /// Opens the database of threads, and creates it if it does not exist.
    pub fn state(&self) -> Connection {
        let database = Connection::open(self.path().join("state_5.sqlite")).unwrap();
        database.pragma_update(None, "journal_mode", "wal").unwrap();
        let table = "CREATE TABLE IF NOT EXISTS threads (id TEXT PRIMARY KEY, rollout_path TEXT NOT NULL, title TEXT,
            first_user_message TEXT, preview TEXT, cwd TEXT, memory_mode TEXT, history_mode TEXT, name TEXT, archived INTEGER,
            archived_at INTEGER, git_sha TEXT, git_branch TEXT, git_origin_url TEXT, tokens_used INTEGER, thread_section_id TEXT)";
        database.execute(table, []).unwrap();
        database
    }

    /// Sets a row of the database of threads.
    pub fn row(&self, thread: &str, file: &str, values: Value) {
        let database = self.state();
        let path = format!("/moved/home/sessions/2026/11/27/{file}");
        database
            .execute(
                "INSERT OR REPLACE INTO threads (id, rollout_path, history_mode, archived) VALUES (?1, ?2, 'paginated', 0)",
                [thread, &path],
            )
            .unwrap();
        for (column, value) in values.as_object().unwrap() {
            let update = format!("UPDATE threads SET {column} = ?1 WHERE id = ?2");
            match value {
                Value::String(text) => database.execute(&update, [text.as_str(), thread]),
                Value::Number(number) => database.execute(&update, (number.as_i64(), thread)),
                _ => database.execute(&update, (None::<String>, thread)),
            }
            .unwrap();
        }
    }

    /// Writes how far a rollout was read into the database of turns.
    pub fn projection(&self, rollout: &str, bytes: usize, ordinal: u64, turns: &[&str]) {
        let database = Connection::open(self.path().join("thread_history_1.sqlite")).unwrap();
        let tables = "CREATE TABLE IF NOT EXISTS thread_turns (thread_id TEXT, turn_id TEXT);
            CREATE TABLE IF NOT EXISTS thread_history_projection_state
                (thread_id TEXT PRIMARY KEY, next_rollout_byte_offset INTEGER, next_rollout_ordinal INTEGER);";
        database.execute_batch(tables).unwrap();
        let state = "INSERT OR REPLACE INTO thread_history_projection_state VALUES (?1, ?2, ?3)";
        database
            .execute(state, (rollout, bytes as i64, ordinal as i64))
            .unwrap();
        for turn in turns {
            database
                .execute("INSERT INTO thread_turns VALUES (?1, ?2)", (rollout, turn))
                .unwrap();
        }
    }
}
