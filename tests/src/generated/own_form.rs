//! The cells that the lanes of a group own in a phase: strided, from the end, rotated, exchanged by `^`, padded,
//! transposed, guarded, or all of one lane.

use lockstep_numbers::Binary;

use super::{
    each::rotated,
    make::{add, binary, both, count, less, number, subtract, times},
    tree::Expr,
    writer::{Own, OwnIndex, SLOTS, Writer},
};

/// A lane's place in its group: coordinates by name, each below a size.
#[derive(Clone, Debug)]
pub struct LanePlace {
    pub coordinates: Vec<Expr>,
    pub sizes: Vec<u32>,
}

impl LanePlace {
    /// How many lanes there are.
    pub fn lanes(&self) -> u32 {
        self.sizes.iter().product()
    }

    /// The number of the lane.
    pub fn number(&self) -> Expr {
        let both = self.coordinates.iter().zip(&self.sizes);
        let sum = both.fold(None, |sum: Option<Expr>, (coordinate, size)| {
            Some(match sum {
                None => coordinate.clone(),
                Some(sum) => add(times(sum, number(*size)), coordinate.clone()),
            })
        });
        sum.unwrap_or_else(|| number(0))
    }
}

fn formed(indices: Vec<Expr>, slots: Vec<u32>, guard: Option<Expr>) -> Own {
    let reads = guard.is_none();
    Own { indices: indices.into_iter().map(OwnIndex::Formed).collect(), slots, guard, reads }
}

impl Writer {
    /// Cells of an array of constant sizes that each lane owns alone.
    pub(super) fn own_form(&mut self, sizes: &[u32], place: &LanePlace) -> Own {
        if self.wild && self.one_in(2) {
            let sizes: Vec<Expr> = sizes.iter().copied().map(number).collect();
            return self.wild_own(&sizes, place);
        }
        if self.one_in(8) {
            self.forms.insert("one lane owns all");
            let lane = number(self.below(place.lanes()));
            let guard = Some(binary(Binary::Equal, place.number(), lane));
            let indices = sizes.iter().map(|size| OwnIndex::Free(number(*size))).collect();
            return Own { indices, slots: Vec::new(), guard, reads: false };
        }
        match sizes {
            [size] => self.own_line(*size, place),
            _ if sizes.len() == place.sizes.len() && !self.one_in(5) => self.own_block(sizes, place),
            _ => {
                self.forms.insert("lanes by number over rows");
                flattened(sizes, place)
            }
        }
    }

    /// Of an array of one dimension.
    fn own_line(&mut self, size: u32, place: &LanePlace) -> Own {
        let (lanes, lane) = (place.lanes(), place.number());
        if size < lanes {
            self.forms.insert("fewer cells than lanes");
            return formed(vec![lane.clone()], Vec::new(), Some(less(lane, number(size))));
        }
        let slots = size / lanes;
        let slot = count(SLOTS[0]);
        let form = self.below(7);
        if form == 0 {
            self.forms.insert("a lane's cells beside each other");
            return formed(vec![add(times(lane, number(slots)), slot)], vec![slots], None);
        }
        let names = ["", "from the end", "exchanged by ^", "rotated", "times an odd number", "beside the first cell"];
        self.forms.extend(names.get(form as usize));
        let lane = match form {
            1 => subtract(number(lanes - 1), lane),
            2 if lanes.is_power_of_two() => binary(Binary::Xor, lane, number(self.below(lanes))),
            3 => rotated(lane, self.below(lanes), number(lanes)),
            4 if lanes.is_power_of_two() => {
                binary(Binary::And, times(lane, number(1 + 2 * self.below(8))), number(lanes - 1))
            }
            5 => {
                let offset = self.below(size - lanes + 1);
                return formed(vec![add(lane, number(offset))], Vec::new(), None);
            }
            _ => lane,
        };
        if slots == 1 {
            return formed(vec![lane], Vec::new(), None);
        }
        formed(vec![add(lane, times(slot, number(lanes)))], vec![slots], None)
    }

    /// Of an array with as many dimensions as the lanes have.
    fn own_block(&mut self, sizes: &[u32], place: &LanePlace) -> Own {
        let mut coordinates: Vec<(Expr, u32)> =
            place.coordinates.iter().cloned().zip(place.sizes.iter().copied()).collect();
        let turned = coordinates.iter().rev().zip(sizes).all(|((_, lanes), size)| lanes <= size);
        if turned && self.one_in(3) {
            self.forms.insert("transposed");
            coordinates.reverse();
        }
        // Lanes of one row exchange their columns; the row decides how.
        let last = coordinates.len() - 1;
        let (column, columns) = coordinates[last].clone();
        if columns.is_power_of_two() && columns <= sizes[last] && self.one_in(3) {
            self.forms.insert("columns exchanged by ^");
            let row = binary(Binary::And, coordinates[0].0.clone(), number(columns - 1));
            coordinates[last].0 = binary(Binary::Xor, column, row);
        }
        let (mut indices, mut slots, mut guards) = (Vec::new(), Vec::new(), Vec::new());
        for ((coordinate, lanes), size) in coordinates.into_iter().zip(sizes) {
            if *size < lanes {
                guards.push(less(coordinate.clone(), number(*size)));
                indices.push(coordinate);
                continue;
            }
            if !size.is_multiple_of(lanes) {
                self.forms.insert("padded");
            }
            let each = size / lanes;
            let slot = count(SLOTS[slots.len()]);
            indices.push(match each {
                1 => coordinate,
                _ if self.one_in(2) => add(times(coordinate, number(each)), slot),
                _ => add(coordinate, times(slot, number(lanes))),
            });
            if each > 1 {
                slots.push(each);
            }
        }
        formed(indices, slots, guards.into_iter().reduce(both))
    }
}

/// The lanes by number, row after row.
fn flattened(sizes: &[u32], place: &LanePlace) -> Own {
    let cells: u32 = sizes.iter().product();
    let lane = place.number();
    let mut inner = cells;
    let mut indices = Vec::new();
    for (i, size) in sizes.iter().enumerate() {
        inner /= size;
        let mut index = lane.clone();
        if inner > 1 {
            index = binary(Binary::Divide, index, number(inner));
        }
        // Lanes beyond the array are kept out, so the first index needs no remainder.
        if i > 0 {
            index = binary(Binary::Remainder, index, number(*size));
        }
        indices.push(index);
    }
    let guard = (cells < place.lanes()).then(|| less(lane, number(cells)));
    formed(indices, Vec::new(), guard)
}
