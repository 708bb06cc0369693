//! Operations on two floats, over the cross product of the edges and over aimed and random pairs; and integers of 64 bits
//! on their way to `f32`.

use std::fmt;

use lockstep_numbers::{convert, float};
use lockstep_witness::{
    aimed,
    operation::Operation,
    unit::{self, Mode},
};

use super::{
    mpfr_judge::Judge,
    tally::{Tally, over_blocks},
};

/// Pairs of one block.
const BLOCK: u64 = 1 << 13;

struct Pair(u32, u32);

impl fmt::LowerHex for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x} {:08x}", self.0, self.1)
    }
}

/// Compares all pairs of edges, then `count` others; `ours` is what is judged.
pub fn run(count: u64, seed: u64, ours: impl Fn(Operation, u32, u32) -> u32 + Sync) -> Tally {
    let edges = aimed::edges();
    let rows = edges.len() as u64;
    over_blocks(rows + count.div_ceil(BLOCK), |number, tally| {
        let mut judge = Judge::new();
        if let Some(first) = edges.get(number as usize) {
            pairs(&edges.iter().map(|second| Pair(*first, *second)).collect::<Vec<_>>(), &mut judge, tally, &ours);
            return;
        }
        let first = (number - rows) * BLOCK;
        let numbers = first..count.min(first + BLOCK);
        let aimed = numbers.clone().map(|number| aimed::pair(seed, number)).map(|(a, b)| Pair(a, b));
        pairs(&aimed.collect::<Vec<_>>(), &mut judge, tally, &ours);
        integers(&numbers.map(|number| aimed::wide(seed, number)).collect::<Vec<_>>(), &mut judge, tally);
    })
}

fn pairs(pairs: &[Pair], judge: &mut Judge, tally: &mut Tally, ours: &impl Fn(Operation, u32, u32) -> u32) {
    let (a, b): (Vec<u32>, Vec<u32>) = pairs.iter().map(|pair| (pair.0, pair.1)).unzip();
    let [x, y] = [&a, &b].map(|words| words.iter().map(|word| float::canonical(*word)).collect::<Vec<u32>>());
    let mut exact = vec![Vec::with_capacity(pairs.len()); Operation::ALL.len()];
    for Pair(a, b) in pairs {
        judge.set(*a, *b);
        for (operation, results) in Operation::ALL.into_iter().zip(&mut exact) {
            results.push(u64::from(judge.of_two(operation)));
        }
    }
    let mut unit = vec![0; pairs.len()];
    for (operation, exact) in Operation::ALL.into_iter().zip(&exact) {
        let name = format!("{operation:?}");
        let got: Vec<u64> = x.iter().zip(&y).map(|(x, y)| u64::from(ours(operation, *x, *y))).collect();
        tally.compare(&name, "MPFR", pairs, &got, exact);
        // The unit has a door of its own, but not where it hands on one of its operands.
        match operation {
            Operation::Minimum | Operation::Maximum => unit::fill(Mode::RIGHT, operation, &x, &y, &mut unit),
            _ => unit::fill(Mode::RIGHT, operation, &a, &b, &mut unit),
        }
        tally.compare(&name, "unit", pairs, &got, &unit.iter().copied().map(u64::from).collect::<Vec<_>>());
    }
}

/// Integers of 64 bits as floats. The host's are its compiler's conversions.
fn integers(integers: &[u64], judge: &mut Judge, tally: &mut Tally) {
    let list =
        |value: &mut dyn FnMut(u64) -> u32| integers.iter().map(|bits| value(*bits).into()).collect::<Vec<u64>>();
    let ours = list(&mut convert::u64_to_f32);
    tally.compare("F32 of U64", "MPFR", integers, &ours, &list(&mut |bits| judge.of_unsigned(bits)));
    tally.compare("F32 of U64", "unit", integers, &ours, &list(&mut |bits| (bits as f32).to_bits()));
    let ours = list(&mut convert::i64_to_f32);
    tally.compare("F32 of I64", "MPFR", integers, &ours, &list(&mut |bits| judge.of_signed(bits.cast_signed())));
    tally.compare("F32 of I64", "unit", integers, &ours, &list(&mut |bits| (bits.cast_signed() as f32).to_bits()));
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: u64 = 1 << 17;

    /// What an operation gives by other numbers than the interpreter's.
    type Wrong = Box<dyn Fn(Operation, u32, u32) -> u32 + Sync>;

    #[test]
    fn the_numbers_are_right() {
        assert_eq!(run(COUNT, 1, Operation::right).wrong(), 0);
    }

    /// The controls: products that are cut instead of rounded, products that are flushed before they are rounded, sums
    /// with subnormals, and a maximum that does not order the zeros.
    #[test]
    fn wrong_numbers_are_caught_by_both_judges() {
        let wide = |word: u32| f64::from(f32::from_bits(word));
        let right = Operation::right;
        let cut = move |operation, a, b| match operation {
            Operation::Multiply => unit::compute(Mode::TRUNCATING, operation, a, b),
            _ => right(operation, a, b),
        };
        let early = move |operation, a: u32, b: u32| match operation {
            Operation::Multiply if (wide(a) * wide(b)).abs() < 2f64.powi(-126) => (a ^ b) & 0x8000_0000,
            _ => right(operation, a, b),
        };
        let subnormal = move |operation, a, b| match operation {
            Operation::Add => unit::compute(Mode::SUBNORMAL, operation, a, b),
            _ => right(operation, a, b),
        };
        let zeros = move |operation, a, b| match operation {
            Operation::Maximum if a & !0x8000_0000 == 0 && b & !0x8000_0000 == 0 => b,
            _ => right(operation, a, b),
        };
        let wrong: [(&str, Wrong); 4] = [
            ("Multiply", Box::new(cut)),
            ("Multiply", Box::new(early)),
            ("Add", Box::new(subnormal)),
            ("Maximum", Box::new(zeros)),
        ];
        for (number, (name, ours)) in wrong.into_iter().enumerate() {
            let tally = run(COUNT, 1, ours);
            for judge in ["MPFR", "unit"] {
                assert!(tally.wrong_of(name, judge) > 0, "control {number}: {judge} does not see it");
                assert_eq!(tally.wrong(), tally.wrong_of(name, "MPFR") + tally.wrong_of(name, "unit"));
            }
        }
    }
}
