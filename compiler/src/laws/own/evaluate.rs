//! Expressions to forms.

use lockstep_numbers::{Binary, DivisionByZero, ScalarType, Unary, binary, canonical, convert, unary};

use super::form::{Atoms, EXACT, Form, Key};
use crate::program::{Access, ArrayRef, Constant, Expression, ExpressionKind, LocalId};

/// What is known of the locals at one point of a walk.
pub(super) struct Evaluator<'p> {
    pub(super) constants: &'p [Constant],
    pub(super) atoms: Atoms,
    /// For each local; None if nothing is known of it.
    values: Vec<Option<Form>>,
    /// How many more steps may be taken.
    pub(super) left: u64,
    /// What a step counts.
    pub(super) weight: u64,
    /// Coordinates are atoms that stand for all lanes of a group, for one of which a division may be by zero.
    pub(super) wary: bool,
}

impl<'p> Evaluator<'p> {
    pub(super) fn new(constants: &'p [Constant], locals: usize, budget: u64) -> Self {
        Evaluator {
            constants,
            atoms: Atoms::default(),
            values: vec![None; locals],
            left: budget,
            weight: 1,
            wary: false,
        }
    }

    /// Makes a local an atom.
    pub(super) fn name(&mut self, local: LocalId, lanes: bool) {
        let atom = self.atoms.number(Key::Local(local), lanes);
        self.set(local, Form::atom(atom));
    }

    pub(super) fn set(&mut self, local: LocalId, value: Form) {
        if let Some(place) = self.values.get_mut(local.0 as usize) {
            *place = Some(value);
        }
    }

    /// Nothing is known of a local from here on.
    pub(super) fn forget(&mut self, local: LocalId) {
        if let Some(place) = self.values.get_mut(local.0 as usize) {
            *place = None;
        }
    }

    pub(super) fn get(&self, local: LocalId) -> Form {
        self.values.get(local.0 as usize).cloned().flatten().unwrap_or_else(Form::unknown)
    }

    /// Takes a step; false if there are none left.
    pub(super) fn step(&mut self, steps: u64) -> bool {
        self.left = self.left.saturating_sub(steps.saturating_mul(self.weight));
        self.left > 0
    }

    /// The value as a number.
    pub(super) fn number(&mut self, expression: &Expression) -> Option<u64> {
        self.value(expression).known()
    }

    /// The value of an expression. Blocks inside it have been walked already.
    pub(super) fn value(&mut self, expression: &Expression) -> Form {
        if !self.step(1) {
            return Form::unknown();
        }
        match &expression.kind {
            ExpressionKind::Literal(bits) => Form::number(*bits),
            ExpressionKind::Local(local) => self.get(*local),
            ExpressionKind::Load { access, .. } => self.cell(access),
            ExpressionKind::Unary { operator, operand } => {
                let value = self.value(operand);
                self.unary(*operator, operand.ty, value)
            }
            ExpressionKind::Binary { operator, left, right } => {
                let (a, b) = (self.value(left), self.value(right));
                self.binary(*operator, left.ty, a, b)
            }
            ExpressionKind::Logic { and, left, right } => {
                let (a, b) = (self.value(left), self.value(right));
                let decides = Form::number(u64::from(!*and));
                if a == decides || b == decides {
                    return decides;
                }
                self.binary(if *and { Binary::And } else { Binary::Or }, ScalarType::Bool, a, b)
            }
            ExpressionKind::Convert(operand) => {
                let (from, to, value) = (operand.ty, expression.ty, self.value(operand));
                if narrow(from) && narrow(to) {
                    return value;
                }
                self.apply(&value, |bits| convert(from, to, bits), |value| Key::Convert(from, to, value))
            }
            ExpressionKind::ToBits(operand) => {
                let value = self.value(operand);
                self.apply(&value, |bits| bits, |value| Key::ToBits(operand.ty, value))
            }
            ExpressionKind::FromBits(operand) => {
                let (ty, value) = (expression.ty, self.value(operand));
                self.apply(&value, |bits| canonical(ty, bits), |value| Key::FromBits(ty, value))
            }
            ExpressionKind::If { arms, otherwise } => {
                let mut found: Option<Form> = None;
                let results = arms.iter().map(|(condition, block)| (Some(condition), block));
                for (condition, block) in results.chain([(None, &**otherwise)]) {
                    let taken = condition.map_or(Some(1), |condition| self.number(condition));
                    if taken == Some(0) {
                        continue;
                    }
                    let value = block.result.as_deref().map_or_else(Form::unknown, |result| self.value(result));
                    found = Some(found.map_or_else(|| value.clone(), |found| found.or(&value)));
                    if taken.is_some() {
                        break;
                    }
                }
                found.unwrap_or_else(Form::unknown)
            }
        }
    }

    /// A cell of a constant at known indices. All other cells are data.
    fn cell(&mut self, access: &Access) -> Form {
        let ArrayRef::Constant(constant) = access.array else { return Form::unknown() };
        let Some(constant) = self.constants.get(constant) else { return Form::unknown() };
        let mut position = 0;
        for (index, size) in access.indices.iter().zip(&constant.dimensions) {
            match self.number(index) {
                Some(index) if index < u64::from(*size) => position = position * u64::from(*size) + index,
                _ => return Form::unknown(),
            }
        }
        constant.cells.get(position as usize).map_or_else(Form::unknown, |cell| Form::number(*cell))
    }

    fn unary(&mut self, operator: Unary, ty: ScalarType, value: Form) -> Form {
        match operator {
            Unary::Negate if narrow(ty) => value.times(u32::MAX),
            // `!a` is `-a - 1`.
            Unary::Not if narrow(ty) => value.times(u32::MAX).plus(&Form::number(u32::MAX.into())),
            _ => self.apply(&value, |bits| unary(operator, ty, bits), |value| Key::Unary(operator, ty, value)),
        }
    }

    fn binary(&mut self, operator: Binary, ty: ScalarType, a: Form, b: Form) -> Form {
        if let (Some(a), Some(b)) = (a.known(), b.known()) {
            return match binary(operator, ty, a, b) {
                Ok(bits) => Form::number(bits),
                Err(DivisionByZero) => Form::unknown(),
            };
        }
        if narrow(ty) {
            if let Some(form) = linear(operator, ty, &a, &b) {
                return form;
            }
            if let Some(equal) = equality(operator, &a, &b) {
                return Form::number(equal.into());
            }
        }
        let divides = matches!(operator, Binary::Divide | Binary::Remainder | Binary::CeilingDivide);
        let undefined = self.wary && divides && b.known().is_none() && self.atoms.differs(&b);
        if a.is_exact() && b.is_exact() && !undefined {
            return Form::atom(self.atoms.number(Key::Binary(operator, ty, a, b), false));
        }
        Form::unknown()
    }

    fn apply(&mut self, value: &Form, number: impl Fn(u64) -> u64, key: impl Fn(Form) -> Key) -> Form {
        match value.known() {
            Some(bits) => Form::number(number(bits)),
            None if value.is_exact() => Form::atom(self.atoms.number(key(value.clone()), false)),
            None => Form::unknown(),
        }
    }
}

/// Whether values of the type are sums modulo 2^32.
fn narrow(ty: ScalarType) -> bool {
    matches!(ty, ScalarType::I32 | ScalarType::U32)
}

/// An operator that keeps the form, or its lowest bits.
fn linear(operator: Binary, ty: ScalarType, a: &Form, b: &Form) -> Option<Form> {
    let (left, right) = (a.known().map(|bits| bits as u32), b.known().map(|bits| bits as u32));
    match (operator, left, right) {
        (Binary::Add, ..) => Some(a.plus(b)),
        (Binary::Subtract, ..) => Some(a.minus(b)),
        (Binary::Multiply, Some(factor), _) => Some(b.times(factor)),
        (Binary::Multiply, _, Some(factor)) => Some(a.times(factor)),
        (Binary::ShiftLeft, _, Some(count)) => Some(a.times(1 << (count & 31))),
        (Binary::And, Some(mask), _) if mask.wrapping_add(1).is_power_of_two() => Some(low(b, mask)),
        (Binary::And, _, Some(mask)) if mask.wrapping_add(1).is_power_of_two() => Some(low(a, mask)),
        (Binary::Remainder, _, Some(size)) if ty == ScalarType::U32 && size.is_power_of_two() => Some(low(a, size - 1)),
        _ => None,
    }
}

/// What a value leaves under a mask of lowest bits: it is known as far as the value is.
fn low(value: &Form, mask: u32) -> Form {
    let masked = Form { constant: u64::from(value.constant as u32 & mask), ..value.clone() };
    masked.lowest(mask.count_ones().min(EXACT - 1))
}

/// Whether two values are equal, or are not, whatever the atoms are.
fn equality(operator: Binary, a: &Form, b: &Form) -> Option<bool> {
    let wanted = match operator {
        Binary::Equal => true,
        Binary::NotEqual => false,
        _ => return None,
    };
    if a.terms != b.terms {
        return None;
    }
    let bits = a.bits.min(b.bits);
    let differ = (a.constant ^ b.constant).trailing_zeros() < bits;
    if differ { Some(!wanted) } else { (bits == EXACT).then_some(wanted) }
}
