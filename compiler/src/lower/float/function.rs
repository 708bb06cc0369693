//! Calls of functions whose bodies are the same in every module. A body is lowered when it is first called.

use crate::{
    ir::{self, Body, Builder, FloatOperator, Function, Operation, Value},
    lower::Lowering,
};

impl Lowering<'_> {
    /// The call of a function. One with a single parameter takes the first argument.
    pub(in crate::lower) fn call(&mut self, function: Function, arguments: [Value; 2]) -> Value {
        if !self.functions.contains_key(&function) {
            let body = self.body_of(function);
            self.functions.insert(function, body);
        }
        let [a, b] = arguments;
        self.builder.value(Operation::Call(function, a, b))
    }

    fn body_of(&mut self, function: Function) -> Body {
        let outer = std::mem::replace(&mut self.builder, Builder::new(ir::Kernel::default()));
        // What is known is known of values of the kernel.
        let facts = std::mem::take(&mut self.facts);
        let mut arguments = function.parameters().iter().enumerate();
        let mut argument = || match arguments.next() {
            Some((number, ty)) => Operation::Argument(number as u32, *ty),
            None => Operation::Argument(0, function.parameters()[0]),
        };
        let [a, b] = [argument(), argument()].map(|argument| self.builder.value(argument));
        let result = match function {
            Function::Quotient => self.quotient_of(a, b),
            Function::Root => self.root_of(a),
            Function::Signed => self.signed_of(a),
            Function::Unsigned => self.unsigned_of(a),
            Function::Sum => self.guarded_sum(FloatOperator::Add, a, b),
            Function::Difference => self.guarded_sum(FloatOperator::Subtract, a, b),
            Function::Product => self.guarded_product(a, b),
            Function::Door => self.without_subnormal(a),
        };
        let kernel = std::mem::replace(&mut self.builder, outer).finish();
        self.facts = facts;
        let body = ir::remove_dead_values(kernel.values.len(), kernel.body, result);
        Body { function, values: kernel.values, body, result }
    }
}
