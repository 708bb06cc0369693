//! The device that is simulated: what it does with small floats, which NaN it makes, and how far its seeds are off.
//! Whatever a device may choose, a module's results do not depend on it.

use lockstep_module::FloatClass;
use lockstep_numbers::float::{self, INFINITY, MIN_NORMAL, NAN};

/// 2^-126, the least normal number.
const LEAST: f64 = f64::from_bits(0x3810_0000_0000_0000);
const SIGN: u32 = 1 << 31;

/// What a device may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// What it does with results and operands below the normal numbers.
    pub class: FloatClass,
    /// The bits of every NaN that it makes.
    pub nan: u32,
    /// How many units of the last place its quotients and square roots are too large.
    pub seed_error: i32,
}

impl Default for Device {
    fn default() -> Self {
        Device { class: FloatClass::default(), nan: NAN, seed_error: 0 }
    }
}

impl Device {
    fn flushed(&self, word: u32) -> u32 {
        match self.class {
            FloatClass::Preserves => word,
            _ if word & !SIGN < MIN_NORMAL => word & SIGN,
            _ => word,
        }
    }

    fn wide(&self, word: u32) -> f64 {
        f32::from_bits(self.flushed(word)).into()
    }

    /// The result of an exact sum or product; see `lockstep_numbers::float` on why binary64 holds it.
    fn rounded(&self, exact: f64) -> u32 {
        match self.class {
            _ if exact.is_nan() => self.nan,
            FloatClass::FlushesBeforeRounding if exact.abs() < LEAST => u32::from(exact.is_sign_negative()) << 31,
            _ => (exact as f32).to_bits(),
        }
    }

    fn made(&self, word: u32) -> u32 {
        if float::is_nan(word) { self.nan } else { word }
    }

    pub(crate) fn add(&self, a: u32, b: u32) -> u32 {
        match self.class {
            FloatClass::FlushesAfterRounding => self.made(float::add(self.flushed(a), self.flushed(b))),
            _ => self.rounded(self.wide(a) + self.wide(b)),
        }
    }

    pub(crate) fn subtract(&self, a: u32, b: u32) -> u32 {
        match self.class {
            FloatClass::FlushesAfterRounding => self.made(float::sub(self.flushed(a), self.flushed(b))),
            _ => self.rounded(self.wide(a) - self.wide(b)),
        }
    }

    pub(crate) fn multiply(&self, a: u32, b: u32) -> u32 {
        match self.class {
            FloatClass::FlushesAfterRounding => self.made(float::mul(self.flushed(a), self.flushed(b))),
            _ => self.rounded(self.wide(a) * self.wide(b)),
        }
    }

    pub(crate) fn divide(&self, a: u32, b: u32) -> u32 {
        self.off(float::div(self.flushed(a), self.flushed(b)))
    }

    pub(crate) fn square_root(&self, a: u32) -> u32 {
        self.off(float::sqrt(self.flushed(a)))
    }

    /// A seed near a result.
    fn off(&self, word: u32) -> u32 {
        let magnitude = word & !SIGN;
        let moved = magnitude.wrapping_add_signed(self.seed_error);
        match magnitude {
            _ if float::is_nan(word) => self.nan,
            MIN_NORMAL..INFINITY if (MIN_NORMAL..INFINITY).contains(&moved) => word & SIGN | moved,
            _ => word,
        }
    }

    pub(crate) fn less(&self, a: u32, b: u32) -> bool {
        self.wide(a) < self.wide(b)
    }

    pub(crate) fn less_or_equal(&self, a: u32, b: u32) -> bool {
        self.wide(a) <= self.wide(b)
    }

    pub(crate) fn equal(&self, a: u32, b: u32) -> bool {
        self.wide(a) == self.wide(b)
    }

    /// A word, signed, as a float: rounded to nearest even, as Vulkan promises where the host asks for it.
    pub(crate) fn from_signed(word: u32) -> u32 {
        (f64::from(word.cast_signed()) as f32).to_bits()
    }

    /// The signed integer that a float comes to without its fraction; None if there is none of 32 bits.
    pub(crate) fn to_signed(word: u32) -> Option<u32> {
        let whole = f64::from(f32::from_bits(word)).trunc();
        (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&whole).then_some((whole as i32).cast_unsigned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: u32 = 0x3f00_0000;
    const ONE: u32 = 0x3f80_0000;

    fn of(class: FloatClass) -> Device {
        Device { class, ..Device::default() }
    }

    #[test]
    fn classes_differ_where_they_should() {
        // The product of these rounds up to the least normal number.
        let (above, below_one) = (MIN_NORMAL + 1, ONE - 2);
        let products = FloatClass::ALL.map(|class| of(class).multiply(above, below_one));
        assert_eq!(products, [MIN_NORMAL, 0, MIN_NORMAL]);
        assert_eq!(FloatClass::ALL.map(|class| of(class).multiply(MIN_NORMAL, HALF)), [0, 0, MIN_NORMAL / 2]);
        assert_eq!(FloatClass::ALL.map(|class| of(class).subtract(above, MIN_NORMAL)), [0, 0, 1]);
        assert_eq!(FloatClass::ALL.map(|class| of(class).add(3, ONE)), [ONE; 3]);
        assert_eq!(FloatClass::ALL.map(|class| of(class).equal(3, 0)), [true, true, false]);
    }

    #[test]
    fn what_a_device_may_choose_is_chosen() {
        let odd = Device { nan: 0xff80_0123, seed_error: -4, ..Device::default() };
        assert_eq!(odd.subtract(INFINITY, INFINITY), 0xff80_0123);
        assert_eq!(odd.divide(ONE, ONE), ONE - 4);
        assert_eq!(odd.divide(ONE | SIGN, ONE), (ONE - 4) | SIGN);
        assert_eq!(odd.divide(ONE, 0), INFINITY);
        assert_eq!(odd.square_root(0), 0);
        assert_eq!(Device { seed_error: 7, ..odd }.square_root(ONE), ONE + 7);
    }

    #[test]
    fn integers_of_floats_are_those_that_there_are() {
        assert_eq!(Device::to_signed(0xbfc0_0000), Some(u32::MAX));
        assert_eq!(Device::to_signed(0x4f00_0000), None);
        assert_eq!(Device::to_signed(0xcf00_0000), Some(1 << 31));
        assert_eq!(Device::to_signed(NAN), None);
        assert_eq!(Device::from_signed(0x0100_0001), 0x4b80_0000);
        assert_eq!(Device::from_signed(0x0100_0003), 0x4b80_0002);
    }
}
