//! Pseudo-random numbers: SplitMix64, which gives the same numbers on every platform.

/// A series of numbers.
#[derive(Clone, Debug)]
pub struct Numbers(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Numbers {
    /// The series of a scenario.
    pub fn new(seed: u64, case: u64) -> Self {
        let mut numbers = Self(seed);
        // The series of neighbouring scenarios must have nothing in common.
        numbers.0 = numbers.next() ^ case.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        numbers.0 = numbers.next();
        numbers
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or_default()
    }

    /// True with a probability of 1 in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of the values, chosen at random.
    pub fn one_of<'a, T: ?Sized>(&mut self, values: &[&'a T]) -> &'a T {
        let index = self.below(values.len() as u64);
        values[usize::try_from(index).unwrap_or_default()]
    }
}
