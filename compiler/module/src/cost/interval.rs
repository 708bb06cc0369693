//! Intervals of values. What an operation gives for any operands within theirs lies within its own; what could wrap is
//! the whole type; a division by zero, which traps, is one by 1, since the lane goes on like that.

use lockstep_numbers::{Binary, ScalarType, Unary, binary, convert, unary};

use crate::job::Operation;

/// The numbers from `low` to `high`. A float or packed word stands for its bits, `bool` for 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) low: i128,
    pub(super) high: i128,
}

impl Interval {
    pub(super) fn new(low: i128, high: i128) -> Interval {
        Interval { low, high }
    }

    pub(super) fn one(number: i128) -> Interval {
        Interval { low: number, high: number }
    }

    /// Every value of a type.
    pub(super) fn whole(ty: ScalarType) -> Interval {
        let bits = ty.words() as u32 * 32;
        match ty {
            ScalarType::Bool => Interval::new(0, 1),
            _ if ty.is_signed() => Interval::new(-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
            _ => Interval::new(0, (1 << bits) - 1),
        }
    }

    /// Every value that a slot can hold.
    pub(super) fn anything() -> Interval {
        Interval::whole(ScalarType::U64)
    }

    /// The same bits read as a value of type `ty`. An interval that is broken in two by that becomes the whole type.
    pub(super) fn read_as(self, ty: ScalarType) -> Interval {
        let whole = Interval::whole(ty);
        let turn = 1 << (ty.words() * 32);
        [0, turn, -turn]
            .map(|by| Interval::new(self.low + by, self.high + by))
            .into_iter()
            .find(|moved| moved.within(whole))
            .unwrap_or(whole)
    }

    fn within(self, other: Interval) -> bool {
        other.low <= self.low && self.high <= other.high
    }

    /// Results that do not wrap stay; if any could, every value is possible.
    fn fit(self, ty: ScalarType) -> Interval {
        let whole = Interval::whole(ty);
        if self.within(whole) { self } else { whole }
    }

    /// The bits, where there is one value.
    fn single(self, ty: ScalarType) -> Option<u64> {
        (self.low == self.high).then_some(self.low as u64 & ty.mask())
    }

    fn of_bits(bits: u64, ty: ScalarType) -> Interval {
        Interval::one(bits.into()).read_as(ty)
    }

    /// From the least to the greatest of a function's values at the corners, which is where a function that is monotone
    /// in each operand has them. None if one is too large to compute with.
    fn corners(self, other: Interval, f: impl Fn(i128, i128) -> Option<i128>) -> Option<Interval> {
        let all =
            [f(self.low, other.low)?, f(self.low, other.high)?, f(self.high, other.low)?, f(self.high, other.high)?];
        Some(Interval::new(all.into_iter().min()?, all.into_iter().max()?))
    }
}

/// The interval of a postfix expression that `check` has found well formed, in linear time.
pub(super) fn evaluate(expression: &[Operation], slots: &[Interval]) -> Interval {
    let mut stack: Vec<Interval> = Vec::with_capacity(8);
    for operation in expression {
        let mut pop = || stack.pop().unwrap_or(Interval::anything());
        let value = match *operation {
            Operation::Constant(bits) => Interval::one(bits.into()),
            Operation::Slot(slot) => slots.get(slot as usize).copied().unwrap_or(Interval::anything()),
            Operation::Unary(op, ty) => of_unary(op, ty, pop()),
            Operation::Binary(op, ty) => {
                let (b, a) = (pop(), pop());
                of_binary(op, ty, a, b)
            }
            Operation::Convert(from, to) => of_convert(from, to, pop()),
        };
        stack.push(value);
    }
    stack.pop().unwrap_or(Interval::anything())
}

fn of_unary(op: Unary, ty: ScalarType, a: Interval) -> Interval {
    let (a, result) = (a.read_as(ty), op.result(ty));
    if let Some(bits) = a.single(ty) {
        return Interval::of_bits(unary(op, ty, bits), result);
    }
    match op {
        _ if ty == ScalarType::F32 => Interval::whole(result),
        Unary::Negate => Interval::new(-a.high, -a.low).fit(ty),
        Unary::Absolute => {
            let least = if a.low > 0 {
                a.low
            } else if a.high < 0 {
                -a.high
            } else {
                0
            };
            Interval::new(least, a.high.max(-a.low)).fit(ty)
        }
        // Of a signed number -1 - a, of an unsigned one or a truth the distance from the greatest.
        Unary::Not => {
            let top = if ty.is_signed() { -1 } else { Interval::whole(ty).high };
            Interval::new(top - a.high, top - a.low)
        }
        Unary::SquareRoot | Unary::HalfToFloat | Unary::FloatToHalf | Unary::FloatToBrain => Interval::whole(result),
    }
}

fn of_convert(from: ScalarType, to: ScalarType, a: Interval) -> Interval {
    let a = a.read_as(from);
    if let Some(bits) = a.single(from) {
        return Interval::of_bits(convert(from, to, bits), to);
    }
    if from == ScalarType::F32 || matches!(to, ScalarType::F32 | ScalarType::Bool) {
        return if from == to { a } else { Interval::whole(to) };
    }
    a.read_as(to)
}

fn of_binary(op: Binary, ty: ScalarType, a: Interval, b: Interval) -> Interval {
    let (a, b, result) = (a.read_as(ty), b.read_as(op.right(ty)), op.result(ty));
    if let (Some(x), Some(y)) = (a.single(ty), b.single(op.right(ty))) {
        // A lane that divides by zero traps and goes on as if it had divided by 1.
        let by_one = || binary(op, ty, x, 1).unwrap_or(0);
        return Interval::of_bits(binary(op, ty, x, y).unwrap_or_else(|_| by_one()), result);
    }
    if !ty.is_integer() {
        return Interval::whole(result);
    }
    let bits = ty.words() as i128 * 32;
    let computed = match op {
        Binary::Add => Some(Interval::new(a.low + b.low, a.high + b.high)),
        Binary::Subtract => Some(Interval::new(a.low - b.high, a.high - b.low)),
        Binary::Multiply => a.corners(b, i128::checked_mul),
        Binary::Divide => divide(a, b, |x, y| Some(x / y)),
        Binary::CeilingDivide => divide(a, b, |x, y| Some((x + y - 1) / y)),
        Binary::Remainder => Some(remainder(a, b)),
        Binary::Minimum => Some(Interval::new(a.low.min(b.low), a.high.min(b.high))),
        Binary::Maximum => Some(Interval::new(a.low.max(b.low), a.high.max(b.high))),
        Binary::ShiftLeft if b.high < bits => a.corners(b, |x, by| x.checked_mul(1 << by)),
        Binary::ShiftRight if b.high < bits => a.corners(b, |x, by| Some(x >> by)),
        Binary::MultiplyHigh => a.corners(b, |x, y| Some((x * y) >> 32)),
        Binary::And if a.low >= 0 && b.low >= 0 => Some(Interval::new(0, a.high.min(b.high))),
        Binary::Or if a.low >= 0 && b.low >= 0 => Some(Interval::new(a.low.max(b.low), all_ones(a.high.max(b.high)))),
        Binary::Xor if a.low >= 0 && b.low >= 0 => Some(Interval::new(0, all_ones(a.high.max(b.high)))),
        _ => None,
    };
    computed.map_or(Interval::whole(result), |interval| interval.fit(result))
}

/// The least number of ones in binary that is at least `number`.
fn all_ones(number: i128) -> i128 {
    (1 << (128 - number.leading_zeros())) - 1
}

/// A quotient, with 1 in the place of zero.
fn divide(a: Interval, b: Interval, f: impl Fn(i128, i128) -> Option<i128>) -> Option<Interval> {
    let below = (b.low < 0).then(|| a.corners(Interval::new(b.low, b.high.min(-1)), &f)).flatten();
    let above = (b.high >= 0).then(|| a.corners(Interval::new(b.low.max(1), b.high.max(1)), &f)).flatten();
    match (below, above) {
        (Some(below), Some(above)) => Some(Interval::new(below.low.min(above.low), below.high.max(above.high))),
        (some, None) | (None, some) => Some(some.unwrap_or(Interval::one(0))),
    }
}

/// It has the sign of the dividend, and is nearer to zero than both dividend and divisor.
fn remainder(a: Interval, b: Interval) -> Interval {
    let most = (b.high.abs().max(b.low.abs()) - 1).max(0);
    let low = if a.low < 0 { a.low.max(-most) } else { 0 };
    let high = if a.high > 0 { a.high.min(most) } else { 0 };
    Interval::new(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers around every edge of a type.
    fn edges(ty: ScalarType) -> Vec<i128> {
        let Interval { low, high } = Interval::whole(ty);
        let middle = [-40, -33, -7, -2, -1, 0, 1, 2, 3, 31, 32, 63, 64, 100, 65_535, 65_536];
        let all = middle.into_iter().chain([low, low + 1, low + 2, high - 2, high - 1, high, high / 2, high / 2 + 1]);
        all.filter(|number| (low..=high).contains(number)).collect()
    }

    fn intervals(ty: ScalarType) -> Vec<Interval> {
        let edges = edges(ty);
        let pairs = edges.iter().flat_map(|low| edges.iter().map(|high| Interval::new(*low, *high)));
        // Every third of them: the product of two lists is tried.
        pairs.filter(|interval| interval.low <= interval.high).step_by(3).collect()
    }

    /// The ends of an interval and the edges within it.
    fn members(interval: Interval, ty: ScalarType) -> Vec<i128> {
        let inside = |number: &i128| (interval.low..=interval.high).contains(number);
        edges(ty).into_iter().chain([interval.low, interval.high]).filter(inside).collect()
    }

    fn bits(number: i128, ty: ScalarType) -> u64 {
        number as u64 & ty.mask()
    }

    #[test]
    fn no_result_lies_outside_its_interval() {
        for ty in [ScalarType::U32, ScalarType::I32, ScalarType::U64, ScalarType::I64] {
            for op in Binary::ALL.iter().copied().filter(|op| op.accepts(ty)) {
                let (left, right) = (intervals(ty), intervals(op.right(ty)));
                for a in left {
                    for b in right.iter().step_by(2) {
                        let found = of_binary(op, ty, a, *b);
                        for x in members(a, ty) {
                            for y in members(*b, op.right(ty)) {
                                let exact = binary(op, ty, bits(x, ty), bits(y, op.right(ty)));
                                let Ok(exact) = exact else { continue };
                                let exact = Interval::of_bits(exact, op.result(ty));
                                assert!(exact.within(found), "{x} {op:?} {y} as {ty}: {exact:?} not in {found:?}");
                            }
                        }
                    }
                }
            }
            let unaries = Unary::ALL.iter().copied().filter(|op| op.accepts(ty) && op.result(ty).is_integer());
            for (op, a) in unaries.flat_map(|op| intervals(ty).into_iter().map(move |a| (op, a))) {
                for x in members(a, ty) {
                    let exact = Interval::of_bits(unary(op, ty, bits(x, ty)), ty);
                    assert!(exact.within(of_unary(op, ty, a)), "{op:?} {x} as {ty}");
                }
            }
            for (to, a) in ScalarType::ALL.into_iter().flat_map(|to| intervals(ty).into_iter().map(move |a| (to, a))) {
                for x in members(a, ty) {
                    let exact = Interval::of_bits(convert(ty, to, bits(x, ty)), to);
                    assert!(exact.within(of_convert(ty, to, a)), "{x} from {ty} to {to}");
                }
            }
        }
    }

    #[test]
    fn what_cannot_wrap_stays_narrow() {
        let (n, m) = (Interval::new(1, 100), Interval::new(4, 16));
        let u32 = |op| of_binary(op, ScalarType::U32, n, m);
        assert_eq!(u32(Binary::Add), Interval::new(5, 116));
        assert_eq!(u32(Binary::Multiply), Interval::new(4, 1600));
        assert_eq!(u32(Binary::CeilingDivide), Interval::new(1, 25));
        assert_eq!(u32(Binary::Remainder), Interval::new(0, 15));
        assert_eq!(u32(Binary::ShiftLeft), Interval::new(16, 100 << 16));
        assert_eq!(u32(Binary::Subtract), Interval::whole(ScalarType::U32));
        assert_eq!(of_binary(Binary::Subtract, ScalarType::I32, n, m), Interval::new(-15, 96));
    }

    #[test]
    fn a_division_by_zero_is_one_by_one() {
        let (n, m) = (Interval::new(0, 100), Interval::new(0, 5));
        assert_eq!(of_binary(Binary::Divide, ScalarType::U32, n, m), Interval::new(0, 100));
        assert_eq!(of_binary(Binary::Divide, ScalarType::U32, n, Interval::one(0)), n);
        let one = |op, ty| of_binary(op, ty, Interval::one(7), Interval::one(0));
        assert_eq!(one(Binary::Divide, ScalarType::U32), Interval::one(7));
        assert_eq!(one(Binary::CeilingDivide, ScalarType::U32), Interval::one(7));
        assert_eq!(one(Binary::Remainder, ScalarType::I32), Interval::one(0));
        let below = of_binary(Binary::Divide, ScalarType::I32, Interval::one(6), Interval::new(-3, 0));
        assert_eq!(below, Interval::new(-6, 6));
    }
}
