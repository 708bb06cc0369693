//! The door inward is a product with 1, which makes a zero of a subnormal. Where the float unit takes subnormals for zeros
//! of their sign in all arithmetic, a float that goes into nothing but arithmetic needs none.

use lockstep_verifier::tree::{self, FloatOperator, Function, Kernel, Operation, Step, Value};

const ONE: u32 = 0x3f80_0000;

/// The doors that may be left away, each with the float that comes to it. `same` says of values that they are others.
pub(crate) fn spared(kernel: &Kernel, same: &[Option<Value>]) -> Vec<(Value, Value)> {
    let mut finder = Finder { kernel, same, elsewhere: vec![false; kernel.values.len()] };
    tree::every(&kernel.body, &mut |step| finder.step(step));
    let values = (0u32..).map(Value).take(kernel.values.len());
    let doors = values.filter_map(|value| Some((value, finder.door(value)?)));
    doors.filter(|(door, _)| !finder.elsewhere.get(door.0 as usize).copied().unwrap_or(true)).collect()
}

struct Finder<'k> {
    kernel: &'k Kernel,
    same: &'k [Option<Value>],
    /// Values that something else than arithmetic of floats uses.
    elsewhere: Vec<bool>,
}

impl Finder<'_> {
    fn operation(&self, value: Value) -> Option<Operation> {
        let real = self.same.get(value.0 as usize).copied().flatten().unwrap_or(value);
        self.kernel.operation(real)
    }

    /// The float that comes to a door.
    fn door(&self, value: Value) -> Option<Value> {
        let Operation::Float(FloatOperator::Multiply, raw, one) = self.operation(value)? else { return None };
        let (Operation::FloatFromBits(_), Operation::FloatFromBits(bits)) =
            (self.operation(raw)?, self.operation(one)?)
        else {
            return None;
        };
        (self.operation(bits)? == Operation::Constant(ONE)).then_some(raw)
    }

    fn step(&mut self, step: &Step) {
        if let Step::Let(value) = step {
            let Some(operation) = self.operation(*value) else { return };
            let arithmetic = matches!(
                operation,
                Operation::Float(..)
                    | Operation::CompareFloats(..)
                    | Operation::Call(Function::Quotient | Function::Root, ..)
            );
            if !arithmetic {
                operation.operands().into_iter().flatten().for_each(|operand| self.is_elsewhere(operand));
            }
        }
        step.operands().into_iter().flatten().for_each(|operand| self.is_elsewhere(operand));
    }

    fn is_elsewhere(&mut self, value: Value) {
        if let Some(slot) = self.elsewhere.get_mut(value.0 as usize) {
            *slot = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use lockstep_verifier::{Form, profile};

    use super::*;

    /// How many doors there are, and how many are left away, in a kernel whose lanes do this.
    fn doors(does: &str) -> (usize, usize) {
        let source = format!("kernel k[n](x: in [f32; n], w: in [u32; n], y: out [f32; n]) each i of y {{ {does} }}");
        let module = lockstep_compiler::compile("k.lks", &source).module.unwrap();
        let tree = profile::read(&module.kernels[0].spirv, &module.kernels[0], Form::Plain).unwrap();
        let same = crate::classes::same(&tree, false);
        let finder = Finder { kernel: &tree, same: &same, elsewhere: Vec::new() };
        let all = (0..tree.values.len() as u32).filter(|value| finder.door(Value(*value)).is_some());
        (all.count(), spared(&tree, &same).len())
    }

    #[test]
    fn what_goes_into_arithmetic_alone_needs_no_door() {
        assert_eq!(doors("y[i] = x[i] * 3.0 + x[i] / 7.0;"), (1, 1));
        assert_eq!(doors("y[i] = x[i];"), (1, 0), "a subnormal would be stored");
        assert_eq!(doors("let f = x[i]; y[i] = f * f + min(f, 3.0);"), (1, 0), "a choice hands on what it is given");
        assert_eq!(doors("let f = x[i]; y[i] = f * f + f32(to_bits(f));"), (1, 0), "its bits are seen");
    }
}
