//! Properties that hold for any terminal input. See [`crate::fuzzing`].

use crossterm::event::{Event, KeyCode};

use super::decoder::Decoder;
use crate::inspector::runtime::event_loop::TermEvent;

/// The maximum number of stored bytes of a paste.
pub(super) const LIMIT: usize = 64;

/// Decodes pieces of input. Each `None` is a pause.
pub(super) fn decoded<'a>(pieces: impl IntoIterator<Item = Option<&'a [u8]>>) -> Vec<TermEvent> {
    let mut decoder = Decoder::new(LIMIT);
    let mut all = Vec::new();
    for piece in pieces {
        match piece {
            Some(bytes) => decoder.push(bytes),
            None if decoder.pending().is_some() => decoder.pause(),
            None => {}
        }
        all.extend(std::iter::from_fn(|| decoder.next()));
    }
    all
}

/// Checks that the bytes decode to the same events at once, in these pieces and byte by byte. Also checks that after
/// any input, a pause and Ctrl+C, the next key is decoded.
pub fn fuzz_input(bytes: &[u8], pieces: &[&[u8]]) {
    let whole = decoded([Some(bytes), None]);
    let in_pieces = |pieces: &mut dyn Iterator<Item = &'_ [u8]>| {
        let pieces: Vec<_> = pieces.map(Some).chain([None]).collect();
        decoded(pieces)
    };
    assert_eq!(in_pieces(&mut pieces.iter().copied()), whole);
    assert_eq!(in_pieces(&mut bytes.chunks(1)), whole);
    let with_pauses = pieces.iter().flat_map(|piece| [Some(*piece), None]);
    for told in [
        decoded(with_pauses.chain([None, Some(&b"\x03"[..]), Some(b"k")])),
        decoded([Some(bytes), None, Some(b"\x03"), Some(b"k")]),
    ] {
        let key = TermEvent::Event(Event::Key(KeyCode::Char('k').into()));
        assert_eq!(told.last(), Some(&key));
    }
}
