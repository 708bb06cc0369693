//! Pointers, and what is done through them.

use rspirv::spirv::{MemoryAccess, Op, Scope};

use super::{Kind, Known, Meaning, Object, Path, Pointer, Read, Reader, Type};
use crate::{
    code::{Atomic, Common, Register, Step},
    finding::{Memory, What},
};

/// A place that a pointer leads to in the end.
enum Place {
    Common(Common, Register),
    Single(u32),
    Cell(u32, Register),
    Push(u32),
    GroupId(u32),
    LaneId(u32),
}

impl Reader<'_> {
    pub(super) fn access_chain(&mut self) -> Read<()> {
        let (ty, id, base) = (self.word(1)?, self.word(2)?, self.word(3)?);
        let Meaning::Pointer(mut pointer) = self.meaning(base) else { return self.fail("its base is no pointer") };
        self.use_pointer(pointer);
        for index in self.instruction().get(4..).unwrap_or_default() {
            let register = self.operand(*index, Kind::Word)?;
            pointer.path = match (pointer.object, pointer.path, self.constant(register)) {
                (Object::Buffer(_), Path::Whole, Some(0)) => Path::Inside,
                (Object::Buffer(_), Path::Inside, _) => Path::Cell(register),
                (Object::Shared(_) | Object::Array(_), Path::Whole, _) => Path::Cell(register),
                (Object::Push, Path::Whole, Some(member)) if member < self.code.push_words => Path::Member(member),
                (Object::GroupId | Object::LaneId, Path::Whole, Some(place)) if place < 3 => Path::Member(place),
                _ => return self.fail("an index that is not known here"),
            };
        }
        let Type::Pointer { to, .. } = *self.ty(ty)? else { return self.fail("no type of a pointer") };
        if matches!(pointer.path, Path::Cell(_) | Path::Member(_)) && self.kind(to)? != pointer.kind {
            return self.fail("the pointer is of another type than the cell");
        }
        let register = self.register();
        self.flow.defines(self.block, register);
        self.mean(id, Meaning::Pointer(Pointer { register: Some(register), ..pointer }))
    }

    fn use_pointer(&mut self, pointer: Pointer) {
        if let Some(register) = pointer.register {
            self.flow.uses(self.block, register, self.site as u32);
        }
    }

    fn place(&mut self, id: u32) -> Read<(Place, Kind)> {
        let Meaning::Pointer(pointer) = self.meaning(id) else { return self.fail(format!("%{id} is no pointer")) };
        self.use_pointer(pointer);
        let place = match (pointer.object, pointer.path) {
            (Object::Buffer(buffer), Path::Cell(index)) => Place::Common(Common::Buffer(buffer), index),
            (Object::Shared(array), Path::Cell(index)) => Place::Common(Common::Shared(array), index),
            (Object::Array(variable), Path::Cell(index)) => Place::Cell(variable, index),
            (Object::Single(variable), Path::Whole) => Place::Single(variable),
            (Object::Push, Path::Member(word)) => Place::Push(word),
            (Object::GroupId, Path::Member(place)) => Place::GroupId(place),
            (Object::LaneId, Path::Member(place)) => Place::LaneId(place),
            _ => return self.fail("only single cells are read and written"),
        };
        Ok((place, pointer.kind))
    }

    /// Whether the access is private to its lane.
    fn is_private(&self, place: usize) -> Read<bool> {
        match self.instruction().get(place..).unwrap_or_default() {
            [] => Ok(true),
            [mask] if MemoryAccess::from_bits_retain(*mask) == MemoryAccess::NONE => Ok(true),
            [mask] if MemoryAccess::from_bits_retain(*mask) == MemoryAccess::NON_PRIVATE_POINTER => Ok(false),
            _ => self.fail("a memory operand that is not known here"),
        }
    }

    pub(super) fn load(&mut self) -> Read<()> {
        let kind = self.kind(self.word(1)?)?;
        let (place, of) = self.place(self.word(3)?)?;
        if of != kind {
            return self.fail("the value is of another type than the cell");
        }
        let private = self.is_private(4)?;
        let to = self.define(self.word(2)?, kind)?;
        match place {
            Place::Common(memory, index) => {
                self.known[to as usize].hidden = matches!(memory, Common::Buffer(_));
                self.emit(Step::Load { to, memory, index, private });
            }
            Place::Single(variable) => {
                let first = self.code.private[variable as usize].first;
                self.emit(Step::LoadPrivate(to, first));
            }
            Place::Cell(variable, index) => self.emit(Step::LoadCell(to, variable, index)),
            Place::Push(word) => {
                self.known[to as usize] = Known { zero: word == lockstep_module::spirv_abi::WORD_ZERO, hidden: true };
                self.emit(Step::Push(to, word));
            }
            Place::GroupId(0) => self.emit(Step::GroupX(to)),
            Place::LaneId(0) => self.emit(Step::LaneX(to)),
            Place::GroupId(_) | Place::LaneId(_) => return self.fail("groups and lanes are numbered by x alone"),
        }
        Ok(())
    }

    pub(super) fn store(&mut self) -> Read<()> {
        let (place, kind) = self.place(self.word(1)?)?;
        let value = self.operand(self.word(2)?, kind)?;
        let private = self.is_private(3)?;
        if kind == Kind::Float && self.constant(value).is_some() {
            self.note(What::PlainFloat);
        }
        match place {
            Place::Common(memory, index) => self.emit(Step::Store { memory, index, value, private }),
            Place::Single(variable) => {
                let first = self.code.private[variable as usize].first;
                self.emit(Step::StorePrivate(first, value));
            }
            Place::Cell(variable, index) => self.emit(Step::StoreCell(variable, index, value)),
            _ => return self.fail("an input is written"),
        }
        Ok(())
    }

    pub(super) fn atomic(&mut self) -> Read<()> {
        let operator = match self.op() {
            Some(Op::AtomicIAdd) => Atomic::Add,
            Some(Op::AtomicUMin) => Atomic::Minimum,
            Some(Op::AtomicSMin) => Atomic::MinimumSigned,
            Some(Op::AtomicUMax) => Atomic::Maximum,
            Some(Op::AtomicSMax) => Atomic::MaximumSigned,
            Some(Op::AtomicAnd) => Atomic::And,
            Some(Op::AtomicOr) => Atomic::Or,
            Some(Op::AtomicXor) => Atomic::Xor,
            _ => return self.fail("an atomic operation that is not known here"),
        };
        self.ends(7)?;
        let kind = self.kind(self.word(1)?)?;
        let (Place::Common(memory, index), of) = self.place(self.word(3)?)? else {
            return self.fail("an atomic operation on what is not shared");
        };
        if of != kind || kind != Kind::Word {
            return self.fail("an atomic operation is of words");
        }
        let scope = self.operand(self.word(4)?, Kind::Word)?;
        let semantics = self.operand(self.word(5)?, Kind::Word)?;
        let value = self.operand(self.word(6)?, Kind::Word)?;
        let (Some(scope), Some(_)) = (self.constant(scope), self.constant(semantics)) else {
            return self.fail("a scope is no constant");
        };
        let wide = [Scope::QueueFamily, Scope::Device].iter().any(|wide| scope == *wide as u32);
        let shared = matches!(memory, Common::Shared(_)) && scope == Scope::Workgroup as u32;
        if !wide && !shared {
            self.note(What::NarrowScope { memory: self.named(memory) });
        }
        let to = self.define(self.word(2)?, Kind::Word)?;
        self.emit(Step::Atomic { operator, to, memory, index, value });
        Ok(())
    }

    fn named(&self, memory: Common) -> Memory {
        match memory {
            Common::Shared(array) => Memory::Shared(array),
            Common::Buffer(buffer) => Memory::Buffer(self.code.buffers[buffer as usize].binding),
        }
    }
}
