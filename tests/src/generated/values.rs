//! Literals: values at which numbers go wrong, small ones, and any bits at all.

use lockstep_numbers::{ScalarType, canonical};

use crate::{
    random::Random,
    special::{FLOATS, INTEGERS},
};

/// The bits of a value of a type.
pub fn bits(random: &mut Random, ty: ScalarType) -> u64 {
    use ScalarType::*;
    match ty {
        Bool => (random.word() & 1).into(),
        F32 => float(random).into(),
        I32 | U32 => integer(random).into(),
        I64 | U64 => match random.below(5) {
            0 => integer(random).into(),
            // Sign-extended.
            1 => i64::from(integer(random).cast_signed()).cast_unsigned(),
            2 => u64::from(integer(random)) << 32,
            3 => u64::from(integer(random)) << 32 | u64::from(integer(random)),
            _ => *random.pick(&[
                1 << 63,
                (1 << 63) - 1,
                u64::MAX,
                (1 << 63) + 1,
                1 << 31,
                1 << 33,
                (1 << 53) + 1,
                u64::MAX - 1,
                0x7fff_ff7f_ffff_ffff,
            ]),
        },
        I8x4 | U8x4 => match random.below(3) {
            0 => *random.pick(&[0, 0x7f80_ff01, 0x8080_8080, u32::MAX, 0x0102_0304]),
            _ => random.word(),
        }
        .into(),
        I16x2 | U16x2 => match random.below(3) {
            0 => *random.pick(&[0, 0x8000_7fff, 0x8000_8000, u32::MAX, 0x0001_ffff]),
            _ => random.word(),
        }
        .into(),
        F16x2 => (u64::from(half(random)) << 16) | u64::from(half(random)),
        Bf16x2 => (u64::from(float(random) >> 16) << 16) | u64::from(float(random) >> 16),
    }
}

/// A literal: a value that source can state.
pub fn literal(random: &mut Random, ty: ScalarType) -> u64 {
    let bits = bits(random, ty);
    match ty {
        ScalarType::F32 => canonical(ty, bits),
        // Small integers are the ones that meet.
        _ if ty.is_integer() && random.one_in(2) => *random.pick(&[0, 1, 2, 3, 4, 5, 7, 8, 16, 31, 33, 100]),
        _ => bits,
    }
}

fn float(random: &mut Random) -> u32 {
    match random.below(4) {
        0 => *random.pick(&FLOATS),
        1 | 2 => (random.word() & 0x803f_ffff) | 0x3f00_0000 | ((random.word() & 7) << 23),
        _ => random.word(),
    }
}

fn integer(random: &mut Random) -> u32 {
    match random.below(4) {
        0 | 1 => *random.pick(&INTEGERS),
        2 => (random.below(33) as u32).wrapping_sub(16),
        _ => random.word(),
    }
}

/// Binary16: zeros, subnormals, the ends of the range, what is no number, and ordinary ones.
fn half(random: &mut Random) -> u16 {
    match random.below(3) {
        0 => *random
            .pick(&[0, 0x8000, 1, 0x03ff, 0x0400, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00, 0x7c01, 0x3c00, 0xbc01]),
        1 => ((random.word() & 0x83ff) | 0x3800 | ((random.word() & 3) << 10)) as u16,
        _ => random.word() as u16,
    }
}
