//! The functions of one argument: the host's double function for a quick decision, MPFR for the rest.

use std::ffi::c_int;

use gmp_mpfr_sys::mpfr::{self, mpfr_t, rnd_t};

use crate::rule;
use crate::samples;
use crate::wide::Wide;

/// A function of MPFR of one argument.
pub type Exact = unsafe extern "C" fn(*mut mpfr_t, *const mpfr_t, rnd_t) -> c_int;

/// What the oracle knows of one function.
pub struct Unary {
    pub name: &'static str,
    /// Within 2^-45 of the exact value, relatively, wherever it is not undefined, infinite or zero.
    double: fn(f64) -> f64,
    exact: Exact,
}

mod host {
    unsafe extern "C" {
        pub fn exp10(x: f64) -> f64;
        pub fn erf(x: f64) -> f64;
    }
}

/// The reduction modulo 2 is exact, the product with π and the sine are not, each by an ulp or so.
fn sin_pi(x: f64) -> f64 {
    let r = x % 2.0;
    let half = (2.0 * r).round();
    let rest = (r - half * 0.5) * std::f64::consts::PI;
    match (half as i64).rem_euclid(4) {
        0 => rest.sin(),
        1 => rest.cos(),
        2 => -rest.sin(),
        _ => -rest.cos(),
    }
}

fn cos_pi(x: f64) -> f64 {
    // An even number, as every word from 2^24 on.
    if x.abs() >= 16777216.0 {
        return 1.0;
    }
    let r = x % 2.0;
    let half = (2.0 * r).round();
    let rest = (r - half * 0.5) * std::f64::consts::PI;
    match (half as i64).rem_euclid(4) {
        0 => rest.cos(),
        1 => -rest.sin(),
        2 => -rest.cos(),
        _ => rest.sin(),
    }
}

/// `rSqrt` of IEEE 754-2019, whose pole at -0 is negative; MPFR's is not.
unsafe extern "C" fn rsqrt(to: *mut mpfr_t, x: *const mpfr_t, rounding: rnd_t) -> c_int {
    // SAFETY: as for the functions of MPFR.
    unsafe {
        if mpfr::zero_p(x) != 0 {
            mpfr::set_inf(to, if mpfr::signbit(x) != 0 { -1 } else { 1 });
            return 0;
        }
        mpfr::rec_sqrt(to, x, rounding)
    }
}

unsafe extern "C" fn floor(to: *mut mpfr_t, x: *const mpfr_t, _: rnd_t) -> c_int {
    // SAFETY: as for the functions of MPFR.
    unsafe { mpfr::floor(to, x) }
}

unsafe extern "C" fn ceil(to: *mut mpfr_t, x: *const mpfr_t, _: rnd_t) -> c_int {
    // SAFETY: as for the functions of MPFR.
    unsafe { mpfr::ceil(to, x) }
}

unsafe extern "C" fn trunc(to: *mut mpfr_t, x: *const mpfr_t, _: rnd_t) -> c_int {
    // SAFETY: as for the functions of MPFR.
    unsafe { mpfr::trunc(to, x) }
}

unsafe extern "C" fn round(to: *mut mpfr_t, x: *const mpfr_t, _: rnd_t) -> c_int {
    // SAFETY: as for the functions of MPFR.
    unsafe { mpfr::roundeven(to, x) }
}

/// x - floor(x), rounded once: so 1 just below zero, +0 of every whole number, NaN of an infinity.
unsafe extern "C" fn fract(to: *mut mpfr_t, x: *const mpfr_t, rounding: rnd_t) -> c_int {
    let mut floor = Wide::new(24);
    // SAFETY: as for the functions of MPFR; a floor of a number of 24 bits has no more.
    unsafe {
        mpfr::floor(floor.out(), x);
        mpfr::sub(to, x, floor.get(), rounding)
    }
}

/// All of them.
pub const ALL: [Unary; 27] = [
    Unary { name: "exp", double: f64::exp, exact: mpfr::exp },
    Unary { name: "exp2", double: f64::exp2, exact: mpfr::exp2 },
    // SAFETY: a pure function of the host's libm.
    Unary { name: "exp10", double: |x| unsafe { host::exp10(x) }, exact: mpfr::exp10 },
    Unary { name: "expm1", double: f64::exp_m1, exact: mpfr::expm1 },
    Unary { name: "log", double: f64::ln, exact: mpfr::log },
    Unary { name: "log2", double: f64::log2, exact: mpfr::log2 },
    Unary { name: "log10", double: f64::log10, exact: mpfr::log10 },
    Unary { name: "log1p", double: f64::ln_1p, exact: mpfr::log1p },
    Unary { name: "sinh", double: f64::sinh, exact: mpfr::sinh },
    Unary { name: "cosh", double: f64::cosh, exact: mpfr::cosh },
    Unary { name: "tanh", double: f64::tanh, exact: mpfr::tanh },
    Unary { name: "cbrt", double: f64::cbrt, exact: mpfr::cbrt },
    Unary { name: "rsqrt", double: |x| 1.0 / x.sqrt(), exact: rsqrt },
    Unary { name: "sin", double: f64::sin, exact: mpfr::sin },
    Unary { name: "cos", double: f64::cos, exact: mpfr::cos },
    Unary { name: "tan", double: f64::tan, exact: mpfr::tan },
    Unary { name: "sinpi", double: sin_pi, exact: mpfr::sinpi },
    Unary { name: "cospi", double: cos_pi, exact: mpfr::cospi },
    Unary { name: "asin", double: f64::asin, exact: mpfr::asin },
    Unary { name: "acos", double: f64::acos, exact: mpfr::acos },
    Unary { name: "atan", double: f64::atan, exact: mpfr::atan },
    // SAFETY: a pure function of the host's libm.
    Unary { name: "erf", double: |x| unsafe { host::erf(x) }, exact: mpfr::erf },
    Unary { name: "floor", double: f64::floor, exact: floor },
    Unary { name: "ceil", double: f64::ceil, exact: ceil },
    Unary { name: "trunc", double: f64::trunc, exact: trunc },
    Unary { name: "round", double: f64::round_ties_even, exact: round },
    Unary { name: "fract", double: |x| x - x.floor(), exact: fract },
];

/// The numbers that an evaluation needs, made once a thread.
pub struct Evaluation {
    x: Wide,
    y: Wide,
}

impl Evaluation {
    pub fn new() -> Evaluation {
        Evaluation { x: Wide::new(24), y: Wide::new(24) }
    }
}

impl Unary {
    pub fn of_name(name: &str) -> Option<&'static Unary> {
        static TABLE: [Unary; 27] = ALL;
        TABLE.iter().find(|function| function.name == name)
    }

    /// The word of the double function, if no error of 2^-45 of it could change that word. Zeros, infinities and NaN
    /// are left to MPFR wherever their sign or their being exact could matter: everything not finite and not zero.
    pub fn quick(&self, word: u32) -> Option<u32> {
        let x = f64::from(f32::from_bits(rule::canonical(word)));
        if x == 0.0 || !x.is_finite() {
            return None;
        }
        let y = (self.double)(x);
        // A power that is a zero as a double is one by the rule.
        if y == 0.0 && matches!(self.name, "exp" | "exp2" | "exp10") {
            return Some(0);
        }
        if y == 0.0 || y.is_nan() {
            return None;
        }
        if y.is_infinite() {
            // Beyond 2^1023, or a pole: both are infinities of this sign.
            return Some(rule::round(y));
        }
        let margin = y.abs() * f64::from_bits((1023 - 45) << 52);
        let (low, high) = (rule::round(y - margin), rule::round(y + margin));
        (low == high).then_some(low)
    }

    /// How far the result is from a midpoint between two floats, about.
    pub fn distance(&self, word: u32) -> u32 {
        samples::of_midpoint((self.double)(f64::from(f32::from_bits(rule::canonical(word)))))
    }

    /// The word by MPFR alone.
    pub fn exact(&self, word: u32, evaluation: &mut Evaluation) -> u32 {
        // SAFETY: both numbers are initialised. A function of MPFR rounds the exact value once to the 24 bits of y, and
        // its range of exponents is far beyond what the rule tells apart.
        unsafe {
            mpfr::set_flt(evaluation.x.out(), f32::from_bits(rule::canonical(word)), rnd_t::RNDN);
            (self.exact)(evaluation.y.out(), evaluation.x.get(), rnd_t::RNDN);
            rule::of_rounded(evaluation.y.get())
        }
    }

    /// The word, by whichever way decides it.
    pub fn word(&self, word: u32, evaluation: &mut Evaluation) -> u32 {
        self.quick(word).unwrap_or_else(|| self.exact(word, evaluation))
    }
}
