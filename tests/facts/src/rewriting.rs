//! Which laws of the real numbers a driver's compiler applies to floats, with and without what forbids it.

use rspirv::spirv::Word;

use crate::{
    device::{Device, Ran},
    operands::{Words, agreeing, columns},
    report::Report,
    shader::{Built, Denormals, LANES, Modes, Shader, of_floats},
};

const ROWS: usize = 1 << 14;

type Pattern = (&'static str, fn(&mut Shader, &[Word]) -> Built<Word>, fn(f32, f32) -> f32);

/// Each with what it is as written.
#[allow(clippy::eq_op, reason = "what a compiler makes of equal operands is the question")]
const PATTERNS: [Pattern; 14] = [
    (
        "(a + b) - a",
        |s, x| {
            let sum = s.add(x[0], x[1])?;
            s.subtract(sum, x[0])
        },
        |a, b| (a + b) - a,
    ),
    ("a - a", |s, x| s.subtract(x[0], x[0]), |a, _| a - a),
    (
        "a + 0",
        |s, x| {
            let zero = s.number(0.0);
            s.add(x[0], zero)
        },
        |a, _| a + 0.0,
    ),
    (
        "a - (-0)",
        |s, x| {
            let zero = s.number(-0.0);
            s.subtract(x[0], zero)
        },
        |a, _| a - (-0.0),
    ),
    (
        "0 - a",
        |s, x| {
            let zero = s.number(0.0);
            s.subtract(zero, x[0])
        },
        |a, _| 0.0 - a,
    ),
    (
        "a * 0",
        |s, x| {
            let zero = s.number(0.0);
            s.multiply(x[0], zero)
        },
        |a, _| a * 0.0,
    ),
    (
        "0 / a",
        |s, x| {
            let zero = s.number(0.0);
            s.divide(zero, x[0])
        },
        |a, _| 0.0 / a,
    ),
    ("a / a", |s, x| s.divide(x[0], x[0]), |a, _| a / a),
    (
        "a * b + b",
        |s, x| {
            let p = s.multiply(x[0], x[1])?;
            s.add(p, x[1])
        },
        |a, b| a * b + b,
    ),
    (
        "(a * 3) * 5",
        |s, x| {
            let (three, five) = (s.number(3.0), s.number(5.0));
            let p = s.multiply(x[0], three)?;
            s.multiply(p, five)
        },
        |a, _| (a * 3.0) * 5.0,
    ),
    (
        "a * b + a * 3",
        |s, x| {
            let three = s.number(3.0);
            let (p, q) = (s.multiply(x[0], x[1])?, s.multiply(x[0], three)?);
            s.add(p, q)
        },
        |a, b| a * b + a * 3.0,
    ),
    (
        "(a - b) + (b - a)",
        |s, x| {
            let (p, q) = (s.subtract(x[0], x[1])?, s.subtract(x[1], x[0])?);
            s.add(p, q)
        },
        |a, b| (a - b) + (b - a),
    ),
    (
        "a - b < 0 ? a : b",
        |s, x| {
            let d = s.subtract(x[0], x[1])?;
            let zero = s.number(0.0);
            let less = s.b.f_ord_less_than(s.truth, None, d, zero)?;
            s.b.select(s.float, None, less, x[0], x[1])
        },
        |a, b| if a - b < 0.0 { a } else { b },
    ),
    (
        "abs(sqrt(a))",
        |s, x| {
            let root = s.glsl(31, &x[..1])?;
            s.glsl(4, &[root])
        },
        |a, _| a.sqrt().abs(),
    ),
];

/// Special floats, each paired with each, then floats in no order.
const EDGES: [u32; 12] = [
    0,
    0x8000_0000,
    0x3f80_0000,
    0xbf80_0000,
    0x7f80_0000,
    0xff80_0000,
    0x7fc0_0000,
    0x0080_0000,
    0x8080_0000,
    0x7f7f_ffff,
    0x4049_0fdb,
    0x3dcc_cccd,
];

/// Asks. Quotients and roots may be a unit off without any rewriting; their rows count what is more than that.
///
/// # Errors
/// The driver refuses a shader.
pub fn ask(device: &Device, report: &mut Report) -> Ran<()> {
    report.heading("Results that differ from what is written (nothing, NoContraction, SignedZeroInfNanPreserve, both)");
    let mut words = Words::new(6);
    let mut edges = EDGES.iter().flat_map(|a| EDGES.map(|b| [*a, b]));
    let [a, b] = columns(ROWS, || edges.next().unwrap_or_else(|| [words.finite(), words.finite()]));
    for (name, make, truth) in PATTERNS {
        let mut counts = Vec::new();
        for (no_contraction, signed_zeros) in [(false, false), (true, false), (false, true), (true, true)] {
            let modes = Modes { no_contraction, signed_zeros, denormals: Denormals::Open };
            let shader = of_floats(modes, 2, make).map_err(|error| error.to_string())?;
            let (found, _) = device.run(&shader, &[&a, &b], ROWS, ROWS as u32 / LANES)?;
            let right = |row: usize| truth(f32::from_bits(a[row]), f32::from_bits(b[row])).to_bits();
            counts.push((ROWS - agreeing(&found, right)).to_string());
        }
        report.line(name, &counts.join(", "));
    }
    Ok(())
}
