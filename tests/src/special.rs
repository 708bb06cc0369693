//! Values at which numbers go wrong.

use lockstep_numbers::ScalarType;

use crate::random::Random;

/// Floats at every edge: zeros, the ends of the normal range, what is not canonical, ties, powers of two.
pub const FLOATS: [u32; 36] = [
    0x0000_0000, // 0
    0x8000_0000, // -0
    0x3f80_0000, // 1
    0xbf80_0000, // -1
    0x3f80_0001, // 1 + 2^-23
    0x3f7f_ffff, // 1 - 2^-24
    0x0080_0000, // 2^-126, the least normal
    0x8080_0000,
    0x0080_0001,
    0x00ff_ffff,
    0x0000_0001, // subnormal
    0x807f_ffff, // subnormal
    0x7f7f_ffff, // the greatest
    0xff7f_ffff,
    0x7f80_0000, // infinity
    0xff80_0000,
    0x7fc0_0000, // the NaN
    0xffc1_2345, // another
    0x7f80_0001, // a signalling one
    0x4b00_0000, // 2^23
    0x4b80_0001, // 2^24 + 2
    0xcb7f_ffff,
    0x4f00_0000, // 2^31
    0xcf00_0000,
    0x4f80_0000, // 2^32
    0x3f00_0000, // 1/2
    0xbf00_0000,
    0x3fc0_0000, // 3/2
    0x2000_0000, // 2^-63
    0x1fb5_04f3, // about 2^-63.5
    0x5f00_0000, // 2^63
    0xdf35_04f3,
    0x4049_0fdb, // pi
    0xc2c8_0000, // -100
    0x3dcc_cccd, // 0.1
    0x7e80_0000, // 2^126
];

/// Binary16 numbers at every edge.
pub const HALVES: [u16; 16] = [
    0x0000, 0x8000, 0x3c00, 0xbc00, 0x0001, 0x8001, 0x03ff, 0x0400, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00, 0xfe01,
    0x7c01, 0x3555,
];

/// Integers at every edge, as words.
pub const INTEGERS: [u32; 22] = [
    0,
    1,
    2,
    3,
    7,
    31,
    32,
    33,
    255,
    256,
    0xffff,
    0x1_0000,
    0x7fff_fffe,
    0x7fff_ffff,
    0x8000_0000,
    0x8000_0001,
    0xffff_fffe,
    0xffff_ffff,
    0xffff_ffe0,
    0x0100_0001,
    0xaaaa_aaaa,
    0x1234_5678,
];

/// A value of a type: often an edge, sometimes small, sometimes any bits at all.
pub fn bits(random: &mut Random, ty: ScalarType) -> u64 {
    match (ty, random.below(4)) {
        // Two words of edges: small numbers, large ones, and carries between the halves.
        (ScalarType::I64 | ScalarType::U64, 0) => u64::from(word(random, ScalarType::U32)),
        (ScalarType::I64, 1) => i64::from(word(random, ScalarType::I32).cast_signed()).cast_unsigned(),
        (ScalarType::I64 | ScalarType::U64, 2) => {
            u64::from(*random.pick(&INTEGERS)) << 32 | u64::from(*random.pick(&INTEGERS))
        }
        (ScalarType::I64 | ScalarType::U64, _) => u64::from(random.word()) << 32 | u64::from(random.word()),
        _ => word(random, ty).into(),
    }
}

/// The same of a type of 32 bits.
pub fn word(random: &mut Random, ty: ScalarType) -> u32 {
    match (ty, random.below(4)) {
        (ScalarType::Bool, _) => random.word() & 1,
        (ScalarType::F16x2, 0 | 1) => u32::from(*random.pick(&HALVES)) << 16 | u32::from(*random.pick(&HALVES)),
        (ScalarType::Bf16x2, 0 | 1) => *random.pick(&FLOATS) & 0xffff_0000 | *random.pick(&FLOATS) >> 16,
        (ScalarType::F32, 0 | 1) => *random.pick(&FLOATS),
        // A small number with a fraction.
        (ScalarType::F32, 2) => (random.word() & 0x803f_ffff) | 0x3f00_0000 | ((random.word() & 7) << 23),
        (ScalarType::I32 | ScalarType::U32, 0 | 1) => *random.pick(&INTEGERS),
        (ScalarType::I32, 2) => (random.below(33) as u32).wrapping_sub(16),
        (ScalarType::U32, 2) => random.below(17) as u32,
        _ => random.word(),
    }
}
