//! What stands before the functions: modes, types, constants, and the memory that lanes share.

use rspirv::spirv::{BuiltIn, ExecutionMode, Op, StorageClass};

use super::{Kind, Meaning, Object, Path, Pointer, Read, Reader, Type};
use crate::code::{Buffer, Private};

/// The most lanes of a group in any profile.
const MAX_LANES: u32 = 1024;
/// The most cells of an array of a lane or of a group, of any that is run.
const MAX_CELLS: u32 = 1 << 16;

impl Reader<'_> {
    pub(super) fn declaration(&mut self) -> Read<()> {
        match self.op() {
            Some(
                Op::Capability
                | Op::Extension
                | Op::MemoryModel
                | Op::Decorate
                | Op::MemberDecorate
                | Op::Name
                | Op::MemberName
                | Op::Source
                | Op::Nop,
            ) => Ok(()),
            Some(Op::ExtInstImport) => self.mean(self.word(1)?, Meaning::Glsl),
            Some(Op::EntryPoint) => match self.main {
                None => {
                    self.main = Some(self.word(2)?);
                    Ok(())
                }
                Some(_) => self.fail("it has two entry points"),
            },
            Some(Op::ExecutionMode) => self.execution_mode(),
            Some(Op::TypeVoid) => self.define_type(Type::Void),
            Some(Op::TypeBool) => self.define_type(Type::Of(Kind::Truth)),
            Some(Op::TypeInt) if self.word(2)? == 32 => self.define_type(Type::Of(Kind::Word)),
            Some(Op::TypeFloat) if self.word(2)? == 32 => self.define_type(Type::Of(Kind::Float)),
            Some(Op::TypeVector) => self.define_type(Type::Vector(self.word(2)?)),
            Some(Op::TypeArray) => {
                let (cell, length) = (self.word(2)?, self.word(3)?);
                let Meaning::Value(register, Kind::Word) = self.meaning(length) else {
                    return self.fail("the length of an array is no constant");
                };
                match self.constant(register) {
                    Some(cells) if cells > 0 && cells <= MAX_CELLS => self.define_type(Type::Array { cell, cells }),
                    _ => self.fail("an array of this length is not run"),
                }
            }
            Some(Op::TypeRuntimeArray) => self.define_type(Type::Run { cell: self.word(2)? }),
            Some(Op::TypeStruct) => {
                let members = self.instruction().get(2..).unwrap_or_default().to_vec();
                self.define_type(Type::Struct { id: self.word(1)?, members })
            }
            Some(Op::TypePointer) => self.define_type(Type::Pointer { class: self.word(2)?, to: self.word(3)? }),
            Some(Op::TypeFunction) => self.define_type(Type::Function),
            Some(Op::Constant) => {
                self.ends(4)?;
                let kind = self.kind(self.word(1)?)?;
                self.define_constant(kind, self.word(3)?)
            }
            Some(Op::ConstantTrue) => self.define_constant(Kind::Truth, 1),
            Some(Op::ConstantFalse) => self.define_constant(Kind::Truth, 0),
            Some(Op::ConstantComposite) => self.table(),
            Some(Op::Variable) => self.common_variable(),
            _ => self.fail("this instruction has no place before functions"),
        }
    }

    fn execution_mode(&mut self) -> Read<()> {
        match ExecutionMode::from_u32(self.word(2)?) {
            Some(ExecutionMode::LocalSize) => {
                let (lanes, rest) = (self.word(3)?, [self.word(4)?, self.word(5)?]);
                if rest != [1, 1] || lanes > MAX_LANES || self.code.lanes != 0 {
                    return self.fail("groups of this size are not run");
                }
                self.code.lanes = lanes;
                Ok(())
            }
            Some(ExecutionMode::SignedZeroInfNanPreserve) => {
                self.preserves |= self.word(3)? == 32;
                Ok(())
            }
            Some(ExecutionMode::RoundingModeRTE) => Ok(()),
            _ => self.fail("this execution mode is not known here"),
        }
    }

    fn define_type(&mut self, ty: Type) -> Read<()> {
        self.types.push(ty);
        self.mean(self.word(1)?, Meaning::Type(self.types.len() - 1))
    }

    fn define_constant(&mut self, kind: Kind, word: u32) -> Read<()> {
        let register = self.register();
        self.code.constants.push(word);
        self.mean(self.word(2)?, Meaning::Value(register, kind))
    }

    /// A constant array.
    fn table(&mut self) -> Read<()> {
        let Type::Array { cell, cells } = *self.ty(self.word(1)?)? else {
            return self.fail("only arrays are composite constants");
        };
        let kind = self.kind(cell)?;
        let mut words = Vec::new();
        for id in self.instruction().get(3..).unwrap_or_default() {
            match self.meaning(*id) {
                Meaning::Value(register, found) if found == kind => words.extend(self.constant(register)),
                _ => return self.fail("a cell of this constant is no constant of its type"),
            }
        }
        if words.len() != cells as usize {
            return self.fail("this constant has other cells than its type");
        }
        self.code.tables.push(words);
        self.mean(self.word(2)?, Meaning::Table(self.code.tables.len() - 1))
    }

    fn common_variable(&mut self) -> Read<()> {
        self.ends(4)?;
        let (ty, id, class) = (self.word(1)?, self.word(2)?, self.word(3)?);
        let Type::Pointer { class: of_type, to } = *self.ty(ty)? else { return self.fail("no type of a pointer") };
        if of_type != class {
            return self.fail("a variable and its type are of different classes");
        }
        let (object, kind) = match StorageClass::from_u32(class) {
            Some(StorageClass::StorageBuffer) => self.buffer(id, to)?,
            Some(StorageClass::Workgroup) => {
                let (kind, cells) = match *self.ty(to)? {
                    Type::Array { cell, cells } => (self.kind(cell)?, cells),
                    _ => return self.fail("what a group shares is an array"),
                };
                self.code.shared.push(cells);
                (Object::Shared(self.code.shared.len() as u32 - 1), kind)
            }
            Some(StorageClass::PushConstant) => self.push_constants(to)?,
            Some(StorageClass::Input) => match *self.ty(to)? {
                Type::Vector(cell) if self.decorations.is_built_in(id, BuiltIn::WorkgroupId) => {
                    (Object::GroupId, self.kind(cell)?)
                }
                Type::Vector(cell) if self.decorations.is_built_in(id, BuiltIn::LocalInvocationId) => {
                    (Object::LaneId, self.kind(cell)?)
                }
                _ => return self.fail("an input that is not known here"),
            },
            _ => return self.fail("a class of storage that is not known here"),
        };
        if self.decorations.others.contains(&id) {
            return self.fail("a decoration that is not known here");
        }
        self.mean(id, Meaning::Pointer(Pointer { object, kind, path: Path::Whole, register: None }))
    }

    /// A block of one member, a run of words.
    fn buffer(&mut self, id: u32, block: u32) -> Read<(Object, Kind)> {
        let Type::Struct { id: block, members } = self.ty(block)?.clone() else {
            return self.fail("a buffer is no struct");
        };
        let [run] = members[..] else { return self.fail("a buffer has one member") };
        let Type::Run { cell } = *self.ty(run)? else { return self.fail("a buffer has no length of its own") };
        let placed = self.decorations.strides.get(&run) == Some(&4)
            && self.decorations.offsets.get(&(block, 0)) == Some(&0)
            && self.decorations.sets.get(&id) == Some(&0)
            && !self.decorations.others.contains(&block)
            && !self.decorations.others.contains(&run);
        let (true, Some(binding)) = (placed, self.decorations.bindings.get(&id).copied()) else {
            return self.fail("a buffer is not placed as words of set 0");
        };
        let read_only =
            self.decorations.read_only.contains(&id) || self.decorations.read_only_members.contains(&(block, 0));
        self.code.buffers.push(Buffer { binding, read_only });
        Ok((Object::Buffer(self.code.buffers.len() as u32 - 1), self.kind(cell)?))
    }

    /// A block of words.
    fn push_constants(&mut self, block: u32) -> Read<(Object, Kind)> {
        let Type::Struct { id, members } = self.ty(block)?.clone() else {
            return self.fail("the push constants are no struct");
        };
        for (number, member) in (0u32..).zip(&members) {
            let placed = self.decorations.offsets.get(&(id, number)) == number.checked_mul(4).as_ref();
            if self.kind(*member)? != Kind::Word || !placed {
                return self.fail("the push constants are not words one after the other");
            }
        }
        if self.code.push_words != 0 || self.decorations.others.contains(&id) {
            return self.fail("push constants that are not known here");
        }
        self.code.push_words = members.len() as u32;
        Ok((Object::Push, Kind::Word))
    }

    /// A variable of a function.
    pub(super) fn private_variable(&mut self) -> Read<(u32, Option<usize>)> {
        let (ty, id, class) = (self.word(1)?, self.word(2)?, self.word(3)?);
        let Type::Pointer { class: of_type, to } = *self.ty(ty)? else { return self.fail("no type of a pointer") };
        if class != StorageClass::Function as u32 || of_type != class {
            return self.fail("a variable in a function is not of its class");
        }
        let (cells, kind) = match *self.ty(to)? {
            Type::Array { cell, cells } => (Some(cells), self.kind(cell)?),
            Type::Of(kind) => (None, kind),
            _ => return self.fail("a variable of this type is not known here"),
        };
        let initial = match self.instruction().get(4) {
            None => None,
            Some(id) => match self.meaning(*id) {
                Meaning::Table(table) if self.code.tables.get(table).map(Vec::len) == cells.map(|c| c as usize) => {
                    Some(table)
                }
                _ => return self.fail("an initial value that is not known here"),
            },
        };
        if self.decorations.others.contains(&id) {
            return self.fail("a decoration that is not known here");
        }
        let variable = self.code.private.len() as u32;
        let first = self.code.private_cells as u32;
        self.code.private.push(Private { first, cells: cells.unwrap_or(1) });
        self.code.private_cells += cells.unwrap_or(1) as usize;
        if self.code.private_cells > MAX_CELLS as usize {
            return self.fail("the variables of a lane are too large");
        }
        let object = if cells.is_some() { Object::Array(variable) } else { Object::Single(variable) };
        self.mean(id, Meaning::Pointer(Pointer { object, kind, path: Path::Whole, register: None }))?;
        Ok((variable, initial))
    }
}
