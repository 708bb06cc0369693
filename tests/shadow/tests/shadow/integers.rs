//! Integer operations without an exact meaning.

use crate::make::{Frame, frame, shows};

fn two(operation: &str, a: &str, b: &str) -> Frame {
    frame(&format!("%w = {operation} %u32 {a} {b}\nOpStore %yi %w"))
}

#[test]
fn divisors_are_not_zero() {
    for operation in ["OpUDiv", "OpUMod", "OpSDiv"] {
        shows("division by zero", &two(operation, "%7", "%l"), &two(operation, "%l", "%7"));
    }
}

#[test]
fn the_least_integer_is_not_divided_by_minus_one() {
    shows("division overflow", &two("OpSDiv", "%least", "%most"), &two("OpSDiv", "%7", "%most"));
    assert_eq!(two("OpSDiv", "%7", "%most").y(), [7u32.wrapping_neg(); 8]);
}

#[test]
fn shifts_are_below_32() {
    for operation in ["OpShiftLeftLogical", "OpShiftRightLogical", "OpShiftRightArithmetic"] {
        shows("shift too far", &two(operation, "%7", "%32"), &two(operation, "%7", "%31"));
    }
}

#[test]
fn operations_give_what_they_should() {
    let cases = [
        ("OpIAdd", "%most", "%2", 1),
        ("OpISub", "%1", "%2", u32::MAX),
        ("OpIMul", "%most", "%7", 7u32.wrapping_neg()),
        ("OpUDiv", "%most", "%2", u32::MAX / 2),
        ("OpUMod", "%most", "%7", u32::MAX % 7),
        ("OpBitwiseAnd", "%7", "%5", 5),
        ("OpBitwiseOr", "%4", "%1", 5),
        ("OpBitwiseXor", "%7", "%5", 2),
        ("OpShiftLeftLogical", "%7", "%31", 1 << 31),
        ("OpShiftRightLogical", "%least", "%31", 1),
        ("OpShiftRightArithmetic", "%least", "%31", u32::MAX),
    ];
    for (operation, a, b, result) in cases {
        assert_eq!(two(operation, a, b).y(), [result; 8], "{operation}");
    }
}

#[test]
fn comparisons_give_what_they_should() {
    let cases = [
        ("OpIEqual", [0, 0, 1]),
        ("OpINotEqual", [1, 1, 0]),
        ("OpULessThan", [0, 1, 0]),
        ("OpULessThanEqual", [0, 1, 1]),
        ("OpSLessThan", [1, 0, 0]),
        ("OpSLessThanEqual", [1, 0, 1]),
        ("OpUGreaterThan", [1, 0, 0]),
        ("OpUGreaterThanEqual", [1, 0, 1]),
        ("OpSGreaterThan", [0, 1, 0]),
        ("OpSGreaterThanEqual", [0, 1, 1]),
    ];
    for (operation, results) in cases {
        for ((a, b), result) in [("%most", "%1"), ("%1", "%most"), ("%7", "%7")].into_iter().zip(results) {
            let body = format!("%c = {operation} %bool {a} {b}\n%w = OpSelect %u32 %c %1 %0\nOpStore %yi %w");
            assert_eq!(frame(&body).y(), [result; 8], "{operation} {a} {b}");
        }
    }
}

#[test]
fn pairs_of_words() {
    let cases = [
        ("OpUMulExtended", "%most", "%most", [1, u32::MAX - 1]),
        ("OpIAddCarry", "%most", "%2", [1, 1]),
        ("OpISubBorrow", "%1", "%2", [u32::MAX, 1]),
    ];
    for (operation, a, b, results) in cases {
        for (word, result) in results.into_iter().enumerate() {
            let body = format!("%p = {operation} %two {a} {b}\n%w = OpCompositeExtract %u32 %p {word}\nOpStore %yi %w");
            assert_eq!(frame(&body).y(), [result; 8], "{operation}");
        }
    }
}

#[test]
fn words_of_one_operand() {
    assert_eq!(frame("%w = OpNot %u32 %i\nOpStore %yi %w").y()[3], !3);
    assert_eq!(frame("%w = OpExtInst %u32 %glsl FindUMsb %i\nOpStore %yi %w").y(), [u32::MAX, 0, 1, 1, 2, 2, 2, 2]);
}
