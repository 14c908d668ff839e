//! A store in another program, usable as a [`ThreadStore`](crate::contract::ThreadStore) and for playing scenarios.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::io::{AsyncRead, AsyncWrite};

use super::address::{Address, InvalidAddress};
use super::link::{Link, RemoteError};
use super::sent::{SentAnswer, SentStep};
use crate::contract::{Answer, CALLS, Step, StepStore, ThreadStoreError, ThreadStoreResult};
use crate::store::InMemoryThreadStoreCalls;
use crate::workbench::Request;
use crate::workbench::scenario::{PlayedCall, Playing, Returned, SessionStore};

/// A store in another program.
///
/// ```no_run
/// use std::time::Duration;
/// use threadloupe::contract::{CreateThreadParams, ThreadStore};
/// use threadloupe::door::RemoteStore;
/// use threadloupe::protocol::ThreadId;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let store = RemoteStore::open(&"./adapter --fast".parse()?, Duration::from_secs(10)).await?;
/// store.create_thread(CreateThreadParams::new(ThreadId::new())).await?;
/// store.finish().await?;
/// # Ok(())
/// # }
/// ```
///
/// If the store gives no answer, its methods fail with an internal error.
#[derive(Clone)]
pub struct RemoteStore {
    link: Arc<tokio::sync::Mutex<Link>>,
    /// The id of the store in the other program, if the program has several.
    id: Option<String>,
    shared: Arc<Shared>,
    /// The counters after the last step of a scenario.
    last: Arc<Mutex<Option<InMemoryThreadStoreCalls>>>,
}

/// What is known about the program.
#[derive(Default)]
struct Shared {
    /// Why the program does not report its counters.
    refusal: Mutex<Option<String>>,
    refuses_counters: AtomicBool,
}

/// The address of a store in another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreAddress {
    /// A shell command to start.
    Command(String),
    /// A socket or port on which a program listens.
    Socket(Address),
}

/// The text is not the address of a store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStoreAddress {
    /// It is an invalid socket address.
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    /// It is empty.
    #[error("a store must be unix:PATH, tcp:127.0.0.1:PORT or a command")]
    Empty,
    /// The crate has no client for this kind of store.
    #[error("stores in PostgreSQL are not supported; use a command that connects to the database")]
    Postgres,
}

impl FromStr for StoreAddress {
    type Err = InvalidStoreAddress;

    fn from_str(text: &str) -> Result<Self, InvalidStoreAddress> {
        match text {
            _ if text.trim().is_empty() => Err(InvalidStoreAddress::Empty),
            _ if text.starts_with("postgres://") || text.starts_with("postgresql://") => {
                Err(InvalidStoreAddress::Postgres)
            }
            _ if text.starts_with("unix:") || text.starts_with("tcp:") => Ok(Self::Socket(text.parse()?)),
            command => Ok(Self::Command(command.to_string())),
        }
    }
}

impl fmt::Display for StoreAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(command) => out.write_str(command),
            Self::Socket(address) => address.fmt(out),
        }
    }
}

impl RemoteStore {
    /// Starts the command, or connects to the socket. Each answer must come within `timeout`.
    ///
    /// # Errors
    /// The command cannot be started, or the connection fails.
    pub async fn open(address: &StoreAddress, timeout: Duration) -> Result<Self, RemoteError> {
        Ok(Self::of(match address {
            StoreAddress::Command(command) => Link::start(command, timeout)?,
            StoreAddress::Socket(address) => Link::connect(address, timeout).await?,
        }))
    }

    /// Communicates with the other program over these streams.
    pub fn over(
        input: impl AsyncRead + Send + Unpin + 'static,
        output: impl AsyncWrite + Send + 'static,
        timeout: Duration,
    ) -> Self {
        Self::of(Link::over(input, output, timeout))
    }

    fn of(link: Link) -> Self {
        Self {
            link: Arc::new(tokio::sync::Mutex::new(link)),
            id: None,
            shared: Arc::default(),
            last: Arc::default(),
        }
    }

    /// The store with an id in the same program, over the same connection.
    #[must_use]
    pub fn with_id(&self, id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            last: Arc::default(),
            ..self.clone()
        }
    }

    /// Why the store does not report its counters, if it answered a request for them with an error.
    pub fn counters_refusal(&self) -> Option<String> {
        let refusal = self.shared.refusal.lock();
        refusal.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Closes the input of the other program and waits until the program ends. A process that does not end is killed.
    ///
    /// # Errors
    /// If the store gave more answers than were requested, or an earlier call failed.
    pub async fn finish(&self) -> Result<(), RemoteError> {
        self.link.lock().await.finish().await
    }

    /// Sends calls together, to be made at the given times, and returns the answers. If some answers are missing, also
    /// returns the reason. A request that is `None` reads the counters.
    pub(super) async fn together(
        &self,
        requests: &[(Option<&Request>, DateTime<Utc>)],
    ) -> (Vec<SentAnswer>, Option<RemoteError>) {
        let mut link = self.link.lock().await;
        let steps = requests
            .iter()
            .map(|(request, at)| self.step(&mut link, *request, Some(*at)));
        match steps.collect::<Result<Vec<_>, _>>() {
            Ok(steps) => link.exchange(&steps).await,
            Err(error) => (Vec::new(), Some(error)),
        }
    }

    /// Like [`together`](Self::together), but fails if an answer is missing.
    async fn all(
        &self,
        requests: &[(Option<&Request>, DateTime<Utc>)],
    ) -> Result<Vec<SentAnswer>, RemoteError> {
        match self.together(requests).await {
            (answers, None) => Ok(answers),
            (_, Some(error)) => Err(error),
        }
    }

    fn step(
        &self,
        link: &mut Link,
        request: Option<&Request>,
        at: Option<DateTime<Utc>>,
    ) -> Result<SentStep, RemoteError> {
        let params = request.map(Request::params).transpose();
        Ok(SentStep {
            id: link.next_id(),
            method: request.map_or(CALLS, |request| request.step.op().name()),
            params: params.map_err(|error| RemoteError::Unwritable(error.to_string()))?,
            at,
            store: self.id.clone(),
        })
    }

    /// Makes a call, and reads the counters before and after it if the store reports them.
    pub(super) async fn counted(
        &self,
        request: &Request,
        at: DateTime<Utc>,
    ) -> Result<CountedAnswer, RemoteError> {
        let known = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = !self.shared.refuses_counters.load(Ordering::Relaxed);
        let mut requests = Vec::new();
        if counts && known.is_none() {
            requests.push((None, at));
        }
        requests.push((Some(request), at));
        if counts {
            requests.push((None, at));
        }
        let mut answers = self.all(&requests).await?.into_iter();
        let before = match known {
            Some(calls) => Some(calls),
            None if counts => self.counters_in(answers.next())?,
            None => None,
        };
        let answer = answers.next().ok_or(RemoteError::Interrupted)?;
        let after = match counts {
            true => self.counters_in(answers.next())?,
            false => None,
        };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = after;
        Ok(CountedAnswer {
            answer,
            calls: before.zip(after).map(|(before, after)| [before, after]),
        })
    }

    /// The counters in an answer; `None` if the store does not report them.
    pub(super) fn counters_in(
        &self,
        answer: Option<SentAnswer>,
    ) -> Result<Option<InMemoryThreadStoreCalls>, RemoteError> {
        match answer {
            None => Ok(None),
            Some(SentAnswer::Result(text)) => serde_json::from_str(&text)
                .map(Some)
                .map_err(|error| RemoteError::NoCounters(error.to_string())),
            Some(SentAnswer::Error(text)) => {
                let mut refusal = self.shared.refusal.lock().unwrap_or_else(PoisonError::into_inner);
                self.shared.refuses_counters.store(true, Ordering::Relaxed);
                refusal.get_or_insert(text);
                Ok(None)
            }
        }
    }
}

/// An answer, and the counters before and after the call.
pub(super) struct CountedAnswer {
    pub answer: SentAnswer,
    pub calls: Option<[InMemoryThreadStoreCalls; 2]>,
}

impl StepStore for RemoteStore {
    async fn call(&self, step: Step) -> ThreadStoreResult<Answer> {
        let op = step.op();
        let internal = |error: RemoteError| ThreadStoreError::Internal {
            message: error.to_string(),
        };
        let mut link = self.link.lock().await;
        let sent = self.step(&mut link, Some(&step.into()), None).map_err(internal)?;
        match link.exchange(&[sent]).await {
            (answers, None) => match answers.first() {
                Some(answer) => answer.read(op),
                None => Err(internal(RemoteError::Interrupted)),
            },
            (_, Some(error)) => Err(internal(error)),
        }
    }
}

impl SessionStore for RemoteStore {
    fn play(&self, request: Request, at: Option<DateTime<Utc>>) -> Playing<'_> {
        Box::pin(async move {
            let (returned, calls) = match self.counted(&request, at.unwrap_or_else(Utc::now)).await {
                Ok(counted) => (counted.answer.into(), counted.calls),
                Err(error) => (Returned::NoAnswer(error.to_string()), None),
            };
            PlayedCall {
                returned,
                at: None,
                before: None,
                calls,
                compared: None,
                left_open: None,
            }
        })
    }

    fn pass(&self, _at: DateTime<Utc>) {}

    /// They can only be read by asking the other program.
    fn counters(&self) -> Option<InMemoryThreadStoreCalls> {
        None
    }

    fn read_counters(&self, at: Option<DateTime<Utc>>) -> Playing<'_> {
        Box::pin(async move {
            let read = self.read_counters_at(at.unwrap_or_else(Utc::now)).await;
            let (returned, calls) = match read {
                Ok((answer, calls)) => (answer.into(), calls),
                Err(error) => (Returned::NoAnswer(error.to_string()), None),
            };
            PlayedCall {
                returned,
                at: None,
                before: None,
                calls: calls.map(|calls| [calls, calls]),
                compared: None,
                left_open: None,
            }
        })
    }

    fn registered(&self, id: &str) -> Option<Arc<dyn SessionStore>> {
        Some(Arc::new(self.with_id(id)))
    }
}

impl RemoteStore {
    /// Reads the counters, as a step of its own.
    pub(super) async fn read_counters_at(
        &self,
        at: DateTime<Utc>,
    ) -> Result<(SentAnswer, Option<InMemoryThreadStoreCalls>), RemoteError> {
        let answer = self.all(&[(None, at)]).await?.pop();
        let answer = answer.ok_or(RemoteError::Interrupted)?;
        let calls = self.counters_in(Some(answer.clone()))?;
        Ok((answer, calls))
    }
}
