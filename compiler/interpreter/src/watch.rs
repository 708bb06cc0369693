//! What may look on while lanes touch arrays. A run that nobody watches pays nothing for it.

use crate::races::Touched;

/// How a lane touches a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    Read,
    Write,
    Combine,
}

/// Told of everything that lanes do with the arrays that they share. A claimed cell is not told: claiming one twice is
/// a trap, not a race.
pub(crate) trait Watch {
    /// A group begins.
    fn group(&mut self, _group: u32) {}
    /// A phase begins.
    fn phase(&mut self) {}
    /// A lane's turn begins.
    fn lane(&mut self, _lane: u32) {}
    /// The lane whose turn it is touches a cell.
    fn touch(&mut self, _array: Touched, _cell: usize, _touch: Touch) {}
}

/// Nobody.
impl Watch for () {}
