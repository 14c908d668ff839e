//! The table that a benchmark prints: a row for each figure, with its bar. Words after `--` select its parts.

use std::fmt::Display;

/// Runs those of the parts whose names are among the arguments; all without arguments.
pub fn run(parts: &[(&str, fn())]) {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    for (name, part) in parts {
        if chosen.is_empty() || chosen.iter().any(|word| word == name) {
            part();
        }
    }
}

/// Prints a row.
pub fn say(what: &str, figure: impl Display, bar: &str, passed: bool) {
    let word = if passed { "pass" } else { "FAIL" };
    println!("{word}  {what:<58}  {figure:<44}  bar: {bar}");
}
