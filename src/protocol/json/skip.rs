//! Finds the end of strings, many bytes at a time.

const ONES: u64 = u64::from_le_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);

/// Index of the first quote, backslash or control character at or after `pos`; the length if there is none.
///
/// Long runs are checked 32 bytes at a time, which the compiler turns into vector comparisons. The exact position is
/// then found in words of eight bytes: the lowest flagged byte of a word is always correct, because a borrow only
/// affects the bytes above it.
#[inline]
pub(super) fn plain_end(bytes: &[u8], mut pos: usize) -> usize {
    let Some(rest) = bytes.get(pos..) else {
        return bytes.len();
    };
    let (words, _) = rest.as_chunks::<8>();
    for (step, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let hits = special(word);
        if hits != 0 {
            return pos + (hits.trailing_zeros() / 8) as usize;
        }
        pos += 8;
        if step == 3 {
            pos = plain_blocks(bytes, pos);
            break;
        }
    }
    let Some(rest) = bytes.get(pos..) else {
        return bytes.len();
    };
    let (words, tail) = rest.as_chunks::<8>();
    for word in words {
        let hits = special(u64::from_le_bytes(*word));
        if hits != 0 {
            return pos + (hits.trailing_zeros() / 8) as usize;
        }
        pos += 8;
    }
    pos + tail
        .iter()
        .position(|&byte| is_special(byte))
        .unwrap_or(tail.len())
}

/// Index of the first quote at or after `pos`. Most strings are short, so the first bytes are checked before the search for
/// long strings begins.
#[inline]
pub(super) fn find_quote(bytes: &[u8], mut pos: usize) -> Option<usize> {
    let (words, _) = bytes.get(pos..)?.as_chunks::<8>();
    for word in words.iter().take(5) {
        let hits = byte_hits(u64::from_le_bytes(*word), b'"') & HIGHS;
        if hits != 0 {
            return Some(pos + (hits.trailing_zeros() / 8) as usize);
        }
        pos += 8;
    }
    Some(pos + memchr::memchr(b'"', bytes.get(pos..)?)?)
}

/// Index of the first block of 32 bytes at or after `pos` that contains a special byte or is incomplete.
fn plain_blocks(bytes: &[u8], pos: usize) -> usize {
    let Some(rest) = bytes.get(pos..) else { return pos };
    let (blocks, _) = rest.as_chunks::<32>();
    let plain = blocks
        .iter()
        .take_while(|block| !block.iter().fold(false, |any, &byte| any | is_special(byte)));
    pos + plain.count() * 32
}

#[inline]
fn special(word: u64) -> u64 {
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (byte_hits(word, b'"') | byte_hits(word, b'\\') | control) & HIGHS
}

/// Sets the highest bit of each byte that has this value. Bytes after the first such byte can be flagged wrongly.
#[inline]
fn byte_hits(word: u64, byte: u8) -> u64 {
    let same = word ^ (ONES * u64::from(byte));
    same.wrapping_sub(ONES) & !same
}

#[inline]
fn is_special(byte: u8) -> bool {
    // Branchless, so that the block is compared with vector instructions.
    (byte == b'"') | (byte == b'\\') | (byte < 0x20)
}
