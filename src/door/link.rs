//! A connection to a store in another program: sends steps and reads their answers, in order. After an error, it is not
//! used any more.

use std::io;
use std::pin::Pin;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use super::address::Address;
use super::lines::{Lines, MAX_LINE, NextLine};
use super::process::StoreProcess;
use super::sent::{SentAnswer, SentStep, shown};

/// How long to wait for the store to close the connection after its input was closed.
const ENDING: Duration = Duration::from_secs(2);

/// Why a store in another program cannot be used. The display text is a clause about the store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// The command cannot be started.
    #[error("cannot start the store ({0})")]
    Start(String),
    /// No store accepts connections at the address.
    #[error("cannot connect to the store ({0})")]
    Connect(String),
    /// No answer came in time.
    #[error("the store gave no answer within {}; --timeout sets another limit", seconds(.0))]
    Timeout(Duration),
    /// The store ended or closed the connection.
    #[error("the store {0} before it answered")]
    Ended(String),
    /// The connection cannot be read.
    #[error("the answer of the store cannot be read ({0})")]
    Read(String),
    /// A line is not JSON.
    #[error("the answer of the store is not JSON ({what}): {text}")]
    NotJson {
        /// What is wrong.
        what: String,
        /// The beginning of the line.
        text: String,
    },
    /// A line has neither a result nor an error, or both.
    #[error("the store sent something that is not an answer (an object with either result or error): {0}")]
    NoAnswer(String),
    /// The line is the answer to another step.
    #[error("the store answered another step; answers must be in the order of the steps: {0}")]
    Order(String),
    /// An answer came although no step was sent.
    #[error("the store sent one answer too many: {0}")]
    Unasked(String),
    /// The counters cannot be read from the answer.
    #[error("the answer of the store to `calls` does not have the fourteen counters: {0}")]
    NoCounters(String),
    /// The step cannot be sent.
    #[error("the step cannot be written as JSON ({0})")]
    Unwritable(String),
    /// The caller stopped waiting for an earlier answer.
    #[error("an earlier call was interrupted")]
    Interrupted,
}

fn seconds(time: &Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

type Input = Box<dyn AsyncRead + Send + Unpin>;
type Output = Pin<Box<dyn AsyncWrite + Send>>;

/// The connection.
pub(super) struct Link {
    lines: Lines<Input>,
    output: Option<Output>,
    process: Option<StoreProcess>,
    timeout: Duration,
    /// The number of steps that were sent.
    sent: u64,
    /// Why the connection cannot be used any more.
    failed: Option<RemoteError>,
}

impl Link {
    /// Starts a shell command and uses its standard input and output.
    pub fn start(command: &str, timeout: Duration) -> Result<Self, RemoteError> {
        let started = StoreProcess::start(command);
        let (process, output, input) = started.map_err(|error| RemoteError::Start(error.to_string()))?;
        Ok(Self {
            process: Some(process),
            ..Self::over(input, output, timeout)
        })
    }

    /// Connects to a socket or a port.
    pub async fn connect(address: &Address, timeout: Duration) -> Result<Self, RemoteError> {
        let refused = |error: io::Error| RemoteError::Connect(error.to_string());
        match address {
            Address::Unix(path) => {
                let (input, output) = UnixStream::connect(path).await.map_err(refused)?.into_split();
                Ok(Self::over(input, output, timeout))
            }
            Address::Tcp(address) => {
                let stream = TcpStream::connect(address).await.map_err(refused)?;
                stream.set_nodelay(true).map_err(refused)?;
                let (input, output) = stream.into_split();
                Ok(Self::over(input, output, timeout))
            }
        }
    }

    /// Uses streams.
    pub fn over(
        input: impl AsyncRead + Send + Unpin + 'static,
        output: impl AsyncWrite + Send + 'static,
        timeout: Duration,
    ) -> Self {
        Self {
            lines: Lines::new(Box::new(input), MAX_LINE),
            output: Some(Box::pin(output)),
            process: None,
            timeout,
            sent: 0,
            failed: None,
        }
    }

    /// The id of the next step.
    pub fn next_id(&mut self) -> u64 {
        self.sent += 1;
        self.sent
    }

    /// Sends steps together and returns their answers. If there are fewer answers than steps, also returns the reason.
    pub async fn exchange(&mut self, steps: &[SentStep]) -> (Vec<SentAnswer>, Option<RemoteError>) {
        let mut answers = Vec::with_capacity(steps.len());
        if self.failed.is_none() {
            // If the caller drops the future, some answers are still outstanding.
            self.failed = Some(RemoteError::Interrupted);
            self.failed = self.exchanged(steps, &mut answers).await.err();
        }
        (answers, self.failed.clone())
    }

    async fn exchanged(
        &mut self,
        steps: &[SentStep],
        answers: &mut Vec<SentAnswer>,
    ) -> Result<(), RemoteError> {
        self.nothing_unasked().await?;
        match self.send_and_read(steps, answers).await {
            Err(RemoteError::Ended(_)) => Err(RemoteError::Ended(self.how_it_ended().await)),
            read => read,
        }
    }

    /// Sends steps and reads their answers at the same time, because both may exceed what the buffers between two
    /// processes can hold.
    async fn send_and_read(
        &mut self,
        steps: &[SentStep],
        answers: &mut Vec<SentAnswer>,
    ) -> Result<(), RemoteError> {
        let text: String = steps.iter().map(SentStep::line).collect();
        let (lines, patience) = (&mut self.lines, self.timeout);
        let output = &mut self.output;
        let write = async {
            if let Some(output) = output {
                output.write_all(text.as_bytes()).await?;
                output.flush().await?;
            }
            io::Result::Ok(())
        };
        let read = async {
            for step in steps {
                let line = match timeout(patience, lines.next_line()).await {
                    Err(_) => return Err(RemoteError::Timeout(patience)),
                    Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset => None,
                    Ok(Err(error)) => return Err(RemoteError::Read(error.to_string())),
                    Ok(Ok(line)) => line,
                };
                let line = line.ok_or_else(|| RemoteError::Ended(String::new()))?;
                answers.push(step.answer(line)?);
            }
            Ok(())
        };
        tokio::pin!(write, read);
        // A store that does not read all its input may have answered with an error before it ended.
        tokio::select! {
            read = &mut read => read,
            _ = &mut write => read.await,
        }
    }

    /// Checks that no answer has arrived before a step is sent.
    async fn nothing_unasked(&mut self) -> Result<(), RemoteError> {
        loop {
            match self.lines.take() {
                NextLine::Line(line) => {
                    let text = String::from_utf8_lossy(self.lines.bytes(line)).into_owned();
                    if !text.trim().is_empty() {
                        return Err(RemoteError::Unasked(shown(&text)));
                    }
                }
                // The end of the output is reported when an answer is needed.
                NextLine::End | NextLine::TooLong => return Ok(()),
                NextLine::Partial => {
                    let is_there = tokio::select! {
                        biased;
                        read = self.lines.read() => read.is_ok(),
                        () = std::future::ready(()) => false,
                    };
                    if !is_there {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// How the store has ended.
    async fn how_it_ended(&mut self) -> String {
        match &mut self.process {
            None => "closed the connection".to_string(),
            Some(process) => match process.ended().await {
                Some(status) => format!("ended ({})", told(status)),
                None => "closed its standard output".to_string(),
            },
        }
    }

    /// Ends the input of the store, and checks that no more answers come. A process that does not end is killed.
    pub async fn finish(&mut self) -> Result<(), RemoteError> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        // Dropping the output closes a pipe, but a socket has to be shut down.
        if let Some(mut output) = self.output.take() {
            let _ = output.shutdown().await;
        }
        let rest = async {
            loop {
                match self.lines.next_line().await {
                    Ok(Some(line)) if line.iter().all(u8::is_ascii_whitespace) => {}
                    Ok(Some(line)) => return Some(shown(&String::from_utf8_lossy(line))),
                    Ok(None) | Err(_) => return None,
                }
            }
        };
        let rest = timeout(ENDING, rest).await.ok().flatten();
        if let Some(process) = &mut self.process {
            process.ended().await;
        }
        self.process = None;
        match rest {
            Some(text) => Err(RemoteError::Unasked(text)),
            None => Ok(()),
        }
    }
}

fn told(status: ExitStatus) -> String {
    match (
        status.code(),
        std::os::unix::process::ExitStatusExt::signal(&status),
    ) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => status.to_string(),
    }
}
