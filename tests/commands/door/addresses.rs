//! Where a server listens, and where it cannot.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;

use rustix::process::Signal;

use super::server::{Server, command, create};

/// The sentence with which a server refuses an address.
fn refused(address: &str) -> String {
    let output = command(&["--listen", address]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{address}");
    let text = String::from_utf8(output.stderr).unwrap();
    text.lines().next().unwrap().to_string()
}

#[test]
fn a_socket_is_private_and_removed_at_the_end() {
    let mut server = Server::unix(&[]);
    assert_eq!(server.address, format!("unix:{}", server.path().display()));
    let mode = fs::metadata(server.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    server.signal(Signal::TERM);
    assert_eq!(server.status(), 0);
    assert!(!server.path().exists());
}

#[test]
fn a_socket_is_only_replaced_if_nobody_listens() {
    let server = Server::unix(&[]);
    let sentence = refused(&server.address);
    assert_eq!(
        sentence,
        format!(
            "{}: another program listens there; use another address, or end that program",
            server.address
        )
    );
    // The first one is not disturbed.
    assert_eq!(server.client().call(&create(1))["step"], 1);

    // A socket that was left behind.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let address = format!("unix:{}", path.display());
    let mut child = command(&["--listen", &address])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while std::os::unix::net::UnixStream::connect(&path).is_err() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_socket_that_was_replaced_meanwhile_is_left_alone() {
    let mut server = Server::unix(&[]);
    fs::remove_file(server.path()).unwrap();
    fs::write(server.path(), "mine").unwrap();
    server.signal(Signal::TERM);
    assert_eq!(server.status(), 0);
    assert_eq!(fs::read_to_string(server.path()).unwrap(), "mine");
}

#[test]
fn an_address_that_cannot_be_used_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let file = format!("unix:{}", file.display());
    assert_eq!(
        refused(&file),
        format!("{file}: this file exists and is not a socket; use another path")
    );
    assert!(
        refused(&format!("unix:{}", folder.path().display())).ends_with("is not a socket; use another path")
    );

    let long = format!("unix:/tmp/{}", "x".repeat(200));
    assert_eq!(
        refused(&long),
        format!(
            "{long}: the path of a socket can have at most 107 bytes, but this one has 205; use a shorter one"
        )
    );
    let missing = format!("unix:{}/no/socket", folder.path().display());
    assert!(
        refused(&missing).starts_with(&format!("{missing}: cannot listen there (No such file")),
        "{missing}"
    );

    // The user of the tests may be allowed to do anything, except on a system that is not there to be changed.
    let denied = refused("unix:/proc/socket");
    assert!(denied.contains("cannot listen there ("), "{denied}");

    let server = Server::tcp(&[]);
    assert!(
        refused(&server.address)
            .ends_with("another program listens there; use another address, or end that program")
    );
    for address in ["tcp:0.0.0.0:0", "tcp:192.168.1.1:80"] {
        assert!(
            refused(address).contains("is not a loopback address"),
            "{address}"
        );
    }
    assert!(refused("socket").contains("expected unix:PATH or tcp:127.0.0.1:PORT"));
}

#[test]
fn a_port_answers_programs_but_not_web_pages() {
    let server = Server::tcp(&[]);
    assert_eq!(server.client().call(&create(1))["step"], 1);
    let body = create(2);
    for foreign in [
        format!("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n{body}\n"),
        format!("\n\n[{body}]\n{body}\n"),
        format!("{{not json}}\n{body}\n"),
        "G".to_string(),
    ] {
        let mut stream = TcpStream::connect(server.address.strip_prefix("tcp:").unwrap()).unwrap();
        stream.write_all(foreign.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // The connection is closed, with or without an error.
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(answer, b"", "{foreign}");
    }
    let counters = server.client().call(&serde_json::json!({"method": "calls"}));
    assert_eq!(counters["result"]["create_thread"], 1);
}
