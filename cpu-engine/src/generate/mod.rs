//! From a kernel to Cranelift's form of one function, which runs one group: its parts one after the other, and in each
//! a loop over the vectors of the group.

mod atomics;
mod control;
mod functions;
mod held;
mod indices;
mod limits;
mod memo;
mod memory;
mod places;
mod scalars;
mod steps;
mod turns;
mod vectors;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::ir::{
    AbiParam, Block, Function, InstBuilder, MemFlags, Signature, Type as Kind, UserFuncName, Value as Ir,
    condcodes::IntCC,
    types::{F32X4, I8, I32, I32X4, I64},
};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Variable};
use lockstep_verifier::tree::{Kernel, Step, Type, Value};

use crate::{
    choices::Choices,
    classes::{Class, Classes, LANES},
    layout::{Keep, Layout},
    looks::Looks,
    parts::Part,
    turns::Turns,
};
use control::Loop;
use control::Mask;
use held::Held;
use memo::Memo;

/// What code is made for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// The float unit makes zeros of small results after rounding.
    pub(crate) flushes: bool,
    /// It has the blends of x86.
    pub(crate) blends: bool,
    /// Nothing is proven of the kernel, so every index is held inside of its array.
    pub(crate) checked: bool,
}

/// What a kernel is, for the generator.
pub(crate) struct Source<'k> {
    pub(crate) kernel: &'k Kernel,
    pub(crate) classes: &'k Classes,
    pub(crate) parts: &'k [Part<'k>],
    pub(crate) layout: &'k Layout,
    pub(crate) looks: &'k Looks,
    pub(crate) turns: &'k Turns,
    pub(crate) choices: &'k Choices,
    /// By variable: the address of cell 0 of a constant array.
    pub(crate) tables: &'k [Option<i64>],
    /// Buffers are the trap words, so many arrays, and the bitmaps of claimed ones.
    pub(crate) arrays: usize,
}

/// How many steps may be generated a second time, for vectors of which all lanes are active.
const MOST_AGAIN: usize = 4096;

/// The signature of a kernel's function: what it sees, each its address and its cells: the word that ends it when it is
/// no longer zero, and the buffers; the push constants; the thread's memory; the group.
pub(crate) fn signature(convention: CallConv) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params.extend([I64, I64, I64, I32].map(AbiParam::new));
    signature
}

/// Generates the function.
///
/// # Errors
/// What is wrong with a tree that the reader of the profile would not have made, and what is too much.
pub(crate) fn generate(
    source: &Source<'_>,
    target: Target,
    convention: CallConv,
    context: &mut FunctionBuilderContext,
) -> Result<Function, String> {
    let mut function = Function::with_name_signature(UserFuncName::default(), signature(convention));
    let mut builder = FunctionBuilder::new(&mut function, context);
    let entry = builder.create_block();
    builder.append_block_params_for_function_params(entry);
    builder.switch_to_block(entry);
    builder.seal_block(entry);
    let [seen, push, memory, group] = *builder.block_params(entry) else {
        return Err("it has no parameters".into());
    };
    let mut generator = Generator::new(builder, source, target, [push, memory, group]);
    generator.open(seen);
    generator.scoped(|this| this.parts(source.parts))?;
    generator.limits()?;
    generator.builder.ins().return_(&[]);
    if let Some(ended) = generator.ended {
        generator.begin(ended);
        generator.builder.ins().return_(&[]);
    }
    generator.builder.finalize();
    Ok(function)
}

struct Generator<'g> {
    builder: FunctionBuilder<'g>,
    kernel: &'g Kernel,
    classes: &'g Classes,
    layout: &'g Layout,
    looks: &'g Looks,
    turns: &'g Turns,
    choices: &'g Choices,
    tables: &'g [Option<i64>],
    arrays: usize,
    target: Target,
    push: Ir,
    memory: Ir,
    group: Ir,
    /// The address of the word that ends it, and where control goes then.
    end: Option<Ir>,
    ended: Option<Block>,
    /// For each buffer its address and its cells.
    buffers: Vec<(Ir, Ir)>,
    /// What values came to, and in which part; None where it was done once.
    values: Vec<Option<(Held, Option<usize>)>>,
    variables: Vec<Option<Variable>>,
    /// How many of them there are for Cranelift.
    declared: usize,
    part: Option<usize>,
    /// The first lane of the vector.
    lane: Ir,
    loops: Vec<Loop>,
    /// Resting variables that are in registers here.
    taken: BTreeSet<u32>,
    /// Conditions that hold in every lane that is active here.
    holding: Vec<Value>,
    /// Loads that nobody has asked for yet.
    waiting: BTreeMap<Value, Mask>,
    /// How many blocks are around this one, and the depth of the innermost that not all lanes need be in.
    depth: usize,
    divergent: usize,
    again: usize,
    memo: Memo,
}

impl<'g> Generator<'g> {
    fn new(
        mut builder: FunctionBuilder<'g>,
        source: &Source<'g>,
        target: Target,
        [push, memory, group]: [Ir; 3],
    ) -> Generator<'g> {
        let lane = builder.ins().iconst(I32, 0);
        let Source { kernel, classes, layout, looks, turns, choices, tables, arrays, .. } = *source;
        Generator {
            builder,
            kernel,
            classes,
            layout,
            looks,
            turns,
            choices,
            tables,
            arrays,
            target,
            push,
            memory,
            group,
            end: None,
            ended: None,
            buffers: Vec::new(),
            values: vec![None; kernel.values.len()],
            variables: vec![None; kernel.variables.len()],
            declared: 0,
            part: None,
            lane,
            loops: Vec::new(),
            taken: BTreeSet::new(),
            holding: Vec::new(),
            waiting: BTreeMap::new(),
            depth: 0,
            divergent: 0,
            again: MOST_AGAIN,
            memo: Memo::default(),
        }
    }

    fn open(&mut self, table: Ir) {
        let flags = MemFlags::trusted().with_readonly();
        if !self.looks.is_empty() {
            self.end = Some(self.builder.ins().load(I64, flags, table, 0));
        }
        for place in 1..=self.kernel.buffers.len() as i32 {
            let address = self.builder.ins().load(I64, flags, table, place * 16);
            let cells = self.builder.ins().load(I64, flags, table, place * 16 + 8);
            let cells = self.builder.ins().ireduce(I32, cells);
            self.buffers.push((address, cells));
        }
    }

    /// Ends the group here if it is to end.
    fn look(&mut self) {
        let Some(end) = self.end else { return };
        let ended = *self.ended.get_or_insert_with(|| self.builder.create_block());
        let word = self.builder.ins().atomic_load(I32, MemFlags::trusted(), end);
        let [on] = self.blocks();
        self.builder.ins().brif(word, ended, &[], on, &[]);
        self.begin(on);
    }

    fn parts(&mut self, parts: &'g [Part<'g>]) -> Result<(), String> {
        for part in parts {
            match part {
                Part::Lanes { number, once, each } => {
                    self.part = None;
                    for step in once {
                        self.step(step, Mask::All)?;
                    }
                    self.wake_all()?;
                    if !each.is_empty() {
                        self.lanes(*number, each)?;
                    }
                }
                Part::If { condition, then, otherwise } => {
                    let condition = self.group_truth(*condition)?;
                    let [yes, no, after] = self.blocks();
                    self.builder.ins().brif(condition, yes, &[], no, &[]);
                    for (block, parts) in [(yes, then), (no, otherwise)] {
                        self.begin(block);
                        self.deeper(|this| this.parts(parts))?;
                        self.builder.ins().jump(after, &[]);
                    }
                    self.begin(after);
                }
                Part::Loop { counter, trips, body } => {
                    let trips = self.group_word(*trips)?;
                    let trip = self.counted_from_zero();
                    let [header, inside, after] = self.blocks();
                    self.builder.ins().jump(header, &[]);
                    self.builder.switch_to_block(header);
                    let now = self.builder.use_var(trip);
                    self.part = None;
                    self.set(*counter, Held::Scalar(now), Mask::All)?;
                    let more = self.builder.ins().icmp(IntCC::UnsignedLessThan, now, trips);
                    self.builder.ins().brif(more, inside, &[], after, &[]);
                    self.begin(inside);
                    if self.looks.is_in_group(*counter) {
                        self.look();
                    }
                    self.deeper(|this| this.parts(body))?;
                    self.count(trip);
                    self.builder.ins().jump(header, &[]);
                    self.builder.seal_block(header);
                    self.begin(after);
                }
            }
        }
        Ok(())
    }

    /// The loop over the vectors of the group.
    fn lanes(&mut self, number: usize, each: &[&'g Step]) -> Result<(), String> {
        let first = self.builder.declare_var(I32);
        let zero = self.builder.ins().iconst(I32, 0);
        self.builder.def_var(first, zero);
        let body = self.builder.create_block();
        let after = self.builder.create_block();
        self.builder.ins().jump(body, &[]);
        self.builder.switch_to_block(body);
        self.lane = self.builder.use_var(first);
        if self.looks.is_in_vectors(number) {
            self.look();
        }
        self.scoped(|this| this.vector_of_group(number, each))?;
        self.part = None;
        let next = self.builder.ins().iadd_imm(self.lane, i64::from(LANES));
        self.builder.def_var(first, next);
        let more = self.builder.ins().icmp_imm(IntCC::UnsignedLessThan, next, i64::from(self.kernel.lanes));
        self.builder.ins().brif(more, body, &[], after, &[]);
        self.builder.seal_block(body);
        self.begin(after);
        Ok(())
    }

    /// What the lanes of one vector do.
    fn vector_of_group(&mut self, number: usize, each: &[&'g Step]) -> Result<(), String> {
        self.part = Some(number);
        self.arrive(number)?;
        let mask = match self.kernel.lanes % LANES {
            0 => Mask::All,
            _ => {
                let lanes = self.lane_numbers();
                let count = self.builder.ins().iconst(I32, i64::from(self.kernel.lanes));
                let count = self.builder.ins().splat(I32X4, count);
                Mask::Some(self.builder.ins().icmp(IntCC::SignedLessThan, lanes, count))
            }
        };
        for step in each {
            if !self.step(step, mask)? {
                return Err("the kernel leaves a loop that is not there".into());
            }
        }
        self.wake_all()?;
        self.depart(number)
    }

    fn blocks<const N: usize>(&mut self) -> [Block; N] {
        std::array::from_fn(|_| self.builder.create_block())
    }

    /// Goes on in a block to which every branch is made.
    fn begin(&mut self, block: Block) {
        self.builder.switch_to_block(block);
        self.builder.seal_block(block);
    }

    fn deeper<R>(&mut self, run: impl FnOnce(&mut Self) -> R) -> R {
        self.depth += 1;
        let done = self.scoped(run);
        self.depth -= 1;
        done
    }

    fn counted_from_zero(&mut self) -> Variable {
        let trip = self.builder.declare_var(I32);
        let zero = self.builder.ins().iconst(I32, 0);
        self.builder.def_var(trip, zero);
        trip
    }

    fn count(&mut self, trip: Variable) {
        let now = self.builder.use_var(trip);
        let next = self.builder.ins().iadd_imm(now, 1);
        self.builder.def_var(trip, next);
    }

    /// The type of a value of the tree, and its class.
    fn of(&self, value: Value) -> (Type, Class) {
        let ty = self.kernel.values.get(value.0 as usize).map_or(Type::Word, |definition| definition.ty);
        (ty, self.classes.value(value))
    }

    /// How a variable is kept, its type and its class.
    fn variable(&self, variable: u32) -> (Keep, Type, Class) {
        let ty = self.kernel.variables.get(variable as usize).map_or(Type::Word, |one| one.ty);
        let keep = self.layout.variables.get(variable as usize).copied().unwrap_or(Keep::Part);
        (keep, ty, self.classes.variable(variable))
    }
}

/// Whether a value of this type and class is held in an ordinary register. Floats never are: Cranelift folds what it
/// knows of single floats as IEEE 754 has it, with subnormals, and leaves vectors alone.
fn is_scalar(ty: Type, class: Class) -> bool {
    ty != Type::Float && matches!(class, Class::Scalar { .. })
}

/// The register that holds a value of this type and class.
fn kind(ty: Type, class: Class) -> Kind {
    match ty {
        Type::Float => F32X4,
        Type::Word if is_scalar(ty, class) => I32,
        Type::Truth if is_scalar(ty, class) => I8,
        Type::Word | Type::Truth => I32X4,
    }
}
