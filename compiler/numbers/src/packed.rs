//! Packed words: two or four numbers in 32 bits, the first in the lowest. They are equal when their bits are, and
//! packed integers have a dot product.

use crate::{Binary, ScalarType};

/// Applies `op` to two packed words.
#[inline]
pub fn binary(op: Binary, ty: ScalarType, a: u32, b: u32) -> u32 {
    match op {
        Binary::Equal => (a == b).into(),
        Binary::NotEqual => (a != b).into(),
        Binary::Dot => dot(ty, a, b),
        // Not defined on packed words; the type checker refuses them.
        _ => a,
    }
}

/// The sum of the exact products, modulo 2^32.
#[inline]
pub fn dot(ty: ScalarType, a: u32, b: u32) -> u32 {
    let (a, b) = (a.to_le_bytes(), b.to_le_bytes());
    let bytes = a.into_iter().zip(b);
    let halves = |word: [u8; 4]| [u16::from_le_bytes([word[0], word[1]]), u16::from_le_bytes([word[2], word[3]])];
    let pairs = halves(a).into_iter().zip(halves(b));
    let signed = |sum: u32, product: i32| sum.wrapping_add(product.cast_unsigned());
    match ty {
        ScalarType::I8x4 => bytes.map(|(x, y)| i32::from(x.cast_signed()) * i32::from(y.cast_signed())).fold(0, signed),
        ScalarType::U8x4 => bytes.map(|(x, y)| u32::from(x) * u32::from(y)).sum(),
        ScalarType::I16x2 => {
            pairs.map(|(x, y)| i32::from(x.cast_signed()) * i32::from(y.cast_signed())).fold(0, signed)
        }
        ScalarType::U16x2 => pairs.map(|(x, y)| u32::from(x) * u32::from(y)).fold(0, u32::wrapping_add),
        // Not defined on others; the type checker refuses them.
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_sums_of_exact_products() {
        let signed = |value: i32| value.cast_unsigned();
        assert_eq!(dot(ScalarType::I8x4, 0x8080_8080, 0x8080_8080), 4 * 128 * 128);
        assert_eq!(dot(ScalarType::I8x4, 0x807f_ff01, 0x7f7f_0203), signed(-128 * 127 + 127 * 127 - 2 + 3));
        assert_eq!(dot(ScalarType::U8x4, u32::MAX, u32::MAX), 4 * 255 * 255);
        assert_eq!(dot(ScalarType::I16x2, 0xffff_0002, 0x0003_0005), signed(-3 + 10));
    }

    #[test]
    fn the_sum_wraps() {
        assert_eq!(dot(ScalarType::I16x2, 0x8000_8000, 0x8000_8000), 0x8000_0000);
        assert_eq!(dot(ScalarType::U16x2, u32::MAX, u32::MAX), (65_535u32 * 65_535).wrapping_mul(2));
    }
}
