//! Every operator and conversion on edges and on random bits.

use lockstep_numbers::{Binary, ScalarType, Unary, binary, canonical, convert, unary};

use super::{expression, local, lowered, of_expression, result};
use crate::{program::ExpressionKind, spirv};

const WORDS: [u64; 26] = [
    0,
    1,
    2,
    3,
    7,
    0xff,
    0x100,
    0xffff,
    0x1_0000,
    0x3ff,
    0x400,
    0x7bff,
    0x7c00,
    0x7e01,
    0x0080_0000,
    0x007f_ffff,
    0x3f80_0000,
    0x3880_0000,
    0x387f_f000,
    0x477f_f000,
    0x7f80_0000,
    0x7fc0_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xff7f_ffff,
    0xffff_ffff,
];

/// Bits in no order, the same each time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // Short numbers matter as much as long ones.
        let word = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        word >> (word & 0x3f & self.0)
    }
}

/// Values of a type that show what is wrong.
fn samples(ty: ScalarType) -> Vec<u64> {
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut samples = WORDS.to_vec();
    samples.extend(WORDS.map(|word| word << 32));
    samples.extend(WORDS.map(|word| word << 31 | word));
    samples.extend([u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) - 1, 0x00ff_ffff_8000_0000, 0x0100_0000_8000_0001]);
    samples.extend(std::iter::from_fn(|| Some(random.next())).take(40));
    let of_type = samples.into_iter().map(|bits| match ty {
        ScalarType::Bool => bits & 1,
        _ => canonical(ty, bits & ty.mask()),
    });
    let mut samples: Vec<u64> = of_type.collect();
    samples.sort_unstable();
    samples.dedup();
    samples
}

/// The bits of a NaN inside are free, but none leaves but the one.
fn check(ty: ScalarType, found: Option<u64>, wanted: Option<u64>, what: impl Fn() -> String) {
    let wanted = wanted.map(|bits| canonical(ty, bits));
    assert_eq!(found.map(|bits| bits & ty.mask()), wanted, "{}", what());
}

#[test]
fn binary_operators_give_what_the_numbers_say() {
    for ty in ScalarType::ALL {
        for operator in Binary::ALL.iter().copied().filter(|operator| operator.accepts(ty)) {
            let (right, gives) = (operator.right(ty), operator.result(ty));
            let value =
                ExpressionKind::Binary { operator, left: Box::new(local(1, ty)), right: Box::new(local(2, right)) };
            let kernel = lowered(&of_expression(ty, right, expression(value, gives)));
            spirv::emit(&kernel).and_then(|words| spirv::validate(&words)).expect("valid");
            for a in samples(ty) {
                for b in samples(right) {
                    let found = result(&kernel, (a, ty), (b, right));
                    let wanted = binary(operator, ty, a, b).ok();
                    check(gives, found, wanted, || format!("{a:#x} {operator:?} {b:#x} as {ty}"));
                }
            }
        }
    }
}

/// Where one operand is a literal, less is done for it.
#[test]
fn an_operand_that_is_a_literal_changes_no_result() {
    use Binary::*;
    for ty in [ScalarType::F32, ScalarType::U32, ScalarType::I32, ScalarType::U64, ScalarType::I64] {
        let operators = [Minimum, Maximum, Divide, Remainder, Multiply, Less, LessOrEqual, Add, Subtract];
        for operator in operators.into_iter().filter(|operator| operator.accepts(ty)) {
            let gives = if operator.is_comparison() { ScalarType::Bool } else { ty };
            for known in samples(ty).into_iter().step_by(3) {
                for left in [false, true] {
                    let literal = Box::new(super::literal(known, ty));
                    let (a, b) =
                        if left { (literal, Box::new(local(1, ty))) } else { (Box::new(local(1, ty)), literal) };
                    let value = ExpressionKind::Binary { operator, left: a, right: b };
                    let kernel = lowered(&of_expression(ty, ty, expression(value, gives)));
                    for unknown in samples(ty) {
                        let (x, y) = if left { (known, unknown) } else { (unknown, known) };
                        let found = result(&kernel, (unknown, ty), (0, ty));
                        check(gives, found, binary(operator, ty, x, y).ok(), || {
                            format!("{x:#x} {operator:?} {y:#x} as {ty}, the left known: {left}")
                        });
                    }
                }
            }
        }
    }
}

#[test]
fn unary_operators_give_what_the_numbers_say() {
    for ty in ScalarType::ALL {
        for operator in Unary::ALL.iter().copied().filter(|operator| operator.accepts(ty)) {
            let gives = operator.result(ty);
            let value = ExpressionKind::Unary { operator, operand: Box::new(local(1, ty)) };
            let kernel = lowered(&of_expression(ty, ScalarType::U32, expression(value, gives)));
            spirv::emit(&kernel).and_then(|words| spirv::validate(&words)).expect("valid");
            for a in samples(ty) {
                let found = result(&kernel, (a, ty), (0, ScalarType::U32));
                check(gives, found, Some(unary(operator, ty, a)), || format!("{operator:?} {a:#x} as {ty}"));
            }
        }
    }
}

#[test]
fn every_half_float_comes_in_and_goes_out() {
    let into = ExpressionKind::Unary { operator: Unary::HalfToFloat, operand: Box::new(local(1, ScalarType::U32)) };
    let into = lowered(&of_expression(ScalarType::U32, ScalarType::U32, expression(into, ScalarType::F32)));
    let out = ExpressionKind::Unary { operator: Unary::FloatToHalf, operand: Box::new(local(1, ScalarType::F32)) };
    let out = lowered(&of_expression(ScalarType::F32, ScalarType::U32, expression(out, ScalarType::U32)));
    let zero = (0, ScalarType::U32);
    for half in (0..0x1_0000).step_by(7) {
        let float = unary(Unary::HalfToFloat, ScalarType::U32, half);
        check(ScalarType::F32, result(&into, (half, ScalarType::U32), zero), Some(float), || format!("{half:#x}"));
        // The float, and those around half the way to the next one.
        for near in [float, float + 0xfff, float + 0x1000, float + 0x1001, float.saturating_sub(1)] {
            let near = canonical(ScalarType::F32, near & 0xffff_ffff);
            let wanted = unary(Unary::FloatToHalf, ScalarType::F32, near);
            check(ScalarType::U32, result(&out, (near, ScalarType::F32), zero), Some(wanted), || format!("{near:#x}"));
        }
    }
}

#[test]
fn conversions_give_what_the_numbers_say() {
    let numbers =
        [ScalarType::F32, ScalarType::I32, ScalarType::U32, ScalarType::I64, ScalarType::U64, ScalarType::Bool];
    for from in numbers {
        for to in numbers {
            let value = expression(ExpressionKind::Convert(Box::new(local(1, from))), to);
            let kernel = lowered(&of_expression(from, ScalarType::U32, value));
            spirv::emit(&kernel).and_then(|words| spirv::validate(&words)).expect("valid");
            for a in samples(from) {
                let found = result(&kernel, (a, from), (0, ScalarType::U32));
                check(to, found, Some(convert(from, to, a)), || format!("{a:#x} from {from} to {to}"));
            }
        }
    }
}

/// The door: whatever bits a word has, the float is canonical.
#[test]
fn from_bits_goes_through_the_door() {
    let value = expression(ExpressionKind::FromBits(Box::new(local(1, ScalarType::U32))), ScalarType::F32);
    let kernel = lowered(&of_expression(ScalarType::U32, ScalarType::U32, value));
    for a in samples(ScalarType::U32) {
        let found = result(&kernel, (a, ScalarType::U32), (0, ScalarType::U32));
        check(ScalarType::F32, found, Some(canonical(ScalarType::F32, a)), || format!("{a:#x}"));
    }
}
