//! What the tests and the oracle share: the host's own float unit, a witness that knows nothing of `lockstep-numbers`,
//! and operands aimed at where numbers go wrong.

pub mod aimed;
pub mod operands;
pub mod operation;
pub mod random;
pub mod unit;
