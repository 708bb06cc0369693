//! Loads, stores, atomic operations and barriers. An access chain and the instruction that uses it are one form: so each
//! access is an array and an index, and nothing is ever a pointer.

use rspirv::spirv::{MemoryAccess, MemorySemantics, Op, Scope};

use super::{
    Reading,
    control::Body,
    ids::{Class, Id},
    words::Instruction,
};
use crate::{
    refusal::Refusal,
    rules,
    tree::{AtomicOperator, Operation, Place, Step, Type},
};

/// What a chain reaches.
#[derive(Clone, Copy)]
enum Reached {
    PushConstant(u32),
    WorkgroupX,
    LaneX,
    Cell(Place, Type),
}

/// The atomic operations.
pub const ATOMICS: [(Op, AtomicOperator); 8] = [
    (Op::AtomicIAdd, AtomicOperator::Add),
    (Op::AtomicUMin, AtomicOperator::Minimum),
    (Op::AtomicSMin, AtomicOperator::MinimumSigned),
    (Op::AtomicUMax, AtomicOperator::Maximum),
    (Op::AtomicSMax, AtomicOperator::MaximumSigned),
    (Op::AtomicAnd, AtomicOperator::And),
    (Op::AtomicOr, AtomicOperator::Or),
    (Op::AtomicXor, AtomicOperator::Xor),
];

impl<'w> Body<'w> {
    /// An access chain and what uses it.
    pub(super) fn access(&mut self, chain: &Instruction<'w>) -> Reading<()> {
        let refuse = |what: &str| Err(Refusal::at(rules::CHAIN, chain.site, what));
        let [ty, pointer, base, indices @ ..] = chain.operands else { return Err(chain.form("has no base")) };
        let Id::Pointer(class, pointee) = self.module.ids.get(*ty) else {
            return Err(Refusal::at(rules::RESULT, chain.site, "the type of an access chain is a pointer"));
        };
        let member = |index: u32| self.module.word_constant(index);
        let (wanted, reached) = match (self.module.ids.get(*base), indices) {
            (Id::PushConstants, [index]) => match member(*index) {
                Some(word) if word < self.module.kernel.words => (Class::Push, Reached::PushConstant(word)),
                _ => return refuse("a word of the push constants is chosen by a constant that is below their number"),
            },
            (Id::WorkgroupId, [index]) if member(*index) == Some(0) => (Class::Input, Reached::WorkgroupX),
            (Id::LocalInvocationId, [index]) if member(*index) == Some(0) => (Class::Input, Reached::LaneX),
            (Id::WorkgroupId | Id::LocalInvocationId, _) => {
                return refuse("of the built-in inputs only x is used, which is 0");
            }
            (Id::Buffer(binding), [zero, index]) if member(*zero) == Some(0) => {
                let index = self.operand(*index, Type::Word, chain)?;
                (Class::Buffer, Reached::Cell(Place::Buffer(binding, index), Type::Word))
            }
            (Id::Shared(array), [index]) => {
                let index = self.operand(*index, Type::Word, chain)?;
                let ty = self.module.kernel.shared.get(array as usize).map_or(Type::Word, |one| one.ty);
                (Class::Shared, Reached::Cell(Place::Shared(array, index), ty))
            }
            (Id::Variable(variable), [index]) => {
                let index = self.operand(*index, Type::Word, chain)?;
                let Some(declared) = self.module.kernel.variables.get(variable as usize) else {
                    return refuse("there is no such variable");
                };
                if declared.cells.is_none() {
                    return refuse("this variable has no cells");
                }
                (Class::Lane, Reached::Cell(Place::VariableCell(variable, index), declared.ty))
            }
            (Id::Free, _) => {
                return Err(Refusal::at(rules::NAME, chain.site, format!("%{base} is not defined")));
            }
            _ => return refuse("the base is a variable with cells, and each index reaches one of them"),
        };
        let ty = match reached {
            Reached::Cell(_, ty) => ty,
            _ => Type::Word,
        };
        if class != wanted || self.module.ids.get(pointee) != Id::Scalar(ty) {
            let what = "an access chain gives a pointer to what it reaches";
            return Err(Refusal::at(rules::RESULT, chain.site, what));
        }
        self.module.ids.define(*pointer, Id::Closed, chain.site)?;
        let user = self.take()?;
        self.use_chain(*pointer, reached, &user)
    }

    fn use_chain(&mut self, pointer: u32, reached: Reached, user: &Instruction<'w>) -> Reading<()> {
        let refuse = || {
            let what = format!(
                "{} does not use the access chain before it, %{pointer}, in a form of the profile",
                user.name()
            );
            Err(Refusal::at(rules::ACCESS, user.site, what))
        };
        match (Op::from_u32(user.code), user.operands) {
            (Some(Op::Load), [ty, id, from, memory @ ..]) if *from == pointer => {
                let (operation, of) = match reached {
                    Reached::PushConstant(word) => (Operation::PushConstant(word), Type::Word),
                    Reached::WorkgroupX => (Operation::WorkgroupX, Type::Word),
                    Reached::LaneX => (Operation::LaneX, Type::Word),
                    Reached::Cell(place, ty) => (Operation::Load(place), ty),
                };
                self.privacy(reached, memory, user)?;
                self.result(*ty, of, user)?;
                let value = self.value(*id, of, operation, user.site)?;
                self.steps.push(Step::Let(value));
                Ok(())
            }
            (Some(Op::Store), [to, value, memory @ ..]) if *to == pointer => {
                let Reached::Cell(place, ty) = reached else { return refuse() };
                self.privacy(reached, memory, user)?;
                self.writable(place, user)?;
                let value = self.operand(*value, ty, user)?;
                self.steps.push(Step::Store { place, value, site: user.site });
                Ok(())
            }
            (Some(op), [ty, id, at, scope, semantics, value]) if *at == pointer => {
                let Some((_, operator)) = ATOMICS.iter().find(|(atomic, _)| *atomic == op) else { return refuse() };
                let place = match reached {
                    Reached::Cell(place @ (Place::Buffer(..) | Place::Shared(..)), Type::Word) => place,
                    _ => {
                        let what = "atomic operations are on words of storage buffers and of the group";
                        return Err(Refusal::at(rules::ATOMIC, user.site, what));
                    }
                };
                let wanted = if matches!(place, Place::Shared(..)) { Scope::Workgroup } else { Scope::QueueFamily };
                let relaxed = MemorySemantics::RELAXED.bits();
                if self.module.word_constant(*scope) != Some(wanted as u32)
                    || self.module.word_constant(*semantics) != Some(relaxed)
                {
                    let what =
                        format!("here the scope of an atomic operation is {wanted:?}, and its semantics Relaxed");
                    return Err(Refusal::at(rules::ATOMIC, user.site, what));
                }
                self.writable(place, user)?;
                self.result(*ty, Type::Word, user)?;
                let value = self.operand(*value, Type::Word, user)?;
                let old = self.value(*id, Type::Word, Operation::Old, user.site)?;
                self.steps.push(Step::Atomic { operator: *operator, place, value, old, site: user.site });
                Ok(())
            }
            _ => refuse(),
        }
    }

    /// The memory operands: what lanes exchange is not private, and what they do not has none.
    fn privacy(&mut self, reached: Reached, memory: &[u32], user: &Instruction<'_>) -> Reading<()> {
        let not_private = match memory {
            [] => false,
            [mask] if *mask == MemoryAccess::NON_PRIVATE_POINTER.bits() => true,
            _ => {
                let what = "the only memory operand is NonPrivatePointer";
                return Err(Refusal::at(rules::PRIVACY, user.site, what));
            }
        };
        let (fits, what) = match reached {
            Reached::Cell(Place::Shared(..), _) => {
                (not_private, "an array of the group is accessed as NonPrivatePointer")
            }
            Reached::Cell(Place::Buffer(binding, _), _) => {
                let before = self.module.not_private.get_mut(binding as usize);
                let fits = before.is_some_and(|before| *before.get_or_insert(not_private) == not_private);
                if let Some(buffer) = self.module.kernel.buffers.get_mut(binding as usize) {
                    buffer.exchanged |= not_private;
                }
                (fits, "a storage buffer is accessed as NonPrivatePointer always or never")
            }
            _ => (!not_private, "what is of the lane alone has no memory operands"),
        };
        if fits { Ok(()) } else { Err(Refusal::at(rules::PRIVACY, user.site, what)) }
    }

    fn writable(&self, place: Place, user: &Instruction<'_>) -> Reading<()> {
        let writable = match place {
            Place::Buffer(binding, _) => {
                self.module.kernel.buffers.get(binding as usize).is_some_and(|one| one.writable)
            }
            Place::VariableCell(variable, _) => {
                let declared = self.module.kernel.variables.get(variable as usize);
                declared.is_some_and(|one| one.constant.is_none())
            }
            Place::Variable(_) | Place::Shared(..) => true,
        };
        if writable {
            return Ok(());
        }
        Err(Refusal::at(rules::READ_ONLY, user.site, "this is NonWritable, or a constant array"))
    }

    /// The load of a variable without cells.
    pub(super) fn load(&mut self, load: &Instruction<'w>) -> Reading<()> {
        let [ty, id, from] = load.exactly()?;
        let (variable, of) = self.scalar_variable(from, load)?;
        self.result(ty, of, load)?;
        let value = self.value(id, of, Operation::Load(Place::Variable(variable)), load.site)?;
        self.steps.push(Step::Let(value));
        Ok(())
    }

    /// The store to a variable without cells.
    pub(super) fn store(&mut self, store: &Instruction<'w>) -> Reading<()> {
        let [to, value] = store.exactly()?;
        let (variable, of) = self.scalar_variable(to, store)?;
        if self.counts.get(variable as usize).copied().unwrap_or_default() {
            let what = format!("%{to} counts the trips of a loop that is open here");
            return Err(Refusal::at(rules::COUNTER, store.site, what));
        }
        let value = self.operand(value, of, store)?;
        self.steps.push(Step::Store { place: Place::Variable(variable), value, site: store.site });
        Ok(())
    }

    fn scalar_variable(&self, id: u32, user: &Instruction<'_>) -> Reading<(u32, Type)> {
        if let Id::Variable(variable) = self.module.ids.get(id)
            && let Some(declared) = self.module.kernel.variables.get(variable as usize)
            && declared.cells.is_none()
        {
            return Ok((variable, declared.ty));
        }
        let what = format!("%{id} is no variable of the lane with one cell, nor the access chain just before");
        Err(Refusal::at(rules::ACCESS, user.site, what))
    }

    /// A barrier.
    pub(super) fn barrier(&mut self, barrier: &Instruction<'_>) -> Reading<()> {
        let [execution, memory, semantics] = barrier.exactly()?;
        let group = Some(Scope::Workgroup as u32);
        let scopes = [execution, memory].map(|scope| self.module.word_constant(scope)) == [group, group];
        let shared = SHARED_BARRIER.bits();
        let all = shared | MemorySemantics::UNIFORM_MEMORY.bits();
        let arrays = match self.module.word_constant(semantics) {
            Some(bits) if scopes && bits == shared => false,
            Some(bits) if scopes && bits == all => true,
            _ => {
                let what = "a barrier is Workgroup Workgroup, with AcquireRelease, WorkgroupMemory, MakeAvailable and \
                            MakeVisible, and UniformMemory or not";
                return Err(Refusal::at(rules::BARRIER, barrier.site, what));
            }
        };
        self.steps.push(Step::Barrier { arrays, site: barrier.site });
        Ok(())
    }
}

/// The semantics of a barrier for arrays of the group.
pub const SHARED_BARRIER: MemorySemantics = MemorySemantics::ACQUIRE_RELEASE
    .union(MemorySemantics::WORKGROUP_MEMORY)
    .union(MemorySemantics::MAKE_AVAILABLE)
    .union(MemorySemantics::MAKE_VISIBLE);
