//! Expressions as source, with no more parentheses than the grammar needs, and with literals that keep their types.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    print::block_inline,
    tree::{Expr, Kind, Ty},
};

/// How tightly the outermost operator of a text binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// `if` without parentheses.
    Whole,
    Or,
    And,
    Comparison,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Prefix,
    Primary,
}

/// An expression where a whole one may stand, an `if` included. `typed` says that its surroundings fix its type, so that
/// a literal needs no conversion to keep it.
pub fn whole(expression: &Expr, typed: bool) -> String {
    at(expression, Level::Whole, typed)
}

/// An expression where an `if` needs parentheses: a condition, a bound, the value of a block.
pub fn plain(expression: &Expr, typed: bool) -> String {
    at(expression, Level::Or, typed)
}

/// An index.
pub fn index(expression: &Expr) -> String {
    // Beside a negative literal an index would be an `i32`, so only a plain one goes without its type.
    whole(expression, matches!(expression.kind, Kind::Literal(_)) && expression.ty == Ty::Scalar(ScalarType::U32))
}

/// A list of expressions whose types are fixed.
pub fn list(expressions: &[Expr]) -> String {
    let shown: Vec<String> = expressions.iter().map(|expression| whole(expression, true)).collect();
    shown.join(", ")
}

fn at(expression: &Expr, least: Level, typed: bool) -> String {
    let (text, level) = show(expression, typed);
    if level >= least { text } else { format!("({text})") }
}

fn show(expression: &Expr, typed: bool) -> (String, Level) {
    match &expression.kind {
        Kind::Literal(bits) => literal(expression.ty.scalar().unwrap_or(ScalarType::U32), *bits, typed),
        Kind::Name(name) | Kind::Array(name) => (name.clone(), Level::Primary),
        Kind::Cell { array, indices, nested, otherwise } => {
            let indices: Vec<String> = indices.iter().map(index).collect();
            let cell = format!("{array}[{}]", indices.join(if *nested { "][" } else { ", " }));
            match otherwise {
                None => (cell, Level::Primary),
                Some(value) => (format!("{cell} else {}", at(value, Level::Prefix, true)), Level::Prefix),
            }
        }
        Kind::Field(base, field) => (format!("{}.{field}", at(base, Level::Primary, false)), Level::Primary),
        Kind::Unary(operator, operand) => unary(*operator, operand, typed),
        Kind::Binary(operator, left, right) => binary(*operator, left, right),
        Kind::Logic { and, left, right } => {
            let (level, right_level) = if *and { (Level::And, Level::Comparison) } else { (Level::Or, Level::And) };
            let symbol = if *and { "&&" } else { "||" };
            (format!("{} {symbol} {}", at(left, level, true), at(right, right_level, true)), level)
        }
        Kind::Call { name, generics, arguments } => {
            let generics = if generics.is_empty() { String::new() } else { format!("::<{}>", sums(generics)) };
            (format!("{name}{generics}({})", self::arguments(name, arguments)), Level::Primary)
        }
        Kind::If { arms, otherwise } => {
            let mut text = String::new();
            for (condition, block) in arms {
                text.push_str(&format!("if {} {} else ", plain(condition, true), block_inline(block, typed)));
            }
            text.push_str(&block_inline(otherwise, typed));
            (text, Level::Whole)
        }
    }
}

/// Constants between `<` and `>`.
pub fn sums(constants: &[Expr]) -> String {
    let shown: Vec<String> = constants.iter().map(|constant| at(constant, Level::Sum, true)).collect();
    shown.join(", ")
}

/// Arguments: those of conversions and of `dot` have no type from outside.
fn arguments(name: &str, arguments: &[Expr]) -> String {
    let converts = ScalarType::named(name).is_some_and(|ty| !ty.is_packed());
    let typed = !(converts || name == "dot");
    let shown: Vec<String> = arguments.iter().map(|argument| whole(argument, typed)).collect();
    shown.join(", ")
}

fn unary(operator: Unary, operand: &Expr, typed: bool) -> (String, Level) {
    match operator {
        Unary::Absolute => (format!("abs({})", whole(operand, false)), Level::Primary),
        Unary::SquareRoot => (format!("sqrt({})", whole(operand, false)), Level::Primary),
        // The minus of a literal is part of it, so a literal under a minus keeps its own type.
        Unary::Negate => (format!("-{}", at(operand, Level::Prefix, false)), Level::Prefix),
        _ => (
            format!("!{}", at(operand, Level::Prefix, typed && matches!(operand.kind, Kind::Literal(_)))),
            Level::Prefix,
        ),
    }
}

fn binary(operator: Binary, left: &Expr, right: &Expr) -> (String, Level) {
    use Binary::*;
    let shift = matches!(operator, ShiftLeft | ShiftRight);
    // A literal takes the type of the other operand, unless that is made of literals too.
    let left_typed = !shift && of_literals(left) && !of_literals(right);
    let right_typed = shift || !of_literals(left);
    if matches!(operator, Minimum | Maximum | CeilingDivide | MultiplyHigh | Dot) {
        let text = format!("{}({}, {})", operator.symbol(), whole(left, left_typed), whole(right, right_typed));
        return (text, Level::Primary);
    }
    let (level, left_level, right_level) = match operator {
        Multiply | Divide | Remainder => (Level::Product, Level::Product, Level::Prefix),
        Add | Subtract => (Level::Sum, Level::Sum, Level::Product),
        ShiftLeft | ShiftRight => (Level::Shift, Level::Shift, Level::Sum),
        And => (Level::BitAnd, Level::BitAnd, Level::Shift),
        Xor => (Level::BitXor, Level::BitXor, Level::BitAnd),
        Or => (Level::BitOr, Level::BitOr, Level::BitXor),
        _ => (Level::Comparison, Level::BitOr, Level::BitOr),
    };
    let text =
        format!("{} {} {}", at(left, left_level, left_typed), operator.symbol(), at(right, right_level, right_typed));
    (text, level)
}

/// Whether an expression is of literals alone, so that it has no type to give to another.
fn of_literals(expression: &Expr) -> bool {
    match &expression.kind {
        Kind::Literal(_) => true,
        Kind::Unary(_, operand) => of_literals(operand),
        Kind::Binary(_, left, right) => of_literals(left) && of_literals(right),
        _ => false,
    }
}

fn literal(ty: ScalarType, bits: u64, typed: bool) -> (String, Level) {
    use ScalarType::*;
    match ty {
        F32 => float(bits as u32),
        Bool => ((bits != 0).to_string(), Level::Primary),
        U32 if typed => (digits(bits), Level::Primary),
        U32 => (format!("u32({})", digits(bits)), Level::Primary),
        I32 | I64 | U64 => {
            let value = match ty {
                I32 => i128::from(bits as u32 as i32),
                I64 => i128::from(bits as i64),
                _ => i128::from(bits),
            };
            if typed {
                return (signed(value), if value < 0 { Level::Prefix } else { Level::Primary });
            }
            let small = i128::from(i32::MIN)..=i128::from(u32::MAX);
            if ty == I32 || small.contains(&value) {
                return (format!("{ty}({})", signed(value)), Level::Primary);
            }
            let (high, low) = ((bits >> 32) as u32, bits as u32);
            let high = if ty == I64 { signed((high as i32).into()) } else { digits(high.into()) };
            (format!("{ty}({high}) << 32 | {ty}({})", digits(low.into())), Level::BitOr)
        }
        _ => (format!("{ty}({:#x})", bits as u32), Level::Primary),
    }
}

fn float(bits: u32) -> (String, Level) {
    let value = f32::from_bits(bits);
    if !value.is_normal() && value != 0.0 {
        return (format!("from_bits({bits:#x})"), Level::Primary);
    }
    let level = if value.is_sign_negative() { Level::Prefix } else { Level::Primary };
    (format!("{value:?}"), level)
}

fn signed(value: i128) -> String {
    if value < 0 { format!("-{}", value.unsigned_abs()) } else { digits(value.unsigned_abs() as u64) }
}

fn digits(value: u64) -> String {
    if value > 0xffff && !value.is_multiple_of(1000) { format!("{value:#x}") } else { value.to_string() }
}
