//! Numbers on the command line, written as in source; an `f32` may also be `inf`, `-inf` or `nan`.

use lockstep_numbers::{ScalarType, float, from_decimal};

/// The bits of a scalar, or why the text is none. A packed word is given by its bits.
pub(super) fn bits(ty: ScalarType, text: &str) -> Result<u64, String> {
    match ty {
        ScalarType::F32 => f32_word(text).map(u64::from),
        ScalarType::Bool => match text {
            "true" => Ok(1),
            "false" => Ok(0),
            _ => Err("a bool is `true` or `false`".into()),
        },
        ScalarType::I32 => within(text, ty, i32::MIN.into(), i32::MAX.into()),
        ScalarType::I64 => within(text, ty, i64::MIN.into(), i64::MAX.into()),
        ScalarType::U64 => within(text, ty, 0, u64::MAX.into()),
        _ => within(text, ty, 0, u32::MAX.into()),
    }
}

/// The size of an extent, or why the text is none.
pub(super) fn extent(text: &str) -> Result<u32, String> {
    within(text, ScalarType::U32, 0, u32::MAX.into()).map(|bits| bits as u32)
}

/// An integer between two limits, as the bits of its type.
fn within(text: &str, ty: ScalarType, least: i128, most: i128) -> Result<u64, String> {
    let article = if ty.name().starts_with('i') { "an" } else { "a" };
    let Some(value) = integer(text) else {
        let example = match (ty.is_packed(), least) {
            (true, _) => "its bits, as `0x01020304`",
            (false, 0) => "`100` or `0xff`",
            (false, _) => "`-3` or `0xff`",
        };
        return Err(format!("{article} {ty} is written as {example}"));
    };
    if (least..=most).contains(&value) {
        Ok(value as u64 & ty.mask())
    } else {
        Err(format!("{article} {ty} is from {least} to {most}"))
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

/// Wide enough that every 64-bit integer, signed or not, can be told from what is too large.
fn integer(text: &str) -> Option<i128> {
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
    // More digits than 128 bits hold are still an integer, only too large.
    let value = i128::from_str_radix(&digits, base).unwrap_or(i128::MAX);
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use ScalarType::{Bool, F32, I8x4, I32, I64, U32, U64};

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
            (I8x4, "0x01020304", 0x0102_0304),
        ] {
            assert_eq!(bits(ty, text), Ok(u64::from(wanted)), "{text} as {ty}");
        }
        for (ty, text, wanted) in [
            (I64, "-1", u64::MAX),
            (I64, "-9223372036854775808", 1 << 63),
            (U64, "18446744073709551615", u64::MAX),
            (U64, "0x1_0000_0000", 1 << 32),
        ] {
            assert_eq!(bits(ty, text), Ok(wanted), "{text} as {ty}");
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
            (I64, "9223372036854775808", "to 9223372036854775807"),
            (U64, "-1", "from 0 to 18446744073709551615"),
            (U64, "99999999999999999999999999999999999999999", "18446744073709551615"),
            (I8x4, "x", "an i8x4 is written as its bits"),
        ] {
            let why = bits(ty, text).unwrap_err();
            assert!(why.contains(part), "{text} as {ty}: {why}");
        }
    }
}
