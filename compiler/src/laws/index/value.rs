//! Expressions to sums, where arithmetic provably does not wrap; else to atoms of which less is known. Nothing here
//! relies on a trap: a lane that has trapped goes on with cell 0, divisor 1 and the stated maximum of trips.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use lockstep_module::Extent;
use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    linear::Linear,
    range,
    space::{Key, Range, Space},
};
use crate::program::{Access, ArrayRef, Expression, ExpressionKind, Kernel, LocalId, Program};

/// Products of sums with more terms are not taken apart.
const MAX_FACTOR_TERMS: usize = 3;

/// What is known at one point of a walk.
pub(super) struct Knowledge<'p> {
    program: &'p Program,
    kernel: &'p Kernel,
    pub(super) space: Space,
    /// For each local.
    values: Vec<Option<Linear>>,
    /// What follows from a `let` of type `bool` being false, and being true.
    pub(super) truths: HashMap<LocalId, [Vec<Linear>; 2], RandomState>,
    /// The values of the `if`s that the walk has just left, by their place in the program.
    pub(super) choices: HashMap<*const Expression, Linear, RandomState>,
}

impl<'p> Knowledge<'p> {
    /// What is known before the first statement of a kernel.
    pub(super) fn of(program: &'p Program, kernel: &'p Kernel) -> Self {
        let values = vec![None; kernel.locals.len()];
        let (space, truths, choices) = (Space::default(), HashMap::default(), HashMap::default());
        let mut knowledge = Knowledge { program, kernel, space, values, truths, choices };
        let most = i128::from(program.profile.max_array_words());
        for extent in kernel.extents() {
            let atom = knowledge.space.atom((0, most));
            knowledge.set(extent, Some(atom));
        }
        for (scalar, (_, ty)) in kernel.scalars().zip(kernel.signature.scalars()) {
            let atom = range::of_type(ty).map(|range| knowledge.space.atom(range));
            knowledge.set(scalar, atom);
        }
        for tile in kernel.tiles() {
            let dimensions = kernel.signature.arrays().nth(tile.array).map_or(&[][..], |(.., ty)| &ty.dimensions);
            for ((local, size), dimension) in tile.origin.iter().zip(&tile.sizes).zip(dimensions) {
                knowledge.origin(*local, i128::from((*size).max(1)), *dimension);
            }
        }
        knowledge
    }

    /// A tile begins at a multiple of its size, inside its array.
    fn origin(&mut self, local: LocalId, size: i128, dimension: Extent) {
        let dimension = self.extent(dimension);
        let last = self.space.range(&dimension).1 - 1;
        let number = self.space.atom((0, (last / size).max(0)));
        let origin = number.times(size);
        let inside = origin.as_ref().and_then(|origin| dimension.minus(origin));
        self.space.learn(inside.map(|sum| sum.shifted(-1)));
        self.set(local, origin);
    }

    /// The value of an extent.
    pub(super) fn extent(&mut self, extent: Extent) -> Linear {
        match extent {
            Extent::Constant(n) => Linear::number(n.into()),
            Extent::Named(i) => self.local(LocalId(i), ScalarType::U32).unwrap_or_default(),
        }
    }

    pub(super) fn set(&mut self, local: LocalId, value: Option<Linear>) {
        if let Some(place) = self.values.get_mut(local.0 as usize) {
            *place = value;
        }
    }

    /// The values of some locals.
    pub(super) fn values(&self, locals: &[LocalId]) -> Vec<Option<Linear>> {
        locals.iter().map(|local| self.values.get(local.0 as usize).cloned().flatten()).collect()
    }

    pub(super) fn set_all(&mut self, locals: &[LocalId], values: Vec<Option<Linear>>) {
        for (local, value) in locals.iter().zip(values) {
            self.set(*local, value);
        }
    }

    /// What a local was is not known, but it is one value from here on.
    pub(super) fn forget(&mut self, local: LocalId) {
        let ty = self.kernel.locals.get(local.0 as usize).map(|local| local.element);
        let atom = ty.and_then(range::of_type).map(|range| self.space.atom(range));
        self.set(local, atom);
    }

    /// The value of a local, if it is an integer.
    pub(super) fn local(&mut self, local: LocalId, ty: ScalarType) -> Option<Linear> {
        let whole = range::of_type(ty)?;
        match self.values.get(local.0 as usize) {
            Some(Some(value)) => Some(value.clone()),
            _ => Some(self.space.atom(whole)),
        }
    }

    /// The value of an expression, if it is an integer. What is inside it has been walked.
    pub(super) fn value(&mut self, expression: &Expression) -> Option<Linear> {
        let ty = expression.ty;
        let whole = range::of_type(ty)?;
        Some(match &expression.kind {
            ExpressionKind::Literal(bits) => Linear::number(range::number(ty, *bits)),
            ExpressionKind::Local(local) => self.local(*local, ty)?,
            ExpressionKind::Load { access, otherwise } => self.cell(access, otherwise.is_some(), whole),
            ExpressionKind::Unary { operator, operand } => {
                let value = self.value(operand)?;
                self.unary(*operator, &value, whole)
            }
            ExpressionKind::Binary { operator, left, right } => {
                let (a, b) = (self.value(left), self.value(right));
                match (a, b) {
                    (Some(a), Some(b)) => self.binary(*operator, ty, &a, &b),
                    _ => self.space.atom(whole),
                }
            }
            ExpressionKind::Convert(operand) => match self.value(operand) {
                Some(value) if range::within(self.space.range(&value), whole) => value,
                None if operand.ty == ScalarType::Bool => self.space.atom((0, 1)),
                _ => self.space.atom(whole),
            },
            ExpressionKind::If { .. } => match self.choices.get(&std::ptr::from_ref(expression)) {
                Some(value) => value.clone(),
                None => self.space.atom(whole),
            },
            ExpressionKind::Logic { .. } | ExpressionKind::ToBits(_) | ExpressionKind::FromBits(_) => {
                self.space.atom(whole)
            }
        })
    }

    /// A cell of a constant is one of its cells; any other can be anything.
    fn cell(&mut self, access: &Access, otherwise: bool, whole: Range) -> Linear {
        let ArrayRef::Constant(constant) = access.array else { return self.space.atom(whole) };
        let cells = self.program.constants.get(constant).filter(|_| !otherwise);
        let cells = cells.map(|constant| constant.cells.iter().map(|bits| range::number(constant.element, *bits)));
        let ends = cells.and_then(|cells| Some((cells.clone().min()?, cells.max()?)));
        self.space.atom(ends.unwrap_or(whole))
    }

    fn unary(&mut self, operator: Unary, value: &Linear, whole: Range) -> Linear {
        let found = match operator {
            Unary::Negate => value.times(-1),
            Unary::Absolute if self.space.natural(value) => Some(value.clone()),
            _ => None,
        };
        self.fitting(found, whole).unwrap_or_else(|| self.space.atom(whole))
    }

    /// A sum that provably lies in the type.
    fn fitting(&self, sum: Option<Linear>, whole: Range) -> Option<Linear> {
        let sum = sum?;
        let above = sum.clone().shifted(-whole.0);
        let below = sum.times(-1)?.shifted(whole.1);
        (self.space.natural(&above) && self.space.natural(&below)).then_some(sum)
    }

    fn binary(&mut self, operator: Binary, ty: ScalarType, a: &Linear, b: &Linear) -> Linear {
        let Some(whole) = range::of_type(ty) else { return self.space.atom((0, 1)) };
        let exact = match operator {
            Binary::Add => a.plus(b),
            Binary::Subtract => a.minus(b),
            Binary::Multiply => self.product(a, b),
            Binary::ShiftLeft => b.known().filter(|count| (0..32).contains(count)).and_then(|n| a.times(1 << n)),
            Binary::Minimum | Binary::Maximum => self.lesser(operator, a, b),
            Binary::ShiftRight => {
                b.known().filter(|count| (0..32).contains(count)).and_then(|n| self.quotient(a, 1 << n))
            }
            Binary::Divide => b.known().and_then(|divisor| self.quotient(a, divisor)),
            Binary::CeilingDivide => b.known().and_then(|divisor| self.rounded_up(a, divisor)),
            Binary::Remainder => b.known().and_then(|divisor| self.remainder(a, divisor)),
            Binary::And => match (a.known(), b.known()) {
                (_, Some(mask)) if ones(mask) => self.remainder(a, mask + 1),
                (Some(mask), _) if ones(mask) => self.remainder(b, mask + 1),
                _ => None,
            },
            _ => None,
        };
        if let Some(exact) = self.fitting(exact, whole) {
            return exact;
        }
        let key = Key::Operation(operator, ty, a.clone(), b.clone());
        if let Some(known) = self.space.get(&key) {
            return known;
        }
        let ends = range::of_operator(operator, self.space.range(a), self.space.range(b));
        let ends = ends.filter(|ends| range::within(*ends, whole));
        let result = self.space.atom(ends.unwrap_or(whole));
        self.relate(operator, ty, ends.is_some(), &result, (a, b));
        self.space.name(key, result.clone());
        result
    }

    /// What a result is compared with, when it is an atom. `fits` says that the exact result lies in the type.
    fn relate(&mut self, operator: Binary, ty: ScalarType, fits: bool, result: &Linear, (a, b): (&Linear, &Linear)) {
        let natural = self.space.natural(a) && self.space.natural(b);
        let below = |space: &mut Space, greater: &Linear| space.learn(greater.minus(result));
        match operator {
            Binary::Minimum => {
                below(&mut self.space, a);
                below(&mut self.space, b);
            }
            Binary::Maximum => {
                self.space.learn(result.minus(a));
                self.space.learn(result.minus(b));
            }
            Binary::And if natural => {
                below(&mut self.space, a);
                below(&mut self.space, b);
            }
            Binary::Or | Binary::Xor if natural => self.space.learn(a.plus(b).and_then(|sum| sum.minus(result))),
            Binary::ShiftRight if natural => below(&mut self.space, a),
            Binary::ShiftLeft if natural && fits => self.space.learn(result.minus(a)),
            // The divisor may be 0, and 1 then: the quotient is no more than what is divided all the same.
            Binary::Divide | Binary::CeilingDivide if natural => {
                below(&mut self.space, a);
                let product = self.product(result, b).filter(|_| operator == Binary::Divide);
                self.space.learn(product.and_then(|product| a.minus(&product)));
            }
            Binary::Remainder if natural => {
                below(&mut self.space, a);
                if self.space.natural(&b.clone().shifted(-1)) {
                    self.space.learn(b.minus(result).map(|sum| sum.shifted(-1)));
                    self.whole_and_rest(ty, result, a, b);
                }
            }
            _ => {}
        }
    }

    /// `a` is the quotient times `b`, and the rest.
    fn whole_and_rest(&mut self, ty: ScalarType, rest: &Linear, a: &Linear, b: &Linear) {
        let quotient = self.binary(Binary::Divide, ty, a, b);
        let product = self.product(&quotient, b);
        let sum = product.and_then(|product| product.plus(rest)).and_then(|sum| sum.minus(a));
        self.space.learn(sum.as_ref().and_then(|sum| sum.times(-1)));
        self.space.learn(sum);
    }

    /// The lesser or greater of two, if it is known which that is.
    fn lesser(&self, operator: Binary, a: &Linear, b: &Linear) -> Option<Linear> {
        let (less, more) = if operator == Binary::Minimum { (a, b) } else { (b, a) };
        if self.space.ordered(a, b) { Some(less.clone()) } else { self.space.ordered(b, a).then(|| more.clone()) }
    }

    /// The product, if at least one factor is small.
    fn product(&mut self, a: &Linear, b: &Linear) -> Option<Linear> {
        if let Some(factor) = b.known() {
            return a.times(factor);
        }
        if let Some(factor) = a.known() {
            return b.times(factor);
        }
        if a.terms.len() > MAX_FACTOR_TERMS || b.terms.len() > MAX_FACTOR_TERMS {
            return None;
        }
        let mut sum = b.times(a.constant)?.plus(&a.times(b.constant)?)?.shifted(-a.constant.checked_mul(b.constant)?);
        for (x, p) in &a.terms {
            for (y, q) in &b.terms {
                let range = range::product(self.space.range_of(*x), self.space.range_of(*y))?;
                let key = Key::Product(*x.min(y), *x.max(y));
                let atom = self.space.named(key, |space| space.atom(range));
                sum = sum.combine(1, &atom, p.checked_mul(*q)?)?;
            }
        }
        Some(sum)
    }

    /// `a / divisor` of natural numbers.
    fn quotient(&mut self, a: &Linear, divisor: i128) -> Option<Linear> {
        if divisor < 1 || !self.space.natural(a) {
            return None;
        }
        if let Some(parts) = divided(a, divisor) {
            return Some(parts.shifted(a.constant.div_euclid(divisor)));
        }
        let key = Key::Operation(Binary::Divide, ScalarType::U64, a.clone(), Linear::number(divisor));
        let (low, high) = self.space.range(a);
        Some(self.space.named(key, |space| {
            let quotient = space.atom((low.max(0) / divisor, high / divisor));
            let rest = a.combine(1, &quotient, -divisor);
            space.learn(rest.as_ref().and_then(|rest| rest.times(-1)).map(|rest| rest.shifted(divisor - 1)));
            space.learn(rest);
            quotient
        }))
    }

    /// `a / divisor` of natural numbers, rounded up.
    fn rounded_up(&mut self, a: &Linear, divisor: i128) -> Option<Linear> {
        self.quotient(&a.clone().shifted(divisor - 1), divisor)
    }

    /// `a % divisor` of natural numbers.
    fn remainder(&mut self, a: &Linear, divisor: i128) -> Option<Linear> {
        if divisor < 1 || !self.space.natural(a) {
            return None;
        }
        let (_, high) = self.space.range(a);
        if high < divisor {
            return Some(a.clone());
        }
        let quotient = self.quotient(a, divisor)?;
        let exact = a.combine(1, &quotient, -divisor)?;
        // One atom for the rest keeps its range at hand.
        let key = Key::Operation(Binary::Remainder, ScalarType::U64, a.clone(), Linear::number(divisor));
        Some(self.space.named(key, |space| {
            let rest = space.atom((0, divisor - 1));
            let sum = exact.minus(&rest);
            space.learn(sum.as_ref().and_then(|sum| sum.times(-1)));
            space.learn(sum);
            rest
        }))
    }
}

/// Whether a number is all ones: a mask of lowest bits.
fn ones(mask: i128) -> bool {
    mask >= 0 && (mask & (mask + 1)) == 0
}

/// The terms divided by a number that divides all of them.
fn divided(a: &Linear, divisor: i128) -> Option<Linear> {
    let terms = a.terms.iter().map(|(atom, k)| (k % divisor == 0).then_some((*atom, k / divisor)));
    Some(Linear { constant: 0, terms: terms.collect::<Option<Vec<_>>>()? })
}
