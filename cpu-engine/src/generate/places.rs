//! The variables of a lane, and what is kept from one part to another.

use cranelift_codegen::ir::{
    InstBuilder, MemFlags, Value as Ir,
    condcodes::IntCC,
    types::{F32X4, I8, I32, I64},
};
use cranelift_frontend::Variable;
use lockstep_verifier::tree::Type;

use super::{Generator, Held, Mask, is_scalar, kind, memo::Made};
use crate::{classes::Class, layout::Keep};

/// The memory of a thread is read and written by this thread alone, in any alignment.
pub(super) const OWN: MemFlags = MemFlags::new().with_notrap();

impl Generator<'_> {
    /// The variable as Cranelift has it, declared when it is first met.
    fn place(&mut self, variable: u32) -> Variable {
        if let Some(Some(known)) = self.variables.get(variable as usize) {
            return *known;
        }
        let (_, ty, class) = self.variable(variable);
        let place = self.builder.declare_var(kind(ty, class));
        self.declared += 1;
        if let Some(slot) = self.variables.get_mut(variable as usize) {
            *slot = Some(place);
        }
        place
    }

    /// What a variable holds.
    pub(super) fn get(&mut self, variable: u32) -> Result<Held, String> {
        let (keep, ty, class) = self.variable(variable);
        if let (Keep::Resting(offset), false) = (keep, self.taken.contains(&variable)) {
            return Ok(self.recall(offset, self.lane, ty, class));
        }
        let place = self.place(variable);
        let value = self.builder.use_var(place);
        Ok(if is_scalar(ty, class) { Held::Scalar(value) } else { Held::Vector(value) })
    }

    /// A variable takes a value, in the active lanes.
    pub(super) fn set(&mut self, variable: u32, held: Held, mask: Mask) -> Result<(), String> {
        let (keep, ty, class) = self.variable(variable);
        let value = match (held, is_scalar(ty, class)) {
            (Held::Scalar(value), true) => value,
            (Held::Vector(_), true) => {
                return Err("a vector is stored to a variable that is the same in all lanes".into());
            }
            (held, false) => {
                let uniform = Class::Scalar { group: false, stride: 0, multiple: 0 };
                let value = self.spread(held, ty, uniform);
                match mask {
                    // What is not active here reads nothing of what is stored here.
                    Mask::Some(mask) if self.divergent > self.classes.homes.depth(variable) => {
                        let (Held::Scalar(before) | Held::Vector(before)) = self.get(variable)?;
                        self.blend(mask, value, before)
                    }
                    _ => value,
                }
            }
        };
        if let (Keep::Resting(offset), false) = (keep, self.taken.contains(&variable)) {
            let held = if is_scalar(ty, class) { Held::Scalar(value) } else { Held::Vector(value) };
            self.remember(offset, held);
            return Ok(());
        }
        let place = self.place(variable);
        self.builder.def_var(place, value);
        Ok(())
    }

    pub(super) fn define(&mut self, variable: u32, held: Held) {
        let place = self.place(variable);
        let (Held::Scalar(value) | Held::Vector(value)) = held;
        self.builder.def_var(place, value);
    }

    /// A variable that is not set yet holds anything, here zero.
    pub(super) fn clear(&mut self, variable: u32) {
        let (_, ty, class) = self.variable(variable);
        let zero = match kind(ty, class) {
            F32X4 => self.floats_of(0),
            I8 => self.builder.ins().iconst(I8, 0),
            I32 => self.builder.ins().iconst(I32, 0),
            _ => self.words_of([0; 4]),
        };
        let place = self.place(variable);
        self.builder.def_var(place, zero);
    }

    /// Where something of the vector of this lane is kept.
    fn slot(&mut self, lane: Ir) -> Ir {
        self.once(Made::Slot(lane), |this| {
            let lane = this.builder.ins().uextend(I64, lane);
            let bytes = this.builder.ins().ishl_imm(lane, 2);
            this.builder.ins().iadd(this.memory, bytes)
        })
    }

    /// Keeps something for other parts.
    pub(super) fn remember(&mut self, offset: u32, held: Held) {
        let slot = self.slot(self.lane);
        let value = match held {
            Held::Vector(value) => value,
            Held::Scalar(value) if self.builder.func.dfg.value_type(value) == I8 => {
                self.builder.ins().uextend(I32, value)
            }
            Held::Scalar(value) => value,
        };
        self.builder.ins().store(OWN, value, slot, offset as i32);
    }

    /// What was kept.
    pub(super) fn recall(&mut self, offset: u32, lane: Ir, ty: Type, class: Class) -> Held {
        let slot = self.slot(lane);
        let kind = kind(ty, class);
        match kind {
            I8 => {
                let word = self.builder.ins().load(I32, OWN, slot, offset as i32);
                Held::Scalar(self.builder.ins().icmp_imm(IntCC::NotEqual, word, 0))
            }
            I32 => Held::Scalar(self.builder.ins().load(I32, OWN, slot, offset as i32)),
            _ => Held::Vector(self.builder.ins().load(kind, OWN, slot, offset as i32)),
        }
    }
}
