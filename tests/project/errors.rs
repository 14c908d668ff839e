//! Errors are types with a message in plain words; they can be boxed, sent and asked for their source.

use std::error::Error;
use std::fs;
use std::path::Path;

use threadloupe::protocol::json::JsonError;
use threadloupe::protocol::{EmptySource, InvalidAgentPath, UnknownEffort, UnknownThreadSource};
use threadloupe::workbench::scenario::{BrokenValue, InvalidStep, Mismatch};
use threadloupe::workbench::{diff, patches, recording, state_file};
use threadloupe::{contract, rollout, store, workbench};

use crate::support::sources::sources;

/// Compiles only for errors.
const fn is_error<E: Error + Send + Sync + 'static>() {}

/// The public error types: those in a `Result`, and those that a caller finds in another type and may want to return as
/// an error.
macro_rules! errors {
    ($( $error:ty, )*) => {
        const _: () = {
            $( is_error::<$error>(); )*
        };
    };
}

errors! {
    BrokenValue,
    EmptySource,
    JsonError,
    InvalidStep,
    InvalidAgentPath,
    Mismatch,
    UnknownEffort,
    UnknownThreadSource,
    contract::FieldError,
    contract::ThreadStoreError,
    contract::UnknownRule,
    contract::ValueFault,
    diff::NotShown,
    patches::InvalidPatch,
    recording::NotRecordable,
    rollout::export::ExportError,
    rollout::limit::InvalidSize,
    rollout::open::NotRegular,
    rollout::open::Stopped,
    rollout::report::Problem,
    state_file::StateFileError,
    store::ThreadPartsError,
    workbench::CallError,
    workbench::TimeTravelError,
}

#[test]
fn no_function_fails_with_a_bare_text() {
    let mut files = Vec::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for module in [
        "protocol",
        "contract",
        "store",
        "live",
        "rollout",
        "workbench",
        "door",
    ] {
        files.push(src.join(format!("{module}.rs")));
        sources(&src.join(module), &mut files);
    }
    let texts = ["String", "&'static str", "(usize, String)", "()"];
    let (mut wrong, mut results) = (Vec::new(), 0);
    for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
        let text = fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for line in code.lines().map(str::trim) {
            results += usize::from(line.contains("Result<"));
            let fails = |text: &&str| line.contains(&format!(", {text}>"));
            let parses = |text: &&str| line.starts_with("type Err") && line.ends_with(&format!("= {text};"));
            let is_result = line.contains("Result<");
            if texts.iter().any(|text| is_result && fails(text) || parses(text)) {
                wrong.push(format!("{}: {line}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "no error of its own:\n{}", wrong.join("\n"));
    assert!(results > 100, "the search for results finds too few: {results}");
}
