//! The same functions by what processors of the host spend: the CPU engine, glibc, through Rust's own methods, numpy, where there is
//! a python that has it, and the first driver that computes there.

use std::{
    ffi::OsString,
    hint::black_box,
    io::{self, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use lockstep_vulkan::Engine;

use super::{ROUNDS, engine, functions::Function, stream};
use crate::{
    numpy::{MISSING, python},
    timing::spent,
};

/// Values of a stream, which then comes from memory.
const VALUES: u32 = 1 << 24;

/// Prints a table.
///
/// # Errors
/// A function that does not compile or run; those of writing.
pub(super) fn measure(out: &mut dyn Write, functions: &[&Function], devices: &[Engine]) -> io::Result<()> {
    let numpy = numpy(&python(), functions)?;
    if numpy.is_empty() {
        writeln!(out, "numpy is left out: {MISSING}")?;
    }
    writeln!(out, "one core of the host, {VALUES} values, in nanoseconds a value and in millions of values a second")?;
    // One that keeps subnormals is the same driver once more.
    let device = devices.iter().find(|device| !device.class().needs_guards());
    let driver = device.and_then(|device| device.name().split_whitespace().next()).unwrap_or("no driver");
    let names = ["CPU engine", "glibc", "numpy", driver].map(|name| format!("{name:>12}")).concat();
    writeln!(out, "{:8}{names}{names}", "")?;
    for function in functions {
        let ours = engine::each(function, VALUES)?;
        let of_numpy = numpy.iter().find(|(name, _)| *name == function.name).map(|(_, each)| *each);
        let of_driver = device.map(|device| engine::on_driver(device, function, VALUES)).transpose()?.flatten();
        let times = [Some(ours), glibc(function), of_numpy, of_driver];
        let column = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.2}"));
        let rate = |each: Option<f64>| each.map_or("-".into(), |each| format!("{:.0}", 1000.0 / each));
        let columns: String =
            times.map(column).into_iter().chain(times.map(rate)).map(|text| format!("{text:>12}")).collect();
        writeln!(out, "{:8}{columns}", function.name)?;
    }
    Ok(())
}

/// Nanoseconds a value.
fn glibc(function: &Function) -> Option<f64> {
    let host = function.host?;
    let floats = |second| -> Vec<f32> { stream(function, second, VALUES).into_iter().map(f32::from_bits).collect() };
    let (first, second) = (floats(false), floats(function.is_binary()));
    let mut results = vec![0.0f32; first.len()];
    let (clock, processor) = (Instant::now(), spent());
    for _ in 0..ROUNDS {
        for ((result, a), b) in results.iter_mut().zip(&first).zip(&second) {
            *result = host(*a, *b);
        }
        black_box(&mut results);
    }
    let used = (|| Some(spent()?.saturating_sub(processor?)))();
    Some(each(used.unwrap_or_else(|| clock.elapsed())))
}

fn each(all: Duration) -> f64 {
    all.as_secs_f64() * 1e9 / f64::from(VALUES) / ROUNDS as f64
}

fn arguments(function: &Function) -> usize {
    1 + usize::from(function.is_binary())
}

/// The functions that numpy has, with nanoseconds a value; none without numpy. The values go in by a pipe.
fn numpy(python: &OsString, functions: &[&Function]) -> io::Result<Vec<(&'static str, f64)>> {
    let rounds = ROUNDS;
    let mut script = format!(
        "import sys, time, numpy\n\
         def measure(f, count):\n    \
         read = lambda: numpy.frombuffer(sys.stdin.buffer.read(4 * {VALUES}), numpy.float32)\n    \
         xs = [read() for _ in range(count)]\n    \
         out = numpy.empty_like(xs[0]); f(*xs, out=out); start = time.process_time()\n    \
         for _ in range({rounds}): f(*xs, out=out)\n    \
         print((time.process_time() - start) * 1e9 / {VALUES} / {rounds})\n"
    );
    let there: Vec<&Function> = functions.iter().copied().filter(|function| function.numpy.is_some()).collect();
    for function in &there {
        script += &format!("measure(numpy.{}, {})\n", function.numpy.unwrap_or_default(), arguments(function));
    }
    let mut command = Command::new(python);
    command.arg("-c").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return Ok(Vec::new()) };
    // The results are few enough to wait in their pipe. A python without numpy ends before it has read anything.
    let written = child.stdin.take().map(|mut pipe| {
        there.iter().try_for_each(|function| {
            [false, true].iter().take(arguments(function)).try_for_each(|second| {
                let words: Vec<u8> = stream(function, *second, VALUES).into_iter().flat_map(u32::to_le_bytes).collect();
                pipe.write_all(&words)
            })
        })
    });
    let text = String::from_utf8_lossy(&child.wait_with_output()?.stdout).into_owned();
    if written.is_none_or(|written| written.is_err()) {
        return Ok(Vec::new());
    }
    Ok(there
        .iter()
        .zip(text.lines())
        .filter_map(|(function, line)| Some((function.name, line.parse().ok()?)))
        .collect())
}
