//! Random numbers that are the same on every machine.

/// Splitmix64 of Steele, Lea and Flood (2014): one 64-bit word of state.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

/// The step of the state: 2^64 divided by the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The output of Splitmix64 for a state.
fn mix(state: u64) -> u64 {
    let mut z = state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    /// The sequence of one of many things of a seed, so that each can be made alone.
    pub fn of_number(seed: u64, number: u64) -> Random {
        Random { state: mix(number.wrapping_mul(STEP) ^ mix(seed.wrapping_add(STEP))) }
    }

    /// 64 random bits.
    pub fn wide(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// 32 random bits.
    pub fn word(&mut self) -> u32 {
        (self.wide() >> 32) as u32
    }

    /// A number below `n`, which is not zero.
    pub fn below(&mut self, n: usize) -> usize {
        self.word() as usize % n
    }

    /// Whether a thing of which `one_in` are alike happens.
    pub fn one_in(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    /// One of the things.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }
}
