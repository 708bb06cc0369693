//! numpy, where there is a python that has it: the programs that are a line or so of it.

use std::{
    env,
    ffi::OsString,
    fs, io,
    process::{Command, Stdio},
};

use lockstep_module::Argument;

use crate::input::{Scale, call};

/// Names the python that is asked for numpy.
pub const PYTHON: &str = "LOCKSTEP_PYTHON";
/// What to do where there is none.
pub const MISSING: &str = "python3 has none; LOCKSTEP_PYTHON may name another python";

/// A program's name, its arrays as shapes of numpy, and what makes its outputs.
const PROGRAMS: &[(&str, &str)] = &[
    (
        "matmul",
        "a, b = f(0), f(1); n = int(len(a) ** 0.5); a, b = a.reshape(n, n), b.reshape(n, n); run = lambda: a @ b",
    ),
    ("scan", "x = u(0); run = lambda: numpy.cumsum(x, dtype=numpy.uint32) - x"),
    ("histogram", "x = u(1); run = lambda: numpy.bincount(x & 255, minlength=256)"),
    ("sort", "k, p = u(0), u(1)\ndef run():\n    i = numpy.argsort(k, kind='stable')\n    return k[i], p[i]"),
    (
        "softmax",
        "x = f(0).reshape(-1, 1024)\ndef run():\n    y = numpy.exp(x - x.max(axis=1, keepdims=True))\n    \
         return y / y.sum(axis=1, keepdims=True)",
    ),
];

/// The python to ask.
pub fn python() -> OsString {
    env::var_os(PYTHON).unwrap_or_else(|| "python3".into())
}

/// The programs that numpy has, with the milliseconds of a run: medians by the clock. None without numpy.
///
/// # Errors
/// Files that cannot be written.
pub fn programs(scale: Scale, rounds: usize) -> io::Result<Option<Vec<(&'static str, f64)>>> {
    let folder = tempfile::tempdir()?;
    let mut script = String::from(
        "import statistics, sys, time, numpy\n\
         u = lambda i: numpy.fromfile(f'{sys.argv[1]}/{name}{i}', numpy.uint32)\n\
         f = lambda i: numpy.fromfile(f'{sys.argv[1]}/{name}{i}', numpy.float32)\n\
         def timed():\n    start = time.perf_counter(); run(); return time.perf_counter() - start\n",
    );
    for (name, code) in PROGRAMS {
        for (i, argument) in call(name, scale).0.arguments.values().enumerate() {
            let Argument::Array(array) = argument else { continue };
            let bytes: Vec<u8> = array.words.iter().flat_map(|word| word.to_le_bytes()).collect();
            fs::write(folder.path().join(format!("{name}{i}")), bytes)?;
        }
        script += &format!(
            "name = '{name}'\n{code}\nrun(); print(statistics.median(timed() for _ in range({rounds})) * 1000)\n"
        );
    }
    let mut command = Command::new(python());
    command.arg("-c").arg(script).arg(folder.path()).stdin(Stdio::null()).stderr(Stdio::null());
    let Ok(answer) = command.output() else { return Ok(None) };
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    let times = PROGRAMS.iter().zip(text.lines()).filter_map(|((name, _), line)| Some((*name, line.parse().ok()?)));
    Ok(answer.status.success().then(|| times.collect()))
}
