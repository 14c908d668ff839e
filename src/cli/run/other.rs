//! The store of another program, on which `threadloupe run --on` and `--against` play scenarios.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::ValueEnum;
use uuid::Uuid;

use crate::door::{ComparedStore, RemoteError, RemoteStore, StoreAddress};
use crate::store::InMemoryThreadStore;
use crate::workbench::scenario::{Judged, PlayError, ScenarioHeader, ScenarioSession};

/// The options of `run` for the store of another program.
#[derive(Debug, clap::Args)]
pub struct OtherArgs {
    /// Play on another store: unix:PATH, tcp:127.0.0.1:PORT, or a command that reads steps from its standard input
    ///
    /// Steps and answers have the form of `threadloupe serve`. Expectations for counters are judged only if the store
    /// answers the step `calls`. A command is started once for each file.
    #[arg(long, value_name = "STORE", conflicts_with = "against")]
    on: Option<StoreAddress>,

    /// Play on the in-memory store and on another one, and compare the answers instead of judging expectations
    #[arg(long, value_name = "STORE")]
    against: Option<StoreAddress>,

    #[command(flatten)]
    patience: PatienceArgs,

    /// Whether the user was told that the store does not report its counters.
    #[arg(skip)]
    told: AtomicBool,
}

/// The options of all commands that use the store of another program.
#[derive(Debug, clap::Args)]
pub struct PatienceArgs {
    /// How long the other store may take to answer a step, such as 10s or 500ms
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub timeout: Duration,

    /// Judge only what these rules require: `contract` ignores behavior that is specific to the in-memory store
    ///
    /// `threadloupe list rules` shows what each rule applies to. With `contract`, for example, lists of threads,
    /// archived threads, unknown threads, counters, and values that no patch has set are not judged.
    #[arg(long, value_enum)]
    pub only: Option<Only>,
}

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Only {
    /// The rules that apply to every store
    Contract,
}

impl PatienceArgs {
    /// What is judged.
    pub fn judged(&self) -> Judged {
        match self.only {
            Some(Only::Contract) => Judged::Contract,
            None => Judged::Everything,
        }
    }
}

/// Parses the value of `--timeout`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a number of seconds or milliseconds, such as 10s or 500ms".to_string();
    let (number, unit): (&str, fn(u64) -> Duration) = match text.strip_suffix("ms") {
        Some(number) => (number, Duration::from_millis),
        None => (text.strip_suffix('s').unwrap_or(text), Duration::from_secs),
    };
    let number: NonZeroU64 = number.parse().map_err(|_| wrong())?;
    Ok(unit(number.get()))
}

impl OtherArgs {
    /// The store, if there is one.
    pub fn store(&self) -> Option<OtherStore<'_>> {
        let (address, compares) = match (&self.on, &self.against) {
            (Some(address), _) => (address, false),
            (None, Some(address)) => (address, true),
            (None, None) => return None,
        };
        Some(OtherStore {
            address,
            compares,
            args: self,
        })
    }
}

/// The address of the store of another program, and whether its answers are compared.
pub struct OtherStore<'a> {
    address: &'a StoreAddress,
    compares: bool,
    args: &'a OtherArgs,
}

/// The connection to the other program for one scenario file. It is opened with the first session.
#[derive(Default)]
pub struct FileStore {
    remote: Option<RemoteStore>,
    /// Whether several files share this connection.
    is_shared: bool,
}

impl FileStore {
    /// Ends the store.
    pub async fn finish(&self) -> Result<(), RemoteError> {
        match &self.remote {
            Some(remote) if !self.is_shared => remote.finish().await,
            _ => Ok(()),
        }
    }

    /// Uses the connection of a store that several files share.
    pub fn remark_of(&mut self, shared: &FileStore) {
        self.remote.clone_from(&shared.remote);
        self.is_shared = true;
    }
}

impl OtherStore<'_> {
    /// Starts a session on the store with this id, or on a new store if there is no id. Does not set the clock.
    pub async fn session(
        &self,
        file: &mut FileStore,
        id: Option<&str>,
        header: &ScenarioHeader,
    ) -> Result<ScenarioSession, PlayError> {
        let patience = &self.args.patience;
        let remote = match &file.remote {
            Some(remote) => remote.clone(),
            None => {
                let opened = RemoteStore::open(self.address, patience.timeout).await;
                let opened =
                    opened.map_err(|error| PlayError::NoStore(format!("{}: {error}", self.address)))?;
                file.remote.insert(opened).clone()
            }
        };
        let is_fresh = matches!(self.address, StoreAddress::Command(_)) && header.rows.len() < 2;
        let remote = match id {
            Some(id) => remote.with_id(id),
            None if is_fresh => remote,
            None => remote.with_id(Uuid::now_v7().to_string()),
        };
        let reference = match id {
            Some(id) if self.compares => InMemoryThreadStore::for_id(id),
            _ => Arc::default(),
        };
        let compared = ComparedStore::new(reference, remote, patience.judged());
        Ok(match self.compares {
            true => ScenarioSession::new(compared),
            false => ScenarioSession::new(compared.by_expectations()),
        })
    }

    /// A message about the other store; returned only once.
    pub fn remark(&self, file: &FileStore) -> Option<String> {
        let refusal = file.remote.as_ref()?.counters_refusal()?;
        let is_told = self.args.told.swap(true, Ordering::Relaxed);
        (!is_told)
            .then(|| format!("the store does not report its counters, so they are not checked: {refusal}"))
    }
}
