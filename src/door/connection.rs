//! One connection: reads the steps of a client, makes them on a store and writes the answers, in order. Answers are
//! written before the connection waits for more input, so a client that waits for each answer gets it at once, and the
//! answers to a client that sends many steps are written together. A client that does not read its answers only blocks
//! its own connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::time::timeout;

use super::lines::{Lines, MAX_LINE, NextLine, TooLong};
use crate::contract::{CALLS, OPS};
use crate::protocol::json::{Json, JsonKind};
use crate::workbench::scenario::{
    BrokenValue, InvalidStep, LineColumn, Parsed, ScenarioSession, SessionStore, Tally, unreadable,
};

/// The version of the contract of thread stores.
const CONTRACT: &str = "2026-05";
/// When the pending answers reach this number of bytes, they are written even if more steps wait in the buffer.
const WRITE_AT: usize = 64 << 10;
/// After the answers have been written, their buffer is shrunk to this size.
const KEEP: usize = 1 << 20;
/// How long to keep skipping the rest of the input before a connection is closed, so that the client can read the last
/// answer.
const LINGER: Duration = Duration::from_secs(2);
/// The error for a byte that is not part of a UTF-8 character.
const NO_TEXT: &str = "this byte is not UTF-8";
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How a connection is served. The default is right for a trusted stream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConnectionOptions {
    /// The maximum number of bytes of a line.
    pub max_line: usize,
    /// The time of the first step; each later step is one millisecond later. If there is none, the system clock is
    /// used.
    pub clock: Option<DateTime<Utc>>,
    /// The name of the client in the journal, until the client sends its own.
    pub client: Option<String>,
    /// Whether to close the connection without an answer if the first line is not a JSON object. Web pages can send
    /// requests that start with such a line to a port of this computer.
    pub only_objects: bool,
    /// Set to true to end the connection when the steps that were received are answered.
    pub stop: Option<watch::Receiver<bool>>,
}

impl Default for ConnectionOptions {
    fn default() -> Self {
        Self {
            max_line: MAX_LINE,
            clock: None,
            client: None,
            only_objects: false,
            stop: None,
        }
    }
}

/// Serves a store to one client until the client ends its input. Returns the number of steps by outcome.
///
/// ```
/// use std::sync::Arc;
/// use threadloupe::store::InMemoryThreadStore;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let (mut client, server) = duplex(4096);
/// let store = Arc::new(InMemoryThreadStore::default());
/// tokio::spawn(threadloupe::door::serve(store, server));
///
/// client.write_all(b"{\"id\": 7, \"method\": \"list_threads\"}\n").await?;
/// client.shutdown().await?;
/// let mut answers = String::new();
/// client.read_to_string(&mut answers).await?;
/// assert_eq!(
///     answers,
///     "{\"id\":7,\"step\":1,\"method\":\"list_threads\",\"result\":{\"items\":[],\"next_cursor\":null}}\n"
/// );
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// If the stream cannot be read or written.
pub async fn serve(
    store: impl SessionStore + 'static,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin,
) -> io::Result<Tally> {
    let (input, output) = tokio::io::split(stream);
    serve_with(store, input, output, ConnectionOptions::default()).await
}

/// Like [`serve`], with options and separate streams for input and output.
///
/// # Errors
/// If a stream cannot be read or written.
pub async fn serve_with(
    store: impl SessionStore + 'static,
    input: impl AsyncRead + Send + Unpin,
    output: impl AsyncWrite + Send + Unpin,
    options: ConnectionOptions,
) -> io::Result<Tally> {
    let mut connection = Connection {
        lines: Lines::new(input, options.max_line),
        output,
        answers: Vec::new(),
        client: Client::new(Arc::new(store), &options),
    };
    let only_objects = options.only_objects;
    let mut stop = options.stop;
    loop {
        match connection.lines.take() {
            NextLine::Line(line) => {
                let line = connection.lines.bytes(line);
                if only_objects && connection.client.is_foreign(line, true) {
                    break;
                }
                connection.client.line(line, &mut connection.answers).await?;
                if connection.answers.len() > WRITE_AT {
                    connection.write().await?;
                }
            }
            NextLine::Partial => {
                if only_objects && connection.client.is_foreign(connection.lines.partial(), false) {
                    break;
                }
                connection.write().await?;
                if connection.read_or_stop(&mut stop).await? {
                    break;
                }
            }
            NextLine::TooLong => {
                connection
                    .client
                    .too_long(options.max_line, &mut connection.answers)?;
                connection.write().await?;
                connection.output.shutdown().await?;
                // The client may have disconnected, or may never stop sending.
                let _ = timeout(LINGER, connection.lines.skip_rest()).await;
                break;
            }
            NextLine::End => break,
        }
    }
    connection.write().await?;
    connection.output.shutdown().await?;
    Ok(connection.client.tally)
}

struct Connection<R, W> {
    lines: Lines<R>,
    output: W,
    /// Answers that have not been written yet.
    answers: Vec<u8>,
    client: Client,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Connection<R, W> {
    async fn write(&mut self) -> io::Result<()> {
        if !self.answers.is_empty() {
            self.output.write_all(&self.answers).await?;
            self.output.flush().await?;
            self.answers.clear();
            self.answers.shrink_to(KEEP);
        }
        Ok(())
    }

    /// Reads more input. Returns true if the connection has to end instead.
    async fn read_or_stop(&mut self, stop: &mut Option<watch::Receiver<bool>>) -> io::Result<bool> {
        let Some(stop) = stop else {
            return self.lines.read().await.map(|()| false);
        };
        tokio::select! {
            biased;
            // If the sender was dropped, nothing can stop the connection any more.
            Ok(_) = stop.wait_for(|stop| *stop) => Ok(true),
            read = self.lines.read() => read.map(|()| false),
        }
    }
}

/// The steps of one client; like a file, the client has its own step numbers, clock and positions.
struct Client {
    store: Arc<dyn SessionStore>,
    session: ScenarioSession,
    clock: Option<DateTime<Utc>>,
    tally: Tally,
    /// The number of the last line.
    line: usize,
    /// Whether anything but blank lines has been received.
    begun: bool,
}

impl Client {
    fn new(store: Arc<dyn SessionStore>, options: &ConnectionOptions) -> Self {
        let named = options.client.as_ref().and_then(|name| store.for_client(name));
        Self {
            session: session(named.as_ref().unwrap_or(&store), options.clock),
            store,
            clock: options.clock,
            tally: Tally::file(),
            line: 0,
            begun: false,
        }
    }

    /// Whether this is the first nonblank line and it is not a JSON object. If the line is incomplete, whether it can
    /// no longer become a JSON object.
    fn is_foreign(&self, line: &[u8], is_whole: bool) -> bool {
        if self.begun {
            return false;
        }
        let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        match line.iter().find(|byte| !is_blank(**byte)) {
            Some(b'{') => is_whole && !text_of(line).is_ok_and(|text| Json::parse(text).is_ok()),
            Some(_) => true,
            None => false,
        }
    }

    /// Handles a line and appends its answer.
    async fn line(&mut self, line: &[u8], answers: &mut Vec<u8>) -> io::Result<()> {
        self.line += 1;
        let mut start = LineColumn {
            line: self.line,
            column: 1,
        };
        let line = match self.line {
            1 => line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line),
            _ => line,
        };
        let blanks = line.iter().take_while(|byte| is_blank(**byte)).count();
        start.column += blanks;
        let line = line.get(blanks..).unwrap_or_default();
        if line.is_empty() {
            return Ok(());
        }
        let is_first = !std::mem::replace(&mut self.begun, true);
        let json = match text_of(line)
            .and_then(|text| Json::parse(text).map_err(|fault| (&text[..fault.at], fault.what)))
        {
            Ok(json) => json,
            Err((good, what)) => return self.refuse(broken(start, good, what), None, answers),
        };
        let place = |at| start.advanced(json.text().as_bytes().get(..at).unwrap_or_default());
        if let Some(hello) = json.get("hello").filter(|_| is_first) {
            return match client_name(json, hello) {
                Ok(name) => self.hello(name, answers),
                Err((at, why)) => self.refuse(no_step(format!("{}: {why}", place(at))), None, answers),
            };
        }
        let (id, parsed) = Parsed::read_with_id(json, &place);
        let outcome = match parsed {
            Parsed::Step(statement) => self.session.play(*statement).await,
            Parsed::Invalid(invalid) => return self.refuse(invalid, id, answers),
            Parsed::Header(_) => return Ok(()),
        };
        self.tally.step(&outcome);
        outcome.write_with_id(answers, id)
    }

    /// Answers a line that is too long.
    fn too_long(&mut self, max: usize, answers: &mut Vec<u8>) -> io::Result<()> {
        self.line += 1;
        let message = format!("line {}: {}; the connection is closed", self.line, TooLong(max));
        self.refuse(no_step(message), None, answers)
    }

    fn refuse(&mut self, invalid: InvalidStep, id: Option<&str>, answers: &mut Vec<u8>) -> io::Result<()> {
        let outcome = self.session.refuse(invalid);
        self.tally.step(&outcome);
        outcome.write_with_id(answers, id)
    }

    /// Continues with the name that the client gave, if it gave one.
    fn hello(&mut self, name: Option<String>, answers: &mut Vec<u8>) -> io::Result<()> {
        if let Some(store) = name.and_then(|name| self.store.for_client(&name)) {
            self.session = session(&store, self.clock);
        }
        let methods = OPS.iter().map(|row| row.name).chain([CALLS]).collect();
        let hello = Hello {
            threadloupe: env!("CARGO_PKG_VERSION"),
            contract: CONTRACT,
            methods,
        };
        serde_json::to_writer(&mut *answers, &HelloAnswer { hello })?;
        answers.push(b'\n');
        Ok(())
    }
}

fn session(store: &Arc<dyn SessionStore>, clock: Option<DateTime<Utc>>) -> ScenarioSession {
    let mut session = ScenarioSession::new(Arc::clone(store));
    if let Some(clock) = clock {
        session.set_clock(clock);
    }
    session
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

/// The line as text or, if it is not UTF-8, the text before the first invalid byte and an error message.
fn text_of(line: &[u8]) -> Result<&str, (&str, &'static str)> {
    std::str::from_utf8(line).map_err(|error| {
        let good = line.get(..error.valid_up_to()).unwrap_or_default();
        (std::str::from_utf8(good).unwrap_or_default(), NO_TEXT)
    })
}

/// The error for a line that is not JSON; `good` is the text before the error.
fn broken(start: LineColumn, good: &str, what: &str) -> InvalidStep {
    unreadable(&BrokenValue {
        place: start.advanced(good.as_bytes()),
        what: what.to_string(),
        text: good.to_string(),
    })
}

/// The error for a line that is not a step.
fn no_step(message: String) -> InvalidStep {
    InvalidStep {
        method: None,
        message,
    }
}

/// The name in the first line of a client, or the byte offset and the reason if the line is invalid.
fn client_name(json: Json<'_>, hello: Json<'_>) -> Result<Option<String>, (usize, &'static str)> {
    if let Some((_, other)) = json.members().find(|(key, _)| key != "hello") {
        return Err((other.offset_in(json), "a line with hello has no other keys"));
    }
    if hello.kind() != JsonKind::Object {
        return Err((
            hello.offset_in(json),
            "hello must be an object, such as {\"client\":\"name\"}",
        ));
    }
    if let Some((_, other)) = hello.members().find(|(key, _)| key != "client") {
        return Err((other.offset_in(json), "hello has only the key `client`"));
    }
    match hello.get("client") {
        None => Ok(None),
        Some(client) => match client.as_str() {
            Some(name) => Ok(Some(name.into_owned())),
            None => Err((client.offset_in(json), "client must be a string")),
        },
    }
}

/// The answer to the first line of a client.
#[derive(Serialize)]
struct HelloAnswer {
    hello: Hello,
}

#[derive(Serialize)]
struct Hello {
    threadloupe: &'static str,
    contract: &'static str,
    methods: Vec<&'static str>,
}
