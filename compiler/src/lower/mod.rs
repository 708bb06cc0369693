//! From the typed program to the representation that SPIR-V is made of: 64-bit integers become pairs of words, traps a
//! flag, small loops straight code; indices that are not proven are guarded, and every number follows `lang-spec`,
//! chapter *Numbers*.

mod access;
mod barrier;
mod choice;
mod control;
mod expression;
mod float;
mod group;
mod integer;
mod job;
mod kernel;
mod known;
mod packed;
mod parts;
mod place;
mod position;
#[cfg(test)]
mod tests;
mod unroll;
mod wide;
mod write;

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use lockstep_numbers::ScalarType;

pub use job::lower_job;

use crate::{
    diagnostic::Diagnostic,
    errors::e0407_too_large,
    ir::{self, Body, Builder, Function, Instruction, Operation, Table, TruthOperator, Type, Value, Variable},
    laws::{index::Proofs, lets::Lets},
    program::{Kernel, Program},
};
use parts::Parts;
use place::Place;

/// The most instructions of one kernel. The source is bounded before; this bounds what it can grow to here.
pub const MAX_INSTRUCTIONS: usize = 1 << 18;
/// How many times larger guards can make a kernel: no operation becomes more than this many.
const GUARDED_GROWTH: usize = 16;
/// The deepest nesting of expressions and blocks.
const MAX_NESTING: u32 = 800;

/// For which devices a kernel is lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Those that make zeros of small results after rounding.
    Plain,
    /// Those that keep subnormals, or flush before they round: results are guarded.
    Guarded,
}

pub(crate) struct Lowering<'p> {
    /// For which devices.
    form: Form,
    builder: Builder,
    program: &'p Program,
    proofs: &'p Proofs,
    kernel: &'p Kernel,
    lets: Lets<'p>,
    /// Where each local is kept.
    places: Vec<Place>,
    /// Where each constant array is, once it is used.
    constants: Vec<Option<Parts<Table>>>,
    /// The functions that are called, each once.
    functions: BTreeMap<Function, Body>,
    /// What is known of the values that were looked at, to spare guards.
    facts: HashMap<Value, float::Fact, RandomState>,
    /// Where each shared array is.
    shared: Vec<Parts<u32>>,
    /// Which phases begin with a barrier.
    barriers: barrier::Barriers,
    /// How many phases have been lowered.
    phases: usize,
    /// Whether the lane has trapped.
    trapped: Variable,
    /// How deep the writing-out is nested.
    nesting: u32,
    /// Whether the kernel has outgrown a limit.
    too_large: bool,
}

/// Lowers every kernel; `proofs` are those of each kernel.
///
/// # Errors
/// `E0407` for each kernel that is too large.
pub fn lower(program: &Program, proofs: &[Proofs], form: Form) -> Result<Vec<ir::Kernel>, Vec<Diagnostic>> {
    let (mut lowered, mut errors) = (Vec::new(), Vec::new());
    for (kernel, proofs) in program.kernels.iter().zip(proofs) {
        match lower_kernel(program, kernel, proofs, form) {
            Ok(kernel) => lowered.push(kernel),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(lowered) } else { Err(errors) }
}

/// Lowers one kernel.
///
/// # Errors
/// `E0407` where the kernel has grown too large.
pub fn lower_kernel(program: &Program, kernel: &Kernel, proofs: &Proofs, form: Form) -> Result<ir::Kernel, Diagnostic> {
    let barriers = barrier::plan(kernel, proofs);
    let mut builder = Builder::new(kernel::declare(kernel, &barriers));
    let trapped = builder.variable(Type::Truth);
    let shared = kernel.shared.iter().map(|shared| place::shared(&mut builder, shared)).collect();
    let mut lowering = Lowering {
        form,
        builder,
        program,
        proofs,
        kernel,
        lets: Lets::of(kernel),
        places: vec![Place::Unset; kernel.locals.len()],
        constants: vec![None; program.constants.len()],
        functions: BTreeMap::new(),
        facts: HashMap::default(),
        shared,
        barriers,
        phases: 0,
        trapped,
        nesting: 0,
        too_large: false,
    };
    lowering.body();
    if lowering.too_large {
        return Err(e0407_too_large::kernel(kernel.span, &kernel.signature.name, MAX_INSTRUCTIONS));
    }
    let mut lowered = lowering.builder.finish();
    lowered.functions = lowering.functions.into_values().collect();
    ir::split_tables(&mut lowered);
    ir::join_claims(&mut lowered);
    ir::remove_dead(&mut lowered);
    Ok(lowered)
}

impl Lowering<'_> {
    /// The lane traps where `condition` is false.
    fn require(&mut self, condition: Value) {
        if self.builder.constant_truth(condition) == Some(true) || !self.builder.first_required(condition) {
            return;
        }
        let before = self.builder.value(Operation::Load(self.trapped));
        let broken = self.builder.value(Operation::Not(condition));
        let now = self.builder.value(Operation::Logic(TruthOperator::Or, before, broken));
        self.builder.store(self.trapped, now);
    }

    /// Runs what `then` lowers where the condition holds.
    fn when(&mut self, condition: Value, then: impl FnOnce(&mut Self)) {
        match self.builder.constant_truth(condition) {
            Some(true) => then(self),
            Some(false) => {}
            None => {
                self.builder.open();
                then(self);
                let then = self.builder.close();
                self.builder.push(Instruction::If { condition, then, otherwise: vec![] });
            }
        }
    }

    /// Runs what `body` lowers so many times, with the number of the trip.
    fn repeated(&mut self, trips: Value, body: impl FnOnce(&mut Self, Value)) {
        let counter = self.builder.variable(Type::Word);
        self.builder.open_loop();
        let trip = self.builder.value(Operation::Load(counter));
        body(self, trip);
        let body = self.builder.close();
        self.builder.push(Instruction::Loop { counter, trips, body });
    }

    /// Goes one level deeper; false where the program is too large to go on.
    fn deeper(&mut self) -> bool {
        self.nesting += 1;
        // Guards make a kernel larger, but not one too large that was not before.
        let most = if self.form == Form::Guarded { GUARDED_GROWTH * MAX_INSTRUCTIONS } else { MAX_INSTRUCTIONS };
        self.too_large |= self.nesting > MAX_NESTING || self.builder.size() > most;
        !self.too_large
    }

    fn shallower(&mut self) {
        self.nesting -= 1;
    }
}

/// How each word of a value of a scalar type is kept.
fn type_of(ty: ScalarType) -> Type {
    match ty {
        ScalarType::F32 => Type::Float,
        ScalarType::Bool => Type::Truth,
        _ => Type::Word,
    }
}
