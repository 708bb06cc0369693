//! Operands: words in no order, and pairs that are aimed at an edge.

/// Words in no order, the same each time.
pub struct Words(u64);

impl Words {
    pub fn new(seed: u64) -> Words {
        Words(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
    }

    /// A finite float of any kind.
    pub fn finite(&mut self) -> u32 {
        loop {
            let word = self.next();
            if word & 0x7f80_0000 != 0x7f80_0000 {
                return word;
            }
        }
    }

    /// A float whose exponent lies in a range.
    pub fn float(&mut self, exponents: std::ops::Range<u32>) -> u32 {
        let exponent = 127 - 64 + exponents.start + self.next() % (exponents.end - exponents.start);
        (self.next() & 0x807f_ffff) | (exponent << 23)
    }

    /// Two normal factors whose product lies hard by 2^-126, on either side.
    pub fn product_at_the_edge(&mut self) -> (u32, u32) {
        let a = (self.next() & 0x007f_ffff) | 0x1f80_0000;
        // 2^-126 / a, and a few units to each side.
        let quotient = 2f64.powi(-126) / f64::from(f32::from_bits(a));
        let b = (quotient as f32).to_bits().wrapping_add(self.next() % 5).wrapping_sub(2);
        (a | (self.next() & 0x8000_0000), b)
    }
}

/// Columns of so many rows.
pub fn columns<const N: usize>(rows: usize, mut row: impl FnMut() -> [u32; N]) -> [Vec<u32>; N] {
    let mut columns = [const { Vec::new() }; N];
    for _ in 0..rows {
        for (column, word) in columns.iter_mut().zip(row()) {
            column.push(word);
        }
    }
    columns
}

/// How many of the results are those of a model; any NaN is as good as another.
pub fn agreeing(found: &[u32], model: impl Fn(usize) -> u32) -> usize {
    let same = |a: u32, b: u32| a == b || (f32::from_bits(a).is_nan() && f32::from_bits(b).is_nan());
    found.iter().enumerate().filter(|(row, word)| same(**word, model(*row))).count()
}
