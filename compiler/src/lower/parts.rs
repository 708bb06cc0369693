//! A value of the language as the words it is kept in: one, or the lower and the upper word of a 64-bit integer.

/// One thing for each word of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parts<T> {
    One(T),
    /// The lower word first.
    Two(T, T),
}

impl<T: Copy> Parts<T> {
    /// One thing for each of so many words.
    pub(super) fn of(words: usize, mut make: impl FnMut(usize) -> T) -> Parts<T> {
        if words == 2 { Parts::Two(make(0), make(1)) } else { Parts::One(make(0)) }
    }

    /// The only one, or the lower.
    pub(super) fn low(self) -> T {
        match self {
            Parts::One(only) => only,
            Parts::Two(low, _) => low,
        }
    }

    /// The upper, or the only one.
    pub(super) fn high(self) -> T {
        match self {
            Parts::One(only) => only,
            Parts::Two(_, high) => high,
        }
    }

    pub(super) fn map<U: Copy>(self, mut f: impl FnMut(T) -> U) -> Parts<U> {
        match self {
            Parts::One(only) => Parts::One(f(only)),
            Parts::Two(low, high) => Parts::Two(f(low), f(high)),
        }
    }

    /// Joins two of the same shape.
    pub(super) fn with<U: Copy>(self, other: Parts<U>) -> Parts<(T, U)> {
        match self {
            Parts::One(only) => Parts::One((only, other.low())),
            Parts::Two(low, high) => Parts::Two((low, other.low()), (high, other.high())),
        }
    }

    pub(super) fn each(self, mut f: impl FnMut(T)) {
        self.map(&mut f);
    }
}
