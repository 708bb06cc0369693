//! `lockstep check` on 1,000 lines: the whole command, and the compiler alone.

use std::{
    env, fs,
    io::{self, Write},
    path::PathBuf,
    process::{Command, Stdio},
    time::Instant,
};

use lockstep_compiler::{Compilation, check, compile};

use crate::{
    program,
    timing::{median, milliseconds},
};

const LINES: usize = 1000;
const RUNS: usize = 21;

/// Measures and prints a table.
///
/// # Errors
/// A command that was not built, or a folder that cannot be written.
pub fn measure(out: &mut dyn Write) -> io::Result<()> {
    let text = program::of_lines(LINES);
    let lines = text.lines().count();
    writeln!(out, "{lines} lines, {} bytes; medians of {RUNS} runs", text.len())?;
    for (what, pass) in
        [("check, in process", check as fn(&str, &str) -> Compilation), ("compile, in process", compile)]
    {
        let time = median(RUNS, || {
            let start = Instant::now();
            let compilation = pass("bench.lks", &text);
            let time = start.elapsed();
            if compilation.program.is_some() { Ok(time) } else { Err(io::Error::other("the program does not compile")) }
        });
        writeln!(out, "{what:28}{:8.2} ms", milliseconds(time?))?;
    }

    let command = command()?;
    let path = env::temp_dir().join(format!("lockstep-bench-{}.lks", std::process::id()));
    fs::write(&path, &text)?;
    let whole = median(RUNS, || {
        let start = Instant::now();
        let status = Command::new(&command).arg("check").arg(&path).stdout(Stdio::null()).status()?;
        let time = start.elapsed();
        if status.success() { Ok(time) } else { Err(io::Error::other("`lockstep check` failed")) }
    });
    fs::remove_file(&path)?;
    writeln!(out, "{:28}{:8.2} ms", "lockstep check, the command", milliseconds(whole?))
}

/// The command beside this program.
fn command() -> io::Result<PathBuf> {
    let path = env::current_exe()?.with_file_name("lockstep");
    if path.exists() {
        return Ok(path);
    }
    Err(io::Error::other("there is no `lockstep` beside it: cargo build --release -p lockstep-cli"))
}
