//! Listens for clients on a Unix socket or a loopback port, and serves each connection in a task of its own.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::address::Address;
use super::connection::{ConnectionOptions, serve_with};
use crate::workbench::scenario::SessionStore;

/// The maximum number of bytes of the path of a Unix socket.
const LONGEST_PATH: usize = 107;
/// How long to wait before accepting connections again, if the limit of open files is reached.
const FULL: Duration = Duration::from_millis(100);
/// How long connections may take to write their last answers.
const ENDING: Duration = Duration::from_secs(5);

/// Why a store cannot be served at an address. The display text is a sentence without the address.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// Another program listens there.
    #[error("another program listens there; use another address, or end that program")]
    InUse,
    /// There is a file that is not a socket.
    #[error("this file exists and is not a socket; use another path")]
    NotASocket,
    /// The path is too long.
    #[error(
        "the path of a socket can have at most {LONGEST_PATH} bytes, but this one has {0}; use a shorter one"
    )]
    PathTooLong(usize),
    /// The system does not allow it.
    #[error("cannot listen there ({0})")]
    Refused(#[from] io::Error),
}

/// How a listener serves its connections.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListenerOptions {
    /// The options for each connection.
    pub connection: ConnectionOptions,
    /// Receives the number of clients that are connected, whenever it changes.
    pub connected: Option<watch::Sender<usize>>,
}

/// Accepts connections at an address. The file of a Unix socket is removed when the listener is dropped.
#[derive(Debug)]
pub struct Listener {
    accepts: Accepts,
    address: Address,
}

#[derive(Debug)]
enum Accepts {
    Unix {
        listener: UnixListener,
        /// The socket file, which is removed on drop.
        _file: SocketFile,
    },
    Tcp(TcpListener),
}

impl ListenerOptions {
    /// The options for each connection. The name of the client is replaced by `client 1`, `client 2`, ...
    pub fn new(connection: ConnectionOptions) -> Self {
        Self {
            connection,
            connected: None,
        }
    }
}

impl ListenerOptions {
    fn count(&self, clients: usize) {
        if let Some(connected) = &self.connected {
            connected.send_replace(clients);
        }
    }
}

impl Listener {
    /// Starts to listen. The file of a Unix socket can only be used by its owner. An existing socket file is replaced if
    /// nobody listens on it.
    ///
    /// # Errors
    /// If another program listens there, or the address cannot be used.
    pub async fn bind(address: &Address) -> Result<Self, ListenError> {
        match address {
            Address::Unix(path) => {
                let listener = bind_socket(path).await?;
                Ok(Self {
                    accepts: Accepts::Unix {
                        listener,
                        _file: SocketFile::new(path)?,
                    },
                    address: address.clone(),
                })
            }
            Address::Tcp(wanted) => {
                let listener = TcpListener::bind(wanted)
                    .await
                    .map_err(|error| match error.kind() {
                        ErrorKind::AddrInUse => ListenError::InUse,
                        _ => error.into(),
                    })?;
                Ok(Self {
                    address: Address::Tcp(listener.local_addr()?),
                    accepts: Accepts::Tcp(listener),
                })
            }
        }
    }

    /// Where it listens. If port 0 was requested, this has the actual port.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Serves a store to every client, until `stop` becomes true. After that, no more connections are accepted, the
    /// file of a Unix socket is removed, and each connection ends after the answers to the steps that it has received.
    pub async fn serve(
        self,
        store: impl SessionStore + Clone + 'static,
        options: ListenerOptions,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut connections = JoinSet::new();
        let mut number = 0_usize;
        loop {
            let accepted = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                // Forget the connections that have ended.
                Some(_) = connections.join_next() => {
                    options.count(connections.len());
                    continue;
                }
                accepted = self.accept() => accepted,
            };
            let Ok((input, output)) = accepted else {
                sleep(FULL).await;
                continue;
            };
            number += 1;
            let connection = ConnectionOptions {
                client: Some(format!("client {number}")),
                only_objects: matches!(self.accepts, Accepts::Tcp(_)),
                stop: Some(stop.clone()),
                ..options.connection.clone()
            };
            // A connection that breaks off concerns only its client.
            connections.spawn(serve_with(store.clone(), input, output, connection));
            options.count(connections.len());
        }
        drop(self);
        let _ = timeout(ENDING, async { while connections.join_next().await.is_some() {} }).await;
    }

    async fn accept(&self) -> io::Result<(Input, Output)> {
        match &self.accepts {
            Accepts::Unix { listener, .. } => {
                let (input, output) = listener.accept().await?.0.into_split();
                Ok((Box::new(input), Box::new(output)))
            }
            Accepts::Tcp(listener) => {
                let stream = listener.accept().await?.0;
                stream.set_nodelay(true)?;
                let (input, output) = stream.into_split();
                Ok((Box::new(input), Box::new(output)))
            }
        }
    }
}

type Input = Box<dyn AsyncRead + Send + Unpin>;
type Output = Box<dyn AsyncWrite + Send + Unpin>;

async fn bind_socket(path: &Path) -> Result<UnixListener, ListenError> {
    let length = path.as_os_str().len();
    if length > LONGEST_PATH {
        return Err(ListenError::PathTooLong(length));
    }
    match bind_privately(path) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {}
        bound => return Ok(bound?),
    }
    if !fs::symlink_metadata(path)?.file_type().is_socket() {
        return Err(ListenError::NotASocket);
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            fs::remove_file(path)?;
            Ok(bind_privately(path)?)
        }
        // A program that cannot accept more connections is still listening.
        _ => Err(ListenError::InUse),
    }
}

/// Makes the socket file, which only its owner can use from the beginning.
fn bind_privately(path: &Path) -> io::Result<UnixListener> {
    use rustix::fs::Mode;
    let former = rustix::process::umask(Mode::RWXG | Mode::RWXO | Mode::XUSR);
    let bound = UnixListener::bind(path);
    rustix::process::umask(former);
    bound
}

/// A socket file, which is removed at the end if it has not been replaced.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    /// The device and the inode number of the file.
    is: (u64, u64),
}

impl SocketFile {
    fn new(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_path_buf(),
            is: identity(path)?,
        })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|is| is == self.is) {
            // If it cannot be removed, the next program that listens there replaces it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let file = fs::symlink_metadata(path)?;
    Ok((file.dev(), file.ino()))
}
