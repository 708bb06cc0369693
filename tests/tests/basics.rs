//! The numbers of the interpreter against the host's own float unit, which shares nothing with them: the cross product of
//! the edges, and aimed pairs. `oracle basics` does the same with many more and with MPFR as well.
#![cfg(target_arch = "x86_64")]

use lockstep_numbers::{float, half};
use lockstep_witness::{
    aimed,
    operation::Operation,
    unit::{self, Mode},
};

/// How many aimed pairs.
const PAIRS: u64 = 1 << 21;
/// How many words at once.
const BLOCK: usize = 1 << 12;

/// The pairs in blocks of lists.
fn pairs() -> Vec<(Vec<u32>, Vec<u32>)> {
    let edges = aimed::edges();
    let mut blocks: Vec<_> = edges.iter().map(|a| (vec![*a; edges.len()], edges.clone())).collect();
    blocks.extend((0..PAIRS / BLOCK as u64).map(|block| {
        let first = block * BLOCK as u64;
        (first..first + BLOCK as u64).map(|number| aimed::pair(0xba51c, number)).unzip()
    }));
    blocks
}

/// How many results of the operation differ from those of the unit in this mode.
fn differences(pairs: &[(Vec<u32>, Vec<u32>)], mode: Mode, operation: Operation) -> (usize, String) {
    let (mut wrong, mut first) = (0, String::new());
    for (a, b) in pairs {
        // The unit has its own door; for the choice of one of two operands it has none.
        let [x, y] = [a, b].map(|words| words.iter().map(|word| float::canonical(*word)).collect::<Vec<u32>>());
        let chooses = matches!(operation, Operation::Minimum | Operation::Maximum);
        let mut theirs = vec![0; a.len()];
        if chooses {
            unit::fill(mode, operation, &x, &y, &mut theirs);
        } else {
            unit::fill(mode, operation, a, b, &mut theirs);
        }
        for ((x, y), theirs) in x.into_iter().zip(y).zip(theirs) {
            let ours = operation.right(x, y);
            if ours != theirs {
                wrong += 1;
                if first.is_empty() {
                    first = format!("{operation:?} of {x:08x} and {y:08x} is {ours:08x}, and {theirs:08x} by the unit");
                }
            }
        }
    }
    (wrong, first)
}

#[test]
fn operations_on_two_floats_are_those_of_the_unit() {
    let pairs = pairs();
    for operation in Operation::ALL {
        let (wrong, first) = differences(&pairs, Mode::RIGHT, operation);
        assert_eq!(wrong, 0, "{first}");
    }
}

/// The control: another rounding, and subnormals kept, show in every operation that rounds.
#[test]
fn a_unit_in_a_wrong_mode_is_seen() {
    let pairs = pairs();
    for mode in [Mode::TRUNCATING, Mode::UPWARD, Mode::SUBNORMAL] {
        for operation in [Operation::Add, Operation::Subtract, Operation::Multiply, Operation::Divide] {
            assert!(differences(&pairs, mode, operation).0 > 1000, "{operation:?} in {mode:?}");
        }
    }
}

/// The words of every high half, with a stride that is no power of two in the low one.
fn words() -> Vec<u32> {
    let mut words: Vec<u32> = (0..=u32::MAX).step_by(1021).collect();
    words.extend(aimed::edges());
    words
}

#[test]
fn operations_on_one_float_are_those_of_the_unit() {
    let words = words();
    let canonical: Vec<u32> = words.iter().map(|word| float::canonical(*word)).collect();
    let mut roots = vec![0; words.len()];
    unit::square_roots(Mode::RIGHT, &words, &mut roots);
    let mut halves = vec![0; words.len()];
    let has_halves = unit::halves(&canonical, &mut halves);
    for (place, word) in canonical.iter().copied().enumerate() {
        assert_eq!(float::sqrt(word), roots[place], "the root of {word:08x}");
        if has_halves && !float::is_nan(word) {
            assert_eq!(half::float_to_half(word), halves[place], "{word:08x} as a half");
        }
    }
}
