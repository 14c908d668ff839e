//! Connections that end in unusual ways, and the end of the server.

use rustix::process::Signal;
use serde_json::json;

use super::server::{Server, create, id, rename};

#[test]
fn a_client_that_ends_its_input_still_gets_its_answers() {
    let server = Server::unix(&[]);
    let mut client = server.client();
    let steps: String = (1..=500).map(|number| format!("{}\n", create(number))).collect();
    client.send(steps);
    client.close_half();
    for number in 1..=500 {
        assert_eq!(client.answer().unwrap()["step"], number);
    }
    assert_eq!(client.answer(), None);
}

#[test]
fn cut_idle_and_noisy_connections_concern_only_themselves() {
    let server = Server::unix(&[]);
    let idle: Vec<_> = (0..20).map(|_| server.client()).collect();
    for number in 0..20 {
        let mut client = server.client();
        match number % 3 {
            // In the middle of a line.
            0 => client.send(&create(900).to_string()[..20]),
            // With answers that nobody reads.
            1 => client.send(format!("{}\n", create(901)).repeat(2000)),
            _ => client.send([0, 255, b'\n', b'{', b'}', b'\n', 254, 253]),
        }
    }
    let mut client = server.client();
    for number in 1..=50 {
        assert_eq!(client.call(&create(number))["step"], number);
    }
    drop(idle);
    assert_eq!(client.call(&create(1))["step"], 51);
}

#[test]
fn a_client_that_does_not_read_blocks_only_itself() {
    let server = Server::unix(&[]);
    let mut other = server.client();
    other.call(&create(1));
    let big = json!({"method": "append_items", "params": {"thread_id": id(1), "items": [{"text": "x".repeat(1 << 20)}]}});
    other.call(&big);
    // Each answer has a megabyte. The server stops reading when its answers are not read, and so does not fill its memory.
    let load = format!(
        "{}\n",
        json!({"method": "load_history", "params": {"thread_id": id(1)}})
    );
    let mut slow = server.client();
    slow.send(load.repeat(200));
    for number in 1..=100 {
        assert_eq!(other.call(&rename(1, "a"))["step"], number + 2);
    }
    let loaded = other.call(&json!({"method": "calls"}));
    assert!(
        loaded["result"]["load_history"].as_u64().unwrap() < 100,
        "{loaded}"
    );
    for number in 1..=200 {
        assert_eq!(slow.answer().unwrap()["step"], number);
    }
}

#[test]
fn sigterm_lets_calls_end() {
    let mut server = Server::unix(&[]);
    let mut client = server.client();
    client.call(&create(1));
    let steps: String = (0..20_000)
        .map(|name| format!("{}\n", rename(1, &name.to_string())))
        .collect();
    let mut output = server.client();
    let writing = std::thread::spawn(move || {
        // Nothing is read after the end.
        let _ = output.try_send(steps);
        output
    });
    // Some calls are under way when the first answer is there.
    let mut output = {
        server.signal(Signal::TERM);
        writing.join().unwrap()
    };
    // Every answer is whole, and they are in order.
    let mut number = 0;
    while let Some(answer) = output.answer() {
        number += 1;
        assert_eq!(answer["step"], number);
    }
    assert_eq!(server.status(), 0);
    assert!(!server.path().exists());
}

#[test]
fn other_signals_end_the_server_too_and_leave_no_socket() {
    for (signal, status) in [(Signal::INT, 130), (Signal::HUP, 129)] {
        let mut server = Server::unix(&[]);
        let _idle = server.client();
        server.signal(signal);
        assert_eq!(server.status(), status);
        assert!(!server.path().exists());
    }
}

#[test]
fn sigterm_ends_standard_input_and_output_too() {
    let mut child = super::server::command(&["--stdio"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, format!("{}\n", create(1)).as_bytes()).unwrap();
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut output, &mut String::new()).unwrap();
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
