//! A bitset with counts: which rows are set, how many are set before a row, and which is the n-th set row.

use std::ops::Range;

/// The number of bits in a word, and the number of words in a block.
const WORD: usize = 64;
const BLOCK: usize = 8;

/// A bitset. After changes, `count` updates the counts.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    len: usize,
    words: Vec<u64>,
    /// The number of set bits before each block of words, with one more entry for the end.
    before: Vec<u32>,
}

impl Bits {
    pub(super) fn new(len: usize, value: bool) -> Self {
        let words = vec![0; len.div_ceil(WORD)];
        let mut bits = Self {
            len,
            words,
            before: Vec::new(),
        };
        bits.fill(0..len, value);
        bits.count();
        bits
    }

    pub(super) fn get(&self, i: usize) -> bool {
        self.words[i / WORD] >> (i % WORD) & 1 == 1
    }

    pub(super) fn set(&mut self, i: usize, value: bool) {
        let (word, bit) = (&mut self.words[i / WORD], 1 << (i % WORD));
        *word = if value { *word | bit } else { *word & !bit };
    }

    pub(super) fn fill(&mut self, range: Range<usize>, value: bool) {
        let end = range.end.min(self.len);
        let mut at = range.start;
        while at < end {
            let (word, from) = (at / WORD, at % WORD);
            let upto = (end - word * WORD).min(WORD);
            let mask = (u64::MAX >> (WORD - (upto - from))) << from;
            let bits = &mut self.words[word];
            *bits = if value { *bits | mask } else { *bits & !mask };
            at = word * WORD + upto;
        }
    }

    pub(super) fn count(&mut self) {
        self.before.clear();
        let mut sum = 0;
        for block in self.words.chunks(BLOCK) {
            self.before.push(sum);
            sum += block.iter().map(|word| word.count_ones()).sum::<u32>();
        }
        self.before.push(sum);
    }

    /// Returns the number of set bits.
    pub(super) fn ones(&self) -> usize {
        self.before.last().map_or(0, |sum| *sum as usize)
    }

    /// Returns the number of set bits before bit `i`.
    pub(super) fn rank(&self, i: usize) -> usize {
        let i = i.min(self.len);
        let block = i / (WORD * BLOCK);
        let mut sum = self.before[block] as usize;
        for word in block * BLOCK..i.div_ceil(WORD) {
            let bits = self.words[word];
            let within = i - word * WORD;
            let bits = if within < WORD {
                bits & ((1 << within) - 1)
            } else {
                bits
            };
            sum += bits.count_ones() as usize;
        }
        sum
    }

    /// Returns the `n`-th set bit, starting at 0.
    pub(super) fn select(&self, n: usize) -> Option<usize> {
        let block = self
            .before
            .partition_point(|before| *before as usize <= n)
            .checked_sub(1)?;
        let mut left = n - self.before[block] as usize;
        for (i, word) in self.words.iter().enumerate().skip(block * BLOCK) {
            let ones = word.count_ones() as usize;
            if left < ones {
                let mut bits = *word;
                for _ in 0..left {
                    bits &= bits - 1;
                }
                return Some(i * WORD + bits.trailing_zeros() as usize);
            }
            left -= ones;
        }
        None
    }
}
