//! The `threadloupe` binary: everything lives in the library.

use std::process::ExitCode;

/// A million threads are a few million small strings; this allocator packs them more tightly than the default one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    threadloupe::cli::main()
}
