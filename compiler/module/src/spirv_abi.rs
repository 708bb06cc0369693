//! How a host and a kernel's SPIR-V meet: descriptor bindings and push constants.
//!
//! Set 0, binding 0 is the array of trap words. Binding `1 + i` is the i-th array parameter. After the arrays comes one
//! binding for each `claim` array, in order: its bitmap, one bit for each cell, all zero before the dispatch. Every array
//! is a run of 32-bit words, never shorter than one cell; a 64-bit cell is two words, the lower first. Push constants are
//! words: the three below, the scalars in order (a 64-bit one as two words, the lower first), then the extents in order.
//!
//! A dispatch has `1 + c` trap words, c its number of `claim` arrays: the least group that trapped, then for each claim
//! array the least cell that was claimed twice. Each is [`NO_TRAP`] before the dispatch.

/// The binding of the trap words.
pub const TRAP_BINDING: u32 = 0;
/// The binding of the first array parameter.
pub const FIRST_ARRAY_BINDING: u32 = 1;

/// Push-constant word that is always zero. It hides constants from a driver's folding.
pub const WORD_ZERO: u32 = 0;
/// Push-constant word: the index of the first group of this slice of the dispatch.
pub const WORD_FIRST_GROUP: u32 = 1;
/// Push-constant word: the index of the first trap word of this dispatch.
pub const WORD_TRAP_SLOT: u32 = 2;
/// The first push-constant word that holds a scalar or an extent.
pub const FIRST_PARAMETER_WORD: u32 = 3;

/// Lanes in a group of an `each` kernel.
pub const LANES: u32 = 256;
/// A trap word before the dispatch, and after it if nothing of its kind happened.
pub const NO_TRAP: u32 = u32::MAX;
