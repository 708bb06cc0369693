//! How many instructions of the host a value takes, counted by valgrind's callgrind, which no other work on the machine
//! disturbs. The command runs itself under it, twice for each count: what a program's start and a driver's compiler take
//! falls out of the difference. Only what computes on the host can be counted: CPU drivers, and glibc.
//!
//! Valgrind's processor keeps subnormals whatever it is told, so the plain form of our kernels is asked for: its results
//! are not right there, but its instructions are those that run without valgrind.

use std::{
    env,
    hint::black_box,
    io::{self, Write},
    process::{Command, Stdio},
    sync::Arc,
};

use lockstep_module::plan::Plan;
use lockstep_vulkan::{Device, Engine, devices};

use super::{Form, Prepared, functions::Function, named, run, stream};
use crate::glslang::Glslang;

/// How many values: counts hardly vary, so few are enough.
const VALUES: u32 = 1 << 15;
/// How many more times the longer of two runs does the same.
const REPEATS: u32 = 32;
/// What the command is called with under callgrind, followed by a place, a side, a function, and how often.
pub const COUNTED: &str = "counted";
/// The place that is no device.
const HOST: &str = "host";
const OURS: &str = "ours";
const THEIRS: &str = "theirs";

/// Prints a table. Without valgrind it says so.
///
/// # Errors
/// A name that is no function's; a program that does not compile.
pub fn measure(out: &mut dyn Write, names: &[String]) -> io::Result<()> {
    let functions = named(names)?;
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        return writeln!(out, "instructions are not counted: there is no valgrind");
    }
    let glslang = Glslang::find()?.is_ok();
    writeln!(out, "Elementary functions, in instructions a value")?;
    for device in admitted()? {
        writeln!(out, "{}\n{:8}{:>10}{:>10}{:>8}", device.name, "", "Lockstep", "driver", "ratio")?;
        for function in &functions {
            let Some(ours) = counted(&device.id, OURS, function)? else {
                writeln!(out, "not counted: valgrind cannot run this driver's code")?;
                break;
            };
            write!(out, "{:8}{ours:10.1}", function.name)?;
            let theirs =
                if glslang && function.glsl().is_some() { counted(&device.id, THEIRS, function)? } else { None };
            match theirs {
                Some(theirs) => writeln!(out, "{theirs:10.1}{:8.2}", ours / theirs)?,
                None => writeln!(out, "{:>10}{:>8}", "-", "-")?,
            }
        }
    }
    writeln!(out, "one core of the host\n{:8}{:>10}", "", "glibc")?;
    for function in functions.iter().filter(|function| function.host.is_some()) {
        let glibc = counted(HOST, THEIRS, function)?;
        writeln!(out, "{:8}{:>10}", function.name, glibc.map_or("-".into(), |glibc| format!("{glibc:.1}")))?;
    }
    Ok(())
}

fn admitted() -> io::Result<Vec<Device>> {
    let devices = devices().map_err(io::Error::other)?;
    Ok(devices.into_iter().filter(|device| device.refused.is_none()).collect())
}

/// Instructions a value; None if the program does not end well under callgrind.
fn counted(place: &str, side: &str, function: &Function) -> io::Result<Option<f64>> {
    let [Some(once), Some(more)] =
        [run_counted(place, side, function, 1)?, run_counted(place, side, function, 1 + REPEATS)?]
    else {
        return Ok(None);
    };
    Ok(Some((more - once) / f64::from(REPEATS) / f64::from(VALUES)))
}

/// The instructions of one whole run.
fn run_counted(place: &str, side: &str, function: &Function, repeats: u32) -> io::Result<Option<f64>> {
    let ran = Command::new("valgrind")
        .args(["--tool=callgrind", "--smc-check=all-non-file", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args([COUNTED, place, side, function.name, &repeats.to_string()])
        // Else the second run finds what the first has compiled.
        .env("MESA_SHADER_CACHE_DISABLE", "true")
        .stdout(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&ran.stderr);
    let total = text.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    Ok(total.filter(|_| ran.status.success()))
}

/// What runs under callgrind.
///
/// # Errors
/// Words that [`measure`] does not give; a program that does not compile or run.
pub fn count(words: &[String]) -> io::Result<()> {
    let [place, side, name, repeats] = words else { return Err(io::Error::other("four words are needed")) };
    let repeats = repeats.parse().map_err(io::Error::other)?;
    let function = named(std::slice::from_ref(name))?[0];
    if place == HOST {
        count_on_host(function, repeats);
        return Ok(());
    }
    let glslang = Glslang::find()?.ok();
    for device in admitted()?.iter().filter(|device| device.id == *place) {
        let engine = Engine::open(device).map_err(io::Error::other)?;
        let glslang = glslang.as_ref().filter(|_| side == THEIRS);
        let Prepared { plan, ours, theirs } = Prepared::new(&engine, glslang, function, VALUES, Form::Plain)?;
        let dispatches = (0..repeats).flat_map(|_| plan.dispatches.iter().cloned()).collect();
        let plan = Arc::new(Plan { dispatches, outputs: Vec::new(), ..(*plan).clone() });
        run(&engine, theirs.as_ref().unwrap_or(&ours), &plan)?;
    }
    Ok(())
}

fn count_on_host(function: &Function, repeats: u32) {
    let Some(host) = function.host else { return };
    let floats = |second| -> Vec<f32> { stream(function, second, VALUES).into_iter().map(f32::from_bits).collect() };
    let (first, second) = (floats(false), floats(function.is_binary()));
    let mut results = vec![0.0f32; first.len()];
    for _ in 0..repeats {
        for ((result, a), b) in results.iter_mut().zip(&first).zip(&second) {
            *result = host(*a, *b);
        }
        black_box(&mut results);
    }
}
