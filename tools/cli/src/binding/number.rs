//! Numbers on the command line, written as in source; an `f32` may also be `inf`, `-inf` or `nan`.

use lockstep_numbers::{ScalarType, float, from_decimal};

/// The word of a scalar, or why the text is none.
pub(super) fn word(ty: ScalarType, text: &str) -> Result<u32, String> {
    match ty {
        ScalarType::F32 => f32_word(text),
        ScalarType::I32 => match integer(text) {
            Some(value) => i32::try_from(value)
                .map(i32::cast_unsigned)
                .map_err(|_| "an i32 is from -2147483648 to 2147483647".into()),
            None => Err("an i32 is written as `-3` or `0xff`".into()),
        },
        ScalarType::U32 => extent(text),
        ScalarType::Bool => match text {
            "true" => Ok(1),
            "false" => Ok(0),
            _ => Err("a bool is `true` or `false`".into()),
        },
    }
}

/// The size of an extent, or why the text is none.
pub(super) fn extent(text: &str) -> Result<u32, String> {
    match integer(text) {
        Some(value) => u32::try_from(value).map_err(|_| "a u32 is from 0 to 4294967295".into()),
        None => Err("a u32 is written as `100` or `0xff`".into()),
    }
}

/// Rounded once to nearest even; then what is subnormal becomes a zero of its sign, as at every door.
fn f32_word(text: &str) -> Result<u32, String> {
    let plain = text.replace('_', "");
    let Some(word) = from_decimal(&plain) else {
        return Err("an f32 is written as `2.5`, `-1e-3`, `inf` or `nan`".into());
    };
    let says_infinity = plain.trim_start_matches(['+', '-']).starts_with(['i', 'I']);
    if float::abs(word) == float::INFINITY && !says_infinity {
        return Err("it is beyond the largest f32, 3.4028235e38: write `inf` if that is what you mean".into());
    }
    Ok(word)
}

/// Wide enough that every 32-bit integer, signed or not, can be told from what is too large.
fn integer(text: &str) -> Option<i64> {
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (base, digits) = if let Some(digits) = magnitude.strip_prefix("0x") {
        (16, digits)
    } else if let Some(digits) = magnitude.strip_prefix("0b") {
        (2, digits)
    } else {
        (10, magnitude)
    };
    let digits = digits.replace('_', "");
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    // More digits than 64 bits hold are still an integer, only too large.
    let value = i64::from_str_radix(&digits, base).unwrap_or(i64::MAX);
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use ScalarType::{Bool, F32, I32, U32};

    use super::*;

    #[test]
    fn numbers_are_read_as_in_source() {
        for (ty, text, wanted) in [
            (F32, "2.5", 2.5f32.to_bits()),
            (F32, "3", 3f32.to_bits()),
            (F32, "-1e-3", (-1e-3f32).to_bits()),
            (F32, "16777217", 16_777_216f32.to_bits()),
            (F32, "1_000.5", 1000.5f32.to_bits()),
            (F32, "1e-40", 0),
            (F32, "-1e-40", 0x8000_0000),
            (F32, "1e-50", 0),
            (F32, "inf", float::INFINITY),
            (F32, "-inf", 0xff80_0000),
            (F32, "nan", float::NAN),
            (F32, "-nan", float::NAN),
            (I32, "-3", 0xffff_fffd),
            (I32, "-2147483648", 0x8000_0000),
            (I32, "0x10", 16),
            (U32, "0x10", 16),
            (U32, "0b1111_0000", 240),
            (U32, "4_294_967_295", u32::MAX),
            (Bool, "true", 1),
            (Bool, "false", 0),
        ] {
            assert_eq!(word(ty, text), Ok(wanted), "{text} as {ty}");
        }
    }

    #[test]
    fn what_is_no_number_of_the_type_is_refused() {
        for (ty, text, part) in [
            (F32, "x.npy", "`2.5`"),
            (F32, "0x10", "`2.5`"),
            (F32, "1e39", "`inf`"),
            (F32, "-1e39", "`inf`"),
            (I32, "2147483648", "2147483647"),
            (I32, "-2147483649", "-2147483648"),
            (I32, "2.5", "`-3`"),
            (U32, "-1", "from 0"),
            (U32, "4294967296", "4294967295"),
            (U32, "99999999999999999999", "4294967295"),
            (U32, "0x", "`100`"),
            (U32, "0b2", "`100`"),
            (U32, "--1", "`100`"),
            (Bool, "1", "`true`"),
        ] {
            let why = word(ty, text).unwrap_err();
            assert!(why.contains(part), "{text} as {ty}: {why}");
        }
    }
}
