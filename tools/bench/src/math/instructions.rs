//! How many instructions of the host a value takes, counted by valgrind's callgrind, which no other work on the machine
//! disturbs. The command runs itself under it, once for each device, and counts only dispatches of kernels that the driver has
//! compiled before. Only what computes on the host can be counted: CPU drivers, and glibc.
//!
//! Valgrind's processor keeps subnormals whatever it is told, so the plain form of our kernels is asked for: its results
//! are not right there, but its instructions are those that run without valgrind.

use std::{
    env,
    hint::black_box,
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use lockstep_module::plan::Plan;
use lockstep_vulkan::{Device, Engine, Loaded, devices};

use super::{Form, Prepared, callgrind, functions::Function, named, run, stream};
use crate::glslang::Glslang;

/// How many values: counts hardly vary, so few are enough.
const VALUES: u32 = 1 << 15;
/// How often all of them are taken, so that what a submission costs besides is nothing.
const REPEATS: u32 = 16;
/// What the command is called with under callgrind, followed by where that writes to, a place, and functions.
pub const COUNTED: &str = "counted";
/// The place that is no device.
const HOST: &str = "host";

/// Prints a table. Without valgrind it says so.
///
/// # Errors
/// A name that is no function's; a program that does not compile.
pub fn measure(out: &mut dyn Write, names: &[String]) -> io::Result<()> {
    let functions = named(names)?;
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        return writeln!(out, "instructions are not counted: there is no valgrind");
    }
    writeln!(out, "Elementary functions, in instructions a value")?;
    for device in admitted()? {
        writeln!(out, "{}\n{:8}{:>10}{:>10}{:>8}", device.name, "", "Lockstep", "driver", "ratio")?;
        if !under_callgrind(out, &device.id, &functions)? {
            writeln!(out, "not counted: valgrind cannot run this driver's code")?;
        }
    }
    writeln!(out, "one core of the host\n{:8}{:>10}", "", "glibc")?;
    under_callgrind(out, HOST, &functions)?;
    Ok(())
}

fn admitted() -> io::Result<Vec<Device>> {
    let devices = devices().map_err(io::Error::other)?;
    Ok(devices.into_iter().filter(|device| device.refused.is_none()).collect())
}

/// Whether the program ended well, which prints its lines itself.
fn under_callgrind(out: &mut dyn Write, place: &str, functions: &[&Function]) -> io::Result<bool> {
    out.flush()?;
    let folder = tempfile::tempdir()?;
    let files = folder.path().join("dump");
    let ran = Command::new("valgrind")
        .args(["--tool=callgrind", "--instr-atstart=no", "--smc-check=all-non-file"])
        .arg(format!("--callgrind-out-file={}", files.display()))
        .arg(env::current_exe()?)
        .arg(COUNTED)
        .arg(&files)
        .arg(place)
        .args(functions.iter().map(|function| function.name))
        .stderr(Stdio::null())
        .status()?;
    Ok(ran.success())
}

/// What runs under callgrind: prints a line for each function.
///
/// # Errors
/// Words that [`measure`] does not give; a program that does not compile or run.
pub fn count(out: &mut dyn Write, words: &[String]) -> io::Result<()> {
    let [files, place, names @ ..] = words else { return Err(io::Error::other("three words are needed")) };
    let mut counter = Counter { files: Path::new(files), dumps: 0 };
    let functions = named(names)?;
    if place == HOST {
        for function in functions.iter().filter(|function| function.host.is_some()) {
            writeln!(out, "{:8}{:10.1}", function.name, counter.of_glibc(function)?)?;
        }
        return Ok(());
    }
    let glslang = Glslang::find()?.ok();
    for device in admitted()?.iter().filter(|device| device.id == *place) {
        let engine = Engine::open(device).map_err(io::Error::other)?;
        for function in &functions {
            let Prepared { plan, ours, theirs } =
                Prepared::new(&engine, glslang.as_ref(), function, VALUES, Form::Plain)?;
            let ours = counter.of_device(&engine, &ours, &plan)?;
            write!(out, "{:8}{ours:10.1}", function.name)?;
            match theirs {
                Some(theirs) => {
                    let theirs = counter.of_device(&engine, &theirs, &plan)?;
                    writeln!(out, "{theirs:10.1}{:8.2}", ours / theirs)?;
                }
                None => writeln!(out, "{:>10}{:>8}", "-", "-")?,
            }
        }
    }
    Ok(())
}

/// Counts instructions a value.
struct Counter<'a> {
    files: &'a Path,
    dumps: u32,
}

impl Counter<'_> {
    fn each(&mut self, work: impl FnOnce() -> io::Result<()>) -> io::Result<f64> {
        self.dumps += 1;
        let all = callgrind::instructions(self.files, self.dumps, work)?;
        Ok(all as f64 / f64::from(REPEATS) / f64::from(VALUES))
    }

    fn of_device(&mut self, engine: &Engine, loaded: &Loaded, plan: &Arc<Plan>) -> io::Result<f64> {
        // The driver compiles at the first run.
        run(engine, loaded, plan)?;
        let dispatches = (0..REPEATS).flat_map(|_| plan.dispatches.iter().cloned()).collect();
        let plan = Arc::new(Plan { dispatches, outputs: Vec::new(), ..(**plan).clone() });
        self.each(|| run(engine, loaded, &plan).map(drop))
    }

    fn of_glibc(&mut self, function: &Function) -> io::Result<f64> {
        let Some(host) = function.host else { return Ok(0.0) };
        let floats =
            |second| -> Vec<f32> { stream(function, second, VALUES).into_iter().map(f32::from_bits).collect() };
        let (first, second) = (floats(false), floats(function.is_binary()));
        let mut results = vec![0.0f32; first.len()];
        self.each(|| {
            for _ in 0..REPEATS {
                for ((result, a), b) in results.iter_mut().zip(&first).zip(&second) {
                    *result = host(*a, *b);
                }
                black_box(&mut results);
            }
            Ok(())
        })
    }
}
