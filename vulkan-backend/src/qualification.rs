//! Law 7, *the device is not trusted*: before a device is used it runs a job whose result the interpreter knows, first as
//! a device that flushes after rounding, then with guards. Which of the two it passes is its float class; a device that
//! passes neither, because it contracts or cuts loops short, is refused, whatever it calls itself.

mod certificate;
mod prepared;
mod suites;

pub use certificate::{Certificate, Finding, certify};

use std::sync::OnceLock;

use lockstep_module::{Argument, Array, Call, FloatClass, Outcome, Output};
use lockstep_numbers::{ScalarType, float};

use crate::engine::Engine;
use lockstep_engine::Fault;
use prepared::Prepared;

const SOURCE: &str = include_str!("qualification/probe.lks");
/// More than 65,535.
const TRIPS: u32 = 70_000;

/// The rows of the outputs that are results of one operation on two operands.
const PLAIN_ROWS: usize = 3;

/// Operands at every edge; each is paired with each.
const OPERANDS: [u32; 30] = [
    0x0000_0000, // 0
    0x8000_0000, // -0
    0x3f80_0000, // 1
    0xbf80_0000, // -1
    0x3f80_0001, // 1 + 2^-23
    0x3f7f_ffff, // 1 - 2^-24
    0x3f7f_fffe,
    0x0080_0000, // 2^-126, the least normal
    0x8080_0000,
    0x0080_0001,
    0x0080_0003,
    0x00ff_ffff,
    0x0100_0000,
    0x0000_0001, // subnormal
    0x807f_ffff, // subnormal
    0x7f7f_ffff, // the greatest
    0x7f80_0000, // infinity
    0xff80_0000,
    0x7fc0_0000, // the NaN
    0xffc1_2345, // another
    0x3f00_0000, // 1/2
    0x3f00_0001,
    0xbf40_0000,
    0x4b80_0001, // 2^24 + 2
    0x4f00_0000, // 2^31
    0xcf80_0000, // -2^32
    0x2000_0000, // 2^-63
    0x1fb5_04f3, // about 2^-63.5
    0x4049_0fdb, // pi
    0x3dcc_cccd, // 0.1
];

/// The job of [`SOURCE`].
struct Probe(Prepared);

impl Probe {
    fn new() -> Result<Probe, Fault> {
        let pairs = || OPERANDS.iter().flat_map(|a| OPERANDS.iter().map(move |b| (*a, *b)));
        let operands = |words: Vec<u32>| {
            let dimensions = vec![words.len() as u32];
            Argument::Array(Array { element: ScalarType::F32, dimensions, words })
        };
        let mut call = Call::default();
        call.arguments.insert("a".into(), operands(pairs().map(|(a, _)| a).collect()));
        call.arguments.insert("b".into(), operands(pairs().map(|(_, b)| b).collect()));
        call.arguments.insert("trips".into(), Argument::Scalar(ScalarType::U32, TRIPS.into()));
        Prepared::new("probe", SOURCE, call).map(Probe)
    }

    /// What an engine makes of it.
    fn outcome(&self, engine: &Engine) -> Result<Outcome, Fault> {
        self.0.outcome(engine, &self.0.module)
    }

    /// Compares.
    fn judge(&self, engine: &Engine, found: &Outcome) -> Result<(), Fault> {
        match self.first_difference(found) {
            None => Ok(()),
            Some(reason) => Err(Fault::NotAdmitted { device: engine.name().into(), reason }),
        }
    }

    /// The class that the results of the plain form speak for.
    fn class(&self, found: &Outcome) -> FloatClass {
        let (Outcome::Finished(wanted), Outcome::Finished(found)) = (&self.0.expected, found) else {
            return FloatClass::default();
        };
        let (Some(wanted), Some(found)) = (wanted.first(), found.first()) else { return FloatClass::default() };
        let rows = PLAIN_ROWS * OPERANDS.len() * OPERANDS.len();
        let (wanted, found) = (wanted.array.words.iter().take(rows), found.array.words.iter().take(rows));
        let subnormal = |bits: &u32| (1..float::MIN_NORMAL).contains(&(bits & 0x7fff_ffff));
        if found.clone().any(subnormal) {
            FloatClass::Preserves
        } else if wanted.eq(found) {
            FloatClass::FlushesAfterRounding
        } else {
            FloatClass::FlushesBeforeRounding
        }
    }

    /// Where the device left the language, in words.
    fn first_difference(&self, found: &Outcome) -> Option<String> {
        let other = difference(&self.0.expected, found)?;
        let (Outcome::Finished(expected), Outcome::Finished(found)) = (&self.0.expected, found) else {
            return Some(other);
        };
        let ([wanted, _], [operations, _]) = (expected.as_slice(), found.as_slice()) else { return Some(other) };
        let Some(cell) = differs(wanted, operations) else {
            return Some(format!("a loop of {TRIPS} trips does not run to its end"));
        };
        let pairs = OPERANDS.len() * OPERANDS.len();
        let (row, pair) = (cell / pairs, cell % pairs);
        let (a, b) = (OPERANDS[pair / OPERANDS.len()], OPERANDS[pair % OPERANDS.len()]);
        let show = |word: u32| ScalarType::F32.show(word.into());
        Some(format!(
            "probe {row} of the operations gives {:#010x} for {} and {}, where the language says {:#010x}",
            operations.array.words[cell],
            show(a),
            show(b),
            wanted.array.words[cell]
        ))
    }
}

fn differs(expected: &Output, found: &Output) -> Option<usize> {
    expected.array.words.iter().zip(&found.array.words).position(|(a, b)| a != b)
}

/// Runs the probe on an engine, and gives the engine back with the class that was found.
///
/// # Errors
/// [`Fault::NotAdmitted`] with the first wrong result, and the faults of a run.
pub(crate) fn qualify(engine: Engine) -> Result<Engine, Fault> {
    let (engine, plain) = classed(engine)?;
    let probe = probe()?;
    let found = if engine.class().needs_guards() { probe.outcome(&engine)? } else { plain };
    probe.judge(&engine, &found)?;
    Ok(engine)
}

/// One compilation and one interpretation serve every engine of the process.
fn probe() -> Result<&'static Probe, Fault> {
    static PROBE: OnceLock<Result<Probe, Fault>> = OnceLock::new();
    PROBE.get_or_init(Probe::new).as_ref().map_err(Fault::clone)
}

/// The engine with the class of its device, and what it made of the probe in the plain form.
///
/// # Errors
/// The faults of a run.
fn classed(engine: Engine) -> Result<(Engine, Outcome), Fault> {
    let probe = probe()?;
    let engine = engine.with_class(FloatClass::default());
    let plain = probe.outcome(&engine)?;
    Ok((engine.with_class(probe.class(&plain)), plain))
}

/// Where a result is not the language's, in words.
fn difference(expected: &Outcome, found: &Outcome) -> Option<String> {
    if expected == found {
        return None;
    }
    match (expected, found) {
        (Outcome::Finished(expected), Outcome::Finished(found)) => {
            let wrong = expected.iter().zip(found).find_map(|(wanted, found)| {
                let cell = differs(wanted, found)?;
                let (wanted_word, found_word) = (wanted.array.words[cell], found.array.words.get(cell).copied());
                Some(format!(
                    "word {cell} of `{}` is {:#010x}, where the language says {wanted_word:#010x}",
                    wanted.name,
                    found_word.unwrap_or_default()
                ))
            });
            Some(wrong.unwrap_or_else(|| "it gives other outputs".into()))
        }
        (Outcome::Finished(_), Outcome::Trapped(_)) => Some("it traps where nothing traps".into()),
        (Outcome::Trapped(_), Outcome::Finished(_)) => Some("it does not trap where the language does".into()),
        (Outcome::Trapped(_), Outcome::Trapped(_)) => Some("it reports another trap".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OP_F_ADD: u32 = 129;
    const OP_F_MUL: u32 = 133;

    /// The control: a device that multiplies where it should add is refused, with the operands.
    #[test]
    fn a_device_that_computes_wrongly_is_refused() {
        let devices = crate::devices().unwrap();
        let admitted: Vec<_> = devices.iter().filter(|device| device.refused.is_none()).collect();
        assert!(!admitted.is_empty(), "no device of this machine is admitted: run tools/drivers/fetch");
        for device in admitted {
            let engine = Engine::open(device).unwrap();
            let probe = Probe::new().unwrap();
            let mut wrong = probe.0.module.clone();
            let words = &mut wrong.kernels[0].spirv;
            let mut at = 5;
            while words[at] & 0xffff != OP_F_ADD {
                at += (words[at] >> 16) as usize;
            }
            words[at] = (words[at] & 0xffff_0000) | OP_F_MUL;
            let found = probe.0.outcome(&engine, &wrong).unwrap();
            let fault = probe.judge(&engine, &found).unwrap_err();
            assert!(matches!(&fault, Fault::NotAdmitted { reason, .. } if reason.contains("probe 0")), "{fault}");
        }
    }

    /// Where the host's unit keeps subnormals so does lavapipe, and its class is found; SwiftShader flushes by itself.
    /// Either way the results are the language's.
    #[test]
    fn the_class_of_a_device_is_found() {
        let devices = crate::devices().unwrap();
        for device in devices.iter().filter(|device| device.refused.is_none()) {
            let flushing = Engine::open(device).unwrap();
            assert_eq!(flushing.class(), FloatClass::FlushesAfterRounding, "{}", device.name);
            let keeping = Engine::open_keeping_subnormals(device).unwrap();
            let wanted = match device.driver.starts_with("llvmpipe") {
                true => FloatClass::Preserves,
                false => FloatClass::FlushesAfterRounding,
            };
            assert_eq!(keeping.class(), wanted, "{}", device.name);
            // With guards all devices agree; without them, one that keeps subnormals is caught.
            let probe = Probe::new().unwrap();
            let judged = |engine: &Engine| probe.judge(engine, &probe.outcome(engine).unwrap());
            assert_eq!(judged(&keeping), Ok(()));
            assert_eq!(judged(&flushing.with_class(FloatClass::FlushesBeforeRounding)), Ok(()));
            let caught = judged(&keeping.with_class(FloatClass::FlushesAfterRounding)).is_err();
            assert_eq!(caught, wanted == FloatClass::Preserves, "{}", device.name);
        }
    }

    /// The control on the host side: a unit that keeps subnormals gives another result for these operands.
    #[test]
    fn the_operands_tell_a_unit_that_keeps_subnormals() {
        let probe = Probe::new().unwrap();
        let Outcome::Finished(expected) = &probe.0.expected else { panic!("the probe traps") };
        let pairs = OPERANDS.len() * OPERANDS.len();
        let products = &expected[0].array.words[2 * pairs..3 * pairs];
        let ieee = OPERANDS.iter().flat_map(|a| OPERANDS.iter().map(move |b| f32::from_bits(*a) * f32::from_bits(*b)));
        assert!(ieee.zip(products).any(|(ieee, word)| !ieee.is_nan() && ieee.to_bits() != *word));
    }
}
