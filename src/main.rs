//! The `threadloupe` binary: everything lives in the library.

fn main() {}
