//! The command line as a whole: what holds for every subcommand that has an option, an output or a help page of a kind.

mod on_a_terminal;
mod order;
mod pages;
