//! What a value came to: a word or a truth in an ordinary register, for the first lane, or a vector. Truths in vectors
//! are masks: all bits of a lane, or none.

use cranelift_codegen::ir::{
    ConstantData, InstBuilder, MemFlags, Value as Ir,
    condcodes::IntCC,
    types::{F32X4, I8X16, I32, I32X4},
};
use lockstep_verifier::tree::{Operation, Type, Value};

use super::{Generator, is_scalar, memo::Made};
use crate::classes::Class;

/// A value, held in a register.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Held {
    /// That of the first lane.
    Scalar(Ir),
    /// Those of all four.
    Vector(Ir),
}

/// The bits of a vector stay where they are when it is taken for another kind of vector.
pub(super) const BITS: MemFlags = MemFlags::new().with_endianness(cranelift_codegen::ir::Endianness::Little);

impl Generator<'_> {
    pub(super) fn held(&mut self, value: Value) -> Result<Held, String> {
        let value = self.classes.real(value);
        if let Some(Operation::Constant(word)) = self.operation(value) {
            return Ok(match self.of(value).0 {
                Type::Truth => {
                    Held::Scalar(self.builder.ins().iconst(cranelift_codegen::ir::types::I8, i64::from(word)))
                }
                _ => Held::Scalar(self.builder.ins().iconst(I32, i64::from(word))),
            });
        }
        match self.operation(value) {
            Some(Operation::LaneX) => return Ok(Held::Scalar(self.lane)),
            Some(Operation::WorkgroupX) => return Ok(Held::Scalar(self.group)),
            Some(operation) if self.is_chosen(value) => {
                let made = self.once_or(Made::Chosen(value), |this| this.vector_of(operation))?;
                return Ok(Held::Vector(made));
            }
            _ => self.wake(value)?,
        }
        // Another part's register holds its last vector.
        match self.of_this_part(value) {
            Some(held) => Ok(held),
            None => Err(format!("value {} is used where it is not held", value.0)),
        }
    }

    pub(super) fn operation(&self, value: Value) -> Option<Operation> {
        self.kernel.operation(self.classes.real(value))
    }

    /// The word that a value always is.
    pub(super) fn known(&self, value: Value) -> Option<u32> {
        match self.operation(value)? {
            Operation::Constant(word) => Some(word),
            Operation::PushConstant(word) => crate::classes::is_zero(word).then_some(0),
            _ => None,
        }
    }

    /// The value of the first lane, of one that is held so.
    pub(super) fn scalar(&mut self, value: Value) -> Result<Ir, String> {
        match self.held(value)? {
            Held::Scalar(held) => Ok(held),
            Held::Vector(held) => {
                // A float that is the same in all lanes.
                let bits = self.as_words(held);
                Ok(self.builder.ins().extractlane(bits, 0))
            }
        }
    }

    /// The values of all four lanes: words, floats or masks.
    pub(super) fn vector(&mut self, value: Value) -> Result<Ir, String> {
        if let (Some(word), (Type::Word, _)) = (self.known(value), self.of(value)) {
            return Ok(self.words_of([word; 4]));
        }
        let (ty, class) = self.of(value);
        let held = self.held(value)?;
        Ok(self.spread(held, ty, class))
    }

    /// The values of all four lanes of what is held.
    pub(super) fn spread(&mut self, held: Held, ty: Type, class: Class) -> Ir {
        let held = match held {
            Held::Vector(held) => return held,
            Held::Scalar(held) => held,
        };
        if ty == Type::Truth {
            return self.once(Made::Truth(held), |this| {
                let bits = this.builder.ins().bmask(I32, held);
                this.builder.ins().splat(I32X4, bits)
            });
        }
        let stride = if let Class::Scalar { stride, .. } = class { stride } else { 0 };
        self.once(Made::Spread(held, stride), |this| {
            let first = this.builder.ins().splat(I32X4, held);
            if stride == 0 {
                return first;
            }
            let steps = this.words_of([0, stride, stride.wrapping_mul(2), stride.wrapping_mul(3)]);
            this.builder.ins().iadd(first, steps)
        })
    }

    /// What a variable or a value of this class holds, as it is to be held.
    pub(super) fn fit(&mut self, held: Held, from: (Type, Class), to: Class) -> Ir {
        match (held, is_scalar(from.0, to)) {
            (Held::Scalar(held), true) => held,
            (Held::Vector(held), true) => self.first(held, from.0),
            (held, false) => self.spread(held, from.0, from.1),
        }
    }

    /// The first lane of a vector of words or of masks.
    pub(super) fn first(&mut self, vector: Ir, ty: Type) -> Ir {
        let word = self.builder.ins().extractlane(vector, 0);
        match ty {
            Type::Truth => self.builder.ins().icmp_imm(IntCC::NotEqual, word, 0),
            _ => word,
        }
    }

    /// A vector of these words.
    pub(super) fn words_of(&mut self, words: [u32; 4]) -> Ir {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let constant = self.builder.func.dfg.constants.insert(ConstantData::from(bytes));
        self.builder.ins().vconst(I32X4, constant)
    }

    pub(super) fn floats_of(&mut self, bits: u32) -> Ir {
        let bytes: Vec<u8> = [bits; 4].iter().flat_map(|word| word.to_le_bytes()).collect();
        let constant = self.builder.func.dfg.constants.insert(ConstantData::from(bytes));
        self.builder.ins().vconst(F32X4, constant)
    }

    pub(super) fn as_words(&mut self, vector: Ir) -> Ir {
        self.builder.ins().bitcast(I32X4, BITS, vector)
    }

    pub(super) fn as_floats(&mut self, vector: Ir) -> Ir {
        self.builder.ins().bitcast(F32X4, BITS, vector)
    }

    pub(super) fn as_bytes(&mut self, vector: Ir) -> Ir {
        self.builder.ins().bitcast(I8X16, BITS, vector)
    }

    /// The numbers of the vector's lanes.
    pub(super) fn lane_numbers(&mut self) -> Ir {
        self.spread(Held::Scalar(self.lane), Type::Word, Class::Scalar { group: false, stride: 1, multiple: 2 })
    }

    /// Where the mask is set the one, else the other. Both are words, or both floats.
    pub(super) fn blend(&mut self, mask: Ir, one: Ir, other: Ir) -> Ir {
        let kind = self.builder.func.dfg.value_type(one);
        let [one, other] = [one, other].map(|side| if kind == F32X4 { self.as_words(side) } else { side });
        let blended = match self.target.blends {
            true => self.builder.ins().x86_blendv(mask, one, other),
            false => self.builder.ins().bitselect(mask, one, other),
        };
        if kind == F32X4 { self.as_floats(blended) } else { blended }
    }

    /// A truth of the whole group, outside of the loops over its vectors.
    pub(super) fn group_truth(&mut self, value: Value) -> Result<Ir, String> {
        self.of_group(value)
    }

    /// A word of the whole group.
    pub(super) fn group_word(&mut self, value: Value) -> Result<Ir, String> {
        self.of_group(value)
    }

    /// What is not made once for the group was kept for its first vector.
    fn of_group(&mut self, value: Value) -> Result<Ir, String> {
        let value = self.classes.real(value);
        let (ty, class) = self.of(value);
        match self.layout.values.get(value.0 as usize).copied().flatten() {
            Some(offset) if !class.is_group() => {
                let first = self.builder.ins().iconst(I32, 0);
                let held = self.recall(offset, first, ty, class);
                Ok(match held {
                    Held::Scalar(held) => held,
                    Held::Vector(held) => self.first(held, ty),
                })
            }
            _ => self.scalar(value),
        }
    }
}
