//! Numbers: every operator, conversion and function of the language on floats and integers.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    make::{add, binary, call, convert, number, times, unary},
    tree::{Expr, Kind, Ty},
    writer::{Place, Writer},
};

const NUMBERS: [ScalarType; 5] = [ScalarType::F32, ScalarType::I32, ScalarType::U32, ScalarType::I64, ScalarType::U64];

impl Writer {
    pub(super) fn float(&mut self, depth: usize) -> Expr {
        use Binary::*;
        let float = ScalarType::F32;
        let job = self.place == Place::Job;
        match self.below(16) {
            0 => unary(Unary::Negate, self.scalar(float, depth)),
            1 => unary(Unary::Absolute, self.scalar(float, depth)),
            2 => unary(Unary::SquareRoot, self.scalar(float, depth)),
            3 | 4 => self.converted(float, depth),
            5 if !job => call("from_bits", vec![self.scalar(ScalarType::U32, depth)], float),
            6 => {
                let operator = self.pick(&[Minimum, Maximum]);
                let left = self.scalar(float, depth);
                binary(operator, left, self.scalar(float, depth))
            }
            // A product that another operation takes up at once: what a compiler would like to contract.
            7 => {
                let product = times(self.scalar(float, depth.min(1)), self.leaf(&float.into()));
                add(product, self.leaf(&float.into()))
            }
            8 if !job => {
                let ty = Ty::Vector(float, 2 + self.below(3));
                self.dot(&ty, depth)
            }
            9 if !job => self.unpacked(&[ScalarType::F16x2, ScalarType::Bf16x2], depth),
            _ => {
                let operator = self.pick(&[Add, Subtract, Multiply, Divide]);
                let left = self.scalar(float, depth);
                binary(operator, left, self.scalar(float, depth))
            }
        }
    }

    pub(super) fn integer(&mut self, ty: ScalarType, depth: usize) -> Expr {
        use Binary::*;
        use ScalarType::{I8x4, I16x2, I32, U8x4, U16x2, U32};
        let job = self.place == Place::Job;
        match self.below(18) {
            0 if ty.is_signed() => unary(Unary::Negate, self.scalar(ty, depth)),
            1 if ty.is_signed() => unary(Unary::Absolute, self.scalar(ty, depth)),
            0 if ty == U32 => {
                let left = self.scalar(ty, depth);
                binary(CeilingDivide, left, self.divisor(ty, depth))
            }
            1 if ty == U32 && !job => call("to_bits", vec![self.scalar(ScalarType::F32, depth)], U32),
            2 => unary(Unary::Not, self.scalar(ty, depth)),
            3 | 4 => self.converted(ty, depth),
            5 | 6 => {
                let (operator, left) = (self.pick(&[Divide, Remainder]), self.scalar(ty, depth));
                binary(operator, left, self.divisor(ty, depth))
            }
            7 | 8 => {
                let (operator, left) = (self.pick(&[ShiftLeft, ShiftRight]), self.scalar(ty, depth));
                binary(operator, left, self.scalar(U32, depth))
            }
            9 => {
                let (operator, left) = (self.pick(&[Minimum, Maximum]), self.scalar(ty, depth));
                binary(operator, left, self.scalar(ty, depth))
            }
            10 if matches!(ty, U32 | I32) => {
                let left = self.scalar(ty, depth);
                binary(MultiplyHigh, left, self.scalar(ty, depth))
            }
            11 if ty == I32 && !job => {
                let packed = self.pick(&[I8x4, I16x2]);
                self.dot(&packed.into(), depth)
            }
            11 if ty == U32 && !job => {
                let packed = self.pick(&[U8x4, U16x2]);
                self.dot(&packed.into(), depth)
            }
            12 if ty == I32 && !job => self.unpacked(&[I8x4, I16x2], depth),
            12 if ty == U32 && !job => {
                if self.one_in(2) {
                    return self.unpacked(&[U8x4, U16x2], depth);
                }
                let packed = self.pick(&[I8x4, U8x4, I16x2, U16x2, ScalarType::F16x2, ScalarType::Bf16x2]);
                convert(U32, self.scalar(packed, depth))
            }
            _ => {
                let (operator, left) = (self.pick(&[Add, Subtract, Multiply, And, Or, Xor]), self.scalar(ty, depth));
                binary(operator, left, self.scalar(ty, depth))
            }
        }
    }

    fn converted(&mut self, to: ScalarType, depth: usize) -> Expr {
        let from = if self.one_in(6) { ScalarType::Bool } else { self.pick(&NUMBERS) };
        convert(to, self.scalar(from, depth))
    }

    /// A divisor, mostly one that is never zero.
    pub(super) fn divisor(&mut self, ty: ScalarType, depth: usize) -> Expr {
        let divisor = self.scalar(ty, depth.min(1));
        if self.may_trap && self.one_in(4) {
            return divisor;
        }
        let one = super::make::literal(ty, if self.one_in(2) { 1 } else { 9 });
        binary(Binary::Or, divisor, one)
    }

    fn dot(&mut self, ty: &Ty, depth: usize) -> Expr {
        let left = self.expression(ty, depth.min(1));
        let dot = binary(Binary::Dot, left, self.expression(ty, depth.min(1)));
        match ty {
            Ty::Vector(component, _) => Expr { ty: (*component).into(), ..dot },
            _ => dot,
        }
    }

    /// A number out of a packed word that is computed.
    fn unpacked(&mut self, types: &[ScalarType], depth: usize) -> Expr {
        let packed = self.pick(types);
        let (ty, count) = super::expression::parts_of(packed);
        let word = self.scalar(packed, depth);
        let field = ["x", "y", "z", "w"][self.random.below(count)];
        Expr { ty: ty.into(), kind: Kind::Field(Box::new(word), field.into()) }
    }

    /// A condition on what is written, false now and then but mostly true.
    pub(super) fn mostly(&mut self) -> Expr {
        let small = binary(Binary::And, self.scalar(ScalarType::U32, 1), number(31));
        binary(Binary::NotEqual, small, number(7))
    }
}
