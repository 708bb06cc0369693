//! The function of the entry point, and what stands before and after its blocks: the functions of the profile, its variables, its end.

use lockstep_module::spirv_limits as limits;
use rspirv::spirv::{FunctionControl, Op, StorageClass};

use super::{
    Reading,
    control::Body,
    ids::{Class, Id},
    module::Module,
    words::{self, Instruction},
};
use crate::{
    refusal::Refusal,
    rules,
    tree::{self, Variable},
};

/// Reads the functions, and gives the whole kernel.
pub fn functions(module: Module<'_>) -> Reading<tree::Kernel> {
    let mut body = Body::new(module);
    body.begin()?;
    body.run()?;
    body.finish()
}

impl Body<'_> {
    /// OpFunction, its label, its variables.
    fn begin(&mut self) -> Reading<()> {
        let (function, [result, id, control, ty]) = loop {
            let function = self.expect(Op::Function, rules::FUNCTION, "begins a function")?;
            let operands: [u32; 4] = function.exactly()?;
            let [_, id, ..] = operands;
            if self.module.entry.is_some_and(|(entry, ..)| entry == id) {
                break (function, operands);
            }
            self.function(&function)?;
        };
        let refuse = |what: &str| Err(Refusal::at(rules::FUNCTION, function.site, what));
        if self.module.ids.get(result) != Id::Void || self.module.ids.get(ty) != Id::Procedure {
            return refuse("the function of the entry point has no parameters and no result");
        }
        if control != FunctionControl::NONE.bits() {
            return refuse("the function control is None");
        }
        self.module.ids.define(id, Id::Main, function.site)?;
        let label = self.expect(Op::Label, rules::FUNCTION, "follows OpFunction")?;
        let [id] = label.exactly()?;
        self.module.ids.define(id, Id::Label, label.site)?;
        while self.module.words.peek() == Some(Op::Variable as u32) {
            let instruction = self.take()?;
            self.variable(&instruction)?;
        }
        self.counts = vec![false; self.module.kernel.variables.len()];
        Ok(())
    }

    fn variable(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let refuse = |what: &str| Err(Refusal::at(rules::VARIABLE, instruction.site, what));
        let (ty, id, class, initializer) = match instruction.operands {
            [ty, id, class] => (*ty, *id, *class, None),
            [ty, id, class, initializer] => (*ty, *id, *class, Some(*initializer)),
            _ => return Err(instruction.form("is not in the form of the profile")),
        };
        let Id::Pointer(Class::Lane, pointee) = self.module.ids.get(ty) else {
            return refuse("a variable in the function is of the storage class Function");
        };
        if class != StorageClass::Function as u32 {
            return refuse("a variable in the function is of the storage class Function");
        }
        let constant = match (self.module.ids.get(pointee), initializer.map(|id| self.module.ids.get(id))) {
            (_, None) => None,
            (Id::Array { ty, cells }, Some(Id::Cells(number))) => match self.module.composites.get(number as usize) {
                Some((of, words)) if *of == ty && words.len() == cells as usize => Some(words.clone()),
                _ => return refuse("the initializer of an array has the type of the array"),
            },
            _ => return refuse("only an array has an initializer, which is a constant array"),
        };
        let (ty, cells) = match self.module.ids.get(pointee) {
            Id::Scalar(ty) => (ty, None),
            Id::Array { ty, cells } => (ty, Some(cells)),
            _ => return refuse("a variable is a scalar or an array of them"),
        };
        self.module.add_cells(cells.unwrap_or(0), instruction.site)?;
        let number = self.module.kernel.variables.len() as u32;
        if number >= limits::VARIABLES.most {
            return Err(words::exceeded(limits::VARIABLES, Some(instruction.site)));
        }
        self.module.kernel.variables.push(Variable { ty, cells, constant });
        self.module.ids.define(id, Id::Variable(number), instruction.site)
    }

    /// OpFunctionEnd, and nothing after it.
    fn finish(mut self) -> Reading<tree::Kernel> {
        self.expect(Op::FunctionEnd, rules::FUNCTION, "follows OpReturn")?;
        if let Some(more) = self.module.words.next()? {
            let what = format!("{} stands after the function of the entry point", more.name());
            return Err(Refusal::at(rules::FUNCTION, more.site, what));
        }
        self.module.ids.decorations.finish()?;
        if self.module.dots.0 != self.module.dots.1 {
            let what = "what dot products need is declared if there is one, and only then";
            return Err(Refusal::of(rules::CAPABILITY, what));
        }
        let mut kernel = self.module.kernel;
        kernel.instructions = self.module.words.taken();
        kernel.body = self.steps;
        Ok(kernel)
    }
}
