//! One connection: reads the steps of a client, makes them on a store and writes the answers, in order. Answers are
//! written before the connection waits for more input, so a client that waits for each answer gets it at once, and the
//! answers to a client that sends many steps are written together. A client that does not read its answers only blocks
//! its own connection.

use std::future::pending;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::time::timeout;

use super::answered::AnsweredLine;
use super::lines::{Lines, MAX_LINE, NextLine};
use super::many::answer_many;
use super::received::{LineContent, LineReader, ReceivedLine};
use crate::workbench::scenario::{ScenarioSession, SessionStore, Tally};

/// When the pending answers reach this number of bytes, they are written even if more steps wait in the buffer.
const WRITE_AT: usize = 64 << 10;
/// After the answers have been written, their buffer is shrunk to this size.
const KEEP: usize = 1 << 20;
/// How long to keep skipping the rest of the input before a connection is closed, so that the client can read the last
/// answer.
const LINGER: Duration = Duration::from_secs(2);
/// If at least this number of bytes of whole lines has arrived, they are parsed on another thread.
const MANY: usize = 8 << 10;

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
        reader: LineReader::default(),
        answers: Vec::new(),
        client: Client::new(Arc::new(store), &options),
        sender: Sender {
            output,
            stop: options.stop,
        },
    };
    let only_objects = options.only_objects;
    loop {
        if connection.reader.has_begun()
            && let Some(lines) = connection.lines.take_many(MANY)
        {
            connection.write().await?;
            let Connection {
                lines: input,
                reader,
                client,
                sender,
                ..
            } = &mut connection;
            answer_many(lines, reader, client, sender, input).await?;
            continue;
        }
        match connection.lines.take() {
            NextLine::Line(line) => {
                let line = connection.lines.bytes(line);
                if only_objects && connection.reader.is_foreign(line, true) {
                    break;
                }
                if let Some(line) = connection.reader.read(line) {
                    connection.answer(line).await?;
                }
            }
            NextLine::Partial => {
                if only_objects && connection.reader.is_foreign(connection.lines.partial(), false) {
                    break;
                }
                connection.write().await?;
                if connection.read_or_stop().await? {
                    break;
                }
            }
            NextLine::TooLong => {
                let line = connection.reader.too_long(options.max_line);
                connection.answer(line).await?;
                connection.write().await?;
                connection.sender.output.shutdown().await?;
                // The client may have disconnected, or may never stop sending.
                let _ = timeout(LINGER, connection.lines.skip_rest()).await;
                break;
            }
            NextLine::End => break,
        }
    }
    connection.write().await?;
    connection.sender.output.shutdown().await?;
    Ok(connection.client.tally)
}

struct Connection<R, W> {
    lines: Lines<R>,
    reader: LineReader,
    sender: Sender<W>,
    /// Answers that have not been written yet.
    answers: Vec<u8>,
    client: Client,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Connection<R, W> {
    async fn write(&mut self) -> io::Result<()> {
        if !self.answers.is_empty() {
            self.sender.send(&self.answers, &mut self.lines).await?;
            self.answers.clear();
            self.answers.shrink_to(KEEP);
        }
        Ok(())
    }

    /// Does what a line says, and writes the answers if many are pending.
    async fn answer(&mut self, line: ReceivedLine) -> io::Result<()> {
        self.client.answer(line).await.write(&mut self.answers)?;
        if self.answers.len() > WRITE_AT {
            self.write().await?;
        }
        Ok(())
    }

    /// Reads more input. Returns true if the connection has to end instead.
    async fn read_or_stop(&mut self) -> io::Result<bool> {
        tokio::select! {
            biased;
            () = stopped(&mut self.sender.stop) => Ok(true),
            read = self.lines.read() => read.map(|()| false),
        }
    }
}

/// The output of a connection.
pub(super) struct Sender<W> {
    output: W,
    /// Becomes true when the connection has to end.
    stop: Option<watch::Receiver<bool>>,
}

impl<W: AsyncWrite + Unpin> Sender<W> {
    /// Sends bytes. If the connection has to end meanwhile, further input is dropped: the client may send all its steps
    /// before it reads an answer, and would wait for ever.
    pub async fn send(&mut self, bytes: &[u8], input: &mut Lines<impl AsyncRead + Unpin>) -> io::Result<()> {
        let Self { output, stop } = self;
        let mut sending = pin!(async {
            output.write_all(bytes).await?;
            output.flush().await
        });
        tokio::select! {
            biased;
            sent = &mut sending => return sent,
            () = stopped(stop) => {}
        }
        tokio::select! {
            biased;
            sent = &mut sending => sent,
            _ = input.drain() => sending.await,
        }
    }
}

/// Waits until the connection has to end.
async fn stopped(stop: &mut Option<watch::Receiver<bool>>) {
    if let Some(stop) = stop
        && stop.wait_for(|stop| *stop).await.is_ok()
    {
        return;
    }
    // If the sender was dropped, nothing can stop the connection any more.
    pending().await
}

/// The steps of one client; like a file, the client has its own step numbers and clock.
pub(super) struct Client {
    store: Arc<dyn SessionStore>,
    session: ScenarioSession,
    clock: Option<DateTime<Utc>>,
    tally: Tally,
}

impl Client {
    fn new(store: Arc<dyn SessionStore>, options: &ConnectionOptions) -> Self {
        let named = options.client.as_ref().and_then(|name| store.for_client(name));
        Self {
            session: session(named.as_ref().unwrap_or(&store), options.clock),
            store,
            clock: options.clock,
            tally: Tally::file(),
        }
    }

    /// Does what a line says.
    pub async fn answer(&mut self, line: ReceivedLine) -> AnsweredLine {
        let outcome = match line.content {
            LineContent::Step(statement) => self.session.play(*statement).await,
            LineContent::Invalid(invalid) => self.session.refuse(invalid),
            LineContent::Hello(name) => {
                self.hello(name);
                return AnsweredLine::Hello;
            }
        };
        self.tally.step(&outcome);
        AnsweredLine::Step {
            id: line.id,
            outcome: Box::new(outcome),
        }
    }

    /// Continues with the name that the client gave, if it gave one.
    fn hello(&mut self, name: Option<String>) {
        if let Some(store) = name.and_then(|name| self.store.for_client(&name)) {
            self.session = session(&store, self.clock);
        }
    }
}

fn session(store: &Arc<dyn SessionStore>, clock: Option<DateTime<Utc>>) -> ScenarioSession {
    let mut session = ScenarioSession::new(Arc::clone(store));
    if let Some(clock) = clock {
        session.set_clock(clock);
    }
    session
}
