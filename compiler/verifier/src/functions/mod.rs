//! The functions that a module may hold. Each has the one body that the book's chapter *Profile* prints; a module's own
//! is compared with it instruction by instruction. What they do is proven once, for the body, and not again for a module.

use std::sync::LazyLock;

use rspirv::spirv::Op;

use crate::tree::{Function, Type};

/// The bodies, as the book prints them.
pub const TEXT: &str = include_str!("bodies.txt");

/// An operand of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The parameter with this number.
    Parameter(usize),
    /// What the line with this number gives.
    Line(usize),
    /// A constant.
    Word(u32),
}

/// A line of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The load of word 0 of the push constants.
    Zero,
    /// The device's root, a seed.
    Sqrt(Operand),
    /// Any other instruction.
    Op(Op, Type, Vec<Operand>),
}

/// A function with its body.
#[derive(Clone, Debug)]
pub struct Body {
    /// Which one.
    pub function: Function,
    /// The types of its parameters.
    pub parameters: Vec<Type>,
    /// What it gives.
    pub result: Type,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Which of its values it returns.
    pub returned: Operand,
}

/// All functions.
pub static BODIES: LazyLock<Vec<Body>> = LazyLock::new(|| bodies(TEXT).unwrap_or_default());

/// The names of the functions, in their order.
pub const NAMES: [(&str, Function); 8] = [
    ("quotient", Function::Quotient),
    ("root", Function::Root),
    ("signed", Function::Signed),
    ("unsigned", Function::Unsigned),
    ("sum", Function::Sum),
    ("difference", Function::Difference),
    ("product", Function::Product),
    ("door", Function::Door),
];

/// The instructions that bodies have.
const OPS: [Op; 26] = [
    Op::Bitcast,
    Op::BitwiseAnd,
    Op::BitwiseOr,
    Op::BitwiseXor,
    Op::ConvertFToS,
    Op::FAdd,
    Op::FDiv,
    Op::FMul,
    Op::FSub,
    Op::FOrdLessThan,
    Op::FOrdLessThanEqual,
    Op::IAdd,
    Op::ISub,
    Op::IMul,
    Op::IEqual,
    Op::LogicalAnd,
    Op::LogicalOr,
    Op::Select,
    Op::ShiftLeftLogical,
    Op::ShiftRightLogical,
    Op::SLessThan,
    Op::ULessThan,
    Op::ULessThanEqual,
    Op::INotEqual,
    Op::FOrdEqual,
    Op::FUnordNotEqual,
];

/// Reads the text of bodies; None where it is none.
fn bodies(text: &str) -> Option<Vec<Body>> {
    let mut bodies: Vec<Body> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match line.strip_prefix("  ") {
            None => {
                let (name, rest) = line.split_once(": ")?;
                let (_, function) = NAMES.iter().find(|(known, _)| *known == name)?;
                let (result, parameters) = rest.split_once(" of ")?;
                let parameters = parameters.split(", ").map(|one| ty(one.split_once(' ')?.0));
                bodies.push(Body {
                    function: *function,
                    parameters: parameters.collect::<Option<_>>()?,
                    result: ty(result)?,
                    lines: Vec::new(),
                    returned: Operand::Parameter(0),
                });
            }
            Some(line) => {
                let body = bodies.last_mut()?;
                match line.strip_prefix("OpReturnValue ") {
                    Some(value) => body.returned = operand(value)?,
                    None => body.lines.push(self::line(line.split_once(" = ")?.1)?),
                }
            }
        }
    }
    Some(bodies)
}

fn line(text: &str) -> Option<Line> {
    if text == "push constant 0" {
        return Some(Line::Zero);
    }
    let mut words = text.split(' ');
    let (op, ty) = (words.next()?, ty(words.next()?)?);
    let operands: Vec<Operand> = words.map(operand).collect::<Option<_>>()?;
    if op == "Sqrt" {
        return operands.first().copied().map(Line::Sqrt);
    }
    let op = OPS.iter().find(|known| op.strip_prefix("Op").is_some_and(|name| format!("{known:?}") == name))?;
    Some(Line::Op(*op, ty, operands))
}

fn ty(text: &str) -> Option<Type> {
    match text {
        "word" => Some(Type::Word),
        "float" => Some(Type::Float),
        "truth" => Some(Type::Truth),
        _ => None,
    }
}

fn operand(text: &str) -> Option<Operand> {
    match (text, text.strip_prefix('%'), text.strip_prefix("0x")) {
        ("%a", ..) => Some(Operand::Parameter(0)),
        ("%b", ..) => Some(Operand::Parameter(1)),
        (_, Some(number), _) => Some(Operand::Line(number.parse::<usize>().ok()?.checked_sub(1)?)),
        (.., Some(digits)) => u32::from_str_radix(digits, 16).ok().map(Operand::Word),
        _ => text.parse().ok().map(Operand::Word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bodies_can_be_read() {
        let names: Vec<Function> = BODIES.iter().map(|body| body.function).collect();
        assert_eq!(names, NAMES.map(|(_, function)| function));
        for body in BODIES.iter() {
            assert!(body.lines.len() > 5, "{:?}", body.function);
            for (position, line) in body.lines.iter().enumerate() {
                let operands = match line {
                    Line::Zero => vec![],
                    Line::Sqrt(a) => vec![*a],
                    Line::Op(_, _, operands) => operands.clone(),
                };
                for operand in operands {
                    match operand {
                        Operand::Line(line) => assert!(line < position),
                        Operand::Parameter(parameter) => assert!(parameter < body.parameters.len()),
                        Operand::Word(_) => {}
                    }
                }
            }
        }
    }
}
