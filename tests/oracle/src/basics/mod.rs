//! The basic operations: the numbers of the interpreter against two judges that share nothing with them, MPFR and the
//! host's own float unit without subnormals. Here the operations meet as judges of one list of operands; the commands are
//! in `pairs` and `words`.

mod mpfr_judge;
pub mod pairs;
mod tally;
pub mod words;
