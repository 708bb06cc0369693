//! Are subnormals kept or flushed, and where is the edge of underflow? Asked of each operation, with and without the
//! execution modes, also where the driver does not promise them.

use crate::{
    device::{Device, Ran},
    operands::{Words, agreeing, columns},
    report::Report,
    shader::{Denormals, LANES, Modes, STRICT, Shader, of_floats},
};
use rspirv::{dr, spirv::Word};

const ROWS: usize = 1 << 16;
const MIN_NORMAL: u32 = 0x0080_0000;
const GLSL_FMA: u32 = 50;

type Make = fn(&mut Shader, &[Word]) -> Result<Word, dr::Error>;

/// Its name, and the word that an exact result becomes.
type Model = (&'static str, fn(f64) -> u32);

/// An operation: its name, the shader, the exact result.
type Asked = (&'static str, Make, fn(f64, f64) -> f64);

/// What a device may do with a small result.
const MODELS: [Model; 4] = [
    ("keeps subnormals, as IEEE 754", |exact| (exact as f32).to_bits()),
    ("flushes after rounding to 24 bits", flush_after),
    ("flushes before rounding", |exact| if exact.abs() < least() { zero(exact) } else { (exact as f32).to_bits() }),
    ("flushes after rounding to a subnormal", |exact| flushed((exact as f32).to_bits())),
];

fn least() -> f64 {
    2f64.powi(-126)
}

fn zero(exact: f64) -> u32 {
    if exact.is_sign_negative() { 0x8000_0000 } else { 0 }
}

fn flushed(word: u32) -> u32 {
    if word & 0x7fff_ffff < MIN_NORMAL { word & 0x8000_0000 } else { word }
}

/// The result rounded to 24 bits with no limit of the exponent, then a zero if it is small. The factor is a power of two,
/// so it rounds nothing away.
fn flush_after(exact: f64) -> u32 {
    let rounded = f64::from((exact * 2f64.powi(60)) as f32) * 2f64.powi(-60);
    if rounded.abs() < least() { zero(exact) } else { (exact as f32).to_bits() }
}

/// Asks.
///
/// # Errors
/// The driver refuses a shader.
pub fn ask(device: &Device, report: &mut Report) -> Ran<()> {
    report.heading("Subnormals and the edge of underflow");
    for (promise, given) in &device.promises {
        report.line(promise, if *given { "yes" } else { "no" });
    }
    for (mode, denormals) in
        [("no mode", Denormals::Open), ("DenormPreserve", Denormals::Preserve), ("DenormFlushToZero", Denormals::Flush)]
    {
        if let Err(refusal) = with_mode(device, report, mode, Modes { denormals, ..STRICT }) {
            report.line(mode, &refusal);
        }
    }
    Ok(())
}

fn with_mode(device: &Device, report: &mut Report, mode: &str, modes: Modes) -> Ran<()> {
    let mut words = Words::new(1);
    let operations: [Asked; 4] = [
        ("a + b", |s, x| s.add(x[0], x[1]), |a, b| a + b),
        ("a - b", |s, x| s.subtract(x[0], x[1]), |a, b| a - b),
        ("a * b", |s, x| s.multiply(x[0], x[1]), |a, b| a * b),
        (
            "Fma(a, b, 0 * b)",
            |s, x| {
                let zero = s.subtract(x[1], x[1])?;
                s.glsl(GLSL_FMA, &[x[0], x[1], zero])
            },
            |a, b| a * b,
        ),
    ];
    for (name, make, exact) in operations {
        let shader = of_floats(modes, 2, make).map_err(|error| error.to_string())?;
        // Subnormal operands, with results among the normal numbers.
        let [a, b] = columns(ROWS, || {
            let small = words.next() & 0x807f_ffff;
            if name.contains('*') { [small, words.float(96..126)] } else { [small, small & 0x8000_0000 | MIN_NORMAL] }
        });
        let (found, _) = device.run(&shader, &[&a, &b], ROWS, ROWS as u32 / LANES)?;
        let value = |word: u32| f64::from(f32::from_bits(word));
        let kept = agreeing(&found, |row| (exact(value(a[row]), value(b[row])) as f32).to_bits());
        let gone = agreeing(&found, |row| (exact(value(flushed(a[row])), value(flushed(b[row]))) as f32).to_bits());
        report.line(
            &format!("{mode}: {name} of subnormal operands"),
            &format!("{kept} of {ROWS} as if kept, {gone} as if zeros"),
        );
        // Normal operands, with results at the edge.
        let [a, b] = columns(ROWS, || {
            if name.contains('*') {
                let (a, b) = words.product_at_the_edge();
                return [a, b];
            }
            let sign = if name.contains('-') { 0 } else { 0x8000_0000 };
            let near = |word: u32| MIN_NORMAL + word % 0x0100_0000;
            [near(words.next()), near(words.next()) | sign]
        });
        let (found, _) = device.run(&shader, &[&a, &b], ROWS, ROWS as u32 / LANES)?;
        for (model, result) in MODELS {
            let fits = agreeing(&found, |row| result(exact(value(a[row]), value(b[row]))));
            report.line(&format!("{mode}: {name} at the edge, {model}"), &format!("{fits} of {ROWS}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The four models are four: products at the edge tell them apart.
    #[test]
    fn the_models_differ_on_the_operands() {
        let mut words = Words::new(1);
        let [a, b] = columns(ROWS, || words.product_at_the_edge().into());
        let exact = |row: usize| f64::from(f32::from_bits(a[row])) * f64::from(f32::from_bits(b[row]));
        for (first, (name, one)) in MODELS.iter().enumerate() {
            for (other, two) in &MODELS[first + 1..] {
                assert!((0..ROWS).any(|row| one(exact(row)) != two(exact(row))), "{name} and {other}");
            }
        }
    }
}
