//! Cells that a lane may or may not own: the law decides. What it lets pass must have no race.

use lockstep_numbers::Binary;

use super::{
    make::{add, binary, count, less, number, times},
    own_form::LanePlace,
    tree::Expr,
    writer::{Own, OwnIndex, SLOTS, Writer},
};

impl Writer {
    /// Cells of some form, by lanes at a place.
    pub(super) fn wild_own(&mut self, sizes: &[Expr], place: &LanePlace) -> Own {
        self.forms.insert("owned or not");
        let slots = if self.one_in(3) { vec![1 + self.below(3)] } else { Vec::new() };
        let indices = sizes.iter().map(|size| {
            if self.one_in(8) {
                return OwnIndex::Free(size.clone());
            }
            let mut index = self.wild_index(place);
            if !slots.is_empty() && self.one_in(2) {
                let factor = number(1 + self.below(8));
                index = add(index, times(factor, count(SLOTS[0])));
            }
            // Mostly in range, since a trap would hide what comes after it.
            if !self.one_in(4) {
                index = binary(Binary::Remainder, index, size.clone());
            }
            OwnIndex::Formed(index)
        });
        let indices = indices.collect();
        let lane = self.pick(&[place.number(), place.coordinates[0].clone()]);
        let some = number(self.below(place.lanes().min(40) + 1));
        let guard = match self.below(8) {
            0 | 1 => Some(less(lane, some)),
            2 => Some(binary(Binary::Equal, lane, some)),
            3 => Some(binary(Binary::Equal, binary(Binary::And, lane, number(1)), number(0))),
            4 => Some(binary(Binary::GreaterOrEqual, lane, some)),
            _ => None,
        };
        Own { indices, slots, reads: guard.is_none(), guard }
    }

    /// Made of coordinates and small numbers.
    fn wild_index(&mut self, place: &LanePlace) -> Expr {
        let lane = if self.one_in(2) { place.number() } else { self.pick(&place.coordinates) };
        let other = self.pick(&place.coordinates);
        let few = number(self.below(5));
        let width = self.pick(&place.sizes);
        let size = number(self.pick(&[1, 2, 3, 4, 8, 16, width]));
        match self.below(12) {
            0 => add(lane, few),
            1 => times(lane, size),
            2 => add(times(lane, size), other),
            3 => add(times(lane, size), times(other, few)),
            4 => binary(Binary::Xor, lane, few),
            5 => binary(Binary::Xor, lane, other),
            6 => binary(Binary::Divide, lane, size),
            7 => binary(Binary::Remainder, lane, size),
            8 => binary(Binary::Subtract, size, lane),
            9 => binary(Binary::Or, lane, few),
            10 => binary(Binary::ShiftRight, lane, few),
            _ => lane,
        }
    }
}
