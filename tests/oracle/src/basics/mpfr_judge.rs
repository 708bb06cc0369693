//! The basic operations by MPFR.

use gmp_mpfr_sys::mpfr::{self, rnd_t};
use lockstep_witness::operation::Operation;

use crate::rule;
use crate::wide::Wide;

/// The numbers that it needs, made once a thread.
pub struct Judge {
    x: Wide,
    y: Wide,
    z: Wide,
    /// As wide as any integer here.
    integer: Wide,
    half: Wide,
    brain: Wide,
}

const SIGN: u32 = 0x8000_0000;

impl Judge {
    pub fn new() -> Judge {
        let [x, y, z] = [24, 24, 24].map(Wide::new);
        Judge { x, y, z, integer: Wide::new(64), half: Wide::new(11), brain: Wide::new(8) }
    }

    pub fn set(&mut self, a: u32, b: u32) {
        set(&mut self.x, a);
        set(&mut self.y, b);
    }

    /// The result for the two numbers that were set.
    pub fn of_two(&mut self, operation: Operation) -> u32 {
        let (x, y, to) = (self.x.get(), self.y.get(), self.z.out());
        // SAFETY: the numbers are initialised; a function of MPFR rounds once to the 24 bits of z.
        unsafe {
            let unordered = || mpfr::unordered_p(x, y) != 0;
            match operation {
                Operation::Add => mpfr::add(to, x, y, rnd_t::RNDN),
                Operation::Subtract => mpfr::sub(to, x, y, rnd_t::RNDN),
                Operation::Multiply => mpfr::mul(to, x, y, rnd_t::RNDN),
                Operation::Divide => mpfr::div(to, x, y, rnd_t::RNDN),
                // IEEE 754-2019's minimum and maximum give the NaN; those of MPFR, which order the zeros, do not.
                Operation::Minimum | Operation::Maximum if unordered() => return rule::NAN,
                Operation::Minimum => mpfr::min(to, x, y, rnd_t::RNDN),
                Operation::Maximum => mpfr::max(to, x, y, rnd_t::RNDN),
                Operation::Equal => return u32::from(mpfr::equal_p(x, y) != 0),
                Operation::NotEqual => return u32::from(mpfr::equal_p(x, y) == 0),
                Operation::Less => return u32::from(mpfr::less_p(x, y) != 0),
                Operation::LessOrEqual => return u32::from(mpfr::lessequal_p(x, y) != 0),
                Operation::Greater => return u32::from(mpfr::greater_p(x, y) != 0),
                Operation::GreaterOrEqual => return u32::from(mpfr::greaterequal_p(x, y) != 0),
            };
            rule::of_rounded(self.z.get())
        }
    }

    /// The first number itself, as a word.
    pub fn itself(&mut self) -> u32 {
        // SAFETY: the number is initialised.
        unsafe { rule::of_rounded(self.x.get()) }
    }

    pub fn negated(&mut self) -> u32 {
        // SAFETY: the numbers are initialised.
        unsafe {
            mpfr::neg(self.z.out(), self.x.get(), rnd_t::RNDN);
            rule::of_rounded(self.z.get())
        }
    }

    pub fn absolute(&mut self) -> u32 {
        // SAFETY: the numbers are initialised.
        unsafe {
            mpfr::abs(self.z.out(), self.x.get(), rnd_t::RNDN);
            rule::of_rounded(self.z.get())
        }
    }

    pub fn root(&mut self) -> u32 {
        // SAFETY: the numbers are initialised.
        unsafe {
            mpfr::sqrt(self.z.out(), self.x.get(), rnd_t::RNDN);
            rule::of_rounded(self.z.get())
        }
    }

    /// The first number toward zero, as near as the type allows; 0 for the NaN, as MPFR says it too.
    pub fn signed(&mut self) -> i64 {
        // SAFETY: the number is initialised. A long has 64 bits on the machines that this runs on.
        unsafe { mpfr::get_si(self.x.get(), rnd_t::RNDZ) }
    }

    pub fn unsigned(&mut self) -> u64 {
        // SAFETY: as above.
        unsafe { mpfr::get_ui(self.x.get(), rnd_t::RNDZ) }
    }

    /// The nearest binary16.
    pub fn half(&mut self) -> u32 {
        // SAFETY: the numbers are initialised.
        unsafe {
            let x = self.x.get();
            if mpfr::nan_p(x) != 0 {
                return 0x7e00;
            }
            let sign = u32::from(mpfr::signbit(x) != 0) << 15;
            if mpfr::zero_p(x) != 0 {
                return sign;
            }
            mpfr::abs(self.half.out(), x, rnd_t::RNDN);
            if mpfr::inf_p(x) != 0 {
                return sign | 0x7c00;
            }
            // MPFR's exponent is that of a significand below 1.
            let exponent = mpfr::get_exp(self.half.get()) - 1;
            if mpfr::cmp_ui_2exp(self.half.get(), 1, -14) >= 0 {
                let significand = mpfr::get_d_2exp(&mut 0, self.half.get(), rnd_t::RNDN) * 2048.0;
                return sign
                    | if exponent > 15 { 0x7c00 } else { ((exponent + 14) as u32 * 1024) + significand as u32 };
            }
            // A subnormal: so many times 2^-24.
            mpfr::mul_2si(self.z.out(), x, 24, rnd_t::RNDN);
            mpfr::abs(self.z.out(), self.z.get(), rnd_t::RNDN);
            sign | mpfr::get_ui(self.z.get(), rnd_t::RNDN) as u32
        }
    }

    /// The nearest bfloat16.
    pub fn brain(&mut self) -> u32 {
        // SAFETY: the numbers are initialised. What 8 bits hold, 24 hold too.
        unsafe {
            mpfr::set(self.brain.out(), self.x.get(), rnd_t::RNDN);
            rule::of_rounded(self.brain.get()) >> 16
        }
    }

    pub fn of_signed(&mut self, value: i64) -> u32 {
        // SAFETY: the numbers are initialised; the 64 bits are rounded once to the 24 of z.
        unsafe {
            mpfr::set_si(self.integer.out(), value, rnd_t::RNDN);
            mpfr::set(self.z.out(), self.integer.get(), rnd_t::RNDN);
            rule::of_rounded(self.z.get())
        }
    }

    pub fn of_unsigned(&mut self, value: u64) -> u32 {
        // SAFETY: as above.
        unsafe {
            mpfr::set_ui(self.integer.out(), value, rnd_t::RNDN);
            mpfr::set(self.z.out(), self.integer.get(), rnd_t::RNDN);
            rule::of_rounded(self.z.get())
        }
    }
}

/// The float that the word stands for by the rule: the definition of binary32, read from the bits by MPFR itself.
fn set(to: &mut Wide, word: u32) {
    // SAFETY: the number is initialised; a significand of 24 bits is exact in it.
    unsafe {
        let (exponent, fraction) = ((word >> 23 & 0xff) as i64, u64::from(word & 0x007f_ffff));
        let sign = if word & SIGN == 0 { 1 } else { -1 };
        match exponent {
            0 => mpfr::set_zero(to.out(), sign),
            255 if fraction != 0 => mpfr::set_nan(to.out()),
            255 => mpfr::set_inf(to.out(), sign),
            _ => {
                let significand = (fraction | 0x0080_0000) as i64 * i64::from(sign);
                mpfr::set_si_2exp(to.out(), significand, exponent - 150, rnd_t::RNDN);
            }
        }
    }
}
