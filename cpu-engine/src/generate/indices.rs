//! Where the lanes of a vector reach in an array. An inactive lane reaches cell -1, and a vector of neighbouring cells
//! with one active lane at most three cells too far: both are in the padding of every array. Where nothing is proven of
//! a kernel, what is out of range reaches the padding too.

use cranelift_codegen::ir::{
    InstBuilder, MemFlags, Value as Ir,
    condcodes::IntCC,
    types::{I32, I32X4, I64},
};
use lockstep_verifier::tree::{Operation, Place, Value, WordOperator};

use super::{Generator, Held, Mask, memo::Made, places::OWN};
use crate::classes::{Class, LANES};

/// An array.
#[derive(Clone, Copy)]
pub(super) struct Array {
    /// Its address is this and the offset.
    base: Ir,
    offset: i32,
    cells: Ir,
    pub(super) flags: MemFlags,
    /// Each lane has its own: four cells with one index lie side by side.
    pub(super) own: bool,
    /// Other threads touch it as well.
    pub(super) common: bool,
}

/// An address and what is to be added to it.
#[derive(Clone, Copy)]
pub(super) struct Spot(pub(super) Ir, pub(super) i32);

impl Spot {
    /// So many cells further.
    pub(super) fn further(self, cells: u8) -> Spot {
        Spot(self.0, self.1 + i32::from(cells) * 4)
    }

    /// From here on, so many bytes apart.
    pub(super) fn every(self, bytes: i32) -> [Spot; LANES as usize] {
        [0, 1, 2, 3].map(|lane| Spot(self.0, self.1 + lane * bytes))
    }
}

/// Where the lanes reach.
pub(super) enum Reach {
    /// All the same cell; or where each has its own, cells side by side.
    One(Spot),
    /// Cells side by side.
    Run(Spot),
    /// Every second cell from here.
    Pairs(Spot),
    /// The cells at this place of four rows of four, which begin here.
    Rows(Spot, u8),
    Each([Spot; LANES as usize]),
}

/// How far a constant offset may reach.
const FAR: i64 = 1 << 20;

impl Generator<'_> {
    /// The array of a place, and the index.
    pub(super) fn array(&mut self, place: Place) -> Result<(Array, Value), String> {
        let missing = || "an array is not there".to_string();
        match place {
            Place::Variable(_) => Err("a variable has no cells".into()),
            Place::Buffer(number, index) => {
                let (base, cells) = *self.buffers.get(number as usize).ok_or_else(missing)?;
                let writable = self.kernel.buffers.get(number as usize).is_some_and(|buffer| buffer.writable);
                let flags = if writable { MemFlags::new().with_notrap() } else { OWN.with_readonly() };
                // Each thread has bitmaps of its own.
                let common = number as usize <= self.arrays;
                Ok((Array { base, offset: 0, cells, flags, own: false, common }, index))
            }
            Place::Shared(number, index) => {
                let shared = *self.kernel.shared.get(number as usize).ok_or_else(missing)?;
                let offset = *self.layout.shared.get(number as usize).ok_or_else(missing)? as i32;
                let cells = self.builder.ins().iconst(I32, i64::from(shared.cells));
                let base = self.memory;
                Ok((Array { base, offset, cells, flags: OWN, own: false, common: false }, index))
            }
            Place::VariableCell(number, index) => {
                let variable = self.kernel.variables.get(number as usize).ok_or_else(missing)?;
                let count = variable.cells.ok_or_else(missing)?;
                let cells = self.builder.ins().iconst(I32, i64::from(count));
                if let Some(Some(address)) = self.tables.get(number as usize) {
                    let base = self.builder.ins().iconst(I64, *address);
                    let flags = OWN.with_readonly();
                    return Ok((Array { base, offset: 0, cells, flags, own: false, common: false }, index));
                }
                let offset = *self.layout.cells.get(number as usize).ok_or_else(missing)? as i32;
                let step = *self.layout.steps.get(number as usize).ok_or_else(missing)?;
                let mut base = self.memory;
                if step > 0 {
                    let lane = self.builder.ins().uextend(I64, self.lane);
                    let before = self.builder.ins().imul_imm(lane, i64::from(step / LANES));
                    base = self.builder.ins().iadd(base, before);
                }
                Ok((Array { base, offset, cells, flags: OWN, own: true, common: false }, index))
            }
        }
    }

    /// Where the lanes reach with an index.
    pub(super) fn reach(&mut self, array: &Array, index: Value, mask: Mask) -> Result<Reach, String> {
        let scale = if array.own { 16 } else { 4 };
        if let Class::Scalar { stride, .. } = self.classes.value(index) {
            if stride == 0 || (stride == 1 && !array.own) {
                let last = if stride == 0 { 0 } else { LANES - 1 };
                let spot = self.spot_of_first(array, index, last)?;
                return Ok(if stride == 0 { Reach::One(spot) } else { Reach::Run(spot) });
            }
            let apart = i64::from(stride.cast_signed()) * scale;
            if let (Mask::All, false) = (mask, self.target.checked)
                && apart.abs() < FAR
            {
                if stride == 2 && !array.own {
                    return self.spot_of_first(array, index, 0).map(Reach::Pairs);
                }
                if stride == 4 && !array.own {
                    return self.rows(array, index);
                }
                let own = if array.own { 4 } else { 0 };
                let first = self.spot_of_first(array, index, 0)?;
                return Ok(Reach::Each(first.every(apart as i32 + own)));
            }
        }
        self.each(array, index, mask).map(Reach::Each)
    }

    /// Cells four apart: if it is known where a row of four begins, other loads share it.
    fn rows(&mut self, array: &Array, index: Value) -> Result<Reach, String> {
        let (first, constant) = self.split(index)?;
        let rest = self.rest_of(index);
        let multiple = match self.classes.value(rest) {
            Class::Scalar { multiple, .. } => multiple,
            _ => 0,
        };
        let place = if multiple >= 2 { constant.rem_euclid(4) } else { 0 };
        let spot = self.spot_at(array, first, constant - place);
        Ok(Reach::Rows(spot, place as u8))
    }

    /// Where each lane reaches.
    pub(super) fn each(&mut self, array: &Array, index: Value, mask: Mask) -> Result<[Spot; LANES as usize], String> {
        let mut index = self.vector(index)?;
        if self.target.checked {
            let cells = self.builder.ins().splat(I32X4, array.cells);
            let out = self.builder.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, cells);
            index = self.builder.ins().bor(index, out);
        }
        if let Mask::Some(mask) = mask {
            index = self.once(Made::Inside(index, mask), |this| {
                let out = this.builder.ins().bnot(mask);
                this.builder.ins().bor(index, out)
            });
        }
        let (scale, own) = if array.own { (4, 4) } else { (2, 0) };
        let mut spot = |lane: u8| {
            let index = self.once(Made::Index(index, lane), |this| {
                let index = this.builder.ins().extractlane(index, lane);
                this.builder.ins().sextend(I64, index)
            });
            let bytes = self.builder.ins().ishl_imm(index, scale);
            let address = self.builder.ins().iadd(array.base, bytes);
            Spot(address, array.offset + i32::from(lane) * own)
        };
        Ok([spot(0), spot(1), spot(2), spot(3)])
    }

    /// Where the first lane reaches; the last one reaches so many cells further.
    fn spot_of_first(&mut self, array: &Array, index: Value, last: u32) -> Result<Spot, String> {
        let (mut first, constant) = if self.target.checked { (self.scalar(index)?, 0) } else { self.split(index)? };
        if self.target.checked {
            let end = self.builder.ins().iadd_imm(first, i64::from(last));
            let cells = self.builder.ins().iadd_imm(array.cells, i64::from(last));
            let within = self.builder.ins().icmp(IntCC::UnsignedLessThan, end, cells);
            let outside = self.builder.ins().iconst(I32, -1 - i64::from(last));
            first = self.builder.ins().select(within, first, outside);
        }
        Ok(self.spot_at(array, first, constant))
    }

    fn spot_at(&mut self, array: &Array, first: Ir, constant: i64) -> Spot {
        let scale = if array.own { 4 } else { 2 };
        let base = array.base;
        let address = self.once(Made::Address(base, first, scale), |this| {
            let first = this.builder.ins().sextend(I64, first);
            let bytes = this.builder.ins().ishl_imm(first, i64::from(scale));
            this.builder.ins().iadd(base, bytes)
        });
        Spot(address, array.offset + ((constant as i32) << scale))
    }

    /// An index as a word and a constant, so that neighbouring cells share an address. Their sum is below 2^31, and the
    /// constant far smaller, so the sum of both as 64-bit integers is the same.
    fn split(&mut self, index: Value) -> Result<(Ir, i64), String> {
        if let Some(word) = self.known(index)
            && i64::from(word) < FAR
        {
            return Ok((self.builder.ins().iconst(I32, 0), i64::from(word)));
        }
        let (rest, constant) = self.sum(index);
        Ok((self.scalar(rest)?, constant))
    }

    /// The part of an index that is not constant.
    fn rest_of(&self, index: Value) -> Value {
        self.sum(index).0
    }

    fn sum(&self, index: Value) -> (Value, i64) {
        let mut rest = self.classes.real(index);
        let mut sum = 0;
        while let Some(Operation::Word(operator @ (WordOperator::Add | WordOperator::Subtract), a, b)) =
            self.operation(rest)
        {
            let constant = |side: Value| self.known(side).map(|word| i64::from(word.cast_signed()));
            let (next, constant) = match (operator, constant(a), constant(b)) {
                (WordOperator::Add, _, Some(constant)) => (a, constant),
                (WordOperator::Add, Some(constant), _) => (b, constant),
                (WordOperator::Subtract, _, Some(constant)) => (a, -constant),
                _ => break,
            };
            if (sum + constant).abs() >= FAR || !self.is_here(next) {
                break;
            }
            (rest, sum) = (self.classes.real(next), sum + constant);
        }
        (rest, sum)
    }

    /// Whether a scalar is held in a register where the present part can use it.
    pub(super) fn is_here(&self, value: Value) -> bool {
        matches!(self.classes.value(self.classes.real(value)), Class::Scalar { .. })
            && self.of_this_part(value).is_some()
    }

    /// Whether a value is there for the present part, or is made now.
    pub(super) fn is_at_hand(&mut self, value: Value) -> Result<bool, String> {
        self.wake(self.classes.real(value))?;
        Ok(self.of_this_part(value).is_some())
    }

    /// What holds a value, if it is of the group, or of the present part.
    pub(super) fn of_this_part(&self, value: Value) -> Option<Held> {
        let (held, part) = self.values.get(self.classes.real(value).0 as usize).copied().flatten()?;
        (part.is_none() || part == self.part).then_some(held)
    }
}
