//! A function: its blocks in order, their ends, barriers and calls.

use rspirv::spirv::{MemorySemantics, Op, Scope};

use super::{Flow, Function, Kind, Meaning, Read, Reader, Type};
use crate::{
    code::{Barrier, Step},
    finding::What,
};

impl Reader<'_> {
    /// Reads up to its end.
    pub(super) fn function(&mut self) -> Read<()> {
        let (result, id) = (self.word(1)?, self.word(2)?);
        let returns = match self.ty(result)? {
            Type::Void => None,
            Type::Of(kind) => Some(*kind),
            _ => return self.fail("a function of this type is not known here"),
        };
        self.mean(id, Meaning::Function(self.functions.len()))?;
        let counters = self.code.counted_loops as u32;
        self.flow = Flow::of(self.instructions.get(self.site..).unwrap_or_default(), self.site, counters)?;
        self.block = usize::MAX;
        let entry = self.code.steps.len();
        self.functions.push(Function { id, entry: entry as u32, parameters: Vec::new(), calls: Vec::new(), steps: 0 });
        self.code.counted_loops += self.flow.blocks.iter().filter(|block| block.counter.is_some()).count();
        loop {
            self.site += 1;
            if self.site >= self.instructions.len() {
                return self.fail("a function does not end");
            }
            match self.op() {
                Some(Op::FunctionEnd) => break,
                Some(Op::FunctionParameter) if self.block == usize::MAX => {
                    let kind = self.kind(self.word(1)?)?;
                    let register = self.define(self.word(2)?, kind)?;
                    self.functions.iter_mut().last().into_iter().for_each(|last| last.parameters.push(register));
                }
                Some(Op::Label) => self.label()?,
                _ if self.block == usize::MAX => return self.fail("no block holds this instruction"),
                _ => self.step(returns)?,
            }
        }
        let parameters = self.functions.last().map(|last| last.parameters.clone()).unwrap_or_default();
        let steps = self.code.steps.len() - entry;
        self.functions.iter_mut().last().into_iter().for_each(|last| last.steps = steps);
        self.check_reach(&parameters)?;
        self.tie(entry)
    }

    fn label(&mut self) -> Read<()> {
        let Some(number) = self.flow.number(self.word(1)?) else { return self.fail("no such block") };
        self.block = number;
        let here = self.code.steps.len() as u32;
        (self.flow.blocks[number].start, self.flow.blocks[number].again) = (here, here);
        if let Some(counter) = self.flow.blocks[number].counter {
            self.emit(Step::Enter(counter));
            self.flow.blocks[number].again = here + 1;
            self.emit(Step::Trip(counter));
        }
        Ok(())
    }

    fn step(&mut self, returns: Option<Kind>) -> Read<()> {
        match self.op() {
            Some(Op::Variable) => {
                if self.block != 0 {
                    return self.fail("a variable stands in the first block of a function");
                }
                let (variable, initial) = self.private_variable()?;
                let cells = self.code.private[variable as usize];
                match (initial, self.code.steps.last_mut()) {
                    (Some(table), _) => self.emit(Step::Fill(cells.first, table as u32)),
                    (None, Some(Step::Forget(first, count))) if *first + *count == cells.first => *count += cells.cells,
                    (None, _) => self.emit(Step::Forget(cells.first, cells.cells)),
                }
                Ok(())
            }
            Some(Op::SelectionMerge | Op::LoopMerge | Op::Nop) => Ok(()),
            Some(Op::Branch) => {
                let to = self.target(1)?;
                self.emit(Step::Jump(to));
                Ok(())
            }
            Some(Op::BranchConditional) => {
                let condition = self.operand(self.word(1)?, Kind::Truth)?;
                let (yes, no) = (self.target(2)?, self.target(3)?);
                self.emit(Step::Branch(condition, yes, no));
                Ok(())
            }
            Some(Op::Return) => match returns {
                None => {
                    self.emit(Step::Return);
                    Ok(())
                }
                Some(_) => self.fail("it returns nothing where a value is due"),
            },
            Some(Op::ReturnValue) => match returns {
                Some(kind) => {
                    let value = self.operand(self.word(1)?, kind)?;
                    self.emit(Step::ReturnValue(value));
                    Ok(())
                }
                None => self.fail("it returns a value where none is due"),
            },
            Some(Op::ControlBarrier) => self.barrier(),
            Some(Op::FunctionCall) => self.call(),
            _ => self.operation(),
        }
    }

    /// The number of a block, which is exchanged for the position of its steps at the end of the function.
    fn target(&self, place: usize) -> Read<u32> {
        match self.flow.number(self.word(place)?) {
            Some(number) => Ok(number as u32),
            None => self.fail("a branch to what is no block of its function"),
        }
    }

    fn tie(&mut self, entry: usize) -> Read<()> {
        let blocks = &self.flow.blocks;
        let mut block = 0;
        for at in entry..self.code.steps.len() {
            while blocks.get(block + 1).is_some_and(|next| next.start as usize <= at) {
                block += 1;
            }
            let position = |to: &mut u32| {
                if let Some(target) = blocks.get(*to as usize) {
                    *to = if target.body.get(block).copied().unwrap_or_default() { target.again } else { target.start };
                }
            };
            match &mut self.code.steps[at] {
                Step::Jump(to) => position(to),
                Step::Branch(_, yes, no) => [yes, no].into_iter().for_each(position),
                _ => {}
            }
        }
        Ok(())
    }

    fn barrier(&mut self) -> Read<()> {
        self.ends(4)?;
        let mut operands = [0; 3];
        for (place, operand) in operands.iter_mut().enumerate() {
            let register = self.operand(self.word(place + 1)?, Kind::Word)?;
            let Some(constant) = self.constant(register) else { return self.fail("a scope is no constant") };
            *operand = constant;
        }
        let [execution, memory, semantics] = operands;
        if execution != Scope::Workgroup as u32 {
            self.note(What::NarrowBarrier);
        }
        let wide = [Scope::Workgroup, Scope::QueueFamily, Scope::Device].iter().any(|scope| memory == *scope as u32);
        let semantics = MemorySemantics::from_bits_retain(semantics);
        let needed = MemorySemantics::ACQUIRE_RELEASE | MemorySemantics::MAKE_AVAILABLE | MemorySemantics::MAKE_VISIBLE;
        let orders = wide && semantics.contains(needed);
        let loops = self.flow.loops_around(self.block);
        self.code.barriers.push(Barrier {
            orders_shared: orders && semantics.contains(MemorySemantics::WORKGROUP_MEMORY),
            orders_buffers: orders && semantics.contains(MemorySemantics::UNIFORM_MEMORY),
            loops,
        });
        self.emit(Step::Barrier(self.code.barriers.len() as u32 - 1));
        Ok(())
    }

    fn call(&mut self) -> Read<()> {
        let (ty, id, function) = (self.word(1)?, self.word(2)?, self.word(3)?);
        let arguments = self.instruction().get(4..).unwrap_or_default();
        let mut moves = Vec::new();
        for id in arguments {
            let Meaning::Value(_, kind) = self.meaning(*id) else { return self.fail("an argument is no value") };
            moves.push(self.operand(*id, kind)?);
        }
        for (number, register) in moves.into_iter().enumerate() {
            self.arguments.push((self.code.steps.len(), function, Some(number)));
            self.emit(Step::Move(register, register));
        }
        self.arguments.push((self.code.steps.len(), function, None));
        if let Some(last) = self.functions.last_mut() {
            last.calls.push(function);
        }
        let kind = match self.ty(ty)? {
            Type::Void => None,
            Type::Of(kind) => Some(*kind),
            _ => return self.fail("a call of this type is not known here"),
        };
        let to = match kind {
            Some(kind) => self.define(id, kind)?,
            None => self.register(),
        };
        self.emit(Step::Call(0, to));
        Ok(())
    }
}
