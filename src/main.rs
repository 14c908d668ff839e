//! The `threadloupe` binary: everything lives in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    threadloupe::cli::main()
}
