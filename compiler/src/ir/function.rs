//! The functions that a kernel may call. Each has one body, word for word the same in every module, so that a verifier
//! knows it: what needs the device's quotient or root as a seed, or stands close to what devices disagree about.

use lockstep_numbers::listed;

use super::{Instruction, Type, Value};

listed! {
    /// A function. What it gives is exact, on every device for which its kernel is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Function {
        /// The quotient of two floats.
        Quotient,
        /// The square root of a float.
        Root,
        /// A float as a signed word, saturating; 0 for a NaN.
        Signed,
        /// A float as an unsigned word, saturating; 0 for a NaN.
        Unsigned,
        /// A sum, where small results need a guard.
        Sum,
        /// A difference, where small results need a guard.
        Difference,
        /// A product, where small results need a guard.
        Product,
        /// The float with these bits, or the zero of its sign for a subnormal one.
        Door,
    }
}

impl Function {
    /// The types of its parameters.
    pub fn parameters(self) -> &'static [Type] {
        match self {
            Function::Quotient | Function::Sum | Function::Difference | Function::Product => {
                &[Type::Float, Type::Float]
            }
            Function::Root | Function::Signed | Function::Unsigned => &[Type::Float],
            Function::Door => &[Type::Word],
        }
    }

    /// The type of its result.
    pub fn result(self) -> Type {
        match self {
            Function::Signed | Function::Unsigned => Type::Word,
            _ => Type::Float,
        }
    }
}

/// The body of a function: straight code.
#[derive(Clone, Debug)]
pub struct Body {
    /// The function that it is the body of.
    pub function: Function,
    /// The type of each of its values.
    pub values: Vec<Type>,
    /// What makes them, in order.
    pub body: Vec<Instruction>,
    /// What it gives.
    pub result: Value,
}
