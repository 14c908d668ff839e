//! The addresses of stores: `unix:PATH` and `tcp:ADDRESS`.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

/// The address at which a store listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A Unix socket.
    Unix(PathBuf),
    /// A port of this computer, which other computers cannot reach.
    Tcp(SocketAddr),
}

/// The text is not an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// The text has neither of these forms.
    #[error("expected unix:PATH or tcp:127.0.0.1:PORT")]
    Form,
    /// The path is empty.
    #[error("unix: needs the path of a socket, such as unix:/tmp/store.sock")]
    NoPath,
    /// The text after `tcp:` is not an IP address and a port.
    #[error("tcp: needs an IP address and a port, such as tcp:127.0.0.1:4000")]
    NoPort,
    /// Other computers could connect to it.
    #[error("{0} is not a loopback address; other computers could connect to it: use 127.0.0.1 or [::1]")]
    NotLoopback(IpAddr),
}

impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        match text.split_once(':') {
            Some(("unix", "")) => Err(InvalidAddress::NoPath),
            Some(("unix", path)) => Ok(Self::Unix(PathBuf::from(path))),
            Some(("tcp", address)) => {
                let local = address
                    .strip_prefix("localhost:")
                    .map(|port| format!("127.0.0.1:{port}"));
                let address: SocketAddr = local
                    .as_deref()
                    .unwrap_or(address)
                    .parse()
                    .map_err(|_| InvalidAddress::NoPort)?;
                match address.ip().is_loopback() {
                    true => Ok(Self::Tcp(address)),
                    false => Err(InvalidAddress::NotLoopback(address.ip())),
                }
            }
            _ => Err(InvalidAddress::Form),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(out, "unix:{}", path.display()),
            Self::Tcp(address) => write!(out, "tcp:{address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_socket_or_a_loopback_port() {
        for text in [
            "unix:a b",
            "unix:/tmp/x:y",
            "tcp:127.0.0.1:0",
            "tcp:[::1]:4000",
            "tcp:127.9.9.9:1",
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        assert_eq!(
            "tcp:localhost:7".parse::<Address>().unwrap().to_string(),
            "tcp:127.0.0.1:7"
        );
        for (text, wrong) in [
            ("", InvalidAddress::Form),
            ("/tmp/x", InvalidAddress::Form),
            ("udp:127.0.0.1:1", InvalidAddress::Form),
            ("unix:", InvalidAddress::NoPath),
            ("tcp:", InvalidAddress::NoPort),
            ("tcp:4000", InvalidAddress::NoPort),
            ("tcp:127.0.0.1", InvalidAddress::NoPort),
            ("tcp:127.0.0.1:70000", InvalidAddress::NoPort),
            ("tcp:0.0.0.0:1", InvalidAddress::NotLoopback([0, 0, 0, 0].into())),
            (
                "tcp:192.168.0.1:1",
                InvalidAddress::NotLoopback([192, 168, 0, 1].into()),
            ),
            ("tcp:[::]:1", InvalidAddress::NotLoopback("::".parse().unwrap())),
        ] {
            assert_eq!(text.parse::<Address>(), Err(wrong), "{text}");
        }
    }
}
