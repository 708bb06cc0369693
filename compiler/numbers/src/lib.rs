//! The numbers of Lockstep (law 5, *exact numbers*): what each operation on each scalar gives, to the bit.
//!
//! Every scalar is one 32-bit word. The functions here take and return words, so that no host float type, and with
//! it no host rounding or subnormal rule, can leak in. The interpreter, the evaluation of constants and the host side
//! of jobs all come here; SPIR-V emission is the only other place that knows rule F.
//!
//! `lang-spec`, chapter *Numbers*, is the text that this crate follows.

pub mod convert;
mod decimal;
pub mod float;
pub mod integer;
mod operation;
mod scalar;

pub use decimal::from_decimal;
pub use operation::{Binary, DivisionByZero, Unary, binary, convert, unary};
pub use scalar::ScalarType;
