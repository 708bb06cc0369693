//! Assertions that hold whatever the values are. They are checked against the interpreter itself: where one fails, the
//! oracle is wrong.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{
    make::{add, binary, call, convert, literal, name, number, times, unary},
    tree::{Expr, Kind, Stmt, Ty},
    writer::{Variable, Writer},
};

impl Writer {
    /// `assert` of something that always holds.
    pub(super) fn truth_of_numbers(&mut self) {
        use ScalarType::{F32, I32, I64, U32, U64};
        let law = self.below(9);
        let ty = match law {
            0 | 1 => self.pick(&[I32, U32, I64, U64]),
            2 | 6 => self.pick(&[I64, U64]),
            3 => self.pick(&[I32, U32]),
            4 => self.pick(&[ScalarType::I8x4, ScalarType::U8x4, ScalarType::I16x2, ScalarType::U16x2]),
            5 => F32,
            7 => I64,
            _ => self.pick(&[I32, I64]),
        };
        let (a, b) = (self.named_value(ty), self.named_value(ty));
        let holds = match law {
            // a / b * b + a % b == a
            0 => {
                let divisor = binary(Binary::Or, b, literal(ty, 1));
                let quotient = binary(Binary::Divide, a.clone(), divisor.clone());
                let whole = add(times(quotient, divisor.clone()), binary(Binary::Remainder, a.clone(), divisor));
                equal(whole, a)
            }
            // (a ^ b) + 2 * (a & b) == a + b
            1 => {
                let carry = times(literal(ty, 2), binary(Binary::And, a.clone(), b.clone()));
                equal(add(binary(Binary::Xor, a.clone(), b.clone()), carry), add(a, b))
            }
            // The lower words of 64-bit sums, products and differences are those of the lower words.
            2 => {
                let operator = self.pick(&[Binary::Add, Binary::Subtract, Binary::Multiply, Binary::Xor]);
                let wide = convert(U32, binary(operator, a.clone(), b.clone()));
                equal(wide, binary(operator, convert(U32, a), convert(U32, b)))
            }
            // mul_high is the upper word of the 64-bit product.
            3 => {
                let wide = if ty == I32 { I64 } else { U64 };
                let product = times(convert(wide, a.clone()), convert(wide, b.clone()));
                let high = convert(ty, binary(Binary::ShiftRight, product, number(32)));
                equal(high, binary(Binary::MultiplyHigh, a, b))
            }
            // dot is the sum of the products of the parts.
            4 => {
                let (part, count) = super::expression::parts_of(ty);
                let of = |value: &Expr, field: &str| Expr {
                    ty: part.into(),
                    kind: Kind::Field(Box::new(value.clone()), field.into()),
                };
                let products = ["x", "y", "z", "w"][..count].iter().map(|field| times(of(&a, field), of(&b, field)));
                let sum = products.reduce(add).unwrap_or_else(|| literal(part, 0));
                equal(sum, binary(Binary::Dot, a, b))
            }
            // a - b is a + -b, and what is at least as large is the maximum, in bits.
            5 => {
                let bits = |value: Expr| call("to_bits", vec![value], U32);
                let negative = add(a.clone(), unary(Unary::Negate, b.clone()));
                equal(bits(binary(Binary::Subtract, a, b)), bits(negative))
            }
            // Shifts by multiples.
            6 => equal(binary(Binary::ShiftLeft, a.clone(), number(3)), times(a, literal(ty, 8))),
            // A float of a small number comes back.
            7 => {
                let small = binary(Binary::ShiftRight, a, number(41));
                equal(convert(I64, convert(F32, small.clone())), small)
            }
            // Signed comparison is unsigned comparison with the sign turned.
            _ => {
                let sign = literal(ty, 1 << (32 * ty.words() - 1));
                let to = if ty == I32 { U32 } else { U64 };
                let turned = |value: Expr| convert(to, binary(Binary::Xor, value, sign.clone()));
                let unsigned = binary(Binary::Less, turned(a.clone()), turned(b.clone()));
                equal(binary(Binary::Less, a, b), unsigned)
            }
        };
        self.push(Stmt::Assert(holds));
    }

    fn named_value(&mut self, ty: ScalarType) -> Expr {
        let (text, value) = (self.fresh("v"), self.scalar(ty, 2));
        self.push(Stmt::Let { name: text.clone(), ty: Some(ty.into()), value });
        self.scope.push(Variable::value(&text, ty));
        name(&text, Ty::Scalar(ty))
    }
}

fn equal(left: Expr, right: Expr) -> Expr {
    binary(Binary::Equal, left, right)
}
