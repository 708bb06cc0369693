//! Sums and products as devices of each float class make them, for tests. NaNs are the one NaN.

use lockstep_module::FloatClass;
use lockstep_numbers::float::{MIN_NORMAL, NAN};

/// 2^-126, the least normal number.
const LEAST: f64 = f64::from_bits(0x3810_0000_0000_0000);

pub(crate) fn add(class: FloatClass, a: u32, b: u32) -> u32 {
    out(class, wide(class, a) + wide(class, b))
}

pub(crate) fn multiply(class: FloatClass, a: u32, b: u32) -> u32 {
    out(class, wide(class, a) * wide(class, b))
}

/// The operand, as binary64.
fn wide(class: FloatClass, a: u32) -> f64 {
    let flushes = class != FloatClass::Preserves && a & 0x7fff_ffff < MIN_NORMAL;
    f32::from_bits(if flushes { a & 0x8000_0000 } else { a }).into()
}

/// The result of this exact value. Binary64 is wide enough for it; see `lockstep_numbers::float`.
fn out(class: FloatClass, exact: f64) -> u32 {
    let sign = u32::from(exact.is_sign_negative()) << 31;
    match class {
        _ if exact.is_nan() => NAN,
        FloatClass::Preserves => (exact as f32).to_bits(),
        FloatClass::FlushesBeforeRounding if exact.abs() < LEAST => sign,
        // Scaled up, it rounds to 24 bits as if there were no least exponent.
        FloatClass::FlushesAfterRounding if ((exact.abs() * 2f64.powi(24)) as f32) < 2f32.powi(-102) => sign,
        _ => (exact as f32).to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The product of these rounds up to the least normal number.
    const ABOVE: u32 = 0x0080_0001;
    const BELOW_ONE: u32 = 0x3f7f_fffe;
    const HALF: u32 = 0x3f00_0000;

    #[test]
    fn the_classes_differ_where_they_should() {
        use FloatClass::*;
        assert_eq!(multiply(FlushesAfterRounding, ABOVE, BELOW_ONE), MIN_NORMAL);
        assert_eq!(multiply(FlushesBeforeRounding, ABOVE, BELOW_ONE), 0);
        assert_eq!(multiply(Preserves, ABOVE, BELOW_ONE), MIN_NORMAL);
        assert_eq!(FloatClass::ALL.map(|class| multiply(class, MIN_NORMAL, HALF)), [0, 0, MIN_NORMAL / 2]);
        assert_eq!(FloatClass::ALL.map(|class| add(class, ABOVE, MIN_NORMAL | 1 << 31)), [0, 0, 1]);
    }

    /// The class that needs no guard is rule F itself.
    #[test]
    fn flushing_after_rounding_is_rule_f() {
        for a in [0, 1 << 31, MIN_NORMAL, ABOVE, BELOW_ONE, HALF, 0x00ff_ffff, 0x8080_0003, 0x7f7f_ffff] {
            for b in [0, MIN_NORMAL, ABOVE, BELOW_ONE, 0xbf7f_ffff, HALF, 0x3f80_0001, 0xff80_0000] {
                let class = FloatClass::FlushesAfterRounding;
                assert_eq!(add(class, a, b), lockstep_numbers::float::add(a, b), "{a:#x} + {b:#x}");
                assert_eq!(multiply(class, a, b), lockstep_numbers::float::mul(a, b), "{a:#x} * {b:#x}");
            }
        }
    }
}
