//! Is Fma fused, are doubles exact, and how far from the truth are quotients and roots?

use rspirv::spirv::{Capability, Word};

use crate::{
    device::{Device, Ran},
    operands::{Words, agreeing, columns},
    report::Report,
    shader::{Built, LANES, STRICT, Shader, of_floats},
};

const ROWS: usize = 1 << 18;
const GROUPS: u32 = ROWS as u32 / LANES;
const GLSL_SQRT: u32 = 31;
const GLSL_INVERSE_SQRT: u32 = 32;
const GLSL_FMA: u32 = 50;

fn value(word: u32) -> f32 {
    f32::from_bits(word)
}

/// Asks all of it.
///
/// # Errors
/// The driver refuses a shader.
pub fn ask(device: &Device, report: &mut Report) -> Ran<()> {
    fused(device, report)?;
    report.heading("Doubles");
    if device.doubles {
        doubles(device, report)?
    } else {
        report.line("shaderFloat64", "no")
    }
    seeds(device, report)
}

fn fused(device: &Device, report: &mut Report) -> Ran<()> {
    report.heading("Fused multiply and add");
    let mut words = Words::new(2);
    let [a, b, c] = columns(ROWS, || [words.float(54..74), words.float(54..74), words.float(54..74)]);
    let report_on = |report: &mut Report, name: &str, shader: &[u32]| -> Ran<()> {
        let (found, _) = device.run(shader, &[&a, &b, &c], ROWS, GROUPS)?;
        let once = agreeing(&found, |row| value(a[row]).mul_add(value(b[row]), value(c[row])).to_bits());
        let twice = agreeing(&found, |row| (value(a[row]) * value(b[row]) + value(c[row])).to_bits());
        report.line(name, &format!("{once} of {ROWS} rounded once, {twice} rounded twice"));
        Ok(())
    };
    let shader = of_floats(STRICT, 3, |s, x| s.glsl(GLSL_FMA, x)).map_err(|error| error.to_string())?;
    report_on(report, "GLSL.std.450 Fma", &shader)?;
    if !device.fma {
        report.line("OpFmaKHR", "not offered");
        return Ok(());
    }
    let shader = of_floats(STRICT, 3, |s, x| {
        s.b.capability(Capability::FMAKHR);
        s.b.extension("SPV_KHR_fma");
        let result = s.b.fma_khr(s.float, None, x[0], x[1], x[2]);
        s.exact(result)
    });
    report_on(report, "OpFmaKHR", &shader.map_err(|error| error.to_string())?)
}

/// A double of two words in two buffers.
fn double(s: &mut Shader, ty: Word, buffer: usize, lane: Word) -> Built<Word> {
    let two = s.b.type_vector(s.word, 2);
    let (low, high) = (s.load(buffer, lane)?, s.load(buffer + 1, lane)?);
    let both = s.b.composite_construct(two, None, [low, high])?;
    s.b.bitcast(ty, None, both)
}

/// A shader that computes with doubles and gives one word of the result.
fn of_doubles(multiply: bool, part: u32) -> Built<Vec<u32>> {
    let mut s = Shader::new(STRICT, 5);
    s.b.capability(Capability::Float64);
    let ty = s.b.type_float(64, None);
    s.begin(LANES)?;
    let lane = s.lane()?;
    let (a, b) = (double(&mut s, ty, 0, lane)?, double(&mut s, ty, 2, lane)?);
    let result = if multiply { s.b.f_mul(ty, None, a, b) } else { s.b.f_add(ty, None, a, b) };
    let result = s.exact(result)?;
    let two = s.b.type_vector(s.word, 2);
    let both = s.b.bitcast(two, None, result)?;
    let word = s.b.composite_extract(s.word, None, both, [part])?;
    s.store(4, lane, word)?;
    s.end()
}

fn doubles(device: &Device, report: &mut Report) -> Ran<()> {
    let mut words = Words::new(3);
    let mut near = || (words.next() & 0x800f_ffff) | ((1023 - 20 + words.next() % 40) << 20);
    let mut low = Words::new(4);
    let [a0, a1, b0, b1] = columns(ROWS, || [low.next(), near(), low.next(), near()]);
    let join = |low: u32, high: u32| f64::from_bits(u64::from(low) | u64::from(high) << 32);
    for (name, multiply) in [("OpFAdd", false), ("OpFMul", true)] {
        let mut parts = Vec::new();
        for part in [0, 1] {
            let shader = of_doubles(multiply, part).map_err(|error| error.to_string())?;
            parts.push(device.run(&shader, &[&a0, &a1, &b0, &b1], ROWS, GROUPS)?.0);
        }
        let exact = (0..ROWS).filter(|row| {
            let (a, b) = (join(a0[*row], a1[*row]), join(b0[*row], b1[*row]));
            let right = if multiply { a * b } else { a + b };
            join(parts[0][*row], parts[1][*row]).to_bits() == right.to_bits()
        });
        report.line(&format!("{name} of f64"), &format!("{} of {ROWS} correctly rounded", exact.count()));
    }
    Ok(())
}

/// The distance of a float from an exact value, in units of the last place of that value.
fn units(found: u32, exact: f64) -> f64 {
    let exponent = exact.abs().log2().floor() as i32;
    (f64::from(value(found)) - exact).abs() / 2f64.powi(exponent - 23)
}

fn seeds(device: &Device, report: &mut Report) -> Ran<()> {
    report.heading("Quotients and roots");
    let mut words = Words::new(5);
    let significand = |word: u32, exponent: u32| (word & 0x007f_ffff) | (exponent << 23);
    let [a, b] = columns(ROWS, || [significand(words.next(), 127 + words.next() % 2), significand(words.next(), 127)]);
    let [wide, other] = columns(ROWS, || [words.float(34..94), words.float(34..94)]);
    let make = |f: fn(&mut Shader, &[Word]) -> Built<Word>| of_floats(STRICT, 2, f).map_err(|error| error.to_string());
    let mut one = |name: &str, shader: Vec<u32>, (a, b): (&Vec<u32>, &Vec<u32>), exact: fn(f64, f64) -> f64| {
        let (found, _) = device.run(&shader, &[a, b], ROWS, GROUPS)?;
        let truth = |row: usize| exact(f64::from(value(a[row])), f64::from(value(b[row])));
        let worst = (0..ROWS).map(|row| units(found[row], truth(row))).fold(0.0, f64::max);
        let right = agreeing(&found, |row| (truth(row) as f32).to_bits());
        report
            .line(name, &format!("{right} of {ROWS} correctly rounded, at most {worst:.4} units from the exact value"));
        Ok::<(), String>(())
    };
    one("OpFDiv of [1, 4) by [1, 2)", make(|s, x| s.divide(x[0], x[1]))?, (&a, &b), |a, b| a / b)?;
    one("OpFDiv of wide exponents", make(|s, x| s.divide(x[0], x[1]))?, (&wide, &other), |a, b| a / b)?;
    one("Sqrt of [1, 4)", make(|s, x| s.glsl(GLSL_SQRT, &x[..1]))?, (&a, &b), |a, _| a.sqrt())?;
    one("InverseSqrt of [1, 4)", make(|s, x| s.glsl(GLSL_INVERSE_SQRT, &x[..1]))?, (&a, &b), |a, _| 1.0 / a.sqrt())
}
