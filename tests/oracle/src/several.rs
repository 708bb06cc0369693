//! The functions of two arguments, over pairs of words.

use std::ffi::c_int;

use gmp_mpfr_sys::mpfr::{self, mpfr_t, rnd_t};

use crate::rule;
use crate::samples;
use crate::wide::Wide;

pub struct Binary {
    pub name: &'static str,
    /// Within 2^-45 of the exact value, relatively, wherever that is neither undefined, infinite nor zero.
    double: fn(f64, f64) -> f64,
    exact: unsafe extern "C" fn(*mut mpfr_t, *const mpfr_t, *const mpfr_t, rnd_t) -> c_int,
}

mod host {
    unsafe extern "C" {
        pub fn hypot(x: f64, y: f64) -> f64;
    }
}

/// All of them. `rem` is the remainder with the sign of the dividend, C's fmod.
static ALL: [Binary; 4] = [
    Binary { name: "pow", double: f64::powf, exact: mpfr::pow },
    // SAFETY: a pure function of the host's libm.
    Binary { name: "hypot", double: |x, y| unsafe { host::hypot(x, y) }, exact: mpfr::hypot },
    Binary { name: "atan2", double: f64::atan2, exact: mpfr::atan2 },
    Binary { name: "rem", double: |x, y| x % y, exact: mpfr::fmod },
];

/// The numbers that an evaluation needs, made once a thread.
pub struct Evaluation {
    x: Wide,
    y: Wide,
    z: Wide,
}

impl Evaluation {
    pub fn new() -> Evaluation {
        Evaluation { x: Wide::new(24), y: Wide::new(24), z: Wide::new(24) }
    }
}

impl Binary {
    pub fn of_name(name: &str) -> Option<&'static Binary> {
        ALL.iter().find(|function| function.name == name)
    }

    /// The word of the double function, if no error of 2^-45 of it could change that word.
    pub fn quick(&self, x: u32, y: u32) -> Option<u32> {
        let [x, y] = [x, y].map(|word| f64::from(f32::from_bits(rule::canonical(word))));
        if x == 0.0 || y == 0.0 || !x.is_finite() || !y.is_finite() {
            return None;
        }
        let z = (self.double)(x, y);
        if z == 0.0 || z.is_nan() {
            return None;
        }
        if z.is_infinite() {
            // Beyond 2^1023, or a pole: both are infinities of this sign.
            return Some(rule::round(z));
        }
        let margin = z.abs() * f64::from_bits((1023 - 45) << 52);
        let (low, high) = (rule::round(z - margin), rule::round(z + margin));
        (low == high).then_some(low)
    }

    /// How far the result is from a midpoint between two floats, about.
    pub fn distance(&self, x: u32, y: u32) -> u32 {
        let [x, y] = [x, y].map(|word| f64::from(f32::from_bits(rule::canonical(word))));
        samples::of_midpoint((self.double)(x, y))
    }

    /// The word by MPFR alone.
    pub fn exact(&self, x: u32, y: u32, evaluation: &mut Evaluation) -> u32 {
        // SAFETY: the numbers are initialised, and the function rounds once to the 24 bits of z.
        unsafe {
            mpfr::set_flt(evaluation.x.out(), f32::from_bits(rule::canonical(x)), rnd_t::RNDN);
            mpfr::set_flt(evaluation.y.out(), f32::from_bits(rule::canonical(y)), rnd_t::RNDN);
            (self.exact)(evaluation.z.out(), evaluation.x.get(), evaluation.y.get(), rnd_t::RNDN);
            rule::of_rounded(evaluation.z.get())
        }
    }

    /// The word, by whichever way decides it.
    pub fn word(&self, x: u32, y: u32, evaluation: &mut Evaluation) -> u32 {
        self.quick(x, y).unwrap_or_else(|| self.exact(x, y, evaluation))
    }
}
