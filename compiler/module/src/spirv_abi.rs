//! How a host and a kernel's SPIR-V meet: descriptor bindings and push constants.
//!
//! Set 0, binding 0 is the array of trap words, one for each dispatch of a job. Binding `1 + i` is the i-th array
//! parameter. Every array is a run of 32-bit words, never shorter than one word. Push constants are words: the three
//! below, the scalars in order, then the extents in order.

/// The binding of the trap words.
pub const TRAP_BINDING: u32 = 0;
/// The binding of the first array parameter.
pub const FIRST_ARRAY_BINDING: u32 = 1;

/// Push-constant word that is always zero. It hides constants from a driver's folding.
pub const WORD_ZERO: u32 = 0;
/// Push-constant word: the index of the first group of this slice of the dispatch.
pub const WORD_FIRST_GROUP: u32 = 1;
/// Push-constant word: which trap word belongs to this dispatch.
pub const WORD_TRAP_SLOT: u32 = 2;
/// The first push-constant word that holds a scalar or an extent.
pub const FIRST_PARAMETER_WORD: u32 = 3;

/// Lanes in a group of an `each` kernel.
pub const LANES: u32 = 256;
/// A trap word before the dispatch; afterwards it is the index of the least group that trapped.
pub const NO_TRAP: u32 = u32::MAX;
