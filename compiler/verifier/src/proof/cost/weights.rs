//! What an instruction is counted for, in the units of the book's chapter on cost. The table of the profile's chapter on
//! work is this one.

use crate::tree::{Function, Kernel, Operation, Place, Step, Value, WordOperator};

/// Instructions of one weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "`name` says what each is")]
pub enum Kind {
    Register,
    Simple,
    MultiplyHigh,
    DivideByConstant,
    Divide,
    Dot,
    Float,
    Convert,
    Guarded,
    Door,
    Quotient,
    Cell,
    SharedCell,
    MemoryCell,
    Atomic,
    Barrier,
    Branch,
    Loop,
    Trip,
}

impl Kind {
    /// All of them, in the order of the book.
    pub const ALL: [Kind; 19] = [
        Kind::Register,
        Kind::Simple,
        Kind::MultiplyHigh,
        Kind::DivideByConstant,
        Kind::Divide,
        Kind::Dot,
        Kind::Float,
        Kind::Convert,
        Kind::Guarded,
        Kind::Door,
        Kind::Quotient,
        Kind::Cell,
        Kind::SharedCell,
        Kind::MemoryCell,
        Kind::Atomic,
        Kind::Barrier,
        Kind::Branch,
        Kind::Loop,
        Kind::Trip,
    ];

    /// What it is, in the words of the book.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Register => "a load of a variable",
            Kind::Simple => "any other instruction that gives a value",
            Kind::MultiplyHigh => "`OpUMulExtended` with its extract",
            Kind::DivideByConstant => "`OpUDiv`, `OpUMod`, `OpSDiv` by a constant that is no power of two",
            Kind::Divide => "`OpUDiv`, `OpUMod`, `OpSDiv` by anything else",
            Kind::Dot => "`OpSDot`, `OpUDot`",
            Kind::Float => "`OpFAdd`, `OpFSub`, `OpFMul`, a comparison of floats, `OpConvertSToF`",
            Kind::Convert => "a call of `signed` or `unsigned`",
            Kind::Guarded => "a call of `sum`, `difference` or `product`",
            Kind::Door => "a call of `door`",
            Kind::Quotient => "a call of `quotient` or `root`",
            Kind::Cell => {
                "a store of a variable; a load or store of a cell of an array of the lane, of a constant array"
            }
            Kind::SharedCell => "a load or store of a cell of a shared array",
            Kind::MemoryCell => "a load or store of a word of a storage buffer",
            Kind::Atomic => "an atomic operation",
            Kind::Barrier => "a barrier",
            Kind::Branch => "a selection",
            Kind::Loop => "a loop: its zero, and the test that ends it",
            Kind::Trip => "a trip of a loop: its test, and its addition",
        }
    }

    /// What it is counted for.
    pub const fn weight(self) -> u128 {
        match self {
            Kind::Register => 0,
            Kind::Simple | Kind::Door | Kind::Cell | Kind::Branch => 1,
            Kind::MultiplyHigh | Kind::Float | Kind::Convert | Kind::Guarded => 2,
            Kind::SharedCell | Kind::Barrier => 2,
            Kind::Loop => 3,
            Kind::DivideByConstant | Kind::Dot | Kind::Trip => 4,
            Kind::MemoryCell => 8,
            Kind::Divide | Kind::Atomic => 16,
            Kind::Quotient => 32,
        }
    }

    /// The kind of what makes a value.
    fn of(kernel: &Kernel, operation: Operation) -> Kind {
        use WordOperator::{Divide, DivideSigned, DotSigned, DotUnsigned, MultiplyHigh, Remainder};
        match operation {
            Operation::Word(Divide | Remainder | DivideSigned, _, by) => match constant(kernel, by) {
                Some(by) if by.is_power_of_two() => Kind::Simple,
                Some(_) => Kind::DivideByConstant,
                None => Kind::Divide,
            },
            Operation::Word(MultiplyHigh, ..) => Kind::MultiplyHigh,
            Operation::Word(DotSigned | DotUnsigned, ..) => Kind::Dot,
            Operation::Float(..) | Operation::CompareFloats(..) | Operation::FloatFromSigned(_) => Kind::Float,
            Operation::Call(function, ..) => match function {
                Function::Quotient | Function::Root => Kind::Quotient,
                Function::Signed | Function::Unsigned => Kind::Convert,
                Function::Sum | Function::Difference | Function::Product => Kind::Guarded,
                Function::Door => Kind::Door,
            },
            Operation::Load(Place::Variable(_)) => Kind::Register,
            Operation::Load(place) => Kind::of_place(place),
            _ => Kind::Simple,
        }
    }

    fn of_place(place: Place) -> Kind {
        match place {
            Place::Variable(_) | Place::VariableCell(..) => Kind::Cell,
            Place::Shared(..) => Kind::SharedCell,
            Place::Buffer(..) => Kind::MemoryCell,
        }
    }
}

fn constant(kernel: &Kernel, value: Value) -> Option<u32> {
    match kernel.values.get(value.0 as usize)?.operation {
        Operation::Constant(word) => Some(word),
        _ => None,
    }
}

/// What a step is counted for by itself, without the steps in it.
pub(super) fn of_step(kernel: &Kernel, step: &Step) -> u128 {
    match step {
        Step::Let(value) => {
            kernel.values.get(value.0 as usize).map_or(0, |made| Kind::of(kernel, made.operation).weight())
        }
        Step::Store { place, .. } => Kind::of_place(*place).weight(),
        Step::Atomic { .. } => Kind::Atomic.weight(),
        Step::If { .. } => Kind::Branch.weight(),
        Step::Barrier { .. } => Kind::Barrier.weight(),
        Step::Loop { .. } => Kind::Loop.weight(),
        // A jump.
        Step::Break(_) | Step::Continue(_) => 0,
    }
}
