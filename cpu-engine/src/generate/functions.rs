//! The functions of the profile. Where the float unit gives rule F, each is what it is for: one operation. Elsewhere each
//! is its body, as the profile prints it, which is right on every device.

use cranelift_codegen::ir::{
    InstBuilder, Value as Ir,
    condcodes::{FloatCC, IntCC},
    types::I32X4,
};
use lockstep_verifier::{
    functions::{BODIES, Line, Operand},
    tree::{Function, Type, WordOperator},
};
use rspirv::spirv::Op;

use super::Generator;

impl Generator<'_> {
    /// A call of a function of the profile.
    pub(super) fn call(&mut self, function: Function, a: Ir, b: Ir) -> Result<Ir, String> {
        if !self.target.flushes && !matches!(function, Function::Signed | Function::Unsigned) {
            return self.body(function, a, b);
        }
        let ins = self.builder.ins();
        Ok(match function {
            Function::Quotient => ins.fdiv(a, b),
            Function::Root => ins.sqrt(a),
            Function::Signed => ins.fcvt_to_sint_sat(I32X4, a),
            Function::Unsigned => ins.fcvt_to_uint_sat(I32X4, a),
            Function::Sum => ins.fadd(a, b),
            Function::Difference => ins.fsub(a, b),
            Function::Product => ins.fmul(a, b),
            Function::Door => {
                let one = self.floats_of(0x3f80_0000);
                let float = self.as_floats(a);
                self.builder.ins().fmul(float, one)
            }
        })
    }

    fn body(&mut self, function: Function, a: Ir, b: Ir) -> Result<Ir, String> {
        let body = BODIES.iter().find(|body| body.function == function).ok_or("the profile has no such function")?;
        let mut lines: Vec<Ir> = Vec::new();
        for line in &body.lines {
            let value = |this: &mut Self, operand: &Operand| match operand {
                Operand::Parameter(0) => Ok(a),
                Operand::Parameter(_) => Ok(b),
                Operand::Line(number) => lines.get(*number).copied().ok_or("a line is not there"),
                Operand::Word(word) => Ok(this.words_of([*word; 4])),
            };
            let made = match line {
                Line::Zero => self.words_of([0; 4]),
                Line::Sqrt(operand) => {
                    let operand = value(self, operand)?;
                    self.builder.ins().sqrt(operand)
                }
                Line::Op(op, ty, operands) => {
                    let mut given = Vec::new();
                    for operand in operands {
                        given.push(value(self, operand)?);
                    }
                    self.line(*op, *ty, &given)?
                }
            };
            lines.push(made);
        }
        match body.returned {
            Operand::Line(number) => lines.get(number).copied().ok_or_else(|| "a line is not there".into()),
            _ => Ok(a),
        }
    }

    fn line(&mut self, op: Op, ty: Type, operands: &[Ir]) -> Result<Ir, String> {
        let [a, rest @ ..] = operands else { return Err("an instruction has no operand".into()) };
        let (a, b) = (*a, rest.first().copied().unwrap_or(*a));
        let ins = self.builder.ins();
        Ok(match op {
            Op::Bitcast if ty == Type::Float => self.as_floats(a),
            Op::Bitcast => self.as_words(a),
            Op::BitwiseAnd | Op::LogicalAnd => ins.band(a, b),
            Op::BitwiseOr | Op::LogicalOr => ins.bor(a, b),
            Op::BitwiseXor => ins.bxor(a, b),
            Op::FAdd => ins.fadd(a, b),
            Op::FDiv => ins.fdiv(a, b),
            Op::FMul => ins.fmul(a, b),
            Op::FSub => ins.fsub(a, b),
            Op::IAdd => ins.iadd(a, b),
            Op::ISub => ins.isub(a, b),
            Op::IMul => ins.imul(a, b),
            Op::ConvertFToS => ins.fcvt_to_sint_sat(I32X4, a),
            Op::FOrdLessThan => ins.fcmp(FloatCC::LessThan, a, b),
            Op::FOrdLessThanEqual => ins.fcmp(FloatCC::LessThanOrEqual, a, b),
            Op::FOrdEqual => ins.fcmp(FloatCC::Equal, a, b),
            Op::FUnordNotEqual => ins.fcmp(FloatCC::NotEqual, a, b),
            Op::IEqual => ins.icmp(IntCC::Equal, a, b),
            Op::INotEqual => ins.icmp(IntCC::NotEqual, a, b),
            Op::SLessThan => ins.icmp(IntCC::SignedLessThan, a, b),
            Op::ULessThan => ins.icmp(IntCC::UnsignedLessThan, a, b),
            Op::ULessThanEqual => ins.icmp(IntCC::UnsignedLessThanOrEqual, a, b),
            Op::ShiftLeftLogical => self.shift_lanes(WordOperator::ShiftLeft, a, b),
            Op::ShiftRightLogical => self.shift_lanes(WordOperator::ShiftRight, a, b),
            Op::Select => {
                let other = rest.get(1).copied().ok_or("a choice has three operands")?;
                self.blend(a, b, other)
            }
            other => return Err(format!("{other:?} stands in no function of the profile")),
        })
    }
}
