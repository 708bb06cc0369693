//! Everything before the functions, in the order that SPIR-V gives it: what a module needs, its entry point, its
//! decorations, its types, constants and variables.

use lockstep_module::spirv_limits as limits;
use rspirv::spirv::{AddressingModel, Capability, ExecutionMode, ExecutionModel, MemoryModel, Op};

use super::{
    Reading,
    ids::{Id, Ids},
    words::{self, Instruction, Words},
};
use crate::{
    refusal::Refusal,
    rules,
    tree::{self, Definition, Operation, Site, Type, Value},
};

/// The capabilities that every module has.
pub const CAPABILITIES: [Capability; 3] =
    [Capability::Shader, Capability::VulkanMemoryModel, Capability::SignedZeroInfNanPreserve];
/// The capabilities that dot products of packed bytes need beside them.
pub const DOT_CAPABILITIES: [Capability; 2] = [Capability::DotProduct, Capability::DotProductInput4x8BitPacked];
/// The extension that they need.
pub const DOT_EXTENSION: &str = "SPV_KHR_integer_dot_product";
/// The one set of further instructions.
pub const INSTRUCTION_SET: &str = "GLSL.std.450";

/// A module as far as it is read.
pub struct Module<'w> {
    pub(super) words: Words<'w>,
    pub(super) ids: Ids,
    pub(super) kernel: tree::Kernel,
    /// The constant arrays: type, cells, and which.
    pub(super) composites: Vec<(Type, Vec<u32>)>,
    /// The function of the entry point, and the variables that it lists.
    pub(super) entry: Option<(u32, &'w [u32], Site)>,
    /// How many variables stand outside of functions.
    pub(super) globals: usize,
    /// Whether it declares what dot products need, and whether it has one.
    pub(super) dots: (bool, bool),
    /// By binding: whether it is accessed as not private, once it is accessed.
    pub(super) not_private: Vec<Option<bool>>,
    capabilities: Vec<Capability>,
    extension: bool,
    memory_model: bool,
    /// Whether the second execution mode is there.
    preserves: bool,
    cells: u32,
}

/// Where an instruction stands among the declarations.
fn section(code: u32) -> Option<u32> {
    Some(match Op::from_u32(code)? {
        Op::Capability => 0,
        Op::Extension => 1,
        Op::ExtInstImport => 2,
        Op::MemoryModel => 3,
        Op::EntryPoint => 4,
        Op::ExecutionMode => 5,
        Op::Decorate | Op::MemberDecorate => 6,
        Op::TypeVoid
        | Op::TypeBool
        | Op::TypeInt
        | Op::TypeFloat
        | Op::TypeVector
        | Op::TypeRuntimeArray
        | Op::TypeArray
        | Op::TypeStruct
        | Op::TypePointer
        | Op::TypeFunction
        | Op::Constant
        | Op::ConstantTrue
        | Op::ConstantFalse
        | Op::ConstantComposite
        | Op::Variable => 7,
        _ => return None,
    })
}

impl<'w> Module<'w> {
    /// Begins to read a module.
    pub(super) fn new(words: &'w [u32]) -> Reading<Module<'w>> {
        let words = Words::new(words)?;
        let ids = Ids::new(words.bound);
        Ok(Module {
            words,
            ids,
            kernel: tree::Kernel::default(),
            composites: Vec::new(),
            entry: None,
            globals: 0,
            dots: (false, false),
            not_private: Vec::new(),
            capabilities: Vec::new(),
            extension: false,
            memory_model: false,
            preserves: false,
            cells: 0,
        })
    }

    /// Takes the next instruction, which there must be.
    pub(super) fn take(&mut self) -> Reading<Instruction<'w>> {
        let end = Site(self.words.taken());
        let instruction = self.words.next()?;
        let instruction = instruction.ok_or_else(|| Refusal::at(rules::BINARY, end, "the module ends too early"))?;
        if super::lists::has(instruction.code) { Ok(instruction) } else { Err(super::lists::refused(&instruction)) }
    }

    /// Reads all declarations.
    pub(super) fn declarations(&mut self) -> Reading<()> {
        let mut last = 0;
        while self.words.peek().is_some_and(|code| code != Op::Function as u32) {
            let instruction = self.take()?;
            let Some(section) = section(instruction.code) else {
                return Err(super::lists::refused(&instruction));
            };
            if section < last {
                let what = format!("{} stands too late", instruction.name());
                return Err(Refusal::at(rules::ORDER, instruction.site, what));
            }
            last = section;
            match section {
                0 => self.capability(&instruction)?,
                1 => self.extension(&instruction)?,
                2 => self.instruction_set(&instruction)?,
                3 => self.memory_model(&instruction)?,
                4 => self.entry_point(&instruction)?,
                5 => self.execution_mode(&instruction)?,
                6 => self.ids.decorations.add(&instruction)?,
                _ => self.declare(&instruction)?,
            }
        }
        self.complete()
    }

    fn capability(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let [code] = instruction.exactly()?;
        let known = Capability::from_u32(code)
            .filter(|capability| CAPABILITIES.contains(capability) || DOT_CAPABILITIES.contains(capability));
        match known {
            Some(capability) if !self.capabilities.contains(&capability) => self.capabilities.push(capability),
            Some(again) => {
                let what = format!("{again:?} is declared a second time");
                return Err(Refusal::at(rules::CAPABILITY, instruction.site, what));
            }
            None => {
                let name = Capability::from_u32(code).map_or_else(|| code.to_string(), |it| format!("{it:?}"));
                let what = format!("the profile has no capability {name}");
                return Err(Refusal::at(rules::CAPABILITY, instruction.site, what));
            }
        }
        Ok(())
    }

    fn extension(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let name = words::text(instruction.operands);
        if name.as_deref() != Some(DOT_EXTENSION) || self.extension {
            let what = format!("the one extension, once, is {DOT_EXTENSION}, not `{}`", name.unwrap_or_default());
            return Err(Refusal::at(rules::CAPABILITY, instruction.site, what));
        }
        self.extension = true;
        Ok(())
    }

    fn instruction_set(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let (id, name) = instruction.operands.split_first().ok_or_else(|| instruction.form("has no result"))?;
        let name = words::text(name);
        if name.as_deref() != Some(INSTRUCTION_SET) {
            let what = format!("the one set of instructions is {INSTRUCTION_SET}, not `{}`", name.unwrap_or_default());
            return Err(Refusal::at(rules::CAPABILITY, instruction.site, what));
        }
        self.ids.define(*id, Id::Glsl, instruction.site)
    }

    fn memory_model(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let wanted = [AddressingModel::Logical as u32, MemoryModel::Vulkan as u32];
        if instruction.operands != wanted || self.memory_model {
            let what =
                "a module says OpMemoryModel Logical Vulkan, once: barriers and atomics have one meaning in no other";
            return Err(Refusal::at(rules::MEMORY_MODEL, instruction.site, what));
        }
        self.memory_model = true;
        Ok(())
    }

    fn entry_point(&mut self, instruction: &Instruction<'w>) -> Reading<()> {
        let refuse = |what: &str| Err(Refusal::at(rules::ENTRY_POINT, instruction.site, what));
        if self.entry.is_some() {
            return refuse("there is a second entry point; a kernel is a module of its own");
        }
        let [model, main, first, second, interface @ ..] = instruction.operands else {
            return refuse("the entry point is called `main`");
        };
        if *model != ExecutionModel::GLCompute as u32 {
            return refuse("the execution model is GLCompute");
        }
        if words::text(&[*first, *second]).as_deref() != Some("main") {
            return refuse("the entry point is called `main`");
        }
        self.entry = Some((*main, interface, instruction.site));
        Ok(())
    }

    fn execution_mode(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let refuse = |what: &str| Err(Refusal::at(rules::EXECUTION_MODE, instruction.site, what));
        let [main, mode, operands @ ..] = instruction.operands else {
            return Err(instruction.form("has no mode"));
        };
        if self.entry.is_none_or(|(entry, ..)| entry != *main) {
            return refuse("an execution mode is that of the entry point");
        }
        match (ExecutionMode::from_u32(*mode), operands) {
            (Some(ExecutionMode::LocalSize), [lanes, 1, 1]) if *lanes > 0 && self.kernel.lanes == 0 => {
                self.kernel.lanes = *lanes;
            }
            (Some(ExecutionMode::SignedZeroInfNanPreserve), [32]) if !self.preserves => self.preserves = true,
            (Some(mode @ (ExecutionMode::LocalSize | ExecutionMode::SignedZeroInfNanPreserve)), _) => {
                return refuse(&format!("{mode:?} is said once, of L 1 1 lanes and of 32 bits"));
            }
            _ => return refuse("the execution modes are LocalSize and SignedZeroInfNanPreserve"),
        }
        Ok(())
    }

    fn declare(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        match Op::from_u32(instruction.code) {
            Some(Op::Constant | Op::ConstantTrue | Op::ConstantFalse) => self.constant(instruction),
            Some(Op::ConstantComposite) => self.composite(instruction),
            Some(Op::Variable) => self.global(instruction),
            _ => self.declare_type(instruction),
        }
    }

    fn constant(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let (ty, id, word) = match (Op::from_u32(instruction.code), instruction.operands) {
            (Some(Op::Constant), [ty, id, word]) => (ty, id, *word),
            (Some(Op::ConstantTrue), [ty, id]) => (ty, id, 1),
            (Some(Op::ConstantFalse), [ty, id]) => (ty, id, 0),
            _ => return Err(instruction.form("is not in the form of the profile")),
        };
        let ty = match (self.ids.get(*ty), instruction.is(Op::Constant)) {
            (Id::Scalar(Type::Word), true) => Type::Word,
            (Id::Scalar(Type::Truth), false) => Type::Truth,
            (Id::Scalar(Type::Float), _) => {
                let what = "there are no float constants: a word, hidden and then bitcast, stands for each";
                return Err(Refusal::at(rules::FLOAT_CONSTANT, instruction.site, what));
            }
            _ => return Err(Refusal::at(rules::CONSTANT, instruction.site, "a constant is a word or a truth value")),
        };
        let value = Value(self.kernel.values.len() as u32);
        self.ids.define(*id, Id::Constant(value), instruction.site)?;
        self.kernel.values.push(Definition { ty, site: instruction.site, operation: Operation::Constant(word) });
        Ok(())
    }

    fn composite(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let [ty, id, cells @ ..] = instruction.operands else { return Err(instruction.form("has no result")) };
        let refuse = |what: &str| Err(Refusal::at(rules::CONSTANT, instruction.site, what));
        let Id::Array { ty, cells: count } = self.ids.get(*ty) else {
            return refuse("a constant of many cells is an array");
        };
        if cells.len() != count as usize {
            return refuse("a constant array has as many cells as its type");
        }
        self.add_cells(count, instruction.site)?;
        let mut words = Vec::with_capacity(cells.len());
        for cell in cells {
            let Id::Constant(value) = self.ids.get(*cell) else {
                return refuse("the cells of a constant array are constants");
            };
            match self.kernel.values.get(value.0 as usize) {
                Some(Definition { ty: of, operation: Operation::Constant(word), .. }) if *of == ty => words.push(*word),
                _ => return refuse("the cells of a constant array have its type"),
            }
        }
        let number = self.composites.len() as u32;
        self.composites.push((ty, words));
        self.ids.define(*id, Id::Cells(number), instruction.site)
    }

    /// Counts cells of arrays of the lane.
    pub(super) fn add_cells(&mut self, cells: u32, site: Site) -> Reading<()> {
        self.cells = self.cells.saturating_add(cells);
        if self.cells > limits::CELLS.most {
            return Err(words::exceeded(limits::CELLS, Some(site)));
        }
        Ok(())
    }

    /// What must be there when all declarations are read.
    fn complete(&mut self) -> Reading<()> {
        if let Some(lacks) = CAPABILITIES.iter().find(|wanted| !self.capabilities.contains(wanted)) {
            return Err(Refusal::of(rules::CAPABILITY, format!("the capability {lacks:?} is missing")));
        }
        let dots = DOT_CAPABILITIES.map(|wanted| self.capabilities.contains(&wanted));
        if dots != [self.extension; 2] {
            let what = format!(
                "{DOT_EXTENSION} and the capabilities DotProduct and DotProductInput4x8BitPacked come together"
            );
            return Err(Refusal::of(rules::CAPABILITY, what));
        }
        self.dots.0 = self.extension;
        if !self.memory_model {
            return Err(Refusal::of(rules::MEMORY_MODEL, "there is no OpMemoryModel Logical Vulkan"));
        }
        if self.kernel.lanes == 0 || !self.preserves {
            let what = "the entry point has the execution modes LocalSize L 1 1 and SignedZeroInfNanPreserve 32";
            return Err(Refusal::of(rules::EXECUTION_MODE, what));
        }
        self.check_listed()
    }

    /// The entry point lists every variable outside of functions once.
    fn check_listed(&mut self) -> Reading<()> {
        let Some((_, listed, site)) = self.entry else {
            return Err(Refusal::of(rules::ENTRY_POINT, "there is no entry point `main`"));
        };
        let mut sorted = listed.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let global = |id: &u32| {
            matches!(
                self.ids.get(*id),
                Id::GroupInput | Id::LaneInput | Id::PushConstants | Id::Buffer(_) | Id::Shared(_)
            )
        };
        if sorted.len() != listed.len() || listed.len() != self.globals || !listed.iter().all(global) {
            let what = "the entry point lists every variable outside of functions, each once, and nothing else";
            return Err(Refusal::at(rules::ENTRY_POINT, site, what));
        }
        Ok(())
    }
}
