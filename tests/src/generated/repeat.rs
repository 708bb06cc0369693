//! Loops of lanes and functions. Each is short: a bound is a number, something known that is small, or has a maximum.

use lockstep_numbers::{Binary, ScalarType};

use super::{
    make::{binary, literal, name, number},
    tree::{Block, Expr, For, Stmt},
    writer::{Variable, Writer},
};

/// A range, and how often a loop over it runs at most.
struct Range {
    from: Expr,
    to: Expr,
    step: Option<u32>,
    max: Option<Expr>,
    trips: u32,
    /// What the counter is below.
    below: Option<Expr>,
}

impl Writer {
    pub(super) fn repeat(&mut self) {
        let range = self.range();
        self.repeat_with(range, |writer| writer.some_statements(3));
    }

    /// A loop over the numbers below a constant; its counter is an index that is in range.
    pub(super) fn repeat_below(&mut self, size: u32, inner: impl FnOnce(&mut Writer)) {
        let (from, to) = (number(0), number(size));
        self.repeat_with(Range { from, to: to.clone(), step: None, max: None, trips: size, below: Some(to) }, inner);
    }

    fn repeat_with(&mut self, range: Range, inner: impl FnOnce(&mut Writer)) {
        let counter = self.fresh("i");
        let Range { from, to, step, max, trips, below } = range;
        let before = self.trips;
        self.trips = before.saturating_mul(trips.max(1));
        self.loops += 1;
        let ty = from.ty.clone();
        let body: Block = self.block(|writer| {
            // Without a known beginning, as under a `max`, a counter bounds nothing.
            let bounds = max.is_none();
            writer.scope.push(Variable { bounds, below, ..Variable::value(&counter, ty) });
            inner(writer);
        });
        self.loops -= 1;
        self.trips = before;
        self.push(Stmt::For(Box::new(For { counter, from, to, step, max, body })));
    }

    fn range(&mut self) -> Range {
        use ScalarType::{I32, U32};
        let signed = |value: i32| literal(I32, value.cast_unsigned().into());
        match self.below(8) {
            0 => {
                let step = 1 + self.below(3);
                let (from, to) = (self.below(4) as i32 - 3, self.below(7) as i32 - 1);
                Range { from: signed(from), to: signed(to), step: Some(step), max: None, trips: 8, below: None }
            }
            1 | 2 => {
                let Some(bound) = self.known_before() else { return self.constant_range() };
                // At most so many, whatever it is: a scalar of a call can be any number.
                let to = binary(Binary::Minimum, bound, number(5));
                Range { from: number(self.below(2)), to, step: None, max: None, trips: 5, below: None }
            }
            3 => {
                // Bounds from data, with a maximum that holds.
                let most = binary(Binary::And, self.scalar(I32, 2), signed(3));
                Range {
                    from: signed(-2),
                    to: most,
                    step: None,
                    max: Some(number(5 + self.below(2))),
                    trips: 4,
                    below: None,
                }
            }
            4 => {
                let most = binary(Binary::And, self.scalar(U32, 2), number(3));
                let max = if self.may_trap && self.one_in(3) { 2 } else { 3 };
                let below = Some(number(3));
                Range { from: number(0), to: most, step: None, max: Some(number(max)), trips: 3, below }
            }
            5 => {
                // Near the end of the numbers, where a counter could wrap.
                let first = u32::MAX - self.below(9);
                Range {
                    from: number(first),
                    to: number(u32::MAX),
                    step: Some(1 + self.below(4)),
                    max: None,
                    trips: 8,
                    below: None,
                }
            }
            6 => {
                // Empty, or nearly.
                let (from, to) = (self.below(5), self.below(5));
                Range { from: number(from), to: number(to), step: None, max: None, trips: 4, below: Some(number(to)) }
            }
            _ => self.constant_range(),
        }
    }

    fn constant_range(&mut self) -> Range {
        let size = 1 + self.below(6);
        let step = self.one_in(3).then(|| 1 + self.below(3));
        Range { from: number(0), to: number(size), step, max: None, trips: size, below: Some(number(size)) }
    }
}

impl Writer {
    /// Something known before the lane starts.
    fn known_before(&mut self) -> Option<Expr> {
        let known = |variable: &&Variable| variable.bounds && variable.ty.scalar() == Some(ScalarType::U32);
        let names: Vec<String> = self.scope.iter().filter(known).map(|variable| variable.name.clone()).collect();
        if names.is_empty() { None } else { Some(name(&self.pick(&names), ScalarType::U32)) }
    }
}
