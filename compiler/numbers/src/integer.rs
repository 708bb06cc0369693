//! 32-bit integers: two's complement, wrapping; shift counts are taken modulo 32; division truncates toward zero, traps on a
//! zero divisor, and `MIN / -1` wraps to `MIN`. The remainder has the sign of the dividend.

/// `a / b` as signed integers. None when `b` is zero.
#[inline]
pub fn div_i32(a: u32, b: u32) -> Option<u32> {
    (b != 0).then(|| a.cast_signed().wrapping_div(b.cast_signed()).cast_unsigned())
}

/// `a % b` as signed integers, `a - (a / b) * b`. None when `b` is zero.
#[inline]
pub fn rem_i32(a: u32, b: u32) -> Option<u32> {
    (b != 0).then(|| a.cast_signed().wrapping_rem(b.cast_signed()).cast_unsigned())
}

/// `a >> b` as signed integers: the sign fills from the left.
#[inline]
pub fn shr_i32(a: u32, b: u32) -> u32 {
    a.cast_signed().wrapping_shr(b).cast_unsigned()
}

/// The magnitude of a signed integer; the magnitude of `MIN` wraps to `MIN`.
#[inline]
pub fn abs_i32(a: u32) -> u32 {
    a.cast_signed().wrapping_abs().cast_unsigned()
}

/// The upper half of the exact product of unsigned integers.
#[inline]
pub fn mul_high_u32(a: u32, b: u32) -> u32 {
    ((u64::from(a) * u64::from(b)) >> 32) as u32
}

/// The upper half of the exact product of signed integers.
#[inline]
pub fn mul_high_i32(a: u32, b: u32) -> u32 {
    ((i64::from(a.cast_signed()) * i64::from(b.cast_signed())) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: u32 = 0x8000_0000;
    const MINUS_ONE: u32 = 0xffff_ffff;

    #[test]
    fn the_edges_of_division_wrap() {
        assert_eq!(div_i32(MIN, MINUS_ONE), Some(MIN));
        assert_eq!(rem_i32(MIN, MINUS_ONE), Some(0));
        assert_eq!(div_i32(7, 0), None);
        assert_eq!(rem_i32(7, 0), None);
    }

    #[test]
    fn the_remainder_has_the_sign_of_the_dividend() {
        let minus_seven = (-7i32).cast_unsigned();
        assert_eq!(div_i32(minus_seven, 2), Some((-3i32).cast_unsigned()));
        assert_eq!(rem_i32(minus_seven, 2), Some(MINUS_ONE));
    }

    #[test]
    fn shift_counts_are_taken_modulo_32() {
        assert_eq!(shr_i32(MIN, 33), shr_i32(MIN, 1));
        assert_eq!(shr_i32(MIN, 31), MINUS_ONE);
    }

    #[test]
    fn the_magnitude_of_the_least_integer_wraps() {
        assert_eq!(abs_i32(MIN), MIN);
        assert_eq!(abs_i32(MINUS_ONE), 1);
    }

    #[test]
    fn upper_halves_of_products() {
        assert_eq!(mul_high_u32(u32::MAX, u32::MAX), 0xffff_fffe);
        assert_eq!(mul_high_i32(MINUS_ONE, MINUS_ONE), 0);
        assert_eq!(mul_high_i32(MIN, MIN), 1 << 30);
        assert_eq!(mul_high_i32(MIN, 1), MINUS_ONE);
    }
}
