//! Reads the tables of the databases by column name: a table can have more columns than are known here, or fewer.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::database;
use super::{Home, HomeGoal, HomeThread, Projection};
use crate::protocol::{Text, ThreadId};

/// A row with its values by column name.
struct NamedRow<'a> {
    row: &'a Row<'a>,
    columns: &'a [&'static str],
}

impl NamedRow<'_> {
    fn value(&self, column: &str) -> Option<ValueRef<'_>> {
        let at = self.columns.iter().position(|known| *known == column)?;
        self.row.get_ref(at).ok()
    }

    /// The value as text; bytes that are not UTF-8 become U+FFFD.
    fn str(&self, column: &str) -> Option<Cow<'_, str>> {
        match self.value(column)? {
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                let valid = simdutf8::basic::from_utf8(bytes).map(Cow::Borrowed);
                Some(valid.unwrap_or_else(|_| String::from_utf8_lossy(bytes)))
            }
            _ => None,
        }
    }

    fn text(&self, column: &str) -> Option<String> {
        self.str(column).map(Cow::into_owned)
    }

    fn integer(&self, column: &str) -> Option<i64> {
        match self.value(column)? {
            ValueRef::Integer(number) => Some(number),
            _ => None,
        }
    }

    fn count(&self, column: &str) -> Option<u64> {
        u64::try_from(self.integer(column)?).ok()
    }

    fn id(&self, column: &str) -> Option<ThreadId> {
        ThreadId::from_string(&self.str(column)?).ok()
    }

    /// A time in seconds.
    fn time(&self, column: &str) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.integer(column)?, 0)
    }
}

/// Calls `each` for each row of a table, with those of the given columns that the table has. A table that does not exist has
/// no rows.
fn rows(
    connection: &Connection,
    table: &str,
    columns: &[&'static str],
    mut each: impl FnMut(&NamedRow<'_>),
) -> rusqlite::Result<()> {
    let mut about = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let present: Vec<String> = about
        .query_map([table], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let columns: Vec<&'static str> = columns
        .iter()
        .copied()
        .filter(|column| present.iter().any(|name| name == column))
        .collect();
    if columns.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare(&format!("SELECT {} FROM {table}", columns.join(", ")))?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        each(&NamedRow {
            row,
            columns: &columns,
        });
    }
    Ok(())
}

const THREAD_COLUMNS: [&str; 16] = [
    "id",
    "rollout_path",
    "history_mode",
    "name",
    "title",
    "first_user_message",
    "preview",
    "cwd",
    "git_sha",
    "git_branch",
    "git_origin_url",
    "memory_mode",
    "archived",
    "archived_at",
    "thread_section_id",
    "tokens_used",
];

fn thread(row: &NamedRow<'_>) -> HomeThread {
    let first = row.str("first_user_message").map(|text| Text::from(&*text));
    // The other two columns often contain the same text, which is then shared.
    let like_first = |column| {
        let text = row.str(column)?;
        let shared = first.as_ref().filter(|first| ***first == *text);
        Some(shared.map_or_else(|| Text::from(&*text), Text::clone))
    };
    HomeThread {
        rollout_path: row.text("rollout_path").map(PathBuf::from),
        is_paginated: row.text("history_mode").map(|mode| mode == "paginated"),
        name: row.text("name"),
        title: like_first("title"),
        preview: like_first("preview"),
        cwd: row.text("cwd").map(PathBuf::from),
        git_sha: row.text("git_sha"),
        git_branch: row.text("git_branch"),
        git_origin_url: row.text("git_origin_url"),
        memory_mode: row.text("memory_mode"),
        archived: row.integer("archived").is_some_and(|archived| archived != 0),
        archived_at: row.time("archived_at"),
        section: row.text("thread_section_id"),
        goal: None,
        tokens_used: row.count("tokens_used"),
        parent: None,
        first_user_message: first,
    }
}

type Goals = HashMap<ThreadId, HomeGoal>;

fn goals(connection: &Connection) -> rusqlite::Result<Goals> {
    let mut goals = Goals::new();
    let columns = ["thread_id", "objective", "status", "token_budget", "tokens_used"];
    rows(connection, "thread_goals", &columns, |row| {
        if let Some(id) = row.id("thread_id") {
            let goal = HomeGoal {
                objective: row.text("objective").unwrap_or_default(),
                status: row.text("status").unwrap_or_default(),
                tokens_used: row.count("tokens_used"),
                token_budget: row.count("token_budget"),
            };
            goals.insert(id, goal);
        }
    })?;
    Ok(goals)
}

/// The threads of a database, and how many of its rows have no valid id.
fn state(connection: &Connection) -> rusqlite::Result<(HashMap<ThreadId, Box<HomeThread>>, usize)> {
    let mut threads: HashMap<ThreadId, Box<HomeThread>> = HashMap::new();
    let mut strangers = 0;
    rows(connection, "threads", &THREAD_COLUMNS, |row| match row.id("id") {
        Some(id) => {
            threads.insert(id, Box::new(thread(row)));
        }
        None => strangers += 1,
    })?;
    let mut sections: HashMap<String, String> = HashMap::new();
    rows(connection, "thread_sections", &["id", "name"], |row| {
        sections.extend(row.text("id").zip(row.text("name")));
    })?;
    for section in threads.values_mut().filter_map(|thread| thread.section.as_mut()) {
        if let Some(name) = sections.get(section) {
            section.clone_from(name);
        }
    }
    let columns = ["parent_thread_id", "child_thread_id"];
    rows(connection, "thread_spawn_edges", &columns, |row| {
        let child = row
            .id("child_thread_id")
            .and_then(|child| threads.get_mut(&child));
        if let Some(child) = child {
            child.parent = row.id("parent_thread_id");
        }
    })?;
    for (id, goal) in goals(connection)? {
        if let Some(thread) = threads.get_mut(&id) {
            thread.goal = Some(goal);
        }
    }
    Ok((threads, strangers))
}

type Projections = HashMap<ThreadId, Arc<Projection>>;

fn projections(connection: &Connection) -> rusqlite::Result<Projections> {
    let mut projections: HashMap<ThreadId, Projection> = HashMap::new();
    let columns = ["thread_id", "next_rollout_byte_offset", "next_rollout_ordinal"];
    rows(connection, "thread_history_projection_state", &columns, |row| {
        if let Some(id) = row.id("thread_id") {
            let projection = projections.entry(id).or_default();
            projection.next_byte_offset = row.count("next_rollout_byte_offset");
            projection.next_ordinal = row.count("next_rollout_ordinal");
        }
    })?;
    rows(connection, "thread_turns", &["thread_id", "turn_id"], |row| {
        if let (Some(id), Some(turn)) = (row.id("thread_id"), row.text("turn_id")) {
            projections.entry(id).or_default().turns.insert(turn);
        }
    })?;
    let projections = projections.into_iter();
    Ok(projections
        .map(|(id, projection)| (id, Arc::new(projection)))
        .collect())
}

impl Home {
    /// Reads the rows of the threads, their sections, parents and, in older versions, goals.
    pub(super) fn read_state(&mut self, path: &Path) {
        if let Some((threads, strangers)) = self.read(path, state) {
            self.threads = Some(threads);
            if strangers > 0 {
                self.remark(
                    path,
                    format!("{strangers} rows have no valid thread id, so they were skipped"),
                );
            }
        }
    }

    /// Reads the goals.
    pub(super) fn read_goals(&mut self, path: &Path) {
        let goals = self.read(path, goals).unwrap_or_default();
        let Some(threads) = &mut self.threads else { return };
        for (id, goal) in goals {
            if let Some(thread) = threads.get_mut(&id) {
                thread.goal = Some(goal);
            }
        }
    }

    /// Reads how far each rollout has been read.
    pub(super) fn read_projections(&mut self, path: &Path) {
        self.projections = self.read(path, projections);
    }

    /// Reads a database; `None` if it does not exist or cannot be read. A database that cannot be read adds a remark.
    fn read<T>(&mut self, path: &Path, work: fn(&Connection) -> rusqlite::Result<T>) -> Option<T> {
        match database::read(path, work) {
            Ok(read) => read,
            Err(error) => {
                self.remark(path, error.to_string());
                None
            }
        }
    }
}
