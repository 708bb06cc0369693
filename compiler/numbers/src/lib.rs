//! The numbers of Lockstep (law 5, *exact numbers*): what each operation on each scalar gives, to the bit.
//!
//! Every scalar is a pattern of 64 bits, of which a 32-bit type uses the lower half. The functions here take and return
//! such patterns, so that no host float type, and with it no host rounding or subnormal rule, can leak in. The
//! interpreter, the evaluation of constants and the host side of jobs all come here; SPIR-V emission is the only other
//! place that knows rule F.
//!
//! `lang-spec`, chapter *Numbers*, is the text that this crate follows.

mod apply;
pub mod convert;
mod decimal;
pub mod float;
pub mod half;
pub mod integer;
mod listed;
mod operation;
pub mod packed;
mod scalar;

pub use apply::{DivisionByZero, binary, unary};
pub use convert::{canonical, convert};
pub use decimal::from_decimal;
pub use operation::{Binary, Unary};
pub use scalar::ScalarType;
