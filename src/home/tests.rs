use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::*;

const ONE: &str = "0198f2a3-0000-7000-8000-000000000001";
const OTHER: &str = "0198f2a3-0000-7000-8000-000000000002";

fn id(text: &str) -> ThreadId {
    ThreadId::from_string(text).unwrap()
}

/// A folder with a database that has these tables and rows, in WAL mode. Returns the open connection of the writer.
fn written(folder: &Path, sql: &str) -> Connection {
    let writer = Connection::open(folder.join(STATE_DATABASE)).unwrap();
    writer.pragma_update(None, "journal_mode", "wal").unwrap();
    writer.execute_batch(sql).unwrap();
    writer
}

const TABLE: &str =
    "CREATE TABLE threads (id TEXT PRIMARY KEY, rollout_path TEXT, title TEXT, first_user_message TEXT,
    history_mode TEXT, name TEXT, later_column TEXT, archived INTEGER);";

fn row(thread: &str, title: &str, mode: &str, name: &str) -> String {
    format!(
        "INSERT INTO threads VALUES ('{thread}', '/old/sessions/a.jsonl', '{title}', 'first', '{mode}', {name}, 'x', 1);"
    )
}

/// The names, sizes and times of a folder's files.
fn listing(folder: &Path) -> Vec<(PathBuf, u64, i64, i64)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let about = fs::metadata(&path).unwrap();
            (path, about.len(), about.mtime(), about.mtime_nsec())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn names_follow_the_mode_of_the_history() {
    let folder = tempfile::tempdir().unwrap();
    let sql = [
        TABLE.to_owned(),
        row(ONE, "first", "legacy", "NULL"),
        row(OTHER, "given", "paginated", "' in a column '"),
    ];
    drop(written(folder.path(), &sql.concat()));
    let index = format!(
        "{{\"id\":\"{ONE}\",\"thread_name\":\"old\"}}\n{{\"id\":\"{ONE}\",\"thread_name\":\"new\"}}\nnonsense\n"
    );
    fs::write(folder.path().join(NAMES_INDEX), index).unwrap();
    let home = Home::open(folder.path());
    assert_eq!(home.name(id(ONE), false), Some(("new", HomeFile::Index)));
    assert_eq!(
        home.name(id(OTHER), false),
        Some(("in a column", HomeFile::State))
    );
    assert!(home.thread(id(ONE)).unwrap().archived);
    let remarks: Vec<_> = home
        .remarks
        .iter()
        .map(|remark| remark.sentence.as_str())
        .collect();
    assert_eq!(
        remarks,
        ["line 3 has no valid id or no thread_name, so it was skipped"]
    );
}

#[test]
fn a_database_is_read_while_another_program_writes_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let writer = written(
        folder.path(),
        &(TABLE.to_owned() + &row(ONE, "named", "legacy", "NULL")),
    );
    // The rows are only in the write-ahead log, and a transaction is open.
    writer
        .execute_batch("BEGIN IMMEDIATE; DELETE FROM threads;")
        .unwrap();
    let before = listing(folder.path());
    let home = Home::open(folder.path());
    assert_eq!(home.remarks, []);
    assert_eq!(home.name(id(ONE), false), Some(("named", HomeFile::State)));
    let names =
        |files: Vec<(PathBuf, u64, i64, i64)>| files.into_iter().map(|file| file.0).collect::<Vec<_>>();
    assert_eq!(names(listing(folder.path())), names(before));
    writer.execute_batch("COMMIT").unwrap();
    assert!(Home::open(folder.path()).thread(id(ONE)).is_none());
}

#[test]
fn a_change_of_a_file_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let writer = written(
        folder.path(),
        &(TABLE.to_owned() + &row(ONE, "named", "legacy", "NULL")),
    );
    let home = Home::open(folder.path());
    assert!(home.is_current());
    writer
        .execute_batch("UPDATE threads SET title = 'renamed'")
        .unwrap();
    assert!(!home.is_current());
    let home = Home::open(folder.path());
    fs::write(folder.path().join(NAMES_INDEX), "").unwrap();
    assert!(!home.is_current());
}

#[test]
fn no_file_appears_or_changes() {
    let folder = tempfile::tempdir().unwrap();
    let source = tempfile::tempdir().unwrap();
    let writer = written(
        source.path(),
        &(TABLE.to_owned() + &row(ONE, "named", "legacy", "NULL")),
    );
    // A log without its index, as in a copied home.
    for name in ["state_5.sqlite", "state_5.sqlite-wal"] {
        fs::copy(source.path().join(name), folder.path().join(name)).unwrap();
    }
    let before = listing(folder.path());
    assert_eq!(
        Home::open(folder.path()).name(id(ONE), false),
        Some(("named", HomeFile::State))
    );
    assert_eq!(listing(folder.path()), before);
    // A closed database.
    drop(writer);
    let before = listing(source.path());
    assert_eq!(before.len(), 1);
    assert_eq!(
        Home::open(source.path()).name(id(ONE), false),
        Some(("named", HomeFile::State))
    );
    assert_eq!(listing(source.path()), before);
}

#[test]
fn what_cannot_be_read_is_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join(STATE_DATABASE),
        "no database at all, but long enough to look like one",
    )
    .unwrap();
    let home = Home::open(folder.path());
    assert!(home.threads.is_none());
    assert!(
        home.remarks[0].sentence.starts_with("is damaged"),
        "{:?}",
        home.remarks
    );

    let folder = tempfile::tempdir().unwrap();
    let writer = written(folder.path(), TABLE);
    writer.pragma_update(None, "journal_mode", "delete").unwrap();
    writer.execute_batch("BEGIN EXCLUSIVE;").unwrap();
    writer
        .execute_batch(&row(ONE, "named", "legacy", "NULL"))
        .unwrap();
    let home = Home::open(folder.path());
    assert!(home.thread(id(ONE)).is_none());
}

#[test]
fn the_part_below_a_home_survives_a_move() {
    let below = |path: &str| below_home(Path::new(path));
    assert_eq!(
        below("/a/sessions/b/sessions/2026/x.jsonl"),
        Some(PathBuf::from("sessions/2026/x.jsonl"))
    );
    assert_eq!(
        below("/a/archived_sessions/x.jsonl"),
        Some(PathBuf::from("archived_sessions/x.jsonl"))
    );
    assert_eq!(below("/a/x.jsonl"), None);
}
