//! Expressions of a wanted type: leaves, choices, calls, and what each kind of type adds.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    make::{binary, call, convert, literal, name, number},
    tree::{Block, Expr, Kind, Ty},
    values,
    writer::{Place, Variable, Writer},
};

const NUMBERS: [ScalarType; 5] = [ScalarType::F32, ScalarType::I32, ScalarType::U32, ScalarType::I64, ScalarType::U64];

impl Writer {
    /// An expression of a type, nested about `depth` deep.
    pub fn expression(&mut self, ty: &Ty, depth: usize) -> Expr {
        if depth == 0 || self.fuel <= 0 || self.one_in(7) {
            return self.leaf(ty);
        }
        self.fuel -= 1;
        let depth = depth - 1;
        let place = self.place;
        match self.below(14) {
            0 if place != Place::Job => self.choice(ty, depth),
            1 | 2 if place != Place::Job && !self.reading => {
                self.cell(ty, depth).unwrap_or_else(|| self.deeper(ty, depth))
            }
            3 if place != Place::Job => self.call(ty, depth).unwrap_or_else(|| self.deeper(ty, depth)),
            4 if place != Place::Job => self.part(ty).unwrap_or_else(|| self.deeper(ty, depth)),
            _ => self.deeper(ty, depth),
        }
    }

    /// A scalar expression.
    pub fn scalar(&mut self, ty: ScalarType, depth: usize) -> Expr {
        self.expression(&ty.into(), depth)
    }

    fn deeper(&mut self, ty: &Ty, depth: usize) -> Expr {
        match ty {
            Ty::Scalar(ScalarType::F32) => self.float(depth),
            Ty::Scalar(ScalarType::Bool) => self.truth(depth),
            Ty::Scalar(ty) if ty.is_packed() => self.packed(*ty, depth),
            Ty::Scalar(ty) => self.integer(*ty, depth),
            Ty::Vector(component, count) => self.vector(*component, *count, depth),
            Ty::Struct(known) => self.construct(known, depth),
        }
    }

    /// A name or a literal.
    pub fn leaf(&mut self, ty: &Ty) -> Expr {
        let group = self.place == Place::Group;
        let fitting: Vec<String> = self
            .scope
            .iter()
            .filter(|variable| variable.ty == *ty && (!group || variable.uniform))
            .map(|variable| variable.name.clone())
            .collect();
        if !fitting.is_empty() && !self.one_in(4) {
            // The latest names are the most interesting.
            let recent = fitting.len().saturating_sub(6);
            let names = if self.one_in(2) { &fitting[recent..] } else { &fitting[..] };
            return name(&self.pick(names), ty.clone());
        }
        if self.place == Place::Lane && !self.reading && !self.one_in(3) {
            self.reading = true;
            let cell = self.cell(ty, 0);
            self.reading = false;
            if let Some(cell) = cell {
                return cell;
            }
        }
        if !self.one_in(4)
            && let Some(made) = self.made_of_another(ty)
        {
            return made;
        }
        match ty {
            // A job has no `from_bits` to state odd numbers with.
            Ty::Scalar(ScalarType::F32) if self.place == Place::Job => {
                let value = self.pick(&[0.0f32, -0.0, 1.0, -2.5, 0.1, 3.0e30, 16_777_217.0, 1.2e-38]);
                literal(ScalarType::F32, value.to_bits().into())
            }
            Ty::Scalar(scalar) => literal(*scalar, values::literal(&mut self.random, *scalar)),
            Ty::Vector(component, count) => {
                let count = if self.one_in(3) { 1 } else { *count };
                let parts = (0..count).map(|_| literal(*component, values::literal(&mut self.random, *component)));
                call(&ty.name(), parts.collect(), ty.clone())
            }
            Ty::Struct(known) => self.construct(known, 0),
        }
    }

    /// A scalar made of a variable of another type: by conversion, or by comparison.
    fn made_of_another(&mut self, ty: &Ty) -> Option<Expr> {
        let ty = ty.scalar()?;
        let group = self.place == Place::Group;
        let integer = |ty: ScalarType| ty.is_number() && ty != ScalarType::F32;
        let fitting = |variable: &&Variable| {
            (!group || variable.uniform)
                && variable.ty.scalar().is_some_and(|of| of.is_number() && (integer(of) || !ty.is_packed()))
        };
        let variables: Vec<Variable> = self.scope.iter().filter(fitting).cloned().collect();
        if variables.is_empty() || (ty.is_packed() && self.place == Place::Job) {
            return None;
        }
        let variable = self.pick(&variables);
        let of = variable.ty.scalar()?;
        let value = name(&variable.name, of);
        Some(match ty {
            ScalarType::Bool => {
                let operator = self.pick(&[Binary::Less, Binary::Greater, Binary::NotEqual, Binary::LessOrEqual]);
                let odd = if integer(of) { binary(Binary::And, value, literal(of, 3)) } else { value };
                binary(operator, odd, literal(of, if integer(of) { 1 } else { 0x3f80_0000 }))
            }
            _ if ty == of => value,
            _ if ty.is_packed() && of == ScalarType::U32 => call(ty.name(), vec![value], ty),
            _ if ty.is_packed() => call(ty.name(), vec![convert(ScalarType::U32, value)], ty),
            _ => convert(ty, value),
        })
    }

    /// `S(a, b)`
    fn construct(&mut self, known: &str, depth: usize) -> Expr {
        let fields = self.program.structs.iter().find(|item| item.name == known).map(|item| item.fields.clone());
        let values = fields.unwrap_or_default().iter().map(|(_, ty)| self.expression(ty, depth)).collect();
        call(known, values, Ty::Struct(known.into()))
    }

    /// A field of a variable, a component of a vector, a number out of a packed word.
    fn part(&mut self, ty: &Ty) -> Option<Expr> {
        let mut found: Vec<Expr> = Vec::new();
        let group = self.place == Place::Group;
        for variable in self.scope.iter().filter(|variable| !group || variable.uniform) {
            let whole = name(&variable.name, variable.ty.clone());
            match &variable.ty {
                Ty::Struct(known) => {
                    let known = self.program.structs.iter().find(|item| item.name == *known);
                    for (field, field_type) in known.map(|known| known.fields.as_slice()).unwrap_or_default() {
                        let part =
                            Expr { ty: field_type.clone(), kind: Kind::Field(Box::new(whole.clone()), field.clone()) };
                        found.extend(components(&part).into_iter().filter(|part| part.ty == *ty));
                        found.push(part);
                    }
                }
                _ => found.extend(components(&whole)),
            }
        }
        found.retain(|part| part.ty == *ty);
        if found.is_empty() { None } else { Some(self.pick(&found)) }
    }

    fn choice(&mut self, ty: &Ty, depth: usize) -> Expr {
        let arms = if self.one_in(5) { 2 } else { 1 };
        let branch = |writer: &mut Writer| Block { statements: Vec::new(), value: Some(writer.expression(ty, depth)) };
        let arms = (0..arms).map(|_| (self.scalar(ScalarType::Bool, depth), branch(self))).collect();
        let otherwise = Box::new(branch(self));
        Expr { ty: ty.clone(), kind: Kind::If { arms, otherwise } }
    }

    fn truth(&mut self, depth: usize) -> Expr {
        use Binary::*;
        match self.below(8) {
            0 => super::make::unary(Unary::Not, self.scalar(ScalarType::Bool, depth)),
            1 if self.place != Place::Job => {
                let (left, right) = (self.scalar(ScalarType::Bool, depth), self.scalar(ScalarType::Bool, depth));
                let kind = Kind::Logic { and: self.one_in(2), left: Box::new(left), right: Box::new(right) };
                Expr { ty: ScalarType::Bool.into(), kind }
            }
            2 => {
                let operator = self.pick(&[Equal, NotEqual, And, Or, Xor]);
                let left = self.scalar(ScalarType::Bool, depth);
                binary(operator, left, self.scalar(ScalarType::Bool, depth))
            }
            3 if self.place != Place::Job => {
                // Whole vectors, structs and packed words.
                let ty = self.any_type();
                let (left, operator) = (self.expression(&ty, depth.min(1)), self.pick(&[Equal, NotEqual]));
                binary(operator, left, self.expression(&ty, depth.min(1)))
            }
            _ => {
                let ty = self.pick(&NUMBERS);
                let operator = self.pick(&[Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual]);
                let left = self.scalar(ty, depth);
                binary(operator, left, self.scalar(ty, depth))
            }
        }
    }

    /// A vector: of components, or of operators that work on each.
    fn vector(&mut self, component: ScalarType, count: u32, depth: usize) -> Expr {
        let ty = Ty::Vector(component, count);
        if self.one_in(3) {
            let parts = if self.one_in(4) { 1 } else { count };
            let parts = (0..parts).map(|_| self.scalar(component, depth)).collect();
            return call(&ty.name(), parts, ty);
        }
        if self.one_in(6) && component != ScalarType::U32 {
            let operand = self.expression(&ty, depth);
            return super::make::unary(self.pick(&[Unary::Negate, Unary::Absolute]), operand);
        }
        let operators: &[Binary] = match component {
            ScalarType::F32 => {
                &[Binary::Add, Binary::Subtract, Binary::Multiply, Binary::Divide, Binary::Minimum, Binary::Maximum]
            }
            _ => &[
                Binary::Add,
                Binary::Subtract,
                Binary::Multiply,
                Binary::And,
                Binary::Or,
                Binary::Xor,
                Binary::ShiftLeft,
                Binary::ShiftRight,
                Binary::Minimum,
                Binary::Maximum,
            ],
        };
        let operator = self.pick(operators);
        let shift = matches!(operator, Binary::ShiftLeft | Binary::ShiftRight);
        let right_type = if shift { Ty::Vector(ScalarType::U32, count) } else { ty.clone() };
        // One operand may be a scalar.
        let (left, right) = match self.below(6) {
            0 => (self.scalar(component, depth), self.expression(&right_type, depth)),
            1 => {
                let scalar = if shift { ScalarType::U32 } else { component };
                (self.expression(&ty, depth), self.scalar(scalar, depth))
            }
            _ => (self.expression(&ty, depth), self.expression(&right_type, depth)),
        };
        let ty = if left.ty.scalar().is_some() { Ty::Vector(component, count) } else { left.ty.clone() };
        Expr { ty, ..binary(operator, left, right) }
    }

    /// A packed word: of numbers, or of bits.
    fn packed(&mut self, ty: ScalarType, depth: usize) -> Expr {
        if self.place == Place::Job {
            return self.leaf(&ty.into());
        }
        if self.one_in(4) {
            let bits = self.scalar(ScalarType::U32, depth);
            return call(ty.name(), vec![bits], ty);
        }
        let (number, count) = parts_of(ty);
        let parts = (0..count).map(|_| self.scalar(number, depth)).collect();
        call(ty.name(), parts, ty)
    }

    /// An index below a constant, of a `u32` expression.
    pub fn wrapped(&mut self, size: u32, depth: usize) -> Expr {
        let value = self.scalar(ScalarType::U32, depth);
        match self.below(3) {
            0 if size.is_power_of_two() => binary(Binary::And, value, number(size - 1)),
            1 => binary(Binary::Minimum, value, number(size - 1)),
            _ => binary(Binary::Remainder, value, number(size)),
        }
    }
}

/// What a packed word holds: of which type, and how many.
pub fn parts_of(packed: ScalarType) -> (ScalarType, usize) {
    use ScalarType::*;
    match packed {
        I8x4 => (I32, 4),
        U8x4 => (U32, 4),
        I16x2 => (I32, 2),
        F16x2 | Bf16x2 => (F32, 2),
        _ => (U32, 2),
    }
}

/// The components of a vector or packed word.
fn components(whole: &Expr) -> Vec<Expr> {
    let (ty, count) = match &whole.ty {
        Ty::Vector(component, count) => (*component, *count as usize),
        Ty::Scalar(packed) if packed.is_packed() => parts_of(*packed),
        _ => return Vec::new(),
    };
    let part = |field: &&str| Expr { ty: ty.into(), kind: Kind::Field(Box::new(whole.clone()), (*field).into()) };
    ["x", "y", "z", "w"][..count].iter().map(part).collect()
}
