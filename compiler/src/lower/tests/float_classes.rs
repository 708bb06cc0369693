//! The guarded form of each float operation, on devices of every class, at the edge of the normal numbers and on random
//! bits; and the control: the plain form on a device that needs guards is caught.

use lockstep_module::FloatClass;
use lockstep_numbers::{Binary, ScalarType, Unary, binary, canonical, unary};

use super::{expression, local, lowered_as, of_expression, result_on};
use crate::{
    ir,
    lower::Form,
    program::{Expression, ExpressionKind},
    spirv,
};

const F32: ScalarType = ScalarType::F32;
const OPERATORS: [Binary; 7] =
    [Binary::Add, Binary::Subtract, Binary::Multiply, Binary::Divide, Binary::Minimum, Binary::Maximum, Binary::Less];

/// Pairs whose sums, products and quotients lie about 2^-126, and pairs of special values.
fn pairs() -> Vec<(u64, u64)> {
    let edges: [u64; 14] = [
        0,
        0x8000_0000,
        0x0080_0000,
        0x8080_0000,
        0x0080_0001,
        0x00ff_ffff,
        0x0100_0000,
        0x3f80_0000,
        0xbf80_0000,
        0x3f00_0000,
        0x3f7f_fffe,
        0x7f7f_ffff,
        0x7f80_0000,
        0x7fc0_0000,
    ];
    let mut pairs: Vec<(u64, u64)> = edges.iter().flat_map(|a| edges.map(|b| (*a, b))).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    for _ in 0..4000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let (fraction_a, fraction_b) = (state & 0x7f_ffff, (state >> 23) & 0x7f_ffff);
        let exponent_a = 1 + (state >> 46) % 252;
        // A product of about 2^-127, a quotient of about 2^-126, or a difference of neighbours.
        let near = (state >> 60) % 3;
        let (exponent_a, exponent_b) = match (state >> 56) % 4 {
            0 => (exponent_a % 126 + 1, 125 + near - exponent_a % 126),
            1 => (1 + exponent_a % 126, 126 + near + exponent_a % 126),
            2 => (1 + near, 1 + (near + exponent_a) % 3),
            _ => (exponent_a, 1 + (state >> 38) % 252),
        };
        let sign = (state >> 33) & 0x8000_0000;
        let b = sign | exponent_b.min(254) << 23 | fraction_b;
        pairs.push((canonical(F32, exponent_a << 23 | fraction_a), canonical(F32, b)));
    }
    pairs
}

fn of(operator: Binary) -> (Expression, ScalarType) {
    let gives = if operator.is_comparison() { ScalarType::Bool } else { F32 };
    let value = ExpressionKind::Binary { operator, left: Box::new(local(1, F32)), right: Box::new(local(2, F32)) };
    (expression(value, gives), gives)
}

fn wanted(operator: Binary, gives: ScalarType, a: u64, b: u64) -> Option<u64> {
    binary(operator, F32, a, b).ok().map(|bits| canonical(gives, bits))
}

#[test]
fn guarded_operators_follow_the_rule_on_every_class() {
    for operator in OPERATORS {
        let (value, gives) = of(operator);
        let kernel = lowered_as(&of_expression(F32, F32, value), Form::Guarded);
        spirv::emit(&kernel).and_then(|words| spirv::validate(&words)).expect("valid");
        for (a, b) in pairs() {
            for class in FloatClass::ALL {
                let found = result_on(class, &kernel, (a, F32), (b, F32)).map(|bits| bits & gives.mask());
                assert_eq!(found, wanted(operator, gives, a, b), "{a:#x} {operator:?} {b:#x}, device {class}");
            }
        }
    }
}

#[test]
fn guarded_doors_and_roots_follow_the_rule_on_every_class() {
    let negated = ExpressionKind::Unary { operator: Unary::Negate, operand: Box::new(local(1, F32)) };
    let root = ExpressionKind::Unary { operator: Unary::SquareRoot, operand: Box::new(local(1, F32)) };
    let door = ExpressionKind::FromBits(Box::new(local(1, ScalarType::U32)));
    for (kind, from) in [(negated, F32), (root, F32), (door, ScalarType::U32)] {
        let operator = match &kind {
            ExpressionKind::Unary { operator, .. } => Some(*operator),
            _ => None,
        };
        let kernel = lowered_as(&of_expression(from, F32, expression(kind, F32)), Form::Guarded);
        for a in pairs().into_iter().flat_map(|(a, b)| [a, b, a >> 9]) {
            let a = if from == F32 { canonical(F32, a) } else { a };
            let wanted = canonical(F32, operator.map_or(a, |operator| unary(operator, F32, a)));
            for class in FloatClass::ALL {
                let found = result_on(class, &kernel, (a, from), (0, F32));
                assert_eq!(found.map(|bits| bits & F32.mask()), Some(wanted), "{operator:?} {a:#x}, device {class}");
            }
        }
    }
}

/// The control.
#[test]
fn the_plain_form_is_caught_on_devices_that_need_guards() {
    let caught = |operator: Binary, class: FloatClass| {
        let (value, gives) = of(operator);
        let kernel = lowered_as(&of_expression(F32, F32, value), Form::Plain);
        pairs().into_iter().any(|(a, b)| {
            result_on(class, &kernel, (a, F32), (b, F32)).map(|bits| bits & gives.mask())
                != wanted(operator, gives, a, b)
        })
    };
    assert!(caught(Binary::Multiply, FloatClass::FlushesBeforeRounding));
    assert!(caught(Binary::Multiply, FloatClass::Preserves));
    assert!(caught(Binary::Add, FloatClass::Preserves));
    assert!(!caught(Binary::Multiply, FloatClass::FlushesAfterRounding));
}

#[test]
fn only_kernels_with_floats_have_a_guarded_form() {
    let words = ExpressionKind::Binary {
        operator: Binary::Add,
        left: Box::new(local(1, ScalarType::U32)),
        right: Box::new(local(2, ScalarType::U32)),
    };
    let words = of_expression(ScalarType::U32, ScalarType::U32, expression(words, ScalarType::U32));
    assert!(!ir::computes_floats(&lowered_as(&words, Form::Plain)));
    let (value, _) = of(Binary::Multiply);
    assert!(ir::computes_floats(&lowered_as(&of_expression(F32, F32, value), Form::Plain)));
}

/// A number from 1 to 2 with the fraction of `word`, times a power of two.
fn scaled(word: Expression, exponent: u64) -> Expression {
    let literal = |bits: u64| Box::new(expression(ExpressionKind::Literal(bits), ScalarType::U32));
    let binary = |operator: Binary, left: Expression, right: u64| {
        let kind = ExpressionKind::Binary { operator, left: Box::new(left), right: literal(right) };
        expression(kind, ScalarType::U32)
    };
    let fraction = binary(Binary::And, word, 0x007f_ffff);
    expression(ExpressionKind::FromBits(Box::new(binary(Binary::Or, fraction, exponent << 23))), F32)
}

/// Products, sums and differences of numbers whose exponents are known need no guard where they cannot be small, and have
/// one where they can; either way they follow the rule, also where the result is as small as can be.
#[test]
fn guards_are_spared_where_results_cannot_be_small() {
    let cases = [
        (Binary::Multiply, 64, 65, true),
        (Binary::Multiply, 64, 64, false),
        (Binary::Multiply, 64, 63, false),
        (Binary::Subtract, 24, 24, true),
        (Binary::Subtract, 23, 24, false),
        (Binary::Add, 1, 1, true),
    ];
    for (operator, first, second, spared) in cases {
        let (left, right) = (scaled(local(1, ScalarType::U32), first), scaled(local(2, ScalarType::U32), second));
        let kind = ExpressionKind::Binary { operator, left: Box::new(left), right: Box::new(right) };
        let source = of_expression(ScalarType::U32, ScalarType::U32, expression(kind, F32));
        let kernel = lowered_as(&source, Form::Guarded);
        assert_eq!(kernel.functions.is_empty(), spared, "{operator:?} of 2^{first} and 2^{second}");
        let fractions = [0, 1, 2, 0x7f_fffe, 0x7f_ffff, 0x40_0000, 0x12_3456];
        for (a, b) in fractions.iter().flat_map(|a| fractions.map(|b| (*a, b))) {
            let wanted = binary(operator, F32, first << 23 | a, second << 23 | b).ok().map(|bits| canonical(F32, bits));
            for class in FloatClass::ALL {
                let found = result_on(class, &kernel, (a, ScalarType::U32), (b, ScalarType::U32));
                assert_eq!(found.map(|bits| bits & F32.mask()), wanted, "{a:#x} {operator:?} {b:#x}, device {class}");
            }
        }
    }
}
