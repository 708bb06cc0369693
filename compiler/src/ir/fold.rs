//! What needs no device: operations on constants, and those that give back an operand. Only words and truth values are
//! folded; floats are left as the program wrote them.

use super::{Builder, Operation, TruthOperator, Value, WordComparison, WordOperator};

/// The outcome of folding.
pub(super) enum Folded {
    /// The value exists already.
    Value(Value),
    /// This remains to be done.
    Operation(Operation),
}

pub(super) fn fold(builder: &Builder, operation: Operation) -> Folded {
    match operation {
        Operation::Arithmetic(operator, a, b) => arithmetic(builder, operator, a, b),
        Operation::Compare(comparison, a, b) => match (builder.constant(a), builder.constant(b)) {
            (Some(x), Some(y)) => Folded::Operation(Operation::Truth(compare(comparison, x, y))),
            // Nothing is below zero.
            (_, Some(0)) if comparison == WordComparison::Less => Folded::Operation(Operation::Truth(false)),
            _ => Folded::Operation(operation),
        },
        Operation::Complement(a) => match builder.constant(a) {
            Some(x) => Folded::Operation(Operation::Word(!x)),
            None => Folded::Operation(operation),
        },
        Operation::Not(a) => match builder.operation(a) {
            Some(Operation::Truth(x)) => Folded::Operation(Operation::Truth(!x)),
            Some(Operation::Not(inner)) => Folded::Value(inner),
            _ => Folded::Operation(operation),
        },
        Operation::Logic(operator, a, b) => logic(builder, operator, a, b),
        Operation::Select(condition, yes, no) => match builder.operation(condition) {
            Some(Operation::Truth(true)) => Folded::Value(yes),
            Some(Operation::Truth(false)) => Folded::Value(no),
            _ if yes == no => Folded::Value(yes),
            _ => Folded::Operation(operation),
        },
        _ => Folded::Operation(operation),
    }
}

fn arithmetic(builder: &Builder, operator: WordOperator, a: Value, b: Value) -> Folded {
    use WordOperator::*;
    if let (Some(x), Some(y)) = (builder.constant(a), builder.constant(b)) {
        let word = match operator {
            Add => Some(x.wrapping_add(y)),
            Subtract => Some(x.wrapping_sub(y)),
            Multiply => Some(x.wrapping_mul(y)),
            Divide => x.checked_div(y),
            Remainder => x.checked_rem(y),
            DivideSigned => x.cast_signed().checked_div(y.cast_signed()).map(i32::cast_unsigned),
            And => Some(x & y),
            Or => Some(x | y),
            Xor => Some(x ^ y),
            ShiftLeft => x.checked_shl(y),
            ShiftRight => x.checked_shr(y),
            ShiftRightSigned => x.cast_signed().checked_shr(y).map(i32::cast_unsigned),
        };
        if let Some(word) = word {
            return Folded::Operation(Operation::Word(word));
        }
    }
    match (operator, builder.constant(a), builder.constant(b)) {
        (Add | Or | Xor, Some(0), _) => Folded::Value(b),
        (Add | Subtract | Or | Xor | ShiftLeft | ShiftRight | ShiftRightSigned, _, Some(0)) => Folded::Value(a),
        (Multiply, Some(1), _) | (And, Some(u32::MAX), _) => Folded::Value(b),
        (Multiply | Divide | DivideSigned, _, Some(1)) | (And, _, Some(u32::MAX)) => Folded::Value(a),
        (Multiply | And, Some(0), _) | (Multiply | And, _, Some(0)) => Folded::Operation(Operation::Word(0)),
        _ => Folded::Operation(Operation::Arithmetic(operator, a, b)),
    }
}

fn compare(comparison: WordComparison, x: u32, y: u32) -> bool {
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
    let known = |value| match builder.operation(value) {
        Some(Operation::Truth(truth)) => Some(truth),
        _ => None,
    };
    match (operator, known(a), known(b)) {
        (TruthOperator::And, Some(true), _) | (TruthOperator::Or, Some(false), _) => Folded::Value(b),
        (TruthOperator::And, _, Some(true)) | (TruthOperator::Or, _, Some(false)) => Folded::Value(a),
        (TruthOperator::And, Some(false), _) | (TruthOperator::And, _, Some(false)) => {
            Folded::Operation(Operation::Truth(false))
        }
        (TruthOperator::Or, Some(true), _) | (TruthOperator::Or, _, Some(true)) => {
            Folded::Operation(Operation::Truth(true))
        }
        (TruthOperator::Equal, Some(x), Some(y)) => Folded::Operation(Operation::Truth(x == y)),
        (TruthOperator::NotEqual, Some(x), Some(y)) => Folded::Operation(Operation::Truth(x != y)),
        _ => Folded::Operation(Operation::Logic(operator, a, b)),
    }
}

#[cfg(test)]
mod tests {
    use lockstep_numbers::{Binary, ScalarType, binary};

    use super::*;

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
                    let mut builder = Builder::new("k", vec![], 3);
                    let (a, b) = (builder.word(x), builder.word(y));
                    let folded = builder.arithmetic(operator, a, b);
                    assert_eq!(builder.constant(folded), binary(meaning, ty, x, y).ok(), "{operator:?} {x} {y}");
                }
            }
        }
    }

    /// With one operand unknown, a fold may give back an operand or zero only where that is right for every value.
    #[test]
    fn identities_hold_for_every_value() {
        use WordOperator::*;
        let operators = [Add, Subtract, Multiply, Divide, DivideSigned, And, Or, Xor, ShiftLeft, ShiftRight];
        for operator in operators {
            for constant in EDGES {
                for left in [false, true] {
                    let mut builder = Builder::new("k", vec![], 4);
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
                            let mut exact = Builder::new("k", vec![], 3);
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
