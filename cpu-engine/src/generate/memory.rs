//! Loads and stores of arrays.

use cranelift_codegen::ir::{
    InstBuilder, Value as Ir,
    condcodes::IntCC,
    types::{F32, F32X4, I32, I32X4},
};
use lockstep_verifier::tree::{Operation, Place, Type, Value};

use super::{
    Generator, Held, Mask,
    indices::{Array, Reach, Spot},
    memo::Made,
};
use crate::classes::Class;

impl Generator<'_> {
    /// What a cell holds.
    pub(super) fn load(&mut self, place: Place, (ty, _): (Type, Class), mask: Mask) -> Result<Held, String> {
        let (array, index) = self.array(place)?;
        if let Some(held) = self.load_if_all(&array, index, ty, mask)? {
            return Ok(held);
        }
        let reach = self.reach(&array, index, mask)?;
        self.load_from(&array, reach, ty)
    }

    fn load_from(&mut self, array: &Array, reach: Reach, ty: Type) -> Result<Held, String> {
        Ok(match reach {
            Reach::One(Spot(address, offset)) if !array.own => match ty {
                Type::Float => {
                    let cell = self.builder.ins().load(F32, array.flags, address, offset);
                    Held::Vector(self.builder.ins().splat(F32X4, cell))
                }
                Type::Word => Held::Scalar(self.builder.ins().load(I32, array.flags, address, offset)),
                Type::Truth => {
                    let cell = self.builder.ins().load(I32, array.flags, address, offset);
                    Held::Scalar(self.builder.ins().icmp_imm(IntCC::NotEqual, cell, 0))
                }
            },
            Reach::One(Spot(address, offset)) | Reach::Run(Spot(address, offset)) => {
                let kind = if ty == Type::Float { F32X4 } else { I32X4 };
                Held::Vector(self.builder.ins().load(kind, array.flags, address, offset))
            }
            Reach::Pairs(spot) => {
                let words = self.gather_pairs(array, spot);
                Held::Vector(if ty == Type::Float { self.as_floats(words) } else { words })
            }
            Reach::Rows(spot, place) => {
                let words = self.gather_rows(array, spot, place);
                Held::Vector(if ty == Type::Float { self.as_floats(words) } else { words })
            }
            Reach::Each(spots) => {
                let words = self.gather(array, spots);
                Held::Vector(if ty == Type::Float { self.as_floats(words) } else { words })
            }
        })
    }

    /// Whether a value is a load whose index is a choice of the lanes: it may be generated in two versions.
    pub(super) fn is_split(&self, value: Value) -> bool {
        let Some(Operation::Load(place)) = self.operation(value) else { return false };
        let Some(index) = place.index() else { return false };
        matches!(self.operation(index), Some(Operation::Select(condition, ..)) if !self.classes.value(condition).is_uniform())
    }

    /// A guarded read reaches cell 0 in lanes that are out of range. Where none is, it reaches neighbouring cells.
    fn load_if_all(&mut self, array: &Array, index: Value, ty: Type, mask: Mask) -> Result<Option<Held>, String> {
        let Some(Operation::Select(condition, inside, _)) = self.operation(index) else { return Ok(None) };
        let neighbours = match (self.classes.value(inside), mask) {
            (Class::Scalar { stride: 1, .. }, _) => true,
            (Class::Scalar { stride, .. }, Mask::All) => stride != 0,
            _ => false,
        };
        if self.classes.value(condition).is_uniform() || !neighbours || array.own || !self.is_here(inside) {
            return Ok(None);
        }
        if self.holding.contains(&self.classes.real(condition)) && !self.target.checked {
            let reach = self.reach(array, inside, mask)?;
            return self.load_from(array, reach, ty).map(Some);
        }
        // The index may have been kept from another part, which keeps no condition for this one.
        if !self.is_at_hand(condition)? {
            return Ok(None);
        }
        let mut within = self.vector(condition)?;
        if let Mask::Some(mask) = mask {
            within = self.builder.ins().bor_not(within, mask);
        }
        let bits = self.bits(within);
        let is_all = self.builder.ins().icmp_imm(IntCC::Equal, bits, 15);
        let [all, some, after] = self.blocks();
        let kind = if ty == Type::Float { F32X4 } else { I32X4 };
        let loaded = self.builder.append_block_param(after, kind);
        self.builder.ins().brif(is_all, all, &[], some, &[]);
        for (block, index) in [(all, inside), (some, index)] {
            self.begin(block);
            self.scoped(|this| {
                let reach = this.reach(array, index, mask)?;
                let (Held::Scalar(held) | Held::Vector(held)) = this.load_from(array, reach, ty)?;
                this.builder.ins().jump(after, &[held.into()]);
                Ok::<(), String>(())
            })?;
        }
        self.begin(after);
        Ok(Some(Held::Vector(loaded)))
    }

    /// Every second of eight cells.
    fn gather_pairs(&mut self, array: &Array, Spot(address, offset): Spot) -> Ir {
        let [low, high] = [0, 16].map(|further| {
            let words = self.builder.ins().load(I32X4, array.flags, address, offset + further);
            self.as_bytes(words)
        });
        self.shuffle(low, high, [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27])
    }

    /// Every fourth of sixteen cells, from this place in the first four. Those at other places are made of the same
    /// parts.
    fn gather_rows(&mut self, array: &Array, Spot(address, offset): Spot, place: u8) -> Ir {
        const LOW: [u8; 16] = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
        const HIGH: [u8; 16] = [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31];
        const FIRST: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
        const SECOND: [u8; 16] = [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31];
        let low = place < 2;
        let [upper, lower] = [0, 32].map(|further| {
            let start = offset + further;
            self.once(Made::Rows(address, start, low, self.memo.changes), |this| {
                let [one, other] = [0, 16].map(|next| {
                    let words = this.builder.ins().load(I32X4, array.flags, address, start + next);
                    this.as_bytes(words)
                });
                let pairs = this.shuffle(one, other, if low { LOW } else { HIGH });
                this.as_bytes(pairs)
            })
        });
        self.shuffle(upper, lower, if place.is_multiple_of(2) { FIRST } else { SECOND })
    }

    fn gather(&mut self, array: &Array, spots: [Spot; 4]) -> Ir {
        let [first, rest @ ..] = spots;
        let cell = self.builder.ins().load(I32, array.flags, first.0, first.1);
        let mut words = self.builder.ins().scalar_to_vector(I32X4, cell);
        for (lane, Spot(address, offset)) in (1..).zip(rest) {
            let cell = self.builder.ins().load(I32, array.flags, address, offset);
            words = self.builder.ins().insertlane(words, cell, lane);
        }
        words
    }

    /// A cell takes a value, in each active lane.
    pub(super) fn store(&mut self, place: Place, value: Value, mask: Mask) -> Result<(), String> {
        let (array, index) = self.array(place)?;
        self.memo.changes += 1;
        match self.reach(&array, index, mask)? {
            Reach::One(Spot(address, offset)) if !array.own && self.classes.value(value).is_uniform() => {
                let word = self.scalar(value)?;
                self.builder.ins().store(array.flags, word, address, offset);
            }
            Reach::One(_) if !array.own => {
                let spots = self.each(&array, index, mask)?;
                self.scatter(&array, spots, value)?;
            }
            Reach::One(spot) | Reach::Run(spot) => self.store_run(&array, index, spot, value, mask)?,
            Reach::Each(spots) => self.scatter(&array, spots, value)?,
            Reach::Pairs(spot) => self.scatter(&array, spot.every(8), value)?,
            Reach::Rows(spot, place) => self.scatter(&array, spot.further(place).every(16), value)?,
        }
        Ok(())
    }

    fn scatter(&mut self, array: &Array, spots: [Spot; 4], value: Value) -> Result<(), String> {
        let words = self.each_word(value)?;
        for (lane, Spot(address, offset)) in (0..).zip(spots) {
            let word = self.word(words, lane);
            self.builder.ins().store(array.flags, word, address, offset);
        }
        Ok(())
    }

    /// The bits of a value, of which each lane's is asked for by itself.
    pub(super) fn each_word(&mut self, value: Value) -> Result<Held, String> {
        Ok(match (self.of(value), self.classes.value(value).is_uniform()) {
            ((Type::Word, _), true) => Held::Scalar(self.scalar(value)?),
            _ => Held::Vector(self.words(value)?),
        })
    }

    /// The word of one lane.
    pub(super) fn word(&mut self, words: Held, lane: u8) -> Ir {
        match words {
            Held::Scalar(word) => word,
            Held::Vector(words) => self.builder.ins().extractlane(words, lane),
        }
    }

    /// The bits of a value in all lanes.
    pub(super) fn words(&mut self, value: Value) -> Result<Ir, String> {
        let vector = self.vector(value)?;
        Ok(if self.of(value).0 == Type::Float { self.as_words(vector) } else { vector })
    }

    fn store_run(
        &mut self,
        array: &Array,
        index: Value,
        Spot(address, offset): Spot,
        value: Value,
        mask: Mask,
    ) -> Result<(), String> {
        let words = self.words(value)?;
        let Mask::Some(lanes) = mask else {
            self.builder.ins().store(array.flags, words, address, offset);
            return Ok(());
        };
        if !array.common {
            let before = self.builder.ins().load(I32X4, array.flags, address, offset);
            let after = self.blend(lanes, words, before);
            self.builder.ins().store(array.flags, after, address, offset);
            return Ok(());
        }
        // Another thread may write the cells of the lanes that are not active.
        let bits = self.bits(lanes);
        let [all, some, after] = self.blocks();
        let is_all = self.builder.ins().icmp_imm(IntCC::Equal, bits, 15);
        self.builder.ins().brif(is_all, all, &[], some, &[]);
        self.begin(all);
        self.builder.ins().store(array.flags, words, address, offset);
        self.builder.ins().jump(after, &[]);
        self.begin(some);
        self.scoped(|this| {
            let spots = this.each(array, index, mask)?;
            this.scatter(array, spots, value)
        })?;
        self.builder.ins().jump(after, &[]);
        self.begin(after);
        Ok(())
    }
}
