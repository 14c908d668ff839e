//! Starts the server and connects to it, as another program would.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a test waits for an answer before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// The id of a thread.
pub fn id(number: usize) -> String {
    format!("0198f2a3-0000-7000-8000-{number:012x}")
}

pub fn create(number: usize) -> Value {
    json!({"method": "create_thread", "params": {"thread_id": id(number)}})
}

pub fn rename(number: usize, name: &str) -> Value {
    json!({"method": "update_thread_metadata", "params": {"thread_id": id(number), "patch": {"name": name}}})
}

/// The command `threadloupe serve` with arguments.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_threadloupe"));
    command.arg("serve").args(arguments);
    command
}

/// Runs `threadloupe serve --stdio` with an input.
pub fn stdio(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
    let mut child = command(&["--stdio"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.as_ref().to_vec();
    let writing = std::thread::spawn(move || {
        // A server that ends early closes the pipe.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    output
}

/// The answers on standard output.
pub fn answers(output: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(output).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A server that listens on a socket or a port. It is killed at the end.
pub struct Server {
    pub child: Child,
    /// The address that it printed.
    pub address: String,
    folder: TempDir,
    /// Kept open, so that the server can write to it.
    _complaints: BufReader<std::process::ChildStderr>,
}

impl Server {
    /// On a Unix socket in a new folder.
    pub fn unix(arguments: &[&str]) -> Self {
        Self::start("unix:", arguments)
    }

    /// On a free port.
    pub fn tcp(arguments: &[&str]) -> Self {
        Self::start("tcp:127.0.0.1:0", arguments)
    }

    fn start(address: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = match address {
            "unix:" => format!("unix:{}", folder.path().join("socket").display()),
            other => other.to_string(),
        };
        let mut child = command(&["--listen", &address])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut complaints = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        complaints.read_line(&mut line).unwrap();
        let address = line
            .trim()
            .strip_prefix("listening at ")
            .unwrap_or_else(|| panic!("{line}"));
        Self {
            child,
            address: address.to_string(),
            folder,
            _complaints: complaints,
        }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// A new connection.
    pub fn client(&self) -> Client {
        match self.address.strip_prefix("tcp:") {
            Some(address) => {
                let stream = TcpStream::connect(address).unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                Client::new(Stream::Tcp(stream.try_clone().unwrap()), stream)
            }
            None => {
                let stream = UnixStream::connect(self.path()).unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                Client::new(Stream::Unix(stream.try_clone().unwrap()), stream)
            }
        }
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, signal).unwrap();
    }

    /// The exit status, or 128 and the signal.
    pub fn status(&mut self) -> i32 {
        let status = self.child.wait().unwrap();
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        status.code().unwrap_or_else(|| 128 + signal.unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

/// A connection that sends lines and waits for answers.
pub struct Client {
    output: Stream,
    input: BufReader<Box<dyn Read + Send>>,
}

impl Client {
    fn new(output: Stream, input: impl Read + Send + 'static) -> Self {
        Self {
            output,
            input: BufReader::new(Box::new(input)),
        }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes).unwrap();
    }

    pub fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        match &mut self.output {
            Stream::Unix(stream) => stream.write_all(bytes.as_ref()),
            Stream::Tcp(stream) => stream.write_all(bytes.as_ref()),
        }
    }

    /// Sends a step and returns its answer.
    pub fn call(&mut self, step: &Value) -> Value {
        self.send(format!("{step}\n"));
        self.answer().unwrap()
    }

    /// The next answer; `None` if the server closed the connection.
    pub fn answer(&mut self) -> Option<Value> {
        let mut line = String::new();
        match self.input.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(serde_json::from_str(&line).unwrap()),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// Ends the input of the server, but goes on reading.
    pub fn close_half(&self) {
        match &self.output {
            Stream::Unix(stream) => stream.shutdown(std::net::Shutdown::Write).unwrap(),
            Stream::Tcp(stream) => stream.shutdown(std::net::Shutdown::Write).unwrap(),
        }
    }
}
