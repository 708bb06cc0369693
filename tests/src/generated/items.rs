//! Structs, constants and functions.

use lockstep_numbers::ScalarType;

use super::{
    make::number,
    tree::{Constant, ConstantValue, Declared, Expr, Function, Generic, Kind, Parameter, Role, Stmt, Struct},
    weight,
    writer::{Cells, KnownFunction, Place, Variable, Way, Writer},
};

/// The most that a function may weigh with its calls written out.
const MAX_WEIGHT: i32 = 400;

impl Writer {
    pub(super) fn structs(&mut self) {
        for _ in 0..self.below(3) {
            let name = self.fresh("S");
            let fields = (0..1 + self.below(4)).map(|_| {
                let ty = self.any_type();
                (self.fresh("f"), ty)
            });
            let fields = fields.collect();
            self.program.structs.push(Struct { name, fields });
        }
    }

    pub(super) fn some_functions(&mut self, most: u32) {
        for _ in 0..self.below(most + 1) {
            self.function();
        }
    }

    fn function(&mut self) {
        let traps = self.may_trap;
        // Most functions can be called from constants too, so they must not trap.
        self.may_trap = traps && self.one_in(2);
        let fuel = 3 + self.below(14) as i32;
        let function = self.body(Place::Function, fuel, |writer| writer.function_body());
        let weight = weight::of_block(&self.program, &self.functions, &function.body);
        let known = KnownFunction { number: self.program.functions.len(), weight, may_trap: self.may_trap };
        self.may_trap = traps;
        if weight <= MAX_WEIGHT {
            self.program.functions.push(function);
            self.functions.push(known);
        }
    }

    fn function_body(&mut self) -> Function {
        self.constants_in_scope();
        let name = self.fresh("fn");
        let (mut generics, mut extents, mut parameters) = (Vec::new(), Vec::new(), Vec::new());
        if self.one_in(4) {
            let generic = self.fresh("N");
            self.scope.push(Variable::known(&generic, ScalarType::U32));
            self.nonzero.push(generic.clone());
            generics.push(Generic { name: generic, ty: ScalarType::U32, default: None });
        }
        for _ in 0..self.below(4) {
            let ty = self.any_type();
            let name = self.fresh("p");
            self.scope.push(Variable::value(&name, ty.clone()));
            parameters.push(Parameter { name, access: None, ty, sizes: Vec::new(), role: Role::Data });
        }
        if self.one_in(3) {
            let array = self.array_parameter(&generics, &mut extents);
            parameters.push(array);
        }
        let result = self.any_type();
        let body = self.block_with(|writer| {
            // An array whose size is a constant of the caller's.
            if let Some(generic) = generics.first()
                && writer.one_in(3)
            {
                let (name, ty) = (writer.fresh("t"), writer.any_type());
                let size = Expr { ty: ScalarType::U32.into(), kind: Kind::Name(generic.name.clone()) };
                let value = writer.leaf(&ty);
                let sizes = vec![size];
                let declared =
                    Declared { name: name.clone(), ty: ty.clone(), sizes: sizes.clone(), nested: false, value };
                writer.push(Stmt::Var(declared));
                writer.arrays.push(Cells::used(&name, ty, sizes, Way::Local));
            }
            writer.statements(writer.fuel / 2);
            Some(writer.expression(&result, 3))
        });
        Function { name, generics, extents, parameters, result, body }
    }

    /// An array that a function looks at, its sizes an extent, a constant to choose, or numbers.
    fn array_parameter(&mut self, generics: &[Generic], extents: &mut Vec<String>) -> Parameter {
        let (name, ty) = (self.fresh("p"), self.any_type());
        let size = match generics.first() {
            Some(generic) if self.one_in(2) => generic.name.clone(),
            _ => {
                let extent = self.fresh("e");
                extents.push(extent.clone());
                self.scope.push(Variable::known(&extent, ScalarType::U32));
                extent
            }
        };
        let mut sizes = vec![Expr { ty: ScalarType::U32.into(), kind: Kind::Name(size) }];
        if self.one_in(4) {
            let extent = self.fresh("e");
            extents.push(extent.clone());
            self.scope.push(Variable::known(&extent, ScalarType::U32));
            sizes.push(Expr { ty: ScalarType::U32.into(), kind: Kind::Name(extent) });
        }
        self.arrays.push(Cells::look(&name, ty.clone(), sizes.clone()));
        Parameter { name, access: None, ty, sizes, role: Role::Data }
    }

    pub(super) fn some_constants(&mut self, most: u32) {
        let traps = std::mem::replace(&mut self.may_trap, false);
        for _ in 0..self.below(most + 1) {
            let constant = self.body(Place::Constant, 12, |writer| writer.constant());
            self.program.constants.push(constant);
        }
        self.may_trap = traps;
    }

    fn constant(&mut self) -> Constant {
        self.constants_in_scope();
        let (name, ty) = (self.fresh("C"), self.any_type());
        if self.one_in(3) {
            let value = ConstantValue::Single(self.expression(&ty, 3));
            return Constant { name, ty, sizes: Vec::new(), value };
        }
        let sizes = match self.below(4) {
            0 => vec![1 + self.below(4), 1 + self.below(5)],
            1 if self.one_in(3) => vec![2, 2, 1 + self.below(3)],
            2 => vec![*self.random.pick(&[16, 32, 64, 100])],
            _ => vec![1 + self.below(9)],
        };
        let cells: u32 = sizes.iter().product();
        if cells <= 9 && self.one_in(2) {
            let values = (0..cells).map(|_| self.expression(&ty, 1)).collect();
            return Constant { name, ty, sizes, value: ConstantValue::List(values) };
        }
        let coordinates: Vec<String> = sizes.iter().map(|_| self.fresh("i")).collect();
        for (coordinate, size) in coordinates.iter().zip(&sizes) {
            self.scope.push(Variable { below: Some(number(*size)), ..Variable::value(coordinate, ScalarType::U32) });
        }
        let block = self.block_with(|writer| {
            if writer.one_in(3) {
                writer.statements(4);
            }
            Some(writer.expression(&ty, 3))
        });
        Constant { name, ty, sizes, value: ConstantValue::Each(coordinates, block) }
    }

    /// The constants so far are names in every body.
    pub(super) fn constants_in_scope(&mut self) {
        for constant in self.program.constants.clone() {
            let Constant { name, ty, sizes, .. } = constant;
            if sizes.is_empty() {
                self.scope.push(Variable::known(&name, ty));
            } else {
                let sizes = sizes.into_iter().map(number).collect();
                self.arrays.push(Cells { constant: true, ..Cells::look(&name, ty, sizes) });
            }
        }
    }
}
