//! Statements of lanes and functions.

use lockstep_numbers::ScalarType;

use super::{
    make::{cell, name, number},
    tree::{Block, Declared, Expr, Kind, Stmt, Ty},
    writer::{Cells, Place, Variable, Way, Writer},
};

/// The deepest blocks.
const MAX_NESTING: usize = 6;

impl Writer {
    /// Statements until the fuel of this part is spent.
    pub(super) fn statements(&mut self, fuel: i32) {
        let rest = self.fuel - fuel.min(self.fuel);
        while self.fuel > rest {
            self.statement();
        }
    }

    /// One statement.
    pub(super) fn statement(&mut self) {
        self.fuel -= 1;
        let deeper = self.nesting < MAX_NESTING;
        let lane = self.place == Place::Lane;
        match self.below(23) {
            0..=2 => self.declare(false),
            3 | 4 => self.declare(true),
            5 if self.arrays.len() < 16 => self.declare_array(),
            6..=8 if deeper => self.branch(),
            9 | 10 if deeper && self.trips <= 12 => self.repeat(),
            11 | 12 if self.loops > 0 => self.leave(),
            13 if deeper => self.block_with_value(),
            14 if self.may_trap && self.place != Place::Constant && self.one_in(2) => {
                let condition = self.mostly();
                self.push(Stmt::Assert(condition));
            }
            15 | 16 => self.store(),
            19 | 20 if deeper => self.guarded(),
            21 if !self.may_trap && lane => self.truth_of_numbers(),
            17 | 18 if lane => self.write(),
            _ => self.assign(),
        }
    }

    pub(super) fn declare(&mut self, assignable: bool) {
        let ty = self.any_type();
        let (text, value) = (self.fresh("v"), self.expression(&ty, 3));
        if assignable {
            let declared = Declared { name: text.clone(), ty: ty.clone(), sizes: Vec::new(), nested: false, value };
            self.push(Stmt::Var(declared));
        } else {
            let written = if self.one_in(3) { None } else { Some(ty.clone()) };
            self.push(Stmt::Let { name: text.clone(), ty: written, value });
        }
        self.scope.push(Variable { assignable, ..Variable::value(&text, ty) });
    }

    /// The type and sizes of an array in registers.
    pub(super) fn local_array(&mut self) -> (Ty, Vec<Expr>) {
        let ty = self.any_type();
        let sizes = match self.below(5) {
            0 => vec![2 + self.below(3), 2 + self.below(4)],
            1 if self.one_in(3) => vec![2, 1 + self.below(3), 2],
            _ => vec![1 + self.below(8)],
        };
        (ty, sizes.into_iter().map(number).collect())
    }

    fn declare_array(&mut self) {
        let (ty, sizes) = self.local_array();
        let (text, value) = (self.fresh("t"), self.expression(&ty, 1));
        let nested = sizes.len() > 1 && self.one_in(2);
        let declared = Declared { name: text.clone(), ty: ty.clone(), sizes: sizes.clone(), nested, value };
        self.push(Stmt::Var(declared));
        self.arrays.push(Cells { nested, ..Cells::used(&text, ty, sizes, Way::Local) });
    }

    /// Sets a variable, or a part of one.
    fn assign(&mut self) {
        let found: Vec<Variable> = self.scope.iter().filter(|variable| variable.assignable).cloned().collect();
        if found.is_empty() {
            return self.declare(true);
        }
        let variable = self.pick(&found);
        let mut target = name(&variable.name, variable.ty.clone());
        while let Some(part) = self.assignable_part(&target.ty)
            && self.one_in(2)
        {
            target = Expr { ty: part.1, kind: Kind::Field(Box::new(target), part.0) };
        }
        self.set(target, true);
    }

    /// A part that can be assigned: not one of a packed word.
    fn assignable_part(&mut self, ty: &Ty) -> Option<(String, Ty)> {
        let parts: Vec<(String, Ty)> = match ty {
            Ty::Vector(component, count) => ["x", "y", "z", "w"][..*count as usize]
                .iter()
                .map(|name| ((*name).into(), (*component).into()))
                .collect(),
            Ty::Struct(known) => {
                self.program.structs.iter().find(|item| item.name == *known).map(|item| item.fields.clone())?
            }
            Ty::Scalar(_) => return None,
        };
        Some(self.pick(&parts))
    }

    /// `target = value;` or `target += value;`, where it may be read.
    fn set(&mut self, target: Expr, reads: bool) {
        let operators: &[&'static str] = match &target.ty {
            _ if !reads => &["="],
            Ty::Scalar(ScalarType::F32) | Ty::Vector(ScalarType::F32, _) => {
                &["=", "=", "+=", "-=", "*=", "/=", "min=", "max="]
            }
            Ty::Scalar(ScalarType::Bool) => &["=", "&=", "|=", "^="],
            Ty::Scalar(ty) if ty.is_integer() => {
                &["=", "=", "+=", "-=", "*=", "&=", "|=", "^=", "<<=", ">>=", "min=", "max=", "/=", "%="]
            }
            Ty::Vector(..) => &["=", "=", "+=", "-=", "*=", "&=", "|=", "^="],
            Ty::Scalar(_) | Ty::Struct(_) => &["="],
        };
        let operator = self.pick(operators);
        let value = match (operator, &target.ty) {
            ("<<=" | ">>=", _) => self.scalar(ScalarType::U32, 2),
            ("/=" | "%=", Ty::Scalar(ty)) if ty.is_integer() => self.divisor(*ty, 2),
            ("=", ty) => self.expression(ty, 3),
            // The other operand of a vector may be a scalar.
            (_, Ty::Vector(component, _)) if self.one_in(3) => self.scalar(*component, 2),
            (_, ty) => self.expression(ty, 3),
        };
        self.push(Stmt::Assign { target, operator, value });
    }

    /// Sets a cell of an array in registers.
    fn store(&mut self) {
        let found: Vec<Cells> = self.arrays.iter().filter(|array| matches!(array.way, Way::Local)).cloned().collect();
        if found.is_empty() {
            return self.declare_array();
        }
        let array = self.pick(&found);
        let indices = array.sizes.iter().map(|size| self.index_in_range(size, 2)).collect();
        let kind = Kind::Cell { array: array.name, indices, nested: array.nested, otherwise: None };
        let mut target = Expr { ty: array.ty, kind };
        while let Some(part) = self.assignable_part(&target.ty)
            && self.one_in(2)
        {
            target = Expr { ty: part.1, kind: Kind::Field(Box::new(target), part.0) };
        }
        self.set(target, true);
    }

    /// Writes an array in memory or a shared one, in the way that it may be written.
    pub(super) fn write(&mut self) {
        let writes = |array: &&Cells| matches!(array.way, Way::Own(_) | Way::Combine(_));
        let found: Vec<Cells> = self.arrays.iter().filter(writes).cloned().collect();
        if found.is_empty() {
            return self.assign();
        }
        let array = self.pick(&found);
        self.write_to(&array);
    }

    pub(super) fn write_to(&mut self, array: &Cells) {
        match &array.way {
            Way::Own(own) => {
                // Reading beyond the edge of a tile traps.
                let reads = own.reads && (!array.ragged || self.may_trap);
                let body = self.block(|writer| {
                    let mut target = cell(&array.name, &array.ty, writer.own_indices(own, 2));
                    if reads
                        && writer.one_in(4)
                        && let Some(part) = writer.assignable_part(&target.ty)
                    {
                        target = Expr { ty: part.1, kind: Kind::Field(Box::new(target), part.0) };
                    }
                    writer.set(target, reads);
                });
                match &own.guard {
                    Some(guard) => self.push(Stmt::If { arms: vec![(guard.clone(), body)], otherwise: None }),
                    None => body.statements.into_iter().for_each(|statement| self.push(statement)),
                }
            }
            Way::Combine(combine) => {
                let indices = array.sizes.iter().map(|size| self.index_in_range(size, 2)).collect();
                let target = cell(&array.name, &array.ty, indices);
                let value = self.expression(&array.ty, 2);
                self.push(Stmt::Assign { target, operator: combining(*combine), value });
            }
            Way::Look | Way::Local | Way::Hidden => {}
        }
    }

    fn leave(&mut self) {
        let condition = self.scalar(ScalarType::Bool, 2);
        let statement = if self.one_in(2) { Stmt::Break } else { Stmt::Continue };
        let body = Block { statements: vec![statement], value: None };
        self.push(Stmt::If { arms: vec![(condition, body)], otherwise: None });
    }

    pub(super) fn some_statements(&mut self, most: u32) {
        let (names, arrays) = (self.scope.len(), self.arrays.len());
        for _ in 0..1 + self.below(most) {
            self.statement();
        }
        if self.one_in(2) {
            self.mix_since(names, arrays);
        }
    }

    fn branch(&mut self) {
        let mut arms = Vec::new();
        for _ in 0..if self.one_in(4) { 2 } else { 1 } {
            let condition = self.scalar(ScalarType::Bool, 2);
            arms.push((condition, self.block(|writer| writer.some_statements(3))));
        }
        let otherwise = self.one_in(2).then(|| self.block(|writer| writer.some_statements(2)));
        self.push(Stmt::If { arms, otherwise });
    }

    /// A `let` of an `if` whose branches hold statements before their values. No loop outside is left from there.
    fn block_with_value(&mut self) {
        let ty = self.any_type();
        let condition = self.scalar(ScalarType::Bool, 2);
        let loops = std::mem::take(&mut self.loops);
        let mut branch = || {
            self.block_with(|writer| {
                writer.some_statements(2);
                Some(writer.expression(&ty, 2))
            })
        };
        let (yes, no) = (branch(), branch());
        self.loops = loops;
        let kind = Kind::If { arms: vec![(condition, yes)], otherwise: Box::new(no) };
        let (text, value) = (self.fresh("v"), Expr { ty: ty.clone(), kind });
        self.push(Stmt::Let { name: text.clone(), ty: Some(ty.clone()), value });
        self.scope.push(Variable::value(&text, ty));
    }
}

/// The operator of a statement that combines.
pub(super) fn combining(combine: lockstep_module::Combine) -> &'static str {
    use lockstep_module::Combine::*;
    match combine {
        Add => "+=",
        Minimum => "min=",
        Maximum => "max=",
        And => "&=",
        Or => "|=",
        Xor => "^=",
    }
}
