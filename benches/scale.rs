//! Measures a gigabyte of rollouts and a million threads with the whole program, from a key in a pseudo-terminal to the
//! last byte of the answer. `cargo bench --bench scale` prints a table with a pass or fail for each limit; words after
//! `--` select its parts. Memory and wake-ups are read from `/proc`.
//!
//! Some stores cannot be imported from files, so the benchmark creates them with the library: it starts itself again as
//! the inspector on such a store.

#![allow(clippy::unwrap_used, reason = "a benchmark cannot run without its store")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use threadloupe::contract::{AppendThreadItemsParams, Op, Step, ThreadStore, carry};
use threadloupe::home::Home;
use threadloupe::inspector::{Options, run};
use threadloupe::protocol::json::Json;
use threadloupe::protocol::{RolloutItem, ThreadId};
use threadloupe::store::InMemoryThreadStore;
use threadloupe::workbench::Workbench;

#[path = "support/rollout_folder.rs"]
mod rollout_folder;
#[path = "support/table.rs"]
mod table;
#[path = "../tests/support/terminal.rs"]
mod terminal;

use rollout_folder::Plan;
use table::say;
use terminal::{ESC, PAGE_DOWN, PAGE_UP, Start, Terminal, ctrl};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BIG: Plan = Plan {
    files: 1,
    bytes: 200_000_000,
    ..rollout_folder::FOLDER
};
const FOLDER: Plan = Plan {
    files: 2_000,
    bytes: 1_000_000_000,
    ..rollout_folder::FOLDER
};
const MB: f64 = 1e6;

/// The parts of the table, by the words that select them.
const PARTS: &[(&str, fn())] = &[
    ("file", file),
    ("packed", packed),
    ("steps", steps),
    ("others", others),
    ("folder", folder),
    ("home", home),
    ("threads", threads),
    ("many", many),
    ("items", items),
    ("transcript", transcript),
    ("idle", idle),
];

fn main() {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("--inspect") {
        let (what, count) = (args.next().unwrap(), args.next().unwrap());
        return inspect(&what, count.parse().unwrap());
    }
    table::run(PARTS);
}

/// Runs the inspector on a store that was created with the library.
fn inspect(what: &str, count: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let store = InMemoryThreadStore::for_id("scale");
    runtime.block_on(async {
        match what {
            "threads" => make_threads(&store, count, true).await,
            "bare threads" => make_threads(&store, count, false).await,
            "conversation" => make_items(&store, count, said).await,
            _ => make_items(&store, count, item).await,
        }
        let options = Options::new(Workbench::new(store));
        run(options).await.unwrap();
    });
}

fn id(n: usize) -> ThreadId {
    ThreadId::from_string(&format!("0198f2a3-0000-7000-8000-{n:012x}")).unwrap()
}

/// The nth number of a sequence that jumps around.
fn jumping(n: usize) -> usize {
    n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20
}

/// The metadata of a thread besides its item.
fn patch(n: usize) -> String {
    let (id, at, minute) = (id(n), jumping(n) % 28, n % 60);
    format!(
        r#"{{"thread_id":"{id}","patch":{{"preview":"Look at part {n} of the loom","cwd":"/home/w/project{}","model":"gpt-5.2-codex","updated_at":"2026-05-{:02}T10:{minute:02}:00Z"}}}}"#,
        n % 1000,
        at + 1
    )
}

/// Creates threads of one item, with or without a patch each.
async fn make_threads(store: &InMemoryThreadStore, count: usize, patched: bool) {
    for n in 0..count {
        let id = id(n);
        let create = (Op::CreateThread, format!(r#"{{"thread_id":"{id}"}}"#));
        let patch = patched.then(|| (Op::UpdateThreadMetadata, patch(n)));
        for (op, params) in std::iter::once(create).chain(patch) {
            let step = Step::read(op, Some(Json::parse(&params).unwrap())).unwrap();
            carry(store, step).await.unwrap();
        }
        let items = vec![item(n)];
        store
            .append_items(AppendThreadItemsParams::new(id, items))
            .await
            .unwrap();
    }
}

async fn make_items(store: &InMemoryThreadStore, count: usize, item: fn(usize) -> RolloutItem) {
    let create = format!(r#"{{"thread_id":"{}"}}"#, id(0));
    let step = Step::read(Op::CreateThread, Some(Json::parse(&create).unwrap())).unwrap();
    carry(store, step).await.unwrap();
    for first in (0..count).step_by(4096) {
        let items = (first..count.min(first + 4096)).map(item).collect();
        store
            .append_items(AppendThreadItemsParams::new(id(0), items))
            .await
            .unwrap();
    }
}

fn item(n: usize) -> RolloutItem {
    let text = format!(
        r#"{{"timestamp":"2026-05-13T00:28:15.000Z","type":"event_msg","payload":{{"type":"agent_message","message":"One of the items of a thread, number {n}.","phase":null}}}}"#
    );
    RolloutItem::parse(text).unwrap()
}

/// The nth item of a conversation: a message of the user, a call, its output, an answer, a count of tokens.
fn said(n: usize) -> RolloutItem {
    let (outer, payload) = match n % 5 {
        0 => (
            "event_msg",
            format!(
                r#"{{"type":"user_message","message":"Look at part {n} of the loom:\n\n- the heddles\n- the reed"}}"#
            ),
        ),
        1 => (
            "response_item",
            format!(
                r#"{{"type":"function_call","name":"shell","call_id":"c{n}","arguments":"{{\"command\":[\"ls\",\"part{n}\"]}}"}}"#
            ),
        ),
        2 => (
            "response_item",
            format!(
                r#"{{"type":"function_call_output","call_id":"c{}","output":"heddles\nreed\nshuttle\n"}}"#,
                n - 1
            ),
        ),
        3 => (
            "event_msg",
            format!(
                r#"{{"type":"agent_message","message":"Part {n} has **three** parts:\n\n```\nheddles\nreed\nshuttle\n```\n"}}"#
            ),
        ),
        _ => (
            "event_msg",
            format!(
                r#"{{"type":"token_count","info":{{"last_token_usage":{{"total_tokens":{n}}},"total_token_usage":{{"total_tokens":{n}}}}}}}"#
            ),
        ),
    };
    let text = format!(r#"{{"timestamp":"2026-05-13T00:28:15.000Z","type":"{outer}","payload":{payload}}}"#);
    RolloutItem::parse(text).unwrap()
}

/// Rollouts that are created once for the benchmarks.
fn made(name: &str, plan: Plan) -> PathBuf {
    let root =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("rollouts-{name}-{}-{}", plan.files, plan.bytes));
    if !root.exists() {
        rollout_folder::write(&root, plan).unwrap();
    }
    root
}

fn files(root: &Path) -> Vec<PathBuf> {
    let found = threadloupe::rollout::find::find(&[root.to_owned()]);
    found.iter().map(|found| found.path().to_owned()).collect()
}

fn start(args: &[&str]) -> (Terminal, Instant) {
    let began = Instant::now();
    let terminal = Start::threadloupe(args).size(200, 50).spawn();
    (terminal, began)
}

/// Goes to the rows of a history, which is shown as a transcript at first.
const ROWS_OF_HISTORY: &str = "2T";

fn start_on(what: &str, count: usize, pane: &str) -> Terminal {
    let program = std::env::current_exe().unwrap();
    let count = count.to_string();
    let mut terminal = Start::program(program.to_str().unwrap(), &["--inspect", what, &count])
        .size(200, 50)
        .spawn();
    terminal.wait_for("unarchive_thread");
    // The first key selects the pane; only the keys after it are measured.
    answered(&mut terminal, pane);
    terminal
}

/// Waits until a text is on the screen and returns the time when it appeared.
fn seen(terminal: &mut Terminal, text: &str) -> Instant {
    terminal.wait_for(text);
    terminal.heard()
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// The shortest time of some runs.
fn best(runs: usize, mut run: impl FnMut() -> Duration) -> Duration {
    (0..runs).map(|_| run()).min().unwrap()
}

/// A value of `/proc/PID/status`, in bytes if it is a size.
fn status(process: u32, name: &str) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    let figure: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    figure * if line.ends_with("kB") { 1024.0 } else { 1.0 }
}

/// The number of lines in files.
fn lines(files: &[PathBuf]) -> f64 {
    let feeds = |file: &PathBuf| memchr::memchr_iter(b'\n', &fs::read(file).unwrap()).count();
    files.iter().map(feeds).sum::<usize>() as f64
}

/// Compares the peak memory of a program with the size of its data: bytes, lines and threads.
fn say_memory(what: &str, process: u32, bytes: f64, lines: f64, threads: usize) {
    let peak = status(process, "VmHWM");
    let bar = 1.2 * bytes + 64.0 * lines + 1024.0 * threads as f64 + 32.0 * MB;
    say(
        &format!("memory, {what}"),
        format!("{:.0} MB, {:.2} times its bytes", peak / MB, peak / bytes),
        &format!(
            "{:.0} MB: 1.2 times {:.0} MB, 64 bytes a line, 1 KiB a thread, 32 MB",
            bar / MB,
            bytes / MB
        ),
        peak <= bar,
    );
}

/// The time that `grep -c` needs to search a file for a text that is not in it.
fn grep(file: &Path) -> Duration {
    best(5, || {
        let began = Instant::now();
        Command::new("grep")
            .args(["-c", "nowhere in all of this"])
            .arg(file)
            .output()
            .unwrap();
        began.elapsed()
    })
}

/// The time from a key to the last byte of its frame.
fn answered(terminal: &mut Terminal, keys: &str) -> Duration {
    let frames = terminal.frames();
    let began = Instant::now();
    terminal.type_keys(keys);
    terminal.wait_frame_after(frames);
    terminal.heard() - began
}

/// Sends 200 keys at the speed of a typing user. Returns the median time, the third longest time, and the largest
/// number of bytes written for one step of the cursor.
fn keys(terminal: &mut Terminal) -> (Duration, Duration, usize) {
    let mut times = Vec::new();
    let mut most = 0;
    for n in 0..200 {
        let key = match n % 10 {
            0 => "G",
            1 => "k",
            2 => PAGE_UP,
            3 => "g",
            4 => PAGE_DOWN,
            5 => PAGE_DOWN,
            _ => "j",
        };
        std::thread::sleep(Duration::from_millis(12));
        let before = terminal.bytes().len();
        times.push(answered(terminal, key));
        if n % 10 >= 7 {
            most = most.max(terminal.bytes().len() - before);
        }
    }
    times.sort();
    (times[100], times[197], most)
}

fn best_keys(terminal: &mut Terminal) -> (Duration, Duration, usize) {
    (0..3).map(|_| keys(terminal)).min().unwrap()
}

fn say_keys(what: &str, many: (Duration, Duration, usize), few: (Duration, Duration, usize)) {
    let (median, slow, bytes) = many;
    let ratio = median.as_secs_f64() / few.0.as_secs_f64();
    say(
        &format!("key to repaint, {what}: median"),
        ms(median),
        "1 ms",
        median <= Duration::from_millis(1),
    );
    say(
        &format!("key to repaint, {what}: 198 of 200"),
        ms(slow),
        "5 ms",
        slow <= Duration::from_millis(5),
    );
    say(
        &format!("key to repaint, {what}: against 10"),
        format!("{ratio:.2} times ({})", ms(few.0)),
        "1.5 times",
        ratio <= 1.5,
    );
    say(
        &format!("bytes for a step of the cursor, {what}"),
        bytes,
        "under 4,096",
        bytes < 4096,
    );
}

/// One file of 200 MB.
fn file() {
    let root = made("big", BIG);
    let path = files(&root).remove(0);
    let name = path.to_str().unwrap();
    let grep = grep(&path);
    let (mut first, mut whole) = (Duration::MAX, Duration::MAX);
    for _ in 0..5 {
        let (mut terminal, began) = start(&[name]);
        terminal.type_keys(ROWS_OF_HISTORY);
        // The items fill their pane when its twentieth row is visible.
        terminal.wait_for("  20 +");
        first = first.min(terminal.heard() - began);
        whole = whole.min(seen(&mut terminal, "Imported") - began);
    }
    let bytes = fs::metadata(&path).unwrap().len() as f64;
    say(
        "first full screen, 200 MB",
        ms(first),
        "50 ms",
        first <= Duration::from_millis(50),
    );
    let times = whole.as_secs_f64() / grep.as_secs_f64();
    say(
        "start to all of 200 MB indexed and reachable",
        format!("{} ({times:.1} times grep -c, {})", ms(whole), ms(grep)),
        "3 times grep -c",
        times <= 3.0,
    );
    let (mut terminal, _) = start(&[name]);
    terminal.wait_for("Imported");
    say_memory("200 MB", terminal.process(), bytes, lines(&[path]), 1);
    terminal.type_keys(ROWS_OF_HISTORY);
    let search = best(3, || {
        terminal.type_keys("/nowhere in all of this");
        let began = Instant::now();
        terminal.type_keys("\r");
        terminal.wait_for("was not found");
        let time = terminal.heard() - began;
        terminal.type_keys(ESC);
        terminal.wait_gone("was not found");
        time
    });
    let times = search.as_secs_f64() / grep.as_secs_f64();
    say(
        "search for an absent text in 200 MB",
        format!("{} ({times:.1} times grep -c)", ms(search)),
        "3 times grep -c",
        times <= 3.0,
    );
    for (what, keys) in [
        ("G", "G"),
        ("g", "g"),
        ("& (filter)", "&"),
        ("a letter of the filter", "e"),
        ("Enter", "\r"),
        ("F", "F"),
    ] {
        let time = answered(&mut terminal, keys);
        say(
            &format!("200 MB: {what}"),
            ms(time),
            "50 ms",
            time <= Duration::from_millis(50),
        );
    }
    let frames = terminal.frames();
    let began = Instant::now();
    terminal.resize(160, 40);
    terminal.wait_frame_after(frames);
    let time = terminal.heard() - began;
    say(
        "200 MB: resize",
        ms(time),
        "50 ms",
        time <= Duration::from_millis(50),
    );
}

/// The same file compressed with zstd.
fn packed() {
    let plain = files(&made("big", BIG)).remove(0);
    let path = plain.with_extension("packed.jsonl.zst");
    let bytes = fs::read(&plain).unwrap();
    if !path.exists() {
        fs::write(&path, zstd::encode_all(&bytes[..], 3).unwrap()).unwrap();
    }
    let (mut terminal, began) = start(&[path.to_str().unwrap()]);
    let whole = seen(&mut terminal, "Imported") - began;
    println!("----  {:<58}  {}", "start to all of 200 MB, packed", ms(whole));
    let (size, lines) = (bytes.len() as f64, lines(&[plain]));
    say_memory("200 MB, packed", terminal.process(), size, lines, 1);
}

/// The time of other programs for the same file, if they are installed.
fn others() {
    let root = made("big", BIG);
    let path = files(&root).remove(0);
    let name = path.to_str().unwrap();
    let ours = best(5, || {
        let (mut terminal, began) = start(&[name]);
        seen(&mut terminal, "Imported") - began
    });
    for (program, args, does) in OTHERS {
        let what = format!("{program}: {does}");
        let installed = Command::new(program).arg("--version").output().is_ok();
        if !installed {
            println!("----  {what:<58}  not installed");
            continue;
        }
        let args: Vec<&str> = args.iter().copied().chain([name]).collect();
        let theirs = best(3, || {
            let began = Instant::now();
            let mut terminal = Start::program(program, &args).size(200, 50).spawn();
            if *program == "jq" {
                terminal.wait_exit();
                return began.elapsed();
            }
            seen(&mut terminal, "timestamp") - began
        });
        let times = theirs.as_secs_f64() / ours.as_secs_f64();
        let figure = format!("{} ({times:.1} times all of it here, {})", ms(theirs), ms(ours));
        match *program {
            "jless" => say(&what, figure, "at least 3 times", times >= 3.0),
            "jq" => println!("----  {what:<58}  {figure}"),
            _ => println!("----  {what:<58}  {}", ms(theirs)),
        }
    }
}

/// The programs, each with its arguments before the file and what it has done when the clock stops.
const OTHERS: &[(&str, &[&str], &str)] = &[
    ("jless", &[], "200 MB read, the first screen"),
    ("jq", &["-c", "select(.nowhere)"], "200 MB read to the end"),
    ("lnav", &[], "the first screen of 200 MB, the rest not read"),
    ("less", &[], "the first screen of 200 MB, the rest not read"),
];

/// A step of the cursor beside the same step in jless, on the same file, in turns: from the key to the first byte.
fn steps() {
    if Command::new("jless").arg("--version").output().is_err() {
        println!("----  {:<58}  jless is not installed", "a step of the cursor");
        return;
    }
    let path = files(&made("big", BIG)).remove(0);
    let name = path.to_str().unwrap();
    for (columns, rows, bar) in [(200, 50, 2.0), (80, 24, 1.5)] {
        let mut ours = Start::threadloupe(&[name]).size(columns, rows).spawn();
        ours.wait_for("Imported");
        ours.type_keys(ROWS_OF_HISTORY);
        let mut theirs = Start::program("jless", &[name]).size(columns, rows).spawn();
        theirs.wait_for("timestamp");
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            here.extend(first_bytes(&mut ours));
            there.extend(first_bytes(&mut theirs));
        }
        let (here, there) = (median(here), median(there));
        let times = here.as_secs_f64() / there.as_secs_f64();
        say(
            &format!("a step of the cursor, {columns}x{rows}: median to the first byte"),
            format!("{here:.2?}, {times:.2} times jless ({there:.2?})"),
            &format!("{bar} times"),
            times <= bar,
        );
    }
}

/// The times from 60 steps of the cursor, down and up, to the first byte that each makes the program write.
fn first_bytes(terminal: &mut Terminal) -> Vec<Duration> {
    let step = |n| {
        terminal.settle(Duration::from_millis(15));
        let began = Instant::now();
        terminal.type_keys(if n < 30 { "j" } else { "k" });
        terminal.wait_bytes(1);
        terminal.heard() - began
    };
    (0..60).map(step).collect()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// 2,000 files, 1 GB.
fn folder() {
    let root = made("folder", FOLDER);
    let (mut first, mut whole) = (Duration::MAX, Duration::MAX);
    let mut last = None;
    for _ in 0..3 {
        drop(last.take());
        let (mut terminal, began) = start(&[root.to_str().unwrap()]);
        terminal.wait_for("header:");
        first = first.min(terminal.heard() - began);
        whole = whole.min(seen(&mut terminal, "Imported") - began);
        last = Some(terminal);
    }
    say(
        "first screen, 2,000 files of 1 GB",
        ms(first),
        "100 ms",
        first <= Duration::from_millis(100),
    );
    say(
        "all of 2,000 files of 1 GB",
        ms(whole),
        "3 s",
        whole <= Duration::from_secs(3),
    );
    let files = files(&root);
    let bytes: u64 = files.iter().map(|file| fs::metadata(file).unwrap().len()).sum();
    let mut terminal = last.unwrap();
    say_memory(
        "2,000 files of 1 GB",
        terminal.process(),
        bytes as f64,
        lines(&files),
        files.len(),
    );
    contents(&mut terminal, &root);
}

/// A text of many items of the generated files, and one of none.
const PRESENT: &str = "rg -n";
const ABSENT: &str = "nowhere in all of this";
/// What the program says when it has searched everything without a hit.
const WHOLE: &str = "No item contains the text; all of the";

/// Searches the contents of all threads: the first hits of a text, and the whole of one that does not occur, beside `grep`;
/// keys of the list of threads meanwhile.
fn contents(terminal: &mut Terminal, root: &Path) {
    terminal.type_keys(&format!("1f{PRESENT}"));
    terminal.wait_for(PRESENT);
    let began = Instant::now();
    terminal.type_keys("\r");
    terminal.wait_until("the first hits", |screen| {
        let text = screen.contents();
        text.contains(" Found ") && !text.contains(" Found 0 items")
    });
    let first = terminal.heard() - began;
    terminal.wait_for("All of the");
    say(
        "search of all contents of 1 GB: first hits",
        ms(first),
        "50 ms",
        first <= Duration::from_millis(50),
    );
    let type_absent = |terminal: &mut Terminal| {
        terminal.type_keys(ESC);
        terminal.wait_gone(" Found ");
        terminal.type_keys(&format!("f{}{ABSENT}", ctrl('u')));
        terminal.wait_for(ABSENT);
    };
    let whole = best(3, || {
        type_absent(terminal);
        shown(terminal, "\r", WHOLE)
    });
    let theirs = best(3, || {
        let began = Instant::now();
        Command::new("grep")
            .args(["-rc", ABSENT])
            .arg(root)
            .output()
            .unwrap();
        began.elapsed()
    });
    let times = whole.as_secs_f64() / theirs.as_secs_f64();
    say(
        "search of all contents of 1 GB: a text that does not occur",
        format!("{}, {times:.2} times grep -rc ({})", ms(whole), ms(theirs)),
        "3 times",
        times <= 3.0,
    );
    // While the search runs, the list of commands is opened and closed.
    let mut keys = Vec::new();
    for _ in 0..10 {
        type_absent(terminal);
        terminal.type_keys("\r");
        terminal.wait_for(" Found ");
        keys.push(shown(terminal, ":", "Commands"));
        let began = Instant::now();
        terminal.type_keys(ESC);
        terminal.wait_gone("Commands");
        keys.push(terminal.heard() - began);
        terminal.wait_for(WHOLE);
    }
    keys.sort();
    say(
        "keys while all contents of 1 GB are searched",
        format!("median {}, 19 of 20 within {}", ms(keys[10]), ms(keys[18])),
        "16 ms",
        keys[18] <= Duration::from_millis(16),
    );
}

/// The number of rows in the database of a home, of which each file has one.
const ROWS: usize = 10_000;

/// A home with the files of a folder, hard linked, and with a database or without one.
fn made_home(name: &str, folder: &Path, has_rows: bool) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("home-{name}"));
    drop(fs::remove_dir_all(&root));
    let mut ids = Vec::new();
    for file in files(folder) {
        let to = root.join(file.strip_prefix(folder).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::hard_link(&file, &to).unwrap();
        let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
        ids.push((stem[stem.len() - 36..].to_owned(), to));
    }
    if has_rows {
        let mut database = Connection::open(root.join("state_5.sqlite")).unwrap();
        database.pragma_update(None, "journal_mode", "wal").unwrap();
        let table = "CREATE TABLE threads (id TEXT PRIMARY KEY, rollout_path TEXT, title TEXT, first_user_message TEXT,
            preview TEXT, cwd TEXT, history_mode TEXT, name TEXT, archived INTEGER, tokens_used INTEGER)";
        database.execute(table, []).unwrap();
        let all = database.transaction().unwrap();
        let others = (ids.len()..ROWS).map(|n| (id(n).to_string(), PathBuf::from("/none")));
        for (n, (id, path)) in ids.iter().cloned().chain(others).enumerate() {
            let title = if n % 2 == 0 {
                format!("Thread number {n}")
            } else {
                String::new()
            };
            let words = format!(
                "Look at part {n} of the loom and mend what is torn. {}",
                "And so on. ".repeat(40)
            );
            all.execute(
                "INSERT INTO threads VALUES (?1, ?2, ?3, ?4, ?4, '/home/w/loom', 'legacy', NULL, 0, ?5)",
                (id, path.to_str(), title, words, n as i64),
            )
            .unwrap();
        }
        all.commit().unwrap();
    }
    root
}

/// A home of 2,000 files with a database beside them: opening it, reading what has changed, and following a file.
fn home() {
    let folder = made("folder", FOLDER);
    let (with, without) = (
        made_home("rows", &folder, true),
        made_home("bare", &folder, false),
    );
    let read = best(5, || {
        let began = Instant::now();
        let rows = Home::open(&with).threads.unwrap().len();
        assert_eq!(rows, ROWS);
        began.elapsed()
    });
    let limit = Duration::from_millis(50);
    say("10,000 rows of a database", ms(read), "50 ms", read <= limit);
    let whole = |root: &Path| {
        let (mut terminal, began) = start(&[root.to_str().unwrap()]);
        terminal.wait_for("header:");
        let first = terminal.heard() - began;
        let whole = seen(&mut terminal, "Imported") - began;
        (first, whole, terminal)
    };
    let mut first = Duration::MAX;
    let mut ratios = Vec::new();
    let mut last = None;
    for _ in 0..5 {
        drop(last.take());
        let plain = whole(&without).1;
        let (begun, full, terminal) = whole(&with);
        first = first.min(begun);
        ratios.push(full.as_secs_f64() / plain.as_secs_f64());
        last = Some(terminal);
    }
    ratios.sort_by(f64::total_cmp);
    say(
        "first screen, a home of 2,000 files of 1 GB",
        ms(first),
        "100 ms",
        first <= Duration::from_millis(100),
    );
    say(
        "all of it, with a database and without",
        format!("{:.2} times ({:.2} to {:.2})", ratios[2], ratios[0], ratios[4]),
        "1.2 times",
        ratios[2] <= 1.2,
    );
    let mut terminal = last.unwrap();
    let reload = best(5, || {
        terminal.type_keys("j");
        terminal.wait_gone("Nothing new");
        shown(&mut terminal, "V", "Nothing new")
    });
    say(
        "reload of nothing new over 2,000 files",
        ms(reload),
        "50 ms",
        reload <= limit,
    );
    follow(
        "one of 2,000 files",
        &mut terminal,
        &with.join("sessions/2026/11/27"),
    );
    drop(terminal);
    let alone = Path::new(env!("CARGO_TARGET_TMPDIR")).join("home-alone");
    drop(fs::remove_dir_all(&alone));
    fs::create_dir_all(&alone).unwrap();
    fs::write(alone.join("rollout.jsonl"), "").unwrap();
    let (mut terminal, _) = start(&[alone.to_str().unwrap()]);
    terminal.wait_for("Imported");
    follow("a single file", &mut terminal, &alone);
}

/// Follows a new file and appends lines to it.
fn follow(what: &str, terminal: &mut Terminal, folder: &Path) {
    terminal.type_keys("W");
    terminal.wait_for("following");
    fs::create_dir_all(folder).unwrap();
    let path = folder.join("rollout-2026-11-27T10-00-00-0199865a-0000-7000-8000-00000000000f.jsonl");
    let mut file = fs::File::create(&path).unwrap();
    let mut line = |text: &str| {
        let line = format!(
            r#"{{"timestamp":"2026-11-27T10:00:00.000Z","type":"event_msg","payload":{{"type":"user_message","message":"{text}"}}}}"#
        );
        let began = Instant::now();
        file.write_all(format!("{line}\n").as_bytes()).unwrap();
        began
    };
    line("the growing file");
    terminal.wait_for("the growing file");
    // The newest thread is the first one.
    terminal.type_keys("1g\r");
    let mut times = Vec::new();
    for n in 0..20 {
        let text = format!("line number {n}.");
        let began = line(&text);
        times.push(seen(terminal, &text) - began);
    }
    times.sort();
    say(
        &format!("a line of {what}, from the writer to the screen"),
        format!("{} median, {} most", ms(times[10]), ms(times[19])),
        "100 ms",
        times[10] <= Duration::from_millis(100),
    );
    // The last line is on the screen before the work on it has ended.
    std::thread::sleep(Duration::from_millis(500));
    let before = wakes(terminal.process());
    std::thread::sleep(Duration::from_secs(3));
    let woken = wakes(terminal.process()) - before;
    say(
        "following while nothing is written, 3 s: wake-ups",
        woken,
        "0",
        woken == 0.0,
    );
}

fn threads() {
    let mut bare = start_on("bare threads", 1_000_000, "1");
    bare.wait_for("Threads 1,000,000 ");
    let bytes: usize = (0..1_000_000).map(|n| item(n).len()).sum();
    let process = bare.process();
    say_memory(
        "1,000,000 threads of one item",
        process,
        bytes as f64,
        1e6,
        1_000_000,
    );
    drop(bare);
    let mut many = start_on("threads", 1_000_000, "1");
    // The list is built in the background.
    many.wait_for("Threads 1,000,000 ");
    many.wait_for("Look at part");
    let mut few = start_on("threads", 10, "1");
    let peak = status(many.process(), "VmHWM") / MB;
    let what = "memory, 1,000,000 threads of one item with metadata";
    println!("----  {what:<58}  {peak:.0} MB");
    say_keys("1,000,000 threads", best_keys(&mut many), best_keys(&mut few));
    many.type_keys("&");
    let mut slowest = Duration::ZERO;
    let mut whole = Duration::ZERO;
    for (letter, wanted) in [
        ("9", ""),
        ("9", ""),
        ("9", ""),
        ("9", ""),
        ("9", "20 of 1,000,000 "),
    ] {
        let began = Instant::now();
        slowest = slowest.max(answered(&mut many, letter));
        if !wanted.is_empty() {
            many.wait_until(wanted, |screen| {
                let text = screen.contents();
                text.contains(wanted) && !text.contains("so far")
            });
        }
        whole = whole.max(many.heard() - began);
    }
    say(
        "filter of 1,000,000 threads: slowest key answered",
        ms(slowest),
        "50 ms",
        slowest <= Duration::from_millis(50),
    );
    say(
        "filter of 1,000,000 threads: complete",
        ms(whole),
        "0.5 s",
        whole <= Duration::from_millis(500),
    );
    let sort = answered(&mut many, &format!("{ESC}s"));
    say(
        "sort of 1,000,000 threads: key answered",
        ms(sort),
        "50 ms",
        sort <= Duration::from_millis(50),
    );
}

/// The time from the last key until the screen shows a text.
fn shown(terminal: &mut Terminal, keys: &str, text: &str) -> Duration {
    let began = Instant::now();
    terminal.type_keys(keys);
    seen(terminal, text) - began
}

/// Marks 100,000 threads, changes all of them with one patch, and undoes this.
fn many() {
    const COUNT: usize = 100_000;
    let mut terminal = start_on("threads", COUNT, "1");
    terminal.wait_for("Threads 100,000 ");
    terminal.wait_for("Look at part");
    let said = |what: &str, time: Duration, bar: Duration| {
        let what = format!("100,000 threads: {what}");
        let bar_text = format!("{:.1} s", bar.as_secs_f64());
        say(&what, ms(time), &bar_text, time <= bar);
    };
    let one_by_one = shown(&mut terminal, &" ".repeat(COUNT), "100,000 marked");
    println!(
        "----  {:<58}  {}",
        "100,000 threads: 100,000 times Space",
        ms(one_by_one)
    );
    terminal.type_keys("U");
    terminal.wait_gone("marked");
    let at_once = shown(&mut terminal, "M", "100,000 marked");
    said("mark all", at_once, Duration::from_millis(500));
    // The first field of the form is the name.
    terminal.type_keys("4g\r");
    terminal.wait_for("Enter accept");
    terminal.type_keys("another name\r");
    terminal.wait_for("not applied: Ctrl+S applies");
    let (first, whole) = (
        "100,000 threads so far: ",
        "100,000 threads: 100,000 would change",
    );
    let begun = shown(&mut terminal, "V", first);
    said(
        "preview a patch, the first rows",
        begun,
        Duration::from_millis(100),
    );
    terminal.type_keys(ESC);
    terminal.wait_gone("Preview");
    let previewed = shown(&mut terminal, "V", whole);
    said("preview a patch, all rows", previewed, Duration::from_secs(1));
    terminal.type_keys(ESC);
    terminal.wait_gone("Preview");
    let applied = shown(&mut terminal, &ctrl('s'), "applied to 100,000 threads");
    said("apply a patch to all marked", applied, Duration::from_secs(2));
    terminal.type_keys("1");
    answered(&mut terminal, "j");
    let undone = shown(&mut terminal, "u", "Undid 100,000 calls");
    said("undo it", undone, Duration::from_millis(200));
    let redone = shown(&mut terminal, &ctrl('r'), "Redid 100,000 calls");
    said("redo it", redone, Duration::from_millis(200));
}

fn items() {
    let mut many = start_on("items", 1_000_000, "2");
    let mut few = start_on("items", 10, "2");
    say_keys("1,000,000 items", best_keys(&mut many), best_keys(&mut few));
}

/// A transcript of 100,000 items: opened from its rows, and scrolled at each density.
fn transcript() {
    let [mut many, mut few] = [100_000, 10].map(|count| start_on("conversation", count, "2"));
    let mut opened = || {
        let before = many.frames();
        let began = Instant::now();
        many.type_keys("T");
        many.wait_for("\u{b7} transcript");
        assert!(many.frames() > before);
        let opened = many.heard() - began;
        many.wait_for("60,000");
        answered(&mut many, "T");
        opened
    };
    let opened = best(3, &mut opened);
    say(
        "transcript of 100,000 items: opened",
        ms(opened),
        "50 ms",
        opened <= Duration::from_millis(50),
    );
    for terminal in [&mut many, &mut few] {
        answered(terminal, "T");
        terminal.wait_for("Look at part");
    }
    for density in ["summary", "whole", "line"] {
        say_keys(
            &format!("transcript of 100,000 items, {density}"),
            best_keys(&mut many),
            best_keys(&mut few),
        );
        answered(&mut many, "v");
        answered(&mut few, "v");
    }
}

/// The output and the wake-ups of the process while nothing happens.
fn idle() {
    let mut terminal = start_on("threads", 10, "1");
    std::thread::sleep(Duration::from_millis(500));
    terminal.wait_for("Threads");
    let (frames, before) = (terminal.frames(), wakes(terminal.process()));
    std::thread::sleep(Duration::from_secs(3));
    let woken = wakes(terminal.process()) - before;
    terminal.type_keys("j");
    terminal.wait_frame_after(frames);
    say(
        "idle for 3 s: wake-ups, frames",
        format!("{woken}, {}", terminal.frames() - frames - 1),
        "0",
        woken == 0.0 && terminal.frames() == frames + 1,
    );
}

/// How often the threads of a process gave up the processor voluntarily.
fn wakes(process: u32) -> f64 {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let task = |task: std::io::Result<fs::DirEntry>| {
        let text = fs::read_to_string(task.unwrap().path().join("status")).unwrap();
        let line = text
            .lines()
            .find(|line| line.starts_with("voluntary_ctxt_switches"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap()
    };
    tasks.map(task).sum()
}
