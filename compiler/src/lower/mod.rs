//! From the typed program to the representation that SPIR-V is made of: functions are written out, traps become a flag,
//! indices that are not proven are guarded, and every number follows `lang-spec`, chapter *Numbers*.

mod access;
mod control;
mod expression;
mod float;
mod integer;
mod job;

use lockstep_module::{Extent, spirv_abi};
use lockstep_numbers::ScalarType;

pub use job::lower_job;

use crate::{
    diagnostic::Diagnostic,
    errors::e0407_too_large,
    ir::{
        self, Builder, Instruction, Operation, Table, TruthOperator, Type, Value, Variable, WordComparison,
        WordOperator,
    },
    laws::index::Proofs,
    program::{Kernel, Local, Program},
};

/// The most instructions of one kernel, its functions written out. It bounds the time of every driver's compiler.
pub const MAX_INSTRUCTIONS: usize = 1 << 16;
/// The deepest nesting of expressions and blocks with functions written out.
const MAX_NESTING: u32 = 800;

/// How a local of a body is kept.
#[derive(Clone, Copy)]
enum Place {
    /// It never changes.
    Value(Value),
    /// It is a `var`.
    Variable(Variable),
    /// It is a local array.
    Table(Table),
    /// Its declaration has not been reached.
    Unset,
}

/// The body that is being written out: its locals, and where each is kept.
struct Frame<'p> {
    locals: &'p [Local],
    places: Vec<Place>,
}

pub(crate) struct Lowering<'p> {
    builder: Builder,
    program: &'p Program,
    proofs: &'p Proofs,
    kernel: &'p Kernel,
    /// Where each constant table is, once it is used.
    tables: Vec<Option<Table>>,
    /// Whether the lane has trapped; None while nothing in the kernel can.
    trapped: Option<Variable>,
    /// How deep the writing-out is nested.
    nesting: u32,
    /// Whether the kernel has outgrown a limit.
    too_large: bool,
}

/// Lowers every kernel.
///
/// # Errors
/// `E0407` for each kernel that is too large.
pub fn lower(program: &Program, proofs: &Proofs) -> Result<Vec<ir::Kernel>, Vec<Diagnostic>> {
    let (mut lowered, mut errors) = (Vec::new(), Vec::new());
    for kernel in &program.kernels {
        match lower_kernel(program, kernel, proofs) {
            Ok(kernel) => lowered.push(kernel),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(lowered) } else { Err(errors) }
}

/// Lowers one kernel.
///
/// # Errors
/// `E0407` where the kernel is too large once its functions are written out.
fn lower_kernel(program: &Program, kernel: &Kernel, proofs: &Proofs) -> Result<ir::Kernel, Diagnostic> {
    let signature = &kernel.signature;
    let arrays = signature.arrays().map(|(_, access, _)| access.writes()).collect();
    let scalars = signature.scalars().count() as u32;
    let words = spirv_abi::FIRST_PARAMETER_WORD + scalars + signature.extents.len() as u32;
    let builder = Builder::new(&signature.name, arrays, words);
    let tables = vec![None; program.constants.len()];
    let mut lowering =
        Lowering { builder, program, proofs, kernel, tables, trapped: None, nesting: 0, too_large: false };
    lowering.kernel_body(scalars);
    if lowering.too_large {
        return Err(e0407_too_large::kernel(kernel.span, &signature.name, MAX_INSTRUCTIONS));
    }
    let mut lowered = lowering.builder.finish();
    ir::remove_dead(&mut lowered);
    Ok(lowered)
}

impl<'p> Lowering<'p> {
    fn kernel_body(&mut self, scalars: u32) {
        let kernel = self.kernel;
        let mut frame = Frame { locals: &kernel.locals, places: vec![Place::Unset; kernel.locals.len()] };
        for (i, (local, (_, ty))) in kernel.scalars().zip(kernel.signature.scalars()).enumerate() {
            let word = self.builder.value(Operation::PushConstant(spirv_abi::FIRST_PARAMETER_WORD + i as u32));
            frame.places[local.0 as usize] = Place::Value(self.enter(word, ty));
        }
        let first_extent = spirv_abi::FIRST_PARAMETER_WORD + scalars;
        for (i, local) in kernel.extents().enumerate() {
            let word = self.builder.value(Operation::PushConstant(first_extent + i as u32));
            frame.places[local.0 as usize] = Place::Value(word);
        }
        let grid: Vec<Value> = kernel.grid.iter().map(|extent| self.extent(*extent)).collect();
        let lane = self.lane();
        let lanes = grid.iter().copied().reduce(|a, b| self.builder.arithmetic(WordOperator::Multiply, a, b));
        let lanes = lanes.unwrap_or_else(|| self.builder.word(0));
        let inside = self.builder.compare(WordComparison::Less, lane, lanes);
        self.builder.open();
        for (local, coordinate) in kernel.coordinates().zip(self.coordinates(lane, &grid)) {
            frame.places[local.0 as usize] = Place::Value(coordinate);
        }
        self.block(&mut frame, &kernel.body);
        if let Some(trapped) = self.trapped {
            let condition = self.builder.value(Operation::Load(trapped));
            self.builder.push(Instruction::If { condition, then: vec![Instruction::Trap], otherwise: vec![] });
        }
        let then = self.builder.close();
        if let Some(trapped) = self.trapped {
            let no = self.builder.truth(false);
            self.builder.push(Instruction::Store(trapped, no));
        }
        self.builder.push(Instruction::If { condition: inside, then, otherwise: vec![] });
    }

    /// The size of a dimension.
    fn extent(&mut self, extent: Extent) -> Value {
        match extent {
            Extent::Constant(n) => self.builder.word(n),
            Extent::Named(i) => {
                let scalars = self.kernel.signature.scalars().count() as u32;
                self.builder.value(Operation::PushConstant(spirv_abi::FIRST_PARAMETER_WORD + scalars + i))
            }
        }
    }

    /// The index of the lane in the dispatch.
    fn lane(&mut self) -> Value {
        let group = self.builder.value(Operation::Group);
        let first = self.builder.with(WordOperator::Multiply, group, spirv_abi::LANES);
        let lane = self.builder.value(Operation::LaneInGroup);
        self.builder.arithmetic(WordOperator::Add, first, lane)
    }

    /// The coordinates of a lane: the grid is row-major, the last coordinate varies fastest.
    fn coordinates(&mut self, lane: Value, grid: &[Value]) -> Vec<Value> {
        let mut rest = lane;
        let mut coordinates = Vec::new();
        for (i, size) in grid.iter().enumerate().rev() {
            if i == 0 {
                coordinates.push(rest);
            } else {
                // Where a size is zero no lane comes here; the drivers still want a divisor.
                let size = self.not_zero(*size);
                coordinates.push(self.builder.arithmetic(WordOperator::Remainder, rest, size));
                rest = self.builder.arithmetic(WordOperator::Divide, rest, size);
            }
        }
        coordinates.reverse();
        coordinates
    }

    /// The value, or 1 where it is zero.
    fn not_zero(&mut self, value: Value) -> Value {
        let zero = self.builder.compare_with(WordComparison::Equal, value, 0);
        let one = self.builder.word(1);
        self.builder.select(zero, one, value)
    }

    /// The lane traps where `condition` is false.
    fn require(&mut self, condition: Value) {
        if self.builder.operation(condition) == Some(Operation::Truth(true)) {
            return;
        }
        let trapped = *self.trapped.get_or_insert_with(|| self.builder.variable(Type::Truth));
        let before = self.builder.value(Operation::Load(trapped));
        let broken = self.builder.value(Operation::Not(condition));
        let now = self.builder.value(Operation::Logic(TruthOperator::Or, before, broken));
        self.builder.push(Instruction::Store(trapped, now));
    }

    /// Goes one level deeper; false where the program is too large to go on.
    fn deeper(&mut self) -> bool {
        self.nesting += 1;
        self.too_large |= self.nesting > MAX_NESTING || self.builder.size() > MAX_INSTRUCTIONS;
        !self.too_large
    }

    fn shallower(&mut self) {
        self.nesting -= 1;
    }
}

/// How values of a scalar type are kept.
fn type_of(ty: ScalarType) -> Type {
    match ty {
        ScalarType::F32 => Type::Float,
        ScalarType::I32 | ScalarType::U32 => Type::Word,
        ScalarType::Bool => Type::Truth,
    }
}
