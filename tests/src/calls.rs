//! Calls that a test builds, and numbers with the arithmetic of the language to compute what must come of them.

use lockstep_module::{Argument, Array, Call};
use lockstep_numbers::{ScalarType, float};

use crate::random::Random;

/// A call being built.
#[derive(Default)]
pub struct Build(Call);

/// A call without arguments.
pub fn build() -> Build {
    Build::default()
}

impl Build {
    /// An array.
    #[must_use]
    pub fn array(mut self, name: &str, element: ScalarType, dimensions: &[usize], words: &[u32]) -> Build {
        let dimensions = dimensions.iter().map(|size| *size as u32).collect();
        let array = Array { element, dimensions, words: words.to_vec() };
        self.0.arguments.insert(name.into(), Argument::Array(array));
        self
    }

    /// An array of one dimension of `u32`.
    #[must_use]
    pub fn words(self, name: &str, words: &[u32]) -> Build {
        self.array(name, ScalarType::U32, &[words.len()], words)
    }

    /// An array of `f32`.
    #[must_use]
    pub fn floats(self, name: &str, dimensions: &[usize], values: &[F]) -> Build {
        let words: Vec<u32> = values.iter().map(|value| value.0).collect();
        self.array(name, ScalarType::F32, dimensions, &words)
    }

    /// A `u32`.
    #[must_use]
    pub fn number(mut self, name: &str, value: u32) -> Build {
        self.0.arguments.insert(name.into(), Argument::Scalar(ScalarType::U32, value.into()));
        self
    }

    /// An `f32`.
    #[must_use]
    pub fn float(mut self, name: &str, value: F) -> Build {
        self.0.arguments.insert(name.into(), Argument::Scalar(ScalarType::F32, value.0.into()));
        self
    }

    /// An extent that no array fixes.
    #[must_use]
    pub fn extent(mut self, name: &str, size: usize) -> Build {
        self.0.extents.insert(name.into(), size as u32);
        self
    }

    /// The call.
    pub fn done(self) -> Call {
        self.0
    }
}

/// An `f32` of the language: its bits, with the arithmetic of `lockstep_numbers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct F(pub u32);

impl F {
    /// The number 0.
    pub const ZERO: F = F(0);

    /// This number, which is written in a test.
    pub fn of(value: f32) -> F {
        F(value.to_bits())
    }

    /// The greater, as the language has it.
    #[must_use]
    pub fn max(self, other: F) -> F {
        F(float::maximum(self.0, other.0))
    }

    /// The lesser, as the language has it.
    #[must_use]
    pub fn min(self, other: F) -> F {
        F(float::minimum(self.0, other.0))
    }

    /// The float nearest to a wider number, or the zero of its sign below the normal numbers.
    pub fn rounded(value: f64) -> F {
        F(float::canonical((value as f32).to_bits()))
    }

    /// The value, exactly.
    pub fn wide(self) -> f64 {
        f32::from_bits(self.0).into()
    }
}

impl std::ops::Add for F {
    type Output = F;
    fn add(self, other: F) -> F {
        F(float::add(self.0, other.0))
    }
}

impl std::ops::Sub for F {
    type Output = F;
    fn sub(self, other: F) -> F {
        F(float::sub(self.0, other.0))
    }
}

impl std::ops::Mul for F {
    type Output = F;
    fn mul(self, other: F) -> F {
        F(float::mul(self.0, other.0))
    }
}

impl std::ops::Div for F {
    type Output = F;
    fn div(self, other: F) -> F {
        F(float::div(self.0, other.0))
    }
}

/// Numbers between -range and range.
pub fn floats(random: &mut Random, count: usize, range: f32) -> Vec<F> {
    let one = |random: &mut Random| F::of((random.word() >> 8) as f32 / 8_388_608.0 - 1.0) * F::of(range);
    (0..count).map(|_| one(random)).collect()
}

/// Random words.
pub fn words(random: &mut Random, count: usize) -> Vec<u32> {
    (0..count).map(|_| random.word()).collect()
}

/// The words of floats.
pub fn bits(values: &[F]) -> Vec<u32> {
    values.iter().map(|value| value.0).collect()
}
