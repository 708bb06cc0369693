//! Loads and stores of arrays.

use cranelift_codegen::ir::{
    InstBuilder, Value as Ir,
    condcodes::IntCC,
    types::{F32, F32X4, I32, I32X4},
};
use lockstep_verifier::tree::{Place, Type, Value};

use super::{
    Generator, Held, Mask,
    indices::{Array, Reach, Spot},
};
use crate::classes::Class;

impl Generator<'_> {
    /// What a cell holds.
    pub(super) fn load(&mut self, place: Place, (ty, _): (Type, Class), mask: Mask) -> Result<Held, String> {
        let (array, index) = self.array(place)?;
        Ok(match self.reach(&array, index, mask)? {
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
            Reach::Each(spots) => {
                let words = self.gather(&array, spots);
                Held::Vector(if ty == Type::Float { self.as_floats(words) } else { words })
            }
        })
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
        }
        Ok(())
    }

    fn scatter(&mut self, array: &Array, spots: [Spot; 4], value: Value) -> Result<(), String> {
        let words = self.words(value)?;
        for (lane, Spot(address, offset)) in (0..).zip(spots) {
            let word = self.builder.ins().extractlane(words, lane);
            self.builder.ins().store(array.flags, word, address, offset);
        }
        Ok(())
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
        let spots = self.each(array, index, mask)?;
        self.scatter(array, spots, value)?;
        self.builder.ins().jump(after, &[]);
        self.begin(after);
        Ok(())
    }
}
