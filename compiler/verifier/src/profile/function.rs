//! The functions before that of the entry point: each is one of the profile's, word for word but for its ids.

use rspirv::spirv::{FunctionControl, Op};

use super::{
    Reading,
    control::Body,
    ids::{Class, Id},
    lists,
    words::{Instruction, Words},
};
use crate::{
    functions::{self, BODIES, Line, Operand},
    refusal::Refusal,
    rules,
    tree::{Operation, Site, Step, Type},
};

/// What a body was found to be: the ids that it defines, and of these the floats that an operation made.
struct Found<'w> {
    ids: Vec<(u32, Site)>,
    operations: Vec<Instruction<'w>>,
    rest: Words<'w>,
}

impl<'w> Body<'w> {
    /// Reads a function, of which OpFunction is taken. It is the next one in the order of the profile that fits.
    pub(super) fn function(&mut self, function: &Instruction<'w>) -> Reading<()> {
        let [result, id, control, ty] = function.exactly()?;
        let Id::Signature { result: gives, parameter, count } = self.module.ids.get(ty) else {
            let what = "a function is that of the entry point, or one of the profile";
            return Err(Refusal::at(rules::FUNCTION, function.site, what));
        };
        if self.module.ids.get(result) != Id::Scalar(gives) || control != FunctionControl::NONE.bits() {
            let what = "the result of a function is that of its type, and its control is None";
            return Err(Refusal::at(rules::FUNCTION_BODY, function.site, what));
        }
        let mut closest: Option<Refusal> = None;
        for body in BODIES.iter().filter(|body| self.last.is_none_or(|last| last < body.function)) {
            let fits = body.parameters.len() == count as usize && body.parameters.iter().all(|ty| *ty == parameter);
            if !fits || body.result != gives {
                continue;
            }
            match self.matches(body) {
                Ok(found) => {
                    self.module.words = found.rest;
                    self.last = Some(body.function);
                    self.module.ids.define(id, Id::Function(body.function), function.site)?;
                    for instruction in &found.operations {
                        let id = instruction.operands.get(1).copied().unwrap_or_default();
                        self.no_contraction(id, instruction)?;
                    }
                    for (id, site) in found.ids {
                        self.module.ids.define(id, Id::Closed, site)?;
                    }
                    return Ok(());
                }
                Err(refusal) if closest.as_ref().is_none_or(|closest| closest.site < refusal.site) => {
                    closest = Some(refusal);
                }
                Err(_) => {}
            }
        }
        Err(closest.unwrap_or_else(|| {
            let what = "the profile has no function of this type, or not here: each stands once, in their order";
            Refusal::at(rules::FUNCTION_BODY, function.site, what)
        }))
    }

    /// Compares what follows with a body. Nothing is defined before all of it fits.
    fn matches(&self, body: &functions::Body) -> Reading<Found<'w>> {
        let mut words = self.module.words.clone();
        let (mut ids, mut operations) = (Vec::new(), Vec::new());
        let (mut parameters, mut lines) = (Vec::new(), Vec::new());
        let wanted = |at: &Instruction<'_>, what: String| {
            let name = functions::NAMES.iter().find(|(_, one)| *one == body.function).map_or("", |(name, _)| *name);
            Refusal::at(rules::FUNCTION_BODY, at.site, format!("the body of `{name}` has {what} here"))
        };
        let mut take = || {
            let site = Site(words.taken());
            words.next()?.ok_or_else(|| Refusal::at(rules::BINARY, site, "the module ends within a function"))
        };
        for ty in &body.parameters {
            let instruction = take()?;
            match instruction.operands {
                [of, id] if instruction.is(Op::FunctionParameter) && self.module.ids.get(*of) == Id::Scalar(*ty) => {
                    parameters.push(*id);
                    ids.push((*id, instruction.site));
                }
                _ => return Err(wanted(&instruction, format!("an OpFunctionParameter, a {ty:?}"))),
            }
        }
        let label = take()?;
        match label.operands {
            [id] if label.is(Op::Label) => ids.push((*id, label.site)),
            _ => return Err(wanted(&label, "OpLabel".into())),
        }
        let same = |id: u32, operand: Operand, lines: &[u32], parameters: &[u32]| match operand {
            Operand::Parameter(number) => parameters.get(number) == Some(&id),
            Operand::Line(number) => lines.get(number) == Some(&id),
            Operand::Word(word) => self.module.word_constant(id) == Some(word),
        };
        for line in &body.lines {
            let instruction = take()?;
            let (id, fits) = match (line, instruction.operands) {
                (Line::Zero, [ty, pointer, base, index]) if instruction.is(Op::AccessChain) => {
                    let chain = matches!(self.module.ids.get(*ty), Id::Pointer(Class::Push, of)
                            if self.module.ids.get(of) == Id::Scalar(Type::Word))
                        && self.module.ids.get(*base) == Id::PushConstants
                        && self.module.word_constant(*index) == Some(0);
                    ids.push((*pointer, instruction.site));
                    let load = take()?;
                    match load.operands {
                        [ty, id, from] if load.is(Op::Load) => {
                            let fits = self.module.ids.get(*ty) == Id::Scalar(Type::Word) && from == pointer;
                            (*id, chain && fits)
                        }
                        _ => (0, false),
                    }
                }
                (Line::Sqrt(a), [ty, id, set, lists::SQRT, operand]) if instruction.is(Op::ExtInst) => {
                    let fits = self.module.ids.get(*ty) == Id::Scalar(Type::Float)
                        && self.module.ids.get(*set) == Id::Glsl
                        && same(*operand, *a, &lines, &parameters);
                    (*id, fits)
                }
                (Line::Op(op, ty, operands), [of, id, rest @ ..]) if instruction.is(*op) => {
                    let fits = self.module.ids.get(*of) == Id::Scalar(*ty)
                        && rest.len() == operands.len()
                        && rest.iter().zip(operands).all(|(id, operand)| same(*id, *operand, &lines, &parameters));
                    if matches!(op, Op::FAdd | Op::FSub | Op::FMul | Op::FDiv) {
                        operations.push(instruction);
                    }
                    (*id, fits)
                }
                _ => (0, false),
            };
            if !fits {
                return Err(wanted(&instruction, show(line, lines.len())));
            }
            ids.push((id, instruction.site));
            lines.push(id);
        }
        let end = take()?;
        match end.operands {
            [value] if end.is(Op::ReturnValue) && same(*value, body.returned, &lines, &parameters) => {}
            _ => return Err(wanted(&end, "OpReturnValue of its result".into())),
        }
        let last = take()?;
        if !last.is(Op::FunctionEnd) || !last.operands.is_empty() {
            return Err(wanted(&last, "OpFunctionEnd".into()));
        }
        Ok(Found { ids, operations, rest: words })
    }

    /// A call of a function that stands before.
    pub(super) fn call(&mut self, call: &Instruction<'_>) -> Reading<()> {
        let [ty, id, function, arguments @ ..] = call.operands else { return Err(call.form("has no function")) };
        let Id::Function(function) = self.module.ids.get(*function) else {
            return Err(Refusal::at(rules::OPERAND, call.site, "what is called is a function that stands before"));
        };
        let Some(body) = BODIES.iter().find(|body| body.function == function) else {
            return Err(call.form("calls no function"));
        };
        if body.parameters.len() != arguments.len() {
            return Err(call.form(format!("has {} arguments, not {}", body.parameters.len(), arguments.len())));
        }
        let mut values = Vec::with_capacity(2);
        for (id, ty) in arguments.iter().zip(&body.parameters) {
            values.push(self.operand(*id, *ty, call)?);
        }
        let (Some(a), Some(b)) = (values.first(), values.last()) else { return Err(call.form("has no arguments")) };
        self.result(*ty, body.result, call)?;
        let value = self.value(*id, body.result, Operation::Call(function, *a, *b), call.site)?;
        self.steps.push(Step::Let(value));
        Ok(())
    }
}

/// A line for a message.
fn show(line: &Line, number: usize) -> String {
    match line {
        Line::Zero => "the load of push constant 0".into(),
        Line::Sqrt(_) => "Sqrt".into(),
        Line::Op(op, ..) => format!("Op{op:?}, its line {},", number + 1),
    }
}
