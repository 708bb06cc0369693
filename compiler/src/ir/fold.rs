//! What needs no device: operations on constants, those that give back an operand, and sums and products brought into
//! one form, a constant last, so that equal addresses become equal values. Only words and truth values are folded;
//! floats are left as the program wrote them.

use super::{Builder, Operation, TruthOperator, Value, WordComparison, WordOperator};

/// The outcome of folding.
pub(super) enum Folded {
    /// The value exists already.
    Value(Value),
    /// This remains to be done.
    Operation(Operation),
}

pub(super) fn fold(builder: &mut Builder, operation: Operation) -> Folded {
    match operation {
        Operation::Arithmetic(operator, a, b) => arithmetic(builder, operator, a, b),
        Operation::Compare(comparison, a, b) => compare(builder, comparison, a, b),
        Operation::Complement(a) => match builder.constant(a) {
            Some(x) => Folded::Operation(Operation::Word(!x)),
            None => Folded::Operation(operation),
        },
        Operation::HighestBit(a) => match builder.constant(a) {
            Some(x) => Folded::Operation(Operation::Word(x.checked_ilog2().unwrap_or(u32::MAX))),
            None => Folded::Operation(operation),
        },
        Operation::Not(a) => match builder.operation(a) {
            Some(Operation::Truth(x)) => Folded::Operation(Operation::Truth(!x)),
            Some(Operation::Not(inner)) => Folded::Value(inner),
            _ => Folded::Operation(operation),
        },
        Operation::Logic(operator, a, b) => logic(builder, operator, a, b),
        Operation::LoadCell(memory, index) => match builder.constant_cell(memory, index) {
            Some(constant) => Folded::Operation(constant),
            None => Folded::Operation(operation),
        },
        Operation::Select(condition, yes, no) => match builder.operation(condition) {
            Some(Operation::Truth(true)) => Folded::Value(yes),
            Some(Operation::Truth(false)) => Folded::Value(no),
            _ if yes == no => Folded::Value(yes),
            _ => Folded::Operation(operation),
        },
        _ => Folded::Operation(operation),
    }
}

/// The operator on two constants, where it is defined.
fn apply(operator: WordOperator, x: u32, y: u32) -> Option<u32> {
    use WordOperator::*;
    let bytes = x.to_le_bytes().into_iter().zip(y.to_le_bytes());
    match operator {
        Add => Some(x.wrapping_add(y)),
        Subtract => Some(x.wrapping_sub(y)),
        Multiply => Some(x.wrapping_mul(y)),
        MultiplyHigh => Some(((u64::from(x) * u64::from(y)) >> 32) as u32),
        Carry => Some(x.checked_add(y).is_none().into()),
        Borrow => Some((x < y).into()),
        Divide => x.checked_div(y),
        Remainder => x.checked_rem(y),
        DivideSigned => x.cast_signed().checked_div(y.cast_signed()).map(i32::cast_unsigned),
        And => Some(x & y),
        Or => Some(x | y),
        Xor => Some(x ^ y),
        ShiftLeft => x.checked_shl(y),
        ShiftRight => x.checked_shr(y),
        ShiftRightSigned => x.cast_signed().checked_shr(y).map(i32::cast_unsigned),
        DotSigned => Some(
            bytes.map(|(x, y)| i32::from(x.cast_signed()) * i32::from(y.cast_signed())).sum::<i32>().cast_unsigned(),
        ),
        DotUnsigned => Some(bytes.map(|(x, y)| u32::from(x) * u32::from(y)).sum()),
    }
}

fn arithmetic(builder: &mut Builder, operator: WordOperator, a: Value, b: Value) -> Folded {
    use WordOperator::*;
    if let (Some(x), Some(y)) = (builder.constant(a), builder.constant(b))
        && let Some(word) = apply(operator, x, y)
    {
        return Folded::Operation(Operation::Word(word));
    }
    // What commutes has its constant last.
    let commutes = matches!(operator, Add | Multiply | MultiplyHigh | Carry | And | Or | Xor);
    let (a, b) = if commutes && builder.constant(a).is_some() { (b, a) } else { (a, b) };
    let Some(constant) = builder.constant(b) else {
        return match (operator, builder.constant(a)) {
            (Borrow, Some(u32::MAX))
            | (ShiftLeft | ShiftRight | ShiftRightSigned | Divide | DivideSigned | Remainder, Some(0)) => {
                Folded::Operation(Operation::Word(0))
            }
            (Subtract | Xor, None) if a == b => Folded::Operation(Operation::Word(0)),
            (And | Or, None) if a == b => Folded::Value(a),
            _ => Folded::Operation(Operation::Arithmetic(operator, a, b)),
        };
    };
    match (operator, constant) {
        (Add | Subtract | Or | Xor | ShiftLeft | ShiftRight | ShiftRightSigned, 0)
        | (Multiply | Divide | DivideSigned, 1)
        | (And, u32::MAX) => Folded::Value(a),
        (Multiply | MultiplyHigh | And | Carry | Borrow | DotSigned | DotUnsigned, 0)
        | (MultiplyHigh | Remainder, 1) => Folded::Operation(Operation::Word(0)),
        (Or, u32::MAX) => Folded::Operation(Operation::Word(u32::MAX)),
        (Subtract, _) => Folded::Value(builder.with(Add, a, constant.wrapping_neg())),
        (Divide, _) if constant.is_power_of_two() => {
            Folded::Value(builder.with(ShiftRight, a, constant.trailing_zeros()))
        }
        (Remainder, _) if constant.is_power_of_two() => Folded::Value(builder.with(And, a, constant - 1)),
        _ => combined(builder, operator, a, b, constant),
    }
}

/// An operator with a constant on what another operator with a constant made.
fn combined(builder: &mut Builder, operator: WordOperator, a: Value, b: Value, constant: u32) -> Folded {
    use WordOperator::*;
    let as_it_is = Folded::Operation(Operation::Arithmetic(operator, a, b));
    let Some(Operation::Arithmetic(inner, x, y)) = builder.operation(a) else { return as_it_is };
    let Some(known) = builder.constant(y) else { return as_it_is };
    match (inner, operator) {
        (Add, Add) => Folded::Value(builder.with(Add, x, known.wrapping_add(constant))),
        (Multiply, Multiply) => Folded::Value(builder.with(Multiply, x, known.wrapping_mul(constant))),
        (Add, Multiply) => {
            let product = builder.with(Multiply, x, constant);
            Folded::Value(builder.with(Add, product, known.wrapping_mul(constant)))
        }
        (And, And) => Folded::Value(builder.with(And, x, known & constant)),
        (Or, Or) => Folded::Value(builder.with(Or, x, known | constant)),
        (Xor, Xor) => Folded::Value(builder.with(Xor, x, known ^ constant)),
        (ShiftRight, ShiftRight) | (ShiftLeft, ShiftLeft) if known < 32 && constant < 32 => {
            if known + constant < 32 {
                Folded::Value(builder.with(operator, x, known + constant))
            } else {
                Folded::Operation(Operation::Word(0))
            }
        }
        _ => as_it_is,
    }
}

fn compare(builder: &Builder, comparison: WordComparison, a: Value, b: Value) -> Folded {
    use WordComparison::*;
    let truth = |truth| Folded::Operation(Operation::Truth(truth));
    match (builder.constant(a), builder.constant(b)) {
        (Some(x), Some(y)) => truth(holds(comparison, x, y)),
        // Nothing is below zero or above the greatest word.
        (_, Some(0)) | (Some(u32::MAX), _) if comparison == Less => truth(false),
        (Some(0), _) | (_, Some(u32::MAX)) if comparison == LessOrEqual => truth(true),
        _ if a == b => truth(matches!(comparison, Equal | LessOrEqual | LessOrEqualSigned)),
        _ => Folded::Operation(Operation::Compare(comparison, a, b)),
    }
}

fn holds(comparison: WordComparison, x: u32, y: u32) -> bool {
    match comparison {
        WordComparison::Equal => x == y,
        WordComparison::NotEqual => x != y,
        WordComparison::Less => x < y,
        WordComparison::LessOrEqual => x <= y,
        WordComparison::LessSigned => x.cast_signed() < y.cast_signed(),
        WordComparison::LessOrEqualSigned => x.cast_signed() <= y.cast_signed(),
    }
}

fn logic(builder: &Builder, operator: TruthOperator, a: Value, b: Value) -> Folded {
    let truth = |truth| Folded::Operation(Operation::Truth(truth));
    match (operator, builder.constant_truth(a), builder.constant_truth(b)) {
        (TruthOperator::And, Some(true), _) | (TruthOperator::Or, Some(false), _) => Folded::Value(b),
        (TruthOperator::And, _, Some(true)) | (TruthOperator::Or, _, Some(false)) => Folded::Value(a),
        (TruthOperator::And, Some(false), _) | (TruthOperator::And, _, Some(false)) => truth(false),
        (TruthOperator::Or, Some(true), _) | (TruthOperator::Or, _, Some(true)) => truth(true),
        (TruthOperator::Equal, Some(x), Some(y)) => truth(x == y),
        (TruthOperator::NotEqual, Some(x), Some(y)) => truth(x != y),
        (TruthOperator::And | TruthOperator::Or, ..) if a == b => Folded::Value(a),
        (TruthOperator::Equal | TruthOperator::NotEqual, ..) if a == b => truth(operator == TruthOperator::Equal),
        _ => Folded::Operation(Operation::Logic(operator, a, b)),
    }
}

#[cfg(test)]
mod tests {
    use lockstep_numbers::{Binary, ScalarType, binary};

    use super::*;
    use crate::ir::Kernel;

    const EDGES: [u32; 9] = [0, 1, 2, 31, 255, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

    /// What lowering guarantees of the operands of each operator.
    fn defined(operator: WordOperator, x: u32, y: u32) -> bool {
        match operator {
            WordOperator::Divide | WordOperator::Remainder => y != 0,
            WordOperator::DivideSigned => y != 0 && !(x == 0x8000_0000 && y == u32::MAX),
            WordOperator::ShiftLeft | WordOperator::ShiftRight | WordOperator::ShiftRightSigned => y < 32,
            _ => true,
        }
    }

    #[test]
    fn constants_fold_to_what_the_language_says() {
        use ScalarType::{I32, U32};
        let operators = [
            (WordOperator::Add, Binary::Add, U32),
            (WordOperator::Subtract, Binary::Subtract, U32),
            (WordOperator::Multiply, Binary::Multiply, U32),
            (WordOperator::Divide, Binary::Divide, U32),
            (WordOperator::Remainder, Binary::Remainder, U32),
            (WordOperator::DivideSigned, Binary::Divide, I32),
            (WordOperator::And, Binary::And, U32),
            (WordOperator::Or, Binary::Or, U32),
            (WordOperator::Xor, Binary::Xor, U32),
            (WordOperator::ShiftLeft, Binary::ShiftLeft, U32),
            (WordOperator::ShiftRight, Binary::ShiftRight, U32),
            (WordOperator::ShiftRightSigned, Binary::ShiftRight, I32),
        ];
        for (operator, meaning, ty) in operators {
            for x in EDGES {
                for y in EDGES.into_iter().filter(|y| defined(operator, x, *y)) {
                    let mut builder = Builder::new(Kernel::default());
                    let (a, b) = (builder.word(x), builder.word(y));
                    let folded = builder.arithmetic(operator, a, b);
                    let meant = binary(meaning, ty, x.into(), y.into()).ok().map(|bits| bits as u32);
                    assert_eq!(builder.constant(folded), meant, "{operator:?} {x} {y}");
                }
            }
        }
    }

    /// With one operand unknown, a fold may give back an operand or zero only where that is right for every value.
    #[test]
    fn identities_hold_for_every_value() {
        for operator in WordOperator::ALL.iter().copied() {
            for constant in EDGES {
                for left in [false, true] {
                    let mut builder = Builder::new(Kernel::default());
                    let unknown = builder.value(Operation::PushConstant(3));
                    let known = builder.word(constant);
                    let (a, b) = if left { (known, unknown) } else { (unknown, known) };
                    let folded = builder.arithmetic(operator, a, b);
                    let claims = |x: u32| match builder.constant(folded) {
                        Some(word) => Some(word),
                        None if folded == unknown => Some(x),
                        None => None,
                    };
                    for x in EDGES {
                        let (p, q) = if left { (constant, x) } else { (x, constant) };
                        if let (Some(claimed), true) = (claims(x), defined(operator, p, q)) {
                            let mut exact = Builder::new(Kernel::default());
                            let (p, q) = (exact.word(p), exact.word(q));
                            let truth = exact.arithmetic(operator, p, q);
                            assert_eq!(exact.constant(truth), Some(claimed), "{operator:?} {constant} {x}");
                        }
                    }
                }
            }
        }
    }
}
