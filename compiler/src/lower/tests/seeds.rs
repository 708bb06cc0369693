//! Division and square root on devices whose seeds are wrong: whatever the error within the proven bound, the answer is
//! the one right one; and the control: an error beyond it shows.

use lockstep_numbers::{Binary, ScalarType, Unary, float};

use super::{expression, local, lowered, of_expression};
use crate::{
    ir::{self, evaluate::Machine},
    program::ExpressionKind,
};

const F32: ScalarType = ScalarType::F32;
const ONE: u32 = 0x3f80_0000;

fn division() -> ir::Kernel {
    let kind = ExpressionKind::Binary {
        operator: Binary::Divide,
        left: Box::new(local(1, F32)),
        right: Box::new(local(2, F32)),
    };
    lowered(&of_expression(F32, F32, expression(kind, F32)))
}

fn root() -> ir::Kernel {
    let kind = ExpressionKind::Unary { operator: Unary::SquareRoot, operand: Box::new(local(1, F32)) };
    lowered(&of_expression(F32, F32, expression(kind, F32)))
}

/// What the kernel gives on a device whose seeds have this error.
fn run(kernel: &ir::Kernel, error: i32, a: u32, b: u32) -> u32 {
    let mut machine = Machine::new(kernel, vec![0, 0, 0, a, b, 1], vec![vec![0]]);
    machine.seed_error = Some(error);
    machine.run(0);
    machine.arrays[0][0]
}

/// Significands at both ends of [1, 2), in its middle, and random ones, with few exponents.
fn numbers() -> Vec<u32> {
    let mut numbers: Vec<u32> =
        (0..12).flat_map(|near| [ONE + near, 0x4000_0000 - 1 - near, 0x3fc0_0000 + near]).collect();
    let mut state = 0x5eed_u64;
    for _ in 0..40 {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        numbers.push(((state >> 41) as u32) + ONE);
    }
    // Even and odd powers of two.
    numbers.iter().enumerate().map(|(place, word)| word + ((place as u32 % 4) << 23)).collect()
}

/// How many answers are wrong with seeds of this error.
fn wrong_quotients(error: i32) -> usize {
    let (kernel, numbers) = (division(), numbers());
    let pairs = numbers.iter().flat_map(|a| numbers.iter().map(move |b| (*a, *b)));
    pairs.filter(|(a, b)| run(&kernel, error, *a, *b) != float::div(*a, *b)).count()
}

fn wrong_roots(error: i32) -> usize {
    let kernel = root();
    let squares = numbers().into_iter().map(|word| float::mul(word, word));
    numbers().into_iter().chain(squares).filter(|a| run(&kernel, error, *a, 0) != float::sqrt(*a)).count()
}

#[test]
fn quotients_are_right_from_any_seed_within_four_units() {
    for error in -4..=4 {
        assert_eq!(wrong_quotients(error), 0, "seeds off by {error}");
    }
}

#[test]
fn roots_are_right_from_any_seed_within_seven_units() {
    for error in -8..=7 {
        assert_eq!(wrong_roots(error), 0, "seeds off by {error}");
    }
}

/// The control: the bounds are sharp, so what was simulated is an error indeed.
#[test]
fn a_seed_beyond_the_proven_error_is_caught() {
    for error in [-6, -5, 5, 6] {
        assert!(wrong_quotients(error) > 100, "seeds off by {error}");
    }
    for error in [-10, -9, 8, 9] {
        assert!(wrong_roots(error) > 10, "seeds off by {error}");
    }
}
