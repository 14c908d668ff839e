//! Properties that must be satisfied for arbitrary input. There is one function for each place where input from
//! outside is read. A function panics if a property is violated. The functions are called by the fuzz targets in
//! `fuzz/`, and by the property tests of this module.
//!
//! The first bytes of an input can define how the remaining bytes are split into pieces; see [`Pieces`].

#![allow(clippy::expect_used, clippy::panic, reason = "a violated property panics")]

use std::collections::BTreeSet;
use std::io::{self, Read, Write as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use serde_json::value::RawValue;
use sha1_smol::Sha1;

use crate::contract::Step;
use crate::protocol::RolloutItem;
use crate::protocol::json::{Json, JsonKind, Scanner, TokenKind, unescape};
use crate::rollout::find::Source;
use crate::rollout::format::FileFormat;
use crate::rollout::import::{ImportOptions, import};
use crate::rollout::limit::Limit;
use crate::rollout::lines::SEGMENT;
use crate::rollout::read::{Counts, RolloutReader};
use crate::rollout::{export, report};
use crate::store::InMemoryThreadStore;
use crate::workbench::item_summary;
use crate::workbench::scenario::{Method, Parsed, Scenario, ScenarioSession, Script, StreamValue, Values};
use crate::workbench::state_file;
use crate::workbench::{Request, request};

#[cfg(test)]
mod tests;

/// An input that is split into pieces. If the first byte is at most 3, it is the number of sizes that follow, one
/// byte each. The rest of the input is split into pieces of these sizes, which are used in turn. Any other input is a
/// single piece, so that any file is a valid input.
#[derive(Clone, Copy)]
struct Pieces<'a> {
    sizes: &'a [u8],
    bytes: &'a [u8],
}

impl<'a> Pieces<'a> {
    fn of(input: &'a [u8]) -> Self {
        match input.split_first() {
            Some((number @ 0..=3, rest)) => {
                let (sizes, bytes) = rest.split_at(usize::from(*number).min(rest.len()));
                Self { sizes, bytes }
            }
            _ => Self {
                sizes: &[],
                bytes: input,
            },
        }
    }

    fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        let mut sizes = self.sizes.iter().map(|size| usize::from(*size) + 1).cycle();
        let mut left = self.bytes;
        std::iter::from_fn(move || {
            let size = sizes.next().unwrap_or(usize::MAX).min(left.len());
            let (piece, rest) = left.split_at(size);
            left = rest;
            (!piece.is_empty()).then_some(piece)
        })
    }

    /// Returns a reader that reads at most one piece at a time.
    fn reader(self) -> impl Read {
        struct PieceReader<I>(I);
        impl<'a, I: Iterator<Item = &'a [u8]>> Read for PieceReader<std::iter::Peekable<I>> {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                let Some(mut piece) = self.0.next_if(|piece| piece.len() <= into.len()) else {
                    // A piece that is larger than the buffer is read in several parts.
                    return match self.0.peek_mut() {
                        Some(piece) => piece.read(into),
                        None => Ok(0),
                    };
                };
                piece.read(into)
            }
        }
        PieceReader(self.iter().peekable())
    }
}

/// The output of the scanner for a text that becomes available in parts: each token with the depth after it, then the
/// error, if any. `ends` are the lengths of the available text.
fn scanned(ends: impl Iterator<Item = usize>, bytes: &[u8]) -> String {
    let mut scanner = Scanner::new();
    let mut told = Vec::new();
    let mut ends = ends.filter(|end| *end < bytes.len());
    let mut end = ends.next();
    loop {
        let seen = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or(bytes);
        match scanner.next(seen, end.is_none()) {
            Ok(None) => end = ends.next(),
            Ok(Some(token)) if token.kind == TokenKind::End => return format!("{told:?}"),
            Ok(Some(token)) => told.push((token, scanner.depth())),
            Err(fault) => return format!("{told:?} {fault:?}"),
        }
    }
}

/// Checks the JSON scanner. The tokens and errors do not depend on how the text is split into pieces. A text is
/// accepted if and only if serde_json accepts it. A value is written unchanged, each of its parts can be parsed
/// alone, and its strings are decoded in the same way as by serde_json.
pub fn json(input: &[u8]) {
    let pieces = Pieces::of(input);
    let ends = pieces.iter().scan(0, |end, piece| {
        *end += piece.len();
        Some(*end)
    });
    let whole = scanned(std::iter::empty(), pieces.bytes);
    assert_eq!(scanned(ends, pieces.bytes), whole);
    let Ok(text) = str::from_utf8(pieces.bytes) else {
        return;
    };
    let theirs = serde_json::from_str::<&RawValue>(text);
    let ours = Json::parse(text);
    assert_eq!(ours.is_ok(), theirs.is_ok(), "{ours:?} {theirs:?}");
    let Ok(json) = ours else { return };
    assert_eq!(serde_json::to_string(&json).ok().as_deref(), Some(json.text()));
    let mut open = vec![json];
    while let Some(json) = open.pop() {
        assert_eq!(Json::parse(json.text()), Ok(json));
        if json.kind() == JsonKind::String {
            let inside = json.text().get(1..json.text().len() - 1).map(unescape);
            assert_eq!(json.as_str(), inside);
            if let Ok(theirs) = serde_json::from_str::<String>(json.text()) {
                assert_eq!(json.as_str().as_deref(), Some(&*theirs));
            }
        }
        open.extend(json.elements());
        for (key, value) in json.members() {
            assert!(json.get(&key).is_some(), "{key}");
            open.push(value);
        }
    }
}

/// Reads a file. Returns its items, its counts, its layout, and the bytes written from the items and the skeleton.
fn read(path: &Path, segment: usize) -> (Vec<RolloutItem>, Counts, String, Vec<u8>) {
    let source = Source::named(path);
    let must = "a plain file can be read";
    let mut reading = RolloutReader::open(&source, segment, &Limit::default()).expect(must);
    let mut items = Vec::new();
    while let Some(more) = reading.items().expect(must) {
        items.extend(more);
    }
    let (counts, layout) = (reading.counts(), format!("{:?}", reading.layout()));
    let mut bytes = Vec::new();
    let written = reading.into_skeleton().write(items.iter(), &mut bytes);
    written.expect("the number of items has not changed");
    (items, counts, layout, bytes)
}

/// Checks the line splitter and the importer. The items do not depend on the block size. Each line is an item, blank
/// or damaged. Nothing is lost in the file, in the store, or in the JSON form of an item.
pub fn import_file(input: &[u8]) {
    let pieces = Pieces::of(input);
    let must = "the folder for temporary files can be written";
    let mut file = tempfile::Builder::new().suffix(".jsonl").tempfile().expect(must);
    file.write_all(pieces.bytes).expect(must);
    let (items, counts, layout, bytes) = read(file.path(), SEGMENT);
    assert_eq!(bytes, pieces.bytes);
    assert_eq!(counts.bytes, pieces.bytes.len() as u64);
    assert_eq!(counts.lines, counts.items + counts.blank + counts.damaged);
    assert_eq!(counts.items + counts.damaged, items.len() as u64);
    for size in pieces.sizes {
        let again = read(file.path(), usize::from(*size) + 1);
        assert_eq!(again, (items.clone(), counts, layout.clone(), bytes.clone()));
    }
    for item in &items {
        let text = serde_json::to_string(item).expect("an item is JSON");
        assert!(!text.contains(['\n', '\r']), "{text}");
        let again: RolloutItem = serde_json::from_str(&text).expect("an item can be read back");
        // A line that has the JSON form of a damaged line is read back as a damaged line.
        assert!(again.is_damaged() || !item.is_damaged(), "{text}");
        assert_eq!(serde_json::to_string(&again).ok(), Some(text));
        let _ = (item_summary(item), item.kind(), item.timestamp(), item.ordinal());
    }
    let store = InMemoryThreadStore::default();
    let path = file.path().to_path_buf();
    let all = async {
        let imported = import(&store, &[path], ImportOptions::default(), &mut |_| {
            ControlFlow::Continue(())
        })
        .await;
        let mut exported = Vec::new();
        for file in &imported.files {
            let written = export::rollout(&store, &imported, file, &mut exported).await;
            written.expect("what was imported can be exported");
        }
        (imported, exported)
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let (imported, exported) = runtime.expect("a runtime can be built").block_on(all);
    let read = imported.rows.iter().find_map(|row| match &row.outcome {
        report::FileOutcome::Read(read) => Some(read.counts),
        _ => None,
    });
    match read {
        Some(read) => assert_eq!((read, &*exported), (counts, pieces.bytes)),
        // A file with bytes but without a line that is an object is not a rollout, nor is a file of another format.
        None if FileFormat::of(pieces.bytes).is_some() => {}
        None => assert_eq!(counts.items, 0, "{:?}", imported.rows),
    }
}

fn values(input: impl Read) -> Vec<StreamValue> {
    let mut values = Values::new(input);
    let mut all = Vec::new();
    while let Some(value) = values.next_value().expect("bytes in memory can be read") {
        all.push(value);
    }
    all
}

/// Checks scenarios. The values do not depend on how the text is split into pieces. A script has the same steps as
/// the stream. Valid parameters have the same meaning after they are written as JSON. Each answer is one line of
/// JSON.
pub fn scenario(input: &[u8]) {
    let pieces = Pieces::of(input);
    let whole = values(pieces.bytes);
    assert_eq!(format!("{:?}", values(pieces.reader())), format!("{whole:?}"));
    let readable = "bytes in memory can be read";
    let mut on = |_| ControlFlow::Continue(());
    let script = match Script::read("f", pieces.bytes, 0, &mut on) {
        Err(error) if FileFormat::in_error(&error).is_some() => {
            assert!(Scenario::open(pieces.bytes).is_err());
            return;
        }
        read => read.expect(readable),
    };
    let script = script.expect("reading is never cancelled");
    let mut scenario = Scenario::open(pieces.bytes).expect(readable);
    assert_eq!(script.header, scenario.header);
    let mut session = ScenarioSession::new(Arc::new(InMemoryThreadStore::default()));
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime can be built");
    let mut steps = 0;
    while let Some(parsed) = scenario.next_step().expect(readable) {
        let other = script.step(steps).expect("a script has the steps of the stream");
        steps += 1;
        let outcome = match parsed {
            Parsed::Step(mut statement) => {
                assert_eq!(format!("{:?}", other.ok()), format!("{:?}", Some(&statement)));
                if let Method::Call(Request { step: call, .. }) = &statement.method {
                    let params = request::params_of(call).expect("what came as JSON can be written as JSON");
                    let json = Json::parse(&params).expect("parameters are written as JSON");
                    assert_eq!(
                        Step::read(call.op(), Some(json)).as_ref(),
                        Ok(&**call),
                        "{params}"
                    );
                }
                // Registered stores would persist between inputs.
                statement.store = None;
                runtime.block_on(session.play(*statement))
            }
            Parsed::Invalid(invalid) => {
                assert_eq!(other.err().as_ref(), Some(&invalid));
                session.refuse(invalid)
            }
            Parsed::Header(header) => panic!("a header that is not the first value: {header:?}"),
        };
        let mut line = Vec::new();
        outcome
            .write(&mut line, Some("f"))
            .expect("an answer can be written");
        let line = String::from_utf8(line).expect("an answer is a text");
        assert_eq!(line.find(['\n', '\r']), Some(line.len() - 1), "{line}");
        let json = Json::parse(&line).expect("an answer is JSON");
        assert_eq!(json.get("step").and_then(Json::as_u64), Some(steps as u64));
    }
    assert_eq!(script.len(), steps);
}

/// Appends the last line of a state file to the bytes, with the correct number of lines and digest.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let lines = memchr::memchr_iter(b'\n', bytes).count();
    let sum = Sha1::from(bytes).digest();
    let last = format!("{{\"lines\":{lines},\"sha1\":\"{sum}\"}}\n");
    [bytes, last.as_bytes()].concat()
}

/// Checks state files. A file that can be opened contains the same store after it is saved and opened again. A file
/// that cannot be opened is rejected with a sentence. The result does not depend on how the bytes are split into
/// pieces.
pub fn state(input: &[u8]) {
    let pieces = Pieces::of(input);
    let mut go_on = |_, _| ControlFlow::Continue(());
    let mut opened = |bytes: &mut dyn io::BufRead| {
        state_file::StateFileReader::new("f".to_string(), bytes, 0)
            .and_then(|reading| reading.read(&mut go_on))
    };
    for bytes in [pieces.bytes.to_vec(), sealed(pieces.bytes)] {
        let cut = Pieces {
            bytes: &bytes,
            ..pieces
        };
        let store = opened(&mut &*bytes);
        let in_pieces = opened(&mut io::BufReader::with_capacity(64, cut.reader()));
        let store = match (store, in_pieces) {
            (Ok(store), Ok(_)) => store.expect("reading is never cancelled"),
            (Err(refusal), Err(other)) => {
                assert_eq!(refusal, other);
                assert!(!refusal.message.is_empty() && refusal.message.ends_with('.'));
                continue;
            }
            (store, other) => panic!("{:?} but in pieces {:?}", store.err(), other.err()),
        };
        let write = |store| {
            let mut bytes = Vec::new();
            let written = state_file::write(store, &mut bytes, &mut |_, _| ControlFlow::Continue(()));
            written.expect("what was opened can be saved");
            bytes
        };
        let saved = write(&store);
        let again = opened(&mut &*saved).expect("what was saved can be opened");
        let again = again.expect("reading is never cancelled");
        assert_eq!(write(&again), saved);
        let ids = |store: &crate::store::Snapshot| -> BTreeSet<String> {
            store.threads().map(|thread| thread.id.to_string()).collect()
        };
        assert_eq!(ids(&again), ids(&store));
        assert_eq!(again.calls(), store.calls());
    }
}

/// Checks the decoder of terminal input. The keys do not depend on how the input is split into pieces, and no input
/// blocks the keyboard.
pub fn terminal_input(input: &[u8]) {
    let pieces = Pieces::of(input);
    let cut: Vec<&[u8]> = pieces.iter().collect();
    crate::inspector::runtime::terminal::fuzz_input(pieces.bytes, &cut);
}
