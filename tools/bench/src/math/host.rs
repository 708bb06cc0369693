//! The same functions on one core of the host: glibc, through Rust's own methods, and numpy, where python has it.

use std::{
    hint::black_box,
    io::{self, Write},
    process::{Command, Stdio},
    time::Instant,
};

use super::{ROUNDS, VALUES, functions::Function, stream};
use crate::timing::{median, milliseconds};

/// Prints a table.
///
/// # Errors
/// Those of writing.
pub(super) fn measure(out: &mut dyn Write, functions: &[&Function]) -> io::Result<()> {
    let numpy = numpy(functions);
    if numpy.is_empty() {
        writeln!(out, "numpy is left out: python3 has none")?;
    }
    writeln!(out, "one core of the host\n{:8}{:>10}{:>10}", "", "glibc", "numpy")?;
    for function in functions {
        let glibc = glibc(function)?.map_or("-".into(), |each| format!("{each:.2}"));
        let line = numpy.iter().find(|(name, _)| *name == function.name);
        let numpy = line.map_or("-".into(), |(_, each)| format!("{each:.2}"));
        writeln!(out, "{:8}{glibc:>10}{numpy:>10}", function.name)?;
    }
    Ok(())
}

/// Nanoseconds a value.
fn glibc(function: &Function) -> io::Result<Option<f64>> {
    let Some(host) = function.host else { return Ok(None) };
    let floats = |second| -> Vec<f32> { stream(function, second, VALUES).into_iter().map(f32::from_bits).collect() };
    let (first, second) = (floats(false), floats(function.is_binary()));
    let mut results = vec![0.0f32; first.len()];
    let time = median(ROUNDS, || {
        let start = Instant::now();
        for ((result, a), b) in results.iter_mut().zip(&first).zip(&second) {
            *result = host(*a, *b);
        }
        black_box(&mut results);
        Ok(start.elapsed())
    })?;
    Ok(Some(milliseconds(time) * 1e6 / f64::from(VALUES)))
}

/// The functions that numpy has, with nanoseconds a value; none without numpy.
fn numpy(functions: &[&Function]) -> Vec<(&'static str, f64)> {
    let mut script = format!(
        "import time, numpy\n\
         def measure(f, *ranges):\n    \
         xs = [numpy.random.default_rng(1).uniform(a, b, {VALUES}).astype(numpy.float32) for a, b in ranges]\n    \
         out = numpy.empty_like(xs[0]); times = []\n    \
         for _ in range({ROUNDS}):\n        t = time.perf_counter(); f(*xs, out=out); times.append(time.perf_counter() - t)\n    \
         print(sorted(times)[{ROUNDS} // 2] * 1e9 / {VALUES})\n"
    );
    let there: Vec<&Function> = functions.iter().copied().filter(|function| function.numpy.is_some()).collect();
    for function in &there {
        let (name, first, second) = (function.numpy.unwrap_or_default(), function.first, function.second);
        let second = if function.is_binary() { format!(", ({}, {})", second.0, second.1) } else { String::new() };
        script += &format!("measure(numpy.{name}, ({}, {}){second})\n", first.0, first.1);
    }
    let ran = Command::new("python3").arg("-c").arg(script).stderr(Stdio::null()).output();
    let text = ran.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    there.iter().zip(text.lines()).filter_map(|(function, line)| Some((function.name, line.parse().ok()?))).collect()
}
