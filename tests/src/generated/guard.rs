//! Indices that are nearly proven: sums and multiples of coordinates and counters, and code behind a comparison or an
//! assertion that puts an index in range.

use lockstep_numbers::{Binary, ScalarType};

use super::{
    cells::readable,
    make::{binary, both, convert, count, evaluate, less, literal, number, subtract},
    tree::{Declared, Expr, Kind, Stmt, Ty},
    writer::{Cells, Place, Variable, Way, Writer},
};

impl Writer {
    /// Something like an index: made of one or two known names, and not far from a size.
    pub(super) fn near(&mut self, size: &Expr) -> Expr {
        let fitting = |variable: &&Variable| {
            variable.ty == Ty::Scalar(ScalarType::U32) && (variable.below.is_some() || variable.bounds)
        };
        let names: Vec<String> = self.scope.iter().filter(fitting).map(|variable| variable.name.clone()).collect();
        if names.is_empty() {
            return self.scalar(ScalarType::U32, 1);
        }
        let (first, second) = (count(&self.pick(&names)), count(&self.pick(&names)));
        let few = number(self.below(4));
        let operator =
            self.pick(&[Binary::Add, Binary::Subtract, Binary::Multiply, Binary::Xor, Binary::Or, Binary::And]);
        match self.below(11) {
            0 => binary(operator, first, few),
            1 => binary(operator, first, second),
            2 => binary(operator, few, first),
            3 => subtract(subtract(size.clone(), number(1)), first),
            4 => binary(Binary::Add, binary(Binary::Multiply, first, number(2 + self.below(3))), few),
            5 => binary(self.pick(&[Binary::ShiftLeft, Binary::ShiftRight]), first, few),
            6 => binary(Binary::Divide, first, number(1 + self.below(5))),
            7 => binary(Binary::Remainder, first, number(1 + self.below(9))),
            // Through signed numbers and back.
            8 => convert(ScalarType::U32, subtract(convert(ScalarType::I32, first), literal(ScalarType::I32, 1))),
            9 => binary(self.pick(&[Binary::Minimum, Binary::Maximum]), binary(operator, first, few), second),
            _ => first,
        }
    }

    /// A name for an index, and code where it is known to be in range.
    pub(super) fn guarded(&mut self) {
        let usable = |array: &&Cells| {
            (readable(array) && !matches!(array.way, Way::Own(_))) || matches!(array.way, Way::Combine(_))
        };
        let group = self.place == Place::Constant;
        let found: Vec<Cells> = self.arrays.iter().filter(usable).filter(|a| !group || a.constant).cloned().collect();
        if found.is_empty() {
            return self.declare(true);
        }
        let array = self.pick(&found);
        let at = self.random.below(array.sizes.len());
        let size = array.sizes[at].clone();
        let name = self.fresh("k");
        if self.one_in(4) {
            return self.guarded_signed(&name, &size);
        }
        let value = self.near(&size);
        if self.one_in(3) {
            let declared =
                Declared { name: name.clone(), ty: ScalarType::U32.into(), sizes: Vec::new(), nested: false, value };
            // It may be assigned after the comparison, which is then worth nothing.
            self.push(Stmt::Var(declared));
        } else {
            self.push(Stmt::Let { name: name.clone(), ty: None, value });
        }
        let index = count(&name);
        let condition = match self.below(4) {
            0 => binary(Binary::Greater, size.clone(), index),
            1 if evaluate(&size, &|_| None).is_some_and(|size| size > 0) => {
                binary(Binary::LessOrEqual, index, number(evaluate(&size, &|_| None).unwrap_or(1) - 1))
            }
            _ => less(index, size.clone()),
        };
        if self.may_trap && self.place != Place::Constant && self.one_in(3) {
            self.push(Stmt::Assert(condition));
            self.scope.push(Variable { below: Some(size), ..Variable::value(&name, ScalarType::U32) });
            return;
        }
        self.behind(condition, &name, size);
    }

    fn guarded_signed(&mut self, name: &str, size: &Expr) {
        let value = convert(ScalarType::I32, self.near(size));
        self.push(Stmt::Let { name: name.into(), ty: None, value });
        let signed = Expr { ty: ScalarType::I32.into(), kind: Kind::Name(name.into()) };
        let least = binary(Binary::GreaterOrEqual, signed.clone(), literal(ScalarType::I32, 0));
        let most = less(signed.clone(), convert(ScalarType::I32, size.clone()));
        let inner = self.fresh("k");
        let body = self.block(|writer| {
            writer.push(Stmt::Let { name: inner.clone(), ty: None, value: convert(ScalarType::U32, signed) });
            writer.scope.push(Variable { below: Some(size.clone()), ..Variable::value(&inner, ScalarType::U32) });
            writer.some_statements(2);
        });
        self.push(Stmt::If { arms: vec![(both(least, most), body)], otherwise: None });
    }

    fn behind(&mut self, condition: Expr, name: &str, size: Expr) {
        let body = self.block(|writer| {
            writer.scope.push(Variable { below: Some(size), ..Variable::value(name, ScalarType::U32) });
            writer.some_statements(3);
        });
        let otherwise = self.one_in(4).then(|| self.block(|writer| writer.some_statements(1)));
        self.push(Stmt::If { arms: vec![(condition, body)], otherwise });
    }
}
