//! `threadloupe --version`, and with `--verbose` what a report of a fault should say about the program.

use std::env::consts::{ARCH, OS};
use std::io::Write as _;

use super::output;

/// Prints the version and returns the exit status.
pub fn print(is_verbose: bool) -> u8 {
    let mut text = concat!("threadloupe ", env!("CARGO_PKG_VERSION"), "\n").to_owned();
    if is_verbose {
        let profile = match cfg!(debug_assertions) {
            true => "debug",
            false => "release",
        };
        let features: Vec<&str> = [
            ("tui", cfg!(feature = "tui")),
            ("proptest", cfg!(feature = "proptest")),
            ("fuzzing", cfg!(feature = "fuzzing")),
        ]
        .into_iter()
        .filter_map(|(name, is_on)| is_on.then_some(name))
        .collect();
        text.push_str(&format!(
            "system: {OS} {ARCH}{}\nbuild: {profile}\nfeatures: {}\nSQLite: {}\nlowest supported Rust: {}\n",
            match () {
                () if cfg!(target_env = "musl") => " musl",
                () if cfg!(target_env = "gnu") => " gnu",
                () => "",
            },
            features.join(", "),
            rusqlite::version(),
            env!("CARGO_PKG_RUST_VERSION"),
        ));
    }
    let mut out = output::standard();
    output::status(
        out.write_all(text.as_bytes()).and_then(|()| out.flush()),
        super::FINE,
    )
}
