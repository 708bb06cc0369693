//! Rule F on words: what is canonical, and how an exact result becomes a word.

use gmp_mpfr_sys::mpfr;

pub const NAN: u32 = 0x7fc0_0000;
const SIGN: u32 = 0x8000_0000;

/// The door: a subnormal is the zero of its sign, a NaN the one NaN.
pub fn canonical(word: u32) -> u32 {
    let magnitude = word & !SIGN;
    if magnitude > 0x7f80_0000 {
        NAN
    } else if magnitude < 0x0080_0000 {
        word & SIGN
    } else {
        word
    }
}

/// The word of the double rounded to 24 bits with unbounded exponent, then flushed or made infinite by the rule.
pub fn round(value: f64) -> u32 {
    if value.is_nan() {
        return NAN;
    }
    let bits = value.to_bits();
    let sign = ((bits >> 32) as u32) & SIGN;
    let magnitude = bits & 0x7fff_ffff_ffff_ffff;
    // To nearest even at bit 29: a carry goes into the exponent, as it should.
    let rounded = (magnitude + 0x0fff_ffff + ((magnitude >> 29) & 1)) >> 29;
    // The exponents of doubles are 896 greater.
    if rounded < (897 << 23) {
        sign
    } else if rounded >= (1151 << 23) {
        sign | 0x7f80_0000
    } else {
        sign | (rounded as u32).wrapping_sub(896 << 23)
    }
}

/// The word of a value of MPFR that was already rounded to 24 bits.
///
/// # Safety
/// `value` is an initialised number of MPFR.
pub unsafe fn of_rounded(value: *const mpfr::mpfr_t) -> u32 {
    // SAFETY: by the caller. A number of 24 bits whose exponent fits is a double exactly; others become a zero or an
    // infinity of their sign by the rule too.
    round(unsafe { mpfr::get_d(value, mpfr::rnd_t::RNDN) })
}
