//! Measures the door with the whole program: a server on a Unix socket, and a check of a store. `cargo bench --bench
//! door` prints a table with a pass or fail for each limit; words after `--` select its parts.

#![allow(clippy::unwrap_used, reason = "a benchmark cannot run without its server")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

#[path = "support/table.rs"]
mod table;
#[path = "../tests/support/terminal.rs"]
mod terminal;

use table::say;
use terminal::{ESC, Start};

const PROGRAM: &str = env!("CARGO_BIN_EXE_threadloupe");
/// The number of name updates that are sent without waiting for answers.
const UPDATES: usize = 300_000;
/// The number of clients that send them together.
const CLIENTS: usize = 8;
/// The number of calls that are made one at a time.
const CALLS: usize = 20_000;
/// A text of the command list of the inspector.
const COMMANDS: &str = "Commands";

/// The parts of the table, by the words that select them.
const PARTS: &[(&str, fn())] = &[
    ("trip", trip),
    ("pipelined", pipelined),
    ("keys", keys),
    ("check", check),
];

fn main() {
    table::run(PARTS);
}

/// A server on a socket, which is ended at the end.
struct Server {
    child: Child,
    folder: tempfile::TempDir,
}

impl Server {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("unix:{}", folder.path().join("socket").display());
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--listen", &address])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(line.starts_with("listening at "), "{line}");
        Self { child, folder }
    }

    fn client(&self) -> UnixStream {
        UnixStream::connect(self.folder.path().join("socket")).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn id(thread: usize) -> String {
    format!("0198f2a3-0000-7000-8000-{thread:012x}")
}

fn create(thread: usize) -> String {
    format!(
        "{{\"method\":\"create_thread\",\"params\":{{\"thread_id\":\"{}\"}}}}\n",
        id(thread)
    )
}

fn rename(thread: usize, name: usize) -> String {
    format!(
        "{{\"method\":\"update_thread_metadata\",\"params\":{{\"thread_id\":\"{}\",\"patch\":{{\"name\":\"{name}\"}}}}}}\n",
        id(thread)
    )
}

/// One client that waits for each answer.
fn trip() {
    let server = Server::new();
    let mut client = server.client();
    let mut input = BufReader::new(client.try_clone().unwrap());
    let mut line = String::new();
    let mut times = Vec::with_capacity(CALLS);
    for call in 0..CALLS + 1000 {
        let step = if call == 0 { create(1) } else { rename(1, call) };
        let began = Instant::now();
        client.write_all(step.as_bytes()).unwrap();
        line.clear();
        input.read_line(&mut line).unwrap();
        times.push(began.elapsed());
    }
    let mut times = times.split_off(1000);
    times.sort_unstable();
    let (median, rare) = (times[CALLS / 2], times[CALLS * 99 / 100]);
    say(
        "round trip over a Unix socket, one call at a time",
        format!("median {median:.1?}, 99 of 100 within {rare:.1?}"),
        "median 100 µs",
        median <= Duration::from_micros(100),
    );
}

/// The updates per second of some clients that each send their share without waiting.
fn rate(clients: usize) -> f64 {
    let server = Server::new();
    let share = UPDATES / clients;
    let barrier = Barrier::new(clients + 1);
    thread::scope(|scope| {
        let mut running = Vec::new();
        for number in 0..clients {
            let (client, barrier) = (server.client(), &barrier);
            running.push(scope.spawn(move || {
                let steps: String = (0..share).map(|name| rename(number, name)).collect();
                let (mut output, mut input) = (client.try_clone().unwrap(), client);
                output.write_all(create(number).as_bytes()).unwrap();
                barrier.wait();
                let sending = thread::spawn(move || output.write_all(steps.as_bytes()).unwrap());
                let (mut lines, mut piece) = (0, vec![0; 1 << 16]);
                while lines < share + 1 {
                    let count = input.read(&mut piece).unwrap();
                    lines += memchr::memchr_iter(b'\n', &piece[..count]).count();
                }
                sending.join().unwrap();
            }));
        }
        barrier.wait();
        let began = Instant::now();
        running.into_iter().for_each(|client| client.join().unwrap());
        (share * clients) as f64 / began.elapsed().as_secs_f64()
    })
}

fn pipelined() {
    let best = |clients| (0..3).map(|_| rate(clients)).fold(0.0, f64::max);
    let (one, together) = (best(1), best(CLIENTS));
    say(
        "name updates, one client that does not wait",
        format!("{one:.0} a second"),
        "150000 a second",
        one >= 150_000.0,
    );
    say(
        "8 clients together, compared with one",
        format!("{together:.0} a second, {:.2} times as many", together / one),
        "0.8 times as many",
        together >= 0.8 * one,
    );
}

/// Keys of the inspector while clients change its store as fast as they can: the time until a list opens or closes.
fn keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let address = format!("unix:{}", path.display());
    let mut inspector = Start::threadloupe(&["--listen", &address]).size(120, 36).spawn();
    inspector.wait_for("Listening at");
    let stop = AtomicBool::new(false);
    let (mut times, calls) = thread::scope(|scope| {
        let mut clients = Vec::new();
        for number in 0..CLIENTS {
            let (mut output, stop) = (UnixStream::connect(&path).unwrap(), &stop);
            clients.push(scope.spawn(move || {
                let mut input = BufReader::new(output.try_clone().unwrap());
                let (mut calls, mut line) = (0, String::new());
                output.write_all(create(number).as_bytes()).unwrap();
                input.read_line(&mut line).unwrap();
                let steps: String = (0..100).map(|name| rename(number, name)).collect();
                while !stop.load(Ordering::Relaxed) {
                    output.write_all(steps.as_bytes()).unwrap();
                    for _ in 0..100 {
                        line.clear();
                        input.read_line(&mut line).unwrap();
                    }
                    calls += 100;
                }
                calls
            }));
        }
        inspector.wait_for("8 clients");
        let mut times = Vec::new();
        for _ in 0..100 {
            thread::sleep(Duration::from_millis(12));
            let began = Instant::now();
            inspector.type_keys(":");
            inspector.wait_for(COMMANDS);
            times.push(inspector.heard() - began);
            let began = Instant::now();
            inspector.type_keys(ESC);
            inspector.wait_gone(COMMANDS);
            times.push(inspector.heard() - began);
        }
        stop.store(true, Ordering::Relaxed);
        let calls: usize = clients.into_iter().map(|client| client.join().unwrap()).sum();
        (times, calls)
    });
    times.sort_unstable();
    let (median, rare) = (times[100], times[197]);
    say(
        &format!("keys of the inspector beside 8 clients, {calls} calls"),
        format!("median {median:.1?}, 198 of 200 within {rare:.1?}"),
        "16 ms",
        rare <= Duration::from_millis(16),
    );
}

/// A check of the program against itself.
fn check() {
    let steps = 100_000.0;
    let began = Instant::now();
    let output = Command::new(PROGRAM)
        .args(["check", "--seed", "1", "--cases", "2500", "--against"])
        .arg(format!("{PROGRAM} serve --stdio"))
        .output()
        .unwrap();
    let rate = steps / began.elapsed().as_secs_f64();
    let told = String::from_utf8(output.stderr).unwrap();
    say(
        "check against serve --stdio of itself, 100,000 steps",
        format!("{rate:.0} steps a second"),
        "20000 a second, no difference",
        rate >= 20_000.0 && output.status.success() && told.contains("no difference"),
    );
}
