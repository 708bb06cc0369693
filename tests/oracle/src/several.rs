//! The functions of two and three arguments.

use std::ffi::c_int;

use gmp_mpfr_sys::mpfr::{self, mpfr_t, rnd_t};
use lockstep_witness::operands;

use crate::rule;
use crate::samples;
use crate::wide::Wide;

/// A function of MPFR of two arguments.
type OfTwo = unsafe extern "C" fn(*mut mpfr_t, *const mpfr_t, *const mpfr_t, rnd_t) -> c_int;
/// One of three.
type OfThree = unsafe extern "C" fn(*mut mpfr_t, *const mpfr_t, *const mpfr_t, *const mpfr_t, rnd_t) -> c_int;

enum Exact {
    Two(OfTwo),
    Three(OfThree),
}

pub struct Several {
    pub operands: operands::Several,
    /// Within 2^-45 of the exact value, relatively, wherever all arguments are finite and not zero and the value is a
    /// number. Of a value below the least double it gives a zero of its sign, and the NaN where there is none.
    double: fn([f64; 3]) -> f64,
    exact: Exact,
}

mod host {
    unsafe extern "C" {
        pub fn hypot(x: f64, y: f64) -> f64;
    }
}

/// All of them. `rem` is the remainder with the sign of the dividend, C's fmod. The product of `fma` is exact in a double,
/// so its sum rounds once; a sum of zero is one.
static ALL: [Several; 5] = [
    Several { operands: operands::Several::Pow, double: |[x, y, _]| x.powf(y), exact: Exact::Two(mpfr::pow) },
    Several {
        operands: operands::Several::Hypot,
        // SAFETY: a pure function of the host's libm.
        double: |[x, y, _]| unsafe { host::hypot(x, y) },
        exact: Exact::Two(mpfr::hypot),
    },
    Several { operands: operands::Several::Atan2, double: |[y, x, _]| y.atan2(x), exact: Exact::Two(mpfr::atan2) },
    Several { operands: operands::Several::Rem, double: |[x, y, _]| x % y, exact: Exact::Two(mpfr::fmod) },
    Several { operands: operands::Several::Fma, double: |[x, y, z]| x * y + z, exact: Exact::Three(mpfr::fma) },
];

/// The numbers that an evaluation needs, made once a thread.
pub struct Evaluation {
    arguments: [Wide; 3],
    result: Wide,
}

impl Evaluation {
    pub fn new() -> Evaluation {
        Evaluation { arguments: [24; 3].map(Wide::new), result: Wide::new(24) }
    }
}

impl Several {
    pub fn of_name(name: &str) -> Option<&'static Several> {
        ALL.iter().find(|function| function.operands.name() == name)
    }

    pub fn name(&self) -> &'static str {
        self.operands.name()
    }

    /// How many arguments it takes; of three words the others are not looked at.
    pub fn arguments(&self) -> usize {
        self.operands.operands()
    }

    /// The word of the double function, if no error of 2^-45 of it could change that word.
    pub fn quick(&self, words: [u32; 3]) -> Option<u32> {
        let values = words.map(|word| f64::from(f32::from_bits(rule::canonical(word))));
        if values[..self.arguments()].iter().any(|value| *value == 0.0 || !value.is_finite()) {
            return None;
        }
        let z = (self.double)(values);
        if z == 0.0 || !z.is_finite() {
            // No number, below every double, or beyond them: what the rule makes of it has that sign.
            return Some(rule::round(z));
        }
        let margin = z.abs() * f64::from_bits((1023 - 45) << 52);
        let (low, high) = (rule::round(z - margin), rule::round(z + margin));
        (low == high).then_some(low)
    }

    /// How far the result is from a midpoint between two floats, about.
    pub fn distance(&self, words: [u32; 3]) -> u32 {
        samples::of_midpoint((self.double)(words.map(|word| f64::from(f32::from_bits(rule::canonical(word))))))
    }

    /// How many bits of the exact result are those of the nearest midpoint between two floats, beyond the 25 that a midpoint
    /// has; 0 if a float is nearer, `precision` for a midpoint.
    pub fn bits_like_midpoint(&self, words: [u32; 3], precision: i64) -> u32 {
        let mut evaluation = Evaluation::new();
        let [mut value, mut rest] = [precision; 2].map(Wide::new);
        let mut midpoint = Wide::new(25);
        std::mem::swap(&mut evaluation.result, &mut value);
        self.evaluate(words, &mut evaluation);
        let value = evaluation.result;
        // SAFETY: the numbers are initialised.
        unsafe {
            mpfr::set(midpoint.out(), value.get(), rnd_t::RNDN);
            if mpfr::number_p(value.get()) == 0
                || mpfr::zero_p(value.get()) != 0
                || mpfr::min_prec(midpoint.get()) != 25
            {
                return 0;
            }
            mpfr::sub(rest.out(), value.get(), midpoint.get(), rnd_t::RNDN);
            if mpfr::zero_p(rest.get()) != 0 {
                return precision as u32;
            }
            (mpfr::get_exp(value.get()) - mpfr::get_exp(rest.get()) - 25).max(0) as u32
        }
    }

    /// The word by MPFR alone.
    pub fn exact(&self, words: [u32; 3], evaluation: &mut Evaluation) -> u32 {
        self.evaluate(words, evaluation);
        // SAFETY: the number is initialised, and was rounded to 24 bits.
        unsafe { rule::of_rounded(evaluation.result.get()) }
    }

    /// The exact value, rounded once to the bits of the result.
    fn evaluate(&self, words: [u32; 3], evaluation: &mut Evaluation) {
        let Evaluation { arguments, result } = evaluation;
        // SAFETY: the numbers are initialised, and the function rounds once to the bits of the result.
        unsafe {
            for (number, word) in arguments.iter_mut().zip(words) {
                mpfr::set_flt(number.out(), f32::from_bits(rule::canonical(word)), rnd_t::RNDN);
            }
            let [x, y, z] = arguments.each_ref().map(Wide::get);
            match self.exact {
                Exact::Two(function) => function(result.out(), x, y, rnd_t::RNDN),
                Exact::Three(function) => function(result.out(), x, y, z, rnd_t::RNDN),
            };
        }
    }

    /// The word, by whichever way decides it.
    pub fn word(&self, words: [u32; 3], evaluation: &mut Evaluation) -> u32 {
        self.quick(words).unwrap_or_else(|| self.exact(words, evaluation))
    }
}
