//! Decimals as `f32`: the exact value rounded once, by rule F.
//!
//! The host's parser rounds correctly, but to the grid of subnormals, which is coarser than 24 bits just below 2^-126.
//! What it gives as 2^-126 is therefore compared, digit by digit, with 2^-126 - 2^-151, the least that 24 bits round up.

use crate::float::{MIN_NORMAL, SIGN, canonical};

/// The digits of 2^-126 - 2^-151 = (2^25 - 1) * 5^151 / 10^151 after `0.` and [`THRESHOLD_EXPONENT`].
const THRESHOLD_DIGITS: &str = "\
    117549431578982589984830976412900609557076227476553897459585741235171016220995010570504746\
    283404529094696044921875";
const THRESHOLD_EXPONENT: i64 = -37;

/// The `f32` nearest to a decimal such as `0.1` or `-2.5e-3`, ties to even. None if it is not a number.
pub fn from_decimal(text: &str) -> Option<u32> {
    let word = canonical(text.parse::<f32>().ok()?.to_bits());
    let flushed = word & !SIGN == MIN_NORMAL && below_threshold(text);
    Some(if flushed { word & SIGN } else { word })
}

/// Whether the magnitude of a decimal is below the threshold. `text` is a decimal that the host's parser accepts.
fn below_threshold(text: &str) -> bool {
    let text = text.trim_start_matches(['+', '-']);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    let zeros = digits().take_while(|digit| *digit == b'0').count();
    // An exponent that no i64 holds belongs to a number that is far from the threshold.
    let Ok(exponent) = exponent.parse::<i64>() else { return false };
    let exponent = exponent.saturating_add(whole.len() as i64).saturating_sub(zeros as i64);
    if exponent != THRESHOLD_EXPONENT {
        return exponent < THRESHOLD_EXPONENT;
    }
    let length = digits().count().max(THRESHOLD_DIGITS.len());
    let number = digits().skip(zeros).chain(std::iter::repeat(b'0')).take(length);
    let threshold = THRESHOLD_DIGITS.bytes().chain(std::iter::repeat(b'0')).take(length);
    number.lt(threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_of_the_threshold_are_exact() {
        let mut digits: Vec<u32> = (0..8).rev().map(|place| ((1 << 25) - 1) / 10u32.pow(place) % 10).collect();
        for _ in 0..151 {
            let mut carry = 0;
            for digit in digits.iter_mut().rev() {
                let product = *digit * 5 + carry;
                (*digit, carry) = (product % 10, product / 10);
            }
            if carry > 0 {
                digits.insert(0, carry);
            }
        }
        let text: String = digits.iter().filter_map(|digit| char::from_digit(*digit, 10)).collect();
        assert_eq!(text, THRESHOLD_DIGITS);
        assert_eq!(text.len() as i64 - 151, THRESHOLD_EXPONENT);
    }

    #[test]
    fn a_decimal_is_rounded_to_24_bits_before_it_is_flushed() {
        let threshold = format!("0.{THRESHOLD_DIGITS}e{THRESHOLD_EXPONENT}");
        assert_eq!(from_decimal(&threshold), Some(MIN_NORMAL));
        assert_eq!(from_decimal(&format!("-{threshold}")), Some(MIN_NORMAL | SIGN));
        // One unit less in the last of 114 digits.
        let mut below = THRESHOLD_DIGITS.to_string();
        below.replace_range(below.len() - 1.., "4");
        assert_eq!(from_decimal(&format!("0.{below}e{THRESHOLD_EXPONENT}")), Some(0));
        assert_eq!(from_decimal("1.17549431578982589e-38"), Some(0));
        assert_eq!(from_decimal("1.1754943508222875e-38"), Some(MIN_NORMAL));
    }

    #[test]
    fn ordinary_decimals_are_those_of_ieee() {
        for text in ["0.1", "1", "-2.5e-3", "3.4028235e38", "1e39", "16777217", "1e-45", "-1e-45"] {
            let ieee: f32 = text.parse().unwrap_or_default();
            assert_eq!(from_decimal(text), Some(canonical(ieee.to_bits())), "{text}");
        }
    }
}
