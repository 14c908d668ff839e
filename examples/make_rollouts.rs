//! Generates a folder of rollouts for trying things out.
//!
//! `cargo run --release --example make_rollouts -- FOLDER [FILES] [BYTES]`

#[path = "../benches/support/rollout_folder.rs"]
mod rollout_folder;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(root) = arguments.next().map(PathBuf::from) else {
        eprintln!("name a folder to make rollouts in");
        return ExitCode::from(2);
    };
    let mut plan = rollout_folder::FOLDER;
    let mut number = || {
        arguments
            .next()
            .and_then(|text| text.to_str()?.parse::<u64>().ok())
    };
    if let Some(files) = number() {
        plan.files = files as usize;
    }
    if let Some(bytes) = number() {
        plan.bytes = bytes;
    }
    match rollout_folder::write(&root, plan) {
        Ok(paths) => {
            println!("{} files below {}", paths.len(), root.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: cannot write rollouts there: {error}", root.display());
            ExitCode::from(2)
        }
    }
}
